// New calls in the call form: begun, put aside, taken back, sent, dropped, and kept on this machine until the centre has them.
#include "console/widgets/call_form.h"

#include "console/model/patient_change.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <utility>

namespace ems::console {
namespace {

constexpr std::uint32_t kLevelOfDropped = 4;
const QString kLat = QStringLiteral("lat");
const QString kLon = QStringLiteral("lon");
const QString kChosenLat = QStringLiteral("chosen_lat");
const QString kChosenLon = QStringLiteral("chosen_lon");

// What was written of caller and patient since the call was sent; a field that was emptied says nothing.
void add_corrections(const QJsonObject& form, const api::NewCall& call, CaseEdit& edit) {
    const std::string phone = form[QStringLiteral("phone")].toString().toStdString();
    const std::string name = form[QStringLiteral("name")].toString().toStdString();
    const std::string sex = sex_code(form[QStringLiteral("sex")].toInt());
    const QString written = form[QStringLiteral("age")].toString();
    const auto age = written.isEmpty() ? std::nullopt : parse_age(written.toStdString());
    edit.base.set_caller_phone_masked(masked_number(call.caller_phone()));
    edit.base.set_sex(call.sex());
    edit.base.set_age_years(call.age_years());
    if (call.has_age_months()) {
        edit.base.set_age_months(call.age_months());
    }
    if (!phone.empty() && phone != call.caller_phone()) {
        edit.change.set_caller_phone(phone);
    }
    if (!name.empty() && name != call.patient_name()) {
        edit.change.set_patient_name(name);
    }
    if (!sex.empty() && sex != call.sex()) {
        edit.change.set_sex(sex);
    }
    if (age && written_age(*age) != age_of(call)) {
        set_age(edit.change, *age);
    }
}

// A point of a stored form; nothing where it holds none.
std::optional<GeoPoint> point_in(const QJsonObject& form, const QString& lat, const QString& lon) {
    return form.contains(lat) ? std::optional{GeoPoint{form[lat].toDouble(), form[lon].toDouble()}} : std::nullopt;
}

bool is_same(const api::Place& a, const api::Place& b) {
    return a.lat_e7() == b.lat_e7() && a.lon_e7() == b.lon_e7();
}

} // namespace

// What F2 alone made: an answer time, and nothing that a person entered. Or a click on the map alone, and no call.
bool CallForm::isEmptyCall() const {
    const bool is_stray_place = answered_us_ == 0 && place_ && hasNoWord();
    return mode_ == Mode::fresh && ((answered_us_ != 0 && isEmpty()) || is_stray_place);
}

bool CallForm::holdsNewCall() const {
    return mode_ == Mode::fresh && (!isEmpty() || answered_us_ != 0);
}

void CallForm::clearForm() {
    maskIdentity();
    mode_ = Mode::fresh;
    incident_id_ = 0;
    place_.reset();
    place_source_.clear();
    chosen_address_.clear();
    chosen_point_.reset();
    places_->clear();
    answered_us_ = 0;
    unanswered_.Clear();
    drop_reason_.clear();
    forgetCaller();
    for (TextField* field : {phone_, name_, address_, age_, complaint_}) {
        field->clear();
    }
    name_->setPlaceholderText(tr("name"));
    phone_->setPlaceholderText(tr("telephone"));
    sex_->setValue(0);
    level_->setValue(0);
    send_->setVisible(true);
    message_.clear();
}

// False, with the reason on the form, while the form cannot be left.
bool CallForm::putAside() {
    leaveFields();
    if (isUnfinished() && !drafts_.putAside(written())) {
        setMessage(tr("Too many unfinished calls are put aside"));
        return false;
    }
    leaveCase();
    return true;
}

void CallForm::startCallOf(const QString& complaint) {
    startCall();
    if (isEmptyCall()) { // else it could not begin, and says so
        complaint_->setText(complaint.left(complaint_->maxLength()));
        storeDraft();
    }
}

void CallForm::startCall() {
    const bool empties_nothing = isEmptyCall();
    const std::size_t aside_before = drafts_.asideCount();
    if (!putAside()) {
        return;
    }
    // pressed twice it is still one step back to what was there before
    put_aside_for_this_ = drafts_.asideCount() > aside_before || (empties_nothing && put_aside_for_this_);
    clearForm();
    answered_us_ = desk_.state().server_us(desk_.localUs());
    storeDraft();
    showPlace();
    phone_->setFocus(Qt::ShortcutFocusReason);
    update();
}

void CallForm::leaveEmptyCall() {
    if (isEmptyCall()) {
        endCall();
    }
}

// The call is over for this form: what F2 took away stands here again, else the chosen case.
void CallForm::endCall() {
    const QJsonObject before = put_aside_for_this_ ? drafts_.takeNewest() : QJsonObject{};
    put_aside_for_this_ = false;
    clearForm();
    if (!before.isEmpty()) {
        write(before);
    }
    storeDraft();
    showPlace();
    showIncident();
    update();
}

void CallForm::takeBackCall() {
    if (drafts_.asideCount() == 0) {
        setMessage(tr("No unfinished call is put aside"));
        return;
    }
    leaveFields();
    leaveCase();
    const QJsonObject present = isUnfinished() ? written() : QJsonObject{};
    const QJsonObject form = drafts_.takeBack(); // first: it makes room for the present one
    drafts_.putAside(present);
    put_aside_for_this_ = false;
    clearForm();
    write(form);
    storeDraft();
    showPlace();
    phone_->setFocus(Qt::ShortcutFocusReason);
    update();
}

void CallForm::submit() {
    if (mode_ != Mode::fresh) {
        return;
    }
    storeDraft();
    if (drop_reason_.isEmpty() && (level_->value() == 0 || complaint_->text().isEmpty() || !place_)) {
        setMessage(tr("Missing: %1").arg(!place_ ? tr("position") : level_->value() == 0 ? tr("level") : tr("complaint")));
        return;
    }
    if (unanswered_.idempotency_key().empty()) {
        unanswered_.set_idempotency_key(Desk::newKey());
        *unanswered_.mutable_new_call() = callOfForm();
        storeDraft();
    }
    // what was sent once goes again as it was: the server knows it by its key and its content
    const std::string& key = unanswered_.idempotency_key();
    const CallSent sent = drop_reason_.isEmpty() ? desk_.createCall(unanswered_.new_call(), key)
                                                 : desk_.dropCall(unanswered_.new_call(), key, drop_reason_.toStdString());
    switch (sent) {
    case CallSent::yes:
        under_way_key_ = key;
        setFocus(Qt::OtherFocusReason);
        setMessage(tr("Sent, no answer yet"));
        break;
    case CallSent::under_way:
        setMessage(tr("The last call is being sent"));
        break;
    case CallSent::not_connected:
        setMessage(tr("Not connected: stored on this machine, press again when connected"));
        break;
    }
}

// The centre keeps it as a call that nobody served: its number, when it was answered, and why it came to nothing.
void CallForm::dropCall(const QString& reason) {
    if (!holdsNewCall() || reason.trimmed().isEmpty()) {
        return;
    }
    if (unanswered_.has_new_call()) {
        setMessage(tr("It was sent as a case and has no answer yet"));
        return;
    }
    if (!desk_.takesOrders()) {
        setMessage(tr("Not connected: stored on this machine, press again when connected"));
        return;
    }
    drop_reason_ = reason.trimmed();
    submit();
}

api::NewCall CallForm::callOfForm() const {
    api::NewCall call; // ring_us stays 0: no telephone line tells this desk when it rang
    call.set_answered_us(answered_us_);
    call.set_caller_phone(phone_->text().toStdString());
    call.set_patient_name(name_->text().toStdString());
    call.set_sex(sex_code(sex_->value()));
    const WrittenAge age = parse_age(age_->text().toStdString()).value_or(WrittenAge{});
    if (age.unit == AgeUnit::months) {
        call.set_age_months(age.number);
    } else {
        call.set_age_years(age.number);
    }
    call.set_complaint(complaint_->text().toStdString());
    call.set_level(static_cast<std::uint32_t>(level_->value()));
    call.set_address(address_->text().toStdString());
    *call.mutable_place() = writtenPlace();
    call.set_place_source(place_source_);
    if (!drop_reason_.isEmpty()) {
        completeDropped(call);
    }
    return call;
}

// The centre takes no call without level and place; of a wrong number there are none.
void CallForm::completeDropped(api::NewCall& call) const {
    if (call.level() == 0) {
        call.set_level(kLevelOfDropped);
    }
    if (call.complaint().empty()) {
        call.set_complaint(drop_reason_.toStdString());
    }
    if (place_) {
        return;
    }
    const auto& stations = desk_.state().stations();
    const auto& hospitals = desk_.state().hospitals();
    if (!stations.empty()) {
        *call.mutable_place() = stations.begin()->second.place();
    } else if (!hospitals.empty()) {
        *call.mutable_place() = hospitals.begin()->second.place();
    }
    call.set_place_source(kNoPlace);
}

void CallForm::takeCreated(std::int64_t id, const QString& number) {
    const std::string key = std::exchange(under_way_key_, {});
    if (mode_ != Mode::fresh || unanswered_.idempotency_key() != key) {
        takeCreatedAside(key, id, number);
        return;
    }
    incident_id_ = id;
    mode_ = Mode::existing;
    answered_us_ = 0;
    put_aside_for_this_ = false;
    const api::NewCall& call = unanswered_.new_call(); // what was written since then is a change of it
    shown_.Clear();
    shown_.set_id(id);
    shown_.set_level(call.level());
    shown_.set_complaint(call.complaint());
    shown_.set_address(call.address());
    *shown_.mutable_place() = call.place();
    keepWrittenSince(call);
    sent_version_ = 0;
    unanswered_.Clear();
    const QString joins = std::exchange(joins_, {});
    forgetCaller();
    drafts_.store({});
    keepEdit();
    setMessage(joins.isEmpty() ? tr("Case %1 opened").arg(number) : tr("Case %1 opened · HB merges it into %2").arg(number, joins));
    showIncident();
}

// The form was put aside after it was sent: what was written in it since then goes as a change of its case.
void CallForm::takeCreatedAside(const std::string& key, std::int64_t id, const QString& number) {
    const QJsonObject form = drafts_.takeSent(key);
    const api::NewCall call = CallDrafts::sentIn(form).new_call();
    CaseEdit edit;
    edit.base.set_id(id);
    edit.base.set_level(call.level());
    edit.base.set_complaint(call.complaint());
    edit.base.set_address(call.address());
    *edit.base.mutable_place() = call.place();
    edit.change.set_incident_id(id);
    const std::string complaint = form[QStringLiteral("complaint")].toString().toStdString();
    const std::string address = form[QStringLiteral("address")].toString().toStdString();
    const auto level = static_cast<std::uint32_t>(form[QStringLiteral("level")].toInt());
    if (!form.isEmpty() && complaint != call.complaint()) {
        edit.change.set_complaint(complaint);
    }
    if (!form.isEmpty() && address != call.address()) {
        edit.change.set_address(address);
    }
    if (!form.isEmpty() && level != call.level()) {
        edit.change.set_level(level);
    }
    if (const auto point = point_in(form, kLat, kLon); point && !is_same(placeAt(*point), call.place())) {
        *edit.change.mutable_place() = placeAt(*point); // else the address is the new one, and the vehicle drives to the old
    }
    if (!form.isEmpty()) {
        add_corrections(form, call, edit);
    }
    drafts_.keepEdit(edit);
    storeAll();
    setMessage(tr("Case %1 opened").arg(number));
    showNote();
}

void CallForm::takeDropped(const QString& number) {
    const std::string key = std::exchange(under_way_key_, {});
    if (mode_ == Mode::fresh && unanswered_.idempotency_key() == key) {
        endCall();
    } else {
        drafts_.takeSent(key);
        storeAll();
        showNote();
    }
    setMessage(tr("Call dropped, kept as %1").arg(number));
}

void CallForm::takeCallRefused() {
    const std::string key = std::exchange(under_way_key_, {});
    if (mode_ == Mode::fresh && unanswered_.idempotency_key() == key) {
        unanswered_.Clear();
        drop_reason_.clear();
    } else {
        drafts_.forgetSent(key);
        setMessage(message_ + QStringLiteral(" · ") + tr("the call put aside, Shift+F2"));
    }
    storeAll();
    showNote();
}

void CallForm::takeCallUnanswered() {
    const std::string key = std::exchange(under_way_key_, {});
    const bool shown = mode_ == Mode::fresh && unanswered_.idempotency_key() == key;
    setMessage(shown ? tr("No answer: press again, the case is opened only once")
                     : tr("No answer for the call put aside: Shift+F2, then press again"));
}

QJsonObject CallForm::written() const {
    QJsonObject form{{QStringLiteral("phone"), phone_->text()},
                     {QStringLiteral("name"), name_->text()},
                     {QStringLiteral("address"), address_->text()},
                     {QStringLiteral("sex"), sex_->value()},
                     {QStringLiteral("age"), age_->text()},
                     {QStringLiteral("complaint"), complaint_->text()},
                     {QStringLiteral("level"), level_->value()},
                     {QStringLiteral("answered_us"), QString::number(answered_us_)}};
    if (place_) {
        form[kLat] = place_->lat;
        form[kLon] = place_->lon;
        form[QStringLiteral("place_source")] = qs(place_source_);
        form[QStringLiteral("chosen_address")] = chosen_address_;
        form[QStringLiteral("chosen_is_area")] = chosen_is_area_;
    }
    if (place_ && chosen_point_) {
        form[kChosenLat] = chosen_point_->lat;
        form[kChosenLon] = chosen_point_->lon;
    }
    if (!drop_reason_.isEmpty()) {
        form[QStringLiteral("drop_reason")] = drop_reason_;
    }
    if (unanswered_.has_new_call()) {
        CallDrafts::setSent(form, unanswered_);
    }
    return form;
}

void CallForm::write(const QJsonObject& form) {
    phone_->setText(form[QStringLiteral("phone")].toString());
    name_->setText(form[QStringLiteral("name")].toString());
    address_->setText(form[QStringLiteral("address")].toString());
    sex_->setValue(form[QStringLiteral("sex")].toInt());
    age_->setText(form[QStringLiteral("age")].toString());
    complaint_->setText(form[QStringLiteral("complaint")].toString());
    level_->setValue(form[QStringLiteral("level")].toInt());
    answered_us_ = form[QStringLiteral("answered_us")].toString().toLongLong();
    drop_reason_ = form[QStringLiteral("drop_reason")].toString();
    if (const auto point = point_in(form, kLat, kLon)) {
        place_ = point;
        chosen_point_ = point_in(form, kChosenLat, kChosenLon);
        place_source_ = form[QStringLiteral("place_source")].toString().toStdString();
        chosen_address_ = form[QStringLiteral("chosen_address")].toString();
        chosen_is_area_ = form[QStringLiteral("chosen_is_area")].toBool();
    }
    unanswered_ = CallDrafts::sentIn(form);
}

// With what is put aside and what is not sent of open cases, whatever stands in the form.
Stored CallForm::storeAll() {
    return drafts_.store(holdsNewCall() ? written() : QJsonObject{});
}

void CallForm::storeDraft() {
    if (mode_ != Mode::fresh) {
        keepEdit();
        return;
    }
    if (storeAll() == Stored::yes) {
        stored_at_ = qs(clock_text(desk_.localUs()));
    } else {
        setMessage(tr("The form could not be stored on this machine"));
    }
    showNote();
}

bool CallForm::holdsUnsent() const {
    return isUnfinished() || drafts_.asideCount() != 0 || !drafts_.edits().empty() || (mode_ != Mode::fresh && hasUnsent());
}

void CallForm::storeNow() {
    if (typed_.isActive()) {
        typed_.stop();
        storeDraft();
    }
}

void CallForm::loadDraft() {
    const QJsonObject form = drafts_.load();
    if (!form.isEmpty()) {
        write(form);
        setMessage(tr("Form of an unfinished call restored"));
    }
    for (const auto& [id, edit] : drafts_.edits()) {
        held_.insert(id);
        setMessage(tr("A change that was not sent stands in its case"));
    }
    showPlace();
    showNote();
}

} // namespace ems::console
