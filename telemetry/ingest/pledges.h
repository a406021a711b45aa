// Deliveries whose sender waits for COMMIT: which records of which delivery are still open. A
// record that is delivered twice before it is committed is stored once and tells both. Pure; one
// thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "telemetry/ingest/delivery.h"
#include "telemetry/ingest/record.h"

namespace ems::ingest {

class Pledges {
  public:
    struct Pledge {
        std::size_t open{0};
        DeliveryDone done;
    };
    using Handle = std::shared_ptr<Pledge>;

    static Handle begin(DeliveryDone done);
    // False when a record of this key is on its way already: it need not be stored again.
    bool add(const Handle& pledge, const RecordKey& key);
    // After the last add(): tells at once when nothing is open.
    static void seal(const Handle& pledge);
    // After COMMIT. Tells whose last record is among them, when all of them are closed: what is
    // done then may deliver anew.
    void keep(const std::vector<RecordKey>& committed);

    [[nodiscard]] std::size_t open_count() const { return open_.size(); }

  private:
    std::multimap<RecordKey, Handle> open_;
};

} // namespace ems::ingest
