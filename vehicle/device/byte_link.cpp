#include "vehicle/device/byte_link.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <fcntl.h>
#include <optional>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

namespace ems::vehicle {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {
constexpr std::chrono::milliseconds kRetryFirst{500};
constexpr std::chrono::milliseconds kRetryMost{5'000};
constexpr std::chrono::seconds kConnectWithin{5};
constexpr std::size_t kUnsentMax = 65'536;
constexpr int kWaitingMax = 4; // devices that wait for the one before them

constexpr std::array<std::pair<std::uint32_t, speed_t>, 11> kSpeeds{{{1'200, B1200},
                                                                     {2'400, B2400},
                                                                     {4'800, B4800},
                                                                     {9'600, B9600},
                                                                     {19'200, B19200},
                                                                     {38'400, B38400},
                                                                     {57'600, B57600},
                                                                     {115'200, B115200},
                                                                     {230'400, B230400},
                                                                     {460'800, B460800},
                                                                     {921'600, B921600}}};

std::optional<speed_t> speed_of(std::uint32_t baud) {
    const auto it = std::find_if(kSpeeds.begin(), kSpeeds.end(),
                                 [baud](const auto& speed) { return speed.first == baud; });
    return it == kSpeeds.end() ? std::nullopt : std::optional{it->second};
}

// "/path" or "/path@BAUD".
bool take_line(std::string_view text, DeviceAddress& address) {
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos) {
        const char* begin = text.data() + at + 1;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(begin, end, address.baud);
        if (error != std::errc{} || stop != end || !speed_of(address.baud)) {
            return false;
        }
        text = text.substr(0, at);
    }
    address.kind = DeviceAddress::Kind::pty;
    address.path = std::string{text};
    return text.size() > 1;
}

// Bytes as they are, 8N1. The modem's lines say nothing: a receiver of three wires has none.
bool make_raw(int fd, std::uint32_t baud) {
    termios mode{};
    if (tcgetattr(fd, &mode) != 0) {
        return baud == 0; // no terminal has no speed
    }
    cfmakeraw(&mode);
    mode.c_cflag |= CLOCAL | CREAD;
    mode.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
    if (const auto speed = speed_of(baud)) {
        cfsetispeed(&mode, *speed);
        cfsetospeed(&mode, *speed);
    }
    return tcsetattr(fd, TCSANOW, &mode) == 0;
}
} // namespace

Result<DeviceAddress> parse_device_address(const std::string& text) {
    DeviceAddress address;
    if (text == "none") {
        return address;
    }
    if (text.starts_with("pty:/") && take_line(std::string_view{text}.substr(4), address)) {
        return address;
    }
    address = {};
    constexpr std::array<std::pair<std::string_view, DeviceAddress::Kind>, 3> kForms{{
        {"tcp:", DeviceAddress::Kind::tcp},
        {"listen:", DeviceAddress::Kind::listen},
        {"udp:", DeviceAddress::Kind::udp},
    }};
    for (const auto& [prefix, kind] : kForms) {
        const std::size_t colon = text.rfind(':');
        if (!text.starts_with(prefix) || colon <= prefix.size()) {
            continue;
        }
        const char* begin = text.data() + colon + 1;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(begin, end, address.port);
        if (error == std::errc{} && stop == end && address.port != 0) {
            address.kind = kind;
            address.host = text.substr(prefix.size(), colon - prefix.size());
            return address;
        }
    }
    return fail(Code::invalid_argument,
                fmt::format("\"{}\" is not none, tcp:HOST:PORT, listen:ADDRESS:PORT, udp:HOST:PORT, "
                            "pty:/path or pty:/path@BAUD",
                            text));
}

class ByteLink::Body : public std::enable_shared_from_this<ByteLink::Body> {
  public:
    Body(asio::io_context& io, DeviceAddress address, std::chrono::milliseconds silence_max,
         Handlers handlers)
        : address_(std::move(address)), silence_max_(silence_max), handlers_(std::move(handlers)),
          resolver_(io), udp_resolver_(io), socket_(io), acceptor_(io), datagrams_(io), line_(io),
          retry_(io), watch_(io) {}

    void open() {
        if (stopped_) {
            return;
        }
        ++generation_;
        switch (address_.kind) {
        case DeviceAddress::Kind::none:
            break;
        case DeviceAddress::Kind::pty:
            open_line();
            break;
        case DeviceAddress::Kind::listen:
            accept();
            break;
        case DeviceAddress::Kind::udp:
            resolve(udp_resolver_, [this](const auto& results) { point_at(*results.begin()); });
            break;
        case DeviceAddress::Kind::tcp:
            resolve(resolver_, [this](const auto& results) { connect(results); });
            break;
        }
    }

    void stop() {
        stopped_ = true;
        ++generation_;
        close();
        error_code ignored;
        acceptor_.close(ignored);
        retry_.cancel();
    }

    void send(std::string bytes) {
        if (!open_ || unsent_bytes_ + bytes.size() > kUnsentMax) {
            return;
        }
        unsent_bytes_ += bytes.size();
        unsent_.push_back(std::move(bytes));
        if (unsent_.size() == 1) {
            write();
        }
    }

    [[nodiscard]] bool is_open() const { return open_; }

  private:
    [[nodiscard]] bool current(std::uint64_t generation) const {
        return !stopped_ && generation == generation_;
    }

    template <class Resolver, class F> void resolve(Resolver& resolver, F found) {
        watch_for(kConnectWithin, "no connection");
        resolver.async_resolve(
            address_.host, std::to_string(address_.port),
            [self = shared_from_this(), g = generation_, found](error_code error, auto results) {
                if (self->current(g)) {
                    error ? self->lost(error.message()) : found(results);
                }
            });
    }

    // Nobody answers to this: whether somebody is there is known by its datagrams.
    void point_at(const asio::ip::udp::endpoint& peer) {
        error_code error;
        datagrams_.open(peer.protocol(), error);
        if (!error) {
            datagrams_.connect(peer, error);
        }
        error ? lost(error.message()) : opened();
    }

    void accept() {
        error_code error;
        if (!acceptor_.is_open()) {
            listen(error);
        }
        if (error) {
            lost(error.message());
            return;
        }
        acceptor_.async_accept(socket_,
                               [self = shared_from_this(), g = generation_](error_code failed) {
                                   if (self->current(g)) {
                                       failed ? self->lost(failed.message()) : self->opened();
                                   }
                               });
    }

    void listen(error_code& error) {
        const auto address = asio::ip::make_address(address_.host, error);
        if (error) {
            return;
        }
        const asio::ip::tcp::endpoint local{address, address_.port};
        acceptor_.open(local.protocol(), error);
        if (!error) {
            acceptor_.set_option(asio::socket_base::reuse_address{true}, error);
        }
        if (!error) {
            acceptor_.bind(local, error);
        }
        if (!error) {
            acceptor_.listen(kWaitingMax, error);
        }
        if (error) {
            error_code ignored;
            acceptor_.close(ignored);
        }
    }

    void connect(const asio::ip::tcp::resolver::results_type& results) {
        asio::async_connect(
            socket_, results,
            [self = shared_from_this(), g = generation_](error_code error, const auto&) {
                if (self->current(g)) {
                    error ? self->lost(error.message()) : self->opened();
                }
            });
    }

    void open_line() {
        const int fd = ::open(address_.path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0) {
            lost("cannot open the line");
            return;
        }
        if (!make_raw(fd, address_.baud)) {
            ::close(fd);
            lost("the line does not take its speed");
            return;
        }
        error_code error;
        line_.assign(fd, error);
        if (error) {
            ::close(fd);
            lost(error.message());
            return;
        }
        opened();
    }

    void opened() {
        open_ = true;
        watch_for(silence_max_, "silent");
        if (handlers_.opened) {
            handlers_.opened();
        }
        read();
    }

    void read() {
        const auto buffer = asio::buffer(buffer_);
        auto taken = [self = shared_from_this(), g = generation_](error_code error,
                                                                  std::size_t size) {
            if (self->current(g)) {
                error ? self->lost(error.message()) : self->take(size);
            }
        };
        if (address_.kind == DeviceAddress::Kind::pty) {
            line_.async_read_some(buffer, std::move(taken));
        } else if (address_.kind == DeviceAddress::Kind::udp) {
            datagrams_.async_receive(buffer, std::move(taken));
        } else {
            socket_.async_read_some(buffer, std::move(taken));
        }
    }

    void take(std::size_t size) {
        retry_after_ = kRetryFirst;
        watch_for(silence_max_, "silent");
        const std::uint64_t generation = generation_;
        const bool good = handlers_.bytes({buffer_.data(), size});
        if (current(generation)) {
            good ? read() : lost("bytes make no sense");
        }
    }

    void write() {
        const auto buffer = asio::buffer(unsent_.front());
        auto written = [self = shared_from_this(), g = generation_](error_code error, std::size_t) {
            if (self->current(g)) {
                error ? self->lost(error.message()) : self->written();
            }
        };
        if (address_.kind == DeviceAddress::Kind::pty) {
            asio::async_write(line_, buffer, std::move(written));
        } else if (address_.kind == DeviceAddress::Kind::udp) {
            datagrams_.async_send(buffer, std::move(written));
        } else {
            asio::async_write(socket_, buffer, std::move(written));
        }
    }

    void written() {
        unsent_bytes_ -= unsent_.front().size();
        unsent_.pop_front();
        if (!unsent_.empty()) {
            write();
        }
    }

    void watch_for(std::chrono::milliseconds limit, const char* reason) {
        watch_.expires_after(limit);
        watch_.async_wait([self = shared_from_this(), g = generation_, reason](error_code error) {
            if (!error && self->current(g)) {
                self->lost(reason);
            }
        });
    }

    void close() {
        error_code ignored;
        open_ = false;
        resolver_.cancel();
        udp_resolver_.cancel();
        acceptor_.cancel(ignored); // goes on listening: a device that waits is taken next
        socket_.close(ignored);
        datagrams_.close(ignored);
        line_.close(ignored);
        watch_.cancel();
        unsent_.clear();
        unsent_bytes_ = 0;
    }

    void lost(const std::string& reason) {
        ++generation_;
        close();
        if (handlers_.closed) {
            handlers_.closed(reason);
        }
        if (stopped_) {
            return;
        }
        retry_.expires_after(retry_after_);
        retry_after_ = std::min(retry_after_ * 2, kRetryMost);
        retry_.async_wait([self = shared_from_this()](error_code error) {
            if (!error) {
                self->open();
            }
        });
    }

    const DeviceAddress address_;
    const std::chrono::milliseconds silence_max_;
    const Handlers handlers_;
    asio::ip::tcp::resolver resolver_;
    asio::ip::udp::resolver udp_resolver_;
    asio::ip::tcp::socket socket_;
    asio::ip::tcp::acceptor acceptor_;
    asio::ip::udp::socket datagrams_;
    asio::posix::stream_descriptor line_;
    asio::steady_timer retry_;
    asio::steady_timer watch_;
    std::chrono::milliseconds retry_after_{kRetryFirst};
    std::uint64_t generation_{0}; // of the connection: what belongs to an older one is ignored
    bool open_{false};
    bool stopped_{false};
    std::array<char, 16'384> buffer_{};
    std::deque<std::string> unsent_;
    std::size_t unsent_bytes_{0};
};

ByteLink::ByteLink(asio::io_context& io, DeviceAddress address,
                   std::chrono::milliseconds silence_max, Handlers handlers)
    : body_(std::make_shared<Body>(io, std::move(address), silence_max, std::move(handlers))) {}

ByteLink::~ByteLink() {
    body_->stop();
}

void ByteLink::start() {
    body_->open();
}
void ByteLink::stop() {
    body_->stop();
}
void ByteLink::send(std::string bytes) {
    body_->send(std::move(bytes));
}
bool ByteLink::is_open() const {
    return body_->is_open();
}

} // namespace ems::vehicle
