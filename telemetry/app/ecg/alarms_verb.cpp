#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "telemetry/app/ecg/recording.h"
#include "telemetry/app/ecg/verbs.h"

namespace ems::ecg {
namespace {

struct Options {
    std::string record;
    std::optional<std::size_t> signal;
    bool json{false};
};

const char* kind_name(signal::RhythmAlarm alarm) {
    constexpr std::array<const char*, signal::kRhythmAlarms> kNames{
        "asystole", "vf", "vt", "extreme_brady", "extreme_tachy"};
    return kNames[static_cast<std::size_t>(alarm)];
}

// As vehicle and centre call it.
const char* code(signal::RhythmAlarm alarm) {
    constexpr std::array<const char*, signal::kRhythmAlarms> kCodes{
        "asystole", "vf", "vt", "hr_extreme_low", "hr_extreme_high"};
    return kCodes[static_cast<std::size_t>(alarm)];
}

void print_alarms(const Options& options) {
    const Recording recording = open_recording(options.record, options.signal);
    signal::EcgMonitor monitor = monitor_for(recording);
    std::vector<signal::RhythmEvent> alarms;
    run(recording, monitor, [&] {
        for (const signal::RhythmEvent& event : monitor.events()) {
            if (event.ended_sample < 0) {
                alarms.push_back(event);
                continue;
            }
            for (auto it = alarms.rbegin(); it != alarms.rend(); ++it) {
                if (it->alarm == event.alarm) {
                    it->ended_sample = event.ended_sample;
                    break;
                }
            }
        }
    });
    const double rate = recording.header.rate_hz;
    const auto seconds = [rate](std::int64_t sample) { return static_cast<double>(sample) / rate; };
    if (options.json) {
        std::printf("[");
    }
    for (std::size_t i = 0; i < alarms.size(); ++i) {
        const signal::RhythmEvent& it = alarms[i];
        const double onset = seconds(it.onset_sample);
        const double raise = seconds(it.raised_sample);
        if (!options.json) {
            std::printf("%s %.3f %.3f\n", kind_name(it.alarm), onset, raise);
            continue;
        }
        std::printf("%s\n  {\"kind\": \"%s\", \"code\": \"%s\", \"onset\": %.3f, "
                    "\"raise\": %.3f, \"end\": ",
                    i == 0 ? "" : ",", kind_name(it.alarm), code(it.alarm), onset, raise);
        if (it.ended_sample < 0) {
            std::printf("null}");
        } else {
            std::printf("%.3f}", seconds(it.ended_sample));
        }
    }
    if (options.json) {
        std::printf("%s]\n", alarms.empty() ? "" : "\n");
    }
}

} // namespace

void add_alarms(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    CLI::App* const verb = app.add_subcommand(
        "alarms",
        "lethal and extreme rhythms: kind, estimated onset and time of the alarm, seconds");
    verb->add_option("--record", options->record, "WFDB record, without its extension")->required();
    add_signal(*verb, options->signal, "only this signal of the header, from 0");
    verb->add_flag(
        "--json", options->json,
        "as a JSON array of kind, code, onset, raise and end, in seconds (end null: it lasts)");
    verb->callback([options] { print_alarms(*options); });
}

} // namespace ems::ecg
