// Drives a fuzz target without a fuzzer:
//   TARGET FILE|FOLDER ...        each file once, e.g. what a fuzzer found
//   TARGET --runs N [--seed S]    N damaged copies of the target's seeds, the same for a seed
// When the target crashes, the number of the input is said: --runs N+1 with the same seed meets it
// last.
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <unistd.h>

#include "tests/fuzz/fuzz_target.h"
#include "tests/vehicle/device/mutate.h"

namespace {

namespace fs = std::filesystem;

volatile std::sig_atomic_t g_input = 0;

// Only what a signal's handler may call.
extern "C" void say_input(int number) {
    char text[16]{};
    const auto end = std::to_chars(text, text + sizeof text - 1, static_cast<int>(g_input)).ptr;
    *end = '\n';
    constexpr char kPrefix[] = "crashed at input ";
    static_cast<void>(!write(STDERR_FILENO, kPrefix, sizeof kPrefix - 1));
    static_cast<void>(!write(STDERR_FILENO, text, static_cast<std::size_t>(end - text) + 1));
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void feed(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

bool feed_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (!in) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        return false;
    }
    feed(bytes.str());
    return true;
}

bool feed_path(const fs::path& path) {
    if (!fs::is_directory(path)) {
        return feed_file(path);
    }
    bool all = true;
    for (const auto& entry : fs::recursive_directory_iterator{path}) {
        all = (!entry.is_regular_file() || feed_file(entry.path())) && all;
    }
    return all;
}

void run_mutations(std::uint64_t runs, std::uint64_t seed) {
    const std::vector<std::string> seeds = ems::test::fuzz_seeds();
    for (const std::string& bytes : seeds) {
        feed(bytes);
    }
    std::mt19937_64 random{seed};
    for (std::uint64_t i = 0; i < runs; ++i) {
        g_input = static_cast<std::sig_atomic_t>(i);
        feed(ems::test::mutate(seeds[random() % seeds.size()], random));
    }
}

} // namespace

int main(int argc, char** argv) {
    std::uint64_t runs = 0;
    std::uint64_t seed = 1;
    bool ok = true;
    std::signal(SIGABRT, say_input);
    std::signal(SIGSEGV, say_input);
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
            runs = std::strtoull(argv[++i], nullptr, 10);
        } else if (std::strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            seed = std::strtoull(argv[++i], nullptr, 10);
        } else {
            ok = feed_path(argv[i]) && ok;
        }
    }
    run_mutations(runs, seed);
    return ok ? 0 : 1;
}
