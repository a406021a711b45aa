#include "console/model/alarm_parameters.h"

#include <algorithm>

namespace ems::console {
namespace {

struct Row {
    std::string_view code;
    std::string_view parameter;
};

// Codes of console/model/alarm_rows_patient.cpp.
constexpr std::array<Row, 22> kRows{{
    {"hr_extreme_low", "hr"},
    {"hr_extreme_high", "hr"},
    {"hr_low", "hr"},
    {"hr_high", "hr"},
    {"spo2_critical", "spo2"},
    {"spo2_low", "spo2"},
    {"spo2_high", "spo2"},
    {"pleth_no_pulse", "spo2"},
    {"rr_low", "rr"},
    {"rr_high", "rr"},
    {"nibp_low", "nibp"},
    {"nibp_high", "nibp"},
    {"nibp_mean_low", "nibp"},
    {"nibp_mean_high", "nibp"},
    {"nibp_dia_low", "nibp"},
    {"nibp_dia_high", "nibp"},
    {"etco2_critical", "etco2"},
    {"etco2_low", "etco2"},
    {"etco2_high", "etco2"},
    {"temp_low", "temp"},
    {"temp_high", "temp"},
    {"st_elevation", "st"},
}};

constexpr std::uint32_t kHighestHeldBack = 2;

} // namespace

bool is_alarm_parameter(std::string_view text) {
    return std::find(kAlarmParameters.begin(), kAlarmParameters.end(), text) != kAlarmParameters.end();
}

std::string_view alarm_parameter(std::string_view code) {
    const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.code == code; });
    return row == kRows.end() ? std::string_view{} : row->parameter;
}

api::MarkAlarm switch_request(AlarmSwitch to, std::int64_t assignment_id, std::string_view parameter, std::string_view reason) {
    api::MarkAlarm out;
    out.set_about("assignment");
    out.set_about_id(assignment_id);
    out.set_code(std::string{parameter});
    out.set_kind(to == AlarmSwitch::off ? "off" : "on");
    out.set_grade(kHighestHeldBack);
    if (to == AlarmSwitch::off) {
        out.set_reason(std::string{reason});
    }
    return out;
}

} // namespace ems::console
