#include "telemetry/gateway/server.h"

#include <array>
#include <functional>
#include <gtest/gtest.h>
#include <memory>

#include "tests/telemetry/gateway/fake_centre.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace ems::gateway {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

// A terminal on the loopback, driven by the same event loop as the server.
class Client : public std::enable_shared_from_this<Client> {
  public:
    Client(asio::io_context& context, std::uint16_t port) : socket_(context) {
        socket_.open(Tcp::v4());
        socket_.set_option(Tcp::socket::receive_buffer_size(4096));
        socket_.connect({asio::ip::address_v4::loopback(), port});
    }

    void listen() {
        socket_.async_read_some(
            asio::buffer(buffer_),
            [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                if (error) {
                    self->closed = true;
                    return;
                }
                for (const std::string& one : self->frames_.feed({self->buffer_.data(), size})) {
                    self->received.push_back(decode_frame(one).value());
                }
                self->listen();
            });
    }
    void send(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes)); }
    void send(const Header& header, std::string_view body) { send(encode_frame(header, body)); }
    // Goes on sending the same until the server takes no more.
    void flood(const std::string& bytes) {
        asio::async_write(
            socket_, asio::buffer(bytes),
            [self = shared_from_this(), &bytes](boost::system::error_code error, std::size_t) {
                if (!error) {
                    self->flood(bytes);
                }
            });
    }
    void hang_up() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    std::vector<Frame> received;
    bool closed{false};

  private:
    Tcp::socket socket_;
    std::array<char, 4096> buffer_{};
    FrameStream frames_;
};

class Jt808Server : public testing::Test {
  protected:
    void start(std::size_t connections_max = 8) {
        ServerConfig config;
        config.address = "127.0.0.1";
        config.connections_max = connections_max;
        config.tick = 5ms;
        server = std::make_unique<Server>(context.get_executor(), config, centre.exchange);
        const auto started = server->start();
        ASSERT_TRUE(started) << started.error().message();
    }
    // Works off events until the condition holds.
    [[nodiscard]] bool until(const std::function<bool()>& condition) {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < limit) {
            context.run_one_for(50ms);
        }
        return condition();
    }
    std::shared_ptr<Client> connect() {
        auto client = connect_deaf();
        client->listen();
        return client;
    }
    std::shared_ptr<Client> connect_deaf() {
        return std::make_shared<Client>(context, server->port());
    }
    void log_in(Client& client) {
        client.send(test::header(id::kAuthenticate, 1), centre.exchange->code_of("13511221122"));
        ASSERT_TRUE(until([&] { return client.received.size() == 1; }));
        const auto reply = decode(client.received[0].header, client.received[0].body).value();
        ASSERT_EQ(std::get<PlatformReply>(reply).result, ReplyResult::done);
        client.received.clear();
    }

    test::FakeCentre centre;
    asio::io_context context{1};
    std::unique_ptr<Server> server;
};

TEST_F(Jt808Server, ATerminalRegistersAuthenticatesAndReports) {
    start();
    const auto client = connect();
    client->send(test::header(id::kRegister, 1),
                 test::body(test::RawRegistration{}, Version::v2013));
    ASSERT_TRUE(until([&] { return client->received.size() == 1; }));
    const auto welcome = std::get<RegisterReply>(
        decode(client->received[0].header, client->received[0].body).value());
    client->send(test::header(id::kAuthenticate, 2), welcome.code);
    client->send(test::header(id::kLocation, 3), test::body(test::RawLocation{}));
    ASSERT_TRUE(until([&] { return centre.waiting.size() == 1; }));
    ASSERT_TRUE(until([&] { return client->received.size() == 2; }));
    centre.commit_all();
    ASSERT_TRUE(until([&] { return client->received.size() == 3; }));
    const auto answer = decode(client->received[2].header, client->received[2].body).value();
    EXPECT_EQ(std::get<PlatformReply>(answer), (PlatformReply{3, id::kLocation, {}}));
}

TEST_F(Jt808Server, ReadsFramesSplitAndMergedAnywhere) {
    start();
    const auto client = connect();
    log_in(*client);
    std::string stream;
    for (std::uint16_t i = 0; i < 20; ++i) {
        stream += encode_frame(test::header(id::kHeartbeat, i), "");
    }
    client->send(stream);
    ASSERT_TRUE(until([&] { return client->received.size() == 20; }));
    for (const char byte : stream) {
        client->send({&byte, 1});
        context.poll();
    }
    EXPECT_TRUE(until([&] { return client->received.size() == 40; }));
}

TEST_F(Jt808Server, ALineTooManyIsClosedAtOnceAndMakesRoomLater) {
    start(2);
    const auto first = connect();
    const auto second = connect();
    log_in(*second);
    const auto third = connect();
    EXPECT_TRUE(until([&] { return third->closed; }));
    EXPECT_EQ(centre.exchange->counters.connections_refused, 1U);
    first->hang_up();
    ASSERT_TRUE(until([&] { return server->connection_count() == 1; }));
    const auto fourth = connect();
    log_in(*fourth);
    EXPECT_TRUE(until([&] { return second->closed; })) << "the same terminal, a newer line";
}

TEST_F(Jt808Server, ASilentLineIsClosed) {
    start();
    const auto client = connect();
    log_in(*client);
    centre.clock.advance(ServerConfig{}.idle_limit - 1s);
    client->send(test::header(id::kHeartbeat, 2), "");
    ASSERT_TRUE(until([&] { return client->received.size() == 1; }));
    EXPECT_FALSE(client->closed);
    centre.clock.advance(ServerConfig{}.idle_limit);
    EXPECT_TRUE(until([&] { return client->closed; }));
    EXPECT_EQ(server->connection_count(), 0U);
    EXPECT_TRUE(centre.exchange->online.empty());
}

TEST_F(Jt808Server, ATerminalThatDoesNotReadIsCutOff) {
    start();
    const auto client = connect_deaf();
    client->send(test::header(id::kAuthenticate, 1), centre.exchange->code_of("13511221122"));
    ASSERT_TRUE(until([&] { return !centre.exchange->online.empty(); }));
    std::string heartbeats;
    for (std::uint16_t i = 0; i < 1000; ++i) {
        heartbeats += encode_frame(test::header(id::kHeartbeat, i), "");
    }
    client->flood(heartbeats);
    EXPECT_TRUE(until([&] { return server->connection_count() == 0; }));
}

TEST_F(Jt808Server, AWriteThatTakesTooLongIsCutOff) {
    start();
    const auto client = connect_deaf();
    client->send(test::header(id::kAuthenticate, 1), centre.exchange->code_of("13511221122"));
    ASSERT_TRUE(until([&] { return !centre.exchange->online.empty(); }));
    // Texts until the kernel takes no more, but less than what alone would close the line.
    const VehicleId vid = VehicleId::parse("amb-1").value();
    const TextDown text{{}, std::string(1000, 'x')};
    for (int i = 0; i < 60; ++i) {
        ASSERT_TRUE(server->send_text(vid, text));
        context.poll();
    }
    ASSERT_EQ(server->connection_count(), 1U);
    centre.clock.advance(ServerConfig{}.write_limit);
    EXPECT_TRUE(until([&] { return server->connection_count() == 0; }));
}

TEST_F(Jt808Server, TextReachesTheVehiclesTerminal) {
    start();
    const VehicleId vid = VehicleId::parse("amb-1").value();
    EXPECT_EQ(server->send_text(vid, {{}, "速到"}).error().code, Code::not_found);
    const auto client = connect();
    log_in(*client);
    const auto serials = server->send_text(vid, {{}, "速到"});
    ASSERT_TRUE(serials);
    EXPECT_EQ(serials->size(), 1U);
    ASSERT_TRUE(until([&] { return client->received.size() == 1; }));
    EXPECT_EQ(client->received[0].header.serial, serials->front().serial);
    EXPECT_EQ(server->sessions_of(vid), std::vector{serials->front().session});
    EXPECT_EQ(client->received[0].header.id, id::kTextDown);
    EXPECT_EQ(server->send_text(vid, {{}, ""}).error().code, Code::invalid_argument);
}

TEST_F(Jt808Server, AnAnswerOfTheSinkAfterTheLineWentHarmsNobody) {
    start();
    const auto client = connect();
    log_in(*client);
    client->send(test::header(id::kLocation, 3), test::body(test::RawLocation{}));
    ASSERT_TRUE(until([&] { return centre.waiting.size() == 1; }));
    client->hang_up();
    ASSERT_TRUE(until([&] { return server->connection_count() == 0; }));
    centre.commit_all();
    EXPECT_EQ(centre.stored.size(), 1U);
}

TEST_F(Jt808Server, StopsAtOnceAndLeavesNothingToDo) {
    start();
    const auto client = connect();
    log_in(*client);
    client->send(test::header(id::kLocation, 3), test::body(test::RawLocation{}));
    ASSERT_TRUE(until([&] { return centre.waiting.size() == 1; }));
    server->stop();
    EXPECT_TRUE(until([&] { return client->closed; }));
    context.restart();
    EXPECT_EQ(context.run_for(5s), 0U) << "no work is left";
    EXPECT_TRUE(client->received.empty()) << "what is not committed is not answered";
}

TEST_F(Jt808Server, SaysWhyItCannotListen) {
    start();
    ServerConfig config;
    config.address = "127.0.0.1";
    config.port = server->port();
    Server second{context.get_executor(), config, centre.exchange};
    EXPECT_EQ(second.start().error().code, Code::busy);
    config.address = "localhost";
    Server third{context.get_executor(), config, centre.exchange};
    EXPECT_EQ(third.start().error().code, Code::invalid_argument);
}

} // namespace
} // namespace ems::gateway
