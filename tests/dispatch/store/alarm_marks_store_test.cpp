// Marks of alarms in the real PostgreSQL.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "dispatch/store/alarm_marks.h"
#include "tests/support/patient_pg.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

class AlarmMarksStoreTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Yanhu'), ('140803', 'Other')");
    }
    static void TearDownTestSuite() { postgres_.reset(); }

    AlarmMarksStoreTest()
        : db_(io_.get_executor(), test::patient(postgres_->conninfo("ems_dispatch"))),
          owner_(io_.get_executor(), test::patient(postgres_->conninfo("ems_owner"))) {
        EXPECT_TRUE(run(db_.open()));
        EXPECT_TRUE(run(owner_.open()));
        term_ = run(become_leader(db_, "test")).value().value();
    }
    ~AlarmMarksStoreTest() override { postgres_->execute("truncate dispatch.alarm_mark, dispatch.idempotency"); }
    template <class T> T run(boost::asio::awaitable<T> work) { return test::run_coroutine(io_, std::move(work)); }
    Result<AlarmMarkRow> add(const std::string& key, MarkKind kind, std::uint64_t term, const std::string& code = "spo2_low") {
        AlarmMarkRow row;
        row.about_id = 7;
        row.code = code;
        row.kind = kind;
        row.grade = 2;
        row.minutes = kind == MarkKind::shelved ? 20 : 0;
        row.reason = kind == MarkKind::shelved ? "探头" : "";
        row.display = "李";
        WriteSet request{"li", {StoreKey{"li", key, "hash", "answer"}, AddAudit{"mark_alarm", {}, "unit=7"}}};
        return run(add_alarm_mark(db_, term, std::move(request), "140802", row));
    }
    Result<AlarmMarkRow> add_switch(const std::string& key, MarkKind kind, const std::string& parameter, const std::string& reason) {
        AlarmMarkRow row;
        row.about = AlarmAbout::assignment;
        row.about_id = 7;
        row.code = parameter;
        row.kind = kind;
        row.grade = 2;
        row.reason = reason;
        row.display = "张";
        WriteSet request{"zhang", {StoreKey{"zhang", key, "hash", "answer"}, AddAudit{"mark_alarm", {}, "assignment=7"}}};
        return run(add_alarm_mark(db_, term_, std::move(request), "140802", row));
    }
    Code refusal(const std::string& sql) {
        const auto done = run(owner_.execute(sql));
        return done ? Code::internal : translate(done.error()).code;
    }

    static inline std::unique_ptr<test::TempPostgres> postgres_;
    boost::asio::io_context io_;
    pg::Connection db_;
    pg::Connection owner_;
    std::uint64_t term_{0};
};

TEST_F(AlarmMarksStoreTest, OfEachAlarmTheNewestOfEachSortComesBack) {
    ASSERT_TRUE(add("k1", MarkKind::acknowledged, term_));
    ASSERT_TRUE(add("k2", MarkKind::shelved, term_));
    const auto last_seen = add("k3", MarkKind::acknowledged, term_);
    const auto last_shelf = add("k4", MarkKind::taken_back, term_);
    ASSERT_TRUE(add("k5", MarkKind::shelved, term_, "hr_low"));
    const auto rows = run(alarm_marks(db_, "140802"));
    ASSERT_TRUE(rows) << rows.error().message();
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ((*rows)[0].id, last_seen->id);
    EXPECT_EQ((*rows)[1].id, last_shelf->id);
    EXPECT_EQ((*rows)[1].kind, MarkKind::taken_back);
    EXPECT_EQ((*rows)[2].minutes, 20U);
    EXPECT_EQ((*rows)[2].reason, "探头");
    EXPECT_EQ((*rows)[2].display, "李");
    EXPECT_EQ((*rows)[2].by, "li");
    EXPECT_TRUE(run(alarm_marks(db_, "140803")).value().empty()) << "of the other county";
}

TEST_F(AlarmMarksStoreTest, ThatAParameterIsOffOrOnIsASortOfItsOwn) {
    ASSERT_TRUE(add_switch("k1", MarkKind::off, "hr", "AF"));
    const auto off = add_switch("k2", MarkKind::off, "spo2", "COPD");
    const auto on = add_switch("k3", MarkKind::on, "hr", "");
    ASSERT_TRUE(on) << on.error().message();
    ASSERT_TRUE(add_switch("k4", MarkKind::taken_back, "hr", ""));
    const auto rows = run(alarm_marks(db_, "140802"));
    ASSERT_TRUE(rows) << rows.error().message();
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ((*rows)[0].id, off->id);
    EXPECT_EQ((*rows)[0].reason, "COPD");
    EXPECT_EQ((*rows)[1].id, on->id);
    EXPECT_EQ((*rows)[2].kind, MarkKind::taken_back);
}

TEST_F(AlarmMarksStoreTest, TheDatabaseKeepsNoSwitchWithoutAReasonOrOfWhatIsNoParameter) {
    EXPECT_FALSE(add_switch("k1", MarkKind::off, "hr", ""));
    EXPECT_FALSE(add_switch("k2", MarkKind::off, "vf", "AF"));
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.alarm_mark"), "0");
}

TEST_F(AlarmMarksStoreTest, APastTermAndARepeatedKeyWriteNothing) {
    EXPECT_EQ(add("k1", MarkKind::acknowledged, term_ - 1).error().code, Code::term_stale);
    ASSERT_TRUE(add("k2", MarkKind::acknowledged, term_));
    EXPECT_EQ(add("k2", MarkKind::acknowledged, term_).error().code, Code::repeated);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.alarm_mark"), "1");
}

TEST_F(AlarmMarksStoreTest, AMarkIsNeverChanged) {
    ASSERT_TRUE(add("k1", MarkKind::acknowledged, term_));
    EXPECT_EQ(refusal("update dispatch.alarm_mark set display_name = 'x'"), Code::illegal_transition);
    EXPECT_EQ(refusal("delete from dispatch.alarm_mark"), Code::illegal_transition);
}

} // namespace
} // namespace ems::dispatch
