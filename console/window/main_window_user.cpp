// Another user sits down: what the one before had typed is kept, the centre is told what ends, and the log-in window follows.
#include "console/window/main_window.h"

#include "console/model/alarm_sound.h"
#include "console/widgets/leave_centre.h"
#include "console/widgets/outage_form.h"
#include "console/widgets/outage_store.h"
#include "console/widgets/words.h"
#include "telemetry/base/log.h"

#include <algorithm>

#include <QMessageBox>
#include <QPushButton>

namespace ems::console {

void MainWindow::offerUserChange() {
    offers_user_change_ = true;
}

void MainWindow::changeUser() {
    if (!offers_user_change_ || findChild<QMessageBox*>(QStringLiteral("userChange")) != nullptr || leave_.isActive()) {
        return;
    }
    const auto& alarms = desk_.state().alarms().entries();
    const Owner own = owner_of_role(desk_.state().login().role());
    const auto silent = std::count_if(alarms.begin(), alarms.end(), [&](const AlarmEntry& alarm) {
        return alarm.state != AlarmState::acknowledged && is_owed(alarm, own) && !AlarmList::is_held(alarm, desk_.shownUs());
    });
    const QString name = qs(desk_.state().login().display_name());
    QStringList lines;
    if (form_->holdsUnsent() || !outage_->record().entries().empty() || outage_form_->holdsLine()) {
        lines << tr("What has been written and not sent stays on this machine, and is shown to %1 alone.").arg(name);
    }
    if (silent != 0) {
        lines << tr("%1 alarms that nobody has acknowledged: they do not sound here until somebody logs in.").arg(silent);
    }
    auto* box = new QMessageBox(this);
    box->setObjectName(QStringLiteral("userChange"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("Change of user"));
    box->setText(tr("Log off %1 at this desk?").arg(name.isEmpty() ? tr("the present user") : name));
    box->setInformativeText(lines.join(QLatin1Char('\n')));
    auto* off = box->addButton(tr("Log off"), QMessageBox::AcceptRole);
    off->setObjectName(QStringLiteral("logOff"));
    auto* stay = box->addButton(tr("Stay"), QMessageBox::RejectRole);
    box->setDefaultButton(stay); // Enter out of habit logs nobody off
    box->setEscapeButton(stay);
    connect(off, &QPushButton::clicked, this, &MainWindow::leaveDesk);
    box->open();
}

void MainWindow::leaveDesk() {
    EMS_LOG(info, "desk", "log off user={}", desk_.state().login().user());
    form_->maskIdentity();
    form_->storeNow();
    command_->storeNow();
    outage_form_->storeNow();
    storeLayout();
    gather();
    setEnabled(false); // nothing is ordered on the way out
    leave_.setSingleShot(true);
    connect(&leave_, &QTimer::timeout, this, &MainWindow::userChangeWanted);
    connect(&desk_, &Desk::left, &leave_, [this] {
        if (leave_.isActive()) {
            leave_.start(0);
        }
    });
    leave_.start(kLeaveMost);
    desk_.leave();
}

} // namespace ems::console
