#include "telemetry/signal/scores/trauma.h"

#include <array>

#include <fmt/format.h>

namespace ems::signal {
namespace {

constexpr std::array kRtsGcs{Band{kFromBelow, 0}, Band{4, 1}, Band{6, 2}, Band{9, 3}, Band{13, 4}};
constexpr std::array kRtsSbp{Band{kFromBelow, 0}, Band{1, 1}, Band{50, 2}, Band{76, 3},
                             Band{90, 4}};
constexpr std::array kRtsRr{Band{kFromBelow, 0}, Band{1, 1}, Band{6, 2}, Band{10, 4}, Band{30, 3}};
constexpr std::array kPhiSbp{Band{kFromBelow, 5}, Band{75, 2}, Band{86, 1}, Band{101, 0}};
constexpr std::array kPhiPulse{Band{kFromBelow, 5}, Band{51, 0}, Band{120, 3}};
constexpr std::array kPhiBreathing{0, 3, 5};
constexpr std::array kPhiConsciousness{0, 3, 5};
constexpr int kPhiPenetrating = 4;

template <class Level>
ScoreItem level_item(std::string_view name, const std::optional<Level>& level,
                     const std::array<int, 3>& points) {
    ScoreItem item{.name = name};
    if (level) {
        item.points = points.at(static_cast<std::size_t>(*level));
        item.taken = fmt::format("level {}", static_cast<int>(*level));
    }
    return item;
}

} // namespace

Score rts(const RtsInput& in) {
    ScoreItem gcs{.name = "GCS"};
    if (const auto total = gcs_total(in.gcs)) {
        gcs.points = banded(kRtsGcs, *total);
        gcs.taken = fmt::format("{}", *total);
    }
    return {.id = "RTS (Champion 1989)",
            .items = {gcs, whole_item("SBP", in.sbp_mmhg, kRtsSbp),
                      whole_item("RR", in.rr_per_min, kRtsRr)}};
}

std::optional<double> rts_weighted(const Score& rts) {
    if (!rts.complete()) {
        return std::nullopt;
    }
    return 0.9368 * *rts.points_of("GCS") + 0.7326 * *rts.points_of("SBP") +
           0.2908 * *rts.points_of("RR");
}

Score phi(const PhiInput& in) {
    ScoreItem penetrating{.name = "penetrating wound"};
    if (in.penetrating) {
        penetrating.points = *in.penetrating == Finding::abnormal ? kPhiPenetrating : 0;
        penetrating.taken = *in.penetrating == Finding::abnormal ? "yes" : "no";
    }
    return {.id = "PHI (Koehler 1986)",
            .items = {whole_item("SBP", in.sbp_mmhg, kPhiSbp),
                      whole_item("pulse", in.pulse_per_min, kPhiPulse),
                      level_item("breathing", in.breathing, kPhiBreathing),
                      level_item("consciousness", in.consciousness, kPhiConsciousness),
                      penetrating}};
}

} // namespace ems::signal
