// ems-ecg: the ECG analysis of the vehicle, run over a WFDB recording. Exit code 0 done, 1 refused
// with one sentence, 2 wrong usage.
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "telemetry/app/ecg/news2_verb.h"
#include "telemetry/app/ecg/verbs.h"
#include "telemetry/base/log.h"

namespace {
constexpr void (*kVerbs[])(CLI::App&){
    ems::ecg::add_beats,
    ems::ecg::add_alarms,
    ems::ecg::add_score,
    ems::ecg::add_report,
    ems::ecg::add_news2,
};

// What was printed has arrived: a full disk is no success.
bool is_written(std::FILE* file) {
    return std::fflush(file) == 0 && std::ferror(file) == 0;
}
} // namespace

void ems::ecg::add_signal(CLI::App& verb, std::optional<std::size_t>& signal,
                          const std::string& what) {
    // Of CLI11 itself a minus sign wraps around.
    verb.add_option("--signal", signal, what)
        ->check(CLI::Validator{[](const std::string& text) {
                                   return text.find_first_not_of("0123456789") == std::string::npos
                                              ? std::string{}
                                              : "not a number from 0 on: " + text;
                               },
                               "NUMBER"});
}

int main(int argc, char** argv) {
    ems::log::start("ems-ecg");
    CLI::App app{"beats, alarms and scores of a recorded ECG; advisory, no diagnosis", "ems-ecg"};
    app.set_version_flag("--version", "ems-ecg " EMS_VERSION);
    app.require_subcommand(1);
    for (const auto add : kVerbs) {
        add(app);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-ecg: %s\n", error.what());
        return 1;
    }
    if (!is_written(stdout)) {
        std::fprintf(stderr, "ems-ecg: the output cannot be written\n");
        return 1;
    }
    return 0;
}
