// The intercom's side of the agent: sessions go to the voice unit, the crew's key too, and a call for
// the physician is an event of the crew's that ends when he is heard.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <optional>
#include <utility>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "telemetry/base/clock.h"
#include "telemetry/seal/signature.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "vehicle/agent/agent.h"

namespace ems::vehicle {
namespace {

class ScriptedVoice final : public Voice {
  public:
    Result<void> start(const wire::MediaSession&) override { return {}; }
    void stop() override {}
    void press(const TalkKey& to) override { key = to.key(); }
    void tell_clock(const std::optional<video::MarkClock>& to) override { clock = to; }
    [[nodiscard]] VoiceLine line() const override { return now; }
    [[nodiscard]] std::string health() const override { return "ok"; }

    VoiceLine now;
    TalkKey::Key key{TalkKey::RELEASED};
    std::optional<video::MarkClock> clock;
};

class AgentVoice : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(seal::SigningKey::make_files(path("command.key"), path("command.pub")));
        start();
    }
    void TearDown() override { stop(); }
    void start() {
        auto spool = Spool::open({path("spool.db"), 1 << 20}, clock_);
        ASSERT_TRUE(spool);
        spool_ = std::move(*spool);
        AgentConfig config{.vid = VehicleId::parse("amb-zx01").value(),
                           .region = RegionCode::parse("140802").value(),
                           .mqtt = {},
                           .command_key_file = path("command.pub"),
                           .devices = {},
                           .crew_socket = path("crew.sock"),
                           .software = "test"};
        io_ = std::make_unique<boost::asio::io_context>();
        agent_ = std::make_unique<Agent>(*io_, config, *spool_, clock_,
                                         AgentMedia{.voice = &voice_});
        ASSERT_TRUE(agent_->start());
        crew_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path("crew.sock").c_str(), sizeof address.sun_path - 1);
        ASSERT_EQ(::connect(crew_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    void stop() {
        agent_.reset();
        spool_.reset();
        if (crew_ >= 0) {
            ::close(crew_);
        }
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    void send(const CrewRequest& request) const {
        const std::string body = request.SerializeAsString();
        std::string frame(4, '\0');
        for (int n = 0; n < 4; ++n) {
            frame[static_cast<std::size_t>(n)] = static_cast<char>(body.size() >> (24 - 8 * n));
        }
        frame += body;
        ASSERT_EQ(::send(crew_, frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
    }
    void call(bool cancel) const {
        CrewRequest request;
        request.mutable_call()->set_cancel(cancel);
        send(request);
    }
    bool wait(const std::function<bool()>& condition) const {
        return test::eventually(
            [&] {
                io_->poll();
                return condition();
            },
            std::chrono::seconds{5});
    }
    // Messages with levels that came down the socket so far.
    int told_levels() {
        std::array<char, 4'096> bytes{};
        for (ssize_t n = 0; (n = ::recv(crew_, bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0;) {
            down_.append(bytes.data(), static_cast<std::size_t>(n));
        }
        while (down_.size() >= 4) {
            std::size_t size = 0;
            for (std::size_t n = 0; n < 4; ++n) {
                size = size << 8U | static_cast<unsigned char>(down_[n]);
            }
            if (down_.size() < 4 + size) {
                break;
            }
            CrewUpdate update;
            EXPECT_TRUE(update.ParseFromString(down_.substr(4, size)));
            levels_ += update.has_levels() ? 1 : 0;
            down_.erase(0, 4 + size);
        }
        return levels_;
    }
    [[nodiscard]] std::uint64_t events() const {
        return spool_->status(wire::STREAM_A).last_seq;
    }

    test::TempDir dir_;
    SystemClock clock_;
    ScriptedVoice voice_;
    std::unique_ptr<Spool> spool_;
    std::unique_ptr<boost::asio::io_context> io_;
    std::unique_ptr<Agent> agent_;
    int crew_{-1};
    std::string down_;
    int levels_{0};
};

TEST_F(AgentVoice, ACallStandsOnceAndEndsWithThePhysiciansFirstWord) {
    CrewRequest hello;
    hello.mutable_hello();
    send(hello);
    call(false);
    ASSERT_TRUE(wait([&] { return events() == 1; }));
    call(false);
    CrewRequest talk;
    talk.mutable_talk()->set_key(TalkKey::PRESSED);
    send(talk); // behind the second call on the same connection
    ASSERT_TRUE(wait([&] { return voice_.key == TalkKey::PRESSED; }));
    EXPECT_EQ(events(), 1U) << "a call that stands is not made again";
    voice_.now.set_connected(true);
    voice_.now.set_speaker(VoiceLine::CREW);
    talk.mutable_talk()->set_key(TalkKey::EMERGENCY);
    send(talk);
    ASSERT_TRUE(wait([&] { return voice_.key == TalkKey::EMERGENCY; }));
    EXPECT_EQ(events(), 1U) << "the crew's own voice is no answer";
    voice_.now.set_speaker(VoiceLine::CONSOLE);
    voice_.now.set_speaker_role(VoiceLine::DISPATCHER);
    const int before = told_levels();
    ASSERT_TRUE(wait([&] { return told_levels() > before; })); // the agent has looked at the line
    EXPECT_EQ(events(), 1U) << "a dispatcher is no physician";
    voice_.now.set_speaker_role(VoiceLine::PHYSICIAN);
    EXPECT_TRUE(wait([&] { return events() == 2; }));
}

TEST_F(AgentVoice, ACallThatIsRepeatedAfterItsAnswerCallsNobodyAnew) {
    CrewRequest request;
    request.mutable_call()->set_event_id("call-1");
    send(request);
    ASSERT_TRUE(wait([&] { return events() == 1; }));
    call(true);
    ASSERT_TRUE(wait([&] { return events() == 2; }));
    request.mutable_call()->set_event_id("call-2");
    send(request);
    ASSERT_TRUE(wait([&] { return events() == 3; }));
    voice_.now.set_connected(true);
    voice_.now.set_speaker(VoiceLine::CONSOLE);
    voice_.now.set_speaker_role(VoiceLine::PHYSICIAN);
    ASSERT_TRUE(wait([&] { return events() == 4; }));
    send(request);
    CrewRequest talk;
    talk.mutable_talk()->set_key(TalkKey::PRESSED);
    send(talk); // behind the repeat
    ASSERT_TRUE(wait([&] { return voice_.key == TalkKey::PRESSED; }));
    EXPECT_EQ(events(), 4U);
}

TEST_F(AgentVoice, AKeyIsLetGoWhenItsTerminalGoesAway) {
    CrewRequest talk;
    talk.mutable_talk()->set_key(TalkKey::PRESSED);
    send(talk);
    ASSERT_TRUE(wait([&] { return voice_.key == TalkKey::PRESSED; }));
    ::close(std::exchange(crew_, -1));
    EXPECT_TRUE(wait([&] { return voice_.key == TalkKey::RELEASED; }));
}

TEST_F(AgentVoice, ACallForTheDispatcherIsItsOwnAndEndsWithADesksFirstWord) {
    CrewRequest request;
    request.mutable_call_dispatcher();
    send(request);
    ASSERT_TRUE(wait([&] { return events() == 1; }));
    call(false);
    ASSERT_TRUE(wait([&] { return events() == 2; })) << "the physician's is another";
    call(true);
    ASSERT_TRUE(wait([&] { return events() == 3; }));
    voice_.now.set_connected(true);
    voice_.now.set_speaker(VoiceLine::CONSOLE);
    CrewRequest talk;
    talk.mutable_talk()->set_key(TalkKey::PRESSED);
    send(talk);
    EXPECT_TRUE(wait([&] { return events() == 4; }));
}

TEST_F(AgentVoice, SpeechIsToldTheVehiclesTime) {
    ASSERT_TRUE(wait([&] { return voice_.clock.has_value(); }));
    const auto ticks = std::chrono::duration_cast<std::chrono::microseconds>(
        clock_.ticks().time_since_epoch());
    EXPECT_NEAR(static_cast<double>(voice_.clock->at_zero_us),
                static_cast<double>(clock_.utc_us() - ticks.count()), 100'000);
}

TEST_F(AgentVoice, ACallThatStoodWhenTheProgramEndedStandsUntilItIsAnsweredOrCancelled) {
    call(false);
    ASSERT_TRUE(wait([&] { return events() == 1; }));
    stop();
    start();
    EXPECT_EQ(events(), 1U);
    call(true);
    EXPECT_TRUE(wait([&] { return events() == 2; }));
}

} // namespace
} // namespace ems::vehicle
