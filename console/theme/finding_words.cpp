#include "console/theme/finding_words.h"

#include "console/theme/time_text.h"
#include "telemetry/wire/findings.h"

#include <array>
#include <utility>

#include <QStringList>

namespace ems::console {
namespace {

using Findings = ems::wire::PatientFindings;

// The groups of chief complaints that Chinese emergency records count by; assumed until a centre
// names its own.
constexpr std::array<std::string_view, 12> kComplaints{
    "chest_pain",   "dyspnoea",  "stroke_signs", "unconscious", "trauma",  "bleeding",
    "abdominal_pain", "seizure", "fever",        "poisoning",   "obstetric", "palpitation"};
constexpr std::array<std::string_view, 12> kNotes{
    "relative_aboard", "no_allergy",  "allergy",     "anticoagulant", "iv_access", "ecg_done",
    "aspirin_given",   "immobilised", "airway_open", "intubated",     "cpr",       "vomiting"};

constexpr std::array<std::pair<std::string_view, const char*>, 24> kTexts{{
    {"chest_pain", QT_TRANSLATE_NOOP("findings", "chest pain")},
    {"dyspnoea", QT_TRANSLATE_NOOP("findings", "short of breath")},
    {"stroke_signs", QT_TRANSLATE_NOOP("findings", "stroke signs")},
    {"unconscious", QT_TRANSLATE_NOOP("findings", "unconscious")},
    {"trauma", QT_TRANSLATE_NOOP("findings", "trauma")},
    {"bleeding", QT_TRANSLATE_NOOP("findings", "bleeding")},
    {"abdominal_pain", QT_TRANSLATE_NOOP("findings", "abdominal pain")},
    {"seizure", QT_TRANSLATE_NOOP("findings", "seizure")},
    {"fever", QT_TRANSLATE_NOOP("findings", "fever")},
    {"poisoning", QT_TRANSLATE_NOOP("findings", "poisoning")},
    {"obstetric", QT_TRANSLATE_NOOP("findings", "labour, pregnancy")},
    {"palpitation", QT_TRANSLATE_NOOP("findings", "palpitation")},
    {"relative_aboard", QT_TRANSLATE_NOOP("findings", "relative aboard")},
    {"no_allergy", QT_TRANSLATE_NOOP("findings", "no allergy known")},
    {"allergy", QT_TRANSLATE_NOOP("findings", "drug allergy")},
    {"anticoagulant", QT_TRANSLATE_NOOP("findings", "on anticoagulants")},
    {"iv_access", QT_TRANSLATE_NOOP("findings", "venous access")},
    {"ecg_done", QT_TRANSLATE_NOOP("findings", "12-lead taken")},
    {"aspirin_given", QT_TRANSLATE_NOOP("findings", "aspirin given")},
    {"immobilised", QT_TRANSLATE_NOOP("findings", "immobilised")},
    {"airway_open", QT_TRANSLATE_NOOP("findings", "airway opened")},
    {"intubated", QT_TRANSLATE_NOOP("findings", "intubated")},
    {"cpr", QT_TRANSLATE_NOOP("findings", "CPR running")},
    {"vomiting", QT_TRANSLATE_NOOP("findings", "vomiting")},
}};

QString listed(const Findings::Codes& codes) {
    QStringList words;
    for (const std::string& code : codes.code()) {
        words << FindingWords::code(code);
    }
    return words.isEmpty() ? QStringLiteral("—") : words.join(QStringLiteral("、"));
}

QString hhmm(std::int64_t us) {
    return QString::fromStdString(clock_text(us)).left(5);
}

QString tenth(std::int64_t tenths) {
    return QString::number(static_cast<double>(tenths) / 10.0, 'f', 1);
}

} // namespace

std::span<const std::string_view> FindingWords::complaints() {
    return kComplaints;
}

std::span<const std::string_view> FindingWords::notes() {
    return kNotes;
}

QString FindingWords::code(std::string_view code) {
    for (const auto& [known, text] : kTexts) {
        if (known == code) {
            return QCoreApplication::translate("findings", text);
        }
    }
    return QString::fromUtf8(code.data(), static_cast<qsizetype>(code.size()));
}

QString FindingWords::caption(int field_number) {
    switch (field_number) {
    case Findings::kAgeMonthsFieldNumber:
        return tr("Age");
    case Findings::kSexFieldNumber:
        return tr("Sex");
    case Findings::kConsciousnessFieldNumber:
        return tr("Consciousness");
    case Findings::kGcsEyesFieldNumber:
        return tr("GCS eyes");
    case Findings::kGcsVerbalFieldNumber:
        return tr("GCS verbal");
    case Findings::kGcsMotorFieldNumber:
        return tr("GCS motor");
    case Findings::kOxygenDlMinFieldNumber:
        return tr("Oxygen");
    case Findings::kTempCdegFieldNumber:
        return tr("Temperature");
    case Findings::kPainFieldNumber:
        return tr("Pain");
    case Findings::kGlucoseDmmolFieldNumber:
        return tr("Glucose");
    case Findings::kComplaintsFieldNumber:
        return tr("Complaint");
    case Findings::kNotesFieldNumber:
        return tr("Notes");
    case Findings::kOnsetMinBeforeFieldNumber:
        return tr("Last seen well");
    case Findings::kWeightKgFieldNumber:
        return tr("Weight");
    default:
        return {};
    }
}

QString FindingWords::consciousness(Findings::Consciousness state) {
    switch (state) {
    case Findings::ALERT:
        return tr("A alert");
    case Findings::CONFUSED:
        return tr("C confused");
    case Findings::VOICE:
        return tr("V to voice");
    case Findings::PAIN:
        return tr("P to pain");
    case Findings::UNRESPONSIVE:
        return tr("U unresponsive");
    default:
        return QStringLiteral("—");
    }
}

QString FindingWords::oxygen(std::uint32_t dl_min) {
    return dl_min == 0         ? tr("air")
           : dl_min % 10 == 0 ? QStringLiteral("%1 L/min").arg(dl_min / 10)
                               : QStringLiteral("%1 L/min").arg(tenth(dl_min));
}

QString FindingWords::gcs(int field_number, std::uint32_t points) {
    const char* letter = field_number == Findings::kGcsEyesFieldNumber     ? "E"
                         : field_number == Findings::kGcsVerbalFieldNumber ? "V"
                                                                           : "M";
    return points == 0 ? tr("%1 not testable").arg(QLatin1String{letter})
                       : QLatin1String{letter} + QString::number(points);
}

QString FindingWords::value(const Findings& findings, int field_number) {
    const auto* field = Findings::descriptor()->FindFieldByNumber(field_number);
    if (field == nullptr || !findings.GetReflection()->HasField(findings, field)) {
        return QStringLiteral("—");
    }
    constexpr std::uint32_t kInMonthsBelow = 24;
    switch (field_number) {
    case Findings::kAgeMonthsFieldNumber:
        return findings.age_months() < kInMonthsBelow ? tr("%1 months").arg(findings.age_months())
                                                      : tr("%1 years").arg(findings.age_months() / 12);
    case Findings::kSexFieldNumber:
        return findings.sex() == "m" ? tr("male") : tr("female");
    case Findings::kConsciousnessFieldNumber:
        return consciousness(findings.consciousness());
    case Findings::kGcsEyesFieldNumber:
        return gcs(field_number, findings.gcs_eyes());
    case Findings::kGcsVerbalFieldNumber:
        return gcs(field_number, findings.gcs_verbal());
    case Findings::kGcsMotorFieldNumber:
        return gcs(field_number, findings.gcs_motor());
    case Findings::kOxygenDlMinFieldNumber:
        return oxygen(findings.oxygen_dl_min());
    case Findings::kTempCdegFieldNumber:
        return tenth((findings.temp_cdeg() + 5) / 10) + QStringLiteral(" °C");
    case Findings::kPainFieldNumber:
        return QStringLiteral("%1/10").arg(findings.pain());
    case Findings::kGlucoseDmmolFieldNumber:
        return tenth(findings.glucose_dmmol()) + QStringLiteral(" mmol/L");
    case Findings::kComplaintsFieldNumber:
        return listed(findings.complaints());
    case Findings::kNotesFieldNumber:
        return listed(findings.notes());
    case Findings::kOnsetMinBeforeFieldNumber:
        return onset(findings.onset_min_before());
    case Findings::kWeightKgFieldNumber:
        return tr("about %1 kg").arg(findings.weight_kg());
    default:
        return QStringLiteral("—");
    }
}

QString FindingWords::onset(std::uint32_t minutes_before) {
    constexpr std::uint32_t kHour = 60;
    return minutes_before == 0           ? tr("just now")
           : minutes_before % kHour == 0 ? tr("%1 h ago").arg(minutes_before / kHour)
                                         : tr("%1 min ago").arg(minutes_before);
}

QString FindingWords::entered(const Findings& findings, int field_number,
                              std::int64_t entered_us) {
    const std::int64_t well_us = ems::wire::last_seen_well_us(findings, entered_us);
    if (field_number != Findings::kOnsetMinBeforeFieldNumber || well_us == 0) {
        return value(findings, field_number);
    }
    const QString day = QString::fromStdString(date_text(well_us)).mid(5); // "03-18"
    const bool same_day = date_text(well_us) == date_text(entered_us);
    return (same_day ? QString{} : day + QStringLiteral(" ")) + hhmm(well_us);
}

QString FindingWords::withTime(const Findings& findings, int field_number,
                               std::int64_t entered_us) {
    const QString words = entered(findings, field_number, entered_us);
    return field_number == Findings::kOnsetMinBeforeFieldNumber
               ? tr("%1 (said %2)").arg(words, hhmm(entered_us)) // two times side by side mean nothing
               : words + QStringLiteral(" ") + hhmm(entered_us);
}

} // namespace ems::console
