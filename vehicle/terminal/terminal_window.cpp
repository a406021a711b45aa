#include "vehicle/terminal/terminal_window.h"

#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "vehicle/terminal/task_page.h"
#include "vehicle/terminal/terminal_words.h"

#include <array>
#include <chrono>
#include <utility>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

namespace ems::terminal {

using console::Theme;
using console::Token;

namespace {
constexpr int kActionsWidth = 436;
constexpr int kNavigation = 80;
constexpr int kGap = 4;
constexpr int kButtonGap = 12;
constexpr int kMainPx = 44;
constexpr int kSaidMs = 8'000;
constexpr int kRingMs = 1'000;
constexpr std::int64_t kAskWayMs = 900; // fixes come each second

QString hhmm(std::int64_t us) {
    return QString::fromStdString(console::clock_text(us)).left(5);
}
} // namespace

TerminalWindow::TerminalWindow(const Theme& theme, VehicleSocket& vehicle, WayWorker& way,
                               const Clock& clock, const QString& unit, std::function<void()> ring)
    : theme_(theme), vehicle_(vehicle), way_(way), clock_(clock), ring_(std::move(ring)) {
    setWindowTitle(tr("Crew terminal"));
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap);
    column->addWidget(new HeaderBar{theme, vehicle, clock, unit, this});
    strip_ = new AlarmStrip{theme, vehicle, this};
    connect(strip_, &AlarmStrip::touched, this, [this] { showPage(Page::alarms); });
    column->addWidget(strip_);

    auto* middle = new QHBoxLayout;
    middle->setSpacing(kGap);
    pages_ = new QStackedWidget{this};
    task_ = new TaskPage{theme, vehicle, way, clock, pages_};
    way_page_ = new WayPage{theme, vehicle, way, clock, pages_};
    patient_ = new PatientPage{theme, vehicle, pages_};
    form_ = new FormPage{theme, vehicle, pages_};
    alarms_ = new AlarmPage{theme, vehicle, pages_};
    reasons_page_ = makeReasons();
    for (QWidget* page :
         {task_, static_cast<QWidget*>(way_page_), static_cast<QWidget*>(patient_),
          static_cast<QWidget*>(form_),
          static_cast<QWidget*>(alarms_), reasons_page_}) {
        pages_->addWidget(page);
    }
    middle->addWidget(pages_, 1);
    middle->addWidget(makeActions());
    column->addLayout(middle, 1);
    column->addWidget(makeNavigation());

    said_until_.setSingleShot(true);
    connect(&said_until_, &QTimer::timeout, said_, &QLabel::clear);
    ringing_.setInterval(kRingMs);
    connect(&ringing_, &QTimer::timeout, this, [this] {
        if (ring_) {
            ring_();
        }
    });
    connect(&vehicle_, &VehicleSocket::changed, this, &TerminalWindow::refresh);
    connect(&vehicle_, &VehicleSocket::refused, this, [this](const QString& reason) {
        said_->setText(reason.isEmpty() ? tr("The vehicle computer does not answer; press again.")
                                        : tr("Not taken: %1").arg(TerminalWords::refusal(reason)));
        said_until_.start(kSaidMs);
    });
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    showPage(Page::task);
    refresh();
    setFocusPolicy(Qt::StrongFocus);
    setFocus(); // no button has the frame before somebody uses a keyboard
}

QWidget* TerminalWindow::makeActions() {
    auto* actions = new QWidget{this};
    actions->setFixedWidth(kActionsWidth);
    auto* column = new QVBoxLayout{actions};
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(kButtonGap);
    said_ = new QLabel{actions};
    mute_ = new QLabel{tr("No loudspeaker: alarms cannot be heard"), actions};
    mute_->setWordWrap(true);
    mute_->setFont(Theme::font(22, console::Weight::bold));
    mute_->setVisible(false);
    said_->setWordWrap(true);
    said_->setFont(Theme::font(22, console::Weight::bold));
    for (std::size_t i = 0; i < kOtherStepsMax; ++i) {
        auto* button = new BigButton{theme_, Look::plain, 24, actions};
        actAsTouched(
            *button,
            [this, i] {
                return meaning(i < other_steps_.size() ? std::optional{other_steps_[i]}
                                                       : std::nullopt);
            },
            [this](Step step, std::int64_t fence_us) { vehicle_.press(step, fence_us); });
        others_.push_back(button);
        column->addWidget(button);
    }
    intercom_ = new IntercomPanel{theme_, vehicle_, clock_, actions};
    column->addWidget(intercom_);
    // Between what is pressed all day and what is pressed by mistake.
    column->addStretch(1);
    column->addWidget(mute_);
    column->addWidget(said_);
    refuse_ = new BigButton{theme_, Look::plain, 24, actions};
    refuse_->setText(tr("Cannot go"));
    connect(refuse_, &BigButton::pressedWhole, this,
            [this] { pages_->setCurrentWidget(reasons_page_); });
    column->addWidget(refuse_);
    undo_ = new BigButton{theme_, Look::plain, 24, actions};
    connect(undo_, &BigButton::pressedWhole, this, [this] { vehicle_.undo(); });
    column->addWidget(undo_);
    main_ = new BigButton{theme_, Look::main, kMainPx, actions};
    main_->setMinimumHeight(150);
    actAsTouched(
        *main_, [this] { return meaning(next_); },
        [this](Step step, std::int64_t fence_us) {
            vehicle_.press(step, fence_us);
            if (step == Step::en_route || step == Step::transporting) {
                showPage(Page::way);
            }
        });
    column->addWidget(main_);
    return actions;
}

Meaning TerminalWindow::meaning(std::optional<Step> step) const {
    const vehicle::Status status = vehicle_.pressedStatus();
    return {step, vehicle_.status().order_command_id(), vehicle_.status().posting().command_id(),
            step ? fence_us(status, *step) : 0};
}

// An order that arrives under the finger changes what the button says: what was not touched is not done.
void TerminalWindow::actAsTouched(BigButton& button, std::function<Meaning()> means,
                                  std::function<void(Step, std::int64_t)> act) {
    connect(&button, &QAbstractButton::pressed, this, [this, means] { touched_ = means(); });
    connect(&button, &BigButton::pressedWhole, this, [this, means, act = std::move(act)] {
        const Meaning now = means();
        if (now == touched_ && now.step) {
            act(*now.step, touched_.fence_us); // it says by then what comes next
        } else if (now != touched_) {
            said_->setText(tr("It has changed under your finger: look, and press again."));
            said_until_.start(kSaidMs);
        }
    });
}

QWidget* TerminalWindow::makeReasons() {
    auto* page = new QWidget{pages_};
    auto* grid = new QGridLayout{page};
    grid->setContentsMargins(20, 20, 20, 20);
    grid->setSpacing(kButtonGap);
    auto* title = new QLabel{tr("Why can you not go?"), page};
    title->setFont(Theme::font(34, console::Weight::bold));
    grid->addWidget(title, 0, 0, 1, 2);
    int row = 1;
    const QStringList reasons = TerminalWords::refusals();
    for (qsizetype i = 0; i < reasons.size(); ++i) {
        auto* button = new BigButton{theme_, Look::plain, 28, page};
        button->setText(reasons[i]);
        button->setMinimumHeight(110);
        // It refuses the order or the posting that waits: not one that came while the finger lay here.
        actAsTouched(
            *button, [this] { return meaning(Step::accept); },
            [this, reason = reasons[i]](Step /*step*/, std::int64_t /*fence_us*/) {
                vehicle_.answerOrder(false, reason);
                showPage(Page::task);
            });
        reasons_.push_back(button);
        grid->addWidget(button, row, static_cast<int>(i % 2));
        row += i % 2 == 1 ? 1 : 0;
    }
    auto* back = new BigButton{theme_, Look::plain, 28, page};
    back->setText(tr("Back to the order"));
    connect(back, &BigButton::pressedWhole, this, [this] { showPage(Page::task); });
    grid->addWidget(back, row, 0, 1, 2);
    grid->setRowStretch(row + 1, 1);
    return page;
}

QWidget* TerminalWindow::makeNavigation() {
    auto* bar = new QWidget{this};
    bar->setFixedHeight(kNavigation);
    auto* line = new QHBoxLayout{bar};
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(1);
    const std::array<std::pair<QString, Page>, 5> entries{{{tr("Task"), Page::task},
                                                           {tr("Way"), Page::way},
                                                           {tr("Patient"), Page::patient},
                                                           {tr("Findings"), Page::form},
                                                           {tr("Alarms"), Page::alarms}}};
    for (const auto& [text, page] : entries) {
        auto* button = new BigButton{theme_, Look::page, 24, bar};
        button->setText(text);
        button->setFixedHeight(kNavigation);
        connect(button, &BigButton::pressedWhole, this, [this, page = page] { showPage(page); });
        navigation_.push_back(button);
        line->addWidget(button, 1);
    }
    return bar;
}

void TerminalWindow::showPage(Page page) {
    const std::array<QWidget*, 5> widgets{task_, way_page_, patient_, form_, alarms_};
    if (page == Page::form) {
        form_->showFields();
    }
    pages_->setCurrentWidget(widgets.at(static_cast<std::size_t>(page)));
    for (std::size_t i = 0; i < navigation_.size(); ++i) {
        navigation_[i]->setLook(i == static_cast<std::size_t>(page) ? Look::chosen_page
                                                                    : Look::page);
    }
}

void TerminalWindow::setSoundDevice(bool works) {
    mute_->setVisible(!works);
}

Page TerminalWindow::page() const {
    return pages_->currentWidget() == way_page_  ? Page::way
           : pages_->currentWidget() == patient_ ? Page::patient
           : pages_->currentWidget() == form_    ? Page::form
           : pages_->currentWidget() == alarms_  ? Page::alarms
                                                 : Page::task;
}

void TerminalWindow::refresh() {
    const vehicle::Status status = vehicle_.pressedStatus();
    strip_->refresh();
    refreshActions(status);
    intercom_->refresh(status);
    ringOrder(status);
    askWay(status);
    navigation_[4]->setCount(status.alarms_size());
}

void TerminalWindow::refreshActions(const vehicle::Status& status) {
    next_ = vehicle_.everHeard() ? next_step(status) : std::nullopt;
    main_->setVisible(next_.has_value());
    if (next_) {
        const std::int64_t since_us = fence_us(status, *next_);
        main_->setText(label(status, *next_));
        main_->setNote(since_us != 0 ? tr("the position says since %1").arg(hhmm(since_us)) : QString{});
        main_->setAccessibleName(main_->text());
    }
    const std::int64_t left = vehicle_.undoLeftMs();
    const bool undo = left > 0;
    undo_->setVisible(undo);
    if (undo) {
        undo_->setText(tr("Take back"));
        undo_->setNote(tr("%1 — still %2 s")
                           .arg(TerminalWords::state(status.state()))
                           .arg((left + 999) / 1'000));
    }
    const bool waits = order_waits(status);
    refuse_->setVisible(waits || posting_waits(status));
    other_steps_ = vehicle_.everHeard() && !undo ? other_steps(status) : std::vector<Step>{};
    for (std::size_t i = 0; i < others_.size(); ++i) {
        others_[i]->setVisible(i < other_steps_.size());
        if (i < other_steps_.size()) {
            others_[i]->setText(other_steps_[i] == Step::returning
                                    ? tr("Nobody carried, return")
                                    : label(status, other_steps_[i]));
        }
    }
    if (!waits && !posting_waits(status) && pages_->currentWidget() == reasons_page_) {
        showPage(Page::task); // it was cancelled, or answered at another terminal
    }
}

// "At scene 14:02?": what the fence says stands as a question until somebody presses. In a language in which that is too
// wide the line below alone says the time.
QString TerminalWindow::label(const vehicle::Status& status, Step step) {
    const QString words = TerminalWords::step(step);
    const std::int64_t since_us = fence_us(status, step);
    if (since_us == 0) {
        return words;
    }
    const QString asked = tr("%1 %2?").arg(words, hhmm(since_us));
    const bool fits = console::text_width(asked, kMainPx, console::Weight::bold) <= kActionsWidth - 56;
    return fits ? asked : tr("%1?").arg(words);
}

// Once a second, and at once for another place. A fix of a vehicle that is silent is none.
void TerminalWindow::askWay(const vehicle::Status& status) {
    const std::int64_t now_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.ticks().time_since_epoch())
            .count();
    std::optional<WayTarget> target = way_target(status);
    if (target == asked_way_to_ && now_ms - asked_way_ms_ < kAskWayMs) {
        return;
    }
    asked_way_ms_ = now_ms;
    asked_way_to_ = target;
    way_.ask(vehicle_.isSilent() ? std::nullopt : way_fix(status, now_ms), std::move(target));
}

// Sounds until it is answered, and brings its page to the front once.
void TerminalWindow::ringOrder(const vehicle::Status& status) {
    if (!order_waits(status)) {
        shown_order_.clear();
        ringing_.stop();
        ringPosting(status);
        return;
    }
    if (shown_order_ != status.order_command_id()) {
        shown_order_ = status.order_command_id();
        showPage(Page::task);
        if (ring_) {
            ring_();
        }
        ringing_.start();
    }
}

// Less urgent than an order: once, also where the vehicle has stored the answer and not yet said what follows.
void TerminalWindow::ringPosting(const vehicle::Status& status) {
    if (posting_waits(status) && shown_posting_ != status.posting().command_id()) {
        shown_posting_ = status.posting().command_id();
        showPage(Page::task);
        if (ring_) {
            ring_();
        }
    }
}

void TerminalWindow::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_window));
    p.fillRect(QRect{width() - kActionsWidth, pages_->y(), kActionsWidth, pages_->height()},
               theme_.color(Token::bg_panel));
}

} // namespace ems::terminal
