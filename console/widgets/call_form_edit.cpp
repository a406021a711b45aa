// The call form of an open case: what is edited goes to the server field by field, what others change comes in.
#include "console/widgets/call_form.h"

#include "console/model/patient_change.h"
#include "console/widgets/editing_shown.h"
#include "console/widgets/words.h"

#include <cmath>

namespace ems::console {
namespace {

std::int32_t to_e7(double degrees) {
    return static_cast<std::int32_t>(std::lround(degrees * 1e7));
}

// By a person, for a field may show less than there is: what it holds is compared only then.
bool is_edited(const TextField& field, const std::string& shown) {
    return field.isModified() && !field.text().isEmpty() && field.text().toStdString() != shown;
}

bool is_same(const api::Place& a, const api::Place& b) {
    return a.lat_e7() == b.lat_e7() && a.lon_e7() == b.lon_e7();
}

} // namespace

api::Place CallForm::placeAt(GeoPoint point) {
    api::Place place;
    place.set_lat_e7(to_e7(point.lat));
    place.set_lon_e7(to_e7(point.lon));
    return place;
}

api::Place CallForm::writtenPlace() const {
    return place_ ? placeAt(*place_) : api::Place{};
}

bool CallForm::placeDiffers(const api::Place& from) const {
    return place_ && !is_same(writtenPlace(), from);
}

// An emptied field is no change: so a person takes back what he wrote, and has the centre's.
api::UpdateIncident CallForm::changes(Fields fields) const {
    const auto edited = [fields](const TextField* field, const std::string& shown) {
        return (fields == Fields::all || !field->hasFocus()) && is_edited(*field, shown);
    };
    api::UpdateIncident update;
    update.set_incident_id(shown_.id());
    update.set_version(shown_.version());
    const auto level = static_cast<std::uint32_t>(level_->value());
    if (level != 0 && level != shown_.level()) {
        update.set_level(level);
    }
    if (edited(complaint_, shown_.complaint())) {
        update.set_complaint(complaint_->text().toStdString());
    }
    if (edited(address_, shown_.address())) {
        update.set_address(address_->text().toStdString());
    }
    if (placeDiffers(shown_.place())) {
        *update.mutable_place() = writtenPlace();
    }
    addCorrections(update, fields);
    return update;
}

bool CallForm::hasUnsent() const {
    return mode_ == Mode::existing && shown_.id() == incident_id_ && changes_anything(changes(Fields::all));
}

std::int64_t CallForm::editedCase() const {
    return mode_ == Mode::existing && (anyFieldFocused() || hasUnsent()) ? incident_id_ : 0;
}

void CallForm::followOthers() {
    QString others = EditingShown::warning(desk_, shownCase());
    if (others != others_) {
        others_ = std::move(others);
        setAccessibleDescription(others_);
        update();
    }
}

// Nothing under the version of a change that is under way: the server would refuse it. It follows in rebase().
void CallForm::sendChanges() {
    if (shown_.id() != incident_id_ || shown_.version() == 0 || sent_version_ == shown_.version()) {
        return;
    }
    api::UpdateIncident update = changes(Fields::left);
    if (desk_.isTellingIdentity(incident_id_)) {
        clear_identity(update);
    }
    if (!changes_anything(update)) {
        return;
    }
    if (desk_.updateIncident(update)) {
        sent_version_ = shown_.version();
    } else {
        setMessage(tr("Not connected: the change goes when the centre is there again"));
    }
}

// On this machine's disk, until the centre has it.
void CallForm::keepEdit() {
    if (mode_ != Mode::existing || shown_.id() != incident_id_) {
        return;
    }
    CaseEdit edit{changes(Fields::all), {}};
    edit.base.set_id(shown_.id());
    edit.base.set_version(shown_.version());
    edit.base.set_level(shown_.level());
    edit.base.set_complaint(shown_.complaint());
    edit.base.set_address(shown_.address());
    *edit.base.mutable_place() = shown_.place();
    copy_patient(shown_, edit.base);
    if (isOver(edit)) {
        clear_identity(edit.change);
    }
    if (!changes_anything(edit.change) && !drafts_.edits().contains(incident_id_)) {
        return;
    }
    if (!drafts_.keepEdit(edit)) {
        const auto edits = drafts_.edits();
        for (const auto& [id, kept] : edits) {
            if (desk_.state().incident(id) == nullptr) { // it has ended
                drafts_.dropEdit(id);
            }
        }
    }
    if (!drafts_.keepEdit(edit) || drafts_.store({}) != Stored::yes) {
        setMessage(tr("The form could not be stored on this machine"));
    }
}

// Something else stands here next; what is under way of this case is answered all the same, and not sent twice.
void CallForm::leaveCase() {
    keepEdit();
    if (mode_ == Mode::existing && sent_version_ != 0) {
        going_[incident_id_] = sent_version_;
    }
    sent_version_ = 0;
}

// Over the fields of its case, as it was written; what others changed meanwhile comes in as ever.
void CallForm::layEdit(const api::Incident& incident) {
    const auto kept = drafts_.edits().find(incident.id());
    if (kept == drafts_.edits().end()) {
        return;
    }
    const CaseEdit edit = kept->second;
    shown_ = edit.base;
    const std::string& complaint = edit.change.complaint();
    const std::string& address = edit.change.address();
    complaint_->setText(qs(complaint.empty() ? edit.base.complaint() : complaint));
    address_->setText(qs(address.empty() ? edit.base.address() : address));
    complaint_->setModified(!complaint.empty());
    address_->setModified(!address.empty());
    level_->setValue(static_cast<int>(edit.change.level() == 0 ? edit.base.level() : edit.change.level()));
    layCorrections(edit);
    const api::Place& place = edit.change.has_place() ? edit.change.place() : edit.base.place();
    place_ = geo_point(place.lat_e7(), place.lon_e7());
    place_source_ = edit.change.has_place() ? "dispatcher" : incident.place_source();
    if (incident.version() <= shown_.version()) {
        shown_ = incident;
    } else {
        rebase(incident);
    }
    if (!hasUnsent()) {
        keepEdit();
    } else if (held_.contains(incident.id())) {
        setMessage(tr("This change was not sent: leave its field to send it, empty it to take it back"));
    }
}

// What could not be sent goes when the server is there again; once, unless its field is left anew.
void CallForm::sendKept() {
    dropEndedIdentity();
    if (!desk_.takesOrders()) {
        sent_version_ = 0;
        going_.clear();
        return;
    }
    if (desk_.monotonicUs() < retry_us_) {
        return;
    }
    if (hasUnsent() && !held_.contains(incident_id_) && !address_->hasFocus()) { // its place goes with it
        sendChanges();
    }
    const auto edits = drafts_.edits();
    for (const auto& [id, edit] : edits) {
        const api::Incident* incident = desk_.state().incident(id);
        if ((mode_ == Mode::existing && id == incident_id_) || incident == nullptr) {
            continue;
        }
        const auto clash = [](const auto& written, const auto& base, const auto& now) { return now != base && now != written; };
        const api::UpdateIncident& change = edit.change;
        const bool has_it = (change.level() == 0 || change.level() == incident->level()) &&
                            (change.complaint().empty() || change.complaint() == incident->complaint()) &&
                            (change.address().empty() || change.address() == incident->address()) &&
                            (!change.has_place() || is_same(change.place(), incident->place())) &&
                            !tells_identity(change) && shows_corrections(*incident, change);
        const bool clashes = (change.level() != 0 && clash(change.level(), edit.base.level(), incident->level())) ||
                             (!change.complaint().empty() && clash(change.complaint(), edit.base.complaint(), incident->complaint())) ||
                             (!change.address().empty() && clash(change.address(), edit.base.address(), incident->address())) ||
                             (change.has_place() && !is_same(edit.base.place(), incident->place()) &&
                              !is_same(change.place(), incident->place())) ||
                             corrections_clash(change, edit.base, *incident);
        const auto sent = going_.find(id);
        if (has_it) {
            drafts_.dropEdit(id);
            going_.erase(id);
            storeAll();
        } else if (clashes && held_.insert(id).second) {
            setMessage(tr("A change of case %1 was not taken: choose the case").arg(qs(incident->number())));
        } else if (!held_.contains(id) && (sent == going_.end() || sent->second < incident->version())) {
            api::UpdateIncident again = change;
            again.set_version(incident->version());
            if (desk_.isTellingIdentity(id)) {
                clear_identity(again);
            }
            if (changes_anything(again) && desk_.updateIncident(again)) {
                going_[id] = incident->version();
            }
        }
    }
}

// His text stays; it goes again under what the centre has by now, once he has read that.
void CallForm::takeRefusal(std::int64_t incident_id) {
    held_.insert(incident_id);
    going_.erase(incident_id);
    const api::Incident* incident = desk_.state().incident(incident_id);
    if (incident_id != incident_id_ || mode_ != Mode::existing) {
        setMessage(tr("A change of case %1 was not taken: choose the case")
                       .arg(incident == nullptr ? QString{} : qs(incident->number())));
        return;
    }
    sent_version_ = 0;
    if (incident != nullptr) {
        rebase(*incident);
    }
}

void CallForm::rebase(const api::Incident& incident) {
    if (shown_.id() != incident.id() || incident.version() <= shown_.version()) {
        return;
    }
    const auto as_written = [](const TextField& field, const std::string& shown) { // one that is emptied is being written in
        const bool his = is_edited(field, shown) || (field.hasFocus() && field.isModified());
        return his ? field.text().toStdString() : shown;
    };
    const std::string complaint = as_written(*complaint_, shown_.complaint());
    const std::string address = as_written(*address_, shown_.address());
    const auto level = static_cast<std::uint32_t>(level_->value());
    const auto clash = [](const auto& written, const auto& shown, const auto& now) {
        return written != shown && now != shown && now != written;
    };
    const bool places_clash = placeDiffers(shown_.place()) && !is_same(shown_.place(), incident.place()) &&
                              placeDiffers(incident.place());
    api::UpdateIncident corrected;
    addCorrections(corrected, Fields::all);
    const bool patients_clash = corrections_clash(corrected, shown_, incident);
    if (clash(complaint, shown_.complaint(), incident.complaint()) || clash(level, shown_.level(), incident.level()) ||
        clash(address, shown_.address(), incident.address()) || places_clash || patients_clash) {
        if (!held_.contains(incident.id())) {
            return; // the older version stays: the server refuses the change, and the form says so
        }
        api::Incident told = incident;
        if (told.caller_phone_masked() == shown_.caller_phone_masked()) {
            told.clear_caller_phone_masked(); // the line is short
        }
        setMessage(patients_clash
                       ? tr("Centre: %1 · leave to send yours, empty for theirs").arg(patientText(told))
                       : tr("The centre has: %1 · %2. Leave the field to send yours, empty it to take theirs")
                             .arg(qs(incident.address()), qs(incident.complaint())));
    }
    rebasePatient(incident, corrected);
    if (complaint == shown_.complaint()) {
        complaint_->setText(qs(incident.complaint()));
    }
    if (address == shown_.address()) {
        address_->setText(qs(incident.address()));
    }
    if (level == shown_.level()) {
        level_->setValue(static_cast<int>(incident.level()));
    }
    if (!placeDiffers(shown_.place())) {
        place_ = geo_point(incident.place().lat_e7(), incident.place().lon_e7());
        place_source_ = incident.place_source();
        showPlace();
    }
    const bool sends = (sent_version_ != 0 || shown_.version() == 0) && !held_.contains(incident.id());
    shown_ = incident;
    sent_version_ = 0;
    if (held_.contains(incident.id()) && !hasUnsent()) { // the centre has it after all
        held_.erase(incident.id());
        setMessage({});
    }
    if (sends) {
        sendChanges();
    }
}

} // namespace ems::console
