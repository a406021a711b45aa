#include "console/model/address_words.h"

#include <string>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

TEST(WithoutTownship, TheVillageIsWhatIsLeft) {
    EXPECT_EQ(without_township("冯村乡 杨家卓村 小学西"), "杨家卓村 小学西");
    EXPECT_EQ(without_township("泓芝驿镇寨里村"), "寨里村");
    EXPECT_EQ(without_township("大渠街道办事处 北街"), "北街");
}

TEST(WithoutTownship, AnAddressWithoutOneStaysWhole) {
    EXPECT_EQ(without_township("杨家卓村"), "杨家卓村");
    EXPECT_EQ(without_township("解州镇"), "解州镇") << "nothing stands behind it";
    EXPECT_EQ(without_township("南乡村 三组"), "南乡村 三组") << "a village of that name";
    EXPECT_EQ(without_township(""), "");
}

TEST(SaidWay, IsReadAsCallersSayIt) {
    const auto way = said_way("西 300 米");
    ASSERT_TRUE(way);
    EXPECT_DOUBLE_EQ(way->course_deg, 270);
    EXPECT_DOUBLE_EQ(way->distance_m, 300);
    EXPECT_EQ(way->from, 0U);
    EXPECT_DOUBLE_EQ(said_way("西北约1.2公里")->course_deg, 315);
    EXPECT_DOUBLE_EQ(said_way("西北约1.2公里")->distance_m, 1'200);
    EXPECT_DOUBLE_EQ(said_way("往东边走 2 里")->distance_m, 1'000);
    EXPECT_DOUBLE_EQ(said_way("正南 80 m")->course_deg, 180);
    EXPECT_DOUBLE_EQ(said_way("school NW 300 m")->course_deg, 315);
}

TEST(SaidWay, IsNotReadOutOfWhatSaysNone) {
    EXPECT_FALSE(said_way("西张耿村"));
    EXPECT_FALSE(said_way("胸痛 40 min"));
    EXPECT_FALSE(said_way("E 10 min"));
    EXPECT_FALSE(said_way("TOWN 300 m")) << "no word of its own";
    EXPECT_FALSE(said_way("西 300 号"));
    EXPECT_FALSE(said_way("西 300 公里")) << "in another county";
    EXPECT_FALSE(said_way("西 0 米"));
}

TEST(SaidWay, CountsRightBehindTheNameAndNotBehindALandmark) {
    EXPECT_TRUE(way_from("冯村乡张庄 西 300 米", "张庄"));
    EXPECT_TRUE(way_from("张庄村往西300米", "张庄"));
    EXPECT_TRUE(way_from("张庄西300米", "张庄村"));
    EXPECT_FALSE(way_from("张庄 小学西 300 m", "张庄")) << "from a school that the map does not know";
    EXPECT_FALSE(way_from("别处西300米", "张庄"));
}

TEST(SaidWay, GoesThatFarThatWay) {
    const GeoPoint from{35, 111};
    const GeoPoint north = gone(from, {0, 1'111.95, 0, 0});
    EXPECT_NEAR(north.lat, 35.01, 1e-6);
    EXPECT_NEAR(north.lon, 111, 1e-9);
    const GeoPoint west = gone(from, {270, 1'000, 0, 0});
    EXPECT_NEAR(west.lat, 35, 1e-9);
    EXPECT_NEAR(west.lon, 110.98902, 1e-4);
}

} // namespace
} // namespace ems::console
