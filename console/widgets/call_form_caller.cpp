// The call form's caller and patient: what is put right of them while the case is open, and what the centre knows of earlier calls
// of the number. Each reading of those is in the centre's audit, so it is asked once for a number, when the field is left or a
// person asks for the list.
#include "console/widgets/call_form.h"

#include "console/model/patient_change.h"
#include "console/model/stages.h"
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

// A number and a name stand behind the field as the centre shows them: what stands in it a person has written.
void CallForm::showPatient(const api::Incident& incident) {
    phone_->setText({});
    phone_->setPlaceholderText(incident.caller_phone_masked().empty() ? tr("not known") : qs(incident.caller_phone_masked()));
    name_->setText({});
    name_->setPlaceholderText(tr("sealed"));
    sex_->setValue(sex_choice(incident.sex()));
    age_->setText(qs(age_of(incident)));
}

void CallForm::addCorrections(api::UpdateIncident& update, Fields fields) const {
    const auto written = [fields](const TextField* field) {
        return (fields == Fields::all || !field->hasFocus()) && field->isModified() && !field->text().isEmpty();
    };
    if (written(phone_)) {
        update.set_caller_phone(phone_->text().toStdString());
    }
    if (written(name_)) {
        update.set_patient_name(name_->text().toStdString());
    }
    if (sex_->value() != 0 && sex_code(sex_->value()) != shown_.sex()) {
        update.set_sex(sex_code(sex_->value()));
    }
    const auto age = written(age_) ? parse_age(age_->text().toStdString()) : std::nullopt;
    if (age && written_age(*age) != age_of(shown_)) {
        set_age(update, *age);
    }
}

void CallForm::layCorrections(const CaseEdit& edit) {
    const api::UpdateIncident& change = edit.change;
    phone_->setText(qs(change.caller_phone()));
    phone_->setModified(change.has_caller_phone());
    name_->setText(qs(change.patient_name()));
    name_->setModified(change.has_patient_name());
    sex_->setValue(sex_choice(change.has_sex() ? change.sex() : edit.base.sex()));
    const std::string age = age_of(change);
    age_->setText(!has_age(change) ? qs(age_of(edit.base)) : age.empty() ? QStringLiteral("0") : qs(age));
    age_->setModified(has_age(change));
}

// `his`: what he corrects, against what was shown before.
void CallForm::rebasePatient(const api::Incident& incident, const api::UpdateIncident& his) {
    if (incident.caller_phone_masked() != shown_.caller_phone_masked()) {
        maskIdentity();
    }
    phone_->setPlaceholderText(incident.caller_phone_masked().empty() ? tr("not known") : qs(incident.caller_phone_masked()));
    if (!his.has_sex()) {
        sex_->setValue(sex_choice(incident.sex()));
    }
    const bool writing = age_->hasFocus() && age_->isModified(); // one that is emptied too
    if (!has_age(his) && !writing) {
        age_->setText(qs(age_of(incident)));
    }
}

QString CallForm::patientText(const api::Incident& incident) {
    QStringList parts{qs(incident.caller_phone_masked()), Words::patient(incident)};
    parts.removeAll(QString{});
    return parts.join(QStringLiteral(" "));
}

// Of the call that has just become this case: what stands there still as it was sent is no correction.
void CallForm::keepWrittenSince(const api::NewCall& call) {
    phone_->setModified(phone_->text().toStdString() != call.caller_phone());
    name_->setModified(name_->text().toStdString() != call.patient_name());
    shown_.set_caller_phone_masked(masked_number(call.caller_phone()));
    shown_.set_sex(call.sex());
    shown_.set_age_years(call.age_years());
    if (call.has_age_months()) {
        shown_.set_age_months(call.age_months());
    }
}

// The centre has a number or a name: nothing else would say so. They leave this machine.
void CallForm::takeTaken(const api::UpdateIncident& taken) {
    if (!tells_identity(taken)) {
        return;
    }
    const std::int64_t id = taken.incident_id();
    const auto empty = [](TextField& field, bool told, const std::string& said) {
        if (told && field.text().toStdString() == said) {
            field.setText({});
        }
    };
    if (mode_ == Mode::existing && id == incident_id_) {
        maskIdentity(); // it shows those of before
        empty(*phone_, taken.has_caller_phone(), taken.caller_phone());
        empty(*name_, taken.has_patient_name(), taken.patient_name());
        keepEdit();
        showIncident();
        return;
    }
    const auto kept = drafts_.edits().find(id);
    if (kept == drafts_.edits().end()) {
        return;
    }
    CaseEdit edit = kept->second;
    if (taken.has_caller_phone() && edit.change.caller_phone() == taken.caller_phone()) {
        edit.change.clear_caller_phone();
    }
    if (taken.has_patient_name() && edit.change.patient_name() == taken.patient_name()) {
        edit.change.clear_patient_name();
    }
    drafts_.keepEdit(edit);
    storeAll();
}

// The centre takes no change of it any more. Where the case is absent it may only not be told here yet, for the answer to its call
// comes first: no version of it was seen then, and its edit is not from before a crash.
bool CallForm::isOver(const CaseEdit& edit) const {
    const std::int64_t id = edit.change.incident_id();
    const api::Incident* incident = desk_.state().incident(id);
    return incident != nullptr ? !is_running(*incident)
                               : desk_.state().has_data() && (edit.base.version() != 0 || held_.contains(id));
}

// A number or a name that the centre will not have; one that is under way waits for its answer.
bool CallForm::waitsInVain(const CaseEdit& edit) const {
    return tells_identity(edit.change) && isOver(edit) && !desk_.isTellingIdentity(edit.change.incident_id());
}

// Nothing would ever take them from this machine: of an ended case they go. What is being typed goes from the disk at once, and
// from its field when that is left.
void CallForm::dropEndedIdentity() {
    CaseEdit here;
    if (mode_ == Mode::existing && shown_.id() == incident_id_) {
        here.change = changes(Fields::all);
        here.base.set_version(shown_.version());
    }
    if (waitsInVain(here) && !phone_->hasFocus() && !name_->hasFocus()) {
        phone_->setText({});
        name_->setText({});
        sayIdentityDropped(incident_id_);
        keepEdit();
    }
    const auto edits = drafts_.edits();
    for (const auto& [id, edit] : edits) {
        if (!waitsInVain(edit)) {
            continue;
        }
        CaseEdit rest = edit;
        clear_identity(rest.change);
        drafts_.keepEdit(rest);
        sayIdentityDropped(id);
        if (storeAll() != Stored::yes) {
            setMessage(tr("The form could not be stored on this machine"));
        }
    }
}

void CallForm::sayIdentityDropped(std::int64_t incident_id) {
    const api::Incident* incident = desk_.state().incident(incident_id);
    setMessage(incident == nullptr ? tr("A case ended: unsent number or name deleted")
                                   : tr("Case %1 ended: unsent number or name deleted").arg(qs(incident->number())));
}

} // namespace ems::console
