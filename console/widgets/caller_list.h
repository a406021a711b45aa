// Earlier calls of the number that is being written down, below its field: those whose case is still open first. Only the key
// that opens it gives it the focus.
#pragma once

#include <cstdint>
#include <vector>

#include "console/theme/theme.h"
#include "dispatch/contract/api.pb.h"

#include <QWidget>

namespace ems::console {

class CallerList : public QWidget {
    Q_OBJECT
  public:
    CallerList(const Theme& theme, QWidget* parent);

    void setHistory(const api::CallerHistory& history);
    void clear();
    [[nodiscard]] const std::vector<api::Incident>& calls() const { return calls_; }
    // How many there are, of which the newest are listed.
    [[nodiscard]] std::uint32_t count() const { return count_; }
    // The open case that stands first; null when none is open.
    [[nodiscard]] const api::Incident* openCase() const;
    // Nothing without calls.
    void open();
    [[nodiscard]] static QString rowText(const api::Incident& incident);
    [[nodiscard]] QSize sizeHint() const override;

  signals:
    void taken(const ems::api::Incident& incident);
    void closed();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    void take(std::size_t row);
    void choose(std::size_t row);

    const Theme& theme_;
    std::vector<api::Incident> calls_;
    std::uint32_t count_{0};
    std::size_t chosen_{0};
};

} // namespace ems::console
