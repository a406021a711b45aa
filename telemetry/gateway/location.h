// The position report of JT/T 808 (body of 0x0200, items of 0x0704):
//
//   alarms u32 | status u32 | latitude u32, 1e-6 degree | longitude u32 | altitude i16, m |
//   speed u16, 0.1 km/h | course u16, degrees | time BCD[6], GMT+8 | { id u8, size u8, value } ...
//
// A report is taken whole or not at all: a number out of its range, a day that does not exist or an
// item that reaches beyond the body refuses it. Without the status bit "fix valid" there is no
// position, whatever stands in its place. Coordinates are WGS-84 unless status bit 5 says that they
// passed the confidentiality plug-in: those are GCJ-02, are converted here, and the report says so.
// Source: JT/T 808-2019 section 8.18 with tables 23 to 27. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "map/geo/point.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"

namespace ems::gateway {

inline constexpr std::size_t kLocationFixedSize = 28;
// No ambulance drives faster; some terminals send 0xFFFF for "unknown".
inline constexpr std::uint16_t kSpeedMaxHmPerH = 3600;
inline constexpr std::int16_t kAltitudeMinM = -1000;
inline constexpr std::int16_t kAltitudeMaxM = 10'000;

namespace status {
inline constexpr std::uint32_t kAccOn = 1U << 0U;
inline constexpr std::uint32_t kFixValid = 1U << 1U;
inline constexpr std::uint32_t kSouth = 1U << 2U;
inline constexpr std::uint32_t kWest = 1U << 3U;
inline constexpr std::uint32_t kEncrypted = 1U << 5U;
} // namespace status

namespace alarm {
inline constexpr std::uint32_t kSos = 1U << 0U;
inline constexpr std::uint32_t kGnssFault = 1U << 4U;
inline constexpr std::uint32_t kAntennaOpen = 1U << 5U;
inline constexpr std::uint32_t kAntennaShort = 1U << 6U;
inline constexpr std::uint32_t kLowVoltage = 1U << 7U;
inline constexpr std::uint32_t kPowerCut = 1U << 8U;
inline constexpr std::uint32_t kCollision = 1U << 29U;
inline constexpr std::uint32_t kRollover = 1U << 30U;
} // namespace alarm

// Somebody calls for help, or needs it.
inline constexpr std::uint32_t kHelpAlarms = alarm::kSos | alarm::kCollision | alarm::kRollover;

// What the coordinates were on the wire.
enum class Datum { wgs84, gcj02 };

struct Fix {
    map::Wgs84 at;
    Datum sent_as{Datum::wgs84};
    std::int16_t altitude_m{0};
    std::uint16_t speed_hm_per_h{0}; // 0.1 km/h
    std::uint16_t course_deg{0};     // 0..359 from north, clockwise
    bool operator==(const Fix&) const = default;
};

// An additional item that is not read here: a vendor's, or a known one of another size.
struct ExtraItem {
    std::uint8_t id{0};
    std::string value;
    bool operator==(const ExtraItem&) const = default;
};

struct Location {
    std::uint32_t alarms{0};
    std::uint32_t status{0};
    std::optional<DeviceTime> time; // none: the terminal has no time yet
    std::optional<Fix> fix;
    std::optional<std::uint32_t> mileage_hm;              // 0x01, 0.1 km
    std::optional<std::uint16_t> fuel_dl;                 // 0x02, 0.1 l
    std::optional<std::uint16_t> recorder_speed_hm_per_h; // 0x03, 0.1 km/h
    std::optional<std::uint16_t> alarm_event;             // 0x04
    std::optional<std::uint32_t> vehicle_signals;         // 0x25, bits
    std::optional<std::uint16_t> io_status;               // 0x2A, bits
    std::optional<std::uint32_t> analog;                  // 0x2B, two channels of 16 bit
    std::optional<std::uint8_t> signal_strength;          // 0x30
    std::optional<std::uint8_t> satellites;               // 0x31
    std::vector<ExtraItem> extras;
    // Of the fixed 28 bytes as sent: tells two reports of one second apart, and is the same when
    // the terminal sends the report again.
    std::uint64_t fingerprint{0};
    bool operator==(const Location&) const = default;

    [[nodiscard]] bool has_status(std::uint32_t bit) const { return (status & bit) != 0; }
    [[nodiscard]] bool has_alarm(std::uint32_t bit) const { return (alarms & bit) != 0; }
};

// Errors: malformed, out_of_range.
Result<Location> decode_location(std::string_view body);

// Of a body that cannot be read, its alarms alone, when one of kHelpAlarms is among them.
std::optional<Location> rescue_alarms(std::string_view body);

// "sos", "collision"; empty for a bit without a name here.
std::string_view alarm_name(unsigned bit);

} // namespace ems::gateway
