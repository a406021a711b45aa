#include "telemetry/signal/scores/gcs.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr std::array kBest{4, 5, 6}; // of GcsComponent
constexpr std::array kLetters{"E", "V", "M"};

std::array<GcsPart, 3> parts(const Gcs& gcs) {
    return {gcs.eyes, gcs.verbal, gcs.motor};
}

} // namespace

std::optional<GcsPart> parse_gcs(GcsComponent component, std::string_view text) {
    if (text == "NT") {
        return GcsPart::not_testable();
    }
    const int best = kBest.at(static_cast<std::size_t>(component));
    if (text.size() != 1 || text[0] < '1' || text[0] > '0' + best) {
        return std::nullopt;
    }
    return GcsPart::tested(text[0] - '0');
}

std::optional<int> gcs_total(const Gcs& gcs) {
    int total = 0;
    for (const GcsPart& part : parts(gcs)) {
        if (!part.points()) {
            return std::nullopt;
        }
        total += *part.points();
    }
    return total;
}

std::optional<Finding> gcs_below_best(const Gcs& gcs) {
    const auto all = parts(gcs);
    bool whole = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all.at(i).points() && *all.at(i).points() < kBest.at(i)) {
            return Finding::abnormal;
        }
        whole = whole && all.at(i).points().has_value();
    }
    return whole ? std::optional{Finding::normal} : std::nullopt;
}

GcsSeverity gcs_severity(int total) {
    return total <= 8    ? GcsSeverity::severe
           : total <= 12 ? GcsSeverity::moderate
                         : GcsSeverity::mild;
}

std::string_view severity_name(GcsSeverity severity) {
    switch (severity) {
    case GcsSeverity::severe:
        return "severe";
    case GcsSeverity::moderate:
        return "moderate";
    case GcsSeverity::mild:
        return "mild";
    }
    EMS_ASSERT(false);
    return "";
}

std::optional<int> gcs_pupils(const Gcs& gcs, std::optional<int> unreactive) {
    const auto total = gcs_total(gcs);
    if (!total || !unreactive || *unreactive < 0 || *unreactive > 2) {
        return std::nullopt;
    }
    return *total - *unreactive;
}

std::string gcs_text(const Gcs& gcs) {
    const auto all = parts(gcs);
    std::vector<std::string> shown;
    std::vector<std::string> missing;
    std::vector<std::string> not_testable;
    for (std::size_t i = 0; i < all.size(); ++i) {
        switch (all.at(i).state()) {
        case GcsPart::State::tested:
            shown.push_back(fmt::format("{}{}", kLetters.at(i), *all.at(i).points()));
            break;
        case GcsPart::State::not_testable:
            shown.push_back(fmt::format("{}NT", kLetters.at(i)));
            not_testable.emplace_back(kLetters.at(i));
            break;
        case GcsPart::State::missing:
            shown.push_back(fmt::format("{}-", kLetters.at(i)));
            missing.emplace_back(kLetters.at(i));
            break;
        }
    }
    const std::string components = fmt::format("{}", fmt::join(shown, " "));
    if (!missing.empty()) {
        return fmt::format("{}, incomplete (missing: {})", components, fmt::join(missing, ", "));
    }
    if (!not_testable.empty()) {
        return fmt::format("{}, no total ({} not testable)", components,
                           fmt::join(not_testable, ", "));
    }
    const int total = *gcs_total(gcs);
    return fmt::format("{} = {} {}", components, total, severity_name(gcs_severity(total)));
}

} // namespace ems::signal
