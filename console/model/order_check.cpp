#include "console/model/order_check.h"

#include <algorithm>

namespace ems::console {
namespace {

using R = RefusalCode;
using Checked = std::optional<Refused>;

Refused no(R code, std::string about = {}) {
    return {code, std::move(about)};
}

bool is_open(const api::Incident& i) {
    return i.state() == "open" || i.state() == "assigned";
}

Checked check_reason(const std::string& reason) {
    if (reason.empty()) {
        return no(R::reason_needed);
    }
    return reason.size() > kReasonBytesMax ? Checked{no(R::too_long)} : std::nullopt;
}

Checked check_incident(const DeskState& state, std::int64_t id) {
    const api::Incident* i = state.incident(id);
    if (i == nullptr) {
        return no(R::no_such_incident);
    }
    return is_open(*i) ? std::nullopt : Checked{no(R::incident_ended, i->number())};
}

std::string task_number(const DeskState& state, const api::Unit& unit) {
    const api::Incident* i = state.incident(unit.incident_id());
    return i == nullptr ? std::string{} : i->number();
}

Checked check_sendable(const DeskState& state, std::int64_t unit_id) {
    const api::Unit* u = state.unit(unit_id);
    if (u == nullptr) {
        return no(R::no_such_unit);
    }
    if (u->state() == ems::wire::UNIT_OUT_OF_SERVICE) {
        return no(R::unit_off, u->name());
    }
    return is_sendable(*u) ? std::nullopt : Checked{no(R::unit_on_task, task_number(state, *u))};
}

Checked check_choice(const DeskState& state, std::int64_t incident, std::int64_t unit, const std::string& reason) {
    if (reason.size() > kReasonBytesMax) {
        return no(R::too_long);
    }
    const api::Candidate* first = first_sendable(state, incident);
    if (first != nullptr && first->unit_id() != unit && reason.empty()) {
        const api::Unit* u = state.unit(first->unit_id());
        return no(R::not_first, u == nullptr ? std::string{} : u->name());
    }
    return std::nullopt;
}

Checked check_demand(const DeskState& state, std::int64_t incident, bool additional) {
    const api::Incident* i = state.incident(incident);
    return additional || state.units_short(*i) != 0 ? std::nullopt : Checked{no(R::has_its_units, i->number())};
}

Checked check(const DeskState& state, const api::Assign& a) {
    if (auto bad = check_incident(state, a.incident_id())) {
        return bad;
    }
    if (auto bad = check_sendable(state, a.unit_id())) {
        return bad;
    }
    if (auto bad = check_demand(state, a.incident_id(), a.additional())) {
        return bad;
    }
    return check_choice(state, a.incident_id(), a.unit_id(), a.override_reason());
}

Checked check(const DeskState& state, const api::SwapUnit& s) {
    const api::Assignment* out = state.assignment(s.assignment_id());
    const api::Unit* unit = out == nullptr ? nullptr : state.unit(out->unit_id());
    if (unit == nullptr || unit->assignment_id() != out->id()) {
        return no(R::not_on_task);
    }
    if (out->unit_id() == s.unit_id()) {
        return no(R::same_unit);
    }
    if (unit->state() >= ems::wire::UNIT_TRANSPORTING && unit->state() <= ems::wire::UNIT_HANDOVER) {
        return no(R::patient_on_board, unit->name());
    }
    if (auto bad = check_sendable(state, s.unit_id())) {
        return bad;
    }
    return check_reason(s.reason());
}

bool is_divertible(ems::wire::UnitState state) {
    return state == ems::wire::UNIT_ASSIGNED || state == ems::wire::UNIT_ACKNOWLEDGED ||
           state == ems::wire::UNIT_EN_ROUTE;
}

// As dispatch/core weighs them: a transfer gives way to an emergency of its level.
std::uint32_t urgency(const api::Incident& i) {
    return i.level() * 2 + (i.kind() == "transfer" ? 1 : 0);
}

Checked check(const DeskState& state, const api::DivertUnit& d) {
    if (auto bad = check_incident(state, d.incident_id())) {
        return bad;
    }
    const api::Unit* u = state.unit(d.unit_id());
    if (u == nullptr) {
        return no(R::no_such_unit);
    }
    const api::Incident* own = state.incident(u->incident_id());
    if (own == nullptr) {
        return no(R::not_on_task, u->name());
    }
    if (own->id() == d.incident_id()) {
        return no(R::same_incident, own->number());
    }
    if (!is_divertible(u->state())) {
        return no(R::not_divertible, u->name());
    }
    if (urgency(*state.incident(d.incident_id())) >= urgency(*own)) {
        return no(R::not_more_urgent, own->number());
    }
    if (auto bad = check_demand(state, d.incident_id(), d.additional())) {
        return bad;
    }
    return check_reason(d.reason());
}

Checked check_task(const DeskState& state, std::int64_t assignment_id) {
    const api::Assignment* a = state.assignment(assignment_id);
    const api::Unit* u = a == nullptr ? nullptr : state.unit(a->unit_id());
    return u != nullptr && u->assignment_id() == assignment_id ? std::nullopt : Checked{no(R::not_on_task)};
}

Checked check(const DeskState& state, const api::RefuseAssignment& r) {
    if (auto bad = check_task(state, r.assignment_id())) {
        return bad;
    }
    if (state.assignment(r.assignment_id())->state() == "accepted") {
        return no(R::crew_accepted);
    }
    return check_reason(r.reason());
}

Checked check(const DeskState& state, const api::EnterUnitState& s) {
    const api::Unit* u = state.unit(s.unit_id());
    if (u == nullptr) {
        return no(R::no_such_unit);
    }
    if (u->state() == s.state()) {
        return no(R::already_in_state, u->name());
    }
    if (s.note().size() > kReasonBytesMax) {
        return no(R::too_long);
    }
    // with a call on it, who stands still needs to say why
    const bool breaks_down = s.state() == ems::wire::UNIT_OUT_OF_SERVICE && u->incident_id() != 0;
    return breaks_down ? check_reason(s.note()) : std::nullopt;
}

Checked check(const DeskState& state, const api::CorrectStamp& c, std::int64_t now_us) {
    const api::Incident* i = state.incident(c.incident_id());
    if (i == nullptr) {
        return no(R::no_such_incident);
    }
    const bool known = std::any_of(i->stamps().begin(), i->stamps().end(), [&](const api::Stamp& s) {
        return s.event() == c.event() && s.assignment_id() == c.assignment_id() && s.not_applicable().empty();
    });
    if (!known) {
        return no(R::no_such_stamp);
    }
    if (c.at_us() > now_us) {
        return no(R::time_ahead);
    }
    return check_reason(c.reason());
}

Checked check(const DeskState& state, const api::UpdateIncident& u) {
    if (auto bad = check_incident(state, u.incident_id())) {
        return bad;
    }
    if (u.level() > 4) {
        return no(R::out_of_range, "1–4");
    }
    return u.units_wanted() > 20 ? Checked{no(R::out_of_range, "1–20")} : std::nullopt;
}

Checked check(const api::CloseRoad& c) {
    const api::RoadCondition& r = c.condition();
    if (r.place() != "everywhere" && r.points_size() == 0) {
        return no(R::nothing_drawn);
    }
    if (r.kind() == "slow" && !(r.value() >= 1 && r.value() <= 20)) {
        return no(R::out_of_range, "1–20");
    }
    return check_reason(r.reason());
}

Checked check(const DeskState& state, const api::ReopenRoad& r) {
    return state.centre().road(r.id()) == nullptr ? Checked{no(R::no_such_road)} : check_reason(r.reason());
}

Checked check(const DeskState& state, const api::SetUnitFacts& f, std::int64_t now_us) {
    constexpr std::int64_t kShiftAheadMaxUs = 48LL * 3600 * 1'000'000;
    if (state.unit(f.unit_id()) == nullptr) {
        return no(R::no_such_unit);
    }
    if (f.crew_until_us() != 0 && f.crew_until_us() > now_us + kShiftAheadMaxUs) {
        return no(R::time_ahead);
    }
    return f.fuel_range_km() > 2'000 ? Checked{no(R::out_of_range, "0–2000")} : std::nullopt;
}

Checked check(const DeskState& state, const api::MergeIncident& m) {
    if (auto bad = check_incident(state, m.incident_id())) {
        return bad;
    }
    return state.maybe_same(*state.incident(m.incident_id())) == nullptr ? Checked{no(R::no_suggestion)} : std::nullopt;
}

// Also of a case that has ended.
Checked check(const DeskState& state, const api::AddNote& n) {
    constexpr std::ptrdiff_t kCharactersMax = 500; // api.proto
    if (state.incident(n.incident_id()) == nullptr) {
        return no(R::no_such_incident);
    }
    const std::string& text = n.text();
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    return characters > kCharactersMax ? Checked{no(R::note_too_long, std::to_string(characters))} : std::nullopt;
}

// As dispatch/core/neighbour decides.
Checked check(const DeskState& state, const api::RecordNeighbour& r) {
    constexpr std::size_t kTextBytesMax = 100; // api.proto
    constexpr int kWordsMax = 20;
    if (auto bad = check_incident(state, r.incident_id())) {
        return bad;
    }
    const api::NeighbourWord& word = r.word();
    if (std::max({word.name().size(), word.unit().size(), word.eta().size()}) > kTextBytesMax) {
        return no(R::neighbour_too_long);
    }
    if (word.said() != "agreed" && !(word.unit().empty() && word.eta().empty())) {
        return no(R::only_who_agrees);
    }
    const auto& said = state.incident(r.incident_id())->neighbours();
    if (said.size() >= kWordsMax) {
        return no(R::neighbours_full);
    }
    const auto last = std::find_if(said.rbegin(), said.rend(), [&](const api::NeighbourWord& w) { return w.name() == word.name(); });
    return word.said() == "asked" && last != said.rend() && last->said() == "asked" ? Checked{no(R::neighbour_asked, word.name())}
                                                                                    : std::nullopt;
}

Checked check(const DeskState& state, const api::SetSpo2Scale& s) {
    if (state.login().role() != "physician") {
        return no(R::physicians_only);
    }
    if (auto bad = check_incident(state, s.incident_id())) {
        return bad;
    }
    return state.unit_of(s.incident_id()) == nullptr ? Checked{no(R::no_unit_on_it, state.incident(s.incident_id())->number())}
                                                     : std::nullopt;
}

Checked check_body(const DeskState& state, const api::ClientFrame& f, std::int64_t now_us) {
    switch (f.body_case()) {
    case api::ClientFrame::kAssign:
        return check(state, f.assign());
    case api::ClientFrame::kSwapUnit:
        return check(state, f.swap_unit());
    case api::ClientFrame::kDivertUnit:
        return check(state, f.divert_unit());
    case api::ClientFrame::kCancelAssignment: {
        auto bad = check_task(state, f.cancel_assignment().assignment_id());
        return bad ? bad : check_reason(f.cancel_assignment().reason());
    }
    case api::ClientFrame::kRefuseAssignment:
        return check(state, f.refuse_assignment());
    case api::ClientFrame::kEnterUnitState:
        return check(state, f.enter_unit_state());
    case api::ClientFrame::kSetDestination:
        return check_task(state, f.set_destination().assignment_id());
    case api::ClientFrame::kOrderPosting:
        return check_sendable(state, f.order_posting().unit_id());
    case api::ClientFrame::kEndPosting:
        return state.centre().postings().contains(f.end_posting().posting_id()) ? std::nullopt : Checked{no(R::no_posting)};
    case api::ClientFrame::kAnswerProposal:
        return state.centre().proposals().contains(f.answer_proposal().proposal_id()) ? std::nullopt
                                                                                     : Checked{no(R::no_proposal)};
    case api::ClientFrame::kCorrectStamp:
        return check(state, f.correct_stamp(), now_us);
    case api::ClientFrame::kUpdateIncident:
        return check(state, f.update_incident());
    case api::ClientFrame::kMergeIncident:
        return check(state, f.merge_incident());
    case api::ClientFrame::kAddNote:
        return check(state, f.add_note());
    case api::ClientFrame::kRecordNeighbour:
        return check(state, f.record_neighbour());
    case api::ClientFrame::kSetSpo2Scale:
        return check(state, f.set_spo2_scale());
    case api::ClientFrame::kCloseIncident: {
        auto bad = check_incident(state, f.close_incident().incident_id());
        return bad || state.is_served(f.close_incident().incident_id()) ? bad : check_reason(f.close_incident().outcome());
    }
    case api::ClientFrame::kCloseRoad:
        return check(f.close_road());
    case api::ClientFrame::kReopenRoad:
        return check(state, f.reopen_road());
    case api::ClientFrame::kAnswerMoveUp: {
        const auto* advice = state.centre().move_up();
        if (advice == nullptr || advice->id() != f.answer_move_up().id()) {
            return no(R::no_move_up);
        }
        return f.answer_move_up().accept() ? std::nullopt : check_reason(f.answer_move_up().reason());
    }
    case api::ClientFrame::kSetUnitFacts:
        return check(state, f.set_unit_facts(), now_us);
    default:
        return std::nullopt;
    }
}

} // namespace

bool is_sendable(const api::Unit& unit) {
    return unit.state() == ems::wire::UNIT_AVAILABLE || unit.state() == ems::wire::UNIT_CLEARING ||
           unit.state() == ems::wire::UNIT_RETURNING;
}

const api::Candidate* first_sendable(const DeskState& state, std::int64_t incident_id) {
    const api::Recommendation* r = state.recommendation(incident_id);
    const api::Candidate* first = nullptr;
    for (int i = 0; r != nullptr && i < r->candidates_size(); ++i) {
        const api::Candidate& c = r->candidates(i);
        const api::Unit* u = state.unit(c.unit_id());
        if (c.rank() != 0 && u != nullptr && is_sendable(*u) && (first == nullptr || c.rank() < first->rank())) {
            first = &c;
        }
    }
    return first;
}

std::optional<Refused> check_order(const DeskState& state, const api::ClientFrame& frame, std::int64_t local_us) {
    if (!state.is_live()) {
        return no(R::not_connected);
    }
    if (!state.takes_orders(local_us)) {
        return no(R::no_orders);
    }
    return check_body(state, frame, state.server_us(local_us));
}

} // namespace ems::console
