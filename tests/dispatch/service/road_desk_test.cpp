// Roads, coverage, ways and move-up through the real ems-dispatchd, PostgreSQL and broker: what a
// dispatcher enters changes the next answer, is kept, and stands in the audit.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "dispatch/client/client.h"
#include "map/hierarchy/node_order.h"
#include "telemetry/base/clock.h"
#include "tests/map/ascii_map.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::int64_t kU1 = 1; // at S1, by a
constexpr std::int64_t kU2 = 2; // at S2, between e and f

// One character is 100 m and 10 s. The village by g is in time from S2 alone.
const std::vector<std::string> kTown{"a-----b-----c", //
                                     "|     |     |", //
                                     "|     |     |", //
                                     "d-----e-----f" + std::string(75, '-') + "g"};

class RoadDeskTest : public ::testing::Test {
  protected:
    static map::Wgs84 between(char a, char b, double share) {
        const map::test::AsciiMap town{kTown};
        const map::Wgs84 from = town.at(a);
        const map::Wgs84 to = town.at(b);
        return {from.lat + (to.lat - from.lat) * share, from.lon + (to.lon - from.lon) * share};
    }
    static std::string point_sql(map::Wgs84 p) {
        return "st_point(" + std::to_string(p.lon) + ", " + std::to_string(p.lat) + ")::geography";
    }
    static void write_map() {
        const map::test::AsciiMap town{kTown};
        const map::RoadGraph graph = town.graph();
        const std::string folder = (dir_.path() / "map").string();
        std::filesystem::create_directory(folder);
        ASSERT_TRUE(graph.save(folder + "/roads.graph"));
        ASSERT_TRUE(
            map::save_node_order(graph, map::find_node_order(graph), folder + "/roads.order"));
        std::ofstream places{folder + "/places.csv"};
        places << "kind,name,lat,lon,population,within,aliases\n";
        places << "village,丙村," << std::to_string(town.at('c').lat) << ","
               << std::to_string(town.at('c').lon) << ",700,东乡,\n";
        places << "village,己村," << std::to_string(town.at('g').lat) << ","
               << std::to_string(town.at('g').lon) << ",300,西乡,\n";
    }
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        broker_ = std::make_unique<test::TempBroker>(
            std::vector<std::string>{"srv-dispatch-a", "desk-1"});
        postgres_->execute(
            "insert into registry.region (code, name) values ('140802', 'Yanhu');"
            "insert into registry.station (region, name, place) values ('140802', 'S1', " +
            point_sql(between('a', 'b', 0.05)) + "), ('140802', 'S2', " +
            point_sql(between('e', 'f', 0.9)) +
            ");"
            "insert into registry.hospital (region, name, place) values ('140802', 'H', " +
            point_sql(between('d', 'e', 0.5)) +
            ");"
            "insert into registry.vehicle (vid, region) values ('amb-1', '140802');"
            "insert into registry.unit (name, station_id, vid) values ('U1', 1, 'amb-1'), ('U2', 2, null)");
        write_map();
        for (const char* role : {"dispatcher", "auditor"}) {
            std::string output;
            ASSERT_EQ(test::run({test::program("ems-admin"), "user", "add", "--conninfo",
                                 postgres_->conninfo("ems_owner"), "--name", role, "--role", role,
                                 "--display", role, "--password-file", password()},
                                &output),
                      0)
                << output;
        }
    }
    static void TearDownTestSuite() {
        broker_.reset();
        postgres_.reset();
    }
    RoadDeskTest() : port_(test::free_port()) {
        configure("map");
        start();
        li_ = desk("dispatcher");
    }
    void configure(const std::string& map) const {
        std::ofstream{config()} << "region = \"140802\"\n[listen]\nport = " << port_
                                << "\n[pki]\ndir = \"" << broker_->pki_dir()
                                << "\"\n[pg]\nconninfo = \"" << postgres_->conninfo("ems_dispatch")
                                << "\"\n[mqtt]\nport = " << broker_->port() << "\n[map]\ndir = \""
                                << (dir_.path() / map).string() << "\"\n";
    }
    ~RoadDeskTest() override {
        if (HasFailure()) {
            std::ifstream log{dir_.path() / "dispatchd.log"};
            std::cerr << log.rdbuf();
        }
        // The next test finds the roads open and the units at home.
        postgres_->execute(
            "delete from dispatch.move_up; delete from dispatch.posting;"
            "update dispatch.unit_state set crew_until = null, contaminated = false;"
            "update dispatch.road_condition set ended_at = clock_timestamp(), ended_by = 'test' "
            "where ended_at is null");
    }
    static std::string config() { return (dir_.path() / "dispatchd.toml").string(); }
    static std::string password() {
        const std::string file = (dir_.path() / "password").string();
        if (!std::filesystem::exists(file)) {
            std::ofstream{file} << "correct horse";
            std::filesystem::permissions(file, std::filesystem::perms::owner_read |
                                                   std::filesystem::perms::owner_write);
        }
        return file;
    }
    void start() {
        server_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-dispatchd"), "--config", config()},
            test::ChildProcess::Options{(dir_.path() / "dispatchd.log").string(), {}});
    }
    std::unique_ptr<client::Client> desk(const std::string& user) const {
        client::ClientConfig config;
        config.servers = {"127.0.0.1:" + std::to_string(port_)};
        config.ca_file = broker_->ca();
        config.certificate_file = broker_->certificate("desk-1");
        config.key_file = broker_->key("desk-1");
        auto out = std::make_unique<client::Client>(config, [] {});
        out->log_in(user, Secret<std::string>{"correct horse"});
        return out;
    }
    // Drains until the reply is there; `mirror_` follows li's desk.
    Result<api::ServerFrame> ask(client::Client& desk, const api::ClientFrame& frame) {
        const client::RequestId request = desk.send(frame, 20s);
        std::optional<Result<api::ServerFrame>> answer;
        test::eventually(
            [&] {
                for (client::Event& event : desk.drain()) {
                    take(desk, event);
                    if (auto* reply = std::get_if<client::ReplyArrived>(&event);
                        reply && reply->request == request) {
                        answer = std::move(reply->frame);
                    }
                }
                return answer.has_value();
            },
            25s);
        return answer ? std::move(*answer) : fail(Code::timeout, "no reply");
    }
    Result<api::ServerFrame> ask(const api::ClientFrame& frame) { return ask(*li_, frame); }
    void take(const client::Client& desk, const client::Event& event) {
        if (const auto* state = std::get_if<client::StateArrived>(&event);
            state && &desk == li_.get()) {
            static_cast<void>(state->feed(mirror_));
        }
    }
    bool sees(const std::function<bool()>& condition, std::chrono::seconds patience = 20s) {
        return test::eventually(
            [&] {
                for (const client::Event& event : li_->drain()) {
                    take(*li_, event);
                }
                return condition();
            },
            patience);
    }
    static api::Place place(map::Wgs84 at) {
        api::Place out;
        const map::PointE7 p = map::to_e7(at);
        out.set_lat_e7(p.lat_e7);
        out.set_lon_e7(p.lon_e7);
        return out;
    }
    // The short way from S2 to the scene.
    static api::ClientFrame closure(const std::string& key) {
        api::ClientFrame frame;
        frame.set_idempotency_key(key);
        api::RoadCondition& condition = *frame.mutable_close_road()->mutable_condition();
        condition.set_kind("closure");
        condition.set_place("stretch");
        *condition.add_points() = place(between('c', 'f', 0.5));
        condition.set_reason("塌方");
        return frame;
    }
    api::ClientFrame reopening(std::int64_t id, std::uint64_t version) const {
        api::ClientFrame frame;
        frame.mutable_reopen_road()->set_id(id);
        frame.mutable_reopen_road()->set_version(version);
        frame.mutable_reopen_road()->set_reason("通了");
        return frame;
    }
    // Near c: 120 m off S2's way, two minutes from S1.
    std::int64_t incident() {
        api::ClientFrame frame;
        frame.mutable_new_call()->set_level(2);
        *frame.mutable_new_call()->mutable_place() = place(between('b', 'c', 0.9));
        const auto opened = ask(frame);
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? opened->new_call_ok().incident_id() : 0;
    }
    api::Recommendation ranked(std::int64_t incident) {
        api::ClientFrame frame;
        frame.mutable_recommend()->set_incident_id(incident);
        const auto reply = ask(frame);
        EXPECT_TRUE(reply) << reply.error().message();
        return reply ? reply->recommendation() : api::Recommendation{};
    }
    std::int64_t first(std::int64_t incident) {
        const api::Recommendation list = ranked(incident);
        return list.candidates_size() == 0 ? 0 : list.candidates(0).unit_id();
    }
    std::int64_t close(const api::ClientFrame& frame) {
        const auto closed = ask(frame);
        EXPECT_TRUE(closed) << closed.error().message();
        return closed ? closed->road_closed().id() : 0;
    }
    static std::string count(const std::string& from) {
        return postgres_->value("select count(*) from " + from);
    }
    json ctl(std::vector<std::string> arguments) {
        std::vector<std::string> all{test::program("ems-ctl"),
                                     "--server",
                                     "127.0.0.1:" + std::to_string(port_),
                                     "--ca",
                                     broker_->ca(),
                                     "--cert",
                                     broker_->certificate("desk-1"),
                                     "--key",
                                     broker_->key("desk-1"),
                                     "--user",
                                     "dispatcher",
                                     "--password-file",
                                     password(),
                                     "--json"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        std::string output;
        EXPECT_EQ(test::run(std::move(all), &output), 0) << output;
        return json::parse(output, nullptr, false);
    }

    static std::unique_ptr<test::TempPostgres> postgres_;
    static std::unique_ptr<test::TempBroker> broker_;
    static test::TempDir dir_;
    std::uint16_t port_;
    std::unique_ptr<test::ChildProcess> server_;
    client::Mirror mirror_;
    std::unique_ptr<client::Client> li_;
};
std::unique_ptr<test::TempPostgres> RoadDeskTest::postgres_;
std::unique_ptr<test::TempBroker> RoadDeskTest::broker_;
test::TempDir RoadDeskTest::dir_;

TEST_F(RoadDeskTest, AClosedRoadChangesTheNextRankingAndReopeningChangesItBack) {
    const std::int64_t scene = incident();
    ASSERT_EQ(first(scene), kU2);
    const std::int64_t road = close(closure("close-1"));
    EXPECT_EQ(first(scene), kU1) << "U2 has to go round by b";
    EXPECT_EQ(close(closure("close-1")), road) << "a repeat gets the first answer";
    EXPECT_EQ(count("dispatch.road_condition where ended_at is null"), "1");
    EXPECT_TRUE(sees([&] { return mirror_.roads().contains(road); }));
    EXPECT_EQ(ask(reopening(road, 7)).error().code, Code::db_conflict)
        << "not the version that is stored";
    EXPECT_EQ(first(scene), kU1);
    ASSERT_TRUE(ask(reopening(road, mirror_.roads().at(road).version())));
    EXPECT_EQ(first(scene), kU2);
    EXPECT_TRUE(sees([&] { return !mirror_.roads().contains(road); }));
    EXPECT_EQ(ask(reopening(road, 2)).error().code, Code::not_found);
    EXPECT_EQ(count("dispatch.audit where action in ('close_road', 'reopen_road') and actor = "
                    "'dispatcher' and detail like "
                    "'id=" +
                    std::to_string(road) + " %'"),
              "2");
}

TEST_F(RoadDeskTest, ASlowRoadAndAFloodCountToo) {
    const std::int64_t scene = incident();
    api::ClientFrame slow = closure("slow-1");
    slow.mutable_close_road()->mutable_condition()->set_kind("slow");
    slow.mutable_close_road()->mutable_condition()->set_value(20);
    const std::int64_t road = close(slow);
    EXPECT_EQ(first(scene), kU1);
    ASSERT_TRUE(ask(reopening(road, 1)));
    api::ClientFrame flood = closure("flood-1");
    api::RoadCondition& water = *flood.mutable_close_road()->mutable_condition();
    water.set_kind("flood");
    water.set_place("area");
    water.clear_points();
    for (const map::Wgs84 corner : {between('c', 'f', 0.3), between('c', 'f', 0.6)}) {
        *water.add_points() = place({corner.lat, corner.lon - 0.001});
        *water.add_points() = place({corner.lat, corner.lon + 0.001});
    }
    std::swap(*water.mutable_points(2), *water.mutable_points(3)); // a ring, not a bow
    close(flood);
    EXPECT_EQ(first(scene), kU1);
}

TEST_F(RoadDeskTest, AClosureOutlivesTheServerAndEndsByItsTime) {
    const std::int64_t scene = incident();
    api::ClientFrame lasting = closure("lasting-1");
    const std::int64_t lasts = close(lasting);
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    start();
    ASSERT_TRUE(sees([&] { return mirror_.roads().contains(lasts); })) << "read from the database";
    EXPECT_EQ(first(scene), kU1);
    ASSERT_TRUE(ask(reopening(lasts, 1)));
    ASSERT_EQ(first(scene), kU2);

    api::ClientFrame brief = closure("brief-1");
    brief.mutable_close_road()->mutable_condition()->set_until_us(SystemClock{}.utc_us() +
                                                                  2'000'000);
    const std::int64_t ends = close(brief);
    EXPECT_TRUE(sees([&] { return first(scene) == kU2; })) << "nobody has to reopen it";
    EXPECT_TRUE(sees([&] { return !mirror_.roads().contains(ends); }));
}

TEST_F(RoadDeskTest, AClosureForLaterBeginsByItsTime) {
    const std::int64_t scene = incident();
    api::ClientFrame later = closure("later-1");
    later.mutable_close_road()->mutable_condition()->set_from_us(SystemClock{}.utc_us() +
                                                                 1'500'000);
    close(later);
    EXPECT_TRUE(sees([&] { return first(scene) == kU1; }));
}

TEST_F(RoadDeskTest, WhatIsNoConditionChangesNothing) {
    const auto refused = [this](const std::function<void(api::RoadCondition&)>& spoil) {
        static int n = 0;
        api::ClientFrame frame = closure("bad-" + std::to_string(++n));
        spoil(*frame.mutable_close_road()->mutable_condition());
        const auto answer = ask(frame);
        return answer ? std::optional<Code>{} : std::optional{answer.error().code};
    };
    const std::int64_t now_us = SystemClock{}.utc_us();
    EXPECT_EQ(refused([](auto& c) { c.clear_reason(); }), Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.set_reason(std::string(501, 'x')); }),
              Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.set_kind("lava"); }), Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.set_place("there"); }), Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.clear_points(); }), Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.mutable_points(0)->set_lat_e7(910'000'000); }),
              Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.mutable_points(0)->set_lat_e7(0); }), Code::not_found)
        << "no road in the sea";
    EXPECT_EQ(refused([](auto& c) { c.set_kind("slow"); }), Code::invalid_argument)
        << "by how much?";
    EXPECT_EQ(refused([](auto& c) {
                  c.set_kind("speed");
                  c.set_value(900);
              }),
              Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.add_classes("canal"); }), Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) { c.set_road(std::string(101, 'x')); }), Code::invalid_argument);
    EXPECT_EQ(refused([&](auto& c) { c.set_until_us(now_us - 1'000'000); }),
              Code::invalid_argument);
    EXPECT_EQ(refused([&](auto& c) { c.set_from_us(now_us + 400LL * 86'400 * 1'000'000); }),
              Code::invalid_argument);
    EXPECT_EQ(refused([](auto& c) {
                  for (int i = 0; i < 2'001; ++i) {
                      *c.add_points() = c.points(0);
                  }
              }),
              Code::invalid_argument);
    auto auditor = desk("auditor");
    EXPECT_EQ(ask(*auditor, closure("auditors")).error().code, Code::forbidden);
    api::ClientFrame list;
    list.mutable_get_roads();
    const auto roads = ask(*auditor, list);
    ASSERT_TRUE(roads);
    EXPECT_EQ(roads->road_list().conditions_size(), 0);
    EXPECT_EQ(count("dispatch.road_condition where ended_at is null"), "0");
}

TEST_F(RoadDeskTest, ConsolesSeeWhoIsReachedAndARankingWhatAUnitUncovers) {
    ASSERT_TRUE(sees([&] {
        return mirror_.coverage() != nullptr &&
               mirror_.coverage()->whole().population_covered() == 1000;
    }));
    const std::int64_t scene = incident();
    const api::Recommendation list = ranked(scene);
    ASSERT_GE(list.candidates_size(), 2);
    const api::CoverageLoss& loss = list.candidates(0).loss();
    EXPECT_EQ(list.candidates(0).unit_id(), kU2);
    EXPECT_DOUBLE_EQ(loss.share(), 0.3);
    EXPECT_EQ(loss.villages(), 1U);
    ASSERT_EQ(loss.names_size(), 1);
    EXPECT_EQ(loss.names(0), "己村");
    EXPECT_EQ(loss.next_unit_id(), kU1);
    EXPECT_EQ(list.candidates(1).loss().villages(), 0U);

    // U2 leaves: the village by g is a gap.
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(scene);
    assign.mutable_assign()->set_unit_id(kU2);
    assign.mutable_assign()->set_recommendation_id(list.id());
    const auto assigned = ask(assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    // For the change of state: the next turn for units that move comes later than that.
    ASSERT_TRUE(sees([&] { return mirror_.coverage()->gaps_size() == 1; }, 8s));
    const api::Coverage& now = *mirror_.coverage();
    EXPECT_EQ(now.gaps(0).name(), "己村");
    EXPECT_EQ(now.gaps(0).first_unit_id(), kU1);
    EXPECT_GT(now.gaps(0).first_s(), 900U);
    EXPECT_EQ(now.whole().population_covered(), 700);

    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("test");
    ASSERT_TRUE(ask(cancel));
    EXPECT_TRUE(sees([&] { return mirror_.coverage()->gaps_size() == 0; }));
}

TEST_F(RoadDeskTest, MoveUpIsAdvisedStoredAndAnsweredOnce) {
    // Both reach c, U2 alone the village by g: two at S2 reach both.
    ASSERT_TRUE(sees([&] { return mirror_.move_up() != nullptr; }));
    const api::MoveUpAdvice advice = *mirror_.move_up();
    EXPECT_EQ(advice.unit_id(), kU1);
    EXPECT_EQ(advice.station_id(), 2);
    const double busy = advice.busy_share();
    // Where people live, and c a little more for the calls of the tests before.
    EXPECT_GE(advice.expected_before(), 0.7 * (1 - busy * busy) + 0.3 * (1 - busy) - 1e-6);
    EXPECT_LT(advice.expected_before(), advice.expected_after());
    EXPECT_NEAR(advice.expected_after(), 1 - busy * busy, 1e-6);

    api::ClientFrame answer;
    answer.mutable_answer_move_up()->set_id(advice.id());
    answer.mutable_answer_move_up()->set_version(advice.version() + 1);
    answer.mutable_answer_move_up()->set_accept(true);
    EXPECT_EQ(ask(answer).error().code, Code::db_conflict);
    answer.mutable_answer_move_up()->set_version(advice.version());
    answer.mutable_answer_move_up()->set_accept(false);
    EXPECT_EQ(ask(answer).error().code, Code::invalid_argument) << "no reason";
    answer.mutable_answer_move_up()->set_accept(true);
    answer.set_idempotency_key("accept-" + std::to_string(advice.id()));
    const auto accepted = ask(answer);
    ASSERT_TRUE(accepted) << accepted.error().message();
    EXPECT_GT(accepted->posting_ok().posting_id(), 0);
    EXPECT_TRUE(sees([&] { return mirror_.move_up() == nullptr; }));
    EXPECT_EQ(count("dispatch.move_up where state = 'accepted' and answered_by = 'dispatcher'"),
              "1");
    EXPECT_EQ(count("dispatch.audit where action = 'accept_move_up'"), "1");
    const auto again = ask(answer);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->posting_ok().posting_id(), accepted->posting_ok().posting_id())
        << "a repeat gets the first answer";
    EXPECT_EQ(count("dispatch.posting"), "1");
    answer.set_idempotency_key("other-" + std::to_string(advice.id()));
    EXPECT_EQ(ask(answer).error().code, Code::not_found) << "answered";
    EXPECT_EQ(count("dispatch.posting"), "1");
    api::ClientFrame frame;
    frame.mutable_get_move_up();
    ASSERT_TRUE(sees([&] {
        return std::abs(ask(frame)->move_up().expected_share() - (1 - busy * busy)) < 1e-6;
    })) << "the unit counts where it was sent to";
    EXPECT_FALSE(ask(frame)->move_up().has_advice());
}

TEST_F(RoadDeskTest, AnAcceptedMoveUpIsOrderedAndCountsWhileItsPostingLives) {
    ASSERT_TRUE(sees([&] { return mirror_.move_up() != nullptr; }));
    const api::MoveUpAdvice advice = *mirror_.move_up();
    const json accepted = ctl({"answer-move-up", std::to_string(advice.id()), "--accept"});
    const std::int64_t id = accepted.at("postingId").get<std::int64_t>();
    ASSERT_TRUE(sees([&] { return mirror_.postings().contains(id); }));
    EXPECT_EQ(mirror_.postings().at(id).kind(), "relocation");
    EXPECT_EQ(mirror_.postings().at(id).unit_id(), kU1);
    EXPECT_EQ(mirror_.postings().at(id).station_id(), 2);
    EXPECT_EQ(count("dispatch.outbox o join dispatch.posting p on p.command_id = o.id where o.vid = 'amb-1'"), "1")
        << "the vehicle is told";
    api::ClientFrame frame;
    frame.mutable_get_move_up();
    const auto share = [&] { return ask(frame)->move_up().expected_share(); };
    ASSERT_TRUE(sees([&] { return std::abs(share() - advice.expected_after()) < 1e-6; }));

    // Called off: the unit counts at home again, and is not asked to go there again at once.
    api::ClientFrame end;
    end.mutable_end_posting()->set_posting_id(id);
    end.mutable_end_posting()->set_state("cancelled");
    end.mutable_end_posting()->set_reason("no fuel");
    ASSERT_TRUE(ask(end));
    ASSERT_TRUE(sees([&] { return std::abs(share() - advice.expected_before()) < 1e-6; }));
    EXPECT_FALSE(ask(frame)->move_up().has_advice());
}

TEST_F(RoadDeskTest, AMoveUpOfAUnitThatWasSentToACallChangesNothing) {
    ASSERT_TRUE(sees([&] { return mirror_.move_up() != nullptr; }));
    const api::MoveUpAdvice advice = *mirror_.move_up();
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(incident());
    assign.mutable_assign()->set_unit_id(kU1);
    assign.mutable_assign()->set_override_reason("test");
    const auto assigned = ask(assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    api::ClientFrame answer;
    answer.mutable_answer_move_up()->set_id(advice.id());
    answer.mutable_answer_move_up()->set_version(advice.version());
    answer.mutable_answer_move_up()->set_accept(true);
    const auto refused = ask(answer);
    ASSERT_FALSE(refused);
    // Or the advice went first.
    EXPECT_TRUE(refused.error().code == Code::unit_not_available ||
                refused.error().code == Code::not_found)
        << refused.error().message();
    EXPECT_EQ(count("dispatch.posting"), "0");
    EXPECT_EQ(count("dispatch.move_up where state = 'accepted'"), "0");
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("test");
    ASSERT_TRUE(ask(cancel));
}

TEST_F(RoadDeskTest, ACrewAtTheEndOfItsShiftCoversNothingAndIsNotMoved) {
    ASSERT_TRUE(sees([&] { return mirror_.coverage() != nullptr && mirror_.move_up() != nullptr; }));
    ASSERT_EQ(mirror_.coverage()->gaps_size(), 0);
    ctl({"facts", "U1", "--crew-hours", "0.5"});
    EXPECT_TRUE(sees([&] { return mirror_.move_up() == nullptr; })) << "U1 would be moved";
    ctl({"facts", "U2", "--contaminated"});
    EXPECT_TRUE(sees([&] { return mirror_.coverage()->whole().population_covered() == 0; }));
    ctl({"facts", "U2", "--clean"});
    EXPECT_TRUE(sees([&] { return mirror_.coverage()->gaps_size() == 0; })) << "U2 reaches both";
    EXPECT_EQ(ranked(incident()).candidates_size(), 2) << "both may be sent";
}

TEST_F(RoadDeskTest, TheWayIsToldWithItsTurnsAndFollowsTheRoads) {
    const std::int64_t scene = incident();
    api::ClientFrame frame;
    frame.mutable_get_route()->set_from_unit_id(kU2);
    frame.mutable_get_route()->set_to_incident_id(scene);
    const auto way = ask(frame);
    ASSERT_TRUE(way) << way.error().message();
    const api::RouteAnswer& route = way->route();
    EXPECT_EQ(route.seconds(), 42U);
    ASSERT_EQ(route.points_size(), route.times_s_size());
    ASSERT_GE(route.steps_size(), 3);
    EXPECT_EQ(route.steps(0).kind(), "depart");
    EXPECT_EQ(route.steps(1).kind(), "left");
    EXPECT_NE(route.steps(1).text_zh().find("左转"), std::string::npos);
    EXPECT_EQ(route.steps(route.steps_size() - 1).kind(), "arrive");
    close(closure("way-1"));
    EXPECT_EQ(ask(frame)->route().seconds(), 138U);

    api::ClientFrame to_hospital;
    *to_hospital.mutable_get_route()->mutable_from() = place(between('b', 'c', 0.9));
    to_hospital.mutable_get_route()->set_to_hospital_id(1);
    EXPECT_EQ(ask(to_hospital)->route().seconds(), 114U);
    to_hospital.mutable_get_route()->set_to_hospital_id(99);
    EXPECT_EQ(ask(to_hospital).error().code, Code::not_found);
    api::ClientFrame nowhere;
    nowhere.mutable_get_route();
    EXPECT_EQ(ask(nowhere).error().code, Code::invalid_argument);
}

TEST_F(RoadDeskTest, ADamagedMapCostsTheRoadsAndNotTheCentre) {
    std::filesystem::create_directories(dir_.path() / "cut");
    std::filesystem::copy_file(dir_.path() / "map" / "roads.graph",
                               dir_.path() / "cut" / "roads.graph",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(dir_.path() / "cut" / "roads.graph", 200);
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    configure("cut");
    start();
    const std::int64_t scene = incident();
    EXPECT_EQ(ranked(scene).degraded(), "no_road_graph");
    EXPECT_EQ(ask(closure("cut-1")).error().code, Code::not_found);
    api::ClientFrame frame;
    frame.mutable_get_coverage();
    EXPECT_EQ(ask(frame)->coverage().degraded(), "no_road_graph");
}

TEST_F(RoadDeskTest, TheCommandLineDoesTheSame) {
    ASSERT_TRUE(sees([&] { return mirror_.coverage() != nullptr; }));
    const map::Wgs84 at = between('c', 'f', 0.5);
    const std::string point = std::to_string(at.lat) + "," + std::to_string(at.lon);
    const json closed = ctl({"close-road", "--at", point, "--minutes", "60", "--reason", "塌方"});
    EXPECT_EQ(closed["pieces"], 2);
    const json road = ctl({"roads"});
    EXPECT_EQ(road["id"], closed["id"]);
    EXPECT_EQ(road["kind"], "closure");
    EXPECT_EQ(road["created_by"], "dispatcher");
    EXPECT_EQ(ctl({"route", "--from", "U2", "--to", "H"})["seconds"], 84);
    ctl({"reopen-road", std::to_string(closed["id"].get<std::int64_t>()), "--reason", "通了"});
    const json cover = ctl({"coverage"});
    EXPECT_EQ(cover["whole"]["population"], 1000.0);
    EXPECT_EQ(cover["units"].size(), 2U);
    const json areas = ctl({"isochrone", "--from", "stations", "--minutes", "1,2"});
    EXPECT_EQ(areas["type"], "FeatureCollection");
    ASSERT_EQ(areas["features"].size(), 2U);
    EXPECT_EQ(areas["features"][0]["geometry"]["type"], "MultiPolygon");
    EXPECT_FALSE(areas["features"][0]["geometry"]["coordinates"].empty());
    EXPECT_TRUE(ctl({"move-up"}).contains("busy_share"));
}

} // namespace
} // namespace ems::dispatch
