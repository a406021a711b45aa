#include "tests/vehicle/agent/vehicle_peers.h"

#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "telemetry/base/assert.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "vehicle/device/nmea.h"

namespace ems::test {

using vehicle::CrewRequest;
using vehicle::CrewUpdate;

Crew::Crew(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EMS_ASSERT(eventually(
        [&] {
            fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
                return true;
            }
            close(fd_);
            return false;
        },
        std::chrono::seconds{10}));
    const timeval limit{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

Crew::~Crew() {
    close(fd_);
}

CrewUpdate Crew::ask(CrewRequest request) {
    request.set_request(++request_);
    std::string body = request.SerializeAsString();
    const std::uint32_t size = htonl(static_cast<std::uint32_t>(body.size()));
    body.insert(0, reinterpret_cast<const char*>(&size), 4);
    EMS_ASSERT(send(fd_, body.data(), body.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(body.size()));
    CrewUpdate update;
    do {
        update = receive();
    } while (update.reply_to() != request_ && update.what_case() != CrewUpdate::WHAT_NOT_SET);
    return update;
}

CrewUpdate Crew::press(const std::string& event_id, wire::UnitState state) {
    CrewRequest request;
    request.mutable_press()->set_event_id(event_id);
    request.mutable_press()->set_state(state);
    request.mutable_press()->set_incident_id(34);
    return ask(request);
}

vehicle::Status Crew::status() {
    CrewRequest request;
    request.mutable_status();
    return ask(request).status();
}

CrewUpdate Crew::receive() {
    std::uint32_t size = 0;
    CrewUpdate update;
    if (recv(fd_, &size, 4, MSG_WAITALL) != 4) {
        return update;
    }
    std::string body(ntohl(size), '\0');
    if (recv(fd_, body.data(), body.size(), MSG_WAITALL) == static_cast<ssize_t>(body.size())) {
        EMS_ASSERT(update.ParseFromString(body));
    }
    return update;
}

Receiver::Receiver() : port_(free_port()) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EMS_ASSERT(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    EMS_ASSERT(listen(listener_, 1) == 0);
}

Receiver::~Receiver() {
    close(fd_);
    close(listener_);
}

void Receiver::tick() {
    char place[64];
    std::snprintf(place, sizeof place, "35%07.4f,N,11059.1234,E,20.0", 2.0 + 0.002 * ++epochs_);
    say(place);
}

void Receiver::stand(std::int32_t lat_e7, std::int32_t lon_e7) {
    constexpr std::int32_t kDegree = 10'000'000;
    char place[64];
    std::snprintf(place, sizeof place, "%02d%09.6f,N,%03d%09.6f,E,0.0", lat_e7 / kDegree,
                  (lat_e7 % kDegree) * 60.0 / kDegree, lon_e7 / kDegree,
                  (lon_e7 % kDegree) * 60.0 / kDegree);
    say(place);
}

void Receiver::say(const std::string& place_and_speed) {
    if (fd_ < 0) {
        fd_ = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    }
    // Of now: a receiver that is long at odds with the machine is followed, and the times with it.
    const std::time_t seconds = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char time[16];
    char date[16];
    (void)std::strftime(time, sizeof time, "%H%M%S", &utc);
    (void)std::strftime(date, sizeof date, "%d%m%y", &utc);
    char body[128];
    std::snprintf(body, sizeof body, "GNRMC,%s.20,A,%s,0.0,%s,,,A", time,
                  place_and_speed.c_str(), date);
    const std::string text = vehicle::nmea_sentence(body);
    (void)!send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
}

} // namespace ems::test
