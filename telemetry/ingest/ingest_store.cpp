#include <algorithm>
#include <iterator>
#include <random>

#include "telemetry/base/log.h"
#include "telemetry/ingest/ingest_body.h"
#include "telemetry/wire/ems.pb.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ems::ingest {

using namespace std::chrono_literals;

namespace {

constexpr auto kRegistryEvery = 30s;
constexpr auto kRegistryForStrangerEvery = 5s;
constexpr auto kPartitionsEvery = 1h;
constexpr auto kHouseLimit = 30s; // making partitions may move rows

Batch take_batch(Waiting& waiting) {
    Batch batch;
    while (!waiting.records.empty() && batch.records.size() < waiting.batch_rows) {
        batch.records.push_back(std::move(waiting.records.front()));
        waiting.records.pop_front();
    }
    while (!waiting.poison.empty() && batch.poison.size() < kBatchRows) {
        batch.poison.push_back(std::move(waiting.poison.front()));
        waiting.poison.pop_front();
    }
    return batch;
}

} // namespace

Batch Ingest::Body::take_events(Waiting& behind) {
    std::vector<Record> delivered; // their seqs are not dense: there is no order to wait for
    std::deque<Record> later;
    for (Record& next : behind.records) {
        if (next.known == Known::by_mark) {
            order.add(std::move(next), clock.ticks());
        } else if (delivered.size() < kBatchRows) {
            delivered.push_back(std::move(next));
        } else {
            later.push_back(std::move(next));
        }
    }
    behind.records.clear();
    Batch batch = take_batch(behind); // poison alone
    batch.records = order.take(ledger, batch.poison, clock.ticks(), kBatchRows);
    std::move(delivered.begin(), delivered.end(), std::back_inserter(batch.records));
    behind.records = std::move(later);
    behind.held = order.held();
    counters.out_of_order = order.passed_over();
    return batch;
}

asio::awaitable<void> Ingest::Body::wait_for_work(Self self, Waiting& waiting) {
    while (waiting.empty() && !self->stopping) {
        // What is held may be let go by a heartbeat or by time alone.
        const bool look_again = waiting.held > 0;
        waiting.work.expires_after(look_again ? std::chrono::milliseconds{kHeldLookAgain} : std::chrono::milliseconds{1h});
        static_cast<void>(co_await waiting.work.async_wait(asio::as_tuple(asio::use_awaitable)));
        if (look_again) {
            break;
        }
    }
}

asio::awaitable<bool> Ingest::Body::open(Self self, pg::Connection& db, link::Backoff& backoff) {
    if (db.is_open()) {
        co_return true;
    }
    while (!self->stopping) {
        auto opened = co_await db.open();
        if (opened) {
            opened = co_await prepare_session(db);
        }
        if (opened) {
            co_return true;
        }
        EMS_LOG(warn, "ingest", "database away: {}", opened.error().message());
        db.close();
        co_await pause(self, backoff.next());
    }
    co_return false;
}

asio::awaitable<void> Ingest::Body::writer(Self self, Path name) {
    Waiting& waiting = self->waiting[static_cast<std::size_t>(name)];
    pg::Connection db{self->executor, self->config.db};
    link::Backoff backoff{{200ms, 2000ms}, std::random_device{}()};
    while (!self->stopping) {
        co_await wait_for_work(self, waiting);
        if (waiting.records.size() < kBatchRows) {
            co_await pause(self, waiting.flush);
        }
        if (self->stopping) {
            break;
        }
        const bool was_crowded = waiting.crowded();
        Batch batch = name == Path::events ? self->take_events(waiting) : take_batch(waiting);
        if (!batch.empty()) {
            co_await store(self, db, backoff, std::move(batch));
        }
        if (was_crowded) {
            self->want_drain();
        }
    }
}

// Repeats the batch until it is committed: its keys make a repeat harmless, also after a commit of
// unknown outcome.
asio::awaitable<void> Ingest::Body::store(Self self, pg::Connection& db, link::Backoff& backoff,
                                          Batch batch) {
    const StoreFigures::Flight flight{self->store_figures, batch};
    while (!self->stopping) {
        const bool opened = co_await open(self, db, backoff);
        if (!opened) {
            break;
        }
        const Ticks began = self->clock.ticks();
        auto stored = co_await store_batch(db, self->config.region, batch, self->ledger);
        if (stored) {
            const Ticks now = self->clock.ticks();
            self->store_figures.committed(batch, now - began, now);
            backoff.reset();
            self->settle(batch, *stored);
            break;
        }
        ++self->counters.batch_failures;
        EMS_LOG(warn, "ingest", "batch not stored rows={}: {}", batch.size(),
                stored.error().message());
        if (pg::refuses_values(stored.error())) {
            co_await store_singly(self, db, backoff, std::move(batch));
            break;
        }
        db.close(); // the fault may lie in the session: a new one starts clean
        co_await pause(self, backoff.next());
    }
}

// One bad record must not hold up its neighbours: each is stored alone, and what the database
// refuses is quarantined.
asio::awaitable<void> Ingest::Body::store_singly(Self self, pg::Connection& db,
                                                 link::Backoff& backoff, Batch batch) {
    std::deque<Batch> singles;
    for (Record& record : batch.records) {
        singles.emplace_back().records.push_back(std::move(record));
    }
    for (Poison& poison : batch.poison) {
        singles.emplace_back().poison.push_back(std::move(poison));
    }
    while (!singles.empty() && !self->stopping) {
        const bool opened = co_await open(self, db, backoff);
        if (!opened) {
            break;
        }
        Batch& single = singles.front();
        auto stored = co_await store_batch(db, self->config.region, single, self->ledger);
        if (stored) {
            self->settle(single, *stored);
            singles.pop_front();
        } else if (!pg::refuses_values(stored.error())) {
            ++self->counters.batch_failures;
            EMS_LOG(warn, "ingest", "record not stored: {}", stored.error().message());
            db.close();
            co_await pause(self, backoff.next());
        } else if (!single.records.empty()) {
            ++self->counters.rejected;
            const Record& record = single.records.front();
            const std::string reason =
                "refused by the database " + std::string{pg::sqlstate(stored.error())};
            single.poison.push_back(
                poison_of(self->config.region, record, reason, self->may_keep(record.key.stream)));
            single.records.clear();
        } else if (single.poison.front().keep == Poison::Keep::yes) {
            single.poison.front().keep = Poison::Keep::count_only;
        } else {
            EMS_LOG(error, "ingest", "a rejected record cannot be marked: {}",
                    stored.error().message());
            if (single.poison.front().known == Known::by_mark) {
                self->ledger.forget(single.poison.front().key);
            }
            singles.pop_front();
        }
    }
}

// Numbers that the vehicle has not made yet are not closed, whatever it declares: records to come
// would pass for repeats. What is left over is closed by its heartbeat once it is below the first
// number that waits.
void Ingest::Body::close_gap(const RecordKey& key, GapSpan gap) {
    const VehicleState* vehicle = fleet.find(key.vid);
    const std::uint64_t made = vehicle != nullptr && vehicle->spool == key.spool
                                   ? vehicle->made.at(index_of(gap.stream))
                                   : 0;
    if (made != 0 && gap.to > made) {
        EMS_LOG(warn, "ingest", "gap beyond what was made vid={} stream={} to={} made={}",
                key.vid.str(), static_cast<int>(gap.stream), gap.to, made);
        gap.to = made;
    }
    if (gap.from <= gap.to) {
        ledger.close({key.vid, key.spool}, gap);
    }
}

void Ingest::Body::settle(const Batch& batch, const Stored& stored) {
    // As a rule: then nothing needs to be looked up.
    const bool all_fresh = stored.inserted.size() == batch.records.size();
    std::set<RecordKey> fresh;
    if (!all_fresh) {
        fresh.insert(stored.inserted.begin(), stored.inserted.end());
    }
    const std::set<RecordKey> clashes{stored.clashes.begin(), stored.clashes.end()};
    std::vector<RecordKey> delivered;
    for (const Record& record : batch.records) {
        if (clashes.contains(record.key)) {
            EMS_LOG(error, "ingest", "id of another event vid={} seq={}: quarantined",
                    record.key.vid.str(), record.key.seq);
        }
        if (record.known == Known::by_key) {
            delivered.push_back(record.key);
            continue;
        }
        const auto outcome = clashes.contains(record.key)  ? Ledger::Outcome::rejected
                             : all_fresh || fresh.contains(record.key)
                                 ? Ledger::Outcome::inserted
                                 : Ledger::Outcome::repeated;
        ledger.settle(record.key, outcome);
        const auto* event = std::get_if<EventRow>(&record.row);
        if (event != nullptr && event->gap) {
            close_gap(record.key, *event->gap);
        }
    }
    for (const Poison& poison : batch.poison) {
        if (poison.known == Known::by_key) {
            delivered.push_back(poison.key);
        } else {
            ledger.settle(poison.key, Ledger::Outcome::rejected);
        }
    }
    counters.stored += stored.inserted.size();
    counters.rejected += clashes.size();
    counters.event_clashes += clashes.size();
    ++counters.batches;
    pledges.keep(delivered);
}

asio::awaitable<Result<void>> Ingest::Body::refresh_registry(Self self, pg::Connection& db) {
    auto loaded = co_await load_registry(db, self->config.region);
    if (!loaded) {
        co_return Failure{std::move(loaded).error()};
    }
    if (!self->registry) {
        EMS_LOG(info, "ingest", "registry region={} vehicles={} time_scale={}",
                self->config.region.str(), loaded->vehicles.size(), loaded->time_scale);
    }
    self->registry = std::move(*loaded);
    self->registry_at = self->clock.ticks();
    self->stranger_seen = false;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Ingest::Body::keep_house(Self self, pg::Connection& db) {
    const Ticks now = self->clock.ticks();
    const auto since = now - self->registry_at;
    if (!self->registry || since >= kRegistryEvery ||
        (self->stranger_seen && since >= kRegistryForStrangerEvery)) {
        if (auto done = co_await refresh_registry(self, db); !done) {
            co_return done;
        }
    }
    if (!self->marks_loaded) {
        auto marks = co_await load_marks(db);
        if (!marks) {
            co_return Failure{std::move(marks).error()};
        }
        for (const Mark& mark : *marks) {
            self->ledger.restore(mark);
        }
        self->marks_loaded = true;
        self->want_drain();
    }
    self->shards.open(self->registry->time_scale);
    if (self->partitions_at == Ticks{} || now - self->partitions_at >= kPartitionsEvery) {
        auto made = co_await ensure_partitions(db);
        if (!made) {
            co_return Failure{std::move(made).error()};
        }
        self->partitions_at = now;
        EMS_LOG(info, "ingest", "partitions made={}", *made);
    }
    while (!self->unreadable_kept.empty()) {
        if (auto kept = co_await keep_bad_message(db, self->unreadable_kept.front());
            !kept && !pg::refuses_values(kept.error())) {
            co_return kept;
        }
        self->unreadable_kept.pop_front();
    }
    if (auto stored = co_await store_fleet(db, self->fleet, self->ledger); !stored) {
        co_return stored;
    }
    self->store_figures.database_answered(self->clock.ticks());
    ServerStatus status = self->status();
    co_return co_await store_status(db, std::move(status));
}

asio::awaitable<void> Ingest::Body::house(Self self) {
    pg::Options options = self->config.db;
    options.statement_limit = kHouseLimit;
    pg::Connection db{self->executor, options};
    link::Backoff backoff{{200ms, 2000ms}, std::random_device{}()};
    for (;;) {
        const bool opened = co_await open(self, db, backoff);
        if (!opened) {
            break;
        }
        const auto kept = co_await keep_house(self, db);
        if (kept) {
            backoff.reset();
        } else {
            EMS_LOG(warn, "ingest", "house-keeping failed: {}", kept.error().message());
        }
        if (kept) {
            co_await nap(self, 1s);
        } else {
            co_await pause(self, 1s);
        }
        if (self->stopping) {
            break;
        }
    }
}

// Until a link changes, at most this long; at least kLinksTogether, so that a fleet whose links come
// and go one after the other does not keep the database writing.
asio::awaitable<void> Ingest::Body::nap(Self self, std::chrono::milliseconds time) {
    const bool goes_on = co_await pause(self, kLinksTogether);
    if (goes_on && !self->links_dirty) {
        self->house_timer.expires_after(time - kLinksTogether);
        static_cast<void>(
            co_await self->house_timer.async_wait(asio::as_tuple(asio::use_awaitable)));
    }
    self->links_dirty = false;
}

} // namespace ems::ingest
