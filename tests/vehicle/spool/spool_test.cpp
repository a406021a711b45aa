#include "vehicle/spool/spool.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ems::vehicle {
namespace {

namespace fs = std::filesystem;

NewRecord record(wire::Stream stream, std::string body, Keep keep = Keep::ordinary) {
    return {.stream = stream,
            .t_us = 1'773'830'536'000'000,
            .clk = wire::CLOCK_GNSS,
            .keep = keep,
            .body = std::move(body)};
}

wire::Ack ack_of(std::uint64_t spool, wire::Stream stream, std::uint64_t upto,
                 std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges = {},
                 std::vector<std::uint64_t> rejected = {}) {
    wire::Ack ack;
    ack.set_spool(spool);
    auto& one = *ack.add_streams();
    one.set_stream(stream);
    one.set_upto(upto);
    for (const auto& [from, to] : ranges) {
        auto& range = *one.add_ranges();
        range.set_from(from);
        range.set_to(to);
    }
    for (const std::uint64_t seq : rejected) {
        one.add_rejected(seq);
    }
    return ack;
}

wire::Envelope envelope_of(const Record& one) {
    wire::Envelope envelope;
    EXPECT_TRUE(envelope.ParseFromString(one.envelope));
    return envelope;
}

std::vector<std::uint64_t> seqs(const std::vector<Record>& records) {
    std::vector<std::uint64_t> out;
    for (const Record& one : records) {
        out.push_back(one.seq);
    }
    return out;
}

std::vector<wire::Gap> gaps(Spool& spool) {
    std::vector<wire::Gap> out;
    for (const Record& one : spool.unacked(wire::STREAM_A, 1'000)) {
        wire::Event event;
        if (event.ParseFromString(envelope_of(one).body()) && event.has_gap()) {
            out.push_back(event.gap());
        }
    }
    return out;
}

class SpoolTest : public testing::Test {
  protected:
    [[nodiscard]] std::string path() const { return (dir_.path() / "spool.db").string(); }
    std::unique_ptr<Spool> open(std::uint64_t quota = 1ULL << 30) {
        auto spool = Spool::open({path(), quota}, clock_);
        EXPECT_TRUE(spool) << spool.error().message();
        return std::move(*spool);
    }
    test::TempDir dir_;
    test::FakeClock clock_;
};

TEST_F(SpoolTest, NumbersEachStreamFromOneInTheOrderGiven) {
    auto spool = open();
    ASSERT_TRUE(spool->append(record(wire::STREAM_G, "g1")));
    ASSERT_TRUE(spool->append(record(wire::STREAM_A, "a1")));
    ASSERT_TRUE(spool->append(record(wire::STREAM_G, "g2")));
    EXPECT_TRUE(spool->unacked(wire::STREAM_G, 10).empty())
        << "nothing is sent before it is durable";
    const auto committed = spool->commit();
    EXPECT_EQ(committed.durability, Durability::on_disk);
    EXPECT_EQ(seqs(committed.records), (std::vector<std::uint64_t>{1, 1, 2}));
    const wire::Envelope envelope = envelope_of(committed.records[2]);
    EXPECT_EQ(envelope.spool(), spool->identity());
    EXPECT_EQ(envelope.seq(), 2U);
    EXPECT_EQ(envelope.body(), "g2");
    EXPECT_EQ(envelope.clk(), wire::CLOCK_GNSS);
    EXPECT_EQ(spool->status(wire::STREAM_G), (StreamStatus{2, 1, 2}));
    EXPECT_EQ(spool->newest(wire::STREAM_G)->seq, 2U);
}

TEST_F(SpoolTest, KeepsIdentityNumbersStateAndCommandsOverARestart) {
    std::uint64_t identity = 0;
    {
        auto spool = open();
        identity = spool->identity();
        ASSERT_TRUE(spool->append(record(wire::STREAM_V, "v")));
        spool->set_number("term", 7);
        spool->set_state("unit", std::string("\0x", 2));
        spool->put_command({"id-2", 2, wire::CommandAck::STORED, "e2", "b2"});
        spool->put_command({"id-1", 1, wire::CommandAck::ACCEPTED, "e1", "b1"});
        spool->commit();
        spool->acknowledge(ack_of(identity, wire::STREAM_V, 1));
        spool->commit();
    }
    auto spool = open();
    EXPECT_EQ(spool->identity(), identity);
    EXPECT_EQ(spool->status(wire::STREAM_V), (StreamStatus{1, 0, 0}));
    EXPECT_EQ(spool->number("term"), 7U);
    EXPECT_EQ(spool->state("unit"), std::string("\0x", 2));
    ASSERT_EQ(spool->commands().size(), 2U);
    EXPECT_EQ(spool->commands()[0].id, "id-1");
    EXPECT_EQ(spool->find_command("id-2")->body, "b2");
    ASSERT_TRUE(spool->append(record(wire::STREAM_V, "next")));
    EXPECT_EQ(seqs(spool->commit().records), std::vector<std::uint64_t>{2})
        << "a number is given once";
}

TEST_F(SpoolTest, AFileOfVersionOneKeepsItsRecordsAndCommands) {
    std::uint64_t identity = 0;
    {
        auto spool = open();
        identity = spool->identity();
        ASSERT_TRUE(spool->append(record(wire::STREAM_A, "a")));
        spool->put_command({"id-1", 1, wire::CommandAck::ACCEPTED, "e1", "b1"});
        spool->commit();
    }
    {
        auto file = SqliteFile::open(path());
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->execute("alter table command rename column ack to ack_event_id; "
                                  "alter table command drop column crc; "
                                  "alter table state drop column crc; drop table carried; "
                                  "pragma user_version=1"));
    }
    auto spool = open();
    EXPECT_EQ(spool->durability(), Durability::on_disk);
    EXPECT_EQ(spool->identity(), identity);
    EXPECT_EQ(spool->status(wire::STREAM_A).unacked, 1U);
    ASSERT_NE(spool->find_command("id-1"), nullptr);
    EXPECT_EQ(spool->find_command("id-1")->result, wire::CommandAck::ACCEPTED);
    spool->put_command({"id-2", 2, wire::CommandAck::STORED, "e2", "b2"});
    EXPECT_EQ(spool->commit().durability, Durability::on_disk);
}

TEST_F(SpoolTest, AGroupThatIsFullOfOtherRecordsStillTakesEvents) {
    auto spool = open();
    for (std::size_t i = 0; i < kSpoolGroupMax; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_G, "g")));
    }
    EXPECT_EQ(spool->append(record(wire::STREAM_G, "g")).error().code, Code::full);
    for (std::size_t i = 0; i < kSpoolEventsMore; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_A, "a")));
    }
    EXPECT_EQ(spool->append(record(wire::STREAM_A, "a")).error().code, Code::full);
    EXPECT_EQ(spool->commit().records.size(), kSpoolGroupMax + kSpoolEventsMore);
    EXPECT_TRUE(spool->append(record(wire::STREAM_G, "g")));
}

TEST_F(SpoolTest, ASecondProcessIsRefused) {
    auto spool = open();
    const auto second = Spool::open({path(), 1 << 20}, clock_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::busy);
}

TEST_F(SpoolTest, DeletesWhatIsAcknowledgedByCumulationRangesAndRejection) {
    auto spool = open();
    for (int i = 0; i < 12; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, "w")));
    }
    spool->commit();
    spool->acknowledge(ack_of(spool->identity(), wire::STREAM_W, 2, {{4, 5}, {8, 99}}, {7}));
    spool->acknowledge(ack_of(spool->identity() + 1, wire::STREAM_W, 12)); // another spool's
    spool->commit();
    EXPECT_EQ(seqs(spool->unacked(wire::STREAM_W, 100)), (std::vector<std::uint64_t>{3, 6}));
    spool->acknowledge(ack_of(spool->identity(), wire::STREAM_W, UINT64_MAX));
    spool->commit();
    EXPECT_EQ(spool->status(wire::STREAM_W), (StreamStatus{99, 0, 0}))
        << "13 to 99 were made by a file that was newer";
    ASSERT_TRUE(spool->append(record(wire::STREAM_W, "w")));
    spool->commit();
    EXPECT_EQ(spool->status(wire::STREAM_W), (StreamStatus{100, 100, 1}))
        << "an acknowledgement of the future deletes nothing that comes later";
}

// The same random acts on the spool and on plain containers must agree after each step and each
// restart.
TEST_F(SpoolTest, FindsARecordByItsNameWhileItIsKept) {
    auto spool = open();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, "w" + std::to_string(i))));
    }
    spool->commit();
    const auto second = spool->find(wire::STREAM_W, spool->identity(), 2);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->seq, 2U);
    EXPECT_EQ(envelope_of(*second).body(), "w1");
    EXPECT_FALSE(spool->find(wire::STREAM_W, spool->identity() + 1, 2)) << "of another spool";
    EXPECT_FALSE(spool->find(wire::STREAM_V, spool->identity(), 2));
    spool->acknowledge(ack_of(spool->identity(), wire::STREAM_W, 2));
    spool->commit();
    EXPECT_FALSE(spool->find(wire::STREAM_W, spool->identity(), 2));
    EXPECT_TRUE(spool->find(wire::STREAM_W, spool->identity(), 3));
}

TEST_F(SpoolTest, AgreesWithANaiveModel) {
    std::mt19937_64 random{4};
    std::array<std::set<std::uint64_t>, kStreams> model;
    std::array<std::uint64_t, kStreams> last{};
    std::array<std::uint64_t, kStreams> acknowledged{}; // by the open group
    auto spool = open();
    std::array<std::size_t, kStreams> open_group{};
    for (int step = 0; step < 3'000; ++step) {
        const std::size_t index = random() % kStreams;
        switch (random() % 8) {
        case 0:
        case 1:
        case 2:
            ASSERT_TRUE(spool->append(record(stream_at(index), std::string(random() % 300, 'x'))));
            ++open_group.at(index);
            break;
        case 3: {
            const std::uint64_t upto = last.at(index) == 0 ? 0 : random() % (last.at(index) + 2);
            const std::uint64_t from = random() % (last.at(index) + 3);
            const std::uint64_t to = from + random() % 5;
            spool->acknowledge(ack_of(spool->identity(), stream_at(index), upto / 2, {{from, to}}));
            acknowledged.at(index) = std::max({acknowledged.at(index), upto / 2, to});
            for (auto it = model.at(index).begin(); it != model.at(index).end();) {
                const bool gone = *it <= upto / 2 || (*it >= from && *it <= to);
                it = gone ? model.at(index).erase(it) : std::next(it);
            }
            break;
        }
        case 4:
            if (step % 5 == 0) {
                open_group = {};
                acknowledged = {};
                spool.reset(); // the open group is lost, as at a power cut; acknowledgements too
                spool = open();
                for (std::size_t i = 0; i < kStreams; ++i) {
                    const auto all = seqs(spool->unacked(stream_at(i), 10'000));
                    model.at(i) = {all.begin(), all.end()};
                    ASSERT_EQ(spool->status(stream_at(i)).last_seq, last.at(i));
                }
            }
            break;
        default:
            spool->commit();
            for (std::size_t i = 0; i < kStreams; ++i) {
                last.at(i) = std::max(last.at(i), acknowledged.at(i));
                acknowledged.at(i) = 0;
                for (; open_group.at(i) > 0; --open_group.at(i)) {
                    model.at(i).insert(++last.at(i));
                }
                const auto all = seqs(spool->unacked(stream_at(i), 10'000));
                ASSERT_EQ(all, (std::vector<std::uint64_t>{model.at(i).begin(), model.at(i).end()}))
                    << "step " << step;
                ASSERT_EQ(spool->status(stream_at(i)),
                          (StreamStatus{last.at(i), all.empty() ? 0 : all.front(), all.size()}));
            }
        }
    }
}

TEST_F(SpoolTest, QuotaDropsTheOldestOrdinaryWavesFirstAndSaysSo) {
    auto spool = open(200'000);
    ASSERT_TRUE(spool->append(record(wire::STREAM_A, "alarm")));
    ASSERT_TRUE(spool->append(record(wire::STREAM_G, "first position")));
    ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(4'000, 'c'), Keep::of_case)));
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(4'000, 'w'))));
        spool->commit();
    }
    EXPECT_LE(spool->bytes(), 200'000U + 8'000U);
    const auto waves = seqs(spool->unacked(wire::STREAM_W, 1'000));
    EXPECT_EQ(waves.front(), 1U) << "the wave of the case stays";
    EXPECT_GT(waves.at(1), 50U);
    EXPECT_EQ(waves.back(), 101U);
    EXPECT_EQ(spool->unacked(wire::STREAM_G, 10).size(), 1U);
    EXPECT_EQ(envelope_of(spool->unacked(wire::STREAM_A, 10).front()).body(), "alarm");
    std::set<std::uint64_t> closed;
    for (const wire::Gap& gap : gaps(*spool)) {
        EXPECT_EQ(gap.stream(), wire::STREAM_W);
        EXPECT_EQ(gap.reason(), "quota");
        for (std::uint64_t seq = gap.from_seq(); seq <= gap.to_seq(); ++seq) {
            EXPECT_TRUE(closed.insert(seq).second);
        }
    }
    EXPECT_EQ(closed.size() + waves.size(), 101U) << "each wave is kept or named in a gap";
}

TEST_F(SpoolTest, ADamagedFileIsSetAsideAndANewIdentityBegins) {
    std::uint64_t identity = 0;
    {
        auto spool = open();
        identity = spool->identity();
        for (int i = 0; i < 100; ++i) {
            ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(4'000, 'w'))));
        }
        spool->commit();
    }
    {
        std::fstream file{path(), std::ios::in | std::ios::out | std::ios::binary};
        for (int page = 1; page < 40; ++page) {
            file.seekp(page * 4'096 + 16);
            file.write("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
        }
    }
    auto spool = open();
    EXPECT_EQ(spool->durability(), Durability::on_disk);
    EXPECT_NE(spool->identity(), identity);
    const bool kept = std::any_of(
        fs::directory_iterator{dir_.path()}, fs::directory_iterator{}, [](const auto& entry) {
            return entry.path().filename().string().starts_with("spool.db.damaged-");
        });
    EXPECT_TRUE(kept);
}

TEST_F(SpoolTest, AFullDiskMovesRecordsToMemoryUnderAnotherIdentityAndBack) {
    auto spool = open();
    const std::uint64_t identity = spool->identity();
    ASSERT_TRUE(spool->append(record(wire::STREAM_A, "before")));
    spool->commit();

    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = 65'536;
    std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
    ASSERT_TRUE(spool->append(record(wire::STREAM_A, "during")));
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(4'000, 'w'))));
    }
    spool->set_number("term", 9);
    const auto committed = spool->commit();
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);

    EXPECT_EQ(committed.durability, Durability::in_memory);
    ASSERT_EQ(committed.records.size(), 51U);
    EXPECT_NE(committed.records[0].spool, identity) << "a number of the file is never given twice";
    EXPECT_EQ(committed.records[0].seq, 1U);
    EXPECT_EQ(spool->number("term"), 9U);

    clock_.advance(std::chrono::seconds{11});
    ASSERT_TRUE(spool->append(record(wire::STREAM_A, "after")));
    const auto again = spool->commit();
    EXPECT_EQ(again.durability, Durability::on_disk);
    EXPECT_EQ(again.records.at(0).spool, identity);
    EXPECT_EQ(again.records.at(0).seq, 2U);
    const auto events = spool->unacked(wire::STREAM_A, 10);
    ASSERT_EQ(events.size(), 3U) << "file first, then what memory still holds";
    EXPECT_EQ(envelope_of(events[2]).body(), "during");
    EXPECT_TRUE(spool->find(wire::STREAM_A, committed.records[0].spool, 1));
    spool.reset();
    spool = open();
    EXPECT_EQ(spool->number("term"), 9U) << "state set while the disk was full is written later";
    EXPECT_TRUE(spool->find(wire::STREAM_A, committed.records[0].spool, 1))
        << "and so is what memory held, under its own name";
    EXPECT_EQ(spool->unacked_count(wire::STREAM_W), 50U);
    spool->acknowledge(ack_of(committed.records[0].spool, wire::STREAM_A, 1));
    spool->commit();
    EXPECT_FALSE(spool->find(wire::STREAM_A, committed.records[0].spool, 1));
    EXPECT_EQ(spool->unacked(wire::STREAM_A, 10).size(), 2U);
    spool->acknowledge(ack_of(committed.records[0].spool, wire::STREAM_W, UINT64_MAX));
    spool->commit();
    EXPECT_EQ(spool->unacked_count(wire::STREAM_W), 0U);
    EXPECT_LT(spool->bytes(), 1'000U);
}

// Under the identity of memory it would close a number that is whole there.
TEST_F(SpoolTest, ADamagedRecordIsToldUnderTheIdentityOfItsOwnFileOnly) {
    {
        auto spool = open();
        ASSERT_TRUE(spool->append(record(wire::STREAM_G, "first")));
        ASSERT_TRUE(spool->append(record(wire::STREAM_G, "second")));
        spool->commit();
    }
    ASSERT_TRUE(SqliteFile::open(path())->execute("update rec set crc = crc + 1 where seq = 1"));
    auto spool = open();
    const std::uint64_t identity = spool->identity();
    ASSERT_EQ(seqs(spool->unacked(wire::STREAM_G, 10)), std::vector<std::uint64_t>{2});

    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = 65'536;
    std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(4'000, 'w'))));
    }
    ASSERT_TRUE(spool->append(record(wire::STREAM_G, "in memory")));
    ASSERT_EQ(spool->commit().durability, Durability::in_memory);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_TRUE(gaps(*spool).empty()) << "nothing was dropped";

    clock_.advance(std::chrono::seconds{11});
    spool->commit();
    ASSERT_EQ(spool->identity(), identity);
    spool->unacked(wire::STREAM_G, 10);
    spool->commit();
    const auto events = spool->unacked(wire::STREAM_A, 10);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].spool, identity);
    ASSERT_EQ(gaps(*spool).size(), 1U);
    EXPECT_EQ(gaps(*spool)[0].reason(), "damaged");
    EXPECT_EQ(gaps(*spool)[0].from_seq(), 1U);
    EXPECT_EQ(spool->status(wire::STREAM_G).unacked, 1U) << "and it is asked for no more";
    EXPECT_EQ(spool->unacked(wire::STREAM_G, 10).size(), 2U) << "both that are whole";
}

TEST_F(SpoolTest, AFolderThatIsMissingLeavesMemory) {
    auto spool = Spool::open({(dir_.path() / "absent" / "spool.db").string(), 1 << 20}, clock_);
    ASSERT_TRUE(spool);
    for (int i = 0; i < 5'000; ++i) {
        ASSERT_TRUE((*spool)->append(record(wire::STREAM_G, "g")));
        (*spool)->commit();
    }
    EXPECT_EQ((*spool)->durability(), Durability::in_memory);
    EXPECT_LE((*spool)->status(wire::STREAM_G).unacked, 600U);
    EXPECT_EQ((*spool)->newest(wire::STREAM_G)->seq, 5'000U);
    std::uint64_t closed = 0;
    for (const wire::Gap& gap : gaps(**spool)) {
        closed += gap.to_seq() - gap.from_seq() + 1;
    }
    EXPECT_EQ(closed + (*spool)->status(wire::STREAM_G).unacked, 5'000U);
}

// A copy of file and log at any moment between writes is what a power cut leaves; part of the log's
// tail may be missing.
TEST_F(SpoolTest, ACopyCutAnywhereHoldsEveryCommittedEventBeforeTheCut) {
    auto spool = open();
    std::mt19937_64 random{5};
    for (int round = 0; round < 60; ++round) {
        for (std::size_t i = 0; i < random() % 5; ++i) {
            ASSERT_TRUE(spool->append(record(wire::STREAM_W, std::string(random() % 5'000, 'w'))));
        }
        ASSERT_TRUE(spool->append(record(wire::STREAM_A, "a" + std::to_string(round))));
        const auto log_before = fs::exists(path() + "-wal") ? fs::file_size(path() + "-wal") : 0;
        spool->commit();
        const auto log_after = fs::file_size(path() + "-wal");

        test::TempDir copy;
        const std::string target = (copy.path() / "spool.db").string();
        fs::copy_file(path(), target);
        fs::copy_file(path() + "-wal", target + "-wal");
        std::uint64_t expected = static_cast<std::uint64_t>(round) + 1;
        if (log_after > log_before && random() % 2 == 0) {
            // Torn inside the last transaction: it is gone as a whole, the one before stands.
            fs::resize_file(target + "-wal", log_before + random() % (log_after - log_before));
            --expected;
        }
        auto reopened = Spool::open({target, 1 << 30}, clock_);
        ASSERT_TRUE(reopened);
        EXPECT_EQ((*reopened)->identity(), spool->identity());
        ASSERT_EQ((*reopened)->status(wire::STREAM_A).last_seq, expected);
        ASSERT_EQ((*reopened)->unacked(wire::STREAM_A, 1'000).size(), expected);
    }
}

[[noreturn]] void write_until_killed(const std::string& path, int report) {
    const SystemClock clock;
    auto spool = Spool::open({path, 1 << 30}, clock);
    std::uint64_t n = 0;
    for (;;) {
        (void)(*spool)->append(record(wire::STREAM_W, std::string(2'000, 'w')));
        (void)(*spool)->append(record(wire::STREAM_A, "a"));
        for (const Record& one : (*spool)->commit().records) {
            if (one.stream == wire::STREAM_A && write(report, &one.seq, sizeof one.seq) < 0) {
                _exit(1);
            }
        }
        if (++n % 16 == 0) {
            (*spool)->acknowledge(ack_of((*spool)->identity(), wire::STREAM_W, n));
        }
    }
}

TEST_F(SpoolTest, AKilledWriterLosesNoReportedEventAndRepeatsNoNumber) {
    std::mt19937_64 random{6};
    std::uint64_t reported = 0;
    for (int round = 0; round < 12; ++round) {
        int pipe_ends[2];
        ASSERT_EQ(pipe(pipe_ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            close(pipe_ends[0]);
            write_until_killed(path(), pipe_ends[1]);
        }
        close(pipe_ends[1]);
        std::uint64_t seq = 0;
        const std::uint64_t until = reported + 5 + random() % 60;
        while (read(pipe_ends[0], &seq, sizeof seq) == sizeof seq) {
            ASSERT_GT(seq, reported) << "a number was given twice";
            reported = seq;
            if (seq >= until) {
                kill(child, SIGKILL);
            }
        }
        close(pipe_ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        auto spool = open();
        const auto events = seqs(spool->unacked(wire::STREAM_A, 1'000'000));
        ASSERT_GE(events.size(), reported);
        ASSERT_EQ(events.back(), events.size()) << "no hole";
        reported = std::max(reported, events.back());
    }
}

} // namespace
} // namespace ems::vehicle
