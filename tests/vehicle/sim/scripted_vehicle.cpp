#include "tests/vehicle/sim/scripted_vehicle.h"

#include <array>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "telemetry/base/assert.h"

namespace ems::sim::test {

ScriptedVehicle::ScriptedVehicle(std::string path, std::string vid) : path_(std::move(path)) {
    status.set_vid(vid);
    listen();
}

ScriptedVehicle::~ScriptedVehicle() {
    close_all();
}

void ScriptedVehicle::listen() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    EMS_ASSERT(path_.size() < sizeof address.sun_path);
    std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    ::unlink(path_.c_str());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    EMS_ASSERT(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    EMS_ASSERT(::listen(listener_, 4) == 0);
}

void ScriptedVehicle::close_all() {
    if (client_ >= 0) {
        ::close(client_);
    }
    ::close(listener_);
    client_ = -1;
    in_.clear();
}

void ScriptedVehicle::restart() {
    close_all();
    listen();
}

void ScriptedVehicle::serve() {
    if (client_ < 0) {
        client_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
        if (client_ < 0) {
            return;
        }
    }
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(client_, buffer.data(), buffer.size(), 0);
    if (got == 0) {
        ::close(client_);
        client_ = -1;
        in_.clear();
        return;
    }
    if (got > 0) {
        in_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    while (in_.size() >= 4) {
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(in_[2])) * 256 +
                            static_cast<unsigned char>(in_[3]);
        if (in_.size() < 4 + length) {
            return;
        }
        vehicle::CrewRequest request;
        EMS_ASSERT(request.ParseFromString(in_.substr(4, length)));
        in_.erase(0, 4 + length);
        take(request);
    }
}

void ScriptedVehicle::take(const vehicle::CrewRequest& request) {
    vehicle::CrewUpdate update;
    update.set_reply_to(request.request());
    if (request.has_press() || request.has_answer()) {
        presses.push_back(request);
        if (ignore > 0) {
            --ignore;
            return;
        }
        if (request.has_answer()) {
            status.set_order_accepted(true);
        }
        update.mutable_stored();
    } else {
        *update.mutable_status() = status;
    }
    send(update);
}

void ScriptedVehicle::send(const vehicle::CrewUpdate& update) const {
    const std::string body = update.SerializeAsString();
    std::string frame{'\0', '\0', static_cast<char>(body.size() / 256),
                      static_cast<char>(body.size() % 256)};
    frame += body;
    EMS_ASSERT(::send(client_, frame.data(), frame.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(frame.size()));
}

} // namespace ems::sim::test
