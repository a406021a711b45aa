// One line between the numbers and the strip: what the vehicle's analysis of the ECG suggests of ST
// and of atrial fibrillation, why it can say nothing, and how old that is. An advisory, in words and
// weight; the alarm colours are not its.
#pragma once

#include <cstdint>
#include <optional>

#include "console/widgets/desk.h"

#include <QWidget>

namespace ems::console {

struct AdvisoryReading {
    QString st;
    QString af; // "" where nothing is known
    std::optional<std::int64_t> age_us; // of the older of the two
    bool suggests{false};
};
// An age past kAdvisoryHeldUs is told as not measured.
inline constexpr std::int64_t kAdvisoryHeldUs = 90'000'000;
AdvisoryReading read_advisory(const VitalsTrack* track, std::int64_t now_us);

class AdvisoryView : public QWidget {
    Q_OBJECT
  public:
    explicit AdvisoryView(Desk& desk, QWidget* parent = nullptr);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    Desk& desk_;
};

} // namespace ems::console
