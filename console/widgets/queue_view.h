// The call queue: waiting calls, then those with a unit; a timer at the right with its target and the share used of it.
#pragma once

#include <string>

#include "console/model/queue_order.h"
#include "console/widgets/row_list.h"

namespace ems::console {

class QueueView : public RowList {
    Q_OBJECT
  public:
    explicit QueueView(Desk& desk, QWidget* parent = nullptr);
    // `before` and the address; where they have no room, without the township: the village tells cases apart.
    [[nodiscard]] static QString whereText(const QString& before, const std::string& address, int width);

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;
    void paintRest(QPainter& p, const QRect& box) override;

  private:
    void paintHead(QPainter& p, const QRect& box, QueueGroup group) const;
    void paintTimer(QPainter& p, const QRect& box, const QueueRow& row, bool is_current) const;
    void paintUnitLine(QPainter& p, const QRect& box, const QueueRow& row) const;

    QueueOrder order_;
    std::vector<int> index_; // row -> its entry, or -1 waiting head, -2 running head
};

} // namespace ems::console
