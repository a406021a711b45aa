#include "tests/soak/pressing_crew.h"

#include <array>
#include <utility>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ems::soak {
namespace {

constexpr std::size_t kFrameMax = 65'536;
constexpr std::array kStates{wire::UNIT_EN_ROUTE,     wire::UNIT_AT_SCENE,    wire::UNIT_AT_PATIENT,
                             wire::UNIT_TRANSPORTING, wire::UNIT_AT_HOSPITAL, wire::UNIT_HANDOVER,
                             wire::UNIT_RETURNING,    wire::UNIT_AVAILABLE};

} // namespace

PressingCrew::PressingCrew(std::string socket_path, std::string name)
    : path_(std::move(socket_path)), name_(std::move(name)) {}

PressingCrew::~PressingCrew() {
    hang_up();
}

void PressingCrew::hang_up() {
    if (fd_ >= 0) {
        close(fd_);
        fd_ = -1;
    }
}

bool PressingCrew::connected() {
    if (fd_ >= 0) {
        return true;
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        hang_up();
    }
    return fd_ >= 0;
}

std::optional<vehicle::CrewUpdate> PressingCrew::receive() {
    std::uint32_t size = 0;
    if (recv(fd_, &size, sizeof size, MSG_WAITALL) != sizeof size || ntohl(size) > kFrameMax) {
        return std::nullopt;
    }
    std::string body(ntohl(size), '\0');
    vehicle::CrewUpdate update;
    if (recv(fd_, body.data(), body.size(), MSG_WAITALL) != static_cast<ssize_t>(body.size()) ||
        !update.ParseFromString(body)) {
        return std::nullopt;
    }
    return update;
}

std::optional<vehicle::CrewUpdate> PressingCrew::ask(vehicle::CrewRequest request) {
    if (!connected()) {
        return std::nullopt;
    }
    request.set_request(++request_);
    std::string frame = request.SerializeAsString();
    const std::uint32_t size = htonl(static_cast<std::uint32_t>(frame.size()));
    frame.insert(0, reinterpret_cast<const char*>(&size), sizeof size);
    if (send(fd_, frame.data(), frame.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(frame.size())) {
        while (auto update = receive()) {
            if (update->reply_to() == request_) {
                return update;
            }
        }
    }
    hang_up(); // what it answers later belongs to nobody
    return std::nullopt;
}

bool PressingCrew::press() {
    const std::string id = name_ + "-" + std::to_string(presses_);
    vehicle::CrewRequest request;
    request.mutable_press()->set_event_id(id);
    request.mutable_press()->set_state(kStates.at(presses_ % kStates.size()));
    const auto answer = ask(request);
    if (!answer || !(answer->has_stored() || answer->has_refused())) {
        return false;
    }
    if (answer->has_stored()) {
        stored_.push_back(id);
    }
    ++presses_;
    return answer->has_stored();
}

std::optional<vehicle::Status> PressingCrew::status() {
    vehicle::CrewRequest request;
    request.mutable_status();
    const auto answer = ask(request);
    return answer && answer->has_status() ? std::optional{answer->status()} : std::nullopt;
}

} // namespace ems::soak
