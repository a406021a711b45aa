#include "vehicle/agent/agent_body.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "telemetry/base/machine_boot.h"
#include "vehicle/spool/envelope.h"

namespace ems::vehicle {

namespace {

constexpr std::chrono::milliseconds kPatienceMost{30'000};

} // namespace

void Agent::Body::link_up(std::uint64_t birth_counter) {
    birth_counter_ = birth_counter;
    commit(); // before the link counts as up: what was waiting goes with the backlog, behind the
              // birth
    link_up_ = true;
    heard_this_link_ = false;
    server_heard_ = clock_.now().ticks;
    EMS_LOG(info, "link", "up birth_counter={}", birth_counter);
    send_state(Online::yes);
    born_spool_ = 0; // every link has a birth of its own
    send_birth();
    const Moment now = clock_.now();
    changes_.link_back(now.server.us,
                       std::chrono::duration_cast<std::chrono::seconds>(now.ticks - link_seen_));
    uplink_.link_up(now.ticks, now.device);
    push_status();
}

void Agent::Body::link_down(const std::string& reason) {
    if (link_up_) {
        EMS_LOG(warn, "link", "down: {}", reason);
    }
    link_up_ = false;
    uplink_.link_down();
    push_status();
}

bool Agent::Body::send(wire::UpKind kind, std::string payload) {
    const std::size_t size = payload.size();
    if (!link_.send(kind, std::move(payload))) {
        return false;
    }
    uplink_.other_sent(kind, size, clock_.now().ticks);
    return true;
}

void Agent::Body::send_state(Online online) {
    wire::LinkState state;
    state.set_online(online == Online::yes);
    state.set_birth_counter(birth_counter_);
    send(wire::UpKind::state, state.SerializeAsString());
}

void Agent::Body::send_birth() {
    wire::Birth birth;
    birth.set_birth_counter(birth_counter_);
    birth.set_spool(spool_.identity());
    birth.set_software(config_.software);
    birth.set_boot_id(machine_boot());
    birth.set_highest_term(spool_.number("highest_term"));
    birth.set_time_scale(config_.devices.time_scale);
    birth.set_t_us(clock_.now().device.us);
    birth.set_unit_state(desk_->status().state());
    for (std::size_t i = 0; i < kStreams; ++i) {
        const StreamStatus status = spool_.status(stream_at(i));
        auto& count = *birth.add_streams();
        count.set_stream(stream_at(i));
        count.set_last_seq(status.last_seq);
        count.set_first_unacked(status.first_unacked);
        count.set_unacked(status.unacked);
    }
    // Not handed over: the next commit tries again.
    if (send(wire::UpKind::birth, birth.SerializeAsString())) {
        born_spool_ = spool_.identity();
    }
}

void Agent::Body::send_heartbeat(const Moment& now) {
    wire::Heartbeat beat;
    beat.set_birth_counter(birth_counter_);
    beat.set_t_us(now.device.us);
    beat.set_server_us(heard_this_link_ ? now.server.us : 0);
    beat.set_spool(spool_.identity());
    for (std::size_t i = 0; i < kStreams; ++i) {
        const StreamStatus status = spool_.status(stream_at(i));
        auto& count = *beat.add_streams();
        count.set_stream(stream_at(i));
        count.set_last_seq(status.last_seq);
        // Where nothing waits the next number, so that the centre closes those left out at a boot.
        count.set_first_unacked(status.unacked > 0 ? status.first_unacked : status.last_seq + 1);
        count.set_unacked(status.unacked);
    }
    auto& health = *beat.mutable_device_health();
    for (const auto& [name, state] : devices_.health()) {
        health[name] = state;
    }
    health["spool"] = spool_.durability() == Durability::in_memory ? "in memory"
                      : slow_at_ ? fmt::format("slow, {} ms", troubles_.slowest_commit.count())
                                 : "ok";
    if (!cameras_.empty()) {
        beat.set_video_frames_sent(frames_.total(frames_sent()));
        for (const Camera* camera : cameras_) {
            health["camera." + camera->name()] = camera->health();
        }
    }
    if (voice_ != nullptr) {
        health["voice"] = voice_->health();
    }
    send(wire::UpKind::hb, beat.SerializeAsString());
}

void Agent::Body::check_heartbeat(const Moment& now) {
    if (!link_up_ || now.ticks - server_heard_ < patience_) {
        return;
    }
    // Where the broker lives and only the centre's heartbeat is missing, ever longer waits keep the
    // fleet from storming.
    patience_ = heard_this_link_ ? kLinkDeadAfter : std::min(patience_ * 2, kPatienceMost);
    link_up_ = false;
    uplink_.link_down();
    link_.drop("no heartbeat of the centre");
    push_status();
}

void Agent::Body::message(wire::DownKind kind, const std::string& payload) {
    const Moment now = clock_.now();
    switch (kind) {
    case wire::DownKind::hb: {
        wire::ServerHeartbeat beat;
        if (beat.ParseFromString(payload)) {
            clock_.server(beat.t_us());
            server_heard_ = now.ticks;
            heard_this_link_ = true;
            patience_ = kLinkDeadAfter;
        }
        break;
    }
    case wire::DownKind::ack: {
        wire::Ack ack;
        if (ack.ParseFromString(payload)) {
            spool_.acknowledge(ack);
            if (desk_->acknowledged(ack)) {
                push_status();
            }
            if (acks_.size() < kInboundMax) {
                acks_.push_back(std::move(ack));
            }
        }
        break;
    }
    case wire::DownKind::cmd:
        take_command(payload, now);
        break;
    case wire::DownKind::watch: {
        wire::Watch watch;
        if (!watch.ParseFromString(payload)) {
            break;
        }
        if (watch.has_wave_hold_ms()) {
            const std::chrono::milliseconds asked{watch.wave_hold_ms()};
            uplink_.hold_waves(now.ticks + std::min(asked, kWaveHoldMost));
        } else {
            const Ticks until = watch.wave() ? now.ticks + kWatchFor : now.ticks;
            devices_.watch(until);
            uplink_.watched(until);
        }
        break;
    }
    case wire::DownKind::time: {
        wire::TimeReply reply;
        if (reply.ParseFromString(payload)) {
            clock_.server(reply.t_us());
        }
        break;
    }
    case wire::DownKind::media:
        take_media(payload);
        break;
    case wire::DownKind::cfg:
        break; // of a later version
    }
}

void Agent::Body::take_command(const std::string& payload, const Moment& now) {
    wire::Command command;
    wire::CommandBody body;
    const bool fresh = command.ParseFromString(payload) && body.ParseFromString(command.payload()) &&
                       spool_.find_command(body.id()) == nullptr;
    const Status shown = desk_->status();
    if (!desk_->take_command(payload, now)) {
        return;
    }
    // A forged one is not stored under its name, and a repeat is not fresh.
    const StoredCommand* stored = fresh ? spool_.find_command(body.id()) : nullptr;
    const bool more = stored != nullptr && (stored->result == wire::CommandAck::EXPIRED
                                                ? changes_.came_too_late(body)
                                                : changes_.applied(body, shown, desk_->status()));
    if (more) {
        spool_.set_state(kCentreChanges, changes_.bytes());
    }
    follow_case(now); // with the order cameras wake, and need not wait for the disk
    commit();
    push_status();
}

void Agent::Body::received(wire::UpKind kind, Ticks at) {
    uplink_.received(kind, at);
    if (link_up_ && kind == wire::UpKind::bf) {
        uplink_.tick(clock_.now().ticks); // a fast link has room again before the next tick
    }
}

} // namespace ems::vehicle
