#include "tests/bench/media_fanout.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <limits>
#include <malloc.h>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "telemetry/media/hub.h"
#include "telemetry/media/udp_relay.h"
#include "telemetry/video/media_sender.h"
#include "telemetry/video/rtcp.h"
#include "tests/bench/statistics.h"
#include "tests/support/free_port.h"
#include "tests/support/run_on.h"

namespace ems::bench {
namespace {

using std::chrono::milliseconds;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kBurst = 8;

enum class Pace { saturated, paced_1500 };

[[noreturn]] void end(const char* sentence) {
    std::fprintf(stderr, "ems-bench-media: %s\n", sentence);
    std::exit(1);
}

double thread_cpu_ns() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

// The two cores of a machine seldom run at one pace: what is compared runs on one and the same, and
// whoever feeds it on another.
class Places {
  public:
    Places() {
        if (sched_getaffinity(0, sizeof all_, &all_) != 0) {
            end("no cores");
        }
        for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
            if (CPU_ISSET(core, &all_)) {
                cores_.push_back(core);
            }
        }
    }
    ~Places() { sched_setaffinity(0, sizeof all_, &all_); }
    Places(const Places&) = delete;
    Places& operator=(const Places&) = delete;
    // Of the calling thread.
    void measured(std::size_t round) const { take(cores_[round % cores_.size()]); }
    void feeding(std::size_t round) const { take(cores_[(round + 1) % cores_.size()]); }

  private:
    static void take(std::size_t core) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(core, &one);
        sched_setaffinity(0, sizeof one, &one);
    }
    cpu_set_t all_{};
    std::vector<std::size_t> cores_;
};

// A socket of its own on loopback.
class Socket {
  public:
    Socket() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof own;
        if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&own), size) != 0 ||
            getsockname(fd_, reinterpret_cast<sockaddr*>(&own), &size) != 0) {
            end("no socket");
        }
        address_ = own;
    }
    ~Socket() { close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] const sockaddr_in& address() const { return address_; }
    [[nodiscard]] video::Endpoint endpoint() const {
        return {address_.sin_addr.s_addr, address_.sin_port};
    }
    void send(std::span<const std::uint8_t> packet, const video::Endpoint& to) const {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = to.address;
        where.sin_port = to.port;
        sendto(fd_, packet.data(), packet.size(), MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&where), sizeof where);
    }

  private:
    int fd_;
    sockaddr_in address_{};
};

// Copies each datagram to every sink: the relay without its hub.
class Copier final : public media::DatagramHandler {
  public:
    explicit Copier(std::vector<video::Endpoint> to) : to_(std::move(to)) {}
    media::Proof receive(std::span<std::uint8_t> datagram, const video::Endpoint&, Ticks,
                         media::Outbox& out) override {
        for (const video::Endpoint& to : to_) {
            if (media::Outgoing* packet = out.add()) {
                std::memcpy(packet->bytes.data(), datagram.data(), datagram.size());
                packet->size = datagram.size();
                packet->to = to;
                packet->viewer_ssrc = 0;
                ++sent_;
            }
        }
        return media::Proof::key;
    }
    void tick(Ticks, media::Outbox&) override {}
    [[nodiscard]] std::optional<Ticks> next_due() const override { return std::nullopt; }
    void not_sent(const media::Outgoing&) override { --sent_; }
    [[nodiscard]] std::uint64_t sent() const { return sent_; }

  private:
    const std::vector<video::Endpoint> to_;
    std::uint64_t sent_{0};
};

// One relay on a thread whose CPU time is taken between begin() and take().
class MeasuredRelay {
  public:
    MeasuredRelay(media::DatagramHandler& handler, media::Segmentation segmentation)
        : relay_(io_.get_executor(), handler, segmentation), timer_(io_), port_(test::free_port()) {
        if (!relay_.bind("127.0.0.1", port_)) {
            end("no port");
        }
        relay_.start();
        arm();
        thread_ = std::thread{[this] { io_.run(); }};
    }
    ~MeasuredRelay() {
        io_.stop();
        thread_.join();
    }
    template <class Work> void on_thread(Work work) { test::run_on(io_, std::move(work)); }
    double cpu_ns() {
        double out = 0;
        on_thread([&] { out = thread_cpu_ns(); });
        return out;
    }
    [[nodiscard]] video::Endpoint endpoint() const {
        return video::Endpoint::parse("127.0.0.1", port_).value();
    }

  private:
    void arm() {
        timer_.expires_after(milliseconds{50});
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error) {
                relay_.tick();
                arm();
            }
        });
    }
    boost::asio::io_context io_;
    media::UdpRelay relay_;
    boost::asio::steady_timer timer_;
    const std::uint16_t port_;
    std::thread thread_;
};

// Calls `burst` at the pace until the time is over.
void play(Pace pace, milliseconds time, const std::function<void()>& burst) {
    const auto began = SystemClock{}.ticks();
    const auto interval = std::chrono::nanoseconds{1'000'000'000LL * kBurst / 1500};
    for (auto next = began; SystemClock{}.ticks() - began < time; next += interval) {
        burst();
        if (pace == Pace::paced_1500) {
            std::this_thread::sleep_until(next + interval);
        }
    }
}

// A camera with its viewers, each on a socket of its own.
class Camera {
  public:
    Camera(MeasuredRelay& relay, media::Hub& hub, std::size_t number, std::size_t viewers)
        : to_(relay.endpoint()) {
        const media::CameraKey key{"amb-" + std::to_string(number), "cabin"};
        const media::CameraSession session{std::to_string(number), video::random_ssrc(),
                                           video::MediaKey::random(), video::MediaKey::random()};
        sender_ = std::make_unique<video::MediaSender>(
            session.srtp_key, session.srtcp_key, session.ssrc, std::uint8_t{96}, std::uint16_t{1});
        relay.on_thread([&] { static_cast<void>(hub.open_session(key, session)); });
        for (std::size_t i = 0; i < viewers; ++i) {
            media::ViewerRight right{key, video::ViewerGrant::make(), 1, INT64_MAX};
            relay.on_thread([&] { static_cast<void>(hub.open_viewer(right)); });
            viewers_.push_back(std::make_unique<Viewer>(right));
        }
        report();
    }
    void report() {
        for (const auto& viewer : viewers_) {
            video::Feedback feedback;
            feedback.sender_ssrc = viewer->reports.ssrc();
            feedback.reference = 1;
            Bytes packet = video::make_feedback(feedback);
            const std::size_t size = packet.size();
            packet.resize(size + video::kSrtpOverhead);
            packet.resize(viewer->reports.protect_rtcp(packet, size).value());
            viewer->socket.send(packet, to_);
        }
    }
    void send(std::size_t packets) {
        std::array<std::uint8_t, kFanoutPacket - 16> packet{};
        packet[0] = 0x80;
        packet[12] = 0x65;
        for (std::size_t i = 0; i < packets; ++i) {
            packet[1] = i + 1 == packets ? 0xE0 : 0x60;
            sender_->send(packet, timestamp_, SystemClock{}.ticks(), [this](auto bytes) {
                socket_.send(bytes, to_);
                return true;
            });
        }
        timestamp_ += 3600;
        while (auto size = heard()) {
            static_cast<void>(sender_->hear(std::span{buffer_}.first(*size), SystemClock{}.ticks(),
                                            [this](auto bytes) {
                                                socket_.send(bytes, to_);
                                                return true;
                                            }));
        }
    }

  private:
    struct Viewer {
        explicit Viewer(const media::ViewerRight& right)
            : reports(right.grant.srtcp_key, right.grant.viewer_ssrc) {}
        Socket socket;
        video::SrtpStream reports;
    };
    std::optional<std::size_t> heard() {
        const ssize_t size = recv(socket_.fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        return size > 0 ? std::optional{static_cast<std::size_t>(size)} : std::nullopt;
    }
    Socket socket_;
    const video::Endpoint to_;
    std::unique_ptr<video::MediaSender> sender_;
    std::vector<std::unique_ptr<Viewer>> viewers_;
    std::uint32_t timestamp_{0};
    std::array<std::uint8_t, video::kPacketSizeMax + video::kSrtpOverhead> buffer_{};
};

std::vector<std::unique_ptr<Socket>> sinks_for(std::size_t viewers) {
    std::vector<std::unique_ptr<Socket>> sinks;
    for (std::size_t i = 0; i < viewers; ++i) {
        sinks.push_back(std::make_unique<Socket>());
    }
    return sinks;
}

std::vector<video::Endpoint> endpoints_of(const std::vector<std::unique_ptr<Socket>>& sinks) {
    std::vector<video::Endpoint> out;
    for (const auto& sink : sinks) {
        out.push_back(sink->endpoint());
    }
    return out;
}

// A loop that does nothing but sendmmsg to its sinks.
class RawLoop {
  public:
    RawLoop(std::size_t viewers, Pace pace)
        : pace_(pace), sinks_(sinks_for(viewers)),
          heads_(viewers * (pace == Pace::saturated ? 32 : kBurst)) {
        for (std::size_t i = 0; i < heads_.size(); ++i) {
            heads_[i].msg_hdr = {};
            heads_[i].msg_hdr.msg_name = const_cast<sockaddr_in*>(&sinks_[i % viewers]->address());
            heads_[i].msg_hdr.msg_namelen = sizeof(sockaddr_in);
            heads_[i].msg_hdr.msg_iov = &part_;
            heads_[i].msg_hdr.msg_iovlen = 1;
        }
    }
    double ns_per_packet(milliseconds time) {
        std::uint64_t sent = 0;
        const double before = thread_cpu_ns();
        play(pace_, time, [&] {
            const int count =
                sendmmsg(from_.fd(), heads_.data(), static_cast<unsigned>(heads_.size()), 0);
            sent += count > 0 ? static_cast<std::uint64_t>(count) : 0;
        });
        return (thread_cpu_ns() - before) / static_cast<double>(sent);
    }

  private:
    const Pace pace_;
    const std::vector<std::unique_ptr<Socket>> sinks_;
    const Socket from_;
    std::array<std::uint8_t, kFanoutPacket> packet_{};
    iovec part_{packet_.data(), packet_.size()};
    std::vector<mmsghdr> heads_;
};

// The relay without its hub, fed as fast as one thread can.
class PlainRelay {
  public:
    PlainRelay(std::size_t viewers, media::Segmentation segmentation)
        : sinks_(sinks_for(viewers)), copier_(endpoints_of(sinks_)), relay_(copier_, segmentation) {}
    // The relay on the round's core, who feeds it on the next.
    double ns_per_packet(const Places& places, std::size_t round, milliseconds time) {
        relay_.on_thread([&] { places.measured(round); });
        places.feeding(round);
        const Spent before = spent();
        play(Pace::saturated, time, [&] {
            for (std::size_t i = 0; i < kBurst; ++i) {
                from_.send(packet_, relay_.endpoint());
            }
        });
        const Spent after = spent();
        drain();
        return (after.cpu_ns - before.cpu_ns) / static_cast<double>(after.sent - before.sent);
    }

  private:
    // Read in one step of the relay's thread: between two it would send a thousand packets.
    struct Spent {
        double cpu_ns{0};
        std::uint64_t sent{0};
    };
    Spent spent() {
        Spent out;
        relay_.on_thread([&] { out = {thread_cpu_ns(), copier_.sent()}; });
        return out;
    }
    // What it still holds must not be sent beside the next measurement.
    void drain() {
        for (std::uint64_t last = 0, now = spent().sent; now != last;) {
            poll(nullptr, 0, 2);
            last = std::exchange(now, spent().sent);
        }
    }
    const std::vector<std::unique_ptr<Socket>> sinks_;
    Copier copier_;
    MeasuredRelay relay_;
    const Socket from_;
    std::array<std::uint8_t, kFanoutPacket> packet_{};
};

// The relay with its hub and one camera.
class FullRelay {
  public:
    explicit FullRelay(std::size_t viewers)
        : relay_(hub_, media::Segmentation::when_there), camera_(relay_, hub_, 1, viewers) {
        play(Pace::paced_1500, milliseconds{300}, [&] { camera_.send(kBurst); });
    }
    double ns_per_packet(milliseconds time) {
        const std::uint64_t relayed_before = relayed();
        const double before = relay_.cpu_ns();
        Ticks report_at = SystemClock{}.ticks();
        play(Pace::paced_1500, time, [&] {
            camera_.send(kBurst);
            if (SystemClock{}.ticks() >= report_at) {
                camera_.report();
                report_at += std::chrono::seconds{1};
            }
        });
        const double after = relay_.cpu_ns();
        return (after - before) / static_cast<double>(relayed() - relayed_before);
    }

  private:
    std::uint64_t relayed() {
        std::uint64_t out = 0;
        relay_.on_thread([&] { out = hub_.counters().relayed; });
        return out;
    }
    media::Hub hub_{media::HubLimits{}, {}};
    MeasuredRelay relay_;
    Camera camera_;
};

double median(const std::vector<double>& values) {
    return quantile(values, 0.5);
}

} // namespace

FanoutCost fanout_cost(std::size_t viewers, std::size_t rounds, milliseconds window) {
    RawLoop raw{viewers, Pace::saturated};
    PlainRelay plain{viewers, media::Segmentation::never};
    PlainRelay segmented{viewers, media::Segmentation::when_there};
    std::vector<double> raw_ns;
    std::vector<double> plain_ns;
    std::vector<double> segmented_ns;
    std::vector<double> plain_ratios;
    std::vector<double> segmented_ratios;
    const Places places;
    for (std::size_t round = 0; round < rounds; ++round) {
        places.measured(round);
        raw_ns.push_back(raw.ns_per_packet(window));
        plain_ns.push_back(plain.ns_per_packet(places, round, window));
        segmented_ns.push_back(segmented.ns_per_packet(places, round, window));
        plain_ratios.push_back(raw_ns.back() / plain_ns.back());
        segmented_ratios.push_back(raw_ns.back() / segmented_ns.back());
    }
    return {median(raw_ns), median(plain_ns), median(segmented_ns), median(plain_ratios),
            median(segmented_ratios)};
}

FullCost full_cost(std::size_t viewers, std::size_t rounds, milliseconds window) {
    RawLoop raw{viewers, Pace::paced_1500};
    FullRelay full{viewers};
    std::vector<double> raw_ns;
    std::vector<double> full_ns;
    std::vector<double> ratios;
    for (std::size_t round = 0; round < rounds; ++round) {
        raw_ns.push_back(raw.ns_per_packet(window));
        full_ns.push_back(full.ns_per_packet(window));
        ratios.push_back(full_ns.back() / raw_ns.back());
    }
    return {median(raw_ns), median(full_ns), median(ratios)};
}

double viewer_bytes() {
    constexpr std::size_t kViewers = 1024;
    constexpr std::size_t kPerCamera = 32;
    media::Hub hub{media::HubLimits{}, {}};
    const auto open = [&](std::size_t at) {
        media::ViewerRight right;
        right.camera = {"amb-b" + std::to_string(at / kPerCamera), "cabin"};
        right.grant = video::ViewerGrant::make();
        right.generation = 1;
        right.expires_us = std::numeric_limits<std::int64_t>::max();
        return hub.open_viewer(right).has_value();
    };
    for (std::size_t at = 0; at < kViewers; at += kPerCamera) {
        open(at); // what the camera itself takes is there now
    }
    const std::size_t before = mallinfo2().uordblks;
    std::size_t opened = 0;
    for (std::size_t at = 0; at < kViewers; ++at) {
        opened += at % kPerCamera != 0 && open(at) ? 1U : 0U;
    }
    return static_cast<double>(mallinfo2().uordblks - before) / static_cast<double>(opened);
}

FleetCost fleet_cost(std::size_t cameras, std::size_t viewers, milliseconds time) {
    media::Hub hub{media::HubLimits{}, {}};
    MeasuredRelay relay{hub, media::Segmentation::when_there};
    std::vector<std::unique_ptr<Camera>> fleet;
    for (std::size_t i = 0; i < cameras; ++i) {
        fleet.push_back(std::make_unique<Camera>(relay, hub, i, viewers));
    }
    // 1 Mbit/s: 104 packets a second, 25 pictures of about four, one camera after the other.
    const auto run = [&](milliseconds length) {
        const Ticks began = SystemClock{}.ticks();
        const auto step = std::chrono::microseconds{40'000} / static_cast<long>(cameras);
        Ticks next = began;
        for (std::size_t turn = 0; SystemClock{}.ticks() - began < length; ++turn) {
            Camera& camera = *fleet[turn % cameras];
            camera.send(turn / cameras % 6 == 0 ? 5 : 4);
            if (turn / cameras % 25 == 0) {
                camera.report();
            }
            next += step;
            std::this_thread::sleep_until(next);
        }
    };
    run(milliseconds{3000});
    std::uint64_t dropped = 0;
    relay.on_thread([&] { dropped = hub.counters().dropped; });
    const double before = relay.cpu_ns();
    const Ticks began = SystemClock{}.ticks();
    run(time);
    FleetCost out;
    out.core_percent =
        100 * (relay.cpu_ns() - before) /
        static_cast<double>(std::chrono::nanoseconds{SystemClock{}.ticks() - began}.count());
    relay.on_thread([&] {
        out.dropped = static_cast<double>(hub.counters().dropped - dropped);
        out.memory_per_camera_kb =
            static_cast<double>(hub.memory_bytes() - hub.viewer_bytes()) / 1024 / static_cast<double>(cameras);
    });
    return out;
}

} // namespace ems::bench
