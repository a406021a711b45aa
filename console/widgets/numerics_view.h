// The numbers of the patient shown, with limits and age; of which of them the alarms are off, and where a physician switches them:
// the menu of a tile, by right click, by the menu key or Enter after Tab and the arrows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "console/widgets/numeric_reading.h"
#include "console/widgets/spoken.h"

#include <QWidget>

namespace ems::console {

class NumericsView : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit NumericsView(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Grouping; }
    [[nodiscard]] int spokenCount() override;
    [[nodiscard]] SpokenPart spokenPart(int index) override;
    [[nodiscard]] int spokenCurrent() override;
    void pressSpoken(int index) override;

  signals:
    // The alarms of this parameter of the unit's patient are to be off, or on again.
    void switchWanted(std::int64_t unit_id, QString parameter);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

  private:
    void paintTile(QPainter& p, const QRectF& box, Numeric numeric, const VitalsTrack* track) const;
    // Left of `age_width` at the foot of `in`; where that has no room, under the unit.
    static void paintOff(QPainter& p, const QRectF& in, double age_width, const QColor& ink);
    [[nodiscard]] QRectF tileBox(std::size_t index) const;
    void choose(std::size_t index);
    void openMenu(std::size_t index, const QPoint& at);
    Desk& desk_;
    std::size_t current_{0};
};

} // namespace ems::console
