#include "telemetry/gateway/records.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "map/geo/point.h"
#include "telemetry/base/assert.h"
#include "telemetry/gateway/bcd_time.h"
#include "telemetry/gateway/bytes.h"

namespace ems::gateway {
namespace {

constexpr unsigned kHashBits = 30;
constexpr std::uint64_t kHashMask = (1ULL << kHashBits) - 1;
constexpr std::uint32_t kBodyVersion = 1;
// Before this a terminal's clock is not set, whatever it says.
constexpr std::int64_t kClockSetUs = 1'577'836'800'000'000; // 2020-01-01
constexpr std::int64_t kClockAheadMaxUs = 5 * 60 * kUsPerS;
// Fewer satellites give no height.
constexpr std::uint8_t kSatellitesFor3d = 4;
constexpr double kCmPerSInHmPerH = 10'000.0 / 3600.0;

struct AlarmKind {
    std::uint32_t bit;
    std::string_view code;
    wire::Alarm::Priority priority;
    enum class About { vehicle, equipment } about;
};
using About = AlarmKind::About;
enum class Direction { came, went };
constexpr std::array kAlarmKinds{
    AlarmKind{alarm::kSos, "vehicle_sos", wire::Alarm::HIGH, About::vehicle},
    AlarmKind{alarm::kCollision, "vehicle_collision", wire::Alarm::HIGH, About::vehicle},
    AlarmKind{alarm::kRollover, "vehicle_rollover", wire::Alarm::HIGH, About::vehicle},
    AlarmKind{alarm::kGnssFault, "terminal_gnss_fault", wire::Alarm::LOW, About::equipment},
    AlarmKind{alarm::kAntennaOpen, "terminal_antenna_open", wire::Alarm::LOW, About::equipment},
    AlarmKind{alarm::kAntennaShort, "terminal_antenna_short", wire::Alarm::LOW, About::equipment},
    AlarmKind{alarm::kLowVoltage, "terminal_low_voltage", wire::Alarm::LOW, About::equipment},
    AlarmKind{alarm::kPowerCut, "terminal_power_cut", wire::Alarm::LOW, About::equipment},
};

wire::Envelope envelope(const Phone& phone, wire::Stream stream, std::int64_t t_us,
                        std::uint64_t fingerprint) {
    wire::Envelope out;
    out.set_spool(spool_of(phone));
    out.set_seq(seq_of(t_us, fingerprint));
    out.set_t_us(t_us);
    out.set_ver(kBodyVersion);
    out.set_stream(stream);
    return out;
}

wire::Envelope alarm_record(const Phone& phone, const Location& location, std::int64_t t_us,
                            wire::ClockQuality clk, const AlarmKind& kind, Direction direction) {
    const bool active = direction == Direction::came;
    std::string mark;
    put_u32(mark, kind.bit);
    put_u8(mark, active ? 1 : 0);
    wire::Envelope out = envelope(phone, wire::STREAM_A, t_us, fnv1a(mark, location.fingerprint));
    out.set_clk(clk);
    wire::Event event;
    event.set_event_id(fmt::format("jt808-{:016x}-{:016x}", out.spool(), out.seq()));
    event.set_source(wire::SOURCE_DEVICE);
    wire::Alarm& told = *event.mutable_alarm();
    told.set_code(std::string{kind.code});
    told.set_priority(kind.priority);
    told.set_technical(kind.about == About::equipment);
    told.set_active(active);
    out.set_body(event.SerializeAsString());
    return out;
}

} // namespace

std::uint64_t spool_of(const Phone& phone) {
    const std::uint64_t hash = fnv1a("jt808:" + phone.number());
    return hash == 0 ? 1 : hash; // 0 is no spool
}

std::uint64_t seq_of(std::int64_t t_us, std::uint64_t fingerprint) {
    const std::int64_t seconds = t_us / kUsPerS - kUtc2000S;
    EMS_ASSERT(seconds > -86'400);
    EMS_ASSERT(seconds < 1LL << 32U);
    // The terminal's first day of 2000 begins eight hours before that of UTC.
    const auto since = static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0));
    const std::uint64_t folded = (fingerprint ^ fingerprint >> kHashBits) & kHashMask;
    return std::max<std::uint64_t>(since << kHashBits | folded, 1);
}

std::optional<wire::Envelope> position_record(const Phone& phone, const Location& location) {
    if (!location.fix) {
        return std::nullopt;
    }
    EMS_ASSERT(location.time.has_value());
    const Fix& fix = *location.fix;
    const map::PointE7 at = map::to_e7(fix.at);
    wire::Position position;
    position.set_lat_e7(at.lat_e7);
    position.set_lon_e7(at.lon_e7);
    position.set_speed_cm_s(
        static_cast<std::uint32_t>(std::lround(fix.speed_hm_per_h * kCmPerSInHmPerH)));
    position.set_course_cdeg(fix.course_deg * 100U);
    position.set_altitude_dm(fix.altitude_m * 10);
    position.set_satellites(location.satellites.value_or(0));
    const bool flat = location.satellites && *location.satellites < kSatellitesFor3d;
    position.set_fix_mode(flat ? 2 : 3);
    wire::Envelope out = envelope(phone, wire::STREAM_G, location.time->us, location.fingerprint);
    out.set_clk(wire::CLOCK_GNSS);
    out.set_body(position.SerializeAsString());
    return out;
}

AlarmWatch::Change AlarmWatch::take(const Phone& phone, const Location& location,
                                    ServerTime received) {
    const bool clock_set = location.time && location.time->us >= kClockSetUs &&
                           location.time->us <= received.us + kClockAheadMaxUs;
    const std::int64_t t_us = clock_set ? location.time->us : received.us;
    const wire::ClockQuality clk = !clock_set     ? wire::CLOCK_NEVER_SET
                                   : location.fix ? wire::CLOCK_GNSS
                                                  : wire::CLOCK_FREE_RUNNING;
    const std::uint32_t present = location.alarms & kAlarmsTold;
    Change change;
    if (clock_set && newest_ && *location.time <= *newest_) {
        change.order = Order::late;
        change.came = present & ~told_late_;
        told_late_ = present;
    } else {
        change.came = present & ~told_;
        change.went = told_ & ~present;
        told_ = present;
        newest_ = clock_set ? location.time : newest_;
    }
    for (const AlarmKind& kind : kAlarmKinds) {
        if (((change.came | change.went) & kind.bit) != 0) {
            const Direction direction =
                (change.came & kind.bit) != 0 ? Direction::came : Direction::went;
            change.events.push_back(alarm_record(phone, location, t_us, clk, kind, direction));
        }
    }
    return change;
}

void AlarmWatch::undo(const Change& change) {
    std::uint32_t& told = change.order == Order::newest ? told_ : told_late_;
    told = (told & ~change.came) | change.went;
}

} // namespace ems::gateway
