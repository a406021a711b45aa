// Chooses a past case by the day it was opened. Keys: ← → another day, ↑ ↓ a case, Enter takes it, Esc leaves.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "console/widgets/desk.h"

#include <QDialog>

class QLabel;
class QListWidget;

namespace ems::console {

class CasePicker : public QDialog {
    Q_OBJECT
  public:
    explicit CasePicker(Desk& desk, QWidget* parent = nullptr);

  signals:
    void picked(const ems::api::Incident& incident);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void ask();
    void take(const api::ServerFrame& frame);
    bool takeKey(int key);

    Desk& desk_;
    QLabel* head_;
    QListWidget* list_;
    std::int64_t day_us_; // its beginning in local time, as UTC
    std::uint64_t asked_{0};
    std::vector<api::Incident> cases_;
};

} // namespace ems::console
