// The early warning score of the patient shown, NEWS2 from 16 years on and Bedside PEWS below: the total or the
// least it can be, and each item with what it was read from; what is missing stands as "?" with what it could add,
// never as normal.
#pragma once

#include "console/model/limits.h"
#include "console/widgets/desk.h"
#include "console/widgets/spoken.h"
#include "telemetry/signal/scores/news2.h"
#include "telemetry/signal/scores/pews.h"

#include <optional>

#include <QWidget>

namespace ems::console {

struct News2Reading {
    QString total;  // "7", "≥ 9"; "—" when nothing is known or the score is not for this patient
    QString risk;   // "9–15 · high · 2 missing"
    QString source; // why there is none, or the oldest number's age
    signal::News2 news2;
    bool has_score{false};
};
// Of a patient of `age_years` (nothing: unknown); the score is for 16 years and older. `chart`: what the crew found, null
// for nothing; it gives what no monitor says (telemetry/signal/scores/from_findings.h).
News2Reading read_news2(const VitalsTrack* track, std::optional<int> age_years, std::int64_t now_us,
                        const ems::wire::PatientChart* chart = nullptr,
                        signal::Spo2Scale scale = signal::Spo2Scale::one);
// As a physician has switched it for this case; null and what nobody has switched: scale 1.
signal::Spo2Scale spo2_scale_of(const api::Incident* incident);

enum class EarlyWarning { news2, bedside_pews };
// An age that nobody knows is an adult's, unless the vehicle's crew says child or infant.
EarlyWarning early_warning_for(const PatientAge& patient);

struct PewsReading {
    QString total;
    QString risk;   // "8–14 · at least high · 3 missing"
    QString source; // why there is none, or the oldest number's age
    signal::Score score;
    bool has_score{false};
};
// The bands go by months: of a child whose age the call does not tell there is none.
PewsReading read_pews(const VitalsTrack* track, const PatientAge& patient, std::int64_t now_us);

class News2View : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit News2View(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::StaticText; }
    [[nodiscard]] QString spokenText() override;
    // Which score is shown, for the panel's title.
    [[nodiscard]] EarlyWarning shown() const;
    // "NEWS2 ≥ 9": for a place in sight while this view is not.
    [[nodiscard]] QString brief() const;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Shown;
    [[nodiscard]] const VitalsTrack* track() const;
    [[nodiscard]] const ems::wire::PatientChart* chart() const; // null: the crew said nothing
    [[nodiscard]] PatientAge patient() const;
    void paintItems(QPainter& p, const Shown& shown) const;
    Desk& desk_;
};

} // namespace ems::console
