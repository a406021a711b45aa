#include "tests/soak/sim_server.h"

#include <algorithm>
#include <charconv>

#include "telemetry/ingest/limits.h"

namespace ems::soak {
namespace {

using ingest::Record;
using ingest::RecordKey;
using ingest::Seen;
using ingest::SpoolKey;
using ingest::Stream;

std::size_t lane_of(const Record& record) {
    return record.key.stream == Stream::events ? 0 : 1;
}

// A row's content travels in a field that the simulation has no other use for.
std::uint64_t hash_of(const Record& record) {
    return static_cast<std::uint64_t>(record.received.us);
}

} // namespace

SimServer::SimServer(SimWorld& world, std::vector<VehicleName> vehicles)
    : world_(world), vehicles_(std::move(vehicles)) {
    world_.schedule(world_.wait_ms(world_.dials.server_crash_every_s),
                    {.kind = Kind::server_crash});
    world_.schedule(world_.wait_ms(world_.dials.database_away_every_s),
                    {.kind = Kind::database_away});
}

void SimServer::start() {
    ledger_ = std::make_unique<ingest::Ledger>();
    order_ = std::make_unique<ingest::EventOrder>();
    pledges_ = std::make_unique<ingest::Pledges>();
    lanes_ = {};
    for (const auto& [key, row] : database_.marks) {
        ingest::Mark mark;
        mark.key = {key.first.vid, key.first.spool, key.second, 0};
        mark.done = ingest::SeqSet::from_multirange(row.done).value();
        mark.stored = row.stored;
        ledger_->restore(mark);
    }
    world_.schedule(250, {.kind = Kind::acks, .generation = generation_});
}

std::size_t SimServer::vehicle_of(const VehicleId& vid) const {
    std::size_t number = 0;
    const std::string& text = vid.str();
    std::from_chars(text.data() + 4, text.data() + text.size(), number);
    return number - 1;
}

void SimServer::handle(Happening& what) {
    switch (what.kind) {
    case Kind::up:
        take(what.who, what.topic, what.payload);
        return;
    case Kind::flush:
        if (what.generation == generation_) {
            flush(what.who);
        }
        return;
    case Kind::committed:
        if (what.generation == generation_) {
            finish(what.who);
        }
        return;
    case Kind::acks:
        if (what.generation == generation_) {
            send_acks();
            world_.schedule(250, {.kind = Kind::acks, .generation = generation_});
        }
        return;
    case Kind::server_crash:
        if (!world_.healed) {
            crash();
            world_.schedule(world_.wait_ms(world_.dials.server_crash_every_s),
                            {.kind = Kind::server_crash});
        }
        return;
    case Kind::database_away:
        if (!world_.healed) {
            database_.away = true;
            world_.schedule(world_.random.between(200, 30'000), {.kind = Kind::database_back});
        }
        return;
    case Kind::database_back:
        database_.away = false;
        world_.schedule(world_.wait_ms(world_.dials.database_away_every_s),
                        {.kind = Kind::database_away});
        return;
    default:
        return;
    }
}

// ------------------------------------------------------------------------------------------------
// in

void SimServer::take(std::size_t vehicle, wire::UpKind kind, const std::string& payload) {
    const SpoolKey spool{vehicles_[vehicle].vid, vehicles_[vehicle].spool};
    if (kind == wire::UpKind::birth) {
        ledger_->want_ack(spool);
    } else if (kind == wire::UpKind::hb) {
        wire::Heartbeat beat;
        beat.ParseFromString(payload);
        for (const wire::StreamCount& count : beat.streams()) {
            ledger_->close_below(spool, static_cast<Stream>(count.stream()), count.first_unacked());
        }
    } else if (kind == wire::UpKind::bf) {
        wire::Backfill backfill;
        backfill.ParseFromString(payload);
        for (const wire::Envelope& envelope : backfill.records()) {
            take_record(vehicle, envelope);
        }
    } else {
        wire::Envelope envelope;
        envelope.ParseFromString(payload);
        take_record(vehicle, envelope);
    }
}

void SimServer::take_record(std::size_t vehicle, const wire::Envelope& envelope) {
    const auto key = ingest::check_key(vehicles_[vehicle].vid, envelope);
    if (!key) {
        world_.violate("an envelope of a vehicle is refused");
        return;
    }
    Record record;
    record.key = *key;
    if (key->stream == Stream::events) {
        auto checked = ingest::check_record(*key, envelope, {ServerTime{world_.utc_us()}});
        if (!checked) {
            world_.violate("an event of a vehicle is refused");
            return;
        }
        record = std::move(*checked);
    } else {
        record.row = ingest::PositionRow{};
    }
    record.received = ServerTime{static_cast<std::int64_t>(content_hash(envelope))};
    auto& highest = highest_[{vehicle, key->stream}];
    highest = std::max(highest, key->seq);
    const Seen seen = ledger_->arrive(*key);
    if (seen != Seen::first) {
        return;
    }
    Waiting& lane = lanes_.at(lane_of(record));
    const std::size_t waiting =
        lane.records.size() + (lane_of(record) == kEvents ? order_->held() : 0);
    if (waiting >= world_.dials.queue_capacity) {
        if (world_.bug != Bug::queue_forgets) {
            ledger_->forget(*key);
        }
        return;
    }
    if (world_.bug == Bug::ack_before_commit) {
        ledger_->settle(*key, ingest::Ledger::Outcome::inserted);
    }
    const std::size_t number = lane_of(record);
    lane.records.push_back(std::move(record));
    want_flush(number,
               number == kEvents ? ingest::kFlushEvents.count() : ingest::kFlushTrends.count());
}

void SimServer::deliver(const RecordKey& key, ingest::DeliveryDone done) {
    const auto pledge = ingest::Pledges::begin(std::move(done));
    if (pledges_->add(pledge, key)) {
        Record record;
        record.key = key;
        record.known = ingest::Known::by_key;
        record.row = ingest::PositionRow{};
        record.received = ServerTime{static_cast<std::int64_t>(key.seq)};
        lanes_[kOthers].records.push_back(std::move(record));
        want_flush(kOthers, ingest::kFlushTrends.count());
    }
    ingest::Pledges::seal(pledge);
}

// ------------------------------------------------------------------------------------------------
// transactions

void SimServer::want_flush(std::size_t lane, std::int64_t delay_ms) {
    Waiting& it = lanes_.at(lane);
    if (!it.flush_due && it.in_flight.empty()) {
        it.flush_due = true;
        world_.schedule(delay_ms, {.kind = Kind::flush, .who = lane, .generation = generation_});
    }
}

void SimServer::flush(std::size_t lane) {
    Waiting& it = lanes_.at(lane);
    it.flush_due = false;
    if (lane == kEvents && world_.bug != Bug::order_ignored) {
        take_events(it);
    } else {
        const auto count = std::min(it.records.size(), ingest::kBatchRows);
        const auto end = it.records.begin() + static_cast<std::ptrdiff_t>(count);
        std::move(it.records.begin(), end, std::back_inserter(it.in_flight));
        it.records.erase(it.records.begin(), end);
    }
    if (!it.in_flight.empty()) {
        world_.schedule(world_.random.between(1, world_.dials.commit_ms),
                        {.kind = Kind::committed, .who = lane, .generation = generation_});
    } else if (lane == kEvents && order_->held() > 0) {
        want_flush(lane, ingest::kHeldLookAgain.count());
    }
}

void SimServer::take_events(Waiting& waiting) {
    for (Record& record : waiting.records) {
        order_->add(std::move(record), world_.ticks());
    }
    waiting.records.clear();
    const std::uint64_t passed_over = order_->passed_over();
    waiting.in_flight = order_->take(*ledger_, {}, world_.ticks(), ingest::kBatchRows);
    if (order_->passed_over() == passed_over) {
        return;
    }
    // It said that it went on: what is missing below may come later.
    for (const Record& record : waiting.in_flight) {
        StreamTruth& truth = world_.truth(vehicle_of(record.key.vid), Stream::events);
        for (std::uint64_t seq = 1; seq < record.key.seq; ++seq) {
            if (truth.rows[seq - 1] == 0) {
                truth.passed_over[seq - 1] = 1;
            }
        }
    }
}

// The transaction ends: committed and told, failed, or committed and not told.
void SimServer::finish(std::size_t lane) {
    Waiting& it = lanes_.at(lane);
    const bool fails = database_.away || world_.random.chance(world_.dials.commit_fails);
    const bool applied = !database_.away && (!fails || world_.random.chance(0.5));
    if (applied) {
        apply(it.in_flight);
    } else if (world_.bug == Bug::marks_outside) {
        raise_marks(it.in_flight);
    }
    if (fails && world_.bug != Bug::unknown_is_success) {
        it.backoff_ms = std::clamp<std::int64_t>(it.backoff_ms * 2, 200, 2'000);
        world_.schedule(it.backoff_ms,
                        {.kind = Kind::committed, .who = lane, .generation = generation_});
        return;
    }
    it.backoff_ms = 0;
    settle(std::exchange(it.in_flight, {}));
    if (!it.records.empty() || (lane == kEvents && order_->held() > 0)) {
        want_flush(lane,
                   lane == kEvents ? ingest::kFlushEvents.count() : ingest::kFlushTrends.count());
    }
}

void SimServer::apply(const std::vector<Record>& batch) {
    for (const Record& record : batch) {
        insert(record);
    }
    raise_marks(batch);
}

void SimServer::insert(const Record& record) {
    if (record.known == ingest::Known::by_key) {
        database_.delivered.emplace(record.key, hash_of(record));
        return;
    }
    StreamTruth& truth = world_.truth(vehicle_of(record.key.vid), record.key.stream);
    const std::size_t at = record.key.seq - 1;
    if (at >= truth.written.size() || truth.written[at] != hash_of(record)) {
        world_.violate("the archive takes what no vehicle wrote");
        return;
    }
    if (truth.rows[at] != 0 && world_.bug != Bug::dedupe_off) {
        return; // on conflict do nothing
    }
    if (++truth.rows[at] > 1) {
        world_.violate("a record is archived twice");
    }
    if (record.key.stream == Stream::events) {
        if (record.key.seq < truth.events_in_order && truth.passed_over[at] == 0) {
            world_.violate("an event enters the inbox behind a later one");
        }
        truth.events_in_order = std::max(truth.events_in_order, record.key.seq);
    }
}

void SimServer::raise_marks(const std::vector<Record>& batch) {
    std::map<std::pair<SpoolKey, Stream>, std::vector<RecordKey>> by_stream;
    for (const Record& record : batch) {
        if (record.known == ingest::Known::by_mark) {
            by_stream[{{record.key.vid, record.key.spool}, record.key.stream}].push_back(
                record.key);
        }
    }
    for (const auto& [stream, keys] : by_stream) {
        ingest::Mark mark = ledger_->mark_after(keys);
        SimDatabase::MarkRow& row = database_.marks[stream];
        if (!row.done.empty()) {
            mark.done.merge(ingest::SeqSet::from_multirange(row.done).value());
        }
        row.done = mark.done.to_multirange();
        row.stored += static_cast<std::int64_t>(keys.size());
    }
    // telemetry.gap is folded in as a mark when the server starts.
    for (const Record& record : batch) {
        const auto* event = std::get_if<ingest::EventRow>(&record.row);
        if (event != nullptr && event->gap) {
            SimDatabase::MarkRow& row =
                database_.marks[{{record.key.vid, record.key.spool}, event->gap->stream}];
            ingest::SeqSet done = row.done.empty()
                                      ? ingest::SeqSet{}
                                      : ingest::SeqSet::from_multirange(row.done).value();
            done.add(ingest::SeqSpan{event->gap->from, event->gap->to});
            row.done = done.to_multirange();
        }
    }
}

void SimServer::settle(const std::vector<Record>& batch) {
    std::vector<RecordKey> delivered;
    for (const Record& record : batch) {
        if (record.known == ingest::Known::by_key) {
            delivered.push_back(record.key);
            continue;
        }
        ledger_->settle(record.key, ingest::Ledger::Outcome::inserted);
        const auto* event = std::get_if<ingest::EventRow>(&record.row);
        if (event != nullptr && event->gap) {
            ledger_->close({record.key.vid, record.key.spool}, *event->gap);
        }
    }
    pledges_->keep(delivered);
}

// ------------------------------------------------------------------------------------------------
// out

void SimServer::check(std::size_t vehicle, const wire::Ack& ack) {
    for (const wire::StreamAck& stream : ack.streams()) {
        const StreamTruth& truth = world_.truth(vehicle, static_cast<Stream>(stream.stream()));
        for (std::uint64_t seq = truth.checked + 1; seq <= stream.upto(); ++seq) {
            if (!truth.settled(seq)) {
                world_.violate("an acknowledgement names what is not stored");
                return;
            }
            truth.checked = seq; // what is stored stays stored
        }
        for (const wire::SeqRange& range : stream.ranges()) {
            for (std::uint64_t seq = range.from(); seq <= range.to(); ++seq) {
                if (!truth.settled(seq)) {
                    world_.violate("a range of an acknowledgement names what is not stored");
                    return;
                }
            }
        }
    }
}

void SimServer::send_acks() {
    for (const SpoolKey& key : ledger_->acks_due(world_.ticks())) {
        const std::size_t vehicle = vehicle_of(key.vid);
        wire::Ack ack = ledger_->make_ack(key);
        if (world_.bug == Bug::ack_with_hole) {
            for (wire::StreamAck& stream : *ack.mutable_streams()) {
                stream.set_upto(highest_[{vehicle, static_cast<Stream>(stream.stream())}]);
                stream.clear_ranges();
            }
        }
        check(vehicle, ack);
        const int copies = world_.random.chance(world_.dials.duplicate) ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            if (!world_.random.chance(world_.dials.loss)) {
                world_.schedule(
                    world_.random.between(1, world_.dials.delay_ms),
                    {.kind = Kind::down, .who = vehicle, .payload = ack.SerializeAsString()});
            }
        }
        ledger_->ack_sent(key, world_.ticks());
    }
}

// A transaction that ran may have been committed.
void SimServer::crash() {
    for (Waiting& lane : lanes_) {
        if (!lane.in_flight.empty() && !database_.away && world_.random.chance(0.5)) {
            apply(lane.in_flight);
        }
    }
    ++generation_;
    start();
}

} // namespace ems::soak
