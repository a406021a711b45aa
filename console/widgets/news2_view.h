// NEWS2 of the patient shown: the total or the least it can be, and each item with what it was read from;
// what is missing stands as "?" with what it could add, never as normal.
#pragma once

#include "console/widgets/desk.h"
#include "telemetry/signal/scores/news2.h"

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
// Of a patient of `age_years` (nothing: unknown); the score is for 16 years and older.
News2Reading read_news2(const VitalsTrack* track, std::optional<int> age_years, std::int64_t now_us);

class News2View : public QWidget {
    Q_OBJECT
  public:
    explicit News2View(Desk& desk, QWidget* parent = nullptr);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    Desk& desk_;
};

} // namespace ems::console
