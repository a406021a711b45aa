// `ems-ecg news2`: NEWS2 of the numbers given as options; one that is not given is missing. Adds
// itself to the parser; prints in the callback.
#pragma once

#include <string>

#include "telemetry/signal/scores/news2.h"

namespace CLI {
class App;
}

namespace ems::ecg {

void add_news2(CLI::App& app);

// What it prints: an item a line, then total and risk; or one JSON object.
std::string news2_text(const signal::News2& news2);
std::string news2_json(const signal::News2& news2);

} // namespace ems::ecg
