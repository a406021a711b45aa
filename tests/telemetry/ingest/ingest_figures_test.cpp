#include "telemetry/ingest/ingest_figures.h"

#include <gtest/gtest.h>

#include "tests/support/prometheus_text.h"

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;

Record record(const char* vid, Stream stream, std::int64_t received_us, Lane lane = Lane::live) {
    Record out;
    out.key = {*VehicleId::parse(vid), 7, stream, 1};
    out.received = {received_us};
    out.lane = lane;
    return out;
}

TEST(StoreFigures, ABacklogSentAgainIsNoSignOfLiveData) {
    StoreFigures figures;
    figures.received(record("amb-1", Stream::positions, 5, Lane::backlog));
    EXPECT_TRUE(figures.live().empty());
    figures.received(record("amb-1", Stream::positions, 6));
    figures.received(record("amb-1", Stream::positions, 7, Lane::backlog));
    const LiveReceipts& live = figures.live().at(*VehicleId::parse("amb-1"));
    EXPECT_EQ(live[index_of(Stream::positions)]->us, 6);
    EXPECT_FALSE(live[index_of(Stream::vitals)]);
}

TEST(StoreFigures, TheOldestRecordUnderWayCountsUntilItsBatchIsSettled) {
    StoreFigures figures;
    Batch early;
    early.records = {record("amb-1", Stream::vitals, 30), record("amb-1", Stream::vitals, 20)};
    Batch late;
    late.records = {record("amb-1", Stream::waves, 40)};
    {
        const StoreFigures::Flight slow{figures, late};
        {
            const StoreFigures::Flight flight{figures, early};
            EXPECT_EQ(figures.oldest_in_flight()->us, 20);
        }
        EXPECT_EQ(figures.oldest_in_flight()->us, 40);
    }
    EXPECT_FALSE(figures.oldest_in_flight());
}

TEST(StoreFigures, TheRecentCommitsAreThoseOfOneToTwoMinutes) {
    StoreFigures figures;
    const Ticks start{1h};
    const Batch batch;
    const auto recent = [&figures](Ticks now) {
        IngestFigures out;
        out.now.ticks = now;
        figures.fill(out);
        return out.commit_seconds_recent.count();
    };
    figures.committed(batch, 5ms, start);
    figures.committed(batch, 5ms, start + 30s);
    EXPECT_EQ(recent(start + 30s), 2U);
    figures.committed(batch, 5ms, start + 60s);
    EXPECT_EQ(recent(start + 60s), 3U);
    figures.committed(batch, 5ms, start + 125s);
    EXPECT_EQ(recent(start + 125s), 2U);
    EXPECT_EQ(recent(start + 250s), 0U) << "nothing was committed lately";
}

TEST(IngestFigures, AFleetIsOneStrictPageAndEveryVehicleStandsOnItOnce) {
    IngestFigures figures;
    figures.now = {Ticks{100s}, {200'000'000}};
    figures.rings = {{{"presence"}, {"events"}, {"trends"}, {"waves", 3, 4, 1}, {"backlog"}}};
    figures.lanes = {{{"events"}, {"trends"}, {"waves"}}};
    for (const char* vid : {"amb-1", "amb-2"}) {
        VehicleFigures& vehicle = figures.vehicles.emplace_back();
        vehicle.vid = *VehicleId::parse(vid);
        vehicle.last_heard = Ticks{98s};
        vehicle.made = {1, 10, 0, 5};
        vehicle.stored = {1, 8, 3, 5};
        vehicle.live[index_of(Stream::positions)] = ServerTime{199'000'000};
    }
    figures.vehicles[1].link = Link::lost;
    metrics::Exposition out{100};
    write_metrics(out, figures);
    const auto page = test::MetricsPage::parse(out.take());
    ASSERT_TRUE(page) << page.error().detail;
    const std::map<std::string, std::string> second{{"vid", "amb-2"}};
    EXPECT_EQ(page->value("ems_telemetryd_vehicle_up", second), 0);
    EXPECT_EQ(page->value("ems_telemetryd_vehicle_heard_age_seconds", second), 2);
    EXPECT_EQ(page->value("ems_telemetryd_vehicle_live_age_seconds",
                          {{"vid", "amb-2"}, {"stream", "positions"}}),
              1);
    EXPECT_EQ(page->value("ems_telemetryd_vehicle_unstored_records",
                          {{"vid", "amb-1"}, {"stream", "positions"}}),
              2);
    EXPECT_EQ(page->value("ems_telemetryd_vehicle_unstored_records",
                          {{"vid", "amb-1"}, {"stream", "vitals"}}),
              0)
        << "more stored than told to be made is no debt";
    EXPECT_EQ(page->value("ems_telemetryd_vehicles", {{"link", "lost"}}), 1);
    EXPECT_EQ(page->value("ems_telemetryd_ring_messages", {{"ring", "waves"}}), 3);
    EXPECT_EQ(page->value("ems_telemetryd_ring_dropped_total", {{"ring", "waves"}}), 1);
    EXPECT_EQ(page->family("ems_telemetryd_vehicle_up")->samples.size(), 2U);
}

} // namespace
} // namespace ems::ingest
