// The call form of an open case: its caller and patient laid open for a while, with a reason. The centre keeps who asked and why
// before it answers; what it answers stands in no field, so that no draft has it.
#include "console/widgets/call_form.h"

#include "console/model/patient_change.h"
#include "console/model/stages.h"
#include "console/theme/metrics.h"
#include "console/widgets/identity_shown.h"
#include "console/widgets/words.h"

#include <utility>

#include <QLocale>

namespace ems::console {

void CallForm::connectIdentity() {
    identity_ = new IdentityShown(desk_.theme(), this);
    connect(&desk_, &Desk::selectionChanged, this, &CallForm::followIdentity);
    connect(&desk_, &Desk::stateChanged, this, &CallForm::followIdentity);
    connect(&desk_, &Desk::ticked, this, &CallForm::followIdentity);
    connect(&desk_, &Desk::answeredBehind, this, &CallForm::takeIdentity);
    connect(phone_, &TextField::textEdited, this, &CallForm::followIdentity); // what is written takes the key away
    connect(identity_, &IdentityShown::masked, this, qOverload<>(&QWidget::update));
}

bool CallForm::showsIdentity() const {
    return identity_->isOpen();
}

void CallForm::revealIdentity(const QString& reason) {
    maskIdentity();
    identity_of_ = shownCase();
    if (identity_of_ == 0) {
        return;
    }
    if (!mayReveal()) {
        setMessage(tr("Number not shown: the case has ended"));
        return;
    }
    api::ClientFrame frame;
    frame.mutable_reveal_identity()->set_incident_id(identity_of_);
    frame.mutable_reveal_identity()->set_reason(reason.toStdString());
    identity_asked_ = desk_.askBehind(std::move(frame));
    setMessage(identity_asked_ == 0 ? tr("Number not shown: no server") : askedWords());
}

QString CallForm::askedWords() {
    return tr("The centre is asked for the number");
}

bool CallForm::mayReveal() const {
    const auto& state = desk_.state();
    const auto* incident = state.incident(shownCase());
    if (incident != nullptr && incident->merged_into_incident_id() != 0) {
        incident = state.incident(incident->merged_into_incident_id());
    }
    return incident != nullptr && is_running(*incident);
}

void CallForm::maskIdentity() {
    if (std::exchange(identity_asked_, 0) != 0 && message_ == askedWords()) { // what is still on its way is shown to nobody
        setMessage({});
    }
    identity_->mask();
}

void CallForm::takeIdentity(const api::ServerFrame& answer) {
    if (identity_asked_ == 0 || answer.reply_to() != identity_asked_) {
        return;
    }
    identity_asked_ = 0;
    if (answer.has_error()) {
        const bool zh = QLocale().language() == QLocale::Chinese;
        setMessage(tr("Number not shown: %1").arg(qs(zh ? answer.error().text_zh() : answer.error().text_en())));
        return;
    }
    if (!answer.has_identity() || answer.identity().incident_id() != shownCase()) {
        return;
    }
    setMessage({});
    placeIdentity();
    identity_->open(answer.identity(), desk_.monotonicS());
}

// Another case, none, or one of which the centre tells nothing more: masked. The key stands in the field as long as there is
// something behind it.
void CallForm::followIdentity() {
    const bool may = mayReveal();
    if (!may || shownCase() != identity_of_) {
        maskIdentity();
    } else if (identity_asked_ != 0 && !desk_.isLive()) {
        identity_asked_ = 0;
        setMessage(tr("Number not shown: no server"));
    }
    identity_->follow(desk_.monotonicS());
    if (mode_ == Mode::existing) {
        phone_->setHint(may ? tr("Ctrl+I number") : QString{});
    }
}

// Below the fields, where the button stands of a call that is not opened.
void CallForm::placeIdentity() {
    identity_->setGeometry(metrics::kMargin, fieldsBottom() + 6, width() - 2 * metrics::kMargin,
                           IdentityShown::heightFor(width() - 2 * metrics::kMargin));
}

} // namespace ems::console
