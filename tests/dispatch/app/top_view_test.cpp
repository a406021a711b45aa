#include "dispatch/app/ctl/top_view.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "dispatch/app/ctl/text_width.h"

namespace ems::ctl {
namespace {

using namespace std::chrono_literals;

constexpr Ticks kStart{1h};
constexpr std::int64_t kNowUs = 1'700'000'000'000'000;

api::VehicleStatus vehicle(const std::string& vid, const std::string& unit) {
    api::VehicleStatus out;
    out.set_vid(vid);
    out.set_unit_name(unit);
    out.set_link("up");
    out.set_heard_us(kNowUs - 400'000);
    out.set_position_us(kNowUs - 2'000'000);
    out.set_updated_us(kNowUs - 500'000);
    out.mutable_positions()->set_made(100);
    out.mutable_positions()->set_received(100);
    out.mutable_positions()->set_stored(90);
    out.mutable_positions()->set_live_us(kNowUs - 3'000'000);
    out.mutable_vitals()->set_live_us(kNowUs - 12'000'000);
    return out;
}

api::FleetStatus status() {
    api::FleetStatus out;
    out.set_server_us(kNowUs);
    out.set_stored_us(kNowUs - 100'000);
    out.mutable_dispatch()->set_server("srv-dispatch-a");
    out.mutable_dispatch()->set_leads(true);
    out.mutable_dispatch()->set_term(3);
    out.mutable_dispatch()->set_broker_up(true);
    out.mutable_dispatch()->set_database_answered_us(kNowUs - 200'000);
    api::TelemetryStatus& telemetry = *out.add_telemetry();
    telemetry.set_server("srv-telemetry-a");
    telemetry.set_updated_us(kNowUs - 600'000);
    telemetry.set_started_us(1);
    telemetry.set_broker_up(true);
    telemetry.set_stored(1000);
    *out.add_vehicles() = vehicle("amb-01", "席张01");
    *out.add_vehicles() = vehicle("amb-02", "U2");
    return out;
}

api::FleetStatus two_seconds_later() {
    api::FleetStatus out = status();
    out.set_server_us(kNowUs + 2'000'000);
    out.mutable_telemetry(0)->set_updated_us(kNowUs + 1'400'000);
    out.mutable_telemetry(0)->set_stored(1020);
    out.mutable_vehicles(0)->set_updated_us(kNowUs + 1'500'000);
    out.mutable_vehicles(0)->mutable_positions()->set_received(104);
    return out;
}

std::string line_of(const std::vector<std::string>& lines, const std::string& word) {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(word) != std::string::npos;
    });
    return found == lines.end() ? "" : *found;
}

nlohmann::json json_of(const TopView& view, Ticks now) {
    return nlohmann::json::parse(view.json(now));
}

TEST(TopView, AVehiclesLineSaysItsLinkAgesAndDebt) {
    TopView view;
    view.take(status(), kStart);
    EXPECT_EQ(line_of(view.lines(kStart, {}), "amb-01"),
              "amb-01       席张01     up        0.4   2.0    12     -     -     -     -     -     "
              "  10      0      0       -");
}

TEST(TopView, AgesGoOnWhileNothingNewComes) {
    TopView view;
    view.take(status(), kStart);
    const auto later = json_of(view, kStart + 5s);
    EXPECT_EQ(later["vehicles"][0]["position_age_ms"], 7000)
        << "by the newer of both servers' words";
    EXPECT_EQ(later["vehicles"][0]["heard_age_ms"], 5400);
    EXPECT_EQ(later["vehicles"][0]["vitals_age_ms"], 17'000);
    EXPECT_EQ(later["vehicles"][0]["wave_age_ms"], nullptr);
    EXPECT_EQ(later["stored_age_ms"], 5100);
}

TEST(TopView, RatesAreTheDifferenceOfTwoRowsOverTheTimeBetweenThem) {
    TopView view;
    view.take(status(), kStart);
    EXPECT_FALSE(view.has_rates());
    view.take(two_seconds_later(), kStart + 2s);
    EXPECT_TRUE(view.has_rates());
    const auto json = json_of(view, kStart + 2s);
    EXPECT_DOUBLE_EQ(json["vehicles"][0]["rates"]["positions"], 2.0);
    EXPECT_EQ(json["vehicles"][1]["rates"]["positions"], nullptr) << "its row is the same";
    EXPECT_NE(line_of(view.lines(kStart + 2s, {}), "telemetryd").find("stored 10/s"),
              std::string::npos);
}

TEST(TopView, CountsThatBeganAnewGiveNoRate) {
    TopView view;
    view.take(two_seconds_later(), kStart);
    api::FleetStatus restarted = two_seconds_later();
    restarted.mutable_vehicles(0)->set_updated_us(kNowUs + 2'500'000);
    restarted.mutable_vehicles(0)->mutable_positions()->set_received(1);
    view.take(restarted, kStart + 1s);
    EXPECT_EQ(json_of(view, kStart + 1s)["vehicles"][0]["rates"]["positions"], nullptr);
}

TEST(TopView, WhatTheVehicleGaveUpIsAGapAndNoDebt) {
    api::FleetStatus with_gap = status();
    with_gap.mutable_vehicles(0)->set_gap_records(4);
    TopView view;
    view.take(with_gap, kStart);
    const std::string line = line_of(view.lines(kStart, {}), "amb-01");
    EXPECT_NE(line.find("        6      4"), std::string::npos) << line;
}

TEST(TopView, AnOldRowAFloodAndAClockThatIsOffAreMarked) {
    api::FleetStatus bad = status();
    bad.mutable_vehicles(0)->set_flooding_since_us(kNowUs - 1);
    bad.mutable_vehicles(0)->set_clock_offset_ms(-3500);
    bad.mutable_vehicles(1)->set_updated_us(kNowUs - 30'000'000);
    TopView view;
    view.take(bad, kStart);
    const auto lines = view.lines(kStart, {});
    EXPECT_NE(line_of(lines, "amb-01").find("-3.5!  FLOODS"), std::string::npos)
        << line_of(lines, "amb-01");
    EXPECT_NE(line_of(lines, "amb-02").find("row 30 s old"), std::string::npos);
    EXPECT_EQ(json_of(view, kStart)["vehicles"][0]["flooding"], true);
}

TEST(TopView, WithoutTheDatabaseItSaysSoAndShowsWhatIsLive) {
    api::FleetStatus away = status();
    away.set_database_error("db_down: refused");
    away.set_stored_us(kNowUs - 40'000'000);
    TopView view;
    view.take(away, kStart);
    const auto lines = view.lines(kStart, {});
    EXPECT_EQ(
        lines[0],
        "DATABASE AWAY: db_down: refused; what it said is 40 s old, links and positions are live");
    EXPECT_NE(line_of(lines, "amb-01").find("up        0.4   2.0"), std::string::npos);
}

TEST(TopView, WithoutAnAnswerItSaysSoUntilOneComes) {
    TopView view;
    view.take(status(), kStart);
    view.set_trouble("Timed out");
    EXPECT_EQ(view.lines(kStart + 4s, {})[0],
              "NO ANSWER: Timed out; what stands here is 4.0 s old");
    view.take(two_seconds_later(), kStart + 5s);
    EXPECT_EQ(view.lines(kStart + 5s, {})[0].find("NO ANSWER"), std::string::npos);
}

TEST(TopView, AServerThatWritesNoMoreIsSilent) {
    TopView view;
    view.take(status(), kStart);
    EXPECT_NE(line_of(view.lines(kStart, {}), "telemetryd").find("told 0.6 s ago"),
              std::string::npos);
    EXPECT_NE(line_of(view.lines(kStart + 10s, {}), "telemetryd").find("SILENT FOR 11 s"),
              std::string::npos);
}

TEST(TopView, KeysSortByTheWorst) {
    api::FleetStatus three = status();
    *three.add_vehicles() = vehicle("amb-03", "U3");
    three.mutable_vehicles(1)->set_heard_us(0);
    three.mutable_vehicles(2)->mutable_waves()->set_made(500);
    TopView view;
    view.take(three, kStart);
    const auto first = [&view] {
        return json_of(view, kStart)["vehicles"][0]["vid"].get<std::string>();
    };
    EXPECT_EQ(first(), "amb-01");
    EXPECT_TRUE(view.press('u'));
    EXPECT_EQ(first(), "amb-03");
    EXPECT_TRUE(view.press('h'));
    EXPECT_EQ(first(), "amb-02") << "never heard";
    EXPECT_TRUE(view.press('n'));
    EXPECT_EQ(first(), "amb-01");
    EXPECT_FALSE(view.press('x'));
}

TEST(TopView, NothingIsWiderOrLongerThanTheScreen) {
    TopView view;
    view.take(status(), kStart);
    for (std::size_t columns :
         {std::size_t{1}, std::size_t{14}, std::size_t{15}, std::size_t{80}}) {
        for (const std::string& line : view.lines(kStart, {columns, 3})) {
            EXPECT_LE(width_of(line), columns);
        }
        EXPECT_LE(view.lines(kStart, {columns, 3}).size(), 3U);
    }
}

} // namespace
} // namespace ems::ctl
