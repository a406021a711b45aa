// The verbs of ems-ecg as CLI sub-commands. Each adds itself to the parser; what it does runs in
// the callback and throws Refusal with one clear sentence, which main prints. A new verb is a file
// of its own, a line here and a row in main's table.
#pragma once

#include <stdexcept>

namespace CLI {
class App;
}

namespace ems::ecg {

struct Refusal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void add_beats(CLI::App& app);
void add_alarms(CLI::App& app);
void add_score(CLI::App& app);
void add_report(CLI::App& app);

} // namespace ems::ecg
