// The devices wired as in the agent, each against a device that the test plays over a real socket.
#include "vehicle/agent/devices.h"

#include <algorithm>

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "telemetry/wire/waveform.h"
#include "tests/support/child_process.h"
#include "tests/support/fake_clock.h"
#include "tests/support/free_port.h"
#include "tests/vehicle/agent/played_ecg.h"
#include "tests/vehicle/device/intellivue_monitor.h"
#include "tests/vehicle/device/peers.h"
#include "vehicle/device/intellivue_pdu.h"
#include "vehicle/device/mllp.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFix = R"({"class":"TPV","mode":3,"lat":35.0390933,"lon":110.98539,)"
                             R"("altMSL":371.4,"speed":11.112,"track":95.5})"
                             "\r\n";

std::string heart_rate(int bpm) {
    return mllp_frame("MSH|^~\\&|M||||||ORU^R01|7|P|2.6|||AL|NE\r"
                      "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1|" +
                      std::to_string(bpm) + "|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r");
}

class DevicesTest : public testing::Test, protected DeviceSink {
  protected:
    void position(const wire::Position& position, std::int64_t) override {
        positions_.push_back(position);
    }
    void vitals(const wire::Vitals& vitals, std::int64_t) override { vitals_.push_back(vitals); }
    void inputs(const wire::VehicleInputs& inputs) override { inputs_.push_back(inputs); }
    void waves(const std::vector<BuiltBatch>& batches) override {
        for (const BuiltBatch& one : batches) {
            const auto block = wire::decode_waves(one.batch);
            ASSERT_TRUE(block);
            wave_samples_ += block->count;
        }
    }
    void trace(const std::vector<wire::WaveBatch>& batches) override {
        traces_.insert(traces_.end(), batches.begin(), batches.end());
    }
    void alarms(const std::vector<wire::Alarm>& alarms) override {
        alarms_.insert(alarms_.end(), alarms.begin(), alarms.end());
    }

    void start(DevicesConfig config) {
        DeviceSink& sink = *this;
        devices_.emplace(io_, std::move(config), clock_, sink);
        ASSERT_TRUE(devices_->load());
        devices_->start();
    }
    static DeviceAddress at(const std::string& text) { return *parse_device_address(text); }
    // Lets the sockets and 50 ms of the vehicle's clock pass until the condition holds.
    [[nodiscard]] bool soon(const std::function<bool()>& condition) {
        return test::eventually(
            [&] {
                io_.poll();
                machine_.advance(50ms);
                devices_->tick();
                devices_->second();
                return condition();
            },
            10s);
    }
    [[nodiscard]] std::string health(const std::string& device) {
        return devices_->health()[device];
    }

    boost::asio::io_context io_;
    test::FakeClock machine_;
    VehicleClock clock_{machine_};
    std::optional<Devices> devices_;
    std::vector<wire::Position> positions_;
    std::vector<wire::Vitals> vitals_;
    std::vector<wire::VehicleInputs> inputs_;
    std::vector<wire::Alarm> alarms_;
    std::uint64_t wave_samples_{0};
    std::vector<wire::WaveBatch> traces_;
};

TEST_F(DevicesTest, GpsdIsAskedAndItsFixPublishedAlsoAfterALoss) {
    test::TcpDevice gpsd;
    start({.gnss = at(gpsd.address()), .gnss_form = GnssForm::gpsd});
    for (std::size_t connection = 1; connection <= 2; ++connection) {
        ASSERT_TRUE(soon([&] { return gpsd.taken() && gpsd.heard().ends_with(";\n"); }));
        EXPECT_EQ(gpsd.heard(), "?WATCH={\"enable\":true,\"json\":true};\n");
        gpsd.say(kFix);
        ASSERT_TRUE(soon([&] { return positions_.size() == connection; }));
        EXPECT_EQ(positions_.back().lat_e7(), 350'390'933);
        EXPECT_EQ(positions_.back().fix_mode(), 3U);
        EXPECT_EQ(health("gnss"), "ok");
        gpsd.say(std::string{kFix}.substr(0, 40)); // half a line is lost with its connection
        gpsd.hang_up();
    }
}

TEST_F(DevicesTest, AMonitorThatCallsIsAcknowledgedAndItsValuesPublished) {
    const std::uint16_t port = test::free_port();
    start({.monitor = at("listen:127.0.0.1:" + std::to_string(port)),
           .monitor_form = MonitorForm::hl7});
    test::TcpCaller monitor;
    ASSERT_TRUE(soon([&] { return monitor.connected() || monitor.call(port); }));
    monitor.say(heart_rate(88));
    ASSERT_TRUE(soon([&] { return !vitals_.empty(); }));
    EXPECT_EQ(vitals_.back().hr_bpm(), 88);
    ASSERT_TRUE(soon([&] { return monitor.heard().find("\rMSA|CA|7\r") != std::string::npos; }));
    EXPECT_EQ(health("monitor"), "ok");
    monitor.say(mllp_frame("no message"));
    ASSERT_TRUE(soon([&] { return health("monitor") == "messages make no sense"; }));
    monitor.hang_up();
    ASSERT_TRUE(soon([&] { return health("monitor").starts_with("not connected"); }));
    EXPECT_TRUE(devices_->vitals()) << "it may call once for each message";
    ASSERT_TRUE(soon([&] { return !devices_->vitals(); })) << "and not call again";
    ASSERT_TRUE(soon([&] { return monitor.connected() || monitor.call(port); }));
    monitor.say(heart_rate(90));
    ASSERT_TRUE(soon([&] { return vitals_.back().hr_bpm() == 90; }));
}

TEST_F(DevicesTest, AnIntellivueMonitorIsAssociatedPolledAndReleased) {
    test::UdpDevice monitor;
    start({.monitor = at(monitor.address()), .monitor_form = MonitorForm::intellivue});
    std::string heard;
    const auto hears = [&](const std::string& expected) {
        return soon([&] {
            if (auto one = monitor.hear()) {
                heard = std::move(*one);
            }
            return heard == expected;
        });
    };
    ASSERT_TRUE(hears(intellivue_association_request(1s)));
    monitor.say(test::iv_accept(8'000));
    monitor.say(test::iv_mds_created(1));
    ASSERT_TRUE(hears(intellivue_poll_request(1)));
    const std::string rate = test::iv_numeric(test::iv_value(0x4182, 0, 2'720, 72));
    monitor.say(test::iv_linked_result(1, 1, 1, {rate}));
    monitor.say(test::iv_result(1, {}));
    ASSERT_TRUE(soon([&] { return !vitals_.empty(); }));
    EXPECT_EQ(vitals_.back().hr_bpm(), 72);
    EXPECT_EQ(health("monitor"), "ok");
    devices_->stop();
    ASSERT_TRUE(test::eventually(
        [&] {
            if (auto one = monitor.hear()) {
                heard = std::move(*one);
            }
            return heard == intellivue_release_request();
        },
        5s));
}

TEST_F(DevicesTest, ARefusedAssociationIsSeenInTheHealth) {
    test::UdpDevice monitor;
    start({.monitor = at(monitor.address()), .monitor_form = MonitorForm::intellivue});
    ASSERT_TRUE(soon([&] { return monitor.hear().has_value(); }));
    monitor.say("\x0c\x02");
    EXPECT_TRUE(soon([&] {
        return health("monitor").find("the monitor refuses the association") != std::string::npos;
    }));
}

TEST_F(DevicesTest, InputsBecomeAnEventWhenTheyChange) {
    test::TcpDevice box;
    start({.inputs = at(box.address())});
    ASSERT_TRUE(soon([&] { return box.taken(); }));
    box.say("door=open\nsiren=on\nfuel_pct=63\nnonsense\n");
    ASSERT_TRUE(soon([&] { return !inputs_.empty(); }));
    EXPECT_TRUE(inputs_.back().door_open());
    EXPECT_TRUE(inputs_.back().siren_on());
    EXPECT_EQ(inputs_.back().fuel_pct(), 63U);
    EXPECT_FALSE(inputs_.back().has_ignition_on());
    EXPECT_EQ(health("inputs"), "ok");
    const std::size_t before = inputs_.size();
    box.say("door=closed\n");
    ASSERT_TRUE(soon([&] { return inputs_.size() > before; }));
    EXPECT_TRUE(inputs_[before].has_door_open());
    EXPECT_FALSE(inputs_[before].door_open());
}

TEST_F(DevicesTest, ADeviceThatFallsSilentRaisesItsAlarmAndEndsIt) {
    test::TcpDevice box;
    start({.inputs = at(box.address())});
    ASSERT_TRUE(soon([&] { return box.taken(); }));
    box.say("door=open\n");
    ASSERT_TRUE(soon([&] { return !inputs_.empty(); }));
    machine_.advance(10s);
    devices_->second();
    ASSERT_EQ(alarms_.size(), 1U);
    EXPECT_EQ(alarms_[0].code(), "inputs_lost");
    EXPECT_TRUE(alarms_[0].active());
    EXPECT_TRUE(alarms_[0].technical());
    EXPECT_FALSE(inputs_.back().has_door_open()) << "unknown, not open for ever";
    box.say("door=open\n");
    ASSERT_TRUE(soon([&] { return alarms_.size() == 2; }));
    EXPECT_FALSE(alarms_[1].active());
}

TEST_F(DevicesTest, ARecordingThatIsNotThereIsToldBeforeAnythingIsOpened) {
    test::TcpDevice box;
    DeviceSink& sink = *this;
    Devices devices{io_, {.inputs = at(box.address()), .ecg_record = "/nowhere/100"}, clock_, sink};
    EXPECT_FALSE(devices.load());
    io_.poll();
    EXPECT_FALSE(box.taken());
    EXPECT_TRUE(devices.health().empty());
}

TEST_F(DevicesTest, ADeviceThatIsNotConfiguredHasNoHealthAndNoAlarm) {
    start({});
    machine_.advance(60s);
    devices_->tick();
    devices_->second();
    EXPECT_TRUE(devices_->health().empty());
    EXPECT_TRUE(alarms_.empty());
    EXPECT_TRUE(positions_.empty());
    EXPECT_TRUE(vitals_.empty());
}

class ModuleTest : public DevicesTest {
  protected:
    void SetUp() override {
        start({.ecg = at(module_.address())});
        ASSERT_TRUE(soon([&] { return module_.taken(); }));
        module_.say(encode_ecg_header(ecg_.header()));
    }
    // Faster than life: the analysis follows by the ticks.
    void play(int seconds) {
        for (int i = 0; i < seconds; ++i) {
            module_.say(ecg_.bytes(1));
            ASSERT_TRUE(soon([&] { return wave_samples_ == ecg_.samples(); }));
        }
        for (int tick = 0; tick < 200; ++tick) {
            devices_->tick();
        }
    }
    // As fast as life, second by second.
    void live(int seconds) {
        for (int i = 0; i < seconds; ++i) {
            module_.say(ecg_.bytes(1));
            ASSERT_TRUE(test::eventually(
                [&] {
                    io_.poll();
                    return wave_samples_ == ecg_.samples();
                },
                10s));
            for (int tick = 0; tick < 20; ++tick) {
                machine_.advance(50ms);
                devices_->tick();
            }
            devices_->second();
        }
    }
    [[nodiscard]] std::string told() const {
        std::string out;
        for (const wire::Alarm& alarm : alarms_) {
            out +=
                (out.empty() ? "" : " ") + std::string{alarm.active() ? "+" : "-"} + alarm.code();
        }
        return out;
    }

    test::TcpDevice module_;
    test::PlayedEcg ecg_{7, test::Oximeter::fitted};
};

TEST_F(ModuleTest, AFibrillationIsToldWithinTenSecondsAndEndsWithTheModule) {
    play(20);
    ecg_.fibrillate();
    play(10);
    ASSERT_EQ(told(), "+vf");
    EXPECT_EQ(alarms_[0].priority(), wire::Alarm::HIGH);
    EXPECT_FALSE(alarms_[0].technical());
    module_.hang_up();
    ASSERT_TRUE(soon([&] { return alarms_.size() == 2; }));
    EXPECT_EQ(told(), "+vf -vf");
}

TEST_F(ModuleTest, TheCrewsTraceIsGivenWhileItIsDrawnAndNoLonger) {
    live(2);
    EXPECT_TRUE(traces_.empty());
    devices_->draw(clock_.now().ticks + 3s);
    live(3);
    EXPECT_GE(traces_.size(), 10U);
    EXPECT_EQ(traces_.back().lead_mask(), 2U);
    const std::size_t drawn = traces_.size();
    live(2);
    EXPECT_LE(traces_.size(), drawn + 1);
}

TEST_F(ModuleTest, ASinusRhythmUnderNoiseIsNoAlarm) {
    ecg_.set(sim::ArtefactState{
        .mains_mv = 0.3, .muscle_mv = 0.1, .wander_mv = 0.5, .motion_per_min = 6, .motion_mv = 1});
    play(60);
    EXPECT_EQ(told(), "");
}

TEST_F(ModuleTest, WithTheLeadsOffThatIsToldAndNoStandstill) {
    play(15);
    ecg_.set(
        sim::ArtefactState{.electrodes_off = 1U << static_cast<unsigned>(signal::Electrode::RA)});
    play(30);
    EXPECT_EQ(told(), "+ecg_lead_off");
}

// Onset to alarm: IEC 60601-2-27.
TEST_F(ModuleTest, ARateThatLeavesItsLimitsIsToldWithinTenSeconds) {
    for (const double rate_bpm : {130.0, 45.0}) {
        ecg_.set(sim::Rhythm::sinus, 80);
        live(25);
        alarms_.clear();
        ecg_.set(sim::Rhythm::sinus, rate_bpm);
        live(10);
        EXPECT_EQ(told(), rate_bpm > 100 ? "+hr_high" : "+hr_low") << rate_bpm;
    }
}

TEST_F(ModuleTest, WhereNoMonitorGivesARateTheLimitsAreJudgedOfTheEcgs) {
    ecg_.set(sim::Rhythm::sinus, 44);
    play(20);
    EXPECT_FALSE(devices_->vitals()) << "the number itself is not the monitor's";
    ASSERT_TRUE(soon([&] {
        module_.say(ecg_.bytes(0.04));
        return !alarms_.empty();
    }));
    EXPECT_EQ(told(), "+hr_low");
}

TEST_F(ModuleTest, WhatTheEcgSuggestsIsToldAndGoesWithTheNumbersAndItsAge) {
    PatientAboard patient;
    patient.set_number(1);
    patient.set_attended(true);
    patient.set_age_years(60);
    patient.set_sex("m");
    devices_->follow(patient);
    ecg_.set_st(sim::kStAnterior);
    live(40);
    EXPECT_EQ(told(), "+st_elevation");
    EXPECT_EQ(alarms_[0].value(), "V1-V5");
    EXPECT_EQ(alarms_[0].priority(), wire::Alarm::MEDIUM);
    ASSERT_FALSE(vitals_.empty()) << "without a monitor";
    const wire::EcgAdvisory& advisory = vitals_.back().ecg();
    EXPECT_EQ(advisory.st(), wire::EcgAdvisory::ST_CRITERIA_MET);
    EXPECT_LE(advisory.st_age_ms(), 11'000U);
    EXPECT_FALSE(advisory.st_sex_assumed());
    EXPECT_EQ(vitals_.back().limits_of(), wire::PATIENT_ADULT);
    patient.set_group(CHILD);
    devices_->follow(patient);
    EXPECT_EQ(devices_->vitals()->limits_of(), wire::PATIENT_CHILD) << "the centre's limits follow";
    patient.set_number(2);
    devices_->follow(patient);
    EXPECT_EQ(told(), "+st_elevation -st_elevation");
    const auto vitals = devices_->vitals();
    EXPECT_TRUE(!vitals || !vitals->has_ecg()) << "of another patient nothing is known";
}

} // namespace
} // namespace ems::vehicle
