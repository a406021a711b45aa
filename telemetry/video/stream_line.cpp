#include "telemetry/video/stream_line.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/backoff.h"
#include "telemetry/base/bounded_queue.h"
#include "telemetry/base/log.h"
#include "telemetry/video/framing.h"

namespace ems::video {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr auto kToValue = asio::as_tuple(asio::use_awaitable);
constexpr milliseconds kConnectLimit{10'000};
constexpr BackoffLimits kPause{milliseconds{1000}, milliseconds{60'000}};
constexpr int kSendBuffer = 65'536;
constexpr int kSpeechSendBuffer = 8'192;
constexpr unsigned kAckWithinMs = 10'000; // else the line is dead
constexpr std::array<unsigned char, 8> kProtocol{7, 'e', 'm', 's', '-', 'r', 't', 'p'};

using Stream = ssl::stream<tcp::socket>;

Result<ssl::context> make_tls(const StreamTarget& target) {
    ssl::context tls{ssl::context::tls_client};
    error_code error;
    tls.load_verify_file(target.ca_file, error);
    const bool shows_own = !target.certificate_file.empty();
    if (!error && shows_own) {
        tls.use_certificate_chain_file(target.certificate_file, error);
    }
    if (!error && shows_own) {
        tls.use_private_key_file(target.key_file, ssl::context::pem, error);
    }
    if (error) {
        return fail(Code::config, "certificates of the stream: " + error.message());
    }
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    tls.set_verify_mode(ssl::verify_peer);
    return tls;
}

void prepare(tcp::socket& socket, StreamLine::Carries carries) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const int buffer = carries == StreamLine::Carries::speech ? kSpeechSendBuffer : kSendBuffer;
    socket.set_option(asio::socket_base::send_buffer_size(buffer), ignored);
    setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kAckWithinMs,
               sizeof kAckWithinMs);
}

} // namespace

class StreamLine::Body {
  public:
    Body(std::function<void()> arrived, Carries carries)
        : arrived_(std::move(arrived)), carries_(carries),
          queue_(kArrivedMax, WhenFull::drop_oldest), pause_(io_), limit_(io_),
          guard_(io_.get_executor()), thread_([this] { io_.run(); }) {}
    ~Body() {
        asio::post(io_, [this] {
            stopping_ = true;
            drop();
            guard_.reset();
        });
        thread_.join();
    }

    void open(const StreamTarget& target) {
        asio::post(io_, [this, target] { begin(target); });
    }
    void close() {
        asio::post(io_, [this] {
            target_ = {};
            drop();
        });
    }
    [[nodiscard]] bool is_up() const { return up_; }
    [[nodiscard]] bool has_room(std::size_t room) const { return up_ && waiting_ <= room; }
    bool send(std::span<const std::uint8_t> packet);
    std::optional<std::size_t> take(std::span<std::uint8_t> into);

  private:
    void begin(const StreamTarget& target);
    void drop();
    asio::awaitable<void> run();
    asio::awaitable<Result<void>> connect();
    asio::awaitable<std::size_t> read_until_down();
    void write_next();
    void set_up(bool up);

    const std::function<void()> arrived_;
    const Carries carries_;
    std::atomic<bool> up_{false};
    std::atomic<std::size_t> waiting_{0}; // bytes not yet taken by the kernel
    BoundedQueue<std::vector<std::uint8_t>> queue_;
    std::mutex mutex_; // guards the next
    std::string pending_;

    // Of the thread.
    asio::io_context io_{1};
    asio::steady_timer pause_;
    asio::steady_timer limit_;
    StreamTarget target_;
    bool running_{false};
    bool stopping_{false};
    bool writing_{false};
    std::string in_flight_;
    std::unique_ptr<ssl::context> tls_;
    std::shared_ptr<Stream> stream_; // shared with a write that is under way
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::thread thread_; // last
};

void StreamLine::Body::begin(const StreamTarget& target) {
    if (stopping_ || target == target_) {
        return;
    }
    target_ = target;
    drop();
    if (!running_) {
        running_ = true;
        asio::co_spawn(io_, run(), [this](const std::exception_ptr& escaped) {
            EMS_ASSERT(escaped == nullptr); // errors are values here
            running_ = false;
        });
    }
}

void StreamLine::Body::drop() {
    error_code ignored;
    if (stream_) {
        stream_->next_layer().close(ignored);
    }
    pause_.cancel();
    limit_.cancel();
}

void StreamLine::Body::set_up(bool up) {
    {
        const std::lock_guard lock{mutex_};
        pending_.clear();
        waiting_ = 0;
    }
    up_ = up;
    arrived_();
}

asio::awaitable<Result<void>> StreamLine::Body::connect() {
    auto tls = make_tls(target_);
    if (!tls) {
        co_return Failure{std::move(tls).error()};
    }
    error_code error;
    const auto address = asio::ip::make_address(target_.host, error);
    if (error) {
        co_return fail(Code::invalid_argument, error.message());
    }
    tls_ = std::make_unique<ssl::context>(std::move(*tls));
    stream_ = std::make_shared<Stream>(io_, *tls_);
    limit_.expires_after(kConnectLimit);
    limit_.async_wait([stream = stream_](const error_code& cancelled) {
        if (!cancelled) {
            error_code ignored;
            stream->next_layer().close(ignored);
        }
    });
    const tcp::endpoint endpoint{address, target_.port};
    const auto [tcp_error] = co_await stream_->next_layer().async_connect(endpoint, kToValue);
    if (tcp_error) {
        co_return fail(Code::link_down, tcp_error.message());
    }
    prepare(stream_->next_layer(), carries_);
    stream_->set_verify_callback(ssl::host_name_verification(target_.name));
    SSL_set_alpn_protos(stream_->native_handle(), kProtocol.data(),
                        static_cast<unsigned>(kProtocol.size()));
    const auto [tls_error] = co_await stream_->async_handshake(ssl::stream_base::client, kToValue);
    limit_.cancel();
    if (tls_error) {
        co_return fail(Code::tls, tls_error.message());
    }
    co_return Result<void>{};
}

// How many packets came.
asio::awaitable<std::size_t> StreamLine::Body::read_until_down() {
    const std::shared_ptr<Stream> stream = stream_;
    FrameReader frames;
    std::array<std::uint8_t, 8192> buffer;
    std::size_t count = 0;
    for (bool sound = true; sound;) {
        const auto [error, size] = co_await stream->async_read_some(asio::buffer(buffer), kToValue);
        if (error) {
            break;
        }
        sound = frames.feed(std::span{buffer}.first(size), [&](std::span<std::uint8_t> packet) {
            queue_.push({packet.begin(), packet.end()});
            ++count;
        });
        arrived_();
    }
    co_return count;
}

asio::awaitable<void> StreamLine::Body::run() {
    Backoff pause{kPause, std::random_device{}()};
    while (!stopping_ && target_.port != 0) {
        const StreamTarget to = target_;
        const auto connected = co_await connect();
        if (connected) {
            EMS_LOG(info, "stream", "media goes by TLS to {}:{}", to.host, to.port);
            set_up(true);
            const std::size_t packets = co_await read_until_down();
            set_up(false);
            EMS_LOG(info, "stream", "TLS stream ended packets={}", packets);
            if (packets > 0) {
                pause.reset();
            }
        } else {
            EMS_LOG(info, "stream", "no TLS stream to {}:{}: {}", to.host, to.port,
                    connected.error().message());
        }
        drop();
        if (stopping_ || !(to == target_)) {
            continue;
        }
        pause_.expires_after(pause.next());
        const auto waited = co_await pause_.async_wait(kToValue);
        static_cast<void>(waited);
    }
}

bool StreamLine::Body::send(std::span<const std::uint8_t> packet) {
    if (!up_ || packet.empty() || packet.size() > kFramedPacketMax ||
        waiting_ + packet.size() > kWaitingMax) {
        return false;
    }
    {
        const std::lock_guard lock{mutex_};
        append_frame(pending_, packet);
        waiting_ += packet.size() + kFrameHeaderSize;
    }
    asio::post(io_, [this] { write_next(); });
    return true;
}

void StreamLine::Body::write_next() {
    if (writing_ || !up_) {
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        in_flight_.clear();
        in_flight_.swap(pending_);
    }
    if (in_flight_.empty()) {
        return;
    }
    writing_ = true;
    asio::async_write(*stream_, asio::buffer(in_flight_),
                      [this, stream = stream_](const error_code& error, std::size_t) {
                          writing_ = false;
                          {
                              const std::lock_guard lock{mutex_};
                              waiting_ = pending_.size();
                          }
                          if (error) {
                              error_code ignored;
                              stream->next_layer().close(ignored);
                          } else {
                              write_next();
                          }
                      });
}

std::optional<std::size_t> StreamLine::Body::take(std::span<std::uint8_t> into) {
    const auto packet = queue_.try_pop();
    if (!packet || packet->size() > into.size()) {
        return std::nullopt;
    }
    std::copy(packet->begin(), packet->end(), into.begin());
    return packet->size();
}

StreamTarget stream_target(const std::string& host, std::uint32_t port, const std::string& name,
                           const StreamFiles& files) {
    if (port == 0 || port > 65'535 || name.empty() || files.ca.empty()) {
        return {};
    }
    return {host, static_cast<std::uint16_t>(port), name, files.ca, files.certificate, files.key};
}

StreamLine::StreamLine(std::function<void()> arrived, Carries carries)
    : body_(std::make_unique<Body>(std::move(arrived), carries)) {}
StreamLine::~StreamLine() = default;

void StreamLine::open(const StreamTarget& target) {
    body_->open(target);
}
void StreamLine::close() {
    body_->close();
}
bool StreamLine::is_up() const {
    return body_->is_up();
}
bool StreamLine::send(std::span<const std::uint8_t> packet) {
    return body_->send(packet);
}
bool StreamLine::has_room() const {
    return body_->has_room(kRoom);
}
bool StreamLine::has_room_for_speech() const {
    return body_->has_room(kSpeechRoom);
}
std::optional<std::size_t> StreamLine::take(std::span<std::uint8_t> into) {
    return body_->take(into);
}

} // namespace ems::video
