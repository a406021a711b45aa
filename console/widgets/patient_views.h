// The physician's views of one running case: the worklist, the patient's line, trends.
#pragma once

#include <cstdint>
#include <optional>

#include "console/model/ageing.h"
#include "console/model/rows.h"
#include "console/widgets/numeric_reading.h"
#include "console/widgets/row_list.h"
#include "console/widgets/spoken.h"

#include <QWidget>

namespace ems::console {

class PastVitals;

class WorklistView : public RowList {
    Q_OBJECT
  public:
    explicit WorklistView(Desk& desk, QWidget* parent = nullptr);

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;

  private:
    std::vector<QueueRow> cases_;
};

class PatientBar : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit PatientBar(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::StaticText; }
    [[nodiscard]] QString spokenText() override;
    // The early warning score in short, while its own panel is out of sight; empty: it is in sight.
    void setScore(const QString& brief);
    [[nodiscard]] const QString& score() const { return score_; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    // "Alarms off: SpO₂, Resp"; empty: all are on.
    [[nodiscard]] QString switchedOff() const;
    // At the left of `box`; gives the width it took.
    double paintSwitchedOff(QPainter& p, const QRectF& box, const QColor& ink) const;
    Desk& desk_;
    QString score_;
};

// Where the patient shown is being driven, and when he is there; nothing while he is not on his way to a hospital.
struct HospitalWay {
    QString text;               // "to the county hospital, there at 19:26:41, in"
    std::int64_t arrival_us{0}; // server time; 0: not known
};
std::optional<HospitalWay> hospital_way(const Desk& desk);

class TrendsView : public QWidget {
    Q_OBJECT
  public:
    explicit TrendsView(Desk& desk, QWidget* parent = nullptr);
    // What of the past is not shown, and why; empty: nothing.
    [[nodiscard]] QString pastNote() const;

  signals:
    void pastNoteChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void paintTrend(QPainter& p, const QRectF& box, const VitalsTrack& track, Numeric numeric, std::int64_t from_us,
                    std::int64_t to_us) const;
    void paintCuff(QPainter& p, const QRectF& box, const VitalsTrack& track, std::int64_t from_us, std::int64_t to_us) const;
    Desk& desk_;
    PastVitals* past_{nullptr}; // none in a replay, which is the past
};

} // namespace ems::console
