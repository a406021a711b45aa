// The verbs of ems-ctl. Each adds itself to the parser and, when chosen, stores what is to be done in `chosen`; main
// then logs in and does it.
#pragma once

#include <functional>
#include <string>

#include "dispatch/app/ctl/session.h"

namespace CLI {
class App;
}

namespace ems::ctl {

using Deed = std::function<void(Session&)>;

// Checks an option: what is wrong with it, or nothing. A number from -most to most; "nan" passes every other range.
std::function<std::string(const std::string&)> degrees(double most);

void add_call(CLI::App& app, Deed& chosen);
void add_update(CLI::App& app, Deed& chosen);
void add_orders(CLI::App& app, Deed& chosen);
void add_tasks(CLI::App& app, Deed& chosen);
void add_views(CLI::App& app, Deed& chosen);
void add_top(CLI::App& app, Deed& chosen);
void add_replay(CLI::App& app, Deed& chosen);
void add_recordings(CLI::App& app, Deed& chosen);
void add_roads(CLI::App& app, Deed& chosen);

} // namespace ems::ctl
