#include "telemetry/video/matroska.h"

#include <random>

#include <gtest/gtest.h>

#include "tests/support/small_matroska.h"

namespace ems::video {
namespace {

using test::SmallMatroska;

Result<MatroskaContent> read(const std::string& bytes) {
    return read_matroska({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

TEST(Matroska, PicturesAndLengthOfAWholeFileAreKnown) {
    const std::string bytes = SmallMatroska::of(60).bytes();
    const auto content = read(bytes);
    ASSERT_TRUE(content) << content.error().message();
    EXPECT_EQ(content->bytes, bytes.size());
    EXPECT_EQ(content->frames, 60U);
    EXPECT_EQ(content->length_ms, 59 * 40);
}

TEST(Matroska, AFileCutOffAnywhereKeepsItsWholePictures) {
    const std::string whole = SmallMatroska::of(30).bytes();
    const std::size_t first_picture = read(SmallMatroska::of(1).bytes())->bytes;
    for (std::size_t size = first_picture; size < whole.size(); ++size) {
        const auto content = read(whole.substr(0, size));
        ASSERT_TRUE(content) << size;
        EXPECT_LE(content->bytes, size);
        EXPECT_EQ(read(whole.substr(0, content->bytes))->frames, content->frames);
        EXPECT_EQ(read(whole.substr(0, content->bytes))->bytes, content->bytes);
    }
}

TEST(Matroska, WhatALossOfPowerLeftBehindTheLastPictureIsNotItsContent) {
    const std::string whole = SmallMatroska::of(30).bytes();
    const auto content = read(whole + std::string(4096, '\0'));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->bytes, whole.size());
    EXPECT_EQ(content->frames, 30U);
}

TEST(Matroska, AFileThatBeginsWithoutAKeyFrameIsRefused) {
    SmallMatroska file;
    file.cluster(0).picture(0, "");
    EXPECT_EQ(read(file.bytes()).error().code, Code::malformed);
}

TEST(Matroska, OtherContentIsRefused) {
    EXPECT_FALSE(read(""));
    EXPECT_FALSE(read("RIFF....WAVE"));
    std::string other = SmallMatroska::of(3).bytes();
    other.replace(other.find("V_MPEG4/ISO/AVC"), 15, "V_MPEG4/ISO/ASP");
    EXPECT_FALSE(read(other));
    std::string web = SmallMatroska::of(3).bytes();
    web.replace(web.find("matroska"), 8, "webm\0\0\0\0");
    EXPECT_FALSE(read(web));
}

TEST(Matroska, APictureWhoseUnitsDoNotFillItEndsTheFile) {
    SmallMatroska file;
    file.cluster(0).picture(0).picture(40, "");
    std::string bytes = file.bytes();
    bytes[bytes.size() - 3] = '\x07'; // length of the NAL unit
    const auto content = read(bytes);
    ASSERT_TRUE(content);
    EXPECT_EQ(content->frames, 1U);
}

TEST(Matroska, TimesThatFallEndTheFile) {
    SmallMatroska file;
    file.cluster(0).picture(0).picture(80, "").picture(40, "");
    EXPECT_EQ(read(file.bytes())->frames, 2U);
}

TEST(Matroska, DamagedBytesNeverClaimMoreThanThereIs) {
    const std::string whole = SmallMatroska::of(40).bytes();
    std::mt19937 random{7};
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = whole.substr(0, random() % (whole.size() + 1));
        for (int flips = 0; flips < 3 && !bytes.empty(); ++flips) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        if (const auto content = read(bytes)) {
            ASSERT_LE(content->bytes, bytes.size());
            ASSERT_LE(content->frames, 40U);
            ASSERT_LE(content->length_ms, kMatroskaLengthMaxMs);
        }
    }
}

} // namespace
} // namespace ems::video
