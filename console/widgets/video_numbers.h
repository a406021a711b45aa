// The numbers of the patient in the vehicle whose camera is large: heart rate, saturation, breaths and pressure with limits,
// age and alarm as on the physician's desk, for who sees nothing else but the picture.
#pragma once

#include <cstdint>
#include <optional>

#include "console/model/video_slots.h"
#include "console/widgets/desk.h"
#include "console/widgets/numeric_reading.h"
#include "console/widgets/spoken.h"

#include <QWidget>

namespace ems::console {

class VideoNumbers : public QWidget, public Spoken {
    Q_OBJECT
  public:
    static constexpr int kHigh = 88;

    VideoNumbers(Desk& desk, const std::optional<CameraChannel>& channel, QWidget* parent);
    // Of another camera's vehicle; nothing: of nobody any more.
    void setChannel(const std::optional<CameraChannel>& channel);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::StaticText; }
    [[nodiscard]] QString spokenText() override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Cell;
    [[nodiscard]] Cell cell(Numeric numeric) const;
    void paintCell(QPainter& p, const QRectF& box, const Cell& shown) const;
    Desk& desk_;
    std::optional<CameraChannel> channel_;
};

} // namespace ems::console
