// Every unit: state, time in it, its incident, where it is and goes, when it is expected, and the age of its position.
#pragma once

#include "console/model/rows.h"
#include "console/widgets/row_list.h"

namespace ems::console {

class UnitBoard : public RowList {
    Q_OBJECT
  public:
    explicit UnitBoard(Desk& desk, QWidget* parent = nullptr);

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;

  private:
    [[nodiscard]] QString placeText(const UnitRow& row) const;
    void paintAge(QPainter& p, const QRectF& box, const UnitRow& row) const;
    void paintHead(QPainter& p, const QRect& box) const;
    std::vector<UnitRow> units_;
};

} // namespace ems::console
