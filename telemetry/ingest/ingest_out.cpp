// What the ingest says, and when: heartbeats, time, acknowledgements, counters.
#include "telemetry/base/log.h"
#include "telemetry/ingest/ingest_body.h"
#include "telemetry/wire/ems.pb.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ems::ingest {

using namespace std::chrono_literals;

namespace {

constexpr auto kTimeEverySeconds = 10;
constexpr auto kCountersEverySeconds = 60;

} // namespace

// False when the engine stops. GCC 12 destroys the arguments of a co_await in a loop's condition or
// behind && twice: the result is always taken into a variable first.
asio::awaitable<bool> Ingest::Body::pause(Self self, std::chrono::milliseconds time) {
    if (self->stopping) {
        co_return false;
    }
    asio::steady_timer timer{self->executor, time};
    self->sleeping.insert(&timer);
    static_cast<void>(co_await timer.async_wait(asio::as_tuple(asio::use_awaitable)));
    self->sleeping.erase(&timer);
    co_return !self->stopping;
}

asio::awaitable<void> Ingest::Body::second(Self self) {
    for (std::uint64_t n = 1;; ++n) {
        const bool goes_on = co_await pause(self, 1s);
        if (!goes_on) {
            break;
        }
        self->send_heartbeats();
        if (n % kTimeEverySeconds == 0) {
            for (const auto& [vid, vehicle] : self->fleet.vehicles()) {
                if (vehicle.link == Link::up) {
                    self->send_time(vid);
                }
            }
        }
        if (n % kCountersEverySeconds == 0) {
            self->log_counters();
            self->kept_this_minute = 0;
            self->strangers_logged.clear();
        }
    }
}

// Links that fall silent, and what is too much.
asio::awaitable<void> Ingest::Body::look(Self self) {
    for (;;) {
        const bool goes_on = co_await pause(self, kAgeEvery);
        if (!goes_on) {
            break;
        }
        if (self->fleet.age(self->clock.ticks())) {
            self->links_changed();
        }
        self->hold_waves();
        self->tell_floods();
    }
}

void Ingest::Body::links_changed() {
    links_dirty = true;
    house_timer.cancel();
}

asio::awaitable<void> Ingest::Body::acknowledge(Self self) {
    for (;;) {
        const bool goes_on = co_await pause(self, 20ms);
        if (!goes_on) {
            break;
        }
        self->send_acks();
    }
}

void Ingest::Body::send(const VehicleId& vid, wire::DownKind kind, std::string payload,
                        link::Qos qos) {
    static_cast<void>(publish(wire::down_topic(config.region, vid, kind), std::move(payload), qos));
}

void Ingest::Body::send_acks() {
    const Ticks now = clock.ticks();
    for (const SpoolKey& spool : ledger.acks_due(now)) {
        const std::string topic = wire::down_topic(config.region, spool.vid, wire::DownKind::ack);
        if (!publish(topic, ledger.make_ack(spool).SerializeAsString(), link::Qos::at_least_once)) {
            return; // the link is away: tried again with the next tick
        }
        ledger.ack_sent(spool, now);
        ++counters.acks;
    }
}

// From memory alone: a database outage disconnects nobody.
void Ingest::Body::send_heartbeats() {
    wire::ServerHeartbeat heartbeat;
    heartbeat.set_server(config.server);
    heartbeat.set_t_us(clock.server_now().us);
    const std::string payload = heartbeat.SerializeAsString();
    for (const auto& [vid, vehicle] : fleet.vehicles()) {
        if (vehicle.link != Link::offline) {
            send(vid, wire::DownKind::hb, payload, link::Qos::at_most_once);
        }
    }
}

void Ingest::Body::send_time(const VehicleId& vid) {
    wire::TimeReply reply;
    reply.set_t_us(clock.server_now().us);
    send(vid, wire::DownKind::time, reply.SerializeAsString(), link::Qos::at_most_once);
}

void Ingest::Body::log_counters() {
    const IngestCounters c = counted();
    const Shedding& shed = c.shedding;
    EMS_LOG(info, "ingest",
            "counters vehicles={} messages={} records={} stored={} repeated={} rejected={} "
            "event_clashes={} unreadable={} strangers={} deferred={} out_of_order={} "
            "ring_refused={} time_bad={} implausible={} batches={} batch_failures={} acks={} "
            "deliveries={} deliveries_refused={} waiting={}/{}/{}",
            fleet.vehicles().size(), c.messages, c.records, c.stored, c.repeated, c.rejected,
            c.event_clashes, c.unreadable, c.strangers, c.deferred, c.out_of_order, c.ring_refused,
            c.time_bad, c.implausible, c.batches, c.batch_failures, c.acks, c.deliveries,
            c.deliveries_refused, waiting[0].records.size(), waiting[1].records.size(),
            waiting[2].records.size());
    EMS_LOG(info, "ingest",
            "shedding wave_holds={} limited_waves={} limited_backlog={} limited_trends={} "
            "limited_presence={} limited_events={} floods={} flooding={} ring_waves={} ring_backlog={} "
            "ring_trends={} ring_events={} ring_presence={} deferred_waves={} deferred_trends={} "
            "deferred_events={}",
            shed.wave_holds, shed.limited_waves, shed.limited_backlog, shed.limited_trends,
            shed.limited_presence, shed.limited_events, shed.floods, shed.flooding, shed.ring_waves, shed.ring_backlog,
            shed.ring_trends, shed.ring_events, shed.ring_presence, shed.deferred_waves,
            shed.deferred_trends, shed.deferred_events);
}

IngestCounters Ingest::Body::counted() const {
    IngestCounters out = counters;
    Shedding& shed = out.shedding;
    const RateGate::Counters gated = gate.counters();
    const auto limited = [&gated](Load load) {
        return gated.refused.at(static_cast<std::size_t>(load));
    };
    shed.wave_holds = wave_hold.begun();
    shed.waves_held = wave_hold.holding();
    shed.limited_waves = limited(Load::waves);
    shed.limited_backlog = limited(Load::backlog);
    shed.limited_trends = limited(Load::trends);
    shed.limited_presence = limited(Load::presence);
    shed.limited_events = limited(Load::events);
    shed.floods = gated.floods;
    for (const auto& [vid, vehicle] : fleet.vehicles()) {
        shed.flooding += vehicle.flooding_since ? 1U : 0U;
    }
    shed.ring_waves = shards.dropped(MessageClass::waves);
    shed.ring_backlog = shards.dropped(MessageClass::backlog);
    shed.ring_trends = shards.dropped(MessageClass::trends);
    shed.ring_events = shards.dropped(MessageClass::events);
    shed.ring_presence = presence.dropped();
    out.ring_refused = shed.ring_waves + shed.ring_backlog + shed.ring_trends + shed.ring_events +
                       shed.ring_presence;
    out.deferred = shed.deferred_waves + shed.deferred_trends + shed.deferred_events;
    return out;
}

} // namespace ems::ingest
