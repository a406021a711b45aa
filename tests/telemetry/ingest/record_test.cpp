#include "telemetry/ingest/record.h"

#include <gtest/gtest.h>
#include <random>

#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

Result<Record> check(const wire::Envelope& envelope, std::int64_t now_us = test::kThen,
                     double scale = 1) {
    const auto key = check_key(test::vid("amb-1"), envelope);
    if (!key) {
        return Failure{key.error()};
    }
    return check_record(*key, envelope, {ServerTime{now_us}, Lane::live, scale});
}

wire::Envelope with_position(const std::function<void(wire::Position&)>& change) {
    wire::Position body;
    body.set_lat_e7(350'210'000);
    body.set_lon_e7(1'109'900'000);
    body.set_fix_mode(3);
    change(body);
    return test::envelope(wire::STREAM_G, 1, body.SerializeAsString());
}

TEST(Record, TakesWhatAVehicleSends) {
    for (const auto& envelope :
         {test::event(1), test::position(1), test::vitals(1), test::wave(1)}) {
        const auto record = check(envelope);
        ASSERT_TRUE(record.has_value()) << record.error().message();
        EXPECT_FALSE(record->t_bad);
    }
}

TEST(Record, RefusesPositionsThatCannotBe) {
    EXPECT_FALSE(check(with_position([](auto& p) { p.set_lat_e7(900'000'001); })).has_value());
    EXPECT_FALSE(check(with_position([](auto& p) { p.set_lon_e7(-1'800'000'001); })).has_value());
    EXPECT_FALSE(
        check(with_position([](auto& p) { p.set_lat_e7(0), p.set_lon_e7(0); })).has_value());
    EXPECT_FALSE(check(with_position([](auto& p) { p.set_fix_mode(1); })).has_value());
    EXPECT_FALSE(check(with_position([](auto& p) { p.set_course_cdeg(36'001); })).has_value());
    EXPECT_TRUE(check(with_position([](auto&) {})).has_value());
}

TEST(Record, ASpeedBeyondAnyAmbulanceIsKeptButNotBelievedUnlessTheWorldRunsFast) {
    const auto fast = with_position([](auto& p) { p.set_speed_cm_s(20'000); });
    EXPECT_FALSE(std::get<PositionRow>(check(fast)->row).plausible);
    EXPECT_TRUE(std::get<PositionRow>(check(fast, test::kThen, 10)->row).plausible);
}

TEST(Record, InvalidIsNotZero) {
    const auto record = check(test::vitals(1));
    const auto& row = std::get<VitalsRow>(record->row);
    EXPECT_EQ(row.values[0], std::int16_t{80});
    EXPECT_FALSE(row.values[2].has_value()); // SpO2 "0" with its invalid bit
    EXPECT_FALSE(row.values[3].has_value()); // not measured
    EXPECT_EQ(row.invalid_mask, 1U << 2U);
}

TEST(Record, AValueNoMonitorMeasuresCountsAsInvalid) {
    wire::Vitals body;
    body.set_hr_bpm(-100);
    body.set_temp_cdeg(3680);
    const auto record = check(test::envelope(wire::STREAM_V, 1, body.SerializeAsString()));
    const auto& row = std::get<VitalsRow>(record->row);
    EXPECT_FALSE(row.values[0].has_value());
    EXPECT_EQ(row.invalid_mask, 1U);
    EXPECT_EQ(row.values[8], std::int16_t{3680});
}

TEST(Record, ADeviceClockThatCannotBeRightIsFlagged) {
    constexpr std::int64_t kSixMinutes = 360'000'000;
    EXPECT_TRUE(check(test::position(1), test::kThen - kSixMinutes)->t_bad);
    EXPECT_FALSE(check(test::position(1), test::kThen + 86'400'000'000)->t_bad);
    EXPECT_TRUE(check(test::position(1, 1'000'000))->t_bad);
    wire::Envelope never = test::position(1);
    never.set_clk(wire::CLOCK_NEVER_SET);
    EXPECT_TRUE(check(never)->t_bad);
}

TEST(Record, RefusesAnEnvelopeWithoutIdentityOrOfAnotherVersion) {
    wire::Envelope envelope = test::position(1);
    envelope.set_ver(2);
    EXPECT_EQ(check(envelope).error().code, Code::unsupported_version);
    envelope = test::position(1);
    envelope.set_seq(0);
    EXPECT_FALSE(check(envelope).has_value());
    envelope.set_seq(~std::uint64_t{0});
    EXPECT_FALSE(check(envelope).has_value());
    envelope = test::position(1);
    envelope.set_stream(wire::STREAM_UNSPECIFIED);
    EXPECT_FALSE(check(envelope).has_value());
}

TEST(Record, RefusesEventsWithoutIdAndGapsThatRunBackwards) {
    wire::Event body;
    body.mutable_state()->set_state(wire::UNIT_EN_ROUTE);
    EXPECT_FALSE(check(test::envelope(wire::STREAM_A, 1, body.SerializeAsString())).has_value());
    body.set_event_id("e");
    EXPECT_TRUE(check(test::envelope(wire::STREAM_A, 1, body.SerializeAsString())).has_value());
    body.mutable_gap()->set_stream(wire::STREAM_W);
    body.mutable_gap()->set_from_seq(5);
    body.mutable_gap()->set_to_seq(4);
    EXPECT_FALSE(check(test::envelope(wire::STREAM_A, 1, body.SerializeAsString())).has_value());
}

TEST(Record, RefusesInputsNoVehicleHas) {
    wire::Event event;
    event.set_event_id("inputs-1");
    event.mutable_inputs()->set_fuel_pct(100);
    event.mutable_inputs()->set_speed_kmh(300);
    const auto with = [&] { return test::envelope(wire::STREAM_A, 1, event.SerializeAsString()); };
    EXPECT_TRUE(check(with()).has_value());
    event.mutable_inputs()->set_fuel_pct(101);
    EXPECT_FALSE(check(with()).has_value());
    event.mutable_inputs()->set_fuel_pct(0);
    event.mutable_inputs()->set_speed_kmh(301);
    EXPECT_FALSE(check(with()).has_value());
}

TEST(Record, RefusesAPatientGroupNobodyCanChoose) {
    wire::Event event;
    event.set_event_id("group-1");
    event.mutable_patient_group()->set_group(wire::PATIENT_INFANT);
    EXPECT_TRUE(check(test::envelope(wire::STREAM_A, 1, event.SerializeAsString())).has_value());
    event.mutable_patient_group()->set_group(static_cast<wire::PatientGroup>(9));
    EXPECT_FALSE(check(test::envelope(wire::STREAM_A, 1, event.SerializeAsString())).has_value());
}

TEST(Record, RefusesAStretchOfEcgNobodyCanLookAt) {
    const auto with = [](std::int64_t from_us, std::uint32_t duration_ms, std::uint32_t leads) {
        wire::Event event;
        event.set_event_id("ecg-1");
        event.mutable_ecg_mark()->set_from_us(from_us);
        event.mutable_ecg_mark()->set_duration_ms(duration_ms);
        event.mutable_ecg_mark()->set_leads(leads);
        return check(test::envelope(wire::STREAM_A, 1, event.SerializeAsString())).has_value();
    };
    EXPECT_TRUE(with(test::kThen, 10'000, 12));
    EXPECT_TRUE(with(test::kThen, 60'000, 1));
    EXPECT_FALSE(with(0, 10'000, 12));
    EXPECT_FALSE(with(test::kThen, 0, 12));
    EXPECT_FALSE(with(test::kThen, 60'001, 12));
    EXPECT_FALSE(with(test::kThen, 10'000, 2));
}

TEST(Record, RefusesFindingsNobodyHas) {
    wire::Event event;
    event.set_event_id("findings-1");
    event.mutable_findings()->set_pain(10);
    const auto with = [&] { return test::envelope(wire::STREAM_A, 1, event.SerializeAsString()); };
    EXPECT_TRUE(check(with()).has_value());
    event.mutable_findings()->set_pain(11);
    EXPECT_FALSE(check(with()).has_value());
}

TEST(Record, SurvivesTenThousandDamagedBodies) {
    std::mt19937 random{120};
    const std::array originals{test::event(1), test::position(1), test::vitals(1), test::wave(1)};
    for (int i = 0; i < 10'000; ++i) {
        std::string bytes = originals[random() % originals.size()].SerializeAsString();
        for (std::uint32_t flips = random() % 8 + 1; flips > 0; --flips) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        bytes.resize(random() % 4 == 0 ? random() % bytes.size() : bytes.size());
        wire::Envelope envelope;
        if (envelope.ParseFromString(bytes)) {
            static_cast<void>(check(envelope));
        }
    }
}

// A newer vehicle's kind of event, field 99: kept byte for byte, for a newer reader of the inbox.
TEST(Record, AnEventOfANewerKindIsKeptWhole) {
    const std::string body{"\x0a\x08new-kind\x9a\x06\x02\x08\x05"};
    const auto record = check(test::envelope(wire::STREAM_A, 1, body));
    ASSERT_TRUE(record) << record.error().message();
    EXPECT_EQ(std::get<EventRow>(record->row).event_id, "new-kind");
    EXPECT_EQ(std::get<EventRow>(record->row).body, body);
}

// So the centre learns a new state before any vehicle does.
TEST(Record, AUnitStateItDoesNotKnowIsRefusedByName) {
    wire::Event body;
    body.set_event_id("e");
    body.mutable_state()->set_state(static_cast<wire::UnitState>(99));
    const auto record = check(test::envelope(wire::STREAM_A, 1, body.SerializeAsString()));
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().detail, "event.state");
}

TEST(Record, FieldsOfANewerWriterChangeNothing) {
    const std::string newer{"\xea\x76\x03new"}; // field 1901
    for (wire::Envelope envelope :
         {test::event(1), test::position(1), test::vitals(1), test::wave(1)}) {
        const auto plain = check(envelope);
        envelope.set_body(newer + envelope.body() + newer);
        const auto record = check(envelope);
        ASSERT_TRUE(record) << record.error().message();
        EXPECT_EQ(record->row.index(), plain->row.index());
        EXPECT_EQ(record->key, plain->key);
    }
}

TEST(OneLine, CutsBetweenCharactersAndDropsControls) {
    EXPECT_EQ(one_line("a\nb\x01", 10), "a b ");
    EXPECT_EQ(one_line("急救", 5), "急");
    EXPECT_EQ(one_line("急救", 6), "急救");
}

} // namespace
} // namespace ems::ingest
