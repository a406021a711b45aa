// What a screen reader is told of a widget that paints itself: its rows, chips or stages as sentences (widgets/spoken_rows.h),
// where each stands, and which is chosen. A widget has only to be Spoken; the desk tells Qt how such a one is read.
#pragma once

#include <QAccessible>
#include <QRect>
#include <QString>

class QWidget;

namespace ems::console {

struct SpokenPart {
    QString text;
    QRect box; // in the widget
    QAccessible::Role role{QAccessible::ListItem};
};

class Spoken {
  public:
    virtual ~Spoken() = default;
    [[nodiscard]] virtual QAccessible::Role spokenRole() const { return QAccessible::List; }
    // What is painted, where that is not made of parts; empty: its accessible description.
    [[nodiscard]] virtual QString spokenText() { return {}; }
    // Brings the parts up to date, as a painting does.
    [[nodiscard]] virtual int spokenCount() { return 0; }
    [[nodiscard]] virtual SpokenPart spokenPart(int /*index*/) { return {}; }
    // -1: none is chosen.
    [[nodiscard]] virtual int spokenCurrent() { return -1; }
    // As a click on it.
    virtual void pressSpoken(int /*index*/) {}
};

// QAccessible::InterfaceFactory of every Spoken widget; null for others.
QAccessibleInterface* spoken_interface(const QString& class_name, QObject* object);
// Another part is the chosen one, or the focus came to the widget: the reader goes there. -1 tells nothing.
void tell_spoken_focus(QWidget& widget, int part);
// A part has come that somebody has to hear of, whatever he does.
void tell_spoken_alert(QWidget& widget, int part);

} // namespace ems::console
