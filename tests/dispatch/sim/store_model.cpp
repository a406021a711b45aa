#include "tests/dispatch/sim/store_model.h"

#include <algorithm>
#include <array>
#include <string_view>


namespace ems::dispatch::sim {
namespace {

constexpr std::size_t kTextMax = 500;
constexpr std::size_t kOutcomeMax = 200;
constexpr std::size_t kShortMax = 32;
constexpr std::array<std::string_view, 7> kCommandStates{
    "queued", "sent", "stored", "accepted", "refused", "expired", "superseded"};
constexpr std::array<std::string_view, 5> kCommandKinds{"dispatch", "cancel", "destination", "text",
                                                        "correction"};

// jsonb takes no NUL, and nothing of a write set that holds one is done.
bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

struct Texts {
    bool operator()(const ConsumeEvent& op) const { return has_nul(op.outcome); }
    bool operator()(const StoreKey& op) const { return has_nul(op.user) || has_nul(op.key); }
    bool operator()(const OpenIncident& op) const {
        return has_nul(op.incident.complaint) || has_nul(op.incident.address);
    }
    bool operator()(const SetIncident& op) const {
        return has_nul(op.row.complaint) || has_nul(op.row.address) || has_nul(op.outcome);
    }
    bool operator()(const SetAssignment& op) const {
        return has_nul(op.row.end_reason) || has_nul(op.row.end_note);
    }
    template <class Other> bool operator()(const Other&) const { return false; }
    bool operator()(const NewAssignment& op) const { return has_nul(op.override_reason); }
    bool operator()(const QueueCommand& op) const {
        return has_nul(op.row.id) || has_nul(op.row.kind);
    }
    bool operator()(const SetCommand& op) const { return has_nul(op.note) || has_nul(op.id); }
    bool operator()(const AddStamp& op) const { return has_nul(op.row.not_applicable); }
    bool operator()(const AddAudit& op) const { return has_nul(op.detail) || has_nul(op.action); }
    bool operator()(const NewPosting& op) const {
        return has_nul(op.row.name) || has_nul(op.row.command);
    }
    bool operator()(const SetPosting& op) const { return has_nul(op.row.end_reason); }
};
bool unreadable(const Operation& operation, const std::string& actor) {
    return has_nul(actor) || std::visit(Texts{}, operation);
}

bool good_text(const IncidentRow& row) {
    return row.level >= 1 && row.level <= 4 && length(row.complaint) <= kTextMax &&
           length(row.address) <= kTextMax && row.place.lat_e7 >= -900'000'000 &&
           row.place.lat_e7 <= 900'000'000 && row.place.lon_e7 >= -1'800'000'000 &&
           row.place.lon_e7 <= 1'800'000'000 && row.place != PlaceE7{} && row.units_wanted >= 1 &&
           row.units_wanted <= 20;
}

bool good_patient(const IncidentRow& row) {
    const bool sex = row.sex == "m" || row.sex == "f" || row.sex.empty();
    const bool months = !row.age_months || *row.age_months / kMonthsOfYear == row.age_years;
    return sex && months && row.age_years <= 150 && length(row.phone_masked) <= kShortMax;
}

// Whatever the cause: the database's table knows none.
bool unit_may_go(UnitState from, UnitState to) {
    const auto transitions = unit_transitions();
    return std::any_of(transitions.begin(), transitions.end(),
                       [&](const UnitTransition& t) { return t.from == from && t.to == to; });
}

std::size_t command_place(std::string_view state) {
    return static_cast<std::size_t>(std::find(kCommandStates.begin(), kCommandStates.end(), state) -
                                    kCommandStates.begin());
}

} // namespace

std::uint64_t StoreModel::become_leader(std::uint64_t session) {
    if (lock_session_ != 0 && lock_session_ != session) {
        return 0;
    }
    lock_session_ = session;
    term_ += switches.terms_rise || term_ == 0 ? 1U : 0U;
    return term_;
}

void StoreModel::end_session(std::uint64_t session) {
    lock_session_ = lock_session_ == session ? 0 : lock_session_;
}

const StoreModel::Unit* StoreModel::registered(UnitId id) const {
    const auto found = std::find_if(registry_.begin(), registry_.end(),
                                    [&](const Unit& unit) { return unit.id == id; });
    return found == registry_.end() ? nullptr : &*found;
}

AssignmentRow StoreModel::shown(AssignmentRow row) const {
    std::uint64_t newest = 0;
    row.command_state.clear();
    for (const auto& [id, command] : commands_) {
        if (command.assignment == row.id && command.kind == "dispatch" &&
            command.unit_seq >= newest) {
            newest = command.unit_seq;
            row.command_state = command.state;
        }
    }
    return row;
}

CommandRow StoreModel::shown(CommandRow row) {
    if (row.state != "queued" && row.state != "sent") {
        row.body.clear();
    }
    return row;
}

tl::expected<Rows, Refusal> StoreModel::apply(std::uint64_t term, const WriteSet& writes,
                                              std::int64_t now_us) {
    for (const Operation& operation : writes.operations) {
        if (unreadable(operation, writes.actor)) {
            return tl::unexpected{Refusal::values};
        }
    }
    if (switches.fence && term != term_) {
        return tl::unexpected{Refusal::term_stale};
    }
    Touched touched;
    Refused refused;
    for (const Operation& operation : writes.operations) {
        refused = run(operation, writes.actor, term, now_us, touched);
        if (refused) {
            break;
        }
    }
    if (!refused && switches.fits_at_commit && !fits()) {
        refused = Refusal::transition;
    }
    if (refused) {
        for (auto it = undo_.rbegin(); it != undo_.rend() && switches.all_or_nothing; ++it) {
            (*it)();
        }
        undo_.clear();
        return tl::unexpected{*refused};
    }
    undo_.clear();
    Rows out;
    for (const UnitId id : touched.units) {
        out.units.push_back(units_.at(id));
    }
    for (const IncidentId id : touched.incidents) {
        out.incidents.push_back(incidents_.at(id));
    }
    for (const AssignmentId id : touched.assignments) {
        if (assignments_.contains(id)) {
            out.assignments.push_back(shown(assignments_.at(id)));
        }
    }
    for (const std::string& id : touched.commands) {
        if (commands_.contains(id)) {
            out.commands.push_back(shown(commands_.at(id)));
        }
    }
    for (const PostingId id : touched.postings) {
        out.postings.push_back(postings_.at(id));
    }
    for (const ProposalId id : touched.proposals) {
        out.proposals.push_back(proposals_.at(id));
    }
    return out;
}

bool StoreModel::fits() const {
    std::set<IncidentId> served;
    for (const auto& [id, row] : assignments_) {
        const auto unit = units_.find(row.unit);
        const bool held = unit != units_.end() && unit->second.assignment == id;
        const bool of_it = held && unit->second.incident == row.incident;
        if (ended(row.state) ? held : !of_it) {
            return false;
        }
        if (!ended(row.state)) {
            served.insert(row.incident);
        }
    }
    for (const auto& [id, row] : units_) {
        const auto held = assignments_.find(row.assignment);
        if (held != assignments_.end() &&
            (held->second.unit != id || held->second.incident != row.incident)) {
            return false;
        }
    }
    return std::all_of(incidents_.begin(), incidents_.end(), [&](const auto& entry) {
        return (entry.second.state == IncidentState::assigned) == served.contains(entry.first);
    });
}

StoreModel::Refused StoreModel::run(const Operation& operation, const std::string& actor,
                                    std::uint64_t term, std::int64_t now_us, Touched& touched) {
    static_cast<void>(actor);
    if (const auto* op = std::get_if<ConsumeEvent>(&operation)) {
        return consume(*op, term);
    }
    if (const auto* op = std::get_if<StoreKey>(&operation)) {
        return store_key(*op);
    }
    if (const auto* op = std::get_if<OpenIncident>(&operation)) {
        touched.incidents.insert(op->incident.id);
        return open(*op, now_us);
    }
    if (const auto* op = std::get_if<SetIncident>(&operation)) {
        touched.incidents.insert(op->row.id);
        return set(*op, now_us);
    }
    if (const auto* op = std::get_if<SetAssignment>(&operation)) {
        touched.assignments.insert(op->row.id);
        return set(*op);
    }
    if (const auto* op = std::get_if<SetUnit>(&operation)) {
        touched.units.insert(op->row.id);
        return set(*op, now_us);
    }
    if (const auto* op = std::get_if<StoreRecommendation>(&operation)) {
        return recommend(*op);
    }
    if (const auto* op = std::get_if<NewAssignment>(&operation)) {
        touched.assignments.insert(op->row.id);
        return assign(*op, term, now_us);
    }
    if (const auto* op = std::get_if<QueueCommand>(&operation)) {
        touched.commands.insert(op->row.id);
        return queue(*op);
    }
    if (const auto* op = std::get_if<SetCommand>(&operation)) {
        touched.commands.insert(op->id);
        touched.assignments.insert(op->assignment);
        return set(*op);
    }
    if (const auto* op = std::get_if<AddStamp>(&operation)) {
        touched.incidents.insert(op->incident);
        return add(*op, now_us);
    }
    if (std::holds_alternative<AddAudit>(operation)) {
        undo_.push_back([this, before = audit_rows_] { audit_rows_ = before; });
        ++audit_rows_;
        return {};
    }
    if (const auto* op = std::get_if<CorrectStamp>(&operation)) {
        touched.incidents.insert(op->incident);
        return correct(*op);
    }
    if (const auto* op = std::get_if<LearnNumbers>(&operation)) {
        return learn(*op, now_us, touched);
    }
    if (const auto* op = std::get_if<NewPosting>(&operation)) {
        touched.postings.insert(op->row.id);
        return post(*op, now_us);
    }
    if (const auto* op = std::get_if<SetPosting>(&operation)) {
        touched.postings.insert(op->row.id);
        return set(*op, now_us);
    }
    if (const auto* op = std::get_if<NewProposal>(&operation)) {
        return propose(*op, now_us, touched);
    }
    const auto& op = std::get<SetProposal>(operation);
    touched.proposals.insert(op.id);
    return set(op);
}

StoreModel::Refused StoreModel::consume(const ConsumeEvent& op, std::uint64_t term) {
    const auto found = events_.find(op.inbox_id);
    if (found == events_.end() || found->second.consumed) {
        return Refusal::repeated;
    }
    Event& event = change(events_, op.inbox_id);
    event.consumed = true;
    event.consumed_term = term;
    event.outcome = op.outcome.substr(0, kOutcomeMax);
    return {};
}

StoreModel::Refused StoreModel::store_key(const StoreKey& op) {
    const std::size_t characters = length(op.key);
    if (characters < 1 || characters > kIdMax) {
        return Refusal::values;
    }
    if (keys_.contains({op.user, op.key})) {
        return Refusal::repeated;
    }
    change(keys_, {op.user, op.key}) = {op.request_hash, op.response};
    return {};
}

StoreModel::Refused StoreModel::open(const OpenIncident& op, std::int64_t now_us) {
    const IncidentRow& in = op.incident;
    if (!good_text(in) || !good_patient(in) || length(in.place_source) > kShortMax) {
        return Refusal::values;
    }
    if (incidents_.contains(in.id) || numbers_.contains({op.region, op.day, in.number}) ||
        calls_.contains(op.call.value)) {
        return Refusal::constraint;
    }
    if (op.ring_us == 0 || op.answered_us == 0) {
        return Refusal::values;
    }
    change(numbers_, {op.region, op.day, in.number}) = true;
    change(calls_, op.call.value) = true;
    IncidentRow& row = change(incidents_, in.id);
    row = in;
    row.state = IncidentState::open;
    row.created_us = now_us;
    row.version = 1;
    row.stamps.clear();
    return {};
}

StoreModel::Refused StoreModel::set(const SetIncident& op, std::int64_t now_us) {
    const auto found = incidents_.find(op.row.id);
    if (found == incidents_.end() ||
        (switches.versions && found->second.version != op.row.version)) {
        return Refusal::conflict;
    }
    const auto legal_incident = [](IncidentState from, IncidentState to) {
        return legal(from, to);
    };
    if (switches.legal_transitions && !may_go(found->second.state, op.row.state, legal_incident)) {
        return Refusal::transition;
    }
    if (!good_text(op.row) || !good_patient(op.row) || length(op.outcome) > kTextMax) {
        return Refusal::values;
    }
    IncidentRow& row = change(incidents_, op.row.id);
    row.sex = op.row.sex;
    row.age_years = op.row.age_years;
    row.age_months = op.row.age_months;
    row.phone_masked = op.row.phone_masked;
    if (op.identity.phone_sealed) {
        row.caller = op.row.caller; // of the index that goes with it
    }
    row.state = op.row.state;
    row.level = op.row.level;
    row.complaint = op.row.complaint;
    row.address = op.row.address;
    row.place = op.row.place;
    row.place_source = op.row.place_source;
    row.planned_us = op.row.planned_us;
    row.units_wanted = op.row.units_wanted;
    row.need = op.row.need;
    row.same_as = op.row.same_as;
    row.merged_into = op.row.merged_into;
    row.ended_us = !ended(row.state) ? 0 : row.ended_us == 0 ? now_us : row.ended_us;
    ++row.version;
    return {};
}

StoreModel::Refused StoreModel::set(const SetAssignment& op) {
    const auto found = assignments_.find(op.row.id);
    if (found == assignments_.end() ||
        (switches.versions && found->second.version != op.row.version)) {
        return Refusal::conflict;
    }
    const auto legal_assignment = [](AssignmentState from, AssignmentState to) {
        return legal(from, to);
    };
    if (switches.legal_transitions &&
        !may_go(found->second.state, op.row.state, legal_assignment)) {
        return Refusal::transition;
    }
    AssignmentRow& row = change(assignments_, op.row.id);
    row.state = op.row.state;
    row.end_reason = op.row.end_reason;
    row.end_note = op.row.end_note;
    ++row.version;
    return {};
}

StoreModel::Refused StoreModel::set(const SetUnit& op, std::int64_t now_us) {
    const UnitRow& in = op.row;
    const auto found = units_.find(in.id);
    if (found == units_.end() || (switches.versions && found->second.version != in.version)) {
        return Refusal::conflict;
    }
    const UnitState from = found->second.state;
    if (switches.legal_transitions && !may_go(from, in.state, unit_may_go)) {
        return Refusal::transition;
    }
    const bool on_task = in.state >= UnitState::assigned && in.state <= UnitState::handover;
    const bool known =
        (!in.assignment.is_set() || assignments_.contains(in.assignment)) &&
        (!in.incident.is_set() || incidents_.contains(in.incident)) &&
        (!in.stamp_assignment.is_set() || assignments_.contains(in.stamp_assignment));
    const bool whole =
        on_task == in.assignment.is_set() && in.assignment.is_set() == in.incident.is_set();
    if ((!whole || !known) && switches.legal_transitions) {
        return Refusal::values;
    }
    if (in.told_place && in.told_place->lat_e7 > 900'000'000) {
        return Refusal::values;
    }
    // A diversion before the crew answered: assigned stays assigned, to another.
    const bool changes = in.state != from || in.assignment != found->second.assignment;
    UnitRow& row = change(units_, in.id);
    const std::uint64_t version = row.version + 1;
    const std::int64_t since_us = in.state == from ? row.since_us : now_us;
    row = in;
    row.version = version;
    row.since_us = since_us;
    if (changes) {
        undo_.push_back([this] { unit_history_.pop_back(); });
        unit_history_.push_back({in.id, from, in.state});
    }
    return {};
}

StoreModel::Refused StoreModel::recommend(const StoreRecommendation& op) {
    if (recommendations_.contains(op.id)) {
        return Refusal::constraint;
    }
    if (!incidents_.contains(op.incident)) {
        return Refusal::values;
    }
    change(recommendations_, op.id) = true;
    return {};
}

StoreModel::Refused StoreModel::assign(const NewAssignment& op, std::uint64_t term, std::int64_t now_us) {
    // The table has a fence of its own: a term that was learned within the write set ends the writer's.
    if (switches.fence && term != term_) {
        return Refusal::term_stale;
    }
    if (length(op.override_reason) > kTextMax) {
        return Refusal::values;
    }
    const bool taken =
        std::any_of(assignments_.begin(), assignments_.end(), [&](const auto& entry) {
            return entry.second.unit == op.row.unit && !ended(entry.second.state);
        });
    if (assignments_.contains(op.row.id) || (taken && switches.one_live_per_unit)) {
        return Refusal::constraint;
    }
    if (!incidents_.contains(op.row.incident) || registered(op.row.unit) == nullptr ||
        (op.recommendation != 0 && !recommendations_.contains(op.recommendation))) {
        return Refusal::values;
    }
    AssignmentRow& row = change(assignments_, op.row.id);
    row = op.row;
    row.state = AssignmentState::ordered;
    row.created_us = now_us;
    row.end_reason.clear();
    row.command_state.clear();
    row.version = 1;
    return {};
}

StoreModel::Refused StoreModel::queue(const QueueCommand& op) {
    const Unit* unit = registered(op.row.unit);
    const bool kind =
        std::find(kCommandKinds.begin(), kCommandKinds.end(), op.row.kind) != kCommandKinds.end();
    if (!units_.contains(op.row.unit) || !kind || op.row.issued_us == 0 || op.row.expires_us == 0 ||
        length(op.row.id) > kIdMax) {
        return Refusal::values;
    }
    if (commands_.contains(op.row.id)) {
        return Refusal::constraint;
    }
    const bool vehicle = std::any_of(registry_.begin(), registry_.end(), [&](const Unit& u) {
        return !u.vid.empty() && u.vid == op.row.vid;
    });
    if (unit == nullptr || !vehicle ||
        (op.row.assignment.is_set() && !assignments_.contains(op.row.assignment))) {
        return Refusal::values;
    }
    std::uint64_t& seq = change(command_seq_, op.row.vid);
    ++seq;
    CommandRow& row = change(commands_, op.row.id);
    row = op.row;
    row.unit_seq = seq;
    row.state = "queued";
    row.attempts = 0;
    return {};
}

// A command only moves forward; a late or repeated acknowledgement changes nothing.
StoreModel::Refused StoreModel::set(const SetCommand& op) {
    const auto found = commands_.find(op.id);
    const std::size_t to = command_place(op.state);
    if (found == commands_.end() || to == kCommandStates.size()) {
        return {};
    }
    const std::size_t from = command_place(found->second.state);
    if (from >= to || from >= command_place("accepted")) {
        return {};
    }
    CommandRow& row = change(commands_, op.id);
    row.state = op.state;
    row.attempts = std::max(row.attempts, op.attempts);
    return {};
}

StoreModel::Refused StoreModel::add(const AddStamp& op, std::int64_t now_us) {
    const StampRow& in = op.row;
    if ((in.at_us == 0) != !in.not_applicable.empty()) {
        return Refusal::values;
    }
    const auto incident = incidents_.find(op.incident);
    if (incident != incidents_.end() &&
        incident->second.stamp(in.event, in.assignment) != nullptr) {
        if (switches.stamp_once) {
            return {};
        }
        IncidentRow& row = change(incidents_, op.incident);
        std::erase_if(row.stamps, [&](const StampRow& s) {
            return s.event == in.event && s.assignment == in.assignment;
        });
    }
    const bool known = incident != incidents_.end() &&
                       (!in.assignment.is_set() || assignments_.contains(in.assignment)) &&
                       (!in.unit.is_set() || registered(in.unit) != nullptr);
    if (!known) {
        return Refusal::values;
    }
    IncidentRow& row = change(incidents_, op.incident);
    row.stamps.push_back(in);
    row.stamps.back().received_us = in.received_us == 0 ? now_us : in.received_us;
    return {};
}

tl::expected<World, Refusal> StoreModel::load(std::uint64_t term) {
    if (switches.fence && term != term_) {
        return tl::unexpected{Refusal::term_stale};
    }
    for (const Unit& unit : registry_) {
        const auto [row, fresh] = units_.try_emplace(unit.id);
        if (fresh) {
            row->second.id = unit.id;
            row->second.version = 1;
        }
    }
    return state();
}

World StoreModel::state() const {
    World out;
    out.units = units_;
    out.incidents = incidents_;
    for (const auto& [id, row] : assignments_) {
        out.assignments.emplace_hint(out.assignments.end(), id, row)->second.command_state.clear();
    }
    for (const auto& [id, row] : postings_) {
        if (!ended(row.state)) {
            out.postings.emplace_hint(out.postings.end(), id, row);
        } else if (is_told(row)) {
            out.refused_postings[row.unit] = row;
        }
    }
    for (const auto& [id, row] : proposals_) {
        if (row.outcome == ProposalOutcome::open) {
            out.proposals.emplace_hint(out.proposals.end(), id, row);
        }
    }
    std::map<AssignmentId, std::uint64_t> newest;
    for (const auto& [id, row] : commands_) {
        if (row.kind == "dispatch" && row.assignment.is_set() &&
            row.unit_seq >= newest[row.assignment]) {
            newest[row.assignment] = row.unit_seq;
            out.assignments.at(row.assignment).command_state = row.state;
        }
        if (row.assignment.is_set() || row.state == "queued" || row.state == "sent") {
            out.commands.emplace_hint(out.commands.end(), id, shown(row));
        }
    }
    return out;
}

std::vector<InboxEvent> StoreModel::inbox(std::size_t count_max) const {
    std::vector<InboxEvent> out;
    for (const auto& [id, row] : events_) {
        if (!row.consumed && out.size() < count_max) {
            out.push_back(row.event);
        }
    }
    return out;
}

bool StoreModel::add_event(InboxEvent event, const std::string& event_id) {
    const std::tuple place{event.vid, event.spool, event.seq};
    if (switches.events_once &&
        (event_places_.contains(place) || event_ids_.contains({event.vid, event_id}))) {
        return false;
    }
    event_places_.insert(place);
    event_ids_.insert({event.vid, event_id});
    event.id = static_cast<std::int64_t>(events_.size()) + 1;
    events_[event.id] = {std::move(event), event_id, false, 0, {}};
    return true;
}

const StoreModel::Key* StoreModel::answer(const std::string& user, const std::string& key) const {
    const auto found = keys_.find({user, key});
    return found == keys_.end() ? nullptr : &found->second;
}

StoreModel::Ids StoreModel::take_call_ids(const std::string& region, const std::string& day) {
    std::string number = std::to_string(++day_counters_[{region, day}]);
    number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
    return {{++call_id_}, {++incident_id_}, std::move(number), ++recommendation_id_};
}

} // namespace ems::dispatch::sim
