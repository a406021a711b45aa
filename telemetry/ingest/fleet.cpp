#include "telemetry/ingest/fleet.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "telemetry/ingest/limits.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::ingest {
namespace {

constexpr double kSpeedMaxMetresPerS = 70;
constexpr double kLeapSlackMetres = 300;
constexpr double kEarthRadiusMetres = 6'371'008.8;
// A receiver that was switched on elsewhere is believed after this many fixes that agree it is not
// where it was.
constexpr std::uint32_t kLeapsBelieved = 10;
constexpr std::size_t kTextMax = 400;

// Equirectangular: good to a per mille over the distances that matter here, far below the slack.
double metres_between(const PositionRow& a, const PositionRow& b) {
    constexpr double kRadians = std::numbers::pi / 180;
    const double x =
        (b.lon_deg - a.lon_deg) * kRadians * std::cos((a.lat_deg + b.lat_deg) / 2 * kRadians);
    const double y = (b.lat_deg - a.lat_deg) * kRadians;
    return std::hypot(x, y) * kEarthRadiusMetres;
}

LatestPlace place_of(const Record& record) {
    return {record.t, record.received, record.key.spool, record.key.seq, record.lane, record.known};
}

bool is_newer(const Record& record, const LatestPlace& known) {
    if (record.key.spool == known.spool) {
        return record.key.seq > known.seq;
    }
    return record.t > known.t || (record.lane == Lane::live && record.known == Known::by_mark &&
                                  record.received - known.received >= kClockSetBack);
}

// Between two records, the later first. Where the clock was set back between them the server's
// tells.
double seconds_since(const LatestPlace& before, const Record& record) {
    const auto by_device = record.t - before.t;
    const auto by_server = record.received - before.received;
    return std::chrono::duration<double>(record.t < before.t ? by_server : by_device).count();
}

template <class Streams> void note_made(VehicleState& vehicle, const Streams& streams) {
    for (const wire::StreamCount& count : streams) {
        if (count.stream() >= wire::STREAM_A && count.stream() <= wire::STREAM_W) {
            vehicle.made[index_of(static_cast<Stream>(count.stream()))] = count.last_seq();
        }
    }
}

} // namespace

std::string_view name_of(Link link) {
    switch (link) {
    case Link::up:
        return "up";
    case Link::lost:
        return "lost";
    case Link::offline:
        return "offline";
    }
    return "";
}

std::string_view name_of(Way way) {
    switch (way) {
    case Way::broker:
        return "broker";
    case Way::terminal:
        return "terminal";
    }
    return "";
}

std::string_view name_of(ClockState state) {
    switch (state) {
    case ClockState::unknown:
        return "unknown";
    case ClockState::good:
        return "good";
    case ClockState::skewed:
        return "skewed";
    case ClockState::never_set:
        return "never_set";
    }
    return "";
}

VehicleState* Fleet::known_or_new(const VehicleId& vid, Way way) {
    auto found = vehicles_.find(vid);
    if (found == vehicles_.end()) {
        if (vehicles_.size() >= kVehiclesMax) {
            return nullptr;
        }
        found = vehicles_.try_emplace(vid).first;
        found->second.way = way;
    }
    return &found->second;
}

VehicleState* Fleet::heard(const VehicleId& vid, Moment now) {
    VehicleState* vehicle = known_or_new(vid, Way::broker);
    if (vehicle != nullptr) {
        vehicle->way = Way::broker;
        vehicle->last_heard = now;
        vehicle->link = Link::up;
    }
    return vehicle;
}

VehicleState* Fleet::heard_by_terminal(const VehicleId& vid, Moment now) {
    VehicleState* vehicle = known_or_new(vid, Way::terminal);
    if (vehicle != nullptr && vehicle->way == Way::terminal) {
        vehicle->last_heard = now;
        vehicle->link = Link::up;
    }
    return vehicle;
}

VehicleState* Fleet::known(const VehicleId& vid) {
    const auto found = vehicles_.find(vid);
    return found == vehicles_.end() ? nullptr : &found->second;
}

const VehicleState* Fleet::find(const VehicleId& vid) const {
    const auto found = vehicles_.find(vid);
    return found == vehicles_.end() ? nullptr : &found->second;
}

void Fleet::on_birth(VehicleState& vehicle, const wire::Birth& birth) const {
    if (birth.spool() != vehicle.spool) {
        vehicle.made = {};
    }
    if (birth.birth_counter() != vehicle.birth_counter) {
        vehicle.clock_offset.connected();
    }
    vehicle.birth_counter = birth.birth_counter();
    vehicle.spool = birth.spool();
    vehicle.software = one_line(birth.software(), kTextMax);
    note_made(vehicle, birth.streams());
}

bool Fleet::on_link_state(const VehicleId& vid, const wire::LinkState& state) {
    const auto found = vehicles_.find(vid);
    const bool ends = found != vehicles_.end() && !state.online() &&
                      found->second.link == Link::up &&
                      state.birth_counter() == found->second.birth_counter;
    if (ends) {
        found->second.link = Link::lost;
    }
    return ends;
}

void Fleet::on_clock(VehicleState& vehicle, const Record& record) {
    if (record.lane != Lane::live) {
        return;
    }
    vehicle.clock_never_set = record.clk == wire::CLOCK_NEVER_SET;
    vehicle.clock_offset.heard(record.t.us, record.received.us);
}

ClockState Fleet::clock_of(const VehicleState& vehicle) {
    if (vehicle.clock_never_set) {
        return ClockState::never_set;
    }
    const auto offset_us = vehicle.clock_offset.us();
    if (!offset_us) {
        return ClockState::unknown;
    }
    return std::abs(*offset_us) > kClockSkewMaxUs ? ClockState::skewed : ClockState::good;
}

void Fleet::on_heartbeat(VehicleState& vehicle, const wire::Heartbeat& heartbeat,
                         Moment now) const {
    vehicle.last_heartbeat = now.utc;
    // Its birth was not heard: the spool it counts is the present one. A late heartbeat of an older
    // link changes nothing.
    if (heartbeat.spool() != 0 && heartbeat.spool() != vehicle.spool &&
        heartbeat.birth_counter() > vehicle.birth_counter) {
        vehicle.spool = heartbeat.spool();
        vehicle.made = {};
    }
    vehicle.birth_counter = std::max(vehicle.birth_counter, heartbeat.birth_counter());
    vehicle.video_frames_sent = heartbeat.video_frames_sent();
    if (heartbeat.t_us() < vehicle.device_us) {
        vehicle.clock_offset.forget(); // the clock was set back, or the vehicle is another
    }
    vehicle.device_us = heartbeat.t_us();
    vehicle.clock_offset.heard(heartbeat.t_us(), now.utc.us);
    vehicle.clock_offset.told(heartbeat.t_us(), heartbeat.server_us(), now.utc.us);
    if (heartbeat.spool() == vehicle.spool) {
        note_made(vehicle, heartbeat.streams());
    }
    std::map<std::string, std::string> sorted{heartbeat.device_health().begin(),
                                              heartbeat.device_health().end()};
    std::string text;
    for (const auto& [device, health] : sorted) {
        text += (text.empty() ? "" : "; ") + device + "=" + health;
    }
    vehicle.device_health = one_line(text, kTextMax);
}

void Fleet::on_position(VehicleState& vehicle, Record& record, double time_scale) const {
    auto& row = std::get<PositionRow>(record.row);
    if (record.t_bad || (vehicle.position && !is_newer(record, vehicle.position->at))) {
        return;
    }
    if (vehicle.position) {
        const double seconds = std::max(0.0, seconds_since(vehicle.position->at, record));
        const double reach = kSpeedMaxMetresPerS * time_scale * seconds + kLeapSlackMetres;
        if (metres_between(vehicle.position->row, row) > reach) {
            row.plausible = false;
        }
    }
    vehicle.leaps = row.plausible ? 0 : vehicle.leaps + 1;
    if (row.plausible || vehicle.leaps > kLeapsBelieved) {
        row.plausible = true;
        vehicle.leaps = 0;
        vehicle.position = LatestPosition{place_of(record), row};
    }
}

void Fleet::on_vitals(VehicleState& vehicle, const Record& record) const {
    if (!record.t_bad && (!vehicle.vitals || is_newer(record, vehicle.vitals->at))) {
        vehicle.vitals = LatestVitals{place_of(record), std::get<VitalsRow>(record.row)};
    }
}

bool Fleet::age(Ticks now) {
    bool changed = false;
    for (auto& [vid, vehicle] : vehicles_) {
        const Link before = vehicle.link;
        const auto silent = now - vehicle.last_heard.ticks;
        const bool by_terminal = vehicle.way == Way::terminal;
        if (silent >= (by_terminal ? kTerminalOffline : kOffline)) {
            vehicle.link = Link::offline;
        } else if (silent >= (by_terminal ? kTerminalLost : kLost)) {
            vehicle.link = Link::lost;
        }
        changed = changed || vehicle.link != before;
    }
    return changed;
}

} // namespace ems::ingest
