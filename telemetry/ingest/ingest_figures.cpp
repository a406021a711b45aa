#include "telemetry/ingest/ingest_figures.h"

#include <algorithm>

#include "telemetry/ingest/ingest_body.h"

namespace ems::ingest {
namespace {

constexpr std::chrono::minutes kRecent{1};

} // namespace

metrics::Histogram make_batch_histogram() {
    return metrics::Histogram{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
}

std::chrono::microseconds IngestFigures::unstored_age() const {
    return oldest_unstored ? std::max(now.utc - *oldest_unstored, std::chrono::microseconds{0})
                           : std::chrono::microseconds{0};
}

std::size_t IngestFigures::vehicles_up() const {
    return static_cast<std::size_t>(
        std::count_if(vehicles.begin(), vehicles.end(),
                      [](const VehicleFigures& vehicle) { return vehicle.link == Link::up; }));
}

void StoreFigures::received(const Record& record) {
    if (record.lane == Lane::live) {
        live_[record.key.vid][index_of(record.key.stream)] = record.received;
    }
}

void StoreFigures::committed(const Batch& batch, Ticks::duration took, Ticks now) {
    const double seconds = std::chrono::duration<double>(took).count();
    if (now - minute_began_ >= kRecent) {
        minute_before_ = minute_;
        minute_.clear();
        minute_began_ = now;
    }
    minute_.observe(seconds);
    commit_seconds_.observe(seconds);
    batch_rows_.observe(static_cast<double>(batch.size()));
    database_answered_ = now;
}

StoreFigures::Flight::Flight(StoreFigures& figures, const Batch& batch) : figures_(figures) {
    const auto oldest =
        std::min_element(batch.records.begin(), batch.records.end(),
                         [](const Record& a, const Record& b) { return a.received < b.received; });
    if (oldest != batch.records.end()) {
        place_ = figures_.in_flight_.insert(oldest->received);
    }
}

StoreFigures::Flight::~Flight() {
    if (place_) {
        figures_.in_flight_.erase(*place_);
    }
}

std::optional<ServerTime> StoreFigures::oldest_in_flight() const {
    return in_flight_.empty() ? std::nullopt : std::optional{*in_flight_.begin()};
}

void StoreFigures::fill(IngestFigures& out) const {
    out.database_answered = database_answered_;
    out.commit_seconds = commit_seconds_;
    out.batch_rows = batch_rows_;
    if (out.now.ticks - minute_began_ < 2 * kRecent) {
        out.commit_seconds_recent = minute_;
        out.commit_seconds_recent.merge(minute_before_);
    }
}

IngestFigures Ingest::Body::figures() const {
    IngestFigures out;
    out.now = {clock.ticks(), clock.server_now()};
    out.counters = counted();
    const auto ring = [this](std::string_view name, MessageClass of) {
        return RingFigures{name, shards.size(of), shards.capacity(of), shards.dropped(of)};
    };
    out.rings = {
        RingFigures{"presence", presence.size(), presence.capacity(), presence.dropped()},
        ring("events", MessageClass::events), ring("trends", MessageClass::trends),
        ring("waves", MessageClass::waves), ring("backlog", MessageClass::backlog)};
    constexpr std::array<std::string_view, kPaths.size()> kNames{"events", "trends", "waves"};
    out.oldest_unstored = store_figures.oldest_in_flight();
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        const Waiting& behind = waiting[i];
        out.lanes[i] = {kNames[i], behind.count(), behind.capacity};
        if (!behind.records.empty()) {
            const ServerTime first = behind.records.front().received;
            out.oldest_unstored = std::min(out.oldest_unstored.value_or(first), first);
        }
    }
    if (const auto held = order.oldest_held()) {
        out.oldest_unstored = std::min(out.oldest_unstored.value_or(*held), *held);
    }
    store_figures.fill(out);
    if (!registry) {
        return out;
    }
    out.registered = registry->vehicles.size();
    for (const auto& [vid, vehicle] : fleet.vehicles()) {
        if (!registry->vehicles.contains(vid)) {
            continue; // whoever may connect to the broker can say a name
        }
        VehicleFigures& one = out.vehicles.emplace_back();
        one.vid = vid;
        one.link = vehicle.link;
        one.last_heard = vehicle.last_heard.ticks;
        one.made = vehicle.made;
        const auto live = store_figures.live().find(vid);
        if (live != store_figures.live().end()) {
            one.live = live->second;
        }
        for (const Stream stream : kStreams) {
            one.stored[index_of(stream)] = ledger.tally({vid, vehicle.spool}, stream).stored;
        }
    }
    return out;
}

ServerStatus Ingest::Body::status() const {
    return {config.server, started_us, config.own_signs ? config.own_signs() : OwnSigns{},
            figures()};
}

IngestFigures Ingest::figures() const {
    return body_->figures();
}

} // namespace ems::ingest
