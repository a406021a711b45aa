// One log for a process: UTC with milliseconds, level, module, key=value text on standard error (the launcher or systemd
// keeps it). Never patient identity: wrap it in Secret<T>, which does not format.
//
//     EMS_LOG(info, "outbox", "sent command={} unit={} attempt={}", id, unit, n);
#pragma once

#include <string_view>

#include <fmt/format.h>

namespace ems::log {

enum class Level { debug, info, warn, error };

// Called once at start of main; `program` is printed in each line. EMS_LOG_LEVEL (debug, info, warn, error) sets the level.
void start(std::string_view program);
void set_level(Level level);
[[nodiscard]] bool enabled(Level level);
void write(Level level, std::string_view module, std::string_view text);

} // namespace ems::log

#define EMS_LOG(level, module, ...)                                                                \
    do {                                                                                           \
        if (::ems::log::enabled(::ems::log::Level::level)) {                                       \
            ::ems::log::write(::ems::log::Level::level, module, fmt::format(__VA_ARGS__));         \
        }                                                                                          \
    } while (false)
