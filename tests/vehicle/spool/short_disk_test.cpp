// The spool where the disk is short, damaged, or back again.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "tests/vehicle/spool/power_disk.h"
#include "vehicle/spool/damaged_file.h"
#include "vehicle/spool/spool.h"
#include "vehicle/spool/thin_wave.h"

namespace ems::vehicle {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::int64_t kCaptureUs = 1'773'830'536'000'000;

NewRecord record(wire::Stream stream, std::string body, Keep keep = Keep::ordinary) {
    return {.stream = stream,
            .t_us = kCaptureUs,
            .clk = wire::CLOCK_GNSS,
            .keep = keep,
            .body = std::move(body)};
}

// Leads I to V6 of the mask; each value of lead n is n + 1 times its place.
wire::WaveBatch batch(std::uint64_t first_sample, std::uint32_t lead_mask = 0xff) {
    wire::WaveBatch wave;
    wave.set_recording(9);
    wave.set_rate_mhz(500'000);
    wave.set_lead_mask(lead_mask);
    wave.set_lead_off_mask(0x83);
    wave.set_first_sample(first_sample);
    wave.set_count(100);
    for (std::uint32_t lead = 0; lead < 8; ++lead) {
        if ((lead_mask & (1U << lead)) != 0) {
            for (int i = 0; i < 100; ++i) {
                wave.add_deltas(static_cast<std::int32_t>(lead + 1));
            }
        }
    }
    wave.set_pleth_rate_mhz(100'000);
    wave.add_pleth_deltas(5);
    return wave;
}

wire::Envelope envelope_of(const Record& one) {
    wire::Envelope envelope;
    EXPECT_TRUE(envelope.ParseFromString(one.envelope));
    return envelope;
}

std::vector<wire::Gap> gaps(Spool& spool) {
    std::vector<wire::Gap> out;
    for (const Record& one : spool.unacked(wire::STREAM_A, 10'000)) {
        wire::Event event;
        if (event.ParseFromString(envelope_of(one).body()) && event.has_gap()) {
            out.push_back(event.gap());
        }
    }
    return out;
}

class ShortDiskTest : public testing::Test {
  protected:
    [[nodiscard]] std::string path() const { return (dir_.path() / "spool.db").string(); }
    std::unique_ptr<Spool> open(std::uint64_t quota = 1ULL << 30) {
        auto spool = Spool::open({path(), quota}, clock_);
        EXPECT_TRUE(spool);
        return std::move(*spool);
    }
    std::set<std::string> damaged_files() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator{dir_.path()}) {
            const std::string name = entry.path().filename().string();
            if (name.find(".damaged-") != std::string::npos && !name.ends_with("-wal")) {
                names.insert(name);
            }
        }
        return names;
    }
    // Pages from `first` on, in the middle of the file.
    void damage(int first, int last) const {
        std::fstream file{path(), std::ios::in | std::ios::out | std::ios::binary};
        for (int page = first; page < last; ++page) {
            file.seekp(page * 4'096 + 16);
            file.write("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
        }
    }
    void fill_waves(Spool& spool, int count) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(spool.append(record(wire::STREAM_W, std::string(4'000, 'w'))));
            spool.commit();
        }
    }
    test::TempDir dir_;
    test::FakeClock clock_;
};

TEST(ThinWave, KeepsTheValuesOfLeadTwoAndWhatNamesThem) {
    const auto thin = lead_two_only(batch(1'000).SerializeAsString());
    ASSERT_TRUE(thin);
    wire::WaveBatch wave;
    ASSERT_TRUE(wave.ParseFromString(*thin));
    EXPECT_EQ(wave.lead_mask(), 2U);
    EXPECT_EQ(wave.lead_off_mask(), 2U);
    EXPECT_EQ(wave.recording(), 9U);
    EXPECT_EQ(wave.first_sample(), 1'000U);
    EXPECT_EQ(wave.count(), 100U);
    EXPECT_EQ(std::vector<std::int32_t>(wave.deltas().begin(), wave.deltas().end()),
              std::vector<std::int32_t>(100, 2));
    EXPECT_TRUE(wave.pleth_deltas().empty());
    const auto without_i = lead_two_only(batch(0, 0xfe).SerializeAsString());
    ASSERT_TRUE(without_i);
    ASSERT_TRUE(wave.ParseFromString(*without_i));
    EXPECT_EQ(wave.deltas(0), 2);
}

TEST(ThinWave, WhatHoldsNoLeadTwoOrDoesNotAddUpIsLeftAlone) {
    EXPECT_FALSE(lead_two_only(batch(0, 0xfd).SerializeAsString()));
    wire::WaveBatch wave = batch(0);
    wave.mutable_deltas()->RemoveLast();
    EXPECT_FALSE(lead_two_only(wave.SerializeAsString()));
    EXPECT_FALSE(lead_two_only("\xff\xff no message"));
}

TEST_F(ShortDiskTest, WavesOfACaseAreThinnedToLeadTwoBeforeAnyOfThemIsDropped) {
    auto spool = open(120'000);
    for (std::uint64_t i = 0; i < 150; ++i) {
        ASSERT_TRUE(spool->append(
            record(wire::STREAM_W, batch(i * 100).SerializeAsString(), Keep::of_case)));
        ASSERT_LE(spool->commit().records.size(), 4U) << "what is thinned is nothing to show live";
    }
    // 150 x 0.9 kB whole; thinned they fit.
    std::set<std::uint64_t> samples;
    std::size_t thinned = 0;
    for (const Record& one : spool->unacked(wire::STREAM_W, 1'000)) {
        wire::WaveBatch wave;
        ASSERT_TRUE(wave.ParseFromString(envelope_of(one).body()));
        EXPECT_TRUE(samples.insert(wave.first_sample()).second);
        EXPECT_EQ(envelope_of(one).t_us(), kCaptureUs);
        thinned += wave.lead_mask() == 2 ? 1U : 0U;
    }
    EXPECT_EQ(samples.size(), 150U) << "lead II of every moment is kept";
    EXPECT_GT(thinned, 30U);
    std::uint64_t closed = 0;
    for (const wire::Gap& gap : gaps(*spool)) {
        EXPECT_EQ(gap.reason(), "thinned");
        closed += gap.to_seq() - gap.from_seq() + 1;
    }
    EXPECT_EQ(closed, thinned) << "the whole ones are named as not kept";
    EXPECT_LE(spool->bytes(), 121'000U);
}

TEST_F(ShortDiskTest, WavesNeverReachIntoTheReserveOfEventsPositionsAndVitals) {
    auto spool = open(400'000);
    fill_waves(*spool, 200);
    EXPECT_LE(spool->bytes(), 300'000U + 5'000U) << "three quarters of a small quota";
    for (int i = 1; i <= 400; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_G, std::string(150, 'g'))));
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(200, 'w'))));
        if (i % 8 == 0) {
            spool->commit();
        }
    }
    EXPECT_EQ(spool->status(wire::STREAM_G).unacked, 400U);
    for (const wire::Gap& gap : gaps(*spool)) {
        EXPECT_EQ(gap.stream(), wire::STREAM_W);
    }
}

TEST_F(ShortDiskTest, VitalsThenPositionsGoOnlyWhenNoWaveIsLeftAndEventsNever) {
    auto spool = open(320'000);
    fill_waves(*spool, 20);
    for (int i = 0; i < 1'500; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_A, "event " + std::to_string(i))));
        ASSERT_TRUE(spool->append(record(wire::STREAM_G, std::string(100, 'g'))));
        ASSERT_TRUE(spool->append(record(wire::STREAM_V, std::string(100, 'v'))));
        if (i % 10 == 9) {
            spool->commit();
        }
    }
    std::size_t events = 0;
    for (const Record& one : spool->unacked(wire::STREAM_A, 10'000)) {
        events += envelope_of(one).body().starts_with("event ") ? 1U : 0U;
    }
    EXPECT_EQ(events, 1'500U);
    EXPECT_EQ(spool->status(wire::STREAM_W).unacked, 0U);
    EXPECT_LT(spool->status(wire::STREAM_V).unacked, 50U) << "the last ones";
    EXPECT_GT(spool->status(wire::STREAM_G).unacked, 50U);
}

// The quota is of the disk and not of what was asked to be kept.
TEST_F(ShortDiskTest, TheFileIsAsLargeAsItsRecordsAreSaidToBe) {
    for (const std::size_t size : {60U, 200U, 950U, 1'250U, 2'500U, 4'200U, 20'000U}) {
        test::PowerDisk disk{1};
        const std::string name = "/disk/" + std::to_string(size);
        auto spool = Spool::open({.path = name}, clock_).value();
        for (int i = 0; i < 2'000; ++i) {
            ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(size, 'w'))));
        }
        spool->commit();
        const auto said = static_cast<double>(spool->bytes());
        spool.reset(); // the log moves into the file
        const auto is = static_cast<double>(disk.bytes()) - 50'000;
        EXPECT_LT(std::abs(is / said - 1), 0.2) << "records of " << size;
        spool = Spool::open({.path = name}, clock_).value();
        EXPECT_EQ(static_cast<double>(spool->bytes()), said);
    }
}

TEST_F(ShortDiskTest, AGapRecordCarriesTheTimeOfTheDeviceAndHowFarItCanBeTrusted) {
    clock_.step_wall(-std::chrono::microseconds{clock_.utc_us()}); // never set
    auto spool = open(50'000);
    fill_waves(*spool, 40);
    ASSERT_FALSE(gaps(*spool).empty());
    for (const Record& one : spool->unacked(wire::STREAM_A, 100)) {
        EXPECT_EQ(envelope_of(one).t_us(), kCaptureUs);
        EXPECT_EQ(envelope_of(one).clk(), wire::CLOCK_GNSS);
    }
}

TEST_F(ShortDiskTest, ADiskSmallerThanTheQuotaMakesRoomInTimeAndIsNeverFull) {
    constexpr std::uint64_t kCapacity = 40'000'000;
    test::PowerDisk disk{1};
    disk.set_capacity(kCapacity);
    auto spool = Spool::open({.path = "/disk/spool.db",
                              .quota_bytes = 1ULL << 30,
                              .margin_bytes = 16'000'000,
                              .free_bytes =
                                  [&](const std::string& /*path*/) -> std::optional<std::uint64_t> {
                                  return kCapacity - disk.bytes();
                              }},
                             clock_)
                     .value();
    for (int i = 0; i < 2'000; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_A, "event " + std::to_string(i))));
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(30'000, 'w'))));
        ASSERT_EQ(spool->commit().durability, Durability::on_disk) << i;
    }
    EXPECT_GT(spool->status(wire::STREAM_W).unacked, 300U) << "and what fits is kept";
    std::set<std::string> events;
    for (const Record& one : spool->unacked(wire::STREAM_A, 10'000)) {
        if (envelope_of(one).body().starts_with("event ")) {
            events.insert(envelope_of(one).body());
        }
    }
    EXPECT_EQ(events.size(), 2'000U);
    spool.reset();
}

TEST_F(ShortDiskTest, StateAndCommandsOutliveADamagedFile) {
    {
        auto spool = open();
        spool->set_number("highest_term", 12);
        spool->set_state("desk", "an open order");
        spool->put_command({"id-1", 1, wire::CommandAck::ACCEPTED, "e1", "b1"});
        spool->commit();
        fill_waves(*spool, 100);
    }
    damage(20, 60);
    {
        auto spool = open();
        ASSERT_EQ(damaged_files().size(), 1U);
        EXPECT_EQ(spool->number("highest_term"), 12U);
        EXPECT_EQ(spool->state("desk"), "an open order");
        ASSERT_NE(spool->find_command("id-1"), nullptr) << "it would be acted on again";
        EXPECT_EQ(spool->find_command("id-1")->result, wire::CommandAck::ACCEPTED);
        spool->commit();
    }
    auto spool = open();
    EXPECT_EQ(spool->number("highest_term"), 12U) << "and stand in the new file";
    EXPECT_NE(spool->find_command("id-1"), nullptr);
}

TEST_F(ShortDiskTest, ADamagedStateIsNotBelieved) {
    {
        auto spool = open();
        spool->set_state("term", "twelve");
        spool->commit();
        fill_waves(*spool, 100);
    }
    {
        auto file = SqliteFile::open(path());
        ASSERT_TRUE(file->execute("update state set value = 'ninety'"));
    }
    damage(20, 60);
    EXPECT_EQ(open()->state("term"), "");
}

TEST_F(ShortDiskTest, TheNewestTwoDamagedFilesAreKept) {
    for (int i = 0; i < 4; ++i) {
        {
            auto spool = open();
            fill_waves(*spool, 100);
        }
        damage(10, 60);
    }
    EXPECT_EQ(open()->durability(), Durability::on_disk);
    EXPECT_EQ(damaged_files(), (std::set<std::string>{"spool.db.damaged-3", "spool.db.damaged-4"}));
}

TEST_F(ShortDiskTest, ADamagedFileKeepsItsLog) {
    std::ofstream{path()} << "file";
    std::ofstream{path() + "-wal"} << "log";
    ASSERT_TRUE(set_damaged_aside(path()));
    std::string log;
    std::ifstream{path() + ".damaged-1-wal"} >> log;
    EXPECT_EQ(log, "log");
    EXPECT_FALSE(fs::exists(path()));
    EXPECT_FALSE(fs::exists(path() + "-wal")) << "no later file may take it for its own";
}

// quick_check does not see an index that misses entries; deleting does.
TEST_F(ShortDiskTest, DamageThatTheCheckDoesNotSeeEndsInANewFileAndNotInALoop) {
    {
        auto spool = open();
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, "w")));
        spool->commit();
    }
    {
        // Two indices change places: each page is in use, and each index lacks its entries.
        auto file = SqliteFile::open(path());
        ASSERT_TRUE(file->execute(
            "pragma writable_schema=on;"
            "create table other(stream, prio, seq); create index other_drop on other(stream);"
            "update sqlite_schema set rootpage = (select sum(rootpage) from sqlite_schema "
            "  where name in ('rec_drop', 'other_drop')) - rootpage "
            "  where name in ('rec_drop', 'other_drop')"));
    }
    auto spool = open();
    ASSERT_EQ(spool->durability(), Durability::on_disk);
    wire::Ack ack;
    ack.set_spool(spool->identity());
    ack.add_streams()->set_stream(wire::STREAM_W);
    ack.mutable_streams(0)->set_upto(1);
    for (int i = 0; i < 3; ++i) {
        spool->acknowledge(ack);
        spool->commit();
        clock_.advance(11s);
        spool->commit();
    }
    ASSERT_TRUE(spool->append(record(wire::STREAM_A, "a")));
    EXPECT_EQ(spool->commit().durability, Durability::on_disk);
    EXPECT_EQ(damaged_files().size(), 1U);
}

TEST_F(ShortDiskTest, ANumberThatRoseWithoutTheDiskNeverFallsWhenItIsBack) {
    {
        auto spool = open();
        spool->set_number("process_count", 57);
        spool->commit();
    }
    const fs::path away = dir_.path() / "away";
    fs::rename(path(), away);
    fs::create_directory(path()); // cannot be opened
    auto spool = open();
    ASSERT_EQ(spool->durability(), Durability::in_memory);
    spool->set_number("process_count", 1);
    spool->commit();
    fs::remove(path());
    fs::rename(away, path());
    clock_.advance(11s);
    spool->commit();
    ASSERT_EQ(spool->durability(), Durability::on_disk);
    EXPECT_EQ(spool->number("process_count"), 57U);
}

} // namespace
} // namespace ems::vehicle
