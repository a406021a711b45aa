#include "telemetry/media/udp_relay.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "telemetry/media/voice_send.h"

namespace ems::media {
namespace {

constexpr std::size_t kBatch = 32;
// Batches taken at one wake-up, so that timers and messages get their turn.
constexpr int kBatchesPerTurn = 8;
constexpr std::size_t kOutboxPackets = 1024;
constexpr std::size_t kVoiceOutboxPackets = 256;
constexpr int kSocketBuffer = 4 << 20;
// Of the kernel: UDP_MAX_SEGMENTS, and what an IPv4 datagram can carry.
constexpr std::size_t kSegmentsMax = 64;
constexpr std::size_t kSegmentedBytesMax = 65'507;
// Beyond it a segment does not fit a usual path of 1500 bytes, and the kernel refuses it.
constexpr std::size_t kSegmentSizeMax = 1472;

using Packet = std::array<std::uint8_t, video::kPacketSizeMax + video::kSrtpOverhead>;

bool goes_by_stream(const Outgoing& packet) {
    return packet.to.address == 0 && packet.size > 0;
}

} // namespace

// Puts the packets of an outbox into messages and sends them. A message holds packets
// order[first] to order[first + count - 1].
class UdpRelay::Sender {
  public:
    Sender(int socket, bool& segments, DatagramHandler& handler)
        : socket_(socket), segments_(segments), handler_(handler) {}

    void send(std::span<Outgoing> packets);

  private:
    struct alignas(cmsghdr) Control {
        std::array<char, CMSG_SPACE(sizeof(std::uint16_t))> bytes;
    };
    struct Message {
        std::size_t first;
        std::size_t count;
    };
    void arrange(std::span<Outgoing> packets);
    std::size_t run_from(std::span<Outgoing> packets, std::size_t first) const;
    void add(std::span<Outgoing> packets, std::size_t first, std::size_t count);
    void failed(std::span<Outgoing> packets, std::size_t message, int error);

    const int socket_;
    bool& segments_;
    DatagramHandler& handler_;
    std::vector<std::size_t> order_;
    std::vector<sockaddr_in> to_;
    std::vector<iovec> parts_;
    std::vector<Control> controls_;
    std::vector<mmsghdr> heads_;
    std::vector<Message> messages_;
};

struct UdpRelay::Batch {
    Batch(int socket, bool& segments, DatagramHandler& handler)
        : sender(socket, segments, handler) {}
    std::array<Packet, kBatch> packets;
    std::array<sockaddr_in, kBatch> from;
    std::array<iovec, kBatch> parts;
    std::array<mmsghdr, kBatch> heads;
    Sender sender;
};

// How many packets from `first` on may leave as one: one address, one size, only the last shorter.
std::size_t UdpRelay::Sender::run_from(std::span<Outgoing> packets, std::size_t first) const {
    const Outgoing& head = packets[order_[first]];
    std::size_t count = 1;
    std::size_t bytes = head.size;
    while (segments_ && head.size <= kSegmentSizeMax && first + count < order_.size() &&
           count < kSegmentsMax) {
        const Outgoing& next = packets[order_[first + count]];
        if (!(next.to == head.to) || next.size > head.size ||
            bytes + next.size > kSegmentedBytesMax) {
            break;
        }
        ++count;
        bytes += next.size;
        if (next.size < head.size) {
            break;
        }
    }
    return count;
}

void UdpRelay::Sender::add(std::span<Outgoing> packets, std::size_t first, std::size_t count) {
    const Outgoing& head = packets[order_[first]];
    const std::size_t at = messages_.size();
    messages_.push_back({first, count});
    to_[at] = {};
    to_[at].sin_family = AF_INET;
    to_[at].sin_addr.s_addr = head.to.address;
    to_[at].sin_port = head.to.port;
    for (std::size_t i = first; i < first + count; ++i) {
        Outgoing& packet = packets[order_[i]];
        parts_[i] = {packet.bytes.data(), packet.size};
    }
    msghdr header{};
    header.msg_name = &to_[at];
    header.msg_namelen = sizeof to_[at];
    header.msg_iov = &parts_[first];
    header.msg_iovlen = count;
    if (count > 1) {
        header.msg_control = controls_[at].bytes.data();
        header.msg_controllen = controls_[at].bytes.size();
        cmsghdr* control = CMSG_FIRSTHDR(&header);
        control->cmsg_level = SOL_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
        const auto size = static_cast<std::uint16_t>(head.size);
        std::memcpy(CMSG_DATA(control), &size, sizeof size);
    }
    heads_[at] = {};
    heads_[at].msg_hdr = header;
}

void UdpRelay::Sender::arrange(std::span<Outgoing> packets) {
    order_.clear();
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (packets[i].size > 0) { // else it went by another way
            order_.push_back(i);
        }
    }
    if (segments_) {
        // What goes to one address together, each in the order it came.
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            const video::Endpoint& one = packets[a].to;
            const video::Endpoint& other = packets[b].to;
            return one.address != other.address ? one.address < other.address
                                                : one.port < other.port;
        });
    }
    to_.resize(std::max(to_.size(), packets.size()));
    parts_.resize(std::max(parts_.size(), packets.size()));
    controls_.resize(std::max(controls_.size(), packets.size()));
    heads_.resize(std::max(heads_.size(), packets.size()));
    messages_.clear();
    for (std::size_t first = 0; first < order_.size(); first += messages_.back().count) {
        add(packets, first, run_from(packets, first));
    }
}

// Full buffers or an address without a route: these are lost to their viewer, the others are not. A
// device that cannot segment is another matter: the packets go again one by one.
void UdpRelay::Sender::failed(std::span<Outgoing> packets, std::size_t message, int error) {
    const auto [first, count] = messages_[message];
    const bool refused = count > 1 && (error == EIO || error == EINVAL || error == EMSGSIZE);
    if (refused && segments_) {
        segments_ = false;
        EMS_LOG(warn, "relay", "UDP_SEGMENT is refused here, packets leave one by one: {}",
                std::generic_category().message(error));
    }
    for (std::size_t i = first; i < first + count; ++i) {
        Outgoing& packet = packets[order_[i]];
        const bool sent =
            refused &&
            sendto(socket_, packet.bytes.data(), packet.size, MSG_DONTWAIT | MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr*>(&to_[message]), sizeof to_[message]) > 0;
        if (!sent) {
            handler_.not_sent(packet);
        }
    }
}

void UdpRelay::Sender::send(std::span<Outgoing> packets) {
    arrange(packets);
    std::size_t sent = 0;
    while (sent < messages_.size()) {
        const int count =
            sendmmsg(socket_, &heads_[sent], static_cast<unsigned>(messages_.size() - sent),
                     MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else {
            failed(packets, sent, errno);
            ++sent;
        }
    }
}

UdpRelay::UdpRelay(boost::asio::any_io_executor executor, DatagramHandler& handler,
                   Segmentation segmentation)
    : readable_(executor), due_(executor), handler_(handler), segmentation_(segmentation),
      outbox_(kOutboxPackets), voice_outbox_(kVoiceOutboxPackets) {}

UdpRelay::~UdpRelay() {
    close();
}

Result<void> UdpRelay::bind(const std::string& address, std::uint16_t port) {
    const auto endpoint = video::Endpoint::parse(address, port);
    if (!endpoint) {
        return Failure{endpoint.error()};
    }
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return fail(Code::io, std::generic_category().message(errno));
    }
    fd_ = fd;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
    const int none = 0;
    segments_ = segmentation_ == Segmentation::when_there &&
                setsockopt(fd, SOL_UDP, UDP_SEGMENT, &none, sizeof none) == 0;
    batch_ = std::make_shared<Batch>(fd, segments_, handler_);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = endpoint->address;
    own.sin_port = endpoint->port;
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
        const int error = errno;
        return fail(error == EADDRINUSE ? Code::busy : Code::io,
                    fmt::format("UDP port {}:{}: {}", address, port,
                                std::generic_category().message(error)));
    }
    return {};
}

void UdpRelay::start() {
    wait();
}

void UdpRelay::stop() {
    close();
    due_.cancel();
}

void UdpRelay::close() {
    if (readable_.is_open()) {
        readable_.release();
    }
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

void UdpRelay::wait() {
    if (!is_open()) {
        return;
    }
    if (!readable_.is_open()) {
        readable_.assign(fd_);
    }
    readable_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this](const boost::system::error_code& error) {
                             if (!error) {
                                 turn();
                             }
                         });
}

// The kernel wakes whoever waits for a socket at every packet that leaves it (sock_def_write_space),
// asked for or not: 5 % of what a packet costs. So one with more to read is not waited for.
void UdpRelay::turn() {
    if (!is_open() || receive() == Left::nothing) {
        wait();
        return;
    }
    if (readable_.is_open()) {
        readable_.release();
    }
    boost::asio::post(readable_.get_executor(),
                      [this, alive = std::weak_ptr{batch_}] {
                          if (!alive.expired()) {
                              turn();
                          }
                      });
}

UdpRelay::Left UdpRelay::receive() {
    Batch& batch = *batch_;
    for (int turn = 0; turn < kBatchesPerTurn; ++turn) {
        for (std::size_t i = 0; i < kBatch; ++i) {
            batch.parts[i] = {batch.packets[i].data(), batch.packets[i].size()};
            batch.heads[i] = {};
            batch.heads[i].msg_hdr.msg_name = &batch.from[i];
            batch.heads[i].msg_hdr.msg_namelen = sizeof batch.from[i];
            batch.heads[i].msg_hdr.msg_iov = &batch.parts[i];
            batch.heads[i].msg_hdr.msg_iovlen = 1;
        }
        const int count =
            recvmmsg(fd_, batch.heads.data(), kBatch, MSG_DONTWAIT, nullptr);
        if (count <= 0) {
            return Left::nothing;
        }
        const Ticks now = SystemClock{}.ticks();
        if (voice_ != nullptr) {
            receive_voice(static_cast<std::size_t>(count), now);
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            if (batch.heads[i].msg_len == 0 ||
                (batch.heads[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) {
                continue;
            }
            handler_.receive(std::span{batch.packets[i]}.first(batch.heads[i].msg_len),
                             {batch.from[i].sin_addr.s_addr, batch.from[i].sin_port}, now, outbox_);
        }
        flush();
        arm();
        if (count < static_cast<int>(kBatch)) {
            return Left::nothing;
        }
    }
    return Left::more;
}

// What was taken is marked by a length of 0.
void UdpRelay::receive_voice(std::size_t count, Ticks now) {
    Batch& batch = *batch_;
    for (std::size_t i = 0; i < count; ++i) {
        const auto datagram = std::span{batch.packets[i]}.first(batch.heads[i].msg_len);
        if ((batch.heads[i].msg_hdr.msg_flags & MSG_TRUNC) == 0 && voice_->takes(datagram)) {
            voice_->receive(datagram, {batch.from[i].sin_addr.s_addr, batch.from[i].sin_port}, now,
                            voice_outbox_);
            batch.heads[i].msg_len = 0;
        }
    }
    flush_voice();
}

void UdpRelay::flush_voice() {
    for (Outgoing& packet : voice_outbox_.packets()) {
        if (streams_ != nullptr && goes_by_stream(packet)) {
            if (!streams_->send_speech(packet.to, std::span{packet.bytes}.first(packet.size))) {
                voice_->not_sent();
            }
            packet.size = 0;
        }
    }
    for (std::size_t lost = send_voice(fd_, voice_outbox_); lost > 0; --lost) {
        voice_->not_sent();
    }
}

void UdpRelay::tick() {
    if (voice_ != nullptr) {
        voice_->tick(SystemClock{}.ticks(), voice_outbox_);
        flush_voice();
    }
    drop_ended();
    handler_.tick(SystemClock{}.ticks(), outbox_);
    flush();
    arm();
}

// A datagram that has left is gone; a stream holds what its line was too slow for.
void UdpRelay::drop_ended() {
    for (const video::Endpoint& end : handler_.take_ended()) {
        const bool speaks = voice_ != nullptr && voice_->is_heard_at(end);
        if (streams_ != nullptr && end.address == 0 && !speaks) {
            streams_->drop(end);
        }
    }
}

void UdpRelay::send(const std::function<void(Ticks now, Outbox& out)>& fill) {
    if (is_open()) {
        fill(SystemClock{}.ticks(), outbox_);
        flush();
        arm();
    }
}

void UdpRelay::send_speech(const std::function<void(Ticks now, Outbox& out)>& fill) {
    if (is_open() && voice_ != nullptr) {
        fill(SystemClock{}.ticks(), voice_outbox_);
        flush_voice();
    }
}

// Requests for packets are due within milliseconds, the usual tick comes later.
void UdpRelay::arm() {
    const std::optional<Ticks> due = handler_.next_due();
    if (!due || (armed_ && *armed_ <= *due) || !is_open()) {
        return;
    }
    armed_ = due;
    due_.expires_at(*due);
    due_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            armed_.reset();
            tick();
        }
    });
}

void UdpRelay::flush() {
    if (streams_ != nullptr) {
        flush_streams();
    }
    batch_->sender.send(outbox_.packets());
    outbox_.clear();
}

// What goes by a stream is taken out; the socket's sender then finds it empty.
void UdpRelay::flush_streams() {
    for (Outgoing& packet : outbox_.packets()) {
        if (goes_by_stream(packet)) {
            if (!streams_->send(packet)) {
                handler_.not_sent(packet);
            }
            packet.size = 0;
        }
    }
}

Proof UdpRelay::take(std::span<std::uint8_t> packet, const video::Endpoint& from) {
    const Ticks now = SystemClock{}.ticks();
    if (voice_ != nullptr && voice_->takes(packet)) {
        const Proof voice_proof = voice_->receive(packet, from, now, voice_outbox_);
        flush_voice();
        return voice_proof;
    }
    const Proof proof = handler_.receive(packet, from, now, outbox_);
    flush();
    arm();
    return proof;
}

} // namespace ems::media
