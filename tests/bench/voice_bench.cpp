// The figure `voice_mouth_to_ear_p95`: two ends of the intercom on an open line through the relay, the
// vehicle's behind a network of 60 ms round trip and 2 % loss each way. Both speak chirps; each is
// found again in what the other hears. And how much of a room's echo the console's canceller takes
// (voice_echo.cpp). "NAME VALUE" a line on standard output, the rest on standard error.
// `--seconds N` (60), `--only delay` or `--only echo`, `--untold-ms N` (10).
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "tests/bench/voice_parts.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wav_file.h"
#include "tests/telemetry/media/running_line.h"

namespace {

using namespace ems;
using std::chrono::milliseconds;
using std::chrono::seconds;
using video::FloorRank;
using video::Side;

using bench::endpoint;
using test::write_wav;

constexpr double kRate = bench::kVoiceRate;
constexpr std::size_t kThin = 8; // correlated at 6 kHz
constexpr double kChirpS = 0.1;
constexpr double kEveryS = 1;
constexpr double kSearchS = 0.6;
constexpr double kSame = 0.5; // least correlation of a chirp with itself after Opus and concealment

// 400 to 2,200 Hz, so that nothing of it is lost at 6 kHz.
std::vector<double> chirp() {
    std::vector<double> out(static_cast<std::size_t>(kChirpS * kRate));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / kRate;
        const double phase = 2 * std::numbers::pi * (400 * t + 0.5 * 18'000 * t * t);
        out[i] = std::sin(phase) * std::sin(std::numbers::pi * t / kChirpS);
    }
    return out;
}

// Samples on one axis of time, thinned. Within a stretch they follow each other as they were given, and
// the median of the moments at which they were given says when it began: a late thread moves nothing.
class Tape {
  public:
    explicit Tape(Ticks zero) : zero_(zero) {}
    // `at`: of the first sample.
    void add(std::span<const std::int16_t> samples, Ticks at) {
        const double at_s = std::chrono::duration<double>(at - zero_).count();
        const std::lock_guard lock{mutex_};
        const bool follows = !stretches_.empty() &&
                             std::fabs(at_s - stretches_.back().end_s()) < kApartS;
        if (!follows) {
            stretches_.emplace_back();
        }
        Stretch& stretch = stretches_.back();
        stretch.begins_s.push_back(at_s - stretch.length_s());
        for (std::size_t i = 0; i + kThin <= samples.size(); i += kThin) {
            stretch.thin.push_back(std::accumulate(samples.begin() + static_cast<std::ptrdiff_t>(i),
                                                   samples.begin() + static_cast<std::ptrdiff_t>(i + kThin), 0.0));
        }
    }
    std::vector<double> take() {
        const std::lock_guard lock{mutex_};
        std::vector<double> out;
        for (const Stretch& stretch : stretches_) {
            const double begin = std::max(0.0, stretch.begin_s()) * kRate / kThin;
            const auto from = static_cast<std::size_t>(std::lround(begin));
            out.resize(std::max(out.size(), from + stretch.thin.size()));
            std::copy(stretch.thin.begin(), stretch.thin.end(),
                      out.begin() + static_cast<std::ptrdiff_t>(from));
        }
        return out;
    }

  private:
    static constexpr double kApartS = 0.06;
    struct Stretch {
        std::vector<double> begins_s; // as each buffer tells
        std::vector<double> thin;
        [[nodiscard]] double length_s() const { return static_cast<double>(thin.size()) * kThin / kRate; }
        [[nodiscard]] double begin_s() const {
            std::vector<double> sorted = begins_s;
            const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
            std::nth_element(sorted.begin(), middle, sorted.end());
            return *middle;
        }
        [[nodiscard]] double end_s() const { return begins_s.back() + length_s(); }
    };
    const Ticks zero_;
    std::mutex mutex_;
    std::vector<Stretch> stretches_;
};

struct Match {
    std::size_t at{0};
    double likeness{0};
};

Match find(const std::vector<double>& tape, const std::vector<double>& pattern, std::size_t from,
           std::size_t count) {
    Match best;
    const double own = std::inner_product(pattern.begin(), pattern.end(), pattern.begin(), 0.0);
    for (std::size_t at = from; at < from + count && at + pattern.size() < tape.size(); ++at) {
        double dot = 0;
        double energy = 1;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            dot += pattern[i] * tape[at + i];
            energy += tape[at + i] * tape[at + i];
        }
        const double likeness = dot / std::sqrt(own * energy);
        if (likeness > best.likeness) {
            best = {at, likeness};
        }
    }
    return best;
}

std::vector<double> thinned(const std::vector<double>& full) {
    std::vector<double> out(full.size() / kThin);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = std::accumulate(full.begin() + static_cast<std::ptrdiff_t>(i * kThin),
                                 full.begin() + static_cast<std::ptrdiff_t>((i + 1) * kThin), 0.0);
    }
    return out;
}

// Milliseconds from mouth to ear of each chirp.
std::vector<double> delays(const std::vector<double>& said, const std::vector<double>& heard,
                           int& lost) {
    const std::vector<double> pattern = thinned(chirp());
    const auto step = static_cast<std::size_t>(kEveryS * kRate / kThin);
    std::vector<double> out;
    // The first two seconds open the line; the last chirp may be cut.
    for (std::size_t from = 2 * step; from + 2 * step < said.size(); from += step) {
        const Match mouth = find(said, pattern, from, step);
        if (mouth.likeness < 0.9) {
            continue; // between two turns of the clock: the next window has it
        }
        const Match ear =
            find(heard, pattern, mouth.at, static_cast<std::size_t>(kSearchS * kRate / kThin));
        if (ear.likeness < kSame) {
            ++lost;
            continue;
        }
        out.push_back(static_cast<double>(ear.at - mouth.at) * kThin * 1'000 / kRate);
    }
    return out;
}

// As if a card had to fill the buffer before it gives it: the first sample was spoken its length ago.
auto mouth(Tape& tape) {
    return [&tape](std::span<const std::int16_t> samples, Ticks now) {
        const auto length = std::chrono::duration_cast<Ticks::duration>(
            std::chrono::duration<double>(static_cast<double>(samples.size()) / kRate));
        tape.add(samples, now - length);
    };
}

auto ear(Tape& tape) {
    return [&tape](std::span<const std::int16_t> samples, Ticks now) { tape.add(samples, now); };
}

double quantile(std::vector<double> values, double q) {
    if (values.empty()) {
        return -1;
    }
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

void measure_delay(int run_s) {
    const test::TempDir dir;
    std::vector<std::int16_t> talk(static_cast<std::size_t>((run_s + 10) * kRate));
    const std::vector<double> one = chirp();
    for (std::size_t at = 0; at + one.size() < talk.size();
         at += static_cast<std::size_t>(kEveryS * kRate)) {
        for (std::size_t i = 0; i < one.size(); ++i) {
            talk[at + i] = static_cast<std::int16_t>(std::lround(8'000 * one[i]));
        }
    }
    const std::string wav = (dir.path() / "chirps.wav").string();
    write_wav(wav, talk);

    test::RunningLine line;
    const auto proxy = test::FaultProxy::start(
        {.transport = test::Transport::udp, .target_port = line.port(), .seed = 20'261});
    if (!proxy) {
        std::exit(1);
    }
    (*proxy)->set({.delay = milliseconds{30}, .loss = 0.02});
    const Ticks zero = SystemClock{}.ticks();
    Tape crew_said{zero};
    Tape crew_heard{zero};
    Tape desk_said{zero};
    Tape desk_heard{zero};
    video::VoiceOptions options;
    options.side = Side::crew;
    options.devices.source = "file:" + wav;
    options.captured = mouth(crew_said);
    options.played = ear(crew_heard);
    const auto crew = endpoint(options);
    options.side = Side::console;
    options.captured = mouth(desk_said);
    options.played = ear(desk_heard);
    const auto desk = endpoint(options);
    if (!crew->join(line.ticket(FloorRank::crew, (*proxy)->port(), 0)) ||
        !desk->join(line.ticket(FloorRank::physician, line.port(), 1))) {
        std::exit(1);
    }
    desk->wish(video::LineWish::open);
    const Ticks until = zero + seconds{run_s};
    test::eventually([&] { return SystemClock{}.ticks() >= until; }, seconds{run_s + 5});
    const video::VoiceStatus crew_end = crew->status();
    const video::VoiceStatus desk_end = desk->status();
    int lost = 0;
    std::vector<double> up = delays(crew_said.take(), desk_heard.take(), lost);
    std::vector<double> down = delays(desk_said.take(), crew_heard.take(), lost);
    if (up.empty() || down.empty()) {
        std::fprintf(stderr, "voice bench: nothing of what was said was heard\n");
        std::exit(1);
    }
    std::fprintf(stderr,
                 "from crew: %zu chirps, median %.1f ms, p95 %.1f; to crew: %zu chirps, median %.1f, p95 %.1f; "
                 "%d chirps not found\n",
                 up.size(), quantile(up, 0.5), quantile(up, 0.95), down.size(), quantile(down, 0.5),
                 quantile(down, 0.95), lost);
    std::fprintf(stderr, "packets from crew %llu lost %llu, to crew %llu lost %llu; jitter buffers %lld and %lld ms\n",
                 static_cast<unsigned long long>(desk_end.packets),
                 static_cast<unsigned long long>(desk_end.packets_lost),
                 static_cast<unsigned long long>(crew_end.packets),
                 static_cast<unsigned long long>(crew_end.packets_lost),
                 static_cast<long long>(desk_end.jitter_buffer.count()),
                 static_cast<long long>(crew_end.jitter_buffer.count()));
    std::vector<double> all = up;
    all.insert(all.end(), down.begin(), down.end());
    std::printf("voice_mouth_to_ear_p95 %.1f\n", quantile(all, 0.95));
}

} // namespace

int main(int argc, char** argv) {
    int run_s = 60;
    int untold_ms = bench::kUntoldMs;
    std::string only;
    for (int n = 1; n + 1 < argc; n += 2) {
        const std::string option{argv[n]};
        if (option == "--seconds") {
            run_s = std::max(10, std::atoi(argv[n + 1]));
        } else if (option == "--untold-ms") {
            untold_ms = std::clamp(std::atoi(argv[n + 1]), 0, 200);
        } else if (option == "--only") {
            only = argv[n + 1];
        }
    }
    if (only != "echo") {
        measure_delay(run_s);
    }
    if (only != "delay") {
        bench::measure_echo(untold_ms);
    }
    return 0;
}
