// First steps at the desk: the walk around it, and how it stands with its servers.
#include "console/window/main_window.h"

#include "console/widgets/bars.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/help_view.h"
#include "console/widgets/map_view.h"
#include "console/window/connection_window.h"
#include "console/window/ruler_window.h"
#include "console/window/tour.h"

#include <QDockWidget>
#include <QStackedWidget>

namespace ems::console {

void MainWindow::showHelp() {
    auto* help = new HelpView(desk_.theme(), this);
    help->setAttribute(Qt::WA_DeleteOnClose);
    connect(help, &HelpView::tourWanted, this, &MainWindow::startTour);
    connect(help, &HelpView::connectionWanted, this, &MainWindow::showConnection);
    connect(help, &HelpView::rulerWanted, this, &MainWindow::showRuler);
    help->open();
}

void MainWindow::showConnection() {
    auto* window = new ConnectionWindow(desk_, this);
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->show();
}

void MainWindow::showRuler() {
    auto* ruler = new RulerWindow(desk_, *sweep_, sweep_->window());
    ruler->setAttribute(Qt::WA_DeleteOnClose);
    ruler->open();
}

void MainWindow::startTour() {
    if (findChild<Tour*>() != nullptr) {
        return;
    }
    gather(); // one window: what is explained is on it
    const auto in = [this](View view, QWidget* part) {
        return [this, view, part] {
            showView(view);
            return part;
        };
    };
    const auto dispatcher = [&in](QWidget* part) { return in(View::dispatcher, part); };
    const auto physician = [&in](QWidget* part) { return in(View::physician, part); };
    std::vector<TourStop> stops{
        {dispatcher(nullptr), tr("The desk of emergency calls"),
         tr("From the ring of the telephone to the handover at the hospital, all of it can be done by keyboard. The key is "
            "printed on each control; F1 shows all of them.")},
        {dispatcher(queue_.dock), tr("Call queue"),
         tr("Waiting cases by urgency, then the running ones. Each has its timer; one without a unit for a minute sounds. F6 goes to the "
            "next that waits.")},
        {dispatcher(call_.dock), tr("Call form"),
         tr("F2 begins a call. The address is found by characters or by the first letters of its pinyin. What is typed is "
            "kept on this machine and survives a crash. Ctrl+Enter opens the case.")},
        {dispatcher(map_), tr("Map"),
         tr("Units in colour, shape and two characters; grey with a cross is a place of long ago. The hatch shows where nobody "
            "arrives within 15 minutes. M measures, L draws a closed road.")},
        {dispatcher(recommend_.dock), tr("Recommended units"),
         tr("Ranked by the time until they arrive by road, with the reasons and with what stays uncovered. 1 to 4 chooses, F4 "
            "sends. Another than the first asks why.")},
        {dispatcher(units_.dock), tr("Units"),
         tr("F7. Enter lists what can be done with a unit, a letter begins its command, Y and N answer what a fence "
            "suggests.")},
        {dispatcher(timeline_.dock), tr("Incident timeline"),
         tr("F9. Each stage with its time and where the time is from. A wrong one is put right beside the original, never "
            "over it.")},
        {dispatcher(command_), tr("Command line"),
         tr("F10. One line for every order: verb, object, reason. Beside it stands what Enter will do, or why it cannot be "
            "done.")},
        {dispatcher(alarms_), tr("Alarms"),
         tr("Red flashes until somebody has seen it: F8. Shift+F8 lists all of them. Audio pauses for two minutes with "
            "Ctrl+M.")},
        {physician(worklist_.dock), tr("The physician's desk"),
         tr("F11 goes there and back. Running cases, the most ill first; F6 goes to the next.")},
        {physician(findChild<QWidget*>(QStringLiteral("dockNumerics"))), tr("Numbers"),
         tr("Each with its unit, limits and age. A value that is old turns grey; one that is not valid is --, never 0.")},
        {physician(findChild<QWidget*>(QStringLiteral("dockSweep"))), tr("Twelve leads"),
         tr("25 mm/s and 10 mm/mV, true on this screen. Ctrl+F freezes the last seconds on a page with calipers, Ctrl+P prints "
            "it.")},
        {physician(video_.dock), tr("Picture and voice"),
         tr("The cabin's camera with its delay; grey with an age when nothing comes. F12 held talks to the crew.")},
        {dispatcher(strip_), tr("What can be relied on"),
         tr("Server, link and clocks. When the server is lost every panel says so, and orders wait for a person to send "
            "them again. Shift+F1 shows what does not work, Ctrl+F1 what is wrong with the connection.")},
    };
    new Tour(desk_.theme(), this, std::move(stops));
}

} // namespace ems::console
