// A program's configuration: one TOML file, every key declared once with its default and its meaning.
// An unknown key, a wrong type or a value out of range is an error that names the file, the line and the key.
//
//     ConfigSpec spec{"ems-telemetryd"};
//     spec.text("mqtt.host", "127.0.0.1", "broker's host", &config.mqtt_host);
//     spec.integer("mqtt.port", 8883, 1, 65535, "broker's port", &config.mqtt_port);
//     EMS_TRY(spec.load(path));
//
// Secrets are never values: a key names a file that holds the secret. Not thread-safe; used at start-up only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems {

class ConfigSpec {
  public:
    explicit ConfigSpec(std::string program) : program_(std::move(program)) {}

    void text(std::string key, std::string fallback, std::string meaning, std::string* into);
    void integer(std::string key, std::int64_t fallback, std::int64_t least, std::int64_t most,
                 std::string meaning, std::int64_t* into);
    void number(std::string key, double fallback, double least, double most, std::string meaning,
                double* into);
    void flag(std::string key, bool fallback, std::string meaning, bool* into);
    void list(std::string key, std::string meaning, std::vector<std::string>* into);

    // Reads the file into the bound variables. Without a path only defaults are set.
    Result<void> load(const std::string& path);
    // The same from memory; `name` stands in messages.
    Result<void> load_text(std::string_view toml, const std::string& name);
    // All keys with their present values and meanings, as TOML (for --print-config).
    [[nodiscard]] std::string print() const;

  private:
    enum class Kind { text, integer, number, flag, list };
    struct Key {
        std::string path;
        std::string meaning;
        Kind kind;
        double least{0};
        double most{0};
        void* into{nullptr};
    };
    void add(Key key) { keys_.push_back(std::move(key)); }

    std::string program_;
    std::vector<Key> keys_;
};

// Names of the tables below `table`, in the file's order of keys: [vehicles.amb-xz01] below "vehicles". For programs that
// declare the same keys once per named thing before they load. Empty when the file has no such table.
Result<std::vector<std::string>> config_subtables(const std::string& path,
                                                  const std::string& table);

} // namespace ems
