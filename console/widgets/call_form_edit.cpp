// The call form of an open case: what is edited goes to the server field by field, what others change comes in.
#include "console/widgets/call_form.h"

#include "console/widgets/words.h"

#include <cmath>

namespace ems::console {
namespace {

std::int32_t to_e7(double degrees) {
    return static_cast<std::int32_t>(std::lround(degrees * 1e7));
}

bool is_same(const api::Place& a, const api::Place& b) {
    return a.lat_e7() == b.lat_e7() && a.lon_e7() == b.lon_e7();
}

} // namespace

api::Place CallForm::writtenPlace() const {
    api::Place place;
    if (place_) {
        place.set_lat_e7(to_e7(place_->lat));
        place.set_lon_e7(to_e7(place_->lon));
    }
    return place;
}

bool CallForm::placeDiffers(const api::Place& from) const {
    return place_ && !is_same(writtenPlace(), from);
}

// Nothing under the version of a change that is under way: the server would refuse it. It follows in rebase().
void CallForm::sendChanges() {
    if (shown_.id() != incident_id_ || shown_.version() == 0 || sent_version_ == shown_.version()) {
        return;
    }
    const auto edited = [](const TextField* field, const std::string& shown) {
        return !field->hasFocus() && !field->text().isEmpty() && field->text().toStdString() != shown;
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
    const bool any = update.level() != 0 || !update.complaint().empty() || !update.address().empty() || update.has_place();
    if (!any) {
        return;
    }
    if (desk_.updateIncident(update)) {
        sent_version_ = shown_.version();
    } else {
        setMessage(tr("Not connected: the change was not sent"));
    }
}

void CallForm::rebase(const api::Incident& incident) {
    if (shown_.id() != incident.id() || incident.version() <= shown_.version()) {
        return;
    }
    const std::string complaint = complaint_->text().toStdString();
    const std::string address = address_->text().toStdString();
    const auto level = static_cast<std::uint32_t>(level_->value());
    const auto clash = [](const auto& written, const auto& shown, const auto& now) {
        return written != shown && now != shown && now != written;
    };
    const bool places_clash = placeDiffers(shown_.place()) && !is_same(shown_.place(), incident.place()) &&
                              placeDiffers(incident.place());
    if (clash(complaint, shown_.complaint(), incident.complaint()) || clash(level, shown_.level(), incident.level()) ||
        clash(address, shown_.address(), incident.address()) || places_clash) {
        return; // the older version stays: the server refuses the change, and the form says so
    }
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
    const bool sends = sent_version_ != 0 || shown_.version() == 0;
    shown_ = incident;
    sent_version_ = 0;
    if (sends) {
        sendChanges();
    }
}

} // namespace ems::console
