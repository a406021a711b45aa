// Position reports of JT/T 808 as records of the ingest.
//
// Keys. A terminal sends a report again until it is answered, from its blind-area store as well as
// live, and its serials wrap at 65,536 and begin anew: they identify nothing. What identifies a
// report is what it says, so its key is made of that and of nothing else:
//
//     spool = FNV-1a of "jt808:" and the terminal's number    (the same in both header versions)
//     seq   = seconds since 2000-01-01 UTC of its time x 2^30 + 30 bits of a hash of its first
//             28 bytes (alarms, status, place, altitude, speed, course, time)
//
// A repeat has the same key, vehicle and time, and meets itself in the archive's primary key (vid,
// t, spool, seq) or the inbox's (vid, spool, seq), in this process or any later one. Two reports of
// one second differ in their hash; that two of them agree in 30 bits by chance is one in 10^9.
// These seqs are not dense: nothing may wait for the ones between.
//
// Alarm events have the same form with the alarm's bit and direction hashed in. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/gateway/frame.h"
#include "telemetry/gateway/location.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::gateway {

std::uint64_t spool_of(const Phone& phone);
// 1 to 2^62 - 1; t from 2000 to 2100.
std::uint64_t seq_of(std::int64_t t_us, std::uint64_t fingerprint);

// Nothing when the report has no fix.
std::optional<wire::Envelope> position_record(const Phone& phone, const Location& location);

// Alarms of one terminal: events when a bit comes and when it goes.
//
// SOS, collision and rollover are of high priority, faults of the terminal technical. A report that
// is not newer than the newest one (sent again, or out of the blind-area store) raises what it has
// and ends nothing: what has become of it since is not told by it. The events bear the report's
// time, or the server's where the terminal's clock cannot be right (not set, before 2020, more than
// five minutes ahead).
class AlarmWatch {
  public:
    enum class Order { newest, late };
    struct Change {
        std::vector<wire::Envelope> events;
        Order order{Order::newest};
        std::uint32_t came{0};
        std::uint32_t went{0};
    };
    Change take(const Phone& phone, const Location& location, ServerTime received);
    // Its events were not stored: the next report tells again.
    void undo(const Change& change);

  private:
    std::uint32_t told_{0};
    std::uint32_t told_late_{0};
    std::optional<DeviceTime> newest_;
};

// The bits that become events.
inline constexpr std::uint32_t kAlarmsTold =
    alarm::kSos | alarm::kCollision | alarm::kRollover | alarm::kGnssFault | alarm::kAntennaOpen |
    alarm::kAntennaShort | alarm::kLowVoltage | alarm::kPowerCut;

} // namespace ems::gateway
