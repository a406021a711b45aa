#include "tests/support/fault_control.h"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support_test/loopback.h"

namespace ems::test {
namespace {

using namespace std::chrono_literals;

TEST(FaultSettings, EveryKeySetsItsField) {
    const auto faults = changed({},
                                "delay_ms=60.5 jitter_ms=20 loss=0.05 duplicate=0.01 reorder=0.02 "
                                "reorder_ms=15 corrupt=0.001 rate_bytes_s=64000 burst_bytes=3000 "
                                "queue_bytes=9000 cut_after_bytes=777",
                                Transport::udp);
    ASSERT_TRUE(faults) << faults.error().message();
    EXPECT_EQ(*faults, (Faults{.delay = 60'500us,
                               .jitter = 20ms,
                               .loss = 0.05,
                               .duplicate = 0.01,
                               .reorder = 0.02,
                               .reorder_by = 15ms,
                               .corrupt = 0.001,
                               .rate_bytes_per_s = 64'000,
                               .burst_bytes = 3'000,
                               .queue_bytes = 9'000,
                               .cut_after_bytes = 777}));
    EXPECT_EQ(changed(*faults, "cut_after_bytes=off", Transport::udp)->cut_after_bytes,
              std::nullopt);
    EXPECT_EQ(changed(*faults, " \t", Transport::udp), *faults) << "what is not named stays";
}

TEST(FaultSettings, RefusesWhatItDoesNotUnderstand) {
    for (const char* text :
         {"loss", "loss=", "loss=x", "loss=0.5x", "loss=1.5", "loss=-1", "loss=nan",
          "delay_ms=1e300", "delay_ms=-5", "Loss=0.1", "rate_bytes_s=-1", "rate_bytes_s=1.5",
          "cut_after_bytes=on", "burst_bytes=0", "=5", "delay_ms=5 nonsense=1"}) {
        EXPECT_FALSE(changed({}, text, Transport::udp)) << text;
    }
    EXPECT_FALSE(changed({}, "loss=0.1", Transport::tcp));
}

class FaultControlTest : public testing::Test {
  protected:
    TcpListener target_;
    std::unique_ptr<FaultProxy> proxy_{FaultProxy::start({.target_port = target_.port()}).value()};

    void obeys(const std::string& line) {
        const auto done = control(*proxy_, line);
        EXPECT_TRUE(done) << line << ": " << done.error().message();
    }
};

TEST_F(FaultControlTest, LinesChangeOneDirectionOrBoth) {
    obeys("");
    obeys("up delay_ms=200");
    EXPECT_EQ(proxy_->faults(Direction::up).delay, 200ms);
    EXPECT_EQ(proxy_->faults(Direction::down), Faults{});
    obeys("both jitter_ms=5 rate_bytes_s=1000\r\n");
    EXPECT_EQ(proxy_->faults(Direction::up).delay, 200ms);
    EXPECT_EQ(proxy_->faults(Direction::down).rate_bytes_per_s, 1'000U);
    obeys("blackhole up");
    EXPECT_EQ(proxy_->faults(Direction::up).passage, Passage::black_hole);
    EXPECT_EQ(proxy_->faults(Direction::down).passage, Passage::open);
    obeys("hold");
    EXPECT_EQ(proxy_->faults(Direction::down).passage, Passage::hold);
    obeys("open down");
    EXPECT_EQ(proxy_->faults(Direction::down).passage, Passage::open);
    obeys("heal");
    EXPECT_EQ(proxy_->faults(Direction::up), Faults{});
}

TEST_F(FaultControlTest, VerbsActOnConnections) {
    obeys("refuse");
    EXPECT_FALSE(TcpSocket::connected(proxy_->port()).ok());
    obeys("accept");
    TcpSocket client = TcpSocket::connected(proxy_->port());
    TcpSocket server = target_.accept();
    obeys("close");
    EXPECT_EQ(client.receive_all().end, TcpSocket::Got::End::fin);
    TcpSocket other = TcpSocket::connected(proxy_->port());
    server = target_.accept();
    obeys("reset");
    EXPECT_EQ(other.receive_all().end, TcpSocket::Got::End::reset);
}

TEST_F(FaultControlTest, AWrongLineChangesNothing) {
    for (const std::string& line :
         {std::string{"up"}, std::string{"sideways delay_ms=5"},
          std::string{"up delay_ms=5 loss=0.1"}, std::string{"both jitter_ms=5 delay_ms=-1"},
          std::string{"blackhole everywhere"}, std::string{"blackhole up now"},
          std::string{"heal up"}, std::string{"heel"},
          "up " + std::string(2'000, ' ') + "delay_ms=5"}) {
        EXPECT_FALSE(control(*proxy_, line)) << line.substr(0, 80);
    }
    EXPECT_EQ(proxy_->faults(Direction::up), Faults{});
    EXPECT_EQ(proxy_->faults(Direction::down), Faults{});
}

TEST_F(FaultControlTest, TheStatusIsOneLineOfJson) {
    const std::string line = status_json(*proxy_);
    EXPECT_TRUE(line.starts_with("{\"port\":" + std::to_string(proxy_->port()) + ",")) << line;
    EXPECT_NE(line.find("\"up\":{\"packets_in\":0,"), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(std::count(line.begin(), line.end(), '{'), 3);
}

// The program itself, driven through a pipe.
TEST(FaultProxyProgram, ObeysItsStandardInputPrintsItsCountersAndStopsOnSigterm) {
    const TempDir dir;
    const std::string pipe = (dir.path() / "control").string();
    const std::string output = (dir.path() / "output").string();
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    UdpSocket target;
    UdpSocket client;
    const std::uint16_t port = free_port();
    const std::string command = program("ems-fault-proxy") + " udp " + std::to_string(port) + " " +
                                std::to_string(target.port()) +
                                " --seed 7 --stats --delay-ms 1 --down loss=1 < " + pipe;
    ChildProcess child{{"/bin/sh", "-c", "exec " + command}, {output, {}}};
    const Socket in{open(pipe.c_str(), O_WRONLY | O_CLOEXEC)};
    const auto printed = [&](const std::string& text) {
        return eventually(
            [&] {
                std::ifstream file{output};
                std::ostringstream all;
                all << file.rdbuf();
                return all.str().find(text) != std::string::npos;
            },
            10s);
    };
    ASSERT_TRUE(printed("seed=7"));
    ASSERT_TRUE(eventually(
        [&] {
            client.send(port, "x");
            return target.readable(10ms);
        },
        10s));
    target.send(target.receive()->second, "lost");
    ASSERT_TRUE(printed("\"lost\":1,"));
    const std::string lines = "up corrupt=nonsense\nup cut_after_bytes=0\n";
    ASSERT_EQ(write(in.fd(), lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
    ASSERT_TRUE(printed("not understood: \"corrupt=nonsense\""));
    ASSERT_TRUE(eventually(
        [&] {
            client.send(port, "y");
            return printed("\"cut\":1");
        },
        10s));
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait_exit(10s), 0);
}

TEST(FaultProxyProgram, SaysWhatIsWrongWithItsArguments) {
    std::string output;
    EXPECT_EQ(run({program("ems-fault-proxy"), "tcp", "0", "9", "--loss", "0.1"}, &output), 2);
    EXPECT_NE(output.find("TCP knows no loss"), std::string::npos) << output;
    EXPECT_EQ(run({program("ems-fault-proxy"), "sctp", "0", "9"}, &output), 2);
    EXPECT_EQ(run({program("ems-fault-proxy"), "udp", "0", "9", "--up", "delay_ms=x"}, &output), 2);
    EXPECT_EQ(
        run({program("ems-fault-proxy"), "udp", "0", "9", "--target-host", "nowhere"}, &output), 2);
    const UdpSocket taken;
    EXPECT_EQ(run({program("ems-fault-proxy"), "udp", std::to_string(taken.port()), "9"}, &output),
              1);
}

} // namespace
} // namespace ems::test
