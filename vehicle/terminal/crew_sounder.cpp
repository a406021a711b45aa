#include "vehicle/terminal/crew_sounder.h"

#include "vehicle/terminal/next_step.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace ems::terminal {
namespace {

constexpr int kLookMs = 200;

std::optional<console::Grade> grade_of(wire::Alarm::Priority priority) {
    switch (priority) {
    case wire::Alarm::HIGH:
        return console::Grade::high;
    case wire::Alarm::MEDIUM:
        return console::Grade::medium;
    case wire::Alarm::LOW:
        return console::Grade::low;
    default: // silence
        return std::nullopt;
    }
}

// A new order is to be heard in the yard; beside a patient it is no more urgent than what may be
// wrong with him.
std::optional<console::Grade> grade_of_order(const vehicle::Status& status) {
    if (!order_waits(status)) {
        return std::nullopt;
    }
    return status.patient().attended() ? console::Grade::medium : console::Grade::high;
}

// Shown, and to be heard by whoever looks elsewhere, until it is answered or read.
std::optional<console::Grade> grade_of_news(const vehicle::Status& status) {
    return posting_waits(status) || changes_wait(status) ? std::optional{console::Grade::medium}
                                                         : std::nullopt;
}

std::optional<console::Grade> more_urgent(std::optional<console::Grade> a,
                                          std::optional<console::Grade> b) {
    return !a ? b : !b ? a : std::min(*a, *b); // high is the least
}

} // namespace

CrewSounder::CrewSounder(const VehicleSocket& vehicle, const Clock& clock, console::SoundOut& out,
                         QObject* parent)
    : QObject(parent), vehicle_(vehicle), clock_(clock), player_(out) {
    connect(&vehicle_, &VehicleSocket::changed, this, &CrewSounder::look);
    connect(&timer_, &QTimer::timeout, this, &CrewSounder::look); // a burst is due, or a silence
    timer_.start(kLookMs);
}

// One more of the grade that sounds is heard too: a low one is not repeated.
void CrewSounder::noteOnsets() {
    std::set<std::string> standing;
    for (const vehicle::StandingAlarm& one : vehicle_.status().alarms()) {
        if (one.signal() == vehicle::StandingAlarm::ON &&
            one.alarm().priority() == vehicle_.status().sounding()) {
            standing.insert(one.alarm().code());
        }
    }
    if (!std::includes(sounding_.begin(), sounding_.end(), standing.begin(), standing.end())) {
        ++onset_;
    }
    sounding_ = std::move(standing);
}

void CrewSounder::look() {
    const bool away = vehicle_.everHeard() && vehicle_.isSilent();
    const auto of_vehicle = away ? std::optional{console::Grade::medium} : grade_of(vehicle_.status().sounding());
    const vehicle::Status status = vehicle_.pressedStatus();
    const auto grade =
        more_urgent(more_urgent(of_vehicle, grade_of_order(status)), grade_of_news(status));
    const bool worked = player_.has_device();
    const std::chrono::duration<double> now = clock_.ticks().time_since_epoch();
    noteOnsets();
    player_.follow(grade, now.count(), grade == of_vehicle ? onset_ : 0);
    if (player_.has_device() != worked) {
        emit deviceChanged(player_.has_device());
    }
}

} // namespace ems::terminal
