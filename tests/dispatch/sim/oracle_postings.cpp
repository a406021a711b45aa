// What must hold of postings: what their crews answer, and what the desks are told of it.
#include "tests/dispatch/sim/oracle.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "dispatch/core/outbox.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch::sim {
namespace {

// ordered, delivered, arrived, done, refused, cancelled. A call or a new posting ends what is ordered.
constexpr std::array<std::pair<int, int>, 11> kLegalPosting{{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5},
                                                            {1, 2}, {1, 3}, {1, 4}, {1, 5}, {2, 3},
                                                            {2, 5}}};
constexpr std::int64_t kRefusalToldUs = 600 * kSecondUs; // README: for 10 min
constexpr std::int64_t kToldSlackUs = kAlarmSlackUs + kClockSlackUs + kStatementLimitUs;

// What its crew's word makes of a posting. Of one that has ended: nothing.
PostingState after(PostingState before, wire::CommandAck::Result said) {
    const bool awaited = before == PostingState::ordered || before == PostingState::delivered;
    switch (said) {
    case wire::CommandAck::STORED:
    case wire::CommandAck::DUPLICATE:
    case wire::CommandAck::ACCEPTED:
        return awaited ? PostingState::delivered : before;
    case wire::CommandAck::REFUSED:
        return awaited ? PostingState::refused : before;
    case wire::CommandAck::ARRIVED:
        return awaited ? PostingState::arrived : before;
    default:
        return before;
    }
}

} // namespace

void Oracle::check_answers(const WriteSet& writes) {
    const StoreModel& store = database_.store;
    for (const Operation& operation : writes.operations) {
        const auto* consumed = std::get_if<ConsumeEvent>(&operation);
        wire::Event event;
        if (consumed == nullptr ||
            !event.ParseFromString(store.events().at(consumed->inbox_id).event.body) ||
            !event.has_command_ack()) {
            continue;
        }
        const wire::CommandAck& ack = event.command_ack();
        for (const auto& [id, row] : store.postings()) {
            const auto known = postings_.find(id);
            if (row.command.empty() || row.command != ack.command_id() || known == postings_.end()) {
                continue;
            }
            if (row.state != after(known->second.state, ack.result())) {
                world_.violate(fmt::format("posting {} was {}, its crew said {}, it is {}", id.value,
                                           name(known->second.state),
                                           wire::CommandAck::Result_Name(ack.result()),
                                           name(row.state)));
            }
        }
    }
}

void Oracle::check_posting(const PostingRow& row) {
    const StoreModel& store = database_.store;
    const auto [known, fresh] = postings_.emplace(row.id, row);
    const PostingRow before = std::exchange(known->second, row);
    const std::pair step{static_cast<int>(before.state), static_cast<int>(row.state)};
    if (before.state != row.state &&
        std::find(kLegalPosting.begin(), kLegalPosting.end(), step) == kLegalPosting.end()) {
        world_.violate(fmt::format("posting {} went from {} to {}", row.id.value,
                                   name(before.state), name(row.state)));
    }
    if (!ended(row.state)) {
        return;
    }
    if (ended(before.state) && row.version != before.version) {
        world_.violate(fmt::format("posting {} had ended and was changed", row.id.value));
    }
    const auto words = store.commands().find(row.command);
    if (words != store.commands().end() && open(words->second)) {
        world_.violate(
            fmt::format("posting {} has ended, and its words are still sent", row.id.value));
    }
}

void Oracle::check_postings(const WriteSet& writes) {
    const StoreModel& store = database_.store;
    std::set<UnitId> posted;
    for (const auto& [id, row] : store.postings()) {
        check_posting(row);
        if (ended(row.state)) {
            continue;
        }
        if (!posted.insert(row.unit).second) {
            world_.violate(fmt::format("unit {} has two postings", row.unit.value));
        }
        const UnitState state = store.units().at(row.unit).state;
        if (on_task(state) || state == UnitState::out_of_service) {
            world_.violate(fmt::format("unit {} is {} and still posted", row.unit.value,
                                       name(state)));
        }
    }
    const bool asked_or_heard =
        std::any_of(writes.operations.begin(), writes.operations.end(), [](const Operation& o) {
            return std::holds_alternative<StoreKey>(o) || std::holds_alternative<ConsumeEvent>(o);
        });
    for (const Operation& operation : writes.operations) {
        const auto* set = std::get_if<SetPosting>(&operation);
        if (set != nullptr && set->row.state == PostingState::arrived && !asked_or_heard) {
            world_.violate(fmt::format("posting {} is arrived, and nobody said so",
                                       set->row.id.value));
        }
        const auto* made = std::get_if<NewPosting>(&operation);
        if (made == nullptr) {
            continue;
        }
        if (!posted_.insert(made->row.name).second) {
            world_.violate(fmt::format("posting {} was ordered twice", made->row.name));
        }
        if (!made->row.command.empty() && !store.commands().contains(made->row.command)) {
            world_.violate(
                fmt::format("posting {} has no words to its vehicle", made->row.id.value));
        }
    }
}

void Oracle::end_refusal(UnitId unit) {
    const auto over = refusals_.extract(unit);
    if (!over.empty()) {
        refusals_over_[over.mapped().posting] = world_.now_us;
    }
}

void Oracle::follow_refusals(const WriteSet& writes) {
    for (const Operation& operation : writes.operations) {
        if (const auto* set = std::get_if<SetPosting>(&operation);
            set != nullptr && set->row.state == PostingState::refused) {
            refusals_[set->row.unit] = {set->row.id, world_.now_us};
        } else if (const auto* made = std::get_if<NewPosting>(&operation)) {
            end_refusal(made->row.unit);
        } else if (const auto* unit = std::get_if<SetUnit>(&operation)) {
            if (on_task(unit->row.state) || unit->row.state == UnitState::out_of_service) {
                end_refusal(unit->row.id);
            }
        }
    }
}

void Oracle::refusals(const std::set<PostingId>& told, std::int64_t leads_since_us) {
    if (world_.now_us - leads_since_us < kAlarmSlackUs) {
        return;
    }
    for (const auto& [unit, refusal] : refusals_) {
        const std::int64_t stands_us = world_.now_us - refusal.since_us;
        const bool due = stands_us > kToldSlackUs && stands_us < kRefusalToldUs - kToldSlackUs;
        if (due && !told.contains(refusal.posting)) {
            world_.violate(fmt::format("nobody is told that the crew of posting {} will not go",
                                       refusal.posting.value));
        }
    }
    for (const auto& [posting, since_us] : refusals_over_) {
        if (world_.now_us - since_us > kToldSlackUs && told.contains(posting)) {
            world_.violate(fmt::format("posting {} is told as refused, and its unit has something else to do",
                                       posting.value));
        }
    }
}

} // namespace ems::dispatch::sim
