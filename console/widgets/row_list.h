// A list of hand-painted rows of fixed heights: keys Up, Down, Home, End and the mouse choose, only visible rows are
// painted, and nothing but a person scrolls it or gives it the focus. A screen reader is told each row that can be chosen.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "console/widgets/desk.h"
#include "console/widgets/spoken.h"

#include <QWidget>

class QHelpEvent;

namespace ems::console {

class RowList : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit RowList(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] qint64 current() const { return current_; }
    [[nodiscard]] int rowCount() const { return static_cast<int>(rows_.size()); }
    [[nodiscard]] int spokenCount() override;
    [[nodiscard]] SpokenPart spokenPart(int index) override;
    [[nodiscard]] int spokenCurrent() override;
    void pressSpoken(int index) override;

  signals:
    void chosen(qint64 id);

  protected:
    struct Row {
        int height{0};
        std::int64_t id{0}; // 0: a head, cannot be chosen
    };
    // Fills rows_; called before each painting and key.
    virtual void rebuild() = 0;
    virtual void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) = 0;
    // What a screen reader says of a row that can be chosen (widgets/spoken_rows.h).
    [[nodiscard]] virtual QString spokenRow(std::size_t index) const = 0;
    // Shown while the mouse rests on a row; empty: nothing.
    [[nodiscard]] virtual QString rowTip(std::size_t /*index*/) const { return {}; }
    // Space below the last row, painted after the rows.
    virtual void paintRest(QPainter& /*p*/, const QRect& /*box*/) {}
    void setCurrent(qint64 id);
    // That can be chosen and end below the window, as it is scrolled now.
    [[nodiscard]] int rowsCutBelow() const;
    // The bar at the left edge and the fill of the chosen row.
    // Of a list that lies over other parts: its edge, while it has not the focus frame.
    void paintEdge();
    void paintSelection(QPainter& p, const QRect& box) const;

    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

    Desk& desk_;
    std::vector<Row> rows_;

  private:
    void choose(std::size_t index);
    [[nodiscard]] std::vector<std::size_t> openRows() const; // that can be chosen
    [[nodiscard]] int topOf(std::size_t index) const;        // in the content, not scrolled
    [[nodiscard]] int contentHeight() const;
    [[nodiscard]] std::optional<std::size_t> rowAt(int y) const; // in the window
    void showTip(const QHelpEvent& event);

    qint64 current_{0};
    int scroll_px_{0};
};

} // namespace ems::console
