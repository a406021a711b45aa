#include "telemetry/gateway/location.h"

#include <array>

#include "map/geo/gcj02.h"
#include "telemetry/gateway/bcd_time.h"
#include "telemetry/gateway/bytes.h"

namespace ems::gateway {
namespace {

constexpr double kPerDegree = 1e6;
constexpr std::uint32_t kLatMax = 90'000'000;
constexpr std::uint32_t kLonMax = 180'000'000;
constexpr std::uint16_t kFullCircleDeg = 360;

Failure out_of_range(std::string_view field) {
    return fail(Code::out_of_range, "location." + std::string{field});
}

// The fixed part's numbers, before anyone knows whether they mean anything.
struct Raw {
    std::uint32_t lat{0};
    std::uint32_t lon{0};
    std::int16_t altitude_m{0};
    std::uint16_t speed{0};
    std::uint16_t course{0};
};

Result<Fix> check_fix(const Raw& raw, const Location& location) {
    if (raw.lat > kLatMax) {
        return out_of_range("latitude");
    }
    if (raw.lon > kLonMax) {
        return out_of_range("longitude");
    }
    // Nobody drives at 0 N 0 E: it is what a receiver without a fix prints.
    if (raw.lat == 0 && raw.lon == 0) {
        return out_of_range("null_island");
    }
    if (raw.altitude_m < kAltitudeMinM || raw.altitude_m > kAltitudeMaxM) {
        return out_of_range("altitude");
    }
    if (raw.speed > kSpeedMaxHmPerH) {
        return out_of_range("speed");
    }
    if (raw.course > kFullCircleDeg) {
        return out_of_range("course");
    }
    const double lat = raw.lat / kPerDegree * (location.has_status(status::kSouth) ? -1 : 1);
    const double lon = raw.lon / kPerDegree * (location.has_status(status::kWest) ? -1 : 1);
    Fix fix;
    if (location.has_status(status::kEncrypted)) {
        fix.at = map::to_wgs84(map::Gcj02{lat, lon});
        fix.sent_as = Datum::gcj02;
    } else {
        fix.at = map::Wgs84{lat, lon};
    }
    fix.altitude_m = raw.altitude_m;
    fix.speed_hm_per_h = raw.speed;
    fix.course_deg = static_cast<std::uint16_t>(raw.course % kFullCircleDeg);
    return fix;
}

void take_item(Location& location, std::uint8_t id, std::string_view value) {
    ByteReader in{value};
    const auto sized = [&](std::uint8_t wanted, std::size_t size) {
        return id == wanted && value.size() == size;
    };
    if (sized(0x01, 4)) {
        location.mileage_hm = in.u32();
    } else if (sized(0x02, 2)) {
        location.fuel_dl = in.u16();
    } else if (sized(0x03, 2)) {
        location.recorder_speed_hm_per_h = in.u16();
    } else if (sized(0x04, 2)) {
        location.alarm_event = in.u16();
    } else if (sized(0x25, 4)) {
        location.vehicle_signals = in.u32();
    } else if (sized(0x2a, 2)) {
        location.io_status = in.u16();
    } else if (sized(0x2b, 4)) {
        location.analog = in.u32();
    } else if (sized(0x30, 1)) {
        location.signal_strength = in.u8();
    } else if (sized(0x31, 1)) {
        location.satellites = in.u8();
    } else {
        location.extras.push_back({id, std::string{value}});
    }
}

} // namespace

std::optional<Location> rescue_alarms(std::string_view body) {
    ByteReader in{body};
    Location out;
    out.alarms = in.u32();
    if (!in.whole("alarms") || (out.alarms & kHelpAlarms) == 0) {
        return std::nullopt;
    }
    out.fingerprint = fnv1a(body);
    return out;
}

Result<Location> decode_location(std::string_view body) {
    ByteReader in{body};
    Location location;
    location.alarms = in.u32();
    location.status = in.u32();
    Raw raw;
    raw.lat = in.u32();
    raw.lon = in.u32();
    raw.altitude_m = static_cast<std::int16_t>(in.u16());
    raw.speed = in.u16();
    raw.course = in.u16();
    const std::string_view time_bytes = in.take(kBcdTimeSize);
    EMS_TRY(in.whole("location"));
    location.fingerprint = fnv1a(body.substr(0, kLocationFixedSize));
    const auto time = decode_device_time(time_bytes);
    if (!time) {
        return Failure{time.error()};
    }
    location.time = *time;
    if (location.has_status(status::kFixValid)) {
        if (!location.time) {
            return out_of_range("time"); // a fix comes from satellites, and they tell the time
        }
        auto fix = check_fix(raw, location);
        if (!fix) {
            return Failure{std::move(fix).error()};
        }
        location.fix = *fix;
    }
    while (in.left() > 0) {
        const std::uint8_t id = in.u8();
        const std::uint8_t size = in.u8();
        const std::string_view value = in.take(size);
        EMS_TRY(in.whole("location.item"));
        take_item(location, id, value);
    }
    return location;
}

std::string_view alarm_name(unsigned bit) {
    static constexpr std::array<std::string_view, 32> kNames{
        "sos",
        "overspeed",
        "fatigue",
        "",
        "gnss_fault",
        "gnss_antenna_open",
        "gnss_antenna_short",
        "low_voltage",
        "power_cut",
        "",
        "",
        "camera_fault",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "area",
        "route",
        "",
        "off_route",
        "",
        "",
        "theft",
        "illegal_ignition",
        "illegal_move",
        "collision",
        "rollover",
        "",
    };
    return bit < kNames.size() ? kNames[bit] : std::string_view{};
}

} // namespace ems::gateway
