// One or more lines under the patient: what the crew found and no monitor says, each with when it
// was found; what it withdrew in a line of its own below, struck through. There only when something
// was found.
#pragma once

#include "console/widgets/desk.h"

#include <vector>

#include <QString>
#include <QStringList>
#include <QWidget>

namespace ems::console {

// "GCS E3 V4 M5 18:56": the complaint first, then in the order of a first look; the three parts of
// GCS are one entry under the time of the latest. Empty of an empty chart.
QStringList found_entries(const ems::wire::PatientChart& chart);

// An entry that the crew took back and did not replace: what stood there, and when it was taken back.
struct WithdrawnEntry {
    QString stood;
    QString since;
    bool operator==(const WithdrawnEntry&) const = default;
};
std::vector<WithdrawnEntry> withdrawn_entries(const ems::wire::PatientChart& chart);

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
    void describe();

    Desk& desk_;
    QStringList entries_;
    QStringList lines_; // the entries as they fit
    std::vector<WithdrawnEntry> withdrawn_;
    int high_{0};
};

} // namespace ems::console
