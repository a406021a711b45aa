#include "vehicle/agent/agent.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/seal/signature.h"
#include "vehicle/agent/agent_body.h"

namespace ems::vehicle {

namespace asio = boost::asio;

namespace {

constexpr const char* kProcessCount = "process_count";

} // namespace

Agent::Body::Body(asio::io_context& io, AgentConfig config, Spool& spool, const Clock& clock,
                  const AgentMedia& media)
    : config_(std::move(config)), spool_(spool), clock_(clock), cameras_(media.cameras),
      backfill_(media.backfill),
      video_uplink_(media.uplink), voice_(media.voice), frames_(spool), io_(io), tick_timer_(io),
      commit_timer_(io), second_timer_(io), device_timer_(io),
      link_(io, config_.mqtt, config_.region, config_.vid,
            // Without a disk the wall clock stands in: it rises between starts, too.
            spool.durability() == Durability::on_disk
                ? spool.number(kProcessCount) + 1
                : static_cast<std::uint64_t>(clock.utc_us() / 1'000'000),
            {.up = [this](std::uint64_t birth_counter) { link_up(birth_counter); },
             .down = [this](const std::string& reason) { link_down(reason); },
             .message = [this](wire::DownKind kind,
                               const std::string& payload) { message(kind, payload); },
             .received = [this](wire::UpKind kind, Ticks at) { received(kind, at); }}),
      uplink_(spool, link_, {.most = static_cast<double>(config_.backlog_bytes_per_s_max)}),
      camera_watches_(media.cameras.size()), duty_(config_.camera_when, config_.camera_after),
      devices_(io, config_.devices, clock_, *this) {
    spool_.set_number(kProcessCount, spool_.number(kProcessCount) + 1);
}

template <class F> void Agent::Body::every(Timer& timer, std::chrono::milliseconds period, F act) {
    // From the last expiry and not from now, so that seconds do not drift; after a stall it does
    // not catch up.
    const auto next = std::max(timer.expiry() + period, std::chrono::steady_clock::now());
    timer.expires_at(next);
    timer.async_wait([this, &timer, period, act](boost::system::error_code error) {
        if (!error && !stopped_) {
            act();
            every(timer, period, act);
        }
    });
}

Result<void> Agent::Body::start() {
    auto key = seal::VerifyKey::load(config_.command_key_file);
    if (!key) {
        return Failure{std::move(key).error()};
    }
    desk_.emplace(spool_, config_.vid,
                  [key = std::move(*key)](std::string_view payload, std::string_view signature) {
                      return key.verify(payload, signature);
                  });
    fence_.emplace(*desk_, config_.devices.time_scale);
    changes_ = CentreChanges{spool_.state(kCentreChanges)};
    EMS_TRY(devices_.load());
    if (!config_.crew_socket.empty()) {
        crew_.emplace(io_, config_.crew_socket,
                      [this](const CrewRequest& request) { return crew_request(request); });
        EMS_TRY(crew_->start());
    }
    durability_ = Durability::on_disk;
    // What the run before had told, nobody ends any more: what still stands begins anew.
    ToldAlarms others;
    if (!others.ParseFromString(spool_.state(kOthersTold))) {
        others.Clear();
    }
    for (const wire::Alarm& alarm : AlarmDesk::ends_of(spool_.number(kAlarmsTold), others)) {
        if (alarm.code() != kCentreLost) {
            append_alarm(alarm);
        }
    }
    spool_.set_number(kAlarmsTold, 0);
    spool_.set_state(kOthersTold, {});
    // What of the body waited for the crew's acknowledgement waits still.
    unacknowledged_ = spool_.state(kUnacknowledged);
    if (ToldAlarms waiting; waiting.ParseFromString(unacknowledged_)) {
        devices_.alarms().latch(waiting, clock_.now().ticks);
    }
    for (CalledDesk* desk : {&physician_, &dispatcher_}) {
        desk->calling = spool_.number(desk->told) != 0; // a button was pressed: only an answer or the crew ends it
    }
    commit(); // the process count is durable before the first will names it
    resume_duty(clock_.now());
    devices_.start();
    link_seen_ = clock_.now().ticks;
    const auto now = std::chrono::steady_clock::now();
    for (Timer* timer : {&tick_timer_, &commit_timer_, &second_timer_, &device_timer_}) {
        timer->expires_at(now);
    }
    every(tick_timer_, kUplinkTick, [this] {
        const Moment moment = clock_.now();
        check_heartbeat(moment);
        follow_voice();
        uplink_.tick(moment.ticks);
        if (video_uplink_ != nullptr && uplink_.waiting(moment.ticks) > kVideoYieldsAfter) {
            video_uplink_->vitals_wait();
        }
    });
    every(commit_timer_, kGroupCommit, [this] { commit(); });
    every(second_timer_, std::chrono::seconds{1}, [this] { second(); });
    every(device_timer_, kDeviceTick, [this] { devices_.tick(); });
    link_.start();
    started_ = true;
    return {};
}

void Agent::Body::stop() {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    if (!started_) {
        return; // nothing was begun that must be ended well
    }
    for (Timer* timer : {&tick_timer_, &commit_timer_, &second_timer_, &device_timer_}) {
        timer->cancel();
    }
    if (crew_) {
        crew_->stop();
    }
    devices_.stop();
    if (!cameras_.empty()) {
        for (Camera* camera : cameras_) {
            camera->stop();
        }
        frames_.close(frames_sent());
    }
    if (voice_ != nullptr) {
        voice_->stop();
    }
    commit();
    if (link_up_) {
        // The farewell of the connection withholds the will. Leaving waits for what was handed
        // over, at most half a second.
        send_state(Online::no);
    }
    link_.stop();
}

void Agent::Body::second() {
    const Moment now = clock_.now();
    devices_.follow(desk_->patient());
    devices_.second();
    commit();
    note_troubles();
    note_own_state(now);
    tell_cameras(now);
    follow_case(now);
    permit_backfill(now);
    note_battery(now.ticks);
    note_cameras(now.ticks);
    if (link_up_) {
        send_heartbeat(now);
    }
    push_status();
}

Agent::Agent(asio::io_context& io, AgentConfig config, Spool& spool, const Clock& clock,
             const AgentMedia& media)
    : body_(std::make_unique<Body>(io, std::move(config), spool, clock, media)) {}

Agent::~Agent() {
    stop();
}
Result<void> Agent::start() {
    return body_->start();
}
void Agent::stop() {
    body_->stop();
}

} // namespace ems::vehicle
