// The live sweep: twelve leads in two columns of six in true millimetres (25 mm/s and 10 mm/mV, or as EcgFeed::scale() says), painted column by column into a kept image
// (widgets/ecg_lead_painter.h) with an erase bar of 8 mm in front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "console/theme/true_scale.h"
#include "console/widgets/desk.h"
#include "console/widgets/ecg_lead_painter.h"
#include "console/widgets/screen_mm.h"
#include "console/widgets/spoken.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

namespace ems::console {

class EcgSweep : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit EcgSweep(Desk& desk, QWidget* parent = nullptr);
    // Free above the base lines of the first row, where no other row lends its room to a tall wave.
    static constexpr double kHeadMm = 15.0;
    // Draws what is due now; called by the widget's own timer, and by tests with their own time.
    void advance(double now_s);
    // Seconds of trace drawn since the sweep last began at nothing.
    [[nodiscard]] double drawnS() const { return painter_.drawnS(); }
    [[nodiscard]] const QImage& image() const { return image_; }
    // Where 0 mV of the nth lead lies, in pixels from the top.
    [[nodiscard]] double baseOf(std::size_t shown) const { return strip(shown).base; }
    // What the foot says of speed, gain and filters.
    [[nodiscard]] QString filterText() const;
    // Said apart, and to be seen from afar, while speed or gain are not the standard; empty: they are.
    [[nodiscard]] QString scaleWarning() const;
    // That nobody has held a ruler to this screen; empty: somebody has.
    [[nodiscard]] QString rulerNote() const;
    // Why no trace runs, and since when; empty: it runs.
    [[nodiscard]] static QString noteOf(const Desk& desk);
    // As tall, from now on, that the pulses of one row do not reach those of the next, unless the screen is lower than that.
    void keepPulsesApart();
    // Monitor or diagnostic.
    void switchBand();
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Graphic; }
    // Whether there is a trace, and how it is drawn; what it shows nobody can say in a sentence.
    [[nodiscard]] QString spokenText() override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    struct Strip {
        double left;
        double top;
        double height;
        int trace_left;
        int trace_width;
        double base;
        [[nodiscard]] EcgLeadPainter::Row row() const { return {trace_left, trace_width, base}; }
    };
    [[nodiscard]] Strip strip(std::size_t shown) const;
    void restart();
    void paintFixed(QPainter& p) const;
    void renewFixed();
    [[nodiscard]] QString note() const { return noteOf(desk_); }
    [[nodiscard]] int leastHeight(double px_per_mm) const;
    [[nodiscard]] QSize devicePixels() const; // of the images: as many as the screen has
    void updateColumns(const signal::PixelSpans& spans);

    Desk& desk_;
    QImage image_;
    // Names, lines and pulses over it; painted anew when what they say changes, not with each frame.
    QImage fixed_;
    struct FixedLook {
        std::uint32_t off_mask;
        bool empty;
        QString filter;
        QString warning;
        QString ruler;
        ThemeMode mode;
        QSize size;
        bool operator==(const FixedLook&) const = default;
    };
    std::optional<FixedLook> fixed_look_;
    QTimer frame_;
    EcgLeadPainter painter_;
    double px_per_mm_;
    double least_mm_;
    int least_px_{0}; // its own least height
    MmSource mm_source_{MmSource::nominal};
    const QScreen* screen_{nullptr}; // that px_per_mm_ is of; only compared
    std::uint32_t generation_{0};
};

} // namespace ems::console
