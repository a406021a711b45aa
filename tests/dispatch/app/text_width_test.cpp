#include "dispatch/app/ctl/text_width.h"

#include <random>

#include <gtest/gtest.h>

namespace ems::ctl {
namespace {

TEST(TextWidth, ChineseTakesTwoColumnsAndCombiningMarksNone) {
    EXPECT_EQ(width_of("amb-01"), 6U);
    EXPECT_EQ(width_of("席张01"), 6U);
    EXPECT_EQ(width_of("，。（）"), 8U);
    EXPECT_EQ(width_of("𠮷"), 2U);
    EXPECT_EQ(width_of("é"), 1U);
    EXPECT_EQ(width_of("e\u0301"), 1U);
    EXPECT_EQ(width_of("ｱ"), 1U) << "half-width katakana";
    EXPECT_EQ(width_of("🚑"), 2U);
}

TEST(TextWidth, ACutNeverHalvesACharacter) {
    EXPECT_EQ(cut("席张01", 3), "席");
    EXPECT_EQ(cut("席张01", 4), "席张");
    EXPECT_EQ(cut("席张01", 5), "席张0");
    EXPECT_EQ(cut("abc", 0), "");
}

TEST(TextWidth, FilledTextHasExactlyItsColumns) {
    EXPECT_EQ(left("席张", 6), "席张  ");
    EXPECT_EQ(right("席张", 6), "  席张");
    EXPECT_EQ(left("席张", 3), "席 ");
    EXPECT_EQ(right("1234", 3), "123");
}

TEST(TextWidth, WhatWouldMoveTheCursorBecomesAQuestionMark) {
    EXPECT_EQ(cut("a\x1b[2Jb\nc\x7f\xc2\x9b", 20), "a?[2Jb?c??");
    EXPECT_EQ(cut("\xff\xe8\xbd|\xc0\x80\xed\xa0\x80", 20), "???|?????");
    EXPECT_EQ(cut("a\u202e"
                  "b",
                  20),
              "a?b")
        << "turns the direction of all that follows";
}

TEST(TextWidth, AnyBytesFillTheirColumns) {
    std::mt19937_64 random{120};
    for (int round = 0; round < 5000; ++round) {
        std::string bytes;
        for (std::size_t n = random() % 12; n > 0; --n) {
            bytes +=
                random() % 3 == 0 ? std::string{"车"} : std::string(1, static_cast<char>(random()));
        }
        const std::size_t columns = random() % 10;
        const std::string shown = left(bytes, columns);
        ASSERT_EQ(width_of(shown), columns);
        ASSERT_EQ(cut(shown, columns), shown) << "showing it twice changes nothing";
    }
}

} // namespace
} // namespace ems::ctl
