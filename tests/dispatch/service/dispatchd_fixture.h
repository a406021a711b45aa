// One real ems-dispatchd with its PostgreSQL and broker, seen by the client library. A test plays the vehicle at the broker
// and ems-telemetryd at the inbox.
#pragma once

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dispatch/client/client.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/press_again.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {

using namespace std::chrono_literals;

inline std::string hex(const std::string& bytes) {
    std::string out;
    for (const char c : bytes) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += two;
    }
    return out;
}

// A vehicle at the broker: keeps the orders it was sent.
class Vehicle {
  public:
    Vehicle(const test::TempBroker& broker, std::string vid) : vid_(std::move(vid)) {
        link::MqttConfig config;
        config.port = broker.port();
        config.client_id = vid_;
        config.ca_file = broker.ca();
        config.certificate_file = broker.certificate(vid_);
        config.key_file = broker.key(vid_);
        config.backoff = {100ms, 500ms};
        config.subscriptions = {{"ems/v1/140802/" + vid_ + "/d/#", link::Qos::at_least_once}};
        link::MqttHandlers handlers;
        handlers.message = [this](link::MqttMessage&& message) {
            const std::lock_guard lock{mutex_};
            messages_.push_back(std::move(message));
        };
        session_ = std::make_unique<link::MqttSession>(config, handlers);
        session_->start();
    }
    ~Vehicle() { session_->stop(); }

    void publish(const std::string& kind, std::string payload) {
        static_cast<void>(session_->publish("ems/v1/140802/" + vid_ + "/u/" + kind, std::move(payload),
                                            link::Qos::at_least_once));
    }
    std::vector<wire::Command> commands() {
        const std::lock_guard lock{mutex_};
        std::vector<wire::Command> out;
        for (const link::MqttMessage& message : messages_) {
            wire::Command command;
            if (message.topic.ends_with("/d/cmd") && command.ParseFromString(message.payload)) {
                out.push_back(command);
            }
        }
        return out;
    }
    bool heard(const std::string& kind) {
        const std::lock_guard lock{mutex_};
        for (const link::MqttMessage& message : messages_) {
            if (message.topic.ends_with("/d/" + kind)) {
                return true;
            }
        }
        return false;
    }

  private:
    std::string vid_;
    std::mutex mutex_;
    std::vector<link::MqttMessage> messages_;
    std::unique_ptr<link::MqttSession> session_;
};

class DispatchdTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        broker_ = std::make_unique<test::TempBroker>(
            std::vector<std::string>{"srv-dispatch-a", "srv-dispatch-b", "srv-telemetry-a", "desk-1", "amb-1", "amb-2"});
        postgres_->execute(
            "insert into registry.region (code, name) values ('140802', 'Yanhu');"
            "insert into registry.station (region, name, place) values ('140802', 'S1', st_point(110.90, 35.10)::geography), "
            " ('140802', 'S2', st_point(111.00, 35.20)::geography);"
            "insert into registry.hospital (region, name, place) values ('140802', 'H', st_point(110.99, 35.03)::geography);"
            "insert into registry.vehicle (vid, region) values ('amb-1', '140802'), ('amb-2', '140802');"
            "insert into registry.unit (name, station_id, vid) values ('U1', 1, 'amb-1'), ('U2', 2, 'amb-2'), ('V3', 2, null)");
        for (const char* role : {"dispatcher", "auditor", "physician", "hospital_viewer"}) {
            const std::string file = (dir_.path() / "password").string();
            std::ofstream{file} << "correct horse";
            std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
            std::string output;
            ASSERT_EQ(test::run({test::program("ems-admin"), "user", "add", "--conninfo", postgres_->conninfo("ems_owner"),
                                 "--name", role, "--role", role, "--display", role, "--password-file", file},
                                &output),
                      0)
                << output;
        }
    }
    static void TearDownTestSuite() {
        broker_.reset();
        postgres_.reset();
    }

    DispatchdTest() : port_(test::free_port()) {
        std::ofstream{config_file()} << "region = \"140802\"\n[listen]\nport = " << port_ << "\n[pki]\ndir = \""
                                     << broker_->pki_dir() << "\"\n[pg]\nconninfo = \""
                                     << postgres_->conninfo("ems_dispatch") << "\"\n[mqtt]\nport = "
                                     << broker_->port() << "\n";
        start();
    }
    ~DispatchdTest() override {
        if (HasFailure()) {
            std::ifstream log{dir_.path() / "dispatchd.log"};
            std::cerr << log.rdbuf();
        }
    }
    // As nobody does: a database stays of its world. Empty: nobody has marked it.
    static void mark_world(const std::string& kind) {
        postgres_->execute("alter table dispatch.world disable trigger world_kept; delete from dispatch.world;"
                           "alter table dispatch.world enable trigger world_kept" +
                           (kind.empty() ? std::string{} : "; select dispatch.world_mark('" + kind + "')"));
    }
    // A second server on the same database and broker; desks made after it know both.
    void start_standby() {
        standby_port_ = test::free_port();
        const std::string file = (dir_.path() / "standby.toml").string();
        std::ofstream{file} << "region = \"140802\"\n[listen]\nport = " << standby_port_ << "\n[pki]\nname = \"srv-dispatch-b\"\ndir = \""
                            << broker_->pki_dir() << "\"\n[pg]\nconninfo = \"" << postgres_->conninfo("ems_dispatch")
                            << "\"\n[mqtt]\nport = " << broker_->port() << "\n";
        standby_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-dispatchd"), "--config", file},
            test::ChildProcess::Options{(dir_.path() / "standby.log").string(), {}});
    }
    void kill_server() {
        server_->signal(SIGKILL);
        server_->wait_exit(std::chrono::seconds{5});
    }
    static std::string config_file() { return (dir_.path() / "dispatchd.toml").string(); }
    void start() {
        server_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-dispatchd"), "--config", config_file()},
            test::ChildProcess::Options{(dir_.path() / "dispatchd.log").string(), {}});
    }
    std::unique_ptr<client::Client> desk(const std::string& user, const std::string& password = "correct horse") const {
        client::ClientConfig config;
        config.servers = {"127.0.0.1:" + std::to_string(port_)};
        if (standby_) {
            config.servers.push_back("127.0.0.1:" + std::to_string(standby_port_));
        }
        config.ca_file = broker_->ca();
        config.certificate_file = broker_->certificate("desk-1");
        config.key_file = broker_->key("desk-1");
        auto out = std::make_unique<client::Client>(config, [] {});
        out->log_in(user, Secret<std::string>{password});
        return out;
    }
    // Drains until the reply is there.
    Result<api::ServerFrame> ask(client::Client& desk, const api::ClientFrame& frame) {
        return test::press_again([&] { return reply_to(desk, desk.send(frame, 20s)); });
    }
    Result<api::ServerFrame> reply_to(client::Client& desk, client::RequestId request) {
        std::optional<Result<api::ServerFrame>> answer;
        const auto end = std::chrono::steady_clock::now() + 25s;
        while (!answer && std::chrono::steady_clock::now() < end) {
            desk.wait(100ms);
            // What came behind the answer is taken too: a delta that is thrown away tears the mirror.
            for (client::Event& event : desk.drain()) {
                take(event);
                if (auto* reply = std::get_if<client::ReplyArrived>(&event); reply && reply->request == request) {
                    answer = std::move(reply->frame);
                }
            }
        }
        return answer ? std::move(*answer) : fail(Code::timeout, "no reply");
    }
    void take(const client::Event& event) {
        if (const auto* state = std::get_if<client::StateArrived>(&event)) {
            static_cast<void>(state->feed(mirror_));   // of two desks, the one that subscribed last
            if (const auto* snapshot = std::get_if<api::Snapshot>(&state->state)) {
                keep_newest(snapshot->alarms());
            }
        } else if (const auto* live = std::get_if<client::LiveArrived>(&event)) {
            positions_ += live->live.positions_size();
            alarms_ += live->live.alarms_size();
            keep_newest(live->live.alarms());
        }
    }
    template <class Alarms> void keep_newest(const Alarms& alarms) {
        for (const api::LiveAlarm& alarm : alarms) {
            newest_alarms_[alarm.alarm().code()] = alarm;
        }
    }
    bool sees(client::Client& desk, const std::function<bool()>& condition) {
        return test::eventually(
            [&] {
                for (const client::Event& event : desk.drain()) {
                    take(event);
                }
                return condition();
            },
            20s);
    }
    void event(const std::string& vid, wire::Event body, const std::string& id) {
        static int seq = 0;
        body.set_event_id(id);
        const std::int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count();
        postgres_->execute("insert into telemetry.inbox (vid, spool, seq, t_us, clk, event_id, body) values ('" + vid +
                           "', 1, " + std::to_string(++seq) + ", " + std::to_string(now) + ", 3, '" + id + "', '\\x" +
                           hex(body.SerializeAsString()) + "') on conflict do nothing");
    }
    void press(wire::UnitState state, std::int64_t assignment) {
        wire::Event body;
        body.set_source(wire::SOURCE_CREW_BUTTON);
        body.set_assignment_id(assignment);
        body.mutable_state()->set_state(state);
        event("amb-1", body, "press-" + std::to_string(assignment) + "-" + std::to_string(state));
    }
    void acknowledge(const std::string& command, wire::CommandAck::Result result) {
        wire::Event body;
        body.mutable_command_ack()->set_command_id(command);
        body.mutable_command_ack()->set_result(result);
        event("amb-1", body, "ack-" + command + "-" + std::to_string(result));
    }
    api::ClientFrame call_frame(const std::string& key) const {
        api::ClientFrame call;
        api::NewCall& in = *call.mutable_new_call();
        in.set_caller_phone("13912343462");
        in.set_level(2);
        in.mutable_place()->set_lat_e7(351'100'000);
        in.mutable_place()->set_lon_e7(1'109'100'000);
        call.set_idempotency_key(key);
        return call;
    }
    // One known by voice that no other test has used.
    std::int64_t fresh_unit(client::Client& desk) {
        const std::string id = postgres_->value("insert into registry.unit (name, station_id) select 'V' || 1 + max(id), 2 "
                                                "from registry.unit returning id");
        EXPECT_TRUE(sees(desk, [&] { return unit(std::stoll(id)) != nullptr; }));
        return std::stoll(id);
    }
    // ems-ctl against this server: its exit code, and what it said.
    int ctl(std::vector<std::string> arguments, std::string* output) const {
        const std::string password = (dir_.path() / "password").string();
        std::vector<std::string> argv{test::program("ems-ctl"), "--server", "127.0.0.1:" + std::to_string(port_), "--ca",
                                      broker_->ca(), "--cert", broker_->certificate("desk-1"), "--key",
                                      broker_->key("desk-1"), "--user", "dispatcher", "--password-file", password};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return test::run(std::move(argv), output, {"LANG=C.UTF-8", "LC_ALL="});
    }
    std::int64_t open_call(client::Client& desk, const std::string& key, std::uint32_t level = 2) {
        api::ClientFrame frame = call_frame(key);
        frame.mutable_new_call()->set_level(level);
        const auto opened = ask(desk, frame);
        EXPECT_TRUE(opened) << opened.error().message();
        return opened ? opened->new_call_ok().incident_id() : 0;
    }
    static api::ClientFrame assign_frame(std::int64_t incident, std::int64_t unit) {
        api::ClientFrame frame;
        frame.mutable_assign()->set_incident_id(incident);
        frame.mutable_assign()->set_unit_id(unit);
        frame.mutable_assign()->set_override_reason("the others are needed");
        return frame;
    }
    const api::Unit* unit(std::int64_t id) const {
        const auto found = mirror_.units().find(id);
        return found == mirror_.units().end() ? nullptr : &found->second;
    }
    bool unit_is(std::int64_t id, wire::UnitState state) const {
        return unit(id) != nullptr && unit(id)->state() == state;
    }

    static inline std::unique_ptr<test::TempPostgres> postgres_;
    static inline std::unique_ptr<test::TempBroker> broker_;
    static inline test::TempDir dir_;
    std::uint16_t port_;
    std::uint16_t standby_port_{0};
    std::unique_ptr<test::ChildProcess> server_;
    std::unique_ptr<test::ChildProcess> standby_;
    client::Mirror mirror_;
    int positions_{0};
    int alarms_{0};
    std::map<std::string, api::LiveAlarm> newest_alarms_;   // by code
};

} // namespace ems::dispatch
