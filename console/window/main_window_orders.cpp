// The orders of the dispatcher's view: what F4 sends and asks before, the place that a click means, the call that is dropped.
#include "console/window/main_window.h"

#include "console/widgets/call_drafts.h"
#include "console/widgets/map_view.h"
#include "console/widgets/order_words.h"
#include "console/widgets/words.h"
#include "console/window/reason_dialog.h"

#include <QApplication>
#include <QDockWidget>

namespace ems::console {

bool MainWindow::canDispatch() const {
    return desk_.takesOrders() && is_printed_ && send_->isEnabled() && !isWritingCall();
}

// Eyes are on the call then, and F4 would send to the case that is chosen behind it. Who goes to that case's row or to its list
// means it.
bool MainWindow::isWritingCall() const {
    const QWidget* focus = QApplication::focusWidget();
    return form_->holdsNewCall() &&
           (focus == nullptr || !(queue_.dock->isAncestorOf(focus) || recommend_.dock->isAncestorOf(focus)));
}

// A running case is not moved by a click: a line says what would move, and Enter does it.
void MainWindow::takePlace(double lat, double lon) {
    const auto* incident = desk_.state().incident(form_->shownCase());
    if (incident == nullptr) {
        form_->setPlace(lat, lon);
        return;
    }
    beginLine(QStringLiteral("GD %1 %2").arg(qs(incident->number()), qs(OrderWords::commandWords().here)));
}

// Empty when none is given. The selection may move below the dialog: it names the order it is for.
QString MainWindow::askReason(const Order& order) {
    const auto* unit = desk_.state().unit(order.unit_id);
    const auto* incident = desk_.state().incident(order.incident_id);
    QStringList usual;
    for (const std::string& one : OrderWords::commandWords().reasons(Verb::send)) {
        usual << qs(one);
    }
    ReasonDialog dialog{desk_.theme(),
                        {tr("Not the first of the list"),
                         tr("Reason for sending %1 to %2")
                             .arg(unit == nullptr ? QString{} : qs(unit->name()),
                                  incident == nullptr ? QString{} : qs(incident->number())),
                         tr("Send"), tr("Do not send")},
                        usual, this};
    dialog.keep(reasons_, QStringLiteral("send %1 to %2").arg(order.unit_id).arg(order.incident_id));
    return dialog.exec() == QDialog::Accepted ? dialog.reason() : QString{};
}

// Tells the call in the form from others, over a restart too: it stands so in what the form has stored.
QString MainWindow::answeredAt() {
    form_->storeNow();
    return CallDrafts{draft_path_}.load()[QStringLiteral("answered_us")].toString();
}

// Ctrl+N. An open case that is shown is ended by the command line, which says what it would do.
void MainWindow::dropCall() {
    if (activeView() != View::dispatcher) { // elsewhere nobody reads what it would end
        return;
    }
    const auto* incident = desk_.state().incident(form_->shownCase());
    if (!form_->holdsNewCall()) {
        if (incident != nullptr) {
            beginLine(QStringLiteral("JA %1 ").arg(qs(incident->number())));
        }
        return;
    }
    const QStringList usual{tr("nuisance call"), tr("nobody speaks"), tr("wrong number"), tr("asks for information only"),
                            tr("needs another service")};
    ReasonDialog dialog{desk_.theme(),
                        {tr("A call without a case"), tr("Why no case comes of it"), tr("Drop the call"), tr("Go on writing")},
                        usual, this};
    dialog.keep(reasons_, QStringLiteral("drop the call of %1").arg(answeredAt()));
    if (dialog.exec() == QDialog::Accepted) {
        form_->dropCall(dialog.reason());
    }
}

// Ctrl+I. The reason, once it is given, is kept by the centre alone.
void MainWindow::revealCaller() {
    if (activeView() != View::dispatcher) { // elsewhere nobody sees it
        return;
    }
    if (form_->showsIdentity()) {
        form_->maskIdentity();
        return;
    }
    const std::int64_t id = form_->shownCase();
    const auto* incident = desk_.state().incident(id);
    if (incident == nullptr) {
        desk_.refuse(tr("No open case stands in the form"));
        return;
    }
    if (!form_->mayReveal()) {
        desk_.refuse(tr("Number not shown: case %1 has ended").arg(qs(incident->number())));
        return;
    }
    QStringList usual;
    for (const std::string& one : OrderWords::commandWords().reasons(Verb::reveal)) {
        usual << qs(one);
    }
    ReasonDialog dialog{desk_.theme(),
                        {tr("Caller's number"), tr("Reason for reading number and name of %1; the centre keeps it").arg(qs(incident->number())),
                         tr("Show"), tr("Do not show")},
                        usual, this};
    dialog.keep(reasons_, QStringLiteral("read the caller of %1").arg(id));
    if (dialog.exec() != QDialog::Accepted) {
        return;
    }
    if (form_->shownCase() == id) {
        form_->revealIdentity(dialog.reason());
    } else {
        desk_.refuse(tr("Number not shown: another case stands in the form by now"));
    }
}

void MainWindow::dispatchChosen() {
    if (is_printed_ && isWritingCall()) {
        const auto* incident = desk_.state().incident(printed_->incident_id);
        desk_.refuse(tr("The call is not opened: F4 would send to %1. Ctrl+Enter first, or the row of %1")
                         .arg(incident == nullptr ? QString{} : qs(incident->number())));
        return;
    }
    if (!canDispatch()) {
        return;
    }
    if (changed_by_itself_) {
        changed_by_itself_ = false;
        refreshAction();
        desk_.refuse(tr("Not sent: the order had changed to: %1").arg(send_->text()));
        return;
    }
    const Order order = *printed_;
    QString reason;
    if (order.rank != 1) {
        reason = askReason(order);
        if (reason.isEmpty()) {
            return;
        }
    }
    if (!desk_.assign(order, reason)) {
        desk_.refuse(tr("Not sent: the case or the link has changed"));
    }
}

bool MainWindow::isCarriedOut(const Order& order) const {
    const auto* unit = desk_.state().unit(order.unit_id);
    return unit != nullptr && unit->incident_id() == order.incident_id;
}

// One that comes after none was printed for a while is compared with the last that was: the hand may still mean that one.
void MainWindow::printOrder(const std::optional<Order>& order) {
    const bool chosen = desk_.choices() != printed_choices_;
    if (chosen || (!order && printed_ && isCarriedOut(*printed_))) {
        changed_by_itself_ = false;
        printed_.reset();
    } else if (order && printed_ && (printed_->incident_id != order->incident_id || printed_->unit_id != order->unit_id)) {
        changed_by_itself_ = true;
    }
    is_printed_ = order.has_value();
    printed_ = is_printed_ ? order : printed_;
    printed_choices_ = desk_.choices();
}

void MainWindow::refreshAction() {
    const auto& state = desk_.state();
    const auto* incident = state.incident(state.selected_incident());
    const auto* sent = desk_.selectedUnit();
    const auto order = desk_.takesOrders() ? desk_.chosenOrder() : std::nullopt;
    printOrder(order);
    QString text = tr("Dispatch");
    QString refusal;
    if (!desk_.isLive()) {
        refusal = tr("not connected");
    } else if (!desk_.takesOrders()) {
        refusal = tr("server takes no orders");
    } else if (incident == nullptr) {
        refusal = tr("no incident selected");
    } else if (sent != nullptr && state.units_short(*incident) == 0) {
        text = tr("%1 on %2").arg(qs(sent->name()), qs(incident->number()));
        refusal = Words::state(sent->state());
    } else if (!order) {
        refusal = tr("no unit chosen");
    } else {
        text = tr("Dispatch %1 → %2")
                   .arg(qs(state.unit(order->unit_id)->name()), qs(state.incident(order->incident_id)->number()));
        text = changed_by_itself_ ? tr("Changed") + QStringLiteral(" · ") + text : text;
        refusal = isWritingCall() ? tr("call not opened") : QString{};
    }
    send_->setLabel(text);
    send_->setRefusal(refusal);
    send_->update();
    const auto* candidate = state.selected_candidate();
    const auto* more = candidate == nullptr ? nullptr : state.unit(candidate->unit_id());
    const bool can_add = desk_.takesOrders() && sent != nullptr && more != nullptr && more->incident_id() == 0;
    add_->setLabel(can_add ? tr("Add %1").arg(qs(more->name())) : tr("Add"));
    add_->setVisible(can_add);
}

} // namespace ems::console
