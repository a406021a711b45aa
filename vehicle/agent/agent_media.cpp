#include "vehicle/agent/agent_body.h"

#include <algorithm>
#include <cstdlib>

#include "telemetry/base/log.h"

namespace ems::vehicle {

namespace {

constexpr const char* kCaseEnded = "case_ended_us"; // by the vehicle's clock

} // namespace

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
    if (voice_ != nullptr) {
        voice_->tell_clock(clock);
    }
}

// A restart of this program shortens no case.
void Agent::Body::resume_duty(const Moment& now) {
    if (const std::uint64_t ended_us = spool_.number(kCaseEnded); ended_us != 0) {
        duty_.resume(std::chrono::microseconds{now.device.us - static_cast<std::int64_t>(ended_us)}, now.ticks);
    }
    follow_case(now);
}

void Agent::Body::follow_case(const Moment& now) {
    const CameraDuty duty = duty_.judge(desk_->status().state(), now.ticks);
    if (duty_.take_end()) {
        spool_.set_number(kCaseEnded, static_cast<std::uint64_t>(std::max<std::int64_t>(now.device.us, 0)));
    }
    for (Camera* camera : cameras_) {
        camera->duty(duty);
    }
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

} // namespace ems::vehicle
