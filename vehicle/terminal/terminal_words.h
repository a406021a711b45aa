// Words of the crew's terminal. Alarms are called as on the desks (console/theme/alarm_words.h).
#pragma once

#include "map/guide/maneuver.h"
#include "vehicle/terminal/next_step.h"

#include <cstdint>

#include <QCoreApplication>
#include <QString>
#include <QStringList>

namespace ems::terminal {

class TerminalWords {
    Q_DECLARE_TR_FUNCTIONS(ems::terminal::TerminalWords)
  public:
    static QString step(Step step);                           // on a button
    static QString posting(wire::Posting::Kind kind);         // before the name of the place
    static QString state(wire::UnitState state);              // of the header
    static QString patient(const wire::DispatchOrder& order); // "male 58"
    static QString levelName(std::uint32_t level);
    static QStringList refusals(); // reasons for which a crew cannot go
    static QStringList breakdowns(); // reasons to go out of service beside a patient
    static QString distance(double metres);
    static QString compass(double course_deg);
    // As a driver can use it: rounded, in the words of the map.
    static QString roadDistance(std::uint32_t dm);
    static QString speed(std::uint32_t cm_s);
    // A turn of the way; ahead_dm 0: without how far it is.
    static QString turn(const map::Maneuver& turn, std::uint32_t ahead_dm);
    // Why the vehicle's computer did not take something: what it says is English and for its log.
    static QString refusal(const QString& reason);
    static QString signal(vehicle::StandingAlarm::Signal signal);
    static QString alarmValue(const wire::Alarm& alarm); // what stands behind its name
    // What the centre changed, and what counts.
    static QString change(const vehicle::CentreChange& change);
    // The console that speaks or holds the line open.
    static QString console(const vehicle::VoiceLine& line);

  private:
    static QString cancelled(const vehicle::CentreChange& change);
};

} // namespace ems::terminal
