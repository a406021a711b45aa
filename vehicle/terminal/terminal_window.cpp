#include "vehicle/terminal/terminal_window.h"

#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "telemetry/base/log.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <utility>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace ems::terminal {

using console::Theme;
using console::Token;

namespace {
constexpr int kActionsWidth = 436;
constexpr int kNavigation = 72;
constexpr int kGap = 4;
constexpr int kButtonGap = 12;
constexpr int kRow = 72;
constexpr int kRowGap = 8;
constexpr int kMainPx = 44;
constexpr int kMainHigh = 150;
constexpr int kAnswerHigh = 100;
constexpr int kQuestionWide = 800; // of 1280, beside the actions and within its margins
constexpr int kQuestionHigh = 60;
constexpr int kRingMs = 1'000;
constexpr std::int64_t kAcceptWithinMs = 30'000; // dispatch/README.md: crew_silent
constexpr std::int64_t kAskWayMs = 900; // fixes come each second

QString hhmm(std::int64_t us) {
    return QString::fromStdString(console::clock_text(us)).left(5);
}
} // namespace

TerminalWindow::TerminalWindow(const Theme& theme, VehicleSocket& vehicle, WayWorker& way,
                               const Clock& clock, const QString& unit, std::function<void()> ring,
                               TextChoice& text)
    : theme_(theme), vehicle_(vehicle), way_(way), clock_(clock), ring_(std::move(ring)), text_(text) {
    set_text_scale(*this, text_.scale());
    setWindowTitle(tr("Crew terminal"));
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap);
    column->addWidget(new HeaderBar{theme, vehicle, clock, unit, this});
    auto* strip = new AlarmStrip{theme, vehicle, this};
    connect(strip, &AlarmStrip::touched, this, [this] { showPage(Page::alarms); });
    column->addWidget(strip);

    auto* middle = new QHBoxLayout;
    middle->setSpacing(kGap);
    pages_ = new QStackedWidget{this};
    task_ = new TaskPage{theme, vehicle, way, clock, pages_};
    changes_ = new ChangesPage{theme, vehicle, pages_};
    way_page_ = new WayPage{theme, vehicle, way, clock, pages_};
    patient_ = new PatientPage{theme, vehicle, clock, pages_};
    form_ = new FormPage{theme, vehicle, pages_};
    orders_ = new OrdersPage{theme, vehicle, pages_};
    connect(orders_, &OrdersPage::noteWanted, this, [this] {
        showPage(Page::form);
        if (!form_->openNotes()) {
            notices_->say(tr("Enter this first, or go back: then the note."));
        }
    });
    alarms_ = new AlarmPage{theme, vehicle, pages_};
    connect(&alarms_->textButton(), &BigButton::pressedWhole, this, &TerminalWindow::resizeTexts);
    alarms_->showTextSize(text_);
    for (QWidget* page : std::initializer_list<QWidget*>{task_, way_page_, patient_,
                                                          form_, orders_, alarms_, changes_}) {
        pages_->addWidget(page);
    }
    refusals_ = makeQuestion(
        tr("Why can you not go?"), {}, TerminalWords::refusals(), tr("Back to the order"),
        Step::accept, [this](const QString& why) { vehicle_.answerOrder(false, why); });
    breakdowns_ = makeQuestion(
        tr("A patient is in your care. Why out of service?"),
        tr("The order leaves this screen, and the centre sends another ambulance."),
        TerminalWords::breakdowns(), tr("Back, the order goes on"), Step::out_of_service,
        [this](const QString& why) { vehicle_.press(Step::out_of_service, 0, why); });
    middle->addWidget(pages_, 1);
    middle->addWidget(makeActions());
    column->addLayout(middle, 1);
    column->addWidget(makeNavigation());

    ringing_.setInterval(kRingMs);
    connect(&ringing_, &QTimer::timeout, this, [this] {
        if (ring_) {
            ring_();
        }
    });
    connect(&vehicle_, &VehicleSocket::changed, this, &TerminalWindow::refresh);
    connect(&vehicle_, &VehicleSocket::refused, this, [this](const QString& reason) {
        notices_->say(reason.isEmpty() ? tr("The vehicle computer does not answer; press again.")
                                       : tr("Not taken: %1").arg(TerminalWords::refusal(reason)));
    });
    connect(&vehicle_, &VehicleSocket::unkept, this, [this] {
        notices_->say(tr("Not stored here: leave the terminal on until the vehicle computer has it."));
    });
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    showPage(Page::task);
    refresh();
    setFocusPolicy(Qt::StrongFocus);
    setFocus(); // no button has the frame before somebody uses a keyboard
}

namespace {

// A row of the column; its place stays when nothing in it is offered.
QHBoxLayout* add_row(QVBoxLayout* column, QWidget* parent) {
    auto* row = new QWidget{parent};
    row->setFixedHeight(kRow);
    auto* line = new QHBoxLayout{row};
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(kButtonGap);
    column->addWidget(row);
    return line;
}

void keep_place(QWidget* button) {
    QSizePolicy policy{QSizePolicy::Ignored, QSizePolicy::Fixed}; // halves, whatever they say
    policy.setRetainSizeWhenHidden(true);
    button->setSizePolicy(policy);
}

} // namespace

QWidget* TerminalWindow::makeActions() {
    auto* actions = new QWidget{this};
    actions->setFixedWidth(kActionsWidth);
    auto* column = new QVBoxLayout{actions};
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(kRowGap);

    QHBoxLayout* rare = add_row(column, actions);
    rare->setSpacing(kRowGap);
    for (std::size_t place = 0; place < kOtherStepsMax; ++place) {
        auto* button = new BigButton{theme_, Look::plain, 24, actions};
        keep_place(button);
        rare->addWidget(button, 1);
        actAsTouched(
            *button, [this, place] { return meaning(other_steps_.at(place)); },
            [this](Step touched, std::int64_t fence_us) { leaveService(touched, fence_us); });
        others_.at(place) = button;
    }
    intercom_ = new IntercomPanel{theme_, vehicle_, clock_, actions};
    column->addWidget(intercom_);

    // Between what is pressed all day and what is pressed by mistake.
    notices_ = new NoticeBoard{actions};
    column->addWidget(notices_, 1);

    QHBoxLayout* undo = add_row(column, actions);
    refuse_ = new BigButton{theme_, Look::plain, 24, actions};
    refuse_->setText(tr("Cannot go"));
    connect(refuse_, &BigButton::pressedWhole, this,
            [this] { pages_->setCurrentWidget(refusals_.page); });
    undo_ = new BigButton{theme_, Look::plain, 24, actions};
    connect(undo_, &BigButton::pressedWhole, this, [this] { vehicle_.undo(); });
    for (BigButton* button : {refuse_, undo_}) {
        keep_place(button);
        undo->addWidget(button, 1);
    }

    main_ = new BigButton{theme_, Look::main, kMainPx, actions};
    main_->setFixedHeight(kMainHigh);
    keep_place(main_);
    actAsTouched(
        *main_, [this] { return meaning(next_); },
        [this](Step step, std::int64_t fence_us) {
            vehicle_.press(step, fence_us, {});
            if (step == Step::en_route || step == Step::transporting) {
                showPage(Page::way);
            }
        });
    column->addWidget(main_);
    return actions;
}

// Beside a patient it is asked why: the centre sends another ambulance, and the order leaves the
// screen.
void TerminalWindow::leaveService(Step step, std::int64_t fence_us) {
    if (step == Step::out_of_service && patient_in_care(vehicle_.pressedStatus())) {
        pages_->setCurrentWidget(breakdowns_.page);
    } else {
        vehicle_.press(step, fence_us, {});
    }
}

// Every text at once, without another start: whoever cannot read the screen sees which size it takes.
void TerminalWindow::resizeTexts() {
    if (const auto kept = text_.takeNext(); !kept) {
        EMS_LOG(error, "crew", "size of the texts is not kept file={}", kept.error().detail);
        notices_->say(tr("This size of the texts ends with the next start: it could not be stored."));
    }
    set_text_scale(*this, text_.scale());
    alarms_->showTextSize(text_);
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
            notices_->say(tr("It has changed under your finger: look, and press again."));
        }
    });
}

TerminalWindow::Question
TerminalWindow::makeQuestion(const QString& title, const QString& what_follows,
                             const QStringList& answers, const QString& back, Step step,
                             const std::function<void(const QString&)>& answered) {
    Question question{new QWidget{pages_}, nullptr, {}};
    auto* grid = new QGridLayout{question.page};
    grid->setContentsMargins(20, 16, 20, 16);
    grid->setSpacing(kButtonGap);
    auto* head = new QLabel{title, question.page};
    size_label(*head, 34, console::Weight::bold, {kQuestionWide, kQuestionHigh});
    head->setMinimumWidth(1); // a long sentence is cut, and widens nothing
    grid->addWidget(head, 0, 0, 1, 2);
    auto* follows = new QLabel{what_follows, question.page};
    size_label(*follows, 22, console::Weight::normal, {kQuestionWide, kQuestionHigh});
    follows->setMinimumWidth(1);
    follows->setVisible(!what_follows.isEmpty());
    grid->addWidget(follows, 1, 0, 1, 2);
    int row = 2;
    for (qsizetype i = 0; i < answers.size(); ++i) {
        auto* button = new BigButton{theme_, Look::plain, 28, question.page};
        button->setText(answers[i]);
        button->setMinimumHeight(kAnswerHigh);
        // Of what was asked: not of an order that came while the finger lay here.
        actAsTouched(
            *button, [this, step] { return meaning(step); },
            [this, answered, answer = answers[i]](Step /*step*/, std::int64_t /*fence_us*/) {
                answered(answer);
                showPage(Page::task);
            });
        question.buttons.push_back(button);
        grid->addWidget(button, row, static_cast<int>(i % 2));
        row += i % 2 == 1 ? 1 : 0;
    }
    auto* away = new BigButton{theme_, Look::plain, 28, question.page};
    question.away = away;
    away->setText(back);
    connect(away, &BigButton::pressedWhole, this, [this] { showPage(Page::task); });
    grid->addWidget(away, row, 0, 1, 2);
    grid->setRowStretch(row + 1, 1);
    pages_->addWidget(question.page);
    return question;
}

QWidget* TerminalWindow::makeNavigation() {
    auto* bar = new QWidget{this};
    bar->setFixedHeight(kNavigation);
    auto* line = new QHBoxLayout{bar};
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(1);
    const std::array<std::pair<QString, Page>, 6> entries{{{tr("Task"), Page::task},
                                                           {tr("Way"), Page::way},
                                                           {tr("Patient"), Page::patient},
                                                           {tr("Findings"), Page::form},
                                                           {tr("Orders"), Page::orders},
                                                           {tr("Alarms"), Page::alarms}}};
    for (const auto& [text, page] : entries) {
        auto* button = new BigButton{theme_, Look::page, 24, bar};
        button->setText(text);
        button->setFixedHeight(kNavigation);
        connect(button, &BigButton::pressedWhole, this, [this, page = page] {
            if (page == Page::form && this->page() == Page::form) {
                form_->showFields(); // asked for where it is shown: back to its first sheet
            }
            showPage(page);
        });
        navigation_.push_back(button);
        line->addWidget(button, 1);
    }
    return bar;
}

void TerminalWindow::showPage(Page page) {
    const vehicle::Status status = vehicle_.pressedStatus();
    const bool unread = changes_wait(status) && !order_waits(status);
    const std::array<QWidget*, 6> widgets{unread ? static_cast<QWidget*>(changes_) : task_,
                                          way_page_, patient_, form_, orders_, alarms_};
    pages_->setCurrentWidget(widgets.at(static_cast<std::size_t>(page)));
    for (std::size_t i = 0; i < navigation_.size(); ++i) {
        navigation_[i]->setLook(i == static_cast<std::size_t>(page) ? Look::chosen_page
                                                                    : Look::page);
    }
}

void TerminalWindow::setSoundDevice(bool works) {
    notices_->setStanding(works ? QString{} : tr("No loudspeaker: alarms cannot be heard"));
}

Page TerminalWindow::page() const {
    return pages_->currentWidget() == way_page_  ? Page::way
           : pages_->currentWidget() == patient_ ? Page::patient
           : pages_->currentWidget() == form_    ? Page::form
           : pages_->currentWidget() == orders_  ? Page::orders
           : pages_->currentWidget() == alarms_  ? Page::alarms
                                                 : Page::task;
}

void TerminalWindow::refresh() {
    const vehicle::Status status = vehicle_.pressedStatus();
    refreshActions(status);
    intercom_->refresh(status);
    orders_->refresh(status, callButton().note());
    ringOrder(status);
    showChanges(status);
    askWay(status);
    pageButton(Page::alarms).setCount(status.alarms_size());
}

void TerminalWindow::refreshActions(const vehicle::Status& status) {
    next_ = vehicle_.everHeard() ? next_step(status) : std::nullopt;
    main_->setVisible(next_.has_value());
    if (next_) {
        const std::int64_t since_us = fence_us(status, *next_);
        main_->setText(label(status, *next_));
        main_->setNote(*next_ == Step::accept ? acceptanceNote()
                       : since_us != 0 ? tr("the position says since %1").arg(hhmm(since_us))
                                       : QString{});
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
    refusals_.away->setText(waits ? tr("Back to the order") : tr("Back to the posting"));
    other_steps_.fill(std::nullopt);
    if (vehicle_.everHeard() && !undo) {
        for (const Step step : other_steps(status)) {
            other_steps_.at(place_of(status, step)) = step;
        }
    }
    for (std::size_t place = 0; place < kOtherStepsMax; ++place) {
        showOther(status, place);
    }
    const bool answered =
        (pages_->currentWidget() == refusals_.page && !waits && !posting_waits(status)) ||
        (pages_->currentWidget() == breakdowns_.page && !patient_in_care(status));
    if (answered) {
        showPage(Page::task); // it was cancelled, or answered at another terminal
    }
}

// The dispatcher's desk is told after 30 s that nobody answers, and proposes another unit.
QString TerminalWindow::acceptanceNote() const {
    const auto age_ms = vehicle_.orderAgeMs();
    if (!age_ms) {
        return {};
    }
    const std::int64_t left_s = (kAcceptWithinMs - *age_ms + 999) / 1'000;
    return left_s > 0 ? tr("still %1 s, then the dispatcher is alarmed").arg(left_s)
                      : tr("overdue: the dispatcher is alarmed");
}

void TerminalWindow::showOther(const vehicle::Status& status, std::size_t place) {
    BigButton& button = *others_.at(place);
    const std::optional<Step> step = other_steps_.at(place);
    button.setVisible(step.has_value());
    if (!step) {
        return;
    }
    const std::int64_t since_us = fence_us(status, *step);
    const QString words = *step == Step::returning && place == kInsteadPlace
                              ? tr("Return empty")
                              : TerminalWords::step(*step);
    button.setText(since_us != 0 ? tr("%1?").arg(words) : words);
    button.setNote(since_us != 0 ? hhmm(since_us) : QString{});
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

// In place of the task until it is read; a new order is answered first.
void TerminalWindow::showChanges(const vehicle::Status& status) {
    if (order_waits(status)) {
        shown_changes_.clear(); // it took their place: they come back behind it
        return;
    }
    std::string changes = changes_wait(status) ? status.after_outage().SerializeAsString() : std::string{};
    const bool more = !changes.empty() && changes != shown_changes_;
    const bool read = changes.empty() && pages_->currentWidget() == changes_;
    shown_changes_ = std::move(changes);
    if (more || read) {
        showPage(Page::task);
    }
    if (more && ring_) {
        ring_();
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
