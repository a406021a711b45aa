#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "telemetry/app/ecg/recording.h"
#include "telemetry/app/ecg/verbs.h"
#include "telemetry/signal/ec57/ec57.h"
#include "telemetry/signal/wfdb_file.h"

namespace ems::ecg {
namespace {

struct Options {
    std::vector<std::string> records;
    std::optional<std::size_t> signal;
};

// "-" where there was nothing to find, or nothing was found.
std::string percent_text(double percent, std::int64_t of) {
    return of == 0 ? fmt::format("{:>7}", "-") : fmt::format("{:7.3f}", percent);
}

std::int64_t to_find(const signal::BeatScore& it) {
    return it.true_positives + it.false_negatives;
}
std::int64_t found(const signal::BeatScore& it) {
    return it.true_positives + it.false_positives;
}

std::string score_line(const std::string& name, const signal::BeatScore& it) {
    return fmt::format("{:<8} Se {} +P {} TP {} FN {} FP {}\n", name,
                       percent_text(it.sensitivity(), to_find(it)),
                       percent_text(it.positive_predictivity(), found(it)), it.true_positives,
                       it.false_negatives, it.false_positives);
}

// Of the records that have one, in percent: the mean of them, and the least.
class Spread {
  public:
    void add(const std::string& name, double percent, std::int64_t of) {
        if (of == 0) {
            return;
        }
        sum_ += percent;
        ++count_;
        if (percent < least_) {
            least_ = percent;
            worst_ = name;
        }
    }
    [[nodiscard]] std::string mean() const {
        return percent_text(sum_ / std::max<double>(1, static_cast<double>(count_)), count_);
    }
    [[nodiscard]] std::string least() const {
        return count_ == 0 ? percent_text(0, 0)
                           : fmt::format("{} ({})", percent_text(least_, 1), worst_);
    }

  private:
    double sum_{0};
    std::int64_t count_{0};
    double least_{std::numeric_limits<double>::infinity()};
    std::string worst_;
};

signal::BeatScore score_of(const std::string& path, const Options& options, std::string& name) {
    const auto reference = signal::load_wfdb_annotations(path, "atr");
    if (!reference) {
        throw Refusal{reference.error().message()};
    }
    const Recording recording = open_recording(path, options.signal);
    name = recording.header.name;
    signal::EcgMonitor monitor = monitor_for(recording);
    std::vector<std::int64_t> beats;
    run(recording, monitor, [&] {
        for (const signal::Beat& beat : monitor.beats()) {
            beats.push_back(beat.r_sample);
        }
    });
    return signal::score_beats(*reference, beats, recording.header.rate_hz);
}

// One that cannot be scored does not take the others' figures with it.
void print_scores(const Options& options) {
    signal::BeatScore gross;
    Spread sensitivity;
    Spread predictivity;
    std::size_t refused = 0;
    for (const std::string& path : options.records) {
        try {
            std::string name;
            const signal::BeatScore score = score_of(path, options, name);
            fmt::print("{}", score_line(name, score));
            sensitivity.add(name, score.sensitivity(), to_find(score));
            predictivity.add(name, score.positive_predictivity(), found(score));
            gross += score;
        } catch (const Refusal& why) {
            ++refused;
            fmt::print(stderr, "ems-ecg: {}: {}\n", path, why.what());
        }
    }
    fmt::print("{}", score_line("gross", gross));
    fmt::print("{:<8} Se {} +P {}\n", "average", sensitivity.mean(), predictivity.mean());
    fmt::print("{:<8} Se {} +P {}\n", "worst", sensitivity.least(), predictivity.least());
    if (refused > 0) {
        throw Refusal{
            fmt::format("{} of {} records could not be scored", refused, options.records.size())};
    }
}

} // namespace

void add_score(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand(
        "score",
        "sensitivity and positive predictivity against .atr by EC57: each record, gross, average "
        "and worst; the first five minutes are not scored");
    verb->add_option("--record", options->records, "WFDB records, without their extension")
        ->required();
    add_signal(*verb, options->signal, "only this signal of the headers, from 0");
    verb->callback([options] { print_scores(*options); });
}

} // namespace ems::ecg
