// One or more lines under the patient: what the crew found and no monitor says, each with when it
// was found. There only when something was found.
#pragma once

#include "console/widgets/desk.h"

#include <QStringList>
#include <QWidget>

namespace ems::console {

// "GCS E3 V4 M5 18:56": the complaint first, then in the order of a first look; the three parts of
// GCS are one entry under the time of the latest. Empty of an empty chart.
QStringList found_entries(const ems::wire::PatientChart& chart);

class FoundView : public QWidget {
    Q_OBJECT
  public:
    explicit FoundView(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {100, high_}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    [[nodiscard]] const ems::wire::PatientChart* chart() const; // null: the crew said nothing
    void follow();
    void makeRoom();

    Desk& desk_;
    QStringList entries_;
    QStringList lines_; // the entries as they fit
    int high_{0};
};

} // namespace ems::console
