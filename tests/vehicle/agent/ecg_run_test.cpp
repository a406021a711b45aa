#include "vehicle/agent/ecg_run.h"

#include <gtest/gtest.h>

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kStartUs = 1'790'000'000'000'000;
constexpr std::uint32_t kEight = 0xFF;

// Chunks of 0.2 s from second `from` to second `to`.
void play(EcgRun& run, int from_s, int to_s, std::uint32_t off_mask = 0) {
    for (std::int64_t at = from_s * 1'000'000; at < to_s * 1'000'000; at += 200'000) {
        run.heard({{kStartUs + at}, 200ms, kEight, off_mask});
    }
}

DeviceTime at(std::int64_t ms) {
    return {kStartUs + ms * 1'000};
}

TEST(EcgRun, TheLastTenSecondsAreSent) {
    EcgRun run;
    play(run, 0, 30);
    const auto mark = run.stretch(at(30'000));
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->from_us(), at(20'000).us);
    EXPECT_EQ(mark->duration_ms(), 10'000U);
    EXPECT_EQ(mark->leads(), 12U);
}

TEST(EcgRun, OneThatBeganLaterIsSentAsFarAsItRan) {
    EcgRun run;
    EXPECT_EQ(run.stretch(at(0)).error().code, Code::not_found);
    play(run, 0, 4);
    EXPECT_EQ(run.stretch(at(4'000))->duration_ms(), 4'000U);
    EXPECT_EQ(run.stretch(at(500)).error().code, Code::not_found) << "less than a beat";
}

TEST(EcgRun, AButtonThatWaitedMeansTheSecondsBeforeItWasPressed) {
    EcgRun run;
    play(run, 0, 60);
    EXPECT_EQ(run.stretch(at(30'000))->from_us(), at(20'000).us);
}

TEST(EcgRun, OneThatEndedLongAgoIsNotSent) {
    EcgRun run;
    play(run, 0, 30);
    EXPECT_EQ(run.stretch(at(34'000))->duration_ms(), 6'000U);
    EXPECT_EQ(run.stretch(at(40'000)).error().code, Code::not_found);
    EXPECT_EQ(run.leads(at(34'000)), 12U);
    EXPECT_EQ(run.leads(at(41'000)), 0U) << "silent";
}

TEST(EcgRun, LeadsThatAreOffAreNotCountedAndAllOffIsNone) {
    EcgRun run;
    play(run, 0, 5, 0xFC);
    EXPECT_EQ(run.leads(at(5'000)), 3U);
    play(run, 5, 10, 0xFD);
    EXPECT_EQ(run.leads(at(10'000)), 1U);
    play(run, 10, 30, kEight);
    EXPECT_EQ(run.leads(at(30'000)), 0U);
    EXPECT_EQ(run.stretch(at(30'000)).error().code, Code::not_found);
}

TEST(EcgRun, AHoleOfTenSecondsBeginsAnew) {
    EcgRun run;
    play(run, 0, 30);
    play(run, 45, 47);
    EXPECT_EQ(run.stretch(at(47'000))->from_us(), at(45'000).us);
}

} // namespace
} // namespace ems::vehicle
