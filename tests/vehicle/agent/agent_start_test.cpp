#include "vehicle/agent/agent.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "telemetry/base/clock.h"
#include "telemetry/seal/signature.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "vehicle/agent/limits.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::vehicle {
namespace {

class AgentStart : public testing::Test {
  protected:
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    std::unique_ptr<Spool> open(const std::string& name) {
        auto spool = Spool::open({path(name), 1 << 20}, clock_);
        EXPECT_TRUE(spool);
        return std::move(*spool);
    }
    [[nodiscard]] AgentConfig config() const {
        return {.vid = VehicleId::parse("amb-zx01").value(),
                .region = RegionCode::parse("140802").value(),
                .mqtt = {},
                .command_key_file = path("command.pub"),
                .devices = {},
                .crew_socket = path("crew.sock"),
                .software = "test"};
    }
    test::TempDir dir_;
    SystemClock clock_;
    boost::asio::io_context io_;
};

TEST_F(AgentStart, AStartThatFailsWhileTheDiskFailsEndsInPeace) {
    auto spool = open("absent/spool.db");
    ASSERT_EQ(spool->durability(), Durability::in_memory);
    Agent agent{io_, config(), *spool, clock_, {}};
    EXPECT_FALSE(agent.start()) << "there is no command.pub";
    agent.stop();
}

TEST_F(AgentStart, AStartThatFailsWritesNothing) {
    ASSERT_TRUE(seal::SigningKey::make_files(path("command.key"), path("command.pub")));
    std::ofstream{path("crew.sock")} << "no socket";
    auto spool = open("spool.db");
    {
        Agent agent{io_, config(), *spool, clock_, {}};
        EXPECT_FALSE(agent.start());
    }
    EXPECT_EQ(std::filesystem::file_size(path("crew.sock")), 9U);
    for (std::size_t i = 0; i < kStreams; ++i) {
        EXPECT_EQ(spool->status(stream_at(i)).last_seq, 0U);
    }
}

// One terminal, as bytes.
class RawTerminal {
  public:
    explicit RawTerminal(const std::string& path) : socket_(io_) {
        socket_.connect(boost::asio::local::stream_protocol::endpoint{path});
        socket_.non_blocking(true);
    }
    void send(const CrewRequest& request) {
        const std::string body = request.SerializeAsString();
        std::string frame;
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.push_back(static_cast<char>(body.size() >> static_cast<unsigned>(shift) & 0xFFU));
        }
        boost::asio::write(socket_, boost::asio::buffer(frame + body));
    }
    // The answer to that request, once it is there.
    std::optional<CrewUpdate> answer_to(std::uint64_t request) {
        std::array<char, 65'536> part;
        boost::system::error_code error;
        const std::size_t size = socket_.read_some(boost::asio::buffer(part), error);
        in_.append(part.data(), error ? 0 : size);
        while (in_.size() >= 4) {
            std::size_t length = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                length = length << 8U | static_cast<unsigned char>(in_[i]);
            }
            if (in_.size() < 4 + length) {
                break;
            }
            CrewUpdate update;
            EXPECT_TRUE(update.ParseFromString(in_.substr(4, length)));
            in_.erase(0, 4 + length);
            if (update.reply_to() == request) {
                return update;
            }
        }
        return std::nullopt;
    }

  private:
    boost::asio::io_context io_;
    boost::asio::local::stream_protocol::socket socket_;
    std::string in_;
};

TEST_F(AgentStart, APressMeetsNoFullSpool) {
    ASSERT_TRUE(seal::SigningKey::make_files(path("command.key"), path("command.pub")));
    auto spool = open("spool.db");
    Agent agent{io_, config(), *spool, clock_, {}};
    ASSERT_TRUE(agent.start());
    RawTerminal terminal{path("crew.sock")};
    CrewRequest request;
    request.set_request(7);
    request.mutable_press()->set_event_id("press-1");
    request.mutable_press()->set_state(wire::UNIT_EN_ROUTE);
    terminal.send(request);
    std::optional<CrewUpdate> answer;
    const Ticks limit = clock_.ticks() + std::chrono::seconds{30};
    while (!answer && clock_.ticks() < limit) {
        while (spool->append({.stream = wire::STREAM_A, .t_us = 1, .body = "x"})) {
        }
        io_.run_one_for(std::chrono::seconds{1});
        answer = terminal.answer_to(7);
    }
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->has_stored()) << answer->refused().reason();
    agent.stop();
}

class CountingCamera final : public Camera {
  public:
    [[nodiscard]] const std::string& name() const override { return name_; }
    void tell_clock(const std::optional<CameraClock>& clock) override { told = clock; }
    Result<void> start(const wire::MediaSession&) override { return {}; }
    void stop() override { stopped = true; }
    void duty(CameraDuty /*duty*/) override {}
    [[nodiscard]] std::uint64_t frames_sent() const override { return stopped ? 105 : 100; }
    [[nodiscard]] std::string health() const override { return "ok"; }
    bool stopped{false};
    std::optional<CameraClock> told;

  private:
    const std::string name_{"cabin"};
};

TEST_F(AgentStart, TheSpoolKnowsHowManyPicturesWereSent) {
    ASSERT_TRUE(seal::SigningKey::make_files(path("command.key"), path("command.pub")));
    auto spool = open("spool.db");
    CountingCamera camera;
    Agent agent{io_, config(), *spool, clock_, {.cameras = {&camera}}};
    ASSERT_TRUE(agent.start());
    const Ticks limit = clock_.ticks() + std::chrono::seconds{10};
    while ((spool->number("video_frames_sent") == 0 || !camera.told) && clock_.ticks() < limit) {
        io_.run_one_for(std::chrono::seconds{1});
    }
    EXPECT_GE(spool->number("video_frames_sent"), 100U) << "at most too many, after a crash";
    ASSERT_TRUE(camera.told) << "pictures bear the time of the vehicle's vitals";
    const auto ticks = std::chrono::duration_cast<std::chrono::microseconds>(clock_.ticks().time_since_epoch());
    EXPECT_NEAR(static_cast<double>(camera.told->at_zero_us + ticks.count() - clock_.utc_us()), 0, 1e6);
    agent.stop();
    EXPECT_TRUE(camera.stopped) << "what it sent later would not be counted";
    EXPECT_EQ(spool->number("video_frames_sent"), 105U);
    EXPECT_FALSE(spool->has_group()) << "committed";
}

// A terminal of the crew that asks for the status.
class AgentStatus : public AgentStart {
  protected:
    void SetUp() override {
        ASSERT_TRUE(seal::SigningKey::make_files(path("command.key"), path("command.pub")));
    }
    // Lets the agent run until a status holds; the last one.
    template <class F> Status status_where(F holds) {
        boost::asio::local::stream_protocol::socket terminal{io_};
        terminal.connect({path("crew.sock")});
        CrewRequest request;
        request.mutable_hello()->set_terminal("t");
        const std::string body = request.SerializeAsString();
        std::string frame{'\0', '\0', '\0', static_cast<char>(body.size())};
        boost::asio::write(terminal, boost::asio::buffer(frame + body));
        std::string bytes;
        CrewUpdate update;
        const Ticks limit = SystemClock{}.ticks() + std::chrono::seconds{10};
        while (!holds(update.status()) && SystemClock{}.ticks() < limit) {
            io_.run_one_for(std::chrono::milliseconds{100});
            std::string more(terminal.available(), '\0');
            boost::asio::read(terminal, boost::asio::buffer(more));
            bytes += more;
            take(bytes, update);
        }
        return update.status();
    }

  private:
    static void take(std::string& bytes, CrewUpdate& update) {
        while (bytes.size() >= 4) {
            std::size_t size = 0;
            for (int i = 0; i < 4; ++i) {
                size = size << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
            }
            if (bytes.size() < 4 + size) {
                return;
            }
            EXPECT_TRUE(update.ParseFromString(bytes.substr(4, size)));
            bytes.erase(0, 4 + size);
        }
    }
};

bool has(const Status& status, const std::string& code) {
    return std::any_of(status.alarms().begin(), status.alarms().end(),
                       [&](const StandingAlarm& one) { return one.alarm().code() == code; });
}

TEST_F(AgentStatus, AnAlarmThatWaitsForTheCrewWaitsOverARestart) {
    auto spool = open("spool.db");
    ToldAlarms waiting;
    wire::Alarm& vf = *waiting.add_alarms();
    vf.set_code("vf");
    vf.set_priority(wire::Alarm::HIGH);
    spool->set_state("unacknowledged_alarms", waiting.SerializeAsString());
    Agent agent{io_, config(), *spool, clock_, {}};
    ASSERT_TRUE(agent.start());
    const Status status = status_where([](const Status& one) { return has(one, "vf"); });
    ASSERT_TRUE(has(status, "vf"));
    EXPECT_TRUE(status.alarms(0).latched());
    EXPECT_EQ(status.sounding(), wire::Alarm::HIGH);
    agent.stop();
}

TEST_F(AgentStatus, TheCrewIsToldThatTheCentreIsOutOfReachAndTheClockUnset) {
    test::FakeClock clock{1'000'000}; // 1970
    auto spool = open("spool.db");
    Agent agent{io_, config(), *spool, clock, {}};
    ASSERT_TRUE(agent.start());
    clock.advance(std::chrono::seconds{29});
    const Status early = status_where([](const Status& one) { return has(one, "clock_unset"); });
    EXPECT_TRUE(has(early, "clock_unset"));
    EXPECT_FALSE(has(early, "centre_lost")) << "a tunnel";
    clock.advance(std::chrono::seconds{1});
    EXPECT_TRUE(has(status_where([](const Status& one) { return has(one, "centre_lost"); }),
                    "centre_lost"));
    EXPECT_EQ(spool->status(wire::STREAM_A).last_seq, 1U)
        << "of the clock alone: the centre sees the link";
    agent.stop();
}

TEST_F(AgentStatus, TheCrewIsToldThatTheComputersBatteryIsLow) {
    const auto battery = std::filesystem::path{path("power")} / "BAT0";
    std::filesystem::create_directories(battery);
    std::ofstream{battery / "type"} << "Battery";
    std::ofstream{battery / "capacity"} << "12";
    std::ofstream{battery / "status"} << "Discharging";
    auto spool = open("spool.db");
    AgentConfig with_battery = config();
    with_battery.power_supplies = path("power");
    Agent agent{io_, std::move(with_battery), *spool, clock_, {}};
    ASSERT_TRUE(agent.start());
    EXPECT_TRUE(
        has(status_where([](const Status& one) { return has(one, "computer_battery_low"); }),
            "computer_battery_low"));
    agent.stop();
}

TEST_F(AgentStatus, TheCrewIsToldThatTheStoreIsFullUntilTenMinutesWithoutALoss) {
    test::FakeClock clock{1'773'830'536'000'000};
    auto spool = open("spool.db"); // of 1 MiB
    Agent agent{io_, config(), *spool, clock, {}};
    ASSERT_TRUE(agent.start());
    for (int group = 0; group < 10; ++group) {
        for (int i = 0; i < 60; ++i) {
            ASSERT_TRUE(spool->append(
                {.stream = wire::STREAM_W, .t_us = 1, .body = std::string(4'000, 'w')}));
        }
        const Ticks limit = clock_.ticks() + std::chrono::seconds{10};
        while (spool->has_group() && clock_.ticks() < limit) {
            io_.run_one_for(std::chrono::milliseconds{100});
        }
    }
    EXPECT_TRUE(has(status_where([](const Status& one) { return has(one, "spool_full"); }),
                    "spool_full"));
    clock.advance(std::chrono::minutes{10});
    const Status later = status_where([](const Status& one) { return !has(one, "spool_full"); });
    EXPECT_FALSE(has(later, "spool_full"));
    agent.stop();
}

// A camera that says of itself what it is told to.
class SpokenCamera final : public Camera {
  public:
    explicit SpokenCamera(std::string name) : name_(std::move(name)) {}
    [[nodiscard]] const std::string& name() const override { return name_; }
    void tell_clock(const std::optional<CameraClock>& /*clock*/) override {}
    Result<void> start(const wire::MediaSession& /*session*/) override { return {}; }
    void stop() override {}
    void duty(CameraDuty duty) override { told_duty = duty; }
    [[nodiscard]] std::uint64_t frames_sent() const override { return 0; }
    [[nodiscard]] std::string health() const override {
        ++looks;
        return said;
    }
    std::string said{"ok"};
    mutable int looks{0};
    CameraDuty told_duty{CameraDuty::works};

  private:
    const std::string name_;
};

// What the centre is told of cameras, in the order of the spool: "+" begins or is renewed.
std::vector<std::string> cameras_told(Spool& spool) {
    std::vector<std::string> out;
    for (const Record& record : spool.unacked(wire::STREAM_A, 100)) {
        wire::Envelope envelope;
        wire::Event event;
        EXPECT_TRUE(envelope.ParseFromString(record.envelope));
        EXPECT_TRUE(event.ParseFromString(envelope.body()));
        if (event.alarm().code() == "camera_lost") {
            EXPECT_TRUE(event.alarm().technical());
            EXPECT_EQ(event.alarm().priority(), wire::Alarm::LOW);
            out.push_back(event.alarm().active() ? std::string{"+"}.append(event.alarm().value()) : "-");
        }
    }
    return out;
}

class AgentCameras : public AgentStatus {
  protected:
    void SetUp() override {
        AgentStatus::SetUp();
        spool_ = open("spool.db");
        agent_.emplace(io_, config(), *spool_, fake_, AgentMedia{.cameras = {&cabin_, &front_}});
        ASSERT_TRUE(agent_->start());
    }
    void TearDown() override {
        agent_->stop();
        agent_.reset();
    }
    // The value of the alarm on the crew's screen once it is that; "": it does not stand.
    std::string shown_as(const std::string& wanted) {
        const auto value = [](const Status& status) {
            for (const StandingAlarm& one : status.alarms()) {
                if (one.alarm().code() == "camera_lost") {
                    return one.alarm().value();
                }
            }
            return std::string{};
        };
        return value(status_where(
            [&](const Status& one) { return one.has_patient() && value(one) == wanted; }));
    }
    // The agent has seen what the cameras say, and that it was so for as long.
    void stays(std::chrono::seconds time) {
        looked();
        fake_.advance(time);
        looked();
    }
    void looked() {
        const int before = front_.looks;
        const Ticks limit = SystemClock{}.ticks() + std::chrono::seconds{10};
        while (front_.looks == before && SystemClock{}.ticks() < limit) {
            io_.run_one_for(std::chrono::milliseconds{100});
        }
        ASSERT_GT(front_.looks, before); // the last of both
    }
    test::FakeClock fake_;
    std::unique_ptr<Spool> spool_;
    SpokenCamera cabin_{"cabin"};
    SpokenCamera front_{"front"};
    std::optional<Agent> agent_;
};

TEST_F(AgentCameras, ALostOneIsToldOnceAndOverWhenItsPicturesAreBack) {
    cabin_.said = "not connected: /dev/video0";
    stays(kCameraLostAfter);
    EXPECT_EQ(shown_as("cabin"), "cabin");
    stays(std::chrono::minutes{10});
    EXPECT_EQ(cameras_told(*spool_), (std::vector<std::string>{"+cabin"}));
    cabin_.said = "ok";
    stays(kCameraBackAfter);
    fake_.advance(std::chrono::microseconds{signal::AlarmEngine::kTechnicalReleaseUs});
    EXPECT_EQ(shown_as(""), "");
    EXPECT_EQ(cameras_told(*spool_), (std::vector<std::string>{"+cabin", "-"}));
}

TEST_F(AgentCameras, EachThatIsLostIsNamedToTheCentre) {
    cabin_.said = "no picture for 10 s";
    stays(kCameraLostAfter);
    front_.said = "no picture for 10 s";
    stays(kCameraLostAfter);
    EXPECT_EQ(shown_as("cabin, front"), "cabin, front");
    cabin_.said = "ok";
    stays(kCameraBackAfter);
    EXPECT_EQ(shown_as("front"), "front");
    EXPECT_EQ(cameras_told(*spool_), (std::vector<std::string>{"+cabin", "+cabin, front", "+front"}));
}

TEST_F(AgentCameras, ALooseCableIsNoFloodOfAlarms) {
    for (int bump = 0; bump < 4; ++bump) {
        cabin_.said = "no picture for 10 s";
        stays(kCameraLostAfter);
        cabin_.said = "ok";
        stays(kCameraBackAfter - std::chrono::seconds{1});
    }
    EXPECT_EQ(cameras_told(*spool_), (std::vector<std::string>{"+cabin"}));
}

// The vehicle's cameras by its crew's buttons; the clock is played.
class AgentCameraDuty : public AgentStatus {
  protected:
    void SetUp() override {
        AgentStatus::SetUp();
        spool_ = open("spool.db");
        starts();
    }
    void TearDown() override { agent_->stop(); }
    void starts() {
        AgentConfig by_case = config();
        by_case.camera_when = CameraWhen::on_case;
        agent_.emplace(io_, std::move(by_case), *spool_, fake_, AgentMedia{.cameras = {&cabin_}});
        ASSERT_TRUE(agent_->start());
    }
    void restarts() {
        agent_->stop();
        agent_.reset();
        cabin_.told_duty = CameraDuty::works;
        starts();
    }
    void presses(wire::UnitState state) {
        RawTerminal terminal{path("crew.sock")};
        CrewRequest request;
        request.set_request(1);
        request.mutable_press()->set_event_id("press-" + std::to_string(++presses_));
        request.mutable_press()->set_state(state);
        terminal.send(request);
        std::optional<CrewUpdate> answer;
        const Ticks limit = SystemClock{}.ticks() + std::chrono::seconds{30};
        while (!answer && SystemClock{}.ticks() < limit) {
            io_.run_one_for(std::chrono::seconds{1});
            answer = terminal.answer_to(1);
        }
        ASSERT_TRUE(answer && answer->has_stored());
    }
    // What the camera was told once the agent saw that so much time had passed.
    CameraDuty after(std::chrono::seconds time) {
        fake_.advance(time);
        const int before = cabin_.looks;
        const Ticks limit = SystemClock{}.ticks() + std::chrono::seconds{10};
        while (cabin_.looks == before && SystemClock{}.ticks() < limit) {
            io_.run_one_for(std::chrono::milliseconds{100});
        }
        EXPECT_GT(cabin_.looks, before);
        return cabin_.told_duty;
    }
    test::FakeClock fake_;
    std::unique_ptr<Spool> spool_;
    SpokenCamera cabin_{"cabin"};
    std::optional<Agent> agent_;
    int presses_{0};
};

TEST_F(AgentCameraDuty, TheyWorkFromTheCaseOnUntilAWhileBehindIt) {
    EXPECT_EQ(cabin_.told_duty, CameraDuty::rests) << "from the start";
    presses(wire::UNIT_EN_ROUTE);
    EXPECT_EQ(cabin_.told_duty, CameraDuty::works) << "with the press";
    EXPECT_EQ(after(std::chrono::hours{3}), CameraDuty::works);
    presses(wire::UNIT_AVAILABLE);
    EXPECT_EQ(after(kCameraAfterUsual - std::chrono::seconds{1}), CameraDuty::works);
    EXPECT_EQ(after(std::chrono::seconds{1}), CameraDuty::rests);
    EXPECT_TRUE(cameras_told(*spool_).empty()) << "one that rests is not lost";
}

TEST_F(AgentCameraDuty, ARestartChangesNothing) {
    presses(wire::UNIT_AT_PATIENT);
    restarts();
    EXPECT_EQ(cabin_.told_duty, CameraDuty::works) << "the vehicle's state survives";
    presses(wire::UNIT_RETURNING);
    fake_.advance(std::chrono::seconds{60});
    restarts();
    EXPECT_EQ(cabin_.told_duty, CameraDuty::works);
    EXPECT_EQ(after(std::chrono::seconds{59}), CameraDuty::works);
    EXPECT_EQ(after(std::chrono::seconds{1}), CameraDuty::rests);
    restarts();
    EXPECT_EQ(cabin_.told_duty, CameraDuty::rests);
}

TEST_F(AgentStatus, AVehicleWithoutACameraMissesNone) {
    test::FakeClock clock;
    auto spool = open("spool.db");
    Agent agent{io_, config(), *spool, clock, {}};
    ASSERT_TRUE(agent.start());
    clock.advance(std::chrono::hours{1});
    const Status later = status_where([](const Status& one) { return has(one, "centre_lost"); });
    EXPECT_TRUE(has(later, "centre_lost"));
    EXPECT_FALSE(has(later, "camera_lost"));
    agent.stop();
}

// Choices in the order of the spool.
std::vector<wire::PatientGroup> groups_told(Spool& spool) {
    std::vector<wire::PatientGroup> out;
    for (const Record& record : spool.unacked(wire::STREAM_A, 100)) {
        wire::Envelope envelope;
        wire::Event event;
        EXPECT_TRUE(envelope.ParseFromString(record.envelope));
        EXPECT_TRUE(event.ParseFromString(envelope.body()));
        if (event.has_patient_group()) {
            EXPECT_EQ(event.source(), wire::SOURCE_CREW_BUTTON);
            out.push_back(event.patient_group().group());
        }
    }
    return out;
}

TEST_F(AgentStatus, TheCrewsChoiceOfLimitsIsAnEventForTheCentreOnceEach) {
    auto spool = open("spool.db");
    Agent agent{io_, config(), *spool, clock_, {}};
    ASSERT_TRUE(agent.start());
    RawTerminal terminal{path("crew.sock")};
    std::uint64_t number = 0;
    for (const PatientGroup group : {CHILD, CHILD, INFANT, BY_AGE}) {
        CrewRequest request;
        request.set_request(++number);
        request.mutable_patient_group()->set_group(group);
        terminal.send(request);
        std::optional<CrewUpdate> answer;
        const Ticks limit = clock_.ticks() + std::chrono::seconds{30};
        while (!answer && clock_.ticks() < limit) {
            io_.run_one_for(std::chrono::seconds{1});
            answer = terminal.answer_to(number);
        }
        ASSERT_TRUE(answer);
        EXPECT_TRUE(answer->has_stored());
    }
    EXPECT_EQ(groups_told(*spool),
              (std::vector<wire::PatientGroup>{wire::PATIENT_CHILD, wire::PATIENT_INFANT,
                                               wire::PATIENT_GROUP_UNSPECIFIED}));
    agent.stop();
}

} // namespace
} // namespace ems::vehicle
