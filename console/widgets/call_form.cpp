#include "console/widgets/call_form.h"

#include "console/model/age_text.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/editing_shown.h"
#include "console/widgets/identity_shown.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpressionValidator>

namespace ems::console {
namespace {

constexpr int kLabelWidth = 66;
constexpr int kFirstLine = 3;
constexpr int kWideRow = 320; // room for sex and age at their full width beside the name
constexpr int kStoreTypedMs = 500;
constexpr std::int64_t kRetryUs = 5'000'000;
constexpr int kWholeWidth = 400;

} // namespace

CallForm::CallForm(Desk& desk, QString draft_path, QWidget* parent)
    : QWidget(parent), desk_(desk), drafts_(std::move(draft_path)) {
    setObjectName(QStringLiteral("callForm"));
    setAccessibleName(tr("Call form"));
    setMinimumSize(320, 360);
    buildFields();
    connectDesk();
    connectIdentity();
    loadDraft();
}

void CallForm::buildFields() {
    const Theme& theme = desk_.theme();
    phone_ = new TextField(theme, tr("Caller's telephone"), 24, this);
    address_ = new TextField(theme, tr("Address"), 200, this);
    verify_ = new KeyButton(theme, tr("Verify"), QStringLiteral("F3"), ButtonKind::plain, this);
    place_text_ = new TextField(theme, tr("Position"), 60, this);
    place_text_->setReadOnly(true);
    place_text_->setFocusPolicy(Qt::NoFocus);
    name_ = new TextField(theme, tr("Patient's name"), 40, this);
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
    typed_.setSingleShot(true);
    typed_.setInterval(kStoreTypedMs);
    connect(&typed_, &QTimer::timeout, this, &CallForm::storeDraft);
    for (TextField* field : {phone_, name_, address_, age_, complaint_}) {
        connect(field, &TextField::left, this, &CallForm::fieldLeft);
        connect(field, &TextField::escaped, this, &CallForm::leaveEmptyCall);
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
    places_ = new PlaceList(theme, this);
    connect(places_, &PlaceList::taken, this, &CallForm::takePlace);
    connect(address_, &TextField::textEdited, this, &CallForm::suggest);
    connect(address_, &TextField::left, places_, &PlaceList::clear);
    address_->installEventFilter(this);
    callers_ = new CallerList(theme, this);
    connect(callers_, &CallerList::taken, this, &CallForm::takeCaller);
    connect(callers_, &CallerList::closed, address_, [this] { address_->setFocus(Qt::OtherFocusReason); });
    connect(phone_, &TextField::left, this, &CallForm::askCallers);
    connect(phone_, &TextField::textEdited, this, &CallForm::forgetCaller);
}

void CallForm::connectDesk() {
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
        retry_us_ = desk_.monotonicUs() + kRetryUs;
    });
    connect(&desk_, &Desk::updateTaken, this, &CallForm::takeTaken);
    connect(&desk_, &Desk::callCreated, this, &CallForm::takeCreated);
    connect(&desk_, &Desk::callDropped, this, &CallForm::takeDropped);
    connect(&desk_, &Desk::callRefused, this, &CallForm::takeCallRefused);
    connect(&desk_, &Desk::callUnanswered, this, &CallForm::takeCallUnanswered);
    connect(&desk_, &Desk::answeredBehind, this, &CallForm::takeCallers);
    connect(&desk_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CallForm::resizeEvent(QResizeEvent* event) {
    const int left = metrics::kMargin + kLabelWidth;
    const int right = width() - metrics::kMargin;
    int y = kFirstLine + 3;
    const auto line = [&](QWidget* widget, int x, int w) { widget->setGeometry(x, y, w, metrics::kFieldHeight); };
    line(phone_, left, right - left);
    callers_->setGeometry(metrics::kMargin, y + metrics::kFieldHeight, right - metrics::kMargin, callers_->sizeHint().height());
    y += metrics::kFormLineHeight;
    const int verify_width = verify_->sizeHint().width();
    line(address_, left, right - left - verify_width - 6);
    places_->setGeometry(metrics::kMargin, y + metrics::kFieldHeight, right - metrics::kMargin, places_->sizeHint().height());
    verify_->setGeometry(right - verify_width, y, verify_width, metrics::kFieldHeight);
    y += metrics::kFormLineHeight;
    line(place_text_, left, right - left);
    showPlace();
    y += metrics::kFormLineHeight;
    const bool is_wide = right - left >= kWideRow;
    const int sex_width = is_wide ? 110 : 84;
    const int age_width = is_wide ? 80 : 70;
    const int name_width = right - left - sex_width - age_width - 12;
    line(name_, left, name_width);
    line(sex_, left + name_width + 6, sex_width);
    line(age_, right - age_width, age_width);
    y += metrics::kFormLineHeight;
    line(complaint_, left, right - left);
    y += metrics::kFormLineHeight;
    line(level_, left, right - left);
    y += metrics::kFormLineHeight + 6;
    send_->setGeometry(left, y, right - left, metrics::kButtonHeight);
    placeIdentity();
    QWidget::resizeEvent(event);
}

int CallForm::fieldsBottom() {
    constexpr int kLines = 6;
    return kFirstLine + kLines * metrics::kFormLineHeight + 8;
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
        const bool is_tight = text_width(label, metrics::kDensePx) + 4 > kLabelWidth; // it would touch its field
        paint_text(p, {metrics::kMargin, y, kLabelWidth, metrics::kFormLineHeight}, Qt::AlignVCenter, label,
                   is_tight ? metrics::kCaptionPx : metrics::kDensePx, Weight::normal, theme.color(Token::text_2));
        y += metrics::kFormLineHeight;
    }
    y += send_->isVisible() ? metrics::kButtonHeight + 16 : 8;
    p.fillRect(QRectF{0, y, static_cast<double>(width()), 1}, theme.color(Token::line));
    y += showsIdentity() ? identity_->height() + 6 : 0;
    const double room = width() - 2.0 * metrics::kMargin;
    const auto text_line = [&](const QString& text, Weight weight, Token token) {
        paint_text(p, {metrics::kMargin, y + 6, room, 20}, Qt::AlignVCenter, text, metrics::kDensePx, weight,
                   theme.color(token));
        y += 22;
    };
    if (!others_.isEmpty()) {
        constexpr double kPencil = 14;
        EditingShown::paintPencil(p, {metrics::kMargin, y + 9, kPencil, kPencil}, theme.color(Token::text_1));
        paint_text(p, {metrics::kMargin + kPencil + 6, y + 6, room - kPencil - 6, 20}, Qt::AlignVCenter, others_, metrics::kDensePx,
                   Weight::bold, theme.color(Token::text_1));
        y += 22;
    }
    if (!message_.isEmpty()) {
        text_line(message_, Weight::bold, Token::text_1);
    }
    const auto* incident = desk_.state().incident(incident_id_);
    if (mode_ == Mode::existing && incident != nullptr) {
        text_line(tr("Opened %1 · %2 · sent field by field")
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

bool CallForm::hasNoWord() const {
    return phone_->text().isEmpty() && name_->text().isEmpty() && address_->text().isEmpty() &&
           complaint_->text().isEmpty() && age_->text().isEmpty() && level_->value() == 0 && sex_->value() == 0;
}

bool CallForm::isEmpty() const {
    return hasNoWord() && !place_;
}

// A field that is left sends what it holds.
void CallForm::leaveFields() {
    if (mode_ == Mode::existing && anyFieldFocused()) {
        setFocus(Qt::OtherFocusReason);
    } else if (mode_ == Mode::fresh && address_->hasFocus()) {
        findPlace(); // by F2 out of the address nothing else would
    }
}

void CallForm::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && isEmptyCall()) { // of a choice or a button; of a text its field says it
        setFocus(Qt::OtherFocusReason);
        leaveEmptyCall();
        return;
    }
    QWidget::keyPressEvent(event);
}

void CallForm::refreshSend() {
    send_->setRefusal(!desk_.isLive()        ? tr("not connected")
                      : !desk_.takesOrders() ? tr("server takes no orders")
                                             : QString{});
    sendKept();
    followOthers();
}

// The form follows the selection unless a person is writing in it.
void CallForm::showIncident() {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const bool same = mode_ == Mode::existing && incident != nullptr && incident->id() == incident_id_;
    if (same) {
        rebase(*incident);
    }
    const bool writing = anyFieldFocused() || (same && (sent_version_ != 0 || hasUnsent())) ||
                         holdsNewCall();
    if (incident == nullptr || writing) {
        showNote();
        update();
        return;
    }
    if (same) {
        keepEdit();
    } else {
        leaveCase();
    }
    mode_ = Mode::existing;
    incident_id_ = incident->id();
    shown_ = *incident;
    const auto going = going_.find(incident_id_);
    sent_version_ = going == going_.end() ? 0 : going->second;
    going_.erase(incident_id_);
    forgetCaller();
    address_->setText(qs(incident->address()));
    address_->setCursorPosition(0);
    showPatient(*incident);
    complaint_->setText(qs(incident->complaint()));
    level_->setValue(static_cast<int>(incident->level()));
    place_ = geo_point(incident->place().lat_e7(), incident->place().lon_e7());
    place_source_ = incident->place_source();
    chosen_address_.clear();
    chosen_point_.reset();
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
    followOthers();
    emit noteChanged(name, note);
}

void CallForm::setMessage(const QString& text) {
    message_ = text;
    update();
}

void CallForm::setPlace(double lat, double lon) {
    place_ = GeoPoint{lat, lon};
    place_source_ = "dispatcher";
    chosen_address_.clear();
    chosen_point_.reset();
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

} // namespace ems::console
