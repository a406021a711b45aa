#include "vehicle/agent/crew_desk.h"

#include <algorithm>

#include "telemetry/base/log.h"
#include "telemetry/base/text.h"
#include "telemetry/seal/random.h"
#include "telemetry/wire/caller_phone.h"
#include "telemetry/wire/findings.h"
#include "vehicle/agent/limits.h"
#include "vehicle/contract/caller.h"
#include "vehicle/contract/proposals.h"

namespace ems::vehicle {
namespace {

constexpr const char* kDesk = "desk";
constexpr const char* kTerm = "highest_term";
constexpr const char* kUnitSeq = "executed_unit_seq";
constexpr std::size_t kIdMax = 64;

bool good_id(const std::string& id) {
    return !id.empty() && id.size() <= kIdMax &&
           std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// A leader who had passed asked for nothing: the present one may send the same command, and then it
// counts.
bool final_result(wire::CommandAck::Result result) {
    return result != wire::CommandAck::STALE_TERM && result != wire::CommandAck::RESULT_UNSPECIFIED;
}

// Refused for its number alone, never shown to the crew. A centre that was told which number this
// vehicle has come to sends it again under a later one. An order that another replaced before its
// crew answered is not of these: the crew has seen it.
bool refused_by_number(const StoredCommand& known) {
    wire::Event ack;
    return known.result == wire::CommandAck::SUPERSEDED && ack.ParseFromString(known.ack) &&
           ack.command_ack().executed_unit_seq() != 0;
}

// Before the crew has left for the patient a cancelled task leaves the unit where it was.
bool has_departed(wire::UnitState state) {
    return state != wire::UNIT_ASSIGNED && state != wire::UNIT_ACKNOWLEDGED;
}

// The caller's number stands in the open order alone, which is forgotten; what is kept of a command stays.
std::string without_caller(const wire::CommandBody& body, const std::string& payload) {
    if (body.dispatch().caller_phone().empty()) {
        return payload;
    }
    wire::CommandBody kept = body;
    kept.mutable_dispatch()->clear_caller_phone();
    return kept.SerializeAsString();
}

} // namespace

CrewDesk::CrewDesk(Spool& spool, VehicleId vid, Verify verify)
    : spool_(spool), vid_(std::move(vid)), verify_(std::move(verify)) {
    if (!record_.ParseFromString(spool_.state(kDesk))) {
        record_.Clear();
    }
    record_.mutable_status()->set_vid(vid_.str());
    if (record_.status().state() == wire::UNIT_UNSPECIFIED) {
        record_.mutable_status()->set_state(wire::UNIT_AVAILABLE);
    }
    if (!record_.has_patient()) { // of an earlier version
        follow_patient(record_.status().state(), record_.status().order().incident_id());
        follow_age();
    }
}

Moment CrewDesk::aged(Moment now, std::uint32_t age_ms) {
    now.device = now.device + -std::min<std::chrono::microseconds>(
                                  std::chrono::milliseconds{age_ms}, kPressAgeMax);
    return now;
}

Result<void> CrewDesk::check_event_id(const std::string& id) {
    if (!good_id(id)) {
        return fail(Code::invalid_argument, "a press without an event id");
    }
    return {};
}

void CrewDesk::save() {
    spool_.set_state(kDesk, record_.SerializeAsString());
}

bool CrewDesk::knows_event(const std::string& event_id) const {
    const auto& recent = record_.recent_event_ids();
    return std::find(recent.begin(), recent.end(), event_id) != recent.end();
}

void CrewDesk::remember_event(const std::string& event_id) {
    auto& recent = *record_.mutable_recent_event_ids();
    *recent.Add() = event_id;
    if (static_cast<std::size_t>(recent.size()) > kRecentPressesMax) {
        recent.erase(recent.begin());
    }
}

Result<void> CrewDesk::append_event(const std::string& event, const Moment& now) {
    auto stored = spool_.append({.stream = wire::STREAM_A,
                                 .t_us = now.device.us,
                                 .clk = now.clk,
                                 .keep = Keep::of_case,
                                 .body = event});
    if (!stored) {
        EMS_LOG(error, "crew", "event not spooled: {}", stored.error().message());
    }
    return stored;
}

std::string CrewDesk::ack_event(const std::string& event_id, const std::string& command_id,
                                const Verdict& verdict, const wire::DispatchOrder* order) {
    wire::Event event;
    event.set_event_id(event_id);
    event.set_source(verdict.result == wire::CommandAck::ACCEPTED ||
                             verdict.result == wire::CommandAck::REFUSED ||
                             verdict.result == wire::CommandAck::ARRIVED
                         ? wire::SOURCE_CREW_BUTTON
                         : wire::SOURCE_SYSTEM);
    if (order != nullptr) {
        event.set_incident_id(order->incident_id());
        event.set_assignment_id(order->assignment_id());
    }
    auto& ack = *event.mutable_command_ack();
    ack.set_command_id(command_id);
    ack.set_result(verdict.result);
    ack.set_note(std::string{cut_text(verdict.note, kTextMax)});
    ack.set_highest_term(verdict.highest_term);
    ack.set_executed_unit_seq(verdict.executed_unit_seq);
    ack.set_fence_us(verdict.fence_us);
    return event.SerializeAsString();
}

void CrewDesk::set_result(const std::string& command_id, wire::CommandAck::Result result,
                          const std::string& ack) {
    if (const StoredCommand* known = spool_.find_command(command_id)) {
        StoredCommand changed = *known;
        changed.result = result;
        changed.ack = ack;
        spool_.put_command(std::move(changed));
    }
}

CrewDesk::Verdict CrewDesk::refused_as_past(wire::CommandAck::Result result) const {
    return {result, {}, spool_.number(kTerm), spool_.number(kUnitSeq)};
}

CrewDesk::Verdict CrewDesk::judge(const wire::CommandBody& body, const Moment& now) const {
    if (body.term() < spool_.number(kTerm)) {
        return refused_as_past(wire::CommandAck::STALE_TERM);
    }
    if (body.expires_us() != 0 && body.expires_us() < now.server.us) {
        return {wire::CommandAck::EXPIRED, {}};
    }
    if (body.unit_seq() != 0 && body.unit_seq() <= spool_.number(kUnitSeq)) {
        return refused_as_past(wire::CommandAck::SUPERSEDED);
    }
    return {wire::CommandAck::STORED, {}};
}

void CrewDesk::note_acked(const std::string& command_id, const Moment& now) {
    if (acked_at_.size() >= kSpoolCommandsMax) {
        acked_at_.clear(); // costs one early repeat each
    }
    acked_at_[command_id] = now.ticks;
}

bool CrewDesk::repeat(const StoredCommand& known, const Moment& now) {
    const auto last = acked_at_.find(known.id);
    if (last != acked_at_.end() && now.ticks - last->second < kRepeatAckEvery) {
        return false;
    }
    note_acked(known.id, now);
    // The same event again, byte for byte: the centre knows it by its id and acts on it once.
    wire::Event ack;
    const bool whole = ack.ParseFromString(known.ack) && ack.has_command_ack();
    append_event(whole ? known.ack // else of a spool file of version 1
                       : ack_event(seal::uuid_text(), known.id, {known.result, {}}, nullptr),
                 now);
    return true;
}

void CrewDesk::refuse_unsigned(const wire::CommandBody& body, const Moment& now) {
    unsigned_at_ = now.ticks;
    EMS_LOG(error, "crew", "command without a right signature refused");
    append_event(ack_event(seal::uuid_text(), good_id(body.id()) ? body.id() : "unknown",
                           {wire::CommandAck::BAD_SIGNATURE, {}}, nullptr),
                 now);
}

bool CrewDesk::take_command(std::string_view bytes, const Moment& now) {
    wire::Command command;
    wire::CommandBody body;
    if (!command.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        !body.ParseFromString(command.payload())) {
        EMS_LOG(warn, "crew", "command cannot be read, size={}", bytes.size());
        return false;
    }
    if (!verify_(command.payload(), command.signature())) {
        // Told to the centre, but at most every 5 s: whoever forges must not fill the spool.
        if (unsigned_at_ && now.ticks - *unsigned_at_ < kRepeatAckEvery) {
            return false;
        }
        refuse_unsigned(body, now);
        return true;
    }
    if (body.vid() != vid_.str() || !good_id(body.id())) {
        EMS_LOG(warn, "crew", "signed command is not for this vehicle or has no id");
        return false;
    }
    const StoredCommand* known = spool_.find_command(body.id());
    const bool renumbered = known != nullptr && body.unit_seq() > known->unit_seq;
    if (known != nullptr && final_result(known->result) &&
        !(renumbered && refused_by_number(*known))) {
        return repeat(*known, now);
    }
    const Verdict verdict = judge(body, now);
    if (known != nullptr && verdict.result == known->result && !renumbered) {
        return repeat(*known, now);
    }
    // Any command the centre signed tells of its leader, be it too late to act on.
    spool_.set_number(kTerm, std::max(body.term(), spool_.number(kTerm)));
    StoredCommand stored{.id = body.id(),
                         .unit_seq = body.unit_seq(),
                         .result = verdict.result,
                         .ack = ack_event(seal::uuid_text(), body.id(), verdict,
                                          body.has_dispatch() ? &body.dispatch() : nullptr),
                         .body = without_caller(body, command.payload())};
    append_event(stored.ack, now);
    note_acked(stored.id, now);
    spool_.put_command(std::move(stored));
    EMS_LOG(info, "crew", "command={} term={} unit_seq={} result={}", body.id(), body.term(),
            body.unit_seq(), wire::CommandAck::Result_Name(verdict.result));
    if (verdict.result == wire::CommandAck::STORED) {
        spool_.set_number(kUnitSeq, std::max(body.unit_seq(), spool_.number(kUnitSeq)));
        apply(body, now);
        follow_age();
        save();
    }
    return true;
}

void CrewDesk::apply(const wire::CommandBody& body, const Moment& now) {
    Status& status = *record_.mutable_status();
    switch (body.what_case()) {
    case wire::CommandBody::kDispatch:
        open_order(body, now);
        break;
    case wire::CommandBody::kCancel:
        cancel_order(body.cancel());
        break;
    case wire::CommandBody::kDestination:
        *status.mutable_destination() = body.destination();
        break;
    case wire::CommandBody::kText: {
        auto& notes = *status.mutable_notes();
        notes.Add()->set_text(std::string{cut_text(body.text().text(), kTextMax)});
        if (static_cast<std::size_t>(notes.size()) > kNotesMax) {
            notes.erase(notes.begin());
        }
        follow_posting(body.text(), body.id());
        break;
    }
    case wire::CommandBody::kCorrection:
        correct_place(body.correction());
        break;
    case wire::CommandBody::WHAT_NOT_SET:
        break; // of a later version: stored, nothing to show
    }
}

void CrewDesk::open_order(const wire::CommandBody& body, const Moment& now) {
    Status& status = *record_.mutable_status();
    if (status.has_order() && !status.order_accepted()) {
        // Nobody answered the order before: the centre changed its mind.
        const std::string ack = ack_event(seal::uuid_text(), status.order_command_id(),
                                          {wire::CommandAck::SUPERSEDED, {}}, &status.order());
        set_result(status.order_command_id(), wire::CommandAck::SUPERSEDED, ack);
        append_event(ack, now);
    } else {
        record_.set_state_before_order(status.state());
    }
    status.clear_proposals();
    status.clear_posting(); // the centre ends it with the call
    if (body.dispatch().has_station()) {
        *record_.mutable_station() = body.dispatch().station();
    }
    *status.mutable_order() = body.dispatch();
    if (!wire::is_caller_phone(status.order().caller_phone())) {
        status.mutable_order()->clear_caller_phone(); // an order is never refused for it
    }
    status.set_order_command_id(body.id());
    status.set_order_accepted(false);
    status.clear_destination();
    if (body.dispatch().has_destination()) {
        *status.mutable_destination() = body.dispatch().destination();
    }
    status.set_state(wire::UNIT_ASSIGNED);
    record_.set_order_issued_us(body.issued_us());
}

std::optional<std::chrono::milliseconds> CrewDesk::order_age(const Moment& now) const {
    if (!record_.status().has_order() || record_.order_issued_us() == 0) {
        return std::nullopt;
    }
    const std::chrono::microseconds age{now.server.us - record_.order_issued_us()};
    return std::clamp<std::chrono::milliseconds>(
        std::chrono::duration_cast<std::chrono::milliseconds>(age), std::chrono::milliseconds{0},
        std::chrono::milliseconds{UINT32_MAX});
}

void CrewDesk::close_order() {
    Status& status = *record_.mutable_status();
    record_.clear_order_issued_us();
    status.clear_order();
    status.clear_order_command_id();
    status.clear_order_accepted();
    status.clear_destination();
}

void CrewDesk::correct_place(const wire::PlaceCorrection& correction) {
    Status& status = *record_.mutable_status();
    if (!status.has_order() || status.order().assignment_id() != correction.assignment_id()) {
        return; // of an order that this vehicle no longer has
    }
    wire::DispatchOrder& order = *status.mutable_order();
    order.set_address(correction.address());
    order.set_lat_e7(correction.lat_e7());
    order.set_lon_e7(correction.lon_e7());
    if (correction.level() != 0) {
        order.set_level(correction.level());
    }
    if (!correction.complaint().empty()) {
        order.set_complaint(std::string{cut_text(correction.complaint(), kTextMax)});
    }
    if (correction.has_sex()) {
        order.set_sex(correction.sex());
    }
    if (correction.has_age_years()) {
        order.set_age_years(correction.age_years());
        order.clear_age_months();
        if (correction.has_age_months()) {
            order.set_age_months(correction.age_months());
        }
    }
}

void CrewDesk::cancel_order(const wire::CancelOrder& cancel) {
    Status& status = *record_.mutable_status();
    if (!status.has_order() || status.order().assignment_id() != cancel.assignment_id()) {
        return; // of an order that this vehicle no longer has
    }
    const bool departed = has_departed(status.state());
    status.set_state(departed ? wire::UNIT_RETURNING : wire::UNIT_AVAILABLE);
    status.clear_proposals();
    close_order();
}

void CrewDesk::follow_patient(wire::UnitState pressed, std::int64_t incident_id) {
    PatientAboard& patient = *record_.mutable_patient();
    switch (pressed) {
    case wire::UNIT_AVAILABLE: {
        const std::uint64_t number = patient.number() + 1;
        patient.Clear();
        patient.set_number(number);
        record_.mutable_status()->clear_chart();
        record_.clear_ecg();
        break;
    }
    case wire::UNIT_AT_PATIENT:
        // After AVAILABLE the sensors may hang on him before the button is pressed: what was found
        // meanwhile is his.
        if (incident_id != 0 && patient.incident_id() != incident_id) {
            if (patient.incident_id() != 0) {
                patient.set_number(patient.number() + 1);
                patient.clear_group();
                record_.mutable_status()->clear_chart();
                record_.clear_ecg();
            }
            patient.set_incident_id(incident_id);
            if (record_.status().order().incident_id() != incident_id) {
                patient.set_age_years(0);
                patient.clear_age_months();
                patient.clear_sex();
            }
        }
        patient.set_attended(true);
        break;
    case wire::UNIT_TRANSPORTING:
    case wire::UNIT_AT_HOSPITAL:
        if (patient.incident_id() == 0) {
            patient.set_incident_id(incident_id);
        }
        patient.set_attended(true);
        break;
    case wire::UNIT_CLEARING:
    case wire::UNIT_RETURNING:
        patient.set_attended(false);
        break;
    default: // on the way to a second patient, or broken down: the first may be aboard
        break;
    }
}

void CrewDesk::follow_age() {
    PatientAboard& patient = *record_.mutable_patient();
    const wire::DispatchOrder& order = record_.status().order();
    const bool awaited = patient.incident_id() == 0 && !patient.attended();
    const bool his = patient.incident_id() != 0 && patient.incident_id() == order.incident_id();
    if (awaited || his) {
        patient.set_age_years(order.age_years());
        patient.clear_age_months();
        if (order.has_age_months()) {
            patient.set_age_months(order.age_months());
        }
        patient.set_sex(order.sex());
    }
}

Result<void> CrewDesk::set_group(PatientGroup group) {
    if (!PatientGroup_IsValid(group)) {
        return fail(Code::invalid_argument, "no such age group");
    }
    record_.mutable_patient()->set_group(group);
    save();
    return {};
}

Result<void> CrewDesk::press(const PressState& press, const wire::Position* position,
                             const Moment& now) {
    if (!good_id(press.event_id())) {
        return fail(Code::invalid_argument, "press without an event id");
    }
    if (!wire::UnitState_IsValid(press.state()) || press.state() == wire::UNIT_UNSPECIFIED ||
        press.state() == wire::UNIT_ASSIGNED) {
        return fail(Code::invalid_argument, "this state has no button");
    }
    if (knows_event(press.event_id())) {
        return {};
    }
    Status& status = *record_.mutable_status();
    wire::Event event;
    event.set_event_id(press.event_id());
    event.set_source(wire::SOURCE_CREW_BUTTON);
    event.set_incident_id(press.incident_id() != 0 ? press.incident_id()
                                                   : status.order().incident_id());
    event.set_assignment_id(press.assignment_id() != 0 ? press.assignment_id()
                                                       : status.order().assignment_id());
    auto& report = *event.mutable_state();
    report.set_state(press.state());
    report.set_note(std::string{cut_text(press.reason(), kTextMax)});
    if (position != nullptr) {
        report.set_lat_e7(position->lat_e7());
        report.set_lon_e7(position->lon_e7());
    }
    const Moment pressed = aged(now, press.age_ms());
    if (press.fence_us() > 0 && press.fence_us() <= pressed.device.us) {
        report.set_fence_us(press.fence_us());
    }
    EMS_TRY(append_event(event.SerializeAsString(), pressed));
    remember_event(press.event_id());
    status.set_state(press.state());
    drop_overtaken(status, press.state());
    if (press.state() == wire::UNIT_OUT_OF_SERVICE) {
        status.clear_posting();
    }
    follow_patient(press.state(), event.incident_id());
    follow_age();
    if (press.state() == wire::UNIT_AVAILABLE || press.state() == wire::UNIT_OUT_OF_SERVICE) {
        close_order();
    } else if (!needs_caller(press.state()) &&
               event.assignment_id() == status.order().assignment_id()) {
        status.mutable_order()->clear_caller_phone();
    }
    save();
    return {};
}

Result<void> CrewDesk::report(const ReportFindings& report, const Moment& now) {
    if (!good_id(report.event_id())) {
        return fail(Code::invalid_argument, "findings without an event id");
    }
    EMS_TRY(wire::check_findings(report.findings()));
    if (knows_event(report.event_id())) {
        return {};
    }
    Status& status = *record_.mutable_status();
    wire::Event event;
    event.set_event_id(report.event_id());
    event.set_source(wire::SOURCE_CREW_BUTTON);
    event.set_incident_id(report.incident_id() != 0 ? report.incident_id()
                                                    : record_.patient().incident_id());
    *event.mutable_findings() = report.findings();
    const Moment found = aged(now, report.age_ms());
    EMS_TRY(append_event(event.SerializeAsString(), found));
    remember_event(report.event_id());
    wire::add_findings(*status.mutable_chart(), report.findings(), found.device.us);
    save();
    return {};
}

Result<void> CrewDesk::send_ecg(const SendEcg& send, const EcgRun& run, const Moment& now) {
    if (!good_id(send.event_id())) {
        return fail(Code::invalid_argument, "ECG without an event id");
    }
    if (knows_event(send.event_id())) {
        return {};
    }
    const Moment pressed = aged(now, send.age_ms());
    auto mark = run.stretch(pressed.device);
    if (!mark) {
        return Failure{std::move(mark).error()};
    }
    wire::Event event;
    event.set_event_id(send.event_id());
    event.set_source(wire::SOURCE_CREW_BUTTON);
    event.set_incident_id(send.incident_id() != 0                ? send.incident_id()
                          : record_.patient().incident_id() != 0 ? record_.patient().incident_id()
                                                                 : record_.status().order().incident_id());
    *event.mutable_ecg_mark() = std::move(*mark);
    EMS_TRY(append_event(event.SerializeAsString(), pressed));
    remember_event(send.event_id());
    EcgKept& kept = *record_.mutable_ecg();
    kept.Clear();
    kept.mutable_sent()->set_event_id(send.event_id());
    kept.set_sent_us(pressed.device.us);
    save();
    return {};
}

std::optional<EcgSent> CrewDesk::ecg_sent(const Moment& now) const {
    if (!record_.has_ecg()) {
        return std::nullopt;
    }
    EcgSent out = record_.ecg().sent();
    const std::int64_t age_s = (now.device.us - record_.ecg().sent_us()) / 1'000'000;
    out.set_age_s(static_cast<std::uint32_t>(std::clamp<std::int64_t>(age_s, 0, UINT32_MAX)));
    return out;
}

void CrewDesk::committed(const std::vector<Record>& records) {
    if (!record_.has_ecg() || record_.ecg().seq() != 0) {
        return;
    }
    for (const Record& record : records) {
        wire::Envelope envelope;
        wire::Event event;
        const bool sent = record.stream == wire::STREAM_A &&
                          envelope.ParseFromString(record.envelope) &&
                          event.ParseFromString(envelope.body()) && event.has_ecg_mark() &&
                          event.event_id() == record_.ecg().sent().event_id();
        if (sent) {
            record_.mutable_ecg()->set_spool(record.spool);
            record_.mutable_ecg()->set_seq(record.seq);
            save();
            return;
        }
    }
}

bool CrewDesk::acknowledged(const wire::Ack& ack) {
    const EcgKept& kept = record_.ecg();
    if (kept.seq() == 0 || kept.sent().fate() != EcgSent::ON_ITS_WAY || ack.spool() != kept.spool()) {
        return false;
    }
    const auto has = [seq = kept.seq()](const wire::SeqRange& range) {
        return range.from() <= seq && seq <= range.to();
    };
    for (const wire::StreamAck& stream : ack.streams()) {
        if (stream.stream() != wire::STREAM_A) {
            continue;
        }
        const auto& rejected = stream.rejected();
        const auto& ranges = stream.ranges();
        const bool refused = std::find(rejected.begin(), rejected.end(), kept.seq()) != rejected.end();
        const bool there = stream.upto() >= kept.seq() || std::any_of(ranges.begin(), ranges.end(), has);
        if (refused || there) {
            record_.mutable_ecg()->mutable_sent()->set_fate(refused ? EcgSent::REJECTED
                                                                    : EcgSent::AT_CENTRE);
            save();
            return true;
        }
    }
    return false;
}

Result<void> CrewDesk::answer(const AnswerOrder& answer, const Moment& now) {
    if (!good_id(answer.event_id())) {
        return fail(Code::invalid_argument, "answer without an event id");
    }
    if (knows_event(answer.event_id())) {
        return {};
    }
    Status& status = *record_.mutable_status();
    if (status.has_posting() && status.posting().command_id() == answer.command_id() &&
        !status.posting().accepted()) {
        return answer_posting(answer, now);
    }
    if (!status.has_order() || status.order_command_id() != answer.command_id() ||
        status.order_accepted()) {
        return fail(Code::not_found, "no such order is waiting for an answer");
    }
    const Verdict verdict{answer.accept() ? wire::CommandAck::ACCEPTED : wire::CommandAck::REFUSED,
                          answer.reason()};
    const std::string ack =
        ack_event(answer.event_id(), answer.command_id(), verdict, &status.order());
    EMS_TRY(append_event(ack, now));
    remember_event(answer.event_id());
    set_result(answer.command_id(), verdict.result, ack);
    if (answer.accept()) {
        status.set_order_accepted(true);
        status.set_state(wire::UNIT_ACKNOWLEDGED);
    } else {
        const wire::UnitState before = record_.state_before_order();
        status.set_state(before == wire::UNIT_UNSPECIFIED ? wire::UNIT_AVAILABLE : before);
        status.clear_proposals();
        close_order();
    }
    save();
    return {};
}

} // namespace ems::vehicle
