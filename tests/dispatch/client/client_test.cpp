// The client against a scripted centre on the product's own transport, over real sockets and certificates.
#include <atomic>
#include <deque>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "dispatch/client/client.h"
#include "dispatch/service/ws_server.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_dir.h"

namespace ems::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using dispatch::WsClass;
using dispatch::WsConnection;
using test::eventually;

constexpr auto kLimit = 15s;

void admin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), test::program("ems-admin"));
    std::string output;
    ASSERT_EQ(test::run(std::move(arguments), &output), 0) << output;
}

// Answers every verb; what it does is set by the test.
class Centre {
  public:
    explicit Centre(dispatch::WsServerConfig config) : config_(std::move(config)) { start(); }
    ~Centre() { stop(); }

    void start() {
        io_.restart();
        work_.emplace(io_.get_executor());
        server_ = dispatch::WsServer::listen(io_, config_).value();
        server_->serve([this](std::shared_ptr<WsConnection> connection) {
            return session(std::move(connection));
        });
        thread_ = std::thread{[this] { io_.run(); }};
    }
    void stop() {
        if (!thread_.joinable()) {
            return;
        }
        asio::post(io_, [this] { server_->stop(); });
        work_.reset();
        thread_.join();
        server_.reset();
    }
    void push(const api::ServerFrame& frame, WsClass kind) {
        asio::post(io_, [this, buffer = dispatch::make_ws_buffer(frame.SerializeAsString()), kind] {
            for (const auto& connection : connections_) {
                connection->send(buffer, kind);
            }
        });
    }
    void push_delta(std::uint64_t seq) {
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(seq);
        push(frame, WsClass::state);
    }

    std::atomic<int> log_ins{0};
    std::atomic<int> resumes{0};
    std::atomic<int> subscribes{0};
    std::atomic<int> watches{0};
    std::atomic<int> pings{0};
    std::atomic<bool> mute{false};            // hears everything, answers nothing
    std::atomic<bool> drop_on_assign{false};  // takes the order, dies before the answer
    std::atomic<bool> drop_on_editing{false}; // hears what is open, dies before the answer
    std::atomic<int> presences{0};
    std::atomic<bool> drop_on_ping{false};    // lets in, and drops whoever is live
    std::atomic<bool> know_tokens{true};
    std::atomic<bool> leads{true};
    std::atomic<bool> drill{false};           // says that it is one
    std::atomic<int> loses_outcomes{0};       // of so many orders
    std::atomic<bool> shows_state{true};      // to the role that logs in
    std::string peer_cn() {
        const std::lock_guard lock{mutex_};
        return peer_cn_;
    }
    std::multiset<std::string> keys() {
        const std::lock_guard lock{mutex_};
        return keys_;
    }

  private:
    asio::awaitable<void> session(std::shared_ptr<WsConnection> connection) {
        {
            const std::lock_guard lock{mutex_};
            peer_cn_ = connection->peer_cn();
        }
        connections_.insert(connection);
        for (;;) {
            const Result<std::string> bytes = co_await connection->receive();
            if (!bytes) {
                break;
            }
            api::ClientFrame frame;
            if (frame.ParseFromString(*bytes) && !mute) {
                answer(*connection, frame);
            }
        }
        connections_.erase(connection);
    }

    void answer(WsConnection& connection, const api::ClientFrame& frame) {
        api::ServerFrame reply;
        reply.set_reply_to(frame.request());
        switch (frame.body_case()) {
        case api::ClientFrame::kLogIn:
            ++log_ins;
            if (frame.log_in().password() != "right password") {
                reply.mutable_error()->set_code(static_cast<std::uint32_t>(Code::bad_credentials));
                break;
            }
            reply.mutable_log_in_ok()->set_token("token");
            reply.mutable_log_in_ok()->set_drill(drill);
            reply.mutable_log_in_ok()->set_display_name("王晓燕");
            break;
        case api::ClientFrame::kResume:
            ++resumes;
            if (know_tokens) {
                reply.mutable_log_in_ok()->set_token("token");
                reply.mutable_log_in_ok()->set_drill(drill);
            } else {
                reply.mutable_error()->set_code(static_cast<std::uint32_t>(Code::not_logged_in));
            }
            break;
        case api::ClientFrame::kSubscribe:
            ++subscribes;
            if (!shows_state) {
                reply.mutable_error()->set_code(static_cast<std::uint32_t>(Code::forbidden));
                break;
            }
            if (!leads) {
                reply.mutable_error()->set_code(static_cast<std::uint32_t>(Code::not_leader));
                break;
            }
            reply.mutable_snapshot()->set_seq(100);
            break;
        case api::ClientFrame::kPing:
            ++pings;
            if (drop_on_ping) {
                connection.close("drops");
                return;
            }
            reply.mutable_pong()->set_client_us(frame.ping().client_us());
            reply.mutable_pong()->set_term(7);
            reply.mutable_pong()->set_leads(leads);
            break;
        case api::ClientFrame::kWatchVehicle:
            ++watches;
            reply.mutable_done();
            break;
        case api::ClientFrame::kAssign: {
            {
                const std::lock_guard lock{mutex_};
                keys_.insert(frame.idempotency_key());
            }
            if (!leads) {
                reply.mutable_error()->set_code(static_cast<std::uint32_t>(Code::not_leader));
                break;
            }
            if (loses_outcomes > 0) {
                --loses_outcomes;
                reply.mutable_error()->set_code(static_cast<std::uint32_t>(Code::db_outcome_unknown));
                break;
            }
            if (drop_on_assign.exchange(false)) {
                connection.close("dies");
                return;
            }
            reply.mutable_assign_ok()->set_assignment_id(17);
            break;
        }
        case api::ClientFrame::kGetFleetStatus:
            reply.mutable_fleet_status();
            break;
        case api::ClientFrame::kTellEditing:
            ++presences;
            if (drop_on_editing.exchange(false)) {
                connection.close("dies");
                return;
            }
            reply.mutable_done();
            break;
        default:
            reply.mutable_error()->set_code(static_cast<std::uint32_t>(Code::forbidden));
            reply.mutable_error()->set_detail("not for you");
        }
        connection.send(dispatch::make_ws_buffer(reply.SerializeAsString()), WsClass::state);
    }

    dispatch::WsServerConfig config_;
    asio::io_context io_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    std::unique_ptr<dispatch::WsServer> server_;
    std::set<std::shared_ptr<WsConnection>> connections_;
    std::thread thread_;
    std::mutex mutex_;
    std::string peer_cn_;
    std::multiset<std::string> keys_;
};

class ClientTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        temp_ = std::make_unique<test::TempDir>();
        admin({"pki", "init", "--dir", pki("")});
        for (const char* cn : {"srv-dispatch-a", "desk-1", "stolen"}) {
            admin({"pki", "issue", "--dir", pki(""), "--cn", cn});
        }
    }
    static void TearDownTestSuite() { temp_.reset(); }
    static std::string pki(const std::string& file) { return (temp_->path() / "pki" / file).string(); }

    dispatch::WsServerConfig server_config() {
        dispatch::WsServerConfig out;
        out.port = port_;
        out.ca_file = pki("ca.crt");
        out.crl_file = pki("ca.crl");
        out.certificate_file = pki("srv-dispatch-a.crt");
        out.key_file = pki("srv-dispatch-a.key");
        return out;
    }
    ClientConfig client_config(const std::string& cn = "desk-1") {
        ClientConfig out;
        out.servers = {"127.0.0.1:" + std::to_string(port_)};
        out.ca_file = pki("ca.crt");
        out.certificate_file = pki(cn + ".crt");
        out.key_file = pki(cn + ".key");
        out.backoff_first = 20ms;
        out.backoff_most = 200ms;
        out.ping_interval = 50ms;
        return out;
    }

    // Collects what the client hands out until the condition holds.
    bool until(Client& client, const std::function<bool()>& condition) {
        return eventually([&] {
            for (Event& event : client.drain()) {
                if (auto* state = std::get_if<StateArrived>(&event)) {
                    state->feed(mirror_);
                } else if (auto* reply = std::get_if<ReplyArrived>(&event)) {
                    replies_.push_back(std::move(*reply));
                } else if (auto* phase = std::get_if<PhaseChanged>(&event)) {
                    phases_.push_back(std::move(*phase));
                } else {
                    ++live_;
                }
            }
            return condition();
        }, kLimit);
    }
    bool live(Client& client) {
        return until(client, [&] { return client.status().phase == Phase::live && mirror_.ready(); });
    }
    static void log_in(Client& client) { client.log_in("wang", Secret<std::string>{"right password"}); }
    static api::ClientFrame assign() {
        api::ClientFrame out;
        out.mutable_assign()->set_unit_id(3);
        return out;
    }

    static std::unique_ptr<test::TempDir> temp_;
    std::uint16_t port_{test::free_port()};
    Mirror mirror_;
    std::vector<ReplyArrived> replies_;
    std::vector<PhaseChanged> phases_;
    int live_{0};
};
std::unique_ptr<test::TempDir> ClientTest::temp_;

TEST_F(ClientTest, AnOrderWaitsForALeaderUnderTheSameKey) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.leads = false;
    client.send(assign(), 30s);
    ASSERT_TRUE(until(client, [&] { return centre.keys().size() >= 2 && !client.status().leads; }));
    EXPECT_TRUE(replies_.empty());
    centre.leads = true;
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    ASSERT_TRUE(replies_[0].frame) << replies_[0].frame.error().message();
    const auto keys = centre.keys();
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 1U);
    EXPECT_EQ(client.status().connects, 1U);
}

TEST_F(ClientTest, AnOrderWhoseOutcomeTheServerLostIsSentAgainUnderTheSameKey) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.loses_outcomes = 2;
    client.send(assign(), 30s);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    ASSERT_TRUE(replies_[0].frame) << replies_[0].frame.error().message();
    const auto keys = centre.keys();
    EXPECT_EQ(keys.size(), 3U);
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 1U);
}

TEST_F(ClientTest, AnOrderWhoseOutcomeStaysUnknownIsNotSaidToHaveFoundNoLeader) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.loses_outcomes = 1000;
    client.send(assign(), 300ms);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    EXPECT_EQ(replies_[0].frame.error().code, Code::timeout);
}

TEST_F(ClientTest, EveryServerIsTriedBeforeThePause) {
    Centre centre{server_config()};
    ClientConfig config = client_config();
    // Nobody listens at the first, and the pause never ends.
    config.servers.insert(config.servers.begin(), "127.0.0.1:" + std::to_string(test::free_port()));
    config.backoff_first = 1h;
    config.backoff_most = 1h;
    Client client{config, {}};
    log_in(client);
    EXPECT_TRUE(live(client));
}

class TwoCentresTest : public ClientTest {
  protected:
    TwoCentresTest() {
        dispatch::WsServerConfig config = server_config();
        first_ = std::make_unique<Centre>(config);
        config.port = test::free_port();
        second_ = std::make_unique<Centre>(config);
        config_ = client_config();
        config_.servers.push_back("127.0.0.1:" + std::to_string(config.port));
    }

    std::unique_ptr<Centre> first_;
    std::unique_ptr<Centre> second_;
    ClientConfig config_;
};

TEST_F(TwoCentresTest, AnOrderFollowsTheLeadToTheServerThatHasItNow) {
    config_.ping_interval = 1s; // or the answer to a ping is first to say who leads
    Client client{config_, {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    first_->leads = false;
    client.send(assign(), 30s);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    ASSERT_TRUE(replies_[0].frame) << replies_[0].frame.error().message();
    const auto tried = first_->keys();
    ASSERT_FALSE(tried.empty());
    EXPECT_EQ(second_->keys(), (std::multiset<std::string>{*tried.begin()})) << "under the same key";
    EXPECT_EQ(client.status().server, config_.servers[1]);
}

TEST_F(TwoCentresTest, ADeskThatOrdersNothingFollowsTheLeadToo) {
    Client client{config_, {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    first_->leads = false;
    EXPECT_TRUE(until(client, [&] { return client.status().server == config_.servers[1] && second_->subscribes == 1; }));
}

TEST_F(TwoCentresTest, ALinkIsKeptWhileNobodyLeads) {
    Client client{config_, {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    second_->leads = false;
    first_->leads = false;
    ASSERT_TRUE(until(client, [&] { return second_->pings >= 2; })) << "it is asked again and again";
    EXPECT_EQ(client.status().server, config_.servers[0]);
    EXPECT_EQ(client.status().connects, 1U) << "live data go on";
    first_->leads = true;
    ASSERT_TRUE(until(client, [&] { return client.status().leads; }));
    EXPECT_EQ(client.status().connects, 1U);
}

// They let in and drop; a pause between rounds never ends.
class TwoThatDropTest : public TwoCentresTest {
  protected:
    TwoThatDropTest() {
        first_->drop_on_ping = second_->drop_on_ping = true;
        config_.ping_interval = 1ms;
        config_.backoff_first = config_.backoff_most = 1h;
    }
    int came() { return first_->subscribes + second_->subscribes; }
};

TEST_F(TwoThatDropTest, AreAskedOncePerPause) {
    config_.link_holds = 1h;
    Client client{config_, {}};
    log_in(client);
    ASSERT_TRUE(until(client, [&] { return came() == 2 && client.status().phase == Phase::waiting; }));
    client.send(assign(), 500ms);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    EXPECT_EQ(came(), 2) << "nobody is asked in the pause";
}

TEST_F(TwoThatDropTest, AreAskedAtOnceWhenTheLinkHadHeld) {
    config_.link_holds = 0ms;
    Client client{config_, {}};
    log_in(client);
    EXPECT_TRUE(until(client, [&] { return came() >= 4; }));
}

TEST_F(ClientTest, PausesGrowWhileNoLinkHolds) {
    Centre centre{server_config()};
    centre.drop_on_ping = true;
    centre.loses_outcomes = 1'000'000; // the request below ends by its deadline
    ClientConfig config = client_config();
    config.ping_interval = 1ms;
    config.backoff_first = 10ms;
    config.backoff_most = 1h;
    config.link_holds = 1h;
    Client client{config, {}};
    log_in(client);
    client.send(assign(), 2s);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    // 10, 20, 40 ... ms, each at least times 0.7: the ninth pause alone would be longer than what passed.
    EXPECT_LE(centre.subscribes, 10);
}

TEST_F(ClientTest, AnOrderThatFindsNoLeaderInTimeSaysSo) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.leads = false;
    client.send(assign(), 300ms);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    EXPECT_EQ(replies_[0].frame.error().code, Code::not_leader);
}

TEST_F(ClientTest, AServerWithoutTheLeadIsLeftUntilItLeads) {
    Centre centre{server_config()};
    centre.leads = false;
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(until(client, [&] { return centre.subscribes >= 2; }));
    EXPECT_FALSE(mirror_.ready());
    for (const PhaseChanged& change : phases_) {
        EXPECT_NE(change.phase, Phase::live) << "nothing of it is the present";
    }
    centre.leads = true;
    EXPECT_TRUE(live(client));
}

TEST_F(ClientTest, ALinkIsKeptWhileItsServerHasLostTheLead) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.leads = false;
    const int before = centre.subscribes;
    client.resync();
    ASSERT_TRUE(until(client, [&] { return centre.subscribes >= before + 2; }));
    centre.leads = true;
    mirror_.clear();
    ASSERT_TRUE(until(client, [&] { return mirror_.ready(); }));
    EXPECT_EQ(client.status().connects, 1U);
}

TEST_F(ClientTest, AnOwnerWhoseStateDoesNotFitGetsASnapshot) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    const int before = centre.subscribes;
    client.resync();
    EXPECT_TRUE(until(client, [&] { return centre.subscribes == before + 1; }));
}

TEST_F(ClientTest, AMessageLongerThanWhatMayWaitIsNoSignOfASlowDesk) {
    dispatch::WsServerConfig config = server_config();
    config.state_bytes_max = 1'000;
    Centre centre{config};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(101);
    frame.mutable_delta()->add_units()->set_name(std::string(5'000, 'x'));
    centre.push(frame, WsClass::state);
    EXPECT_TRUE(until(client, [&] { return mirror_.seq() == 101; }));
    EXPECT_EQ(client.status().connects, 1U);
}

TEST_F(ClientTest, LogsInMirrorsAndAsks) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    EXPECT_EQ(centre.peer_cn(), "desk-1");
    EXPECT_EQ(mirror_.seq(), 100U);
    const RequestId good = client.send(assign());
    api::ClientFrame bad;
    bad.mutable_get_timeline()->set_incident_id(1);
    const RequestId refused = client.send(bad);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 2; }));
    EXPECT_EQ(replies_[0].request, good);
    EXPECT_EQ(replies_[0].frame->assign_ok().assignment_id(), 17);
    EXPECT_EQ(replies_[1].request, refused);
    EXPECT_EQ(replies_[1].frame.error().code, Code::forbidden);
    EXPECT_EQ(replies_[1].frame.error().detail, "not for you");
    centre.push_delta(101);
    EXPECT_TRUE(until(client, [&] { return mirror_.seq() == 101; }));
    EXPECT_TRUE(until(client, [&] { return client.status().term == 7; }));
}

TEST_F(ClientTest, AGapAsksForANewSnapshot) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.push_delta(105);
    ASSERT_TRUE(until(client, [&] { return centre.subscribes == 2; }));
    centre.push_delta(101);
    EXPECT_TRUE(until(client, [&] { return mirror_.seq() == 101; }));
    EXPECT_EQ(client.status().resyncs, 1U);
}

TEST_F(ClientTest, AnOrderWhoseAnswerWasLostIsSentAgainUnderTheSameKey) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.drop_on_assign = true;
    client.send(assign());
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    ASSERT_TRUE(replies_[0].frame) << replies_[0].frame.error().message();
    const std::multiset<std::string> keys = centre.keys();
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(*keys.begin(), *keys.rbegin());
    EXPECT_EQ(keys.begin()->size(), 36U);
}

TEST_F(ClientTest, WhatWasOpenOnALostConnectionIsNotToldAgainOnTheNext) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.drop_on_editing = true;
    api::ClientFrame frame;
    frame.mutable_tell_editing()->set_incident_id(7);
    client.send(std::move(frame));
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    ASSERT_FALSE(replies_[0].frame) << "its owner may have left the case since";
    EXPECT_EQ(replies_[0].frame.error().code, Code::link_down);
    EXPECT_EQ(centre.presences, 1);
}

TEST_F(ClientTest, ReturnsAfterTheServerWasAwayWithItsWatches) {
    auto centre = std::make_unique<Centre>(server_config());
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    client.watch_vehicle(3, true, true);
    ASSERT_TRUE(until(client, [&] { return centre->watches == 1; }));
    centre->stop();
    ASSERT_TRUE(until(client, [&] { return client.status().phase != Phase::live; }));
    const RequestId waiting = client.send(assign());
    centre->start();
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1 && centre->watches == 2; }));
    EXPECT_EQ(replies_[0].request, waiting);
    EXPECT_EQ(centre->log_ins, 1);
    EXPECT_EQ(centre->resumes, 1);
    EXPECT_EQ(client.status().connects, 2U);
}

TEST_F(ClientTest, ALapsedSessionLogsInAgainByItself) {
    auto centre = std::make_unique<Centre>(server_config());
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre->stop();
    ASSERT_TRUE(until(client, [&] { return client.status().phase != Phase::live; }));
    centre->know_tokens = false;
    centre->start();
    ASSERT_TRUE(live(client));
    EXPECT_EQ(centre->log_ins, 2);
}

TEST_F(ClientTest, AWrongPasswordIsNotTriedTwice) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    client.log_in("wang", Secret<std::string>{"wrong password"});
    ASSERT_TRUE(until(client, [&] { return client.status().phase == Phase::refused; }));
    EXPECT_EQ(phases_.back().error.code, Code::bad_credentials);
    log_in(client);
    ASSERT_TRUE(live(client));
    EXPECT_EQ(centre.log_ins, 2);
}

TEST_F(ClientTest, ARoleThatMayNotSeeTheStateIsRefusedWhereStateIsNeeded) {
    Centre centre{server_config()};
    centre.shows_state = false;
    Client client{client_config(), {}};
    log_in(client);
    ASSERT_TRUE(until(client, [&] { return client.status().phase == Phase::refused; }));
    EXPECT_EQ(phases_.back().error.code, Code::forbidden);
}

TEST_F(ClientTest, ARoleThatMayNotSeeTheStateAsksForWhatItMay) {
    Centre centre{server_config()};
    centre.shows_state = false;
    ClientConfig config = client_config();
    config.state = StateWish::if_permitted;
    Client client{config, {}};
    api::ClientFrame question;
    question.mutable_get_fleet_status();
    const RequestId early = client.send(question); // waits for the log-in
    log_in(client);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    EXPECT_EQ(replies_[0].request, early);
    ASSERT_TRUE(replies_[0].frame);
    EXPECT_TRUE(replies_[0].frame->has_fleet_status());
    EXPECT_EQ(phases_.back().phase, Phase::live);
    EXPECT_FALSE(phases_.back().has_state);
    client.resync(); // refused again, which ends nothing
    ASSERT_TRUE(until(client, [&] { return centre.subscribes == 2; }));
    client.send(question);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 2; }));
    EXPECT_TRUE(replies_[1].frame);
    EXPECT_EQ(client.status().connects, 1U);
    // After the server was away it is live again.
    centre.stop();
    ASSERT_TRUE(until(client, [&] { return client.status().phase != Phase::live; }));
    centre.start();
    ASSERT_TRUE(until(client, [&] { return client.status().phase == Phase::live; }));
    EXPECT_FALSE(phases_.back().has_state);
}

TEST_F(ClientTest, ARoleThatLosesTheStateWhileLiveIsToldSoOnce) {
    Centre centre{server_config()};
    ClientConfig config = client_config();
    config.state = StateWish::if_permitted;
    Client client{config, {}};
    log_in(client);
    ASSERT_TRUE(until(client, [&] { return !phases_.empty() && phases_.back().has_state &&
                                           phases_.back().phase == Phase::live; }));
    centre.shows_state = false;
    client.resync();
    ASSERT_TRUE(until(client, [&] { return !phases_.back().has_state; }));
    EXPECT_EQ(phases_.back().phase, Phase::live);
    EXPECT_EQ(phases_.back().error.code, Code::forbidden);
    EXPECT_EQ(client.status().connects, 1U);
    centre.shows_state = true;
    client.resync();
    ASSERT_TRUE(until(client, [&] { return phases_.back().has_state; }));
    EXPECT_EQ(client.status().connects, 1U);
}

TEST_F(ClientTest, ASilentServerIsLeftAndARequestEndsAtItsDeadline) {
    Centre centre{server_config()};
    ClientConfig config = client_config();
    config.silence_max = 300ms;
    Client client{config, {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    centre.mute = true;
    client.send(assign(), 250ms);
    ASSERT_TRUE(until(client, [&] { return replies_.size() == 1; }));
    EXPECT_EQ(replies_[0].frame.error().code, Code::timeout);
    ASSERT_TRUE(until(client, [&] { return client.status().phase != Phase::live; }));
    centre.mute = false;
    EXPECT_TRUE(until(client, [&] { return client.status().phase == Phase::live; }));
}

TEST_F(ClientTest, ARevokedCertificateIsRefusedWithoutARestart) {
    Centre centre{server_config()};
    Client honest{client_config(), {}};
    log_in(honest);
    ASSERT_TRUE(live(honest));
    admin({"pki", "revoke", "--dir", pki(""), "--cn", "stolen"});
    Client thief{client_config("stolen"), {}};
    log_in(thief);
    ASSERT_TRUE(until(thief, [&] {
        return std::count_if(phases_.begin(), phases_.end(), [](const PhaseChanged& change) {
                   return change.phase == Phase::waiting;
               }) >= 2;
    }));
    EXPECT_EQ(thief.status().connects, 0U);
    EXPECT_EQ(honest.status().phase, Phase::live);
}

// What a person at the desk is told of an attempt.
class TrialTest : public ClientTest {
  protected:
    ConnectTrial failed_trial(ClientConfig config, const std::string& password = "right password") {
        Client client{std::move(config), {}};
        client.log_in("wang", Secret<std::string>{password});
        ConnectTrial out; // the next one begins a moment later
        EXPECT_TRUE(until(client, [&] {
            out = client.trials().front();
            return out.state == TrialState::failed;
        }));
        return out;
    }
};

TEST_F(TrialTest, OneThatIsLetInHasPassedEveryStep) {
    Centre centre{server_config()};
    Client client{client_config(), {}};
    EXPECT_EQ(client.trials().front().state, TrialState::untried);
    log_in(client);
    ASSERT_TRUE(live(client));
    EXPECT_EQ(client.trials().front().state, TrialState::live);
}

TEST_F(TrialTest, WhereNobodyListensItEndsAtTheNetwork) {
    const ConnectTrial trial = failed_trial(client_config());
    EXPECT_EQ(trial.step, ConnectStep::tcp);
    EXPECT_EQ(trial.cause, ConnectCause::nobody_listens);
}

TEST_F(TrialTest, AnAddressWithoutAPortIsSaidToBeMalformed) {
    ClientConfig config = client_config();
    config.servers = {"centre"};
    const ConnectTrial trial = failed_trial(config);
    EXPECT_EQ(trial.cause, ConnectCause::address_malformed);
}

TEST_F(TrialTest, AFileThatIsNotThereIsNamed) {
    ClientConfig config = client_config();
    config.key_file = pki("nobody.key");
    const ConnectTrial trial = failed_trial(config);
    EXPECT_EQ(trial.step, ConnectStep::files);
    EXPECT_EQ(trial.cause, ConnectCause::file_unusable);
    EXPECT_NE(trial.error.detail.find("nobody.key"), std::string::npos);
}

TEST_F(TrialTest, ACentreOfAnotherAuthorityIsNotTrusted) {
    const test::TempDir other;
    const std::string dir = (other.path() / "pki").string();
    admin({"pki", "init", "--dir", dir});
    Centre centre{server_config()};
    ClientConfig config = client_config();
    config.ca_file = dir + "/ca.crt";
    const ConnectTrial trial = failed_trial(config);
    EXPECT_EQ(trial.step, ConnectStep::tls);
    EXPECT_EQ(trial.cause, ConnectCause::server_untrusted);
}

TEST_F(TrialTest, ADeskOfAnotherAuthorityIsRefused) {
    const test::TempDir other;
    const std::string dir = (other.path() / "pki").string();
    admin({"pki", "init", "--dir", dir});
    admin({"pki", "issue", "--dir", dir, "--cn", "desk-1"});
    Centre centre{server_config()};
    ClientConfig config = client_config();
    config.certificate_file = dir + "/desk-1.crt";
    config.key_file = dir + "/desk-1.key";
    const ConnectTrial trial = failed_trial(config);
    EXPECT_EQ(trial.step, ConnectStep::tls);
    EXPECT_EQ(trial.cause, ConnectCause::we_are_refused);
}

TEST_F(TrialTest, AWrongPasswordIsAnAnswerToTheLogIn) {
    Centre centre{server_config()};
    const ConnectTrial trial = failed_trial(client_config(), "wrong password");
    EXPECT_EQ(trial.step, ConnectStep::log_in);
    EXPECT_EQ(trial.cause, ConnectCause::answered);
    EXPECT_EQ(trial.error.code, Code::bad_credentials);
}

TEST_F(TrialTest, AServerWithoutTheLeadAnswersAtItsState) {
    Centre centre{server_config()};
    centre.leads = false;
    const ConnectTrial trial = failed_trial(client_config());
    EXPECT_EQ(trial.step, ConnectStep::state);
    EXPECT_EQ(trial.cause, ConnectCause::answered);
    EXPECT_EQ(trial.error.code, Code::not_leader);
}

TEST_F(TrialTest, ADrillIsNotTakenAfterTheRealWorldNorTheReverse) {
    for (const bool first : {false, true}) {
        auto centre = std::make_unique<Centre>(server_config());
        centre->drill = first;
        Client client{client_config(), {}};
        log_in(client);
        ASSERT_TRUE(live(client));
        const std::uint64_t connects = client.status().connects;
        centre->stop();
        centre->drill = !first;
        centre->start();
        EXPECT_TRUE(until(client, [&] { return client.trials().front().cause == ConnectCause::other_world; }));
        EXPECT_EQ(client.status().connects, connects) << "never live there";
        centre->stop();
        centre->drill = first;
        centre->start();
        EXPECT_TRUE(until(client, [&] { return client.status().connects > connects; })) << "its own is taken again";
    }
}

TEST_F(TrialTest, EachServerHasItsOwn) {
    Centre centre{server_config()};
    ClientConfig config = client_config();
    config.servers.insert(config.servers.begin(), "127.0.0.1:" + std::to_string(test::free_port()));
    Client client{std::move(config), {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    EXPECT_EQ(client.trials().front().cause, ConnectCause::nobody_listens);
    EXPECT_EQ(client.trials().back().state, TrialState::live);
}

TEST_F(ClientTest, ABusyPortIsOneClearSentence) {
    Centre centre{server_config()};
    asio::io_context io;
    const auto second = dispatch::WsServer::listen(io, server_config());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::busy);
    EXPECT_EQ(second.error().detail, "port 127.0.0.1:" + std::to_string(port_) + " is in use by another program");
}

TEST_F(ClientTest, AFloodOfLiveDataNeitherDelaysNorLosesState) {
    Centre centre{server_config()};
    ClientConfig config = client_config();
    config.events_max = 64;
    Client client{config, {}};
    log_in(client);
    ASSERT_TRUE(live(client));
    api::ServerFrame wave;
    wave.mutable_live()->add_waves()->mutable_batch()->mutable_deltas()->Resize(2000, 12345);
    for (std::uint64_t i = 1; i <= 500; ++i) {
        centre.push(wave, WsClass::live);
        if (i % 50 == 0) {
            centre.push_delta(100 + i / 50);
        }
    }
    EXPECT_TRUE(until(client, [&] { return mirror_.seq() == 110; }));
    EXPECT_GT(live_, 0);
}

} // namespace
} // namespace ems::client
