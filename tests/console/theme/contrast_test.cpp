#include "console/theme/tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ems::console {
namespace {

struct Pair {
    Token front;
    Token ground;
    double floor;
};

void add(std::vector<Pair>& pairs, std::initializer_list<Token> fronts,
         std::initializer_list<Token> grounds, double floor) {
    for (const Token front : fronts) {
        for (const Token ground : grounds) {
            pairs.push_back({front, ground, floor});
        }
    }
}

// Every pair the screens use: 4.5 for text, 3 for symbols and borders of controls.
std::vector<Pair> pairs_in_use() {
    using enum Token;
    std::vector<Pair> p;
    add(p, {text_1, text_2}, {bg_panel, bg_raise, bg_field, bg_sel, bg_window}, 4.5);
    add(p, {text_3}, {bg_panel, bg_raise, bg_field}, 4.5);
    add(p, {inv_fg}, {inv_bg}, 4.5);
    add(p, {al_ink}, {al_high, al_med, al_low}, 4.5);
    add(p, {line_strong}, {bg_panel, bg_raise, bg_field}, 3.0);
    add(p, {focus}, {bg_panel, bg_field}, 3.0);
    add(p, {inv_bg}, {bg_panel}, 3.0);
    add(p, {lv2_ink}, {lv2_bg}, 4.5);
    add(p, {v_ink}, {v_bg}, 4.5);
    add(p, {u_free, u_turn, u_go, u_scene, u_load, u_off},
        {bg_panel, bg_sel, m_land, m_town, m_water}, 3.0);
    add(p, {w_ecg, w_spo2, w_resp, w_co2, w_temp}, {bg_panel, bg_field}, 4.5);
    add(p, {m_label}, {m_land, m_hill, m_hill2, m_water, m_town, m_halo}, 4.5);
    add(p, {m_iso, m_route, m_bound, m_gap}, {m_land}, 3.0);
    add(p, {text_2}, {m_land, m_hill2, m_water, m_town}, 3.0); // a station; how far off a unit may be
    add(p, {m_zone_1, m_zone_2, m_zone_3}, {m_land, m_hill2, m_water, m_town}, 3.0);
    add(p, {m_zone_1, m_zone_2, m_zone_3}, {m_halo}, 4.5);
    add(p, {rp}, {bg_panel}, 4.5);
    add(p, {rp_ink}, {rp}, 4.5);
    add(p, {dr}, {bg_panel, bg_raise}, 4.5);
    add(p, {dr}, {bg_window, m_land, m_town}, 3.0); // a panel's line
    add(p, {dr_ink}, {dr}, 4.5);
    add(p, {st_ink}, {st_bg}, 4.5);
    add(p, {st_bg}, {bg_panel}, 3.0);
    add(p, {st_text}, {bg_panel}, 4.5);
    add(p, {p_ink}, {p_bg, p_maj}, 4.5);
    add(p, {p_note}, {p_bg}, 4.5);
    return p;
}

void expect_all(ThemeMode mode, const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) {
        const double ratio = contrast_ratio(token_rgb(mode, pair.front), token_rgb(mode, pair.ground));
        EXPECT_GE(ratio, pair.floor) << token_name(pair.front) << " on " << token_name(pair.ground)
                                     << (mode == ThemeMode::night ? " at night" : " by day");
    }
}

TEST(Contrast, EveryPairInUseReachesItsFloorAtNight) {
    auto pairs = pairs_in_use();
    add(pairs, {Token::al_high, Token::al_med, Token::al_low}, {Token::bg_raise, Token::bg_panel}, 3.0);
    expect_all(ThemeMode::night, pairs);
}

TEST(Contrast, EveryPairInUseReachesItsFloorByDay) {
    auto pairs = pairs_in_use();
    // by day the dark edge of an alarm carries the contrast, its fill does not
    add(pairs, {Token::al_edge}, {Token::bg_raise, Token::bg_panel}, 3.0);
    expect_all(ThemeMode::day, pairs);
}

TEST(Contrast, BlackOnWhiteIsTwentyOne) {
    EXPECT_NEAR(contrast_ratio(0x000000, 0xffffff), 21.0, 0.01);
    EXPECT_NEAR(contrast_ratio(0x777777, 0xffffff), 4.48, 0.01);
}

} // namespace
} // namespace ems::console
