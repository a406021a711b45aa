// The marks of a drill: what is on such a screen is an exercise, and nobody may take it for the real world. One colour
// (Token::dr) that stands for nothing else, a hatch and two words, so that neither colour blindness nor a cut-out hides it.
// GUI thread only.
#pragma once

#include <cstdint>
#include <map>

#include "console/theme/theme.h"

#include <QImage>
#include <QMargins>
#include <QObject>
#include <QPainter>
#include <QPointer>
#include <QRect>
#include <QString>
#include <QWidget>

namespace ems::console {

// "演练 DRILL" in every language of the screen: whoever looks reads one of them.
QString drill_words();
// Put before the names of files that are stored from a drill's screen.
QString drill_file_prefix();

// How far the frame of a window reaches into it.
inline constexpr int kDrillSidePx = 8;
inline constexpr int kDrillTopPx = 20;

// A window's: hatch on all sides, the words again and again along the top.
void paint_drill_frame(QPainter& p, const Theme& theme, const QRect& box);
// A panel's: a plain line of 2 px inside the box.
void paint_drill_line(QPainter& p, const Theme& theme, const QRect& box);
// The words large and faint across a box, under what is drawn later.
void paint_drill_watermark(QPainter& p, const Theme& theme, const QRect& box);
// A picture that leaves the screen, with the words in its corner.
QImage drill_marked(const QImage& picture, const Theme& theme);

// Marks every window of the program once begun, those to come too: frame, and the words before the title. There is no way
// back, as a program is of one world. What it has marked is taken back when it is destroyed.
class DrillMarks : public QObject {
    Q_OBJECT
  public:
    explicit DrillMarks(const Theme& theme, QObject* parent = nullptr);
    ~DrillMarks() override;

    void begin();
    [[nodiscard]] bool begun() const { return begun_; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    struct Marked {
        QPointer<QWidget> window;
        QPointer<QWidget> frame;
        QMargins margins_before;
    };
    void look(QWidget* widget);
    void mark(QWidget* window);
    void unmark(QWidget* window);
    static void markTitle(QWidget* window);

    const Theme& theme_;
    bool begun_{false};
    std::map<const QObject*, Marked> marked_; // by window; one that is destroyed is dropped
};

} // namespace ems::console
