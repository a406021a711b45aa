#include "console/theme/advisory_words.h"

#include "telemetry/signal/vitals/ecg_advice_wire.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace ems::console {
namespace {

constexpr std::int64_t kMillisecondUs = 1'000;
constexpr int kSgarbossaPositive = 3;

QString word(const char* text) {
    return QCoreApplication::translate("advisory", text);
}

QString no_diagnosis() {
    return word(QT_TRANSLATE_NOOP("advisory", "advisory, no diagnosis"));
}

QString leads(std::uint32_t mask) {
    return QString::fromStdString(signal::lead_list(mask));
}

QString refusals(const signal::StAdvisory& st) {
    const auto language = QLocale().language() == QLocale::Chinese ? signal::TextLanguage::chinese
                                                                   : signal::TextLanguage::english;
    QStringList out;
    for (std::size_t i = 0; i < signal::kStRefusals; ++i) {
        if (st.refusals.test(i)) {
            out << QString::fromStdString(
                signal::st_refusal_text(static_cast<signal::StRefusal>(i), language));
        }
    }
    return out.join(word(QT_TRANSLATE_NOOP("advisory", "; ")));
}

// What the physician is asked to add.
void add_requests(const signal::StAdvisory& st, QStringList& parts) {
    if (st.ask_right_chest) {
        parts << word(QT_TRANSLATE_NOOP("advisory", "record V3R, V4R"));
    }
    if (st.ask_posterior) {
        parts << word(QT_TRANSLATE_NOOP("advisory", "record V7-V9"));
    }
    if (st.diffuse_with_avr) {
        parts << word(QT_TRANSLATE_NOOP("advisory", "aVR up, wide depression"));
    }
    if (st.sgarbossa && *st.sgarbossa >= kSgarbossaPositive) {
        parts << word(QT_TRANSLATE_NOOP("advisory", "Sgarbossa %1 points")).arg(*st.sgarbossa);
    }
}

} // namespace

QString st_unknown_text() {
    return word(QT_TRANSLATE_NOOP("advisory", "ST not measured: needs eight leads for 20 s"));
}

std::optional<AdvisoryLine> st_line(const wire::EcgAdvisory& advisory) {
    const auto st = signal::st_of_wire(advisory);
    if (!st) {
        return std::nullopt;
    }
    AdvisoryLine out;
    out.age_us = std::int64_t{advisory.st_age_ms()} * kMillisecondUs;
    QStringList parts;
    switch (st->verdict) {
    case signal::StVerdict::criteria_met:
        out.suggests = true;
        parts << word(QT_TRANSLATE_NOOP("advisory", "ST elevation? %1")).arg(leads(st->elevated));
        parts << no_diagnosis();
        if (st->not_judged != 0) {
            parts << word(QT_TRANSLATE_NOOP("advisory", "not judged: %1")).arg(leads(st->not_judged));
        }
        break;
    case signal::StVerdict::criteria_not_seen:
        parts << word(QT_TRANSLATE_NOOP("advisory", "ST elevation criteria not seen, excludes nothing"));
        parts << no_diagnosis();
        break;
    case signal::StVerdict::not_interpretable:
        parts << word(QT_TRANSLATE_NOOP("advisory", "ST not interpretable: %1")).arg(refusals(*st));
        break;
    }
    add_requests(*st, parts);
    if (st->verdict != signal::StVerdict::not_interpretable &&
        (st->sex_assumed || st->age_assumed)) {
        parts << word(QT_TRANSLATE_NOOP("advisory", "sex or age unknown: lowest thresholds"));
    }
    out.text = parts.join(QStringLiteral(" · "));
    return out;
}

std::optional<AdvisoryLine> af_line(const wire::EcgAdvisory& advisory) {
    const auto af = signal::af_of_wire(advisory);
    if (!af) {
        return std::nullopt;
    }
    AdvisoryLine out;
    out.age_us = std::int64_t{advisory.af_age_ms()} * kMillisecondUs;
    switch (*af) {
    case signal::AfFinding::suspected:
        out.suggests = true;
        out.text = word(QT_TRANSLATE_NOOP("advisory", "irregular beats, AF?")) +
                   QStringLiteral(" · ") + no_diagnosis();
        break;
    case signal::AfFinding::not_suspected:
        out.text = word(QT_TRANSLATE_NOOP("advisory", "AF not suspected"));
        break;
    case signal::AfFinding::too_few_beats:
        out.text = word(QT_TRANSLATE_NOOP("advisory", "AF not judged: fewer than 48 intervals"));
        break;
    case signal::AfFinding::noise:
        out.text = word(QT_TRANSLATE_NOOP("advisory", "AF not judged: noise"));
        break;
    case signal::AfFinding::frequent_ectopy:
        out.text = word(QT_TRANSLATE_NOOP("advisory", "AF not judged: frequent ectopic beats"));
        break;
    }
    return out;
}

} // namespace ems::console
