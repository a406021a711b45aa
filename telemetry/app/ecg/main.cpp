// ems-ecg: the ECG analysis of the vehicle, run over a WFDB recording. Exit code 0 done, 1 refused
// with one sentence, 2 wrong usage.
#include <cstdio>
#include <exception>

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
} // namespace

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
    return 0;
}
