#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

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

void print_score(const std::string& name, const signal::BeatScore& score) {
    std::printf("%-8s Se %7.3f +P %7.3f TP %lld FN %lld FP %lld\n", name.c_str(),
                score.sensitivity(), score.positive_predictivity(),
                static_cast<long long>(score.true_positives),
                static_cast<long long>(score.false_negatives),
                static_cast<long long>(score.false_positives));
}

void print_scores(const Options& options) {
    signal::BeatScore gross;
    for (const std::string& path : options.records) {
        const auto reference = signal::load_wfdb_annotations(path, "atr");
        if (!reference) {
            throw Refusal{reference.error().message()};
        }
        const Recording recording = open_recording(path, options.signal);
        signal::EcgMonitor monitor = monitor_for(recording);
        std::vector<std::int64_t> beats;
        run(recording, monitor, [&] {
            for (const signal::Beat& beat : monitor.beats()) {
                beats.push_back(beat.r_sample);
            }
        });
        const signal::BeatScore score =
            signal::score_beats(*reference, beats, recording.header.rate_hz);
        print_score(recording.header.name, score);
        gross += score;
    }
    print_score("gross", gross);
}

} // namespace

void add_score(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand(
        "score", "sensitivity and positive predictivity against .atr by EC57, each record and gross");
    verb->add_option("--record", options->records, "WFDB records, without their extension")
        ->required();
    verb->add_option("--signal", options->signal, "only this signal of the headers, from 0");
    verb->callback([options] { print_scores(*options); });
}

} // namespace ems::ecg
