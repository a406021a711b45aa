#include "telemetry/signal/scores/news2.h"

#include <algorithm>
#include <array>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr std::array kRr{Band{kFromBelow, 3}, Band{9, 1}, Band{12, 0}, Band{21, 2}, Band{25, 3}};
constexpr std::array kScale1{Band{kFromBelow, 3}, Band{92, 2}, Band{94, 1}, Band{96, 0}};
constexpr std::array kScale2OnAir{Band{kFromBelow, 3}, Band{84, 2}, Band{86, 1}, Band{88, 0}};
constexpr std::array kScale2OnOxygen{Band{kFromBelow, 3}, Band{84, 2}, Band{86, 1}, Band{88, 0},
                                     Band{93, 1},         Band{95, 2}, Band{97, 3}};
constexpr int kScale2NeedsOxygenFrom = 93;
constexpr std::array kSbp{Band{kFromBelow, 3}, Band{91, 2}, Band{101, 1}, Band{111, 0},
                          Band{220, 3}};
constexpr std::array kPulse{Band{kFromBelow, 3}, Band{41, 1},  Band{51, 0},
                            Band{91, 1},         Band{111, 2}, Band{131, 3}};
constexpr std::array kTempTenths{Band{kFromBelow, 3}, Band{351, 1}, Band{361, 0}, Band{381, 1},
                                 Band{391, 2}};
constexpr std::string_view kOxygenItem = "air or oxygen";
constexpr int kOnOxygen = 2;
constexpr int kNotAlert = 3; // and the most of every other item

ScoreItem saturation(const News2Input& in) {
    if (in.scale == Spo2Scale::one) {
        return whole_item("SpO2", in.spo2_pct, kScale1);
    }
    ScoreItem item = in.oxygen == Oxygen::supplemental
                         ? whole_item("SpO2", in.spo2_pct, kScale2OnOxygen)
                         : whole_item("SpO2", in.spo2_pct, kScale2OnAir);
    if (item.points && !in.oxygen && whole(in.spo2_pct->value) >= kScale2NeedsOxygenFrom) {
        item.points.reset();
    }
    return item;
}

ScoreItem oxygen_item(const std::optional<Oxygen>& oxygen) {
    ScoreItem item{.name = kOxygenItem};
    if (oxygen) {
        item.points = *oxygen == Oxygen::supplemental ? kOnOxygen : 0;
        item.taken = *oxygen == Oxygen::supplemental ? "oxygen" : "air";
    }
    return item;
}

ScoreItem consciousness_item(const std::optional<Acvpu>& level) {
    static constexpr std::array kLetters{"A", "C", "V", "P", "U"};
    ScoreItem item{.name = "consciousness"};
    if (level) {
        item.points = *level == Acvpu::alert ? 0 : kNotAlert;
        item.taken = kLetters.at(static_cast<std::size_t>(*level));
    }
    return item;
}

} // namespace

std::optional<Acvpu> parse_acvpu(std::string_view letter) {
    constexpr std::string_view kLetters = "ACVPU";
    const std::size_t at = letter.size() == 1 ? kLetters.find(letter) : std::string_view::npos;
    return at == std::string_view::npos ? std::nullopt : std::optional{static_cast<Acvpu>(at)};
}

std::string_view risk_name(ClinicalRisk risk) {
    switch (risk) {
    case ClinicalRisk::low:
        return "low";
    case ClinicalRisk::low_medium:
        return "low-medium";
    case ClinicalRisk::medium:
        return "medium";
    case ClinicalRisk::high:
        return "high";
    }
    EMS_ASSERT(false);
    return "";
}

News2 news2(const News2Input& in) {
    News2 out;
    out.score.id =
        in.scale == Spo2Scale::one ? "NEWS2 scale 1 (RCP 2017)" : "NEWS2 scale 2 (RCP 2017)";
    out.score.items = {whole_item("RR", in.rr_per_min, kRr),
                       saturation(in),
                       oxygen_item(in.oxygen),
                       whole_item("SBP", in.sbp_mmhg, kSbp),
                       whole_item("pulse", in.pulse_per_min, kPulse),
                       consciousness_item(in.consciousness),
                       tenths_item("temperature", in.temp_c, kTempTenths)};
    const int total = out.score.points();
    const bool single_three = std::any_of(out.score.items.begin(), out.score.items.end(),
                                          [](const ScoreItem& item) { return item.points == 3; });
    out.risk = total >= 7     ? ClinicalRisk::high
               : total >= 5   ? ClinicalRisk::medium
               : single_three ? ClinicalRisk::low_medium
                              : ClinicalRisk::low;
    return out;
}

int news2_item_most(std::string_view item) {
    return item == kOxygenItem ? kOnOxygen : kNotAlert;
}

int news2_at_most(const Score& news2) {
    int most = news2.points();
    for (const std::string_view item : news2.missing()) {
        most += news2_item_most(item);
    }
    return most;
}

} // namespace ems::signal
