// What the vehicle's fence suggests, and where the centre has posted the vehicle.
#include <algorithm>

#include "telemetry/base/log.h"
#include "telemetry/base/text.h"
#include "telemetry/seal/random.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/agent/limits.h"
#include "vehicle/contract/proposals.h"

namespace ems::vehicle {

Result<bool> CrewDesk::propose(wire::UnitState state, DeviceTime since,
                               const wire::Position& position, const Moment& now) {
    Status& status = *record_.mutable_status();
    if (state == wire::UNIT_UNSPECIFIED) {
        const bool stands =
            status.has_posting() && !status.posting().arrived() && status.posting().fence_us() == 0;
        if (stands) {
            status.mutable_posting()->set_fence_us(since.us);
            save();
        }
        return stands;
    }
    if (proposed_us(status, state) != 0) {
        return false; // the first holds: wheels move once
    }
    wire::Event event;
    event.set_event_id(seal::uuid_text());
    event.set_source(wire::SOURCE_GEOFENCE);
    event.set_incident_id(status.order().incident_id());
    event.set_assignment_id(status.order().assignment_id());
    event.mutable_proposal()->set_state(state);
    event.mutable_proposal()->set_lat_e7(position.lat_e7());
    event.mutable_proposal()->set_lon_e7(position.lon_e7());
    Moment then = now;
    then.device = since;
    EMS_TRY(append_event(event.SerializeAsString(), then));
    FenceProposal& kept = *status.add_proposals();
    kept.set_state(state);
    kept.set_since_us(since.us);
    EMS_LOG(info, "crew", "fence proposes state={}", wire::UnitState_Name(state));
    save();
    return true;
}

bool CrewDesk::withdraw_proposals(const std::function<bool(wire::UnitState)>& gone) {
    Status& status = *record_.mutable_status();
    auto& proposals = *status.mutable_proposals();
    const auto kept = std::remove_if(proposals.begin(), proposals.end(),
                                     [&](const auto& one) { return gone(one.state()); });
    bool changed = kept != proposals.end();
    proposals.erase(kept, proposals.end());
    if (status.posting().fence_us() != 0 && gone(wire::UNIT_UNSPECIFIED)) {
        status.mutable_posting()->set_fence_us(0);
        changed = true;
    }
    if (changed) {
        save();
    }
    return changed;
}

void CrewDesk::follow_posting(const wire::TextNote& text, const std::string& command_id) {
    Status& status = *record_.mutable_status();
    if (!text.ended_command_id().empty() &&
        text.ended_command_id() == status.posting().command_id()) {
        status.clear_posting();
    }
    if (text.has_posting()) {
        status.clear_posting();
        PostedTo& posted = *status.mutable_posting();
        *posted.mutable_posting() = text.posting();
        posted.mutable_posting()->set_name(std::string{cut_text(text.posting().name(), kTextMax)});
        posted.set_command_id(command_id);
    }
}

Result<void> CrewDesk::answer_posting(const AnswerOrder& answer, const Moment& now) {
    Status& status = *record_.mutable_status();
    const Verdict verdict{answer.accept() ? wire::CommandAck::ACCEPTED : wire::CommandAck::REFUSED,
                          answer.reason()};
    const std::string ack = ack_event(answer.event_id(), answer.command_id(), verdict, nullptr);
    EMS_TRY(append_event(ack, now));
    remember_event(answer.event_id());
    set_result(answer.command_id(), verdict.result, ack);
    if (answer.accept()) {
        status.mutable_posting()->set_accepted(true);
    } else {
        status.clear_posting();
    }
    save();
    return {};
}

Result<void> CrewDesk::reach(const ReachPosting& reach, const Moment& now) {
    EMS_TRY(check_event_id(reach.event_id()));
    if (knows_event(reach.event_id())) {
        return {};
    }
    Status& status = *record_.mutable_status();
    if (!status.has_posting() || status.posting().command_id() != reach.command_id() ||
        status.posting().arrived()) {
        return fail(Code::not_found, "the posting has ended");
    }
    const Moment pressed = aged(now, reach.age_ms());
    Verdict verdict{wire::CommandAck::ARRIVED, {}};
    verdict.fence_us = reach.fence_us() <= pressed.device.us ? reach.fence_us() : 0;
    EMS_TRY(
        append_event(ack_event(reach.event_id(), reach.command_id(), verdict, nullptr), pressed));
    remember_event(reach.event_id());
    PostedTo& posted = *status.mutable_posting();
    posted.set_accepted(true);
    posted.set_arrived(true);
    posted.set_fence_us(0);
    save();
    return {};
}

} // namespace ems::vehicle
