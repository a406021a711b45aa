#include "vehicle/agent/frame_count.h"

#include <random>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

class FrameCountTest : public testing::Test {
  protected:
    std::unique_ptr<Spool> open() {
        auto spool = Spool::open({(dir_.path() / "spool.db").string(), 1 << 20}, clock_);
        EXPECT_TRUE(spool);
        return std::move(*spool);
    }
    test::TempDir dir_;
    test::FakeClock clock_;
};

TEST_F(FrameCountTest, GoesOnAfterAnOrderlyStop) {
    for (std::uint64_t start = 0; start < 3; ++start) {
        auto spool = open();
        FrameCount frames{*spool};
        EXPECT_EQ(frames.total(0), start * 100);
        frames.keep(60);
        spool->commit();
        frames.close(100);
        spool->commit();
    }
}

TEST_F(FrameCountTest, NeverFallsAndStaysCloseHoweverOftenTheProcessIsKilled) {
    std::mt19937 random{3};
    std::uint64_t sent = 0;
    std::uint64_t shown = 0;
    for (std::uint64_t kills = 1; kills <= 50; ++kills) {
        auto spool = open();
        FrameCount frames{*spool};
        std::uint64_t of_process = 0;
        for (std::uint64_t commits = random() % 20; commits > 0; --commits) {
            of_process += random() % (kFramesAhead + 1);
            frames.keep(of_process);
            spool->commit();
        }
        of_process += random() % (kFramesAhead + 1); // and no commit: killed
        sent += of_process;
        EXPECT_GE(frames.total(of_process), sent);
        EXPECT_GE(frames.total(0), shown);
        EXPECT_LE(frames.total(of_process), sent + kills * kFramesAhead);
        shown = frames.total(of_process);
    }
}

TEST_F(FrameCountTest, ACameraThatIsOffWritesNothing) {
    auto spool = open();
    FrameCount frames{*spool};
    frames.keep(0);
    EXPECT_FALSE(spool->has_group());
    frames.keep(1);
    spool->commit();
    frames.keep(1);
    EXPECT_FALSE(spool->has_group());
}

} // namespace
} // namespace ems::vehicle
