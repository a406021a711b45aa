// Inside of the ingest engine, shared by its sources: ingest.cpp takes messages in, ingest_out.cpp
// answers, ingest_shed.cpp sees to what is too much, ingest_store.cpp carries batches to the database.
// Not for others.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <set>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "telemetry/base/bounded_queue.h"
#include "telemetry/ingest/archive.h"
#include "telemetry/ingest/decode.h"
#include "telemetry/ingest/decode_shards.h"
#include "telemetry/ingest/event_order.h"
#include "telemetry/ingest/fleet.h"
#include "telemetry/ingest/ingest.h"
#include "telemetry/ingest/ingest_figures.h"
#include "telemetry/ingest/ledger.h"
#include "telemetry/ingest/limits.h"
#include "telemetry/ingest/pledges.h"
#include "telemetry/ingest/rate_gate.h"
#include "telemetry/ingest/status_store.h"
#include "telemetry/ingest/wave_hold.h"
#include "telemetry/link/backoff.h"
#include "telemetry/wire/topics.h"

namespace ems::wire {
class Envelope;
}

namespace ems::ingest {

namespace asio = boost::asio;

inline constexpr std::size_t kRingPresence = 4096;

// By MessageClass.
inline constexpr RingBounds kRingBounds{RingBound{kRingEvents, WhenFull::refuse_newest,
                                                  kRingEventsPerVehicle},
                                        RingBound{kRingTrends, WhenFull::refuse_newest},
                                        RingBound{kRingWaves, WhenFull::drop_oldest},
                                        RingBound{kRingBacklog, WhenFull::refuse_newest}};

enum class Active { no, yes };
enum class Path { events, trends, waves };
inline constexpr std::array kPaths{Path::events, Path::trends, Path::waves};

inline Path path_of(Stream stream) {
    switch (stream) {
    case Stream::events:
        return Path::events;
    case Stream::positions:
    case Stream::vitals:
        return Path::trends;
    case Stream::waves:
        return Path::waves;
    }
    return Path::trends;
}

// Records that wait for one writer.
struct Waiting {
    Waiting(const asio::any_io_executor& executor, std::size_t own_capacity,
            std::size_t own_batch_rows, std::chrono::milliseconds own_flush)
        : work(executor), capacity(own_capacity), batch_rows(own_batch_rows), flush(own_flush) {}

    [[nodiscard]] std::size_t count() const { return records.size() + poison.size() + held; }
    [[nodiscard]] bool full() const { return count() >= capacity; }
    // No room for a whole u/bf.
    [[nodiscard]] bool crowded() const { return count() + kBackfillRecordsMax > capacity; }
    [[nodiscard]] bool empty() const { return records.empty() && poison.empty(); }

    std::deque<Record> records;
    std::deque<Poison> poison;
    std::size_t held{0}; // events in Body::order
    asio::steady_timer work; // cancelled when something arrives
    std::size_t capacity;
    std::size_t batch_rows; // most of one transaction
    std::chrono::milliseconds flush;
};

struct Ingest::Body : std::enable_shared_from_this<Ingest::Body> {
    using Self = std::shared_ptr<Body>;

    Body(asio::any_io_executor own_executor, IngestConfig own_config, const Clock& own_clock,
         Publish own_publish)
        : executor(std::move(own_executor)), config(std::move(own_config)), clock(own_clock),
          publish(std::move(own_publish)), gate(config.limits), house_timer(executor),
          waiting{Waiting{executor, kPendingEvents, kBatchRows, kFlushEvents},
                  Waiting{executor, kPendingTrends, kBatchRowsBehind, kFlushTrends},
                  Waiting{executor, kPendingWaves, kBatchRows, kFlushWaves}},
          shards(config.shards, kRingBounds, config.region, clock, [this] { want_drain(); }) {}

    void spawn(asio::awaitable<void> loop);
    void push(link::MqttMessage&& message);
    void drain();
    bool drain_data();
    [[nodiscard]] IngestCounters counted() const;
    void want_drain(); // from any thread
    void on_presence_message(const link::MqttMessage& message);
    void on_presence(const wire::UpTopic& topic, const link::MqttMessage& message);
    void on_decoded(Decoded&& message);
    void on_entry(const VehicleId& vid, Decoded::Entry&& entry, const Excerpt& excerpt);
    void accept(Record record, VehicleState& vehicle);
    void defer(const RecordKey& key);
    void show(Record record, VehicleState& vehicle);
    void reject(const RecordKey& key, const Excerpt& excerpt, const Error& error, Known known);
    void deliver(Delivery&& delivery, DeliveryDone&& done);
    // False: there is no room, or nobody to take it for; `done` is untouched then.
    bool take_delivery(const Delivery& delivery, DeliveryDone& done);
    [[nodiscard]] bool has_room(const Delivery& delivery) const;
    void take_delivered(const Delivery& delivery, const wire::Envelope& envelope,
                        VehicleState& vehicle, const Pledges::Handle& pledge);
    void unreadable(const Excerpt& excerpt, std::string reason);
    // Events always; of the rest kBadMessagesPerMinute.
    Poison::Keep may_keep(Stream stream);
    bool is_registered(const VehicleId& vid);
    Waiting& lane(Stream stream) { return waiting[static_cast<std::size_t>(path_of(stream))]; }
    Batch take_events(Waiting& behind);
    void close_gap(const RecordKey& key, GapSpan gap);
    void settle(const Batch& batch, const Stored& stored);
    // Both about every kAgeEvery.
    void hold_waves();
    void tell_floods();
    bool tell_flood(const VehicleId& vid, Active active);
    // Has the links written within kLinksTogether instead of within a second.
    void links_changed();
    void send_acks();
    void send_heartbeats();
    void send_time(const VehicleId& vid);
    void send(const VehicleId& vid, wire::DownKind kind, std::string payload, link::Qos qos);
    void log_counters();
    [[nodiscard]] IngestFigures figures() const;
    [[nodiscard]] ServerStatus status() const;

    static asio::awaitable<bool> pause(Self self, std::chrono::milliseconds time);
    static asio::awaitable<void> wait_for_work(Self self, Waiting& waiting);
    static asio::awaitable<void> writer(Self self, Path lane);
    // Opens the session when it is not; false when the engine stops.
    static asio::awaitable<bool> open(Self self, pg::Connection& db, link::Backoff& backoff);
    static asio::awaitable<void> store(Self self, pg::Connection& db, link::Backoff& backoff,
                                       Batch batch);
    static asio::awaitable<void> store_singly(Self self, pg::Connection& db, link::Backoff& backoff,
                                              Batch batch);
    static asio::awaitable<void> house(Self self);
    static asio::awaitable<void> nap(Self self, std::chrono::milliseconds time);
    static asio::awaitable<Result<void>> keep_house(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> refresh_registry(Self self, pg::Connection& db);
    static asio::awaitable<void> second(Self self);
    static asio::awaitable<void> acknowledge(Self self);
    static asio::awaitable<void> look(Self self);

    asio::any_io_executor executor;
    IngestConfig config;
    const Clock& clock;
    Publish publish;

    RateGate gate;
    WaveHold wave_hold; // updated with the size of `waves`
    asio::steady_timer house_timer; // cancelled when a link changed
    bool links_dirty{false};

    BoundedQueue<link::MqttMessage> presence{kRingPresence, WhenFull::drop_oldest};
    std::atomic<bool> drain_posted{false};

    Ledger ledger;
    EventOrder order;
    Fleet fleet;
    std::array<Waiting, kPaths.size()> waiting;
    Pledges pledges; // delivered and not yet committed
    std::deque<Poison> unreadable_kept;
    std::optional<Registry> registry; // none until the database was reached once
    bool marks_loaded{false};
    bool stranger_seen{false};
    std::set<VehicleId> strangers_logged;
    std::size_t kept_this_minute{0};
    Ticks registry_at{};
    Ticks partitions_at{};
    std::int64_t started_us{clock.utc_us()};
    IngestCounters counters;
    StoreFigures store_figures;
    bool stopping{false};
    std::set<asio::steady_timer*> sleeping;
    // Last: its threads ask for drain(), and end before anything else here does.
    DecodeShards shards;
};

} // namespace ems::ingest
