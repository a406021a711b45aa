#include "console/widgets/outage_form.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/kept_field.h"
#include "console/widgets/order_words.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kTextMax = 480; // with its time before it still a note of 500 characters
constexpr qint64 kKeptBytesMax = 2'000; // of those characters and the digit before them
constexpr int kShownMax = 4;
constexpr int kRow = 24;
constexpr int kDeedTop = metrics::kDockTitleHeight + 10;
constexpr int kLineTop = kDeedTop + metrics::kFieldHeight + 8;
constexpr int kSaidTop = kLineTop + metrics::kFieldHeight + 6;
constexpr int kListTop = kSaidTop + kRow;
constexpr int kHeight = kListTop + kShownMax * kRow + 10;

QStringList deeds() {
    QStringList out;
    for (int i = 0; i < static_cast<int>(OutageDeed::count); ++i) {
        out << QString::number(i + 1) + QStringLiteral(" ") + OutageWords::deed(static_cast<OutageDeed>(i));
    }
    return out;
}

} // namespace

OutageForm::OutageForm(Desk& desk, OutageStore& store, QWidget* parent)
    : QWidget(parent), desk_(desk), store_(store), words_(OrderWords::commandWords()),
      deed_(new SegmentField(desk.theme(), deeds(), this)),
      line_(new TextField(desk.theme(), tr("What was done by voice"), kTextMax, this)) {
    setObjectName(QStringLiteral("outageForm"));
    setAccessibleName(tr("Record of the outage"));
    setFixedHeight(kHeight);
    deed_->setAccessibleName(tr("What it was"));
    deed_->setValue(1);
    line_->setObjectName(QStringLiteral("outageLine"));
    line_->installEventFilter(this);
    connect(deed_, &SegmentField::chosen, this, [this] {
        line_->setFocus(Qt::OtherFocusReason);
        read();
    });
    connect(line_, &TextField::textEdited, this, [this] { read(); });
    connect(line_, &TextField::escaped, this, &OutageForm::closed);
    connect(&desk_, &Desk::stateChanged, this, qOverload<>(&QWidget::update));
    connect(&desk_, &Desk::ticked, this, qOverload<>(&QWidget::update));
    connect(&desk_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    read();
}

void OutageForm::setPlaces(const PlaceSearch* places) {
    places_ = places;
    names_.set_readings(places == nullptr ? nullptr : &places->gazetteer());
}

// In the file the deed's digit stands before the text.
void OutageForm::keepLine(const QString& path) {
    if (path.isEmpty()) {
        return;
    }
    const QString before = QString::fromUtf8(read_kept(path, kKeptBytesMax));
    const int deed = before.isEmpty() ? 0 : before.front().digitValue();
    if (deed >= 1 && deed <= static_cast<int>(OutageDeed::count)) {
        deed_->setValue(deed);
        line_->setText(before.mid(1));
        read();
    }
    kept_ = new KeptField(*line_, [this, path](const QString& text) {
        return write_kept(path, text.isEmpty() ? QByteArray{} : (QString::number(deed_->value()) + text).toUtf8());
    });
    connect(deed_, &SegmentField::chosen, kept_, &KeptField::touch);
    connect(kept_, &KeptField::notStored, this, [this] {
        said_ = tr("This machine cannot keep the line: also on paper");
        update();
    });
}

void OutageForm::storeNow() {
    if (kept_ != nullptr) {
        kept_->storeNow();
    }
}

void OutageForm::begin() {
    deed_->setFocus(Qt::ShortcutFocusReason);
    read();
}

OutageDeed OutageForm::deed() const {
    return static_cast<OutageDeed>(std::max(0, deed_->value() - 1));
}

void OutageForm::read() {
    const CommandContext context{desk_.state(), names_, words_, places_, {}, {}, {}, false, desk_.localUs()};
    reading_ = read_outage(deed(), line_->text().toStdString(), context);
    chosen_ = 0;
    if (line_->text().isEmpty()) {
        said_ = OutageWords::usage(deed());
    } else if (reading_.entry) {
        said_ = tr("Enter records: %1").arg(OutageWords::entry(*reading_.entry));
    } else if (reading_.missing) {
        said_ = OrderWords::missing(*reading_.missing);
    }
    update();
}

void OutageForm::record() {
    if (!reading_.entry) {
        return; // what is missing stands there
    }
    OutageEntry entry = *reading_.entry;
    entry.at_us = desk_.localUs();
    const QString what = qs(clock_text(entry.at_us)) + QStringLiteral(" ") + OutageWords::entry(entry);
    switch (store_.add(std::move(entry))) {
    case OutageStore::Added::full:
        said_ = tr("Not recorded: there are %1 already. Use paper.").arg(OutageRecord::kEntriesMax);
        update();
        return;
    case OutageStore::Added::not_stored:
        line_->clear();
        read();
        said_ = tr("Recorded, but this machine could not store it: also on paper. %1").arg(what);
        break;
    case OutageStore::Added::yes:
        line_->clear();
        read();
        said_ = tr("Recorded: %1").arg(what);
        break;
    }
    storeNow(); // or a crash of this moment would leave it to be recorded once more
    deed_->setFocus(Qt::OtherFocusReason); // the next one begins with its digit
}

void OutageForm::takeCompletion() {
    if (chosen_ < reading_.completions.size()) {
        line_->setText(qs(complete(line_->text().toStdString(), reading_.completions[chosen_])));
        read();
    }
}

bool OutageForm::takeKey(int key) {
    const std::size_t last = std::min<std::size_t>(kShownMax, reading_.completions.size());
    switch (key) {
    case Qt::Key_Tab:
        takeCompletion();
        return true;
    case Qt::Key_Backtab:
        deed_->setFocus(Qt::BacktabFocusReason);
        return true;
    case Qt::Key_Down:
        chosen_ = chosen_ + 1 < last ? chosen_ + 1 : chosen_;
        update();
        return true;
    case Qt::Key_Up:
        chosen_ -= std::min<std::size_t>(chosen_, 1);
        update();
        return true;
    default:
        return false;
    }
}

bool OutageForm::eventFilter(QObject* watched, QEvent* event) {
    if (watched == line_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = key->modifiers() == Qt::NoModifier || key->modifiers() == Qt::KeypadModifier;
        if (plain && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
            if (!key->isAutoRepeat()) {
                record();
            }
            return true;
        }
        return takeKey(key->key()) || QWidget::eventFilter(watched, event);
    }
    return QWidget::eventFilter(watched, event);
}

// With the focus in the choice of what was done.
void OutageForm::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        emit closed();
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        line_->setFocus(Qt::OtherFocusReason);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void OutageForm::resizeEvent(QResizeEvent* event) {
    const int inner = width() - 2 * metrics::kMargin;
    deed_->setGeometry(metrics::kMargin, kDeedTop, inner, metrics::kFieldHeight);
    line_->setGeometry(metrics::kMargin, kLineTop, inner, metrics::kFieldHeight);
    QWidget::resizeEvent(event);
}

void OutageForm::paintCompletions(QPainter& p, double top) const {
    const Theme& theme = desk_.theme();
    const std::size_t shown = line_->text().isEmpty() ? 0 : std::min<std::size_t>(kShownMax, reading_.completions.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const QRectF box{static_cast<double>(metrics::kMargin), top + static_cast<double>(i) * kRow, width() - 2.0 * metrics::kMargin, kRow};
        if (i == chosen_) {
            p.fillRect(box, theme.color(Token::bg_sel));
        }
        const QString text = qs(reading_.completions[i].text);
        const double name = std::max(100, text_width(text, metrics::kBodyPx, Weight::bold) + 24);
        paint_text(p, box.adjusted(8, 0, 0, 0), Qt::AlignVCenter, text, metrics::kBodyPx, Weight::bold, theme.color(Token::text_1));
        paint_text(p, box.adjusted(name, 0, -8, 0), Qt::AlignVCenter, qs(reading_.completions[i].detail), metrics::kDensePx,
                   Weight::normal, theme.color(Token::text_2));
    }
}

void OutageForm::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const QRectF head{0, 0, static_cast<double>(width()), metrics::kDockTitleHeight};
    p.fillRect(head, theme.color(Token::bg_raise));
    const QRectF in_head = head.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0);
    const QString title = tr("Done by voice, %1 recorded · %2").arg(store_.record().entries().size()).arg(qs(clock_text(desk_.localUs())));
    paint_text(p, in_head, Qt::AlignVCenter, title, metrics::kBodyPx, Weight::bold, theme.color(Token::text_1), Elide::none);
    const double left = text_width(title, metrics::kBodyPx, Weight::bold) + 16;
    paint_text(p, in_head.adjusted(left, 0, 0, 0), Qt::AlignVCenter | Qt::AlignRight, tr("1–4 what　Tab complete　Enter record　Esc close"),
               metrics::kDensePx, Weight::normal, theme.color(Token::text_2));
    const bool is_whole = reading_.entry.has_value();
    paint_text(p, {static_cast<double>(metrics::kMargin), kSaidTop, width() - 2.0 * metrics::kMargin, kRow}, Qt::AlignVCenter, said_,
               metrics::kBodyPx, is_whole ? Weight::bold : Weight::normal, theme.color(is_whole ? Token::text_1 : Token::text_2));
    paintCompletions(p, kListTop);
    p.setPen(QPen{theme.color(Token::line_strong), 2});
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect().adjusted(1, 1, -1, -1));
}

} // namespace ems::console
