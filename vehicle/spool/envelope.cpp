#include "vehicle/spool/envelope.h"

#include <cstring>
#include <optional>
#include <string>

#include "telemetry/base/assert.h"
#include "telemetry/seal/random.h"

namespace ems::vehicle {

Record seal_record(const NewRecord& record, std::uint64_t spool, std::uint64_t seq) {
    EMS_ASSERT(record.body.size() <= kRecordBodySizeMax);
    wire::Envelope envelope;
    envelope.set_spool(spool);
    envelope.set_seq(seq);
    envelope.set_t_us(record.t_us);
    envelope.set_clk(record.clk);
    envelope.set_ver(1);
    envelope.set_body(record.body);
    envelope.set_stream(record.stream);
    return {spool, record.stream, seq, envelope.SerializeAsString()};
}

NewRecord gap_record(wire::Stream stream, std::uint64_t from, std::uint64_t to,
                     std::string_view reason, Stamp stamp) {
    wire::Event event;
    event.set_event_id(seal::uuid_text());
    event.set_source(wire::SOURCE_SYSTEM);
    auto& gap = *event.mutable_gap();
    gap.set_stream(stream);
    gap.set_from_seq(from);
    gap.set_to_seq(to);
    gap.set_reason(std::string{reason});
    return {.stream = wire::STREAM_A,
            .t_us = stamp.t_us,
            .clk = stamp.clk,
            .keep = Keep::of_case,
            .body = event.SerializeAsString()};
}

namespace {

// The reason of a gap record; nothing for any other.
std::optional<std::string> gap_reason(const Record& record) {
    wire::Envelope envelope;
    wire::Event event;
    const bool is_one = record.stream == wire::STREAM_A &&
                        envelope.ParseFromString(record.envelope) &&
                        event.ParseFromString(envelope.body()) && event.has_gap();
    return is_one ? std::optional{event.gap().reason()} : std::nullopt;
}

} // namespace

bool is_gap(const Record& record) {
    return gap_reason(record).has_value();
}

bool is_overflow(const Record& record) {
    const auto reason = gap_reason(record);
    return reason == "quota" || reason == "thinned" || reason == "memory_full";
}

std::uint64_t random_identity() {
    std::uint64_t value = 0;
    while (value == 0) {
        const std::string bytes = seal::random_bytes(sizeof value);
        std::memcpy(&value, bytes.data(), sizeof value);
    }
    return value;
}

} // namespace ems::vehicle
