// What was done by voice while the server was away: how it is read, bounded, and held against the server's word afterwards.
#include "console/model/outage_compare.h"

#include <gtest/gtest.h>

#include "tests/console/fake_feed.h"

namespace ems::console {
namespace {

constexpr std::int64_t kNow = 1'773'830'536'000'000; // 2026-03-18 18:42:16 +08:00
constexpr std::int64_t kMinuteUs = 60'000'000;

class Outage : public testing::Test {
  protected:
    void SetUp() override {
        state_.apply_link({LinkChange::State::up, {}, 0, 0}, kNow);
        feed_.snapshot(kNow);
        snapshot_ = feed_.world;
        state_.apply_snapshot(snapshot_, kNow);
        state_.select_incident(11);
        words_.states = {{"到场", ems::wire::UNIT_AT_SCENE}, {"待命", ems::wire::UNIT_AVAILABLE}};
        words_.stages = {{"派车", "unit_assigned"}, {"到达现场", "at_scene"}};
    }
    OutageReading read(OutageDeed deed, const std::string& typed) {
        return read_outage(deed, typed, {state_, names_, words_, nullptr, {35, 111}, {}, {}, false, kNow});
    }
    OutageEntry entry(OutageDeed deed, const std::string& typed) {
        OutageEntry made = read(deed, typed).entry.value_or(OutageEntry{});
        made.at_us = kNow;
        return made;
    }
    OutageRow compare(const OutageEntry& one, std::int64_t local_us = kNow) {
        return compare_outage(one, state_, {"电台告知", "派 席张01", words_}, local_us);
    }
    void renew() { state_.apply_snapshot(snapshot_, kNow); }
    // Unit 2 was sent to 0034 by the server's word.
    void sendByServer(std::int64_t at_us) {
        snapshot_.mutable_units(1)->set_incident_id(11);
        snapshot_.mutable_units(1)->set_state(ems::wire::UNIT_ASSIGNED);
        snapshot_.mutable_units(1)->set_assignment_id(200);
        auto* task = snapshot_.add_assignments();
        task->set_id(200);
        task->set_incident_id(11);
        task->set_unit_id(2);
        task->set_state("ordered");
        auto* stamp = snapshot_.mutable_incidents(1)->add_stamps();
        stamp->set_event("unit_assigned");
        stamp->set_at_us(at_us);
        stamp->set_unit_id(2);
        stamp->set_assignment_id(200);
    }

    FakeFeed feed_;
    api::Snapshot snapshot_;
    DeskState state_;
    NameMatch names_;
    CommandWords words_;
};

TEST_F(Outage, AUnitSentByVoiceIsReadAsTheCommandLineReadsIt) {
    state_.apply_link({LinkChange::State::down, {}, 1, 0}, kNow); // what the server would say means nothing
    const OutageEntry sent = entry(OutageDeed::sent, "xz01 34 村口等");
    EXPECT_EQ(sent.unit_id, 2);
    EXPECT_EQ(sent.incident_id, 11);
    EXPECT_EQ(sent.incident_number, "0034");
    EXPECT_EQ(sent.text, "村口等");
}

TEST_F(Outage, AUnitIsSentToACaseThatStandsOnPaperAlone) {
    const OutageEntry sent = entry(OutageDeed::sent, "xz01 + 东磨坊火");
    EXPECT_EQ(sent.unit_name, "席张01");
    EXPECT_EQ(sent.incident_id, 0) << "never to the case that happens to be chosen";
    EXPECT_EQ(sent.text, "东磨坊火");
}

TEST_F(Outage, WhatIsMissingIsSaidAndNothingIsRecorded) {
    const OutageReading unit = read(OutageDeed::sent, "nobody 34");
    EXPECT_FALSE(unit.entry);
    ASSERT_TRUE(unit.missing);
    EXPECT_EQ(unit.missing->word, Word::unit);
    EXPECT_FALSE(read(OutageDeed::new_case, "   ").entry);
}

TEST_F(Outage, ACrewSentByVoiceTellsOfThatCase) {
    OutageRecord record;
    ASSERT_TRUE(record.add(entry(OutageDeed::sent, "xz01 34")));
    ASSERT_TRUE(record.add(entry(OutageDeed::state, "xz01 到场")));
    EXPECT_EQ(record.entries().back().incident_number, "0034");
}

TEST_F(Outage, TheRecordHoldsTwoHundredAndForgetsNoOlderOneForANewOne) {
    OutageRecord record;
    OutageEntry note;
    for (std::size_t i = 0; i < OutageRecord::kEntriesMax; ++i) {
        note.text = std::to_string(i);
        ASSERT_TRUE(record.add(note));
    }
    EXPECT_FALSE(record.add(note));
    EXPECT_EQ(record.entries().front().text, "0");
    EXPECT_EQ(record.entries().size(), 200U);
}

TEST_F(Outage, ATextThatIsTooLongIsCutBetweenTwoCharacters) {
    OutageRecord record;
    OutageEntry note;
    note.text = std::string(kOutageTextBytesMax - 1, 'a').append("火");
    ASSERT_TRUE(record.add(note));
    EXPECT_EQ(record.entries().front().text, std::string(kOutageTextBytesMax - 1, 'a'));
}

TEST_F(Outage, WhatIsDroppedStaysUntilTheListIsClosedAndCanBeTakenBack) {
    OutageRecord record;
    ASSERT_TRUE(record.add({}));
    ASSERT_TRUE(record.add({}));
    const std::int64_t first = record.entries().front().id;
    const std::int64_t second = record.entries().back().id;
    record.toggleDropped(first);
    record.toggleDropped(second);
    record.toggleDropped(second);
    EXPECT_EQ(record.entries().size(), 2U);
    EXPECT_TRUE(record.forgetDropped());
    ASSERT_EQ(record.entries().size(), 1U);
    EXPECT_EQ(record.entries().front().id, second);
}

TEST_F(Outage, AnOrderTheServerDoesNotKnowIsPreparedWithItsUnitAndItsCase) {
    const OutageRow row = compare(entry(OutageDeed::sent, "xz01 34"));
    EXPECT_EQ(row.standing, Standing::missing);
    EXPECT_EQ(row.line, "P 席张01 0034 电台告知");
    ASSERT_NE(row.unit, nullptr);
    EXPECT_EQ(row.unit->state(), ems::wire::UNIT_AVAILABLE);
}

TEST_F(Outage, AnOrderTheServerHasAtAnotherTimeIsPutRightByTheTimeItWasTold) {
    sendByServer(kNow + 5 * kMinuteUs);
    renew();
    const OutageRow row = compare(entry(OutageDeed::sent, "xz01 34"));
    EXPECT_EQ(row.standing, Standing::other_time);
    EXPECT_EQ(row.server_at_us, kNow + 5 * kMinuteUs);
    EXPECT_EQ(row.line, "GS 席张01 派车 18:42:16 电台告知");
}

TEST_F(Outage, AnOrderOfTheSameMinuteIsTheSame) {
    sendByServer(kNow + kMinuteUs);
    renew();
    const OutageRow row = compare(entry(OutageDeed::sent, "xz01 34"));
    EXPECT_EQ(row.standing, Standing::same);
    EXPECT_TRUE(row.line.empty());
}

TEST_F(Outage, ATimeOfAnotherDayIsWrittenAsANoteAndNeverAsAnHourOfToday) {
    sendByServer(kNow + 5 * kMinuteUs);
    renew();
    const OutageRow row = compare(entry(OutageDeed::sent, "xz01 34"), kNow + 21 * 60 * kMinuteUs);
    EXPECT_EQ(row.standing, Standing::other_time);
    EXPECT_EQ(row.line, "B 0034 2026-03-18 18:42:16 派 席张01");
}

TEST_F(Outage, AUnitThatWentToACaseOnPaperWaitsForItsNumber) {
    const OutageRow row = compare(entry(OutageDeed::sent, "xz01 + 东磨坊火"));
    EXPECT_EQ(row.standing, Standing::missing);
    EXPECT_EQ(row.line, "P 席张01 ");
}

TEST_F(Outage, AStateTheServerDoesNotKnowIsPrepared) {
    sendByServer(kNow);
    renew();
    OutageEntry told = entry(OutageDeed::state, "xz01 到场");
    EXPECT_EQ(told.incident_id, 11);
    const OutageRow row = compare(told);
    EXPECT_EQ(row.standing, Standing::missing);
    EXPECT_EQ(row.line, "S 席张01 到场 电台告知");
}

TEST_F(Outage, AStateOfACaseTheUnitHasLeftIsNeverPutOnItsNextOne) {
    sendByServer(kNow);
    renew();
    const OutageEntry told = entry(OutageDeed::state, "xz01 到场");
    snapshot_.mutable_units(1)->set_incident_id(10);
    renew();
    EXPECT_EQ(compare(told).line, "B 0034 18:42:16 派 席张01");
}

TEST_F(Outage, ANoteIsThereOnceTheServerHasItsWords) {
    const OutageEntry note = entry(OutageDeed::note, "34 儿子在村口");
    EXPECT_EQ(compare(note).line, "B 0034 18:42:16 儿子在村口");
    snapshot_.mutable_incidents(1)->mutable_newest_note()->set_text("18:42:16 儿子在村口");
    renew();
    EXPECT_EQ(compare(note).standing, Standing::same);
}

TEST_F(Outage, ACaseOnPaperIsComparedByAPerson) {
    const OutageRow row = compare(entry(OutageDeed::new_case, "东磨坊火"));
    EXPECT_EQ(row.standing, Standing::look);
    EXPECT_TRUE(row.line.empty());
}

TEST_F(Outage, AUnitThatIsKnownByItsNameAloneIsFoundByIt) {
    OutageEntry sent = entry(OutageDeed::sent, "xz01 34");
    sent.unit_id = -7; // heard from the vehicle itself, before any snapshot
    EXPECT_EQ(compare(sent).line, "P 席张01 0034 电台告知");
}

} // namespace
} // namespace ems::console
