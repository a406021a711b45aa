#include "console/widgets/news2_view.h"

#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/news2_words.h"
#include "console/theme/symbols.h"
#include "console/model/limits.h"
#include "console/widgets/score_words.h"
#include "console/widgets/words.h"
#include "telemetry/signal/scores/from_findings.h"
#include "telemetry/signal/scores/from_vitals.h"

#include <algorithm>
#include <array>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kTotalWidth = 152;
constexpr int kTotalPx = 44;

// With the saturation on scale 2.
constexpr std::array<const char*, 7> kItemsOfScale2{kNews2Items[0], "SpO₂ ②",       kNews2Items[2], kNews2Items[3],
                                                    kNews2Items[4], kNews2Items[5], kNews2Items[6]};

// Of Bedside PEWS, in the order of its items.
constexpr std::array<const char*, 7> kPewsItems{
    QT_TRANSLATE_NOOP("news2", "Pulse"), QT_TRANSLATE_NOOP("news2", "Systolic"), QT_TRANSLATE_NOOP("news2", "Resp."),
    QT_TRANSLATE_NOOP("news2", "Refill"), QT_TRANSLATE_NOOP("news2", "Effort"), "SpO₂",
    QT_TRANSLATE_NOOP("news2", "Oxygen")};

QString oldest_text(const signal::Score& score) {
    std::int64_t oldest_us = 0;
    for (const signal::ScoreItem& item : score.items) {
        oldest_us = std::max(oldest_us, item.points ? item.age_us : 0);
    }
    return QCoreApplication::translate("news2", "oldest number %1").arg(qs(age_text(oldest_us)));
}

} // namespace

News2Reading read_news2(const VitalsTrack* track, std::optional<int> age_years, std::int64_t now_us,
                        const ems::wire::PatientChart* chart, signal::Spo2Scale scale) {
    News2Reading out;
    out.total = QStringLiteral("—");
    if (age_years && *age_years < signal::kNews2AgeYearsMin) {
        out.source = news2_age_text();
        return out;
    }
    const bool measured = track != nullptr && track->received != 0;
    if (!measured && chart == nullptr) {
        out.source = no_score_data_text();
        return out;
    }
    signal::News2Input input = measured ? signal::news2_input(track->known, now_us) : signal::News2Input{};
    if (chart != nullptr) {
        signal::add_findings(input, *chart, now_us);
    }
    input.scale = scale;
    out.news2 = signal::news2(input);
    const signal::Score& score = out.news2.score;
    const auto missing = static_cast<int>(score.missing().size());
    if (missing == static_cast<int>(score.items.size())) {
        out.source = no_score_data_text();
        return out;
    }
    out.has_score = true;
    const int least = score.points();
    out.total = score_total_text(score);
    out.risk = missing == 0 ? risk_text(out.news2.risk)
                            : QCoreApplication::translate("news2", "%1–%2 · at least %3 · %4 missing")
                                  .arg(least)
                                  .arg(signal::news2_at_most(score))
                                  .arg(risk_text(out.news2.risk))
                                  .arg(missing);
    out.source = oldest_text(score);
    return out;
}

signal::Spo2Scale spo2_scale_of(const api::Incident* incident) {
    const bool second = incident != nullptr && incident->spo2_scale().scale() == 2;
    return second ? signal::Spo2Scale::two : signal::Spo2Scale::one;
}

EarlyWarning early_warning_for(const PatientAge& patient) {
    const bool child = patient.group != signal::AgeGroup::adult ||
                       (patient.years && *patient.years < signal::kNews2AgeYearsMin);
    return child ? EarlyWarning::bedside_pews : EarlyWarning::news2;
}

PewsReading read_pews(const VitalsTrack* track, const PatientAge& patient, std::int64_t now_us) {
    PewsReading out;
    out.total = QStringLiteral("—");
    if (!patient.months) {
        out.source = QCoreApplication::translate("news2", "PEWS needs the age: enter it in the call");
        return out;
    }
    if (track == nullptr || track->received == 0) {
        out.source = no_score_data_text();
        return out;
    }
    out.score = signal::bedside_pews(signal::pews_age(*patient.months), signal::pews_input(track->known, now_us));
    const auto missing = static_cast<int>(out.score.missing().size());
    if (missing == static_cast<int>(out.score.items.size())) {
        out.source = no_score_data_text();
        return out;
    }
    out.has_score = true;
    const int least = out.score.points();
    const QString risk = least >= signal::kPewsHighRisk ? risk_text(signal::ClinicalRisk::high)
                                                        : QCoreApplication::translate("news2", "high from 8");
    out.total = score_total_text(out.score);
    out.risk = missing == 0 ? risk
                            : QCoreApplication::translate("news2", "%1–%2 · %3 · %4 missing")
                                  .arg(least)
                                  .arg(signal::pews_at_most(out.score))
                                  .arg(risk)
                                  .arg(missing);
    out.source = oldest_text(out.score);
    return out;
}

News2View::News2View(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("news2View"));
    setAccessibleName(QStringLiteral("NEWS2"));
    setMinimumSize(480, 120);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk, &Desk::stateChanged, this, repaint);
    connect(&desk, &Desk::selectionChanged, this, repaint);
    connect(&desk, &Desk::ticked, this, repaint);
    connect(&desk.theme(), &Theme::changed, this, repaint);
}

struct News2View::Shown {
    QString total;
    QString risk;
    QString source;
    const signal::Score* score; // null: none
    const std::array<const char*, 7>& captions;
    int (*most)(std::string_view item);
};

const VitalsTrack* News2View::track() const {
    const auto* unit = desk_.patientUnit();
    return unit == nullptr ? nullptr : desk_.state().vitals(unit->id());
}

const ems::wire::PatientChart* News2View::chart() const {
    const auto* unit = desk_.patientUnit();
    return unit == nullptr ? nullptr : desk_.state().chart(unit->id(), desk_.state().selected_incident());
}

PatientAge News2View::patient() const {
    const VitalsTrack* known = track();
    return score_age(desk_.state().incident(desk_.state().selected_incident()),
                     known == nullptr ? nullptr : &known->newest.vitals(), chart());
}

QString News2View::spokenText() {
    const PatientAge who = patient();
    const signal::Spo2Scale scale = spo2_scale_of(desk_.state().incident(desk_.state().selected_incident()));
    const News2Reading news2 = read_news2(track(), who.years, desk_.shownUs(), chart(), scale);
    const PewsReading pews = read_pews(track(), who, desk_.shownUs());
    const bool child = early_warning_for(who) == EarlyWarning::bedside_pews;
    QStringList said = child ? QStringList{pews.total, pews.risk, pews.source} : QStringList{news2.total, news2.risk, news2.source};
    said.removeAll(QString{});
    return said.join(QStringLiteral("; "));
}

QString News2View::brief() const {
    const PatientAge who = patient();
    if (early_warning_for(who) == EarlyWarning::bedside_pews) {
        return QStringLiteral("PEWS ") + read_pews(track(), who, desk_.shownUs()).total;
    }
    const signal::Spo2Scale scale = spo2_scale_of(desk_.state().incident(desk_.state().selected_incident()));
    return QStringLiteral("NEWS2 ") + read_news2(track(), who.years, desk_.shownUs(), chart(), scale).total;
}

EarlyWarning News2View::shown() const {
    return early_warning_for(patient());
}

void News2View::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const PatientAge who = patient();
    const signal::Spo2Scale scale = spo2_scale_of(desk_.state().incident(desk_.state().selected_incident()));
    const News2Reading news2 = read_news2(track(), who.years, desk_.shownUs(), chart(), scale);
    const PewsReading pews = read_pews(track(), who, desk_.shownUs());
    const bool child = early_warning_for(who) == EarlyWarning::bedside_pews;
    const Shown shown = child ? Shown{pews.total, pews.risk, pews.source, pews.has_score ? &pews.score : nullptr,
                                      kPewsItems, signal::pews_item_most}
                              : Shown{news2.total, news2.risk, news2.source,
                                      news2.has_score ? &news2.news2.score : nullptr,
                                      scale == signal::Spo2Scale::two ? kItemsOfScale2 : kNews2Items, signal::news2_item_most};
    const bool stale = desk_.isStale();
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_text : Token::text_2);
    const QColor third = theme.color(stale ? Token::st_text : Token::text_3);
    paint_text(p, QRectF(12, 6, kTotalWidth - 16, 18), Qt::AlignVCenter, news2_text(QT_TRANSLATE_NOOP("news2", "total")),
               metrics::kCaptionPx, Weight::normal, third);
    paint_text(p, QRectF(12, 24, kTotalWidth - 16, 50), Qt::AlignVCenter, shown.total, kTotalPx, Weight::bold, ink,
               Elide::none);
    const bool is_tight = text_width(shown.risk, metrics::kCaptionPx) > kTotalWidth - 20; // the items begin there
    paint_text(p, QRectF(12, 78, kTotalWidth - 12, 18), Qt::AlignVCenter, shown.risk,
               is_tight ? metrics::kCaptionPx - 1 : metrics::kCaptionPx, Weight::normal, second);
    const double wide = shown.score == nullptr ? width() - 24.0 : kTotalWidth - 12;
    paint_text(p, QRectF(12, 96, wide, 18), Qt::AlignVCenter, shown.source, metrics::kCaptionPx, Weight::normal, third);
    if (shown.score != nullptr) {
        paintItems(p, shown);
    }
}

void News2View::paintItems(QPainter& p, const Shown& shown) const {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_text : Token::text_2);
    const QColor third = theme.color(stale ? Token::st_text : Token::text_3);
    const double each = (width() - kTotalWidth - 12.0) / static_cast<double>(shown.captions.size());
    for (std::size_t i = 0; i < shown.captions.size(); ++i) {
        const signal::ScoreItem& item = shown.score->items.at(i);
        const QRectF box{kTotalWidth + each * static_cast<double>(i) + 2, 8, each - 4, height() - 16.0};
        if (item.points) {
            p.fillRect(box, theme.color(Token::bg_raise));
        }
        QPen pen{theme.color(item.points ? Token::line : Token::text_1), 1};
        if (!item.points) {
            pen.setDashPattern({3, 3});
        }
        p.setPen(pen);
        p.drawRect(box);
        const auto line = [&](double y, double h, const QString& text, int px, Weight weight, const QColor& color) {
            paint_text(p, {box.left() + 2, box.top() + y, box.width() - 4, h}, Qt::AlignCenter, text, px, weight, color);
        };
        line(4, 18, news2_text(shown.captions.at(i)), metrics::kCaptionPx, Weight::normal, second);
        line(24, 22, item.taken.empty() ? QStringLiteral("—") : score_taken_word(item.taken), metrics::kDensePx, Weight::normal, ink);
        line(48, 28, item.points ? QString::number(*item.points) : QStringLiteral("?"), metrics::kTimerPx, Weight::bold,
             ink);
        if (!item.points) {
            line(78, 18, QStringLiteral("0–%1").arg(shown.most(item.name)), metrics::kCaptionPx, Weight::normal, third);
        }
    }
}

} // namespace ems::console
