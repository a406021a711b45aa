#include "telemetry/media/voice_send.h"

#include <array>
#include <cstring>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

namespace ems::media {
namespace {

constexpr std::size_t kBatch = 64;
constexpr int kExpedited = 0xB8; // DSCP 46 in the upper six bits

struct Control {
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> bytes;
};

void mark(msghdr& head, Control& control) {
    control = {};
    head.msg_control = control.bytes.data();
    head.msg_controllen = control.bytes.size();
    cmsghdr* part = CMSG_FIRSTHDR(&head);
    part->cmsg_level = IPPROTO_IP;
    part->cmsg_type = IP_TOS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(part), &kExpedited, sizeof kExpedited);
}

std::size_t send_batch(int socket, std::span<Outgoing> packets) {
    std::array<sockaddr_in, kBatch> to{};
    std::array<iovec, kBatch> parts{};
    std::array<mmsghdr, kBatch> heads{};
    std::array<Control, kBatch> controls;
    std::size_t count = 0;
    for (Outgoing& packet : packets) {
        if (packet.size == 0) {
            continue;
        }
        to[count].sin_family = AF_INET;
        to[count].sin_addr.s_addr = packet.to.address;
        to[count].sin_port = packet.to.port;
        parts[count] = {packet.bytes.data(), packet.size};
        heads[count].msg_hdr.msg_name = &to[count];
        heads[count].msg_hdr.msg_namelen = sizeof to[count];
        heads[count].msg_hdr.msg_iov = &parts[count];
        heads[count].msg_hdr.msg_iovlen = 1;
        mark(heads[count].msg_hdr, controls[count]);
        ++count;
    }
    std::size_t at = 0;
    std::size_t lost = 0;
    while (at < count) {
        const int sent = sendmmsg(socket, &heads[at], static_cast<unsigned>(count - at),
                                  MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) {
            at += static_cast<std::size_t>(sent);
        } else {
            ++at; // full buffers or no route: lost to its listener alone
            ++lost;
        }
    }
    return lost;
}

} // namespace

std::size_t send_voice(int socket, Outbox& outbox) {
    std::span<Outgoing> packets = outbox.packets();
    std::size_t lost = 0;
    while (!packets.empty()) {
        const std::size_t count = std::min(packets.size(), kBatch);
        lost += send_batch(socket, packets.first(count));
        packets = packets.subspan(count);
    }
    outbox.clear();
    return lost;
}

} // namespace ems::media
