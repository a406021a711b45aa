#include "console/widgets/found_view.h"

#include "console/theme/finding_words.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"
#include "telemetry/wire/findings.h"

#include <algorithm>
#include <array>

#include <QPainter>

namespace ems::console {
namespace {

using Findings = ems::wire::PatientFindings;

constexpr int kMargin = 12;
constexpr int kCaptionWidth = 92;
constexpr int kLineHigh = 20;
constexpr int kPadding = 5;

// GCS stands in place of its first part.
constexpr std::array<int, 12> kOrder{
    Findings::kComplaintsFieldNumber, Findings::kOnsetMinBeforeFieldNumber,
    Findings::kConsciousnessFieldNumber,
    Findings::kGcsEyesFieldNumber,    Findings::kOxygenDlMinFieldNumber,
    Findings::kPainFieldNumber,       Findings::kGlucoseDmmolFieldNumber,
    Findings::kTempCdegFieldNumber,   Findings::kNotesFieldNumber,
    Findings::kAgeMonthsFieldNumber,  Findings::kSexFieldNumber,
    Findings::kWeightKgFieldNumber};
constexpr std::array<int, 3> kGcs{Findings::kGcsEyesFieldNumber, Findings::kGcsVerbalFieldNumber,
                                  Findings::kGcsMotorFieldNumber};

QString entry(const QString& caption, const QString& value, std::int64_t at_us) {
    return QStringLiteral("%1 %2 %3").arg(caption, value, qs(clock_text(at_us)).left(5));
}

QString gcs_entry(const ems::wire::PatientChart& chart) {
    QStringList parts;
    std::int64_t at_us = 0;
    for (const int part : kGcs) {
        if (const std::int64_t part_us = ems::wire::found_us(chart, part); part_us != 0) {
            parts << FindingWords::value(chart.findings(), part);
            at_us = std::max(at_us, part_us);
        }
    }
    return parts.isEmpty() ? QString{}
                           : entry(QStringLiteral("GCS"), parts.join(QChar{u' '}), at_us);
}

} // namespace

QStringList found_entries(const ems::wire::PatientChart& chart) {
    QStringList out;
    for (const int field : kOrder) {
        if (field == kGcs.front()) {
            if (QString gcs = gcs_entry(chart); !gcs.isEmpty()) {
                out << std::move(gcs);
            }
        } else if (const std::int64_t at_us = ems::wire::found_us(chart, field); at_us != 0) {
            out << FindingWords::caption(field) + QChar{u' '} +
                       FindingWords::withTime(chart.findings(), field, at_us);
        }
    }
    return out;
}

std::vector<WithdrawnEntry> withdrawn_entries(const ems::wire::PatientChart& chart) {
    std::vector<WithdrawnEntry> out;
    const auto add = [&](int field) {
        const ems::wire::Withdrawal gone = ems::wire::withdrawal(chart, field);
        if (gone.found_us != 0) {
            out.push_back({FindingWords::caption(field) + QChar{u' '} +
                               FindingWords::withTime(chart.withdrawn(), field, gone.found_us),
                           QCoreApplication::translate("found", "withdrawn by the crew %1")
                               .arg(qs(clock_text(gone.withdrawn_us)).left(5))});
        }
    };
    for (const int field : kOrder) {
        add(field);
        if (field == kGcs.front()) {
            add(kGcs[1]);
            add(kGcs[2]);
        }
    }
    return out;
}

FoundView::FoundView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("foundView"));
    setAccessibleName(tr("Crew found"));
    connect(&desk, &Desk::stateChanged, this, &FoundView::follow);
    connect(&desk, &Desk::selectionChanged, this, &FoundView::follow);
    connect(&desk, &Desk::ticked, this, qOverload<>(&QWidget::update));
    connect(&desk.theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    hide();
}

const ems::wire::PatientChart* FoundView::chart() const {
    const auto* unit = desk_.patientUnit();
    return unit == nullptr ? nullptr
                           : desk_.state().chart(unit->id(), desk_.state().selected_incident());
}

void FoundView::follow() {
    const auto* known = chart();
    QStringList entries = known == nullptr ? QStringList{} : found_entries(*known);
    auto withdrawn = known == nullptr ? std::vector<WithdrawnEntry>{} : withdrawn_entries(*known);
    if (entries != entries_ || withdrawn != withdrawn_) {
        entries_ = std::move(entries);
        withdrawn_ = std::move(withdrawn);
        describe();
        makeRoom();
    }
    update();
}

void FoundView::describe() {
    QStringList said = entries_;
    for (const WithdrawnEntry& one : withdrawn_) {
        said << one.since + QStringLiteral(": ") + one.stood;
    }
    setAccessibleDescription(said.join(QStringLiteral(" · ")));
}

void FoundView::resizeEvent(QResizeEvent* /*event*/) {
    makeRoom();
}

// Nothing is elided: what does not fit goes on in the next line.
void FoundView::makeRoom() {
    lines_.clear();
    const QString between = QStringLiteral("　·　");
    // A hidden one has no width of its own yet.
    const int room = parentWidget() == nullptr ? width() : parentWidget()->width();
    const int wide = room - 2 * kMargin - kCaptionWidth;
    for (const QString& one : entries_) {
        const QString longer = lines_.isEmpty() ? one : lines_.last() + between + one;
        if (!lines_.isEmpty() && text_width(longer, metrics::kDensePx) <= wide) {
            lines_.last() = longer;
        } else {
            lines_ << one;
        }
    }
    const auto count = static_cast<int>(lines_.size()) + static_cast<int>(withdrawn_.size());
    const int high = count == 0 ? 0 : count * kLineHigh + 2 * kPadding;
    if (high != high_) {
        high_ = high;
        setVisible(false); // showing it anew lays out every panel above
        setVisible(high != 0);
    }
}

void FoundView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_raise));
    const bool stale = desk_.isStale();
    const auto color = [&](Token token) { return theme.color(stale ? Token::st_text : token); };
    paint_text(p, {kMargin, kPadding, kCaptionWidth, kLineHigh}, Qt::AlignVCenter, accessibleName(),
               metrics::kDensePx, Weight::bold, color(Token::text_2));
    double y = kPadding;
    for (const QString& line : lines_) {
        paint_text(p, {kMargin + kCaptionWidth, y, width() - 2.0 * kMargin - kCaptionWidth, kLineHigh},
                   Qt::AlignVCenter, line, metrics::kDensePx, Weight::normal, color(Token::text_1));
        y += kLineHigh;
    }
    const double left = kMargin + kCaptionWidth;
    for (const WithdrawnEntry& one : withdrawn_) {
        paint_text(p, {left, y, width() - kMargin - left, kLineHigh}, Qt::AlignVCenter, one.stood,
                   metrics::kDensePx, Weight::normal, color(Token::text_2));
        const double struck = text_width(one.stood, metrics::kDensePx);
        const double middle = y + kLineHigh / 2.0 + 0.5;
        p.setPen(QPen{color(Token::text_2), 1});
        p.drawLine(QPointF{left, middle}, QPointF{left + struck, middle});
        paint_text(p, {left + struck + 12, y, width() - kMargin - left - struck - 12, kLineHigh},
                   Qt::AlignVCenter, one.since, metrics::kDensePx, Weight::normal,
                   color(Token::text_2));
        y += kLineHigh;
    }
}

} // namespace ems::console
