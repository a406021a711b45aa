// What the store does with corrected stamps, postings and suggestions (migrations 0049, 0088 and 0091), and with what a vehicle has seen (0075).
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "dispatch/core/outbox.h"
#include "tests/dispatch/sim/store_model.h"

namespace ems::dispatch::sim {
namespace {

bool on_earth(PlaceE7 place) {
    return std::abs(place.lat_e7) <= 900'000'000 && std::abs(place.lon_e7) <= 1'800'000'000;
}

} // namespace

StoreModel::Refused StoreModel::correct(const CorrectStamp& op) {
    const auto incident = incidents_.find(op.incident);
    const StampRow* known = incident == incidents_.end()
                                ? nullptr
                                : incident->second.stamp(op.row.event, op.row.assignment);
    if (known == nullptr) {
        return Refusal::failed;
    }
    if (op.row.at_us == 0 || op.row.received_us == 0) {
        return Refusal::values;
    }
    StampRow fresh = op.row;
    fresh.unit = known->unit;
    fresh.device_us = 0;
    fresh.not_applicable.clear();
    if (switches.keeps_originals) {
        undo_.push_back([this] { originals_.pop_back(); });
        originals_.push_back(*known);
    }
    IncidentRow& row = change(incidents_, op.incident);
    std::erase_if(row.stamps, [&](const StampRow& s) {
        return s.event == fresh.event && s.assignment == fresh.assignment;
    });
    row.stamps.push_back(std::move(fresh));
    return {};
}

StoreModel::Refused StoreModel::learn(const LearnNumbers& op, std::int64_t now_us,
                                      Touched& touched) {
    constexpr std::uint64_t kAheadMax = 1'000'000;
    constexpr std::int64_t kBelievedEveryUs = 600'000'000;
    const auto counted = command_seq_.find(op.vid);
    const std::uint64_t known = counted == command_seq_.end() ? 0 : counted->second;
    const auto believed = learned_us_.find(op.vid);
    if (op.term > term_ + kAheadMax || op.unit_seq > known + kAheadMax ||
        (believed != learned_us_.end() && now_us - believed->second <= kBelievedEveryUs)) {
        return Refusal::values;
    }
    change(learned_us_, op.vid) = now_us;
    undo_.push_back([this, before = term_] { term_ = before; });
    term_ = std::max(term_, op.term);
    if (op.unit_seq == 0) {
        return {};
    }
    std::uint64_t& seq = change(command_seq_, op.vid);
    seq = std::max(seq, op.unit_seq);
    std::set<std::pair<std::uint64_t, std::string>> waiting;
    for (const auto& [id, row] : commands_) {
        if (row.vid == op.vid && dispatch::open(row) && switches.numbers_anew) {
            waiting.insert({row.unit_seq, id});
        }
    }
    for (const auto& [old, id] : waiting) {
        change(commands_, id).unit_seq = ++seq;
        touched.commands.insert(id);
    }
    return {};
}

StoreModel::Refused StoreModel::post(const NewPosting& op, std::int64_t now_us) {
    const PostingRow& in = op.row;
    if (in.name.empty() || length(in.name) > 100 || length(in.command) > kIdMax ||
        !on_earth(in.place)) {
        return Refusal::values;
    }
    const bool taken = std::any_of(postings_.begin(), postings_.end(), [&](const auto& entry) {
        return entry.second.unit == in.unit && !ended(entry.second.state);
    });
    if (postings_.contains(in.id) || (taken && switches.one_posting_per_unit)) {
        return Refusal::constraint;
    }
    if (registered(in.unit) == nullptr || in.station.is_set()) {
        return Refusal::values;
    }
    change(made_, in.id) = ++posting_steps_;
    PostingRow& row = change(postings_, in.id);
    row = in;
    row.state = PostingState::ordered;
    row.created_us = now_us;
    row.end_reason.clear();
    row.version = 1;
    return {};
}

StoreModel::Refused StoreModel::set(const SetPosting& op, std::int64_t now_us) {
    const auto found = postings_.find(op.row.id);
    if (found == postings_.end() ||
        (switches.versions && found->second.version != op.row.version)) {
        return Refusal::conflict;
    }
    const auto legal_posting = [](PostingState from, PostingState to) { return legal(from, to); };
    if (switches.legal_transitions && !may_go(found->second.state, op.row.state, legal_posting)) {
        return Refusal::transition;
    }
    if (op.row.state == PostingState::refused && !ended(found->second.state)) {
        change(refused_at_, op.row.id) = unit_history_.size();
        change(refused_, op.row.id) = ++posting_steps_;
    }
    PostingRow& row = change(postings_, op.row.id);
    row.ended_us = ended(op.row.state) ? (ended(row.state) ? row.ended_us : now_us) : 0;
    row.state = op.row.state;
    row.end_reason = op.row.end_reason;
    ++row.version;
    return {};
}

bool StoreModel::is_told(const PostingRow& row) const {
    if (row.state != PostingState::refused) {
        return false;
    }
    const auto busy = [&](const Change& change) {
        const bool on_task = change.to >= UnitState::assigned && change.to <= UnitState::handover;
        return change.unit == row.unit && (on_task || change.to == UnitState::out_of_service);
    };
    const auto since = unit_history_.begin() + static_cast<std::ptrdiff_t>(refused_at_.at(row.id));
    const bool posted_again = std::any_of(postings_.begin(), postings_.end(), [&](const auto& entry) {
        return entry.second.unit == row.unit && made_.at(entry.first) > refused_.at(row.id);
    });
    return !posted_again && std::none_of(since, unit_history_.end(), busy);
}

StoreModel::Refused StoreModel::propose(const NewProposal& op, std::int64_t now_us,
                                        Touched& touched) {
    const ProposalRow& in = op.row;
    const ProposalId id{++proposal_id_};
    const bool may_suggest =
        in.source == StampSource::geofence || in.source == StampSource::device;
    if (!may_suggest || in.at_us == 0) {
        return Refusal::values;
    }
    const bool known = std::any_of(proposals_.begin(), proposals_.end(), [&](const auto& entry) {
        const ProposalRow& row = entry.second;
        const bool same = row.posting.is_set() || in.posting.is_set()
                              ? row.posting.is_set() == in.posting.is_set()
                              : row.state == in.state;
        return row.unit == in.unit && same && row.outcome == ProposalOutcome::open;
    });
    if (known) {
        return {};
    }
    const bool exists =
        registered(in.unit) != nullptr &&
        (!in.assignment.is_set() || assignments_.contains(in.assignment)) &&
        (!in.incident.is_set() || incidents_.contains(in.incident)) &&
        (!in.posting.is_set() || postings_.contains(in.posting));
    if (!exists) {
        return Refusal::values;
    }
    ProposalRow& row = change(proposals_, id);
    row = in;
    row.id = id;
    row.received_us = now_us;
    row.outcome = ProposalOutcome::open;
    touched.proposals.insert(id);
    return {};
}

StoreModel::Refused StoreModel::set(const SetProposal& op) {
    const auto found = proposals_.find(op.id);
    if (found == proposals_.end() || found->second.outcome != ProposalOutcome::open) {
        return Refusal::conflict;
    }
    if (op.outcome == ProposalOutcome::open) {
        return Refusal::values;
    }
    change(proposals_, op.id).outcome = op.outcome;
    return {};
}

} // namespace ems::dispatch::sim
