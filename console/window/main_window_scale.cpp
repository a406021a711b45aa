// On which SpO₂ scale NEWS2 of the case is read: said beside its name, and switched by a physician who is asked once.
#include "console/window/main_window.h"

#include "console/theme/time_text.h"
#include "console/widgets/controls.h"
#include "console/widgets/news2_view.h"
#include "console/widgets/order_words.h"
#include "console/widgets/panel.h"
#include "console/widgets/words.h"

#include <QMessageBox>
#include <QPushButton>

namespace ems::console {

void MainWindow::addScaleButton() {
    spo2_scale_ = new KeyButton(desk_.theme(), {}, QStringLiteral("Ctrl+K"), ButtonKind::plain);
    spo2_scale_->setObjectName(QStringLiteral("spo2Scale"));
    spo2_scale_->setFocusPolicy(Qt::NoFocus); // the page of the ECG keeps its keys
    connect(spo2_scale_, &KeyButton::clicked, this, &MainWindow::offerSpo2Scale);
    news2_.title->addControl(spo2_scale_);
    connect(&desk_, &Desk::selectionChanged, this, [this] { scale_said_.clear(); });
    connect(&desk_, &Desk::orderRefused, this, [this](const QString& echo, const QString& why) {
        if (!scale_echo_.isEmpty() && echo == scale_echo_) {
            scale_said_ = tr("not switched: %1").arg(why);
            refreshScale();
        }
    });
}

void MainWindow::refreshScale() {
    const bool child = news2_view_->shown() == EarlyWarning::bedside_pews;
    news2_.title->setName(child ? QStringLiteral("Bedside PEWS") : QStringLiteral("NEWS2"));
    spo2_scale_->setVisible(!child);
    const api::Incident* incident = desk_.state().incident(desk_.state().selected_incident());
    const bool switched = incident != nullptr && incident->has_spo2_scale();
    const bool second = switched && incident->spo2_scale().scale() == 2;
    const QString text = second ? tr("SpO₂ scale 2") : tr("SpO₂ scale 1");
    if (spo2_scale_->text() != text) {
        spo2_scale_->setText(text);
        spo2_scale_->setAccessibleName(text + QStringLiteral(" Ctrl+K"));
        news2_.title->placeControls();
    }
    QString note = child ? tr("child · advisory") : tr("adult · advisory");
    if (!child && switched) {
        note = tr("%1 %2 · advisory")
                   .arg(qs(clock_text(incident->spo2_scale().at_us())).left(5), qs(incident->spo2_scale().who()));
    }
    news2_.title->setNote(scale_said_.isEmpty() ? note : scale_said_);
}

void MainWindow::offerSpo2Scale() {
    const api::Incident* incident = desk_.state().incident(desk_.state().selected_incident());
    if (incident == nullptr || news2_view_->shown() == EarlyWarning::bedside_pews ||
        findChild<QMessageBox*>(QStringLiteral("spo2ScaleBox")) != nullptr) {
        return;
    }
    api::SetSpo2Scale wanted;
    wanted.set_incident_id(incident->id());
    wanted.set_scale(incident->spo2_scale().scale() == 2 ? 1 : 2);
    wanted.set_version(incident->spo2_scale().version());
    api::ClientFrame frame;
    *frame.mutable_set_spo2_scale() = wanted;
    if (const auto refused = check_order(desk_.state(), frame, desk_.localUs())) {
        scale_said_ = tr("not switched: %1").arg(OrderWords::refusal(*refused));
        refreshScale();
        return;
    }
    auto* box = new QMessageBox(this);
    box->setObjectName(QStringLiteral("spo2ScaleBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(QStringLiteral("NEWS2"));
    box->setText(OrderWords::echo(desk_.state(), frame));
    box->setInformativeText(wanted.scale() == 2
                                ? tr("Only for hypercapnic respiratory failure that a physician has confirmed, with a target of 88 to 92 %. "
                                     "Your name and the time stand with the case.")
                                : tr("For every patient without confirmed hypercapnic respiratory failure. Your name and the time stand with the case."));
    auto* yes = box->addButton(tr("Switch"), QMessageBox::AcceptRole);
    yes->setObjectName(QStringLiteral("switchScale"));
    auto* stay = box->addButton(tr("Leave as it is"), QMessageBox::RejectRole);
    box->setDefaultButton(stay); // Enter out of habit changes no score
    box->setEscapeButton(stay);
    connect(yes, &QPushButton::clicked, this, [this, wanted] { sendSpo2Scale(wanted); });
    box->open();
}

// What was confirmed is what is sent, whatever is selected by then.
void MainWindow::sendSpo2Scale(const api::SetSpo2Scale& wanted) {
    api::ClientFrame frame;
    *frame.mutable_set_spo2_scale() = wanted;
    scale_echo_ = OrderWords::echo(desk_.state(), frame);
    scale_said_.clear();
    if (const auto refused = desk_.order(frame, scale_echo_)) {
        scale_said_ = tr("not switched: %1").arg(OrderWords::refusal(*refused));
    }
    refreshScale();
}

} // namespace ems::console
