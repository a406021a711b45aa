// What the crew pressed and the vehicle has not stored yet. A press stays here, on this machine's
// disk, until `ems-vehicled` says Stored: it survives a restart of either program, goes out in its
// order, and is repeated under the same event id, which the vehicle counts once.
//
// Pure: the owner hands in monotonic milliseconds of the machine (that outlive the program) and
// keeps bytes() in a file. They begin anew with the machine, so the file says of which boot they
// are and what the clock on the wall showed: a press of before a reboot keeps its age by that
// clock. At most kPressesMax; a full box refuses, and the screen says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::terminal {

inline constexpr std::size_t kPressesMax = 64;
inline constexpr std::int64_t kUndoMs = 5'000;

// Now, of this machine.
struct MachineTime {
    std::int64_t ticks_ms{0}; // monotonic
    std::int64_t utc_ms{0};   // of the clock on the wall, be it set or not
    std::string boot{};       // "": not known
};

class PressBox {
  public:
    // PressState, AnswerOrder, ReachPosting, ReportFindings, SendEcg or CallPhysician with its event id. A state waits for kUndoMs before
    // it may go out, the others do not. Errors: full; invalid_argument (none of these, or no event
    // id).
    Result<void> add(vehicle::CrewRequest request, std::int64_t now_ms);

    // The newest press while it can still be taken back; nullptr else.
    [[nodiscard]] const vehicle::PressState* undoable(std::int64_t now_ms) const;
    // Milliseconds left for it.
    [[nodiscard]] std::int64_t undo_left_ms(std::int64_t now_ms) const;
    // False when nothing could be taken back any more.
    bool undo(std::int64_t now_ms);
    // The waiting press need not wait any longer.
    void hurry();

    // The oldest that may go out now, with its age filled in; false when there is none.
    bool front(std::int64_t now_ms, vehicle::CrewRequest* out) const;
    // Stored, or refused for good.
    void settle(std::string_view event_id);

    // The state as the crew pressed it last, else UNIT_UNSPECIFIED.
    [[nodiscard]] wire::UnitState pressed_state() const;
    // The answer to that order or posting which waits here, accepted or refused; nullptr: none. Valid until the next change.
    [[nodiscard]] const vehicle::AnswerOrder* answer_to(std::string_view command_id) const;
    // The arrival where that command posted it waits here.
    [[nodiscard]] bool holds_arrival(std::string_view command_id) const;
    // The newest call for the physician that waits here, or its end; nullptr: none. Valid until the next change.
    [[nodiscard]] const vehicle::CallPhysician* physician_call() const;
    // An ECG was sent and is not stored yet.
    [[nodiscard]] bool holds_ecg() const;
    // Lays the findings that wait over a chart; utc_us is now.
    void add_waiting_findings(wire::PatientChart& chart, std::int64_t now_ms,
                              std::int64_t utc_us) const;
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }

    [[nodiscard]] std::string bytes(const MachineTime& now) const;
    // A damaged file gives what can be read of it. Presses of an earlier boot are as old as the
    // clock on the wall tells; where it was not set, then or now, or runs behind, just pressed.
    static PressBox from_bytes(std::string_view bytes, const MachineTime& now);

  private:
    struct Waiting {
        vehicle::CrewRequest request;
        std::int64_t pressed_ms{0};
        std::int64_t goes_ms{0};
    };
    std::deque<Waiting> waiting_;
};

// Of a press, an answer, an arrival, findings, an ECG or a call for the physician; empty for anything else.
[[nodiscard]] std::string event_id_of(const vehicle::CrewRequest& request);

} // namespace ems::terminal
