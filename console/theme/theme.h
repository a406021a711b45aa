// The theme in force as Qt sees it: colours of tokens, fonts, the application's palette. GUI thread only.
#pragma once

#include "console/theme/tokens.h"

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

class QApplication;

namespace ems::console {

enum class Weight { normal, bold };

class Theme : public QObject {
    Q_OBJECT
  public:
    explicit Theme(ThemeMode mode, QObject* parent = nullptr) : QObject(parent), mode_(mode) {}

    [[nodiscard]] ThemeMode mode() const { return mode_; }
    void setMode(ThemeMode mode);
    // What the hours ask for, told now and then: shown until a person has chosen another.
    void followHours(ThemeMode due);
    // A person's key: the other one, then the one that is due, then by the hours again.
    void chooseNext();
    [[nodiscard]] bool isByHand() const { return choice_ == Choice::hand; }
    [[nodiscard]] QColor color(Token token) const;
    [[nodiscard]] QPalette palette() const;
    // Family, palette and the style with 4 px dock gaps and a 2 px focus frame.
    void applyTo(QApplication& application) const;

    // Noto Sans CJK SC at a size of metrics.h; only 400 and 700 are used.
    [[nodiscard]] static QFont font(int px, Weight weight = Weight::normal);

  signals:
    void changed();

  private:
    enum class Choice { hours, hand };
    ThemeMode mode_;
    ThemeMode due_{mode_};
    Choice choice_{Choice::hours};
};

} // namespace ems::console
