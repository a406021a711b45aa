#include "console/widgets/scores_view.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/score_words.h"
#include "console/widgets/words.h"
#include "telemetry/signal/scores/from_findings.h"
#include "telemetry/signal/scores/from_vitals.h"

#include <string_view>

#include <QPainter>

namespace ems::console {
namespace {

// Adults by MEWS, qSOFA and the bands of the shock index; SIPA is for 4 to 16 years.
constexpr int kAdultScoresYears = 16;

QString word(const char* text) {
    return QCoreApplication::translate("scores", text);
}

QString missing_text(const std::vector<std::string_view>& missing) {
    QStringList names;
    for (const std::string_view item : missing) {
        names << score_item_word(item);
    }
    return names.isEmpty() ? QString{} : word(QT_TRANSLATE_NOOP("scores", "missing: %1")).arg(names.join(word(QT_TRANSLATE_NOOP("scores", ", "))));
}

ScoreLine line_of(const QString& name, const signal::Score& score, int bound, const QString& meaning) {
    ScoreLine out;
    out.name = name;
    out.value = QStringLiteral("—");
    out.meaning = meaning;
    out.missing = missing_text(score.missing());
    if (score.missing().size() < score.items.size()) {
        out.value = score.complete() ? QString::number(score.points()) : QStringLiteral("≥ %1").arg(score.points());
        out.stands_out = score.points() >= bound;
    }
    return out;
}

QString band_text(signal::ShockBand band) {
    switch (band) {
    case signal::ShockBand::below_normal:
        return word(QT_TRANSLATE_NOOP("scores", "below normal"));
    case signal::ShockBand::normal:
        return word(QT_TRANSLATE_NOOP("scores", "normal 0.5-0.7"));
    case signal::ShockBand::raised:
        return word(QT_TRANSLATE_NOOP("scores", "raised"));
    case signal::ShockBand::abnormal:
        return word(QT_TRANSLATE_NOOP("scores", "abnormal from 0.9"));
    case signal::ShockBand::shock_likely:
        return word(QT_TRANSLATE_NOOP("scores", "shock likely from 1.0"));
    case signal::ShockBand::massive_haemorrhage:
        break;
    }
    return word(QT_TRANSLATE_NOOP("scores", "massive haemorrhage from 1.4"));
}

ScoreLine shock_line(const signal::ShockIndex& shock, const PatientAge& patient) {
    ScoreLine out;
    const bool child = patient.group != signal::AgeGroup::adult || (patient.years && *patient.years <= 16);
    out.name = child ? QStringLiteral("SIPA") : word(QT_TRANSLATE_NOOP("scores", "Shock index"));
    out.value = shock.index ? QString::number(*shock.index, 'f', 2) : QStringLiteral("—");
    out.missing = missing_text(shock.missing);
    if (!shock.index) {
        return out;
    }
    if (child) {
        out.meaning = shock.sipa == signal::Finding::abnormal ? word(QT_TRANSLATE_NOOP("scores", "above the age's bound"))
                      : shock.sipa                            ? word(QT_TRANSLATE_NOOP("scores", "within the age's bound"))
                                   : word(QT_TRANSLATE_NOOP("scores", "bounds are for 4 to 16 years"));
        out.stands_out = shock.sipa == signal::Finding::abnormal;
    } else if (shock.band) {
        out.meaning = band_text(*shock.band);
        out.stands_out = *shock.band >= signal::ShockBand::abnormal;
    }
    return out;
}

} // namespace

std::vector<ScoreLine> read_scores(const VitalsTrack* track, const PatientAge& patient, std::int64_t now_us,
                                   const ems::wire::PatientChart* chart) {
    std::vector<ScoreLine> out;
    if (track == nullptr || track->received == 0) {
        return out;
    }
    signal::MewsInput mews = signal::mews_input(track->known, now_us);
    signal::QsofaInput qsofa = signal::qsofa_input(track->known, now_us);
    if (chart != nullptr) {
        signal::add_findings(mews, *chart, now_us);
        signal::add_findings(qsofa, *chart, now_us);
    }
    const bool adult = patient.group == signal::AgeGroup::adult &&
                       (!patient.years || *patient.years >= kAdultScoresYears);
    if (adult) {
        out.push_back(line_of(QStringLiteral("MEWS"), signal::mews(mews),
                              signal::kMewsCritical, word(QT_TRANSLATE_NOOP("scores", "critical from 5"))));
        out.push_back(line_of(QStringLiteral("qSOFA"), signal::qsofa(qsofa),
                              signal::kQsofaPositive, word(QT_TRANSLATE_NOOP("scores", "positive from 2"))));
    }
    out.push_back(shock_line(signal::shock_index(signal::shock_input(track->known, patient.years, now_us)), patient));
    return out;
}

ScoresView::ScoresView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("scoresView"));
    setAccessibleName(tr("Other scores"));
    setMinimumSize(262, 120);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk, &Desk::stateChanged, this, repaint);
    connect(&desk, &Desk::selectionChanged, this, repaint);
    connect(&desk, &Desk::ticked, this, repaint);
    connect(&desk.theme(), &Theme::changed, this, repaint);
}

std::vector<ScoreLine> ScoresView::lines() const {
    const auto* unit = desk_.patientUnit();
    const VitalsTrack* track = unit == nullptr ? nullptr : desk_.state().vitals(unit->id());
    const auto* chart = unit == nullptr ? nullptr : desk_.state().chart(unit->id(), desk_.state().selected_incident());
    const PatientAge patient = score_age(desk_.state().incident(desk_.state().selected_incident()),
                                         track == nullptr ? nullptr : &track->newest.vitals(), chart);
    return read_scores(track, patient, desk_.shownUs(), chart);
}

QString ScoresView::spokenText() {
    QStringList said;
    for (const ScoreLine& line : lines()) {
        said << (QStringList{line.name, line.value, line.meaning, line.missing}).join(QLatin1Char(' ')).trimmed();
    }
    return said.isEmpty() ? tr("no data") : said.join(QStringLiteral("; "));
}

void ScoresView::paintEvent(QPaintEvent* /*event*/) {
    constexpr double kNameWidth = 92;
    constexpr double kValueWidth = 58;
    constexpr double kRow = 46;
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const auto shown = lines();
    const bool stale = desk_.isStale();
    const auto color = [&](Token token) { return theme.color(stale ? Token::st_text : token); };
    if (shown.empty()) {
        paint_text(p, QRectF{rect()}.adjusted(12, 0, 0, 0), Qt::AlignVCenter, tr("no data"), metrics::kDensePx,
                   Weight::normal, color(Token::text_3));
        return;
    }
    double y = 4;
    for (const ScoreLine& line : shown) {
        const double right = width() - 12.0;
        const double text_left = 12 + kNameWidth + kValueWidth + 8;
        paint_text(p, {12, y, kNameWidth, 24}, Qt::AlignVCenter, line.name, metrics::kDensePx, Weight::bold,
                   color(Token::text_2));
        paint_text(p, {12 + kNameWidth, y, kValueWidth, 24}, Qt::AlignVCenter, line.value, metrics::kTimerPx, Weight::bold,
                   color(Token::text_1), Elide::none);
        paint_text(p, {text_left, y, right - text_left, 24}, Qt::AlignVCenter, line.meaning, metrics::kCaptionPx,
                   line.stands_out ? Weight::bold : Weight::normal, color(line.stands_out ? Token::text_1 : Token::text_3));
        paint_text(p, {12, y + 22, right - 12, 18}, Qt::AlignVCenter, line.missing, metrics::kCaptionPx, Weight::normal,
                   color(Token::text_3));
        y += kRow;
    }
}

} // namespace ems::console
