#include "console/widgets/spoken_rows.h"

#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/widgets/bars.h"
#include "console/widgets/order_words.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/words.h"

#include <QStringList>

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

} // namespace

QString SpokenRows::joined(const QStringList& parts) {
    QStringList said;
    for (const QString& part : parts) {
        if (!part.isEmpty()) {
            said << part;
        }
    }
    return said.join(tr(", "));
}

QString SpokenRows::caseRow(const Desk& desk, const QueueRow& row) {
    const api::Incident& incident = *row.incident;
    QStringList parts{tr("case %1").arg(qs(incident.number())), incident.level() == 0 ? QString{} : Words::levelName(incident.level()),
                      qs(incident.complaint()), Words::patient(incident), qs(incident.address())};
    const bool is_planned = row.group == QueueGroup::waiting && transfer_due_us(incident) > desk.shownUs();
    if (is_planned) {
        parts << tr("planned for %1").arg(qs(clock_text(incident.planned_us())).left(5));
    } else {
        const QString elapsed = Words::stageTimer(row.timer.waits_for) + QStringLiteral(" ") + qs(elapsed_text(row.elapsed_us));
        parts << (row.timer.target_us == 0 ? elapsed : tr("%1 of %2").arg(elapsed, qs(elapsed_text(row.timer.target_us))));
    }
    if (row.broke_target) {
        parts << tr("past its target");
    }
    if (row.alarm && !row.alarm->is_seen) {
        parts << tr("its alarm is not acknowledged");
    }
    if (const api::Incident* first = desk.state().maybe_same(incident)) {
        parts << tr("perhaps the same as %1").arg(qs(first->number()));
    }
    if (const api::NeighbourWord* word = telling_word(incident)) {
        parts << Words::neighbour(*word);
    }
    if (const api::Unit* unit = desk.state().unit_of(incident.id())) {
        parts << qs(unit->name()) + QStringLiteral(" ") + Words::state(unit->state());
    } else {
        parts << tr("no unit yet");
    }
    if (desk.isStale()) {
        parts << tr("as it was before the server was lost");
    }
    return joined(parts);
}

QString SpokenRows::unitRow(const Desk& desk, const UnitRow& row, const QString& place) {
    const api::Unit& unit = *row.unit;
    QStringList parts{qs(unit.name()), Words::state(unit.state()),
                      tr("for %1").arg(qs(elapsed_text(desk.shownUs() - unit.state_since_us()))),
                      row.incident == nullptr ? QString{} : tr("case %1").arg(qs(row.incident->number())),
                      desk.isStale() ? Words::crewCall(unit) : QString{}, place};
    if (const std::int64_t expected = expected_us(desk.state(), unit); expected != 0) {
        parts << tr("expected %1").arg(qs(clock_text(expected)).left(5));
    }
    const auto age_ms = desk.state().position_age_ms(unit.id(), desk.localUs());
    const bool is_lost = desk.isStale(unit) || (age_ms && freshness(*age_ms, kPositionAge) == Freshness::lost);
    parts << (!age_ms   ? tr("no position")
              : is_lost ? tr("out of contact, position %1 old").arg(qs(age_text(*age_ms * 1'000)))
                        : tr("position %1 old").arg(qs(age_text(*age_ms * 1'000))));
    parts << (row.position == nullptr ? QString{} : Words::accuracy(*row.position));
    return joined(parts);
}

QString SpokenRows::candidate(const Desk& desk, const api::Candidate& candidate, const QString& reasons) {
    const DeskState& state = desk.state();
    const api::Unit* unit = state.unit(candidate.unit_id());
    const auto* list = state.recommendation(state.selected_incident());
    const std::int64_t arrival_us =
        state.arrival_us(list == nullptr ? desk.shownUs() : list->computed_us(), candidate.total_s());
    QStringList parts{tr("choice %1").arg(candidate.rank()), unit == nullptr ? QString{} : qs(unit->name()),
                      unit == nullptr ? QString{} : Words::state(unit->state()),
                      tr("there in %1, at %2").arg(qs(elapsed_text(candidate.total_s() * kSecondUs)), qs(clock_text(arrival_us))),
                      tr("turnout %1 s and drive %2 s").arg(candidate.turnout_s()).arg(candidate.drive_s()),
                      candidate.within_radius() ? QString{} : tr("beyond 15 min"), reasons,
                      candidate.has_loss() ? OrderWords::loss(state, candidate.loss()) : QString{}};
    return joined(parts);
}

QString SpokenRows::alarm(const Desk& desk, const AlarmEntry& alarm) {
    const QString grade = alarm.grade == Grade::high     ? tr("high alarm")
                          : alarm.grade == Grade::medium ? tr("medium alarm")
                                                         : tr("low alarm");
    return joined({grade, AlarmBar::subjectText(alarm), AlarmBar::chipTail(desk, alarm),
                   alarm.state == AlarmState::active ? tr("not acknowledged") : QString{},
                   AlarmList::is_off(alarm) ? alarms_off_by(alarm.off) : QString{}});
}

QString SpokenRows::stage(const Desk& desk, Stage stage, const StageCell& cell) {
    QStringList parts{Words::stage(stage)};
    const std::int64_t left_us = cell.target_us - desk.shownUs();
    if (cell.state == StageState::done) {
        parts << tr("at %1").arg(qs(clock_text(cell.at_us)));
        parts << (cell.after_us > 0 ? tr("%1 after the one before").arg(qs(age_text(cell.after_us))) : QString{});
    } else if (cell.state == StageState::not_applicable) {
        parts << tr("does not apply");
    } else {
        parts << (cell.state == StageState::next ? tr("comes next") : tr("not yet"));
        parts << (cell.predicted_us == 0 ? QString{} : tr("predicted for %1").arg(qs(clock_text(cell.predicted_us))));
    }
    if (cell.state == StageState::next && cell.target_us != 0 && !desk.isStale()) {
        parts << (left_us >= 0 ? tr("%1 left").arg(qs(elapsed_text(left_us))) : tr("%1 over").arg(qs(elapsed_text(-left_us))));
    }
    return joined(parts);
}

QString SpokenRows::numeric(const QString& name, const QString& unit, const NumericReading& reading, const QString& limits) {
    if (!reading.has_value) {
        return joined({name, tr("no value"), reading.reason});
    }
    return joined({name, present_text(reading) + QStringLiteral(" ") + unit, reading.extra, tr("limits %1").arg(limits),
                   tr("%1 old").arg(qs(age_text(reading.age_us)))});
}

} // namespace ems::console
