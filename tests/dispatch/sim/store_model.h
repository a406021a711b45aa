// A model of the store: what dispatch.apply, load, become_leader and the inbox do (migrations 0002,
// 0020 and 0049), as values in memory. store_model_test holds it against the real PostgreSQL on random
// sequences of operations. Switches take single promises of the database away, for planted bugs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "dispatch/core/inbox.h"
#include "dispatch/core/seat.h"
#include "dispatch/core/write_set.h"

namespace ems::dispatch::sim {

// PostgreSQL's length() and left() count characters.
inline std::size_t length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

template <class State, class Legal> bool may_go(State from, State to, Legal legal) {
    return from == to || legal(from, to);
}

inline constexpr std::size_t kIdMax = 64;

class StoreModel {
  public:
    struct Switches {
        bool versions{true};
        bool fence{true};
        bool one_live_per_unit{true};
        bool legal_transitions{true};
        bool all_or_nothing{true};
        bool stamp_once{true};
        bool terms_rise{true};
        bool events_once{true};
        bool fits_at_commit{true};
        bool one_posting_per_unit{true};
        bool keeps_originals{true}; // of corrected stamps
        bool numbers_anew{true};    // what is open for a vehicle whose number was learned
    };
    struct Unit {
        UnitId id;
        std::string vid; // empty: known only by voice
    };
    struct Key {
        std::string request_hash;
        std::string response;
    };
    struct Event {
        InboxEvent event;
        std::string event_id;
        bool consumed{false};
        std::uint64_t consumed_term{0};
        std::string outcome;
    };
    struct Change { // a row of unit_history
        UnitId unit;
        UnitState from{UnitState::available};
        UnitState to{UnitState::available};
    };
    struct Ids {
        CallId call;
        IncidentId incident;
        std::string number;
        std::int64_t recommendation{0};
    };

    explicit StoreModel(std::vector<Unit> registry) : registry_(std::move(registry)) {}

    // 0: another session holds the lock. A session that asks again while it leads counts the term
    // up again.
    std::uint64_t become_leader(std::uint64_t session);
    void end_session(std::uint64_t session);

    // `now_us` is the database's clock.
    tl::expected<Rows, Refusal> apply(std::uint64_t term, const WriteSet& writes,
                                      std::int64_t now_us);
    tl::expected<World, Refusal> load(std::uint64_t term);
    // What load would answer with, without the fence and without making rows.
    [[nodiscard]] World state() const;
    [[nodiscard]] std::vector<InboxEvent> inbox(std::size_t count_max) const;
    // Ids of the inbox rise in order of arrival. False: known before, nothing changed.
    bool add_event(InboxEvent event, const std::string& event_id);
    [[nodiscard]] bool has_event(const std::string& vid, const std::string& event_id) const {
        return event_ids_.contains({vid, event_id});
    }
    [[nodiscard]] const Key* answer(const std::string& user, const std::string& key) const;
    Ids take_call_ids(const std::string& region, const std::string& day);
    std::int64_t take_assignment_id() { return ++assignment_id_; }
    std::int64_t take_posting_id() { return ++posting_id_; }

    [[nodiscard]] std::uint64_t term() const { return term_; }
    [[nodiscard]] const std::map<std::int64_t, Event>& events() const { return events_; }
    [[nodiscard]] const std::map<AssignmentId, AssignmentRow>& assignments() const {
        return assignments_;
    }
    [[nodiscard]] const std::map<IncidentId, IncidentRow>& incidents() const { return incidents_; }
    [[nodiscard]] const std::map<UnitId, UnitRow>& units() const { return units_; }
    [[nodiscard]] const std::map<std::string, CommandRow>& commands() const { return commands_; }
    [[nodiscard]] const std::map<PostingId, PostingRow>& postings() const { return postings_; }
    [[nodiscard]] const std::map<ProposalId, ProposalRow>& proposals() const { return proposals_; }
    // Stamps that a correction stands in the place of, as they were.
    [[nodiscard]] const std::vector<StampRow>& originals() const { return originals_; }
    [[nodiscard]] const std::vector<Change>& unit_history() const { return unit_history_; }
    [[nodiscard]] std::uint64_t audit_rows() const { return audit_rows_; }

    Switches switches;

  private:
    struct Touched {
        std::set<UnitId> units;
        std::set<IncidentId> incidents;
        std::set<AssignmentId> assignments;
        std::set<std::string> commands;
        std::set<PostingId> postings;
        std::set<ProposalId> proposals;
    };
    using Refused = std::optional<Refusal>;

    Refused run(const Operation& operation, const std::string& actor, std::uint64_t term,
                std::int64_t now_us, Touched& touched);
    // What must hold at the end of a transaction, whatever was written (migration 0049).
    [[nodiscard]] bool fits() const;
    Refused consume(const ConsumeEvent& op, std::uint64_t term);
    Refused store_key(const StoreKey& op);
    Refused open(const OpenIncident& op, std::int64_t now_us);
    Refused set(const SetIncident& op, std::int64_t now_us);
    Refused set(const SetAssignment& op);
    Refused set(const SetUnit& op, std::int64_t now_us);
    Refused recommend(const StoreRecommendation& op);
    Refused assign(const NewAssignment& op, std::uint64_t term, std::int64_t now_us);
    Refused queue(const QueueCommand& op);
    Refused set(const SetCommand& op);
    Refused add(const AddStamp& op, std::int64_t now_us);
    Refused correct(const CorrectStamp& op);
    Refused post(const NewPosting& op, std::int64_t now_us);
    Refused set(const SetPosting& op, std::int64_t now_us);
    Refused propose(const NewProposal& op, std::int64_t now_us, Touched& touched);
    Refused set(const SetProposal& op);
    Refused learn(const LearnNumbers& op, std::int64_t now_us, Touched& touched);

    [[nodiscard]] const Unit* registered(UnitId id) const;
    // Its crew refused it, and its unit has had nothing else to do since (migration 0091).
    [[nodiscard]] bool is_told(const PostingRow& row) const;
    [[nodiscard]] AssignmentRow shown(AssignmentRow row) const;
    [[nodiscard]] static CommandRow shown(CommandRow row);
    // Remembers how a row was, to put it back when a later operation is refused.
    template <class Map>
    typename Map::mapped_type& change(Map& map, const typename Map::key_type& key);

    std::vector<Unit> registry_;
    std::uint64_t term_{0};
    std::uint64_t lock_session_{0};
    std::map<UnitId, UnitRow> units_;
    std::map<std::string, std::uint64_t> command_seq_; // by vehicle
    std::map<std::string, std::int64_t> learned_us_;   // by vehicle: when it was believed last
    std::map<IncidentId, IncidentRow> incidents_;
    std::map<AssignmentId, AssignmentRow> assignments_;
    std::map<std::string, CommandRow> commands_;
    std::map<PostingId, PostingRow> postings_;
    std::map<PostingId, std::size_t> refused_at_; // how long the units' history was then
    // In which order postings were made and refused; a clock that stands tells none.
    std::map<PostingId, std::uint64_t> made_;
    std::map<PostingId, std::uint64_t> refused_;
    std::uint64_t posting_steps_{0};
    std::map<ProposalId, ProposalRow> proposals_;
    std::vector<StampRow> originals_;
    std::map<std::pair<std::string, std::string>, Key> keys_;
    std::map<std::int64_t, Event> events_;
    std::set<std::tuple<std::string, std::uint64_t, std::uint64_t>> event_places_;
    std::set<std::pair<std::string, std::string>> event_ids_;
    std::map<std::int64_t, bool> recommendations_;
    std::map<std::tuple<std::string, std::string, std::string>, bool>
        numbers_; // region, day, number
    std::map<std::int64_t, bool> calls_;
    std::map<std::pair<std::string, std::string>, int> day_counters_;
    std::vector<Change> unit_history_;
    std::uint64_t audit_rows_{0};
    std::int64_t call_id_{0};
    std::int64_t incident_id_{0};
    std::int64_t assignment_id_{0};
    std::int64_t recommendation_id_{0};
    std::int64_t posting_id_{0};
    std::int64_t proposal_id_{0}; // an identity column: used up by what is refused, too
    std::vector<std::function<void()>> undo_;
};

template <class Map>
typename Map::mapped_type& StoreModel::change(Map& map, const typename Map::key_type& key) {
    const auto found = map.find(key);
    if (found == map.end()) {
        undo_.push_back([&map, key] { map.erase(key); });
        return map[key];
    }
    undo_.push_back([&map, key, before = found->second] { map[key] = before; });
    return found->second;
}

} // namespace ems::dispatch::sim
