#include "vehicle/agent/power_supply.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

class PowerSupplyTest : public testing::Test {
  protected:
    void supply(const std::string& name, const std::string& type, const std::string& capacity,
                const std::string& status, const std::string& scope = "") {
        const auto folder = dir_.path() / name;
        std::filesystem::create_directory(folder);
        std::ofstream{folder / "type"} << type << "\n";
        std::ofstream{folder / "capacity"} << capacity << "\n";
        std::ofstream{folder / "status"} << status << "\n";
        if (!scope.empty()) {
            std::ofstream{folder / "scope"} << scope << "\n";
        }
    }
    test::TempDir dir_;
};

TEST_F(PowerSupplyTest, TheBatteryWithTheLeastChargeIsTold) {
    supply("AC", "Mains", "", "");
    supply("BAT0", "Battery", "80", "Discharging");
    supply("BAT1", "Battery", "18", "Discharging");
    supply("hid", "Battery", "3", "Discharging", "Device");
    const auto battery = read_battery(dir_.path());
    ASSERT_TRUE(battery);
    EXPECT_EQ(battery->capacity_pct, 18);
    EXPECT_TRUE(battery->discharging);
}

TEST_F(PowerSupplyTest, WhatCannotBeReadIsNoBattery) {
    EXPECT_FALSE(read_battery(dir_.path() / "none"));
    EXPECT_FALSE(read_battery(dir_.path()));
    for (const char* capacity : {"", "low", "-1", "101", "20x"}) {
        supply("BAT0", "Battery", capacity, "Discharging");
        EXPECT_FALSE(read_battery(dir_.path())) << capacity;
    }
}

TEST(BatteryWatch, IsLowFromTwentyPerCentUntilItChargesOrIsAboveTwentyFive) {
    BatteryWatch watch;
    EXPECT_FALSE(watch.judge(Battery{21, true}));
    EXPECT_TRUE(watch.judge(Battery{20, true}));
    EXPECT_TRUE(watch.judge(Battery{25, true}));
    EXPECT_FALSE(watch.judge(Battery{26, true}));
    EXPECT_FALSE(watch.judge(Battery{25, true}));
    EXPECT_TRUE(watch.judge(Battery{5, true}));
    EXPECT_FALSE(watch.judge(Battery{5, false})) << "it charges";
    EXPECT_TRUE(watch.judge(Battery{5, true}));
    EXPECT_FALSE(watch.judge(std::nullopt)) << "not known";
}

} // namespace
} // namespace ems::vehicle
