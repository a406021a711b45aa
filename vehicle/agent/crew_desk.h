// The command inbox and the crew's side of it: orders of the centre come in once, state buttons and
// answers go out as events.
//
// A command is taken only when its Ed25519 signature is the centre's, it names this vehicle, it has
// not expired, its leader's term is not below the highest seen and its unit_seq is above the last
// one executed. It is stored in one transaction with its STORED acknowledgement; only after the
// commit is it shown to the crew. A repeat is acknowledged again with the same event, at most every
// kRepeatAckEvery; but what was refused for its term alone is judged anew when it comes again.
// Everything that this class appends to the spool counts after the owner's next commit(), which the
// owner calls at once when a function says so. State survives a restart. One thread; no clock
// inside.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "vehicle/agent/ecg_run.h"
#include "vehicle/contract/crew.pb.h"
#include "vehicle/spool/spool.h"

namespace ems::vehicle {

// The moment at which something happens, on the clocks that matter.
struct Moment {
    DeviceTime device{};
    wire::ClockQuality clk{wire::CLOCK_NEVER_SET};
    ServerTime server{}; // the centre's clock as last heard; the device's own when never heard
    Ticks ticks{};
};

class CrewDesk {
  public:
    using Verify = std::function<bool(std::string_view payload, std::string_view signature)>;

    // Reads what the spool remembers. `spool` outlives the desk.
    CrewDesk(Spool& spool, VehicleId vid, Verify verify);

    // d/cmd. True when something was appended to the spool: commit at once.
    bool take_command(std::string_view command, const Moment& now);

    // Errors: invalid_argument (unknown state, bad event id), full (the spool's open group; nothing
    // is remembered, a repeat counts). A press with a known event id is good and appends nothing.
    Result<void> press(const PressState& press, const wire::Position* position, const Moment& now);
    // Errors: not_found (no such order and no such posting is open), full as above; command_expired
    // is never given here: what is stored stays answerable.
    Result<void> answer(const AnswerOrder& answer, const Moment& now);

    // The crew is where it was posted. Errors: invalid_argument; not_found (no such posting stands); full, as above; a
    // known event id as above.
    Result<void> reach(const ReachPosting& reach, const Moment& now);

    // What the vehicle's fence suggests since `since`: told to the centre as an event of its own, and kept in
    // status().proposals until a press overtakes it. Of a state that is suggested already the first holds.
    // UNIT_UNSPECIFIED: the unit stands where it was posted, which is for its crew alone. True when something changed.
    // Errors: full, as above; then it has to be said again.
    Result<bool> propose(wire::UnitState state, DeviceTime since, const wire::Position& position,
                         const Moment& now);
    // Takes back what `gone` says of: the vehicle has gone on. True when something was taken back.
    bool withdraw_proposals(const std::function<bool(wire::UnitState)>& gone);

    // What the crew found: an event of its own, and laid over the patient's chart. Errors:
    // invalid_argument (telemetry/wire/findings.h), full as above; a known event id as above.
    Result<void> report(const ReportFindings& report, const Moment& now);

    // The last seconds of the ECG before the button, for the physician. Errors: invalid_argument,
    // not_found (none ran then), full as above; a known event id as above.
    Result<void> send_ecg(const SendEcg& send, const EcgRun& run, const Moment& now);
    // What became of the newest that was sent of the patient aboard; nothing: none was.
    [[nodiscard]] std::optional<EcgSent> ecg_sent(const Moment& now) const;
    // After each commit and for each word of the centre: which record it is, and whether the centre
    // has it. True when what ecg_sent() says has changed.
    void committed(const std::vector<Record>& records);
    bool acknowledged(const wire::Ack& ack);

    // For the patient aboard, or the one they drive to. Errors: invalid_argument.
    Result<void> set_group(PatientGroup group);

    // vid, state, order, destination, notes, chart; the owner adds link, position, vitals and
    // counters.
    [[nodiscard]] const Status& status() const { return record_.status(); }
    // Of the open order, since the centre issued it; nothing: none is open, or nobody said.
    [[nodiscard]] std::optional<std::chrono::milliseconds> order_age(const Moment& now) const;
    // Changed by the crew's buttons alone: AVAILABLE ends a patient, AT_PATIENT of another incident
    // begins one. Its age is that of its order, the group what the crew said of him.
    [[nodiscard]] const PatientAboard& patient() const { return record_.patient(); }
    // Where the unit stands by, of the newest order that told it; 0, 0: none has.
    [[nodiscard]] const wire::MapPoint& station() const { return record_.station(); }
    // True while an accepted order is open: records made now belong to a case.
    [[nodiscard]] bool on_case() const { return record_.status().order_accepted(); }

  private:
    struct Verdict {
        wire::CommandAck::Result result{wire::CommandAck::STORED};
        std::string note;
        // Of what is refused as past: what this vehicle has seen. A centre whose database was
        // restored from a backup learns it. 0: not told.
        std::uint64_t highest_term{0};
        std::uint64_t executed_unit_seq{0};
        std::int64_t fence_us{0}; // of ARRIVED
    };
    Verdict judge(const wire::CommandBody& body, const Moment& now) const;
    [[nodiscard]] Verdict refused_as_past(wire::CommandAck::Result result) const;
    void note_acked(const std::string& command_id, const Moment& now);
    bool repeat(const StoredCommand& known, const Moment& now);
    void refuse_unsigned(const wire::CommandBody& body, const Moment& now);
    void apply(const wire::CommandBody& body, const Moment& now);
    void open_order(const wire::CommandBody& body, const Moment& now);
    void cancel_order(const wire::CancelOrder& cancel);
    void correct_place(const wire::PlaceCorrection& correction);
    void close_order();
    void follow_posting(const wire::TextNote& text, const std::string& command_id);
    Result<void> answer_posting(const AnswerOrder& answer, const Moment& now);
    static Result<void> check_event_id(const std::string& id);
    // When the finger was there.
    static Moment aged(Moment now, std::uint32_t age_ms);
    void follow_patient(wire::UnitState pressed, std::int64_t incident_id);
    void follow_age();
    // A serialized wire::Event. `order` may be null.
    static std::string ack_event(const std::string& event_id, const std::string& command_id,
                                 const Verdict& verdict, const wire::DispatchOrder* order);
    // `event`: a serialized wire::Event. Errors: those of Spool::append. What was not appended is
    // not remembered either, so that its repeat counts.
    Result<void> append_event(const std::string& event, const Moment& now);
    void set_result(const std::string& command_id, wire::CommandAck::Result result,
                    const std::string& ack);
    [[nodiscard]] bool knows_event(const std::string& event_id) const;
    void remember_event(const std::string& event_id);
    void save();

    Spool& spool_;
    const VehicleId vid_;
    const Verify verify_;
    DeskRecord record_;
    std::map<std::string, Ticks> acked_at_; // by command id
    std::optional<Ticks> unsigned_at_;
};

} // namespace ems::vehicle
