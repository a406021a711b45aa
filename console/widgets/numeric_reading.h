// One vital sign as every view of a desk shows it: its name and colour, the number or why there is none, the limits it is
// held against, and the alarm that is about it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "console/model/ageing.h"
#include "console/theme/theme.h"
#include "console/widgets/desk.h"
#include "telemetry/signal/alarm/alarm_table.h"

#include <QCoreApplication>
#include <QString>
#include <QStringList>

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
signal::AgeGroup shown_group(const Desk& desk);                // of the patient shown

// The parameter whose alarms are about the number (console/model/alarm_parameters.h); empty: none.
std::string_view parameter_of(Numeric numeric);
// Of the number, for the patient of the unit; null: they are on.
const AlarmOff* alarms_off(const Desk& desk, Numeric numeric, std::int64_t unit_id);
// "SpO₂", "ST"
QString parameter_name(std::string_view parameter);
// Names of those whose alarms are off, in the order of the screen.
QStringList parameters_off(const Desk& desk, std::int64_t unit_id);
QString alarms_off_word();                       // beside the crossed bell
QString alarms_off_by(const AlarmOff& off);      // who and why
// The person at this desk is a physician.
bool may_switch_alarms(const Desk& desk);

// That stands of the unit, is about the number and not switched off; null: none.
const AlarmEntry* alarm_of(const Desk& desk, Numeric numeric, std::int64_t unit_id);

} // namespace ems::console
