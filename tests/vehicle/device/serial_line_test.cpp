// A receiver on a real terminal line: the pseudo-terminal behaves as a serial port does.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "vehicle/device/byte_link.h"
#include "vehicle/device/nmea.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

// The device's end of a line.
class Terminal {
  public:
    Terminal() : fd_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        EXPECT_EQ(grantpt(fd_), 0);
        EXPECT_EQ(unlockpt(fd_), 0);
        path_ = ptsname(fd_);
    }
    ~Terminal() { close(fd_); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    void say(std::string_view bytes) const {
        EXPECT_EQ(write(fd_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    }
    [[nodiscard]] termios mode() const {
        termios mode{};
        EXPECT_EQ(tcgetattr(fd_, &mode), 0);
        return mode;
    }
    // What the vehicle wrote, or the line echoed; empty when nothing came.
    [[nodiscard]] std::string hear() const {
        pollfd one{fd_, POLLIN, 0};
        std::array<char, 4096> buffer{};
        if (poll(&one, 1, 0) != 1 || (one.revents & POLLIN) == 0) {
            return {};
        }
        const ssize_t size = read(fd_, buffer.data(), buffer.size());
        return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

  private:
    int fd_;
    std::string path_;
};

class SerialLine : public testing::Test {
  protected:
    void open(const Terminal& terminal, const std::string& speed = "") {
        auto address = parse_device_address("pty:" + terminal.path() + speed);
        ASSERT_TRUE(address);
        link_.emplace(io_, *address, 10s,
                      ByteLink::Handlers{.opened = [this] { ++opened_; },
                                         .bytes =
                                             [this](std::string_view bytes) {
                                                 got_ += bytes;
                                                 return true;
                                             },
                                         .closed = [this](const std::string&) { ++closed_; }});
        link_->start();
    }
    template <class F> bool soon(F condition) {
        const auto limit = std::chrono::steady_clock::now() + 10s;
        while (!condition() && std::chrono::steady_clock::now() < limit) {
            io_.restart();
            io_.run_one_for(50ms);
        }
        return condition();
    }
    boost::asio::io_context io_;
    std::optional<ByteLink> link_;
    int opened_{0};
    int closed_{0};
    std::string got_;
};

TEST_F(SerialLine, CarriesEveryByteAsItIsBothWaysWithoutEcho) {
    const Terminal terminal;
    open(terminal);
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    std::string bytes; // a line that is not raw changes CR, ends at ^D, is stopped by ^S ...
    for (int i = 0; i < 256; ++i) {
        bytes.push_back(static_cast<char>(i));
    }
    terminal.say(bytes);
    ASSERT_TRUE(soon([&] { return got_.size() >= bytes.size(); }));
    EXPECT_EQ(got_, bytes);
    EXPECT_EQ(terminal.hear(), "") << "nothing is echoed to the device";
    link_->send(bytes);
    std::string heard;
    ASSERT_TRUE(soon([&] {
        heard += terminal.hear();
        return heard.size() >= bytes.size();
    }));
    EXPECT_EQ(heard, bytes);
}

TEST_F(SerialLine, TakesTheSpeedOfItsAddress) {
    const Terminal terminal;
    open(terminal, "@57600");
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    const termios mode = terminal.mode();
    EXPECT_EQ(cfgetispeed(&mode), speed_t{B57600});
    EXPECT_EQ(cfgetospeed(&mode), speed_t{B57600});
    EXPECT_EQ(mode.c_cflag & (CLOCAL | CREAD), tcflag_t{CLOCAL | CREAD});
    EXPECT_EQ(mode.c_cflag & CSIZE, tcflag_t{CS8});
    EXPECT_EQ(mode.c_cflag & (PARENB | CSTOPB | CRTSCTS), 0U);
}

TEST_F(SerialLine, AReceiversSentencesBecomeAFix) {
    const Terminal terminal;
    open(terminal);
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    terminal.say(
        nmea_sentence("GNGGA,024216.20,3502.3456,N,11059.1234,E,1,12,0.80,371.4,M,-18.0,M,,"));
    terminal.say(
        nmea_sentence("GNRMC,024216.20,A,3502.3456,N,11059.1234,E,21.60,095.50,180326,,,A"));
    NmeaParser parser;
    std::vector<GnssReading> readings;
    ASSERT_TRUE(soon([&] {
        const auto more = parser.feed(std::exchange(got_, {}));
        readings.insert(readings.end(), more.begin(), more.end());
        return !readings.empty();
    }));
    EXPECT_EQ(readings[0].fix_mode, 3U);
    EXPECT_EQ(readings[0].altitude_dm, 3'714);
}

TEST_F(SerialLine, ALineThatHangsUpIsLost) {
    std::optional<Terminal> terminal{std::in_place};
    open(*terminal);
    ASSERT_TRUE(soon([&] { return opened_ == 1; }));
    terminal.reset();
    EXPECT_TRUE(soon([&] { return closed_ >= 1; }));
    EXPECT_FALSE(link_->is_open());
}

} // namespace
} // namespace ems::vehicle
