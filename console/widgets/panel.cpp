#include "console/widgets/panel.h"

#include "console/theme/drill_marks.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <utility>

#include <QPainter>
#include <QResizeEvent>
#include <QVBoxLayout>

namespace ems::console {
namespace {

class FrameOverlay : public QWidget {
  public:
    FrameOverlay(Desk& desk, FedBy fed_by, QWidget* parent) : QWidget(parent), desk_(desk), fed_by_(fed_by) {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFocusPolicy(Qt::NoFocus);
    }

  protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QPainter p{this};
        if (desk_.isDrill()) {
            paint_drill_line(p, desk_.theme(), rect());
        }
        if (fed_by_ == FedBy::server && desk_.isStale()) {
            paint_stale_frame(p, desk_.theme(), rect());
        }
    }

  private:
    Desk& desk_;
    FedBy fed_by_;
};

} // namespace

PanelTitle::PanelTitle(Desk& desk, QString name, FedBy fed_by, QWidget* parent)
    : QWidget(parent), desk_(desk), name_(std::move(name)), fed_by_(fed_by) {
    setFixedHeight(metrics::kDockTitleHeight);
    setAccessibleName(name_);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::ticked, this, [this] {
        if (desk_.isStale() && fed_by_ == FedBy::server) {
            update();
        }
    });
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
}

QSize PanelTitle::sizeHint() const {
    return {200, metrics::kDockTitleHeight};
}

void PanelTitle::setNote(const QString& note) {
    if (note != note_) {
        note_ = note;
        update();
    }
}

void PanelTitle::setName(const QString& name) {
    if (name != name_) {
        name_ = name;
        setAccessibleName(name_);
        placeControls();
    }
}

void PanelTitle::setRight(const QString& text, Weight weight) {
    if (text != right_ || weight != right_weight_) {
        right_ = text;
        right_weight_ = weight;
        update();
    }
}

void PanelTitle::setStaleNote(const QString& note) {
    if (note != stale_note_) {
        stale_note_ = note;
        update();
    }
}

void PanelTitle::setKeys(const QStringList& keys) {
    if (keys != keys_) {
        keys_ = keys;
        update();
    }
}

void PanelTitle::addControl(QWidget* control) {
    control->setParent(this);
    controls_.append(control);
    placeControls();
    control->show();
}

// With room for the mark of a lost server, so that nothing moves when it comes.
int PanelTitle::controlsLeft() const {
    return metrics::kMargin + text_width(QStringLiteral("× ") + name_, metrics::kBodyPx, Weight::bold) + 12;
}

void PanelTitle::placeControls() {
    constexpr int kControlHeight = 24;
    int left = controlsLeft();
    for (QWidget* control : std::as_const(controls_)) {
        control->setGeometry(left, (height() - kControlHeight) / 2, control->sizeHint().width(), kControlHeight);
        left += control->width() + metrics::kGap;
    }
    update();
}

void PanelTitle::resizeEvent(QResizeEvent* event) {
    placeControls();
    QWidget::resizeEvent(event);
}

void PanelTitle::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    const bool stale = fed_by_ == FedBy::server && desk_.isStale();
    p.fillRect(rect(), theme.color(stale ? Token::st_bg : Token::bg_raise));
    const QColor ink = theme.color(stale ? Token::st_ink : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_ink : Token::text_2);
    const QString name = stale ? QStringLiteral("× ") + name_ : name_;
    const int name_width = text_width(name, metrics::kBodyPx, Weight::bold);
    paint_text(p, QRectF(metrics::kMargin, 0, name_width + 4, height()), Qt::AlignVCenter, name, metrics::kBodyPx,
               Weight::bold, ink, Elide::none);
    int right = width() - metrics::kMargin;
    if (!stale) {
        for (auto key = keys_.crbegin(); key != keys_.crend(); ++key) {
            right -= paint_key(p, {right, height() / 2}, *key, second) + 8;
        }
        if (!right_.isEmpty()) {
            const int w = text_width(right_, metrics::kBodyPx, right_weight_) + 2;
            paint_text(p, QRectF(right - w, 0, w, height()), Qt::AlignVCenter | Qt::AlignRight, right_,
                       metrics::kBodyPx, right_weight_, right_weight_ == Weight::bold ? ink : second, Elide::none);
            right -= w + 8;
        }
    }
    const std::int64_t lost = desk_.state().lost_since_us();
    QString note = note_;
    if (stale) {
        note = stale_note_.isEmpty() ? tr("stopped at %1 · for %2 · read only")
                                           .arg(qs(clock_text(desk_.state().server_us(lost))),
                                                qs(elapsed_text(desk_.localUs() - lost)))
                                     : stale_note_;
    }
    const int left = controls_.isEmpty() ? metrics::kMargin + name_width + 10 : controls_.back()->geometry().right() + 12;
    if (stale && stale_note_.isEmpty() && text_width(note, metrics::kBodyPx) > right - left) { // how long is in the strip
        note = tr("stopped at %1").arg(qs(clock_text(desk_.state().server_us(lost))));
    }
    paint_text(p, QRectF(left, 0, right - left, height()), Qt::AlignVCenter, note, metrics::kBodyPx, Weight::normal,
               second);
    if (const QString whole = text_width(note, metrics::kBodyPx) > right - left ? note : QString{}; whole != toolTip()) {
        setToolTip(whole);
    }
    if (desk_.isDrill()) { // open below: the body's line goes on
        paint_drill_line(p, theme, rect().adjusted(0, 0, 0, 4));
    }
}

PanelBody::PanelBody(Desk& desk, QWidget* content, FedBy fed_by, QWidget* parent)
    : QWidget(parent), desk_(desk), content_(content) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(content_);
    frame_ = new FrameOverlay(desk_, fed_by, this);
    const auto follow = [this, fed_by] {
        frame_->setVisible(desk_.isDrill() || (fed_by == FedBy::server && desk_.isStale()));
        frame_->raise();
    };
    connect(&desk_, &Desk::stateChanged, this, follow);
    follow();
    connect(&desk_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PanelBody::resizeEvent(QResizeEvent* event) {
    frame_->setGeometry(rect());
    frame_->raise();
    QWidget::resizeEvent(event);
}

void PanelBody::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), desk_.theme().color(Token::bg_panel));
}

} // namespace ems::console
