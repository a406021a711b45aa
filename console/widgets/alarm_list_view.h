// Every alarm of the desk, those too that have no room in the bar: over the views while it is open. Keys: up and down choose,
// F8 or Enter acknowledges the chosen one, G begins the line that puts it away, Z brings one back that was put away, a physician's
// O switches the alarms of its parameter off or on, L turns to the load of this seat and back, Esc closes. What is chosen stays chosen when the list moves.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "console/widgets/row_list.h"

namespace ems::console {

class AlarmListView : public RowList {
    Q_OBJECT
  public:
    explicit AlarmListView(Desk& desk, QWidget* parent = nullptr);
    // Key of the chosen one; empty when none is, or it is gone.
    [[nodiscard]] std::string chosenKey() const;
    void acknowledgeChosen();
    // Tall enough for what is in it.
    [[nodiscard]] QSize sizeHint() const override;

  signals:
    void commandBegun(QString text);
    void closed();
    void loadWanted();
    // The alarms of this parameter of the unit's patient are to be off, or on again.
    void switchWanted(std::int64_t unit_id, QString parameter);

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;
    void paintRest(QPainter& p, const QRect& box) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    [[nodiscard]] bool isPutAway(const AlarmEntry& alarm) const;
    void paintHead(QPainter& p, const QRect& box) const;
    void switchChosen();
    std::map<std::string, std::int64_t> ids_; // of the alarms there are
    std::int64_t last_id_{0};
};

} // namespace ems::console
