#include "telemetry/ingest/decode_shards.h"

#include <atomic>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "telemetry/ingest/limits.h"
#include "tests/support/child_process.h"
#include "tests/support/fake_clock.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;
using test::eventually;

constexpr std::size_t kRoom = 10'000;

RingBounds bounds(std::size_t capacity) {
    return {RingBound{capacity, WhenFull::refuse_newest}, RingBound{capacity, WhenFull::refuse_newest},
            RingBound{capacity, WhenFull::drop_oldest}, RingBound{capacity, WhenFull::refuse_newest}};
}

std::string vehicle(std::size_t number) {
    return "amb-" + std::to_string(number);
}

link::MqttMessage message_of(MessageClass of, const std::string& vid, std::uint64_t seq) {
    switch (of) {
    case MessageClass::events:
        return test::live(vid, test::event(seq));
    case MessageClass::trends:
        return test::live(vid, test::position(seq));
    case MessageClass::waves:
        return test::live(vid, test::wave(seq));
    case MessageClass::backlog:
        return test::backlog(vid, {test::vitals(2 * seq), test::vitals(2 * seq + 1)});
    }
    return {};
}

// The seqs that came out, by class and vehicle.
using Came = std::map<std::pair<MessageClass, std::string>, std::vector<std::uint64_t>>;

void take_into(Came& came, DecodeShards& shards, MessageClass of, std::size_t count_max) {
    for (const Decoded& message : shards.take(of, count_max)) {
        ASSERT_TRUE(message.vid);
        for (const Decoded::Entry& entry : message.entries) {
            ASSERT_TRUE(entry.record) << entry.record.error().message();
            came[{of, message.vid->str()}].push_back(entry.record->key.seq);
        }
    }
}

std::vector<std::uint64_t> up_to(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> out(last - first + 1);
    std::iota(out.begin(), out.end(), first);
    return out;
}

class DecodeShardsOf : public testing::TestWithParam<std::size_t> {
  protected:
    test::FakeClock clock_;
};
INSTANTIATE_TEST_SUITE_P(Counts, DecodeShardsOf, testing::Values(1, 2, 3, kShardsMax));

TEST_P(DecodeShardsOf, KeepTheOrderOfEachVehicleWhateverTheOthersSend) {
    constexpr std::size_t kProducers = 3;
    constexpr std::size_t kVehiclesEach = 7;
    constexpr std::uint64_t kEach = 60;
    DecodeShards shards{GetParam(), bounds(kRoom), test::region(), clock_, [] {}};
    shards.open(1);
    std::vector<std::thread> producers;
    for (std::size_t producer = 0; producer < kProducers; ++producer) {
        producers.emplace_back([&shards, producer] {
            std::mt19937_64 random{producer + 1};
            std::map<std::pair<MessageClass, std::size_t>, std::uint64_t> sent;
            for (std::size_t left = kVehiclesEach * kMessageClasses.size() * kEach; left > 0;) {
                const MessageClass of = kMessageClasses[random() % kMessageClasses.size()];
                const std::size_t one = producer * kVehiclesEach + random() % kVehiclesEach;
                std::uint64_t& seq = sent[{of, one}];
                if (seq < kEach) {
                    EXPECT_TRUE(shards.push(of, vehicle(one), message_of(of, vehicle(one), ++seq)));
                    --left;
                }
            }
        });
    }
    Came came;
    std::mt19937_64 random{99};
    EXPECT_TRUE(eventually(
        [&] {
            for (const MessageClass of : kMessageClasses) {
                take_into(came, shards, of, 1 + random() % 40);
            }
            std::size_t records = 0;
            for (const auto& [whose, seqs] : came) {
                records += seqs.size();
            }
            return records == kProducers * kVehiclesEach * kEach * 5; // a backlog holds two
        },
        60s));
    for (std::thread& producer : producers) {
        producer.join();
    }
    ASSERT_EQ(came.size(), kProducers * kVehiclesEach * kMessageClasses.size());
    for (const auto& [whose, seqs] : came) {
        const bool pairs = whose.first == MessageClass::backlog;
        EXPECT_EQ(seqs, pairs ? up_to(2, 2 * kEach + 1) : up_to(1, kEach)) << whose.second;
    }
}

TEST_P(DecodeShardsOf, TheRingsHoldUntilTheyAreOpenedAndAreBoundedTogether) {
    DecodeShards shards{GetParam(), bounds(40), test::region(), clock_, [] {}};
    std::size_t taken = 0;
    for (std::uint64_t seq = 1; seq <= 60; ++seq) {
        const std::string vid = vehicle(seq % 11);
        taken += shards.push(MessageClass::trends, vid, message_of(MessageClass::trends, vid, seq))
                     ? 1U
                     : 0U;
    }
    EXPECT_EQ(taken, 40U);
    EXPECT_EQ(shards.size(MessageClass::trends), 40U);
    EXPECT_EQ(shards.dropped(MessageClass::trends), 20U);
    EXPECT_EQ(shards.dropped(MessageClass::backlog), 0U) << "a class fills no other's ring";
    EXPECT_FALSE(shards.has_decoded(MessageClass::trends));
}

TEST_P(DecodeShardsOf, OfFullWavesTheOldestOfAllVehiclesGoes) {
    DecodeShards shards{GetParam(), bounds(20), test::region(), clock_, [] {}};
    for (std::uint64_t seq = 1; seq <= 30; ++seq) {
        const std::string vid = vehicle(seq % 7);
        EXPECT_TRUE(shards.push(MessageClass::waves, vid, message_of(MessageClass::waves, vid, seq)));
    }
    EXPECT_EQ(shards.dropped(MessageClass::waves), 10U);
    shards.open(1);
    Came came;
    std::set<std::uint64_t> seqs;
    ASSERT_TRUE(eventually(
        [&] {
            take_into(came, shards, MessageClass::waves, 5);
            seqs.clear();
            for (const auto& [whose, of_vehicle] : came) {
                seqs.insert(of_vehicle.begin(), of_vehicle.end());
            }
            return seqs.size() >= 20;
        },
        20s));
    EXPECT_EQ(*seqs.begin(), 11U);
    EXPECT_EQ(*seqs.rbegin(), 30U);
}

TEST_P(DecodeShardsOf, OneVehicleFillsNoRingWhoseBoundForOneIsSet) {
    RingBounds small = bounds(100);
    small[static_cast<std::size_t>(MessageClass::events)].per_vehicle = 30;
    DecodeShards shards{GetParam(), small, test::region(), clock_, [] {}};
    const auto push = [&shards](const std::string& vid, std::uint64_t seq) {
        return shards.push(MessageClass::events, vid, message_of(MessageClass::events, vid, seq));
    };
    std::uint64_t taken = 0;
    for (std::uint64_t seq = 1; seq <= 200; ++seq) {
        taken += push("amb-1", seq) ? 1U : 0U;
    }
    EXPECT_EQ(taken, 30U);
    EXPECT_EQ(shards.dropped(MessageClass::events), 170U);
    EXPECT_TRUE(push("amb-2", 1));
    shards.open(1);
    Came came;
    ASSERT_TRUE(eventually(
        [&] {
            take_into(came, shards, MessageClass::events, 10);
            return came[{MessageClass::events, "amb-1"}].size() == 30;
        },
        20s));
    EXPECT_TRUE(push("amb-1", 201)) << "what was taken out makes room";
}

class DecodeShardsTest : public testing::Test {
  protected:
    test::FakeClock clock_;
};

TEST_F(DecodeShardsTest, DecodeALittleAheadAndNoMore) {
    DecodeShards shards{1, bounds(kRoom), test::region(), clock_, [] {}};
    constexpr std::uint64_t kCount = 5 * DecodeShards::kAhead;
    for (std::uint64_t seq = 1; seq <= kCount; ++seq) {
        shards.push(MessageClass::backlog, "amb-1", message_of(MessageClass::backlog, "amb-1", seq));
    }
    shards.open(1);
    // Whatever is pushed behind has to wait, and what another class sends does not.
    ASSERT_TRUE(eventually(
        [&] { return shards.size(MessageClass::backlog) == kCount - DecodeShards::kAhead; }, 20s));
    shards.push(MessageClass::events, "amb-1", message_of(MessageClass::events, "amb-1", 1));
    ASSERT_TRUE(eventually([&] { return shards.has_decoded(MessageClass::events); }, 20s));
    EXPECT_EQ(shards.size(MessageClass::backlog), kCount - DecodeShards::kAhead);
    Came came;
    EXPECT_TRUE(eventually(
        [&] {
            take_into(came, shards, MessageClass::backlog, kRoom);
            return came[{MessageClass::backlog, "amb-1"}].size() == 2 * kCount;
        },
        20s));
}

TEST_F(DecodeShardsTest, AnEventPassesEverythingThatCameBeforeIt) {
    std::atomic<bool> first{true};
    std::atomic<bool> event_first{false};
    DecodeShards* own = nullptr;
    DecodeShards shards{1, bounds(kRoom), test::region(), clock_, [&] {
                            if (first.exchange(false)) {
                                event_first = own->has_decoded(MessageClass::events);
                            }
                        }};
    own = &shards;
    for (const MessageClass of :
         {MessageClass::backlog, MessageClass::waves, MessageClass::trends, MessageClass::events}) {
        shards.push(of, "amb-1", message_of(of, "amb-1", 1));
    }
    shards.open(1);
    ASSERT_TRUE(eventually([&] { return !first; }, 20s));
    shards.stop();
    EXPECT_TRUE(event_first);
}

TEST_F(DecodeShardsTest, WhatCannotBeReadComesOutInItsPlaceWithItsBeginning) {
    DecodeShards shards{2, bounds(kRoom), test::region(), clock_, [] {}};
    shards.open(1);
    auto bad_body = test::position(2);
    bad_body.set_body("\xff\xff");
    shards.push(MessageClass::trends, "amb-1", test::live("amb-1", test::position(1)));
    shards.push(MessageClass::trends, "amb-1", test::live("amb-1", bad_body));
    shards.push(MessageClass::trends, "amb-1",
                {"ems/v1/140802/amb-1/u/gps", std::string(5000, '\xff'), {}, false});
    std::vector<Decoded> out;
    ASSERT_TRUE(eventually(
        [&] {
            for (Decoded& message : shards.take(MessageClass::trends, 10)) {
                out.push_back(std::move(message));
            }
            return out.size() == 3;
        },
        20s));
    EXPECT_TRUE(out[0].entries.at(0).record);
    EXPECT_EQ(out[0].excerpt.size_bytes, 0U);
    EXPECT_EQ(out[1].entries.at(0).key->seq, 2U);
    EXPECT_FALSE(out[1].entries.at(0).record);
    ASSERT_TRUE(out[2].unreadable);
    EXPECT_EQ(out[2].excerpt.size_bytes, 5000U);
    EXPECT_EQ(out[2].excerpt.head.size(), kBadHeadBytes);
}

TEST_F(DecodeShardsTest, TheTimeScaleOfTheRegionIsThatOfTheLastOpening) {
    DecodeShards shards{1, bounds(kRoom), test::region(), clock_, [] {}};
    wire::Position fast;
    fast.set_lat_e7(350'210'000);
    fast.set_lon_e7(1'109'900'000);
    fast.set_speed_cm_s(20'000);
    fast.set_fix_mode(3);
    const auto plausible = [&](double time_scale, std::uint64_t seq) {
        shards.open(time_scale);
        shards.push(MessageClass::trends, "amb-1",
                    test::live("amb-1", test::envelope(wire::STREAM_G, seq,
                                                       fast.SerializeAsString())));
        std::vector<Decoded> out;
        EXPECT_TRUE(eventually(
            [&] {
                out = shards.take(MessageClass::trends, 1);
                return !out.empty();
            },
            20s));
        return std::get<PositionRow>(out.at(0).entries.at(0).record->row).plausible;
    };
    EXPECT_FALSE(plausible(1, 1));
    EXPECT_TRUE(plausible(10, 2));
}

TEST_F(DecodeShardsTest, AfterTheStopNothingIsTakenAndItMayComeTwice) {
    DecodeShards shards{4, bounds(kRoom), test::region(), clock_, [] {}};
    shards.open(1);
    shards.stop();
    EXPECT_FALSE(shards.push(MessageClass::events, "amb-1", test::live("amb-1", test::event(1))));
    shards.stop();
}

} // namespace
} // namespace ems::ingest
