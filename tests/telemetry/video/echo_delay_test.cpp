// After which time a loudspeaker is heard again, found in what is played and heard.
#include "telemetry/video/echo_delay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace ems::video {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::size_t kSecond = 48'000;
constexpr std::size_t kFrame = 480; // 10 ms
constexpr nanoseconds kStart = std::chrono::hours{1};

// Syllables of noise, about as speech comes and goes.
std::vector<std::int16_t> babble(std::size_t seconds, unsigned seed) {
    std::mt19937 random{seed};
    std::normal_distribution<double> noise{0, 1};
    std::vector<std::int16_t> out(seconds * kSecond);
    double low = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(kSecond);
        low += 0.15 * (noise(random) - low);
        const double loud = std::max(0.0, std::sin(2 * std::numbers::pi * (2 + 0.1 * seed) * t));
        out[i] = static_cast<std::int16_t>(std::clamp(6'000 * loud * low, -32'768.0, 32'767.0));
    }
    return out;
}

// What a voice with a tone does: pulses of the glottis, 100 to 180 a second, through a resonance.
std::vector<std::int16_t> voiced(std::size_t seconds) {
    std::mt19937 random{5};
    std::normal_distribution<double> noise{0, 1};
    std::vector<std::int16_t> out(seconds * kSecond);
    double phase = 0;
    double y1 = 0;
    double y2 = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(kSecond);
        phase += (140 + 40 * std::sin(2 * std::numbers::pi * 0.9 * t)) / static_cast<double>(kSecond);
        const double pulse = phase >= 1 ? 1 : 0;
        phase -= pulse;
        const double y = pulse + 0.02 * noise(random) + 1.99 * y1 - 0.992 * y2;
        y2 = y1;
        y1 = y;
        const double loud = std::max(0.0, std::sin(2 * std::numbers::pi * 2.3 * t));
        out[i] = static_cast<std::int16_t>(std::clamp(300 * loud * y, -32'768.0, 32'767.0));
    }
    return out;
}

// Of what is played, so much later and half as loud, beside what else is said in the room.
std::vector<std::int16_t> heard(const std::vector<std::int16_t>& played, milliseconds delay,
                                const std::vector<std::int16_t>& beside) {
    std::vector<std::int16_t> out(played.size());
    const auto by = static_cast<std::size_t>(delay.count()) * 48;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int echo = i >= by ? played[i - by] / 2 : 0;
        out[i] = static_cast<std::int16_t>(echo + (i < beside.size() ? beside[i] / 2 : 0));
    }
    return out;
}

void run(EchoDelay& delay, const std::vector<std::int16_t>& played,
         const std::vector<std::int16_t>& heard, std::size_t from_s = 0) {
    for (std::size_t i = 0; i + kFrame <= played.size(); i += kFrame) {
        const nanoseconds at = kStart + std::chrono::seconds{from_s} +
                               nanoseconds{static_cast<std::int64_t>(i) * 1'000'000 / 48};
        delay.played(std::span{played}.subspan(i, kFrame), at);
        delay.captured(std::span{heard}.subspan(i, kFrame), at);
    }
}

void expect_near(const EchoDelay& delay, milliseconds expected) {
    ASSERT_TRUE(delay.found()) << expected.count() << " ms not found";
    EXPECT_NEAR(static_cast<double>(delay.found()->count()), static_cast<double>(expected.count()), 2);
}

TEST(EchoDelay, IsFoundUpToAQuarterOfASecondWithinFourSeconds) {
    const auto played = babble(4, 1);
    for (const int ms : {0, 8, 50, 100, 180, 245}) {
        EchoDelay delay;
        run(delay, played, heard(played, milliseconds{ms}, {}));
        expect_near(delay, milliseconds{ms});
    }
}

TEST(EchoDelay, IsFoundWhileSomebodySpeaksAsLoudAsTheEcho) {
    const auto played = babble(6, 1);
    EchoDelay delay;
    run(delay, played, heard(played, milliseconds{60}, babble(6, 7)));
    expect_near(delay, milliseconds{60});
}

TEST(EchoDelay, IsFoundInAVoiceWhoseToneIsAlikeAtManyDelays) {
    const auto played = voiced(8);
    EchoDelay delay;
    run(delay, played, heard(played, milliseconds{75}, {}));
    expect_near(delay, milliseconds{75});
}

TEST(EchoDelay, IsFoundAnewWhenItChanges) {
    const auto played = babble(4, 1);
    EchoDelay delay;
    run(delay, played, heard(played, milliseconds{20}, {}));
    expect_near(delay, milliseconds{20});
    run(delay, played, heard(played, milliseconds{120}, {}), 4);
    expect_near(delay, milliseconds{120});
}

TEST(EchoDelay, NothingIsFoundWhereTheLoudspeakerIsNotHeard) {
    EchoDelay delay;
    run(delay, babble(30, 1), babble(30, 7));
    EXPECT_FALSE(delay.found());
}

TEST(EchoDelay, NothingIsFoundWhileNothingIsPlayed) {
    EchoDelay delay;
    run(delay, std::vector<std::int16_t>(5 * kSecond, 0), babble(5, 7));
    EXPECT_FALSE(delay.found());
}

} // namespace
} // namespace ems::video
