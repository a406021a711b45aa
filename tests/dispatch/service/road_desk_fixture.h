// One real ems-dispatchd with the map of a small town, its PostgreSQL and broker, seen by the
// client library and ems-ctl.
#pragma once

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
#include "tests/support/press_again.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
using namespace std::chrono_literals;
using nlohmann::json;

inline constexpr std::int64_t kU1 = 1; // at S1, by a
inline constexpr std::int64_t kU2 = 2; // at S2, between e and f

// One character is 100 m and 10 s. The village by g is in time from S2 alone.
inline const std::vector<std::string> kTown{"a-----b-----c", //
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
            "insert into registry.unit (name, station_id, vid) "
            "values ('U1', 1, 'amb-1'), ('U2', 2, null)");
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
        return test::press_again([&] { return ask_once(desk, frame); });
    }
    Result<api::ServerFrame> ask_once(client::Client& desk, const api::ClientFrame& frame) {
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

    static inline std::unique_ptr<test::TempPostgres> postgres_;
    static inline std::unique_ptr<test::TempBroker> broker_;
    static inline test::TempDir dir_;
    std::uint16_t port_;
    std::unique_ptr<test::ChildProcess> server_;
    client::Mirror mirror_;
    std::unique_ptr<client::Client> li_;
};

} // namespace ems::dispatch
