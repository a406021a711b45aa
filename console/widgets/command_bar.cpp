#include "console/widgets/command_bar.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/kept_field.h"
#include "console/widgets/order_words.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kLineWidth = 380;
constexpr int kWholeWidth = 1'500;
constexpr double kShareBefore = 1.0 / 3; // of the room beside the line, for what was said
constexpr int kListRow = 26;
constexpr int kListWidth = 520;
constexpr std::int64_t kRefusalReadUs = 10'000'000; // typing goes on meanwhile

class CompletionList : public QWidget {
  public:
    CompletionList(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
        setFocusPolicy(Qt::NoFocus);
        hide();
    }
    void show(const std::vector<Completion>& rows, std::size_t chosen) {
        rows_ = rows;
        chosen_ = chosen;
        setVisible(!rows_.empty());
        raise();
        update();
    }

  protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QPainter p{this};
        p.fillRect(rect(), theme_.color(Token::bg_panel));
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const QRect box{0, static_cast<int>(i) * kListRow, width(), kListRow};
            if (i == chosen_) {
                p.fillRect(box, theme_.color(Token::bg_sel));
            }
            paint_text(p, QRectF{box}.adjusted(10, 0, 0, 0), Qt::AlignVCenter, qs(rows_[i].text), metrics::kBodyPx,
                       Weight::bold, theme_.color(Token::text_1));
            const int w = std::max(100, text_width(qs(rows_[i].text), metrics::kBodyPx, Weight::bold) + 24);
            paint_text(p, QRectF{box}.adjusted(w, 0, -8, 0), Qt::AlignVCenter, qs(rows_[i].detail), metrics::kDensePx,
                       Weight::normal, theme_.color(Token::text_2));
        }
        p.setPen(theme_.color(Token::line_strong));
        p.setBrush(Qt::NoBrush);
        p.drawRect(rect().adjusted(0, 0, -1, -1));
    }

  private:
    const Theme& theme_;
    std::vector<Completion> rows_;
    std::size_t chosen_{0};
};

} // namespace

CommandBar::CommandBar(Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), words_(OrderWords::commandWords()),
      line_(new TextField(desk.theme(), tr("Command line"), static_cast<int>(kLineBytesMax / 4), this)),
      list_(new CompletionList(desk.theme(), this)) {
    setObjectName(QStringLiteral("commandBar"));
    setAccessibleName(tr("Command line"));
    setFixedHeight(metrics::kCommandLineHeight);
    line_->setObjectName(QStringLiteral("commandLine"));
    line_->installEventFilter(this);
    connect(line_, &TextField::textEdited, this, [this] { readLine(Why::typed); });
    connect(line_, &TextField::left, this, [this] { list_->hide(); });
    connect(line_, &TextField::escaped, this, &CommandBar::forgetRefusal);
    connect(line_, &TextField::escaped, this, &CommandBar::escaped);
    const auto again = [this] { readLine(Why::by_itself); };
    connect(&desk_, &Desk::stateChanged, this, again);
    connect(&desk_, &Desk::ticked, this, again);
    connect(&desk_, &Desk::orderDone, this, &CommandBar::takeDone);
    connect(&desk_, &Desk::orderRefused, this, &CommandBar::takeRefusal);
    connect(&desk_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    readLine(Why::typed);
}

void CommandBar::keepLine(const QString& path) {
    if (path.isEmpty()) {
        return;
    }
    const QByteArray before = read_kept(path, static_cast<qint64>(kLineBytesMax));
    if (!before.isEmpty()) {
        line_->setText(QString::fromUtf8(before));
        readLine(Why::typed);
    }
    kept_ = new KeptField(*line_, [path](const QString& text) { return write_kept(path, text.toUtf8()); });
    connect(kept_, &KeptField::notStored, this, [this] { say(tr("The line could not be kept on this machine")); });
}

void CommandBar::storeNow() {
    if (kept_ != nullptr) {
        kept_->storeNow();
    }
}

void CommandBar::setPlaces(const PlaceSearch* places) {
    places_ = places;
    names_.set_readings(places == nullptr ? nullptr : &places->gazetteer());
}

void CommandBar::begin(const QString& text) {
    line_->setText(text);
    line_->setFocus(Qt::ShortcutFocusReason);
    line_->deselect();
    line_->setCursorPosition(static_cast<int>(text.size()));
    readLine(Why::typed);
}

void CommandBar::focusLine() {
    line_->setFocus(Qt::ShortcutFocusReason);
    line_->selectAll();
    readLine(Why::typed);
}

void CommandBar::say(const QString& text) {
    said_ = text;
    forgetReadRefusal();
    update();
}

void CommandBar::takeDone(const QString& order) {
    if (!order.isEmpty() && order == refused_order_) {
        forgetRefusal();
    }
    say(tr("Done: %1").arg(order));
}

void CommandBar::takeRefusal(const QString& order, const QString& why) {
    said_.clear(); // that it was sent, as a rule
    refused_ = order.isEmpty() ? why : tr("Refused: %1 — %2").arg(why, order);
    refused_order_ = order;
    refused_until_us_ = desk_.monotonicUs() + kRefusalReadUs;
    update();
}

void CommandBar::forgetReadRefusal() {
    if (desk_.monotonicUs() >= refused_until_us_) {
        forgetRefusal();
    }
}

void CommandBar::forgetRefusal() {
    refused_.clear();
    refused_order_.clear();
    update();
}

void CommandBar::readLine(Why why) {
    const MapMarks marks = marks_ ? marks_() : MapMarks{};
    const CommandContext context{desk_.state(), names_, words_, places_, marks.centre, marks.here,
                                 marks.drawn, marks.drawn_is_area, desk_.localUs()};
    parsed_ = parse_line(line_->text().toStdString(), context);
    Form form;
    if (parsed_.can_run()) {
        form = {parsed_.frame ? parsed_.frame->SerializeAsString() : std::string{}, parsed_.deed};
    }
    // One that could not be done in between, or when it was written, has changed all the same.
    if (why == Why::typed) {
        said_.clear();
        forgetReadRefusal(); // it comes when the next line is being typed
        chosen_ = 0;
        changed_by_itself_ = false;
        read_form_ = std::move(form);
    } else if (!form.isEmpty() && form != read_form_) {
        changed_by_itself_ = true;
        read_form_ = std::move(form);
    }
    if (parsed_.missing) {
        echo_ = OrderWords::missing(*parsed_.missing);
        if (parsed_.verb != nullptr) {
            echo_ = OrderWords::usage(*parsed_.verb) + QStringLiteral("　") + echo_;
        }
    } else if (parsed_.refused) {
        echo_ = tr("Not possible: %1").arg(OrderWords::refusal(*parsed_.refused));
    } else if (parsed_.frame) {
        echo_ = OrderWords::echo(desk_.state(), *parsed_.frame);
    } else if (parsed_.deed) {
        echo_ = OrderWords::echo(desk_.state(), *parsed_.deed);
    }
    chosen_ = std::min(chosen_, parsed_.completions.empty() ? 0 : parsed_.completions.size() - 1);
    placeList();
    update();
}

void CommandBar::placeList() {
    auto* list = static_cast<CompletionList*>(list_);
    if (!line_->hasFocus() || parsed_.completions.empty() || line_->text().isEmpty()) {
        list->hide();
        return;
    }
    if (list->parentWidget() != window()) {
        list->setParent(window());
    }
    std::vector<Completion> rows = parsed_.completions;
    for (Completion& row : rows) {
        if (const VerbRow* verb = find_verb(row.text); verb != nullptr && row.detail == verb->chinese) {
            row.detail = (qs(row.detail) + QStringLiteral("　") + OrderWords::verb(verb->verb) + QStringLiteral("　　") +
                          OrderWords::usage(*verb)).toStdString();
        }
    }
    const int height = kListRow * static_cast<int>(rows.size());
    const QPoint at = mapTo(window(), QPoint{line_->x(), 0});
    list->setGeometry(at.x(), at.y() - height - 2, std::min(kListWidth, window()->width() - at.x()), height);
    list->show(rows, chosen_);
}

void CommandBar::takeCompletion() {
    if (chosen_ < parsed_.completions.size()) {
        line_->setText(qs(complete(line_->text().toStdString(), parsed_.completions[chosen_])));
        readLine(Why::typed);
    }
}

void CommandBar::run() {
    if (!parsed_.can_run()) {
        said_ = echo_;
        update();
        return;
    }
    if (changed_by_itself_) {
        changed_by_itself_ = false;
        say(tr("Not sent: it had changed to: %1").arg(echo_));
        return;
    }
    history_.add(line_->text().toStdString());
    if (parsed_.deed) {
        const Deed deed_now = *parsed_.deed;
        line_->clear();
        storeNow();
        readLine(Why::typed);
        emit deed(deed_now);
        return;
    }
    const QString what = echo_;
    if (const auto refused = desk_.order(*parsed_.frame, what)) {
        say(tr("Not possible: %1").arg(OrderWords::refusal(*refused)));
        return;
    }
    line_->clear();
    storeNow(); // a crash brings nothing back that is sent
    readLine(Why::typed);
    say(tr("Sent: %1").arg(what));
    emit ran();
}

bool CommandBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == line_ && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        switch (key->key()) {
        case Qt::Key_Tab:
            takeCompletion();
            return true;
        case Qt::Key_Backtab:
            chosen_ = parsed_.completions.empty() ? 0 : (chosen_ + 1) % parsed_.completions.size();
            placeList();
            return true;
        case Qt::Key_PageDown:
        case Qt::Key_PageUp:
            chosen_ = key->key() == Qt::Key_PageDown ? chosen_ + 1 : chosen_ - std::min<std::size_t>(chosen_, 1);
            chosen_ = std::min(chosen_, parsed_.completions.empty() ? 0 : parsed_.completions.size() - 1);
            placeList();
            return true;
        case Qt::Key_Up:
        case Qt::Key_Down:
            line_->setText(qs(key->key() == Qt::Key_Up ? history_.older(line_->text().toStdString()) : history_.newer()));
            readLine(Why::typed);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (key->modifiers() == Qt::NoModifier || key->modifiers() == Qt::KeypadModifier) {
                if (!key->isAutoRepeat()) {
                    run();
                }
                return true;
            }
            break;
        default:
            break;
        }
    }
    if (watched == line_ && event->type() == QEvent::FocusOut) {
        list_->hide();
        update();
    }
    return QWidget::eventFilter(watched, event);
}

int CommandBar::lineWidth() const {
    return std::min(kLineWidth, width() / 3);
}

void CommandBar::resizeEvent(QResizeEvent* event) {
    line_->setGeometry(metrics::kMargin + 46, 6, lineWidth(), metrics::kFieldHeight);
    QWidget::resizeEvent(event);
}

void CommandBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_raise));
    p.fillRect(QRect{0, 0, width(), 1}, theme.color(Token::line));
    paint_key(p, {metrics::kMargin + 36, height() / 2}, QStringLiteral("F10"), theme.color(Token::text_2));
    const double left = metrics::kMargin + 46.0 + lineWidth() + 14;
    const QString keys = tr("Enter do　Tab complete　↑ former");
    const bool has_keys = line_->hasFocus() && width() >= kWholeWidth; // what will be done needs the room more
    const double keys_width = has_keys ? text_width(keys, metrics::kDensePx) + 20 : 0;
    // What Enter would do is never hidden by what was said: that stands shortened before it, a refusal first.
    const bool runs = parsed_.can_run();
    const bool only_refused = !runs && said_.isEmpty() && !refused_.isEmpty() && line_->text().isEmpty();
    const QString text = only_refused ? refused_ : runs || said_.isEmpty() ? echo_ : said_;
    double x = left;
    const auto paint_before = [&](const QString& words, Weight weight, Token token, double share) {
        const double room = std::min<double>(text_width(words, metrics::kBodyPx, weight) + 2, (width() - left - keys_width) * share);
        paint_text(p, {x, 0, room, static_cast<double>(height())}, Qt::AlignVCenter, words, metrics::kBodyPx, weight, theme.color(token));
        x += room + 16;
    };
    if (!refused_.isEmpty() && !only_refused) {
        paint_before(refused_, Weight::bold, Token::text_1, kShareBefore);
    }
    if (runs && !said_.isEmpty()) {
        paint_before(said_, Weight::normal, Token::text_2, refused_.isEmpty() ? kShareBefore : kShareBefore / 2);
    }
    if (runs) {
        const QString head = changed_by_itself_ ? tr("Changed: ") : tr("Will do: ");
        paint_text(p, {x, 0, 120, static_cast<double>(height())}, Qt::AlignVCenter, head, metrics::kBodyPx,
                   Weight::normal, theme.color(Token::text_2), Elide::none);
        x += text_width(head, metrics::kBodyPx) + 4;
    }
    painted_ = text;
    const bool strong = runs || only_refused || !said_.isEmpty();
    paint_text(p, {x, 0, width() - x - keys_width - 12, static_cast<double>(height())}, Qt::AlignVCenter, text,
               metrics::kBodyPx, strong ? Weight::bold : Weight::normal, theme.color(strong ? Token::text_1 : Token::text_2));
    if (has_keys) {
        paint_text(p, {width() - keys_width, 0, keys_width - 12, static_cast<double>(height())},
                   Qt::AlignVCenter | Qt::AlignRight, keys, metrics::kDensePx, Weight::normal,
                   theme.color(Token::text_3), Elide::none);
    }
}

} // namespace ems::console
