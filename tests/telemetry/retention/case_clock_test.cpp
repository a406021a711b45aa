// Cases whose vehicle had a wrong clock.
#include "telemetry/retention/case_archive.h"

#include "tests/telemetry/retention/archive_fixture.h"

namespace ems::retention {
namespace {

// One task from 10:00 to 10:20, its window is 9:55 to 10:25: 1800 records a stream.
class CaseClockTest : public test::ArchiveTest {
  protected:
    static constexpr const char* kHere = "received_at >= '2025-03-10 09:55+00' and received_at < "
                                         "'2025-03-10 10:25+00'";
    static void add_drive(const std::string& from) {
        add_case(1, "2025-03-10 10:00", "2025-03-10 10:20");
        add_positions(from, 1, 2401);
        add_vitals(from, 1, 2401);
        add_waves(from, 1, 2401);
        for (const int stream : {2, 3, 4}) {
            mark(stream, 2401);
        }
        heard("2025-03-10 11:00", 2401, 2401, 2401);
    }
    static void change(const std::string& what) {
        for (const char* table : {"position", "vitals", "wave"}) {
            postgres_->execute(fmt::format("update telemetry.{} set {}", table, what));
        }
    }
    // What the centre saw of the clock at 10:05.
    static void seen_wrong_by(std::int64_t ms) {
        postgres_->execute(fmt::format("update telemetry.vehicle_link set clock = 'skewed', "
                                       "clock_offset_ms = {}, last_heard = '2025-03-10 10:05+00'; "
                                       "update telemetry.vehicle_link set clock = 'good', "
                                       "clock_offset_ms = 0, last_heard = '2025-03-10 11:00+00'",
                                       ms));
    }
    std::optional<CaseOutcome> look() {
        run<std::int64_t>([&] { return find_closed_cases(*db_); }).value();
        auto due = run<std::optional<CaseCopy>>([&] { return next_case(*db_, test::kNoon); });
        EXPECT_TRUE(due) << due.error().message();
        if (!due || !*due) {
            return std::nullopt;
        }
        const auto kept =
            run<CaseOutcome>([&] { return keep_case(*db_, **due, test::kNoon, kPatienceDefault); });
        EXPECT_TRUE(kept) << kept.error().message();
        return kept ? std::optional{*kept} : std::nullopt;
    }
    static void expect_all_of_the_case() {
        for (const char* table : {"position", "vitals", "wave"}) {
            EXPECT_EQ(count(fmt::format("archive.case_{} where {}", table, kHere)), "1800")
                << table;
        }
        EXPECT_EQ(postgres_->value("select positions || ' ' || vitals || ' ' || waves = "
                                   "(select count(*) from archive.case_position) || ' ' || "
                                   "(select count(*) from archive.case_vitals) || ' ' || "
                                   "(select count(*) from archive.case_wave) "
                                   "from archive.case_copy"),
                  "t");
    }
};

TEST_F(CaseClockTest, RecordsOfAClockAnHourBehindAreOfTheCaseInWhichTheyCame) {
    add_drive("2025-03-10 08:50");
    change("clk = 1, received_at = received_at + interval '1 hour'");
    add_event("2025-03-10 09:05", 1);
    postgres_->execute("update telemetry.inbox set clk = 1, received_at = '2025-03-10 10:05+00'");
    seen_wrong_by(3'600'000);
    EXPECT_EQ(look(), CaseOutcome::verified);
    expect_all_of_the_case();
    EXPECT_EQ(count("archive.case_event"), "1");
}

TEST_F(CaseClockTest, TheyAreFoundThoughTheyCameAfterTheCase) {
    add_drive("2025-03-10 08:50");
    change("clk = 1, received_at = '2025-03-10 10:50+00'");
    seen_wrong_by(3'600'000);
    EXPECT_EQ(look(), CaseOutcome::verified);
    EXPECT_EQ(count("archive.case_wave"), "1800");
}

TEST_F(CaseClockTest, WhatStillOwesOfTheShiftedTimeIsWaitedFor) {
    add_drive("2025-03-10 08:50");
    change("clk = 1, received_at = received_at + interval '1 hour'");
    seen_wrong_by(3'600'000);
    postgres_->execute("delete from telemetry.wave where seq between 1000 and 1099");
    mark(4, 999, "[1100,2402)");
    EXPECT_EQ(look(), CaseOutcome::waiting);
    EXPECT_EQ(postgres_->value("select owed from archive.case_copy"), "100");
}

// An hour before, out of reach: they come during this case, by a clock that agreed with its
// receiver.
TEST_F(CaseClockTest, WhatAnotherPatientsRightClockMeasuredIsNotTakenForThisCase) {
    add_drive("2025-03-10 08:50");
    change("clk = 3, received_at = received_at + interval '1 hour'");
    seen_wrong_by(3'600'000);
    look();
    EXPECT_EQ(count("archive.case_vitals"), "0");
}

TEST_F(CaseClockTest, AClockThatWanderedByHoursShiftsNothing) {
    add_drive("2025-03-10 08:50");
    change("clk = 1, received_at = received_at + interval '1 hour'");
    seen_wrong_by(3'600'000);
    postgres_->execute("update telemetry.clock_error set least_ms = -86400000");
    look();
    EXPECT_EQ(count("archive.case_vitals"), "0");
}

TEST_F(CaseClockTest, RecordsOfAClockThatWasNeverSetAreOfTheCaseInWhichTheyCame) {
    add_drive("2025-03-10 09:50");
    change("t = '1970-01-01 00:00+00', t_bad = true, clk = 0, t_device_us = seq");
    EXPECT_EQ(look(), CaseOutcome::verified);
    expect_all_of_the_case();
}

TEST_F(CaseClockTest, AClockThatIsPutRightDuringTheCaseLosesNeitherPart) {
    add_drive("2025-03-10 09:50");
    change("clk = 1, t = case when seq <= 1200 then t - interval '2 hours' else t end");
    seen_wrong_by(7'200'000);
    EXPECT_EQ(look(), CaseOutcome::verified);
    expect_all_of_the_case();
}

// An hour of a link that is written each second.
TEST_F(CaseClockTest, AClockThatStaysWrongIsOneRowUntilItChanges) {
    heard("2025-03-10 09:00", 1, 1, 1);
    postgres_->execute("do $$ begin for i in 0..599 loop "
                       "update telemetry.vehicle_link set clock = 'skewed', "
                       "clock_offset_ms = 3600000 + i % 7 + case when i < 300 then 0 else 5000 end, "
                       "last_heard = '2025-03-10 10:00+00'::timestamptz + i * interval '6 s'; "
                       "end loop; end $$");
    EXPECT_EQ(postgres_->value("select string_agg(least_ms || ' ' || most_ms || ' ' || "
                               "(last_minute - minute), ';' order by minute) "
                               "from telemetry.clock_error"),
              "3600000 3600006 00:29:00;3605000 3605006 00:29:00");
    EXPECT_EQ(postgres_->value("select s.from_t || ' ' || s.to_t from archive.shifted_window("
                               "(select vid from telemetry.clock_error limit 1), "
                               "'2025-03-10 10:20+00', '2025-03-10 10:25+00') s"),
              postgres_->value("select '2025-03-10 10:20+00'::timestamptz - interval '3605.006 s' "
                               "|| ' ' || '2025-03-10 10:25+00'::timestamptz - interval '3600 s'"))
        << "by the row that lasts over the window, and by those of the day after";
}

TEST_F(CaseClockTest, ErrorsThatNobodyCanAskForAnyMoreGoAndThoseOfCasesStay) {
    add_case(1, "2020-03-10 10:00", "2020-03-10 10:20");
    heard("2025-03-10 09:00", 1, 1, 1);
    postgres_->execute("insert into telemetry.clock_error (vid, minute, least_ms, most_ms) "
                       "select vid, m::timestamptz, 5000, 5000 from telemetry.vehicle_link, "
                       "unnest(array['2020-03-10 10:05+00', '2020-05-10 10:05+00']) m");
    seen_wrong_by(3'600'000);
    EXPECT_EQ(postgres_->value("select string_agg(minute::date::text, ' ' order by minute) "
                               "from telemetry.clock_error where least_ms = 5000"),
              "2020-03-10");
}

TEST_F(CaseClockTest, TheDayInWhichAWrongClockPutTheRecordsIsKeptForTheCase) {
    add_drive("2025-03-09 09:50");
    change("clk = 1, received_at = received_at + interval '1 day'");
    const std::string day = "select archive.task_that_needs('2025-03-09') is not null";
    EXPECT_EQ(postgres_->value(day), "f");
    seen_wrong_by(86'400'000);
    EXPECT_EQ(postgres_->value(day), "t");
    EXPECT_EQ(look(), CaseOutcome::verified);
    expect_all_of_the_case();
    EXPECT_EQ(postgres_->value(day), "f");
}

} // namespace
} // namespace ems::retention
