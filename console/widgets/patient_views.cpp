#include "console/widgets/patient_views.h"

#include "console/model/limits.h"
#include "console/theme/time_text.h"
#include "console/widgets/ecg_sent_view.h"
#include "console/widgets/editing_shown.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/bars.h"
#include "console/widgets/past_vitals.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

// What stands of a case, its crew and vehicle: the most urgent one, unacknowledged before acknowledged, and how many.
struct CaseAlarms {
    const AlarmEntry* first{nullptr};
    int count{0};
};

CaseAlarms alarms_of(const Desk& desk, const api::Incident& incident, const api::Unit* unit) {
    CaseAlarms out;
    for (const AlarmEntry& alarm : desk.state().alarms().entries()) { // in that order
        const bool is_its = alarm.subject == incident.number() || (unit != nullptr && alarm.subject == unit->name());
        if (is_its && !AlarmList::is_held(alarm, desk.shownUs())) {
            out.first = out.first == nullptr ? &alarm : out.first;
            ++out.count;
        }
    }
    return out;
}

// When a unit is expected at the hospital it drives to; 0: it drives to none, or that is not known.
std::int64_t at_hospital_us(const Desk& desk, const api::Unit& unit) {
    return unit.state() == ems::wire::UNIT_TRANSPORTING ? expected_us(desk.state(), unit) : 0;
}

template <class View> void repaint_with(Desk& desk, View* view) {
    const auto repaint = qOverload<>(&QWidget::update);
    QObject::connect(&desk, &Desk::stateChanged, view, repaint);
    QObject::connect(&desk, &Desk::selectionChanged, view, repaint);
    QObject::connect(&desk, &Desk::ticked, view, repaint);
    QObject::connect(&desk.theme(), &Theme::changed, view, repaint);
}

} // namespace

std::optional<HospitalWay> hospital_way(const Desk& desk) {
    const api::Unit* unit = desk.patientUnit();
    if (unit == nullptr || unit->state() != ems::wire::UNIT_TRANSPORTING) {
        return std::nullopt;
    }
    HospitalWay out;
    const auto& hospitals = desk.state().hospitals();
    const auto to = hospitals.find(unit->destination_hospital_id());
    if (to == hospitals.end()) {
        out.text = PatientBar::tr("no hospital chosen");
        return out;
    }
    out.arrival_us = at_hospital_us(desk, *unit);
    const QString name = qs(to->second.name());
    out.text = out.arrival_us == 0               ? PatientBar::tr("to %1 · arrival not known").arg(name)
               : out.arrival_us > desk.shownUs() ? PatientBar::tr("to %1, there at %2, in").arg(name, qs(clock_text(out.arrival_us)))
                                                 : PatientBar::tr("to %1, due at %2, over by").arg(name, qs(clock_text(out.arrival_us)));
    return out;
}

// ------------------------------------------------------------------------------------------------ worklist

WorklistView::WorklistView(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("worklistView"));
    setAccessibleName(tr("Running cases"));
    setMinimumSize(260, metrics::kWorklistHeight);
    connect(this, &RowList::chosen, &desk_, &Desk::selectIncident);
}

void WorklistView::rebuild() {
    cases_.clear();
    rows_.clear();
    for (const auto& row : queue_rows(desk_.state(), desk_.shownUs())) {
        if (row.group == QueueGroup::running) {
            cases_.push_back(row);
            rows_.push_back({metrics::kWorklistHeight, row.incident->id()});
        }
    }
    setCurrent(desk_.state().selected_incident());
}

void WorklistView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    const QueueRow& row = cases_.at(index);
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    if (is_current) {
        paintSelection(p, box);
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    paint_level(p, theme, QRectF(16, box.top() + 9, 24, 24), row.incident->level(),
                stale ? SymbolLook::lost : SymbolLook::normal);
    const QString head = qs(row.incident->number()) + QStringLiteral(" ") + qs(row.incident->complaint()) +
                         QStringLiteral("　") + Words::patient(*row.incident);
    const api::Unit* unit = desk_.state().unit_of(row.incident->id());
    const CaseAlarms alarms = alarms_of(desk_, *row.incident, unit);
    double right = box.width() - 8.0;
    if (alarms.first != nullptr) { // which case to look at first is seen without opening each
        const QString count = alarms.count > 1 ? QStringLiteral("×%1").arg(alarms.count) : QString{};
        const int count_width = count.isEmpty() ? 0 : text_width(count, metrics::kDensePx, Weight::bold) + 6;
        right -= AlarmBar::markWidth(*alarms.first) + count_width;
        AlarmBar::paintMark(p, theme, {right, box.top() + 10.0}, *alarms.first, stale ? SymbolLook::lost : SymbolLook::normal);
        paint_text(p, {box.width() - 8.0 - count_width, box.top() + 10.0, static_cast<double>(count_width), 22},
                   Qt::AlignVCenter | Qt::AlignRight, count, metrics::kDensePx, Weight::bold,
                   theme.color(stale ? Token::st_text : Token::text_1), Elide::none);
        right -= 8;
    }
    paint_text(p, QRectF(48, box.top() + 9, right - 48, 24), Qt::AlignVCenter, head, 16, Weight::bold,
               theme.color(stale ? Token::st_text : Token::text_1));
    const QColor second = theme.color(stale ? Token::st_text : Token::text_2);
    if (unit == nullptr) {
        return;
    }
    const auto* position = desk_.state().position(unit->id());
    paint_unit(p, theme, {26, box.top() + 47.0}, unit->state(),
               position == nullptr ? 0 : position->course_cdeg() / 100.0, stale ? SymbolLook::lost : SymbolLook::normal,
               0.75);
    const std::int64_t arrival_us = at_hospital_us(desk_, *unit);
    const QString elapsed = qs(elapsed_text(row.elapsed_us));
    const QString line = qs(unit->name()) + QStringLiteral(" ") + Words::state(unit->state()) + QStringLiteral(" · ") +
                         (arrival_us == 0 ? Words::stageTimer(row.timer.waits_for) + QStringLiteral(" ") + elapsed
                                          : tr("there %1 · left the scene %2 ago").arg(qs(clock_text(arrival_us)).left(5), elapsed));
    double wide = box.width() - 48;
    const auto* sent = desk_.state().ecg_mark(unit->id(), row.incident->id());
    if (sent != nullptr) {
        const QString text = ecg_sent_text(*sent);
        const int needs = text_width(text, metrics::kDensePx, Weight::bold) + 4;
        paint_text(p, QRectF(box.width() - needs - 8.0, box.top() + 37, needs, 20), Qt::AlignVCenter | Qt::AlignRight,
                   text, metrics::kDensePx, Weight::bold, theme.color(stale ? Token::st_text : Token::text_1));
        wide -= needs + 8;
    }
    paint_text(p, QRectF(40, box.top() + 37, wide, 20), Qt::AlignVCenter, line, metrics::kDensePx, Weight::normal, second);
}

QString WorklistView::spokenRow(std::size_t index) const {
    const QueueRow& row = cases_.at(index);
    QString text = SpokenRows::caseRow(desk_, row);
    const api::Unit* unit = desk_.state().unit_of(row.incident->id());
    if (const std::int64_t arrival_us = unit == nullptr ? 0 : at_hospital_us(desk_, *unit); arrival_us != 0) {
        text += QStringLiteral("; ") + tr("at the hospital %1").arg(qs(clock_text(arrival_us)).left(5));
    }
    const CaseAlarms alarms = alarms_of(desk_, *row.incident, unit);
    if (alarms.first != nullptr) {
        text += QStringLiteral("; ") + SpokenRows::alarm(desk_, *alarms.first);
    }
    return text;
}

// ------------------------------------------------------------------------------------------------ patient

PatientBar::PatientBar(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("patientBar"));
    setAccessibleName(tr("Patient"));
    setMinimumSize(600, 64);
    repaint_with(desk_, this);
}

void PatientBar::setScore(const QString& brief) {
    if (score_ != brief) {
        score_ = brief;
        update();
    }
}

QString PatientBar::spokenText() {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    if (incident == nullptr) {
        return tr("No case selected");
    }
    QueueRow row;
    row.group = QueueGroup::running;
    row.incident = incident;
    row.timer = queue_timer(*incident);
    row.elapsed_us = desk_.shownUs() - row.timer.since_us;
    const auto way = hospital_way(desk_);
    const QString editing = EditingShown::text(desk_, incident->id());
    const QString off = switchedOff();
    return SpokenRows::caseRow(desk_, row) + (editing.isEmpty() ? QString{} : QStringLiteral("; ") + editing) +
           (way ? QStringLiteral("; ") + way->text : QString{}) + (off.isEmpty() ? QString{} : QStringLiteral("; ") + off);
}

QString PatientBar::switchedOff() const {
    const auto* unit = desk_.patientUnit();
    const QStringList names = unit == nullptr ? QStringList{} : parameters_off(desk_, unit->id());
    return names.isEmpty() ? QString{} : tr("Alarms off: %1").arg(names.join(tr(", ")));
}

double PatientBar::paintSwitchedOff(QPainter& p, const QRectF& box, const QColor& ink) const {
    constexpr double kBell = 16;
    QString text = switchedOff();
    if (text.isEmpty()) {
        return 0;
    }
    if (text_width(text, metrics::kBodyPx, Weight::bold) + kBell + 8 > box.width()) { // which ones stands on their numbers
        text = tr("%1 alarms off").arg(parameters_off(desk_, desk_.patientUnit()->id()).size());
    }
    paint_alarm_off(p, {box.left(), box.center().y() - kBell / 2, kBell, kBell}, ink);
    const double wide = text_width(text, metrics::kBodyPx, Weight::bold) + 4;
    paint_text(p, {box.left() + kBell + 4, box.top(), wide, box.height()}, Qt::AlignVCenter, text, metrics::kBodyPx, Weight::bold, ink,
               Elide::none);
    return kBell + 4 + wide + 10;
}

void PatientBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_raise));
    const auto& state = desk_.state();
    const auto* incident = state.incident(state.selected_incident());
    const bool stale = desk_.isStale();
    if (incident == nullptr) {
        paint_text(p, QRectF{rect()}.adjusted(16, 0, 0, 0), Qt::AlignVCenter, tr("No case selected"), metrics::kBodyPx,
                   Weight::normal, theme.color(Token::text_3));
        return;
    }
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_text : Token::text_2);
    paint_level(p, theme, {16, 20, 24, 24}, incident->level(), stale ? SymbolLook::lost : SymbolLook::normal);
    QString who = qs(incident->complaint()) + QStringLiteral("　") + Words::sex(incident->sex());
    if (incident->has_age_months() && incident->age_years() < 2) {
        who += QStringLiteral(" ") + Words::age(*incident);
    } else if (incident->age_years() != 0) {
        who += QStringLiteral(" ") + tr("%1 years").arg(incident->age_years());
    }
    int who_px = 24;
    while (who_px > metrics::kNamePx && text_width(who, who_px, Weight::bold) + 4 > width() / 3) { // smaller before it is cut
        who_px -= 2;
    }
    const int who_width = std::min(width() / 3, text_width(who, who_px, Weight::bold) + 4);
    paint_text(p, QRectF(54, 0, who_width, height()), Qt::AlignVCenter, who, who_px, Weight::bold, ink);
    const double x = 54 + who_width + 18;
    const double right = width() - 16.0;
    const std::int64_t contact = stage_time(*incident, Stage::at_patient);
    const std::int64_t left_scene = stage_time(*incident, Stage::left_scene);
    const QString contact_text = tr("first contact %1").arg(contact == 0 ? QStringLiteral("—") : qs(clock_text(contact)));
    const QString left_text = tr("left scene %1").arg(left_scene == 0 ? QStringLiteral("—") : qs(clock_text(left_scene)));
    const double times = std::max(text_width(contact_text, metrics::kBodyPx), text_width(left_text, metrics::kBodyPx)) + 4;
    const QueueTimer timer = queue_timer(*incident);
    QString caption = Words::stageTimer(timer.waits_for);
    std::int64_t counted_us = desk_.shownUs() - timer.since_us;
    if (const auto way = hospital_way(desk_)) {
        const bool is_known = way->arrival_us != 0; // else it is the time since the scene, and says so
        caption = is_known ? way->text : tr("%1 · since the scene").arg(way->text);
        counted_us = is_known ? std::abs(way->arrival_us - desk_.shownUs()) : counted_us;
    }
    const int wide = std::max(160, text_width(caption, metrics::kCaptionPx) + 4);
    const double times_left = right - wide - 10 - times;
    const double score_width = score_.isEmpty() ? 0 : text_width(score_, metrics::kTimerPx, Weight::bold) + 20.0;
    const double room = times_left - 12 - score_width - x; // of number and address
    paint_text(p, {times_left - score_width, 0, score_width - 16, static_cast<double>(height())}, Qt::AlignVCenter, score_,
               metrics::kTimerPx, Weight::bold, ink, Elide::none);
    const auto* unit = desk_.selectedUnit();
    QString first = qs(incident->number());
    if (unit != nullptr) {
        first += QStringLiteral(" · ") + qs(unit->name()) + QStringLiteral(" ") + Words::state(unit->state());
    }
    if (const QString editing = EditingShown::text(desk_, incident->id()); !editing.isEmpty()) {
        first += QStringLiteral(" · ") + editing;
    }
    paint_text(p, {x, 12, room, 20}, Qt::AlignVCenter, first, metrics::kBodyPx, Weight::normal, second);
    const double taken = paintSwitchedOff(p, {x, 32, room, 20}, ink);
    paint_text(p, {x + taken, 32, room - taken, 20}, Qt::AlignVCenter, qs(incident->address()), metrics::kBodyPx, Weight::normal, second);
    paint_text(p, {times_left, 12, times, 20}, Qt::AlignVCenter | Qt::AlignRight, contact_text, metrics::kBodyPx, Weight::normal,
               second);
    paint_text(p, {times_left, 32, times, 20}, Qt::AlignVCenter | Qt::AlignRight, left_text, metrics::kBodyPx, Weight::normal,
               second);
    paint_text(p, {right - wide, 6, static_cast<double>(wide), 16}, Qt::AlignRight, caption, metrics::kCaptionPx,
               Weight::normal, theme.color(stale ? Token::st_text : Token::text_2), Elide::none);
    paint_text(p, {right - 160, 24, 160, 30}, Qt::AlignRight | Qt::AlignVCenter, qs(elapsed_text(counted_us)), 24, Weight::bold,
               ink);
}

// ------------------------------------------------------------------------------------------------ trends

TrendsView::TrendsView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("trendsView"));
    setAccessibleName(tr("Trends"));
    setMinimumSize(250, 120);
    repaint_with(desk_, this);
    if (!desk_.isPast()) {
        past_ = new PastVitals(desk_, this);
        connect(past_, &PastVitals::changed, this, qOverload<>(&QWidget::update));
        connect(past_, &PastVitals::changed, this, [this] {
            setAccessibleDescription(pastNote());
            emit pastNoteChanged();
        });
    }
}

QString TrendsView::pastNote() const {
    return past_ == nullptr ? QString{} : past_->note();
}

namespace {

// What a trend shows from the bottom to the top: wider by whole steps where a number lies outside, so that nothing that gets
// worse runs along an edge.
struct Range {
    double low;
    double high;
    double step;
    void take(double v) {
        low = v < low ? std::max(0.0, low - std::ceil((low - v) / step) * step) : low;
        high = v > high ? high + std::ceil((v - high) / step) * step : high;
    }
};

} // namespace

void TrendsView::paintTrend(QPainter& p, const QRectF& box, const VitalsTrack& track, Numeric numeric,
                            std::int64_t from_us, std::int64_t to_us) const {
    constexpr double kTrendName = 60;
    const Theme& theme = desk_.theme();
    const NumericLook& look = kNumericLooks.at(static_cast<std::size_t>(numeric));
    Range range = numeric == Numeric::hr     ? Range{40, 160, 20}
                  : numeric == Numeric::spo2 ? Range{80, 100, 10}
                                             : Range{5, 40, 10};
    for (const auto& point : track.trend) {
        const auto& v = numeric == Numeric::hr ? point.hr : numeric == Numeric::spo2 ? point.spo2 : point.rr;
        if (v && point.at_us >= from_us) {
            range.take(*v);
        }
    }
    const LimitsShown limits = limits_of(numeric, shown_group(desk_));
    const QRectF plot{box.left() + 74, box.top() + 2, box.width() - 74 - 70, box.height() - 6};
    p.fillRect(plot, theme.color(Token::bg_field));
    const QString whole = numeric_text(look.name);
    const QString name = text_width(whole, metrics::kDensePx, Weight::bold) <= kTrendName ? whole : numeric_text(look.brief);
    paint_text(p, {box.left() + 12, box.top(), kTrendName, 18}, Qt::AlignVCenter, name, metrics::kDensePx, Weight::bold, theme.color(look.token));
    paint_text(p, {box.left() + 12, box.top() + 17, 60, 14}, Qt::AlignVCenter,
               QStringLiteral("%1–%2").arg(range.low).arg(range.high), 11, Weight::normal, theme.color(Token::text_3));
    const auto y_of = [&](double v) {
        return plot.bottom() - (std::clamp(v, range.low, range.high) - range.low) / (range.high - range.low) * plot.height();
    };
    const auto x_of = [&](std::int64_t t) {
        return plot.left() + static_cast<double>(t - from_us) / static_cast<double>(to_us - from_us) * plot.width();
    };
    QPen dashed{theme.color(Token::line_strong), 1};
    dashed.setDashPattern({4, 4});
    p.setPen(dashed);
    p.drawLine(QPointF{plot.left(), y_of(limits.low)}, QPointF{plot.right(), y_of(limits.low)});
    p.drawLine(QPointF{plot.left(), y_of(limits.high)}, QPointF{plot.right(), y_of(limits.high)});
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen{theme.color(look.token), 1.6});
    QPolygonF run;
    const auto draw_run = [&] {
        if (run.size() == 1) { // one number between two gaps is one all the same
            p.drawEllipse(run.front(), 1, 1);
        }
        p.drawPolyline(run);
        run.clear();
    };
    std::int64_t before = 0;
    for (const auto& point : track.trend) {
        const auto& v = numeric == Numeric::hr ? point.hr : numeric == Numeric::spo2 ? point.spo2 : point.rr;
        const bool gap = !v || (before != 0 && point.at_us - before > VitalsTrack::kGapUs);
        if (gap) { // no line over a missing stretch
            draw_run();
        }
        if (v && point.at_us >= from_us) {
            run.append(QPointF{x_of(point.at_us), y_of(*v)});
            before = point.at_us;
        }
    }
    draw_run();
    p.setRenderHint(QPainter::Antialiasing, false);
    const NumericReading now = read_numeric(numeric, &track, desk_.shownUs());
    const bool gone = desk_.isStale() || now.freshness == Freshness::lost;
    // Beside the trend stands what is now; what was is the line, and the age stands with the number above.
    paint_text(p, {plot.right() + 4, box.top(), 58, box.height() - 4}, Qt::AlignVCenter | Qt::AlignRight,
               desk_.isStale() && now.has_value ? QStringLiteral("--") : present_text(now), metrics::kNamePx, Weight::bold, theme.color(gone ? Token::st_text : look.token), Elide::none);
}

// Bars at the times of measurement alone: what lay between is not known.
void TrendsView::paintCuff(QPainter& p, const QRectF& box, const VitalsTrack& track, std::int64_t from_us,
                           std::int64_t to_us) const {
    constexpr double kFootPx = 3;
    Range range{40, 200, 20};
    for (const CuffPoint& point : track.cuff) {
        if (point.at_us >= from_us && point.at_us <= to_us) {
            range.take(point.systolic_mmhg);
            range.take(point.diastolic_mmhg);
        }
    }
    const Theme& theme = desk_.theme();
    const QRectF plot{box.left() + 74, box.top() + 2, box.width() - 74 - 70, box.height() - 6};
    p.fillRect(plot, theme.color(Token::bg_field));
    paint_text(p, {box.left() + 12, box.top(), 60, 18}, Qt::AlignVCenter, QStringLiteral("NIBP"), metrics::kDensePx,
               Weight::bold, theme.color(Token::text_1));
    paint_text(p, {box.left() + 12, box.top() + 17, 60, 14}, Qt::AlignVCenter, QStringLiteral("%1–%2").arg(range.low).arg(range.high),
               11, Weight::normal, theme.color(Token::text_3));
    const auto y_of = [&](double v) {
        return plot.bottom() - (std::clamp(v, range.low, range.high) - range.low) / (range.high - range.low) * plot.height();
    };
    const LimitsShown limits = limits_of(Numeric::nibp, shown_group(desk_));
    QPen dashed{theme.color(Token::line_strong), 1};
    dashed.setDashPattern({4, 4});
    p.setPen(dashed);
    p.drawLine(QPointF{plot.left(), y_of(limits.low)}, QPointF{plot.right(), y_of(limits.low)});
    p.drawLine(QPointF{plot.left(), y_of(limits.high)}, QPointF{plot.right(), y_of(limits.high)});
    p.setPen(QPen{theme.color(Token::text_1), 1.6});
    for (const CuffPoint& point : track.cuff) {
        if (point.at_us < from_us || point.at_us > to_us) {
            continue;
        }
        const double x = plot.left() + static_cast<double>(point.at_us - from_us) / static_cast<double>(to_us - from_us) * plot.width();
        for (const std::int32_t mmhg : {point.systolic_mmhg, point.diastolic_mmhg}) {
            p.drawLine(QPointF{x - kFootPx, y_of(mmhg)}, QPointF{x + kFootPx, y_of(mmhg)});
        }
        p.drawLine(QPointF{x, y_of(point.systolic_mmhg)}, QPointF{x, y_of(point.diastolic_mmhg)});
    }
    const NumericReading now = read_numeric(Numeric::nibp, &track, desk_.shownUs());
    const bool gone = desk_.isStale() || now.freshness == Freshness::lost;
    paint_text(p, {plot.right() + 4, box.top(), 62, box.height() - 4}, Qt::AlignVCenter | Qt::AlignRight,
               desk_.isStale() && now.has_value ? QStringLiteral("--") : present_text(now), metrics::kBodyPx, Weight::bold,
               theme.color(gone ? Token::st_text : Token::text_1), Elide::none);
}

void TrendsView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const auto* unit = desk_.patientUnit();
    const VitalsTrack* track = unit == nullptr ? nullptr : desk_.state().vitals(unit->id());
    if (track == nullptr || track->trend.empty()) {
        const QString note = pastNote();
        paint_text(p, QRectF{rect()}.adjusted(12, 0, -12, 0), Qt::AlignVCenter,
                   note.isEmpty() ? tr("No measurements yet") : tr("No measurements yet") + QStringLiteral(" · ") + note,
                   metrics::kDensePx, Weight::normal, theme.color(Token::text_3));
        return;
    }
    const std::int64_t to = desk_.shownUs();
    const std::int64_t span = std::clamp<std::int64_t>(to - track->trend.front().at_us, 120 * kSecondUs, 1'800 * kSecondUs);
    const double each = (height() - 22.0) / 4;
    paintTrend(p, QRectF(0, 4, width(), each), *track, Numeric::hr, to - span, to);
    paintTrend(p, QRectF(0, 4 + each, width(), each), *track, Numeric::spo2, to - span, to);
    paintTrend(p, QRectF(0, 4 + 2 * each, width(), each), *track, Numeric::rr, to - span, to);
    paintCuff(p, QRectF(0, 4 + 3 * each, width(), each), *track, to - span, to);
    for (int i = 0; i <= 3; ++i) {
        const double x = 74 + (width() - 144.0) * i / 3;
        const int flags = i == 0 ? Qt::AlignLeft : i == 3 ? Qt::AlignRight : Qt::AlignHCenter;
        const double left = i == 0 ? x : i == 3 ? x - 80 : x - 40;
        paint_text(p, {left, height() - 17.0, 80, 16}, flags | Qt::AlignVCenter, qs(clock_text(to - span + span * i / 3)),
                   metrics::kCaptionPx, Weight::normal, theme.color(Token::text_3), Elide::none);
    }
}

} // namespace ems::console
