#include "telemetry/base/ids.h"

#include <gtest/gtest.h>

namespace ems {
namespace {

TEST(VehicleId, AcceptsCommonNamesOfCertificates) {
    EXPECT_TRUE(VehicleId::parse("amb-xz01"));
    EXPECT_TRUE(VehicleId::parse(std::string(32, 'a')));
}

TEST(VehicleId, RefusesWhatCouldChangeATopicOrAPath) {
    for (const char* text : {"", "+", "#", "a/b", "A", "../x", "a b", "amb_01"}) {
        EXPECT_FALSE(VehicleId::parse(text)) << text;
    }
    EXPECT_FALSE(VehicleId::parse(std::string(33, 'a')));
}

TEST(RegionCode, IsSixDigits) {
    EXPECT_TRUE(RegionCode::parse("140802"));
    EXPECT_FALSE(RegionCode::parse("14080"));
    EXPECT_FALSE(RegionCode::parse("14080x"));
}

} // namespace
} // namespace ems
