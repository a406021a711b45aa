// From the desk into the past and back: one replay at a time, in a window of its own, while the desk goes on.
#include "console/window/main_window.h"

#include "console/window/case_picker.h"
#include "console/window/replay_window.h"

namespace ems::console {

void MainWindow::setReplayMedia(ReplayMedia media) {
    replay_media_ = std::move(media);
}

void MainWindow::openReplay(const api::Incident& incident) {
    if (replay_ != nullptr && replay_->incidentId() == incident.id()) {
        replay_->raise();
        replay_->activateWindow();
        return;
    }
    closeReplay();
    replay_ = std::make_unique<ReplayWindow>(desk_, clock_, scene_, replay_media_, incident);
    connect(replay_.get(), &ReplayWindow::left, this, &MainWindow::closeReplay, Qt::QueuedConnection);
    replay_->setGeometry(geometry());
    replay_->show();
    replay_->activateWindow();
}

void MainWindow::closeReplay() {
    replay_.reset();
    activateWindow();
}

void MainWindow::replaySelected() {
    const api::Incident* incident = desk_.state().incident(desk_.state().selected_incident());
    if (incident != nullptr) {
        openReplay(*incident);
    } else {
        pickCase();
    }
}

void MainWindow::pickCase() {
    auto* picker = new CasePicker(desk_, this);
    picker->setAttribute(Qt::WA_DeleteOnClose);
    connect(picker, &CasePicker::picked, this, &MainWindow::openReplay);
    picker->show();
}

} // namespace ems::console
