#include "console/widgets/replay_player.h"

#include <algorithm>

#include <QCoreApplication>

namespace ems::console {
namespace {

constexpr int kStepMs = 33;
constexpr std::int64_t kJustPassedUs = 2'000'000;

ReplayScenery scenery_of(const Desk& live, const ReplayCase& past) {
    ReplayScenery out;
    out.login = live.state().login();
    for (const auto& [id, station] : live.state().stations()) {
        out.stations.push_back(station);
    }
    for (const auto& [id, hospital] : live.state().hospitals()) {
        out.hospitals.push_back(hospital);
    }
    for (const api::ReplayPart& part : past.parts()) {
        const bool known = std::any_of(out.units.begin(), out.units.end(),
                                       [&](const api::Unit& u) { return u.id() == part.unit_id(); });
        if (known) {
            continue;
        }
        api::Unit unit;
        if (const api::Unit* now = live.state().unit(part.unit_id())) {
            unit.set_name(now->name());
            unit.set_station_id(now->station_id());
        } else {
            unit.set_name(part.vid());
        }
        unit.set_id(part.unit_id());
        unit.set_vid(part.vid());
        out.units.push_back(std::move(unit));
    }
    for (const auto& [id, now] : live.state().units()) {
        const bool of_case = std::any_of(out.units.begin(), out.units.end(),
                                         [&, unit_id = id](const api::Unit& u) { return u.id() == unit_id; });
        if (!of_case && !now.vid().empty()) {
            api::Unit& unit = out.others.emplace_back();
            unit.set_id(id);
            unit.set_name(now.name());
            unit.set_vid(now.vid());
            unit.set_station_id(now.station_id());
        }
    }
    return out;
}

} // namespace

class ReplayPlayer::Moment final : public Clock {
  public:
    [[nodiscard]] std::int64_t utc_us() const override { return us; }
    [[nodiscard]] Ticks ticks() const override { return Ticks{std::chrono::microseconds{us}}; }
    std::int64_t us{0};
};

ReplayPlayer::ReplayPlayer(ReplayLoader& loader, const Desk& live, const Clock& clock, Theme& theme, QObject* parent)
    : QObject(parent), loader_(loader), past_(*loader.past()), machine_(clock), clock_(past_.from_us(), past_.to_us()),
      feed_(past_, scenery_of(live, past_)), moment_(std::make_unique<Moment>()) {
    moment_->us = past_.from_us();
    desk_ = std::make_unique<Desk>(feed_, *moment_, theme);
    desk_->start();
    desk_->setWatching(true);
    timer_.setInterval(kStepMs);
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, &ReplayPlayer::step);
    timer_.start();
    step();
    desk_->selectIncident(past_.incident().id());
}

ReplayPlayer::~ReplayPlayer() = default;

void ReplayPlayer::step() {
    const Ticks now = machine_.ticks();
    const std::int64_t at = clock_.at(now);
    bool here = true;
    bool led_here = true; // what led to this moment, where a stretch has just begun
    for (const api::ReplayPart& part : past_.parts()) {
        here = loader_.haveWaves(part.unit_id(), at) && here;
        led_here = loader_.haveWaves(part.unit_id(), std::max(at - ReplayFeed::kWavesBackUs, past_.from_us())) && led_here;
        loader_.haveWaves(part.unit_id(), std::min(at + ReplayCase::kStretchUs / 2, past_.to_us())); // the next in time
    }
    if (clock_.is_playing() && (!here || clock_.has_ended(now))) {
        clock_.pause(now);
    } else if (wanted_ && !clock_.is_playing() && here && !clock_.has_ended(now)) {
        clock_.play(now);
    }
    if (clock_.has_ended(now)) {
        wanted_ = false;
    }
    const bool moves = at != moment_->us;
    moment_->us = at;
    const bool jumped = shown_jumps_ != clock_.jumps();
    if (jumped || (lacks_waves_ && here && led_here)) { // told once more when the waves before it have come
        shown_jumps_ = clock_.jumps();
        lacks_waves_ = !here || !led_here;
        desk_->startOver();
        feed_.restart(at);
    } else {
        feed_.advance(at); // also what has come meanwhile of this moment
    }
    QCoreApplication::sendPostedEvents(desk_.get(), QEvent::MetaCall); // taken at this moment, not at the next
    desk_->ecg().show_moment(at);
    if (moves) {
        emit moved();
    }
}

void ReplayPlayer::toggle() {
    const Ticks now = machine_.ticks();
    if (wanted_) {
        wanted_ = false;
        clock_.pause(now);
    } else {
        if (clock_.has_ended(now)) {
            seek(past_.from_us());
        }
        wanted_ = true;
    }
    step();
    emit moved();
}

void ReplayPlayer::seek(std::int64_t us) {
    clock_.seek(us, machine_.ticks());
    step();
    emit moved();
}

void ReplayPlayer::setSpeed(ReplaySpeed speed) {
    clock_.set_speed(speed, machine_.ticks());
    emit moved();
}

void ReplayPlayer::seekEntry(int direction) {
    const std::int64_t at = atUs();
    const auto& entries = past_.entries();
    if (direction > 0) {
        const auto it = std::find_if(entries.begin(), entries.end(), [&](const ReplayEntry& e) { return e.at_us > at; });
        if (it != entries.end()) {
            seek(it->at_us);
        }
        return;
    }
    // one that was just passed is not "before": a second press goes on to the one before it
    const std::int64_t before = wanted_ ? at - kJustPassedUs : at;
    const auto it = std::find_if(entries.rbegin(), entries.rend(), [&](const ReplayEntry& e) { return e.at_us < before; });
    if (it != entries.rend()) {
        seek(it->at_us);
    }
}

} // namespace ems::console
