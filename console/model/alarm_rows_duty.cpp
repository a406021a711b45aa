// Of the dispatcher's work: calls, orders, crews, links.
#include "console/model/alarm_rows.h"

#include <array>

namespace ems::console {
namespace {

using enum AlarmSource;
using enum Owner;
using enum AlarmClass;
using enum Grade;

constexpr std::array<AlarmReason, 16> kRows{{
    {"server_lost", desk, both, technical, high, high, 60,
     {Damper::desk, 0, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The link to the dispatch server broke"),
     QT_TRANSLATE_NOOP("alarms", "Nothing on the screen is current; no order leaves"),
     QT_TRANSLATE_NOOP("alarms", "Dispatch by telephone or radio, Ctrl+R keeps it; tell the one who is on call")},
    {"no_leader", desk, both, technical, high, high, 60,
     {Damper::desk, 3'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The server has no database or has lost the lead"),
     QT_TRANSLATE_NOOP("alarms", "Orders are refused"),
     QT_TRANSLATE_NOOP("alarms", "Dispatch by telephone or radio, Ctrl+R keeps it; tell the one who is on call")},
    {"unit_lost", desk, dispatcher, technical, low, medium, 180,
     {Damper::desk, 10'000, 30'000}, "",
     QT_TRANSLATE_NOOP("alarms", "Nothing of the unit came for 10 s on a task, else for 60 s"),
     QT_TRANSLATE_NOOP("alarms", "The desk is blind to what happens meanwhile"),
     QT_TRANSLATE_NOOP("alarms", "Call the crew by telephone or radio")},
    {"answer_overdue", desk, dispatcher, operational, medium, medium, 10,
     {Damper::desk, 10'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "A call rings for more than 10 s"),
     QT_TRANSLATE_NOOP("alarms", "The caller hangs up"),
     QT_TRANSLATE_NOOP("alarms", "Answer it: F2")},
    {"dispatch_overdue", desk, dispatcher, operational, medium, medium, 60,
     {Damper::desk, 60'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "No unit 60 s after the answer"),
     QT_TRANSLATE_NOOP("alarms", "The patient is reached late"),
     QT_TRANSLATE_NOOP("alarms", "Send a unit: F4")},
    {"turnout_overdue", desk, dispatcher, operational, medium, medium, 120,
     {Damper::desk, 180'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The unit does not drive 3 min after the order"),
     QT_TRANSLATE_NOOP("alarms", "The patient is reached late"),
     QT_TRANSLATE_NOOP("alarms", "Call crew or sub-station; send another unit")},
    {"scene_overdue", desk, dispatcher, operational, low, low, 600,
     {Damper::desk, 900'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The unit stays at the scene for more than 15 min"),
     QT_TRANSLATE_NOOP("alarms", "Hospital treatment begins late; the unit is missing elsewhere"),
     QT_TRANSLATE_NOOP("alarms", "Ask the crew whether it needs help")},
    {"short_of_units", centre, dispatcher, operational, medium, medium, 60,
     {Damper::centre, 0, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "A unit that is wanted is missing: refused, broken down, diverted"),
     QT_TRANSLATE_NOOP("alarms", "The patient is reached late"),
     QT_TRANSLATE_NOOP("alarms", "Send a unit: F4")},
    {"units_overdue", centre, dispatcher, operational, high, high, 60,
     {Damper::centre, 120'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The unit is still missing after twice the time"),
     QT_TRANSLATE_NOOP("alarms", "The patient is not reached"),
     QT_TRANSLATE_NOOP("alarms", "Divert a unit or ask the neighbour county")},
    {"crew_not_reached", centre, dispatcher, operational, medium, medium, 30,
     {Damper::centre, 5'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "An order is not on the vehicle after 5 s"),
     QT_TRANSLATE_NOOP("alarms", "The crew knows of nothing"),
     QT_TRANSLATE_NOOP("alarms", "Call the crew by telephone or radio")},
    {"tell_by_voice", centre, dispatcher, operational, low, low, 20,
     {Damper::centre, 10'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "A unit without a terminal; nobody entered that the crew was told"),
     QT_TRANSLATE_NOOP("alarms", "The crew knows of nothing"),
     QT_TRANSLATE_NOOP("alarms", "Tell the crew by voice and enter it")},
    {"crew_unanswered", centre, dispatcher, operational, low, low, 25,
     {Damper::centre, 5'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The order is on board and nobody pressed yet"),
     QT_TRANSLATE_NOOP("alarms", "Turnout may be late"),
     QT_TRANSLATE_NOOP("alarms", "Wait; call when it becomes silent")},
    {"crew_silent", centre, dispatcher, operational, medium, medium, 60,
     {Damper::centre, 30'000, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "No answer of the crew 30 s after the order"),
     QT_TRANSLATE_NOOP("alarms", "Nobody drives"),
     QT_TRANSLATE_NOOP("alarms", "Call crew or sub-station; send another unit")},
    {"posting_refused", centre, dispatcher, operational, medium, medium, 120,
     {Damper::centre, 0, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The crew does not go where it was posted"),
     QT_TRANSLATE_NOOP("alarms", "Nobody covers the place"),
     QT_TRANSLATE_NOOP("alarms", "Read its reason; post another unit or call the crew")},
    {"dispatcher_call", crew, dispatcher, operational, medium, medium, 60,
     {Damper::none, 0, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The crew pressed the key for its dispatcher"),
     QT_TRANSLATE_NOOP("alarms", "The crew waits for an answer"),
     QT_TRANSLATE_NOOP("alarms", "Hold F12 to speak, after Shift+F12 on another's line; or ring the crew")},
    {"button_refused", centre, dispatcher, technical, medium, medium, 120,
     {Damper::centre, 0, 0}, "",
     QT_TRANSLATE_NOOP("alarms", "The crew pressed a state the centre does not accept"),
     QT_TRANSLATE_NOOP("alarms", "State on the board is not what the crew thinks"),
     QT_TRANSLATE_NOOP("alarms", "Ask the crew and enter the state")},
}};

} // namespace

std::span<const AlarmReason> duty_alarms() {
    return kRows;
}

} // namespace ems::console
