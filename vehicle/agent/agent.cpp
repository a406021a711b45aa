#include "vehicle/agent/agent.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "telemetry/base/machine_boot.h"
#include "telemetry/seal/random.h"
#include "telemetry/seal/signature.h"
#include "telemetry/wire/cuff_time.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/agent/crew_fence.h"
#include "vehicle/agent/crew_server.h"
#include "vehicle/agent/devices.h"
#include "vehicle/agent/frame_count.h"
#include "vehicle/agent/limits.h"
#include "vehicle/agent/link_port.h"
#include "vehicle/agent/power_supply.h"
#include "vehicle/agent/uplink.h"
#include "vehicle/agent/vehicle_clock.h"
#include "vehicle/spool/envelope.h"

namespace ems::vehicle {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kPatienceMost{30'000};
constexpr const char* kProcessCount = "process_count";
constexpr const char* kAlarmsTold = "alarms_told";
constexpr const char* kOthersTold = "other_alarms_told";
constexpr const char* kUnacknowledged = "unacknowledged_alarms";
constexpr const char* kCentreLost = "centre_lost";
constexpr const char* kCallTold = "physician_call_told";
constexpr const char* kDispatcherCallTold = "dispatcher_call_told";

} // namespace

class Agent::Body final : private DeviceSink {
  public:
    Body(asio::io_context& io, AgentConfig config, Spool& spool, const Clock& clock,
         const AgentMedia& media);
    Result<void> start();
    void stop();

  private:
    using Timer = asio::steady_timer;
    template <class F> void every(Timer& timer, std::chrono::milliseconds period, F act);
    void make_crew(asio::io_context& io, CrewDesk::Verify verify);

    // Link.
    void link_up(std::uint64_t birth_counter);
    void link_down(const std::string& reason);
    void message(wire::DownKind kind, const std::string& payload);
    void received(wire::UpKind kind, Ticks at);
    bool send(wire::UpKind kind, std::string payload);
    void take_media(const std::string& payload);
    void permit_backfill(const Moment& now);
    void take_voice(const wire::MediaSession& session);
    [[nodiscard]] std::uint64_t frames_sent() const;
    enum class Online { no, yes };
    void send_state(Online online);
    void send_birth();
    void send_heartbeat(const Moment& now);
    void check_heartbeat(const Moment& now);

    // Devices.
    void position(const wire::Position& position, std::int64_t t_us) override;
    void vitals(const wire::Vitals& vitals, std::int64_t t_us) override;
    void inputs(const wire::VehicleInputs& inputs) override;
    void waves(const std::vector<BuiltBatch>& batches) override;
    void trace(const std::vector<wire::WaveBatch>& batches) override;
    void alarms(const std::vector<wire::Alarm>& alarms) override;

    // Crew.
    enum class Call { stands, ended };

    // Spool.
    template <class M> void append(wire::Stream stream, const M& body, std::int64_t t_us);
    void append_event(wire::Event event, wire::EventSource source = wire::SOURCE_DEVICE);
    void append_alarm(const wire::Alarm& alarm);
    void commit();
    void note_durability();
    void note_troubles();
    void note_overflow(const std::vector<Record>& committed);
    void note_battery(Ticks now);
    void note_own_state(const Moment& now);
    void tell_cameras(const Moment& now);
    void tell_own(const char* code, bool active);
    void keep_unacknowledged();

    void second();
    CrewUpdate crew_request(const CrewRequest& request);
    Result<void> choose_group(PatientGroup group);
    Result<void> act_on(const CrewRequest& request, const Moment& now);
    CrewUpdate status_update();
    void push_status();
    struct CalledDesk {
        const char* alarm;
        const char* told; // number in the spool: 1 while it stands
        bool calling{false};
    };
    void call(CalledDesk& desk, Call call);
    void follow_voice();
    Result<void> press_talk(const TalkKey& key);

    const AgentConfig config_;
    Spool& spool_;
    VehicleClock clock_;
    const std::vector<Camera*> cameras_;
    Backfill* const backfill_;
    VideoUplink* const video_uplink_;
    Voice* const voice_;
    CalledDesk physician_{"physician_call", kCallTold};
    CalledDesk dispatcher_{"dispatcher_call", kDispatcherCallTold};
    VoiceLine line_;      // as pushed last
    Ticks levels_told_{};
    FrameCount frames_;
    asio::io_context& io_;
    Timer tick_timer_, commit_timer_, second_timer_, device_timer_;
    bool started_{false};
    bool stopped_{false};

    LinkPort link_;
    Uplink uplink_;
    std::optional<CrewDesk> desk_;
    std::optional<CrewFence> fence_;
    std::optional<CrewServer> crew_;

    std::vector<wire::Ack> acks_; // taken since the last commit
    bool link_up_{false};
    Ticks link_seen_{}; // up
    bool centre_lost_{false};
    bool clock_unset_{false};
    std::uint64_t birth_counter_{0};
    Ticks server_heard_{};
    bool heard_this_link_{false};
    std::chrono::milliseconds patience_{kLinkDeadAfter};
    std::uint64_t born_spool_{0};
    Durability durability_{Durability::on_disk};
    Spool::Troubles troubles_; // told
    std::optional<Ticks> slow_at_;
    std::optional<Ticks> overflow_at_; // a record had to go, told
    std::optional<Ticks> battery_read_;
    BatteryWatch battery_;
    bool battery_low_{false}; // told
    std::string unacknowledged_; // as stored

    Devices devices_;
};

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

// ------------------------------------------------------------------------------------------------
// link

void Agent::Body::link_up(std::uint64_t birth_counter) {
    birth_counter_ = birth_counter;
    commit(); // before the link counts as up: what was waiting goes with the backlog, behind the
              // birth
    link_up_ = true;
    heard_this_link_ = false;
    server_heard_ = clock_.now().ticks;
    EMS_LOG(info, "link", "up birth_counter={}", birth_counter);
    send_state(Online::yes);
    born_spool_ = 0; // every link has a birth of its own
    send_birth();
    const Moment now = clock_.now();
    uplink_.link_up(now.ticks, now.device);
    push_status();
}

void Agent::Body::link_down(const std::string& reason) {
    if (link_up_) {
        EMS_LOG(warn, "link", "down: {}", reason);
    }
    link_up_ = false;
    uplink_.link_down();
    push_status();
}

bool Agent::Body::send(wire::UpKind kind, std::string payload) {
    const std::size_t size = payload.size();
    if (!link_.send(kind, std::move(payload))) {
        return false;
    }
    uplink_.other_sent(kind, size, clock_.now().ticks);
    return true;
}

void Agent::Body::send_state(Online online) {
    wire::LinkState state;
    state.set_online(online == Online::yes);
    state.set_birth_counter(birth_counter_);
    send(wire::UpKind::state, state.SerializeAsString());
}

void Agent::Body::send_birth() {
    wire::Birth birth;
    birth.set_birth_counter(birth_counter_);
    birth.set_spool(spool_.identity());
    birth.set_software(config_.software);
    birth.set_boot_id(machine_boot());
    birth.set_highest_term(spool_.number("highest_term"));
    birth.set_time_scale(config_.devices.time_scale);
    birth.set_t_us(clock_.now().device.us);
    birth.set_unit_state(desk_->status().state());
    for (std::size_t i = 0; i < kStreams; ++i) {
        const StreamStatus status = spool_.status(stream_at(i));
        auto& count = *birth.add_streams();
        count.set_stream(stream_at(i));
        count.set_last_seq(status.last_seq);
        count.set_first_unacked(status.first_unacked);
        count.set_unacked(status.unacked);
    }
    // Not handed over: the next commit tries again.
    if (send(wire::UpKind::birth, birth.SerializeAsString())) {
        born_spool_ = spool_.identity();
    }
}

void Agent::Body::send_heartbeat(const Moment& now) {
    wire::Heartbeat beat;
    beat.set_birth_counter(birth_counter_);
    beat.set_t_us(now.device.us);
    beat.set_server_us(heard_this_link_ ? now.server.us : 0);
    beat.set_spool(spool_.identity());
    for (std::size_t i = 0; i < kStreams; ++i) {
        const StreamStatus status = spool_.status(stream_at(i));
        auto& count = *beat.add_streams();
        count.set_stream(stream_at(i));
        count.set_last_seq(status.last_seq);
        // Where nothing waits the next number, so that the centre closes those left out at a boot.
        count.set_first_unacked(status.unacked > 0 ? status.first_unacked : status.last_seq + 1);
        count.set_unacked(status.unacked);
    }
    auto& health = *beat.mutable_device_health();
    for (const auto& [name, state] : devices_.health()) {
        health[name] = state;
    }
    health["spool"] = spool_.durability() == Durability::in_memory ? "in memory"
                      : slow_at_ ? fmt::format("slow, {} ms", troubles_.slowest_commit.count())
                                 : "ok";
    if (!cameras_.empty()) {
        beat.set_video_frames_sent(frames_.total(frames_sent()));
        for (const Camera* camera : cameras_) {
            health["camera." + camera->name()] = camera->health();
        }
    }
    if (voice_ != nullptr) {
        health["voice"] = voice_->health();
    }
    send(wire::UpKind::hb, beat.SerializeAsString());
}

void Agent::Body::check_heartbeat(const Moment& now) {
    if (!link_up_ || now.ticks - server_heard_ < patience_) {
        return;
    }
    // Where the broker lives and only the centre's heartbeat is missing, ever longer waits keep the
    // fleet from storming.
    patience_ = heard_this_link_ ? kLinkDeadAfter : std::min(patience_ * 2, kPatienceMost);
    link_up_ = false;
    uplink_.link_down();
    link_.drop("no heartbeat of the centre");
    push_status();
}

void Agent::Body::message(wire::DownKind kind, const std::string& payload) {
    const Moment now = clock_.now();
    switch (kind) {
    case wire::DownKind::hb: {
        wire::ServerHeartbeat beat;
        if (beat.ParseFromString(payload)) {
            clock_.server(beat.t_us());
            server_heard_ = now.ticks;
            heard_this_link_ = true;
            patience_ = kLinkDeadAfter;
        }
        break;
    }
    case wire::DownKind::ack: {
        wire::Ack ack;
        if (ack.ParseFromString(payload)) {
            spool_.acknowledge(ack);
            if (desk_->acknowledged(ack)) {
                push_status();
            }
            if (acks_.size() < kInboundMax) {
                acks_.push_back(std::move(ack));
            }
        }
        break;
    }
    case wire::DownKind::cmd:
        if (desk_->take_command(payload, now)) {
            commit();
            push_status();
        }
        break;
    case wire::DownKind::watch: {
        wire::Watch watch;
        if (!watch.ParseFromString(payload)) {
            break;
        }
        if (watch.has_wave_hold_ms()) {
            const std::chrono::milliseconds asked{watch.wave_hold_ms()};
            uplink_.hold_waves(now.ticks + std::min(asked, kWaveHoldMost));
        } else {
            const Ticks until = watch.wave() ? now.ticks + kWatchFor : now.ticks;
            devices_.watch(until);
            uplink_.watched(until);
        }
        break;
    }
    case wire::DownKind::time: {
        wire::TimeReply reply;
        if (reply.ParseFromString(payload)) {
            clock_.server(reply.t_us());
        }
        break;
    }
    case wire::DownKind::media:
        take_media(payload);
        break;
    case wire::DownKind::cfg:
        break; // of a later version
    }
}

void Agent::Body::received(wire::UpKind kind, Ticks at) {
    uplink_.received(kind, at);
    if (link_up_ && kind == wire::UpKind::bf) {
        uplink_.tick(clock_.now().ticks); // a fast link has room again before the next tick
    }
}

void Agent::Body::take_media(const std::string& payload) {
    wire::MediaSession session;
    if (!session.ParseFromString(payload)) {
        return;
    }
    if (session.has_voice()) {
        take_voice(session);
        return;
    }
    if (backfill_ != nullptr && session.tls_port() > 0 && session.tls_port() <= 65'535) {
        backfill_->server({session.host(), static_cast<std::uint16_t>(session.tls_port()),
                           session.tls_name()});
    }
    const auto camera = std::find_if(cameras_.begin(), cameras_.end(), [&](const Camera* one) {
        return one->name() == session.camera();
    });
    if (camera == cameras_.end()) {
        EMS_LOG(warn, "camera", "session for a camera that is not here");
    } else if (session.stop()) {
        (*camera)->stop();
    } else if (session.expires_us() != 0 && session.expires_us() < clock_.now().server.us) {
        EMS_LOG(warn, "camera", "session of camera={} has expired", session.camera());
    } else if (auto started = (*camera)->start(session); !started) {
        EMS_LOG(warn, "camera", "session of camera={} refused: {}", session.camera(),
                started.error().message());
    }
}

// Behind records and behind live pictures.
void Agent::Body::permit_backfill(const Moment& now) {
    if (backfill_ == nullptr) {
        return;
    }
    std::uint64_t waiting = 0;
    for (std::size_t i = 0; i < kStreams; ++i) {
        waiting += spool_.status(stream_at(i)).unacked;
    }
    const bool room = video_uplink_ == nullptr || video_uplink_->has_room();
    const bool go = link_up_ && room && waiting <= kRecordsBeforePictures &&
                    uplink_.waiting(now.ticks) <= kVideoYieldsAfter;
    // Filed as pictures that came live are: by the time that vitals bear, where the centre believes
    // it (CaptureTrust).
    const bool believed = now.clk != wire::CLOCK_NEVER_SET &&
                          std::llabs(now.device.us - now.server.us) <= video::CaptureTrust::kSkewMaxUs;
    const std::int64_t filed_us = believed ? now.device.us : now.server.us;
    backfill_->permit(go ? BackfillPermit::go : BackfillPermit::wait,
                      std::chrono::microseconds{filed_us - SystemClock{}.utc_us()});
}

void Agent::Body::take_voice(const wire::MediaSession& session) {
    if (voice_ == nullptr) {
        return;
    }
    if (session.stop()) {
        voice_->stop();
    } else if (session.expires_us() != 0 && session.expires_us() < clock_.now().server.us) {
        EMS_LOG(warn, "voice", "session has expired");
    } else if (auto started = voice_->start(session); !started) {
        EMS_LOG(warn, "voice", "session refused: {}", started.error().message());
    }
}

std::uint64_t Agent::Body::frames_sent() const {
    std::uint64_t sum = 0;
    for (const Camera* camera : cameras_) {
        sum += camera->frames_sent();
    }
    return sum;
}

// ------------------------------------------------------------------------------------------------
// devices

void Agent::Body::position(const wire::Position& position, std::int64_t t_us) {
    append(wire::STREAM_G, position, t_us);
    if (fence_->fix(position, clock_.now())) {
        commit();
        push_status();
    }
}

void Agent::Body::vitals(const wire::Vitals& vitals, std::int64_t t_us) {
    wire::Vitals sent = vitals;
    wire::set_cuff_t_us(sent, vitals.nibp_t_us(), t_us);
    append(wire::STREAM_V, sent, t_us);
}

void Agent::Body::inputs(const wire::VehicleInputs& inputs) {
    wire::Event event;
    *event.mutable_inputs() = inputs;
    append_event(std::move(event));
    commit();
}

void Agent::Body::waves(const std::vector<BuiltBatch>& batches) {
    for (const BuiltBatch& one : batches) {
        append(wire::STREAM_W, one.batch, one.t_us);
    }
    // A watcher sees the trace a quarter of a second sooner when its batch does not wait for the
    // group.
    if (!batches.empty() && devices_.watched() == Watched::yes && !stopped_) {
        commit();
    }
}

void Agent::Body::trace(const std::vector<wire::WaveBatch>& batches) {
    for (const wire::WaveBatch& batch : batches) {
        if (crew_ && !stopped_) {
            CrewUpdate update;
            *update.mutable_trace() = batch;
            crew_->broadcast_live(update);
        }
    }
}

void Agent::Body::alarms(const std::vector<wire::Alarm>& alarms) {
    for (const wire::Alarm& alarm : alarms) {
        // The crew's alone: the centre sees the link itself, and would hear of it when it is over.
        if (alarm.code() != kCentreLost) {
            append_alarm(alarm);
        }
    }
    spool_.set_number(kAlarmsTold, devices_.alarms().told());
    spool_.set_state(kOthersTold, devices_.alarms().told_others().SerializeAsString());
    keep_unacknowledged();
    commit();
    push_status();
}

void Agent::Body::keep_unacknowledged() {
    std::string now = devices_.alarms().unacknowledged().SerializeAsString();
    if (now != unacknowledged_) {
        unacknowledged_ = std::move(now);
        spool_.set_state(kUnacknowledged, unacknowledged_);
    }
}

// ------------------------------------------------------------------------------------------------
// spool

template <class M> void Agent::Body::append(wire::Stream stream, const M& body, std::int64_t t_us) {
    auto stored = spool_.append({.stream = stream,
                                 .t_us = t_us,
                                 .clk = clock_.now().clk,
                                 .keep = desk_->on_case() ? Keep::of_case : Keep::ordinary,
                                 .body = body.SerializeAsString()});
    if (!stored) {
        EMS_LOG(error, "spool", "record of stream {} not kept: {}", static_cast<int>(stream),
                stored.error().message());
    }
}

void Agent::Body::append_event(wire::Event event, wire::EventSource source) {
    event.set_event_id(seal::uuid_text());
    event.set_source(source);
    event.set_incident_id(desk_->status().order().incident_id());
    event.set_assignment_id(desk_->status().order().assignment_id());
    append(wire::STREAM_A, event, clock_.now().device.us);
}

void Agent::Body::append_alarm(const wire::Alarm& alarm) {
    wire::Event event;
    *event.mutable_alarm() = alarm;
    EMS_LOG(info, "alarm", "code={} active={}", alarm.code(), alarm.active());
    append_event(std::move(event));
}

void Agent::Body::commit() {
    if (!cameras_.empty() && !stopped_) {
        frames_.keep(frames_sent());
    }
    // While the disk is waited for no receipt is taken: they lie in the queue of this thread.
    const Ticks heard_until = clock_.now().ticks;
    const auto committed = spool_.commit();
    desk_->committed(committed.records);
    // Only now: between acknowledgement and commit the spool still holds the records, and they
    // would be sent again.
    for (const wire::Ack& ack : acks_) {
        uplink_.acknowledged(ack);
    }
    acks_.clear();
    if (spool_.identity() != born_spool_ && link_up_) {
        send_birth(); // the centre counts by spool
    }
    const Moment now = clock_.now();
    uplink_.live(committed.records, now.ticks, now.device, heard_until);
    note_durability();
    note_overflow(committed.records);
}

void Agent::Body::note_durability() {
    if (spool_.durability() == durability_) {
        return;
    }
    durability_ = spool_.durability();
    tell_own("spool_failed", durability_ == Durability::in_memory);
}

void Agent::Body::tell_own(const char* code, bool active) {
    wire::Alarm alarm;
    alarm.set_code(code);
    alarm.set_technical(true);
    alarm.set_active(active);
    devices_.note_alarm(alarm);
    push_status();
}

// What the crew should know of the vehicle's own computer: a centre that has heard nothing for a
// while, and times that mean nothing.
void Agent::Body::note_own_state(const Moment& now) {
    if (link_up_) {
        link_seen_ = now.ticks;
    }
    const bool lost = now.ticks - link_seen_ >= kCentreLostAfter;
    if (lost != centre_lost_) {
        centre_lost_ = lost;
        tell_own(kCentreLost, lost);
    }
    const bool unset = now.clk == wire::CLOCK_NEVER_SET;
    if (unset != clock_unset_) {
        clock_unset_ = unset;
        tell_own("clock_unset", unset);
    }
}

void Agent::Body::tell_cameras(const Moment& now) {
    std::optional<CameraClock> clock;
    if (now.clk != wire::CLOCK_NEVER_SET) {
        const auto ticks = std::chrono::duration_cast<std::chrono::microseconds>(now.ticks.time_since_epoch());
        clock = CameraClock{now.device.us - ticks.count(), now.clk == wire::CLOCK_NTP
                                                               ? video::CaptureClock::disciplined
                                                               : video::CaptureClock::free_running};
    }
    for (Camera* camera : cameras_) {
        camera->tell_clock(clock);
    }
}

// Records had to go for lack of room: the chart has a hole, and the link has been away too long.
void Agent::Body::note_overflow(const std::vector<Record>& committed) {
    const Ticks now = clock_.now().ticks;
    if (std::any_of(committed.begin(), committed.end(), is_overflow)) {
        const bool told = overflow_at_.has_value();
        overflow_at_ = now;
        if (!told) {
            tell_own("spool_full", true);
        }
    } else if (overflow_at_ && now - *overflow_at_ >= kSpoolFullFor) {
        overflow_at_.reset();
        tell_own("spool_full", false);
    }
}

void Agent::Body::note_battery(Ticks now) {
    if (battery_read_ && now - *battery_read_ < kBatteryEvery) {
        return;
    }
    battery_read_ = now;
    const bool low = battery_.judge(read_battery(config_.power_supplies));
    if (low != battery_low_) {
        battery_low_ = low;
        tell_own("computer_battery_low", low);
    }
}

// A slow disk is told until it was quick for a minute; a file that went back in time for this run.
void Agent::Body::note_troubles() {
    const Spool::Troubles now = spool_.troubles();
    const Ticks ticks = clock_.now().ticks;
    if (now.slow_commits > troubles_.slow_commits) {
        if (!slow_at_) {
            tell_own("spool_slow", true);
        }
        slow_at_ = ticks;
    } else if (slow_at_ && ticks - *slow_at_ >= kSpoolSlowFor) {
        slow_at_.reset();
        tell_own("spool_slow", false);
    }
    if (now.went_back > 0 && troubles_.went_back == 0) {
        tell_own("spool_went_back", true);
    }
    troubles_ = now;
}

// ------------------------------------------------------------------------------------------------
// each second

void Agent::Body::second() {
    const Moment now = clock_.now();
    devices_.follow(desk_->patient());
    devices_.second();
    commit();
    note_troubles();
    note_own_state(now);
    tell_cameras(now);
    permit_backfill(now);
    note_battery(now.ticks);
    if (link_up_) {
        send_heartbeat(now);
    }
    push_status();
}

// ------------------------------------------------------------------------------------------------
// crew

CrewUpdate Agent::Body::status_update() {
    CrewUpdate update;
    Status& status = *update.mutable_status();
    status = desk_->status();
    status.set_link_up(link_up_);
    status.set_in_memory(spool_.durability() == Durability::in_memory);
    if (const wire::Position* position = devices_.position(kDeviceLostAfter)) {
        *status.mutable_position() = *position;
    }
    if (const auto vitals = devices_.vitals()) {
        *status.mutable_vitals() = *vitals;
    }
    devices_.alarms().fill(status, clock_.now().ticks);
    *status.mutable_patient() = desk_->patient();
    const Moment now = clock_.now();
    status.set_ecg_leads(devices_.ecg_run().leads(now.device));
    if (auto sent = desk_->ecg_sent(now)) {
        *status.mutable_ecg_sent() = std::move(*sent);
    }
    for (std::size_t i = 0; i < kStreams; ++i) {
        const StreamStatus counted = spool_.status(stream_at(i));
        auto& count = *status.add_streams();
        count.set_stream(stream_at(i));
        count.set_last_seq(counted.last_seq);
        count.set_first_unacked(counted.first_unacked);
        count.set_unacked(counted.unacked);
    }
    if (voice_ != nullptr) {
        *status.mutable_voice() = voice_->line();
        status.mutable_voice()->set_calling(physician_.calling);
    }
    status.set_dispatcher_called(dispatcher_.calling);
    if (const auto age = desk_->order_age(now)) {
        status.set_order_age_ms(static_cast<std::uint32_t>(age->count()));
    }
    status.set_video_frames_sent(cameras_.empty() ? 0 : frames_.total(frames_sent()));
    return update;
}

void Agent::Body::push_status() {
    if (crew_ && !stopped_) {
        crew_->broadcast(status_update());
    }
}

// An alarm of the crew's own, by the way on which nothing is lost: desks show and acknowledge it as
// any other. The caller commits.
void Agent::Body::call(CalledDesk& desk, Call call) {
    const bool stands = call == Call::stands;
    if (desk.calling == stands) {
        return;
    }
    desk.calling = stands;
    spool_.set_number(desk.told, stands ? 1 : 0);
    wire::Alarm alarm;
    alarm.set_code(desk.alarm);
    alarm.set_priority(wire::Alarm::MEDIUM);
    alarm.set_active(stands);
    append_alarm(alarm);
}

Result<void> Agent::Body::press_talk(const TalkKey& key) {
    if (voice_ == nullptr) {
        return fail(Code::not_found, "no intercom on board");
    }
    voice_->press(key);
    return {};
}

// Who speaks is shown at once; levels go beside it while somebody may be heard, else with the next
// status.
void Agent::Body::follow_voice() {
    if (voice_ == nullptr) {
        return;
    }
    const VoiceLine line = voice_->line();
    // Any desk's word answers the call for the dispatcher. A dispatcher who asks for the way is no physician: of an open
    // line the role is that of the console that opened it.
    const bool console = line.connected() && line.speaker() == VoiceLine::CONSOLE;
    const bool physician = console && line.speaker_role() == VoiceLine::PHYSICIAN;
    if ((physician && physician_.calling) || (console && dispatcher_.calling)) {
        if (physician) {
            call(physician_, Call::ended);
        }
        call(dispatcher_, Call::ended);
        commit();
    }
    const bool changed =
        line.connected() != line_.connected() || line.speaker() != line_.speaker() ||
        line.open_line() != line_.open_line() || line.verdict() != line_.verdict() ||
        line.reason() != line_.reason() || line.consoles() != line_.consoles() ||
        line.emergency() != line_.emergency() || line.speaker_role() != line_.speaker_role() ||
        line.no_microphone() != line_.no_microphone() ||
        line.no_loudspeaker() != line_.no_loudspeaker();
    const Ticks now = clock_.now().ticks;
    if (changed) {
        line_ = line;
        push_status();
        levels_told_ = now; // they are in it
    } else if (now - levels_told_ >= kVoiceLevelsEvery &&
               (line.open_line() || line.speaker() != VoiceLine::NOBODY) && crew_ && !stopped_) {
        levels_told_ = now;
        CrewUpdate update;
        update.mutable_levels()->set_spoken_dbfs(line.spoken_dbfs());
        update.mutable_levels()->set_heard_dbfs(line.heard_dbfs());
        crew_->broadcast(update);
    }
}

// The centre's own limits follow it: those in force go with each Vitals, the choice itself is an
// event of the chart. The caller commits.
Result<void> Agent::Body::choose_group(PatientGroup group) {
    const PatientGroup before = desk_->patient().group();
    EMS_TRY(desk_->set_group(group));
    devices_.follow(desk_->patient());
    if (group != before) {
        wire::Event event;
        event.mutable_patient_group()->set_group(static_cast<wire::PatientGroup>(group));
        append_event(std::move(event), wire::SOURCE_CREW_BUTTON);
    }
    return {};
}
static_assert(static_cast<int>(BY_AGE) == wire::PATIENT_GROUP_UNSPECIFIED);
static_assert(static_cast<int>(ADULT) == wire::PATIENT_ADULT);
static_assert(static_cast<int>(CHILD) == wire::PATIENT_CHILD);
static_assert(static_cast<int>(INFANT) == wire::PATIENT_INFANT);

Result<void> Agent::Body::act_on(const CrewRequest& request, const Moment& now) {
    Result<void> done;
    switch (request.what_case()) {
    case CrewRequest::kPress:
        done = desk_->press(request.press(), devices_.position(), now);
        devices_.follow(desk_->patient());
        return done;
    case CrewRequest::kReach:
        return desk_->reach(request.reach(), now);
    case CrewRequest::kAnswer:
        return desk_->answer(request.answer(), now);
    case CrewRequest::kFindings:
        return desk_->report(request.findings(), now);
    case CrewRequest::kAlarm:
        return devices_.alarms().answer(request.alarm(), now.ticks);
    case CrewRequest::kPatientGroup:
        return choose_group(request.patient_group().group());
    case CrewRequest::kCall:
        call(physician_, request.call().cancel() ? Call::ended : Call::stands);
        return {};
    case CrewRequest::kCallDispatcher:
        call(dispatcher_, request.call_dispatcher().cancel() ? Call::ended : Call::stands);
        return {};
    case CrewRequest::kTalk:
        return press_talk(request.talk());
    case CrewRequest::kHello:
    case CrewRequest::kStatus:
        return {};
    case CrewRequest::kSendEcg:
        return desk_->send_ecg(request.send_ecg(), devices_.ecg_run(), now);
    case CrewRequest::WHAT_NOT_SET:
        break;
    }
    return fail(Code::invalid_argument, "unknown request");
}

CrewUpdate Agent::Body::crew_request(const CrewRequest& request) {
    if (request.status().trace()) {
        devices_.draw(clock_.now().ticks + kTraceFor);
    }
    if (request.has_hello() || request.has_status()) {
        return status_update();
    }
    const Moment now = clock_.now();
    CrewUpdate reply;
    Result<void> done = act_on(request, now);
    if (!done && done.error().code == Code::full) {
        commit(); // makes room
        done = act_on(request, now);
    }
    if (!done && done.error().code == Code::full) {
        return status_update(); // neither stored nor refused: the terminal offers it again
    }
    if (!done) {
        reply.mutable_refused()->set_reason(done.error().detail);
        return reply;
    }
    keep_unacknowledged(); // he may have acknowledged one
    commit(); // before the word "stored"
    reply.mutable_stored();
    push_status();
    return reply;
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
