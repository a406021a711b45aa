// What a desk hears from the vehicles themselves while no dispatch server answers: MQTT behind an interface, so that a window
// test needs no broker. Positions, what the crew's terminal showed when the vehicle connected, and that it has gone; no
// patient's data come this way. GUI thread; nothing here waits for a network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/contract/api.pb.h"

namespace ems::console {

// The newest of one vehicle since it was last asked for.
struct HeardVehicle {
    std::string vid;
    // unit_id is not set; received_us by this machine's clock (UTC); age_at_receipt_ms where the vehicle's clock was set.
    std::optional<api::UnitPosition> position;
    std::optional<ems::wire::UnitState> state; // of its birth
    bool gone{false};                          // the broker said its farewell
};

struct BrokerNews {
    bool link_up{false};
    std::vector<HeardVehicle> vehicles; // at most BrokerSource::kVehiclesMax
};

class BrokerSource {
  public:
    static constexpr std::size_t kVehiclesMax = 20'000;
    virtual ~BrokerSource() = default;
    // Listens from now on, and connects again after each loss. Called again it does nothing.
    virtual void open() = 0;
    // What was heard and not taken is forgotten.
    virtual void close() = 0;
    virtual BrokerNews take() = 0;
};

} // namespace ems::console
