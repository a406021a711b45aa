// Orders to vehicles, without a broker or a database.
#include <gtest/gtest.h>

#include "dispatch/service/orders.h"
#include "telemetry/seal/random.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/temp_dir.h"

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kNowUs = 1'800'000'000'000'000;

class OutboxRelayTest : public ::testing::Test {
  protected:
    OutboxRelayTest() : key_(make_key()), relay_(key_, [this](const std::string&, std::string payload) {
        wire::Command command;
        wire::CommandBody body;
        EXPECT_TRUE(command.ParseFromString(payload) && body.ParseFromString(command.payload()));
        sent_.push_back(body.unit_seq());
        return Result<void>{};
    }) {}

    seal::SigningKey make_key() {
        const std::string secret = (dir_.path() / "command.key").string();
        EXPECT_TRUE(seal::SigningKey::make_files(secret, (dir_.path() / "command.pub").string()));
        return std::move(*seal::SigningKey::load(secret));
    }
    // Ids are random in service; here they sort against the order of the numbers.
    void queue(const std::string& id, std::uint64_t unit_seq, std::int64_t unit = 1) {
        CommandRow row;
        row.id = id;
        row.unit = {unit};
        row.vid = "amb-" + std::to_string(unit);
        row.kind = "dispatch";
        row.state = "queued";
        row.unit_seq = unit_seq;
        row.expires_us = kNowUs + kOrderLifeUs;
        world_.commands[id] = row;
    }
    std::vector<std::uint64_t> turn(std::chrono::milliseconds at, std::int64_t now_us = kNowUs) {
        sent_.clear();
        const OutboxRelay::Turn turn = relay_.turn(world_, {}, 1, Ticks{at}, now_us);
        for (const std::string& id : turn.first_sent) {
            world_.commands.at(id).state = "sent";
        }
        for (const std::string& id : turn.expired) {
            world_.commands.at(id).state = "expired";
        }
        return sent_;
    }

    test::TempDir dir_;
    seal::SigningKey key_;
    std::vector<std::uint64_t> sent_;
    OutboxRelay relay_;
    World world_;
};
using Numbers = std::vector<std::uint64_t>;

TEST_F(OutboxRelayTest, ALaterCommandWaitsUntilTheVehicleHoldsTheEarlierOne) {
    queue("b", 5);
    queue("a", 6);
    EXPECT_EQ(turn(1s), Numbers{5});
    // Lost on the way, again and again, and the vehicle connects anew: still only the first.
    EXPECT_EQ(turn(2s), Numbers{5});
    relay_.hurry(world_, "amb-1");
    EXPECT_EQ(turn(2100ms), Numbers{5});
    world_.commands.at("b").state = "stored";
    EXPECT_EQ(turn(2200ms), Numbers{6});
    world_.commands.at("a").state = "stored";
    EXPECT_EQ(turn(9s), Numbers{});
}

TEST_F(OutboxRelayTest, AUnitOutOfReachHoldsUpNoOtherAndAnExpiredCommandNoLater) {
    queue("c", 5, 1);
    queue("b", 6, 1);
    queue("a", 9, 2);
    world_.commands.at("b").expires_us += 1'000'000;
    EXPECT_EQ(turn(1s), (Numbers{5, 9}));
    world_.commands.at("a").state = "stored";
    EXPECT_EQ(turn(3s, kNowUs + kOrderLifeUs), Numbers{6});
    EXPECT_EQ(world_.commands.at("c").state, "expired");
}

TEST_F(OutboxRelayTest, ACancellationIsRepeatedUntilItIsStoredHoweverLate) {
    CommandRow cancel = cancel_order({{1}, "U1", "amb-1", {1}, 60}, {7}, "wrong address", kNowUs);
    cancel.unit_seq = 8;
    world_.commands[cancel.id] = cancel;
    EXPECT_EQ(turn(1s), Numbers{8});
    EXPECT_EQ(turn(3600s, kNowUs + 3'600'000'000), Numbers{8});
    world_.commands.at(cancel.id).state = "stored";
    EXPECT_EQ(turn(7200s, kNowUs + 7'200'000'000), Numbers{});
}

// What a crew reads of an order, as the relay of a world sends it.
class OrderTexts : public OutboxRelayTest {
  protected:
    wire::CommandBody sent_by(WorldKind world_kind, const wire::CommandBody& order) {
        wire::CommandBody out;
        OutboxRelay relay{key_, [&](const std::string&, std::string payload) {
                              wire::Command command;
                              EXPECT_TRUE(command.ParseFromString(payload) && out.ParseFromString(command.payload()));
                              return Result<void>{};
                          }, world_kind};
        World world;
        CommandRow row;
        row.id = "a";
        row.unit = {1};
        row.vid = "amb-1";
        row.kind = "dispatch";
        row.state = "queued";
        row.unit_seq = 1;
        row.expires_us = kNowUs + kOrderLifeUs;
        row.body = order.SerializeAsString();
        world.commands["a"] = row;
        relay.turn(world, {}, 1, Ticks{1s}, kNowUs);
        return out;
    }
};

TEST_F(OrderTexts, EveryOrderOfADrillBeginsWithTheWord) {
    wire::CommandBody order;
    order.mutable_dispatch()->set_complaint("胸痛");
    order.mutable_dispatch()->mutable_destination()->set_name("中心医院");
    EXPECT_EQ(sent_by(WorldKind::drill, order).dispatch().complaint(), "【演练】胸痛");
    EXPECT_EQ(sent_by(WorldKind::drill, order).dispatch().destination().name(), "【演练】中心医院");
    order.mutable_cancel();
    EXPECT_EQ(sent_by(WorldKind::drill, order).cancel().reason(), "【演练】");
    order.mutable_destination()->set_name("中心医院");
    EXPECT_EQ(sent_by(WorldKind::drill, order).destination().name(), "【演练】中心医院");
    order.mutable_text()->set_text("【待命】前往冯村");
    EXPECT_EQ(sent_by(WorldKind::drill, order).text().text(), "【演练】【待命】前往冯村");
    EXPECT_FALSE(sent_by(WorldKind::drill, order).text().has_posting());
    order.mutable_text()->mutable_posting()->set_name("冯村");
    EXPECT_EQ(sent_by(WorldKind::drill, order).text().posting().name(), "【演练】冯村");
    order.mutable_correction()->set_complaint("胸痛");
    EXPECT_EQ(sent_by(WorldKind::drill, order).correction().complaint(), "【演练】胸痛");
    order.mutable_correction()->clear_complaint(); // unchanged, and stays so
    order.mutable_correction()->set_address("冯村");
    EXPECT_EQ(sent_by(WorldKind::drill, order).correction().complaint(), "");
    EXPECT_EQ(sent_by(WorldKind::drill, order).correction().address(), "【演练】冯村");
}

TEST_F(OrderTexts, AnOrderOfTheRealWorldIsSentAsItWasWritten) {
    wire::CommandBody order;
    order.mutable_dispatch()->set_complaint("胸痛");
    EXPECT_EQ(sent_by(WorldKind::real, order).dispatch().complaint(), "胸痛");
}

TEST(CorrectionOrder, TellsTheCallAsItNowIs) {
    IncidentRow before;
    before.level = 3;
    before.complaint = "dizzy";
    before.address = "east end";
    IncidentRow now = before;
    EXPECT_FALSE(tells_otherwise(before, now));
    now.units_wanted = 2;
    EXPECT_FALSE(tells_otherwise(before, now)) << "that is no matter of the crew";
    now.level = 1;
    EXPECT_TRUE(tells_otherwise(before, now));
    now.level = 3;
    now.need.isolation = Isolation::infectious;
    EXPECT_TRUE(tells_otherwise(before, now));
    now.level = 1;
    now.complaint = "not breathing";
    const CommandRow row = correction_order({{1}, "U1", "amb-1", {1}, 60}, {7}, now, kNowUs);
    wire::CommandBody body;
    ASSERT_TRUE(body.ParseFromString(row.body));
    EXPECT_EQ(body.correction().level(), 1U);
    EXPECT_EQ(body.correction().complaint(), "【传染】not breathing");
    EXPECT_EQ(body.correction().address(), "east end");
    EXPECT_EQ(row.assignment, AssignmentId{7});
}

TEST(CorrectionOrder, TellsAnotherAgeOrSexAndThatOneIsNotKnown) {
    IncidentRow before;
    before.sex = "m";
    before.age_years = 30;
    IncidentRow now = before;
    now.phone_masked = "139****3463";
    EXPECT_FALSE(tells_otherwise(before, now)) << "the number is no matter of the crew";
    now.sex = "f";
    EXPECT_TRUE(tells_otherwise(before, now));
    now = before;
    now.age_years = 0;
    EXPECT_TRUE(tells_otherwise(before, now));
    now = before;
    now.age_months = 363;
    EXPECT_TRUE(tells_otherwise(before, now));
    now.sex = "";
    now.age_years = 0;
    now.age_months = 3;
    wire::CommandBody body;
    ASSERT_TRUE(body.ParseFromString(correction_order({{1}, "U1", "amb-1", {1}, 60}, {7}, now, kNowUs).body));
    EXPECT_TRUE(body.correction().has_sex());
    EXPECT_EQ(body.correction().sex(), "");
    EXPECT_TRUE(body.correction().has_age_years());
    EXPECT_EQ(body.correction().age_months(), 3U);
    now.age_months.reset();
    ASSERT_TRUE(body.ParseFromString(correction_order({{1}, "U1", "amb-1", {1}, 60}, {7}, now, kNowUs).body));
    EXPECT_FALSE(body.correction().has_age_months());
}

wire::CommandBody body_of(const CommandRow& row) {
    wire::CommandBody out;
    EXPECT_TRUE(out.ParseFromString(row.body));
    return out;
}

TEST(PostingOrder, TellsTheVehicleThePlaceAndWhichPostingHasEnded) {
    const UnitInfo unit{{1}, "U1", "amb-1", {1}, 60};
    PostingRow posting;
    posting.kind = PostingKind::go_home;
    posting.name = "S1";
    posting.place = {351'000'000, 1'109'000'000};
    const wire::TextNote sent = body_of(posting_order(unit, posting, kNowUs)).text();
    EXPECT_EQ(sent.text(), "【返站】返回S1");
    EXPECT_EQ(sent.posting().kind(), wire::Posting::GO_HOME);
    EXPECT_EQ(sent.posting().name(), "S1");
    EXPECT_EQ(sent.posting().place().lat_e7(), 351'000'000);
    EXPECT_EQ(sent.posting().place().lon_e7(), 1'109'000'000);
    posting.command = "p-1";
    posting.state = PostingState::done;
    EXPECT_EQ(body_of(posting_end_order(unit, posting, kNowUs)).text().text(), "【结束】S1");
    posting.state = PostingState::cancelled;
    const wire::TextNote ended = body_of(posting_end_order(unit, posting, kNowUs)).text();
    EXPECT_EQ(ended.text(), "【取消】S1");
    EXPECT_EQ(ended.ended_command_id(), "p-1");
}

TEST(DispatchOrder, TellsTheVehicleWhereItStandsBy) {
    const UnitInfo unit{{1}, "U1", "amb-1", {1}, 60};
    const IncidentRow incident;
    const auto sent = [&](std::optional<PlaceE7> station) {
        return body_of(dispatch_order({incident, unit, {7}, nullptr, kNowUs, "c-1", station})).dispatch();
    };
    EXPECT_FALSE(sent({}).has_station());
    EXPECT_EQ(sent(PlaceE7{351'000'000, 1'109'000'000}).station().lat_e7(), 351'000'000);
    EXPECT_EQ(sent(PlaceE7{351'000'000, 1'109'000'000}).station().lon_e7(), 1'109'000'000);
}

} // namespace
} // namespace ems::dispatch
