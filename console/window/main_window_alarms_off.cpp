// A physician switches the alarms of one number of one patient off, with a reason, and on again. Nothing is so at this desk before
// the centre has it.
#include "console/window/main_window.h"

#include "console/widgets/alarm_list_view.h"
#include "console/widgets/numerics_view.h"
#include "console/widgets/order_words.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/words.h"
#include "console/window/reason_dialog.h"

#include <QMessageBox>

namespace ems::console {

void MainWindow::addAlarmSwitches() {
    auto* numerics = physician_->findChild<NumericsView*>();
    setTabOrder(physician_->findChild<WorklistView*>(), numerics); // the cases have the keys first
    connect(numerics, &NumericsView::switchWanted, this, &MainWindow::switchAlarms);
    connect(alarm_list_, &AlarmListView::switchWanted, this, &MainWindow::switchAlarms);
    connect(&desk_, &Desk::orderRefused, this, [this](const QString& echo, const QString& why) {
        if (!switch_echo_.isEmpty() && echo == switch_echo_) {
            sayNotSwitched(why);
        }
    });
}

void MainWindow::switchAlarms(std::int64_t unit_id, const QString& parameter) {
    const std::string asked = parameter.toStdString();
    const api::Assignment* task = desk_.state().task_of(unit_id);
    if (!may_switch_alarms(desk_) || task == nullptr) {
        sayNotSwitched(may_switch_alarms(desk_) ? tr("the case has ended") : tr("a physician does this"));
        return;
    }
    const std::int64_t assignment_id = task->id(); // of the patient that is meant, whoever is there when the reason is given
    const api::Incident* incident = desk_.state().incident(task->incident_id());
    const QString what = (incident == nullptr ? QString{} : qs(incident->number()) + QStringLiteral(" ")) + parameter_name(asked);
    if (desk_.state().alarms().switched_off(unit_id, asked) != nullptr) {
        sendSwitch(switch_request(AlarmSwitch::on, assignment_id, asked, {}), tr("%1: alarms on again").arg(what));
        return;
    }
    const QStringList usual{tr("known of this patient"), tr("measured again by hand"), tr("being treated"), tr("sensor disturbed by movement")};
    ReasonDialog dialog{desk_.theme(),
                        {tr("Alarms of %1 off until the task ends").arg(what),
                         tr("Reason to have no medium and low alarms of %1; every desk sees it").arg(what),
                         tr("Switch off"), tr("Leave on")},
                        usual, this};
    dialog.keep(reasons_, QStringLiteral("alarms of %1 off, task %2").arg(parameter).arg(assignment_id));
    if (dialog.exec() == QDialog::Accepted) {
        sendSwitch(switch_request(AlarmSwitch::off, assignment_id, asked, dialog.reason().toStdString()), tr("%1: alarms off").arg(what));
    }
}

void MainWindow::sendSwitch(api::MarkAlarm mark, const QString& echo) {
    api::ClientFrame frame;
    *frame.mutable_mark_alarm() = std::move(mark);
    switch_echo_ = echo;
    if (const auto refused = desk_.order(frame, echo)) {
        sayNotSwitched(OrderWords::refusal(*refused));
    }
}

// In the physician's view no line is open to say it.
void MainWindow::sayNotSwitched(const QString& why) {
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Alarms off"), tr("Not switched: %1").arg(why), QMessageBox::Ok, this);
    box->setObjectName(QStringLiteral("switchRefused"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace ems::console
