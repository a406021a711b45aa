#include "vehicle/agent/uplink.h"

#include <algorithm>

#include "telemetry/base/log.h"
#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

wire::UpKind live_kind(wire::Stream stream) {
    switch (stream) {
    case wire::STREAM_G:
        return wire::UpKind::gps;
    case wire::STREAM_V:
        return wire::UpKind::vit;
    case wire::STREAM_W:
        return wire::UpKind::wav;
    default:
        return wire::UpKind::evt;
    }
}

bool covered(const wire::StreamAck& ack, std::uint64_t seq) {
    return seq <= ack.upto() ||
           std::any_of(
               ack.ranges().begin(), ack.ranges().end(),
               [seq](const auto& range) { return range.from() <= seq && seq <= range.to(); }) ||
           std::find(ack.rejected().begin(), ack.rejected().end(), seq) != ack.rejected().end();
}

// A fix of the future is no newer: the clock was set back since.
bool is_old_fix(const Record& record, DeviceTime device) {
    wire::Envelope envelope;
    return record.stream == wire::STREAM_G &&
           (!envelope.ParseFromString(record.envelope) ||
            std::chrono::abs(device - DeviceTime{envelope.t_us()}) >= kLiveFixAge);
}

} // namespace

void Uplink::link_up(Ticks now, DeviceTime device) {
    up_ = true;
    budget_.link_up(now);
    for (auto& flights : flights_) {
        flights.clear();
    }
    told_.clear();
    events_sent_at_.reset();
    for (;;) {
        Batch events{kBackfillBytesMax};
        collect(wire::STREAM_A, now, events);
        if (events.records.empty()) {
            break;
        }
        if (!send_events(events, now)) {
            return;
        }
    }
    if (const auto position = spool_.newest(wire::STREAM_G)) {
        live({*position}, now, device);
    }
}

void Uplink::link_down() {
    up_ = false;
    gate_.reset(); // here and not in link_up(): state and birth are under way by then
    waves_held_until_ = {};
    for (auto& flights : flights_) {
        flights.clear();
    }
}

void Uplink::note_sent(const Record& record, Ticks now) {
    auto& flights = flights_.at(stream_index(record.stream));
    const Key key{record.spool, record.seq};
    const auto known = flights.find(key);
    if (known != flights.end()) {
        ++counters_.resent;
        known->second = {now, std::min(known->second.patience * 2, kResendMost)};
    } else {
        flights.emplace(key, Flight{now, kResendFirst});
    }
}

bool Uplink::hand_over(wire::UpKind kind, std::string payload, Ticks now) {
    const std::size_t size = payload.size();
    if (!wire_.send(kind, std::move(payload))) {
        return false;
    }
    gate_.sent(kind, size, now);
    return true;
}

bool Uplink::may_go_live(const Record& record, Ticks now, DeviceTime device, Ticks heard_until) {
    if (is_old_fix(record, device) ||
        (record.stream == wire::STREAM_W && now < waves_held_until_ && now >= watched_until_)) {
        return false;
    }
    const Watched watched = now < watched_until_ ? Watched::yes : Watched::no;
    if (!gate_.open(record.stream, watched, heard_until)) {
        ++counters_.kept_back;
        return false;
    }
    return true;
}

void Uplink::live(const std::vector<Record>& records, Ticks now, DeviceTime device,
                  Ticks heard_until) {
    if (!up_) {
        return;
    }
    for (const wire::Stream stream :
         {wire::STREAM_A, wire::STREAM_G, wire::STREAM_V, wire::STREAM_W}) {
        for (const Record& record : records) {
            if (record.stream != stream || !may_go_live(record, now, device, heard_until)) {
                continue;
            }
            if (!hand_over(live_kind(stream), record.envelope, now)) {
                return;
            }
            ++counters_.live;
            note_told(record);
            // Beyond a full window a live record counts as not sent: the second lane takes it in
            // its turn.
            if (in_flight(stream) < kInFlightMax) {
                note_sent(record, now);
            }
        }
    }
}

void Uplink::received(wire::UpKind kind, Ticks at) {
    const auto under_way = gate_.received(kind, at);
    if (kind == wire::UpKind::bf) {
        budget_.received(at);
    } else if (kind == wire::UpKind::hb && under_way) {
        budget_.beat_delay(std::chrono::duration_cast<std::chrono::microseconds>(*under_way), at);
    }
}

void Uplink::acknowledged(const wire::Ack& ack) {
    for (const wire::StreamAck& stream : ack.streams()) {
        if (stream.stream() < wire::STREAM_A || stream.stream() > wire::STREAM_W) {
            continue;
        }
        if (!stream.rejected().empty()) {
            EMS_LOG(warn, "uplink", "centre rejects {} records of stream {}",
                    stream.rejected().size(), static_cast<int>(stream.stream()));
        }
        std::erase_if(flights_.at(stream_index(stream.stream())), [&](const auto& flight) {
            const Key& key = flight.first;
            return key.first == ack.spool() && covered(stream, key.second);
        });
    }
}

bool Uplink::Batch::add(Record record) {
    if (records.size() >= kBackfillRecordsMax ||
        (!records.empty() && bytes + record.envelope.size() > bytes_max)) {
        return false;
    }
    bytes += record.envelope.size() + 8;
    records.push_back(std::move(record));
    return true;
}

bool Uplink::add_overdue(wire::Stream stream, Ticks now, Batch& batch) {
    auto& flights = flights_.at(stream_index(stream));
    for (auto flight = flights.begin(); flight != flights.end();) {
        if (now - flight->second.sent < flight->second.patience) {
            ++flight;
            continue;
        }
        auto record = spool_.find(stream, flight->first.first, flight->first.second);
        if (!record) { // dropped by the quota, or its file is gone
            flight = flights.erase(flight);
        } else if (batch.add(std::move(*record))) {
            ++flight;
        } else {
            return false;
        }
    }
    return true;
}

void Uplink::collect(wire::Stream stream, Ticks now, Batch& batch) {
    const auto& flights = flights_.at(stream_index(stream));
    if (!add_overdue(stream, now, batch) || flights.size() >= kInFlightMax ||
        spool_.unacked_count(stream) <= flights.size()) {
        return;
    }
    std::size_t room = kInFlightMax - flights.size();
    // Wide enough for a full batch behind a full window.
    for (Record& record : spool_.unacked(stream, kInFlightMax + kBackfillRecordsMax)) {
        if (flights.contains(Key{record.spool, record.seq})) {
            continue;
        }
        if (room == 0 || !batch.add(std::move(record))) {
            return;
        }
        --room;
    }
}

void Uplink::note_told(const Record& event) {
    if (event.stream == wire::STREAM_A) {
        told_[event.spool] = std::max(told_[event.spool], event.seq);
    }
}

bool Uplink::send_events(const Batch& batch, Ticks now) {
    Batch again{batch.bytes_max};
    for (const Record& event : batch.records) {
        if (event.seq <= told_[event.spool]) {
            again.add(event); // a part of `batch`: it fits
            continue;
        }
        if (!hand_over(wire::UpKind::evt, event.envelope, now)) {
            return false;
        }
        budget_.sent(event.envelope.size(), LinkBudget::Receipt::none, now);
        ++counters_.backfilled;
        note_told(event);
        note_sent(event, now);
    }
    if (!again.records.empty() && !send_backfill(again, now)) {
        return false;
    }
    events_sent_at_ = now;
    return true;
}

bool Uplink::send_backfill(const Batch& batch, Ticks now) {
    wire::Backfill backfill;
    for (const Record& record : batch.records) {
        if (!backfill.add_records()->ParseFromString(record.envelope)) {
            backfill.mutable_records()->RemoveLast(); // cannot be: the spool checked its sum
        }
    }
    std::string payload = backfill.SerializeAsString();
    const std::size_t size = payload.size();
    if (!hand_over(wire::UpKind::bf, std::move(payload), now)) {
        return false;
    }
    budget_.sent(size, LinkBudget::Receipt::expected, now);
    counters_.backfilled += batch.records.size();
    for (const Record& record : batch.records) {
        note_sent(record, now);
    }
    return true;
}

bool Uplink::send_next(Ticks now) {
    Batch events{budget_.message_bytes_max()};
    collect(wire::STREAM_A, now, events);
    if (!events.records.empty()) {
        return send_events(events, now);
    }
    Batch batch{budget_.message_bytes_max()};
    const bool waves_held = now < waves_held_until_;
    for (const wire::Stream stream : {wire::STREAM_G, wire::STREAM_V, wire::STREAM_W}) {
        if (stream != wire::STREAM_W || !waves_held) {
            collect(stream, now, batch);
        }
    }
    return !batch.records.empty() && send_backfill(batch, now);
}

void Uplink::tick(Ticks now) {
    if (!up_) {
        return;
    }
    while (budget_.may_send(now) && send_next(now)) {
    }
    budget_.end_burst();
    send_waiting_events(now);
}

// An alarm must not wait for waves, whatever the budget makes of the link.
void Uplink::send_waiting_events(Ticks now) {
    if (events_sent_at_ && now - *events_sent_at_ < kEventsWaitMost) {
        return;
    }
    Batch events{budget_.message_bytes_max()};
    collect(wire::STREAM_A, now, events);
    if (!events.records.empty()) {
        send_events(events, now);
    }
}

} // namespace ems::vehicle
