// Speech on its way to a file: it is filed by the moment it was spoken, as pictures are by theirs.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "telemetry/media/voice_recorder.h"
#include "telemetry/video/voice_endpoint.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/media/running_line.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;

constexpr std::int64_t kWithinUs = 40'000;

TEST(VoiceTime, SpeechIsRecordedAtTheMomentItWasSpokenBehindAJitteryWay) {
    const test::TempDir dir;
    VoiceRecorder recorder{dir.path().string()};
    std::atomic<int> captured{0};
    test::RunningLine line{[&](const VoiceHub::Speech& speech) {
        recorder.push(spoken_packet(speech, SystemClock{}.ticks(), SystemClock{}.utc_us()));
    }};
    const auto proxy = test::FaultProxy::start(
        {.transport = test::Transport::udp, .target_port = line.port(), .seed = 11});
    ASSERT_TRUE(proxy);
    (*proxy)->set({.delay = milliseconds{200}, .jitter = milliseconds{80}});
    video::VoiceOptions options;
    options.side = video::Side::crew;
    options.devices.source = "feed";
    options.captured = [&](std::span<const std::int16_t>, Ticks) { ++captured; };
    const auto crew = std::move(*video::VoiceEndpoint::make(std::move(options)));
    ASSERT_TRUE(crew->join(line.ticket(video::FloorRank::crew, (*proxy)->port(), 0)));
    const SystemClock clock;
    const auto zero_us = [&] {
        return clock.utc_us() - std::chrono::duration_cast<std::chrono::microseconds>(
                                    clock.ticks().time_since_epoch())
                                    .count();
    };
    crew->tell_clock(video::MarkClock{zero_us(), video::CaptureClock::disciplined});
    ASSERT_TRUE(eventually([&] { return crew->status().connected; }, seconds{10}));
    // Behind the closed gate, until the pipeline runs.
    const std::vector<std::int16_t> before(480, 0);
    ASSERT_TRUE(eventually(
        [&] {
            crew->feed(before);
            return captured > 0;
        },
        seconds{10}));
    // Nothing of that may be left on its way to the gate when the key opens it.
    int seen = -1;
    int same = 0;
    ASSERT_TRUE(eventually(
        [&] {
            const int now = captured;
            same = now == seen ? same + 1 : 0;
            seen = now;
            return same >= 20;
        },
        seconds{10}));
    crew->press(video::Talk::normal);
    ASSERT_TRUE(eventually(
        [&] { return crew->status().line.yours.verdict == video::FloorVerdict::granted; },
        seconds{10}));
    const std::vector<std::int16_t> sound(20 * 960, 3'000);
    const std::int64_t before_us = clock.utc_us();
    crew->feed(sound);
    const std::int64_t after_us = clock.utc_us();
    std::map<std::string, VoiceFile> files;
    ASSERT_TRUE(eventually(
        [&] {
            for (VoiceFile& file : recorder.poll()) {
                files[file.path] = std::move(file);
            }
            return !files.empty();
        },
        seconds{10}));
    const std::int64_t first_us = files.begin()->second.first_us;
    EXPECT_GE(first_us, before_us - kWithinUs) << first_us - before_us;
    EXPECT_LE(first_us, after_us + kWithinUs) << first_us - after_us;
}

} // namespace
} // namespace ems::media
