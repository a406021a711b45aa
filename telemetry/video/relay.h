// Fan-out of one camera to its viewers, as arithmetic: a packet in, what each viewer's copy must
// carry out. No socket, no clock, no key. Sequence numbers are renumbered per viewer so that a
// viewer who joins, pauses or whose packets were dropped sees no gap he cannot fill, while packets
// lost on the way from the vehicle stay visible as gaps.
//
// Nothing is ever queued: a copy that cannot be sent is dropped, and that viewer resumes at the
// next key frame. A viewer whose line is too narrow for the camera costs the others no more than a
// key frame in kBackOffMax. One thread at a time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/video/rtp.h"

namespace ems::video {

// At most one key frame is asked of a vehicle in this time, however many viewers join: an IDR costs
// 30 to 60 packets.
inline constexpr std::chrono::milliseconds kKeyFrameInterval{500};

// Whose copy is dropped so soon after his last start asks for no key frame for kKeyFrameInterval,
// then twice as long each time; he starts at one that comes for another reason.
inline constexpr std::chrono::seconds kSoonDropped{2};
inline constexpr std::chrono::milliseconds kBackOffMax{8'000};

// So many packets before a viewer's first one are let through when they come late or again: of the
// same picture, the parameter sets before its slices.
inline constexpr std::uint16_t kBeforeFirst = 8;

class Relay {
  public:
    using Slot = std::size_t;

    // Header of one viewer's copy; the payload is the camera's own.
    struct Copy {
        Slot slot{0};
        std::uint32_t ssrc{0};
        std::uint16_t seq{0};
        std::uint32_t timestamp{0};
    };

    explicit Relay(std::size_t viewers_max);

    // The viewer gets packets from the next key frame on, and that key frame is asked for, unless he
    // is paused meanwhile. Errors: full.
    Result<Slot> add(std::uint32_t ssrc);
    void remove(Slot slot);
    // A viewer who is not heard of gets nothing; his numbers go on from where they were when he is
    // heard again, since his key has counted them. Both are harmless when nothing changes.
    void pause(Slot slot);
    void resume(Slot slot);
    [[nodiscard]] std::size_t viewers() const;

    // A packet of the camera. `session` changes whenever the vehicle starts over with a new SSRC
    // and key: sequence numbers and time stamps of the copies go on where they were. The result is
    // valid until the next call.
    std::span<const Copy> forward(const RtpView& packet, std::uint32_t session, Ticks now);

    // The camera's packet behind a number that this viewer was sent in his present stretch; nullopt
    // for numbers before it, which are of no use to him any more, and for those not yet given.
    struct Source {
        std::uint32_t session{0};
        std::uint16_t seq{0};
        std::uint32_t timestamp_offset{0}; // what his time stamps are ahead of the camera's
    };
    [[nodiscard]] std::optional<Source> source_of(Slot slot, std::uint16_t seq_out) const;

    // The copy made last for this viewer was not sent: he waits for a key frame.
    void dropped(Slot slot);

    // The recorder cannot go on without a key frame.
    void want_key_frame() { key_frame_wanted_ = true; }
    // Nor can this viewer, as he says; heard when he may ask.
    void want_key_frame(Slot slot, Ticks now);
    // True when a request must go to the vehicle now; at most once per kKeyFrameInterval, and again
    // after that while a viewer still waits (the request or the key frame itself was lost).
    bool take_key_frame_request(Ticks now);

  private:
    struct Viewer {
        bool used{false};
        bool paused{false};
        bool waiting{true}; // for a key frame
        std::uint32_t ssrc{0};
        std::uint16_t first_in{0}; // camera's number this stretch began with
        std::optional<std::uint32_t> first_picture; // camera's time of his very first; none: it is past
        std::uint16_t first_seq{0};                 // of that
        Ticks started_at{};
        std::chrono::milliseconds back_off{0}; // of dropped soon, again and again
        Ticks asks_from{};
        std::uint16_t offset{0};   // out = in + offset within the stretch
        std::uint16_t newest_out{0};
        bool sent_any{false};
        std::uint32_t timestamp_offset{0};
        std::uint32_t newest_timestamp{0}; // as sent
        Ticks newest_at{};
        std::uint32_t session{0};
    };
    void begin_stretch(Viewer& viewer, const RtpView& packet, std::uint32_t session, Ticks now);
    static bool is_before_stretch(const Viewer& viewer, const RtpView& packet);
    static Copy copy_for(Viewer& viewer, Slot slot, const RtpView& packet, Ticks now);

    std::vector<Viewer> viewers_;
    std::vector<Copy> copies_;
    bool key_frame_wanted_{false};
    std::optional<Ticks> key_frame_asked_;
};

// Reception of one stream: what was lost, by RFC 3550 section 6.4.1 (expected - received; late
// packets count back).
class ReceptionCounter {
  public:
    // Call for each authenticated packet. Returns how many numbers were skipped just before it.
    std::uint32_t received(std::uint16_t seq);
    // A new session starts its own numbering.
    void start_over();
    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    [[nodiscard]] std::uint64_t lost() const;
    [[nodiscard]] std::uint32_t highest_extended() const { return highest_; }

  private:
    bool started_{false};
    std::uint32_t highest_{0}; // extended by wraps
    std::uint64_t packets_{0};
    std::uint64_t expected_before_{0}; // of former sessions
    std::uint32_t first_{0};
};

} // namespace ems::video
