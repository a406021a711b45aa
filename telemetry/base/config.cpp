#include "telemetry/base/config.h"

#include <fstream>
#include <sstream>

#include "telemetry/base/toml_text.h"

namespace {

// The parser asserts what a file can make untrue (toml++ 3.3: a value or key that is none in an
// inline table). Thrown by its assertions and caught in parsed() below.
struct NotToml {};
[[noreturn]] void not_toml() {
    throw NotToml{};
}

} // namespace

#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expr) (static_cast<bool>(expr) ? static_cast<void>(0) : ::not_toml())
#include <fmt/format.h>
#include <toml++/toml.h>

namespace ems {
namespace {

// As a basic string of TOML.
std::string quoted(std::string_view text) {
    std::string out{"\""};
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\u{:04X}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string place(const std::string& name, const toml::source_region& region) {
    return fmt::format("{}:{}", name, region.begin.line);
}

// Errors: config, with the place where the parser knows it.
Result<toml::table> parsed(std::string_view text, const std::string& name) {
    if (auto readable = check_toml_text(text, name); !readable) {
        return Failure{std::move(readable).error()};
    }
    try {
        toml::parse_result result = toml::parse(text);
        if (!result) {
            return fail(Code::config, fmt::format("{}: {}", place(name, result.error().source()),
                                                  result.error().description()));
        }
        return std::move(result).table();
    } catch (const NotToml&) {
        return fail(Code::config,
                    fmt::format("{}: not TOML: a key or a value is missing in a table", name));
    }
}

Result<std::string> read_text(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        return fail(Code::config, fmt::format("cannot read the configuration file {}", path));
    }
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

} // namespace

void ConfigSpec::text(std::string key, std::string fallback, std::string meaning,
                      std::string* into) {
    *into = std::move(fallback);
    add({std::move(key), std::move(meaning), Kind::text, 0, 0, into});
}

void ConfigSpec::integer(std::string key, std::int64_t fallback, std::int64_t least,
                         std::int64_t most, std::string meaning, std::int64_t* into) {
    *into = fallback;
    add({std::move(key), std::move(meaning), Kind::integer, static_cast<double>(least),
         static_cast<double>(most), into});
}

void ConfigSpec::number(std::string key, double fallback, double least, double most,
                        std::string meaning, double* into) {
    *into = fallback;
    add({std::move(key), std::move(meaning), Kind::number, least, most, into});
}

void ConfigSpec::flag(std::string key, bool fallback, std::string meaning, bool* into) {
    *into = fallback;
    add({std::move(key), std::move(meaning), Kind::flag, 0, 0, into});
}

void ConfigSpec::list(std::string key, std::string meaning, std::vector<std::string>* into) {
    into->clear();
    add({std::move(key), std::move(meaning), Kind::list, 0, 0, into});
}

Result<void> ConfigSpec::load(const std::string& path) {
    if (path.empty()) {
        return {};
    }
    const Result<std::string> content = read_text(path);
    if (!content) {
        return Failure{content.error()};
    }
    return load_text(*content, path);
}

Result<void> ConfigSpec::load_text(std::string_view toml_text, const std::string& name) {
    const auto read = parsed(toml_text, name);
    if (!read) {
        return Failure{read.error()};
    }
    const toml::table& root = *read;

    const auto visit = [&](const auto& self, const toml::table& table,
                           const std::string& prefix) -> Result<void> {
        for (const auto& [raw_key, node] : table) {
            const std::string path = prefix.empty() ? std::string{raw_key.str()}
                                                    : prefix + "." + std::string{raw_key.str()};
            if (const toml::table* inner = node.as_table()) {
                EMS_TRY(self(self, *inner, path));
                continue;
            }
            const Key* known = nullptr;
            for (const Key& key : keys_) {
                if (key.path == path) {
                    known = &key;
                }
            }
            const std::string at = place(name, node.source());
            if (known == nullptr) {
                return fail(Code::config, fmt::format("{}: unknown key '{}' for {}", at, path,
                                                      program_));
            }
            const auto wrong = [&](std::string_view wanted) {
                return fail(Code::config, fmt::format("{}: '{}' must be {}", at, path, wanted));
            };
            switch (known->kind) {
            case Kind::text: {
                if (!node.is_string()) {
                    return wrong("a string");
                }
                *static_cast<std::string*>(known->into) = node.as_string()->get();
                break;
            }
            case Kind::integer: {
                if (!node.is_integer()) {
                    return wrong("a whole number");
                }
                const std::int64_t value = node.as_integer()->get();
                if (static_cast<double>(value) < known->least ||
                    static_cast<double>(value) > known->most) {
                    return wrong(fmt::format("from {} to {}", known->least, known->most));
                }
                *static_cast<std::int64_t*>(known->into) = value;
                break;
            }
            case Kind::number: {
                if (!node.is_number()) {
                    return wrong("a number");
                }
                const double value = node.template value<double>().value_or(0);
                if (value < known->least || value > known->most) {
                    return wrong(fmt::format("from {} to {}", known->least, known->most));
                }
                *static_cast<double*>(known->into) = value;
                break;
            }
            case Kind::flag: {
                if (!node.is_boolean()) {
                    return wrong("true or false");
                }
                *static_cast<bool*>(known->into) = node.as_boolean()->get();
                break;
            }
            case Kind::list: {
                const toml::array* items = node.as_array();
                if (items == nullptr) {
                    return wrong("a list of strings");
                }
                auto* into = static_cast<std::vector<std::string>*>(known->into);
                into->clear();
                for (const toml::node& item : *items) {
                    if (!item.is_string()) {
                        return wrong("a list of strings");
                    }
                    into->push_back(item.as_string()->get());
                }
                break;
            }
            }
        }
        return {};
    };
    return visit(visit, root, "");
}

std::string ConfigSpec::print() const {
    std::string out = fmt::format("# {}\n", program_);
    for (const Key& key : keys_) {
        std::string value;
        switch (key.kind) {
        case Kind::text:
            value = quoted(*static_cast<const std::string*>(key.into));
            break;
        case Kind::integer:
            value = fmt::format("{}", *static_cast<const std::int64_t*>(key.into));
            break;
        case Kind::number:
            value = fmt::format("{}", *static_cast<const double*>(key.into));
            break;
        case Kind::flag:
            value = *static_cast<const bool*>(key.into) ? "true" : "false";
            break;
        case Kind::list: {
            value = "[";
            const auto& items = *static_cast<const std::vector<std::string>*>(key.into);
            for (std::size_t i = 0; i < items.size(); ++i) {
                value += (i == 0 ? "" : ", ") + quoted(items[i]);
            }
            value += "]";
            break;
        }
        }
        out += fmt::format("{} = {}  # {}\n", key.path, value, key.meaning);
    }
    return out;
}

Result<std::vector<std::string>> config_subtables(const std::string& path,
                                                  const std::string& table) {
    const Result<std::string> content = read_text(path);
    if (!content) {
        return Failure{content.error()};
    }
    const auto root = parsed(*content, path);
    if (!root) {
        return Failure{root.error()};
    }
    std::vector<std::string> names;
    if (const toml::table* found = (*root)[table].as_table()) {
        for (const auto& [key, node] : *found) {
            if (node.is_table()) {
                names.emplace_back(key.str());
            }
        }
    }
    return names;
}

} // namespace ems
