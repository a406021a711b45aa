#include "telemetry/media/terminal_streams.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/gateway/stream1078.h"
#include "telemetry/link/tcp_listen.h"
#include "telemetry/video/h264_packets.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ems::media {

namespace asio = boost::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

namespace {

constexpr std::size_t kReadSize = 8192;
constexpr int kBacklog = 16;
constexpr std::chrono::milliseconds kAcceptPause{200};
constexpr std::size_t kRefusalsToldPerMinute = 30; // written to the log; all are counted

using Key = std::pair<std::string, std::uint8_t>; // number, channel

void watch(const std::exception_ptr& error) {
    // Nothing of ours throws; a library's exception here is a bug that a restart survives.
    EMS_ASSERT(!error);
}

std::uint32_t rtp_time(std::uint64_t time_ms) {
    return static_cast<std::uint32_t>(time_ms * (video::kVideoClockHz / 1000)); // modulo 2^32
}

std::string_view name_of(std::uint8_t payload_type) {
    return payload_type == gateway::payload::kH265 ? "H.265" : "unknown coding";
}

} // namespace

struct TerminalStreams::Body : std::enable_shared_from_this<Body> {
    using Self = std::shared_ptr<Body>;
    struct Channel {
        TerminalChannel is;
        std::weak_ptr<Line> line; // that sends it
        bool flows{false};
        std::string problem;
        std::optional<Ticks> unwanted_at;
    };
    enum class Verdict { taken, unknown_address, refused };

    Body(asio::any_io_executor own_executor, TerminalStreamsConfig own_config, Hub& own_hub,
         UdpRelay& own_relay, const Clock& own_clock, OnSound own_on_sound)
        : executor(std::move(own_executor)), config(std::move(own_config)), hub(own_hub),
          relay(own_relay), clock(own_clock), on_sound(std::move(own_on_sound)), acceptor(executor),
          pause(executor) {}

    Result<void> listen();
    void admit(Tcp::socket socket);
    // False: there is none, which is counted.
    bool has_place_for(const std::string& address);
    void refused(const std::string& address, std::string_view reason);
    void stop();
    Verdict claim(const Key& key, const std::string& address, const std::shared_ptr<Line>& line);
    void ended(const std::shared_ptr<Line>& line);
    // Whether one more refusal may go to the log.
    bool may_complain();
    void take(const Key& key, gateway::MediaFrame frame, video::H264Packets& packets);
    void take_sound(const Key& key, const gateway::MediaFrame& frame);
    static asio::awaitable<void> accept(Self self);

    asio::any_io_executor executor;
    const TerminalStreamsConfig config;
    Hub& hub;
    UdpRelay& relay;
    const Clock& clock;
    const OnSound on_sound;
    Tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::map<Key, Channel> channels;
    std::vector<std::shared_ptr<Line>> lines; // the oldest first
    TerminalStreamFigures figures;
    Ticks complaints_since{};
    std::size_t complaints{0};
    bool changed{false};
    bool stopping{false};
};

// One connection. Lives as long as its coroutine needs it; the body holds it until it closes.
class TerminalStreams::Line : public std::enable_shared_from_this<Line> {
  public:
    using Self = std::shared_ptr<Line>;
    Line(Tcp::socket socket, std::string address, Body::Self body)
        : socket_(std::move(socket)), address_(std::move(address)), known_(socket_.get_executor()),
          body_(std::move(body)), heard_at_(body_->clock.ticks()) {}

    void start() { asio::co_spawn(socket_.get_executor(), read(shared_from_this()), watch); }

    void close(std::string_view reason) {
        if (closed_) {
            return;
        }
        closed_ = true;
        if (key_) {
            EMS_LOG(info, "jt1078", "stream closed from={} terminal={} channel={} reason=\"{}\"",
                    address_, key_->first, key_->second, reason);
        }
        error_code ignored;
        socket_.close(ignored);
        known_.cancel();
        body_->ended(shared_from_this());
    }
    // Looks again whether its stream is known.
    void look_again() { known_.cancel(); }
    void tick(Ticks now) {
        if (now - heard_at_ > body_->config.silence) {
            close("silent");
        }
    }
    // None: unclaimed.
    [[nodiscard]] const std::optional<Key>& key() const { return key_; }
    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    static asio::awaitable<void> read(Self self) {
        std::array<char, kReadSize> buffer{};
        while (!self->closed_) {
            const auto room = asio::buffer(buffer);
            const auto [error, size] =
                co_await self->socket_.async_read_some(room, asio::as_tuple(asio::use_awaitable));
            if (error || self->closed_) {
                break;
            }
            std::vector<gateway::StreamPacket> packets = self->parser_.feed({buffer.data(), size});
            if (!self->key_ && !packets.empty()) {
                const Key key{packets.front().sim.number(), packets.front().channel};
                const bool taken = co_await claim(self, key);
                if (!taken) {
                    break;
                }
            }
            self->take(std::move(packets));
        }
        self->close("closed by the terminal");
    }

    // The address of a session that began just now may become known here only after its stream
    // comes: nothing more is read meanwhile.
    static asio::awaitable<bool> claim(Self self, Key key) {
        const Ticks until = self->body_->clock.ticks() + self->body_->config.known_within;
        Body::Verdict verdict = self->body_->claim(key, self->address_, self);
        while (verdict == Body::Verdict::unknown_address && !self->closed_ &&
               self->body_->clock.ticks() < until) {
            self->known_.expires_after(until - self->body_->clock.ticks());
            static_cast<void>(
                co_await self->known_.async_wait(asio::as_tuple(asio::use_awaitable)));
            if (!self->closed_) {
                verdict = self->body_->claim(key, self->address_, self);
            }
        }
        const bool taken = verdict == Body::Verdict::taken && !self->closed_;
        if (taken) {
            self->key_ = std::move(key);
        } else if (!self->closed_) {
            ++self->body_->figures.connections_refused;
            if (!self->body_->may_complain()) {
                co_return false;
            }
            EMS_LOG(warn, "jt1078", "stream refused from={} terminal={} channel={} reason=\"{}\"",
                    self->address_, key.first, key.second,
                    verdict == Body::Verdict::refused ? "nobody asked for it, or it comes already"
                                                      : "not the terminal's address");
        }
        co_return taken;
    }

    void take(std::vector<gateway::StreamPacket> packets) {
        TerminalStreamFigures& figures = body_->figures;
        const std::uint64_t noise = parser_.counters().noise_bytes;
        figures.noise_bytes += noise - std::exchange(noise_told_, noise);
        for (gateway::StreamPacket& packet : packets) {
            if (packet.sim.number() != key_->first || packet.channel != key_->second) {
                close("speaks for another channel");
                return;
            }
            heard_at_ = body_->clock.ticks();
            auto frame = frames_.add(std::move(packet));
            const std::uint64_t lost = frames_.counters().packets_lost;
            figures.packets_lost += lost - std::exchange(lost_told_, lost);
            if (frame && frame->data == gateway::StreamData::audio) {
                body_->take_sound(*key_, *frame);
            } else if (frame) {
                body_->take(*key_, std::move(*frame), packets_);
            }
            if (closed_) {
                return;
            }
        }
    }

    Tcp::socket socket_;
    const std::string address_;
    asio::steady_timer known_;
    const Body::Self body_;
    gateway::StreamParser parser_;
    gateway::FrameAssembler frames_;
    video::H264Packets packets_;
    std::optional<Key> key_;
    Ticks heard_at_;
    std::uint64_t noise_told_{0};
    std::uint64_t lost_told_{0};
    bool closed_{false};
};

Result<void> TerminalStreams::Body::listen() {
    return link::listen_tcp(acceptor, config.address, config.port, kBacklog);
}

void TerminalStreams::Body::refused(const std::string& address, std::string_view reason) {
    ++figures.connections_refused;
    if (may_complain()) {
        EMS_LOG(warn, "jt1078", "connection refused from={} reason=\"{}\"", address, reason);
    }
}

bool TerminalStreams::Body::has_place_for(const std::string& address) {
    const auto unclaimed = [](const auto& line) { return !line->key(); };
    const auto from_there = std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
        return unclaimed(line) && line->address() == address;
    });
    if (static_cast<std::size_t>(from_there) >= config.unclaimed_per_address_max) {
        refused(address, "too many from there whose stream is not known");
        return false;
    }
    if (lines.size() < config.connections_max) {
        return true;
    }
    const auto oldest = std::find_if(lines.begin(), lines.end(), unclaimed);
    if (oldest == lines.end()) {
        refused(address, "all places are taken");
        return false;
    }
    const std::shared_ptr<Line> leaves = *oldest; // its place goes with it
    refused(leaves->address(), "made room for a newer one, its stream was not known");
    leaves->close("makes room");
    return true;
}

void TerminalStreams::Body::admit(Tcp::socket socket) {
    error_code error;
    const Tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) {
        return;
    }
    std::string address = peer.address().to_string();
    if (!has_place_for(address)) {
        return; // closes it
    }
    const auto line =
        std::make_shared<Line>(std::move(socket), std::move(address), shared_from_this());
    lines.push_back(line);
    line->start();
}

asio::awaitable<void> TerminalStreams::Body::accept(Self self) {
    while (!self->stopping) {
        auto [error, socket] =
            co_await self->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
        if (self->stopping) {
            break;
        }
        if (!error) {
            self->admit(std::move(socket));
            continue;
        }
        EMS_LOG(warn, "jt1078", "accept failed: {}", error.message());
        self->pause.expires_after(kAcceptPause);
        static_cast<void>(co_await self->pause.async_wait(asio::as_tuple(asio::use_awaitable)));
    }
}

TerminalStreams::Body::Verdict TerminalStreams::Body::claim(const Key& key,
                                                            const std::string& address,
                                                            const std::shared_ptr<Line>& line) {
    const auto found = channels.find(key);
    if (found == channels.end() || found->second.is.wanted == TerminalChannel::Wanted::no ||
        found->second.line.lock() != nullptr) {
        return Verdict::refused;
    }
    Channel& channel = found->second;
    if (channel.is.address != address) {
        return Verdict::unknown_address;
    }
    if (const auto opened = hub.open_feed(channel.is.camera); !opened) {
        EMS_LOG(error, "jt1078", "stream not taken vid={} camera={} reason=\"{}\"",
                channel.is.camera.vid, channel.is.camera.camera, opened.error().message());
        return Verdict::refused;
    }
    channel.line = line;
    EMS_LOG(info, "jt1078", "stream comes vid={} camera={} from={}", channel.is.camera.vid,
            channel.is.camera.camera, address);
    return Verdict::taken;
}

bool TerminalStreams::Body::may_complain() {
    const Ticks now = clock.ticks();
    if (now - complaints_since >= std::chrono::minutes{1}) {
        complaints_since = now;
        complaints = 0;
    }
    return ++complaints <= kRefusalsToldPerMinute;
}

void TerminalStreams::Body::ended(const std::shared_ptr<Line>& line) {
    std::erase(lines, line);
    const auto found = line->key() ? channels.find(*line->key()) : channels.end();
    if (found != channels.end() && found->second.line.lock() == line) {
        found->second.line.reset();
        found->second.flows = false;
        changed = true;
    }
}

void TerminalStreams::Body::take(const Key& key, gateway::MediaFrame frame,
                                 video::H264Packets& packets) {
    const auto found = channels.find(key);
    EMS_ASSERT(found != channels.end()); // its line is closed before it goes
    Channel& channel = found->second;
    if (frame.payload_type != gateway::payload::kH264) {
        channel.problem = std::string{name_of(frame.payload_type)} + ", not H.264";
        hub.refuse_encoding(channel.is.camera, name_of(frame.payload_type));
        changed = true;
        ++figures.unsupported;
        channel.line.lock()->close(channel.problem);
        return;
    }
    ++figures.frames;
    std::uint32_t lost = frame.lost;
    const bool any =
        packets.push(frame.bytes, rtp_time(frame.time_ms), [&](std::span<std::uint8_t> packet) {
            relay.send([&](Ticks now, Outbox& out) {
                hub.feed(channel.is.camera, packet, std::exchange(lost, 0U), now, out);
            });
        });
    if (any && !channel.flows) {
        channel.flows = true;
        channel.problem.clear();
        changed = true;
    }
}

void TerminalStreams::Body::take_sound(const Key& key, const gateway::MediaFrame& frame) {
    const auto found = channels.find(key);
    EMS_ASSERT(found != channels.end()); // its line is closed before it goes
    if (found->second.is.sound == TerminalChannel::Sound::taken && on_sound) {
        on_sound(found->second.is.camera, frame.payload_type, frame.time_ms, frame.bytes);
    }
}

void TerminalStreams::Body::stop() {
    stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
    const std::vector<std::shared_ptr<Line>> present = lines;
    for (const auto& line : present) {
        line->close("the server stops");
    }
}

TerminalStreams::TerminalStreams(asio::any_io_executor executor, TerminalStreamsConfig config,
                                 Hub& hub, UdpRelay& relay, const Clock& clock, OnSound on_sound)
    : body_(std::make_shared<Body>(std::move(executor), std::move(config), hub, relay, clock,
                                   std::move(on_sound))) {}

TerminalStreams::~TerminalStreams() {
    stop();
}

bool TerminalStreams::enabled() const {
    return !body_->config.address.empty();
}

Result<void> TerminalStreams::start() {
    if (!enabled()) {
        return {};
    }
    EMS_TRY(body_->listen());
    asio::co_spawn(body_->executor, Body::accept(body_), watch);
    return {};
}

void TerminalStreams::stop() {
    if (!body_->stopping) {
        body_->stop();
    }
}

std::uint16_t TerminalStreams::port() const {
    error_code ignored;
    return body_->acceptor.local_endpoint(ignored).port();
}

void TerminalStreams::tick() {
    const Ticks now = body_->clock.ticks();
    const std::vector<std::shared_ptr<Line>> present = body_->lines; // a tick may end one
    for (const auto& line : present) {
        const auto found = line->key() ? body_->channels.find(*line->key()) : body_->channels.end();
        if (found != body_->channels.end() && found->second.unwanted_at &&
            now - *found->second.unwanted_at > body_->config.wanted_no_longer) {
            line->close("wanted no longer");
        } else {
            line->tick(now);
        }
    }
}

void TerminalStreams::apply(const std::vector<TerminalChannel>& channels) {
    std::map<Key, Body::Channel> before = std::exchange(body_->channels, {});
    for (const TerminalChannel& channel : channels) {
        const Key key{channel.number, channel.channel};
        Body::Channel& kept = body_->channels[key];
        const auto found = before.find(key);
        if (found != before.end() && found->second.is.camera == channel.camera) {
            kept = std::move(found->second);
            before.erase(found);
        }
        kept.is = channel;
        if (channel.wanted == TerminalChannel::Wanted::yes) {
            kept.unwanted_at.reset();
        } else {
            kept.problem.clear();
            kept.unwanted_at = kept.unwanted_at.value_or(body_->clock.ticks());
        }
    }
    for (const auto& [key, gone] : before) {
        if (const auto line = gone.line.lock()) {
            line->close("no camera any more");
        }
    }
    for (const auto& line : body_->lines) {
        line->look_again();
    }
}

std::vector<TerminalWant> TerminalStreams::wants() const {
    std::vector<TerminalWant> out;
    for (const auto& [key, channel] : body_->channels) {
        if (channel.is.wanted == TerminalChannel::Wanted::yes) {
            out.push_back(
                {key.first, key.second,
                 channel.flows ? TerminalWant::Flow::flows : TerminalWant::Flow::waited_for,
                 channel.problem});
        }
    }
    return out;
}

bool TerminalStreams::take_changed() {
    return std::exchange(body_->changed, false);
}

std::vector<TerminalChannel> TerminalStreams::present() const {
    std::vector<TerminalChannel> out;
    for (const auto& [key, channel] : body_->channels) {
        if (!channel.is.address.empty()) {
            out.push_back(channel.is);
        }
    }
    return out;
}

TerminalStreamFigures TerminalStreams::figures() const {
    TerminalStreamFigures out = body_->figures;
    out.connections = body_->lines.size();
    return out;
}

} // namespace ems::media
