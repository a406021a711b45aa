// Who else has a case open: as the server last said, for as long as it may say so.
#include "console/model/editing.h"

#include <gtest/gtest.h>

#include "tests/console/fake_feed.h"

namespace ems::console {
namespace {

constexpr std::int64_t kNowUs = 1'700'000'000'000'000;

class Editing : public testing::Test {
  protected:
    void SetUp() override {
        state_.apply_link(LinkChange{LinkChange::State::up, "", 0, 0}, kNowUs);
        api::LogInOk ok;
        ok.set_user("wang");
        state_.apply_login(ok);
        state_.set_seat("受理1");
        snapshot({});
    }
    void snapshot(const std::vector<api::Editor>& editors) {
        api::Snapshot s;
        s.set_seq(seq_ = 1);
        s.set_server_us(kNowUs);
        for (const api::Editor& editor : editors) {
            *s.mutable_editors()->add_editors() = editor;
        }
        state_.apply_snapshot(s, kNowUs);
    }
    void told(const std::vector<api::Editor>& editors) {
        api::Delta d;
        d.set_seq(++seq_);
        d.set_server_us(kNowUs);
        d.mutable_editors();
        for (const api::Editor& editor : editors) {
            *d.mutable_editors()->add_editors() = editor;
        }
        ASSERT_TRUE(state_.apply_delta(d, kNowUs));
    }
    // "li 受理2" of each.
    std::vector<std::string> others(std::int64_t incident, std::int64_t at_us = kNowUs) const {
        std::vector<std::string> out;
        for (const api::Editor* editor : others_editing(state_, incident, at_us)) {
            out.push_back(editor->user() + " " + editor->seat());
        }
        return out;
    }
    using Names = std::vector<std::string>;
    const api::Editor li_{FakeFeed::editor(11, "li", "李敏", "受理2")};
    const api::Editor here_{FakeFeed::editor(11, "wang", "王晓燕", "受理1")};
    const api::Editor elsewhere_{FakeFeed::editor(11, "wang", "王晓燕", "受理3")};
    std::uint64_t seq_{0};
    DeskState state_;
};

TEST_F(Editing, EverybodyOfTheCaseIsNamedButThisDesk) {
    told({elsewhere_, here_, li_, FakeFeed::editor(10, "zhao", "赵", "受理4")});
    EXPECT_EQ(others(11), (Names{"wang 受理3", "li 受理2"})) << "the same person at another desk is another desk";
    EXPECT_EQ(others(10), Names{"zhao 受理4"});
    EXPECT_TRUE(others(0).empty());
}

TEST_F(Editing, AListTakesThePlaceOfTheOneBeforeAndADeltaWithoutOneLeavesIt) {
    told({li_});
    api::Delta other;
    other.set_seq(++seq_);
    ASSERT_TRUE(state_.apply_delta(other, kNowUs));
    EXPECT_EQ(others(11), Names{"li 受理2"});
    told({});
    EXPECT_TRUE(others(11).empty());
    snapshot({li_});
    EXPECT_EQ(others(11), Names{"li 受理2"});
    snapshot({});
    EXPECT_TRUE(others(11).empty());
}

TEST_F(Editing, WhatALostServerSaidIsNoLongerTrue) {
    told({li_});
    state_.apply_link(LinkChange{LinkChange::State::down, "", 1, 0}, kNowUs);
    EXPECT_TRUE(others(11).empty());
}

TEST_F(Editing, WhatAServerSaidThatLeadsNoMoreIsNoLongerTrue) {
    told({li_});
    state_.apply_leader(Leader::absent, kNowUs);
    EXPECT_EQ(others(11), Names{"li 受理2"}) << "a change of the lead is short";
    EXPECT_TRUE(others(11, kNowUs + 4'000'000).empty());
}

} // namespace
} // namespace ems::console
