// Against a real mosquitto with the product's own certificates and ACL.
#include <arpa/inet.h>
#include <csignal>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/topics.h"
#include "tests/support/temp_broker.h"

namespace ems::link {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using wire::DownKind;
using wire::UpKind;

const RegionCode kRegion = RegionCode::parse("140802").value();
const VehicleId kOne = VehicleId::parse("amb-fc01").value();
const VehicleId kTwo = VehicleId::parse("amb-zx01").value();
constexpr auto kLimit = 10s;

// A session and everything that came out of it.
class Peer {
  public:
    Peer(const test::TempBroker& broker, const std::string& cn, std::vector<std::string> filters,
         std::function<void(MqttConfig&)> change = {}) {
        MqttConfig config;
        config.port = broker.port();
        config.client_id = cn;
        config.ca_file = broker.ca();
        config.certificate_file = broker.certificate(cn);
        config.key_file = broker.key(cn);
        config.backoff = {50ms, 500ms};
        for (std::string& filter : filters) {
            config.subscriptions.push_back({std::move(filter), Qos::at_least_once});
        }
        if (change) {
            change(config);
        }
        MqttHandlers handlers;
        handlers.will = [cn](std::uint64_t attempt) -> std::optional<Will> {
            if (cn.starts_with("desk-")) {
                return std::nullopt;
            }
            const Result<VehicleId> vid = VehicleId::parse(cn);
            return Will{wire::up_topic(kRegion, *vid, UpKind::state), std::to_string(attempt)};
        };
        handlers.message = [this](MqttMessage&& message) {
            const std::lock_guard lock{mutex_};
            messages_.push_back(std::move(message));
        };
        handlers.link = [this](const LinkChange& change_of_link) {
            const std::lock_guard lock{mutex_};
            changes_.push_back(change_of_link);
        };
        handlers.publish_failed = [this](const PublishFailure& failure) {
            const std::lock_guard lock{mutex_};
            failures_.push_back(failure);
        };
        handlers.published = [this](const std::string& topic, Ticks at) {
            const std::lock_guard lock{mutex_};
            receipts_.emplace_back(topic, at);
        };
        session = std::make_unique<MqttSession>(config, handlers);
        session->start();
    }

    bool up() {
        return eventually([this] { return session->connected(); }, kLimit);
    }
    std::size_t count(const std::string& topic) {
        const std::lock_guard lock{mutex_};
        std::size_t n = 0;
        for (const MqttMessage& message : messages_) {
            n += message.topic == topic ? 1U : 0U;
        }
        return n;
    }
    bool got(const std::string& topic, const std::string& payload) {
        const std::lock_guard lock{mutex_};
        for (const MqttMessage& message : messages_) {
            if (message.topic == topic && message.payload == payload) {
                return true;
            }
        }
        return false;
    }
    std::vector<LinkChange> changes() {
        const std::lock_guard lock{mutex_};
        return changes_;
    }
    std::vector<PublishFailure> failures() {
        const std::lock_guard lock{mutex_};
        return failures_;
    }
    std::vector<std::pair<std::string, Ticks>> receipts() {
        const std::lock_guard lock{mutex_};
        return receipts_;
    }

  private:
    std::mutex mutex_;
    std::vector<MqttMessage> messages_;
    std::vector<LinkChange> changes_;
    std::vector<PublishFailure> failures_;
    std::vector<std::pair<std::string, Ticks>> receipts_;

  public:
    // Last, so that it goes first: its handlers write to the members above.
    std::unique_ptr<MqttSession> session;
};

class MqttSessionTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        broker_ = std::make_unique<test::TempBroker>(std::vector<std::string>{
            "amb-fc01", "amb-zx01", "srv-telemetry-a", "srv-dispatch-a", "desk-1"});
    }
    static void TearDownTestSuite() { broker_.reset(); }
    static std::unique_ptr<test::TempBroker> broker_;
};
std::unique_ptr<test::TempBroker> MqttSessionTest::broker_;

TEST_F(MqttSessionTest, CarriesMessagesBothWays) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    Peer vehicle{*broker_, "amb-fc01", {wire::down_filter(kRegion, kOne)}};
    ASSERT_TRUE(server.up() && vehicle.up());
    const std::string up = wire::up_topic(kRegion, kOne, UpKind::evt);
    const std::string down = wire::down_topic(kRegion, kOne, DownKind::ack);
    const std::string binary{"\0\1\2\xFF payload", 12};
    ASSERT_TRUE(vehicle.session->publish(up, binary, Qos::at_least_once));
    ASSERT_TRUE(server.session->publish(down, binary, Qos::at_least_once));
    EXPECT_TRUE(eventually([&] { return server.got(up, binary) && vehicle.got(down, binary); }, kLimit));
    EXPECT_TRUE(eventually([&] { return vehicle.session->counters().finished == 1; }, kLimit));
}

TEST_F(MqttSessionTest, ComesBackAndSubscribesAgainAfterTheBrokerWasKilled) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    Peer vehicle{*broker_, "amb-fc01", {wire::down_filter(kRegion, kOne)}};
    ASSERT_TRUE(server.up() && vehicle.up());
    const std::string up = wire::up_topic(kRegion, kOne, UpKind::gps);
    for (int round = 1; round <= 3; ++round) {
        broker_->kill();
        ASSERT_TRUE(eventually(
            [&] { return !server.session->connected() && !vehicle.session->connected(); }, kLimit));
        const Result<void> refused = vehicle.session->publish(up, "x", Qos::at_most_once);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::link_down);
        broker_->start();
        ASSERT_TRUE(server.up() && vehicle.up());
        const std::string text = "round " + std::to_string(round);
        ASSERT_TRUE(vehicle.session->publish(up, text, Qos::at_least_once));
        ASSERT_TRUE(eventually([&] { return server.got(up, text); }, kLimit)) << text;
    }
    EXPECT_EQ(server.session->counters().connects, 4U);
}

TEST_F(MqttSessionTest, VehicleCannotReadAnothersTopics) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    Peer spy{*broker_, "amb-zx01",
             {wire::down_filter(kRegion, kOne), wire::up_filter(kRegion),
              wire::down_filter(kRegion, kTwo)}};
    Peer vehicle{*broker_, "amb-fc01", {}};
    ASSERT_TRUE(server.up() && spy.up() && vehicle.up());
    const std::string secret_up = wire::up_topic(kRegion, kOne, UpKind::evt);
    const std::string secret_down = wire::down_topic(kRegion, kOne, DownKind::ack);
    ASSERT_TRUE(vehicle.session->publish(secret_up, "secret", Qos::at_least_once));
    ASSERT_TRUE(server.session->publish(secret_down, "secret", Qos::at_least_once));
    ASSERT_TRUE(eventually([&] { return server.got(secret_up, "secret"); }, kLimit));
    // Sent after the others and delivered: they would have come before it.
    const std::string last = wire::down_topic(kRegion, kTwo, DownKind::ack);
    ASSERT_TRUE(server.session->publish(last, "own", Qos::at_least_once));
    ASSERT_TRUE(eventually([&] { return spy.got(last, "own"); }, kLimit));
    EXPECT_EQ(spy.count(secret_up), 0U);
    EXPECT_EQ(spy.count(secret_down), 0U);
}

TEST_F(MqttSessionTest, ADeskReadsWhereVehiclesAreAndNothingOfPatientsOrOrders) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    Peer dispatch{*broker_, "srv-dispatch-a", {}};
    Peer desk{*broker_, "desk-1", {"ems/v1/#"}};
    Peer vehicle{*broker_, "amb-fc01", {}};
    ASSERT_TRUE(server.up() && dispatch.up() && desk.up() && vehicle.up());
    for (const UpKind kind : {UpKind::evt, UpKind::vit, UpKind::wav, UpKind::bf, UpKind::hb}) {
        const std::string topic = wire::up_topic(kRegion, kOne, kind);
        ASSERT_TRUE(vehicle.session->publish(topic, "secret", Qos::at_least_once));
        ASSERT_TRUE(eventually([&] { return server.got(topic, "secret"); }, kLimit)) << topic;
    }
    ASSERT_TRUE(dispatch.session->publish(wire::down_topic(kRegion, kOne, DownKind::cmd), "order", Qos::at_least_once));
    ASSERT_TRUE(eventually([&] { return dispatch.session->counters().finished == 1; }, kLimit));
    // Sent after the others and delivered: they would have come before it.
    for (const UpKind kind : {UpKind::birth, UpKind::state, UpKind::gps}) {
        const std::string topic = wire::up_topic(kRegion, kOne, kind);
        ASSERT_TRUE(vehicle.session->publish(topic, "here", Qos::at_least_once));
        ASSERT_TRUE(eventually([&] { return desk.got(topic, "here"); }, kLimit)) << topic;
    }
    EXPECT_EQ(desk.session->counters().received, 3U);
}

TEST_F(MqttSessionTest, ADeskCannotPublish) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    Peer desk{*broker_, "desk-1", {}};
    ASSERT_TRUE(server.up() && desk.up());
    const VehicleId own = VehicleId::parse("desk-1").value();
    const std::vector<std::string> topics{
        wire::down_topic(kRegion, kOne, DownKind::cmd), wire::up_topic(kRegion, kOne, UpKind::gps),
        wire::up_topic(kRegion, own, UpKind::gps), wire::server_state_topic(kRegion)};
    for (const std::string& topic : topics) {
        ASSERT_TRUE(desk.session->publish(topic, "forged", Qos::at_least_once));
    }
    ASSERT_TRUE(eventually([&] { return desk.failures().size() == topics.size(); }, kLimit));
    for (const PublishFailure& failure : desk.failures()) {
        EXPECT_EQ(failure.reason_code, 135) << failure.topic;
    }
    EXPECT_EQ(server.session->counters().received, 0U);
}

TEST_F(MqttSessionTest, ReportsAPublicationTheAclRefused) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    Peer vehicle{*broker_, "amb-fc01", {wire::down_filter(kRegion, kOne)}};
    ASSERT_TRUE(server.up() && vehicle.up());
    const std::string forged = wire::down_topic(kRegion, kOne, DownKind::cmd);
    const std::string foreign = wire::up_topic(kRegion, kTwo, UpKind::evt);
    ASSERT_TRUE(vehicle.session->publish(forged, "forged", Qos::at_least_once));
    ASSERT_TRUE(vehicle.session->publish(foreign, "forged", Qos::at_least_once));
    ASSERT_TRUE(eventually([&] { return vehicle.failures().size() == 2; }, kLimit));
    EXPECT_EQ(vehicle.failures()[0].topic, forged);
    EXPECT_EQ(vehicle.failures()[0].reason_code, 135);
    EXPECT_EQ(vehicle.failures()[1].topic, foreign);
    EXPECT_EQ(vehicle.count(forged), 0U);
    EXPECT_EQ(server.count(foreign), 0U);
}

TEST_F(MqttSessionTest, TellsEachMessageThatTheBrokerHasAndNoneThatItRefused) {
    Peer vehicle{*broker_, "amb-fc01", {}};
    ASSERT_TRUE(vehicle.up());
    const std::string own = wire::up_topic(kRegion, kOne, UpKind::bf);
    const std::string foreign = wire::up_topic(kRegion, kTwo, UpKind::bf);
    const Ticks before = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(vehicle.session->publish(own, "record", Qos::at_least_once));
        ASSERT_TRUE(vehicle.session->publish(foreign, "record", Qos::at_least_once));
    }
    ASSERT_TRUE(eventually(
        [&] { return vehicle.receipts().size() + vehicle.failures().size() == 20; }, kLimit));
    const auto receipts = vehicle.receipts();
    ASSERT_EQ(receipts.size(), 10U);
    for (const auto& [topic, at] : receipts) {
        EXPECT_EQ(topic, own);
        EXPECT_GE(at, before);
    }
}

TEST_F(MqttSessionTest, AForeignClientIdEvictsNobody) {
    Peer vehicle{*broker_, "amb-fc01", {wire::down_filter(kRegion, kOne)}};
    ASSERT_TRUE(vehicle.up());
    Peer thief{*broker_, "amb-zx01", {},
               [](MqttConfig& config) { config.client_id = "amb-fc01"; }};
    ASSERT_TRUE(thief.up());
    Peer server{*broker_, "srv-telemetry-a", {}};
    ASSERT_TRUE(server.up());
    const std::string down = wire::down_topic(kRegion, kOne, DownKind::hb);
    ASSERT_TRUE(server.session->publish(down, "beat", Qos::at_least_once));
    EXPECT_TRUE(eventually([&] { return vehicle.got(down, "beat"); }, kLimit));
    EXPECT_EQ(vehicle.session->counters().connects, 1U);
}

TEST_F(MqttSessionTest, AStrangersCertificateIsRefused) {
    const test::TempBroker other{{"amb-fc01"}};
    Peer stranger{*broker_, "amb-fc01", {}, [&](MqttConfig& config) {
                      config.certificate_file = other.certificate("amb-fc01");
                      config.key_file = other.key("amb-fc01");
                  }};
    Peer deceived{*broker_, "amb-zx01", {},
                  [&](MqttConfig& config) { config.ca_file = other.ca(); }};
    ASSERT_TRUE(eventually(
        [&] { return stranger.changes().size() >= 2 && deceived.changes().size() >= 2; }, kLimit));
    EXPECT_FALSE(stranger.session->connected());
    EXPECT_FALSE(deceived.session->connected());
    EXPECT_EQ(deceived.changes()[0].code, Code::tls) << deceived.changes()[0].reason;
}

TEST_F(MqttSessionTest, ABurstIsBoundedAndNothingHandedOverIsLost) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    Peer vehicle{*broker_, "amb-fc01", {}, [](MqttConfig& config) { config.pending_max = 64; }};
    ASSERT_TRUE(server.up() && vehicle.up());
    const std::string topic = wire::up_topic(kRegion, kOne, UpKind::wav);
    std::uint64_t taken = 0;
    std::uint64_t full = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Result<void> result =
            vehicle.session->publish(topic, std::string(200, 'w'), Qos::at_least_once);
        if (result) {
            ++taken;
        } else {
            ASSERT_EQ(result.error().code, Code::full);
            ++full;
        }
    }
    EXPECT_GT(full, 0U);
    EXPECT_TRUE(eventually([&] { return vehicle.session->counters().finished == taken; }, kLimit));
    EXPECT_TRUE(eventually([&] { return server.count(topic) == taken; }, kLimit));
    EXPECT_EQ(vehicle.session->counters().refused_full, full);
    const Result<void> huge =
        vehicle.session->publish(topic, std::string(61 * 1024, 'w'), Qos::at_most_once);
    EXPECT_EQ(huge.error().code, Code::out_of_range);
}

TEST_F(MqttSessionTest, TheWillOfThePresentAttemptIsPublishedWhenTheProcessDies) {
    Peer server{*broker_, "srv-telemetry-a", {wire::up_filter(kRegion)}};
    ASSERT_TRUE(server.up());
    const pid_t child = fork();
    if (child == 0) {
        // A process of its own with the library unused so far: dies without a farewell.
        execl(test::program("telemetry_link_test").c_str(), "telemetry_link_test", "--die-connected",
              std::to_string(broker_->port()).c_str(), broker_->pki_dir().c_str(), nullptr);
        _exit(127);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 9) << "killed by itself";
    EXPECT_TRUE(eventually(
        [&] { return server.got(wire::up_topic(kRegion, kOne, UpKind::state), "will"); }, kLimit));
}

TEST_F(MqttSessionTest, DropConnectsAnew) {
    Peer vehicle{*broker_, "amb-fc01", {wire::down_filter(kRegion, kOne)}};
    ASSERT_TRUE(vehicle.up());
    vehicle.session->drop("no heartbeat for 4 s");
    ASSERT_TRUE(eventually([&] { return vehicle.session->counters().connects == 2; }, kLimit));
    const std::vector<LinkChange> changes = vehicle.changes();
    ASSERT_GE(changes.size(), 3U);
    EXPECT_TRUE(changes[0].up);
    EXPECT_FALSE(changes[1].up);
    EXPECT_EQ(changes[1].reason, "no heartbeat for 4 s");
    EXPECT_TRUE(changes[2].up);
    EXPECT_EQ(changes[2].attempt, 2U);
}

TEST_F(MqttSessionTest, StopsQuicklyWithAndWithoutABroker) {
    Peer lonely{*broker_, "amb-fc01", {}, [](MqttConfig& config) { config.port = 1; }};
    ASSERT_TRUE(eventually([&] { return !lonely.changes().empty(); }, kLimit));
    Peer connected{*broker_, "amb-zx01", {}};
    ASSERT_TRUE(connected.up());
    const auto start = std::chrono::steady_clock::now();
    lonely.session->stop();
    connected.session->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
}

// Takes connections and says nothing: a hung broker, or a firewall that swallows.
class SilentListener {
  public:
    SilentListener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
        EXPECT_EQ(listen(fd_, 8), 0);
        EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        port_ = ntohs(address.sin_port);
    }
    ~SilentListener() {
        close(taken_);
        close(fd_);
    }
    SilentListener(const SilentListener&) = delete;
    SilentListener& operator=(const SilentListener&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    bool take() {
        pollfd one{fd_, POLLIN, 0};
        taken_ = poll(&one, 1, 10'000) == 1 ? accept(fd_, nullptr, nullptr) : -1;
        return taken_ >= 0;
    }

  private:
    int fd_;
    int taken_{-1};
    std::uint16_t port_{0};
};

TEST_F(MqttSessionTest, StopsQuicklyWhileTheBrokerDoesNotAnswer) {
    SilentListener silent;
    Peer vehicle{
        *broker_, "amb-fc01", {}, [&](MqttConfig& config) { config.port = silent.port(); }};
    ASSERT_TRUE(silent.take());
    const auto start = std::chrono::steady_clock::now();
    vehicle.session->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
    ASSERT_EQ(vehicle.changes().size(), 1U);
    EXPECT_EQ(vehicle.changes()[0].code, Code::cancelled);
}

TEST(MqttSessionCheckTest, NamesTheMissingFile) {
    MqttConfig config;
    EXPECT_EQ(MqttSession::check(config).error().code, Code::config);
    config.client_id = "amb-fc01";
    config.ca_file = "/nonexistent/ca.crt";
    EXPECT_NE(MqttSession::check(config).error().detail.find("/nonexistent/ca.crt"), std::string::npos);
}

} // namespace

// Connects with a will and dies.
int die_connected(const std::string& port, const std::string& pki) {
    MqttConfig config;
    config.port = static_cast<std::uint16_t>(std::stoi(port));
    config.client_id = "amb-fc01";
    config.ca_file = pki + "/ca.crt";
    config.certificate_file = pki + "/amb-fc01.crt";
    config.key_file = pki + "/amb-fc01.key";
    MqttHandlers handlers;
    handlers.will = [](std::uint64_t) {
        return Will{wire::up_topic(kRegion, kOne, UpKind::state), "will"};
    };
    MqttSession session{config, handlers};
    session.start();
    eventually([&] { return session.connected(); }, kLimit);
    kill(getpid(), SIGKILL);
    return 0;
}

} // namespace ems::link

int main(int argc, char** argv) {
    if (argc == 4 && std::string{argv[1]} == "--die-connected") {
        return ems::link::die_connected(argv[2], argv[3]);
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
