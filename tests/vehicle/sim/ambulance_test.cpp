#include "vehicle/sim/ambulance.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "tests/map/ascii_map.h"
#include "tests/support/temp_dir.h"
#include "vehicle/sim/road_planner.h"
#include "vehicle/sim/sim_state.pb.h"
#include "vehicle/sim/state_file.h"

namespace ems::sim {
namespace {

// One village street of 100 m pieces at 36 km/h.
//   S station, A scene, H hospital
const map::test::AsciiMap& town() {
    static const map::test::AsciiMap drawn{{
        "S-------------b---------A",
        "              |          ",
        "              |          ",
        "              c---------H",
    }};
    return drawn;
}

class AmbulanceTest : public testing::Test {
  protected:
    AmbulanceTest() : roads_(town().graph()) {}

    [[nodiscard]] static Ambulance make(std::uint64_t seed = 7) {
        return Ambulance{
            {*VehicleId::parse("amb-xz01"), seed, town().at('S'), town().at('S'), town().at('H')}};
    }

    static TerminalView order(const std::string& command = "cmd-1") {
        TerminalView view;
        view.has_order = true;
        view.command_id = command;
        view.incident_id = 34;
        view.assignment_id = 17;
        view.complaint = "胸痛";
        view.scene = town().at('A');
        view.hospital = town().at('H');
        return view;
    }

    // Runs until nothing is left to do; every press is stored after it was offered. Gives the
    // buttons with their times.
    std::vector<std::pair<Button, double>> play(Ambulance& ambulance, double step_s,
                                                double limit_s = 20'000) {
        std::vector<std::pair<Button, double>> out;
        for (; time_s_ < limit_s; time_s_ += step_s) {
            ambulance.step(step_s, 1, roads_);
            if (const Press* press = ambulance.pending()) {
                out.emplace_back(press->button, time_s_);
                ids_.push_back(press->event_id);
                ambulance.on_stored(std::string{press->event_id});
            }
            if (ambulance.phase() == Phase::idle) {
                break;
            }
        }
        return out;
    }

    RoadPlanner roads_;
    double time_s_{0};
    std::vector<std::string> ids_;
};

TEST_F(AmbulanceTest, CrewPressesEveryButtonInOrder) {
    Ambulance ambulance = make();
    ambulance.on_view(order(), 0);
    const auto presses = play(ambulance, 0.1);
    const std::vector<Button> wanted{Button::accept,     Button::en_route,     Button::at_scene,
                                     Button::at_patient, Button::transporting, Button::at_hospital,
                                     Button::handover,   Button::clearing,     Button::returning,
                                     Button::available};
    ASSERT_EQ(presses.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(presses[i].first, wanted[i]) << button_name(presses[i].first);
    }
    EXPECT_LT(map::distance_m(ambulance.motion().at, town().at('S')), 5);
    // every press has its own identity of the form of a UUID
    std::sort(ids_.begin(), ids_.end());
    EXPECT_EQ(std::unique(ids_.begin(), ids_.end()), ids_.end());
    EXPECT_EQ(ids_[0].size(), 36U);
    EXPECT_EQ(ids_[0][14], '8');
}

// 24 pieces of 100 m at 10 m/s to the scene.
TEST_F(AmbulanceTest, DriveTakesTheTimeOfTheRoadAtAnySpeed) {
    for (const double scale : {1.0, 8.0, 60.0}) {
        Ambulance ambulance = make();
        time_s_ = 0;
        ambulance.on_view(order(), 0);
        const auto presses = play(ambulance, 0.02 * scale);
        std::map<Button, double> at{presses.begin(), presses.end()};
        const double drive_s = at.at(Button::at_scene) - at.at(Button::en_route);
        EXPECT_NEAR(drive_s, 240, 240 * 0.02) << scale;
        const double transport_s = at.at(Button::at_hospital) - at.at(Button::transporting);
        EXPECT_NEAR(transport_s, 230, 230 * 0.02) << scale;
    }
}

TEST_F(AmbulanceTest, PatientIsAttachedFromContactToHandover) {
    Ambulance ambulance = make();
    ambulance.on_view(order(), 0);
    bool seen = false;
    for (int i = 0; i < 100'000 && ambulance.phase() != Phase::clearing; ++i) {
        ambulance.step(0.1, 1, roads_);
        const bool with_patient =
            ambulance.phase() >= Phase::treating && ambulance.phase() <= Phase::handing_over;
        EXPECT_EQ(ambulance.patient().has_value(), with_patient);
        if (with_patient) {
            EXPECT_EQ(ambulance.patient()->scenario->name, "chest_pain");
            seen = true;
        }
        if (const Press* press = ambulance.pending()) {
            ambulance.on_stored(std::string{press->event_id});
        }
    }
    EXPECT_TRUE(seen);
}

TEST_F(AmbulanceTest, PressIsOfferedUntilItIsStored) {
    Ambulance ambulance = make();
    ambulance.on_view(order(), 0);
    for (int i = 0; i < 1000; ++i) {
        ambulance.step(0.1, 1, roads_);
    }
    ASSERT_NE(ambulance.pending(), nullptr);
    const std::string id = ambulance.pending()->event_id;
    EXPECT_EQ(ambulance.pending()->button, Button::accept);
    EXPECT_EQ(ambulance.phase(), Phase::considering); // nobody drives off unacknowledged
    ambulance.on_stored("another");
    EXPECT_EQ(ambulance.pending()->event_id, id);
    ambulance.on_stored(id);
    EXPECT_EQ(ambulance.pending(), nullptr);
    EXPECT_EQ(ambulance.phase(), Phase::turning_out);
}

TEST_F(AmbulanceTest, SameOrderSeenAgainStartsNothing) {
    Ambulance ambulance = make();
    ambulance.on_view(order(), 0);
    play(ambulance, 0.5);
    ambulance.on_view(order(), 100);
    EXPECT_EQ(ambulance.phase(), Phase::idle);
    ambulance.on_view(order("cmd-2"), 101);
    EXPECT_EQ(ambulance.phase(), Phase::considering);
}

TEST_F(AmbulanceTest, CancelledOrderTurnsTheCrewRound) {
    Ambulance ambulance = make();
    ambulance.on_view(order(), 0);
    while (ambulance.phase() != Phase::to_scene) {
        ambulance.step(0.1, 1, roads_);
        if (const Press* press = ambulance.pending()) {
            ambulance.on_stored(std::string{press->event_id});
        }
    }
    for (int i = 0; i < 300; ++i) {
        ambulance.step(0.1, 1, roads_);
    }
    ambulance.on_view({}, 100);
    EXPECT_EQ(ambulance.phase(),
              Phase::to_scene); // one empty view may be a restart of ems-vehicled
    ambulance.on_view({}, 104);
    EXPECT_EQ(ambulance.phase(), Phase::to_station);
    EXPECT_EQ(ambulance.pending(), nullptr);
    const auto presses = play(ambulance, 0.1);
    ASSERT_EQ(presses.size(), 1U);
    EXPECT_EQ(presses[0].first, Button::available);
}

TEST_F(AmbulanceTest, NewOrderOnTheWayHomeIsTaken) {
    Ambulance ambulance = make();
    ambulance.on_view(order(), 0);
    while (ambulance.phase() != Phase::to_station) {
        ambulance.step(0.5, 1, roads_);
        if (const Press* press = ambulance.pending()) {
            ambulance.on_stored(std::string{press->event_id});
        }
    }
    for (int i = 0; i < 100; ++i) {
        ambulance.step(0.5, 1, roads_);
    }
    const map::Wgs84 at = ambulance.motion().at;
    ambulance.on_view(order("cmd-2"), 100);
    EXPECT_EQ(ambulance.phase(), Phase::considering);
    EXPECT_LT(map::distance_m(at, ambulance.motion().at), 1);
    EXPECT_GT(map::distance_m(at, town().at('S')), 100);
}

TEST_F(AmbulanceTest, ChangedDestinationLeadsToTheOtherHospital) {
    Ambulance ambulance = make();
    ambulance.on_view(order(), 0);
    while (ambulance.phase() != Phase::to_hospital) {
        ambulance.step(0.5, 1, roads_);
        if (const Press* press = ambulance.pending()) {
            ambulance.on_stored(std::string{press->event_id});
        }
    }
    for (int i = 0; i < 20; ++i) {
        ambulance.step(0.5, 1, roads_);
    }
    TerminalView changed = order();
    changed.hospital = town().at('S');
    ambulance.on_view(changed, 100);
    while (ambulance.phase() == Phase::to_hospital) {
        ambulance.step(0.5, 1, roads_);
    }
    EXPECT_LT(map::distance_m(ambulance.motion().at, town().at('S')), 5);
}

// Killed at any moment and restored from the file, the same story goes on with the same identities.
TEST_F(AmbulanceTest, StateFileBringsTheWholeStoryBack) {
    const test::TempDir dir;
    const std::string path = (dir.path() / "sim.state").string();
    Ambulance steady = make();
    steady.on_view(order(), 0);
    const auto wanted = play(steady, 0.5);
    const std::vector<std::string> wanted_ids = ids_;

    ids_.clear();
    time_s_ = 0;
    auto ambulance = std::make_unique<Ambulance>(make());
    ambulance->on_view(order(), 0);
    std::vector<std::pair<Button, double>> got;
    for (int i = 0; ambulance->phase() != Phase::idle; ++i) {
        const auto part = play(*ambulance, 0.5, time_s_ + 61);
        got.insert(got.end(), part.begin(), part.end());
        state::World world;
        world.set_version(kStateVersion);
        ambulance->save(*world.add_vehicles());
        ASSERT_TRUE(save_state(path, world));
        const Result<state::World> loaded = load_state(path);
        ASSERT_TRUE(loaded) << loaded.error().message();
        ambulance = std::make_unique<Ambulance>(make());
        ASSERT_TRUE(ambulance->restore(loaded->vehicles(0)));
        ASSERT_LT(i, 200);
    }
    EXPECT_EQ(ids_, wanted_ids);
    ASSERT_EQ(got.size(), wanted.size());
    EXPECT_NEAR(got.back().second, wanted.back().second, 10);
}

TEST_F(AmbulanceTest, DamagedOrForeignStateIsRefused) {
    const test::TempDir dir;
    const std::string path = (dir.path() / "sim.state").string();
    EXPECT_EQ(load_state(path).error().code, Code::not_found);
    state::World world;
    world.set_version(kStateVersion);
    make().save(*world.add_vehicles());
    ASSERT_TRUE(save_state(path, world));
    ASSERT_TRUE(load_state(path));
    const auto size = std::filesystem::file_size(path);
    std::filesystem::resize_file(path, size - 1);
    EXPECT_EQ(load_state(path).error().code, Code::corrupt);
    std::filesystem::resize_file(path, 0);
    EXPECT_EQ(load_state(path).error().code, Code::corrupt);

    state::Vehicle vehicle = world.vehicles(0);
    Ambulance ambulance = make();
    EXPECT_TRUE(ambulance.restore(vehicle));
    vehicle.set_phase(99);
    EXPECT_FALSE(ambulance.restore(vehicle));
    vehicle = world.vehicles(0);
    vehicle.set_vid("amb-fc01");
    EXPECT_FALSE(ambulance.restore(vehicle));
    vehicle = world.vehicles(0);
    vehicle.add_track_lat(1);
    EXPECT_FALSE(ambulance.restore(vehicle));
    vehicle = world.vehicles(0);
    vehicle.add_presses()->set_state(77);
    EXPECT_FALSE(ambulance.restore(vehicle));
}

TEST(Driver, StandsBeforeTheStartAndAfterTheEnd) {
    const Track track{{{35, 111}, {35, 111.01}, {35, 111.01}, {35.01, 111.01}},
                      {0, 10'000, 10'000, 20'000}};
    EXPECT_EQ(motion_on(track, -1).speed_m_s > 0, true); // at the start it is already rolling
    EXPECT_NEAR(motion_on(track, 5).at.lon, 111.005, 1e-9);
    EXPECT_NEAR(motion_on(track, 5).course_deg, 90, 0.1);
    EXPECT_NEAR(motion_on(track, 10).course_deg, 0, 0.1);
    EXPECT_EQ(motion_on(track, 99).speed_m_s, 0);
    EXPECT_EQ(motion_on(track, 99).at, (map::Wgs84{35.01, 111.01}));
}

TEST(RoadPlanner, DrivesTheYardAtWalkingPace) {
    RoadPlanner roads{town().graph()};
    map::Wgs84 yard = town().at('A');
    yard.lat += 0.0009; // 100 m north of the street
    const Result<Track> track = roads.plan(town().at('S'), yard);
    ASSERT_TRUE(track) << track.error().message();
    EXPECT_EQ(track->points.back(), yard);
    EXPECT_NEAR(track->duration_s(), 240 + 40, 3);
    EXPECT_FALSE(roads.plan(town().at('S'), {36, 112}));
}

TEST(FindPlace, ReadsCoordinatesAndPrefersStations) {
    const std::vector<map::Place> places{{map::PlaceKind::village, "冯村", {35.1, 111.1}, 0, ""},
                                         {map::PlaceKind::station, "冯村", {35.2, 111.2}, 0, ""}};
    EXPECT_EQ(*find_place(places, "冯村"), (map::Wgs84{35.2, 111.2}));
    EXPECT_EQ(*find_place(places, "35.5,111.5"), (map::Wgs84{35.5, 111.5}));
    EXPECT_EQ(find_place(places, "无此地").error().code, Code::not_found);
}

TerminalView posted(const std::string& command) {
    TerminalView view;
    view.posting_command_id = command;
    view.post = town().at('b');
    return view;
}

TEST_F(AmbulanceTest, GoesWhereItIsPostedSaysThatItIsThereAndWaits) {
    Ambulance ambulance = make();
    ambulance.on_view(posted("t1"), 0);
    EXPECT_EQ(ambulance.phase(), Phase::to_post);
    std::vector<Button> buttons;
    for (const auto& [button, at_s] : play(ambulance, 1, 2'000)) {
        buttons.push_back(button);
    }
    EXPECT_EQ(buttons, (std::vector{Button::accept_posting, Button::at_post}));
    EXPECT_EQ(ambulance.phase(), Phase::idle);
    EXPECT_LT(map::distance_m(ambulance.motion().at, town().at('b')), 60);
    ambulance.on_view(posted("t1"), 0);
    EXPECT_EQ(ambulance.phase(), Phase::idle) << "it is there";
    ambulance.on_view(order(), 0);
    EXPECT_EQ(ambulance.phase(), Phase::considering);
}

TEST_F(AmbulanceTest, APostingThatIsCalledOffOrOvertakenByAnOrderIsDrivenNoFurther) {
    Ambulance ambulance = make();
    ambulance.on_view(posted("t1"), 0);
    ambulance.step(1, 1, roads_);
    state::Vehicle saved;
    ambulance.save(saved);
    Ambulance resumed = make();
    ASSERT_TRUE(resumed.restore(saved));
    EXPECT_EQ(resumed.phase(), Phase::to_post);
    resumed.on_view(order(), 1);
    EXPECT_EQ(resumed.phase(), Phase::considering);
    ambulance.on_view({}, 1);
    EXPECT_EQ(ambulance.phase(), Phase::idle);
    EXPECT_EQ(ambulance.pending(), nullptr);
}

} // namespace
} // namespace ems::sim
