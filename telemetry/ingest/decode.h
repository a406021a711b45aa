// One message of a vehicle -> checked records: everything about it that needs no memory of earlier
// ones. What that memory decides (registry, repeats, order, the newest) is the engine's. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/ingest/record.h"
#include "telemetry/link/mqtt_session.h"

namespace ems::ingest {

// The beginning of a message, for people to read: at most kBadHeadBytes of it.
struct Excerpt {
    std::string topic;
    std::size_t size_bytes{0};
    std::string head;
};
Excerpt excerpt_of(const std::string& topic, const std::string& payload);

struct Decoded {
    // In the message's order. Without a key nobody can say which record it is.
    struct Entry {
        std::optional<RecordKey> key;
        Result<Record> record; // the error says why it cannot be stored
    };
    std::optional<VehicleId> vid; // none: the topic is not one of this region's vehicles
    std::vector<Entry> entries;
    std::optional<Error> unreadable; // the message as a whole; then there are no entries
    Excerpt excerpt;                 // filled when anything of it is refused
};

// `message` on a topic of records (evt, gap, gps, vit, wav, bf). The lane of `reception` is taken
// from the topic.
Decoded decode(const link::MqttMessage& message, const RegionCode& region, Reception reception);

} // namespace ems::ingest
