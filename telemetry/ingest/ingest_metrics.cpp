#include "telemetry/ingest/ingest_figures.h"

#include <algorithm>

namespace ems::ingest {
namespace {

using metrics::Exposition;

constexpr std::array<std::string_view, kStreams.size()> kStreamNames{"events", "positions",
                                                                     "vitals", "waves"};

double seconds(std::chrono::microseconds time) {
    return static_cast<double>(time.count()) / 1e6;
}

void write_counters(Exposition& out, const IngestCounters& c) {
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.counter(std::string{"ems_telemetryd_"} + name, help).add(value);
    };
    counter("messages_total", "Messages of vehicles that were decoded.", c.messages);
    counter("records_total", "Records accepted for storage.", c.records);
    counter("records_stored_total", "Records committed that were new.", c.stored);
    counter("records_repeated_total", "Records that had come before.", c.repeated);
    counter("records_rejected_total", "Records quarantined and acknowledged as rejected.",
            c.rejected);
    counter("records_deferred_total", "Records not taken: no room behind the database.",
            c.deferred);
    counter("records_time_bad_total", "Records whose device clock cannot be right.", c.time_bad);
    counter("positions_implausible_total", "Positions no ambulance can reach.", c.implausible);
    counter("events_clashing_total", "Events under the id of another.", c.event_clashes);
    counter("events_out_of_order_total", "Events stored although an earlier one never came.",
            c.out_of_order);
    counter("messages_unreadable_total", "Messages nobody could read.", c.unreadable);
    counter("messages_of_strangers_total", "Messages of vehicles that are not in the registry.",
            c.strangers);
    counter("batches_total", "Transactions committed.", c.batches);
    counter("batch_failures_total", "Transactions that failed and were tried again.",
            c.batch_failures);
    counter("acknowledgements_total", "Acknowledgements handed to the broker.", c.acks);
    counter("deliveries_total", "Deliveries of the JT/T 808 gateway.", c.deliveries);
    counter("deliveries_refused_total", "Deliveries not taken; the terminal sends again.",
            c.deliveries_refused);
}

// What was given up, in the order in which it is (telemetry/README.md).
void write_shedding(Exposition& out, const Shedding& shed) {
    out.counter("ems_telemetryd_wave_holds_total", "Times the vehicles were asked to keep waves.")
        .add(shed.wave_holds);
    out.gauge("ems_telemetryd_waves_held", "1 while they are asked to.")
        .add(std::uint64_t{shed.waves_held ? 1U : 0U});
    auto limited = out.counter("ems_telemetryd_limited_total",
                               "Messages beyond the rate of their vehicle; it sends them again.");
    limited.add(shed.limited_waves, {{"load", "waves"}});
    limited.add(shed.limited_backlog, {{"load", "backlog"}});
    limited.add(shed.limited_trends, {{"load", "trends"}});
    limited.add(shed.limited_presence, {{"load", "presence"}});
    limited.add(shed.limited_events, {{"load", "events"}});
    out.counter("ems_telemetryd_floods_total", "Vehicles that began to flood.").add(shed.floods);
    out.gauge("ems_telemetryd_vehicles_flooding", "Vehicles that flood now.").add(shed.flooding);
    auto deferred = out.counter("ems_telemetryd_deferred_total",
                                "Records without room behind the database, by lane.");
    deferred.add(shed.deferred_waves, {{"lane", "waves"}});
    deferred.add(shed.deferred_trends, {{"lane", "trends"}});
    deferred.add(shed.deferred_events, {{"lane", "events"}});
}

void write_queues(Exposition& out, const IngestFigures& f) {
    auto fill = out.gauge("ems_telemetryd_ring_messages", "Messages that wait to be decoded.");
    for (const RingFigures& ring : f.rings) {
        fill.add(std::uint64_t{ring.messages}, {{"ring", ring.name}});
    }
    auto capacity = out.gauge("ems_telemetryd_ring_capacity_messages", "Most that a ring holds.");
    for (const RingFigures& ring : f.rings) {
        capacity.add(std::uint64_t{ring.capacity}, {{"ring", ring.name}});
    }
    auto dropped = out.counter("ems_telemetryd_ring_dropped_total",
                               "Messages dropped or refused because a ring was full.");
    for (const RingFigures& ring : f.rings) {
        dropped.add(ring.dropped, {{"ring", ring.name}});
    }
    auto waiting =
        out.gauge("ems_telemetryd_waiting_records", "Decoded records that wait for the database.");
    for (const LaneFigures& lane : f.lanes) {
        waiting.add(std::uint64_t{lane.records}, {{"lane", lane.name}});
    }
    auto room = out.gauge("ems_telemetryd_waiting_capacity_records", "Most that may wait.");
    for (const LaneFigures& lane : f.lanes) {
        room.add(std::uint64_t{lane.capacity}, {{"lane", lane.name}});
    }
}

void write_database(Exposition& out, const IngestFigures& f) {
    out.histogram("ems_telemetryd_commit_seconds", "One transaction, from BEGIN to COMMIT.")
        .add(f.commit_seconds);
    out.histogram("ems_telemetryd_batch_rows", "Rows of one transaction.").add(f.batch_rows);
    out.gauge("ems_telemetryd_oldest_unstored_seconds",
              "Age of the oldest record received and not yet committed; 0 when none waits.")
        .add(seconds(f.unstored_age()));
    // Absent until it answered for the first time.
    auto answered = out.gauge("ems_telemetryd_database_answer_age_seconds",
                              "Time since the database last answered.");
    if (f.database_answered) {
        answered.add(std::chrono::duration<double>(f.now.ticks - *f.database_answered).count());
    }
}

// Absent for a stream of which nothing came since the start of the server.
void write_ages(Exposition& out, const IngestFigures& f) {
    auto age = out.gauge("ems_telemetryd_vehicle_live_age_seconds",
                         "Time since a live record of this stream came.");
    for (const VehicleFigures& vehicle : f.vehicles) {
        for (std::size_t i = 0; i < kStreamNames.size(); ++i) {
            if (vehicle.live[i]) {
                age.add(seconds(f.now.utc - *vehicle.live[i]),
                        {{"vid", vehicle.vid.str()}, {"stream", kStreamNames[i]}});
            }
        }
    }
}

void write_vehicles(Exposition& out, const IngestFigures& f) {
    out.gauge("ems_telemetryd_vehicles_registered", "Vehicles of the registry.")
        .add(std::uint64_t{f.registered});
    auto count = out.gauge("ems_telemetryd_vehicles", "Vehicles heard of, by their link.");
    for (const Link link : {Link::up, Link::lost, Link::offline}) {
        const auto with = std::count_if(f.vehicles.begin(), f.vehicles.end(),
                                        [link](const auto& one) { return one.link == link; });
        count.add(static_cast<std::uint64_t>(with), {{"link", name_of(link)}});
    }
    auto up = out.gauge("ems_telemetryd_vehicle_up", "1 while the vehicle's link is up.");
    for (const VehicleFigures& vehicle : f.vehicles) {
        up.add(vehicle.link == Link::up ? 1.0 : 0.0, {{"vid", vehicle.vid.str()}});
    }
    auto heard = out.gauge("ems_telemetryd_vehicle_heard_age_seconds",
                           "Time since the vehicle was last heard.");
    for (const VehicleFigures& vehicle : f.vehicles) {
        heard.add(std::chrono::duration<double>(f.now.ticks - vehicle.last_heard).count(),
                  {{"vid", vehicle.vid.str()}});
    }
    write_ages(out, f);
    auto behind =
        out.gauge("ems_telemetryd_vehicle_unstored_records",
                  "Records the vehicle has made that are not stored: on their way, in its "
                  "spool, or given up by it.");
    for (const VehicleFigures& vehicle : f.vehicles) {
        for (std::size_t i = 0; i < kStreamNames.size(); ++i) {
            const std::uint64_t made = std::max(vehicle.made[i], vehicle.stored[i]);
            behind.add(made - vehicle.stored[i],
                       {{"vid", vehicle.vid.str()}, {"stream", kStreamNames[i]}});
        }
    }
}

} // namespace

void write_metrics(Exposition& out, const IngestFigures& figures) {
    write_counters(out, figures.counters);
    write_shedding(out, figures.counters.shedding);
    write_queues(out, figures);
    write_database(out, figures);
    write_vehicles(out, figures);
}

} // namespace ems::ingest
