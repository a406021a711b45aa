#include "console/model/command_line.h"

#include <gtest/gtest.h>

#include "tests/console/fake_feed.h"

namespace ems::console {
namespace {

constexpr std::int64_t kNow = 1'773'830'536'000'000; // 2026-03-18 18:42:16 +08:00

class CommandLine : public testing::Test {
  protected:
    void SetUp() override {
        state_.apply_link({LinkChange::State::up, {}, 0, 0}, kNow);
        feed_.snapshot(kNow);
        snapshot_ = feed_.world;
        state_.apply_snapshot(snapshot_, kNow);
        state_.select_incident(11);
        words_.states = {{"到场", ems::wire::UNIT_AT_SCENE}, {"停用", ems::wire::UNIT_OUT_OF_SERVICE}};
        words_.stages = {{"到达现场", "at_scene"}, {"摘机", "answered"}};
        words_.posting_ends = {{"到达", "arrived"}};
        words_.neighbour_said = {{"请求", "asked"}, {"同意", "agreed"}, {"拒绝", "refused"}};
        words_.sources = {{"全部", "fleet"}};
        words_.drawn = "图";
        words_.here = "此处";
        words_.reasons = [](Verb) { return std::vector<std::string>{"家属要求", "道路中断"}; };
    }
    ParsedLine parse(const std::string& line) {
        return parse_line(line, {state_, names_, words_, nullptr, {35, 111}, here_, drawn_, false, kNow});
    }
    // The state again, after `snapshot_` was changed.
    void renew() { state_.apply_snapshot(snapshot_, kNow); }

    FakeFeed feed_;
    api::Snapshot snapshot_;
    DeskState state_;
    NameMatch names_;
    CommandWords words_;
    std::optional<GeoPoint> here_;
    std::vector<GeoPoint> drawn_;
};

TEST_F(CommandLine, SendsAUnitNamedByItsVehicleToACaseNamedByItsLastDigits) {
    const auto line = parse("p zx01 34");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->assign().unit_id(), 1);
    EXPECT_EQ(line.frame->assign().incident_id(), 11);
    EXPECT_FALSE(line.frame->assign().additional());
}

TEST_F(CommandLine, WhereAUnitIsByVoiceIsThePlacePointedAtOfTheVersionSeen) {
    here_ = GeoPoint{35.1, 111.2};
    snapshot_.mutable_units(0)->set_version(7);
    renew();
    const auto line = parse("WZ zx01 此处");
    ASSERT_TRUE(line.can_run());
    const api::SetUnitFacts& facts = line.frame->set_unit_facts();
    EXPECT_EQ(facts.unit_id(), 1);
    EXPECT_NEAR(facts.place().lat_e7(), 351'000'000, 1);
    EXPECT_NEAR(facts.place().lon_e7(), 1'112'000'000, 1);
    EXPECT_EQ(facts.version(), 7U);
    EXPECT_FALSE(facts.has_contaminated());
}

TEST_F(CommandLine, ThePlaceOfACaseIsMovedByTheWayThatIsSaid) {
    const auto line = parse("GD 34 西 300 米");
    ASSERT_TRUE(line.can_run());
    const api::Place& to = line.frame->update_incident().place();
    EXPECT_NEAR(to.lat_e7(), 351'550'000, 10);
    EXPECT_NEAR(to.lon_e7(), 1'110'067'000, 2'000) << "300 m are 0.0033 degrees there";
    here_ = GeoPoint{35.1, 111.2};
    const auto from_here = parse("GD 34 此处北1公里");
    ASSERT_TRUE(from_here.can_run());
    EXPECT_NEAR(from_here.frame->update_incident().place().lat_e7(), 351'089'900, 1'000);
    EXPECT_FALSE(parse("WZ zx01 西 300 米").can_run()) << "from where is not said";
}

TEST_F(CommandLine, APlannedTransferGetsAnotherTimeUnderTheVersionSeen) {
    const auto line = parse("GY 34 20:30");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->update_incident().planned_us(), kNow + (3'600 + 47 * 60 + 44) * 1'000'000LL);
    EXPECT_EQ(line.frame->update_incident().version(), 1U);
    EXPECT_EQ(line.frame->update_incident().level(), 0U);
}

TEST_F(CommandLine, ASecondCallIsMergedOrKeptApartWhileItIsSuggested) {
    ASSERT_TRUE(parse("HB 0034").refused);
    EXPECT_EQ(parse("HB 0034").refused->code, RefusalCode::no_suggestion);
    for (api::Incident& row : *snapshot_.mutable_incidents()) {
        if (row.id() == 11) {
            row.set_same_as_incident_id(10);
            row.set_version(5);
        }
    }
    renew();
    const auto merge = parse("HB 0034");
    ASSERT_TRUE(merge.can_run());
    EXPECT_EQ(merge.frame->merge_incident().incident_id(), 11);
    EXPECT_EQ(merge.frame->merge_incident().into_incident_id(), 10);
    EXPECT_EQ(merge.frame->merge_incident().version(), 5U);
    const auto apart = parse("FK 0034");
    ASSERT_TRUE(apart.can_run());
    EXPECT_TRUE(apart.frame->merge_incident().different());
    for (api::Incident& row : *snapshot_.mutable_incidents()) {
        if (row.id() == 10) {
            row.set_state("closed");
        }
    }
    renew();
    EXPECT_TRUE(parse("HB 0034").refused) << "the other has ended";
}

TEST_F(CommandLine, ANoteGoesToTheCaseNamedAsItStands) {
    const auto line = parse("B 0034 1 个家属在村口等");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->add_note().incident_id(), 11);
    EXPECT_EQ(line.frame->add_note().text(), "1 个家属在村口等");
    EXPECT_EQ(parse("备注 0034 1").frame->add_note().text(), "1") << "no digit of a usual reason";
    EXPECT_EQ(parse("B 钥匙在邻居家").frame->add_note().incident_id(), 11) << "the selected case";
    EXPECT_EQ(parse("B 0034").missing->word, Word::text);
    EXPECT_EQ(parse("B 120 号楼").missing->lack, Lack::unknown) << "a number is a case or nothing";
}

TEST_F(CommandLine, WhatANeighbourSaidIsOfTheVersionSeenAndInItsOwnWords) {
    snapshot_.add_partners()->set_name("临猗县 120");
    snapshot_.add_partners()->set_name("临汾市");
    renew();
    const auto line = parse("LQ 34 临猗县 120 同意 临猗03 14:25 到");
    ASSERT_TRUE(line.can_run());
    const api::RecordNeighbour& said = line.frame->record_neighbour();
    EXPECT_EQ(said.incident_id(), 11);
    EXPECT_EQ(said.version(), 1U);
    EXPECT_EQ(said.word().name(), "临猗县 120");
    EXPECT_EQ(said.word().said(), "agreed");
    EXPECT_EQ(said.word().unit(), "临猗03");
    EXPECT_EQ(said.word().eta(), "14:25 到");
    const auto of_selected = parse("LQ 临汾 请求");
    ASSERT_TRUE(of_selected.can_run()) << "the selected case, and a neighbour by its beginning";
    EXPECT_EQ(of_selected.frame->record_neighbour().incident_id(), 11);
    EXPECT_EQ(of_selected.frame->record_neighbour().word().name(), "临汾市");
    EXPECT_EQ(parse("LQ 34 临 请求").missing->lack, Lack::ambiguous);
    EXPECT_EQ(parse("LQ 34 芮城 请求").frame->record_neighbour().word().name(), "芮城") << "in no list";
}

TEST_F(CommandLine, ATimeBehindANeighbourThatAgreesIsNoUnit) {
    const auto line = parse("LQ 34 芮城 同意 14:25");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->record_neighbour().word().unit(), "");
    EXPECT_EQ(line.frame->record_neighbour().word().eta(), "14:25");
}

TEST_F(CommandLine, WhatTheCentreWouldRefuseOfANeighbourIsNotSent) {
    const auto refusal = [&](const std::string& line) {
        const auto read = parse(line);
        return read.refused ? read.refused->code : RefusalCode::count;
    };
    EXPECT_EQ(refusal("LQ 34 芮城 拒绝 芮城01"), RefusalCode::only_who_agrees);
    EXPECT_EQ(refusal("LQ 34 芮城 同意 " + std::string(101, 'x')), RefusalCode::neighbour_too_long);
    for (api::Incident& row : *snapshot_.mutable_incidents()) {
        if (row.id() == 11) {
            row.add_neighbours()->set_name("芮城");
            row.mutable_neighbours(0)->set_said("asked");
        }
    }
    renew();
    EXPECT_EQ(refusal("LQ 34 芮城 请求"), RefusalCode::neighbour_asked);
    EXPECT_EQ(refusal("LQ 34 芮城 拒绝"), RefusalCode::count);
    for (api::Incident& row : *snapshot_.mutable_incidents()) {
        for (int i = 0; row.id() == 11 && i < 19; ++i) {
            row.add_neighbours()->set_said("refused");
        }
    }
    renew();
    EXPECT_EQ(refusal("LQ 34 芮城 拒绝"), RefusalCode::neighbours_full);
}

TEST_F(CommandLine, TheNeighbourNearestToTheCaseIsOfferedFirstWithItsTelephone) {
    const auto add = [&](const std::string& name, std::int32_t lat_e7) {
        auto* partner = snapshot_.add_partners();
        partner->set_name(name);
        partner->set_phone("0359-" + name);
        partner->mutable_place()->set_lat_e7(lat_e7);
        partner->mutable_place()->set_lon_e7(1'110'100'000);
    };
    add("far", 360'000'000);
    add("near", 352'000'000);
    renew();
    const auto line = parse("LQ 34 ");
    ASSERT_EQ(line.completions.size(), 2U);
    EXPECT_EQ(line.completions[0].text, "near");
    EXPECT_EQ(line.completions[0].detail.substr(0, 9), "0359-near");
    EXPECT_EQ(parse("LQ 34 near ").completions.size(), 3U) << "what it may have said";
}

TEST_F(CommandLine, ANoteIsBoundedAndMayGoToACaseThatHasEnded) {
    std::string text;
    for (int i = 0; i < 501; ++i) {
        text += "备";
    }
    const auto line = parse("B 0034 " + text);
    ASSERT_TRUE(line.refused);
    EXPECT_EQ(*line.refused, (Refused{RefusalCode::note_too_long, "501"}));
    for (api::Incident& row : *snapshot_.mutable_incidents()) {
        if (row.id() == 11) {
            row.set_state("closed");
        }
    }
    renew();
    EXPECT_TRUE(parse("B 0034 家属致谢").can_run());
}

TEST_F(CommandLine, TheSelectedCaseIsMeantWhereNoneIsNamed) {
    const auto line = parse("派 席张01");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->assign().incident_id(), 11);
}

TEST_F(CommandLine, ANameThatFitsTwoUnitsIsRefused) {
    snapshot_.mutable_units(1)->set_name("中心02");
    renew();
    const auto line = parse("P 中心");
    ASSERT_TRUE(line.missing);
    EXPECT_EQ(line.missing->lack, Lack::ambiguous);
    EXPECT_FALSE(line.can_run());
    EXPECT_EQ(line.completions.size(), 2U);
}

TEST_F(CommandLine, AUnitOnATaskIsRefusedWithItsCase) {
    const auto line = parse("P 冯村01 0034");
    ASSERT_TRUE(line.refused);
    EXPECT_EQ(*line.refused, (Refused{RefusalCode::unit_on_task, "0033"}));
}

TEST_F(CommandLine, AnotherThanTheFirstOfTheListNeedsAReason) {
    api::Recommendation list;
    list.set_id(7);
    list.set_incident_id(11);
    auto* first = list.add_candidates();
    first->set_rank(1);
    first->set_unit_id(1);
    auto* second = list.add_candidates();
    second->set_rank(2);
    second->set_unit_id(2);
    state_.apply_recommendation(list);
    EXPECT_EQ(parse("P 席张01 0034").refused, (Refused{RefusalCode::not_first, "中心01"}));
    const auto line = parse("P 席张01 0034 2");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->assign().override_reason(), "道路中断");
    EXPECT_EQ(line.frame->assign().recommendation_id(), 7);
}

TEST_F(CommandLine, ACaseNumberThatFitsNoneIsNeverTakenForTheSelectedCaseWithANote) {
    const auto line = parse("P 中心01 9999");
    EXPECT_FALSE(line.can_run());
    ASSERT_TRUE(line.missing);
    EXPECT_EQ(line.missing->word, Word::incident);
    EXPECT_EQ(line.missing->lack, Lack::unknown);
}

TEST_F(CommandLine, ACaseThatHasItsUnitsTakesOneMoreOnlyAsAnAdditionalOne) {
    EXPECT_EQ(parse("P 中心01 0033").refused, (Refused{RefusalCode::has_its_units, "0033"}));
    const auto line = parse("ZP 中心01 0033");
    ASSERT_TRUE(line.can_run());
    EXPECT_TRUE(line.frame->assign().additional());
}

TEST_F(CommandLine, ACancellationNeedsItsReason) {
    const auto bare = parse("CX 冯村01");
    ASSERT_TRUE(bare.missing);
    EXPECT_EQ(bare.missing->word, Word::reason);
    const auto line = parse("CX 冯村01 呼叫人 取消");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->cancel_assignment().assignment_id(), 100);
    EXPECT_EQ(line.frame->cancel_assignment().reason(), "呼叫人 取消");
}

TEST_F(CommandLine, ACaseThatNobodyServedIsClosedOnlyWithAReason) {
    EXPECT_EQ(parse("JA 0034").refused, (Refused{RefusalCode::reason_needed, {}}));
    const auto line = parse("JA 0034 误报");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->close_incident().outcome(), "误报");
    api::Assignment& served = *snapshot_.add_assignments();
    served.set_id(990);
    served.set_incident_id(snapshot_.incidents(1).id());
    served.set_state("done");
    renew();
    EXPECT_TRUE(parse("JA 0034").can_run());
}

TEST_F(CommandLine, ACrewWithItsPatientCannotBeDiverted) {
    EXPECT_EQ(parse("GP 冯村01 0034 更急").refused, (Refused{RefusalCode::not_divertible, "冯村01"}));
}

TEST_F(CommandLine, ADiversionGoesToAMoreUrgentCase) {
    snapshot_.mutable_units(3)->set_state(ems::wire::UNIT_EN_ROUTE);
    renew();
    ASSERT_TRUE(parse("GP 冯村01 0034 更急").can_run());
    snapshot_.mutable_incidents(1)->set_level(3);
    renew();
    EXPECT_EQ(parse("GP 冯村01 0034 更急").refused, (Refused{RefusalCode::not_more_urgent, "0033"}));
}

TEST_F(CommandLine, AStampIsPutRightWhereItStands) {
    snapshot_.mutable_incidents(0)->mutable_stamps(6)->set_assignment_id(100);
    renew();
    const auto line = parse("GS 冯村01 到达现场 18:30:05 按钮晚按");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->correct_stamp().incident_id(), 10);
    EXPECT_EQ(line.frame->correct_stamp().assignment_id(), 100);
    EXPECT_EQ(line.frame->correct_stamp().at_us(), kNow - 731 * 1'000'000LL);
    EXPECT_EQ(parse("GS 冯村01 到达现场 18:50 原因").refused, (Refused{RefusalCode::time_ahead, {}}));
}

TEST_F(CommandLine, ARoadThatWasDrawnIsClosedUntilItsTime) {
    EXPECT_EQ(parse("FL 图 20:00 塌方").refused, (Refused{RefusalCode::nothing_drawn, {}}));
    drawn_ = {{35.1, 111.0}, {35.11, 111.01}};
    const auto line = parse("FL 图 20:00 塌方");
    ASSERT_TRUE(line.can_run());
    const auto& road = line.frame->close_road().condition();
    EXPECT_EQ(road.place(), "stretch");
    EXPECT_EQ(road.points_size(), 2);
    EXPECT_EQ(road.reason(), "塌方");
    EXPECT_EQ(road.until_us(), kNow + 4'664 * 1'000'000LL);
}

TEST_F(CommandLine, AFenceIsAnsweredByItsUnit) {
    EXPECT_EQ(parse("QR 冯村01").refused, (Refused{RefusalCode::no_proposal, {}}));
    auto* proposal = snapshot_.add_proposals();
    proposal->set_id(5);
    proposal->set_unit_id(4);
    proposal->set_outcome("open");
    renew();
    const auto line = parse("FR 冯村01");
    ASSERT_TRUE(line.can_run());
    EXPECT_EQ(line.frame->answer_proposal().proposal_id(), 5);
    EXPECT_FALSE(line.frame->answer_proposal().confirm());
}

TEST_F(CommandLine, NothingCanBeOrderedWithoutTheServer) {
    state_.apply_link({LinkChange::State::down, {}, 1, 0}, kNow);
    EXPECT_EQ(parse("P 中心01 0034").refused, (Refused{RefusalCode::not_connected, {}}));
}

TEST_F(CommandLine, TabPutsTheCompletionInThePlaceOfTheLastWord) {
    const auto line = parse("P 席");
    ASSERT_FALSE(line.completions.empty());
    EXPECT_EQ(complete("P 席", line.completions.front()), "P 席张01 ");
    EXPECT_EQ(complete("P ", line.completions.front()), "P 席张01 ");
}

TEST_F(CommandLine, EveryVerbIsFoundByItsThreeNamesAndNoTwoShareOne) {
    for (const VerbRow& row : verb_rows()) {
        EXPECT_EQ(find_verb(row.letters), &row) << row.letters;
        EXPECT_EQ(find_verb(row.chinese), &row) << row.chinese;
        EXPECT_EQ(find_verb(row.english), &row) << row.english;
    }
}

// Whatever is typed is read without harm, and nothing half typed is an order.
TEST_F(CommandLine, NoBeginningOfALineCanRunBeforeItsReason) {
    for (const std::string line : {"CX 冯村01 呼叫人取消", "JJ 冯村01 故障", "GP 冯村01 0034 更急"}) {
        const std::size_t reason = line.rfind(' ');
        for (std::size_t n = 0; n <= reason; ++n) {
            EXPECT_FALSE(parse(line.substr(0, n)).can_run()) << line.substr(0, n);
        }
    }
}

TEST(CommandHistoryTest, GoesBackAndComesForthToWhatWasBeingTyped) {
    CommandHistory history;
    history.add("P a");
    history.add("P b");
    history.add("P b");
    EXPECT_EQ(history.lines().size(), 2U);
    EXPECT_EQ(history.older("typ"), "P b");
    EXPECT_EQ(history.older("P b"), "P a");
    EXPECT_EQ(history.older("P a"), "P a");
    EXPECT_EQ(history.newer(), "P b");
    EXPECT_EQ(history.newer(), "typ");
}

} // namespace
} // namespace ems::console
