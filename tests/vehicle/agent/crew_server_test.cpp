#include "vehicle/agent/crew_server.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

namespace fs = std::filesystem;
using Stream = boost::asio::local::stream_protocol;

class CrewServerTest : public testing::Test {
  protected:
    [[nodiscard]] std::string path() const { return (dir_.path() / "crew.sock").string(); }
    [[nodiscard]] bool answers() {
        Stream::socket terminal{io_};
        boost::system::error_code error;
        terminal.connect(Stream::endpoint{path()}, error);
        return !error;
    }
    std::unique_ptr<CrewServer> server() {
        return std::make_unique<CrewServer>(io_, path(),
                                            [](const CrewRequest&) { return CrewUpdate{}; });
    }
    test::TempDir dir_;
    boost::asio::io_context io_;
};

TEST_F(CrewServerTest, RemovesItsSocketWhenItStops) {
    auto one = server();
    ASSERT_TRUE(one->start());
    EXPECT_TRUE(answers());
    one->stop();
    EXPECT_FALSE(fs::exists(path()));
}

TEST_F(CrewServerTest, ASecondOneIsRefusedAndLeavesTheFirstAlone) {
    auto first = server();
    ASSERT_TRUE(first->start());
    auto second = server();
    const auto started = second->start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, Code::busy);
    second.reset();
    EXPECT_TRUE(answers());
}

TEST_F(CrewServerTest, AFileThatIsNoSocketIsLeftAlone) {
    std::ofstream{path()} << "notes of the crew";
    auto one = server();
    const auto started = one->start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, Code::io);
    one.reset();
    EXPECT_EQ(fs::file_size(path()), 17U);
}

TEST_F(CrewServerTest, WhatAnotherHasPutInItsPlaceIsLeftAlone) {
    auto first = server();
    ASSERT_TRUE(first->start());
    fs::remove(path());
    auto second = server();
    ASSERT_TRUE(second->start());
    first.reset();
    EXPECT_TRUE(answers());
}

TEST_F(CrewServerTest, ASocketThatNobodyListensOnIsReplaced) {
    { Stream::acceptor left{io_, Stream::endpoint{path()}}; }
    ASSERT_TRUE(fs::is_socket(path()));
    auto one = server();
    EXPECT_TRUE(one->start());
    EXPECT_TRUE(answers());
}

// A terminal that is busy for a while loses the trace, and is told all the rest.
TEST_F(CrewServerTest, ATraceThatIsNotReadCutsNobodyOff) {
    auto one = server();
    ASSERT_TRUE(one->start());
    Stream::socket terminal{io_};
    terminal.connect(Stream::endpoint{path()});
    CrewRequest hello;
    hello.mutable_hello()->set_terminal("t");
    const std::string body = hello.SerializeAsString();
    const std::string frame = std::string{'\0', '\0', '\0', static_cast<char>(body.size())} + body;
    boost::asio::write(terminal, boost::asio::buffer(frame));
    ASSERT_TRUE(test::eventually(
        [&] {
            io_.poll();
            return terminal.available() > 0;
        },
        std::chrono::seconds{10}));
    CrewUpdate trace;
    trace.mutable_trace()->mutable_deltas()->Resize(10'000, 70'000);
    for (int i = 0; i < 1'000; ++i) {
        one->broadcast_live(trace);
        io_.poll();
    }
    CrewUpdate last;
    last.mutable_refused()->set_reason("the last word");
    one->broadcast(last);
    const std::string wanted = last.SerializeAsString();
    std::string heard;
    ASSERT_TRUE(test::eventually(
        [&] {
            io_.poll();
            std::array<char, 65'536> part{};
            boost::system::error_code error;
            if (terminal.available() > 0) {
                heard.append(part.data(), terminal.read_some(boost::asio::buffer(part), error));
            }
            return heard.find(wanted) != std::string::npos;
        },
        std::chrono::seconds{20}));
}

} // namespace
} // namespace ems::vehicle
