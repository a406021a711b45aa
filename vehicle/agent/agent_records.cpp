#include "vehicle/agent/agent_body.h"

#include <algorithm>

#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "telemetry/wire/cuff_time.h"
#include "vehicle/spool/envelope.h"

namespace ems::vehicle {

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

} // namespace ems::vehicle
