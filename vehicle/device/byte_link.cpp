#include "vehicle/device/byte_link.h"

#include <array>
#include <charconv>
#include <deque>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
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
} // namespace

Result<DeviceAddress> parse_device_address(const std::string& text) {
    DeviceAddress address;
    if (text == "none") {
        return address;
    }
    if (text.starts_with("pty:/")) {
        address.kind = DeviceAddress::Kind::pty;
        address.path = text.substr(4);
        return address;
    }
    const std::size_t colon = text.rfind(':');
    if (text.starts_with("tcp:") && colon > 4) {
        const char* begin = text.data() + colon + 1;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(begin, end, address.port);
        if (error == std::errc{} && stop == end && address.port != 0) {
            address.kind = DeviceAddress::Kind::tcp;
            address.host = text.substr(4, colon - 4);
            return address;
        }
    }
    return fail(Code::invalid_argument,
                fmt::format("\"{}\" is not none, tcp:HOST:PORT or pty:/path", text));
}

class ByteLink::Body : public std::enable_shared_from_this<ByteLink::Body> {
  public:
    Body(asio::io_context& io, DeviceAddress address, std::chrono::milliseconds silence_max,
         Handlers handlers)
        : address_(std::move(address)), silence_max_(silence_max), handlers_(std::move(handlers)),
          resolver_(io), socket_(io), line_(io), retry_(io), watch_(io) {}

    void open() {
        if (stopped_) {
            return;
        }
        ++generation_;
        watch_for(kConnectWithin, "no connection");
        if (address_.kind == DeviceAddress::Kind::pty) {
            open_line();
        } else {
            resolver_.async_resolve(
                address_.host, std::to_string(address_.port),
                [self = shared_from_this(), g = generation_](error_code error, auto results) {
                    if (self->current(g)) {
                        error ? self->lost(error.message()) : self->connect(results);
                    }
                });
        }
    }

    void stop() {
        stopped_ = true;
        ++generation_;
        close();
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
        termios mode{};
        if (tcgetattr(fd, &mode) == 0) {
            cfmakeraw(&mode);
            tcsetattr(fd, TCSANOW, &mode);
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
        retry_after_ = kRetryFirst;
        watch_for(silence_max_, "silent");
        if (handlers_.opened) {
            handlers_.opened();
        }
        read();
    }

    template <class F> void with_stream(F f) {
        if (address_.kind == DeviceAddress::Kind::pty) {
            f(line_);
        } else {
            f(socket_);
        }
    }

    void read() {
        with_stream([this](auto& stream) {
            stream.async_read_some(
                asio::buffer(buffer_),
                [self = shared_from_this(), g = generation_](error_code error, std::size_t size) {
                    if (!self->current(g)) {
                        return;
                    }
                    if (error) {
                        self->lost(error.message());
                        return;
                    }
                    self->watch_for(self->silence_max_, "silent");
                    const bool good = self->handlers_.bytes({self->buffer_.data(), size});
                    if (!self->current(g)) {
                        return;
                    }
                    good ? self->read() : self->lost("bytes make no sense");
                });
        });
    }

    void write() {
        with_stream([this](auto& stream) {
            asio::async_write(
                stream, asio::buffer(unsent_.front()),
                [self = shared_from_this(), g = generation_](error_code error, std::size_t) {
                    if (!self->current(g)) {
                        return;
                    }
                    if (error) {
                        self->lost(error.message());
                        return;
                    }
                    self->unsent_bytes_ -= self->unsent_.front().size();
                    self->unsent_.pop_front();
                    if (!self->unsent_.empty()) {
                        self->write();
                    }
                });
        });
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
        socket_.close(ignored);
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
    asio::ip::tcp::socket socket_;
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
