#include "console/model/desk_state.h"

#include "console/model/ageing.h"
#include "console/model/rows.h"
#include "console/theme/time_text.h"

#include <gtest/gtest.h>

#include <set>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'536 * kS; // 18:42:16 local

api::Incident incident(std::int64_t id, std::uint32_t level, std::int64_t created_us, const char* state = "open") {
    api::Incident i;
    i.set_id(id);
    i.set_level(level);
    i.set_created_us(created_us);
    i.set_state(state);
    i.set_version(1);
    i.set_number("00" + std::to_string(id));
    auto* s = i.add_stamps();
    s->set_event("answered");
    s->set_at_us(created_us);
    auto* opened = i.add_stamps();
    opened->set_event("case_opened");
    opened->set_at_us(created_us);
    return i;
}

DeskState connected(std::initializer_list<api::Incident> incidents) {
    DeskState state;
    state.apply_link({LinkChange::State::up, "", 0, 0}, kNow);
    api::Snapshot s;
    s.set_seq(5);
    s.set_server_us(kNow);
    for (const auto& i : incidents) {
        *s.add_incidents() = i;
    }
    auto* u = s.add_units();
    u->set_id(1);
    u->set_name("中心01");
    u->set_state(ems::wire::UNIT_AVAILABLE);
    u->set_version(3);
    auto* p = s.add_positions();
    p->set_unit_id(1);
    p->set_received_us(kNow - 2 * kS);
    state.apply_snapshot(s, kNow);
    return state;
}

TEST(DeskState, AUnitIsOnTheCaseThatItNamesAndOnNoneAfterwards) {
    DeskState state = connected({incident(34, 1, kNow)});
    api::Delta delta;
    delta.set_seq(6);
    auto* u = delta.add_units();
    u->set_id(1);
    u->set_version(4);
    u->set_incident_id(34);
    ASSERT_TRUE(state.apply_delta(delta, kNow));
    ASSERT_NE(state.unit_of(34), nullptr);
    EXPECT_EQ(state.unit_of(34)->id(), 1);
    delta.set_seq(7);
    delta.mutable_units(0)->set_version(5);
    delta.mutable_units(0)->set_incident_id(0);
    ASSERT_TRUE(state.apply_delta(delta, kNow));
    EXPECT_EQ(state.unit_of(34), nullptr);
}

TEST(DeskState, OfManyIncidentsOnlyEndedOnesAreForgotten) {
    DeskState state = connected({});
    api::Snapshot many;
    many.set_seq(8);
    for (int id = 1; id <= 2'500; ++id) {
        *many.add_incidents() = incident(id, 3, kNow, id <= 2'200 ? "open" : "closed");
    }
    state.apply_snapshot(many, kNow);
    EXPECT_EQ(state.incidents().size(), 2'200U);
    EXPECT_EQ(state.timers().size(), 2'200U);
    EXPECT_EQ(queue_rows(state, kNow).size(), 2'200U);
    api::Delta delta;
    delta.set_seq(9);
    *delta.add_incidents() = incident(3'000, 3, kNow, "closed");
    ASSERT_TRUE(state.apply_delta(delta, kNow));
    EXPECT_EQ(state.incident(3'000), nullptr);
}

TEST(DeskState, OnlyUnitsWithAPositionArePlaced) {
    DeskState state = connected({});
    api::Delta delta;
    delta.set_seq(6);
    delta.add_units()->set_id(2);
    ASSERT_TRUE(state.apply_delta(delta, kNow));
    api::Live live;
    auto* p = live.add_positions();
    p->set_unit_id(3); // of no unit that is known
    p->set_received_us(kNow);
    state.apply_live(live, kNow);
    const auto placed = placed_units(state, kNow);
    ASSERT_EQ(placed.size(), 1U);
    EXPECT_EQ(placed.front().unit->id(), 1);
    EXPECT_EQ(placed.front().position->unit_id(), 1);
    EXPECT_EQ(placed.front().age_ms, state.position_age_ms(1, kNow));
}

TEST(DeskState, DeltaThatDoesNotFollowAsksForANewSnapshotAndChangesNothing) {
    DeskState state = connected({});
    api::Delta delta;
    delta.set_seq(7);
    auto* u = delta.add_units();
    u->set_id(1);
    u->set_state(ems::wire::UNIT_EN_ROUTE);
    u->set_version(9);
    EXPECT_FALSE(state.apply_delta(delta, kNow));
    EXPECT_EQ(state.unit(1)->state(), ems::wire::UNIT_AVAILABLE);
    delta.set_seq(6);
    EXPECT_TRUE(state.apply_delta(delta, kNow));
    EXPECT_EQ(state.unit(1)->state(), ems::wire::UNIT_EN_ROUTE);
}

TEST(DeskState, WhatACrewFoundIsOfItsIncidentAloneAndASnapshotSaysItAnew) {
    DeskState state = connected({});
    api::Live live;
    auto* found = live.add_findings();
    found->set_unit_id(1);
    found->set_incident_id(11);
    found->mutable_chart()->mutable_findings()->set_pain(6);
    state.apply_live(live, kNow);
    ASSERT_NE(state.chart(1, 11), nullptr);
    EXPECT_EQ(state.chart(1, 11)->findings().pain(), 6U);
    EXPECT_EQ(state.chart(1, 12), nullptr) << "another patient";
    state.apply_snapshot({}, kNow);
    EXPECT_EQ(state.chart(1, 11), nullptr);
}

TEST(DeskState, OlderVersionDoesNotReplaceANewer) {
    DeskState state = connected({});
    api::Delta delta;
    delta.set_seq(6);
    auto* u = delta.add_units();
    u->set_id(1);
    u->set_state(ems::wire::UNIT_OUT_OF_SERVICE);
    u->set_version(2);
    EXPECT_TRUE(state.apply_delta(delta, kNow));
    EXPECT_EQ(state.unit(1)->state(), ems::wire::UNIT_AVAILABLE);
}

TEST(DeskState, ShownTimeStandsStillWhileTheServerIsLost) {
    DeskState state = connected({});
    EXPECT_EQ(state.shown_us(kNow + 3 * kS), kNow + 3 * kS);
    state.apply_link({LinkChange::State::down, "", 1, 0}, kNow + 5 * kS);
    EXPECT_EQ(state.shown_us(kNow + 60 * kS), kNow + 5 * kS);
    state.watch_targets(kNow + 60 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().code, "server_lost");
}

TEST(DeskState, AServerThatTakesNoOrdersIsAnAlarmAfterAShortChangeOfTheLead) {
    DeskState state = connected({});
    state.apply_leader(Leader::absent, kNow);
    state.watch_targets(kNow + 2 * kS);
    EXPECT_TRUE(state.takes_orders(kNow + 2 * kS));
    EXPECT_TRUE(state.alarms().entries().empty());
    state.apply_leader(Leader::absent, kNow + 3 * kS);
    state.watch_targets(kNow + 3 * kS);
    EXPECT_FALSE(state.takes_orders(kNow + 3 * kS));
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().code, "no_leader");
    state.apply_leader(Leader::present, kNow + 4 * kS);
    state.watch_targets(kNow + 4 * kS);
    EXPECT_TRUE(state.takes_orders(kNow + 4 * kS));
    EXPECT_EQ(state.alarms().entries().front().state, AlarmState::returned);
}

TEST(DeskState, ASnapshotBringsTheAlarmsThatStandAndEndsTheOthers) {
    DeskState state = connected({});
    const auto alarm = [](const char* code) {
        api::LiveAlarm out;
        out.set_unit_id(1);
        out.mutable_alarm()->set_code(code);
        out.mutable_alarm()->set_active(true);
        return out;
    };
    api::Live live;
    *live.add_alarms() = alarm("vf");
    *live.add_alarms() = alarm("spo2_low");
    state.apply_live(live, kNow);
    api::Snapshot snapshot;
    snapshot.set_seq(9);
    snapshot.set_server_us(kNow);
    *snapshot.add_alarms() = alarm("spo2_low");
    *snapshot.add_alarms() = alarm("apnoea");
    state.apply_snapshot(snapshot, kNow);
    std::map<std::string, AlarmState> seen;
    for (const AlarmEntry& entry : state.alarms().entries()) {
        seen[entry.code] = entry.state;
    }
    EXPECT_EQ(seen, (std::map<std::string, AlarmState>{{"vf", AlarmState::returned},
                                                       {"spo2_low", AlarmState::active},
                                                       {"apnoea", AlarmState::active}}));
}

TEST(DeskState, ASensorThatIsOffIsAnAlarmOnlyWithAPatient) {
    DeskState state = connected({});
    api::Live live;
    auto* alarm = live.add_alarms();
    alarm->set_unit_id(1);
    alarm->mutable_alarm()->set_code("ecg_lead_off");
    alarm->mutable_alarm()->set_active(true);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    EXPECT_TRUE(state.alarms().entries().empty());
    const auto unit_is = [&](ems::wire::UnitState to, std::uint64_t seq) {
        api::Delta delta;
        delta.set_seq(seq);
        delta.set_server_us(kNow);
        api::Unit& u = *delta.add_units();
        u = *state.unit(1);
        u.set_state(to);
        u.set_version(u.version() + 1);
        state.apply_delta(delta, kNow);
        state.watch_targets(kNow);
    };
    unit_is(ems::wire::UNIT_AT_PATIENT, 6);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().code, "ecg_lead_off");
    unit_is(ems::wire::UNIT_HANDOVER, 7);
    EXPECT_TRUE(state.alarms().entries().empty()) << "nothing to acknowledge either";
}

TEST(DeskState, PositionAgeCountsByTheServersClock) {
    DeskState state = connected({});
    EXPECT_EQ(state.position_age_ms(1, kNow), 2'000);
    EXPECT_EQ(state.position_age_ms(1, kNow + 4 * kS), 6'000);
    EXPECT_FALSE(state.position_age_ms(99, kNow).has_value());
}

TEST(DeskState, PositionThatWasOldWhenItCameIsShownAsOld) {
    DeskState state = connected({});
    api::Live live;
    auto* p = live.add_positions();
    p->set_unit_id(1);
    p->set_received_us(kNow);
    p->set_age_at_receipt_ms(2'400'000);
    state.apply_live(live, kNow);
    EXPECT_EQ(state.position_age_ms(1, kNow + 3 * kS), 2'403'000);
}

DeskState with_vitals_at(std::int64_t device_us, std::int64_t received_us, std::int32_t hr_bpm) {
    DeskState state = connected({});
    api::Live live;
    auto* v = live.add_vitals();
    v->set_unit_id(1);
    v->set_device_us(device_us);
    v->set_received_us(received_us);
    v->mutable_vitals()->set_hr_bpm(hr_bpm);
    state.apply_live(live, received_us);
    return state;
}

TEST(DeskState, LateVitalsDoNotBecomeTheNewest) {
    DeskState state = connected({});
    api::Live live;
    auto* v = live.add_vitals();
    v->set_unit_id(1);
    v->set_received_us(kNow);
    v->mutable_vitals()->set_hr_bpm(104);
    state.apply_live(live, kNow);
    v->set_received_us(kNow - 30 * kS);
    v->mutable_vitals()->set_hr_bpm(60);
    state.apply_live(live, kNow);
    EXPECT_EQ(state.vitals(1)->newest.vitals().hr_bpm(), 104);
}

TEST(DeskState, VitalsAgeByTheServersClockWhateverTheVehiclesSays) {
    DeskState state = connected({});
    api::Live live;
    auto* v = live.add_vitals();
    v->set_unit_id(1);
    v->set_device_us(kNow + 600 * kS); // ten minutes ahead
    v->set_received_us(kNow);
    v->set_age_at_receipt_ms(2'000);
    v->mutable_vitals()->set_nibp_sys_mmhg(120);
    v->mutable_vitals()->set_nibp_t_us(kNow + 480 * kS);
    v->mutable_vitals()->set_hr_bpm(104);
    state.apply_live(live, kNow);
    const VitalsTrack& track = *state.vitals(1);
    const auto age_us = [&](signal::VitalKind kind) { return track.board().read(kind, kNow + 20 * kS).age_us; };
    EXPECT_EQ(age_us(signal::VitalKind::hr), 22 * kS);
    EXPECT_EQ(age_us(signal::VitalKind::nibp_sys), 142 * kS) << "the cuff was read 120 s before the rest";
    EXPECT_EQ(track.trend.back().at_us, kNow - 2 * kS);
}

TEST(DeskState, AVehicleWhoseClockWasSetBackIsStillShownLive) {
    DeskState state = with_vitals_at(kNow + 600 * kS, kNow, 104);
    api::Live live;
    auto* v = live.add_vitals();
    v->set_unit_id(1);
    v->set_device_us(kNow + kS);
    v->set_received_us(kNow + kS);
    v->mutable_vitals()->set_hr_bpm(60);
    state.apply_live(live, kNow + kS);
    EXPECT_EQ(state.vitals(1)->newest.vitals().hr_bpm(), 60);
}

TEST(DeskState, OverdueDispatchRaisesAnAlarmOnceAndDispatchEndsIt) {
    DeskState state = connected({incident(11, 1, kNow)});
    state.watch_targets(kNow + 59 * kS);
    EXPECT_TRUE(state.alarms().entries().empty());
    state.watch_targets(kNow + 61 * kS);
    state.watch_targets(kNow + 62 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().code, "dispatch_overdue");
}

TEST(DeskState, ATransferOfTheAfternoonIsNotOverdueAMinuteAfterItIsEntered) {
    api::Incident transfer = incident(12, 3, kNow);
    transfer.set_kind("transfer");
    transfer.set_planned_us(kNow + 7'200 * kS);
    DeskState state = connected({transfer});
    state.watch_targets(kNow + 61 * kS);
    EXPECT_TRUE(state.alarms().entries().empty());
    state.watch_targets(kNow + (7'200 - 1'800 + 61) * kS); // half an hour before, and a minute
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().code, "dispatch_overdue");
}

TEST(DeskState, ATransferThatIsEnteredShortOfItsTimeIsCountedFromItsEntry) {
    api::Incident transfer = incident(12, 3, kNow);
    transfer.set_kind("transfer");
    transfer.set_planned_us(kNow + 600 * kS);
    DeskState state = connected({transfer});
    state.watch_targets(kNow + 59 * kS);
    EXPECT_TRUE(state.alarms().entries().empty());
}

TEST(DeskState, TransfersStandBehindTheEmergencies) {
    api::Incident later = incident(12, 1, kNow - 300 * kS);
    later.set_kind("transfer");
    later.set_planned_us(kNow + 7'200 * kS);
    api::Incident due = incident(13, 2, kNow - 200 * kS);
    due.set_kind("transfer");
    due.set_planned_us(kNow + 600 * kS);
    const DeskState state = connected({later, due, incident(14, 4, kNow)});
    std::vector<std::int64_t> ids;
    for (const QueueRow& row : queue_rows(state, kNow)) {
        ids.push_back(row.incident->id());
    }
    EXPECT_EQ(ids, (std::vector<std::int64_t>{14, 13, 12}));
}

TEST(DeskState, AnIncidentThatStillLacksAUnitIsToldLouder) {
    api::Incident row = incident(11, 1, kNow - 300 * kS);
    row.set_alarm("short_of_units");
    DeskState state = connected({row});
    const auto only = [&state] {
        EXPECT_EQ(state.alarms().entries().size(), 1U);
        return state.alarms().entries().front();
    };
    state.watch_targets(kNow);
    EXPECT_EQ(only().grade, Grade::medium);
    api::Delta later;
    later.set_seq(6);
    later.set_server_us(kNow);
    row.set_alarm("units_overdue");
    *later.add_incidents() = row;
    ASSERT_TRUE(state.apply_delta(later, kNow));
    state.watch_targets(kNow + kS);
    EXPECT_EQ(only().grade, Grade::high);
    EXPECT_EQ(only().code, "units_overdue");
}

TEST(DeskState, AnIncidentThatLostItsUnitAndAPostingThatReachesNobodyStandUntilTheServerSaysOtherwise) {
    api::Incident lost = incident(11, 1, kNow);
    lost.set_alarm("short_of_units");
    DeskState state = connected({lost});
    api::Delta posting;
    posting.set_seq(6);
    posting.set_server_us(kNow);
    auto* p = posting.add_postings();
    p->set_id(3);
    p->set_unit_id(1);
    p->set_alarm("crew_not_reached");
    ASSERT_TRUE(state.apply_delta(posting, kNow));
    state.watch_targets(kNow + kS);
    std::set<std::string> codes;
    for (const AlarmEntry& entry : state.alarms().entries()) {
        codes.insert(entry.code);
    }
    EXPECT_EQ(codes, (std::set<std::string>{"short_of_units", "crew_not_reached"}));
    api::Delta over;
    over.set_seq(7);
    over.set_server_us(kNow);
    *over.add_incidents() = incident(11, 1, kNow);
    over.add_postings()->set_id(3);
    ASSERT_TRUE(state.apply_delta(over, kNow));
    state.watch_targets(kNow + 2 * kS);
    for (const AlarmEntry& entry : state.alarms().entries()) {
        EXPECT_EQ(entry.state, AlarmState::returned) << entry.code; // until somebody has seen it
    }
}

api::Delta order_is(std::uint64_t seq, const char* assignment_state, const char* alarm) {
    api::Delta delta;
    delta.set_seq(seq);
    delta.set_server_us(kNow);
    auto* a = delta.add_assignments();
    a->set_id(7);
    a->set_incident_id(11);
    a->set_unit_id(1);
    a->set_state(assignment_state);
    a->set_created_us(kNow);
    a->set_alarm(alarm);
    a->set_version(seq);
    return delta;
}

TEST(DeskState, AnOrderThatFindsNoCrewIsAnAlarmUntilTheCrewAnswers) {
    DeskState state = connected({incident(11, 1, kNow, "assigned")});
    ASSERT_TRUE(state.apply_delta(order_is(6, "ordered", "crew_not_reached"), kNow));
    state.watch_targets(kNow + 6 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    const AlarmEntry unreached = state.alarms().entries().front();
    EXPECT_EQ(unreached.key, "a7:crew_not_reached");
    EXPECT_EQ(unreached.grade, Grade::medium);
    EXPECT_EQ(unreached.code, "crew_not_reached");
    EXPECT_EQ(unreached.subject, "0011");
    EXPECT_EQ(unreached.value, "中心01");
    EXPECT_EQ(unreached.since_us, kNow);
    const std::vector<std::string> shown{unreached.key};
    ASSERT_TRUE(state.acknowledge_alarm(shown, kNow + 7 * kS));
    ASSERT_TRUE(state.apply_delta(order_is(7, "delivered", "crew_silent"), kNow));
    state.watch_targets(kNow + 31 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().key, "a7:crew_silent");
    EXPECT_EQ(state.alarms().entries().front().state, AlarmState::active);
    ASSERT_TRUE(state.apply_delta(order_is(8, "accepted", ""), kNow));
    state.watch_targets(kNow + 32 * kS);
    EXPECT_EQ(state.alarms().entries().front().state, AlarmState::returned);
}

TEST(DeskState, ACrewThatHoldsItsOrderAndHasNotAnsweredIsALowAlarmUntilItIsSilent) {
    DeskState state = connected({incident(11, 1, kNow, "assigned")});
    ASSERT_TRUE(state.apply_delta(order_is(6, "delivered", "crew_unanswered"), kNow));
    state.watch_targets(kNow + 6 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().grade, Grade::low);
    ASSERT_TRUE(state.apply_delta(order_is(7, "delivered", "crew_silent"), kNow));
    state.watch_targets(kNow + 31 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().grade, Grade::medium);
}

TEST(DeskState, ThatACrewHasToBeToldByVoiceIsALowAlarmUntilItIsSilent) {
    DeskState state = connected({incident(11, 1, kNow, "assigned")});
    ASSERT_TRUE(state.apply_delta(order_is(6, "ordered", "tell_by_voice"), kNow));
    state.watch_targets(kNow + 11 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().grade, Grade::low);
    ASSERT_TRUE(state.apply_delta(order_is(7, "ordered", "crew_silent"), kNow));
    state.watch_targets(kNow + 31 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().grade, Grade::medium);
}

TEST(Rows, WaitingCallsStandByLevelThenTheLongestWaitFirst) {
    const DeskState state = connected({incident(1, 3, kNow - 90 * kS), incident(2, 1, kNow - 10 * kS),
                                       incident(3, 1, kNow - 50 * kS), incident(4, 2, kNow, "closed")});
    const auto rows = queue_rows(state, kNow);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].incident->id(), 3);
    EXPECT_EQ(rows[1].incident->id(), 2);
    EXPECT_EQ(rows[2].incident->id(), 1);
    EXPECT_TRUE(rows[2].broke_target);
}

TEST(Rows, TheHighestLevelThenTheNewestIsFollowed) {
    const DeskState state =
        connected({incident(1, 3, kNow), incident(2, 1, kNow - 60 * kS), incident(3, 1, kNow - 50 * kS)});
    EXPECT_EQ(incident_to_follow(state), 3);
}

TEST(Ageing, StepsAtOnePeriodThreePeriodsAndTheLimit) {
    EXPECT_EQ(freshness(5'000, kPositionAge), Freshness::fresh);
    EXPECT_EQ(freshness(5'001, kPositionAge), Freshness::late);
    EXPECT_EQ(freshness(15'001, kPositionAge), Freshness::old);
    EXPECT_EQ(freshness(60'001, kPositionAge), Freshness::lost);
}

TEST(TimeText, IsLocalToShanghaiAndCountsOnFromTheHour) {
    EXPECT_EQ(clock_text(kNow), "18:42:16");
    EXPECT_EQ(date_text(kNow), "2026-03-18");
    EXPECT_EQ(weekday(kNow), 3);
    EXPECT_EQ(elapsed_text(47 * kS), "0:47");
    EXPECT_EQ(elapsed_text(4'027 * kS), "1:07:07");
    EXPECT_EQ(elapsed_text(-5), "0:00");
    EXPECT_EQ(age_text(12 * kS), "12 s");
    EXPECT_EQ(age_text(151 * kS), "2:31");
}

TEST(AgeHistogram, PercentilesAreUpperEdges) {
    AgeHistogram ages;
    for (int i = 1; i <= 100; ++i) {
        ages.add(i * 1'000);
    }
    EXPECT_EQ(ages.percentile_ms(0.5), 50);
    EXPECT_EQ(ages.percentile_ms(0.99), 99);
    EXPECT_EQ(ages.max_ms(), 100);
}

api::Live vitals_of(std::int64_t unit, std::int32_t spo2, std::int64_t at_us) {
    api::Live live;
    auto* v = live.add_vitals();
    v->set_unit_id(unit);
    v->set_device_us(at_us);
    v->set_received_us(at_us);
    v->mutable_vitals()->set_hr_bpm(104);
    v->mutable_vitals()->set_spo2_pct(spo2);
    return live;
}

DeskState with_patient() {
    DeskState state = connected({incident(34, 1, kNow - 60 * kS, "assigned")});
    api::Delta delta;
    delta.set_seq(6);
    auto* u = delta.add_units();
    u->set_id(1);
    u->set_name("中心01");
    u->set_state(ems::wire::UNIT_TRANSPORTING);
    u->set_incident_id(34);
    u->set_version(4);
    EXPECT_TRUE(state.apply_delta(delta, kNow));
    return state;
}

TEST(DeskState, AValueOutOfItsLimitsRaisesAnAlarmOfItsOwn) {
    DeskState state = with_patient();
    state.apply_live(vitals_of(1, 90, kNow), kNow);
    state.watch_targets(kNow);
    EXPECT_TRUE(state.alarms().entries().empty());
    state.apply_live(vitals_of(1, 88, kNow + kS), kNow + kS);
    state.watch_targets(kNow + kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    const AlarmEntry& alarm = state.alarms().entries().front();
    EXPECT_EQ(alarm.code, "spo2_low");
    EXPECT_EQ(alarm.value, "88 < 90");
    EXPECT_EQ(alarm.subject, "0034");
    EXPECT_EQ(alarm.grade, Grade::medium);
    state.apply_live(vitals_of(1, 93, kNow + 2 * kS), kNow + 2 * kS);
    state.watch_targets(kNow + 2 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().state, AlarmState::returned);
    EXPECT_EQ(state.alarms().entries().front().ending, Ending::recovered);
}

// The sensor fell off, or the patient is no longer on the monitor: nobody knows that he has recovered.
TEST(DeskState, AnAlarmWhoseValueIsNoLongerMeasuredIsNotSaidToHaveEnded) {
    DeskState state = with_patient();
    state.apply_live(vitals_of(1, 88, kNow), kNow);
    state.watch_targets(kNow);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    state.watch_targets(kNow + 600 * kS);
    const AlarmEntry* alarm = state.alarms().find("u1:spo2_low");
    ASSERT_NE(alarm, nullptr);
    EXPECT_EQ(alarm->state, AlarmState::returned);
    EXPECT_EQ(alarm->ending, Ending::unwatched);
}

TEST(DeskState, TheLimitsAreThoseTheVehicleHasInForceNotTheAgesOfTheCall) {
    DeskState state = with_patient();
    api::Live live = vitals_of(1, 97, kNow);
    auto* vitals = live.mutable_vitals(0)->mutable_vitals();
    vitals->set_hr_bpm(150); // of an infant
    vitals->set_limits_of(ems::wire::PATIENT_INFANT);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    EXPECT_TRUE(state.alarms().entries().empty());
    vitals->set_limits_of(ems::wire::PATIENT_CHILD);
    vitals->set_hr_bpm(70);
    live.mutable_vitals(0)->set_received_us(kNow + kS);
    state.apply_live(live, kNow + kS);
    state.watch_targets(kNow + kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().value, "70 < 75");
}

TEST(DeskState, ACuffReadingOfLongAgoRaisesNothing) {
    DeskState state = with_patient();
    api::Live live = vitals_of(1, 97, kNow);
    auto* vitals = live.mutable_vitals(0)->mutable_vitals();
    vitals->set_nibp_sys_mmhg(70);
    vitals->set_nibp_t_us(kNow - 541 * kS);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    EXPECT_TRUE(state.alarms().entries().empty());
    vitals->set_nibp_t_us(kNow - 30 * kS);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().code, "nibp_low");
}

TEST(DeskState, AnAlarmOfTheCuffIsAsOldAsItsReading) {
    DeskState state = with_patient();
    api::Live live = vitals_of(1, 97, kNow);
    auto* vitals = live.mutable_vitals(0)->mutable_vitals();
    vitals->set_nibp_sys_mmhg(70);
    vitals->set_nibp_t_us(kNow - 100 * kS);
    state.apply_live(live, kNow);
    state.watch_targets(kNow + 2 * kS);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().received_us, kNow);
    EXPECT_EQ(state.alarms().entries().front().age_at_receipt_us, 100 * kS);
}

TEST(DeskState, AMeasuredZeroIsAPointOfTheTrendAndAMissingNumberIsNone) {
    DeskState state = with_patient();
    api::Live live = vitals_of(1, 97, kNow);
    live.mutable_vitals(0)->mutable_vitals()->set_rr_bpm(0);
    live.mutable_vitals(0)->mutable_vitals()->clear_hr_bpm();
    state.apply_live(live, kNow);
    const TrendPoint& point = state.vitals(1)->trend.back();
    EXPECT_EQ(point.rr, 0);
    EXPECT_EQ(point.spo2, 97);
    EXPECT_FALSE(point.hr);
}

TEST(DeskState, AnInvalidValueRaisesNothing) {
    DeskState state = with_patient();
    api::Live live = vitals_of(1, 40, kNow);
    live.mutable_vitals(0)->mutable_vitals()->set_invalid_mask(1U << 2U);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    EXPECT_TRUE(state.alarms().entries().empty());
}

TEST(DeskState, TheVehiclesOwnAlarmIsLeftToTheVehicle) {
    DeskState state = with_patient();
    api::Live live = vitals_of(1, 88, kNow);
    auto* alarm = live.add_alarms();
    alarm->set_unit_id(1);
    alarm->set_received_us(kNow);
    alarm->mutable_alarm()->set_code("spo2_low");
    alarm->mutable_alarm()->set_priority(ems::wire::Alarm::HIGH);
    alarm->mutable_alarm()->set_active(true);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().grade, Grade::high);
    state.apply_live(vitals_of(1, 93, kNow + kS), kNow + kS);
    state.watch_targets(kNow + kS);
    EXPECT_EQ(state.alarms().entries().front().state, AlarmState::active); // until the vehicle ends it
}

TEST(DeskState, WhatFollowsFromTheVehiclesAlarmIsNoAlarmOfTheDesk) {
    DeskState state = with_patient();
    api::Live live = vitals_of(1, 97, kNow);
    live.mutable_vitals(0)->mutable_vitals()->set_hr_bpm(30);
    auto* alarm = live.add_alarms();
    alarm->set_unit_id(1);
    alarm->set_received_us(kNow);
    alarm->mutable_alarm()->set_code("hr_extreme_low");
    alarm->mutable_alarm()->set_priority(ems::wire::Alarm::HIGH);
    alarm->mutable_alarm()->set_active(true);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().code, "hr_extreme_low");
}

TEST(DeskState, AnInfantIsKnownByItsMonths) {
    DeskState state = with_patient();
    api::Delta delta;
    delta.set_seq(7);
    *delta.add_incidents() = *state.incident(34);
    delta.mutable_incidents(0)->set_age_years(0);
    delta.mutable_incidents(0)->set_age_months(8);
    ASSERT_TRUE(state.apply_delta(delta, kNow));
    api::Live live = vitals_of(1, 97, kNow);
    live.mutable_vitals(0)->mutable_vitals()->set_hr_bpm(99);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().value, "99 < 100");
}

TEST(DeskState, AChildIsHeldAgainstAChildsLimits) {
    DeskState state = with_patient();
    api::Delta delta;
    delta.set_seq(7);
    *delta.add_incidents() = *state.incident(34);
    delta.mutable_incidents(0)->set_age_years(6);
    ASSERT_TRUE(state.apply_delta(delta, kNow));
    api::Live live = vitals_of(1, 97, kNow);
    live.mutable_vitals(0)->mutable_vitals()->set_hr_bpm(130);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    EXPECT_TRUE(state.alarms().entries().empty()) << "75 to 160";
    live.mutable_vitals(0)->mutable_vitals()->set_hr_bpm(74);
    state.apply_live(live, kNow);
    state.watch_targets(kNow);
    ASSERT_EQ(state.alarms().entries().size(), 1U);
    EXPECT_EQ(state.alarms().entries().front().value, "74 < 75");
}

// The unit handed over its patient of 34 and goes to 35.
DeskState with_the_next_patient() {
    DeskState state = with_patient();
    state.apply_live(vitals_of(1, 88, kNow), kNow);
    api::Delta delta;
    delta.set_seq(7);
    delta.set_server_us(kNow + kS);
    auto* done = delta.add_assignments();
    done->set_id(70);
    done->set_incident_id(34);
    done->set_unit_id(1);
    done->set_state("done");
    done->set_version(1);
    api::Unit u = *state.unit(1);
    u.clear_incident_id();
    u.set_state(ems::wire::UNIT_CLEARING);
    u.set_version(5);
    *delta.add_units() = u;
    EXPECT_TRUE(state.apply_delta(delta, kNow + kS));
    EXPECT_EQ(state.unit_of(34), state.unit(1)) << "on its way back it is still the unit of the case";
    EXPECT_EQ(state.patient_unit_of(34), nullptr) << "its patient is in other hands";
    api::Delta next;
    next.set_seq(8);
    next.set_server_us(kNow + 2 * kS);
    u.set_incident_id(35);
    u.set_state(ems::wire::UNIT_ASSIGNED);
    u.set_version(6);
    *next.add_units() = u;
    *next.add_incidents() = incident(35, 1, kNow, "assigned");
    auto* ordered = next.add_assignments();
    ordered->set_id(71);
    ordered->set_incident_id(35);
    ordered->set_unit_id(1);
    ordered->set_state("ordered");
    EXPECT_TRUE(state.apply_delta(next, kNow + 2 * kS));
    return state;
}

TEST(DeskState, AUnitOnItsNextCaseIsNotTheUnitOfTheLast) {
    const DeskState state = with_the_next_patient();
    EXPECT_EQ(state.unit_of(34), nullptr);
    EXPECT_EQ(state.patient_unit_of(34), nullptr);
    EXPECT_EQ(state.patient_unit_of(35), state.unit(1));
}

TEST(DeskState, ThePatientsNumbersStayWithThePatient) {
    DeskState state = with_the_next_patient();
    EXPECT_EQ(state.vitals(1), nullptr);
    state.apply_live(vitals_of(1, 97, kNow + 3 * kS), kNow + 3 * kS);
    ASSERT_NE(state.vitals(1), nullptr);
    EXPECT_EQ(state.vitals(1)->trend.size(), 1U);
}

TEST(DeskState, ASnapshotOfTheSameCaseKeepsItsNumbers) {
    DeskState state = with_patient();
    state.apply_live(vitals_of(1, 95, kNow), kNow);
    api::Snapshot again;
    again.set_seq(9);
    again.set_server_us(kNow);
    *again.add_units() = *state.unit(1);
    state.apply_snapshot(again, kNow);
    EXPECT_NE(state.vitals(1), nullptr);
    again.mutable_units(0)->set_incident_id(35);
    state.apply_snapshot(again, kNow);
    EXPECT_EQ(state.vitals(1), nullptr);
}

TEST(DeskState, AServerClockThatWasSetBackIsFollowedWithinAMinute) {
    DeskState state = connected({});
    for (std::int64_t t = 0; t <= 62; ++t) {
        api::Live live;
        live.set_server_us(kNow + (t - 5) * kS);
        state.apply_live(live, kNow + t * kS);
    }
    EXPECT_EQ(state.server_us(kNow + 62 * kS), kNow + 57 * kS);
}

TEST(DeskState, AMessageThatWasLongOnItsWayDoesNotMoveTheClock) {
    DeskState state = connected({});
    api::Live live;
    live.set_server_us(kNow + kS);
    state.apply_live(live, kNow + 4 * kS);
    EXPECT_EQ(state.server_us(kNow + 4 * kS), kNow + 4 * kS);
}

TEST(DeskState, AServerWhoseClockIsBehindBringsItsPositionsAllTheSame) {
    DeskState state = connected({});
    api::Snapshot taken_over;
    taken_over.set_seq(9);
    taken_over.set_server_us(kNow - 10 * kS);
    state.apply_snapshot(taken_over, kNow);
    api::Live live;
    live.set_server_us(kNow - 9 * kS);
    auto* p = live.add_positions();
    p->set_unit_id(1);
    p->set_speed_cm_s(777);
    p->set_received_us(kNow - 9 * kS);
    state.apply_live(live, kNow + kS);
    ASSERT_NE(state.position(1), nullptr);
    EXPECT_EQ(state.position(1)->speed_cm_s(), 777U);
}

} // namespace
} // namespace ems::console
