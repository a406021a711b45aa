// Notes of incidents and the earlier calls of a number in the real PostgreSQL.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "dispatch/store/notes.h"
#include "tests/support/patient_pg.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

class NotesStoreTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Yanhu')");
    }
    static void TearDownTestSuite() { postgres_.reset(); }

    NotesStoreTest()
        : db_(io_.get_executor(), test::patient(postgres_->conninfo("ems_dispatch"))),
          owner_(io_.get_executor(), test::patient(postgres_->conninfo("ems_owner"))),
          report_(io_.get_executor(), test::patient(postgres_->conninfo("ems_report"))) {
        EXPECT_TRUE(run(db_.open()));
        EXPECT_TRUE(run(owner_.open()));
        EXPECT_TRUE(run(report_.open()));
        term_ = run(become_leader(db_, "test")).value().value();
    }
    template <class T> T run(boost::asio::awaitable<T> work) { return test::run_coroutine(io_, std::move(work)); }
    // With the keyed hash of a number, `age` (an SQL interval) before now.
    IncidentId incident(const std::string& phone_hex = "", const std::string& age = "0") {
        static int number = 0;
        const std::string n = std::to_string(++number);
        const std::string id = postgres_->value(
            "with i as (insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, "
            "place_source, sex, age_years, phone_masked, created_at) values (" + n + ", '140802', '" + n +
            "', current_date, 2, 'x', 'y', 351100000, 1109100000, '', '', 0, '', clock_timestamp() - interval '" + age +
            "') returning id), p as (insert into dispatch.patient_identity (incident_id, name_sealed, phone_sealed, phone_index) "
            "select id, '', '', decode('" + phone_hex + "', 'hex') from i) select id from i");
        return {std::stoll(id)};
    }
    Result<Rows> add(IncidentId to, const std::string& key, const std::string& text, std::uint64_t term) {
        NewNote note{to, "李", text};
        WriteSet request{"li", {StoreKey{"li", key, "hash", "answer"}, AddAudit{"add_note", to, "bytes=3"}}};
        return run(add_note(db_, term, std::move(request), std::move(note)));
    }
    Code refusal(pg::Connection& db, const std::string& sql) {
        const auto done = run(db.execute(sql));
        return done ? Code::internal : translate(done.error()).code;
    }

    static inline std::unique_ptr<test::TempPostgres> postgres_;
    boost::asio::io_context io_;
    pg::Connection db_;
    pg::Connection owner_;
    pg::Connection report_;
    std::uint64_t term_{0};
};

TEST_F(NotesStoreTest, TheIncidentTellsHowManyThereAreAndTheNewest) {
    const IncidentId id = incident();
    ASSERT_TRUE(add(id, "n1", "家属在路口等", term_));
    const auto rows = add(id, "n2", "门牌 12", term_);
    ASSERT_TRUE(rows) << rows.error().message();
    ASSERT_EQ(rows->incidents.size(), 1U);
    EXPECT_EQ(rows->incidents[0].notes, 2U);
    EXPECT_EQ(rows->incidents[0].newest_note.text, "门牌 12");
    EXPECT_EQ(rows->incidents[0].newest_note.who, "李");
    EXPECT_GT(rows->incidents[0].newest_note.at_us, 0);
    const auto all = run(notes_of(db_, id));
    ASSERT_TRUE(all) << all.error().message();
    ASSERT_EQ(all->size(), 2U);
    EXPECT_EQ((*all)[0].text, "家属在路口等");
    EXPECT_EQ((*all)[1], rows->incidents[0].newest_note);
}

TEST_F(NotesStoreTest, APastTermARepeatedKeyAndAnUnknownIncidentWriteNothing) {
    const IncidentId id = incident();
    EXPECT_EQ(add(id, "t1", "x", term_ - 1).error().code, Code::term_stale);
    EXPECT_EQ(add({9'000'000}, "t2", "x", term_).error().code, Code::no_such_incident);
    ASSERT_TRUE(add(id, "t3", "x", term_));
    EXPECT_EQ(add(id, "t3", "x", term_).error().code, Code::repeated);
    EXPECT_EQ(run(notes_of(db_, id)).value().size(), 1U);
}

TEST_F(NotesStoreTest, TheFiveHundredAndFirstIsRefused) {
    const IncidentId id = incident();
    postgres_->execute("insert into dispatch.incident_note (incident_id, written_by, display_name, text, term) select " +
                       std::to_string(id.value) + ", 'li', 'li', 'x', 1 from generate_series(1, 499)");
    ASSERT_TRUE(add(id, "f1", "x", term_));
    EXPECT_EQ(add(id, "f2", "x", term_).error().code, Code::too_many_notes);
    EXPECT_EQ(run(notes_of(db_, id)).value().size(), 500U);
}

TEST_F(NotesStoreTest, ANoteIsNeverChangedAndItsTextIsNotForReports) {
    const IncidentId id = incident();
    ASSERT_TRUE(add(id, "c1", "x", term_));
    EXPECT_EQ(refusal(owner_, "update dispatch.incident_note set text = 'y'"), Code::illegal_transition);
    EXPECT_EQ(refusal(owner_, "delete from dispatch.incident_note"), Code::illegal_transition);
    EXPECT_NE(refusal(db_, "insert into dispatch.incident_note (incident_id, written_by, display_name, text, term) values (" +
                               std::to_string(id.value) + ", 'li', 'li', 'beside the term', 1)"),
              Code::internal);
    EXPECT_TRUE(run(report_.execute("select id, at, written_by from dispatch.incident_note")));
    EXPECT_FALSE(run(report_.execute("select text from dispatch.incident_note")));
}

TEST_F(NotesStoreTest, EarlierCallsAreThoseOfTheNumberAndThePastYearNewestFirst) {
    const IncidentId last_spring = incident("aa11", "200 days");
    static_cast<void>(incident("aa11", "370 days"));
    static_cast<void>(incident("bb22", "1 day"));
    std::vector<IncidentId> recent;
    for (int i = 5; i > 0; --i) {
        recent.push_back(incident("aa11", std::to_string(i) + " days"));
    }
    const auto found = run(calls_of(db_, "\xaa\x11"));
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(found->count, 6U) << "five and the one of last spring, which is counted and not shown";
    ASSERT_EQ(found->newest.size(), 5U);
    EXPECT_EQ(found->newest.front().id, recent.back());
    EXPECT_EQ(found->newest.back().id, recent.front());
    EXPECT_NE(found->newest.back().id, last_spring);
    EXPECT_EQ(run(calls_of(db_, "\xcc")).value().count, 0U);
}

} // namespace
} // namespace ems::dispatch
