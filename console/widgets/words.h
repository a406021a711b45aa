// Words that several views share: states, levels, reasons, alarms. Codes of the wire become text for people here only.
#pragma once

#include <cstdint>
#include <string>

#include "console/model/desk_state.h"
#include "console/model/stages.h"
#include "dispatch/contract/api.pb.h"
#include "map/gazetteer/name_table.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

class Words {
    Q_DECLARE_TR_FUNCTIONS(ems::console::Words)
  public:
    static QString state(ems::wire::UnitState state); // two characters
    // What a fence suggests of a unit: a state, or that it stands where it was posted.
    static QString suggested(ems::wire::UnitState state);
    static QString level(std::uint32_t level);        // "Ⅰ"
    static QString levelName(std::uint32_t level);    // "Ⅰ 濒危"
    static QString sex(const std::string& code);
    // "58", "8 months"; empty: unknown
    static QString age(const api::Incident& incident);
    static QString patient(const api::Incident& incident); // "男 58"
    static QString stage(Stage stage);
    static QString stageTimer(Stage waits_for);            // caption under a queue timer
    static QString reason(const std::string& code);
    static QString excluded(const std::string& code);
    static QString shortfall(const std::string& code);
    // Why a list's times are not those of the roads as they stand.
    static QString degraded(const std::string& code);
    // Of what a call needs: "class B", "ventilator".
    static QString need(const std::string& code);
    static QString alarm(const std::string& code);
    // Of its row (console/model/alarm_table.h); empty where it has none.
    static QString alarmCause(const std::string& code);
    static QString alarmConsequence(const std::string& code);
    static QString alarmAction(const std::string& code);
    // What goes with it: of button_refused the state that was pressed and why it was refused, of others as it came.
    static QString alarmValue(const std::string& code, const std::string& value);
    static QString weekdayName(int weekday);
    static QString role(const std::string& role);
    // What a neighbour region was asked or said: "Linyi agrees · Linyi 03 · 14:25"; and as short as a row of the queue needs it.
    static QString neighbour(const api::NeighbourWord& word);
    static QString neighbourBrief(const api::NeighbourWord& word);
    static QString placeSource(const std::string& code);
    // Who told it, when not the vehicle itself: its JT/T 808 terminal; else empty.
    static QString positionBy(const api::UnitPosition& position);
    // Beyond so much it is told and drawn how far off a position may lie.
    static constexpr std::uint32_t kAccuracyToldM = 50;
    // "±120 m"; empty: no more than that, or not known.
    static QString accuracy(const api::UnitPosition& position);
    // How its crew is called by voice: "tel. 0359-2010101 · radio 201"; empty: not known.
    static QString crewCall(const api::Unit& unit);
    // What a desk without a server goes by; empty: nothing.
    static QString direct(Direct direct);
    static QString distance(double metres);
    static QString placeKind(map::NameKind kind);
    // 0 north, clockwise to 7.
    static QString compass(int sector);
};

inline QString qs(const std::string& text) {
    return QString::fromStdString(text);
}

} // namespace ems::console
