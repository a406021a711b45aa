#include "telemetry/signal/scores/pews.h"

#include <fmt/format.h>

namespace ems::signal {
namespace {

constexpr std::array<PewsRow, kPewsAges> kRows{{
    {{{150, 180, 190}, {110, 90, 80}},
     {{80, 100, 130}, {60, 50, 45}},
     {{61, 81, 91}, {29, 19, 15}}},
    {{{150, 170, 180}, {100, 80, 70}},
     {{100, 120, 150}, {80, 70, 60}},
     {{51, 71, 81}, {24, 19, 15}}},
    {{{120, 150, 170}, {90, 70, 60}},
     {{110, 125, 160}, {90, 75, 65}},
     {{41, 61, 71}, {19, 15, 12}}},
    {{{110, 130, 150}, {70, 60, 50}},
     {{120, 140, 170}, {90, 80, 70}},
     {{31, 41, 51}, {19, 14, 10}}},
    // "< 50" of the printed table is "<= 49"
    {{{100, 120, 140}, {60, 49, 40}},
     {{130, 150, 190}, {100, 85, 75}},
     {{17, 23, 30}, {11, 10, 9}}},
}};
constexpr std::array kPoints{1, 2, 4};
constexpr std::array kSpo2{Band{kFromBelow, 2}, Band{91, 1}, Band{95, 0}};
constexpr std::array kEffort{0, 1, 2, 4};
constexpr std::array kOxygen{0, 2, 4};
constexpr std::array kRefill{0, 4};

int points_in(const PewsBand& band, int value) {
    for (std::size_t i = kPoints.size(); i-- > 0;) { // the worst first
        if (value >= band.high.at(i) || value <= band.low.at(i)) {
            return kPoints.at(i);
        }
    }
    return 0;
}

ScoreItem aged_item(std::string_view name, const Input& input, const PewsBand& band) {
    ScoreItem item{.name = name};
    if (is_given(input)) {
        const int value = whole(input->value);
        item.points = points_in(band, value);
        item.taken = fmt::format("{}", value);
        item.device_us = input->device_us;
        item.age_us = input->age_us;
    }
    return item;
}

template <class Level, std::size_t N>
ScoreItem level_item(std::string_view name, const std::optional<Level>& level,
                     const std::array<int, N>& points) {
    ScoreItem item{.name = name};
    if (level) {
        item.points = points.at(static_cast<std::size_t>(*level));
        item.taken = fmt::format("level {}", static_cast<int>(*level));
    }
    return item;
}

} // namespace

PewsAge pews_age(int age_months) {
    return age_months < 3      ? PewsAge::below_3_months
           : age_months < 12   ? PewsAge::below_12_months
           : age_months <= 48  ? PewsAge::to_4_years
           : age_months <= 144 ? PewsAge::to_12_years
                               : PewsAge::older;
}

std::span<const PewsRow, kPewsAges> pews_rows() {
    return kRows;
}

Score bedside_pews(PewsAge age, const PewsInput& in) {
    const PewsRow& row = kRows.at(static_cast<std::size_t>(age));
    return {
        .id = "Bedside PEWS (Parshuram 2009)",
        .items = {aged_item("HR", in.hr_per_min, row.hr), aged_item("SBP", in.sbp_mmhg, row.sbp),
                  aged_item("RR", in.rr_per_min, row.rr),
                  level_item("capillary refill", in.refill, kRefill),
                  level_item("effort", in.effort, kEffort), whole_item("SpO2", in.spo2_pct, kSpo2),
                  level_item("oxygen", in.oxygen, kOxygen)}};
}

int pews_item_most(std::string_view item) {
    return item == "SpO2" ? 2 : 4;
}

int pews_at_most(const Score& pews) {
    int most = pews.points();
    for (const std::string_view item : pews.missing()) {
        most += pews_item_most(item);
    }
    return most;
}

} // namespace ems::signal
