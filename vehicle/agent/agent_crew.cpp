#include "vehicle/agent/agent_body.h"

#include <utility>

namespace ems::vehicle {
namespace {
constexpr std::size_t kCallIdMax = 64;
} // namespace

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
    if (changes_.news().changes_size() > 0) {
        *status.mutable_after_outage() = changes_.news();
    }
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
    status.set_physician_called(physician_.calling);
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

// A repeat of what was stored would call a physician who has answered meanwhile.
Result<void> Agent::Body::call_physician(const CallPhysician& asked) {
    if (asked.event_id().size() > kCallIdMax) {
        return fail(Code::invalid_argument, "a call with a bad event id");
    }
    if (asked.event_id().empty() || asked.event_id() != call_event_) {
        call(physician_, asked.cancel() ? Call::ended : Call::stands);
        call_event_ = asked.event_id();
    }
    return {};
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
        return call_physician(request.call());
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
    case CrewRequest::kSeenChanges:
        changes_.seen();
        spool_.set_state(kCentreChanges, {});
        return {};
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
    follow_case(now); // he may have begun a case or ended it
    keep_unacknowledged(); // he may have acknowledged one
    commit(); // before the word "stored"
    reply.mutable_stored();
    push_status();
    return reply;
}

} // namespace ems::vehicle
