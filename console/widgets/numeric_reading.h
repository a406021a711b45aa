// One vital sign as every view of a desk shows it: its name and colour, the number or why there is none, the limits it is
// held against, and the alarm that is about it.
#pragma once

#include <array>
#include <cstdint>

#include "console/model/ageing.h"
#include "console/theme/theme.h"
#include "console/widgets/desk.h"
#include "telemetry/signal/alarm/alarm_table.h"

#include <QCoreApplication>
#include <QString>

namespace ems::console {

enum class Numeric : std::uint8_t { hr, spo2, rr, nibp, etco2, temp, pr };

struct NumericLook {
    Numeric numeric;
    const char* name;
    const char* brief; // where the tile is too narrow for the name beside the unit
    const char* unit;
    Token token;
    int width; // of 1012
};
inline constexpr std::array<NumericLook, 7> kNumericLooks{{
    {Numeric::hr, QT_TRANSLATE_NOOP("numerics", "Heart rate"), QT_TRANSLATE_NOOP("numerics", "HR"), QT_TRANSLATE_NOOP("numerics", "/min"), Token::w_ecg, 128},
    {Numeric::spo2, "SpO₂", "SpO₂", "%", Token::w_spo2, 128},
    {Numeric::rr, QT_TRANSLATE_NOOP("numerics", "Respiration"), QT_TRANSLATE_NOOP("numerics", "Resp"), QT_TRANSLATE_NOOP("numerics", "/min"), Token::w_resp,
     128},
    {Numeric::nibp, "NIBP", "NIBP", "mmHg", Token::text_1, 212},
    {Numeric::etco2, "EtCO₂", "EtCO₂", "mmHg", Token::w_co2, 128},
    {Numeric::temp, QT_TRANSLATE_NOOP("numerics", "Temperature"), QT_TRANSLATE_NOOP("numerics", "Temp"), "°C", Token::w_temp, 128},
    {Numeric::pr, QT_TRANSLATE_NOOP("numerics", "Pulse rate"), QT_TRANSLATE_NOOP("numerics", "PR"), QT_TRANSLATE_NOOP("numerics", "/min"), Token::w_spo2, 160},
}};
QString numeric_text(const char* text);

// What a numeric shows: a value (past its limit the last one, crossed out), or why there is none. Invalid is "--", never 0;
// not measured is "—" with the reason.
struct NumericReading {
    QString value;
    QString extra;   // e.g. the mean pressure
    QString reason;  // why there is no value
    std::int64_t age_us{0};
    Freshness freshness{Freshness::fresh};
    bool has_value{false};
};
// What stands where only the present may: "--" in place of a number past its limit.
QString present_text(const NumericReading& reading);
NumericReading read_numeric(Numeric numeric, const VitalsTrack* track, std::int64_t now_us);

// The pulse is held against the heart's limits. Without an upper limit: the most there is.
struct LimitsShown {
    std::int32_t low;
    std::int32_t high;
};
LimitsShown limits_of(Numeric numeric, signal::AgeGroup group);
QString limits_text(Numeric numeric, signal::AgeGroup group); // "50–120"

// That stands of the unit and is about the number; null: none.
const AlarmEntry* alarm_of(const Desk& desk, Numeric numeric, std::int64_t unit_id);

} // namespace ems::console
