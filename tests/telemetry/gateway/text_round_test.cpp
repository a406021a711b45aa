#include "telemetry/gateway/text_round.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace ems::gateway {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::string>;

// Sessions of one vehicle, each of which gives its next serial unless it has one for the text.
class TextRoundTest : public testing::Test {
  protected:
    struct Sent {
        TextSerial serial;
        std::string text;
    };

    Ids turn(const std::vector<OpenText>& open) { return round_.turn(open, now_); }
    static OpenText text(std::string id, std::string words = "速到") {
        return {std::move(id), VehicleId::parse("amb-1").value(), {TextDown::Urgency::normal, std::move(words)}};
    }
    [[nodiscard]] std::optional<TextResult> outcome(const std::string& id) const {
        const auto found = round_.outcomes().find(id);
        return found == round_.outcomes().end() ? std::nullopt : std::optional{found->second};
    }

    std::vector<std::uint64_t> sessions_{1};
    std::uint16_t next_serial_{100};
    std::vector<Sent> sent_;
    Ticks now_{Ticks{} + 1h};
    TextRound round_{{[this](const VehicleId&) { return sessions_; },
                      [this](const VehicleId&, const TextDown& down, const std::vector<TextSerial>& before) {
                          return send(down, before);
                      }}};

  private:
    Result<std::vector<TextSerial>> send(const TextDown& down, const std::vector<TextSerial>& before) {
        if (down.text.empty()) {
            return fail(Code::invalid_argument);
        }
        std::vector<TextSerial> out;
        for (const std::uint64_t session : sessions_) {
            const auto known = std::find_if(before.begin(), before.end(),
                                            [session](const TextSerial& one) { return one.session == session; });
            out.push_back(known != before.end() ? *known : TextSerial{session, next_serial_++});
            sent_.push_back({out.back(), down.text});
        }
        return out;
    }
};

TEST_F(TextRoundTest, ATextGoesOnceAndAgainUntilItIsAnswered) {
    EXPECT_EQ(turn({text("a")}), Ids{"a"});
    now_ += kTextRepeat - 1ms;
    EXPECT_EQ(turn({text("a")}), Ids{});
    now_ += 1ms;
    EXPECT_EQ(turn({text("a")}), Ids{"a"});
    ASSERT_EQ(sent_.size(), 2U);
    EXPECT_EQ(sent_[0].serial, sent_[1].serial) << "the terminal is to know it again";
    now_ += kTextRepeat;
    EXPECT_EQ(turn({text("a")}), Ids{}) << "twice as long before the third";
    round_.answered(sent_[0].serial, ReplyResult::done);
    now_ += 1h;
    EXPECT_EQ(turn({text("a")}), Ids{}) << "settled, though not recorded yet";
    EXPECT_EQ(outcome("a"), TextResult::done);
    round_.recorded("a");
    EXPECT_FALSE(outcome("a"));
}

TEST_F(TextRoundTest, RepeatsComeAtMostAMinuteApart) {
    turn({text("a")});
    for (int i = 0; i < 40; ++i) {
        now_ += kTextRepeatMax;
        ASSERT_EQ(turn({text("a")}), Ids{"a"}) << i;
    }
}

TEST_F(TextRoundTest, WaitsForATerminalThatIsNotThereAndThenGoesAtOnce) {
    sessions_.clear();
    EXPECT_EQ(turn({text("a")}), Ids{});
    EXPECT_FALSE(outcome("a"));
    sessions_ = {2};
    EXPECT_EQ(turn({text("a")}), Ids{"a"});
    sessions_ = {3}; // it came back on another line
    EXPECT_EQ(turn({text("a")}), Ids{"a"});
    EXPECT_EQ(sent_.back().serial.session, 3U);
    round_.answered(sent_.front().serial, ReplyResult::done);
    EXPECT_FALSE(outcome("a")) << "an answer on the old line belongs to nothing";
}

TEST_F(TextRoundTest, OfTwoTerminalsOneThatShowsItIsEnough) {
    sessions_ = {1, 2};
    turn({text("a")});
    ASSERT_EQ(sent_.size(), 2U);
    round_.answered(sent_[0].serial, ReplyResult::unsupported);
    EXPECT_FALSE(outcome("a"));
    round_.answered(sent_[0].serial, ReplyResult::unsupported);
    EXPECT_FALSE(outcome("a")) << "the same terminal again";
    round_.answered(sent_[1].serial, ReplyResult::done);
    EXPECT_EQ(outcome("a"), TextResult::done);
}

TEST_F(TextRoundTest, WhatEveryTerminalRefusesIsSettledByTheirWord) {
    turn({text("a")});
    round_.answered(sent_[0].serial, ReplyResult::unsupported);
    EXPECT_EQ(outcome("a"), TextResult::unsupported);
}

TEST_F(TextRoundTest, AnswersGoToTheirOwnText) {
    turn({text("a"), text("b")});
    round_.answered({1, 9}, ReplyResult::done);
    EXPECT_TRUE(round_.outcomes().empty());
    round_.answered(sent_[1].serial, ReplyResult::done);
    EXPECT_FALSE(outcome("a"));
    EXPECT_EQ(outcome("b"), TextResult::done);
    turn({text("a")});
    EXPECT_EQ(outcome("b"), TextResult::done) << "until it is recorded";
}

TEST_F(TextRoundTest, WhatGbkLacksIsMarkedAndTheRestIsShown) {
    turn({text("a", "\xF0\x9F\x9A\x91席张\x01村")});
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_EQ(sent_[0].text, "〓席张 村");
}

TEST_F(TextRoundTest, WhatNoFrameHoldsIsSaidToBeUnsendable) {
    EXPECT_EQ(turn({text("a", ""), text("b")}), Ids{"b"});
    EXPECT_EQ(outcome("a"), TextResult::unsendable);
}

TEST_F(TextRoundTest, HoldsNoMoreTextsThanItsBound) {
    std::vector<OpenText> many;
    for (std::size_t i = 0; i < kTextsMax + 10; ++i) {
        many.push_back(text(std::to_string(i)));
    }
    EXPECT_EQ(turn(many).size(), kTextsMax);
}

} // namespace
} // namespace ems::gateway
