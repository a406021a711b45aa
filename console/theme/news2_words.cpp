#include "console/theme/news2_words.h"

namespace ems::console {

QString news2_text(const char* text) {
    return QCoreApplication::translate("news2", text);
}

QString score_total_text(const signal::Score& score) {
    return score.complete() ? QString::number(score.points()) : QStringLiteral("≥ %1").arg(score.points());
}

QString risk_text(signal::ClinicalRisk risk) {
    switch (risk) {
    case signal::ClinicalRisk::low:
        return QCoreApplication::translate("news2", "low");
    case signal::ClinicalRisk::low_medium:
        return QCoreApplication::translate("news2", "low-medium");
    case signal::ClinicalRisk::medium:
        return QCoreApplication::translate("news2", "medium");
    case signal::ClinicalRisk::high:
        break;
    }
    return QCoreApplication::translate("news2", "high");
}

QString news2_age_text() {
    return QCoreApplication::translate("news2", "for 16 years and older");
}

QString no_score_data_text() {
    return QCoreApplication::translate("news2", "no data");
}

} // namespace ems::console
