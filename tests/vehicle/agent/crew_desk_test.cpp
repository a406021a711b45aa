#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/spool/spool.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

class CrewDeskTest : public testing::Test {
  protected:
    CrewDeskTest()
        : spool_(std::move(*Spool::open({(dir_.path() / "s").string(), 1 << 30}, clock_))),
          desk_(*spool_, *VehicleId::parse("amb-zx01"),
                [](std::string_view, std::string_view signature) { return signature == "good"; }) {}

    bool give(wire::CommandBody body, const std::string& signature = "good") {
        if (body.vid().empty()) {
            body.set_vid("amb-zx01");
        }
        wire::Command command;
        command.set_payload(body.SerializeAsString());
        command.set_signature(signature);
        return desk_.take_command(command.SerializeAsString(), now());
    }
    wire::CommandBody order(const std::string& id, std::uint64_t unit_seq,
                            std::int64_t assignment) {
        wire::CommandBody body;
        body.set_id(id);
        body.set_term(3);
        body.set_unit_seq(unit_seq);
        body.mutable_dispatch()->set_assignment_id(assignment);
        return body;
    }
    Moment now() {
        return {.device = {clock_.utc_us()},
                .clk = wire::CLOCK_NTP,
                .server = {clock_.utc_us()},
                .ticks = clock_.ticks()};
    }
    std::vector<wire::CommandAck::Result> new_acks() {
        std::vector<wire::CommandAck::Result> out;
        for (const Record& record : spool_->commit().records) {
            wire::Envelope envelope;
            wire::Event event;
            EXPECT_TRUE(envelope.ParseFromString(record.envelope));
            EXPECT_TRUE(event.ParseFromString(envelope.body()));
            if (event.has_command_ack()) {
                out.push_back(event.command_ack().result());
            }
        }
        return out;
    }
    test::TempDir dir_;
    test::FakeClock clock_;
    std::unique_ptr<Spool> spool_;
    CrewDesk desk_;
};

using Acks = std::vector<wire::CommandAck::Result>;

TEST_F(CrewDeskTest, ARepeatIsAcknowledgedAtMostEveryFiveSeconds) {
    EXPECT_TRUE(give(order("c1", 1, 7)));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED});
    EXPECT_FALSE(give(order("c1", 1, 7)));
    clock_.advance(6s);
    EXPECT_TRUE(give(order("c1", 1, 7)));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED});
}

TEST_F(CrewDeskTest, ARepeatedAcknowledgementIsTheSameEventByteForByte) {
    const auto bodies = [this] {
        std::vector<std::string> out;
        for (const Record& record : spool_->commit().records) {
            wire::Envelope envelope;
            EXPECT_TRUE(envelope.ParseFromString(record.envelope));
            out.push_back(envelope.body());
        }
        return out;
    };
    wire::CommandBody body = order("c1", 1, 7);
    body.mutable_dispatch()->set_incident_id(5);
    give(body);
    const auto stored = bodies();
    clock_.advance(6s);
    give(body);
    EXPECT_EQ(bodies(), stored);
    AnswerOrder answer;
    answer.set_event_id("e1");
    answer.set_command_id("c1");
    answer.set_reason("flat tyre");
    ASSERT_TRUE(desk_.answer(answer, now()));
    const auto refused = bodies();
    ASSERT_EQ(refused.size(), 1U);
    clock_.advance(6s);
    give(body);
    EXPECT_EQ(bodies(), refused);
    // After a restart, too.
    spool_.reset();
    auto reopened = Spool::open({(dir_.path() / "s").string(), 1 << 30}, clock_);
    ASSERT_TRUE(reopened);
    spool_ = std::move(*reopened);
    CrewDesk next{*spool_, *VehicleId::parse("amb-zx01"),
                  [](std::string_view, std::string_view) { return true; }};
    wire::Command command;
    body.set_vid("amb-zx01");
    command.set_payload(body.SerializeAsString());
    next.take_command(command.SerializeAsString(), now());
    EXPECT_EQ(bodies(), refused);
}

TEST_F(CrewDeskTest, AForgeryIsToldButDoesNotFillTheSpool) {
    for (int i = 0; i < 100; ++i) {
        give(order("f" + std::to_string(i), 1, 7), "bad");
    }
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::BAD_SIGNATURE});
    EXPECT_FALSE(desk_.status().has_order());
}

TEST_F(CrewDeskTest, AnOrderOfAPassedLeaderIsTakenWhenThePresentLeaderSendsIt) {
    wire::CommandBody newer = order("c0", 1, 0);
    newer.set_term(4);
    newer.mutable_text()->set_text("of the new leader");
    give(newer);
    wire::CommandBody late = order("c1", 2, 7);
    EXPECT_TRUE(give(late));
    EXPECT_EQ(new_acks(), (Acks{wire::CommandAck::STORED, wire::CommandAck::STALE_TERM}));
    EXPECT_FALSE(give(late)) << "a repeat under the old term is told at most every 5 s";
    EXPECT_FALSE(desk_.status().has_order());
    late.set_term(4);
    EXPECT_TRUE(give(late));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED});
    EXPECT_EQ(desk_.status().order_command_id(), "c1");
    late.set_term(3);
    clock_.advance(6s);
    EXPECT_TRUE(give(late));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED}) << "what is stored stays so";
}

TEST_F(CrewDeskTest, FindingsAreOneEventWithTheTimeOfTheFinger) {
    ReportFindings report;
    report.set_event_id("f-1");
    report.set_incident_id(34);
    report.set_age_ms(90'000);
    report.mutable_findings()->set_consciousness(wire::PatientFindings::PAIN);
    ASSERT_TRUE(desk_.report(report, now()));
    ASSERT_TRUE(desk_.report(report, now())) << "a repeat is good";
    const auto records = spool_->commit().records;
    ASSERT_EQ(records.size(), 1U);
    wire::Envelope envelope;
    wire::Event event;
    ASSERT_TRUE(envelope.ParseFromString(records[0].envelope));
    ASSERT_TRUE(event.ParseFromString(envelope.body()));
    EXPECT_EQ(envelope.t_us(), clock_.utc_us() - 90'000'000);
    EXPECT_EQ(event.source(), wire::SOURCE_CREW_BUTTON);
    EXPECT_EQ(event.incident_id(), 34);
    EXPECT_EQ(event.findings().consciousness(), wire::PatientFindings::PAIN);
    EXPECT_EQ(desk_.status().chart().findings().consciousness(), wire::PatientFindings::PAIN);
}

TEST_F(CrewDeskTest, AWithdrawnEntryIsAnEventOfItsOwnAndNoLongerHoldsAfterARestart) {
    ReportFindings wrong;
    wrong.set_event_id("f-1");
    wrong.mutable_findings()->set_pain(9);
    ASSERT_TRUE(desk_.report(wrong, now()));
    clock_.advance(2s);
    ReportFindings back;
    back.set_event_id("f-2");
    back.mutable_findings()->add_withdrawn(wire::PatientFindings::kPainFieldNumber);
    ASSERT_TRUE(desk_.report(back, now()));
    EXPECT_EQ(spool_->commit().records.size(), 2U) << "the original goes to the centre, too";
    const CrewDesk again{*spool_, *VehicleId::parse("amb-zx01"), {}};
    EXPECT_FALSE(again.status().chart().findings().has_pain());
    EXPECT_EQ(again.status().chart().withdrawn().pain(), 9U);
}

class SentEcg : public CrewDeskTest {
  protected:
    SentEcg() {
        for (int i = 0; i < 150; ++i) { // 30 s
            clock_.advance(200ms);
            run_.heard({{clock_.utc_us() - 200'000}, 200ms, 0xFF, 0});
        }
    }
    static SendEcg button(const std::string& id) {
        SendEcg send;
        send.set_event_id(id);
        send.set_incident_id(34);
        return send;
    }
    Record commit_one() {
        auto records = spool_->commit().records;
        EXPECT_EQ(records.size(), 1U);
        desk_.committed(records);
        return records.at(0);
    }
    static wire::Ack ack_of(const Record& record) {
        wire::Ack ack;
        ack.set_spool(record.spool);
        ack.add_streams()->set_stream(wire::STREAM_A);
        ack.mutable_streams(0)->set_upto(record.seq);
        return ack;
    }
    EcgRun run_;
};

TEST_F(SentEcg, IsOneEventOfTheTenSecondsBeforeTheFinger) {
    SendEcg send = button("e-1");
    send.set_age_ms(5'000);
    ASSERT_TRUE(desk_.send_ecg(send, run_, now()));
    ASSERT_TRUE(desk_.send_ecg(send, {}, now())) << "a repeat is good, whatever runs by then";
    const Record record = commit_one();
    wire::Envelope envelope;
    wire::Event event;
    ASSERT_TRUE(envelope.ParseFromString(record.envelope));
    ASSERT_TRUE(event.ParseFromString(envelope.body()));
    EXPECT_EQ(envelope.t_us(), clock_.utc_us() - 5'000'000);
    EXPECT_EQ(event.source(), wire::SOURCE_CREW_BUTTON);
    EXPECT_EQ(event.incident_id(), 34);
    EXPECT_EQ(event.ecg_mark().from_us(), clock_.utc_us() - 15'000'000);
    EXPECT_EQ(event.ecg_mark().duration_ms(), 10'000U);
}

TEST_F(SentEcg, IsRefusedWithAReasonWhereNoneRuns) {
    const auto refused = desk_.send_ecg(button("e-1"), {}, now());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::not_found);
    EXPECT_NE(refused.error().detail.find("no ECG"), std::string::npos);
    EXPECT_FALSE(desk_.ecg_sent(now()));
    EXPECT_TRUE(desk_.send_ecg(button("e-1"), run_, now())) << "what was refused counts when it comes again";
}

TEST_F(SentEcg, IsAtTheCentreWhenTheCentreSaysSo) {
    ASSERT_TRUE(desk_.send_ecg(button("e-1"), run_, now()));
    const Record record = commit_one();
    EXPECT_EQ(desk_.ecg_sent(now())->fate(), EcgSent::ON_ITS_WAY);
    wire::Ack before = ack_of(record);
    before.mutable_streams(0)->set_upto(record.seq - 1);
    EXPECT_FALSE(desk_.acknowledged(before));
    wire::Ack other = ack_of(record);
    other.set_spool(record.spool + 1);
    EXPECT_FALSE(desk_.acknowledged(other)) << "of another spool";
    EXPECT_TRUE(desk_.acknowledged(ack_of(record)));
    EXPECT_EQ(desk_.ecg_sent(now())->fate(), EcgSent::AT_CENTRE);
    clock_.advance(7s);
    EXPECT_EQ(desk_.ecg_sent(now())->age_s(), 7U);
}

TEST_F(SentEcg, WaitsOverARestartForTheCentresWord) {
    ASSERT_TRUE(desk_.send_ecg(button("e-1"), run_, now()));
    const Record record = commit_one();
    spool_->commit();
    CrewDesk again{*spool_, *VehicleId::parse("amb-zx01"), {}};
    EXPECT_EQ(again.ecg_sent(now())->fate(), EcgSent::ON_ITS_WAY);
    EXPECT_TRUE(again.acknowledged(ack_of(record)));
}

TEST_F(SentEcg, ThatTheCentreWillNeverTakeIsSaid) {
    ASSERT_TRUE(desk_.send_ecg(button("e-1"), run_, now()));
    const Record record = commit_one();
    wire::Ack ack = ack_of(record);
    ack.mutable_streams(0)->add_rejected(record.seq);
    EXPECT_TRUE(desk_.acknowledged(ack));
    EXPECT_EQ(desk_.ecg_sent(now())->fate(), EcgSent::REJECTED);
}

TEST_F(SentEcg, IsOfOnePatient) {
    ASSERT_TRUE(desk_.send_ecg(button("e-1"), run_, now()));
    PressState press;
    press.set_event_id("p-1");
    press.set_state(wire::UNIT_AVAILABLE);
    ASSERT_TRUE(desk_.press(press, nullptr, now()));
    EXPECT_FALSE(desk_.ecg_sent(now()));
}

TEST_F(CrewDeskTest, FindingsThatNobodyCanHaveAreRefused) {
    ReportFindings report;
    report.set_event_id("f-1");
    report.mutable_findings()->set_pain(11);
    EXPECT_EQ(desk_.report(report, now()).error().code, Code::invalid_argument);
    EXPECT_TRUE(spool_->commit().records.empty());
}

TEST_F(CrewDeskTest, TheChartIsOfOnePatientAndOutlivesARestart) {
    ReportFindings report;
    report.set_event_id("f-1");
    report.mutable_findings()->set_pain(6);
    ASSERT_TRUE(desk_.report(report, now()));
    spool_->commit();
    const CrewDesk again{*spool_, *VehicleId::parse("amb-zx01"), {}};
    EXPECT_EQ(again.status().chart().findings().pain(), 6U);
    PressState press;
    press.set_event_id("p-1");
    press.set_state(wire::UNIT_AVAILABLE);
    ASSERT_TRUE(desk_.press(press, nullptr, now()));
    EXPECT_FALSE(desk_.status().has_chart());
}

TEST_F(CrewDeskTest, WhatItRefusesAsPastSaysWhatItHasSeenAndUnderALaterNumberIsTaken) {
    const auto refusal = [this] {
        wire::Envelope envelope;
        wire::Event event;
        const auto records = spool_->commit().records;
        EXPECT_EQ(records.size(), 1U);
        EXPECT_TRUE(envelope.ParseFromString(records.front().envelope));
        EXPECT_TRUE(event.ParseFromString(envelope.body()));
        return event.command_ack();
    };
    give(order("c1", 500, 7));
    static_cast<void>(new_acks());
    wire::CommandBody restored = order("c2", 12, 8);
    restored.set_term(2);
    EXPECT_TRUE(give(restored));
    wire::CommandAck told = refusal();
    EXPECT_EQ(told.result(), wire::CommandAck::STALE_TERM);
    EXPECT_EQ(told.highest_term(), 3U);
    EXPECT_EQ(told.executed_unit_seq(), 500U);
    restored.set_term(4);
    EXPECT_TRUE(give(restored));
    told = refusal();
    EXPECT_EQ(told.result(), wire::CommandAck::SUPERSEDED);
    EXPECT_EQ(told.executed_unit_seq(), 500U);
    EXPECT_EQ(desk_.status().order_command_id(), "c1");
    restored.set_unit_seq(500);
    EXPECT_TRUE(give(restored));
    EXPECT_EQ(refusal().result(), wire::CommandAck::SUPERSEDED) << "told anew: it has another number";
    EXPECT_FALSE(give(restored)) << "and only once";
    restored.set_unit_seq(501);
    EXPECT_TRUE(give(restored));
    EXPECT_EQ(new_acks(), (Acks{wire::CommandAck::STORED, wire::CommandAck::SUPERSEDED})) << "and the first is replaced";
    EXPECT_EQ(desk_.status().order_command_id(), "c2");
}

TEST_F(CrewDeskTest, AnOrderThatAnotherReplacedOnBoardStaysReplacedUnderAnyNumber) {
    give(order("c1", 1, 7));
    give(order("c2", 2, 8));
    static_cast<void>(new_acks());
    wire::CommandBody again = order("c1", 3, 7);
    clock_.advance(6s);
    EXPECT_TRUE(give(again));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::SUPERSEDED}) << "the crew has seen both";
    EXPECT_EQ(desk_.status().order_command_id(), "c2");
}

TEST_F(CrewDeskTest, ARefusalGivesTheUnitBackItsState) {
    give(order("c1", 1, 7));
    EXPECT_EQ(desk_.status().state(), wire::UNIT_ASSIGNED);
    AnswerOrder answer;
    answer.set_event_id("e1");
    answer.set_command_id("c1");
    answer.set_reason("flat tyre");
    EXPECT_TRUE(desk_.answer(answer, now()));
    EXPECT_EQ(new_acks(), (Acks{wire::CommandAck::STORED, wire::CommandAck::REFUSED}));
    EXPECT_EQ(desk_.status().state(), wire::UNIT_AVAILABLE);
    EXPECT_FALSE(desk_.status().has_order());
    answer.set_event_id("e2");
    EXPECT_FALSE(desk_.answer(answer, now())) << "no order waits any more";
}

TEST_F(CrewDeskTest, ANewOrderBeforeTheAnswerSupersedesTheFirst) {
    give(order("c1", 1, 7));
    give(order("c2", 2, 8));
    EXPECT_EQ(new_acks(), (Acks{wire::CommandAck::STORED, wire::CommandAck::STORED,
                                wire::CommandAck::SUPERSEDED}));
    EXPECT_EQ(desk_.status().order_command_id(), "c2");
    EXPECT_FALSE(desk_.on_case());
}

TEST_F(CrewDeskTest, ACancellationClosesOnlyItsOwnAssignment) {
    give(order("c1", 1, 7));
    wire::CommandBody other = order("c2", 2, 0);
    other.mutable_cancel()->set_assignment_id(6);
    give(other);
    EXPECT_TRUE(desk_.status().has_order());
    wire::CommandBody cancel = order("c3", 3, 0);
    cancel.mutable_cancel()->set_assignment_id(7);
    give(cancel);
    EXPECT_FALSE(desk_.status().has_order());
    EXPECT_EQ(desk_.status().state(), wire::UNIT_AVAILABLE);
}

TEST_F(CrewDeskTest, ACallThatGetsWorseIsShownAsItNowIs) {
    wire::CommandBody first = order("c1", 1, 7);
    first.mutable_dispatch()->set_level(3);
    first.mutable_dispatch()->set_complaint("dizzy");
    give(first);
    wire::CommandBody worse = order("c2", 2, 0);
    worse.mutable_correction()->set_assignment_id(7);
    worse.mutable_correction()->set_level(1);
    worse.mutable_correction()->set_complaint("not breathing");
    give(worse);
    EXPECT_EQ(desk_.status().order().level(), 1U);
    EXPECT_EQ(desk_.status().order().complaint(), "not breathing");
    wire::CommandBody of_an_older_centre = order("c3", 3, 0);
    of_an_older_centre.mutable_correction()->set_assignment_id(7);
    of_an_older_centre.mutable_correction()->set_address("east end");
    give(of_an_older_centre);
    EXPECT_EQ(desk_.status().order().address(), "east end");
    EXPECT_EQ(desk_.status().order().level(), 1U);
    EXPECT_EQ(desk_.status().order().complaint(), "not breathing");
}

TEST_F(CrewDeskTest, ACorrectedAgeIsThatOfThePatientWhoseOrderItIs) {
    wire::CommandBody first = order("c1", 1, 7);
    first.mutable_dispatch()->set_incident_id(34);
    first.mutable_dispatch()->set_age_years(30);
    first.mutable_dispatch()->set_sex("m");
    give(first);
    PressState there;
    there.set_event_id("p1");
    there.set_state(wire::UNIT_AT_PATIENT);
    ASSERT_TRUE(desk_.press(there, nullptr, now()));
    ASSERT_EQ(desk_.patient().age_years(), 30U);
    const std::uint64_t number = desk_.patient().number();
    wire::CommandBody younger = order("c2", 2, 0);
    younger.mutable_correction()->set_assignment_id(7);
    younger.mutable_correction()->set_sex("f");
    younger.mutable_correction()->set_age_years(0);
    younger.mutable_correction()->set_age_months(3);
    give(younger);
    EXPECT_EQ(desk_.status().order().age_years(), 0U);
    EXPECT_EQ(desk_.status().order().age_months(), 3U);
    EXPECT_EQ(desk_.patient().age_months(), 3U) << "his limits follow";
    EXPECT_EQ(desk_.patient().sex(), "f");
    EXPECT_EQ(desk_.patient().number(), number) << "he is the same patient";
    wire::CommandBody of_an_older_centre = order("c3", 3, 0);
    of_an_older_centre.mutable_correction()->set_assignment_id(7);
    give(of_an_older_centre);
    EXPECT_EQ(desk_.patient().age_months(), 3U);
    EXPECT_EQ(desk_.patient().sex(), "f");
    wire::CommandBody unknown = order("c4", 4, 0);
    unknown.mutable_correction()->set_assignment_id(7);
    unknown.mutable_correction()->set_sex("");
    unknown.mutable_correction()->set_age_years(0);
    give(unknown);
    EXPECT_FALSE(desk_.patient().has_age_months());
    EXPECT_EQ(desk_.patient().sex(), "");
}

TEST_F(CrewDeskTest, OnlyTheCrewsButtonsChangeThePatient) {
    const auto press = [&](const std::string& id, wire::UnitState state) {
        PressState one;
        one.set_event_id(id);
        one.set_state(state);
        EXPECT_TRUE(desk_.press(one, nullptr, now()));
    };
    const auto order_of = [&](const std::string& id, std::uint64_t unit_seq, std::int64_t incident,
                              std::uint32_t years) {
        wire::CommandBody body = order(id, unit_seq, incident);
        body.mutable_dispatch()->set_incident_id(incident);
        body.mutable_dispatch()->set_age_years(years);
        return body;
    };
    give(order_of("c1", 1, 34, 6));
    EXPECT_EQ(desk_.patient().age_years(), 6U) << "of whom they drive to";
    const std::uint64_t first = desk_.patient().number();
    press("p1", wire::UNIT_AT_PATIENT);
    EXPECT_EQ(desk_.patient().number(), first) << "what was found before the button is his";
    const std::string aboard = desk_.patient().SerializeAsString();
    EXPECT_TRUE(desk_.patient().attended());

    give(order_of("c2", 2, 35, 70));
    EXPECT_EQ(desk_.patient().SerializeAsString(), aboard);
    wire::CommandBody cancel = order("c3", 3, 0);
    cancel.mutable_cancel()->set_assignment_id(35);
    give(cancel);
    EXPECT_EQ(desk_.patient().SerializeAsString(), aboard);
    give(order_of("c4", 4, 36, 70));
    press("p2", wire::UNIT_EN_ROUTE);
    EXPECT_EQ(desk_.patient().SerializeAsString(), aboard);
    const CrewDesk restarted{*spool_, *VehicleId::parse("amb-zx01"),
                             [](std::string_view, std::string_view) { return true; }};
    EXPECT_EQ(restarted.patient().SerializeAsString(), aboard);

    press("p3", wire::UNIT_AT_PATIENT);
    EXPECT_EQ(desk_.patient().number(), first + 1);
    EXPECT_EQ(desk_.patient().age_years(), 70U);
    press("p4", wire::UNIT_AVAILABLE);
    EXPECT_EQ(desk_.patient().number(), first + 2);
    EXPECT_FALSE(desk_.patient().attended());
    press("p4", wire::UNIT_AVAILABLE);
    EXPECT_EQ(desk_.patient().number(), first + 2) << "a repeated press counts once";
}

TEST_F(CrewDeskTest, TheAgeInMonthsIsThatOfTheOrderAndTheCrewsWordThatOfOnePatient) {
    const auto press = [&](const std::string& id, wire::UnitState state) {
        PressState one;
        one.set_event_id(id);
        one.set_state(state);
        EXPECT_TRUE(desk_.press(one, nullptr, now()));
    };
    const auto order_of = [&](const std::string& id, std::uint64_t unit_seq,
                              std::int64_t incident) {
        wire::CommandBody body = order(id, unit_seq, incident);
        body.mutable_dispatch()->set_incident_id(incident);
        return body;
    };
    wire::CommandBody infant = order_of("c1", 1, 34);
    infant.mutable_dispatch()->set_age_months(8);
    give(infant);
    EXPECT_EQ(desk_.patient().age_months(), 8U);
    EXPECT_TRUE(desk_.set_group(CHILD));
    press("p1", wire::UNIT_AT_PATIENT);
    EXPECT_EQ(desk_.patient().group(), CHILD) << "said on the way, of him";
    const CrewDesk restarted{*spool_, *VehicleId::parse("amb-zx01"),
                             [](std::string_view, std::string_view) { return true; }};
    EXPECT_EQ(restarted.patient().group(), CHILD);
    EXPECT_EQ(restarted.patient().age_months(), 8U);

    give(order_of("c2", 2, 35));
    press("p2", wire::UNIT_AT_PATIENT);
    EXPECT_EQ(desk_.patient().group(), BY_AGE) << "of the next one nothing is said yet";
    EXPECT_FALSE(desk_.patient().has_age_months());
    EXPECT_TRUE(desk_.set_group(INFANT));
    press("p3", wire::UNIT_AVAILABLE);
    EXPECT_EQ(desk_.patient().group(), BY_AGE);
    EXPECT_FALSE(desk_.set_group(static_cast<PatientGroup>(9)));
}

TEST_F(CrewDeskTest, TheAgeOfAnOrderCountsFromTheCentresWordAndOverARestart) {
    EXPECT_FALSE(desk_.order_age(now()));
    wire::CommandBody body = order("c1", 1, 7);
    body.set_issued_us(now().server.us - 4'000'000);
    give(body);
    clock_.advance(8s);
    EXPECT_EQ(desk_.order_age(now()), 12s);
    spool_->commit();
    const CrewDesk next{*spool_, *VehicleId::parse("amb-zx01"),
                        [](std::string_view, std::string_view) { return true; }};
    EXPECT_EQ(next.order_age(now()), 12s);
    PressState press;
    press.set_event_id("p1");
    press.set_state(wire::UNIT_AVAILABLE);
    ASSERT_TRUE(desk_.press(press, nullptr, now()));
    EXPECT_FALSE(desk_.order_age(now()));
}

TEST_F(CrewDeskTest, AReasonOfThePressGoesToTheCentreWithIt) {
    PressState press;
    press.set_event_id("p1");
    press.set_state(wire::UNIT_OUT_OF_SERVICE);
    press.set_reason("broken down");
    ASSERT_TRUE(desk_.press(press, nullptr, now()));
    const auto made = spool_->commit().records;
    ASSERT_EQ(made.size(), 1U);
    wire::Envelope envelope;
    wire::Event event;
    ASSERT_TRUE(envelope.ParseFromString(made.front().envelope));
    ASSERT_TRUE(event.ParseFromString(envelope.body()));
    EXPECT_EQ(event.state().note(), "broken down");
}

TEST_F(CrewDeskTest, APressWithoutAnIdOrOfAStateWithoutAButtonIsRefused) {
    PressState press;
    press.set_state(wire::UNIT_EN_ROUTE);
    EXPECT_FALSE(desk_.press(press, nullptr, now()));
    press.set_event_id("p1");
    press.set_state(wire::UNIT_ASSIGNED);
    EXPECT_FALSE(desk_.press(press, nullptr, now()));
    press.set_state(static_cast<wire::UnitState>(99));
    EXPECT_FALSE(desk_.press(press, nullptr, now()));
    EXPECT_TRUE(spool_->commit().records.empty());
}

TEST_F(CrewDeskTest, WhatTheSpoolDidNotTakeIsRefusedAndItsRepeatCounts) {
    give(order("c1", 1, 7));
    PressState press;
    press.set_event_id("p1");
    press.set_state(wire::UNIT_EN_ROUTE);
    AnswerOrder answer;
    answer.set_event_id("a1");
    answer.set_command_id("c1");
    answer.set_accept(true);
    spool_->commit();
    while (spool_->append({.stream = wire::STREAM_A, .t_us = 1})) {
    }
    const auto pressed = desk_.press(press, nullptr, now());
    ASSERT_FALSE(pressed);
    EXPECT_EQ(pressed.error().code, Code::full);
    EXPECT_FALSE(desk_.answer(answer, now()));
    EXPECT_EQ(desk_.status().state(), wire::UNIT_ASSIGNED);
    EXPECT_FALSE(desk_.on_case());
    EXPECT_EQ(spool_->find_command("c1")->result, wire::CommandAck::STORED);
    spool_->commit();

    EXPECT_TRUE(desk_.answer(answer, now()));
    EXPECT_TRUE(desk_.press(press, nullptr, now()));
    EXPECT_EQ(spool_->commit().records.size(), 2U);
    EXPECT_EQ(desk_.status().state(), wire::UNIT_EN_ROUTE);
}

// What place and speed suggest, and where the centre posts the vehicle.
class CrewDeskFence : public CrewDeskTest {
  protected:
    CrewDeskFence() {
        wire::CommandBody body = order("c1", 1, 7);
        body.mutable_dispatch()->set_incident_id(5);
        give(body);
        new_events();
    }
    std::vector<wire::Envelope> new_events() {
        std::vector<wire::Envelope> out;
        for (const Record& record : spool_->commit().records) {
            EXPECT_TRUE(out.emplace_back().ParseFromString(record.envelope));
        }
        return out;
    }
    static wire::Event event_of(const wire::Envelope& envelope) {
        wire::Event out;
        EXPECT_TRUE(out.ParseFromString(envelope.body()));
        return out;
    }
    bool propose(wire::UnitState state, std::chrono::seconds ago = 30s) {
        const auto done = desk_.propose(state, now().device + -std::chrono::microseconds{ago}, here_, now());
        EXPECT_TRUE(done);
        return done && *done;
    }
    Result<void> press(wire::UnitState state, std::int64_t fence_us = 0, std::uint32_t age_ms = 0) {
        PressState press;
        press.set_event_id("p" + std::to_string(++presses_));
        press.set_state(state);
        press.set_fence_us(fence_us);
        press.set_age_ms(age_ms);
        return desk_.press(press, nullptr, now());
    }
    bool post(const std::string& id, std::uint64_t unit_seq) {
        wire::CommandBody body;
        body.set_id(id);
        body.set_term(3);
        body.set_unit_seq(unit_seq);
        body.mutable_text()->set_text("go");
        body.mutable_text()->mutable_posting()->set_kind(wire::Posting::STANDBY);
        body.mutable_text()->mutable_posting()->set_name("Fengcun");
        return give(body);
    }
    Result<void> answer(const std::string& command, bool accept) {
        AnswerOrder answer;
        answer.set_event_id("a" + std::to_string(++presses_));
        answer.set_command_id(command);
        answer.set_accept(accept);
        answer.set_reason("no fuel");
        return desk_.answer(answer, now());
    }
    Result<void> reach_post(const std::string& command, std::int64_t fence_us) {
        ReachPosting reach;
        reach.set_event_id("r" + std::to_string(++presses_));
        reach.set_command_id(command);
        reach.set_fence_us(fence_us);
        return desk_.reach(reach, now());
    }
    wire::Position here_;
    int presses_{0};
};

TEST_F(CrewDeskFence, ASuggestionGoesToTheCentreWithItsTimeAndStandsUntilAPressOvertakesIt) {
    here_.set_lat_e7(350'000'000);
    ASSERT_TRUE(propose(wire::UNIT_AT_SCENE));
    const auto told = new_events();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].t_us(), now().device.us - 30'000'000);
    const wire::Event event = event_of(told[0]);
    EXPECT_EQ(event.source(), wire::SOURCE_GEOFENCE);
    EXPECT_EQ(event.assignment_id(), 7);
    EXPECT_EQ(event.incident_id(), 5);
    EXPECT_EQ(event.proposal().state(), wire::UNIT_AT_SCENE);
    EXPECT_EQ(event.proposal().lat_e7(), 350'000'000);
    EXPECT_EQ(desk_.status().state(), wire::UNIT_ASSIGNED) << "nobody has said so";
    EXPECT_FALSE(propose(wire::UNIT_AT_SCENE, 1s)) << "the first holds";
    ASSERT_EQ(desk_.status().proposals_size(), 1);
    EXPECT_EQ(desk_.status().proposals(0).since_us(), now().device.us - 30'000'000);
    ASSERT_TRUE(press(wire::UNIT_EN_ROUTE));
    EXPECT_EQ(desk_.status().proposals_size(), 1) << "it is still ahead";
    ASSERT_TRUE(press(wire::UNIT_AT_PATIENT));
    EXPECT_EQ(desk_.status().proposals_size(), 0);
}

TEST_F(CrewDeskFence, APressCarriesTheTimeThatItsButtonShowedBesideItsOwn) {
    const std::int64_t fence_us = now().device.us - 240'000'000;
    ASSERT_TRUE(press(wire::UNIT_AT_SCENE, fence_us, 5'000));
    const auto told = new_events();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].t_us(), now().device.us - 5'000'000);
    EXPECT_EQ(event_of(told[0]).state().fence_us(), fence_us);
    EXPECT_EQ(event_of(told[0]).source(), wire::SOURCE_CREW_BUTTON);
    ASSERT_TRUE(press(wire::UNIT_AT_PATIENT, now().device.us - 1'000'000, 5'000));
    EXPECT_EQ(event_of(new_events()[0]).state().fence_us(), 0) << "the finger was first";
}

TEST_F(CrewDeskFence, WhatWasSuggestedOutlivesARestartAndNoOtherOrder) {
    ASSERT_TRUE(propose(wire::UNIT_EN_ROUTE));
    spool_->commit();
    CrewDesk next{*spool_, *VehicleId::parse("amb-zx01"),
                  [](std::string_view, std::string_view) { return true; }};
    EXPECT_EQ(next.status().proposals_size(), 1);
    give(order("c2", 2, 8));
    EXPECT_EQ(desk_.status().proposals_size(), 0);
}

TEST_F(CrewDeskFence, ACancellationAndARefusalTakeTheSuggestionsAlong) {
    ASSERT_TRUE(propose(wire::UNIT_EN_ROUTE));
    ASSERT_TRUE(answer("c1", false));
    EXPECT_EQ(desk_.status().proposals_size(), 0);
    give(order("c2", 2, 8));
    ASSERT_TRUE(propose(wire::UNIT_EN_ROUTE));
    wire::CommandBody cancel;
    cancel.set_id("x");
    cancel.set_term(3);
    cancel.set_unit_seq(3);
    cancel.mutable_cancel()->set_assignment_id(8);
    give(cancel);
    EXPECT_EQ(desk_.status().proposals_size(), 0);
}

TEST_F(CrewDeskFence, TheStationOfTheNewestOrderIsKeptWhenTheOrderIsOver) {
    wire::CommandBody body = order("c2", 2, 8);
    body.mutable_dispatch()->mutable_station()->set_lat_e7(351'000'000);
    give(body);
    ASSERT_TRUE(press(wire::UNIT_AVAILABLE));
    EXPECT_FALSE(desk_.status().has_order());
    EXPECT_EQ(desk_.station().lat_e7(), 351'000'000);
}

TEST_F(CrewDeskFence, ACrewAcceptsAPostingAndSaysThatItIsThere) {
    ASSERT_TRUE(post("t1", 2));
    EXPECT_EQ(desk_.status().posting().posting().name(), "Fengcun");
    EXPECT_EQ(desk_.status().notes_size(), 1);
    new_events();
    ASSERT_TRUE(answer("t1", true));
    EXPECT_EQ(event_of(new_events()[0]).command_ack().result(), wire::CommandAck::ACCEPTED);
    EXPECT_FALSE(answer("t1", false)) << "answered";
    EXPECT_TRUE(propose(wire::UNIT_UNSPECIFIED));
    EXPECT_TRUE(new_events().empty()) << "for the crew alone";
    const std::int64_t fence_us = desk_.status().posting().fence_us();
    EXPECT_EQ(fence_us, now().device.us - 30'000'000);
    ASSERT_TRUE(reach_post("t1", fence_us));
    const wire::Event told = event_of(new_events()[0]);
    EXPECT_EQ(told.command_ack().result(), wire::CommandAck::ARRIVED);
    EXPECT_EQ(told.command_ack().command_id(), "t1");
    EXPECT_EQ(told.command_ack().fence_us(), fence_us);
    EXPECT_EQ(told.source(), wire::SOURCE_CREW_BUTTON);
    EXPECT_TRUE(desk_.status().posting().arrived());
    EXPECT_FALSE(propose(wire::UNIT_UNSPECIFIED));
    EXPECT_FALSE(reach_post("t1", 0)) << "said once";
}

TEST_F(CrewDeskFence, ARefusedAnEndedAndAnOvertakenPostingStandsNoMore) {
    post("t1", 2);
    new_events();
    ASSERT_TRUE(answer("t1", false));
    const wire::CommandAck told = event_of(new_events()[0]).command_ack();
    EXPECT_EQ(told.result(), wire::CommandAck::REFUSED);
    EXPECT_EQ(told.note(), "no fuel");
    EXPECT_FALSE(desk_.status().has_posting());
    post("t2", 3);
    wire::CommandBody end;
    end.set_id("t3");
    end.set_term(3);
    end.set_unit_seq(4);
    end.mutable_text()->set_ended_command_id("t1");
    give(end);
    EXPECT_TRUE(desk_.status().has_posting()) << "another one's end";
    end.set_id("t4");
    end.set_unit_seq(5);
    end.mutable_text()->set_ended_command_id("t2");
    give(end);
    EXPECT_FALSE(desk_.status().has_posting());
    post("t5", 6);
    give(order("c6", 7, 9));
    EXPECT_FALSE(desk_.status().has_posting());
    EXPECT_FALSE(answer("t5", true));
    EXPECT_FALSE(reach_post("t5", 0));
}

} // namespace
} // namespace ems::vehicle
