// What a neighbour region is asked and says of a case every desk reads, now and after a restart.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class NeighboursTest : public DispatchdTest {
  protected:
    api::ClientFrame word(std::int64_t incident, const std::string& said) const {
        api::ClientFrame frame;
        frame.mutable_record_neighbour()->set_incident_id(incident);
        frame.mutable_record_neighbour()->set_version(mirror_.incidents().at(incident).version());
        frame.mutable_record_neighbour()->mutable_word()->set_name("临猗");
        frame.mutable_record_neighbour()->mutable_word()->set_said(said);
        return frame;
    }
    bool has_words(client::Client& desk, std::int64_t id, int count) {
        return sees(desk, [&] {
            return mirror_.incidents().contains(id) && mirror_.incidents().at(id).neighbours_size() == count;
        });
    }
};

TEST_F(NeighboursTest, WhatANeighbourWasAskedAndAgreedReachesEveryDeskAndIsThereAfterARestart) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "neighbours-1");
    ASSERT_TRUE(has_words(*li, id, 0));
    ASSERT_TRUE(ask(*li, word(id, "asked")));
    ASSERT_TRUE(has_words(*li, id, 1));
    api::ClientFrame agreed = word(id, "agreed");
    agreed.mutable_record_neighbour()->mutable_word()->set_unit("临猗03");
    agreed.mutable_record_neighbour()->mutable_word()->set_eta("14:25");
    ASSERT_TRUE(ask(*li, agreed));
    ASSERT_TRUE(has_words(*li, id, 2));
    kill_server();
    start();
    mirror_ = {};
    auto late = desk("auditor");
    ASSERT_TRUE(has_words(*late, id, 2));
    const api::Incident& incident = mirror_.incidents().at(id);
    EXPECT_EQ(incident.neighbours(0).said(), "asked");
    EXPECT_EQ(incident.neighbours(0).who(), "dispatcher");
    EXPECT_EQ(incident.neighbours(1).said(), "agreed");
    EXPECT_EQ(incident.neighbours(1).name(), "临猗");
    EXPECT_EQ(incident.neighbours(1).unit(), "临猗03");
    EXPECT_EQ(incident.neighbours(1).eta(), "14:25");
    EXPECT_GE(incident.neighbours(1).at_us(), incident.neighbours(0).at_us());
    EXPECT_EQ(postgres_->value("select string_agg(actor || ' ' || detail, ';' order by n) from dispatch.audit where action = "
                               "'neighbour' and incident_id = " + std::to_string(id)),
              "dispatcher name=临猗 said=asked unit= eta=;dispatcher name=临猗 said=agreed unit=临猗03 eta=14:25");
}

TEST_F(NeighboursTest, AWordIsWrittenOnceUnderItsKeyAndForTheVersionThatWasSeen) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "neighbours-2");
    ASSERT_TRUE(has_words(*li, id, 0));
    api::ClientFrame frame = word(id, "asked");
    frame.set_idempotency_key("neighbours-2-key");
    ASSERT_TRUE(ask(*li, frame));
    ASSERT_TRUE(ask(*li, frame));
    ASSERT_TRUE(has_words(*li, id, 1));
    frame.set_idempotency_key("neighbours-2-late");
    EXPECT_EQ(ask(*li, frame).error().code, Code::version_stale) << "somebody else has asked meanwhile";
    EXPECT_EQ(ask(*li, word(id, "asked")).error().code, Code::neighbour_asked);
    EXPECT_EQ(ask(*li, word(id, "perhaps")).error().code, Code::choice_unknown);
    auto doctor = desk("physician");
    EXPECT_EQ(ask(*doctor, word(id, "refused")).error().code, Code::forbidden);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.incident_neighbour where incident_id = " + std::to_string(id)), "1");
}

TEST_F(NeighboursTest, TheDatabaseKeepsAWordAsItIsAndHoldsTwenty) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "neighbours-3");
    ASSERT_TRUE(has_words(*li, id, 0));
    postgres_->execute("insert into dispatch.incident_neighbour (incident_id, written_by, display_name, name, said, unit, eta, term) select " +
                       std::to_string(id) + ", 'li', 'li', 'x', 'refused', '', '', 1 from generate_series(1, 20)");
    EXPECT_EQ(ask(*li, word(id, "asked")).error().code, Code::too_many_neighbour_words);
    // Ends the test where the statement is taken.
    for (const char* change : {"update dispatch.incident_neighbour set said = 'agreed'", "delete from dispatch.incident_neighbour"}) {
        postgres_->execute(std::string{"do $$ begin "} + change +
                           "; raise exception 'taken'; exception when sqlstate 'DF002' then null; end $$");
    }
}

TEST_F(NeighboursTest, TheCommandLineWritesAndTellsThem) {
    auto li = desk("dispatcher");
    const std::int64_t id = open_call(*li, "neighbours-4");
    const std::string number = "#" + std::to_string(id);
    std::string output;
    ASSERT_EQ(ctl({"neighbour", number, "芮城", "agreed", "--unit", "芮城01", "--eta", "14:40"}, &output), 0) << output;
    ASSERT_TRUE(has_words(*li, id, 1));
    ASSERT_NE(ctl({"neighbour", number, "芮城", "perhaps"}, &output), 0) << output;
    ASSERT_EQ(ctl({"incidents"}, &output), 0) << output;
    EXPECT_NE(output.find("neighbour=芮城 agreed"), std::string::npos) << output;
    EXPECT_NE(output.find("unit=芮城01 eta=14:40"), std::string::npos) << output;
}

} // namespace
} // namespace ems::dispatch
