// The foot of a replay: the moment, large; buttons with their keys; the time line with the case's stages, its gaps and where
// something was recorded. A click or a drag goes to a moment.
#pragma once

#include <cstdint>

#include "console/widgets/replay_player.h"
#include "console/widgets/spoken.h"

#include <QWidget>

namespace ems::console {

class KeyButton;

class ReplayBar : public QWidget {
    Q_OBJECT
  public:
    explicit ReplayBar(ReplayPlayer& player, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {800, 104}; }
    // The moment under a point of the time line, and where a moment stands.
    [[nodiscard]] std::int64_t momentAt(double x) const;
    [[nodiscard]] double xOf(std::int64_t us) const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

  private:
    void refresh();
    void paintLine(QPainter& p) const;

    ReplayPlayer& player_;
    KeyButton* play_;
    KeyButton* speed_;
    std::vector<KeyButton*> buttons_;
};

// What happened in the case, by time; Enter and click go to it. Entries after the moment are marked as known later.
class ReplayEntries : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit ReplayEntries(ReplayPlayer& player, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {420, 400}; }
    [[nodiscard]] int chosen() const { return chosen_; }
    [[nodiscard]] int spokenCount() override;
    [[nodiscard]] SpokenPart spokenPart(int index) override;
    [[nodiscard]] int spokenCurrent() override { return chosen_ < 0 ? now_ : chosen_; }
    void pressSpoken(int index) override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void follow();
    void keepInSight(int row);
    [[nodiscard]] int rowsShown() const;

    ReplayPlayer& player_;
    int chosen_{-1}; // by the keys; -1: the one of the moment
    int top_{0};
    int now_{-1};    // the last one that had happened
};

QString replay_entry_text(const ReplayEntry& entry, const Desk& desk);

} // namespace ems::console
