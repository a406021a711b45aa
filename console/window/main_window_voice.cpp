// The one intercom of the desk: in its dock beside the patient, or, while a dispatcher is on a crew's line, in a strip under the
// alarm bar, so that queue, call form and map stay in sight.
#include "console/window/main_window.h"

#include "console/theme/metrics.h"
#include "console/widgets/panel.h"
#include "console/widgets/recommend_view.h"
#include "console/widgets/words.h"

#include <utility>

#include <QCoreApplication>
#include <QDockWidget>
#include <QKeyEvent>
#include <QShortcut>
#include <QVBoxLayout>

namespace ems::console {
namespace {

constexpr std::int64_t kCallReadUs = 700'000; // nobody has read a call that has stood for less

QWidget* make_place(QWidget* content) {
    auto* place = new QWidget;
    auto* layout = new QVBoxLayout(place);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    if (content != nullptr) {
        layout->addWidget(content);
        place->setMinimumSize(content->minimumSize()); // the docks stay as they are while it is away
    }
    return place;
}

} // namespace

QWidget* MainWindow::makeIntercom() {
    talk_ = new Intercom(desk_, intercom_line_);
    connect(talk_, &Intercom::leaveWanted, this, &MainWindow::leaveIntercomStrip);
    talk_dock_ = make_place(talk_);
    return talk_dock_;
}

void MainWindow::buildIntercomStrip() {
    talk_strip_ = make_place(nullptr);
    talk_strip_->setObjectName(QStringLiteral("intercomStrip"));
    talk_strip_->setFixedHeight(Intercom::kStripHeight);
    talk_strip_->hide();
    leave_line_ = new QShortcut(Qt::SHIFT | Qt::Key_F12, this);
    leave_line_->setContext(Qt::ApplicationShortcut);
    leave_line_->setAutoRepeat(false);
    leave_line_->setEnabled(false);
    connect(leave_line_, &QShortcut::activated, this, &MainWindow::leaveIntercomStrip);
}

// A crew that calls is answered first, the one whose line was just left after the others; one whose call was acknowledged waits
// behind what is chosen.
const api::Unit* MainWindow::unitToTalkTo() const {
    const auto& state = desk_.state();
    const api::Unit* waiting = nullptr; // the longest
    const api::Unit* seen = nullptr;
    std::pair<bool, std::int64_t> turn; // whether it was on the line, and since when it waits
    for (const AlarmEntry& alarm : state.alarms().entries()) {
        const std::int64_t id = calling_unit(alarm);
        const api::Unit* unit = id == 0 ? nullptr : state.unit(id);
        if (unit == nullptr) {
            continue;
        }
        const std::pair its_turn{id == left_line_.unit && alarm.received_us <= left_line_.at_us, alarm.received_us};
        if (alarm.state == AlarmState::acknowledged || AlarmList::is_held(alarm, desk_.shownUs())) {
            seen = unit;
        } else if (desk_.shownUs() - alarm.received_us >= kCallReadUs && (waiting == nullptr || its_turn < turn)) {
            waiting = unit;
            turn = its_turn;
        }
    }
    if (waiting != nullptr) {
        return waiting;
    }
    const api::Unit* chosen = state.unit(desk_.chosenUnit());
    chosen = chosen == nullptr ? desk_.selectedUnit() : chosen;
    return chosen == nullptr ? seen : chosen;
}

void MainWindow::talkFromDispatcher() {
    const api::Unit* unit = unitToTalkTo();
    if (intercom_line_ == nullptr) {
        desk_.refuse(tr("There is no sound at this desk: ring the crew"));
    } else if (unit == nullptr) {
        desk_.refuse(tr("No crew to talk to: choose its case or unit, then hold F12; or ring it"));
    } else if (unit->vid().empty()) {
        desk_.refuse(tr("%1 has no intercom: ring the crew").arg(qs(unit->name())));
    } else if (!desk_.joinLine(unit->id())) {
        desk_.refuse(tr("The server is away: ring the crew"));
    } else {
        showIntercomStrip();
        talk_->holdTalkKey();
    }
}

void MainWindow::showIntercomStrip() {
    talk_->setForm(Intercom::Form::strip);
    talk_strip_->layout()->addWidget(talk_);
    talk_strip_->show();
    talk_->show();
    intercom_.title->setNote(tr("in the dispatcher's view"));
    leave_line_->setEnabled(true);
    placeAlarmList();
    placePartsView();
    placeOutage();
}

void MainWindow::leaveIntercomStrip() {
    if (!leave_line_->isEnabled()) {
        return;
    }
    leave_line_->setEnabled(false);
    left_line_ = {desk_.lineUnit(), desk_.shownUs()};
    desk_.leaveLine();
    talk_strip_->hide();
    talk_->setForm(Intercom::Form::panel);
    talk_dock_->layout()->addWidget(talk_);
    talk_->show();
    intercom_.title->setNote({});
    placeAlarmList();
    placePartsView();
    placeOutage();
}

int MainWindow::barsHeight() const {
    return metrics::kAlarmBarHeight + (leave_line_->isEnabled() ? talk_strip_->minimumHeight() : 0);
}

// A part in a window of its own, which no key leaves by itself: what the part has no use for goes to the window of its view. The
// map's is the dispatcher's too; in the physician's the talk key is for his patient's crew.
bool MainWindow::takeKeyOfPart(const QObject* part, const QEvent& event) {
    const auto* dock = qobject_cast<const QDockWidget*>(part);
    const bool floats = dock != nullptr && dock->isFloating();
    if ((floats || part == map_box_ || part == physician_) && event.type() == QEvent::WindowDeactivate) {
        talk_->letGo(); // which may stand in a third window and not see it
    }
    if (event.type() != QEvent::KeyPress && event.type() != QEvent::KeyRelease) {
        return false;
    }
    const auto& key = static_cast<const QKeyEvent&>(event);
    if (!floats && part != map_box_) {
        return part == physician_ && takeTalkKeyOfPhysician(key);
    }
    const bool is_dispatchers = !floats || dock->parentWidget() == dispatcher_;
    const int rank = key.key() - Qt::Key_0;
    if (key.key() != Qt::Key_F12 && (!is_dispatchers || rank < 1 || rank > RecommendView::kShownMax)) {
        return false;
    }
    QKeyEvent here{key.type(), key.key(), key.modifiers(), key.text(), key.isAutoRepeat()};
    QCoreApplication::sendEvent(floats ? dock->parentWidget()->window() : this, &here);
    return true;
}

bool MainWindow::takeTalkKeyOfPhysician(const QKeyEvent& key) {
    const bool held = key.type() == QEvent::KeyPress && key.key() == Qt::Key_F12 && key.modifiers() == Qt::NoModifier;
    if (!held || !leave_line_->isEnabled()) {
        return false;
    }
    leaveIntercomStrip();
    talk_->holdTalkKey();
    return true;
}

} // namespace ems::console
