// Records that reach the ingest by another way than the broker: from a gateway that keeps its
// sender waiting until they are stored.
#pragma once

#include <functional>
#include <vector>

#include "telemetry/base/ids.h"
#include "telemetry/ingest/record.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::ingest {

struct Delivery {
    VehicleId vid;
    Lane lane{Lane::live};
    // Keys (spool, seq) are the sender's for ever: a record that comes again has the same. They
    // need not be dense.
    std::vector<wire::Envelope> records;
};

enum class DeliveryOutcome {
    committed, // every record is committed, was before, or is quarantined for good
    refused,   // nothing is known to be stored: the sender is to send again
};

// Called once, at once or later, on the thread that delivered.
using DeliveryDone = std::function<void(DeliveryOutcome)>;

} // namespace ems::ingest
