// Controls of the specification: buttons with their key printed on them, segments, fields with a 2 px focus frame.
#pragma once

#include "console/theme/theme.h"
#include "console/widgets/spoken.h"

#include <QAbstractButton>
#include <QLineEdit>
#include <QStringList>

namespace ems::console {

enum class ButtonKind { plain, main, toggle };

class KeyButton : public QAbstractButton {
    Q_OBJECT
  public:
    KeyButton(const Theme& theme, QString text, QString key, ButtonKind kind, QWidget* parent = nullptr);
    // What it says, to a screen reader too.
    void setLabel(const QString& text);
    // Why it cannot act now, shown on it; empty enables it.
    void setRefusal(const QString& why);
    [[nodiscard]] QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
    QString key_;
    QString refusal_;
    ButtonKind kind_;
};

// One of a few, by mouse or by digit while focused. 0: none chosen.
class SegmentField : public QWidget, public Spoken {
    Q_OBJECT
  public:
    SegmentField(const Theme& theme, QStringList choices, QWidget* parent = nullptr);
    [[nodiscard]] int value() const { return value_; }
    void setValue(int value);
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Grouping; }
    [[nodiscard]] int spokenCount() override { return static_cast<int>(choices_.size()); }
    [[nodiscard]] SpokenPart spokenPart(int index) override;
    [[nodiscard]] int spokenCurrent() override { return value_ - 1; }
    void pressSpoken(int index) override { choose(index + 1); }
    [[nodiscard]] QSize sizeHint() const override;

  signals:
    void chosen(int value);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void choose(int value);
    const Theme& theme_;
    QStringList choices_;
    int value_{0};
};

// A line of text; Esc leaves it and keeps the text.
class TextField : public QLineEdit {
    Q_OBJECT
  public:
    TextField(const Theme& theme, const QString& accessible_name, int length_max, QWidget* parent = nullptr);
    // Small text at the right end inside the field.
    void setHint(const QString& hint);

  signals:
    void left();
    void escaped(); // left by Esc

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    const Theme& theme_;
    QString hint_;
};

} // namespace ems::console
