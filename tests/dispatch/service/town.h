// A town drawn in characters, its roads as a server opens them, and one crew that drives in it. One
// character is 100 m and 10 s.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/service/advice.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/roads.h"
#include "map/hierarchy/node_order.h"
#include "tests/map/ascii_map.h"
#include "tests/support/temp_dir.h"

namespace ems::dispatch::test {

inline constexpr std::int64_t kSecondUs = 1'000'000;
inline constexpr std::int64_t kStartUs = 1'773'830'536 * kSecondUs;
inline constexpr UnitId kCrew{1};
inline constexpr IncidentId kCase{34};
inline constexpr AssignmentId kTask{7};

class Town : public testing::Test {
  protected:
    explicit Town(const std::vector<std::string>& drawn) : town_(drawn) {
        const map::RoadGraph graph = town_.graph();
        const std::string folder = dir_.path().string();
        EXPECT_TRUE(graph.save(folder + "/roads.graph"));
        EXPECT_TRUE(
            map::save_node_order(graph, map::find_node_order(graph), folder + "/roads.order"));
        auto opened = Roads::open(folder);
        EXPECT_TRUE(opened);
        roads_ = std::move(*opened);
        registry_.units.push_back(
            {.id = kCrew, .name = "中心01", .vid = "amb-zx01", .station = {}, .turnout_s = 60});
        fleet_ = std::make_unique<Fleet>(registry_, roads_.get());
        UnitRow unit;
        unit.id = kCrew;
        world_.units[kCrew] = unit;
    }

    // A share of the way from one to the other, and metres north of there.
    map::Wgs84 between(char a, char b, double share, double north_m = 0) const {
        const map::Wgs84 from = town_.at(a);
        const map::Wgs84 to = town_.at(b);
        return map::LocalProjection{
            {from.lat + (to.lat - from.lat) * share, from.lon + (to.lon - from.lon) * share}}
            .to_wgs84({0, north_m});
    }
    void fix(map::Wgs84 at, std::int64_t us, std::uint32_t speed_cm_s = 0) {
        wire::Envelope envelope;
        envelope.set_spool(1);
        envelope.set_seq(++seq_);
        envelope.set_t_us(us);
        const PlaceE7 place = to_place(at);
        wire::Position position;
        position.set_lat_e7(place.lat_e7);
        position.set_lon_e7(place.lon_e7);
        position.set_fix_mode(3);
        position.set_speed_cm_s(speed_cm_s);
        ASSERT_TRUE(fleet_->moved(kCrew, envelope, position, us));
    }
    void call_at(map::Wgs84 at) {
        IncidentRow& row = world_.incidents[kCase];
        row.id = kCase;
        row.place = to_place(at);
    }
    void task(UnitState state) {
        AssignmentRow& row = world_.assignments[kTask];
        row.id = kTask;
        row.incident = kCase;
        row.unit = kCrew;
        row.created_us = kStartUs;
        UnitRow& unit = world_.units[kCrew];
        unit.state = state;
        unit.incident = kCase;
        unit.assignment = kTask;
    }
    api::Recommendation advice(std::int64_t us, const StationZones* zones = nullptr) {
        AdviceInput input{world_, *fleet_, registry_, roads_.get(), us, history_};
        input.zones = zones;
        return advise(input, world_.incidents.at(kCase));
    }

    ems::test::TempDir dir_;
    map::test::AsciiMap town_;
    std::unique_ptr<Roads> roads_;
    Registry registry_;
    std::unique_ptr<Fleet> fleet_;
    World world_;
    ReleaseHistory history_;
    std::uint64_t seq_{0};
};

} // namespace ems::dispatch::test
