#include "console/widgets/order_words.h"

#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>

namespace ems::console {
namespace {

QString unit_name(const DeskState& state, std::int64_t id) {
    const auto* unit = state.unit(id);
    return unit == nullptr ? QStringLiteral("?") : qs(unit->name());
}

QString incident_name(const DeskState& state, std::int64_t id) {
    const auto* i = state.incident(id);
    return i == nullptr ? QStringLiteral("?")
                        : qs(i->number()) + QStringLiteral(" ") + qs(i->address()) + QStringLiteral(" ") +
                              qs(i->complaint()) + QStringLiteral(" ") + Words::level(i->level());
}

QString number_of(const DeskState& state, std::int64_t id) {
    const auto* i = state.incident(id);
    return i == nullptr ? QStringLiteral("?") : qs(i->number());
}

QString with_reason(const QString& text, const std::string& reason) {
    return reason.empty() ? text : text + QStringLiteral("（") + qs(reason) + QStringLiteral("）");
}

QString unit_of_task(const DeskState& state, std::int64_t assignment_id) {
    const auto* a = state.assignment(assignment_id);
    return a == nullptr ? QStringLiteral("?") : unit_name(state, a->unit_id());
}

template <class Map> QString name_in(const Map& map, std::int64_t id) {
    const auto found = map.find(id);
    return found == map.end() ? QStringLiteral("?") : qs(found->second.name());
}

QString stage_word(const std::string& event) {
    for (std::size_t i = 0; i < kStageCount; ++i) {
        if (stage_event(static_cast<Stage>(i)) == event) {
            return Words::stage(static_cast<Stage>(i));
        }
    }
    return qs(event);
}

} // namespace

QString OrderWords::people(double count) {
    return count >= 10'000 ? tr("%1 × 10⁴ people").arg(count / 10'000, 0, 'f', 1) : tr("%1 people").arg(qRound(count));
}

QString OrderWords::loss(const DeskState& state, const api::CoverageLoss& loss, int names_most) {
    if (loss.villages() == 0) {
        return tr("uncovers nobody");
    }
    const QString next = loss.next_unit_id() == 0
                             ? tr("; then nobody within 30 min")
                             : tr("; then %1 in %2").arg(unit_name(state, loss.next_unit_id()),
                                                        qs(elapsed_text(std::int64_t{loss.next_s()} * 1'000'000)));
    const QString figures = tr("uncovers %1").arg(people(loss.population())) + next;
    QStringList names;
    for (int i = 0; i < std::min(names_most, loss.names_size()); ++i) {
        names << qs(loss.names(i));
    }
    const int places = static_cast<int>(loss.villages());
    const QString named = names.join(tr(", "));
    return figures + (names.isEmpty()          ? tr("; places: %1").arg(places)
                      : names.size() >= places ? tr("; %1").arg(named)
                                               : tr("; %1 and others, %2 places").arg(named).arg(places));
}

QString OrderWords::lossIn(const DeskState& state, const api::CoverageLoss& loss, int px, double room) {
    for (int names = kLossNamesMost; names > 0; --names) {
        if (const QString text = OrderWords::loss(state, loss, names); text_width(text, px) <= room) {
            return text;
        }
    }
    return OrderWords::loss(state, loss, 0);
}

QString OrderWords::roadKind(const std::string& kind) {
    return kind == "closure" ? tr("closed") : kind == "flood" ? tr("flooded") : kind == "slow" ? tr("slow") : tr("speed");
}

QString OrderWords::postingKind(const std::string& kind) {
    return kind == "standby" ? tr("standby") : kind == "relocation" ? tr("relocation") : tr("going home");
}

QString OrderWords::echo(const DeskState& s, const api::ClientFrame& f) {
    switch (f.body_case()) {
    case api::ClientFrame::kAssign: {
        const auto& a = f.assign();
        const auto* unit = s.unit(a.unit_id());
        const QString who = unit_name(s, a.unit_id()) +
                            (unit == nullptr ? QString{} : QStringLiteral("（") + Words::state(unit->state()) + QStringLiteral("）"));
        return with_reason((a.additional() ? tr("Send in addition %1 → %2") : tr("Send %1 → %2"))
                               .arg(who, incident_name(s, a.incident_id())),
                           a.override_reason());
    }
    case api::ClientFrame::kSwapUnit: {
        const auto* out = s.assignment(f.swap_unit().assignment_id());
        return with_reason(tr("%1 goes to %2 instead of %3")
                               .arg(unit_name(s, f.swap_unit().unit_id()),
                                    out == nullptr ? QStringLiteral("?") : incident_name(s, out->incident_id()),
                                    unit_of_task(s, f.swap_unit().assignment_id())),
                           f.swap_unit().reason());
    }
    case api::ClientFrame::kDivertUnit: {
        const auto* unit = s.unit(f.divert_unit().unit_id());
        return with_reason(tr("Divert %1 from %2 to %3")
                               .arg(unit_name(s, f.divert_unit().unit_id()),
                                    number_of(s, unit == nullptr ? 0 : unit->incident_id()),
                                    incident_name(s, f.divert_unit().incident_id())),
                           f.divert_unit().reason());
    }
    case api::ClientFrame::kCancelAssignment: {
        const auto* a = s.assignment(f.cancel_assignment().assignment_id());
        return with_reason(tr("Call %1 back from %2")
                               .arg(unit_of_task(s, f.cancel_assignment().assignment_id()),
                                    number_of(s, a == nullptr ? 0 : a->incident_id())),
                           f.cancel_assignment().reason());
    }
    case api::ClientFrame::kRefuseAssignment:
        return with_reason(tr("The crew of %1 cannot go").arg(unit_of_task(s, f.refuse_assignment().assignment_id())),
                           f.refuse_assignment().reason());
    case api::ClientFrame::kEnterUnitState: {
        const auto* unit = s.unit(f.enter_unit_state().unit_id());
        return with_reason(tr("Enter for %1: %2 → %3")
                               .arg(unit_name(s, f.enter_unit_state().unit_id()),
                                    unit == nullptr ? QString{} : Words::state(unit->state()),
                                    Words::state(f.enter_unit_state().state())),
                           f.enter_unit_state().note());
    }
    case api::ClientFrame::kSetDestination:
        return tr("%1 takes the patient to %2")
            .arg(unit_of_task(s, f.set_destination().assignment_id()),
                 name_in(s.hospitals(), f.set_destination().hospital_id()));
    case api::ClientFrame::kOrderPosting: {
        const auto& p = f.order_posting();
        const QString who = unit_name(s, p.unit_id());
        return with_reason(p.kind() == "standby"      ? tr("%1 waits at %2").arg(who, qs(p.name()))
                           : p.kind() == "relocation" ? tr("%1 moves to %2").arg(who, name_in(s.stations(), p.station_id()))
                                                      : tr("%1 goes back to its station").arg(who),
                           p.reason());
    }
    case api::ClientFrame::kEndPosting: {
        const auto found = s.centre().postings().find(f.end_posting().posting_id());
        const QString who = found == s.centre().postings().end() ? QStringLiteral("?") : unit_name(s, found->second.unit_id());
        const std::string& end = f.end_posting().state();
        return with_reason(end == "arrived"     ? tr("%1 has arrived where it was to wait").arg(who)
                           : end == "cancelled" ? tr("%1 need not go there").arg(who)
                                                : tr("%1 no longer waits there").arg(who),
                           f.end_posting().reason());
    }
    case api::ClientFrame::kAnswerProposal: {
        const auto found = s.centre().proposals().find(f.answer_proposal().proposal_id());
        if (found == s.centre().proposals().end()) {
            return QStringLiteral("?");
        }
        const auto& p = found->second;
        return (f.answer_proposal().confirm() ? tr("%1: %2 since %3 is right") : tr("%1: %2 since %3 is wrong"))
            .arg(unit_name(s, p.unit_id()), Words::suggested(p.state()), qs(clock_text(p.at_us())));
    }
    case api::ClientFrame::kCorrectStamp: {
        const auto& c = f.correct_stamp();
        return with_reason(tr("%1 %2: put right to %3")
                               .arg(number_of(s, c.incident_id()), stage_word(c.event()), qs(clock_text(c.at_us()))),
                           c.reason());
    }
    case api::ClientFrame::kUpdateIncident: {
        const auto& u = f.update_incident();
        if (u.has_place()) {
            const auto* now = s.incident(u.incident_id());
            const GeoPoint to = geo_point(u.place().lat_e7(), u.place().lon_e7());
            const double km = now == nullptr ? 0 : distance_m(geo_point(now->place().lat_e7(), now->place().lon_e7()), to) / 1'000;
            return tr("Move the place of %1 by %2 km to %3 N %4 E")
                .arg(incident_name(s, u.incident_id()))
                .arg(km, 0, 'f', 1)
                .arg(to.lat, 0, 'f', 4)
                .arg(to.lon, 0, 'f', 4);
        }
        if (u.planned_us() != 0) {
            return tr("%1 is planned for %2").arg(incident_name(s, u.incident_id()), qs(clock_text(u.planned_us())).left(5));
        }
        return u.level() != 0 ? tr("%1: level %2").arg(number_of(s, u.incident_id()), Words::level(u.level()))
                              : tr("%1 needs %2 units").arg(number_of(s, u.incident_id())).arg(u.units_wanted());
    }
    case api::ClientFrame::kCloseIncident:
        return with_reason(tr("Close %1").arg(incident_name(s, f.close_incident().incident_id())), f.close_incident().outcome());
    case api::ClientFrame::kMergeIncident: {
        const auto& m = f.merge_incident();
        const auto* second = s.incident(m.incident_id());
        const std::int64_t first = second == nullptr ? 0 : second->same_as_incident_id();
        return (m.different() ? tr("%1 is not the same case as %2") : tr("Merge %1 into %2"))
            .arg(incident_name(s, m.incident_id()), number_of(s, first));
    }
    case api::ClientFrame::kAddNote:
        return tr("Note to %1: %2").arg(incident_name(s, f.add_note().incident_id()), qs(f.add_note().text()));
    case api::ClientFrame::kRecordNeighbour: {
        const auto& r = f.record_neighbour();
        const auto& listed = s.centre().partners();
        const bool is_listed = std::any_of(listed.begin(), listed.end(), [&](const auto& one) { return one.name() == r.word().name(); });
        const QString said = Words::neighbour(r.word()) + (is_listed ? QString{} : tr(" (not in the list of neighbours)"));
        return QStringLiteral("%1: %2").arg(incident_name(s, r.incident_id()), said);
    }
    case api::ClientFrame::kSetSpo2Scale:
        return f.set_spo2_scale().scale() == 2
                   ? tr("NEWS2 of %1: SpO₂ on scale 2").arg(incident_name(s, f.set_spo2_scale().incident_id()))
                   : tr("NEWS2 of %1: SpO₂ on scale 1").arg(incident_name(s, f.set_spo2_scale().incident_id()));
    case api::ClientFrame::kNewCall: {
        const auto& c = f.new_call();
        return with_reason(tr("Open a transfer from %1 to %2 at %3")
                               .arg(qs(c.address()), name_in(s.hospitals(), c.destination_hospital_id()),
                                    qs(clock_text(c.planned_us())).left(5)),
                           c.complaint());
    }
    case api::ClientFrame::kCloseRoad: {
        const auto& r = f.close_road().condition();
        const QString where = r.place() == "everywhere" ? qs(r.road())
                              : r.place() == "area"     ? tr("the area drawn")
                                                        : tr("the way drawn (%1 points)").arg(r.points_size());
        const QString until = r.until_us() == 0 ? tr("until reopened") : tr("until %1").arg(qs(clock_text(r.until_us())).left(5));
        QString kind = roadKind(r.kind());
        kind += r.kind() == "slow" ? QStringLiteral(" ×%1").arg(r.value()) : QString{};
        return with_reason(QStringLiteral("%1: %2 %3").arg(where, kind, until), r.reason());
    }
    case api::ClientFrame::kReopenRoad: {
        const auto* road = s.centre().road(f.reopen_road().id());
        return with_reason(tr("Reopen road %1 %2").arg(f.reopen_road().id()).arg(road == nullptr ? QString{} : qs(road->reason())),
                           f.reopen_road().reason());
    }
    case api::ClientFrame::kAnswerMoveUp: {
        const auto* m = s.centre().move_up();
        const QString what = m == nullptr ? QStringLiteral("?")
                                          : unit_name(s, m->unit_id()) + QStringLiteral(" → ") + name_in(s.stations(), m->station_id());
        return with_reason((f.answer_move_up().accept() ? tr("Accept move-up %1") : tr("Decline move-up %1")).arg(what),
                           f.answer_move_up().reason());
    }
    case api::ClientFrame::kSetUnitFacts: {
        const auto& u = f.set_unit_facts();
        const QString who = unit_name(s, u.unit_id());
        return u.has_crew_until_us()   ? tr("%1: crew until %2").arg(who, qs(clock_text(u.crew_until_us())).left(5))
               : u.has_place()         ? tr("%1 is at %2, %3")
                                             .arg(who)
                                             .arg(u.place().lat_e7() / 1e7, 0, 'f', 4)
                                             .arg(u.place().lon_e7() / 1e7, 0, 'f', 4)
               : u.has_fuel_range_km() ? tr("%1: fuel for %2 km").arg(who).arg(u.fuel_range_km())
               : u.contaminated()      ? tr("%1: carried an infectious patient").arg(who)
                                       : tr("%1: cleaned").arg(who);
    }
    default:
        return {};
    }
}

QString OrderWords::echo(const DeskState& s, const Deed& d) {
    QString what;
    if (d.verb == Verb::shelve) {
        const AlarmEntry* alarm = s.alarms().find(d.alarm);
        const QString name = alarm == nullptr ? QStringLiteral("?")
                                              : (qs(alarm->subject) + QStringLiteral(" ") + Words::alarm(alarm->code)).trimmed();
        return tr("alarm %1 away for %2 min: %3").arg(name).arg(d.number).arg(qs(d.text));
    }
    if (d.verb == Verb::reveal) {
        return with_reason(tr("Show the caller's number of %1").arg(number_of(s, d.incident_id)), d.text);
    }
    if (d.unit_id != 0) {
        what = unit_name(s, d.unit_id);
    } else if (d.incident_id != 0 && (d.verb == Verb::look || d.verb == Verb::recommend || d.verb == Verb::explain)) {
        what = incident_name(s, d.incident_id);
    } else {
        what = qs(d.text);
    }
    return verb(d.verb) + (what.isEmpty() ? QString{} : QStringLiteral(" ") + what);
}

} // namespace ems::console
