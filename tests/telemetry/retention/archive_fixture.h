// A day of 2025 with one ambulance, its records and its cases, in a real PostgreSQL. Time is handed
// in: nothing here waits for a clock.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "telemetry/pg/connection.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/pg/coroutine.h"

namespace ems::test {

inline constexpr std::int64_t kDayUs = 86'400'000'000;
// 2025-03-10T00:00:00Z
inline constexpr std::int64_t kDay0Us = 1'741'564'800'000'000;
inline constexpr ServerTime kNoon{kDay0Us + kDayUs / 2};

class ArchiveTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<TempPostgres>();
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Yanhu');"
                           "insert into registry.station (region, name, place) values ('140802', "
                           "'S1', st_point(110.9, 35.1)::geography);"
                           "insert into registry.vehicle (vid, region) values ('amb-1', '140802'), "
                           "('amb-2', '140802');"
                           "insert into registry.unit (name, station_id, vid) values ('U1', 1, "
                           "'amb-1'), ('U2', 1, 'amb-2'), "
                           "('V3', 1, null)");
    }
    static void TearDownTestSuite() { postgres_.reset(); }
    void SetUp() override {
        postgres_->execute(
            "do $$ declare n text; begin for n in select name from archive.detached_partition loop "
            "execute format('drop table if exists telemetry.%I', n); end loop; end $$");
        make_days("2025-03-08", 6);
        postgres_->execute(
            "delete from archive.case_position; delete from archive.case_vitals; delete from "
            "archive.case_wave; "
            "delete from archive.case_event; delete from archive.case_gap; delete from "
            "archive.case_copy; "
            "delete from archive.detached_partition; delete from telemetry.position; delete from "
            "telemetry.vitals; "
            "delete from telemetry.wave; delete from telemetry.inbox; delete from telemetry.gap; "
            "delete from telemetry.clock_error; delete from telemetry.ingest_mark; delete from telemetry.vehicle_link; delete from "
            "dispatch.outbox; "
            "delete from dispatch.unit_state; delete from dispatch.assignment; delete from "
            "dispatch.incident");
        open();
    }

    static void make_days(const std::string& first, int count) {
        postgres_->execute(fmt::format(
            "do $$ declare base text; day date; begin "
            "foreach base in array array['position', 'vitals', 'wave'] loop for n in 0 .. {1} - 1 "
            "loop "
            "day := date '{0}' + n; "
            "if to_regclass('telemetry.' || base || '_' || to_char(day, 'YYYYMMDD')) is null then "
            "execute format('create table telemetry.%I partition of telemetry.%I for values from "
            "(%L) to (%L)', "
            "base || '_' || to_char(day, 'YYYYMMDD'), base, day || ' 00:00+00', (day + 1) || ' "
            "00:00+00'); "
            "end if; end loop; end loop; end $$",
            first, count));
    }

    // Records `low` to `high` of a spool, 1 Hz from `from`; waves carry 1 kB that differs from row
    // to row.
    static void add_positions(const std::string& from, int low, int high,
                              const std::string& vid = "amb-1") {
        add("position", from, low, high, vid,
            "st_point(110.9 + n * 1e-5, 35.1)::geography, 1200, 9000, 3600, 90, 9, 3, true");
    }
    static void add_vitals(const std::string& from, int low, int high,
                           const std::string& vid = "amb-1") {
        add("vitals", from, low, high, vid,
            "80 + n % 7, null, 97, 16, null, null, null, null, null, null, 0");
    }
    static void add_waves(const std::string& from, int low, int high,
                          const std::string& vid = "amb-1") {
        add("wave", from, low, high, vid,
            "9, 500000, 3, (n - 1) * 500, 500, 2440, 0, 0, false, decode(repeat(md5(n::text), 32), "
            "'hex')");
    }
    static void add_event(const std::string& t, int seq) {
        postgres_->execute(fmt::format(
            "insert into telemetry.inbox (vid, spool, seq, t_us, clk, event_id, body) values "
            "('amb-1', 7, {1}, extract(epoch from timestamptz '{0}+00') * 1000000, 3, 'e{1}', "
            "'\\x{1:02x}')",
            t, seq));
    }
    // The centre has every record up to `upto`, and those of `more`: "[7,9)".
    static void mark(int stream, int upto, const std::string& more = "") {
        postgres_->execute(fmt::format(
            "insert into telemetry.ingest_mark (vid, spool, stream, upto, done, stored) values "
            "('amb-1', 7, {0}, {1}, '{{[1,{2})}}'::int8multirange + '{{{3}}}'::int8multirange, "
            "{1}) "
            "on conflict (vid, spool, stream) do update set upto = excluded.upto, done = "
            "excluded.done",
            stream, upto, upto + 1, more));
    }
    static void heard(const std::string& at, int made_g, int made_v = 0, int made_w = 0) {
        postgres_->execute(fmt::format(
            "insert into telemetry.vehicle_link (vid, link, last_heard, spool, made_g, made_v, "
            "made_w) values "
            "('amb-1', 'up', '{0}+00', 7, {1}, {2}, {3}) on conflict (vid) do update set "
            "last_heard = excluded.last_heard, "
            "made_g = excluded.made_g, made_v = excluded.made_v, made_w = excluded.made_w",
            at, made_g, made_v, made_w));
    }
    // One task of U1; `end` empty: it goes on and the case is open.
    static void add_case(int id, const std::string& start, const std::string& end) {
        const bool over = !end.empty();
        const std::string ended = over ? "'" + end + "+00'" : "null";
        postgres_->execute(fmt::format("insert into dispatch.incident (id, region, number, day, "
                                       "level, complaint, address, lat_e7, lon_e7, state, "
                                       "created_at, ended_at) values ({0}, '140802', '{0}', '{1}', "
                                       "1, 'x', 'y', 1, 1, '{3}', '{1}+00', {2});"
                                       "insert into dispatch.assignment (id, incident_id, unit_id, "
                                       "state, created_at, created_by, ended_at, term) "
                                       "values ({0}, {0}, 1, '{4}', '{1}+00', 'li', {2}, 0)",
                                       id, start, ended, over ? "closed" : "assigned",
                                       over ? "done" : "accepted") +
                           (over ? ""
                                 : fmt::format(";insert into dispatch.unit_state (unit_id, state, "
                                               "incident_id, assignment_id) values (1, 3, {0}, {0})",
                                               id)));
    }
    static std::string count(const std::string& from_where) {
        return postgres_->value("select count(*) from " + from_where);
    }

    void open() {
        db_.emplace(context_.get_executor(),
                    pg::Options{.conninfo = postgres_->conninfo("ems_telemetry"),
                                .application = "retention-test",
                                .statement_limit = std::chrono::seconds{10}});
        const auto opened = run_on<Result<void>>(context_, [this] { return db_->open(); });
        ASSERT_TRUE(opened) << opened.error().message();
    }
    // Runs a coroutine of the library to its end.
    template <class T, class Make> Result<T> run(Make make) {
        return run_on<Result<T>>(context_, std::move(make));
    }

    static std::unique_ptr<TempPostgres> postgres_;
    boost::asio::io_context context_;
    std::optional<pg::Connection> db_;

  private:
    static void add(const std::string& table, const std::string& from, int low, int high,
                    const std::string& vid, const std::string& rest) {
        postgres_->execute(fmt::format("insert into telemetry.{0} select '{4}', timestamptz "
                                       "'{1}+00' + (n - {2}) * interval '1 second', 7, n, "
                                       "(extract(epoch from timestamptz '{1}+00') * "
                                       "1000000)::bigint + (n - {2}) * 1000000::bigint, 3, false, "
                                       "timestamptz '{1}+00' + (n - {2}) * interval '1 second', "
                                       "{5} from generate_series({2}, {3}) n "
                                       "on conflict do nothing",
                                       table, from, low, high, vid, rest));
    }
};
inline std::unique_ptr<TempPostgres> ArchiveTest::postgres_;

} // namespace ems::test
