#include "telemetry/gateway/reassembly.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "tests/telemetry/gateway/terminal.h"

namespace ems::gateway {
namespace {

using namespace std::chrono_literals;

constexpr Ticks kStart{};

Frame part(std::uint16_t first_serial, std::uint16_t total, std::uint16_t index,
           const std::string& body) {
    Header header =
        test::header(id::kLocationBatch, static_cast<std::uint16_t>(first_serial + index - 1));
    header.part = Part{total, index};
    return {header, body};
}

TEST(Jt808Reassembly, PassesWhatIsNoPart) {
    Reassembly reassembly;
    const auto whole = reassembly.add({test::header(id::kHeartbeat, 9), "abc"}, kStart).value();
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->body, "abc");
    EXPECT_EQ(whole->serials, std::vector<std::uint16_t>{9});
}

TEST(Jt808Reassembly, JoinsPartsInAnyOrderAndRepeated) {
    std::vector<std::uint16_t> order{1, 2, 3, 4, 4, 1};
    std::mt19937_64 random{7};
    for (int round = 0; round < 50; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        Reassembly reassembly;
        std::optional<Assembled> whole;
        for (const std::uint16_t index : order) {
            auto got = reassembly.add(part(65'534, 4, index, "part" + std::to_string(index) + ";"),
                                      kStart);
            ASSERT_TRUE(got);
            if (*got) {
                whole = std::move(*got);
                break; // a part repeated later would open the message anew
            }
        }
        ASSERT_TRUE(whole);
        EXPECT_EQ(whole->body, "part1;part2;part3;part4;");
        EXPECT_EQ(whole->header.serial, 65'534);
        EXPECT_FALSE(whole->header.part);
        EXPECT_EQ(whole->serials, (std::vector<std::uint16_t>{65'534, 65'535, 0, 1}))
            << "serials wrap";
    }
}

TEST(Jt808Reassembly, KeepsMessagesOfTwoPhonesApart) {
    Reassembly reassembly;
    Frame other = part(10, 2, 2, "other");
    other.header.phone = test::phone("013511229999");
    EXPECT_FALSE(*reassembly.add(part(10, 2, 1, "mine"), kStart));
    EXPECT_FALSE(*reassembly.add(other, kStart));
    EXPECT_EQ(reassembly.open_count(), 2U);
    EXPECT_EQ(reassembly.add(part(10, 2, 2, "too"), kStart).value()->body, "minetoo");
}

TEST(Jt808Reassembly, DropsWhatIsNotWholeInTime) {
    Reassembly reassembly;
    EXPECT_FALSE(*reassembly.add(part(10, 2, 1, "a"), kStart));
    EXPECT_EQ(reassembly.missing(kStart + kAssembleWithin - 1ms).size(), 1U);
    EXPECT_EQ(reassembly.open_count(), 1U);
    EXPECT_TRUE(reassembly.missing(kStart + kAssembleWithin).empty());
    EXPECT_EQ(reassembly.open_count(), 0U);
    EXPECT_EQ(reassembly.dropped(), 1U);
    EXPECT_FALSE(*reassembly.add(part(10, 2, 2, "b"), kStart + kAssembleWithin));
}

TEST(Jt808Reassembly, AsksOnceForWhatIsMissing) {
    Reassembly reassembly;
    EXPECT_FALSE(*reassembly.add(part(65'535, 4, 3, "c"), kStart));
    EXPECT_FALSE(*reassembly.add(part(65'535, 4, 1, "a"), kStart + 1s));
    EXPECT_TRUE(reassembly.missing(kStart + 1s + kAskAgainAfter - 1ms).empty());
    const auto missing = reassembly.missing(kStart + 1s + kAskAgainAfter);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].request, (ResendParts{65'535, {2, 4}}));
    EXPECT_EQ(missing[0].header.phone, test::header(0, 0).phone);
    EXPECT_TRUE(reassembly.missing(kStart + 10s).empty());
}

TEST(Jt808Reassembly, IsBoundedInPartsAndMessages) {
    Reassembly reassembly;
    EXPECT_EQ(reassembly.add(part(1, kPartsMax + 1, 1, "x"), kStart).error().code,
              Code::out_of_range);
    for (std::uint16_t i = 0; i < 1000; ++i) {
        const auto serial = static_cast<std::uint16_t>(i * 40);
        EXPECT_FALSE(*reassembly.add(part(serial, kPartsMax, 1, std::string(kBodySizeMax, 'x')),
                                     kStart + std::chrono::milliseconds{i}));
        ASSERT_LE(reassembly.open_count(), kMessagesOpenMax);
    }
    EXPECT_EQ(reassembly.dropped(), 1000 - kMessagesOpenMax);
    // The newest are those that stayed.
    for (std::uint16_t index = 2; index < kPartsMax; ++index) {
        EXPECT_FALSE(*reassembly.add(part(39'960, kPartsMax, index, "y"), kStart + 1s));
    }
    EXPECT_TRUE(*reassembly.add(part(39'960, kPartsMax, kPartsMax, "y"), kStart + 1s));
}

} // namespace
} // namespace ems::gateway
