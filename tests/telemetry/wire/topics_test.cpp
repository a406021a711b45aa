#include <gtest/gtest.h>

#include "telemetry/wire/topics.h"

namespace ems::wire {
namespace {

const RegionCode kRegion = RegionCode::parse("140802").value();
const VehicleId kVid = VehicleId::parse("amb-fc01").value();

TEST(TopicsTest, EveryKindParsesBackToWhatItWasBuiltFrom) {
    for (const UpKind kind : {UpKind::birth, UpKind::state, UpKind::evt, UpKind::gps, UpKind::vit,
                              UpKind::wav, UpKind::gap, UpKind::bf, UpKind::hb}) {
        const Topic topic = parse_topic(up_topic(kRegion, kVid, kind)).value();
        EXPECT_EQ(std::get<UpTopic>(topic), (UpTopic{kRegion, kVid, kind}));
    }
    for (const DownKind kind : {DownKind::ack, DownKind::cmd, DownKind::cfg, DownKind::watch,
                                DownKind::time, DownKind::media, DownKind::hb}) {
        const Topic topic = parse_topic(down_topic(kRegion, kVid, kind)).value();
        EXPECT_EQ(std::get<DownTopic>(topic), (DownTopic{kRegion, kVid, kind}));
    }
    EXPECT_EQ(std::get<ServerStateTopic>(parse_topic(server_state_topic(kRegion)).value()),
              (ServerStateTopic{kRegion}));
}

TEST(TopicsTest, TextIsWhatTheContractSays) {
    EXPECT_EQ(up_topic(kRegion, kVid, UpKind::evt), "ems/v1/140802/amb-fc01/u/evt");
    EXPECT_EQ(down_topic(kRegion, kVid, DownKind::cmd), "ems/v1/140802/amb-fc01/d/cmd");
    EXPECT_EQ(up_filter(kRegion, UpKind::hb), "ems/v1/140802/+/u/hb");
    EXPECT_EQ(up_filter(kRegion), "ems/v1/140802/+/u/#");
    EXPECT_EQ(down_filter(kRegion, kVid), "ems/v1/140802/amb-fc01/d/#");
    EXPECT_EQ(server_state_topic(kRegion), "ems/v1/140802/srv/state");
}

TEST(TopicsTest, RefusesEverythingElse) {
    for (const char* text :
         {"", "ems", "ems/v1/", "ems/v2/140802/amb-fc01/u/evt", "ems/v1/14080/amb-fc01/u/evt",
          "ems/v1/140802/amb-fc01/u", "ems/v1/140802/amb-fc01/u/", "ems/v1/140802/amb-fc01/u/cmd",
          "ems/v1/140802/amb-fc01/d/evt", "ems/v1/140802/amb-fc01/u/evt/x",
          "ems/v1/140802/AMB/u/evt", "ems/v1/140802/+/u/evt", "ems/v1/140802//u/evt",
          "ems/v1/140802/srv/state/x", "/ems/v1/140802/amb-fc01/u/evt"}) {
        EXPECT_FALSE(parse_topic(text)) << text;
    }
    EXPECT_FALSE(parse_topic("ems/v1/140802/" + std::string(200, 'a') + "/u/evt"));
}

} // namespace
} // namespace ems::wire
