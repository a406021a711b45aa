// What the ingest does when more comes than it can store: waves kept back at the vehicles, floods
// of one vehicle told to the desk.
#include <algorithm>

#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "telemetry/ingest/ingest_body.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::ingest {
namespace {

// Events that the centre raises about a vehicle, under a spool of its own: no vehicle draws 1 of
// 2^64.
constexpr std::uint64_t kCentreSpool = 1;

wire::Envelope flood_event(const VehicleId& vid, Active active, std::int64_t now_us) {
    wire::Event event;
    event.set_event_id(
        fmt::format("flood-{}-{}-{}", vid.str(), now_us, active == Active::yes ? "begin" : "end"));
    event.set_source(wire::SOURCE_SYSTEM);
    wire::Alarm& alarm = *event.mutable_alarm();
    alarm.set_code("vehicle_flooding");
    alarm.set_priority(wire::Alarm::LOW);
    alarm.set_technical(true);
    alarm.set_active(active == Active::yes);
    wire::Envelope out;
    out.set_spool(kCentreSpool);
    out.set_seq(static_cast<std::uint64_t>(now_us));
    out.set_t_us(now_us);
    out.set_clk(wire::CLOCK_NTP);
    out.set_ver(1);
    out.set_stream(wire::STREAM_A);
    out.set_body(event.SerializeAsString());
    return out;
}

} // namespace

void Ingest::Body::hold_waves() {
    const Ticks now = clock.ticks();
    const std::size_t in_ring = shards.size(MessageClass::waves);
    const WaveHold::Say say = wave_hold.update(in_ring, shards.capacity(MessageClass::waves), now);
    if (say == WaveHold::Say::nothing) {
        return;
    }
    const bool hold = say == WaveHold::Say::hold;
    EMS_LOG(warn, "ingest", "waves are {} waiting={}",
            hold ? "held at the vehicles" : "wanted again", in_ring);
    wire::Watch watch;
    watch.set_wave_hold_ms(hold ? static_cast<std::uint32_t>(kHoldFor.count()) : 0);
    const std::string payload = watch.SerializeAsString();
    for (const std::string& sender : gate.wave_senders(now, kHoldWho)) {
        if (const auto vid = VehicleId::parse(sender)) {
            send(*vid, wire::DownKind::watch, payload, link::Qos::at_most_once);
        }
    }
}

void Ingest::Body::tell_floods() {
    const Ticks now = clock.ticks();
    std::map<VehicleId, RateGate::Flood> present;
    for (RateGate::Flood& flood : gate.floods(now)) {
        auto vid = VehicleId::parse(flood.vid);
        if (vid && registry && registry->vehicles.contains(*vid)) {
            present.emplace(std::move(*vid), std::move(flood));
        }
    }
    for (const auto& [name, refused] : gate.refused()) {
        const auto vid = VehicleId::parse(name);
        if (VehicleState* vehicle = vid ? fleet.known(*vid) : nullptr) {
            vehicle->limited = std::max(vehicle->limited, refused);
        }
    }
    for (const auto& [vid, flood] : present) {
        VehicleState* vehicle = fleet.known(vid);
        if (vehicle == nullptr) {
            continue; // heard of in a moment
        }
        if (!vehicle->flooding_since && tell_flood(vid, Active::yes)) {
            vehicle->flooding_since = clock.server_now();
            EMS_LOG(warn, "ingest", "vehicle floods vid={} refused={}", vid.str(), flood.refused);
        }
    }
    for (const auto& [vid, vehicle] : fleet.vehicles()) {
        if (!vehicle.flooding_since || present.contains(vid)) {
            continue;
        }
        // One that was taken out of the registry has no desk that waits for the end.
        const bool known = registry && registry->vehicles.contains(vid);
        if (!known || tell_flood(vid, Active::no)) {
            fleet.known(vid)->flooding_since.reset();
            EMS_LOG(info, "ingest", "vehicle floods no more vid={}", vid.str());
        }
    }
}

// False: there is no room for the event now; it is tried again.
bool Ingest::Body::tell_flood(const VehicleId& vid, Active active) {
    const Delivery told{vid, Lane::live, {flood_event(vid, active, clock.utc_us())}};
    DeliveryDone nobody = [](DeliveryOutcome) {};
    return take_delivery(told, nobody);
}

} // namespace ems::ingest
