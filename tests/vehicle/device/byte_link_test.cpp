#include "vehicle/device/byte_link.h"

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/vehicle/device/peers.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

TEST(DeviceAddress, ReadsEveryForm) {
    using Kind = DeviceAddress::Kind;
    const auto tcp = parse_device_address("tcp:10.0.0.7:4601");
    ASSERT_TRUE(tcp);
    EXPECT_EQ(tcp->kind, Kind::tcp);
    EXPECT_EQ(tcp->host, "10.0.0.7");
    EXPECT_EQ(tcp->port, 4'601);
    EXPECT_EQ(parse_device_address("listen:0.0.0.0:2575")->kind, Kind::listen);
    EXPECT_EQ(parse_device_address("udp:monitor:24105")->kind, Kind::udp);
    EXPECT_EQ(parse_device_address("pty:/dev/ttyACM0")->path, "/dev/ttyACM0");
    EXPECT_EQ(parse_device_address("pty:/dev/ttyACM0")->baud, 0U);
    EXPECT_EQ(parse_device_address("pty:/dev/ttyS1@115200")->path, "/dev/ttyS1");
    EXPECT_EQ(parse_device_address("pty:/dev/ttyS1@115200")->baud, 115'200U);
    EXPECT_EQ(parse_device_address("none")->kind, Kind::none);
}

TEST(DeviceAddress, RefusesEverythingElse) {
    for (const char* text : {"", "tcp", "tcp:", "tcp:host", "tcp::1", "tcp:host:", "tcp:host:0",
                             "tcp:host:65536", "tcp:host:1x", "udp:host:-1", "listen::2575",
                             "pty:dev", "pty:/@9600", "pty:/dev/ttyS1@", "pty:/dev/ttyS1@9601",
                             "pty:/dev/ttyS1@9600x", "gpsd:host:2947", "None", "tcp:host:1 "}) {
        EXPECT_FALSE(parse_device_address(text)) << text;
    }
}

class ByteLinkTest : public testing::Test {
  protected:
    void open(const std::string& address, std::chrono::milliseconds silence_max = 10s) {
        link_.emplace(
            io_, *parse_device_address(address), silence_max,
            ByteLink::Handlers{
                .opened = [this] { ++opened_; },
                .bytes =
                    [this](std::string_view bytes) {
                        reads_.emplace_back(bytes);
                        return !refuse_;
                    },
                .closed = [this](const std::string& reason) { reasons_.push_back(reason); }});
        link_->start();
    }
    [[nodiscard]] bool soon(const std::function<bool()>& condition) {
        return test::eventually(
            [&] {
                io_.poll();
                return condition();
            },
            10s);
    }
    [[nodiscard]] std::string all() const {
        std::string text;
        for (const std::string& read : reads_) {
            text += read;
        }
        return text;
    }
    boost::asio::io_context io_;
    std::optional<ByteLink> link_;
    int opened_{0};
    std::vector<std::string> reads_;
    std::vector<std::string> reasons_;
    bool refuse_{false};
};

TEST_F(ByteLinkTest, ConnectsAgainAfterALoss) {
    test::TcpDevice device;
    open(device.address());
    ASSERT_TRUE(soon([&] { return device.taken() && opened_ == 1; }));
    device.say("one");
    ASSERT_TRUE(soon([&] { return all() == "one"; }));
    device.hang_up();
    ASSERT_TRUE(soon([&] { return device.taken() && opened_ == 2; }));
    EXPECT_EQ(reasons_.size(), 1U);
    device.say("two");
    ASSERT_TRUE(soon([&] { return all() == "onetwo"; }));
    link_->send("three");
    ASSERT_TRUE(soon([&] { return device.heard() == "three"; }));
}

TEST_F(ByteLinkTest, ConnectsAgainAfterSilenceAndAfterBytesThatMakeNoSense) {
    test::TcpDevice device;
    open(device.address(), 200ms);
    ASSERT_TRUE(soon([&] { return device.taken() && opened_ == 1; }));
    ASSERT_TRUE(soon([&] { return reasons_ == std::vector<std::string>{"silent"}; }));
    EXPECT_FALSE(link_->is_open());
    device.hang_up();
    refuse_ = true;
    ASSERT_TRUE(soon([&] { return device.taken() && opened_ == 2; }));
    device.say("nonsense");
    ASSERT_TRUE(soon([&] { return reasons_.size() == 2; }));
    EXPECT_EQ(reasons_.back(), "bytes make no sense");
}

TEST_F(ByteLinkTest, WaitsForADeviceThatConnectsAndTakesTheNextWhenItIsLost) {
    const std::uint16_t port = test::free_port();
    open("listen:127.0.0.1:" + std::to_string(port));
    test::TcpCaller first;
    ASSERT_TRUE(soon([&] { return first.connected() || first.call(port); }));
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    first.say("one");
    ASSERT_TRUE(soon([&] { return all() == "one"; }));
    link_->send("ack");
    ASSERT_TRUE(soon([&] { return first.heard() == "ack"; }));
    test::TcpCaller second;
    ASSERT_TRUE(second.call(port)) << "it may wait";
    second.say("two");
    io_.poll();
    EXPECT_EQ(opened_, 1) << "one device at a time";
    first.hang_up();
    ASSERT_TRUE(soon([&] { return opened_ == 2 && all() == "onetwo"; }));
}

TEST_F(ByteLinkTest, APortThatIsTakenIsTriedAgain) {
    auto holder = std::make_unique<test::TcpDevice>();
    const std::uint16_t port = holder->port();
    open("listen:127.0.0.1:" + std::to_string(port));
    ASSERT_TRUE(soon([&] { return !reasons_.empty(); }));
    holder.reset();
    test::TcpCaller caller;
    ASSERT_TRUE(soon([&] { return caller.connected() || caller.call(port); }));
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
}

TEST_F(ByteLinkTest, OverUdpEachReadAndEachSendIsADatagram) {
    test::UdpDevice device;
    open(device.address());
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    link_->send("first");
    link_->send("second");
    std::vector<std::string> heard;
    ASSERT_TRUE(soon([&] {
        if (auto one = device.hear()) {
            heard.push_back(std::move(*one));
        }
        return heard.size() == 2;
    }));
    EXPECT_EQ(heard, (std::vector<std::string>{"first", "second"}));
    device.say("one");
    device.say("");
    device.say("two");
    ASSERT_TRUE(soon([&] { return reads_.size() == 3; }));
    EXPECT_EQ(reads_, (std::vector<std::string>{"one", "", "two"}));
}

TEST_F(ByteLinkTest, OverUdpSilenceIsLossAndASecondSocketIsMade) {
    test::UdpDevice device;
    open(device.address(), 200ms);
    ASSERT_TRUE(soon([&] { return opened_ == 2; }));
    EXPECT_EQ(reasons_, std::vector<std::string>{"silent"});
    link_->send("hello");
    ASSERT_TRUE(soon([&] { return device.hear() == "hello"; }));
    device.say("again");
    ASSERT_TRUE(soon([&] { return all() == "again"; }));
}

TEST_F(ByteLinkTest, TheLastWordOverUdpIsStillSent) {
    test::UdpDevice device;
    open(device.address());
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    link_->send("farewell");
    link_.reset();
    ASSERT_TRUE(soon([&] { return device.hear() == "farewell"; }));
    EXPECT_TRUE(reasons_.empty()) << "no callback runs after stop()";
}

TEST_F(ByteLinkTest, ALineThatIsPluggedInLaterIsOpened) {
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(master, 0);
    ASSERT_EQ(grantpt(master), 0);
    ASSERT_EQ(unlockpt(master), 0);
    const std::string plug = testing::TempDir() + "ems_plug_" + std::to_string(getpid());
    unlink(plug.c_str());
    open("pty:" + plug);
    ASSERT_TRUE(soon([&] { return !reasons_.empty(); }));
    ASSERT_EQ(symlink(ptsname(master), plug.c_str()), 0);
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    ASSERT_EQ(write(master, "fix\n", 4), 4);
    ASSERT_TRUE(soon([&] { return all() == "fix\n"; }));
    close(master); // pulled out
    ASSERT_TRUE(soon([&] { return reasons_.size() >= 2; }));
    unlink(plug.c_str());
}

} // namespace
} // namespace ems::vehicle
