// Orders to vehicles: making the rows of the outbox, and sending what is in it until the vehicle has said that it holds
// it. The broker may lose anything; the row stays until the acknowledgement came through the inbox, or it expired.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "dispatch/core/decide.h"
#include "dispatch/core/outbox.h"
#include "dispatch/core/world.h"
#include "dispatch/service/caller_numbers.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/world_kind.h"
#include "dispatch/store/store.h"
#include "telemetry/base/clock.h"
#include "telemetry/seal/signature.h"

namespace ems::wire {
class CommandBody;
}

namespace ems::dispatch {

struct OrderInput {
    const IncidentRow& incident;
    const UnitInfo& unit;
    AssignmentId assignment;
    const NamedPlace* hospital;    // proposed; may be null
    std::int64_t now_us{0};
    std::string id{};              // of an order that is written anew; empty: a fresh one
    std::optional<PlaceE7> station{};   // where the unit stands by, for the vehicle's own fence
};
// Empty id when the unit has no vehicle: it is told by voice.
CommandRow dispatch_order(const OrderInput& input);
CommandRow cancel_order(const UnitInfo& unit, AssignmentId assignment, const std::string& reason, std::int64_t now_us);
CommandRow destination_order(const UnitInfo& unit, AssignmentId assignment, const NamedPlace& hospital,
                             std::int64_t now_us);
// Something that the order told is otherwise: `now` is the incident as it will be. It tells place, level, complaint,
// need, sex and age.
CommandRow correction_order(const UnitInfo& unit, AssignmentId assignment, const IncidentRow& now, std::int64_t now_us);
// What a crew is told of the two differs.
bool tells_otherwise(const IncidentRow& before, const IncidentRow& now);

// Words for the crew's screen, with the place and what they are about: where to wait, and that it need not any more (`now` is
// the posting as it will be).
CommandRow posting_order(const UnitInfo& unit, const PostingRow& posting, std::int64_t now_us);
CommandRow posting_end_order(const UnitInfo& unit, const PostingRow& posting, std::int64_t now_us);

// Begins every text of an order that a crew reads with 【演练】. No order of a drill leaves without it.
void mark_drill(wire::CommandBody& body);

// Signs and publishes what OutboxSchedule says is due; single-threaded. The owner records first sendings and expiries in
// the store.
class OutboxRelay {
  public:
    using Publish = std::function<Result<void>(const std::string& vid, std::string payload)>;

    OutboxRelay(const seal::SigningKey& key, Publish publish, WorldKind world_kind = WorldKind::real)
        : key_(key), publish_(std::move(publish)), world_kind_(world_kind) {}

    struct Turn {
        std::vector<std::string> first_sent;   // to be recorded as sent
        std::vector<std::string> expired;      // to be recorded as expired
    };
    // `withheld` as OutboxSchedule::due.
    Turn turn(const World& world, const std::set<std::string>& withheld, std::uint64_t term, Ticks now, std::int64_t now_us);
    // See OutboxSchedule::held.
    void held(const World& world, const std::string& vid, const std::string& id) { schedule_.held(world, vid, id); }
    // The vehicle has just connected: its orders go out at the next turn whatever their time.
    void hurry(const World& world, const std::string& vid) { schedule_.hurry(world, vid); }

    // Of the orders it sends, filled by the owner: an order that waits for its caller's number is not sent, nor what is behind it.
    [[nodiscard]] CallerNumbers& callers() { return callers_; }

    [[nodiscard]] std::uint64_t sent_count() const { return sent_count_; }

  private:
    [[nodiscard]] bool send(const CommandRow& row, std::uint64_t term);

    const seal::SigningKey& key_;
    Publish publish_;
    const WorldKind world_kind_;
    OutboxSchedule schedule_;
    CallerNumbers callers_;
    std::uint64_t sent_count_{0};
};

} // namespace ems::dispatch
