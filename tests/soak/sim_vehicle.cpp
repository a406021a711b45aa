#include "tests/soak/sim_vehicle.h"

#include <algorithm>

#include "vehicle/agent/limits.h"
#include "vehicle/spool/envelope.h"

namespace ems::soak {
namespace {

using vehicle::stream_at;

constexpr std::int64_t kNoticedAfterMs = vehicle::kLinkDeadAfter.count();
constexpr std::uint64_t kLinkFactor = 4; // 30 % of it is a little more than the budget at most
constexpr std::int64_t kRoundTripMs = 100;

ingest::Stream ingest_stream(std::size_t index) {
    return static_cast<ingest::Stream>(index + 1);
}

} // namespace

SimVehicle::SimVehicle(SimWorld& world, std::size_t number)
    : world_(world), number_(number),
      vid_(VehicleId::parse("amb-" + std::to_string(number + 1)).value()),
      spool_(world.random.next() | 1U) {}

void SimVehicle::schedule(std::int64_t delay_ms, Kind kind) {
    world_.schedule(delay_ms, {.kind = kind, .who = number_, .generation = generation_});
}

void SimVehicle::start() {
    uplink_.emplace(
        *this, *this,
        vehicle::LinkBudget::Limits{.most = static_cast<double>(world_.dials.backlog_bytes_per_s)});
    schedule(world_.random.between(1, 1'000), Kind::make);
    schedule(world_.random.between(1, 100), Kind::uplink_tick);
    schedule(1'000, Kind::beat);
    if (generation_ == 0) {
        schedule(world_.wait_ms(world_.dials.outage_every_s), Kind::link_lost);
        schedule(world_.wait_ms(world_.dials.vehicle_crash_every_s), Kind::vehicle_crash);
        schedule(world_.wait_ms(world_.dials.quota_drop_every_s), Kind::quota_drop);
    }
    if (link_passes_) {
        schedule(world_.random.between(20, 2'000), Kind::link_back);
    }
}

void SimVehicle::handle(Happening& what) {
    // The world's doings and what comes over the link belong to no process.
    const bool of_world = what.kind == Kind::down || what.kind == Kind::link_lost ||
                          what.kind == Kind::vehicle_crash || what.kind == Kind::quota_drop ||
                          (what.kind == Kind::link_back && what.payload == "world");
    if (!of_world && what.generation != generation_) {
        return;
    }
    switch (what.kind) {
    case Kind::make:
        make();
        schedule(1'000, Kind::make);
        return;
    case Kind::group_commit:
        commit();
        return;
    case Kind::uplink_tick:
        uplink_->tick(world_.ticks());
        schedule(vehicle::kUplinkTick.count(), Kind::uplink_tick);
        return;
    case Kind::beat:
        beat();
        schedule(1'000, Kind::beat);
        return;
    case Kind::receipt:
        if (link_passes_ && link_up_ && what.payload == std::to_string(links_)) {
            uplink_->backfill_received(world_.ticks());
        }
        return;
    case Kind::link_lost:
        if (!world_.healed) {
            link_passes_ = false;
            ++outages_;
            schedule(kNoticedAfterMs, Kind::link_noticed);
            world_.schedule(world_.random.between(500, world_.dials.outage_max_s * 1'000),
                            {.kind = Kind::link_back, .who = number_, .payload = "world"});
        }
        return;
    case Kind::link_noticed:
        if (!link_passes_) {
            link_up_ = false;
            uplink_->link_down();
        }
        return;
    case Kind::link_back:
        if (what.payload == "world") {
            link_passes_ = true;
            schedule(world_.wait_ms(world_.dials.outage_every_s), Kind::link_lost);
            if (!link_up_) {
                schedule(world_.random.between(20, 3'000), Kind::link_back);
            }
        } else if (link_passes_ && !link_up_) {
            link_up();
        }
        return;
    case Kind::vehicle_crash:
        if (!world_.healed) {
            crash();
            world_.schedule(world_.wait_ms(world_.dials.vehicle_crash_every_s),
                            {.kind = Kind::vehicle_crash, .who = number_});
        }
        return;
    case Kind::quota_drop:
        if (!world_.healed) {
            quota_drop();
            world_.schedule(world_.wait_ms(world_.dials.quota_drop_every_s),
                            {.kind = Kind::quota_drop, .who = number_});
        }
        return;
    case Kind::down: {
        wire::Ack ack;
        if (link_passes_ && link_up_ && ack.ParseFromString(what.payload)) {
            acks_.push_back(std::move(ack));
            if (!group_due_) {
                group_due_ = true;
                schedule(vehicle::kGroupCommit.count(), Kind::group_commit);
            }
        }
        return;
    }
    default:
        return;
    }
}

// ------------------------------------------------------------------------------------------------
// records

void SimVehicle::append(wire::Stream stream, std::string body) {
    group_.push_back({.stream = stream,
                      .t_us = world_.utc_us(),
                      .clk = wire::CLOCK_GNSS,
                      .body = std::move(body)});
    if (!group_due_) {
        group_due_ = true;
        schedule(vehicle::kGroupCommit.count(), Kind::group_commit);
    }
}

void SimVehicle::append_event(wire::Event event) {
    event.set_event_id(vid_.str() + "-" + std::to_string(++events_made_));
    append(wire::STREAM_A, event.SerializeAsString());
}

void SimVehicle::make() {
    if (silent_) {
        return;
    }
    // Contents differ by a random number: whoever takes one for another is found out.
    const auto value = static_cast<std::int32_t>(world_.random.below(1'000'000));
    wire::Position position;
    position.set_lat_e7(350'000'000 + value);
    position.set_fix_mode(3);
    append(wire::STREAM_G, position.SerializeAsString());
    wire::Vitals vitals;
    vitals.set_hr_bpm(value % 200);
    append(wire::STREAM_V, vitals.SerializeAsString());
    if (world_.random.chance(world_.dials.wave_share)) {
        wire::WaveBatch wave;
        wave.set_first_sample(static_cast<std::uint64_t>(value));
        append(wire::STREAM_W, wave.SerializeAsString());
    }
    if (world_.random.chance(1.0 / static_cast<double>(world_.dials.event_every_s))) {
        for (std::int64_t i = world_.random.between(1, 4); i > 0; --i) {
            wire::Event event;
            event.mutable_state()->set_state(
                static_cast<wire::UnitState>(world_.random.between(1, 12)));
            append_event(std::move(event));
        }
        commit();
    }
}

void SimVehicle::commit() {
    group_due_ = false;
    for (const wire::Ack& ack : acks_) {
        apply(ack);
    }
    std::vector<vehicle::Record> records;
    for (const vehicle::NewRecord& fresh : group_) {
        Shelf& it = shelf(fresh.stream);
        vehicle::Record record = vehicle::seal_record(fresh, spool_, ++it.last_seq);
        wire::Envelope envelope;
        envelope.ParseFromString(record.envelope);
        StreamTruth& truth =
            world_.truth(number_, ingest_stream(vehicle::stream_index(fresh.stream)));
        if (truth.written.size() < it.last_seq) {
            truth.written.resize(it.last_seq);
            truth.given_up.resize(it.last_seq);
            truth.rows.resize(it.last_seq);
            truth.passed_over.resize(it.last_seq);
        }
        std::uint64_t& hash = truth.written[it.last_seq - 1];
        if (hash != 0) {
            world_.violate("a seq names a second content");
        }
        hash = content_hash(envelope);
        it.kept.emplace(it.last_seq, record.envelope);
        records.push_back(std::move(record));
        ++world_.outcome.records;
    }
    group_.clear();
    for (const wire::Ack& ack : acks_) {
        uplink_->acknowledged(ack);
    }
    acks_.clear();
    uplink_->live(records, world_.ticks(), DeviceTime{world_.utc_us()});
}

void SimVehicle::remove(std::size_t stream, std::uint64_t from, std::uint64_t to, const char* why) {
    auto& kept = shelves_.at(stream).kept;
    const StreamTruth& truth = world_.truth(number_, ingest_stream(stream));
    for (auto at = kept.lower_bound(from); at != kept.end() && at->first <= to;
         at = kept.erase(at)) {
        if (!truth.settled(at->first)) {
            world_.violate(std::string{"a vehicle deletes what is not stored: "} + why);
        }
    }
}

void SimVehicle::apply(const wire::Ack& ack) {
    if (ack.spool() != spool_) {
        return;
    }
    for (const wire::StreamAck& one : ack.streams()) {
        const std::size_t index = vehicle::stream_index(one.stream());
        const std::uint64_t last = shelves_.at(index).last_seq;
        const std::uint64_t beyond = world_.bug == Bug::delete_beyond_ack ? 1 : 0;
        remove(index, 1, std::min(one.upto() + beyond, last), "up to");
        for (const wire::SeqRange& range : one.ranges()) {
            remove(index, range.from(), std::min(range.to(), last), "range");
        }
        for (const std::uint64_t seq : one.rejected()) {
            remove(index, seq, seq, "rejected");
        }
    }
}

// The oldest waves go, in one transaction with the event that says so.
void SimVehicle::quota_drop() {
    auto& kept = shelf(wire::STREAM_W).kept;
    if (kept.empty()) {
        return;
    }
    StreamTruth& truth = world_.truth(number_, ingest::Stream::waves);
    const std::uint64_t from = kept.begin()->first;
    const std::uint64_t most = from + world_.random.below(20);
    std::uint64_t to = from;
    while (to < most && kept.contains(to + 1)) {
        ++to;
    }
    for (std::uint64_t seq = from; seq <= to; ++seq) {
        truth.given_up[seq - 1] = world_.bug == Bug::gap_not_kept ? 0 : 1;
        kept.erase(seq);
    }
    if (world_.bug != Bug::gap_not_kept) {
        wire::Event event;
        event.mutable_gap()->set_stream(wire::STREAM_W);
        event.mutable_gap()->set_from_seq(from);
        event.mutable_gap()->set_to_seq(to);
        event.mutable_gap()->set_reason("quota");
        append_event(std::move(event));
    }
    commit();
}

// ------------------------------------------------------------------------------------------------
// link

bool SimVehicle::send(wire::UpKind kind, std::string payload) {
    if (!link_up_) {
        return false;
    }
    const std::size_t size = payload.size();
    const int copies = world_.random.chance(world_.dials.duplicate) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        if (link_passes_ && !world_.random.chance(world_.dials.loss)) {
            world_.schedule(world_.random.between(1, world_.dials.delay_ms),
                            {.kind = Kind::up, .who = number_, .topic = kind, .payload = payload});
        }
    }
    // The broker receipts what it took, also when it loses it then: in order, at the pace of a link
    // that carries some times what the backlog may have.
    if (kind == wire::UpKind::bf && link_passes_) {
        const auto carried =
            static_cast<std::int64_t>(kLinkFactor * world_.dials.backlog_bytes_per_s);
        const auto took_ms = 1 + static_cast<std::int64_t>(size) * 1'000 / carried;
        receipt_at_ms_ = std::max(receipt_at_ms_, world_.now_ms + kRoundTripMs) + took_ms;
        world_.schedule(receipt_at_ms_ - world_.now_ms, {.kind = Kind::receipt,
                                                         .who = number_,
                                                         .generation = generation_,
                                                         .payload = std::to_string(links_)});
    }
    return true;
}

void SimVehicle::beat() {
    wire::Heartbeat beat;
    beat.set_spool(spool_);
    for (std::size_t i = 0; i < vehicle::kStreams; ++i) {
        wire::StreamCount& count = *beat.add_streams();
        count.set_stream(stream_at(i));
        count.set_last_seq(shelves_[i].last_seq);
        count.set_first_unacked(shelves_[i].kept.empty() ? 0 : shelves_[i].kept.begin()->first);
    }
    send(wire::UpKind::hb, beat.SerializeAsString());
}

void SimVehicle::link_up() {
    commit();
    link_up_ = true;
    ++links_;
    send(wire::UpKind::birth, {});
    uplink_->link_up(world_.ticks(), DeviceTime{world_.utc_us()});
}

// What the open group held is lost, nothing else; the process is back at once.
void SimVehicle::crash() {
    ++generation_;
    group_.clear();
    acks_.clear();
    group_due_ = false;
    link_up_ = false;
    if (world_.bug == Bug::seq_reused) {
        for (Shelf& it : shelves_) {
            it.last_seq = it.kept.empty() ? it.last_seq - std::min<std::uint64_t>(it.last_seq, 1)
                                          : it.kept.rbegin()->first;
        }
    }
    start();
}

// ------------------------------------------------------------------------------------------------
// store

std::uint64_t SimVehicle::waiting() const {
    std::uint64_t sum = group_.size();
    for (const Shelf& it : shelves_) {
        sum += it.kept.size();
    }
    return sum;
}

std::vector<vehicle::Record> SimVehicle::unacked(wire::Stream stream, std::size_t count_max) {
    std::vector<vehicle::Record> out;
    for (const auto& [seq, envelope] : shelf(stream).kept) {
        if (out.size() == count_max) {
            break;
        }
        out.push_back({spool_, stream, seq, envelope});
    }
    return out;
}

std::optional<vehicle::Record> SimVehicle::find(wire::Stream stream, std::uint64_t spool,
                                                std::uint64_t seq) {
    const auto& kept = shelf(stream).kept;
    const auto found = kept.find(seq);
    if (spool != spool_ || found == kept.end()) {
        return std::nullopt;
    }
    return vehicle::Record{spool_, stream, seq, found->second};
}

std::optional<vehicle::Record> SimVehicle::newest(wire::Stream stream) {
    const auto& kept = shelf(stream).kept;
    if (kept.empty()) {
        return std::nullopt;
    }
    return vehicle::Record{spool_, stream, kept.rbegin()->first, kept.rbegin()->second};
}

std::uint64_t SimVehicle::unacked_count(wire::Stream stream) const {
    return shelves_.at(vehicle::stream_index(stream)).kept.size();
}

} // namespace ems::soak
