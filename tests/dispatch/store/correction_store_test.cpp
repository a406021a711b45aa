// What is put right of the caller and the patient of an open incident, in the real PostgreSQL.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "dispatch/core/decide.h"
#include "dispatch/store/store.h"
#include "tests/support/patient_pg.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

constexpr std::int64_t kNowUs = 1'800'000'000'000'000;

class CorrectionStoreTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Yanhu')");
    }
    static void TearDownTestSuite() { postgres_.reset(); }

    CorrectionStoreTest()
        : pool_(io_.get_executor(), test::patient_pool(postgres_->conninfo("ems_dispatch"), 2)),
          store_(pool_), lead_(io_.get_executor(), test::patient(postgres_->conninfo("ems_dispatch"))) {
        EXPECT_TRUE(run(lead_.open()));
        term_ = run(become_leader(lead_, "test")).value().value();
        const CallIds ids = run(store_.take_call_ids("140802", "2026-03-18")).value();
        id_ = ids.incident;
        CallRequest request;
        request.now_us = kNowUs;
        request.actor = "li";
        request.open.call = ids.call;
        request.open.region = "140802";
        request.open.day = "2026-03-18";
        request.open.ring_us = kNowUs - 9;
        request.open.answered_us = kNowUs - 4;
        request.open.incident.id = ids.incident;
        request.open.incident.number = ids.number;
        request.open.incident.level = 1;
        request.open.incident.sex = "m";
        request.open.incident.age_years = 30;
        request.open.incident.phone_masked = "139****3462";
        request.open.incident.place = {351'000'000, 1'109'000'000};
        request.open.name_sealed = "name";
        request.open.phone_sealed = "number";
        request.open.phone_index = "\xaa\x11";
        EXPECT_TRUE(run(store_.apply(term_, decide_call(request).value())));
        read();
    }
    template <class T> T run(boost::asio::awaitable<T> work) { return test::run_coroutine(io_, std::move(work)); }
    // As a server that takes over reads it.
    void read() {
        auto world = run(store_.load(term_));
        ASSERT_TRUE(world) << world.error().message();
        world_ = std::move(*world);
    }
    const IncidentRow& incident() const { return world_.incidents.at(id_); }
    Result<void> correct(Correction correction) {
        UpdateRequest request;
        request.incident = id_;
        request.version = incident().version;
        request.actor = "li";
        request.correction = std::move(correction);
        auto writes = decide_update(world_, request);
        if (!writes) {
            return Failure{writes.error()};
        }
        auto rows = run(store_.apply(term_, std::move(*writes)));
        if (!rows) {
            return Failure{rows.error()};
        }
        read();
        return {};
    }

    static inline std::unique_ptr<test::TempPostgres> postgres_;
    boost::asio::io_context io_;
    pg::Pool pool_;
    Store store_;
    pg::Connection lead_;
    std::uint64_t term_{0};
    IncidentId id_;
    World world_;
};

TEST_F(CorrectionStoreTest, WhoTakesOverReadsWhatWasCorrected) {
    Correction all;
    all.sex = "f";
    all.age = PatientAge{0, 3};
    all.name_sealed = "other name";
    all.caller = CallerNumber{"other number", "\xbb\x22", "bb22", "138****7777"};
    ASSERT_TRUE(correct(all));
    EXPECT_EQ(incident().sex, "f");
    EXPECT_EQ(incident().age_years, 0U);
    EXPECT_EQ(incident().age_months, 3U);
    EXPECT_EQ(incident().phone_masked, "138****7777");
    EXPECT_EQ(incident().caller, "bb22") << "a second call of the corrected number is found";
    const SealedIdentity kept = run(store_.identity(id_)).value();
    EXPECT_EQ(kept.name_sealed, "other name");
    EXPECT_EQ(kept.phone_sealed, "other number");
}

TEST_F(CorrectionStoreTest, OneFieldLeavesTheOthersAlone) {
    Correction name;
    name.name_sealed = "other name";
    ASSERT_TRUE(correct(name));
    SealedIdentity kept = run(store_.identity(id_)).value();
    EXPECT_EQ(kept.name_sealed, "other name");
    EXPECT_EQ(kept.phone_sealed, "number");
    EXPECT_EQ(incident().caller, "aa11");
    Correction number;
    number.caller = CallerNumber{"nothing", "", "", ""};
    ASSERT_TRUE(correct(number));
    kept = run(store_.identity(id_)).value();
    EXPECT_EQ(kept.name_sealed, "other name");
    EXPECT_EQ(kept.phone_sealed, "nothing");
    EXPECT_EQ(incident().caller, "");
    EXPECT_EQ(incident().phone_masked, "");
    EXPECT_EQ(incident().age_years, 30U);
    EXPECT_EQ(incident().sex, "m");
}

TEST_F(CorrectionStoreTest, AnOlderVersionWritesNothingOfIt) {
    const World before = world_;
    Correction first;
    first.sex = "f";
    ASSERT_TRUE(correct(first));
    world_ = before;
    Correction late;
    late.name_sealed = "late name";
    EXPECT_EQ(correct(late).error().code, Code::db_conflict);
    EXPECT_EQ(run(store_.identity(id_)).value().name_sealed, "name");
}

// While servers are renewed one of before may still lead: it names none of these.
TEST_F(CorrectionStoreTest, AServerOfBeforeLeavesThemAsTheyAre) {
    Correction age;
    age.age = PatientAge{0, 3};
    ASSERT_TRUE(correct(age));
    const std::string op =
        "jsonb_build_object('op', 'incident', 'id', " + std::to_string(id_.value) + ", 'version', " +
        std::to_string(incident().version) + ", 'state', 'open', 'level', 2, 'complaint', 'fall', 'address', '', 'lat_e7', 351000000, "
        "'lon_e7', 1109000000, 'place_source', '', 'outcome', '', 'same_as', 0, 'merged_into', 0, 'planned', 0, 'units_wanted', 1, "
        "'need_class', '', 'need_capabilities', '', 'need_isolation', 'none')";
    const auto applied = run(lead_.execute("select dispatch.apply(" + std::to_string(term_) + ", 'li', jsonb_build_array(" + op + "))"));
    ASSERT_TRUE(applied) << applied.error().message();
    read();
    EXPECT_EQ(incident().level, 2U);
    EXPECT_EQ(incident().sex, "m");
    EXPECT_EQ(incident().age_months, 3U);
    EXPECT_EQ(incident().phone_masked, "139****3462");
    EXPECT_EQ(run(store_.identity(id_)).value().name_sealed, "name");
}

} // namespace
} // namespace ems::dispatch
