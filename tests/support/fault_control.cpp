#include "tests/support/fault_control.h"

#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace ems::test {
namespace {

constexpr std::size_t kLineMax = 1'024;

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const std::size_t begin = text.find_first_not_of(" \t\r\n");
        if (begin == std::string_view::npos) {
            return words;
        }
        const std::size_t end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        text.remove_prefix(end);
    }
}

template <class T> std::optional<T> number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

bool take(double& into, std::string_view text) {
    const auto value = number<double>(text);
    into = value.value_or(into);
    return value.has_value();
}

bool take(std::uint64_t& into, std::string_view text) {
    const auto value = number<std::uint64_t>(text);
    into = value.value_or(into);
    return value.has_value();
}

bool take(std::chrono::microseconds& into, std::string_view text_ms) {
    const auto value = number<double>(text_ms);
    if (!value || !(*value >= -1e9 && *value <= 1e9)) {
        return false;
    }
    into = std::chrono::microseconds{static_cast<std::int64_t>(*value * 1'000)};
    return true;
}

bool take(std::optional<std::uint64_t>& into, std::string_view text) {
    if (text == "off") {
        into.reset();
        return true;
    }
    const auto value = number<std::uint64_t>(text);
    if (value) {
        into = *value;
    }
    return value.has_value();
}

bool apply(Faults& faults, std::string_view key, std::string_view value) {
    if (key == "delay_ms") {
        return take(faults.delay, value);
    }
    if (key == "jitter_ms") {
        return take(faults.jitter, value);
    }
    if (key == "reorder_ms") {
        return take(faults.reorder_by, value);
    }
    if (key == "cut_after_bytes") {
        return take(faults.cut_after_bytes, value);
    }
    for (const auto& [name, share] : {std::pair{"loss", &faults.loss},
                                      {"duplicate", &faults.duplicate},
                                      {"reorder", &faults.reorder},
                                      {"corrupt", &faults.corrupt}}) {
        if (key == name) {
            return take(*share, value);
        }
    }
    for (const auto& [name, bytes] : {std::pair{"rate_bytes_s", &faults.rate_bytes_per_s},
                                      {"burst_bytes", &faults.burst_bytes},
                                      {"queue_bytes", &faults.queue_bytes}}) {
        if (key == name) {
            return take(*bytes, value);
        }
    }
    return false;
}

std::vector<Direction> directions(std::string_view word) {
    if (word == "up") {
        return {Direction::up};
    }
    if (word == "down") {
        return {Direction::down};
    }
    if (word == "both") {
        return {Direction::up, Direction::down};
    }
    return {};
}

std::optional<Passage> passage_of(std::string_view word) {
    if (word == "blackhole") {
        return Passage::black_hole;
    }
    if (word == "hold") {
        return Passage::hold;
    }
    if (word == "open") {
        return Passage::open;
    }
    return std::nullopt;
}

Failure not_understood(std::string_view text) {
    return fail(Code::invalid_argument, fmt::format("not understood: \"{}\"", text.substr(0, 80)));
}

Result<void> set(FaultProxy& proxy, const std::vector<Direction>& where,
                 std::string_view settings) {
    std::vector<Faults> next;
    for (const Direction direction : where) {
        auto faults = changed(proxy.faults(direction), settings, proxy.transport());
        if (!faults) {
            return Failure{std::move(faults).error()};
        }
        next.push_back(*faults);
    }
    for (std::size_t i = 0; i < where.size(); ++i) {
        proxy.set(where[i], next[i]);
    }
    return {};
}

void set_passage(FaultProxy& proxy, const std::vector<Direction>& where, Passage passage) {
    for (const Direction direction : where) {
        Faults faults = proxy.faults(direction);
        faults.passage = passage;
        proxy.set(direction, faults);
    }
}

// One word without more; false: another verb.
bool obey(FaultProxy& proxy, std::string_view verb) {
    if (verb == "heal") {
        proxy.heal();
    } else if (verb == "refuse") {
        proxy.refuse();
    } else if (verb == "accept") {
        proxy.accept();
    } else if (verb == "close") {
        proxy.end_connections(Ending::orderly);
    } else if (verb == "reset") {
        proxy.end_connections(Ending::reset);
    } else {
        return false;
    }
    return true;
}

std::string counters_json(const FaultCounters& c) {
    return fmt::format(
        R"({{"packets_in":{},"bytes_in":{},"packets_out":{},"bytes_out":{},"delayed":{},"lost":{},)"
        R"("duplicated":{},"reordered":{},"corrupted":{},"overflowed":{},"swallowed":{},"cut":{}}})",
        c.packets_in, c.bytes_in, c.packets_out, c.bytes_out, c.delayed, c.lost, c.duplicated,
        c.reordered, c.corrupted, c.overflowed, c.swallowed, c.cut);
}

} // namespace

Result<Faults> changed(Faults faults, std::string_view settings, Transport transport) {
    for (const std::string_view word : words_of(settings)) {
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos ||
            !apply(faults, word.substr(0, equals), word.substr(equals + 1))) {
            return not_understood(word);
        }
    }
    EMS_TRY(check(faults, transport));
    return faults;
}

Result<void> control(FaultProxy& proxy, std::string_view line) {
    if (line.size() > kLineMax) {
        return not_understood(line);
    }
    const auto words = words_of(line);
    if (words.empty()) {
        return {};
    }
    if (const auto passage = passage_of(words[0]); passage && words.size() <= 2) {
        const auto where = directions(words.size() == 2 ? words[1] : "both");
        if (where.empty()) {
            return not_understood(line);
        }
        set_passage(proxy, where, *passage);
        return {};
    }
    if (const auto where = directions(words[0]); !where.empty() && words.size() > 1) {
        const auto rest = static_cast<std::size_t>(words[1].data() - line.data());
        return set(proxy, where, line.substr(rest));
    }
    if (words.size() != 1 || !obey(proxy, words[0])) {
        return not_understood(line);
    }
    return {};
}

std::string status_json(const FaultProxy& proxy) {
    const FaultStatus status = proxy.status();
    return fmt::format(
        R"({{"port":{},"seed":{},"peers":{},"open":{},"refused":{},"up":{},"down":{}}})",
        proxy.port(), proxy.seed(), status.peers, status.open, status.refused,
        counters_json(status.up), counters_json(status.down));
}

} // namespace ems::test
