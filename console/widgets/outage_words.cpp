#include "console/widgets/outage_words.h"

#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <QStringList>

namespace ems::console {
namespace {

constexpr int kOpenedMax = 3; // cases named of those that were opened since

QString with(const QString& what, const std::string& text) {
    return text.empty() ? what : what + QStringLiteral(" · ") + qs(text);
}

} // namespace

QString OutageWords::deed(OutageDeed deed) {
    switch (deed) {
    case OutageDeed::sent:
        return tr("Unit sent");
    case OutageDeed::state:
        return tr("State told");
    case OutageDeed::new_case:
        return tr("Case on paper");
    case OutageDeed::note:
    case OutageDeed::count:
        break;
    }
    return tr("Note");
}

QString OutageWords::usage(OutageDeed deed) {
    switch (deed) {
    case OutageDeed::sent:
        return tr("unit, case, note; + in place of the case: one on paper");
    case OutageDeed::state:
        return tr("unit, state, note");
    case OutageDeed::new_case:
        return tr("who called, where, what");
    case OutageDeed::note:
    case OutageDeed::count:
        break;
    }
    return tr("case, text");
}

QString OutageWords::entry(const OutageEntry& entry) {
    const QString unit = qs(entry.unit_name);
    const QString number = qs(entry.incident_number);
    switch (entry.deed) {
    case OutageDeed::sent:
        return with(tr("Sent %1 → %2").arg(unit, number.isEmpty() ? tr("case on paper") : number), entry.text);
    case OutageDeed::state:
        return with(number.isEmpty() ? tr("%1 says %2").arg(unit, Words::state(entry.state))
                                     : tr("%1 says %2, on %3").arg(unit, Words::state(entry.state), number),
                    entry.text);
    case OutageDeed::new_case:
        return with(tr("Case on paper"), entry.text);
    case OutageDeed::note:
    case OutageDeed::count:
        break;
    }
    return with(tr("Note to %1").arg(number), entry.text);
}

QString OutageWords::at(std::int64_t at_us, std::int64_t now_us) {
    const QString clock = qs(clock_text(at_us));
    const std::string date = date_text(at_us);
    return date == date_text(now_us) ? clock : qs(date).mid(5) + QStringLiteral(" ") + clock;
}

QString OutageWords::standing(Standing standing) {
    switch (standing) {
    case Standing::missing:
        return tr("not at the server");
    case Standing::other_time:
        return tr("another time");
    case Standing::same:
        return tr("the same");
    case Standing::look:
    case Standing::count:
        break;
    }
    return tr("compare yourself");
}

QString OutageWords::reason() {
    return tr("told by voice during an outage");
}

QString OutageWords::serverUnit(const Desk& desk, const OutageRow& row) {
    if (row.unit == nullptr) {
        return tr("the unit is not known");
    }
    const api::Incident* on = desk.state().incident(row.unit->incident_id());
    return qs(row.unit->name()) + QStringLiteral(" ") + Words::state(row.unit->state()) + QStringLiteral(" · ") +
           (on == nullptr ? tr("on no case") : qs(on->number()));
}

// Which of them is the one on paper a person knows.
QString OutageWords::opened(const Desk& desk, std::int64_t since_us) {
    QStringList numbers;
    int more = 0;
    for (const auto& [id, incident] : desk.state().incidents()) {
        if (incident.created_us() < since_us) {
            continue;
        }
        if (numbers.size() < kOpenedMax) {
            numbers << qs(incident.number()) + QStringLiteral(" ") + qs(incident.complaint()).section(QLatin1Char(' '), 0, 0).left(12);
        } else {
            ++more;
        }
    }
    if (numbers.isEmpty()) {
        return tr("no case opened since");
    }
    return tr("opened since: %1").arg(numbers.join(QStringLiteral("; "))) + (more == 0 ? QString{} : tr(" and %1 more").arg(more));
}

QString OutageWords::server(const Desk& desk, const OutageEntry& entry, const OutageRow& row) {
    const std::int64_t now = desk.shownUs();
    if (entry.deed == OutageDeed::new_case) {
        return opened(desk, desk.state().server_us(entry.at_us));
    }
    if (entry.deed == OutageDeed::note) {
        if (row.incident == nullptr) {
            return tr("the case is not in the list any more");
        }
        const api::Note& newest = row.incident->newest_note();
        return newest.text().empty() ? tr("no note")
                                     : tr("newest note %1: %2").arg(at(newest.at_us(), now), qs(newest.text()));
    }
    const QString unit = serverUnit(desk, row);
    return row.server_at_us == 0 ? unit : unit + QStringLiteral(" · ") + tr("at %1").arg(at(row.server_at_us, now));
}

} // namespace ems::console
