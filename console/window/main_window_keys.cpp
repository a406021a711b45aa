// The keys of the desk, wherever its parts stand. What lies under them says on itself which key it is.
#include "console/window/main_window.h"

#include "console/widgets/alarm_list_view.h"
#include "console/widgets/bars.h"
#include "console/widgets/map_view.h"
#include "console/widgets/orders_place.h"
#include "console/widgets/recommend_view.h"
#include "console/widgets/tall_area.h"
#include "console/widgets/timeline_view.h"
#include "console/widgets/unit_board.h"

#include <QDockWidget>
#include <QKeyEvent>
#include <QShortcut>
#include <QStackedWidget>

namespace ems::console {

void MainWindow::addShortcuts() {
    const auto key = [this](const QKeySequence& sequence, auto act) {
        auto* shortcut = new QShortcut(sequence, this);
        shortcut->setContext(Qt::ApplicationShortcut); // the parts may stand in windows of their own
        shortcut->setAutoRepeat(false); // a key held down is one order, and no answer to a refusal
        connect(shortcut, &QShortcut::activated, this, act);
    };
    key(Qt::Key_F2, [this] {
        showView(View::dispatcher);
        form_->startCall();
    });
    key(Qt::SHIFT | Qt::Key_F2, [this] {
        showView(View::dispatcher);
        form_->takeBackCall();
    });
    key(Qt::Key_F3, [this] {
        if (activeView() == View::dispatcher) { // elsewhere nobody sees the form it changes
            form_->verifyAddress();
        }
    });
    key(Qt::CTRL | Qt::Key_N, [this] { dropCall(); });
    key(Qt::CTRL | Qt::Key_J, [this] {
        if (activeView() == View::dispatcher) {
            form_->openCallers();
        }
    });
    key(Qt::CTRL | Qt::Key_I, [this] { revealCaller(); });
    key(Qt::Key_F4, [this] {
        if (activeView() == View::dispatcher) { // elsewhere nobody reads what it would send
            dispatchChosen();
        }
    });
    key(Qt::SHIFT | Qt::Key_F4, [this] {
        if (activeView() == View::dispatcher) {
            addChosen();
        }
    });
    key(Qt::CTRL | Qt::Key_M, [this] { desk_.pauseAudio(); });
    key(Qt::CTRL | Qt::Key_Q, [this] { changeUser(); });
    key(Qt::Key_F1, [this] { showHelp(); });
    key(Qt::SHIFT | Qt::Key_F1, [this] { togglePartsView(); });
    key(Qt::CTRL | Qt::Key_F1, [this] { showConnection(); });
    key(Qt::Key_F10, [this] { focusLine(); });
    key(Qt::Key_F5, [this] { desk_.recommend(); });
    key(Qt::Key_F6, [this] {
        form_->leaveFields(); // what is being written goes to its case, and the form to the next
        desk_.selectNext(activeView() == View::physician ? QueueGroup::running : QueueGroup::waiting);
    });
    key(Qt::Key_F7, [this] { units_.dock->findChild<UnitBoard*>()->setFocus(Qt::ShortcutFocusReason); });
    key(Qt::Key_F8, [this] {
        if (alarm_list_->isVisible()) {
            alarm_list_->acknowledgeChosen();
        } else {
            alarms_->acknowledgeFirst();
        }
    });
    key(Qt::SHIFT | Qt::Key_F8, [this] { toggleAlarmList(); });
    key(Qt::Key_F9, [this] {
        const Dock& shown = activeView() == View::physician ? stages_ : timeline_; // the other one is out of sight
        shown.dock->raise();
        shown.dock->findChild<TimelineView*>()->setFocus(Qt::ShortcutFocusReason);
    });
    key(Qt::CTRL | Qt::Key_V, [this] { // a field that has the focus pastes instead
        showView(View::physician);
        video_wall_->focusTile();
    });
    key(Qt::CTRL | Qt::Key_O, [this] {
        showView(View::physician);
        orders_.dock->raise();
        orders_.dock->findChild<OrdersPlace*>()->setFocus(Qt::ShortcutFocusReason);
    });
    key(Qt::CTRL | Qt::Key_K, [this] {
        if (view() == View::physician || views_->indexOf(physician_) < 0) { // where its score is read
            offerSpo2Scale();
        }
    });
    key(Qt::CTRL | Qt::Key_F, [this] { toggleFreeze(); });
    const auto ecg_key = [&](Qt::Key code, auto act) {
        key(Qt::CTRL | code, [this, act] {
            if (view() == View::physician || views_->indexOf(physician_) < 0) { // where somebody sees what it does
                (this->*act)();
            }
        });
    };
    ecg_key(Qt::Key_S, &MainWindow::nextEcgSpeed);
    ecg_key(Qt::Key_G, &MainWindow::nextEcgGain);
    ecg_key(Qt::Key_B, &MainWindow::switchEcgBand);
    key(Qt::CTRL | Qt::Key_E, [this] { openSentEcg(); });
    key(Qt::CTRL | Qt::Key_P, [this] { printEcg(); });
    key(Qt::CTRL | Qt::Key_H, [this] { replaySelected(); });
    key(Qt::CTRL | Qt::SHIFT | Qt::Key_H, [this] { pickCase(); });
    key(Qt::Key_F11, [this] { showView(activeView() == View::dispatcher ? View::physician : View::dispatcher); });
    key(Qt::CTRL | Qt::Key_1, [this] { showView(View::dispatcher); });
    key(Qt::CTRL | Qt::Key_2, [this] { showView(View::physician); });
    key(Qt::CTRL | Qt::Key_3, [this] { spreadOut(); });
    key(Qt::CTRL | Qt::Key_4, [this] { gather(); });
    key(Qt::CTRL | Qt::Key_L, [this] { desk_.theme().chooseNext(); });
    key(Qt::CTRL | Qt::Key_T, [this] { ecg_area_->turn(); });
    const auto submit = [this] {
        if (activeView() == View::dispatcher) { // elsewhere nobody reads what it would open
            form_->submit();
        }
    };
    key(Qt::CTRL | Qt::Key_Return, submit);
    key(Qt::CTRL | Qt::Key_Enter, submit);
    key(Qt::Key_Home, [this] { map_->showAll(); });
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    const bool is_talk_key = event->key() == Qt::Key_F12 && event->modifiers() == Qt::NoModifier; // Shift+F12 again leaves no line
    if (is_talk_key && view() == View::dispatcher) { // the intercom, where it is shown, has taken it before
        if (!event->isAutoRepeat()) {
            talkFromDispatcher();
        }
        return;
    }
    const int rank = event->key() - Qt::Key_0;
    if (view() == View::dispatcher && rank >= 1 && rank <= RecommendView::kShownMax) {
        desk_.selectCandidate(static_cast<std::uint32_t>(rank));
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace ems::console
