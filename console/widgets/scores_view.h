// Beside the early warning score the others that fit the patient's age, each with what it lacks: MEWS,
// qSOFA and the shock index of adults, the paediatric shock index of children. Advisory; what is
// missing is named, never taken for normal.
#pragma once

#include <cstdint>
#include <vector>

#include "console/model/limits.h"
#include "console/widgets/desk.h"
#include "console/widgets/spoken.h"

#include <QWidget>

namespace ems::console {

struct ScoreLine {
    QString name;     // "MEWS"
    QString value;    // "5", "≥ 3", "1.08", "—"
    QString meaning;  // "critical from 5", "shock likely"
    QString missing;  // "missing: temperature, consciousness"; "" complete
    bool stands_out{false};
};
// `chart`: what the crew found, null for nothing (telemetry/signal/scores/from_findings.h).
std::vector<ScoreLine> read_scores(const VitalsTrack* track, const PatientAge& patient, std::int64_t now_us,
                                   const ems::wire::PatientChart* chart = nullptr);

class ScoresView : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit ScoresView(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::StaticText; }
    [[nodiscard]] QString spokenText() override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    [[nodiscard]] std::vector<ScoreLine> lines() const;
    Desk& desk_;
};

} // namespace ems::console
