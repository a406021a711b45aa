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
    std::vector<Record> events;
    std::size_t bytes = 0;
    collect(wire::STREAM_A, now, &events, &bytes);
    if (!events.empty() && !send_backfill(events, now)) {
        return;
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
    } else if (flights.size() < kInFlightMax) {
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
        note_sent(record, now);
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

void Uplink::collect(wire::Stream stream, Ticks now, std::vector<Record>* batch,
                     std::size_t* bytes) {
    auto& flights = flights_.at(stream_index(stream));
    const auto overdue = [now](const Flight& flight) {
        return now - flight.sent >= flight.patience;
    };
    const auto waiting = static_cast<std::size_t>(
        std::count_if(flights.begin(), flights.end(),
                      [&](const auto& flight) { return !overdue(flight.second); }));
    if (spool_.unacked_count(stream) <= waiting || waiting >= kInFlightMax) {
        return;
    }
    std::size_t room = kInFlightMax - waiting;
    for (Record& record : spool_.unacked(stream, kInFlightMax + kBackfillRecordsMax)) {
        const auto flight = flights.find(Key{record.spool, record.seq});
        if (flight != flights.end() && !overdue(flight->second)) {
            continue;
        }
        if (room == 0 || batch->size() >= kBackfillRecordsMax ||
            (!batch->empty() && *bytes + record.envelope.size() > kBackfillBytesMax)) {
            return;
        }
        --room;
        *bytes += record.envelope.size() + 8;
        batch->push_back(std::move(record));
    }
}

bool Uplink::send_backfill(const std::vector<Record>& batch, Ticks now) {
    wire::Backfill backfill;
    for (const Record& record : batch) {
        if (!backfill.add_records()->ParseFromString(record.envelope)) {
            backfill.mutable_records()->RemoveLast(); // cannot be: the spool checked its sum
        }
    }
    std::string payload = backfill.SerializeAsString();
    budget_bytes_ -= static_cast<double>(payload.size());
    if (!wire_.send(wire::UpKind::bf, std::move(payload))) {
        return false;
    }
    counters_.backfilled += batch.size();
    for (const Record& record : batch) {
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
        std::vector<Record> batch;
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < kStreams; ++i) {
            collect(stream_at(i), now, &batch, &bytes);
        }
        if (batch.empty() || !send_backfill(batch, now)) {
            return;
        }
    }
}

} // namespace ems::vehicle
