#include "console/widgets/ecg_page_view.h"

#include "console/model/limits.h"
#include "console/theme/drill_marks.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/words.h"
#include "telemetry/print/page_painter.h"
#include "telemetry/print/pdf.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr double kMoveS = 0.010; // a quarter of a millimetre
constexpr double kScrollStepPx = 80;
constexpr double kKeysWidthPx = 250;
constexpr double kMarkMarginMm = 12;
constexpr double kAboveGridMm = 2;
constexpr double kShortS = 0.05; // less than this is said of no record

QString layoutName(signal::EcgLayout layout) {
    switch (layout) {
    case signal::EcgLayout::rows3x4:
        return EcgPageView::tr("3×4+1 consecutive");
    case signal::EcgLayout::rows3x4_simultaneous:
        return EcgPageView::tr("3×4+1 simultaneous");
    case signal::EcgLayout::rows6x2:
        return EcgPageView::tr("6×2+1 consecutive");
    case signal::EcgLayout::rows12x1:
        break;
    }
    return EcgPageView::tr("12×1 simultaneous");
}

} // namespace

EcgPageView::EcgPageView(Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), px_per_mm_(metrics::kFallbackPxPerMm) {
    setObjectName(QStringLiteral("ecgPage"));
    setAccessibleName(tr("Frozen twelve-lead ECG"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(500, 180); // it scrolls
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&desk_.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    connect(&desk_, &Desk::rulersChanged, this, &EcgPageView::measure);
}

EcgPageWords EcgPageView::words() const {
    EcgPageWords words;
    const api::Incident* incident = desk_.state().incident(record_->incident_id);
    if (incident != nullptr) {
        words.patient_id = incident->number();
        if (incident->sex() == "f" || incident->sex() == "m") {
            words.patient.sex = incident->sex() == "f" ? signal::Sex::female : signal::Sex::male;
        }
    }
    const api::Unit* carrier = desk_.state().unit(record_->unit_id);
    const bool is_his = carrier != nullptr && carrier->incident_id() == record_->incident_id; // else of the next patient
    const VitalsTrack* track = is_his ? desk_.state().vitals(record_->unit_id) : nullptr;
    const PatientAge age = score_age(incident, track == nullptr ? nullptr : &track->newest.vitals(),
                                     desk_.state().chart(record_->unit_id, record_->incident_id));
    words.patient.age_years = age.years;
    words.patient.is_child = age.group != signal::AgeGroup::adult && !age.years;
    const api::Unit* unit = desk_.state().unit(record_->unit_id);
    words.unit = unit == nullptr ? std::string{} : unit->name();
    const std::int64_t first_us =
        record_->page_us + static_cast<std::int64_t>(std::llround(page_skip_s(*record_, scale_) * 1e6));
    words.recorded_at = date_text(first_us) + " " + clock_text(first_us);
    words.remark = record_->simulated ? tr("SIMULATED SIGNAL").toStdString() : std::string{};
    words.language =
        QLocale().language() == QLocale::Chinese ? signal::TextLanguage::chinese : signal::TextLanguage::english;
    return words;
}

void EcgPageView::showRecord(EcgRecord record) {
    record_ = std::move(record);
    calipers_.reset();
    band_ = signal::EcgBand::diagnostic;
    scale_ = desk_.ecg().scale();
    layPage();
    scrollTo({0, startPx()}); // the traces before the head
}

void EcgPageView::forget() {
    record_.reset();
    input_.reset();
    calipers_.reset();
    page_ = {};
    picture_ = {};
    update();
}

void EcgPageView::layPage() {
    input_ = page_of(*record_, band_, words(), scale_, layout_);
    page_ = signal::ecg_page(*input_);
    if (desk_.isDrill()) {
        signal::mark_page(page_, drill_words().toStdString());
    }
    picture_ = {};
    update();
    emit changed();
}

void EcgPageView::takeScale() {
    const signal::EcgScale before = std::exchange(scale_, desk_.ecg().scale());
    if (!record_ || scale_ == before) {
        return;
    }
    if (scale_.mm_per_s != before.mm_per_s) {
        calipers_.reset(); // what they measured may lie outside
    } else if (calipers_) {
        calipers_->set_gain(scale_.mm_per_mv);
    }
    layPage();
}

void EcgPageView::switchBand() {
    band_ = band_ == signal::EcgBand::diagnostic ? signal::EcgBand::monitor : signal::EcgBand::diagnostic;
    layPage();
}

void EcgPageView::nextLayout() {
    layout_ = signal::next_layout(layout_);
    calipers_.reset();
    layPage();
}

void EcgPageView::placeCalipers() {
    calipers_.emplace(input_->ecg.rate_hz, input_->ecg.samples(), scale_, layout_);
}

QSizeF EcgPageView::pageSizePx() const {
    return QSizeF{page_.width_mm, page_.height_mm} * px_per_mm_;
}

void EcgPageView::scrollTo(QPointF top_left_px) {
    const QSizeF page = pageSizePx();
    const double foot = (signal::kEcgPageGridTopMm + signal::kEcgPageGridHeightMm) * px_per_mm_;
    const QPointF most{std::max(0.0, page.width() - width()), std::max(0.0, foot - height())};
    const QPointF to{std::clamp(top_left_px.x(), 0.0, most.x()), std::clamp(top_left_px.y(), 0.0, most.y())};
    if (to != scroll_px_) {
        scroll_px_ = to;
        picture_ = {};
        update();
    }
}

// The whole grid to its foot; where that has no room, from its first row on, below the caption.
double EcgPageView::startPx() const {
    return (signal::kEcgPageGridTopMm - kAboveGridMm) * px_per_mm_;
}

void EcgPageView::measure() {
    px_per_mm_ = millimetre_of(desk_, *this).px;
    picture_ = {};
    if (record_) {
        scrollTo({scroll_px_.x(), startPx()});
    }
    update();
}

void EcgPageView::resizeEvent(QResizeEvent* event) {
    measure();
    QWidget::resizeEvent(event);
}

signal::PagePoint EcgPageView::pointAt(QPointF px) const {
    return {(px.x() + scroll_px_.x()) / px_per_mm_, (px.y() + scroll_px_.y()) / px_per_mm_};
}

signal::Page EcgPageView::caliperPage() const {
    signal::Page over;
    if (calipers_) {
        draw_calipers(over, input_->ecg, *calipers_);
    }
    return over;
}

QString EcgPageView::reading() const {
    return calipers_ ? qs(caliper_text(read_calipers(input_->ecg, *calipers_))) : QString{};
}

Result<void> EcgPageView::print(const QString& path) const {
    if (!record_) {
        return fail(Code::not_found, "no record is frozen");
    }
    signal::Page page = page_;
    if (calipers_) {
        draw_calipers(page, input_->ecg, *calipers_);
    }
    return print::write_pdf(page, path.toStdString());
}

QString EcgPageView::fileName() const {
    const api::Incident* incident = record_ ? desk_.state().incident(record_->incident_id) : nullptr;
    QString when = record_ ? qs(date_text(record_->page_us) + "-" + clock_text(record_->page_us)) : QString{};
    when.remove(QLatin1Char(':'));
    const QString prefix = desk_.isDrill() ? drill_file_prefix() : QString{};
    return prefix + QStringLiteral("ECG-%1-%2.pdf").arg(incident == nullptr ? QStringLiteral("x") : qs(incident->number()), when);
}

// Home and End belong to the page here, whatever they do elsewhere.
bool EcgPageView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Home || key == Qt::Key_End) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void EcgPageView::moveMark(int direction, Qt::KeyboardModifiers modifiers) {
    if ((modifiers & Qt::ControlModifier) != 0) {
        const auto page_begin = static_cast<std::int64_t>(std::llround((record_->from_s + page_skip_s(*record_, scale_)) * record_->ecg.rate_hz));
        std::vector<std::int64_t> peaks;
        for (const signal::Beat& beat : record_->beats) {
            peaks.push_back(beat.r_sample - page_begin);
        }
        calipers_->move_to_beat(direction, peaks);
        return;
    }
    const auto step = std::max<std::int64_t>(1, std::llround(kMoveS * record_->ecg.rate_hz));
    calipers_->move(direction * ((modifiers & Qt::ShiftModifier) != 0 ? 1 : step));
}

void EcgPageView::chooseLead(int direction) {
    const auto count = static_cast<int>(signal::ecg_page_traces(scale_, layout_).size());
    const int next = (static_cast<int>(calipers_->trace()) + direction + count) % count;
    calipers_->choose_trace(static_cast<std::size_t>(next));
}

bool EcgPageView::caliperKey(const QKeyEvent& event) {
    switch (event.key()) {
    case Qt::Key_Left:
        moveMark(-1, event.modifiers());
        break;
    case Qt::Key_Right:
        moveMark(1, event.modifiers());
        break;
    case Qt::Key_Up:
        chooseLead(-1);
        break;
    case Qt::Key_Down:
        chooseLead(1);
        break;
    case Qt::Key_X:
        calipers_->swap_active();
        break;
    default:
        return false;
    }
    keepMarkInView();
    update();
    emit changed();
    return true;
}

void EcgPageView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        emit left();
        return;
    }
    if (!record_ || (calipers_ && caliperKey(*event))) {
        return;
    }
    switch (event->key()) {
    case Qt::Key_C:
        if (calipers_) {
            calipers_.reset();
        } else {
            placeCalipers();
            keepMarkInView();
        }
        update();
        emit changed();
        break;
    case Qt::Key_B:
        switchBand();
        break;
    case Qt::Key_L:
        nextLayout();
        break;
    case Qt::Key_Home:
        scrollTo({0, 0});
        break;
    case Qt::Key_End:
        scrollTo({0, 1e9});
        break;
    case Qt::Key_Left:
    case Qt::Key_Right:
        scrollTo(scroll_px_ + QPointF{event->key() == Qt::Key_Left ? -kScrollStepPx : kScrollStepPx, 0});
        break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        scrollTo(scroll_px_ + QPointF{0, event->key() == Qt::Key_Up ? -kScrollStepPx : kScrollStepPx});
        break;
    default:
        QWidget::keyPressEvent(event);
        break;
    }
}

void EcgPageView::keepMarkInView() {
    const auto& t = calipers_->on();
    const double s = static_cast<double>(calipers_->sample(calipers_->active())) / input_->ecg.rate_hz;
    const double margin = kMarkMarginMm * px_per_mm_;
    const double x = (t.left_mm + (s - t.from_s) * scale_.mm_per_s) * px_per_mm_;
    const double top = t.top_mm * px_per_mm_;
    const double bottom = top + t.row_mm * px_per_mm_;
    QPointF to = scroll_px_;
    to.setX(std::min(to.x(), x - margin));
    to.setX(std::max(to.x(), x + margin - width()));
    to.setY(std::min(to.y(), top));
    to.setY(std::max(to.y(), bottom - height()));
    scrollTo(to);
}

void EcgPageView::mousePressEvent(QMouseEvent* event) {
    if (!record_ || event->button() != Qt::LeftButton) {
        return;
    }
    if (!calipers_) {
        placeCalipers();
    }
    calipers_->activate(CaliperMark::a);
    if (calipers_->point_at(pointAt(event->position()))) {
        calipers_->activate(CaliperMark::b); // drawn from here on
        calipers_->point_at(pointAt(event->position()));
    }
    update();
    emit changed();
}

void EcgPageView::mouseMoveEvent(QMouseEvent* event) {
    if (!record_ || !calipers_ || (event->buttons() & Qt::LeftButton) == 0) {
        return;
    }
    // the hand may leave the row: only the time counts
    const auto& t = calipers_->on();
    signal::PagePoint at = pointAt(event->position());
    at.y_mm = t.base_mm;
    at.x_mm = std::clamp(at.x_mm, t.left_mm, t.left_mm + (t.to_s - t.from_s) * scale_.mm_per_s - 0.01);
    calipers_->point_at(at);
    update();
    emit changed();
}

void EcgPageView::wheelEvent(QWheelEvent* event) {
    scrollTo(scroll_px_ - QPointF{event->angleDelta()});
}

void EcgPageView::paintKeys(QPainter& p, const QRectF& box) const {
    const Theme& theme = desk_.theme();
    struct Row {
        QString key;
        QString does;
    };
    const std::vector<Row> rows{
        {QStringLiteral("C"), calipers_ ? tr("calipers off") : tr("calipers")},
        {QStringLiteral("← →"), calipers_ ? tr("move the mark 10 ms") : tr("scroll")},
        {QStringLiteral("Shift ← →"), tr("by one sample")},
        {QStringLiteral("Ctrl ← →"), tr("to the next beat")},
        {QStringLiteral("↑ ↓"), calipers_ ? tr("another lead") : tr("scroll")},
        {QStringLiteral("X"), tr("the other mark")},
        {QStringLiteral("B"), band_ == signal::EcgBand::diagnostic ? tr("monitor band") : tr("diagnostic band")},
        {QStringLiteral("L"), layoutName(layout_)},
        {tr("Ctrl+S Ctrl+G"), tr("speed, gain")},
        {QStringLiteral("Ctrl+P"), tr("print to PDF")},
        {QStringLiteral("Esc"), tr("live again")},
    };
    double y = box.top() + 12;
    const auto line = [&](const QString& left, const QString& right, int px, Weight weight) {
        paint_text(p, {box.left() + 12, y, 88, 22}, Qt::AlignVCenter, left, px, Weight::normal, theme.color(Token::text_2),
                   Elide::none);
        paint_text(p, {box.left() + 104, y, box.width() - 108, 22}, Qt::AlignVCenter, right, px, weight,
                   theme.color(Token::text_1));
        y += 24;
    };
    if (calipers_) {
        const CaliperReading reading = read_calipers(input_->ecg, *calipers_);
        const auto& t = calipers_->on();
        const auto mv = [](const std::optional<double>& value) {
            return value ? QStringLiteral("%1 mV").arg(*value, 0, 'f', 2) : QStringLiteral("—");
        };
        line(tr("Lead"), qs(std::string{signal::lead_name(t.lead)}), metrics::kNamePx, Weight::bold);
        line(QStringLiteral("A–B"), QStringLiteral("%1 ms").arg(std::abs(reading.apart_s) * 1'000, 0, 'f', 0),
             metrics::kNamePx, Weight::bold);
        line(tr("Rate"), reading.rate_bpm ? tr("%1 /min").arg(*reading.rate_bpm, 0, 'f', 0) : QStringLiteral("—"),
             metrics::kNamePx, Weight::bold);
        line(QStringLiteral("B−A"), mv(reading.apart_mv), metrics::kNamePx, Weight::bold);
        line(QStringLiteral("A"), mv(reading.a_mv), metrics::kBodyPx, Weight::normal);
        line(QStringLiteral("B"), mv(reading.b_mv), metrics::kBodyPx, Weight::normal);
        y += 12;
    }
    for (const Row& row : rows) {
        line(row.key, row.does, metrics::kDensePx, Weight::normal);
    }
}

QString EcgPageView::caveats() const {
    QStringList said;
    if (!scale_.is_standard()) {
        said << tr("%1  not the standard").arg(qs(signal::scale_text(scale_)));
    }
    if (const double length_s = record_ ? page_length_s(*record_) : signal::kPageSeconds; length_s < signal::kPageSeconds - kShortS) {
        said << tr("record %1 s").arg(length_s, 0, 'f', 1);
    }
    return said.join(QStringLiteral("　"));
}

// The foot of the page says the scale too, but may be out of view.
void EcgPageView::paintCaveats(QPainter& p) const {
    const QString text = caveats();
    if (text.isEmpty()) {
        return;
    }
    const Theme& theme = desk_.theme();
    const QRectF box{12, 8, text_width(text, metrics::kBodyPx, Weight::bold) + 16.0, 22};
    p.fillRect(box, theme.color(Token::inv_bg));
    paint_text(p, box, Qt::AlignCenter, text, metrics::kBodyPx, Weight::bold, theme.color(Token::inv_fg), Elide::none);
}

void EcgPageView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    if (!record_) {
        return;
    }
    const QSizeF page = pageSizePx();
    const QRectF paper{-scroll_px_, page};
    const double keys_left = paper.right();
    if (picture_.isNull()) {
        const QSize seen{std::min(width(), static_cast<int>(std::ceil(paper.right()))), height()};
        picture_ = QPixmap{seen * devicePixelRatioF()};
        picture_.setDevicePixelRatio(devicePixelRatioF());
        picture_.fill(theme.color(Token::p_bg));
        QPainter painter{&picture_};
        painter.translate(-scroll_px_);
        print::paint_page(page_, painter, px_per_mm_);
    }
    p.drawPixmap(0, 0, picture_);
    if (calipers_) {
        p.save();
        p.translate(-scroll_px_);
        print::paint_page(caliperPage(), p, px_per_mm_);
        p.restore();
    }
    if (width() - keys_left >= kKeysWidthPx) {
        paintKeys(p, {keys_left, 0, width() - keys_left, static_cast<double>(height())});
    }
    paintCaveats(p);
    if (hasFocus()) {
        p.setRenderHint(QPainter::Antialiasing, false);
        p.setPen(QPen{theme.color(Token::focus), 2});
        p.setBrush(Qt::NoBrush);
        p.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

} // namespace ems::console
