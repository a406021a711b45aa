#include "console/widgets/spoken.h"

#include <vector>

#include <QAccessibleActionInterface>
#include <QAccessibleWidget>
#include <QPointer>
#include <QWidget>

namespace ems::console {
namespace {

// Asked for each time: a widget that is being destroyed is none any more, though Qt may still ask its interface.
Spoken* spoken_of(QObject* object) {
    return dynamic_cast<Spoken*>(object);
}

class PartInterface : public QAccessibleInterface, public QAccessibleActionInterface {
  public:
    PartInterface(QWidget* widget, int index) : widget_(widget), index_(index) {}

    bool isValid() const override {
        Spoken* spoken = spoken_of(widget_);
        return spoken != nullptr && index_ < spoken->spokenCount();
    }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return widget_ == nullptr ? nullptr : widget_->window()->windowHandle(); }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(widget_); }
    QAccessibleInterface* child(int /*index*/) const override { return nullptr; }
    QAccessibleInterface* childAt(int /*x*/, int /*y*/) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface* /*child*/) const override { return -1; }
    QString text(QAccessible::Text which) const override { return which == QAccessible::Name ? part().text : QString{}; }
    void setText(QAccessible::Text /*which*/, const QString& /*text*/) override {}
    QRect rect() const override {
        const SpokenPart shown = part();
        return widget_ == nullptr ? QRect{} : QRect{widget_->mapToGlobal(shown.box.topLeft()), shown.box.size()};
    }
    QAccessible::Role role() const override { return part().role; }
    QAccessible::State state() const override {
        QAccessible::State out;
        Spoken* spoken = spoken_of(widget_);
        if (spoken == nullptr) {
            out.invalid = true;
            return out;
        }
        const bool current = spoken->spokenCurrent() == index_;
        const QAccessible::Role kind = role();
        out.selectable = kind == QAccessible::ListItem;
        out.selected = kind == QAccessible::ListItem && current;
        out.checkable = kind == QAccessible::RadioButton;
        out.checked = kind == QAccessible::RadioButton && current;
        out.focusable = widget_->focusPolicy() != Qt::NoFocus;
        out.focused = current && widget_->hasFocus();
        out.disabled = !widget_->isEnabled();
        out.offscreen = !widget_->visibleRegion().intersects(part().box);
        return out;
    }
    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
    }
    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString& name) override {
        if (name == pressAction() && isValid() && widget_->isEnabled()) {
            spoken_of(widget_)->pressSpoken(index_);
        }
    }
    QStringList keyBindingsForAction(const QString& /*name*/) const override { return {}; }

  private:
    SpokenPart part() const { return isValid() ? spoken_of(widget_)->spokenPart(index_) : SpokenPart{}; }

    QPointer<QWidget> widget_;
    int index_;
};

class WholeInterface : public QAccessibleWidget {
  public:
    WholeInterface(QWidget* widget, QAccessible::Role role) : QAccessibleWidget(widget, role) {}
    ~WholeInterface() override {
        for (const QAccessible::Id id : parts_) {
            QAccessible::deleteAccessibleInterface(id);
        }
    }
    int childCount() const override { return count() + QAccessibleWidget::childCount(); }
    QAccessibleInterface* child(int index) const override {
        const int own = count();
        return index < 0 ? nullptr : index < own ? partAt(index) : QAccessibleWidget::child(index - own);
    }
    int indexOfChild(const QAccessibleInterface* child) const override {
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (QAccessible::accessibleInterface(parts_[i]) == child) {
                return static_cast<int>(i);
            }
        }
        const int at = QAccessibleWidget::indexOfChild(child);
        return at < 0 ? at : at + count();
    }
    QAccessibleInterface* childAt(int x, int y) const override {
        const QPoint at = widget() == nullptr ? QPoint{} : widget()->mapFromGlobal(QPoint{x, y});
        for (int i = 0; i < count(); ++i) {
            if (spoken_of(object())->spokenPart(i).box.contains(at)) {
                return partAt(i);
            }
        }
        return QAccessibleWidget::childAt(x, y);
    }
    QAccessibleInterface* focusChild() const override {
        Spoken* spoken = spoken_of(object());
        const int current = spoken == nullptr || !widget()->hasFocus() ? -1 : spoken->spokenCurrent();
        return current < 0 ? QAccessibleWidget::focusChild() : child(current);
    }
    QString text(QAccessible::Text which) const override {
        Spoken* spoken = spoken_of(object());
        const QString said = which == QAccessible::Description && spoken != nullptr ? spoken->spokenText() : QString{};
        return said.isEmpty() ? QAccessibleWidget::text(which) : said;
    }

  private:
    int count() const {
        Spoken* spoken = spoken_of(object());
        return spoken == nullptr ? 0 : spoken->spokenCount();
    }
    // Made when first asked for: nobody reads the ten thousandth row of a queue.
    QAccessibleInterface* partAt(int index) const {
        while (parts_.size() <= static_cast<std::size_t>(index)) {
            auto* part = new PartInterface(widget(), static_cast<int>(parts_.size()));
            parts_.push_back(QAccessible::registerAccessibleInterface(part)); // which owns it
        }
        return QAccessible::accessibleInterface(parts_[static_cast<std::size_t>(index)]);
    }
    mutable std::vector<QAccessible::Id> parts_;
};

void tell(QWidget& widget, QAccessible::Event what, int part) {
    if (part >= 0) {
        QAccessibleEvent event{&widget, what};
        event.setChild(part);
        QAccessible::updateAccessibility(&event);
    }
}

} // namespace

QAccessibleInterface* spoken_interface(const QString& /*class_name*/, QObject* object) {
    auto* widget = qobject_cast<QWidget*>(object);
    Spoken* spoken = spoken_of(object);
    return widget == nullptr || spoken == nullptr ? nullptr : new WholeInterface(widget, spoken->spokenRole());
}

void tell_spoken_focus(QWidget& widget, int part) {
    tell(widget, QAccessible::Focus, part);
}

void tell_spoken_alert(QWidget& widget, int part) {
    tell(widget, QAccessible::Alert, part);
}

} // namespace ems::console
