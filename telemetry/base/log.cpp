#include "telemetry/base/log.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ems::log {
namespace {

std::atomic<Level> g_level{Level::info};

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
    case Level::debug:
        return spdlog::level::debug;
    case Level::info:
        return spdlog::level::info;
    case Level::warn:
        return spdlog::level::warn;
    case Level::error:
        return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger(std::string name) {
    auto logger = std::make_shared<spdlog::logger>(
        std::move(name), std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %L %n %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    return logger;
}

std::shared_ptr<spdlog::logger>& logger() {
    static std::shared_ptr<spdlog::logger> instance = make_logger("ems");
    return instance;
}

} // namespace

void start(std::string_view program) {
    logger() = make_logger(std::string{program});
    const char* wanted = std::getenv("EMS_LOG_LEVEL");
    const std::string_view name = wanted == nullptr ? "" : wanted;
    if (name == "debug") {
        set_level(Level::debug);
    } else if (name == "warn") {
        set_level(Level::warn);
    } else if (name == "error") {
        set_level(Level::error);
    }
}

void set_level(Level level) { g_level = level; }
bool enabled(Level level) { return level >= g_level.load(std::memory_order_relaxed); }

void write(Level level, std::string_view module, std::string_view text) {
    logger()->log(to_spdlog(level), "{}: {}", module, text);
}

} // namespace ems::log
