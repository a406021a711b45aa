// What a trend is made of: live messages, and the record's put before them.
#include "console/model/vitals_track.h"

#include <gtest/gtest.h>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'536 * kS;
constexpr std::int64_t kBehind = 90 * kS; // the vehicle's clock, of the server's

// Measured at `at_us` by the server's clock, there `late_us` later.
api::LiveVitals measured(std::int64_t at_us, std::int32_t hr, std::int64_t late_us = 300'000) {
    api::LiveVitals v;
    v.set_unit_id(4);
    v.set_device_us(at_us - kBehind);
    v.set_received_us(at_us + late_us);
    v.mutable_vitals()->set_hr_bpm(hr);
    v.mutable_vitals()->set_spo2_pct(97);
    return v;
}

api::LiveVitals live(std::int64_t at_us, std::int32_t hr) {
    api::LiveVitals v = measured(at_us, hr);
    v.set_age_at_receipt_ms(300);
    return v;
}

api::History record(std::initializer_list<api::LiveVitals> all) {
    api::History history;
    history.set_unit_id(4);
    for (const auto& v : all) {
        *history.add_vitals() = v;
    }
    return history;
}

TEST(VitalsTrack, WhatTheRecordHoldsStandsBeforeWhatCameLive) {
    VitalsTrack track;
    track.take(live(kNow, 100));
    track.take_past(record({measured(kNow - 2 * kS, 98), measured(kNow - kS, 99)}), kNow - 60 * kS);
    ASSERT_EQ(track.trend.size(), 3U);
    EXPECT_EQ(track.trend[0].hr, 98);
    EXPECT_EQ(track.trend[1].hr, 99);
    EXPECT_EQ(track.trend[2].hr, 100);
    EXPECT_EQ(track.trend[0].at_us, kNow - 2 * kS) << "by the server's clock, whatever the vehicle's says";
}

TEST(VitalsTrack, AMeasurementThatIsKnownStandsOnce) {
    VitalsTrack track;
    track.take(live(kNow - kS, 99));
    track.take(live(kNow, 100));
    const auto held = record({measured(kNow - 2 * kS, 98), measured(kNow - kS, 99), measured(kNow, 100)});
    track.take_past(held, kNow - 60 * kS);
    track.take_past(held, kNow - 60 * kS);
    EXPECT_EQ(track.trend.size(), 3U);
}

TEST(VitalsTrack, WhatAVehicleKeptInADeadZoneStandsAtItsOwnTime) {
    VitalsTrack track;
    track.take(live(kNow, 100));
    track.take_past(record({measured(kNow - 120 * kS, 90), measured(kNow - 60 * kS, 95, 55 * kS), measured(kNow - 2 * kS, 98)}),
                    kNow - 300 * kS);
    ASSERT_EQ(track.trend.size(), 4U);
    EXPECT_EQ(track.trend[1].hr, 95);
    EXPECT_EQ(track.trend[1].at_us, kNow - 60 * kS);
}

TEST(VitalsTrack, ThePatientBeforeIsNotInTheTrend) {
    VitalsTrack track;
    api::LiveVitals before = measured(kNow - 61 * kS, 180);
    before.mutable_vitals()->set_nibp_sys_mmhg(70);
    before.mutable_vitals()->set_nibp_dia_mmhg(40);
    before.mutable_vitals()->set_nibp_t_us(before.device_us());
    track.take_past(record({before, measured(kNow - 59 * kS, 99)}), kNow - 60 * kS);
    ASSERT_EQ(track.trend.size(), 1U);
    EXPECT_EQ(track.trend.front().hr, 99);
    EXPECT_TRUE(track.cuff.empty());
}

TEST(VitalsTrack, ANumberThatWasInvalidIsNone) {
    VitalsTrack track;
    api::LiveVitals off = measured(kNow - kS, 40);
    off.mutable_vitals()->set_invalid_mask(1U << 0U);
    track.take_past(record({off}), kNow - 60 * kS);
    ASSERT_EQ(track.trend.size(), 1U);
    EXPECT_FALSE(track.trend.front().hr);
    EXPECT_EQ(track.trend.front().spo2, 97);
}

TEST(VitalsTrack, ACuffReadingOfTheRecordStandsOnceAtTheTimeOfTheCuff) {
    VitalsTrack track;
    api::LiveVitals first = measured(kNow - 10 * kS, 98);
    first.mutable_vitals()->set_nibp_sys_mmhg(120);
    first.mutable_vitals()->set_nibp_dia_mmhg(80);
    first.mutable_vitals()->set_nibp_t_us(first.device_us() - 20 * kS);
    api::LiveVitals again = measured(kNow - 9 * kS, 98);
    *again.mutable_vitals() = first.vitals();
    api::LiveVitals now = live(kNow, 100);
    *now.mutable_vitals() = first.vitals();
    track.take(now);
    track.take_past(record({first, again}), kNow - 60 * kS);
    ASSERT_EQ(track.cuff.size(), 1U);
    EXPECT_EQ(track.cuff.front().at_us, kNow - 30 * kS);
    EXPECT_EQ(track.cuff.front().systolic_mmhg, 120);
}

TEST(VitalsTrack, AGapOfTheRecordStaysOneAndIsKnownToBe) {
    VitalsTrack track;
    for (int i = 0; i < 60; ++i) {
        if (i < 20 || i >= 30) {
            track.take_past(record({measured(kNow - (60 - i) * kS, 90 + i)}), kNow - 60 * kS);
        }
    }
    EXPECT_EQ(track.trend.size(), 50U);
    EXPECT_TRUE(track.has_gap(kNow - 60 * kS, kNow));
    EXPECT_FALSE(track.has_gap(kNow - 25 * kS, kNow));
    EXPECT_TRUE(track.has_gap(kNow - 25 * kS, kNow + 10 * kS)) << "the newest is old";
}

TEST(VitalsTrack, HoldsHalfAnHourAndTheNewestOfIt) {
    VitalsTrack track;
    api::History history;
    for (int i = 0; i < VitalsTrack::kPastMax; ++i) {
        *history.add_vitals() = measured(kNow + i * kS, 90);
    }
    track.take_past(history, kNow);
    EXPECT_EQ(track.trend.size(), VitalsTrack::kTrendMax);
    EXPECT_EQ(track.trend.back().at_us, kNow + (VitalsTrack::kPastMax - 1) * kS + 300'000)
        << "nothing came live: the way of the quickest message is not known";
}

} // namespace
} // namespace ems::console
