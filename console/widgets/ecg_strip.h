// Lead II running on above a page that is frozen: whoever measures must see the rhythm of now. One row over the whole width, at the
// scale and in the band of the live sweep (widgets/ecg_sweep.h), of the same millimetres and painted by the same hand, marked as live.
#pragma once

#include <cstdint>

#include "console/widgets/desk.h"
#include "console/widgets/ecg_lead_painter.h"
#include "console/widgets/spoken.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

namespace ems::console {

class EcgStrip : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit EcgStrip(Desk& desk, QWidget* parent = nullptr);
    static constexpr double kHeightMm = 27.0;
    // Draws what is due now; called by the widget's own timer, and by tests with their own time.
    void advance(double now_s);
    // Seconds of trace drawn since it last began at nothing.
    [[nodiscard]] double drawnS() const { return painter_.drawnS(); }
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Graphic; }
    // Whether the trace runs.
    [[nodiscard]] QString spokenText() override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void measure();
    void restart();
    void paintHead(QPainter& p) const;
    [[nodiscard]] int traceWidth() const;
    [[nodiscard]] double base() const; // where 0 mV lies, in pixels from the top
    [[nodiscard]] QSize devicePixels() const;

    Desk& desk_;
    QImage image_; // the trace alone
    QTimer frame_;
    EcgLeadPainter painter_;
    double px_per_mm_;
    std::uint32_t generation_{0};
};

} // namespace ems::console
