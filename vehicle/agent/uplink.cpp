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
    budget_at_ = now;
    budget_bytes_ = 0;
    for (auto& flights : flights_) {
        flights.clear();
    }
    told_.clear();
    for (;;) {
        Batch events;
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

void Uplink::live(const std::vector<Record>& records, Ticks now, DeviceTime device) {
    if (!up_) {
        return;
    }
    for (const Record& record : records) {
        if (is_old_fix(record, device)) {
            continue;
        }
        if (!wire_.send(live_kind(record.stream), record.envelope)) {
            return;
        }
        ++counters_.live;
        note_told(record);
        // Beyond a full window a live record counts as not sent: the second lane takes it in its
        // turn.
        if (in_flight(record.stream) < kInFlightMax) {
            note_sent(record, now);
        }
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
            return flight.first.first == ack.spool() && covered(stream, flight.first.second);
        });
    }
}

bool Uplink::Batch::add(Record record) {
    if (records.size() >= kBackfillRecordsMax ||
        (!records.empty() && bytes + record.envelope.size() > kBackfillBytesMax)) {
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
    Batch again;
    for (const Record& event : batch.records) {
        if (event.seq <= told_[event.spool]) {
            again.add(event); // a part of `batch`: it fits
            continue;
        }
        budget_bytes_ -= static_cast<double>(event.envelope.size());
        if (!wire_.send(wire::UpKind::evt, event.envelope)) {
            return false;
        }
        ++counters_.backfilled;
        note_told(event);
        note_sent(event, now);
    }
    return again.records.empty() || send_backfill(again, now);
}

bool Uplink::send_backfill(const Batch& batch, Ticks now) {
    wire::Backfill backfill;
    for (const Record& record : batch.records) {
        if (!backfill.add_records()->ParseFromString(record.envelope)) {
            backfill.mutable_records()->RemoveLast(); // cannot be: the spool checked its sum
        }
    }
    std::string payload = backfill.SerializeAsString();
    budget_bytes_ -= static_cast<double>(payload.size());
    if (!wire_.send(wire::UpKind::bf, std::move(payload))) {
        return false;
    }
    counters_.backfilled += batch.records.size();
    for (const Record& record : batch.records) {
        note_sent(record, now);
    }
    return true;
}

void Uplink::tick(Ticks now) {
    if (!up_) {
        return;
    }
    const double seconds = std::chrono::duration<double>(now - budget_at_).count();
    budget_at_ = now;
    const auto rate = static_cast<double>(options_.backlog_bytes_per_s);
    budget_bytes_ = std::min(budget_bytes_ + seconds * rate, rate);
    while (budget_bytes_ > 0) {
        Batch events;
        collect(wire::STREAM_A, now, events);
        if (!events.records.empty()) {
            if (!send_events(events, now)) {
                return;
            }
            continue;
        }
        Batch batch;
        for (const wire::Stream stream : {wire::STREAM_G, wire::STREAM_V, wire::STREAM_W}) {
            collect(stream, now, batch);
        }
        if (batch.records.empty() || !send_backfill(batch, now)) {
            return;
        }
    }
}

} // namespace ems::vehicle
