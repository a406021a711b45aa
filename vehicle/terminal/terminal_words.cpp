#include "vehicle/terminal/terminal_words.h"

#include "console/theme/alarm_words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ems::terminal {
namespace {

constexpr qsizetype kReasonMax = 40; // of the centre's words: two lines with what is said beside them

// The map speaks both languages itself; which one is wanted the translation says ("zh").
map::Language map_language(const QString& code) {
    return code == QStringLiteral("zh") ? map::Language::zh : map::Language::en;
}

} // namespace

QString TerminalWords::step(Step step) {
    switch (step) {
    case Step::accept:
        return tr("Accept");
    case Step::en_route:
        return tr("Depart");
    case Step::at_scene:
        return tr("At scene");
    case Step::at_patient:
        return tr("At patient");
    case Step::transporting:
        return tr("Leave scene");
    case Step::at_hospital:
        return tr("At hospital");
    case Step::handover:
        return tr("Handed over");
    case Step::clearing:
        return tr("Leave hospital");
    case Step::returning:
        return tr("Return");
    case Step::available:
        return tr("Stand by");
    case Step::out_of_service:
        return tr("Out of service");
    case Step::accept_posting:
        return tr("Go there");
    case Step::at_post:
        return tr("At the post");
    }
    return {};
}

QString TerminalWords::posting(wire::Posting::Kind kind) {
    switch (kind) {
    case wire::Posting::STANDBY:
        return tr("Stand by at");
    case wire::Posting::RELOCATION:
        return tr("Cover the station");
    case wire::Posting::GO_HOME:
        return tr("Go back to");
    default:
        return tr("Wait at");
    }
}

QString TerminalWords::state(wire::UnitState state) {
    switch (state) {
    case wire::UNIT_AVAILABLE:
        return tr("standing by");
    case wire::UNIT_ASSIGNED:
        return tr("order waits");
    case wire::UNIT_ACKNOWLEDGED:
        return tr("accepted");
    case wire::UNIT_EN_ROUTE:
        return tr("to the scene");
    case wire::UNIT_AT_SCENE:
        return tr("at scene");
    case wire::UNIT_AT_PATIENT:
        return tr("with patient");
    case wire::UNIT_TRANSPORTING:
        return tr("to hospital");
    case wire::UNIT_AT_HOSPITAL:
        return tr("at hospital");
    case wire::UNIT_HANDOVER:
        return tr("handover");
    case wire::UNIT_CLEARING:
        return tr("leaving hospital");
    case wire::UNIT_RETURNING:
        return tr("returning");
    case wire::UNIT_OUT_OF_SERVICE:
        return tr("out of service");
    default:
        return tr("state unknown");
    }
}

QString TerminalWords::patient(const wire::DispatchOrder& order) {
    const QString sex = order.sex() == "m"   ? tr("male")
                        : order.sex() == "f" ? tr("female")
                                             : QString{};
    constexpr std::uint32_t kInMonthsBelow = 24;
    const bool months = order.has_age_months() && order.age_months() < kInMonthsBelow;
    const QString age = months                   ? tr("%1 months").arg(order.age_months())
                        : order.age_years() == 0 ? QString{}
                                                 : QString::number(order.age_years());
    return sex.isEmpty() ? age : age.isEmpty() ? sex : sex + QStringLiteral(" ") + age;
}

QString TerminalWords::levelName(std::uint32_t level) {
    switch (level) {
    case 1:
        return tr("critical");
    case 2:
        return tr("severe");
    case 3:
        return tr("urgent");
    case 4:
        return tr("minor");
    default:
        return tr("no level");
    }
}

QStringList TerminalWords::refusals() {
    return {tr("Vehicle broken down"), tr("Crew not complete"), tr("Patient aboard"),
            tr("Road impassable"),     tr("Equipment missing"), tr("Other reason, by radio")};
}

QStringList TerminalWords::breakdowns() {
    return {tr("Vehicle broken down"), tr("Accident on the way"), tr("Crew cannot go on"),
            tr("Other reason, by radio")};
}

QString TerminalWords::console(const vehicle::VoiceLine& line) {
    const QString name = QString::fromStdString(line.speaker_name());
    return line.speaker_role() == vehicle::VoiceLine::PHYSICIAN    ? tr("Physician %1").arg(name)
           : line.speaker_role() == vehicle::VoiceLine::DISPATCHER ? tr("Dispatcher %1").arg(name)
           : name.isEmpty()                                        ? tr("The centre")
                                                                   : name;
}

QString TerminalWords::distance(double metres) {
    return metres < 1'000.0 ? tr("%1 m").arg(std::lround(metres / 10.0) * 10)
                            : tr("%1 km").arg(metres / 1'000.0, 0, 'f', 1);
}

QString TerminalWords::compass(double course_deg) {
    const std::array<QString, 8> names{tr("north"), tr("north-east"), tr("east"), tr("south-east"),
                                       tr("south"), tr("south-west"), tr("west"), tr("north-west")};
    return names.at(static_cast<std::size_t>(std::lround(course_deg / 45.0)) % 8);
}

QString TerminalWords::roadDistance(std::uint32_t dm) {
    return QString::fromStdString(
        map::distance_text(dm, map_language(tr("en", "code of the language: en or zh"))));
}

QString TerminalWords::speed(std::uint32_t cm_s) {
    return tr("%1 km/h").arg(std::uint64_t{cm_s} * 36 / 1'000);
}

QString TerminalWords::turn(const map::Maneuver& turn, std::uint32_t ahead_dm) {
    return QString::fromStdString(
        map::instruction(turn, ahead_dm, map_language(tr("en", "code of the language: en or zh"))));
}

QString TerminalWords::refusal(const QString& reason) {
    struct Said {
        const char* reason; // vehicle/agent/crew_desk.cpp, agent_crew.cpp; signal::verdict_text()
        QString text;
    };
    const std::array<Said, 10> all{{
        {"no such order is waiting for an answer", tr("it no longer waits for an answer")},
        {"the posting has ended", tr("the posting has ended")},
        {"this state has no button", tr("this state cannot be pressed")},
        {"no such age group", tr("no such age group")},
        {"no intercom on board", tr("no intercom on board")},
        {"no such alarm", tr("the alarm is not known")},
        {"the alarm does not stand", tr("the alarm is over")},
        {"of this alarm only the sound can be paused", tr("of this alarm only the sound can be paused")},
        {"only the crew can do that", tr("only the crew can do that")},
        {"too many presses wait for the vehicle", tr("too many presses wait: call the centre")},
    }};
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Said& one) { return reason == QLatin1String(one.reason); });
    return found == all.end() ? tr("the vehicle's computer does not take it") : found->text;
}

QString TerminalWords::cancelled(const vehicle::CentreChange& change) {
    const QString shown = QString::fromStdString(change.shown());
    QString reason = QString::fromStdString(change.reason()).simplified();
    if (reason.size() > kReasonMax) {
        reason = reason.left(kReasonMax - 1) + QChar{u'…'};
    }
    QString out = reason.isEmpty() ? tr("Order %1 is cancelled.").arg(shown)
                                   : tr("Order %1 is cancelled: %2.").arg(shown, reason);
    if (change.state() != wire::UNIT_UNSPECIFIED) {
        out += tr(" Your state was \"%1\", and is now \"%2\".")
                   .arg(state(change.shown_state()), state(change.state()));
    }
    return out;
}

QString TerminalWords::change(const vehicle::CentreChange& change) {
    const QString shown = QString::fromStdString(change.shown());
    const QString counts = QString::fromStdString(change.counts());
    switch (change.what()) {
    case vehicle::CentreChange::ORDER_CANCELLED:
        return cancelled(change);
    case vehicle::CentreChange::ORDER_REPLACED:
        return tr("Order %1 counts, and no longer order %2.").arg(counts, shown);
    case vehicle::CentreChange::SCENE_CORRECTED:
        return tr("The scene is %1, and not %2.").arg(counts, shown);
    case vehicle::CentreChange::DESTINATION_CHANGED:
        return shown.isEmpty() ? tr("The hospital is %1.").arg(counts)
                               : tr("The hospital is %1, and no longer %2.").arg(counts, shown);
    case vehicle::CentreChange::POSTING_ENDED:
        return tr("You are no longer to wait at %1.").arg(shown);
    case vehicle::CentreChange::POSTING_CHANGED:
        return tr("You are to wait at %1, and no longer at %2.").arg(counts, shown);
    case vehicle::CentreChange::ORDER_TOO_LATE:
        return tr("Order %1 came too late and does not count. Call the centre.").arg(counts);
    default:
        return tr("Something else changed. Call the centre.");
    }
}

QString TerminalWords::alarmValue(const wire::Alarm& alarm) {
    return alarm.code() == "camera_lost" ? console::lost_cameras_text(alarm.value()) : QString::fromStdString(alarm.value());
}

QString TerminalWords::signal(vehicle::StandingAlarm::Signal signal) {
    switch (signal) {
    case vehicle::StandingAlarm::ACKNOWLEDGED:
        return tr("acknowledged");
    case vehicle::StandingAlarm::AUDIO_PAUSED:
        return tr("sound paused");
    case vehicle::StandingAlarm::AUDIO_IS_OFF:
        return tr("sound off");
    case vehicle::StandingAlarm::ALARM_PAUSED:
        return tr("alarm paused");
    case vehicle::StandingAlarm::ALARM_IS_OFF:
        return tr("alarm off");
    default:
        return {};
    }
}

} // namespace ems::terminal
