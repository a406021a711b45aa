#include "console/widgets/desk.h"

#include "console/model/ageing.h"
#include "console/model/alarm_sound.h"
#include "console/theme/symbols.h"
#include "console/widgets/spoken.h"
#include "telemetry/base/assert.h"
#include "telemetry/base/error.h"
#include "telemetry/base/log.h"

#include <algorithm>
#include <chrono>
#include <random>

#include <QLocale>

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kWatchRepeatUs = 10 * kSecondUs;
constexpr int kTickMs = 1'000;
constexpr std::int64_t kBrokerAfterUs = 3 * kSecondUs; // the second server has taken over by then
constexpr int kPulseMs = 50;
constexpr std::int64_t kNotKnown = -1; // what the server knows of the case that is open here

} // namespace

Desk::Desk(Feed& feed, const Clock& clock, Theme& theme, QObject* parent)
    : QObject(parent), feed_(feed), clock_(clock), theme_(theme) {
    QAccessible::installFactory(&spoken_interface); // once, however many desks there are
    tick_.setInterval(kTickMs);
    tick_.setTimerType(Qt::PreciseTimer);
    connect(&tick_, &QTimer::timeout, this, &Desk::tick);
    pulse_.setInterval(kPulseMs);
    pulse_.setTimerType(Qt::PreciseTimer);
    connect(&pulse_, &QTimer::timeout, this, [this] {
        const std::int64_t late_ms = since_pulse_.restart() - kPulseMs;
        state_.stats().longest_stall_ms = std::max(state_.stats().longest_stall_ms, late_ms);
    });
    connect(this, &Desk::ticked, this, &Desk::keepBroker);
    feed_.set_wake([this] { QMetaObject::invokeMethod(this, &Desk::drain, Qt::QueuedConnection); });
}

Desk::~Desk() {
    feed_.set_wake({});
    if (broker_open_) {
        broker_->close();
    }
}

void Desk::start() {
    started_us_ = localUs();
    feed_.start();
    tick_.start();
    since_pulse_.start();
    pulse_.start();
    drain();
}

std::int64_t Desk::monotonicUs() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(clock_.ticks().time_since_epoch()).count();
}

double Desk::monotonicS() const {
    return std::chrono::duration<double>(clock_.ticks().time_since_epoch()).count();
}

void Desk::drain() {
    const auto events = feed_.drain(kDrainMax);
    if (events.empty()) {
        return;
    }
    for (const FeedEvent& event : events) {
        if (const auto* change = std::get_if<LinkChange>(&event)) {
            state_.apply_link(*change, localUs());
            if (change->state != LinkChange::State::up) {
                watch_sent_us_ = kLongAgoUs;
                dropped_.clear(); // nothing is ended later without a person
            }
        } else {
            takeFrame(std::get<api::ServerFrame>(event));
        }
    }
    endDropped();
    follow();
    if (!leaving_ && watched_unit_ != 0 && patientUnit() != state_.unit(watched_unit_)) {
        keepWatch(); // handed over: not until the next tick
    }
    emit stateChanged();
    sayLeft();
    if (events.size() >= kDrainMax) { // more waits: let input in between; one event of the client may become two
        QMetaObject::invokeMethod(this, &Desk::drain, Qt::QueuedConnection);
    }
}

void Desk::takeFrame(const api::ServerFrame& frame) {
    Asked asked = Asked::none;
    if (const auto it = asked_.find(frame.reply_to()); frame.reply_to() != 0 && it != asked_.end()) {
        asked = it->second;
        asked_.erase(it);
    }
    QString echo;
    if (const auto it = echoes_.find(frame.reply_to()); asked == Asked::order && it != echoes_.end()) {
        echo = it->second;
        echoes_.erase(it);
        if (!frame.has_error()) {
            emit orderDone(echo);
        }
    }
    if (const auto it = shelved_.find(frame.reply_to()); asked == Asked::shelve && it != shelved_.end()) {
        if (frame.has_error() && is_of_request(static_cast<Code>(frame.error().code()))) {
            state_.alarms().take_back(it->second, shownUs()); // it is put away nowhere else
        }
        shelved_.erase(it);
    }
    logged_off_ = logged_off_ || asked == Asked::log_off; // refused: the link goes all the same
    switch (frame.body_case()) {
    case api::ServerFrame::kLogInOk:
        EMS_ASSERT(state_.login().user().empty() || frame.log_in_ok().drill() == isDrill()); // the feed's promise
        state_.apply_login(frame.log_in_ok());
        state_.set_seat(feed_.seat());
        break;
    case api::ServerFrame::kSnapshot:
        state_.apply_snapshot(frame.snapshot(), localUs());
        if (edited_ != 0 || edited_told_ != 0) {
            edited_told_ = kNotKnown; // it may have begun anew, or taken the lead
        }
        sendEditing();
        if (broker_open_) {
            broker_open_ = false;
            broker_->close();
        }
        if (!leaving_ && watched_unit_ == 0) {
            keepWatch(); // waves that follow at once are taken
        }
        break;
    case api::ServerFrame::kDelta:
        if (!state_.apply_delta(frame.delta(), localUs())) {
            api::ClientFrame again;
            again.mutable_subscribe();
            ask(std::move(again), Asked::subscribe);
        }
        break;
    case api::ServerFrame::kLive:
        state_.apply_live(frame.live(), localUs());
        for (const auto& wave : frame.live().waves()) {
            if (wave.unit_id() == ecg_.unit_id() && !ecg_.add(wave, monotonicS())) {
                ++state_.stats().rejected;
            }
        }
        for (const auto& mark : frame.live().ecg_marks()) {
            emit ecgSent(mark.unit_id());
        }
        if (frame.live().waves_size() != 0) {
            emit wavesArrived();
        }
        break;
    case api::ServerFrame::kRecommendation:
        state_.apply_recommendation(frame.recommendation());
        break;
    case api::ServerFrame::kNewCallOk:
        takeCallOpened(frame.new_call_ok(), asked);
        break;
    case api::ServerFrame::kAssignOk:
        emit assigned(frame.assign_ok().assignment_id());
        break;
    case api::ServerFrame::kVideoGrant:
        emit answeredBehind(frame);
        break;
    case api::ServerFrame::kVoiceGrant:
        takeVoiceGrant(frame.voice_grant());
        break;
    case api::ServerFrame::kError:
        takeError(frame.error(), asked, echo);
        if (asked == Asked::behind) {
            emit answeredBehind(frame);
        }
        break;
    default:
        if (asked == Asked::behind) {
            emit answeredBehind(frame);
        }
        if (asked == Asked::question) {
            emit answered(frame);
        }
        break;
    }
    settleUpdate(frame); // after requestFailed: what there is to do stands behind the reason
}

void Desk::settleUpdate(const api::ServerFrame& answer) {
    const auto it = updates_.find(answer.reply_to());
    if (answer.reply_to() == 0 || it == updates_.end()) {
        return;
    }
    const api::UpdateIncident change = std::move(it->second);
    const std::int64_t incident = change.incident_id();
    updates_.erase(it);
    if (answer.has_error() && is_of_request(static_cast<Code>(answer.error().code()))) {
        emit updateRefused(incident);
    } else if (answer.has_error()) {
        emit updateUnanswered(incident);
    } else {
        emit updateTaken(change);
    }
}

SymbolLook Desk::lookOf(const api::Unit& unit, std::int64_t position_age_ms) const {
    const Freshness fresh = freshness(position_age_ms, kPositionAge);
    return isStale(unit) || fresh == Freshness::lost ? SymbolLook::lost
           : fresh == Freshness::old                 ? SymbolLook::stale
                                                     : SymbolLook::normal;
}

void Desk::takeError(const api::ErrorReply& error, Asked asked, const QString& echo) {
    EMS_LOG(warn, "desk", "request refused code={} name={}", error.code(), error.name());
    const bool by_person = asked == Asked::assign || asked == Asked::call || asked == Asked::update ||
                           asked == Asked::recommend || asked == Asked::shelve || asked == Asked::dropped_call ||
                           asked == Asked::end_dropped;
    const bool zh = QLocale().language() == QLocale::Chinese;
    const QString why = QString::fromStdString(zh ? error.text_zh() : error.text_en());
    if (by_person) {
        emit requestFailed(why);
    }
    if (asked == Asked::assign && static_cast<Code>(error.code()) == Code::not_first_in_list) {
        recommend(); // the list on the screen was too old to be judged by: the next F4 is of one of now
    }
    if (asked == Asked::order || asked == Asked::question) {
        // English and for the log: in Chinese the number's own text says what there is to do.
        const QString detail = zh ? QString{} : QString::fromStdString(error.detail());
        emit orderRefused(echo, detail.isEmpty() ? why : why + QStringLiteral(" · ") + detail);
    }
    if (asked == Asked::voice) {
        refuseVoice(why);
    }
    if (asked == Asked::call || asked == Asked::dropped_call) {
        if (is_of_request(static_cast<Code>(error.code()))) {
            emit callRefused();
        } else {
            emit callUnanswered();
        }
    }
}

std::uint64_t Desk::ask(api::ClientFrame frame, Asked asked) {
    if (frame.idempotency_key().empty()) {
        frame.set_idempotency_key(newKey());
    }
    const std::uint64_t number = feed_.send(std::move(frame));
    if (number != 0 && asked_.size() < kAskedMax) {
        asked_[number] = asked;
    }
    return number;
}

void Desk::tick() {
    state_.apply_leader(feed_.server_leads() ? Leader::present : Leader::absent, localUs());
    state_.watch_targets(localUs());
    keepWatch();
    emit ticked();
}

// Listened to only while no server answers: a thousand desks that always did would cost the broker as much as the fleet.
void Desk::keepBroker() {
    if (broker_ == nullptr || isLive()) {
        return;
    }
    const std::int64_t since_us = state_.lost_since_us() != 0 ? state_.lost_since_us() : started_us_;
    if (!broker_open_ && localUs() - since_us >= kBrokerAfterUs) {
        broker_open_ = true;
        broker_->open();
    }
    if (broker_open_) {
        state_.apply_broker(broker_->take(), localUs());
        emit stateChanged();
    }
}

// Asks for waves (and the picture) of the unit of the selected incident, again now and then: a server that restarted has
// forgotten who watches.
void Desk::keepWatch() {
    if (!isLive()) {
        return;
    }
    const api::Unit* unit = patientUnit();
    const std::int64_t wanted = unit == nullptr ? 0 : unit->id();
    const std::int64_t incident = unit == nullptr ? 0 : unit->incident_id();
    const std::int64_t now = monotonicUs();
    if ((wanted != watched_unit_ || incident != watched_incident_) && watched_unit_ != 0) {
        api::ClientFrame stop;
        stop.mutable_watch_vehicle()->set_unit_id(watched_unit_);
        ask(std::move(stop), Asked::watch);
        if (joined_unit_ == 0) {
            leaveVoice();
        }
        watch_sent_us_ = kLongAgoUs;
    }
    const bool other = wanted != watched_unit_ || incident != watched_incident_;
    watched_unit_ = wanted;
    watched_incident_ = incident;
    ecg_.watch(wanted, incident);
    if (other) {
        emit watchChanged();
    }
    if (wanted != 0 && now - watch_sent_us_ >= kWatchRepeatUs) {
        api::ClientFrame watch;
        watch.mutable_watch_vehicle()->set_unit_id(wanted);
        watch.mutable_watch_vehicle()->set_vitals(true);
        watch.mutable_watch_vehicle()->set_wave(watching_);
        if (ask(std::move(watch), Asked::watch) != 0) {
            watch_sent_us_ = now;
        }
    }
    keepVoice();
}

void Desk::setWatching(bool physician_view_shown) {
    if (watching_ != physician_view_shown) {
        watching_ = physician_view_shown;
        watch_sent_us_ = kLongAgoUs;
        keepWatch();
        emit watchChanged();
    }
}

void Desk::leave() {
    leaving_ = true;
    tick_.stop(); // which would watch anew
    watching_ = false;
    joined_unit_ = 0;
    emit watchChanged();
    leaveVoice();
    if (watched_unit_ != 0 && isLive()) {
        api::ClientFrame stop;
        stop.mutable_watch_vehicle()->set_unit_id(watched_unit_);
        ask(std::move(stop), Asked::watch);
    }
    api::ClientFrame off;
    off.mutable_log_off(); // behind all that came before it
    logged_off_ = !isLive() || ask(std::move(off), Asked::log_off) == 0;
    sayLeft();
}

void Desk::sayLeft() {
    if (leaving_ && !has_left_ && (logged_off_ || !isLive())) {
        has_left_ = true;
        emit left();
    }
}

void Desk::setRulers(ScreenRulers rulers) {
    if (rulers != rulers_) {
        rulers_ = std::move(rulers);
        emit rulersChanged();
    }
}

void Desk::follow() {
    if (follow_ == Follow::none) {
        return;
    }
    const std::int64_t id = incident_to_follow(state_);
    if (id != 0 && id != state_.selected_incident()) {
        applySelection(id);
    }
}

void Desk::applySelection(std::int64_t id) {
    state_.select_incident(id);
    chosen_unit_ = 0;
    const api::Incident* incident = state_.incident(id);
    if (incident != nullptr && incident->state() == "open" && state_.recommendation(id) == nullptr) {
        recommend();
    }
    keepWatch();
    emit selectionChanged();
}

void Desk::noteChoice() {
    ++choices_;
    chosen_since_call_ = true;
}

void Desk::selectIncident(std::int64_t id) {
    follow_ = Follow::none;
    noteChoice();
    if (id != state_.selected_incident()) {
        applySelection(id);
        emit stateChanged();
    }
}

void Desk::selectNext(QueueGroup group) {
    const auto rows = queue_rows(state_, shownUs());
    std::int64_t first = 0;
    bool passed = false;
    for (const auto& row : rows) {
        if (row.group != group) {
            continue;
        }
        first = first == 0 ? row.incident->id() : first;
        if (passed) {
            selectIncident(row.incident->id());
            return;
        }
        passed = row.incident->id() == state_.selected_incident();
    }
    if (first != 0) {
        selectIncident(first);
    }
}

void Desk::selectCandidate(std::uint32_t rank) {
    const auto* r = state_.recommendation(state_.selected_incident());
    if (r == nullptr || rank == 0 || rank > static_cast<std::uint32_t>(r->candidates_size())) {
        return;
    }
    noteChoice();
    state_.select_candidate(rank);
    chosen_unit_ = 0;
    emit selectionChanged();
}

void Desk::startOver() {
    const std::int64_t selected = state_.selected_incident();
    state_ = DeskState{};
    state_.select_incident(selected);
    asked_.clear();
    echoes_.clear();
    updates_.clear();
    dropped_.clear();
    joined_unit_ = 0;
    chosen_unit_ = 0;
    watched_unit_ = 0;
    watched_incident_ = 0;
    watch_sent_us_ = kLongAgoUs;
    ecg_.watch(0, 0);
}

void Desk::selectUnit(std::int64_t unit_id) {
    const api::Unit* unit = state_.unit(unit_id);
    if (unit == nullptr) {
        return;
    }
    if (unit->incident_id() != 0) {
        selectIncident(unit->incident_id());
    }
    noteChoice();
    state_.select_unit(unit_id);
    chosen_unit_ = unit_id;
    keepWatch();
    emit selectionChanged();
}

void Desk::pauseAudio() {
    audio_paused_until_us_ = audioPauseLeftUs() > 0 ? 0 : monotonicUs() + kAudioPauseUs;
    emit stateChanged();
}

std::int64_t Desk::audioPauseLeftUs() const {
    return std::max<std::int64_t>(0, audio_paused_until_us_ - monotonicUs());
}

} // namespace ems::console
