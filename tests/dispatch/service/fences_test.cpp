// What the centre suggests from where its units are.
#include "dispatch/service/fences.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'536 * kS;
constexpr UnitId kUnit{1};
constexpr PlaceE7 kBridge{351'000'000, 1'109'000'000};

class FencesTest : public testing::Test {
  protected:
    FencesTest() {
        world_.units[kUnit].id = kUnit;
        registry_.units.push_back({.id = kUnit, .name = "中心01", .vid = "amb-zx01", .station = {}, .turnout_s = 60});
        fleet_ = std::make_unique<Fleet>(registry_, nullptr);
    }
    void post(std::int64_t id, PostingState state = PostingState::ordered) {
        PostingRow row;
        row.id = {id};
        row.unit = kUnit;
        row.place = kBridge;
        row.state = state;
        world_.postings.clear();
        world_.postings[row.id] = row;
    }
    // Stands there for so long, looked at each second: what is suggested.
    std::vector<ProposalRow> stands(int seconds, PlaceE7 place = kBridge) {
        std::vector<ProposalRow> out;
        for (int i = 0; i < seconds; ++i) {
            now_ += kS;
            wire::Envelope envelope;
            envelope.set_spool(7);
            envelope.set_seq(++seq_);
            envelope.set_t_us(now_);
            wire::Position position;
            position.set_lat_e7(place.lat_e7);
            position.set_lon_e7(place.lon_e7);
            position.set_fix_mode(3);
            EXPECT_TRUE(fleet_->moved(kUnit, envelope, position, now_));
            for (ProposalRow& row : fences_.look(world_, *fleet_, registry_)) {
                out.push_back(std::move(row));
            }
        }
        return out;
    }

    World world_;
    Registry registry_;
    std::unique_ptr<Fleet> fleet_;
    Fences fences_;
    std::int64_t now_{kNow};
    std::uint64_t seq_{0};
};

TEST_F(FencesTest, AUnitThatStandsWhereItWasPostedIsSuggestedToBeThereOnce) {
    post(5);
    const auto seen = stands(60);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].posting, PostingId{5});
    EXPECT_EQ(seen[0].unit, kUnit);
    EXPECT_EQ(seen[0].at_us, kNow + kS) << "since it stands there";
}

TEST_F(FencesTest, WhereNobodyPostedItAUnitIsSuggestedNothing) { EXPECT_TRUE(stands(60).empty()); }

TEST_F(FencesTest, WhoeverIsKnownToBeThereIsNotAskedFor) {
    post(5, PostingState::arrived);
    EXPECT_TRUE(stands(60).empty());
}

TEST_F(FencesTest, APostingToWhereItStandsAlreadyIsSuggestedAnew) {
    post(5);
    ASSERT_EQ(stands(60).size(), 1U);
    post(6);
    const auto seen = stands(3);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].posting, PostingId{6});
}

TEST_F(FencesTest, WhatCouldNotBeStoredIsSuggestedAgain) {
    post(5);
    const auto seen = stands(60);
    ASSERT_EQ(seen.size(), 1U);
    fences_.tell_again(seen[0]);
    EXPECT_EQ(stands(3).size(), 1U);
}

TEST_F(FencesTest, ElsewhereNothingIsSuggested) {
    post(5);
    EXPECT_TRUE(stands(60, {351'020'000, 1'109'000'000}).empty()) << "two hundred metres away";
}

} // namespace
} // namespace ems::dispatch
