// By whose limits the patient is watched, as the crew may choose it, his numbers with these limits
// (vital_tile.h) and what NEWS2 makes of them (news2_tile.h); "--" where the monitor has no number,
// "—" where nothing is measured. Beneath them the live
// trace of the ECG, one line of what it suggests of ST and atrial fibrillation, as an advisory, and
// the button that sends the ECG to the physician, with what became of it.
#pragma once

#include "console/theme/theme.h"
#include "telemetry/signal/vitals/vital_board.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/news2_tile.h"
#include "vehicle/terminal/trace_view.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <array>

#include <QWidget>

namespace ems::terminal {

class PatientPage : public QWidget {
    Q_OBJECT
  public:
    PatientPage(const console::Theme& theme, VehicleSocket& vehicle, const Clock& clock,
                QWidget* parent = nullptr);

    [[nodiscard]] BigButton& sendEcgButton() { return *send_ecg_; }
    [[nodiscard]] TraceView& trace() { return *trace_; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    [[nodiscard]] News2Tile score(const signal::VitalBoard& board) const;
    // What the tiles show, for who listens to the screen; without ages, which change each second.
    [[nodiscard]] QString spokenText() const;
    void paintNumbers(QPainter& p) const;
    void paintAdvisory(QPainter& p, const QRectF& box) const;
    void refresh();
    void refreshEcg();
    [[nodiscard]] QString ecgFate() const;
    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    std::array<BigButton*, 3> groups_{}; // adult, child, infant
    BigButton* send_ecg_;
    TraceView* trace_;
};

} // namespace ems::terminal
