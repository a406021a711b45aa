#include "console/widgets/words.h"

#include "console/model/alarm_table.h"
#include "console/theme/alarm_words.h"
#include "console/theme/symbols.h"

#include "telemetry/base/error.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <QCoreApplication>
#include <QLocale>

namespace ems::console {
namespace {

// Marks a text for translation in the context of Words; looked up when it is shown.
struct Entry {
    const char* code;
    const char* text;
};

template <std::size_t N>
QString look_up(const std::array<Entry, N>& table, const std::string& code) {
    for (const Entry& entry : table) {
        if (code == entry.code) {
            return QCoreApplication::translate("codes", entry.text);
        }
    }
    return QString::fromStdString(code); // an unknown code is shown, not hidden
}

// Reasons, exclusions and shortfalls of dispatch/core/recommend. A test compares these tables with that source.
constexpr std::array kReasons{
    Entry{"nearest_by_road", QT_TRANSLATE_NOOP("codes", "nearest by road")},
    Entry{"not_nearest_in_line", QT_TRANSLATE_NOOP("codes", "not the nearest in a straight line")},
    Entry{"nearest_in_line", QT_TRANSLATE_NOOP("codes", "nearest in a straight line only")},
    Entry{"own_station", QT_TRANSLATE_NOOP("codes", "own station's area")},
    Entry{"within_radius", QT_TRANSLATE_NOOP("codes", "within 15 min")},
    Entry{"beyond_radius", QT_TRANSLATE_NOOP("codes", "beyond 15 min")},
    Entry{"already_rolling", QT_TRANSLATE_NOOP("codes", "already on the road")},
    Entry{"at_station_no_fix", QT_TRANSLATE_NOOP("codes", "no position, taken to be at its station")},
    Entry{"told_by_voice", QT_TRANSLATE_NOOP("codes", "position told by voice")},
    Entry{"fix_old", QT_TRANSLATE_NOOP("codes", "position is old")},
    Entry{"straight_line", QT_TRANSLATE_NOOP("codes", "estimated by straight line")},
    Entry{"lacks_need", QT_TRANSLATE_NOOP("codes", "lacks something the call needs")},
    Entry{"first_responder", QT_TRANSLATE_NOOP("codes", "there long before a fit unit: send both")},
    Entry{"keeps_coverage", QT_TRANSLATE_NOOP("codes", "put first: keeps the county covered")},
    Entry{"uncovers", QT_TRANSLATE_NOOP("codes", "quickest, yet leaves an area uncovered")},
    Entry{"home_zone", QT_TRANSLATE_NOOP("codes", "home zone")},
    Entry{"other_zone", QT_TRANSLATE_NOOP("codes", "another zone")},
    Entry{"crew_hours_short", QT_TRANSLATE_NOOP("codes", "crew’s shift ends soon")},
    Entry{"crew_over_hours", QT_TRANSLATE_NOOP("codes", "crew is past its shift")},
    Entry{"fuel_short", QT_TRANSLATE_NOOP("codes", "short of fuel")},
    Entry{"contaminated", QT_TRANSLATE_NOOP("codes", "not cleaned since an infectious patient")},
    Entry{"free_later", QT_TRANSLATE_NOOP("codes", "free later, with its total time")},
    Entry{"sooner_than_first", QT_TRANSLATE_NOOP("codes", "could be there before the first")},
    Entry{"may_be_diverted", QT_TRANSLATE_NOOP("codes", "on a less urgent call, may be diverted")},
    Entry{"unit_off_road", QT_TRANSLATE_NOOP("codes", "stands on no road of the map")},
    Entry{"last_stretch_closed", QT_TRANSLATE_NOOP("codes", "the road at the scene is closed")},
    Entry{"position_old", QT_TRANSLATE_NOOP("codes", "not heard of for ten minutes: may be anywhere")},
    Entry{"link_lost", QT_TRANSLATE_NOOP("codes", "no contact with the vehicle")},
    Entry{"link_offline", QT_TRANSLATE_NOOP("codes", "vehicle offline")},
};

constexpr std::array kExcluded{
    Entry{"busy", QT_TRANSLATE_NOOP("codes", "on a task")},
    Entry{"out_of_service", QT_TRANSLATE_NOOP("codes", "out of service")},
    Entry{"no_position", QT_TRANSLATE_NOOP("codes", "position unknown")},
    Entry{"unreachable", QT_TRANSLATE_NOOP("codes", "no road leads there")},
    Entry{"too_far", QT_TRANSLATE_NOOP("codes", "too far")},
    Entry{"fuel_out", QT_TRANSLATE_NOOP("codes", "fuel does not reach")},
};

constexpr std::array kDegraded{
    Entry{"no_road_graph", QT_TRANSLATE_NOOP("codes", "No road map: straight line x 1.4")},
    Entry{"scene_off_road", QT_TRANSLATE_NOOP("codes", "The place is off the road map: straight line x 1.4")},
    Entry{"unit_off_road", QT_TRANSLATE_NOOP("codes", "A unit is off the road map: its time is by straight line x 1.4")},
    Entry{"scene_on_closed_road", QT_TRANSLATE_NOOP("codes", "Closed roads leave nobody a way: times of the usual roads")},
};

constexpr std::array kShortfalls{
    Entry{"no_unit", QT_TRANSLATE_NOOP("codes", "No unit can be sent")},
    Entry{"none_within_radius", QT_TRANSLATE_NOOP("codes", "No unit arrives within 15 min")},
};

constexpr std::array kNeeds{
    Entry{"physician", QT_TRANSLATE_NOOP("codes", "physician")},
    Entry{"ventilator", QT_TRANSLATE_NOOP("codes", "ventilator")},
    Entry{"infusion_pump", QT_TRANSLATE_NOOP("codes", "infusion pump")},
    Entry{"incubator", QT_TRANSLATE_NOOP("codes", "incubator")},
    Entry{"bariatric", QT_TRANSLATE_NOOP("codes", "bariatric stretcher")},
    Entry{"obstetric", QT_TRANSLATE_NOOP("codes", "obstetric set")},
};

// That of "SpO2" is none.
bool has_number(const std::string& text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_digit(text[i]) && (i == 0 || !is_letter(text[i - 1]))) {
            return true;
        }
    }
    return false;
}

// Which electrode is off, of a text like "ECG V3 Lead Off"; empty: it names none.
std::string electrode_in(const std::string& text) {
    constexpr std::array<std::string_view, 16> kElectrodes{"RA", "LA", "LL", "RL", "V1", "V2", "V3", "V4",
                                                           "V5", "V6", "C1", "C2", "C3", "C4", "C5", "C6"};
    std::istringstream words{text};
    for (std::string word; words >> word;) {
        if (std::find(kElectrodes.begin(), kElectrodes.end(), word) != kElectrodes.end()) {
            return word;
        }
    }
    return {};
}

// A monitor's own words in its own language beside a code that means the same. Of a failed module they say which, and what has
// no name here has no other words.
bool is_said_by_code(const std::string& code, const std::string& value) {
    const AlarmReason* row = find_reason(code);
    const bool is_named = row != nullptr && row->code != kMonitorAlarms && code != "monitor_fault";
    return is_named && row->source == AlarmSource::vehicle && row->about == AlarmClass::technical && !has_number(value);
}

} // namespace

QString Words::state(ems::wire::UnitState state) {
    switch (state) {
    case ems::wire::UNIT_AVAILABLE:
        return tr("free");
    case ems::wire::UNIT_ASSIGNED:
        return tr("sent");
    case ems::wire::UNIT_ACKNOWLEDGED:
        return tr("ackn");
    case ems::wire::UNIT_EN_ROUTE:
        return tr("go");
    case ems::wire::UNIT_AT_SCENE:
        return tr("scene");
    case ems::wire::UNIT_AT_PATIENT:
        return tr("pat.");
    case ems::wire::UNIT_TRANSPORTING:
        return tr("load");
    case ems::wire::UNIT_AT_HOSPITAL:
        return tr("hosp");
    case ems::wire::UNIT_HANDOVER:
        return tr("hand");
    case ems::wire::UNIT_CLEARING:
        return tr("clear");
    case ems::wire::UNIT_RETURNING:
        return tr("back");
    case ems::wire::UNIT_OUT_OF_SERVICE:
        return tr("off");
    default:
        return QStringLiteral("—");
    }
}

QString Words::suggested(ems::wire::UnitState state) {
    return state == ems::wire::UNIT_UNSPECIFIED ? tr("at its post") : Words::state(state);
}

QString Words::level(std::uint32_t level) {
    return level_mark(level);
}

QString Words::levelName(std::uint32_t level) {
    switch (level) {
    case 1:
        return tr("Ⅰ critical");
    case 2:
        return tr("Ⅱ severe");
    case 3:
        return tr("Ⅲ urgent");
    case 4:
        return tr("Ⅳ minor");
    default:
        return tr("no level");
    }
}

QString Words::sex(const std::string& code) {
    return code == "m" ? tr("male") : code == "f" ? tr("female") : QString{};
}

QString Words::age(const api::Incident& incident) {
    constexpr std::uint32_t kInMonthsBelow = 24;
    if (incident.has_age_months() && incident.age_months() < kInMonthsBelow) {
        return tr("%1 months").arg(incident.age_months());
    }
    return incident.age_years() == 0 ? QString{} : QString::number(incident.age_years());
}

QString Words::patient(const api::Incident& incident) {
    QString text = sex(incident.sex());
    const QString years = age(incident);
    return text.isEmpty() || years.isEmpty() ? text + years : text + QStringLiteral(" ") + years;
}

QString Words::stage(Stage stage) {
    switch (stage) {
    case Stage::ring:
        return tr("Ring");
    case Stage::answered:
        return tr("Answered");
    case Stage::case_opened:
        return tr("Opened");
    case Stage::unit_assigned:
        return tr("Dispatched");
    case Stage::crew_ack:
        return tr("Accepted");
    case Stage::wheels:
        return tr("Departed");
    case Stage::at_scene:
        return tr("At scene");
    case Stage::at_patient:
        return tr("At patient");
    case Stage::left_scene:
        return tr("Left scene");
    case Stage::at_hospital:
        return tr("At hospital");
    case Stage::handover:
        return tr("Handover");
    case Stage::count:
        break;
    }
    return {};
}

QString Words::stageTimer(Stage waits_for) {
    switch (waits_for) {
    case Stage::ring:
    case Stage::answered:
        return tr("ringing");
    case Stage::case_opened:
        return tr("call");
    case Stage::unit_assigned:
        return tr("to dispatch");
    case Stage::crew_ack:
        return tr("to accept");
    case Stage::wheels:
        return tr("to depart");
    case Stage::at_scene:
        return tr("to scene");
    case Stage::at_patient:
        return tr("to patient");
    case Stage::left_scene:
        return tr("on scene");
    case Stage::at_hospital:
        return tr("to hospital");
    case Stage::handover:
        return tr("to handover");
    case Stage::count:
        break;
    }
    return tr("after handover");
}

QString Words::reason(const std::string& code) {
    return look_up(kReasons, code);
}
QString Words::excluded(const std::string& code) {
    return look_up(kExcluded, code);
}
QString Words::degraded(const std::string& code) {
    return look_up(kDegraded, code);
}
QString Words::shortfall(const std::string& code) {
    constexpr std::string_view kNo = "no_"; // no_class_B, no_ventilator: what nobody brings within the radius
    const bool known = std::any_of(kShortfalls.begin(), kShortfalls.end(), [&](const Entry& e) { return code == e.code; });
    if (!known && code.starts_with(kNo)) {
        return tr("Nobody within 15 min brings: %1").arg(need(code.substr(kNo.size())));
    }
    return look_up(kShortfalls, code);
}
QString Words::need(const std::string& code) {
    constexpr std::string_view kClass = "class_";
    return code.starts_with(kClass) ? tr("class %1").arg(qs(code.substr(kClass.size()))) : look_up(kNeeds, code);
}
QString Words::alarm(const std::string& code) {
    return alarm_text(code);
}

QString Words::alarmCause(const std::string& code) {
    const AlarmReason* row = find_reason(code);
    return row == nullptr ? QString{} : QCoreApplication::translate("alarms", row->cause);
}

QString Words::alarmConsequence(const std::string& code) {
    const AlarmReason* row = find_reason(code);
    return row == nullptr ? QString{} : QCoreApplication::translate("alarms", row->consequence);
}

QString Words::alarmAction(const std::string& code) {
    const AlarmReason* row = find_reason(code);
    return row == nullptr ? QString{} : QCoreApplication::translate("alarms", row->action);
}

QString Words::alarmValue(const std::string& code, const std::string& value) {
    if (code == "camera_lost") {
        return lost_cameras_text(value);
    }
    if (is_said_by_code(code, value)) {
        return qs(electrode_in(value));
    }
    const auto space = value.find(' ');
    ems::wire::UnitState pressed{};
    if (code != "button_refused" || space == std::string::npos ||
        !ems::wire::UnitState_Parse(value.substr(0, space), &pressed)) {
        return qs(value);
    }
    const auto why = static_cast<Code>(qs(value.substr(space + 1)).toUShort());
    const bool zh = QLocale().language() == QLocale::Chinese;
    return state(pressed) + QStringLiteral(" · ") + qs(std::string{zh ? code_text_zh(why) : code_text_en(why)});
}

QString Words::positionBy(const api::UnitPosition& position) {
    return position.source() == "terminal" ? tr("terminal") : QString{};
}

QString Words::accuracy(const api::UnitPosition& position) {
    return position.accuracy_m() > kAccuracyToldM ? QStringLiteral("±") + distance(position.accuracy_m()) : QString{};
}

QString Words::weekdayName(int weekday) {
    switch (weekday) {
    case 0:
        return tr("Sun");
    case 1:
        return tr("Mon");
    case 2:
        return tr("Tue");
    case 3:
        return tr("Wed");
    case 4:
        return tr("Thu");
    case 5:
        return tr("Fri");
    default:
        return tr("Sat");
    }
}

QString Words::role(const std::string& role) {
    if (role == "dispatcher") {
        return tr("dispatcher");
    }
    if (role == "physician") {
        return tr("physician");
    }
    return qs(role);
}

QString Words::neighbour(const api::NeighbourWord& word) {
    const QString name = qs(word.name());
    if (word.said() == "asked") {
        return tr("%1 asked for a unit").arg(name);
    }
    if (word.said() == "refused") {
        return tr("%1 refuses").arg(name);
    }
    QString out = tr("%1 agrees").arg(name);
    for (const std::string& more : {word.unit(), word.eta()}) {
        out += more.empty() ? QString{} : QStringLiteral(" · ") + qs(more);
    }
    return out;
}

QString Words::neighbourBrief(const api::NeighbourWord& word) {
    return (word.said() == "asked" ? tr("%1 asked") : word.said() == "refused" ? tr("%1 refuses") : tr("%1 agrees")).arg(qs(word.name()));
}

QString Words::placeSource(const std::string& code) {
    if (code == "village") {
        return tr("village point");
    }
    if (code == "dispatcher") {
        return tr("set by dispatcher");
    }
    if (code == "caller_phone") {
        return tr("caller's phone");
    }
    if (code == "none") {
        return tr("place not known");
    }
    return qs(code);
}

QString Words::crewCall(const api::Unit& unit) {
    QStringList parts;
    if (!unit.phone().empty()) {
        parts << tr("tel. %1").arg(qs(unit.phone()));
    }
    if (!unit.radio_call().empty()) {
        parts << tr("radio %1").arg(qs(unit.radio_call()));
    }
    return parts.join(QStringLiteral(" · "));
}

QString Words::direct(Direct direct) {
    switch (direct) {
    case Direct::off:
        break;
    case Direct::heard:
        return tr("No server: positions straight from the vehicles, orders by telephone");
    case Direct::silent:
        return tr("No server, and the broker does not answer: orders by telephone");
    }
    return {};
}

QString Words::distance(double metres) {
    return metres < 1'000.0 ? tr("%1 m").arg(qRound(metres))
                            : tr("%1 km").arg(metres / 1'000.0, 0, 'f', 1);
}

QString Words::placeKind(map::NameKind kind) {
    switch (kind) {
    case map::NameKind::city:
        return tr("city");
    case map::NameKind::town:
        return tr("township");
    case map::NameKind::suburb:
        return tr("quarter");
    case map::NameKind::village:
        return tr("village");
    case map::NameKind::hamlet:
        return tr("hamlet");
    case map::NameKind::hospital:
        return tr("hospital");
    case map::NameKind::station:
        return tr("ambulance station");
    case map::NameKind::clinic:
        return tr("clinic");
    case map::NameKind::road:
        return tr("road");
    case map::NameKind::junction:
        return tr("junction");
    case map::NameKind::school:
        return tr("school");
    case map::NameKind::bridge:
        return tr("bridge");
    case map::NameKind::tunnel:
        return tr("tunnel");
    case map::NameKind::railway_station:
        return tr("railway station");
    case map::NameKind::bus_station:
        return tr("bus station");
    case map::NameKind::factory:
        return tr("factory");
    case map::NameKind::temple:
        return tr("temple");
    case map::NameKind::office:
        return tr("public office");
    case map::NameKind::market:
        return tr("shop or market");
    case map::NameKind::fuel:
        return tr("filling station");
    case map::NameKind::estate:
        return tr("housing estate");
    case map::NameKind::service_area:
        return tr("expressway exit or services");
    case map::NameKind::landmark:
        return tr("landmark");
    }
    return {};
}

QString Words::compass(int sector) {
    const std::array<QString, 8> names{tr("north"), tr("north-east"), tr("east"), tr("south-east"),
                                       tr("south"), tr("south-west"), tr("west"), tr("north-west")};
    return names[static_cast<std::size_t>(sector) % names.size()];
}

} // namespace ems::console
