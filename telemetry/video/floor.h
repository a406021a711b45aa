// Floor control of one vehicle's line: who may be heard, by arithmetic alone. Push-to-talk: one party
// holds the floor, everybody else hears it. Open line: the crew and one console hear each other
// without keys. Words and timers are those of 3GPP TS 24.380 (MCPTT floor control).
//
// Ranks decide when two want to speak: crew in an emergency > physician > crew > dispatcher. A
// request of a strictly higher rank takes the floor from its holder, any other is denied and has to
// be made again: a key that was denied and is still held never opens a microphone later. Each press
// of a key has a number that rises; repeats of a request, and what comes late, change nothing.
//
// Time is handed in and never falls. One thread. Bounded by kFloorPartiesMax.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/base/clock.h"

namespace ems::video {

inline constexpr std::size_t kFloorPartiesMax = 16;

enum class FloorRank : std::uint8_t { dispatcher, crew, physician };
enum class Urgency : std::uint8_t { normal, emergency }; // emergency: of the crew only
enum class FloorMode : std::uint8_t { push_to_talk, open_line };

enum class FloorVerdict : std::uint8_t { idle, granted, denied, revoked };
enum class FloorReason : std::uint8_t {
    none,
    taken,        // somebody of the same or a higher rank speaks
    line_open,    // between the crew and another console
    timed_out,    // spoke for longer than FloorLimits::talk_most
    silent,       // held the key and sent nothing
    preempted,    // by a higher rank
    not_entitled, // no party of this line, or an emergency that is not the crew's
};

// What became of a party's newest press.
struct FloorStanding {
    FloorVerdict verdict{FloorVerdict::idle};
    FloorReason reason{FloorReason::none};
    std::uint16_t press{0};
    bool operator==(const FloorStanding&) const = default;
};

struct FloorLimits {
    // T2 of TS 24.380 is 30 s by default; a spoken handover takes longer, a stuck key is found all the
    // same.
    std::chrono::milliseconds talk_most{60'000};
    std::chrono::milliseconds silence_most{4'000}; // T1 of TS 24.380
};

class FloorControl {
  public:
    using Party = std::uint32_t;

    explicit FloorControl(FloorLimits limits = {}) : limits_(limits) {}

    // False when there is no room. Joining again is harmless.
    bool join(Party id, FloorRank rank);
    // A holder's floor is free then; the line closes with the console that opened it, and stays open
    // when the crew is away for a while.
    void leave(Party id);

    FloorStanding request(Party id, std::uint16_t press, Urgency urgency, Ticks now);
    void release(Party id, std::uint16_t press);
    // Of a console. The crew's own speech, or the console's, flows over into the open line; another's
    // is ended by a higher rank only. Returns whether the line is this console's now.
    bool open_line(Party id);
    // Of the console that opened it, or the crew.
    void close_line(Party id);
    // Speech of this party arrived.
    void heard(Party id, Ticks now);
    void tick(Ticks now);

    [[nodiscard]] FloorMode mode() const {
        return partner_ ? FloorMode::open_line : FloorMode::push_to_talk;
    }
    [[nodiscard]] std::optional<Party> holder() const { return holder_; }
    [[nodiscard]] Urgency urgency() const { return urgency_; } // of the holder
    [[nodiscard]] std::optional<Party> partner() const { return partner_; }
    [[nodiscard]] FloorStanding standing(Party id) const;
    [[nodiscard]] bool is_heard(Party from) const;
    [[nodiscard]] bool hears(Party from, Party to) const;
    // Until the holder's time is over.
    [[nodiscard]] std::chrono::milliseconds left(Ticks now) const;
    // Rises with everything that a party can notice.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }
    [[nodiscard]] std::size_t parties() const { return parties_.size(); }

  private:
    struct Member {
        Party id;
        FloorRank rank;
        bool pressed{false}; // a press was seen
        FloorStanding standing;
    };
    [[nodiscard]] const Member* find(Party id) const;
    Member* find(Party id);
    static int priority(const Member& member, Urgency urgency);
    FloorStanding answer(Member& member, FloorVerdict verdict, FloorReason reason);
    void take_from_holder(FloorVerdict verdict, FloorReason reason);

    const FloorLimits limits_;
    std::vector<Member> parties_;
    std::optional<Party> holder_;
    Urgency urgency_{Urgency::normal};
    Ticks held_since_{};
    Ticks heard_at_{};
    std::optional<Party> partner_;
    std::uint64_t changes_{0};
};

} // namespace ems::video
