#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "telemetry/app/ecg/recording.h"
#include "telemetry/app/ecg/verbs.h"

namespace ems::ecg {
namespace {

struct Options {
    std::string record;
    std::optional<std::size_t> signal;
};

void print_beats(const Options& options) {
    const Recording recording = open_recording(options.record, options.signal);
    signal::EcgMonitor monitor = monitor_for(recording);
    run(recording, monitor, [&monitor] {
        for (const signal::Beat& beat : monitor.beats()) {
            std::printf("%lld %lld\n", static_cast<long long>(beat.r_sample),
                        static_cast<long long>(beat.decided_sample));
        }
    });
}

} // namespace

void add_beats(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand(
        "beats", "a line a beat: sample of the R peak, sample at which it was decided");
    verb->add_option("--record", options->record, "WFDB record, without its extension")->required();
    add_signal(*verb, options->signal, "only this signal of the header, from 0");
    verb->callback([options] { print_beats(*options); });
}

} // namespace ems::ecg
