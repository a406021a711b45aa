#include "telemetry/gateway/stream_round.h"

#include <gtest/gtest.h>

namespace ems::gateway {
namespace {

using namespace std::chrono_literals;
using State = StreamWish::State;
using Keys = std::vector<StreamKey>;

const StreamKey kFirst{"13511221122", 1};
const StreamKey kSecond{"13511221122", 2};

class StreamRoundTest : public testing::Test {
  protected:
    static StreamWish wish(const StreamKey& key = kFirst, State state = State::waited_for) {
        return {key, "10.0.0.1", 1078, state};
    }
    StreamRound::Done turn(const std::vector<StreamWish>& wishes) {
        return round_.turn(wishes, now_);
    }

    std::optional<std::uint64_t> session_{1};
    std::uint16_t next_serial_{100};
    std::vector<StreamOpen> opened_;
    std::vector<StreamControl> controlled_;
    Ticks now_{Ticks{} + 1h};
    StreamRound round_{{[this](const std::string&) { return session_; },
                        [this](const std::string&, const StreamOpen& request) {
                            opened_.push_back(request);
                            return Result<TextSerial>{TextSerial{*session_, next_serial_++}};
                        },
                        [this](const std::string&, const StreamControl& request) {
                            controlled_.push_back(request);
                            return Result<TextSerial>{TextSerial{*session_, next_serial_++}};
                        }}};
};

TEST_F(StreamRoundTest, AStreamIsAskedForAtOnceAndAgainAtGrowingPausesWhileNothingComes) {
    EXPECT_EQ(turn({wish()}).asked, Keys{kFirst});
    ASSERT_EQ(opened_.size(), 1U);
    EXPECT_EQ(opened_[0].host, "10.0.0.1");
    EXPECT_EQ(opened_[0].tcp_port, 1078);
    EXPECT_EQ(opened_[0].channel, 1);
    for (const auto pause : {5s, 10s, 20s, 40s, 60s, 60s}) {
        now_ += pause - 1ms;
        EXPECT_EQ(turn({wish()}).asked, Keys{}) << pause.count();
        now_ += 1ms;
        EXPECT_EQ(turn({wish()}).asked, Keys{kFirst}) << pause.count();
    }
}

TEST_F(StreamRoundTest, WhatFlowsIsNotAskedForAndAfterItsEndSoonAgain) {
    turn({wish()});
    for (int i = 0; i < 10; ++i) {
        now_ += 10s;
        EXPECT_EQ(turn({wish(kFirst, State::flowing)}).asked, Keys{});
    }
    now_ += 4s;
    EXPECT_EQ(turn({wish()}).asked, Keys{});
    now_ += 1s;
    EXPECT_EQ(turn({wish()}).asked, Keys{kFirst});
}

TEST_F(StreamRoundTest, ANewLoginOrAnotherReceiverIsToldAtOnce) {
    turn({wish()});
    session_ = 2;
    EXPECT_EQ(turn({wish()}).asked, Keys{kFirst});
    StreamWish moved = wish();
    moved.port = 1079;
    EXPECT_EQ(turn({moved}).asked, Keys{kFirst});
    EXPECT_EQ(opened_.back().tcp_port, 1079);
}

TEST_F(StreamRoundTest, ATerminalThatIsNotThereIsAskedWhenItIs) {
    session_.reset();
    EXPECT_EQ(turn({wish()}).asked, Keys{});
    session_ = 7;
    EXPECT_EQ(turn({wish()}).asked, Keys{kFirst});
}

TEST_F(StreamRoundTest, WhatIsOverIsToldToEnd) {
    turn({wish(), wish(kSecond)});
    EXPECT_EQ(turn({wish(kFirst, State::over), wish(kSecond)}).ended, Keys{kFirst});
    ASSERT_EQ(controlled_.size(), 1U);
    EXPECT_EQ(controlled_[0].channel, 1);
    EXPECT_EQ(controlled_[0].command, StreamControl::Command::close);
    EXPECT_EQ(turn({wish(), wish(kSecond)}).asked, Keys{kFirst}) << "and asked for anew";
}

TEST_F(StreamRoundTest, TheTerminalsAnswerIsKeptUntilItIsRecorded) {
    turn({wish(), wish(kSecond)});
    round_.answered({1, 101}, ReplyResult::unsupported);
    round_.answered({2, 100}, ReplyResult::done);
    ASSERT_EQ(round_.answers().size(), 1U) << "the other one is of another session";
    EXPECT_EQ(round_.answers().at(kSecond), ReplyResult::unsupported);
    round_.recorded(kSecond);
    EXPECT_TRUE(round_.answers().empty());
}

} // namespace
} // namespace ems::gateway
