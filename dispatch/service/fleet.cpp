#include "dispatch/service/fleet.h"

#include "telemetry/wire/accuracy.h"

#include <algorithm>
#include <limits>

namespace ems::dispatch {
namespace {

constexpr std::int32_t kLatMaxE7 = 900'000'000;
constexpr std::int32_t kLonMaxE7 = 1'800'000'000;
// A new spool of a device whose clock was set back would never be newer: after this silence its word counts anew.
constexpr std::int64_t kClockSetBackUs = 10'000'000;

bool is_newer(const RecordPlace& known, const wire::Envelope& envelope, std::int64_t received_us) {
    if (envelope.spool() == known.spool) {
        return envelope.seq() > known.seq;
    }
    return envelope.t_us() > known.device_us || received_us - known.received_us >= kClockSetBackUs;
}

// A later record of an earlier time: the clock was set back.
bool was_set_back(const RecordPlace& known, const wire::Envelope& envelope) {
    return envelope.spool() == known.spool && envelope.t_us() < known.device_us;
}

std::uint32_t to_age_ms(std::int64_t age_us) {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(age_us / 1'000, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::uint32_t age_ms(const Track& track, std::int64_t device_us, std::int64_t received_us) {
    return to_age_ms(track.clock_offset.age_us(device_us, received_us));
}

// Nothing when the vehicle has told a newer one.
std::optional<std::uint32_t> age_of_own(Track& track, const wire::Envelope& envelope, std::int64_t received_us) {
    if (track.own && !is_newer(*track.own, envelope, received_us)) {
        return std::nullopt;
    }
    if (track.own && was_set_back(*track.own, envelope)) {
        track.clock_offset.forget();
    }
    track.clock_offset.heard(envelope.t_us(), received_us);
    track.own = RecordPlace{envelope.spool(), envelope.seq(), envelope.t_us(), received_us};
    return age_ms(track, envelope.t_us(), received_us);
}

// The server's clock may be behind the satellites', and then every report seems to come before it was measured: the
// least delay seen is taken off. Never the other way round: a report is not fresh because none fresher is known.
std::uint32_t age_of_terminals(Track& track, const wire::Envelope& envelope, std::int64_t received_us) {
    track.terminal_offset.heard(envelope.t_us(), received_us);
    const std::int64_t ahead_us = std::min<std::int64_t>(track.terminal_offset.us().value_or(0), 0);
    return to_age_ms(received_us - envelope.t_us() - ahead_us);
}

bool may_show(const Track& track, std::int64_t device_us, std::int64_t received_us, std::uint32_t age_ms,
              PositionSource source) {
    if (!track.position) {
        return true;
    }
    const api::UnitPosition& shown = *track.position;
    if (source == track.position_source) {
        return source == PositionSource::vehicle || device_us > shown.device_us();
    }
    const std::int64_t measured_us = received_us - std::int64_t{age_ms} * 1'000;
    const std::int64_t shown_measured_us = shown.received_us() - std::int64_t{shown.age_at_receipt_ms()} * 1'000;
    constexpr std::int64_t kYieldsUs = std::chrono::microseconds{kTerminalYields}.count();
    const bool vehicle_is_silent = received_us - shown.received_us() >= kYieldsUs;
    return measured_us > shown_measured_us && (source == PositionSource::vehicle || vehicle_is_silent);
}

Link aged(const Track& track, Ticks now) {
    if (track.heard) {
        const auto silent = now - *track.heard;
        return silent >= kOfflineAfter ? Link::offline : silent >= kLostAfter ? std::max(track.link, Link::lost) : track.link;
    }
    if (track.heard_by_terminal) {
        const auto silent = now - *track.heard_by_terminal;
        return silent >= kTerminalOfflineAfter ? Link::offline : silent >= kTerminalLostAfter ? Link::lost : Link::up;
    }
    return track.link;
}

} // namespace

std::string_view name(Link link) {
    switch (link) {
    case Link::never: return "never";
    case Link::up: return "up";
    case Link::lost: return "lost";
    case Link::offline: return "offline";
    }
    return "";
}

Fleet::Fleet(const Registry& registry, const Roads* roads)
    : roads_(roads),
      matcher_(roads != nullptr ? std::make_unique<map::TrackMatcher>(roads->graph(), roads->index()) : nullptr) {
    adopt(registry);
}

void Fleet::adopt(const Registry& registry) {
    std::map<UnitId, Track> before = std::move(tracks_);
    tracks_.clear();
    by_vid_.clear();
    stations_on_road_.clear();
    for (const NamedPlace& station : registry.stations) {
        const auto at = roads_ != nullptr ? roads_->snap_place(station.place) : std::nullopt;
        stations_on_road_.push_back(at.value_or(map::RoadPosition{}));
    }
    for (const UnitInfo& info : registry.units) {
        Track track;
        const auto known = before.find(info.id);
        if (known != before.end() && known->second.info.vid == info.vid) {
            track = std::move(known->second);
        }
        track.info = info;
        track.station.reset();
        track.station_on_road.reset();
        const auto station = std::find_if(registry.stations.begin(), registry.stations.end(),
                                          [&](const NamedPlace& s) { return s.id == info.station.value; });
        if (station != registry.stations.end()) {
            track.station = station->place;
            const map::RoadPosition& at =
                stations_on_road_[static_cast<std::size_t>(station - registry.stations.begin())];
            track.station_on_road = at.arc != map::kNoArc ? std::optional{at} : std::nullopt;
        }
        if (!info.vid.empty()) {
            by_vid_[info.vid] = info.id;
        }
        tracks_[info.id] = std::move(track);
    }
}

const Track* Fleet::by_vid(std::string_view vid) const {
    const auto found = by_vid_.find(vid);
    return found == by_vid_.end() ? nullptr : &tracks_.at(found->second);
}

const Track* Fleet::by_unit(UnitId unit) const {
    const auto found = tracks_.find(unit);
    return found == tracks_.end() ? nullptr : &found->second;
}

bool Fleet::heard(UnitId unit, Ticks now) {
    Track& track = tracks_.at(unit);
    track.heard = now;
    const bool changed = track.link != Link::up;
    track.link = Link::up;
    return changed;
}

void Fleet::born(UnitId unit, std::uint64_t birth_counter) {
    Track& track = tracks_.at(unit);
    if (birth_counter > track.birth_counter) {
        track.clock_offset.connected();
    }
    track.birth_counter = std::max(track.birth_counter, birth_counter);
}

bool Fleet::offline(UnitId unit, std::uint64_t birth_counter) {
    Track& track = tracks_.at(unit);
    if (birth_counter < track.birth_counter || track.link != Link::up) {
        return false;
    }
    track.link = Link::lost;
    return true;
}

void Fleet::heard_by_terminal(UnitId unit, Ticks at) {
    std::optional<Ticks>& known = tracks_.at(unit).heard_by_terminal;
    known = known ? std::max(*known, at) : at;
}

void Fleet::told_time(UnitId unit, std::int64_t device_us, std::int64_t received_us, std::int64_t server_us) {
    ClockOffset& offset = tracks_.at(unit).clock_offset;
    offset.heard(device_us, received_us);
    offset.told(device_us, server_us, received_us);
}

std::optional<std::uint32_t> Fleet::measured(UnitId unit, const wire::Envelope& envelope,
                                             std::int64_t received_us) {
    Track& track = tracks_.at(unit);
    if (track.vitals && !is_newer(*track.vitals, envelope, received_us)) {
        return std::nullopt;
    }
    if (track.vitals && was_set_back(*track.vitals, envelope)) {
        track.clock_offset.forget();
    }
    track.clock_offset.heard(envelope.t_us(), received_us);
    track.vitals = RecordPlace{envelope.spool(), envelope.seq(), envelope.t_us(), received_us};
    return age_ms(track, envelope.t_us(), received_us);
}

std::uint32_t Fleet::age_at_receipt_ms(UnitId unit, std::int64_t device_us, std::int64_t received_us) const {
    return age_ms(tracks_.at(unit), device_us, received_us);
}

Result<bool> Fleet::moved(UnitId unit, const wire::Envelope& envelope, const wire::Position& position,
                          std::int64_t received_us, PositionSource source) {
    const auto within = [](std::int32_t value, std::int32_t bound) { return value >= -bound && value <= bound; };
    const bool on_earth = within(position.lat_e7(), kLatMaxE7) && within(position.lon_e7(), kLonMaxE7);
    if (!on_earth || position.fix_mode() < 2) {
        return fail(Code::malformed, "position without a fix");
    }
    Track& track = tracks_.at(unit);
    const auto age = source == PositionSource::vehicle ? age_of_own(track, envelope, received_us)
                                                       : age_of_terminals(track, envelope, received_us);
    if (!age || !may_show(track, envelope.t_us(), received_us, *age, source)) {
        return false;
    }
    api::UnitPosition fresh;
    fresh.set_unit_id(unit.value);
    *fresh.mutable_place() = {};
    fresh.mutable_place()->set_lat_e7(position.lat_e7());
    fresh.mutable_place()->set_lon_e7(position.lon_e7());
    fresh.set_speed_cm_s(position.speed_cm_s());
    fresh.set_course_cdeg(position.course_cdeg());
    fresh.set_device_us(envelope.t_us());
    fresh.set_received_us(received_us);
    fresh.set_seq(envelope.seq());
    fresh.set_age_at_receipt_ms(*age);
    fresh.set_accuracy_m(wire::horizontal_accuracy_m(position.hdop_centi())); // a terminal tells none
    if (source == PositionSource::terminal) {
        fresh.set_source("terminal");
    }
    track.position = std::move(fresh);
    track.position_source = source;
    put_on_road(track);
    return true;
}

// Of the position that is shown.
void Fleet::put_on_road(Track& track) const {
    track.on_road.reset();
    if (matcher_ == nullptr || !track.position) {
        return;
    }
    const api::UnitPosition& shown = *track.position;
    const map::LiveFix fix{to_wgs84({shown.place().lat_e7(), shown.place().lon_e7()}), shown.device_us(),
                           static_cast<double>(shown.speed_cm_s()) * 0.036,
                           static_cast<double>(shown.course_cdeg()) * 0.01};
    if (const auto snap = matcher_->follow(track.followed, fix)) {
        track.on_road = RoadStart{snap->at, map::access_ms(snap->distance_m)};
        if (const auto out = roads_->index().way_out(fix.at, *snap)) {
            track.on_road->beside = out->at;
            track.on_road->beside_ms = map::access_ms(out->distance_m);
        }
    }
}

void Fleet::recall(const LastKnown& known, std::int64_t now_us, Ticks now) {
    const auto unit = by_vid_.find(known.vid);
    if (unit == by_vid_.end()) {
        return;
    }
    Track& track = tracks_.at(unit->second);
    if (known.silent) {
        std::optional<Ticks>& heard = known.by_terminal ? track.heard_by_terminal : track.heard;
        const Ticks at = now - *known.silent;
        if (!heard || *heard < at) {
            heard = at;
            track.link = Link::up;
            track.link = aged(track, now);
        }
    }
    if (!known.fix) {
        return;
    }
    const LastKnown::Fix& fix = *known.fix;
    const auto us = [](std::chrono::milliseconds length) { return std::chrono::microseconds{length}.count(); };
    if (track.position) {
        const std::int64_t shown_us =
            track.position->received_us() - std::int64_t{track.position->age_at_receipt_ms()} * 1'000;
        if (shown_us >= now_us - us(fix.age)) {
            return;
        }
    }
    api::UnitPosition fresh;
    fresh.set_unit_id(unit->second.value);
    fresh.mutable_place()->set_lat_e7(fix.place.lat_e7);
    fresh.mutable_place()->set_lon_e7(fix.place.lon_e7);
    fresh.set_speed_cm_s(fix.speed_cm_s);
    fresh.set_course_cdeg(fix.course_cdeg);
    fresh.set_device_us(fix.device_us);
    fresh.set_received_us(now_us - us(fix.since_receipt));
    fresh.set_age_at_receipt_ms(to_age_ms(us(fix.age - fix.since_receipt)));
    // no accuracy: telemetry.vehicle_latest keeps none, and the archive of each vehicle is too dear to be asked for it
    if (fix.by_terminal) {
        fresh.set_source("terminal");
    }
    track.position = std::move(fresh);
    track.position_source = fix.by_terminal ? PositionSource::terminal : PositionSource::vehicle;
    put_on_road(track);
}

std::vector<UnitId> Fleet::age(Ticks now) {
    std::vector<UnitId> changed;
    for (auto& [id, track] : tracks_) {
        const Link link = aged(track, now);
        if (link != track.link) {
            track.link = link;
            changed.push_back(id);
        }
    }
    return changed;
}

} // namespace ems::dispatch
