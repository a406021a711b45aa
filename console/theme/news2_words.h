// The words of NEWS2 for every screen: the total or the least it can be, the risk, the items. The score itself is
// telemetry/signal/scores.
#pragma once

#include <array>

#include "telemetry/signal/scores/news2.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

// In the order of the score's items, for news2_text().
inline constexpr std::array<const char*, 7> kNews2Items{
    QT_TRANSLATE_NOOP("news2", "Resp."), "SpO₂", QT_TRANSLATE_NOOP("news2", "Oxygen"),
    QT_TRANSLATE_NOOP("news2", "Systolic"), QT_TRANSLATE_NOOP("news2", "Pulse"), QT_TRANSLATE_NOOP("news2", "Consc."),
    QT_TRANSLATE_NOOP("news2", "Temp.")};
QString news2_text(const char* text);

QString score_total_text(const signal::Score& score); // "7"; "≥ 9" while something is missing
QString risk_text(signal::ClinicalRisk risk);
// Why there is none.
QString news2_age_text();
QString no_score_data_text();

} // namespace ems::console
