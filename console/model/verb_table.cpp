#include "console/model/verb_table.h"

#include <algorithm>

namespace ems::console {
namespace {

using V = Verb;
using W = Word;
constexpr auto kNothing = Changes::nothing;
constexpr auto kCentre = Changes::centre;

constexpr std::array<VerbRow, kVerbCount> kVerbs{{
    {V::send, "P", "派", "assign", kCentre, {W::unit, W::incident, W::note}},
    {V::add, "ZP", "增派", "add", kCentre, {W::unit, W::incident, W::note}},
    {V::swap, "HP", "换派", "swap", kCentre, {W::unit, W::other_unit, W::reason}},
    {V::divert, "GP", "改派", "divert", kCentre, {W::unit, W::incident, W::reason}},
    {V::cancel, "CX", "撤销", "cancel", kCentre, {W::unit, W::reason}},
    {V::refuse, "JJ", "拒接", "refuse", kCentre, {W::unit, W::reason}},
    {V::breakdown, "GZ", "故障", "breakdown", kCentre, {W::unit, W::reason}},
    {V::state, "S", "状态", "state", kCentre, {W::unit, W::unit_state, W::note}},
    {V::destination, "SY", "送医", "destination", kCentre, {W::unit, W::hospital}},
    {V::standby, "ZD", "驻点", "standby", kCentre, {W::unit, W::place, W::note}},
    {V::relocate, "YF", "移防", "relocate", kCentre, {W::unit, W::station, W::note}},
    {V::go_home, "HZ", "回站", "go-home", kCentre, {W::unit, W::note}},
    {V::end_posting, "JS", "结束", "posting", kCentre, {W::unit, W::posting_end, W::note}},
    {V::confirm, "QR", "确认", "confirm", kCentre, {W::unit}},
    {V::dismiss, "FR", "否认", "dismiss", kCentre, {W::unit}},
    {V::correct, "GS", "改时", "correct", kCentre, {W::task, W::stage, W::clock, W::reason}},
    {V::level, "JB", "级别", "level", kCentre, {W::incident, W::number}},
    {V::units, "XC", "需车", "units", kCentre, {W::incident, W::number}},
    {V::planned, "GY", "改约", "planned", kCentre, {W::incident, W::clock}},
    {V::case_place, "GD", "改点", "case-place", kCentre, {W::incident, W::place}},
    {V::close_case, "JA", "结案", "close", kCentre, {W::incident, W::reason}},
    {V::transfer, "ZY", "转运", "transfer", kCentre, {W::hospital, W::to_hospital, W::clock, W::reason}},
    {V::close_road, "FL", "封路", "close-road", kCentre, {W::drawn_or_road, W::until, W::reason}},
    {V::flood_road, "JT", "积水", "flood-road", kCentre, {W::drawn_or_road, W::until, W::reason}},
    {V::slow_road, "HX", "缓行", "slow-road", kCentre, {W::drawn_or_road, W::number, W::until, W::reason}},
    {V::reopen_road, "KL", "开路", "reopen-road", kCentre, {W::road_id, W::reason}},
    {V::accept_move, "CN", "采纳", "accept-move", kCentre, {}},
    {V::decline_move, "BC", "不采", "decline-move", kCentre, {W::reason}},
    {V::shift_end, "BZ", "班止", "crew-until", kCentre, {W::unit, W::clock}},
    {V::fuel, "YL", "油量", "fuel", kCentre, {W::unit, W::number}},
    {V::contaminated, "WR", "污染", "contaminated", kCentre, {W::unit}},
    {V::cleaned, "XD", "洗消", "clean", kCentre, {W::unit}},
    {V::told_place, "WZ", "位置", "place", kCentre, {W::unit, W::place}},
    {V::merge, "HB", "合并", "merge", kCentre, {W::incident}},
    {V::keep_apart, "FK", "分开", "keep-apart", kCentre, {W::incident}},
    {V::note, "B", "备注", "note", kCentre, {W::incident, W::text}},
    {V::neighbour, "LQ", "邻区", "neighbour", kCentre,
     {W::incident, W::neighbour, W::neighbour_said, W::neighbour_unit, W::neighbour_eta}},
    {V::look, "Z", "查", "open", kNothing, {W::anything}},
    {V::recommend, "TJ", "推荐", "recommend", kNothing, {W::incident}},
    {V::isochrone, "DS", "等时", "isochrone", kNothing, {W::source, W::number}},
    {V::route, "LX", "路线", "route", kNothing, {W::unit, W::target}},
    {V::follow, "GE", "跟随", "follow", kNothing, {W::unit}},
    {V::measure, "CJ", "测距", "measure", kNothing, {}},
    {V::draw, "HT", "画路", "draw", kNothing, {}},
    {V::explain, "SM", "说明", "explain", kNothing, {W::incident}},
    {V::reveal, "HM", "号码", "reveal", kNothing, {W::incident, W::reason}},
    {V::shelve, "GQ", "搁置", "shelve", kNothing, {W::alarm, W::number, W::reason}},
    {V::pause, "JY", "静音", "pause", kNothing, {}},
    {V::help, "?", "帮助", "help", kNothing, {}},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kVerbs.size(); ++i) {
        if (static_cast<std::size_t>(kVerbs[i].verb) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());

char small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return small(x) == small(y); });
}

} // namespace

std::span<const VerbRow> verb_rows() {
    return kVerbs;
}

const VerbRow& row_of(Verb verb) {
    return kVerbs.at(static_cast<std::size_t>(verb));
}

const VerbRow* find_verb(std::string_view word) {
    const auto found = std::find_if(kVerbs.begin(), kVerbs.end(), [&](const VerbRow& row) {
        return same(row.letters, word) || row.chinese == word || same(row.english, word);
    });
    return found == kVerbs.end() ? nullptr : found;
}

std::size_t word_count(const VerbRow& row) {
    return static_cast<std::size_t>(
        std::find(row.words.begin(), row.words.end(), Word::none) - row.words.begin());
}

bool is_optional(const VerbRow& row, std::size_t index) {
    const Word word = row.words.at(index);
    if (word == Word::note || word == Word::neighbour_unit || word == Word::neighbour_eta) {
        return true;
    }
    // the selected case is meant; fifteen minutes; how the case ended is left empty
    const bool last = index + 1 >= word_count(row) || row.words.at(index + 1) == Word::note ||
                      row.words.at(index + 1) == Word::text || row.words.at(index + 1) == Word::neighbour;
    return (word == Word::incident && last) || (row.verb == Verb::isochrone && index == 1) ||
           (row.verb == Verb::close_case && word == Word::reason);
}

} // namespace ems::console
