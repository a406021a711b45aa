// Glasgow Coma Scale: eyes 1 to 4, words 1 to 5, movement 1 to 6, total 3 to 15 (Teasdale and
// Jennett 1974; "not testable" and GCS-P, pupils taken off, Teasdale 2014 and Brennan 2018).
// Components are always kept; a component that is not testable (intubated, eyes swollen, paralysed)
// leaves no total. Below 2 years the paediatric verbal scale is needed. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/signal/scores/score.h"

namespace ems::signal {

class GcsPart {
  public:
    enum class State : std::uint8_t { missing, tested, not_testable };
    constexpr GcsPart() = default;
    static constexpr GcsPart tested(int points) { return GcsPart{State::tested, points}; }
    static constexpr GcsPart not_testable() { return GcsPart{State::not_testable, 0}; }
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::optional<int> points() const {
        return state_ == State::tested ? std::optional{points_} : std::nullopt;
    }
    bool operator==(const GcsPart&) const = default;

  private:
    constexpr GcsPart(State state, int points) : state_(state), points_(points) {}
    State state_{State::missing};
    int points_{0};
};

struct Gcs {
    GcsPart eyes{};
    GcsPart verbal{};
    GcsPart motor{};
};
enum class GcsSeverity : std::uint8_t { severe, moderate, mild }; // to 8, to 12, to 15
inline constexpr int kGcsBest = 15;

// "4", "1" within the component's range, "NT"; nothing else.
enum class GcsComponent : std::uint8_t { eyes, verbal, motor };
std::optional<GcsPart> parse_gcs(GcsComponent component, std::string_view text);

[[nodiscard]] std::optional<int> gcs_total(const Gcs& gcs);
// Certain with a component below its best, even when another is missing or not testable.
[[nodiscard]] std::optional<Finding> gcs_below_best(const Gcs& gcs);
[[nodiscard]] GcsSeverity gcs_severity(int total);
std::string_view severity_name(GcsSeverity severity);
// Total less the pupils that do not react to light, 0 to 2.
[[nodiscard]] std::optional<int> gcs_pupils(const Gcs& gcs, std::optional<int> unreactive);
// "E3 V4 M5 = 12 moderate", "E3 VNT M5, no total (V not testable)", "E3 V- M5, incomplete (missing:
// V)".
std::string gcs_text(const Gcs& gcs);

} // namespace ems::signal
