#include "vehicle/agent/crew_server.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>

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

} // namespace
} // namespace ems::vehicle
