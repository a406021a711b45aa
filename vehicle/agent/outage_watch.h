// Whether ems-mediad hears a camera, from what it says: link reports, which come each 200 ms while
// pictures arrive, and answers to probes. Decides when pictures are kept on board, from when on,
// and what is sent meanwhile: nothing but a probe of some 60 bytes each 500 ms, so that a link that
// comes back narrow is not met by a full stream, and one key frame in 10 s for a server that knows
// no probes. A camera without a session, because the vehicle was started out of reach, is away as
// well; one that the server stopped is not. While the camera rests (camera_rest.h) it sends nothing
// that could be missed: the server's silence then says nothing, and nothing is kept.
//
// Pure: time is handed in. One thread at a time.
#pragma once

#include <chrono>
#include <optional>

#include "telemetry/base/clock.h"

namespace ems::vehicle {

class OutageWatch {
  public:
    explicit OutageWatch(Ticks now) : heard_at_(now) {}

    // The server gave another session: it has its time to be heard.
    void session(Ticks now);
    // The server wants no pictures.
    void stopped();
    // The camera rests from now on; it sends again, and a server that gave a session has its time to
    // be heard.
    void rest();
    void wake(Ticks now);
    // A report or an answer of the server.
    void heard(Ticks now);
    // Every 200 ms or so.
    void tick(Ticks now);

    [[nodiscard]] bool is_away() const { return away_; }
    // Pictures are to be kept: away, and for a while behind it, until the server's recording has a
    // key frame for certain.
    [[nodiscard]] bool keeps() const { return keeps_; }
    // The last time the server was heard before; what was encoded since then is kept, too.
    [[nodiscard]] Ticks heard_at() const { return heard_at_; }
    // True when a probe is due; counted as sent.
    bool take_probe(Ticks now);
    // True when a key frame may go out though the server is away; counted as sent.
    bool take_key_frame(Ticks now);

    static constexpr std::chrono::seconds kAwayAfter{2};
    static constexpr std::chrono::seconds kNoSessionAfter{10};
    static constexpr std::chrono::seconds kKeepOn{5}; // longer than between two key frames
    static constexpr std::chrono::milliseconds kProbeInterval{500};
    static constexpr std::chrono::seconds kKeyFrameInterval{10};

  private:
    enum class Session { none, runs, stopped };
    Session session_{Session::none};
    bool resting_{false};
    bool away_{false};
    bool keeps_{false};
    Ticks heard_at_;
    std::optional<Ticks> returned_at_;
    Ticks probed_at_{};
    Ticks key_frame_at_{};
};

} // namespace ems::vehicle
