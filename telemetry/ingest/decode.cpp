#include "telemetry/ingest/decode.h"

#include <utility>

#include "telemetry/ingest/limits.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"

namespace ems::ingest {
namespace {

Decoded::Entry check(const VehicleId& vid, const wire::Envelope& envelope,
                     const Reception& reception) {
    auto key = check_key(vid, envelope);
    if (!key) {
        return {std::nullopt, Failure{std::move(key).error()}};
    }
    auto record = check_record(*key, envelope, reception);
    return {std::move(*key), std::move(record)};
}

void fill(Decoded& out, const wire::UpTopic& topic, const link::MqttMessage& message,
          Reception reception) {
    if (topic.kind == wire::UpKind::bf) {
        reception.lane = Lane::backlog;
        wire::Backfill backfill;
        if (!backfill.ParseFromString(message.payload) ||
            static_cast<std::size_t>(backfill.records_size()) > kBackfillRecordsMax) {
            out.unreadable = Error{Code::malformed, "backfill"};
            return;
        }
        out.entries.reserve(static_cast<std::size_t>(backfill.records_size()));
        for (const wire::Envelope& envelope : backfill.records()) {
            out.entries.push_back(check(topic.vid, envelope, reception));
        }
        return;
    }
    reception.lane = Lane::live;
    wire::Envelope envelope;
    if (!envelope.ParseFromString(message.payload)) {
        out.unreadable = Error{Code::malformed, "envelope"};
        return;
    }
    out.entries.push_back(check(topic.vid, envelope, reception));
}

} // namespace

Excerpt excerpt_of(const std::string& topic, const std::string& payload) {
    return {topic, payload.size(), payload.substr(0, kBadHeadBytes)};
}

Decoded decode(const link::MqttMessage& message, const RegionCode& region, Reception reception) {
    Decoded out;
    const auto topic = wire::parse_topic(message.topic);
    const auto* up = topic ? std::get_if<wire::UpTopic>(&*topic) : nullptr;
    if (up == nullptr || up->region != region) {
        out.unreadable = Error{Code::malformed, "topic"};
    } else {
        out.vid = up->vid;
        fill(out, *up, message, reception);
    }
    bool refused = out.unreadable.has_value();
    for (const Decoded::Entry& entry : out.entries) {
        refused = refused || !entry.record;
    }
    if (refused) {
        out.excerpt = excerpt_of(message.topic, message.payload);
    }
    return out;
}

} // namespace ems::ingest
