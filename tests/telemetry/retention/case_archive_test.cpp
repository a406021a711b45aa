#include "telemetry/retention/case_archive.h"

#include "tests/telemetry/retention/archive_fixture.h"

namespace ems::retention {
namespace {

using namespace std::chrono_literals;

// The task of most tests runs from 10:00 to 10:20: its window is 9:55 to 10:25.
class CaseArchiveTest : public test::ArchiveTest {
  protected:
    static constexpr const char* kStart = "2025-03-10 10:00";
    static constexpr const char* kEnd = "2025-03-10 10:20";
    static constexpr const char* kSince = "2025-03-10 11:00";

    // Records from 9:50 to 10:30: 2401 of each stream, 1801 in the window.
    static void add_drive() {
        add_positions("2025-03-10 09:50", 1, 2401);
        add_vitals("2025-03-10 09:50", 1, 2401);
        add_waves("2025-03-10 09:50", 1, 2401);
        for (const int stream : {2, 3, 4}) {
            mark(stream, 2401);
        }
        heard(kSince, 2401, 2401, 2401);
    }
    std::int64_t find() {
        return run<std::int64_t>([&] { return find_closed_cases(*db_); }).value();
    }
    std::optional<CaseCopy> next(ServerTime now) {
        auto found = run<std::optional<CaseCopy>>([&] { return next_case(*db_, now); });
        EXPECT_TRUE(found) << found.error().message();
        return found.value_or(std::nullopt);
    }
    // One look at one case, as the keeper does it.
    std::optional<CaseOutcome> look(ServerTime now,
                                    std::chrono::hours patience = kPatienceDefault) {
        find();
        std::optional<CaseCopy> due = next(now);
        if (!due) {
            return std::nullopt;
        }
        const auto kept = run<CaseOutcome>([&] { return keep_case(*db_, *due, now, patience); });
        EXPECT_TRUE(kept) << kept.error().message();
        return kept ? std::optional{*kept} : std::nullopt;
    }
    static ServerTime after(std::chrono::minutes time) {
        return {test::kNoon.us + time.count() * 60'000'000};
    }
    static std::string state() {
        return postgres_->value(
            "select state || ' owed=' || owed || ' not_kept=' || not_kept from archive.case_copy");
    }
    // What a single statement over the window would have copied, against what is there.
    static void expect_naive_copy() {
        for (const char* table : {"position", "vitals", "wave"}) {
            EXPECT_EQ(
                postgres_->value(fmt::format("select count(*) || ' ' || md5(string_agg(r::text, "
                                             "',' order by r.seq)) from telemetry.{0} r "
                                             "where vid = 'amb-1' and t >= '2025-03-10 09:55+00' "
                                             "and t < '2025-03-10 10:25+00'",
                                             table)),
                postgres_->value(
                    fmt::format("select count(*) || ' ' || md5(string_agg(regexp_replace(r::text, "
                                "',1\\)$', ')'), ',' order by r.seq)) "
                                "from archive.case_{0} r where assignment_id = 1",
                                table)))
                << table;
        }
    }
};

TEST_F(CaseArchiveTest, AClosedCaseIsCopiedWholeAndOnce) {
    add_case(1, kStart, kEnd);
    add_drive();
    add_positions("2025-03-10 10:00", 1, 100, "amb-2");
    add_event("2025-03-10 10:05", 1);
    add_event("2025-03-10 10:26", 2);
    EXPECT_EQ(look(test::kNoon), CaseOutcome::verified);
    expect_naive_copy();
    EXPECT_EQ(count("archive.case_position"), "1800") << "only of its vehicle";
    EXPECT_EQ(count("archive.case_event"), "1");
    EXPECT_EQ(state(), "verified owed=0 not_kept=0");
    EXPECT_EQ(postgres_->value(
                  "select positions || ' ' || waves || ' ' || events from archive.case_copy"),
              "1800 1800 1");
    EXPECT_EQ(find(), 0);
    EXPECT_EQ(look(after(600min)), std::nullopt) << "settled is settled";
}

TEST_F(CaseArchiveTest, TheVehicleThatWasOrderedIsCopiedThoughTheUnitDrivesAnother) {
    add_case(1, kStart, kEnd);
    postgres_->execute("insert into dispatch.outbox (id, unit_id, vid, assignment_id, kind, body, "
                       "unit_seq, issued_at, "
                       "expires_at) values ('o', 1, 'amb-2', 1, 'dispatch', '', 1, now(), now())");
    add_positions("2025-03-10 10:00", 1, 50, "amb-2");
    add_positions("2025-03-10 10:00", 1, 50, "amb-1");
    look(test::kNoon);
    EXPECT_EQ(postgres_->value("select string_agg(distinct vid, ',') from archive.case_position"),
              "amb-2");
}

TEST_F(CaseArchiveTest, AnOpenCaseIsNotCopied) {
    add_case(1, kStart, "");
    EXPECT_EQ(look(test::kNoon), std::nullopt);
}

TEST_F(CaseArchiveTest, KilledBetweenAnyTwoSlicesItEndsAsANaiveCopy) {
    add_case(1, kStart, kEnd);
    add_drive();
    find();
    for (int minute = 0;; minute += 2) {
        auto copy = next(after(std::chrono::minutes{minute}));
        ASSERT_TRUE(copy) << "minute " << minute;
        const auto done = run<bool>([&] { return copy_slice(*db_, *copy); });
        ASSERT_TRUE(done) << done.error().message();
        // The session dies where it stands; what it had not committed is gone.
        EXPECT_FALSE(run<pg::Rows>(
            [&] { return db_->query("select pg_terminate_backend(pg_backend_pid())"); }));
        open();
        if (*done) {
            break;
        }
    }
    EXPECT_EQ(look(after(600min)), CaseOutcome::verified);
    expect_naive_copy();
}

TEST_F(CaseArchiveTest, ACrashOfTheDatabaseInTheMiddleRepeatsAndLosesNothing) {
    add_case(1, kStart, kEnd);
    add_drive();
    find();
    auto copy = next(test::kNoon);
    ASSERT_TRUE(copy);
    for (int slice = 0; slice < 7; ++slice) {
        ASSERT_TRUE(run<bool>([&] { return copy_slice(*db_, *copy); }));
    }
    postgres_->crash();
    postgres_->start();
    open();
    EXPECT_EQ(look(after(5min)), CaseOutcome::verified);
    expect_naive_copy();
}

TEST_F(CaseArchiveTest, RecordsThatComeAfterClosingAreCopiedToo) {
    add_case(1, kStart, kEnd);
    add_positions("2025-03-10 09:50", 1, 700); // to 10:01:40, then a dead zone
    add_positions("2025-03-10 10:23:20", 2001, 2401);
    mark(2, 700, "[2001,2402)");
    heard(kSince, 2401);
    EXPECT_EQ(look(test::kNoon), CaseOutcome::waiting);
    EXPECT_EQ(state(), "complete owed=1300 not_kept=0");
    EXPECT_EQ(look(after(5min)), std::nullopt) << "not due yet";

    add_positions("2025-03-10 10:01:40", 701, 2000);
    mark(2, 2401);
    EXPECT_EQ(look(after(11min)), CaseOutcome::verified);
    expect_naive_copy();
}

TEST_F(CaseArchiveTest, AVehicleThatComesBackAfterTheCaseOwesAllOfIt) {
    add_case(1, kStart, kEnd);
    add_positions("2025-03-08 00:00", 1, 100);
    mark(2, 100);
    postgres_->execute("update telemetry.ingest_mark set updated_at = '2025-03-08 00:10+00'");
    EXPECT_EQ(look(test::kNoon), CaseOutcome::waiting) << "not heard since";
    heard(kSince, 2500);
    EXPECT_EQ(look(after(11min)), CaseOutcome::waiting);
    EXPECT_EQ(state(), "complete owed=2400 not_kept=0");
}

TEST_F(CaseArchiveTest, WhatTheVehicleDeclaredLostIsNotWaitedFor) {
    add_case(1, kStart, kEnd);
    add_waves("2025-03-10 09:50", 1, 700);
    add_waves("2025-03-10 10:23:20", 2001, 2401);
    mark(4, 700, "[2001,2402)");
    postgres_->execute(
        "insert into telemetry.gap (vid, spool, stream, from_seq, to_seq, reason) values "
        "('amb-1', 7, 4, 701, 2000, 'quota'), ('amb-1', 7, 4, 5000, 5001, 'elsewhere')");
    heard(kSince, 0, 0, 2401);
    EXPECT_EQ(look(test::kNoon), CaseOutcome::verified);
    EXPECT_EQ(state(), "verified owed=0 not_kept=1300");
    EXPECT_EQ(postgres_->value("select string_agg(reason, ',') from archive.case_gap"), "quota");
}

TEST_F(CaseArchiveTest, AtTheEndOfPatienceACaseIsSettledWithItsGapsCounted) {
    add_case(1, kStart, kEnd);
    add_positions("2025-03-10 09:50", 1, 700);
    mark(2, 700);
    heard(kSince, 2401);
    EXPECT_EQ(look(test::kNoon, 24h), CaseOutcome::waiting);
    EXPECT_EQ(look(after(24h), 24h), CaseOutcome::gave_up);
    EXPECT_EQ(state(), "complete_with_gaps owed=1701 not_kept=0");
}

TEST_F(CaseArchiveTest, OfATerminalWithoutMarksOnlyPatienceTells) {
    add_case(1, kStart, kEnd);
    add_positions("2025-03-10 09:50", 1, 700);
    heard(kSince, 0);
    EXPECT_EQ(look(test::kNoon, 24h), CaseOutcome::waiting);
    add_positions("2025-03-10 10:01:40", 701, 900); // its blind area
    EXPECT_EQ(look(after(24h), 24h), CaseOutcome::gave_up) << "what it made is not known";
    EXPECT_EQ(state(), "complete_with_gaps owed=0 not_kept=0");
    expect_naive_copy();
}

TEST_F(CaseArchiveTest, HeardByItsTerminalAloneAVehicleHasNotSaidWhatItMade) {
    add_case(1, kStart, kEnd);
    add_drive();
    postgres_->execute("update telemetry.vehicle_link set way = 'terminal'");
    EXPECT_EQ(look(test::kNoon), CaseOutcome::waiting);
    postgres_->execute("update telemetry.vehicle_link set way = 'broker'");
    EXPECT_EQ(look(after(11min)), CaseOutcome::verified);
}

TEST_F(CaseArchiveTest, AVehicleWhosePresentSpoolIsNotKnownIsWaitedFor) {
    add_case(1, kStart, kEnd);
    add_drive();
    postgres_->execute("update telemetry.vehicle_link set spool = 0, made_g = 0, made_v = 0, made_w = 0");
    EXPECT_EQ(look(test::kNoon), CaseOutcome::waiting);
}

TEST_F(CaseArchiveTest, ACopyThatIsNotItsOriginalIsNeverSettled) {
    add_case(1, kStart, kEnd);
    add_drive();
    heard("2025-03-10 10:10", 2401, 2401, 2401); // so that it waits once
    EXPECT_EQ(look(test::kNoon), CaseOutcome::waiting);
    heard(kSince, 2401, 2401, 2401);
    postgres_->execute("update archive.case_wave set body = body || '\\x00' where seq = 1000");
    EXPECT_EQ(look(after(11min)), CaseOutcome::differs);
    EXPECT_EQ(count("archive.case_copy where settled_at is null"), "1");
}

TEST_F(CaseArchiveTest, TwoTasksWhoseMarginsOverlapEachHaveTheirRecords) {
    add_case(1, kStart, kEnd);
    add_case(2, "2025-03-10 10:22", "2025-03-10 10:24");
    add_drive();
    EXPECT_EQ(look(test::kNoon), CaseOutcome::verified);
    EXPECT_EQ(look(test::kNoon), CaseOutcome::verified);
    expect_naive_copy();
    EXPECT_EQ(count("archive.case_position where assignment_id = 2"), "720");
}

TEST_F(CaseArchiveTest, AnEventThatIsMissingAfterQuietDaysIsOwed) {
    add_case(1, kStart, kEnd);
    add_drive();
    add_event("2025-03-06 08:00", 1);
    add_event("2025-03-10 10:05", 3);
    mark(1, 1, "[3,4)");
    EXPECT_EQ(look(test::kNoon), CaseOutcome::waiting);
    EXPECT_EQ(state(), "complete owed=1 not_kept=0");
}

} // namespace
} // namespace ems::retention
