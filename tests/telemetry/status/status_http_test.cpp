// The listener over real sockets of 127.0.0.1.
#include "telemetry/status/status_http.h"

#include <future>
#include <optional>
#include <random>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/vehicle/device/mutate.h"

namespace ems::status {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

class StatusHttp : public ::testing::Test {
  protected:
    void serve(StatusConfig config = {}) {
        config.address = "127.0.0.1";
        config.port = port_;
        server_.emplace(
            context_.get_executor(), config,
            StatusPages{[] { return std::string{"a_total 1\n"}; }, [this] { return health_; }});
        server_->start();
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~StatusHttp() override {
        if (thread_.joinable()) {
            asio::post(context_, [this] { server_->stop(); });
            thread_.join(); // which is the test that nothing keeps the loop
        }
    }
    template <class F> auto on_loop(F what) {
        std::promise<decltype(what())> promise;
        asio::post(context_, [&] { promise.set_value(what()); });
        return promise.get_future().get();
    }
    std::size_t connections() {
        return on_loop([this] { return server_->connection_count(); });
    }
    // A connection that has said nothing yet.
    tcp::socket connect() {
        tcp::socket socket{own_};
        socket.connect({asio::ip::make_address("127.0.0.1"), port_});
        return socket;
    }
    static std::string read_all(tcp::socket& socket) {
        std::string out;
        boost::system::error_code error;
        asio::read(socket, asio::dynamic_buffer(out), error);
        return out;
    }

    const std::uint16_t port_{test::free_port()};
    Health health_{{"broker", true, ""}, {"database", true, "0 s ago"}};
    asio::io_context own_;
    asio::io_context context_{1};
    std::optional<StatusServer> server_;
    std::thread thread_;
};

TEST_F(StatusHttp, MetricsAndHealthAnswerGetAndHead) {
    serve();
    const test::HttpReply metrics = test::http_get(port_, "/metrics");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_EQ(metrics.body, "a_total 1\n");
    EXPECT_NE(metrics.head.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
              std::string::npos)
        << metrics.head;
    const test::HttpReply health = test::http_get(port_, "/healthz");
    EXPECT_EQ(health.status, 200);
    EXPECT_EQ(health.body, "ok\nbroker ok\ndatabase ok 0 s ago\n");
    const test::HttpReply head =
        test::http_exchange(port_, "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    EXPECT_NE(head.head.find("Content-Length: 10\r\n"), std::string::npos) << head.head;
}

TEST_F(StatusHttp, AFailedCheckIs503AndNamesWhatIsMissing) {
    health_[1] = {"database", false, "away for 12 s; links are held"};
    serve();
    const test::HttpReply health = test::http_get(port_, "/healthz");
    EXPECT_EQ(health.status, 503);
    EXPECT_EQ(health.body, "degraded\nbroker ok\ndatabase failed away for 12 s; links are held\n");
    EXPECT_EQ(test::http_get(port_, "/metrics").status, 200);
}

TEST_F(StatusHttp, WhatItDoesNotServeGetsTheStatusThatSaysSo) {
    serve();
    EXPECT_EQ(test::http_get(port_, "/").status, 404);
    EXPECT_EQ(test::http_get(port_, "/metrics/").status, 404);
    const test::HttpReply post = test::http_exchange(
        port_, "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(post.status, 405);
    EXPECT_NE(post.head.find("Allow: GET, HEAD\r\n"), std::string::npos) << post.head;
    EXPECT_EQ(test::http_exchange(port_, "\x16\x03\x01 hello\r\n\r\n").status, 400);
    EXPECT_EQ(test::http_exchange(port_, "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x')).status,
              431);
}

TEST_F(StatusHttp, BeyondItsConnectionsItSays503AtOnceAndServesAgainWhenOneGoes) {
    serve({.connections_max = 2, .deadline = 60s});
    std::optional<tcp::socket> first{connect()};
    const tcp::socket second = connect();
    ASSERT_TRUE(test::eventually([&] { return connections() == 2; }, 5s));
    tcp::socket third = connect();
    EXPECT_TRUE(read_all(third).starts_with("HTTP/1.1 503 "));
    first.reset();
    ASSERT_TRUE(test::eventually([&] { return connections() == 1; }, 5s));
    EXPECT_EQ(test::http_get(port_, "/metrics").status, 200);
}

TEST_F(StatusHttp, AConnectionThatSaysNothingEndsAtTheDeadline) {
    serve({.deadline = 50ms});
    tcp::socket silent = connect();
    EXPECT_EQ(read_all(silent), "");
    tcp::socket slow = connect();
    asio::write(slow, asio::buffer("GET /metrics HT", 15));
    EXPECT_EQ(read_all(slow), "");
    EXPECT_TRUE(test::eventually([&] { return connections() == 0; }, 5s));
}

TEST_F(StatusHttp, AReaderThatTakesNothingEndsAtTheDeadlineToo) {
    serve({.deadline = 100ms});
    tcp::socket peer = connect();
    asio::write(peer, asio::buffer("GET /metrics HTTP/1.0\r\n\r\n", 25));
    EXPECT_TRUE(test::eventually([&] { return connections() == 0; }, 5s))
        << "it never closes its own side";
}

TEST_F(StatusHttp, StopsAtOnceWithConnectionsOpen) {
    serve({.deadline = 60s});
    tcp::socket silent = connect();
    ASSERT_TRUE(test::eventually([&] { return connections() == 1; }, 5s));
    asio::post(context_, [this] { server_->stop(); });
    thread_.join();
    EXPECT_EQ(read_all(silent), "");
    EXPECT_EQ(test::http_get(port_, "/healthz").status, 0);
}

TEST_F(StatusHttp, APortThatIsTakenIsTriedAgainUntilItIsFree) {
    std::optional<tcp::acceptor> other{std::in_place, own_,
                                       tcp::endpoint{asio::ip::make_address("127.0.0.1"), port_}};
    serve({.bind_again = 20ms});
    EXPECT_FALSE(on_loop([this] { return server_->listening(); }));
    other.reset();
    EXPECT_TRUE(
        test::eventually([&] { return test::http_get(port_, "/metrics").status == 200; }, 5s));
}

TEST_F(StatusHttp, DamagedRequestsGetAnAnswerOrAnEndAndLeaveNothingBehind) {
    serve({.deadline = 5ms});
    std::mt19937_64 random{120};
    const std::string good = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n";
    for (int i = 0; i < 300; ++i) {
        const int status = test::http_exchange(port_, test::mutate(good, random)).status;
        EXPECT_TRUE(status == 0 || status == 200 || status == 400 || status == 404 || status == 405)
            << status << " for input " << i;
    }
    EXPECT_TRUE(test::eventually([&] { return connections() == 0; }, 5s));
    EXPECT_TRUE(
        test::eventually([&] { return test::http_get(port_, "/metrics").status == 200; }, 5s));
}

TEST(StatusConfigTest, AnAddressThatIsNoneIsRefusedAtStartUp) {
    EXPECT_TRUE(check({.address = "", .port = 1}));
    EXPECT_TRUE(check({.address = "::1", .port = 1}));
    const auto refused = check({.address = "localhost", .port = 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "status.address: localhost is not a numeric address");
}

TEST(StatusConfigTest, WithoutAddressOrPortNothingListens) {
    asio::io_context context;
    StatusServer no_port{context.get_executor(), {.address = "127.0.0.1", .port = 0}, {}};
    StatusServer no_address{context.get_executor(), {.address = "", .port = 8121}, {}};
    no_port.start();
    no_address.start();
    EXPECT_FALSE(no_port.listening());
    EXPECT_FALSE(no_address.listening());
}

} // namespace
} // namespace ems::status
