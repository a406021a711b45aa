#include "telemetry/wire/caller_phone.h"

#include <gtest/gtest.h>

namespace ems::wire {
namespace {

TEST(CallerPhone, IsDigitsAlone) {
    for (const char* good : {"120", "13912343462", "+8613912343462", "03592022120", "12345678901234567890"}) {
        EXPECT_TRUE(is_caller_phone(good)) << good;
    }
    for (const char* bad : {"", "+", "12", "+12", "139 1234 3462", "0359-2022120", "1391234346x", "139123\n43462", "+ 123",
                            "１３９", "123456789012345678901", "++123", "张三"}) {
        EXPECT_FALSE(is_caller_phone(bad)) << bad;
    }
}

TEST(CallerPhone, IsDialledHoweverItWasWritten) {
    EXPECT_EQ(dialled("139 1234 3462"), "13912343462");
    EXPECT_EQ(dialled("(0359)-202 2120"), "03592022120");
    EXPECT_EQ(dialled("+86-13912343462"), "+8613912343462");
}

TEST(CallerPhone, ThatNobodyCanDialIsNone) {
    for (const char* none : {"", "not known", "120 or 121", "139****3462", "12"}) {
        EXPECT_EQ(dialled(none), "") << none;
    }
}

} // namespace
} // namespace ems::wire
