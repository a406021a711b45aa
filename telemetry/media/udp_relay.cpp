#include "telemetry/media/udp_relay.h"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

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

using Packet = std::array<std::uint8_t, video::kPacketSizeMax + video::kSrtpOverhead>;

} // namespace

struct UdpRelay::Batch {
    std::array<Packet, kBatch> packets;
    std::array<sockaddr_in, kBatch> from;
    std::array<iovec, kBatch> parts;
    std::array<mmsghdr, kBatch> heads;
    std::vector<sockaddr_in> to{kOutboxPackets};
    std::vector<iovec> out_parts{kOutboxPackets};
    std::vector<mmsghdr> out_heads{kOutboxPackets};
};

UdpRelay::UdpRelay(boost::asio::any_io_executor executor, Hub& hub)
    : socket_(std::move(executor)), hub_(hub), outbox_(kOutboxPackets), voice_outbox_(kVoiceOutboxPackets),
      batch_(std::make_unique<Batch>()) {}

UdpRelay::~UdpRelay() = default;

Result<void> UdpRelay::bind(const std::string& address, std::uint16_t port) {
    const auto endpoint = video::Endpoint::parse(address, port);
    if (!endpoint) {
        return Failure{endpoint.error()};
    }
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return fail(Code::io, std::generic_category().message(errno));
    }
    socket_.assign(fd);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
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
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void UdpRelay::wait() {
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                           if (!error) {
                               receive();
                               wait();
                           }
                       });
}

void UdpRelay::receive() {
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
            recvmmsg(socket_.native_handle(), batch.heads.data(), kBatch, MSG_DONTWAIT, nullptr);
        if (count <= 0) {
            return;
        }
        const Ticks now = SystemClock{}.ticks();
        if (voice_ != nullptr) {
            receive_voice(static_cast<std::size_t>(count), now);
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            if (batch.heads[i].msg_len == 0 || (batch.heads[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) {
                continue;
            }
            hub_.receive(std::span{batch.packets[i]}.first(batch.heads[i].msg_len),
                         {batch.from[i].sin_addr.s_addr, batch.from[i].sin_port}, now, outbox_);
        }
        flush();
        if (count < static_cast<int>(kBatch)) {
            return;
        }
    }
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
    for (std::size_t lost = send_voice(socket_.native_handle(), voice_outbox_); lost > 0; --lost) {
        voice_->not_sent();
    }
}

void UdpRelay::tick() {
    if (voice_ != nullptr) {
        voice_->tick(SystemClock{}.ticks(), voice_outbox_);
        flush_voice();
    }
    hub_.tick(SystemClock{}.ticks(), outbox_);
    flush();
}

void UdpRelay::flush() {
    Batch& batch = *batch_;
    const std::span<Outgoing> packets = outbox_.packets();
    for (std::size_t i = 0; i < packets.size(); ++i) {
        batch.to[i] = {};
        batch.to[i].sin_family = AF_INET;
        batch.to[i].sin_addr.s_addr = packets[i].to.address;
        batch.to[i].sin_port = packets[i].to.port;
        batch.out_parts[i] = {packets[i].bytes.data(), packets[i].size};
        batch.out_heads[i] = {};
        batch.out_heads[i].msg_hdr.msg_name = &batch.to[i];
        batch.out_heads[i].msg_hdr.msg_namelen = sizeof batch.to[i];
        batch.out_heads[i].msg_hdr.msg_iov = &batch.out_parts[i];
        batch.out_heads[i].msg_hdr.msg_iovlen = 1;
    }
    std::size_t sent = 0;
    while (sent < packets.size()) {
        const int count =
            sendmmsg(socket_.native_handle(), &batch.out_heads[sent],
                     static_cast<unsigned>(packets.size() - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
            continue;
        }
        // Full buffers or an address without a route: this one is lost to its viewer, the others
        // are not.
        hub_.not_sent(packets[sent]);
        ++sent;
    }
    outbox_.clear();
}

} // namespace ems::media
