// One line "gazetteer_keystroke_p99 VALUE ms": the time of a search per key, over names typed from
// their first symbol to their last, as characters, pinyin, initials and both mixed, every second
// one with a typing error. More figures go to standard error.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <numeric>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "map/gazetteer/gazetteer.h"
#include "map/gazetteer/symbols.h"
#include "map/import/han_readings.h"
#include "tests/map/invented_names.h"

namespace {

using namespace ems;
using namespace ems::map;
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point began) {
    return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

// Of this thread: what the search takes when nobody else is at work on the machine.
double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double quantile(std::vector<double>& sorted, double q) {
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(q * last)];
}

// Every beginning of the text that ends with a whole symbol.
std::vector<std::string> keystrokes(const std::string& text) {
    std::vector<std::string> out;
    std::string so_far;
    for (const char32_t c : fold_text(text, kQuerySymbolsMax)) {
        so_far += to_utf8(c);
        out.push_back(so_far);
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Time of a search for a name per key"};
    std::size_t names = 50'000;
    std::size_t typed_names = 1'500;
    app.add_option("--names", names, "names on the map")->check(CLI::Range(100, 1'000'000));
    app.add_option("--typed", typed_names, "names typed")->check(CLI::Range(10, 100'000));
    CLI11_PARSE(app, argc, argv);

    auto han = read_han_table();
    if (!han) {
        fmt::print(stderr, "ems-bench-gazetteer: {}\n", han.error().message());
        return 1;
    }
    NameTable table = test::invented_names(names, 7);
    table.han = *han;
    const auto began = Clock::now();
    const Gazetteer gazetteer{std::move(table)};
    fmt::print(stderr, "index of {} names: {:.0f} ms, {:.1f} MB\n", names, ms_since(began),
               static_cast<double>(gazetteer.memory_bytes()) / 1e6);

    std::mt19937_64 random{11};
    std::vector<double> times;
    std::vector<double> cpu_times;
    std::size_t found = 0;
    for (std::size_t i = 0; i < typed_names; ++i) {
        const Feature& f = gazetteer.features()[random() % names];
        const bool is_with_township = random() % 4 == 0;
        const std::string name = is_with_township ? f.within + f.name : f.name;
        std::string text = test::typed(name, static_cast<test::Typing>(i % 5), *han);
        if (i % 2 == 1) {
            text = test::with_error(text, random);
        }
        const Wgs84 near{35.0 + static_cast<double>(i % 7) * 0.1, 111.0};
        bool is_found = false;
        for (const std::string& keys : keystrokes(text)) {
            const auto start = Clock::now();
            const double cpu_start = cpu_ms();
            const auto results = gazetteer.search({keys, near, 10});
            cpu_times.push_back(cpu_ms() - cpu_start);
            times.push_back(ms_since(start));
            is_found = std::any_of(results.begin(), results.end(), [&](const FoundName& r) {
                return gazetteer.features()[r.feature].name == f.name;
            });
        }
        found += is_found ? 1 : 0;
    }
    std::sort(times.begin(), times.end());
    std::sort(cpu_times.begin(), cpu_times.end());
    fmt::print(stderr, "processor time: median {:.2f} ms, p99 {:.2f} ms, most {:.2f} ms\n",
               quantile(cpu_times, 0.5), quantile(cpu_times, 0.99), cpu_times.back());
    fmt::print(stderr, "{} keys: median {:.2f} ms, p99 {:.2f} ms, most {:.2f} ms; {} of {} found\n",
               times.size(), quantile(times, 0.5), quantile(times, 0.99), times.back(), found,
               typed_names);
    fmt::print("gazetteer_keystroke_p99 {:.3f} ms\n", quantile(times, 0.99));
    return 0;
}
