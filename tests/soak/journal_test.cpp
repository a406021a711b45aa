// The journal beside a spool: what was committed stays in it when the spool has forgotten.
#include <gtest/gtest.h>

#include "telemetry/base/clock.h"
#include "tests/soak/spool_journal.h"
#include "tests/support/temp_dir.h"
#include "vehicle/spool/spool.h"

namespace ems::soak {
namespace {

void append(vehicle::Spool& spool, std::int32_t lat_e7) {
    wire::Position position;
    position.set_lat_e7(lat_e7);
    position.set_fix_mode(3);
    ASSERT_TRUE(spool.append({.stream = wire::STREAM_G,
                              .t_us = 1'800'000'000'000'000,
                              .clk = wire::CLOCK_GNSS,
                              .body = position.SerializeAsString()}));
}

TEST(SpoolJournal, KeepsWhatWasCommittedAndNoMore) {
    const test::TempDir dir;
    const std::string path = (dir.path() / "spool.db").string();
    const SystemClock clock;
    std::uint64_t identity = 0;
    {
        const auto spool = vehicle::Spool::open({.path = path}, clock).value();
        append(*spool, 350'000'001);
        spool->commit();
    }
    ASSERT_TRUE(begin_journal(path));
    {
        const auto spool = vehicle::Spool::open({.path = path}, clock).value();
        identity = spool->identity();
        append(*spool, 350'000'002);
        spool->commit();
        wire::Ack ack;
        ack.set_spool(identity);
        wire::StreamAck& stream = *ack.add_streams();
        stream.set_stream(wire::STREAM_G);
        stream.set_upto(2);
        spool->acknowledge(ack);
        spool->commit();
        EXPECT_EQ(spool->unacked_count(wire::STREAM_G), 0U);
        append(*spool, 350'000'003);
        spool->commit();
        append(*spool, 350'000'004); // never committed
    }
    const auto journal = read_journal(path, "amb-1");
    ASSERT_TRUE(journal) << journal.error().message();
    ASSERT_EQ(journal->written.size(), 3U);
    EXPECT_EQ(journal->written[1].name, (RecordName{"amb-1", 2, std::to_string(identity) + ":2"}));
    EXPECT_EQ(journal->held, (std::vector<RecordName>{journal->written[2].name}));
    EXPECT_EQ(journal->written[1].content, "1800000000000000;3;350000002,0,0,0,0,0,0,3");
}

} // namespace
} // namespace ems::soak
