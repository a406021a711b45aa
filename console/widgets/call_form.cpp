#include "console/widgets/call_form.h"

#include "console/model/age_text.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QPainter>
#include <QRegularExpressionValidator>

namespace ems::console {
namespace {

constexpr int kLabelWidth = 64;
constexpr int kFirstLine = 3;
constexpr int kStoreTypedMs = 500;
constexpr std::int64_t kRetryUs = 5'000'000;
constexpr int kWholeWidth = 400;

} // namespace

CallForm::CallForm(Desk& desk, QString draft_path, QWidget* parent)
    : QWidget(parent), desk_(desk), drafts_(std::move(draft_path)) {
    setObjectName(QStringLiteral("callForm"));
    setAccessibleName(tr("Call form"));
    setMinimumSize(320, 360);
    const Theme& theme = desk_.theme();
    phone_ = new TextField(theme, tr("Caller's telephone"), 24, this);
    name_ = new TextField(theme, tr("Patient's name"), 40, this);
    address_ = new TextField(theme, tr("Address"), 200, this);
    verify_ = new KeyButton(theme, tr("Verify"), QStringLiteral("F3"), ButtonKind::plain, this);
    place_text_ = new TextField(theme, tr("Position"), 60, this);
    place_text_->setReadOnly(true);
    place_text_->setFocusPolicy(Qt::NoFocus);
    sex_ = new SegmentField(theme, {tr("male"), tr("female")}, this);
    sex_->setAccessibleName(tr("Sex"));
    age_ = new TextField(theme, tr("Age"), 4, this);
    static const QRegularExpression written{
        QStringLiteral("\\d{0,2}|1[0-2]\\d|130|\\d{1,2}(m|M|月|个|个月)")};
    age_->setValidator(new QRegularExpressionValidator(written, age_));
    age_->setHint(tr("years"));
    age_->setToolTip(tr("In years; of an infant in months: 8m"));
    connect(age_, &QLineEdit::textChanged, this, [this](const QString& text) {
        const auto age = parse_age(text.toStdString());
        age_->setHint(age && age->unit == AgeUnit::months ? QString{} : tr("years"));
    });
    complaint_ = new TextField(theme, tr("Complaint"), 200, this);
    level_ = new SegmentField(theme, {Words::levelName(1), Words::levelName(2), Words::levelName(3), Words::levelName(4)},
                              this);
    level_->setAccessibleName(tr("Level"));
    send_ = new KeyButton(theme, tr("Open case"), tr("Ctrl+Enter"), ButtonKind::plain, this);
    QWidget::setTabOrder(phone_, name_);
    typed_.setSingleShot(true);
    typed_.setInterval(kStoreTypedMs);
    connect(&typed_, &QTimer::timeout, this, &CallForm::storeDraft);
    for (TextField* field : {phone_, name_, address_, age_, complaint_}) {
        connect(field, &TextField::left, this, &CallForm::fieldLeft);
        connect(field, &TextField::textEdited, this, [this] {
            if (!typed_.isActive()) { // a fast typist is not waited for
                typed_.start();
            }
        });
    }
    connect(sex_, &SegmentField::chosen, this, &CallForm::fieldLeft);
    connect(level_, &SegmentField::chosen, this, &CallForm::fieldLeft);
    connect(send_, &KeyButton::clicked, this, &CallForm::submit);
    connect(verify_, &KeyButton::clicked, this, &CallForm::verifyAddress);
    connect(&desk_, &Desk::selectionChanged, this, &CallForm::showIncident);
    connect(&desk_, &Desk::stateChanged, this, [this] {
        showIncident();
        refreshSend();
    });
    connect(&desk_, &Desk::ticked, this, &CallForm::refreshSend);
    connect(&desk_, &Desk::requestFailed, this, &CallForm::setMessage);
    connect(&desk_, &Desk::updateRefused, this, &CallForm::takeRefusal);
    connect(&desk_, &Desk::updateUnanswered, this, [this](std::int64_t incident) {
        going_.erase(incident);
        sent_version_ = incident == incident_id_ ? 0 : sent_version_;
        retry_us_ = desk_.localUs() + kRetryUs;
    });
    connect(&desk_, &Desk::callCreated, this, &CallForm::takeCreated);
    connect(&desk_, &Desk::callRefused, this, [this] {
        unanswered_.Clear();
        storeDraft();
    });
    connect(&desk_, &Desk::callUnanswered, this,
            [this] { setMessage(tr("No answer: press again, the case is opened only once")); });
    connect(&desk_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    places_ = new PlaceList(theme, this);
    connect(places_, &PlaceList::taken, this, &CallForm::takePlace);
    connect(address_, &TextField::textEdited, this, &CallForm::suggest);
    connect(address_, &TextField::left, places_, &PlaceList::clear);
    address_->installEventFilter(this);
    loadDraft();
}

void CallForm::resizeEvent(QResizeEvent* event) {
    const int left = metrics::kMargin + kLabelWidth;
    const int right = width() - metrics::kMargin;
    int y = kFirstLine + 3;
    const auto line = [&](QWidget* widget, int x, int w) { widget->setGeometry(x, y, w, metrics::kFieldHeight); };
    line(phone_, left, (right - left) * 3 / 5 - 6);
    line(name_, left + (right - left) * 3 / 5, right - left - (right - left) * 3 / 5);
    y += metrics::kFormLineHeight;
    const int verify_width = verify_->sizeHint().width();
    line(address_, left, right - left - verify_width - 6);
    places_->setGeometry(metrics::kMargin, y + metrics::kFieldHeight, right - metrics::kMargin, places_->sizeHint().height());
    verify_->setGeometry(right - verify_width, y, verify_width, metrics::kFieldHeight);
    y += metrics::kFormLineHeight;
    line(place_text_, left, right - left);
    showPlace();
    y += metrics::kFormLineHeight;
    line(sex_, left, 110);
    line(age_, left + 116, 80);
    y += metrics::kFormLineHeight;
    line(complaint_, left, right - left);
    y += metrics::kFormLineHeight;
    line(level_, left, right - left);
    y += metrics::kFormLineHeight + 6;
    send_->setGeometry(left, y, right - left, metrics::kButtonHeight);
    QWidget::resizeEvent(event);
}

QStringList CallForm::stampLines(const api::Incident& incident) const {
    QStringList lines;
    for (const auto& stamp : incident.stamps()) {
        if (!stamp.not_applicable().empty() || stamp.at_us() == 0) {
            continue;
        }
        const auto* unit = desk_.state().unit(stamp.unit_id());
        for (std::size_t i = 0; i < kStageCount; ++i) {
            if (stage_event(static_cast<Stage>(i)) == stamp.event()) {
                lines << qs(clock_text(stamp.at_us())) + QStringLiteral("　") + Words::stage(static_cast<Stage>(i)) +
                             (unit == nullptr ? QString{} : QStringLiteral("　") + qs(unit->name()));
            }
        }
    }
    return lines;
}

void CallForm::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const QStringList labels{tr("Caller"), tr("Address"), tr("Position"), tr("Patient"), tr("Complaint"), tr("Level")};
    double y = kFirstLine;
    for (const QString& label : labels) {
        paint_text(p, {metrics::kMargin, y, kLabelWidth, metrics::kFormLineHeight}, Qt::AlignVCenter, label,
                   metrics::kDensePx, Weight::normal, theme.color(Token::text_2));
        y += metrics::kFormLineHeight;
    }
    y += send_->isVisible() ? metrics::kButtonHeight + 16 : 8;
    p.fillRect(QRectF{0, y, static_cast<double>(width()), 1}, theme.color(Token::line));
    const double room = width() - 2.0 * metrics::kMargin;
    const auto text_line = [&](const QString& text, Weight weight, Token token) {
        paint_text(p, {metrics::kMargin, y + 6, room, 20}, Qt::AlignVCenter, text, metrics::kDensePx, weight,
                   theme.color(token));
        y += 22;
    };
    if (!message_.isEmpty()) {
        text_line(message_, Weight::bold, Token::text_1);
    }
    const auto* incident = desk_.state().incident(incident_id_);
    if (mode_ == Mode::existing && incident != nullptr) {
        text_line(tr("Opened %1 · state %2 · changes are sent as each field is left")
                      .arg(qs(clock_text(incident->created_us())),
                           incident->state() == "open"       ? tr("open")
                           : incident->state() == "assigned" ? tr("unit sent")
                           : incident->state() == "closed"   ? tr("closed")
                           : incident->state() == "cancelled" ? tr("cancelled")
                                                             : qs(incident->state())),
                  Weight::normal, Token::text_2);
        if (incident->has_newest_note()) {
            const api::Note& note = incident->newest_note();
            text_line(tr("Note %1 · %2 · %3").arg(qs(clock_text(note.at_us())).left(5), qs(note.who()), qs(note.text())) +
                          (incident->notes() > 1 ? tr(" (%1 in all, F9)").arg(incident->notes()) : QString{}),
                      Weight::bold, Token::text_1);
        }
        const QStringList lines = stampLines(*incident);
        const auto fit = static_cast<qsizetype>(std::max(0.0, (height() - 4 - y) / 22));
        for (const QString& line : lines.mid(std::max<qsizetype>(0, lines.size() - fit))) { // the newest always
            text_line(line, Weight::normal, Token::text_2);
        }
    } else if (mode_ == Mode::fresh && answered_us_ != 0) {
        text_line(tr("Answered %1 · for %2").arg(qs(clock_text(answered_us_)),
                                                qs(elapsed_text(desk_.shownUs() - answered_us_))),
                  Weight::normal, Token::text_2);
    }
}

bool CallForm::anyFieldFocused() const {
    const QWidget* focus = focusWidget();
    return focus != nullptr && focus != this && focus->hasFocus();
}

bool CallForm::isEmpty() const {
    return phone_->text().isEmpty() && name_->text().isEmpty() && address_->text().isEmpty() &&
           complaint_->text().isEmpty() && age_->text().isEmpty() && level_->value() == 0;
}

// The form follows the selection unless a person is writing in it.
void CallForm::refreshSend() {
    send_->setRefusal(!desk_.isLive()        ? tr("not connected")
                      : !desk_.takesOrders() ? tr("server takes no orders")
                                             : QString{});
    sendKept();
}

void CallForm::showIncident() {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const bool same = mode_ == Mode::existing && incident != nullptr && incident->id() == incident_id_;
    if (same) {
        rebase(*incident);
    }
    const bool writing = anyFieldFocused() || (same && (sent_version_ != 0 || hasUnsent())) ||
                         (mode_ == Mode::fresh && (!isEmpty() || answered_us_ != 0));
    if (incident == nullptr || writing) {
        showNote();
        update();
        return;
    }
    keepEdit();
    mode_ = Mode::existing;
    incident_id_ = incident->id();
    shown_ = *incident;
    sent_version_ = 0;
    phone_->setText(qs(incident->caller_phone_masked()));
    phone_->setReadOnly(true);
    name_->setText({});
    name_->setReadOnly(true);
    name_->setPlaceholderText(tr("sealed"));
    address_->setText(qs(incident->address()));
    address_->setCursorPosition(0);
    sex_->setEnabled(false); // sex and age are the caller's words, not changed afterwards
    age_->setReadOnly(true);
    sex_->setValue(incident->sex() == "m" ? 1 : incident->sex() == "f" ? 2 : 0);
    age_->setText(qs(written_age(incident->has_age_months() ? WrittenAge{incident->age_months(), AgeUnit::months}
                                                            : WrittenAge{incident->age_years(), AgeUnit::years})));
    complaint_->setText(qs(incident->complaint()));
    level_->setValue(static_cast<int>(incident->level()));
    place_ = geo_point(incident->place().lat_e7(), incident->place().lon_e7());
    place_source_ = incident->place_source();
    chosen_address_.clear();
    places_->clear();
    send_->setVisible(false);
    layEdit(*incident);
    showPlace();
    showNote();
    update();
}

void CallForm::showPlace() {
    if (!place_) {
        place_text_->setText(QStringLiteral("—"));
        place_text_->setHint(tr("F3, or double click on the map"));
        return;
    }
    place_text_->setText(QStringLiteral("%1 N　%2 E").arg(place_->lat, 0, 'f', 4).arg(place_->lon, 0, 'f', 4));
    const QString source = Words::placeSource(place_source_); // a narrow form leaves the datum to the map
    place_text_->setHint(width() < kWholeWidth ? source : QStringLiteral("WGS-84 · ") + source);
}

void CallForm::showNote() {
    const auto* incident = desk_.state().incident(incident_id_);
    const QString name = mode_ == Mode::existing && incident != nullptr ? tr("Call form %1").arg(qs(incident->number()))
                                                                        : tr("Call form");
    QString note = qs(desk_.state().login().display_name());
    if (mode_ == Mode::fresh && !stored_at_.isEmpty()) {
        note += QStringLiteral(" · ") + tr("stored here %1").arg(stored_at_);
    }
    if (drafts_.asideCount() != 0) {
        note += QStringLiteral(" · ") + tr("%1 put aside (Shift+F2)").arg(drafts_.asideCount());
    }
    emit noteChanged(name, note);
}

void CallForm::clearForm() {
    mode_ = Mode::fresh;
    incident_id_ = 0;
    place_.reset();
    place_source_.clear();
    chosen_address_.clear();
    places_->clear();
    answered_us_ = 0;
    unanswered_.Clear();
    for (TextField* field : {phone_, name_, address_, age_, complaint_}) {
        field->clear();
        field->setReadOnly(false);
    }
    name_->setPlaceholderText(tr("name"));
    phone_->setPlaceholderText(tr("telephone"));
    sex_->setEnabled(true);
    sex_->setValue(0);
    level_->setValue(0);
    send_->setVisible(true);
    message_.clear();
}

// False, with the reason on the form, while the form cannot be left.
bool CallForm::putAside() {
    if (mode_ == Mode::existing) {
        setFocus(Qt::OtherFocusReason); // an edit is sent as its field is left
    }
    if (desk_.isCallUnderWay()) {
        setMessage(tr("The last call is being sent"));
        return false;
    }
    if (isUnfinished() && !drafts_.putAside(written())) {
        setMessage(tr("Too many unfinished calls are put aside"));
        return false;
    }
    keepEdit();
    return true;
}

void CallForm::startCall() {
    if (!putAside()) {
        return;
    }
    clearForm();
    answered_us_ = desk_.state().server_us(desk_.localUs());
    storeDraft();
    showPlace();
    phone_->setFocus(Qt::ShortcutFocusReason);
    update();
}

void CallForm::takeBackCall() {
    if (drafts_.asideCount() == 0) {
        setMessage(tr("No unfinished call is put aside"));
        return;
    }
    if (desk_.isCallUnderWay()) {
        setMessage(tr("The last call is being sent"));
        return;
    }
    if (mode_ == Mode::existing) {
        setFocus(Qt::OtherFocusReason);
    }
    keepEdit();
    const QJsonObject present = isUnfinished() ? written() : QJsonObject{};
    const QJsonObject form = drafts_.takeBack(); // first: it makes room for the present one
    drafts_.putAside(present);
    clearForm();
    write(form);
    storeDraft();
    showPlace();
    phone_->setFocus(Qt::ShortcutFocusReason);
    update();
}

void CallForm::setMessage(const QString& text) {
    message_ = text;
    update();
}

void CallForm::setPlace(double lat, double lon) {
    place_ = GeoPoint{lat, lon};
    place_source_ = "dispatcher";
    chosen_address_.clear();
    showPlace();
    fieldLeft();
}

void CallForm::fieldLeft() {
    if (mode_ == Mode::existing) {
        if (!address_->hasFocus() && address_->text().toStdString() != shown_.address()) {
            findPlace();
        }
        held_.erase(incident_id_); // a person sends it
        sendChanges();
        keepEdit();
        return;
    }
    findPlace();
    storeDraft();
}

void CallForm::submit() {
    if (mode_ != Mode::fresh) {
        return;
    }
    storeDraft();
    if (level_->value() == 0 || complaint_->text().isEmpty() || !place_) {
        setMessage(tr("Missing: %1").arg(!place_ ? tr("position") : level_->value() == 0 ? tr("level") : tr("complaint")));
        return;
    }
    if (unanswered_.idempotency_key().empty()) {
        unanswered_.set_idempotency_key(Desk::newKey());
        *unanswered_.mutable_new_call() = callOfForm();
        storeDraft();
    }
    // what was sent once goes again as it was: the server knows it by its key and its content
    switch (desk_.createCall(unanswered_.new_call(), unanswered_.idempotency_key())) {
    case CallSent::yes:
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

api::NewCall CallForm::callOfForm() const {
    api::NewCall call; // ring_us stays 0: no telephone line tells this desk when it rang
    call.set_answered_us(answered_us_);
    call.set_caller_phone(phone_->text().toStdString());
    call.set_patient_name(name_->text().toStdString());
    call.set_sex(sex_->value() == 1 ? "m" : sex_->value() == 2 ? "f" : "");
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
    return call;
}

void CallForm::takeCreated(std::int64_t id, const QString& number) {
    incident_id_ = id;
    mode_ = Mode::existing;
    answered_us_ = 0;
    const api::NewCall& call = unanswered_.new_call(); // what was written since then is a change of it
    shown_.Clear();
    shown_.set_id(id);
    shown_.set_level(call.level());
    shown_.set_complaint(call.complaint());
    shown_.set_address(call.address());
    *shown_.mutable_place() = call.place();
    sent_version_ = 0;
    unanswered_.Clear();
    drafts_.store({});
    keepEdit();
    setMessage(tr("Case %1 opened").arg(number));
    showIncident();
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
        form[QStringLiteral("lat")] = place_->lat;
        form[QStringLiteral("lon")] = place_->lon;
        form[QStringLiteral("place_source")] = qs(place_source_);
        form[QStringLiteral("chosen_address")] = chosen_address_;
        form[QStringLiteral("chosen_is_area")] = chosen_is_area_;
    }
    if (unanswered_.has_new_call()) {
        form[QStringLiteral("unanswered")] =
            QString::fromLatin1(QByteArray::fromStdString(unanswered_.SerializeAsString()).toBase64());
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
    if (form.contains(QStringLiteral("lat"))) {
        place_ = GeoPoint{form[QStringLiteral("lat")].toDouble(), form[QStringLiteral("lon")].toDouble()};
        place_source_ = form[QStringLiteral("place_source")].toString().toStdString();
        chosen_address_ = form[QStringLiteral("chosen_address")].toString();
        chosen_is_area_ = form[QStringLiteral("chosen_is_area")].toBool();
    }
    const QByteArray sent = QByteArray::fromBase64(form[QStringLiteral("unanswered")].toString().toLatin1());
    if (!unanswered_.ParseFromString(sent.toStdString()) || !unanswered_.has_new_call()) {
        unanswered_.Clear();
    }
}

void CallForm::storeDraft() {
    if (mode_ != Mode::fresh) {
        keepEdit();
        return;
    }
    if (drafts_.store(isEmpty() ? QJsonObject{} : written()) == Stored::yes) {
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
