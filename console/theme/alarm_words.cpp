#include "console/theme/alarm_words.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>
#include <QStringList>

namespace ems::console {
namespace {

struct Entry {
    const char* code;
    const char* text;
};

// A test compares this with the sources that raise them.
constexpr std::array kAlarms{
    Entry{"server_lost", QT_TRANSLATE_NOOP("codes", "Dispatch server disconnected")},
    Entry{"no_leader",
          QT_TRANSLATE_NOOP("codes", "Server takes no orders; dispatch by telephone or radio")},
    Entry{"unit_lost", QT_TRANSLATE_NOOP("codes", "Unit out of contact")},
    Entry{"dispatch_overdue", QT_TRANSLATE_NOOP("codes", "Dispatch overdue")},
    Entry{"answer_overdue", QT_TRANSLATE_NOOP("codes", "Call not answered")},
    Entry{"turnout_overdue", QT_TRANSLATE_NOOP("codes", "Turnout overdue")},
    Entry{"scene_overdue", QT_TRANSLATE_NOOP("codes", "Long at the scene")},
    Entry{"short_of_units", QT_TRANSLATE_NOOP("codes", "Short of units")},
    Entry{"units_overdue", QT_TRANSLATE_NOOP("codes", "Still short of units")},
    Entry{"crew_not_reached", QT_TRANSLATE_NOOP("codes", "Order not on the vehicle")},
    Entry{"crew_silent", QT_TRANSLATE_NOOP("codes", "No answer of the crew")},
    Entry{"crew_unanswered", QT_TRANSLATE_NOOP("codes", "Crew has not answered yet")},
    Entry{"tell_by_voice", QT_TRANSLATE_NOOP("codes", "Tell the crew by telephone or radio")},
    Entry{"posting_refused", QT_TRANSLATE_NOOP("codes", "Crew does not go where it was posted")},
    Entry{"button_refused", QT_TRANSLATE_NOOP("codes", "Crew's button not accepted")},
    Entry{"physician_call", QT_TRANSLATE_NOOP("codes", "Crew calls for the physician")},
    Entry{"dispatcher_call", QT_TRANSLATE_NOOP("codes", "Crew calls for the dispatcher: talk or ring")},
    Entry{"hr_high", QT_TRANSLATE_NOOP("codes", "Heart rate high")},
    Entry{"hr_low", QT_TRANSLATE_NOOP("codes", "Heart rate low")},
    Entry{"pr_high", QT_TRANSLATE_NOOP("codes", "Pulse rate high")},
    Entry{"pr_low", QT_TRANSLATE_NOOP("codes", "Pulse rate low")},
    Entry{"spo2_low", QT_TRANSLATE_NOOP("codes", "SpO₂ low")},
    Entry{"rr_high", QT_TRANSLATE_NOOP("codes", "Respiration high")},
    Entry{"rr_low", QT_TRANSLATE_NOOP("codes", "Respiration low")},
    Entry{"nibp_high", QT_TRANSLATE_NOOP("codes", "Blood pressure high")},
    Entry{"nibp_low", QT_TRANSLATE_NOOP("codes", "Blood pressure low")},
    Entry{"temp_high", QT_TRANSLATE_NOOP("codes", "Temperature high")},
    Entry{"temp_low", QT_TRANSLATE_NOOP("codes", "Temperature low")},
    Entry{"etco2_high", QT_TRANSLATE_NOOP("codes", "EtCO₂ high")},
    Entry{"etco2_low", QT_TRANSLATE_NOOP("codes", "EtCO₂ low")},
    Entry{"hr_extreme_low", QT_TRANSLATE_NOOP("codes", "Heart rate extremely low")},
    Entry{"hr_extreme_high", QT_TRANSLATE_NOOP("codes", "Heart rate extremely high")},
    Entry{"apnoea", QT_TRANSLATE_NOOP("codes", "No breathing")},
    Entry{"spo2_critical", QT_TRANSLATE_NOOP("codes", "SpO₂ critically low")},
    Entry{"spo2_high", QT_TRANSLATE_NOOP("codes", "SpO₂ high")},
    Entry{"etco2_critical", QT_TRANSLATE_NOOP("codes", "EtCO₂ critically low")},
    Entry{"nibp_mean_low", QT_TRANSLATE_NOOP("codes", "Mean pressure low")},
    Entry{"nibp_mean_high", QT_TRANSLATE_NOOP("codes", "Mean pressure high")},
    Entry{"nibp_dia_low", QT_TRANSLATE_NOOP("codes", "Diastolic pressure low")},
    Entry{"nibp_dia_high", QT_TRANSLATE_NOOP("codes", "Diastolic pressure high")},
    Entry{"ecg_noise", QT_TRANSLATE_NOOP("codes", "ECG disturbed")},
    Entry{"vf", QT_TRANSLATE_NOOP("codes", "Ventricular fibrillation")},
    Entry{"vt", QT_TRANSLATE_NOOP("codes", "Ventricular tachycardia")},
    Entry{"asystole", QT_TRANSLATE_NOOP("codes", "Asystole")},
    Entry{"st_elevation", QT_TRANSLATE_NOOP("codes", "ST elevation? Advisory, no diagnosis")},
    Entry{"af_suspected",
          QT_TRANSLATE_NOOP("codes", "Irregular beats, AF? Advisory, no diagnosis")},
    Entry{"ecg_lead_off", QT_TRANSLATE_NOOP("codes", "ECG lead off")},
    Entry{"spo2_sensor_off", QT_TRANSLATE_NOOP("codes", "SpO₂ sensor off")},
    Entry{"pleth_no_pulse", QT_TRANSLATE_NOOP("codes", "No pulse at the probe")},
    Entry{"monitor_lost", QT_TRANSLATE_NOOP("codes", "Monitor disconnected")},
    Entry{"ecg_lost", QT_TRANSLATE_NOOP("codes", "ECG disconnected")},
    Entry{"camera_lost", QT_TRANSLATE_NOOP("codes", "Camera without picture")},
    Entry{"recording_failed", QT_TRANSLATE_NOOP("codes", "Video is not recorded")},
    Entry{"inputs_lost", QT_TRANSLATE_NOOP("codes", "Vehicle inputs disconnected")},
    Entry{"gnss_lost", QT_TRANSLATE_NOOP("codes", "Positioning lost")},
    Entry{"gnss_implausible", QT_TRANSLATE_NOOP("codes", "Position not plausible")},
    Entry{"vehicle_sos", QT_TRANSLATE_NOOP("codes", "SOS from the vehicle")},
    Entry{"vehicle_collision", QT_TRANSLATE_NOOP("codes", "Vehicle in a collision")},
    Entry{"vehicle_rollover", QT_TRANSLATE_NOOP("codes", "Vehicle rolled over")},
    Entry{"terminal_gnss_fault", QT_TRANSLATE_NOOP("codes", "Terminal: positioning fault")},
    Entry{"terminal_antenna_open", QT_TRANSLATE_NOOP("codes", "Terminal: antenna not connected")},
    Entry{"terminal_antenna_short", QT_TRANSLATE_NOOP("codes", "Terminal: antenna short circuit")},
    Entry{"terminal_low_voltage", QT_TRANSLATE_NOOP("codes", "Terminal: low voltage")},
    Entry{"terminal_power_cut", QT_TRANSLATE_NOOP("codes", "Terminal: power cut")},
    Entry{"spool_failed", QT_TRANSLATE_NOOP("codes", "Vehicle store failed")},
    Entry{"spool_slow", QT_TRANSLATE_NOOP("codes", "Vehicle store slow")},
    Entry{"spool_went_back", QT_TRANSLATE_NOOP("codes", "Vehicle store lost its last records")},
    Entry{"spool_full", QT_TRANSLATE_NOOP("codes", "Vehicle store full, old records dropped")},
    Entry{"nibp_cuff_leak", QT_TRANSLATE_NOOP("codes", "Cuff leaks or sits loose")},
    Entry{"nibp_failed", QT_TRANSLATE_NOOP("codes", "Blood pressure measurement failed")},
    Entry{"monitor_fault", QT_TRANSLATE_NOOP("codes", "Module of the monitor failed")},
    Entry{"monitor_battery_low", QT_TRANSLATE_NOOP("codes", "Monitor battery low")},
    Entry{"computer_battery_low", QT_TRANSLATE_NOOP("codes", "Vehicle computer battery low")},
    Entry{"centre_lost", QT_TRANSLATE_NOOP("codes", "Centre out of reach")},
    Entry{"clock_unset", QT_TRANSLATE_NOOP("codes", "Vehicle clock not set")},
    Entry{"vehicle_flooding", QT_TRANSLATE_NOOP("codes", "Vehicle sends too much")},
};

constexpr std::array kCameras{
    Entry{"cabin", QT_TRANSLATE_NOOP("codes", "cabin")},         Entry{"front", QT_TRANSLATE_NOOP("codes", "front")},
    Entry{"rear", QT_TRANSLATE_NOOP("codes", "rear")},           Entry{"stretcher", QT_TRANSLATE_NOOP("codes", "stretcher")},
    Entry{"helmet", QT_TRANSLATE_NOOP("codes", "helmet")},       Entry{"handheld", QT_TRANSLATE_NOOP("codes", "handheld")},
};

// An alarm of the monitor that the vehicle has no name for comes with the monitor's own number.
const std::string kMonitorNumber = "monitor_";

} // namespace

QString alarm_text(const std::string& code) {
    const bool numbered =
        code.size() > kMonitorNumber.size() && code.starts_with(kMonitorNumber) &&
        std::all_of(code.begin() + static_cast<std::ptrdiff_t>(kMonitorNumber.size()), code.end(),
                    [](char c) { return c >= '0' && c <= '9'; });
    if (numbered) {
        return QCoreApplication::translate("codes", "Monitor alarm no. %1")
            .arg(QString::fromStdString(code.substr(kMonitorNumber.size())));
    }
    for (const Entry& entry : kAlarms) {
        if (code == entry.code) {
            return QCoreApplication::translate("codes", entry.text);
        }
    }
    return QString::fromStdString(code);
}

QString camera_text(const std::string& name) {
    for (const Entry& entry : kCameras) {
        if (name == entry.code) {
            return QCoreApplication::translate("codes", entry.text);
        }
    }
    return QString::fromStdString(name);
}

QString lost_cameras_text(const std::string& value) {
    QStringList names;
    for (const QString& name : QString::fromStdString(value).split(QStringLiteral(", "), Qt::SkipEmptyParts)) {
        names << camera_text(name.toStdString());
    }
    return names.join(QCoreApplication::translate("codes", ", "));
}

} // namespace ems::console
