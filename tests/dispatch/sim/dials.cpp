#include "tests/dispatch/sim/dials.h"

#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "tests/soak/splitmix.h"

namespace ems::dispatch::sim {

std::string Dials::to_line() const {
    return fmt::format("units={} voice_units={} desks={} events_min={} network_delay_us={} "
                       "database_delay_us={} late_us={} drop={} duplicate={} "
                       "late={} unknown_commit={} not_replicated={} standby_away={} server_crash={} server_pause={} "
                       "server_partition={} database_restart={} vehicle_outage={} "
                       "vehicle_crash={} ingest_crash={} poison={} server_skew_us={} "
                       "device_skew_us={} order_life_us={} shown_for_us={} shown_max={} refuses={} silent={} "
                       "cancels={} desk_orders={} proposes={} merges={} seen_before={}",
                       units, voice_units, desks, events_min, network_delay_us, database_delay_us,
                       late_us, drop, duplicate, late, unknown_commit, not_replicated, standby_away, server_crash, server_pause,
                       server_partition, database_restart, vehicle_outage, vehicle_crash,
                       ingest_crash, poison, server_skew_us, device_skew_us, order_life_us, shown_for_us, shown_max, refuses,
                       silent, cancels, desk_orders, proposes, merges, seen_before);
}

Dials draw_dials(std::uint64_t seed) {
    soak::SplitMix random{seed ^ 0xD15BA7C4ULL};
    const auto one_of = [&](std::uint64_t n) { return random.below(n) == 0; };
    const auto share = [&](std::int64_t most) {
        const auto drawn = static_cast<std::uint32_t>(random.between(1, most));
        return one_of(3) ? 0U : drawn;
    };
    Dials out;
    out.voice_units = static_cast<std::uint32_t>(random.between(1, 3));
    out.desks = static_cast<std::uint32_t>(random.between(2, 4));
    out.events_min = static_cast<std::uint32_t>(random.between(800, 1'200));
    out.network_delay_us =
        one_of(2) ? random.between(1'000, 50'000) : random.between(50'000, 800'000);
    out.database_delay_us =
        one_of(3) ? random.between(20'000, 150'000) : random.between(500, 8'000);
    out.late_us =
        one_of(3) ? random.between(8'000'000, 25'000'000) : random.between(500'000, 8'000'000);
    out.drop = share(250);
    out.duplicate = share(200);
    out.late = share(300);
    out.unknown_commit = share(60);
    out.server_crash = share(60);
    out.server_pause = share(60);
    out.server_partition = share(60);
    out.database_restart = share(30);
    out.vehicle_outage = share(40);
    out.vehicle_crash = share(40);
    out.ingest_crash = share(60);
    out.poison = share(500);
    out.server_skew_us = one_of(3)   ? 0
                         : one_of(2) ? random.between(1, 3'000'000)
                                     : random.between(1, 7'200'000'000);
    out.device_skew_us = one_of(3)   ? 0
                         : one_of(2) ? random.between(1, 4'000'000)
                                     : random.between(1, 400'000'000'000);
    out.order_life_us =
        one_of(3) ? random.between(500'000, 8'000'000) : random.between(20'000'000, 90'000'000);
    out.refuses = static_cast<std::uint32_t>(random.between(10, 150));
    out.silent = static_cast<std::uint32_t>(random.between(0, 80));
    out.cancels = static_cast<std::uint32_t>(random.between(20, 150));
    out.desk_orders = static_cast<std::uint32_t>(random.between(50, 450));
    out.proposes = static_cast<std::uint32_t>(random.between(0, 400));
    if (!one_of(3)) {
        out.shown_for_us = random.between(100'000, 8'000'000);
        out.shown_max = static_cast<std::uint32_t>(random.between(0, 10));
    }
    out.merges = one_of(4) ? static_cast<std::uint32_t>(random.between(5, 35)) : 0U;
    out.seen_before = one_of(4) ? static_cast<std::uint32_t>(random.between(1, 600)) : 0U;
    out.not_replicated = share(60);
    out.standby_away = share(80);
    return out;
}

std::string Scenario::to_line() const {
    std::string out = fmt::format("seed={}", seed);
    if (acts_max) {
        out += fmt::format(" acts={}", *acts_max);
    }
    if (faults) {
        out += " faults=";
        for (const std::uint32_t number : *faults) {
            out += fmt::format("{}{}", out.back() == '=' ? "" : ",", number);
        }
    }
    return out;
}

std::optional<Scenario> Scenario::parse(const std::string& line) {
    Scenario out;
    std::istringstream words{line};
    std::string word;
    const auto number = [](const std::string& text, auto& value) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc{} && end == text.data() + text.size();
    };
    while (words >> word) {
        const std::size_t at = word.find('=');
        const std::string name = word.substr(0, at);
        const std::string value = at == std::string::npos ? "" : word.substr(at + 1);
        if (name == "seed") {
            if (!number(value, out.seed)) {
                return {};
            }
        } else if (name == "acts") {
            if (!number(value, out.acts_max.emplace())) {
                return {};
            }
        } else if (name == "faults") {
            out.faults.emplace();
            std::istringstream numbers{value};
            std::string one;
            while (std::getline(numbers, one, ',')) {
                std::uint32_t fault = 0;
                if (!number(one, fault)) {
                    return {};
                }
                out.faults->insert(fault);
            }
        } else {
            return {};
        }
    }
    return out;
}

} // namespace ems::dispatch::sim
