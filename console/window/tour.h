// A walk around the desk: one panel after the other is framed and explained, with its keys. Enter or → goes on, ← back, Esc
// ends it. The desk under it lives on, and a function key ends the walk and does what it always does.
#pragma once

#include "console/theme/theme.h"

#include <functional>
#include <vector>

#include <QPointer>
#include <QString>
#include <QWidget>

namespace ems::console {

struct TourStop {
    // Shows what is explained (another view, say) and gives it; null: nothing is framed.
    std::function<QWidget*()> show;
    QString name;
    QString words;
};

class Tour : public QWidget {
    Q_OBJECT
  public:
    // Over `desk`, all of it. Deletes itself at its end.
    Tour(const Theme& theme, QWidget* desk, std::vector<TourStop> stops);
    [[nodiscard]] std::size_t stop() const { return stop_; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

  private:
    void go(std::size_t stop);
    void end();
    [[nodiscard]] QRect framed() const;
    [[nodiscard]] QRect card() const;

    const Theme& theme_;
    std::vector<TourStop> stops_;
    std::size_t stop_{0};
    QPointer<QWidget> target_;
    QPointer<QWidget> before_; // had the focus
};

} // namespace ems::console
