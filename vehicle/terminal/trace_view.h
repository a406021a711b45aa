// The live trace of the own vehicle: one ECG lead at 25 mm/s and 10 mm/mV of this screen and, where it
// comes, the pleth below, swept as on the physician's desk (telemetry/signal/sweep.h): an erase bar of
// 8 mm, a gap for what did not come, a dashed line for an electrode that is off. While it is on the
// screen it asks the vehicle's computer for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "console/theme/theme.h"
#include "vehicle/terminal/live_trace.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

namespace ems::terminal {

class TraceView : public QWidget {
    Q_OBJECT
  public:
    static constexpr double kMmPerS = 25.0;
    static constexpr double kMmPerMv = 10.0;
    static constexpr double kEraseMm = 8.0;

    // All references outlive it.
    TraceView(const console::Theme& theme, VehicleSocket& vehicle, const Clock& clock,
              QWidget* parent = nullptr);
    // Draws what is due; called by its own timer, and by tests with their own time.
    void advance();
    [[nodiscard]] const QImage& image() const { return image_; }
    // Of the trace: lead, speed, gain, filter; where it comes from.
    [[nodiscard]] QString caption() const;
    // Why nothing moves; empty: it does.
    [[nodiscard]] QString note() const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    // Of one trace: where on the image, and the column it was drawn to.
    struct Strip {
        QRect box;
        std::int64_t last{-1};
    };
    struct Due {
        double position{-1};
        double rate_hz{0};
        console::Token token{console::Token::w_ecg};
        double dashed_y{0};
        std::function<std::optional<double>(std::uint64_t)> y; // nothing: a gap
    };
    enum class Line { drawn, dashed };
    [[nodiscard]] double nowS() const;
    void restart();
    void sweep(QPainter& p, Strip& strip, const Due& due, Line line);
    void drawColumns(QPainter& p, const Strip& strip, const Due& due, std::int64_t from,
                     std::int64_t to) const;
    void paintEdge(QPainter& p, const Strip& strip) const;

    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    const Clock& clock_;
    LiveTrace trace_;
    QImage image_;
    Strip ecg_;
    Strip pleth_;
    QTimer frame_;
    double px_per_mm_;
    std::uint32_t generation_{0};
};

} // namespace ems::terminal
