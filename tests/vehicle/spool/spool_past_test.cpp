// A spool file that is older than what was once told of it: a disk that lies about its syncs, or an
// image that was put back.
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "vehicle/spool/spool.h"

namespace ems::vehicle {
namespace {

class SpoolPastTest : public testing::Test {
  protected:
    [[nodiscard]] std::string path(const std::string& name) const {
        return (dir_.path() / name).string();
    }
    std::unique_ptr<Spool> open(const std::string& boot) {
        auto spool = Spool::open({.path = path("s"), .boot = boot}, clock_);
        EXPECT_TRUE(spool);
        return std::move(*spool);
    }
    // Numbers given to `count` events of one group.
    static std::set<std::uint64_t> events(Spool& spool, int count) {
        for (int i = 0; i < count; ++i) {
            EXPECT_TRUE(spool.append({.stream = wire::STREAM_A, .t_us = 1, .body = "x"}));
        }
        std::set<std::uint64_t> out;
        for (const Record& record : spool.commit().records) {
            out.insert(record.seq);
        }
        return out;
    }
    static void acknowledge(Spool& spool, std::uint64_t upto) {
        wire::Ack ack;
        ack.set_spool(spool.identity());
        auto& stream = *ack.add_streams();
        stream.set_stream(wire::STREAM_A);
        stream.set_upto(upto);
        spool.acknowledge(ack);
        spool.commit();
    }
    // The file of now comes back later.
    void put_back() const {
        std::filesystem::remove(path("s-wal"));
        std::filesystem::copy_file(path("image"), path("s"),
                                   std::filesystem::copy_options::overwrite_existing);
    }
    void keep_image() const { std::filesystem::copy_file(path("s"), path("image")); }

    test::TempDir dir_;
    test::FakeClock clock_;
};

TEST_F(SpoolPastTest, AfterABootNoNumberIsGivenThatTheLostEndOfTheFileMayHaveGiven) {
    events(*open("boot-1"), 5);
    keep_image();
    const std::set<std::uint64_t> lost = events(*open("boot-1"), 200);
    put_back();
    const auto spool = open("boot-2");
    EXPECT_EQ(spool->unacked_count(wire::STREAM_A), 5U) << "what the file holds is still sent";
    for (const std::uint64_t seq : events(*spool, 200)) {
        EXPECT_FALSE(lost.contains(seq)) << seq;
    }
}

TEST_F(SpoolPastTest, InOneBootNumbersFollowEachOther) {
    events(*open("boot-1"), 5);
    EXPECT_EQ(events(*open("boot-1"), 1), (std::set<std::uint64_t>{6}));
}

TEST_F(SpoolPastTest, WhatTheCentreAcknowledgesBeyondTheFileIsNeverGivenAgainAndIsTold) {
    const auto spool = open("boot-1");
    events(*spool, 5);
    acknowledge(*spool, 900);
    EXPECT_EQ(spool->troubles().went_back, 1U);
    EXPECT_EQ(events(*spool, 1), (std::set<std::uint64_t>{901}));
    acknowledge(*spool, 901);
    EXPECT_EQ(spool->troubles().went_back, 1U);
    EXPECT_EQ(spool->unacked_count(wire::STREAM_A), 0U);
}

TEST_F(SpoolPastTest, AnAcknowledgementOfANumberThatNobodyCanHaveGivenChangesNothing) {
    const auto spool = open("boot-1");
    events(*spool, 5);
    acknowledge(*spool, ~std::uint64_t{0});
    EXPECT_EQ(events(*spool, 1), (std::set<std::uint64_t>{6}));
}

} // namespace
} // namespace ems::vehicle
