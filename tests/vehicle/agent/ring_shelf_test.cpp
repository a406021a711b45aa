#include "vehicle/agent/ring_shelf.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/small_matroska.h"
#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

constexpr std::int64_t kNoonUs = 1'795'000'000'000'000;
constexpr std::int64_t kSecondUs = 1'000'000;

class RingShelfTest : public testing::Test {
  protected:
    [[nodiscard]] RingLimits limits() const {
        RingLimits out;
        out.dir = (dir_.path() / "ring").string();
        out.free_bytes_min = 0;
        return out;
    }
    std::unique_ptr<RingShelf> open(const RingLimits& limits) {
        auto opened = RingShelf::open(limits);
        EXPECT_TRUE(opened) << opened.error().message();
        return std::move(*opened);
    }
    void write(const std::string& path, const std::string& bytes) const {
        std::ofstream{dir_.path() / "ring" / path, std::ios::binary} << bytes;
    }
    void keep(RingShelf& shelf, std::int64_t first_us, int pictures) const {
        const auto path = shelf.begin("cabin", first_us);
        ASSERT_TRUE(path) << path.error().message();
        write(*path, test::SmallMatroska::of(pictures).bytes());
        shelf.end(*path);
    }
    const test::TempDir dir_;
};

TEST_F(RingShelfTest, AWholeFileIsKnownByItsNameAcrossARestart) {
    const std::string bytes = test::SmallMatroska::of(50).bytes();
    {
        const auto shelf = open(limits());
        keep(*shelf, kNoonUs, 50);
        ASSERT_EQ(shelf->files().size(), 1U);
    }
    const auto files = open(limits())->files();
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0], (RingFile{"cabin", kNoonUs, 49 * 40, 50, bytes.size(),
                                  "cabin/1795000000000000-1960-50.mkv"}));
}

TEST_F(RingShelfTest, AFileThatACrashCutOffIsTakenInUpToItsLastWholePicture) {
    {
        const auto shelf = open(limits());
        const auto path = shelf->begin("cabin", kNoonUs);
        ASSERT_TRUE(path);
        const std::string bytes = test::SmallMatroska::of(50).bytes();
        write(*path, bytes.substr(0, bytes.size() - 5));
    }
    const auto files = open(limits())->files();
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].frames, 49U);
    EXPECT_EQ(std::filesystem::file_size(dir_.path() / "ring" / files[0].path), files[0].bytes);
}

TEST_F(RingShelfTest, OfAFileThatIsMoreThanMayBeSentTheFirstPartIsKept) {
    const auto shelf = open(limits());
    const auto path = shelf->begin("cabin", kNoonUs);
    ASSERT_TRUE(path);
    std::string bytes = test::SmallMatroska::of(50).bytes();
    bytes.resize(RingShelf::kFileBytesMax + 1, '\0');
    write(*path, bytes);
    shelf->end(*path);
    const auto files = shelf->files();
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].frames, 50U);
    EXPECT_EQ(std::filesystem::file_size(dir_.path() / "ring" / files[0].path), files[0].bytes);
}

TEST_F(RingShelfTest, AFileWithoutAWholePictureIsRemoved) {
    const auto shelf = open(limits());
    const auto path = shelf->begin("cabin", kNoonUs);
    ASSERT_TRUE(path);
    write(*path, test::SmallMatroska::of(1).bytes().substr(0, 30));
    shelf->end(*path);
    EXPECT_TRUE(shelf->files().empty());
    EXPECT_TRUE(std::filesystem::is_empty(dir_.path() / "ring" / "cabin"));
}

TEST_F(RingShelfTest, BeyondItsBytesTheOldestGo) {
    RingLimits small = limits();
    small.bytes_max = 3 * test::SmallMatroska::of(25).bytes().size();
    const auto shelf = open(small);
    for (int i = 0; i < 5; ++i) {
        keep(*shelf, kNoonUs + i * kSecondUs, 25);
    }
    shelf->keep_limits(kNoonUs + 10 * kSecondUs);
    const auto files = shelf->files();
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(files.front().first_us, kNoonUs + 2 * kSecondUs);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{dir_.path() / "ring" / "cabin"},
                            std::filesystem::directory_iterator{}),
              3);
}

TEST_F(RingShelfTest, WhatIsBeingWrittenCountsToo) {
    RingLimits small = limits();
    small.bytes_max = 2 * test::SmallMatroska::of(25).bytes().size();
    const auto shelf = open(small);
    keep(*shelf, kNoonUs, 25);
    keep(*shelf, kNoonUs + kSecondUs, 25);
    const auto path = shelf->begin("front", kNoonUs + 2 * kSecondUs);
    write(*path, test::SmallMatroska::of(25).bytes());
    shelf->keep_limits(kNoonUs + 3 * kSecondUs);
    EXPECT_EQ(shelf->files().size(), 1U);
}

TEST_F(RingShelfTest, WhatIsTooOldGoes) {
    const auto shelf = open(limits());
    keep(*shelf, kNoonUs, 25);
    keep(*shelf, kNoonUs + 3600 * kSecondUs, 25);
    shelf->keep_limits(kNoonUs + 24 * 7 * 3600 * kSecondUs + 1);
    ASSERT_EQ(shelf->files().size(), 1U);
    EXPECT_EQ(shelf->files()[0].first_us, kNoonUs + 3600 * kSecondUs);
}

TEST_F(RingShelfTest, ADiskWithoutRoomKeepsItForOthers) {
    {
        const auto shelf = open(limits());
        keep(*shelf, kNoonUs, 25);
    }
    RingLimits full = limits();
    full.free_bytes_min = UINT64_MAX / 2;
    const auto shelf = open(full);
    EXPECT_FALSE(shelf->has_room());
    const auto path = shelf->begin("cabin", kNoonUs + kSecondUs);
    ASSERT_FALSE(path);
    EXPECT_EQ(path.error().code, Code::full);
    EXPECT_TRUE(shelf->files().empty()) << "the ring gives up its own first";
}

TEST_F(RingShelfTest, AFileThatWasTakenOverIsForgottenInTheFolderAsWell) {
    const auto shelf = open(limits());
    keep(*shelf, kNoonUs, 25);
    keep(*shelf, kNoonUs + kSecondUs, 25);
    shelf->remove(shelf->files()[1]);
    ASSERT_EQ(shelf->files().size(), 1U);
    EXPECT_EQ(open(limits())->files(), shelf->files());
}

TEST_F(RingShelfTest, ANameThatIsNoCamerasMakesNoFile) {
    const auto shelf = open(limits());
    EXPECT_FALSE(shelf->begin("../cabin", kNoonUs));
}

} // namespace
} // namespace ems::vehicle
