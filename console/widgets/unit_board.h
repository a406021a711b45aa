// Every unit: state, time in it, its incident, where it is and goes, when it is expected, and the age of its position; who
// waits elsewhere, what fences suggest, and below who is reached in time. Keys while it has the focus: Enter lists what can
// be done with the unit, Y and N answer its fence, letters begin a command with its name. Without a server the crew's
// telephone and radio stand first where the place stands.
#pragma once

#include "console/model/rows.h"
#include "console/widgets/row_list.h"

namespace ems::console {

class UnitBoard : public RowList {
    Q_OBJECT
  public:
    explicit UnitBoard(Desk& desk, QWidget* parent = nullptr);

  signals:
    void commandBegun(QString text);

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;
    [[nodiscard]] QString rowTip(std::size_t index) const override;
    void paintRest(QPainter& p, const QRect& box) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

  private:
    [[nodiscard]] QString placeText(const UnitRow& row) const;
    [[nodiscard]] QString placeText(const UnitRow& row, const QString& address) const;
    [[nodiscard]] QString placeShown(const UnitRow& row, double width) const;
    [[nodiscard]] QString timeShown(const UnitRow& row) const;
    void paintPlace(QPainter& p, const QRectF& box, const UnitRow& row) const;
    void paintAge(QPainter& p, const QRectF& box, const UnitRow& row) const;
    void paintHead(QPainter& p, const QRect& box) const;
    void openMenu();
    void begin(const char* letters, const api::Unit& unit);
    std::vector<UnitRow> units_;
    std::int64_t own_{0}; // chosen here by a person; while the board has the focus it stays
};

} // namespace ems::console
