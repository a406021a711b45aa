// The whole program between a real broker and a real database, killed at will.
#include <fstream>
#include <gtest/gtest.h>
#include <mutex>
#include <optional>
#include <utility>

#include "tests/support/child_process.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;
using test::eventually;

// A vehicle that sends until it is told that a record is committed.
class Vehicle {
  public:
    explicit Vehicle(const test::TempBroker& broker) : session_(config(broker), handlers()) {
        session_.start();
    }

    void send(const wire::Envelope& record) {
        const link::MqttMessage message = test::live("amb-1", record);
        static_cast<void>(
            session_.publish(message.topic, message.payload, link::Qos::at_least_once));
    }
    [[nodiscard]] bool acked(wire::Stream stream, std::uint64_t seq) const {
        const std::lock_guard lock{mutex_};
        const auto found = upto_.find(stream);
        return found != upto_.end() && seq <= found->second;
    }
    // Sends 1 to last of every stream again and again until all is acknowledged; `each_round` is
    // where things break.
    bool deliver(std::uint64_t last, const std::function<void(int)>& each_round) {
        for (int round = 0; round < 60; ++round) {
            for (std::uint64_t seq = 1; seq <= last; ++seq) {
                for (const wire::Envelope& record :
                     {test::event(seq), test::position(seq), test::vitals(seq), test::wave(seq)}) {
                    if (!acked(record.stream(), seq)) {
                        send(record);
                    }
                }
            }
            each_round(round);
            const auto all = [&] {
                return acked(wire::STREAM_A, last) && acked(wire::STREAM_G, last) &&
                       acked(wire::STREAM_V, last) && acked(wire::STREAM_W, last);
            };
            if (eventually(all, 1s)) {
                return true;
            }
        }
        return false;
    }
    // None: nothing was said yet.
    [[nodiscard]] std::optional<bool> server_online() const {
        const std::lock_guard lock{mutex_};
        return server_online_;
    }
    [[nodiscard]] int heartbeats() const {
        const std::lock_guard lock{mutex_};
        return heartbeats_;
    }

  private:
    static link::MqttConfig config(const test::TempBroker& broker) {
        link::MqttConfig mqtt;
        mqtt.port = broker.port();
        mqtt.client_id = "amb-1";
        mqtt.ca_file = broker.ca();
        mqtt.certificate_file = broker.certificate("amb-1");
        mqtt.key_file = broker.key("amb-1");
        mqtt.backoff = {100ms, 500ms};
        mqtt.subscriptions = {
            {wire::down_filter(test::region(), test::vid("amb-1")), link::Qos::at_least_once},
            {wire::server_state_topic(test::region()), link::Qos::at_least_once}};
        return mqtt;
    }
    link::MqttHandlers handlers() {
        link::MqttHandlers out;
        out.message = [this](link::MqttMessage&& message) {
            const std::lock_guard lock{mutex_};
            if (message.topic.ends_with("/d/hb")) {
                ++heartbeats_;
            }
            wire::ServerState state;
            if (message.topic.ends_with("/srv/state") && state.ParseFromString(message.payload)) {
                server_online_ = state.online();
            }
            wire::Ack ack;
            if (message.topic.ends_with("/d/ack") && ack.ParseFromString(message.payload)) {
                for (const wire::StreamAck& stream : ack.streams()) {
                    upto_[stream.stream()] = stream.upto();
                }
            }
        };
        return out;
    }

    mutable std::mutex mutex_;
    std::map<wire::Stream, std::uint64_t> upto_;
    int heartbeats_{0};
    std::optional<bool> server_online_;
    link::MqttSession session_;
};

TEST(Telemetryd, LosesAndDoublesNothingWhenProgramBrokerAndDatabaseAreKilled) {
    test::TempPostgres postgres;
    postgres.execute("insert into registry.region (code, name) values ('140802', 'Test'); "
                     "insert into registry.vehicle (vid, region) values ('amb-1', '140802')");
    test::TempBroker broker{{"srv-telemetry-a", "amb-1"}};
    test::TempDir dir;
    const std::string conf = (dir.path() / "telemetryd.toml").string();
    std::ofstream{conf} << "pg.conninfo = \"" << postgres.conninfo("ems_telemetry")
                        << "\"\nmqtt.port = " << broker.port() << "\nmqtt.ca = \"" << broker.ca()
                        << "\"\nmqtt.certificate = \"" << broker.certificate("srv-telemetry-a")
                        << "\"\nmqtt.key = \"" << broker.key("srv-telemetry-a")
                        // It sends everything in one moment, and every second again.
                        << "\"\ningest.vehicle_messages_per_s = 100000\n";
    const auto start = [&] {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-telemetryd"), "--config", conf},
            test::ChildProcess::Options{(dir.path() / "log").string(), {}});
    };
    auto server = start();
    Vehicle vehicle{broker};
    // Each time right after a burst was sent, most of it not yet committed.
    ASSERT_TRUE(vehicle.deliver(25, [](int) {}));
    ASSERT_TRUE(vehicle.deliver(50, [&](int round) {
        if (round == 0) {
            server->signal(SIGKILL);
            server->wait_exit(5s);
            server = start();
        }
    }));
    ASSERT_TRUE(vehicle.deliver(75, [&](int round) {
        if (round == 0) {
            broker.kill();
            broker.start();
        }
    }));
    ASSERT_TRUE(vehicle.deliver(100, [&](int round) {
        if (round == 0) {
            postgres.crash();
            postgres.start();
        }
    }));
    for (const char* table : {"inbox", "position", "vitals", "wave"}) {
        EXPECT_EQ(postgres.value(
                      std::string{"select count(*) || ' ' || count(distinct seq) from telemetry."} +
                      table),
                  "100 100")
            << table;
    }
    EXPECT_TRUE(eventually([&] { return vehicle.heartbeats() > 0; }, 5s));
    server->signal(SIGTERM);
    EXPECT_EQ(server->wait_exit(10s), 0);
}

TEST(Telemetryd, ItsPresenceIsRetainedAndEndsWithIt) {
    test::TempPostgres postgres;
    postgres.execute("insert into registry.region (code, name) values ('140802', 'Test')");
    test::TempBroker broker{{"srv-telemetry-a", "amb-1"}};
    test::TempDir dir;
    const std::string conf = (dir.path() / "telemetryd.toml").string();
    std::ofstream{conf} << "pg.conninfo = \"" << postgres.conninfo("ems_telemetry")
                        << "\"\nmqtt.port = " << broker.port() << "\nmqtt.ca = \"" << broker.ca()
                        << "\"\nmqtt.certificate = \"" << broker.certificate("srv-telemetry-a")
                        << "\"\nmqtt.key = \"" << broker.key("srv-telemetry-a") << "\"\n";
    const auto start = [&] {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-telemetryd"), "--config", conf},
            test::ChildProcess::Options{(dir.path() / "log").string(), {}});
    };
    auto server = start();
    std::optional<Vehicle> vehicle{std::in_place, broker};
    const auto told = [&](bool online) {
        return eventually([&] { return vehicle->server_online() == online; }, 20s);
    };
    ASSERT_TRUE(told(true));
    server->signal(SIGKILL);
    ASSERT_TRUE(told(false)) << "the will";
    server->wait_exit(5s);
    server = start();
    ASSERT_TRUE(told(true));
    server->signal(SIGTERM);
    EXPECT_EQ(server->wait_exit(10s), 0);
    EXPECT_TRUE(told(false));
    vehicle.reset();
    vehicle.emplace(broker);
    EXPECT_TRUE(told(false)) << "retained";
}

TEST(Telemetryd, SaysInOneSentenceWhatIsWrongWithItsConfiguration) {
    test::TempDir dir;
    const std::string conf = (dir.path() / "bad.toml").string();
    const auto outcome = [&](const std::string& text, std::string& output) {
        std::ofstream{conf} << text;
        return test::run({test::program("ems-telemetryd"), "--config", conf}, &output);
    };
    std::string output;
    EXPECT_EQ(outcome("mqtt.prot = 1\n", output), 2);
    EXPECT_NE(output.find("mqtt.prot"), std::string::npos) << output;
    EXPECT_EQ(outcome("region = \"14\"\n", output), 2);
    EXPECT_EQ(outcome("retention.wave_days = 3\n", output), 2) << "a case may wait for its vehicle longer";
    EXPECT_NE(output.find("at least 15"), std::string::npos) << output;
    EXPECT_EQ(outcome("mqtt.ca = \"/nowhere/ca.crt\"\n", output), 1);
    EXPECT_NE(output.find("/nowhere/ca.crt"), std::string::npos) << output;
    EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1) << output;
}

} // namespace
} // namespace ems::ingest
