// F1: every key and every verb of the command line on one page, over the desk. Any key closes it; nothing under it
// changes. T goes on to the walk around the desk, R to the ruler, Ctrl+F1 to the
// connection.
#pragma once

#include "console/theme/theme.h"

#include <vector>

#include <QDialog>
#include <QRectF>
#include <QString>

namespace ems::console {

class HelpView : public QDialog {
    Q_OBJECT
  public:
    HelpView(const Theme& theme, QWidget* parent);
    // Of all that is written.
    [[nodiscard]] QRectF extent() const;

  signals:
    void tourWanted();
    void connectionWanted();
    void rulerWanted();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

  private:
    struct Line {
        QRectF box;
        QString left;
        double key_width; // 0: a title
        QString right;
    };
    void lay();
    [[nodiscard]] bool isCut() const { return extent().bottom() > height(); } // by a low screen: it scrolls
    [[nodiscard]] int scrollMost() const;
    void scrollBy(int px);
    bool takeScrollKey(int key);
    const Theme& theme_;
    std::vector<Line> lines_;
    int scroll_px_{0};
};

} // namespace ems::console
