// Which view is in front, and where the parts of the desk stand: docks as the user left them, over one monitor or three. With
// fewer monitors than parts, or when one goes, everything comes back into the one window, which is complete.
#include "console/window/main_window.h"

#include "console/widgets/map_view.h"
#include "console/widgets/words.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QGuiApplication>
#include <QScreen>
#include <QStackedWidget>

namespace ems::console {
namespace {

constexpr int kDocksVersion = 3; // of the set of docks: one of another is not restored
constexpr int kStoreAfterMs = 1'000;

} // namespace

void MainWindow::keepLayouts(const QString& folder) {
    layouts_ = LayoutStore{folder};
    store_layout_.setSingleShot(true);
    store_layout_.setInterval(kStoreAfterMs);
    connect(&store_layout_, &QTimer::timeout, this, &MainWindow::storeLayout);
    for (auto* dock : findChildren<QDockWidget*>()) {
        connect(dock, &QDockWidget::topLevelChanged, this, [this] { store_layout_.start(); });
        connect(dock, &QDockWidget::dockLocationChanged, this, [this] { store_layout_.start(); });
    }
    connect(&desk_, &Desk::stateChanged, this, &MainWindow::takeUser);
    connect(&desk_, &Desk::rulersChanged, this, [this] { store_layout_.start(); });
    connect(qGuiApp, &QGuiApplication::screenRemoved, this, [this] { gather(); });
    takeUser();
}

// Another user has logged in: the desk is arranged as that one left it.
void MainWindow::takeUser() {
    const QString user = qs(desk_.state().login().user());
    if (user.isEmpty() || user == layout_user_) {
        return;
    }
    layout_user_ = user;
    const auto layout = layouts_.load(user);
    desk_.setRulers(layout ? layout->rulers : ScreenRulers{});
    if (layout) {
        dispatcher_->restoreState(layout->dispatcher, kDocksVersion);
        physician_->restoreState(layout->physician, kDocksVersion);
        if (layout->spread == Spread::monitors) {
            spreadOut();
        }
    }
}

void MainWindow::storeLayout() {
    layouts_.store(layout_user_, {dispatcher_->saveState(kDocksVersion), physician_->saveState(kDocksVersion), spread_,
                                  desk_.rulers()});
}

void MainWindow::showView(View view) {
    if (view != View::dispatcher) {
        form_->maskIdentity();
    }
    if (view == View::physician && views_->indexOf(physician_) < 0) { // on its own monitor
        physician_->raise();
        physician_->activateWindow();
        return;
    }
    if (view == View::dispatcher && spread_ == Spread::monitors) { // what is typed goes to the active window
        raise();
        activateWindow();
    }
    views_->setCurrentIndex(view == View::dispatcher ? 0 : 1);
    giveRoomToShown();
    if (view == View::dispatcher) {
        line_at_ = View::dispatcher;
    }
    placeLine();
    desk_.setWatching(view == View::physician || views_->indexOf(physician_) < 0);
    if (view == View::physician) {
        leaveIntercomStrip(); // the patient's crew is on the line here
    }
}

// A view that is not shown does not ask for room.
void MainWindow::giveRoomToShown() {
    for (int i = 0; i < views_->count(); ++i) {
        const auto policy = i == views_->currentIndex() ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        views_->widget(i)->setSizePolicy(policy, policy);
    }
}

View MainWindow::view() const {
    return views_->currentIndex() == 0 ? View::dispatcher : View::physician;
}

View MainWindow::activeView() const {
    if (views_->indexOf(physician_) >= 0) {
        return view();
    }
    const QWidget* window = QApplication::activeWindow();
    while (window != nullptr && window != physician_) { // what floats belongs to its window
        window = window->parentWidget();
    }
    return window == nullptr ? View::dispatcher : View::physician;
}

void MainWindow::spreadOut() {
    const auto screens = QGuiApplication::screens();
    if (screens.size() < 2 || spread_ == Spread::monitors) {
        return;
    }
    const View shown = activeView();
    spread_ = Spread::monitors;
    map_box_ = dispatcher_->takeCentralWidget();
    map_box_->setParent(nullptr);
    map_box_->setWindowTitle(tr("Map"));
    map_box_->setGeometry(screens.at(1)->availableGeometry());
    map_box_->installEventFilter(this);
    map_box_->show();
    if (screens.size() >= 3) {
        views_->removeWidget(physician_);
        showView(View::dispatcher);
        physician_->setParent(nullptr);
        physician_->setWindowTitle(tr("Physician"));
        physician_->setGeometry(screens.at(2)->availableGeometry());
        physician_->installEventFilter(this);
        physician_->show();
        desk_.setWatching(true);
    }
    setGeometry(screens.at(0)->availableGeometry());
    activateWindow();
    showView(shown); // nobody asked for another
    store_layout_.start();
}

void MainWindow::gather() {
    if (spread_ == Spread::one_window) {
        return;
    }
    const View shown = activeView(); // a monitor that goes takes nobody from his patient
    spread_ = Spread::one_window;
    map_box_->removeEventFilter(this);
    physician_->removeEventFilter(this);
    dispatcher_->setCentralWidget(map_box_);
    map_box_->show(); // hidden by its change of parent
    map_box_ = nullptr;
    if (views_->indexOf(physician_) < 0) {
        views_->addWidget(physician_);
    }
    showView(shown);
    store_layout_.start();
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    const bool moves = event->type() == QEvent::Resize || event->type() == QEvent::Move;
    if (moves && line_at_ == View::physician && (watched == physician_ || watched == physician_->centralWidget())) {
        placeLine();
    }
    if (takeKeyOfPart(watched, *event)) {
        return true;
    }
    if (event->type() != QEvent::Close || (watched != map_box_ && watched != physician_)) {
        return QWidget::eventFilter(watched, event);
    }
    event->ignore();
    QTimer::singleShot(0, this, &MainWindow::gather); // it is still being closed
    return true;
}

// The program ends with its last window: no part of the desk stays behind.
void MainWindow::closeEvent(QCloseEvent* event) {
    QWidget::closeEvent(event);
    if (event->isAccepted() && spread_ == Spread::monitors) {
        map_box_->hide();
        if (views_->indexOf(physician_) < 0) {
            physician_->hide();
        }
    }
}

} // namespace ems::console
