#include "telemetry/base/error.h"

#include <gtest/gtest.h>
#include <set>

namespace ems {
namespace {

TEST(ErrorCodes, NumbersAndNamesAreUniqueAndEveryCodeHasBothTexts) {
    std::set<int> numbers;
    std::set<std::string_view> names;
    for (int number = 0; number < 1000; ++number) {
        const Code code = static_cast<Code>(number);
        if (code_name(code) == "unknown") {
            continue;
        }
        EXPECT_TRUE(numbers.insert(number).second);
        EXPECT_TRUE(names.insert(code_name(code)).second) << code_name(code);
        EXPECT_FALSE(code_text_en(code).empty());
        EXPECT_FALSE(code_text_zh(code).empty());
    }
    EXPECT_GE(numbers.size(), 30U);
}

} // namespace
} // namespace ems
