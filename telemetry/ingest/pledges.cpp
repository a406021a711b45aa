#include "telemetry/ingest/pledges.h"

#include <utility>

namespace ems::ingest {

Pledges::Handle Pledges::begin(DeliveryDone done) {
    return std::make_shared<Pledge>(Pledge{0, std::move(done)});
}

bool Pledges::add(const Handle& pledge, const RecordKey& key) {
    const bool fresh = !open_.contains(key);
    ++pledge->open;
    open_.emplace(key, pledge);
    return fresh;
}

void Pledges::seal(const Handle& pledge) {
    if (pledge->open == 0) {
        pledge->done(DeliveryOutcome::committed);
    }
}

void Pledges::keep(const std::vector<RecordKey>& committed) {
    std::vector<Handle> kept;
    for (const RecordKey& key : committed) {
        const auto [first, last] = open_.equal_range(key);
        for (auto at = first; at != last; ++at) {
            if (--at->second->open == 0) {
                kept.push_back(at->second);
            }
        }
        open_.erase(first, last);
    }
    for (const Handle& pledge : kept) {
        pledge->done(DeliveryOutcome::committed);
    }
}

} // namespace ems::ingest
