#include "vehicle/sim/scenario.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg_leads.h"

namespace ems::sim {
namespace {

constexpr std::array<CauseLimits, kCauses> kLimits{{
    {"heart_rate", 20, 220, 82},
    {"systolic", 40, 260, 134},
    {"diastolic", 20, 160, 82},
    {"breath_rate", 0, 60, 16},
    {"temperature", 25, 43, 36.7},
    {"oxygen", 30, 100, 97},
    {"bleeding", 0, 20, 0},
    {"volume", 40, 110, 100},
    {"elevation", 0, 1.5, 0},
    {"pvc_share", 0, 0.5, 0},
    {"mains", 0, 2, 0},
    {"muscle", 0, 1, 0},
    {"wander", 0, 5, 0},
    {"motion", 0, 120, 0},
    {"motion_mv", 0, 5, 1},
    {"compressions", 0, 140, 0},
}};
constexpr double kTimeMaxS = 24 * 3600;
constexpr std::array<std::string_view, signal::kElectrodes> kElectrodeNames{
    "RA", "LA", "LL", "RL", "C1", "C2", "C3", "C4", "C5", "C6"};

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(at), text.size());
        if (end > 0) {
            out.push_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

std::optional<Change> parse_electrodes(std::string_view value) {
    ElectrodesOff off{0};
    if (value == "none") {
        return off;
    }
    for (const std::string_view name : split(value, ',')) {
        const auto found = std::find(kElectrodeNames.begin(), kElectrodeNames.end(), name);
        if (found == kElectrodeNames.end()) {
            return std::nullopt;
        }
        off.mask |= 1U << static_cast<unsigned>(found - kElectrodeNames.begin());
    }
    return off;
}

template <class Parsed> std::optional<Change> as_change(std::optional<Parsed> parsed) {
    return parsed ? std::optional<Change>{*parsed} : std::nullopt;
}

std::optional<Change> parse_named(std::string_view what, std::string_view value) {
    if (what == "rhythm") {
        return as_change(parse_rhythm(value));
    }
    if (what == "ectopy") {
        return as_change(parse_ectopy(value));
    }
    if (what == "electrodes_off") {
        return parse_electrodes(value);
    }
    if (what == "infarction" && (value == "anterior" || value == "inferior")) {
        return value == "anterior" ? Infarction::anterior : Infarction::inferior;
    }
    const bool on = value == "on";
    if (what == "probe" && (on || value == "off")) {
        return on ? Probe::on : Probe::off;
    }
    if (what == "capnograph" && (on || value == "off")) {
        return on ? Capnograph::on : Capnograph::off;
    }
    return std::nullopt;
}

// "at SECONDS NAME VALUE [over SECONDS]", words already apart.
std::optional<ScenarioStep> parse_step(const std::vector<std::string_view>& words) {
    if (words.size() != 4 && !(words.size() == 6 && words[4] == "over")) {
        return std::nullopt;
    }
    const auto at_s = parse_number(words[1]);
    if (!at_s || *at_s < 0 || *at_s > kTimeMaxS) {
        return std::nullopt;
    }
    const auto limits = std::find_if(kLimits.begin(), kLimits.end(),
                                     [&](const CauseLimits& one) { return one.name == words[2]; });
    if (limits == kLimits.end()) {
        const auto change = words.size() == 4 ? parse_named(words[2], words[3]) : std::nullopt;
        return change ? std::optional<ScenarioStep>{{*at_s, *change}} : std::nullopt;
    }
    const auto value = parse_number(words[3]);
    const auto over_s = words.size() == 6 ? parse_number(words[5]) : std::optional<double>{0};
    if (!value || *value < limits->least || *value > limits->most || !over_s || *over_s < 0 ||
        *over_s > kTimeMaxS) {
        return std::nullopt;
    }
    const auto cause = static_cast<Cause>(limits - kLimits.begin());
    return ScenarioStep{*at_s, Ramp{cause, *value, *over_s}};
}

} // namespace

const CauseLimits& limits_of(Cause cause) {
    return kLimits.at(static_cast<std::size_t>(cause));
}

Result<void> ScenarioBook::add(std::string_view text, const std::string& name) {
    std::vector<Scenario> read;
    int number = 0;
    const auto fault = [&](const std::string& what) {
        return fail(Code::config, fmt::format("{}:{}: {}", name, number, what));
    };
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        ++number;
        line = line.substr(0, std::min(line.find('#'), line.size()));
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) {
            line.remove_suffix(1);
        }
        const std::vector<std::string_view> words = split(line, ' ');
        if (words.empty()) {
            continue;
        }
        if (words[0] == "scenario" && words.size() == 2) {
            read.push_back({std::string{words[1]}, {}, {}});
            if (read.size() > kScenariosMax) {
                return fault(fmt::format("more than {} scenarios", kScenariosMax));
            }
            continue;
        }
        if (read.empty()) {
            return fault("a scenario begins with 'scenario NAME'");
        }
        Scenario& scenario = read.back();
        if (words[0] == "complaint" && words.size() > 1) {
            const std::size_t from = static_cast<std::size_t>(words[1].data() - line.data());
            for (const std::string_view one : split(line.substr(from), '|')) {
                scenario.complaints.emplace_back(one);
            }
            continue;
        }
        const auto step = words[0] == "at" ? parse_step(words) : std::nullopt;
        if (!step) {
            return fault("not understood: " + std::string{line});
        }
        if (!scenario.steps.empty() && step->at_s < scenario.steps.back().at_s) {
            return fault("steps must be in order of time");
        }
        if (scenario.steps.size() == kScenarioStepsMax) {
            return fault(fmt::format("more than {} steps", kScenarioStepsMax));
        }
        scenario.steps.push_back(*step);
    }
    for (Scenario& scenario : read) {
        const auto same =
            std::find_if(scenarios_.begin(), scenarios_.end(),
                         [&](const Scenario& one) { return one.name == scenario.name; });
        if (same != scenarios_.end()) {
            *same = std::move(scenario);
        } else if (scenarios_.size() < kScenariosMax) {
            scenarios_.push_back(std::move(scenario));
        } else {
            return fault(fmt::format("more than {} scenarios", kScenariosMax));
        }
    }
    return {};
}

const Scenario* ScenarioBook::find(std::string_view name) const {
    const auto found = std::find_if(scenarios_.begin(), scenarios_.end(),
                                    [&](const Scenario& one) { return one.name == name; });
    return found == scenarios_.end() ? nullptr : &*found;
}

const Scenario& ScenarioBook::for_complaint(std::string_view complaint) const {
    for (const Scenario& scenario : scenarios_) {
        for (const std::string& word : scenario.complaints) {
            if (complaint.find(word) != std::string_view::npos) {
                return scenario;
            }
        }
    }
    const Scenario* stable = find("stable");
    EMS_ASSERT(stable != nullptr);
    return *stable;
}

} // namespace ems::sim
