// The verbs of ems-ecg as CLI sub-commands. Each adds itself to the parser; what it does runs in
// the callback and throws Refusal with one clear sentence, which main prints. A new verb is a file
// of its own, a line here and a row in main's table.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

namespace CLI {
class App;
}

namespace ems::ecg {

struct Refusal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// `--signal N`: an index of the header's signals, from 0.
void add_signal(CLI::App& verb, std::optional<std::size_t>& signal, const std::string& what);

void add_beats(CLI::App& app);
void add_alarms(CLI::App& app);
void add_score(CLI::App& app);
void add_report(CLI::App& app);

} // namespace ems::ecg
