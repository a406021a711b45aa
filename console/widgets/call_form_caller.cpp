// The call form's caller: what the centre knows of earlier calls of the number. Each reading is in the centre's audit, so it is
// asked once for a number, when the field is left or a person asks for the list.
#include "console/widgets/call_form.h"

#include "console/widgets/words.h"

#include <utility>

namespace ems::console {
namespace {

constexpr qsizetype kNumberShortest = 5; // 110, 119 and the like are no callers

} // namespace

void CallForm::askCallers() {
    const std::string number = phone_->text().toStdString();
    if (mode_ != Mode::fresh || phone_->text().size() < kNumberShortest || number == callers_of_) {
        return;
    }
    api::ClientFrame frame;
    frame.mutable_get_caller_history()->set_caller_phone(number);
    callers_asked_ = desk_.askBehind(std::move(frame));
    callers_of_ = callers_asked_ == 0 ? std::string{} : number;
}

void CallForm::takeCallers(const api::ServerFrame& answer) {
    if (callers_asked_ == 0 || answer.reply_to() != callers_asked_) {
        return;
    }
    callers_asked_ = 0;
    const bool wanted = std::exchange(callers_wanted_, false);
    if (!answer.has_caller_history()) { // refused, or no answer: asked again when the field is left again
        callers_of_.clear();
        return;
    }
    callers_->setHistory(answer.caller_history());
    showCallerHint();
    if (wanted) {
        openCallers();
    }
}

void CallForm::openCallers() {
    if (mode_ != Mode::fresh) {
        return;
    }
    askCallers();
    if (callers_asked_ != 0) {
        callers_wanted_ = true;
    } else if (callers_->calls().empty()) {
        setMessage(desk_.isLive() ? tr("No earlier call of this number") : tr("Not connected"));
    } else {
        callers_->open();
    }
}

// Quiet where there is nothing to say.
void CallForm::showCallerHint() {
    const api::Incident* open = callers_->openCase();
    phone_->setHint(callers_->calls().empty() ? QString{}
                    : open != nullptr         ? tr("case %1 is open · Ctrl+J").arg(qs(open->number()))
                                              : tr("%1 earlier · Ctrl+J").arg(callers_->count()));
}

void CallForm::forgetCaller() {
    callers_of_.clear();
    callers_asked_ = 0;
    callers_wanted_ = false;
    joins_.clear();
    callers_->clear();
    phone_->setHint({});
}

// The place of an earlier call; of one whose case is still open what it is about as well, for it may be the same.
void CallForm::takeCaller(const api::Incident& incident) {
    if (mode_ != Mode::fresh) {
        return;
    }
    const bool is_running = incident.state() == "open" || incident.state() == "assigned";
    places_->clear();
    address_->setText(qs(incident.address()));
    address_->setModified(true); // a person took it
    chosen_address_ = address_->text();
    chosen_is_area_ = false;
    if (incident.place_source() != kNoPlace) {
        place_ = geo_point(incident.place().lat_e7(), incident.place().lon_e7());
        place_source_ = incident.place_source();
    }
    chosen_point_ = place_;
    if (is_running && complaint_->text().isEmpty()) {
        complaint_->setText(qs(incident.complaint()));
    }
    if (is_running && level_->value() == 0) {
        level_->setValue(static_cast<int>(incident.level()));
    }
    joins_ = is_running ? qs(incident.number()) : QString{};
    setMessage(is_running ? tr("Case %1 of this number is open: once this one is opened, HB merges it").arg(joins_)
                          : tr("Place taken over from case %1").arg(qs(incident.number())));
    showPlace();
    storeDraft();
}

} // namespace ems::console
