#include "telemetry/ingest/server_presence.h"

#include <utility>

#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"

namespace ems::ingest {

ServerPresence::ServerPresence(const RegionCode& region, std::string server, Publish publish)
    : topic_(wire::server_state_topic(region)), server_(std::move(server)),
      publish_(std::move(publish)) {}

std::string ServerPresence::state(Online online) const {
    wire::ServerState state;
    state.set_online(online == Online::yes);
    state.set_server(server_);
    return state.SerializeAsString();
}

link::Will ServerPresence::will() const {
    return {topic_, state(Online::no), link::Retain::yes};
}

void ServerPresence::link_up() {
    const std::lock_guard lock{mutex_};
    if (left_) {
        return; // a connect that came through while leaving
    }
    up_ = true;
    publish_(topic_, state(Online::yes));
}

void ServerPresence::link_down() {
    const std::lock_guard lock{mutex_};
    up_ = false;
}

void ServerPresence::heard(const std::string& payload) {
    wire::ServerState heard;
    const std::lock_guard lock{mutex_};
    if (up_ && heard.ParseFromString(payload) && !heard.online()) {
        publish_(topic_, state(Online::yes));
    }
}

void ServerPresence::leave() {
    const std::lock_guard lock{mutex_};
    left_ = true;
    if (std::exchange(up_, false)) {
        publish_(topic_, state(Online::no));
    }
}

} // namespace ems::ingest
