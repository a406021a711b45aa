// What a satellite receiver says, whatever it speaks: one checked reading, and the port behind
// which the forms (NMEA 0183, gpsd JSON) stand. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ems::vehicle {

constexpr std::int64_t kEarliestUtcUs = 1'767'225'600'000'000; // 2026-01-01
constexpr std::int64_t kLatestUtcUs = 4'102'444'800'000'000;   // 2100-01-01

struct GnssReading {
    std::uint32_t fix_mode{0}; // 0: no fix; 2 or 3 dimensions
    std::int64_t utc_us{0};    // receiver's time; 0: unknown
    std::int32_t lat_e7{0};    // WGS-84
    std::int32_t lon_e7{0};
    std::uint32_t speed_cm_s{0};
    std::uint32_t course_cdeg{0}; // 0..35999
    std::int32_t altitude_dm{0};  // above mean sea level; 0 with fix_mode 2
    std::uint32_t hdop_centi{0};  // 0: unknown
    std::uint32_t satellites{0};  // used; 0: unknown
    bool operator==(const GnssReading&) const = default;
};

// One receiver's form over one connection; a new connection takes a new parser. Any bytes are
// survived.
class GnssParser {
  public:
    virtual ~GnssParser() = default;
    // Readings closed by these bytes, in order.
    virtual std::vector<GnssReading> feed(std::string_view bytes) = 0;
    // What must be said to the receiver before it speaks; "" for nothing.
    [[nodiscard]] virtual std::string greeting() const { return {}; }
    // Lines dropped so far: damaged, too long, senseless.
    [[nodiscard]] virtual std::uint64_t refused() const = 0;
};

enum class GnssForm { nmea, gpsd };
std::unique_ptr<GnssParser> make_gnss_parser(GnssForm form);

struct CivilTime {
    int year{0};
    int month{0};
    int day{0};
    int hour{0};
    int minute{0};
    double second{0}; // a leap second's 60 is taken
};
// Microseconds of UTC; 0 for a date outside this product's life (a receiver's week roll-over);
// nothing when there is no such day. The fields are within their ranges.
std::optional<std::int64_t> gnss_utc_us(const CivilTime& time);

} // namespace ems::vehicle
