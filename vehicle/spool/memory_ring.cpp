#include "vehicle/spool/memory_ring.h"

#include <algorithm>

#include "vehicle/spool/envelope.h"

namespace ems::vehicle {
namespace {

constexpr std::array<std::size_t, kStreams> kCapacity{4'096, 600, 600, 120};

bool acknowledged(const wire::StreamAck& ack, std::uint64_t seq) {
    return seq <= ack.upto() ||
           std::any_of(
               ack.ranges().begin(), ack.ranges().end(),
               [seq](const auto& range) { return range.from() <= seq && seq <= range.to(); }) ||
           std::find(ack.rejected().begin(), ack.rejected().end(), seq) != ack.rejected().end();
}

} // namespace

MemoryRing::MemoryRing() : identity_(random_identity()) {}

Record MemoryRing::put(const NewRecord& record) {
    Lane& lane = lanes_.at(stream_index(record.stream));
    lane.records.push_back(seal_record(record, identity_, ++lane.last_seq));
    return lane.records.back();
}

std::vector<Record> MemoryRing::append(const NewRecord& record) {
    std::vector<Record> stored;
    const std::size_t index = stream_index(record.stream);
    Lane& lane = lanes_.at(index);
    if (lane.records.size() >= kCapacity.at(index)) {
        // An eighth at once, so that gap records stay few.
        const std::size_t count = kCapacity.at(index) / 8;
        const std::uint64_t from = lane.records.front().seq;
        const std::uint64_t to = lane.records.at(count - 1).seq;
        lane.records.erase(lane.records.begin(),
                           lane.records.begin() + static_cast<std::ptrdiff_t>(count));
        stored.push_back(
            put(gap_record(record.stream, from, to, "memory_full", {record.t_us, record.clk})));
    }
    stored.push_back(put(record));
    return stored;
}

void MemoryRing::acknowledge(const wire::Ack& ack) {
    for (const wire::StreamAck& stream : ack.streams()) {
        if (stream.stream() < wire::STREAM_A || stream.stream() > wire::STREAM_W) {
            continue;
        }
        std::erase_if(lanes_.at(stream_index(stream.stream())).records,
                      [&stream](const Record& record) { return acknowledged(stream, record.seq); });
    }
}

std::vector<Record> MemoryRing::read(wire::Stream stream, std::size_t count_max) const {
    const auto& records = lanes_.at(stream_index(stream)).records;
    const std::size_t count = std::min(count_max, records.size());
    return {records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count)};
}

const Record* MemoryRing::find(wire::Stream stream, std::uint64_t seq) const {
    const auto& records = lanes_.at(stream_index(stream)).records;
    const auto place = std::lower_bound(
        records.begin(), records.end(), seq,
        [](const Record& record, std::uint64_t wanted) { return record.seq < wanted; });
    return place == records.end() || place->seq != seq ? nullptr : &*place;
}

std::vector<Record> MemoryRing::lowest(std::size_t bytes_max) const {
    std::vector<Record> out;
    std::size_t bytes = 0;
    for (const Lane& lane : lanes_) {
        for (const Record& record : lane.records) {
            bytes += record.envelope.size();
            if (bytes > bytes_max && !out.empty()) {
                return out;
            }
            out.push_back(record);
        }
    }
    return out;
}

void MemoryRing::forget(const std::vector<Record>& records) {
    for (const Record& record : records) {
        auto& lane = lanes_.at(stream_index(record.stream)).records;
        if (!lane.empty() && lane.front().seq == record.seq) {
            lane.pop_front(); // as lowest() gave them
        }
    }
}

StreamStatus MemoryRing::status(wire::Stream stream) const {
    const Lane& lane = lanes_.at(stream_index(stream));
    return {lane.last_seq, lane.records.empty() ? 0 : lane.records.front().seq,
            lane.records.size()};
}

bool MemoryRing::empty() const {
    return std::all_of(lanes_.begin(), lanes_.end(),
                       [](const Lane& lane) { return lane.records.empty(); });
}

} // namespace ems::vehicle
