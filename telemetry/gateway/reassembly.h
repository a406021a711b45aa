// Messages that a terminal sent in parts, put together again. Parts belong together by phone,
// message id, count and the serial of part 1 (serials of the parts ascend by one). They may come in
// any order and more than once. Bounds: kPartsMax parts a message, kMessagesOpenMax messages at
// once, the oldest goes; a message that is not whole kAssembleWithin after its first part is
// dropped. Pure: the caller's monotonic time is given in.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/gateway/frame.h"
#include "telemetry/gateway/message.h"

namespace ems::gateway {

inline constexpr std::size_t kPartsMax = 32; // 32 KiB: a thousand positions
inline constexpr std::size_t kMessagesOpenMax = 4;
inline constexpr std::chrono::seconds kAssembleWithin{30};
// After this long without a further part the missing ones are asked for, once.
inline constexpr std::chrono::seconds kAskAgainAfter{5};

static_assert(kPartsMax <= kResendPartsMax);

// A whole message. `serials` of the frames it came in, each of which the terminal wants answered.
struct Assembled {
    Header header; // of part 1, without its part
    std::string body;
    std::vector<std::uint16_t> serials;
};

class Reassembly {
  public:
    // A message when `frame` is not a part or completes one; nothing when parts are missing yet.
    // Errors: out_of_range (more than kPartsMax parts).
    Result<std::optional<Assembled>> add(Frame frame, Ticks now);
    // What to ask for: 0x8003 of each open message that has waited kAskAgainAfter. Drops what is
    // overdue.
    struct Missing {
        Header header; // of a part that came
        ResendParts request;
    };
    std::vector<Missing> missing(Ticks now);

    [[nodiscard]] std::size_t open_count() const { return open_.size(); }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; } // messages never completed

  private:
    using Key = std::tuple<Phone, std::uint16_t, std::uint16_t, std::uint16_t>;
    struct Open {
        Header header;
        std::map<std::uint16_t, std::string> bodies; // by part
        Ticks first{};
        Ticks last{};
        bool asked{false};
    };
    void drop_overdue(Ticks now);

    std::map<Key, Open> open_;
    std::uint64_t dropped_{0};
};

} // namespace ems::gateway
