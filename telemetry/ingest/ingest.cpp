#include "telemetry/ingest/ingest.h"

#include <algorithm>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/ingest/ingest_body.h"
#include "telemetry/wire/ems.pb.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ems::ingest {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kDrainAtOnce = 256; // messages decoded before other work gets its turn
constexpr std::size_t kUnreadableMax = 64;

struct Heard {
    std::string_view vid; // unchecked
    Load load{Load::presence};
};

// Without judging it: "ems/v1/{region}/{vid}/u/{kind}".
Heard heard_on(std::string_view topic) {
    const std::size_t last = topic.rfind('/');
    const std::string_view kind = topic.substr(last + 1);
    Heard heard;
    heard.load = kind == "evt" || kind == "gap"   ? Load::events
                 : kind == "wav"                  ? Load::waves
                 : kind == "gps" || kind == "vit" ? Load::trends
                 : kind == "bf"                   ? Load::backlog
                                                  : Load::presence;
    if (last != std::string_view::npos && last >= 2) {
        const std::string_view before = topic.substr(0, last - 2); // without "/u"
        heard.vid = before.substr(before.rfind('/') + 1).substr(0, VehicleId::kLengthMax);
    }
    return heard;
}

// The record at the cursor of a u/bf, without copying its body: the stream stands behind it.
std::optional<wire::Stream> take_stream(google::protobuf::io::CodedInputStream& in) {
    using google::protobuf::internal::WireFormatLite;
    constexpr std::uint32_t kRecordTag = 1U << 3U | 2U; // ems.wire.Backfill.records
    constexpr std::uint32_t kStreamTag =
        static_cast<std::uint32_t>(wire::Envelope::kStreamFieldNumber) << 3U;
    std::uint32_t size = 0;
    if (in.ReadTag() != kRecordTag || !in.ReadVarint32(&size) || size > INT32_MAX) {
        return std::nullopt;
    }
    const auto outer = in.PushLimit(static_cast<int>(size));
    std::uint32_t stream = wire::STREAM_UNSPECIFIED;
    for (std::uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
        if (tag == kStreamTag ? !in.ReadVarint32(&stream) : !WireFormatLite::SkipField(&in, tag)) {
            return std::nullopt;
        }
    }
    in.PopLimit(outer);
    return static_cast<wire::Stream>(stream);
}

// What a u/bf brings. Vehicles of today never mix events with other streams in a message: the first
// record tells its load. Those of the first version did: an event behind others must not wait for them.
struct Backlog {
    bool begins_with_event{false};
    bool holds_event{false};
};
Backlog backlog_of(const std::string& backfill) {
    google::protobuf::io::CodedInputStream in{
        reinterpret_cast<const std::uint8_t*>(backfill.data()), static_cast<int>(backfill.size())};
    Backlog out;
    std::size_t count = 0;
    while (const auto stream = take_stream(in)) {
        if (++count > kBackfillRecordsMax) {
            break; // refused as a whole
        }
        const bool event = *stream == wire::STREAM_A;
        out.begins_with_event = out.begins_with_event || (count == 1 && event);
        out.holds_event = out.holds_event || event;
    }
    return out;
}

} // namespace

void Ingest::Body::push(link::MqttMessage&& message) {
    const Heard heard = heard_on(message.topic);
    const Backlog brings =
        heard.load == Load::backlog ? backlog_of(message.payload) : Backlog{};
    const Load load = brings.begins_with_event ? Load::events : heard.load;
    if (!gate.admit(heard.vid, load, message.payload.size(), clock.ticks())) {
        return;
    }
    if (heard.load == Load::presence) {
        presence.push(std::move(message));
        want_drain();
        return;
    }
    const MessageClass of = heard.load == Load::events || brings.holds_event ? MessageClass::events
                            : heard.load == Load::waves  ? MessageClass::waves
                            : heard.load == Load::trends ? MessageClass::trends
                                                         : MessageClass::backlog;
    shards.push(of, heard.vid, std::move(message));
}

void Ingest::Body::want_drain() {
    if (!drain_posted.exchange(true)) {
        asio::post(executor, [self = shared_from_this()] { self->drain(); });
    }
}

// Presence first, then alarms, then trends, waves and backlog; a bounded number, then the loop's
// other work gets its turn.
void Ingest::Body::drain() {
    drain_posted.store(false);
    if (stopping) {
        return;
    }
    for (const link::MqttMessage& message : presence.drain(kDrainAtOnce)) {
        on_presence_message(message);
    }
    const bool more = drain_data();
    if (more || presence.size() > 0) {
        want_drain();
    }
}

// Until registry and marks are known nothing can be judged new or known: the rings hold. True when
// more can be taken now.
bool Ingest::Body::drain_data() {
    if (!registry || !marks_loaded) {
        return false;
    }
    bool more = false;
    for (const Path name : kPaths) {
        const MessageClass of = name == Path::events   ? MessageClass::events
                                : name == Path::trends ? MessageClass::trends
                                                       : MessageClass::waves;
        const Waiting& behind = waiting[static_cast<std::size_t>(name)];
        // The writer asks again when it has room. Trends never wait here: the newest position
        // among them is shown although nothing can be stored.
        if (behind.full() && name != Path::trends) {
            continue;
        }
        for (Decoded& message : shards.take(of, kDrainAtOnce)) {
            on_decoded(std::move(message));
        }
        more = more || (shards.has_decoded(of) && (!behind.full() || name == Path::trends));
    }
    // A whole message or none: what has room is stored in the order in which it came, and a fleet that
    // comes back at once waits here instead of sending again. Waves among it may be deferred.
    const Waiting& behind = waiting[static_cast<std::size_t>(Path::trends)];
    for (std::size_t n = 0; n < kDrainAtOnce && !behind.crowded(); ++n) {
        std::vector<Decoded> message = shards.take(MessageClass::backlog, 1);
        if (message.empty()) {
            break;
        }
        on_decoded(std::move(message.front()));
    }
    return more || (shards.has_decoded(MessageClass::backlog) && !behind.crowded());
}

void Ingest::Body::defer(const RecordKey& key) {
    std::uint64_t& count = key.stream == Stream::events  ? counters.shedding.deferred_events
                           : key.stream == Stream::waves ? counters.shedding.deferred_waves
                                                         : counters.shedding.deferred_trends;
    ++count;
}

void Ingest::Body::on_presence_message(const link::MqttMessage& message) {
    ++counters.messages;
    const auto topic = wire::parse_topic(message.topic);
    const auto* up = topic ? std::get_if<wire::UpTopic>(&*topic) : nullptr;
    const bool of_presence =
        up != nullptr && up->region == config.region &&
        (up->kind == wire::UpKind::birth || up->kind == wire::UpKind::state ||
         up->kind == wire::UpKind::hb);
    if (!of_presence) {
        unreadable(excerpt_of(message.topic, message.payload), "topic");
        return;
    }
    on_presence(*up, message);
}

void Ingest::Body::on_decoded(Decoded&& message) {
    ++counters.messages;
    if (message.unreadable) {
        unreadable(message.excerpt, message.unreadable->detail);
        return;
    }
    for (Decoded::Entry& entry : message.entries) {
        on_entry(*message.vid, std::move(entry), message.excerpt);
    }
}

void Ingest::Body::on_presence(const wire::UpTopic& topic, const link::MqttMessage& message) {
    const Moment now{clock.ticks(), clock.server_now()};
    if (topic.kind == wire::UpKind::state) {
        // The will speaks for a vehicle that is gone: it is no sign of life.
        wire::LinkState state;
        if (!state.ParseFromString(message.payload)) {
            unreadable(excerpt_of(message.topic, message.payload), "state");
        } else {
            if (fleet.on_link_state(topic.vid, state)) {
                links_changed();
            }
        }
        return;
    }
    VehicleState* vehicle = fleet.heard(topic.vid, now);
    if (vehicle == nullptr) {
        return;
    }
    if (topic.kind == wire::UpKind::birth) {
        wire::Birth birth;
        if (!birth.ParseFromString(message.payload)) {
            unreadable(excerpt_of(message.topic, message.payload), "birth");
            return;
        }
        fleet.on_birth(*vehicle, birth);
        ledger.want_ack({topic.vid, birth.spool()});
        EMS_LOG(info, "ingest", "birth vid={} counter={} spool={:016x} software=\"{}\"",
                topic.vid.str(), birth.birth_counter(), birth.spool(), vehicle->software);
        send_time(topic.vid);
        return;
    }
    wire::Heartbeat heartbeat;
    if (!heartbeat.ParseFromString(message.payload)) {
        unreadable(excerpt_of(message.topic, message.payload), "heartbeat");
        return;
    }
    fleet.on_heartbeat(*vehicle, heartbeat, now);
    // Counts of another spool would close what was never committed, and have it acknowledged.
    if (heartbeat.spool() == 0 || heartbeat.spool() != vehicle->spool) {
        return;
    }
    for (const wire::StreamCount& count : heartbeat.streams()) {
        if (count.stream() >= wire::STREAM_A &&
            count.stream() <= wire::STREAM_W) {
            // Numbers never made are nobody's to close: records to come would pass for repeats.
            ledger.close_below({topic.vid, vehicle->spool}, static_cast<Stream>(count.stream()),
                               std::min(count.first_unacked(), count.last_seq() + 1));
        }
    }
}

void Ingest::Body::on_entry(const VehicleId& vid, Decoded::Entry&& entry,
                            const Excerpt& excerpt) {
    if (!registry || !is_registered(vid)) {
        return;
    }
    VehicleState* vehicle = fleet.heard(vid, {clock.ticks(), clock.server_now()});
    if (vehicle == nullptr) {
        return;
    }
    if (!entry.key) {
        unreadable(excerpt, entry.record.error().detail);
        return;
    }
    const RecordKey& key = *entry.key;
    if (vehicle->spool == 0) {
        vehicle->spool = key.spool;
    }
    if (lane(key.stream).full()) {
        defer(key);
        if (entry.record) {
            show(std::move(*entry.record), *vehicle);
        }
        return;
    }
    // One vehicle's flood must not take the room of another's alarm. It has them still: what is not
    // acknowledged comes again.
    if (key.stream == Stream::events &&
        ledger.pending_count(vid, Stream::events) >= kEventsPerVehicle) {
        defer(key);
        return;
    }
    switch (ledger.arrive(key)) {
    case Seen::first:
        break;
    case Seen::pending:
    case Seen::done:
        ++counters.repeated;
        ++vehicle->repeated;
        return;
    case Seen::no_room:
        defer(key);
        return;
    }
    if (!entry.record) {
        reject(key, excerpt, entry.record.error(), Known::by_mark);
        return;
    }
    accept(std::move(*entry.record), *vehicle);
}

void Ingest::Body::accept(Record record, VehicleState& vehicle) {
    ++counters.records;
    counters.time_bad += record.t_bad ? 1U : 0U;
    // A terminal's clock is not the vehicle's, nor is ours in an event of our own; and neither tells
    // that the vehicle's own streams come.
    if (record.known == Known::by_mark) {
        store_figures.received(record);
        Fleet::on_clock(vehicle, record);
    }
    if (record.key.stream == Stream::positions) {
        fleet.on_position(vehicle, record, registry->time_scale);
        counters.implausible += std::get<PositionRow>(record.row).plausible ? 0U : 1U;
    } else if (record.key.stream == Stream::vitals) {
        fleet.on_vitals(vehicle, record);
    }
    Waiting& behind = lane(record.key.stream);
    behind.records.push_back(std::move(record));
    behind.work.cancel();
}

// What cannot be stored now may still be the newest: the desk sees it, and the record comes again.
void Ingest::Body::show(Record record, VehicleState& vehicle) {
    if (record.lane != Lane::live) {
        return;
    }
    if (record.key.stream == Stream::positions) {
        Fleet::on_clock(vehicle, record);
        fleet.on_position(vehicle, record, registry->time_scale);
    } else if (record.key.stream == Stream::vitals) {
        Fleet::on_clock(vehicle, record);
        fleet.on_vitals(vehicle, record);
    }
}

void Ingest::Body::reject(const RecordKey& key, const Excerpt& excerpt, const Error& error,
                          Known known) {
    ++counters.rejected;
    Waiting& behind = lane(key.stream);
    Poison poison{key,
                  excerpt.topic,
                  error.message(),
                  excerpt.size_bytes,
                  excerpt.head,
                  may_keep(key.stream),
                  known};
    EMS_LOG(warn, "ingest", "rejected vid={} stream={} seq={} reason=\"{}\"", key.vid.str(),
            static_cast<int>(key.stream), key.seq, poison.reason);
    behind.poison.push_back(std::move(poison));
    behind.work.cancel();
}

void Ingest::Body::unreadable(const Excerpt& excerpt, std::string reason) {
    ++counters.unreadable;
    if (unreadable_kept.size() >= kUnreadableMax || may_keep(Stream::waves) == Poison::Keep::count_only) {
        return;
    }
    unreadable_kept.push_back({RecordKey{}, excerpt.topic, std::move(reason), excerpt.size_bytes,
                               excerpt.head, Poison::Keep::yes, Known::by_mark});
}

Poison::Keep Ingest::Body::may_keep(Stream stream) {
    if (stream == Stream::events) {
        return Poison::Keep::yes;
    }
    return ++kept_this_minute <= kBadMessagesPerMinute ? Poison::Keep::yes
                                                       : Poison::Keep::count_only;
}

bool Ingest::Body::is_registered(const VehicleId& vid) {
    if (registry->vehicles.contains(vid)) {
        return true;
    }
    ++counters.strangers;
    stranger_seen = true;
    if (strangers_logged.size() < kUnreadableMax && strangers_logged.insert(vid).second) {
        EMS_LOG(warn, "ingest", "vehicle is not in the registry of this region vid={}", vid.str());
    }
    return false;
}

void Ingest::Body::spawn(asio::awaitable<void> loop) {
    asio::co_spawn(executor, std::move(loop), [](const std::exception_ptr& error) {
        // Nothing of ours throws; a library's exception here is a bug that a restart survives.
        EMS_ASSERT(!error);
    });
}

Ingest::Ingest(asio::any_io_executor executor, IngestConfig config, const Clock& clock,
               Publish publish)
    : body_(std::make_shared<Body>(std::move(executor), std::move(config), clock,
                                   std::move(publish))) {}

Ingest::~Ingest() {
    stop();
}

void Ingest::start() {
    for (const Path lane : kPaths) {
        body_->spawn(Body::writer(body_, lane));
    }
    body_->spawn(Body::house(body_));
    body_->spawn(Body::second(body_));
    body_->spawn(Body::acknowledge(body_));
    body_->spawn(Body::look(body_));
}

void Ingest::stop() {
    body_->stopping = true;
    body_->shards.stop();
    for (Waiting& waiting : body_->waiting) {
        waiting.work.cancel();
    }
    body_->house_timer.cancel();
    for (asio::steady_timer* timer : body_->sleeping) {
        timer->cancel();
    }
}

void Ingest::push(link::MqttMessage&& message) {
    body_->push(std::move(message));
}

IngestCounters Ingest::counters() const {
    return body_->counted();
}

} // namespace ems::ingest
