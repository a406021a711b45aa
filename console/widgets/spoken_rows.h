// The sentences that a screen reader says of what is painted: a case, a unit, a candidate, an alarm, a stage, a number. They say
// what the picture says, in its order of weight; colour and shape become words.
#pragma once

#include "console/model/rows.h"
#include "console/model/stages.h"
#include "console/widgets/desk.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

struct NumericReading;

class SpokenRows {
    Q_DECLARE_TR_FUNCTIONS(ems::console::SpokenRows)
  public:
    // "Case 0034, II urgent, chest pain, male 58, Jiaoxie, to dispatch 1:12 of 1:00, past its target, nobody has seen it"
    static QString caseRow(const Desk& desk, const QueueRow& row);
    // `place` as the board says it; empty: none.
    static QString unitRow(const Desk& desk, const UnitRow& row, const QString& place);
    static QString candidate(const Desk& desk, const api::Candidate& candidate, const QString& reasons);
    static QString alarm(const Desk& desk, const AlarmEntry& alarm);
    static QString stage(const Desk& desk, Stage stage, const StageCell& cell);
    // `limits` as "50–120".
    static QString numeric(const QString& name, const QString& unit, const NumericReading& reading, const QString& limits);

  private:
    static QString joined(const QStringList& parts);
};

} // namespace ems::console
