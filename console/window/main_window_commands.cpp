// What the command line does beside orders, and the keys that only look.
#include "console/window/main_window.h"

#include "console/theme/metrics.h"
#include "console/theme/time_text.h"
#include "console/widgets/alarm_list_view.h"
#include "console/widgets/alarm_reason_view.h"
#include "console/widgets/bars.h"
#include "console/widgets/map_view.h"
#include "console/widgets/order_words.h"
#include "console/widgets/parts_view.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/unit_board.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QApplication>
#include <QDockWidget>
#include <QStackedWidget>

namespace ems::console {
namespace {

constexpr std::int64_t kAnswerReadUs = 10'000'000; // then the line leaves the physician's view

} // namespace

void MainWindow::tellEdited() {
    if (QApplication::activeWindow() == nullptr) {
        return; // another program has the keys: what is open here stays open
    }
    const DeskState& state = desk_.state();
    const auto& line = command_->parsed().frame;
    // Of others the centre takes no correction.
    std::int64_t edited = state.login().role() == "dispatcher" ? form_->editedCase() : 0;
    if (edited == 0 && command_->isTyping() && line && line->has_add_note()) {
        edited = line->add_note().incident_id();
    }
    const api::Incident* incident = state.incident(edited);
    const bool runs = incident != nullptr && (incident->state() == "open" || incident->state() == "assigned");
    desk_.tellEditing(runs ? edited : 0);
}

void MainWindow::addCommandLine() {
    command_ = new CommandBar(desk_, this);
    physician_->centralWidget()->installEventFilter(this); // the line stands under it
    command_->setMarks([this] { return map_->marks(); });
    connect(command_, &CommandBar::deed, this, &MainWindow::doDeed);
    connect(command_, &CommandBar::deed, this, [this] {
        leaveLine();
        closeAnsweredLine();
    });
    connect(command_, &CommandBar::ran, this, [this] {
        line_closes_us_ = 0; // its answer comes into it
        leaveLine();
    });
    connect(command_, &CommandBar::escaped, this, [this] {
        leaveLine();
        closeLine();
    });
    connect(&desk_, &Desk::orderDone, this, &MainWindow::closeAnsweredLine);
    connect(&desk_, &Desk::orderRefused, this, [this] { line_closes_us_ = 0; }); // that is not overlooked
    connect(&desk_, &Desk::ticked, this, [this] {
        if (line_closes_us_ != 0 && desk_.monotonicUs() >= line_closes_us_ && command_->text().isEmpty() && !command_->isTyping()) {
            closeLine();
        }
    });
    connect(&desk_, &Desk::answered, this, &MainWindow::explain);
    connect(map_, &MapView::commandBegun, this, &MainWindow::beginLine);
    for (const Dock& at : {timeline_, stages_}) {
        connect(at.dock->findChild<TimelineView*>(), &TimelineView::commandBegun, this, &MainWindow::beginLine);
    }
    connect(units_.dock->findChild<UnitBoard*>(), &UnitBoard::commandBegun, this, &MainWindow::beginLine);
}

void MainWindow::beginLine(const QString& text) {
    openLine();
    command_->begin(text);
}

void MainWindow::focusLine() {
    openLine();
    command_->focusLine();
}

void MainWindow::openLine() {
    line_closes_us_ = 0;
    if (activeView() == View::dispatcher) {
        showView(View::dispatcher); // its window comes in front of that of the map
        return;
    }
    QWidget* focus = QApplication::focusWidget();
    focus = focus == nullptr ? (views_->indexOf(physician_) < 0 ? static_cast<QWidget*>(physician_) : this)->focusWidget() : focus;
    if (focus == nullptr || !command_->isAncestorOf(focus)) {
        before_line_ = focus;
    }
    line_at_ = View::physician;
    placeLine();
    if (spread_ == Spread::monitors) { // what is typed goes to the active window
        command_->window()->activateWindow();
    }
}

// In the physician's view the focus goes back to where it was; in the dispatcher's the next line is written.
void MainWindow::leaveLine() {
    if (line_at_ == View::dispatcher) {
        return;
    }
    if (before_line_ && before_line_->isVisible()) {
        before_line_->setFocus(Qt::OtherFocusReason);
    } else if (QWidget* focus = command_->window()->focusWidget(); focus != nullptr && command_->isAncestorOf(focus)) {
        focus->clearFocus();
    }
}

void MainWindow::closeLine() {
    line_closes_us_ = 0;
    line_at_ = View::dispatcher;
    placeLine();
}

void MainWindow::closeAnsweredLine() {
    line_closes_us_ = line_at_ == View::physician ? desk_.monotonicUs() + kAnswerReadUs : 0;
}

void MainWindow::placeLine() {
    const bool over_physician = line_at_ == View::physician;
    const bool has_own_window = over_physician && views_->indexOf(physician_) < 0;
    QWidget* in = has_own_window ? static_cast<QWidget*>(physician_) : this;
    if (command_->parentWidget() != in) {
        command_->setParent(in);
    }
    const int foot = has_own_window ? 0 : metrics::kStatusStripHeight;
    const int left = over_physician ? physician_->centralWidget()->mapTo(in, QPoint{}).x() : 0; // beside worklist, video, intercom
    command_->setGeometry(left, in->height() - foot - metrics::kCommandLineHeight, in->width() - left, metrics::kCommandLineHeight);
    line_room_->setVisible(view() == View::dispatcher);
    command_->setVisible(over_physician || view() == View::dispatcher);
    if (over_physician) {
        command_->raise();
    }
}

void MainWindow::buildAlarmList() {
    alarm_list_ = new AlarmListView(desk_, this);
    alarm_list_->hide();
    alarm_reason_ = new AlarmReasonView(desk_, this);
    alarm_reason_->hide();
    connect(alarm_list_, &AlarmListView::chosen, this, [this] { alarm_reason_->setAlarm(alarm_list_->chosenKey()); });
    connect(alarm_list_, &AlarmListView::loadWanted, this, [this] {
        using Page = AlarmReasonView::Page;
        alarm_reason_->setPage(alarm_reason_->page() == Page::load ? Page::reason : Page::load);
        placeAlarmList();
    });
    connect(alarms_, &AlarmBar::listWanted, this, &MainWindow::toggleAlarmList);
    connect(alarm_list_, &AlarmListView::closed, this, &MainWindow::toggleAlarmList);
    connect(alarm_list_, &AlarmListView::commandBegun, this, [this](const QString& text) {
        toggleAlarmList();
        beginLine(text);
    });
    connect(&desk_, &Desk::stateChanged, this, &MainWindow::placeAlarmList);
}

// Under the bar, over what is not needed while alarms are looked through; the call form stays free.
void MainWindow::placeAlarmList() {
    const int top = barsHeight();
    const QSize wanted = alarm_list_->sizeHint();
    const int wide = std::min(wanted.width(), width());
    const int below = alarm_reason_->sizeHint().height();
    const int tall = std::min(wanted.height(), height() - top - below);
    alarm_list_->setGeometry(width() - wide, top, wide, tall);
    alarm_reason_->setGeometry(width() - wide, top + tall, wide, below);
}

void MainWindow::toggleAlarmList() {
    if (alarm_list_->isVisible()) {
        alarm_list_->hide();
        alarm_reason_->hide();
        if (before_alarm_list_) {
            before_alarm_list_->setFocus(Qt::OtherFocusReason);
        }
        return;
    }
    before_alarm_list_ = QApplication::focusWidget();
    alarm_reason_->setPage(AlarmReasonView::Page::reason);
    placeAlarmList();
    for (QWidget* part : {static_cast<QWidget*>(alarm_list_), static_cast<QWidget*>(alarm_reason_)}) {
        part->show();
        part->raise();
    }
    alarm_list_->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::buildPartsView() {
    parts_view_ = new PartsView(desk_, this);
    parts_view_->hide();
    parts_view_->setHasMap(scene_ != nullptr);
    connect(parts_view_, &PartsView::closed, this, &MainWindow::togglePartsView);
    connect(parts_view_, &PartsView::counted, this, [this](int degraded) {
        strip_->setParts(part_marks(desk_, parts_view_->parts()), degraded);
        placePartsView();
    });
    connect(strip_, &StatusStrip::partsWanted, this, &MainWindow::togglePartsView);
}

// Above the strip it is told from; the alarm bar stays free.
void MainWindow::placePartsView() {
    const QSize wanted = parts_view_->sizeHint();
    const int room = height() - barsHeight() - metrics::kStatusStripHeight;
    const QSize size{std::min(wanted.width(), width()), std::min(wanted.height(), room)};
    parts_view_->setGeometry(QRect{QPoint{0, height() - metrics::kStatusStripHeight - size.height()}, size});
}

void MainWindow::togglePartsView() {
    if (parts_view_->isVisible()) {
        parts_view_->hide();
        if (before_parts_view_) {
            before_parts_view_->setFocus(Qt::OtherFocusReason);
        }
        return;
    }
    before_parts_view_ = QApplication::focusWidget();
    placePartsView();
    parts_view_->show();
    parts_view_->raise();
    parts_view_->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::setSoundDevice(bool there) {
    parts_view_->setHasSound(there);
    strip_->setPart(tr("sound"), there ? QString{} : tr("× no loudspeaker"));
}

void MainWindow::addChosen() {
    const auto* candidate = desk_.state().selected_candidate();
    const auto* list = desk_.state().recommendation(desk_.state().selected_incident());
    if (candidate == nullptr || list == nullptr) {
        desk_.refuse(tr("No unit is chosen"));
        return;
    }
    // Only a line is begun: what Enter then sends stands beside it to be read, and one that changes by itself is refused once.
    const auto* unit = desk_.state().unit(candidate->unit_id());
    const auto* incident = desk_.state().incident(list->incident_id());
    if (unit == nullptr || incident == nullptr) {
        desk_.refuse(tr("No unit is chosen"));
        return;
    }
    beginLine(QStringLiteral("ZP %1 %2 ").arg(qs(unit->name()), qs(incident->number())));
}

void MainWindow::doDeed(const Deed& deed) {
    switch (deed.verb) {
    case Verb::look:
        if (deed.incident_id != 0) {
            desk_.selectIncident(deed.incident_id);
        } else if (deed.unit_id != 0) {
            desk_.selectUnit(deed.unit_id);
            map_->lookAtUnit(deed.unit_id);
        } else if (deed.place) {
            map_->lookAt(*deed.place, qs(deed.text));
        }
        break;
    case Verb::recommend:
        if (deed.incident_id != 0) {
            desk_.selectIncident(deed.incident_id);
        }
        desk_.recommend();
        break;
    case Verb::isochrone: {
        api::ClientFrame frame;
        frame.mutable_get_isochrones()->set_from(deed.text);
        frame.mutable_get_isochrones()->set_unit_id(deed.unit_id);
        frame.mutable_get_isochrones()->add_minutes(std::min(60U, std::max(1U, deed.number)));
        if (!map_->showReach(frame)) {
            command_->say(OrderWords::refusal({RefusalCode::not_connected, {}}));
        }
        break;
    }
    case Verb::route:
        map_->askRoute(deed.unit_id, deed.incident_id, deed.hospital_id);
        break;
    case Verb::follow:
        map_->follow(deed.unit_id);
        break;
    case Verb::measure:
        map_->startTool(MapTool::measure);
        break;
    case Verb::draw:
        map_->startTool(MapTool::draw);
        break;
    case Verb::explain: {
        api::ClientFrame frame;
        frame.mutable_get_explanation()->set_incident_id(deed.incident_id);
        desk_.question(frame);
        break;
    }
    case Verb::reveal:
        if (form_->visibleRegion().isEmpty()) { // it would run out unread
            command_->say(tr("Number not shown: the call form is not in sight"));
            break;
        }
        desk_.selectIncident(deed.incident_id);
        if (form_->shownCase() == deed.incident_id) {
            form_->revealIdentity(qs(deed.text));
        } else {
            command_->say(tr("Number not shown: what is being written stands in the form"));
        }
        break;
    case Verb::help:
        showHelp();
        break;
    case Verb::pause:
        desk_.pauseAudio();
        break;
    case Verb::shelve: {
        const QString done = OrderWords::echo(desk_.state(), deed);
        command_->say(desk_.shelveAlarm(deed.alarm, deed.number, qs(deed.text))
                          ? tr("Done: %1").arg(done)
                          : tr("Not shelved: 1 to 60 min with a reason, and no high clinical alarm"));
        break;
    }
    default:
        break;
    }
}

// Which list was shown last for the case, and what was chosen from it and why.
void MainWindow::explain(const api::ServerFrame& frame) {
    if (!frame.has_explanation()) {
        return;
    }
    QStringList parts;
    for (const auto& list : frame.explanation().lists()) {
        for (const auto& choice : list.choices()) {
            const auto* unit = desk_.state().unit(choice.unit_id());
            QString text = tr("%1 %2 chose %3, no. %4 of the list")
                               .arg(qs(clock_text(choice.at_us())), qs(choice.chosen_by()),
                                    unit == nullptr ? QStringLiteral("?") : qs(unit->name()))
                               .arg(choice.rank());
            text += choice.override_reason().empty() ? QString{} : QStringLiteral("：") + qs(choice.override_reason());
            text += choice.end_reason().empty() ? QString{} : QStringLiteral(" → ") + qs(choice.end_reason());
            parts << text;
        }
    }
    command_->say(parts.isEmpty() ? tr("%1 lists shown, nothing chosen yet").arg(frame.explanation().lists_size())
                                  : parts.join(QStringLiteral("；")));
}

} // namespace ems::console
