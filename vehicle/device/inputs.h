// Inputs of the vehicle itself, from a GPIO box or an OBD reader, as lines of text. Pure.
//
//   line      KEY=VALUE, LF or CRLF, at most 64 characters, no blanks
//   ignition  on | off          door       open | closed
//   siren     on | off          beacon     on | off
//   fuel_pct  0..100            speed_kmh  0..300 (of the vehicle's own speedometer)
//   any       unknown: the box cannot tell
//
// The box says an input at each change and again at least every 5 s: one not heard for 10 s is
// unknown, which is neither off nor 0. A key unknown here is skipped, so that a newer box can be
// used; a value that is not of its key is refused and leaves what was known to age.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "telemetry/base/clock.h"
#include "vehicle/device/line_splitter.h"

namespace ems::vehicle {

enum class Input : std::uint8_t { ignition, door, siren, beacon, fuel_pct, speed_kmh };
constexpr std::size_t kInputs = 6;
constexpr std::size_t kInputLineSizeMax = 64;
constexpr std::chrono::milliseconds kInputFreshFor{10'000};

struct InputReading {
    Input input{Input::ignition};
    // A switch: 0 off or closed, 1 on or open; else the number. Nothing: the box cannot tell.
    std::optional<std::uint32_t> value{};
    bool operator==(const InputReading&) const = default;
};

class InputParser {
  public:
    // Readings of the lines completed by these bytes, in order.
    std::vector<InputReading> feed(std::string_view bytes);
    // Lines that are none, too long, or whose value is not of their key.
    [[nodiscard]] std::uint64_t refused() const { return lines_.overlong() + malformed_; }
    [[nodiscard]] std::uint64_t foreign() const { return foreign_; } // keys unknown here

  private:
    std::optional<InputReading> take_line(std::string_view line);

    LineSplitter lines_{kInputLineSizeMax};
    std::uint64_t malformed_{0};
    std::uint64_t foreign_{0};
};

// What is known of the vehicle at present.
class VehicleInputs {
  public:
    struct Known {
        std::uint32_t value{0};
        std::chrono::milliseconds age{0};
        bool operator==(const Known&) const = default;
    };
    void take(const InputReading& reading, Ticks now);
    // Nothing: never said, said to be unknown, or not heard for kInputFreshFor.
    [[nodiscard]] std::optional<Known> get(Input input, Ticks now) const;

  private:
    struct Heard {
        std::optional<std::uint32_t> value;
        Ticks at{};
    };
    std::array<Heard, kInputs> heard_{};
};

} // namespace ems::vehicle
