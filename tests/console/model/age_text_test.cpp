#include "console/model/age_text.h"

#include <gtest/gtest.h>

namespace ems::console {
namespace {

TEST(AgeText, YearsStandAloneAndMonthsHaveTheirMark) {
    EXPECT_EQ(parse_age("58")->number, 58U);
    EXPECT_EQ(parse_age("58")->unit, AgeUnit::years);
    for (const char* text : {"8m", "8M", "8月", "8个月"}) {
        const auto age = parse_age(text);
        ASSERT_TRUE(age) << text;
        EXPECT_EQ(age->number, 8U);
        EXPECT_EQ(age->unit, AgeUnit::months);
    }
    EXPECT_EQ(parse_age("0m")->unit, AgeUnit::months) << "born today";
    EXPECT_EQ(parse_age("")->number, 0U);
    EXPECT_EQ(parse_age("")->unit, AgeUnit::years) << "unknown";
}

TEST(AgeText, WhatIsNoAgeIsNone) {
    for (const char* text : {"131", "100m", "m", "8个", "8 m", "x", "-1", "8mm"}) {
        EXPECT_FALSE(parse_age(text)) << text;
    }
}

TEST(AgeText, IsWrittenAsItIsRead) {
    for (const char* text : {"", "1", "58", "0m", "8m", "14m"}) {
        EXPECT_EQ(written_age(*parse_age(text)), text);
    }
}

} // namespace
} // namespace ems::console
