// What is known of one patient's vital signs, and what each is worth now: the number, or the
// technical state that stands in its place. A vehicle keeps one of what its monitor says, a desk
// one of what the vehicle says; both ask here whether a number is still the patient's.
//
// `now_us` is any clock that only runs forward, the same at every call of one board: monotonic time
// on board, server time at a desk. `device_us` is when the number was measured, of the device's
// clock; ages never come from it. A time before one that was given is taken for that one. Pure;
// bounded.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/signal/vitals/vital_kind.h"

namespace ems::signal {

// `absent`: not measured, or an hour ago. `invalid`: the monitor itself says it has no number
// (sensor off, lead off, searching). `expired`: of a time past its limit, or no longer measured.
enum class VitalState : std::uint8_t { current, expired, invalid, absent };

// `doubtful`: the pulse and the heart differ by more than a tenth; one of the two is wrong, or
// beats do not reach the pulse.
enum class VitalQuality : std::uint8_t { good, doubtful };

struct VitalSign {
    VitalKind kind{VitalKind::hr};
    VitalState state{VitalState::absent};
    std::optional<std::int32_t> value{}; // unit of ems.wire.Vitals; only while current
    std::optional<std::int32_t> last{};  // what it was, once expired: history, never the value
    Sensor source{Sensor::ecg};
    std::int64_t device_us{0}; // 0: nothing is known
    std::int64_t age_us{0};
    Freshness freshness{Freshness::lost};
    VitalQuality quality{VitalQuality::good};
};

// "88"; "--" for invalid and expired; "—" for absent. Never a number that is not the patient's now.
std::string shown_text(const VitalSign& sign);

// Whether two rates of one heart agree: within a tenth of the ECG's.
[[nodiscard]] bool rates_agree(std::int32_t hr_bpm, std::int32_t pr_bpm);

class VitalBoard {
  public:
    // Nothing: the monitor says invalid. `measured_us` (same clock as now_us) is when; a cuff
    // reading is told again long after it was taken.
    void take(VitalKind kind, std::optional<std::int32_t> value, std::int64_t device_us,
              std::int64_t measured_us);
    // It is measured no longer: what it was is history at once.
    void withdraw(VitalKind kind);
    void forget(VitalKind kind);

    [[nodiscard]] VitalSign read(VitalKind kind, std::int64_t now_us) const;
    // A number young enough for a score, with its age: perhaps not current any more.
    [[nodiscard]] std::optional<VitalSign> read_for_score(VitalKind kind,
                                                          std::int64_t now_us) const;
    // The heart's rate, else the pulse's, as limits and scores take it.
    [[nodiscard]] VitalSign read_rate(std::int64_t now_us) const;
    [[nodiscard]] std::optional<VitalSign> read_rate_for_score(std::int64_t now_us) const;

  private:
    struct Reading {
        std::optional<std::int32_t> value;
        std::int64_t device_us{0};
        std::int64_t measured_us{0};
        bool withdrawn{false};
    };
    [[nodiscard]] VitalSign judge(VitalKind kind, std::int64_t now_us) const;

    std::array<std::optional<Reading>, kVitalKinds> readings_{};
};

} // namespace ems::signal
