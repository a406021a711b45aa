// The model of the store against the real PostgreSQL: random sequences of write sets, good and bad,
// must have the same answers and leave the same state.
#include "tests/dispatch/sim/store_model.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <fmt/format.h>

#include "dispatch/core/decide_orders.h"
#include "dispatch/store/store.h"
#include "tests/soak/splitmix.h"
#include "tests/support/patient_pg.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch::sim {
namespace {

namespace asio = boost::asio;

constexpr int kUnits = 6;
constexpr int kVehicles = 4;
constexpr std::int64_t kNowUs = 1'800'000'000'000'000;

// What the clocks of the two stores say of themselves is not compared.
std::string text_of(const Rows& rows) {
    std::string out;
    for (const UnitRow& r : rows.units) {
        out += fmt::format("unit {} {} {} {} {} {} {} {} {}\n", r.id.value, name(r.state),
                           r.incident.value, r.assignment.value, r.stamp_assignment.value,
                           r.version, r.told_us, r.told_place.value_or(PlaceE7{}).lat_e7,
                           r.entered_us);
    }
    for (const IncidentRow& r : rows.incidents) {
        out += fmt::format("incident {} {} {} {} {} {} {} {} {} v{} {} {} {} {}", r.id.value, r.number, r.level,
                           r.complaint, r.address, r.place.lat_e7, name(r.state), r.phone_masked,
                           r.units_wanted, r.version, r.sex, r.age_years, r.age_months ? static_cast<int>(*r.age_months) : -1,
                           r.caller);
        for (const StampRow& s : r.stamps) {
            out += fmt::format(" [{} {} {} {} {} {} {}]", name(s.event), s.at_us, s.device_us,
                               name(s.source), s.unit.value, s.assignment.value, s.not_applicable);
        }
        out += "\n";
    }
    for (const AssignmentRow& r : rows.assignments) {
        out += fmt::format("assignment {} {} {} {} {} {} {} v{}\n", r.id.value, r.incident.value,
                           r.unit.value, name(r.state), r.command_state, r.end_reason, r.end_note,
                           r.version);
    }
    for (const PostingRow& r : rows.postings) {
        out += fmt::format("posting {} {} {} {} {} {} {} {} {} v{}\n", r.id.value, r.unit.value,
                           name(r.kind), name(r.state), r.station.value, r.place.lat_e7, r.name,
                           r.command, r.end_reason, r.version);
    }
    for (const ProposalRow& r : rows.proposals) {
        out += fmt::format("proposal {} {} {} {} {} {} {} {} {}\n", r.id.value, r.unit.value,
                           r.assignment.value, r.incident.value,
                           r.posting.is_set() ? "there" : name(r.state), r.posting.value,
                           name(r.source), r.at_us, name(r.outcome));
    }
    std::map<std::string, std::string> commands;
    for (const CommandRow& r : rows.commands) {
        commands[r.id] =
            fmt::format("command {} {} {} {} {} {} {} {} {}\n", r.id, r.unit.value, r.vid,
                        r.assignment.value, r.kind, r.state, r.unit_seq, r.attempts, r.body);
    }
    for (const auto& [id, line] : commands) {
        out += line;
    }
    return out;
}

Rows rows_of(const World& world) {
    Rows out;
    for (const auto& [id, row] : world.units) {
        out.units.push_back(row);
    }
    for (const auto& [id, row] : world.incidents) {
        out.incidents.push_back(row);
    }
    for (const auto& [id, row] : world.assignments) {
        out.assignments.push_back(row);
    }
    for (const auto& [id, row] : world.commands) {
        out.commands.push_back(row);
    }
    for (const auto& [id, row] : world.postings) {
        out.postings.push_back(row);
    }
    for (const auto& [unit, row] : world.refused_postings) {
        out.postings.push_back(row);
    }
    for (const auto& [id, row] : world.proposals) {
        out.proposals.push_back(row);
    }
    return out;
}

class StoreModelTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { postgres_ = std::make_unique<test::TempPostgres>(); }
    static void TearDownTestSuite() { postgres_.reset(); }

    StoreModelTest()
        : pool_(io_.get_executor(), test::patient_pool(postgres_->conninfo("ems_dispatch"))),
          store_(pool_),
          lead_(io_.get_executor(), test::patient(postgres_->conninfo("ems_dispatch"))),
          model_(registry()) {
        EXPECT_TRUE(run(lead_.open()));
        begin();
    }

    static std::vector<StoreModel::Unit> registry() {
        std::vector<StoreModel::Unit> out;
        for (std::int64_t i = 1; i <= kUnits; ++i) {
            out.push_back({{i}, i <= kVehicles ? fmt::format("amb-{}", i) : ""});
        }
        return out;
    }
    // Both stores as on their first day, both led by us.
    void begin() {
        postgres_->execute(
            "set client_min_messages = warning; truncate registry.region, registry.station, "
            "registry.vehicle, registry.unit, dispatch.incident, dispatch.unit_history, "
            "dispatch.idempotency, dispatch.day_counter, dispatch.posting, dispatch.proposal, "
            "telemetry.inbox restart identity cascade;alter sequence dispatch.posting_id restart;"
            "alter sequence dispatch.call_id restart; alter sequence dispatch.incident_id restart;"
            "alter sequence dispatch.assignment_id restart; alter sequence "
            "dispatch.recommendation_id restart;"
            "insert into registry.region (code, name) values ('140802', 'Yanhu');"
            "insert into registry.station (region, name, place) values ('140802', 'S1', "
            "st_point(110.9, 35.1)::geography);"
            "insert into registry.vehicle (vid, region) select 'amb-' || n, '140802' from "
            "generate_series(1, 4) n;"
            "insert into registry.unit (name, station_id, vid) select 'U' || n, 1, case when n <= "
            "4 then 'amb-' || n end "
            "from generate_series(1, 6) n;"
            "update dispatch.leader set term = 0");
        model_ = StoreModel{registry()};
        take_the_lead();
        keys_ = 0;
        commands_ = 0;
        events_ = 0;
    }
    void take_the_lead() {
        const auto term = run(become_leader(lead_, "test"));
        ASSERT_TRUE(term && *term);
        term_ = **term;
        ASSERT_EQ(model_.become_leader(1), term_);
        compare_states();
    }
    template <class T> T run(asio::awaitable<T> work) {
        return test::run_coroutine(io_, std::move(work));
    }
    void compare_states() {
        auto real = run(store_.load(term_));
        auto modelled = model_.load(term_);
        ASSERT_TRUE(real) << real.error().message();
        ASSERT_TRUE(modelled);
        ASSERT_EQ(text_of(rows_of(*real)), text_of(rows_of(*modelled)));
        world_ = std::move(*real);
    }

    Operation random_operation();
    WriteSet decided();
    WriteSet decided_order();
    WriteSet random_writes();
    void add_event();
    void one_step();

    template <class Map> typename Map::key_type any(const Map& map) {
        if (map.empty() || random_.below(20) == 0) {
            return {};
        }
        auto it = map.begin();
        std::advance(it, static_cast<std::ptrdiff_t>(random_.below(map.size())));
        return it->first;
    }
    // A row that exists, or an empty one.
    template <class Map> typename Map::mapped_type copy_of(const Map& map) {
        const auto found = map.find(any(map));
        return found == map.end() ? typename Map::mapped_type{} : found->second;
    }
    std::string any_text() {
        static const std::string kLong(501, 'x');
        const std::vector<std::string> texts{"",    "胸痛", "fall", std::string{"a\0b", 3},
                                             kLong, "note"};
        return texts[random_.below(random_.below(6) == 0 ? texts.size() : 3)];
    }

    static std::unique_ptr<test::TempPostgres> postgres_;
    asio::io_context io_;
    pg::Pool pool_;
    Store store_;
    pg::Connection lead_;
    StoreModel model_;
    soak::SplitMix random_{1};
    std::uint64_t term_{0};
    World world_;
    int keys_{0};
    int commands_{0};
    int events_{0};
};
std::unique_ptr<test::TempPostgres> StoreModelTest::postgres_;

// One operation of any kind on any row, sensible or not.
Operation StoreModelTest::random_operation() {
    switch (random_.below(15)) {
    case 11: {
        StampRow row;
        row.event = static_cast<StampEvent>(random_.below(kStampEvents));
        row.at_us = random_.below(8) == 0 ? 0 : kNowUs + random_.between(0, 1'000);
        row.received_us = kNowUs;
        row.source = StampSource::dispatcher;
        row.assignment = random_.below(2) == 0 ? AssignmentId{} : any(world_.assignments);
        return CorrectStamp{any(world_.incidents), row};
    }
    case 12: {
        PostingRow row;
        row.id = {random_.between(1, 60)};
        row.unit = any(world_.units);
        row.place = {random_.below(8) == 0 ? 910'000'000 : 351'000'000, 1'109'000'000};
        row.name = any_text();
        row.command = random_.below(2) == 0 ? "" : "c1";
        return NewPosting{row};
    }
    case 13: {
        PostingRow row = copy_of(world_.postings);
        row.version += random_.below(5) == 0 ? 1U : 0U;
        row.state = static_cast<PostingState>(random_.below(6));
        row.end_reason = random_.below(3) == 0 ? "off" : "";
        return SetPosting{row};
    }
    case 14: {
        if (random_.below(2) == 0) {
            return SetProposal{any(world_.proposals),
                               static_cast<ProposalOutcome>(random_.below(4))};
        }
        ProposalRow row;
        row.unit = any(world_.units);
        row.assignment = random_.below(2) == 0 ? AssignmentId{} : any(world_.assignments);
        row.incident = random_.below(2) == 0 ? IncidentId{} : any(world_.incidents);
        row.state = static_cast<UnitState>(random_.between(1, 12));
        row.source = random_.below(8) == 0 ? StampSource::crew_button : StampSource::geofence;
        row.at_us = random_.below(8) == 0 ? 0 : kNowUs;
        row.posting = random_.below(4) == 0 ? any(world_.postings) : PostingId{};
        return NewProposal{row};
    }
    case 0:
        return ConsumeEvent{random_.between(0, events_ + 1), any_text()};
    case 1:
        return StoreKey{
            "li", random_.below(15) == 0 ? "" : fmt::format("k{}", random_.between(1, keys_ + 3)),
            "hash", "answer"};
    case 2: {
        IncidentRow row = copy_of(world_.incidents);
        row.version += random_.below(5) == 0 ? 1U : 0U;
        row.state = static_cast<IncidentState>(random_.below(4));
        row.level = static_cast<std::uint32_t>(random_.below(20) == 0 ? 0 : random_.between(1, 4));
        row.complaint = any_text();
        row.sex = random_.below(20) == 0 ? "x" : random_.below(2) == 0 ? "f" : "";
        row.age_years = static_cast<std::uint32_t>(random_.below(20) == 0 ? 151 : random_.below(3));
        row.age_months.reset();
        if (random_.below(3) == 0) { // sometimes those of a year later
            row.age_months = row.age_years * kMonthsOfYear +
                             static_cast<std::uint32_t>(random_.below(random_.below(6) == 0 ? 24 : 12));
        }
        row.phone_masked = random_.below(2) == 0 ? "139****3462" : "";
        SetIncident out{row, any_text(), {}};
        if (random_.below(3) == 0) {
            out.identity.phone_sealed = "sealed";
            out.identity.phone_index = random_.below(2) == 0 ? std::string{"\x12"} : std::string{};
            out.row.caller = out.identity.phone_index.empty() ? "" : "12";
        }
        return out;
    }
    case 3: {
        AssignmentRow row = copy_of(world_.assignments);
        row.version += random_.below(5) == 0 ? 1U : 0U;
        row.state = static_cast<AssignmentState>(random_.below(7));
        row.end_reason = any_text();
        return SetAssignment{row};
    }
    case 4: {
        UnitRow row = copy_of(world_.units);
        row.version += random_.below(5) == 0 ? 1U : 0U;
        row.state = static_cast<UnitState>(random_.between(1, 12));
        if (random_.below(3) == 0) {
            row.assignment = any(world_.assignments);
            row.incident = any(world_.incidents);
        }
        if (random_.below(3) == 0) {
            row.told_place = PlaceE7{static_cast<std::int32_t>(random_.between(1, 901'000'000)), 1};
            row.told_us = kNowUs;
        }
        row.entered_us = random_.below(3) == 0 ? kNowUs + random_.between(0, 9) : row.entered_us;
        return SetUnit{row, StampSource::dispatcher};
    }
    case 5:
        if (random_.below(3) == 0) {
            LearnNumbers out{fmt::format("amb-{}", random_.between(1, kVehicles)), 0, 0};
            out.unit_seq = static_cast<std::uint64_t>(
                random_.below(8) == 0 ? 9'000'000 : random_.between(0, 40));
            if (random_.below(3) == 0) {
                out.term = term_ + (random_.below(4) == 0 ? 9'000'000U : random_.below(3));
            }
            return out;
        }
        return StoreRecommendation{random_.between(1, 12), any(world_.incidents), "shown"};
    case 6: {
        NewAssignment out;
        out.row.id = {random_.between(1, 400)};
        out.row.incident = any(world_.incidents);
        out.row.unit = any(world_.units);
        out.recommendation = random_.below(4) == 0 ? random_.between(1, 12) : 0;
        out.override_reason = any_text();
        return out;
    }
    case 7: {
        CommandRow row;
        row.id = fmt::format("c{}", random_.below(8) == 0 ? random_.between(1, commands_ + 1)
                                                          : ++commands_);
        row.assignment = any(world_.assignments);
        // To its own unit: of two orders with one number to two units nobody can say which is the
        // newer.
        row.unit = row.assignment.is_set() ? world_.assignments.at(row.assignment).unit
                                           : any(world_.units);
        row.vid =
            random_.below(15) == 0 ? "amb-9" : fmt::format("amb-{}", random_.between(1, kVehicles));
        row.kind = random_.below(20) == 0 ? "song" : random_.below(2) == 0 ? "dispatch" : "cancel";
        row.body = "body";
        row.issued_us = random_.below(20) == 0 ? 0 : kNowUs;
        row.expires_us = kNowUs + 1'000'000;
        return QueueCommand{row};
    }
    case 8: {
        static constexpr std::array<const char*, 8> kStates{
            "queued", "sent", "stored", "accepted", "refused", "expired", "superseded", "sung"};
        return SetCommand{fmt::format("c{}", random_.between(1, commands_ + 1)),
                          any(world_.assignments), kStates[random_.below(kStates.size())],
                          static_cast<std::uint32_t>(random_.below(3)), any_text()};
    }
    case 9: {
        StampRow row;
        row.event = static_cast<StampEvent>(random_.below(kStampEvents));
        row.at_us = random_.below(3) == 0 ? 0 : kNowUs + random_.between(0, 1'000);
        row.not_applicable = random_.below(3) == 0 ? "none" : "";
        row.received_us = kNowUs;
        row.source = StampSource::system;
        row.unit = random_.below(2) == 0 ? UnitId{} : any(world_.units);
        row.assignment = random_.below(2) == 0 ? AssignmentId{} : any(world_.assignments);
        return AddStamp{any(world_.incidents), row};
    }
    default:
        return AddAudit{"act", any(world_.incidents), any_text()};
    }
}

// What the core decides, so that sequences get somewhere.
WriteSet StoreModelTest::decided() {
    const auto or_nothing = [](Result<WriteSet> writes) {
        return writes ? std::move(*writes) : WriteSet{"li", {}};
    };
    switch (random_.below(9)) {
    case 5:
        return decided_order();
    case 6: {
        PostingRequest request;
        request.row.id = {run(store_.take_id(IdKind::posting)).value()};
        EXPECT_EQ(model_.take_posting_id(), request.row.id.value);
        request.row.unit = any(world_.units);
        request.row.place = {351'000'000, 1'109'000'000};
        request.row.name = "bridge";
        request.actor = "li";
        return or_nothing(decide_posting(world_, request));
    }
    case 7: {
        if (random_.below(2) == 0) {
            return or_nothing(decide_posting_end(
                world_, {any(world_.postings), static_cast<PostingState>(random_.below(6)), "", "li"}));
        }
        if (random_.below(2) == 0) {
            return or_nothing(decide_proposal_answer(
                world_, {any(world_.proposals), static_cast<Answer>(random_.below(2)), kNowUs, "li"}));
        }
        ProposalRequest request;
        request.row.unit = any(world_.units);
        request.row.state = static_cast<UnitState>(random_.between(1, 12));
        request.row.at_us = kNowUs - 1'000;
        if (const PostingRow posted = copy_of(world_.postings); random_.below(3) == 0 && posted.id.is_set()) {
            request.row.posting = posted.id;
            request.row.unit = posted.unit;
            request.row.at_us = 0;   // raised to when it was posted
        }
        request.actor = "amb";
        return or_nothing(decide_proposal(world_, request));
    }
    case 8: {
        CorrectionRequest request;
        request.incident = any(world_.incidents);
        const IncidentRow* incident = world_.incident(request.incident);
        if (incident != nullptr && !incident->stamps.empty()) {
            const StampRow& stamp = incident->stamps[random_.below(incident->stamps.size())];
            request.event = stamp.event;
            request.assignment = stamp.assignment;
            request.at_us = stamp.at_us == 0 ? kNowUs : stamp.at_us;
        }
        request.reason = "typed wrong";
        request.now_us = kNowUs;
        request.actor = "li";
        return or_nothing(decide_correction(world_, request));
    }
    case 0: {
        const CallIds ids = run(store_.take_call_ids("140802", "2026-03-18")).value();
        const StoreModel::Ids modelled = model_.take_call_ids("140802", "2026-03-18");
        EXPECT_EQ(ids.incident, modelled.incident);
        EXPECT_EQ(ids.number, modelled.number);
        CallRequest request;
        request.now_us = kNowUs;
        request.actor = "li";
        request.open.call = ids.call;
        request.open.region = "140802";
        request.open.day = "2026-03-18";
        request.open.ring_us = request.now_us - 9'000'000;
        request.open.answered_us = request.now_us - 4'000'000;
        request.open.incident.id = ids.incident;
        request.open.incident.number = ids.number;
        request.open.incident.level = static_cast<std::uint32_t>(random_.between(1, 4));
        request.open.incident.complaint = any_text();
        request.open.incident.place = {351'000'000, 1'109'000'000};
        return or_nothing(decide_call(request));
    }
    case 1: {
        AssignRequest request;
        request.incident = any(world_.incidents);
        request.unit = any(world_.units);
        request.assignment = {run(store_.take_id(IdKind::assignment)).value()};
        EXPECT_EQ(model_.take_assignment_id(), request.assignment.value);
        request.now_us = kNowUs;
        request.actor = "li";
        WriteSet out = or_nothing(decide_assign(world_, request));
        if (!out.operations.empty() && request.unit.value <= kVehicles) {
            CommandRow row;
            row.id = fmt::format("c{}", ++commands_);
            row.unit = request.unit;
            row.vid = fmt::format("amb-{}", request.unit.value);
            row.assignment = request.assignment;
            row.kind = "dispatch";
            row.body = "body";
            row.issued_us = kNowUs;
            row.expires_us = kNowUs + 1'000'000;
            out.operations.emplace_back(QueueCommand{row});
        }
        return out;
    }
    case 2:
        return or_nothing(
            decide_cancel(world_, {any(world_.assignments), "not needed", kNowUs, "li"}));
    case 3: {
        const auto command = any(world_.commands);
        return or_nothing(decide_ack(
            world_,
            {command, static_cast<Ack>(random_.below(5)), any_text(), {kNowUs, 0, false}, "amb"}));
    }
    default: {
        StateRequest request;
        request.unit = any(world_.units);
        request.state = static_cast<UnitState>(random_.between(1, 12));
        request.when = {kNowUs, kNowUs - 500, true};
        request.actor = "amb";
        return or_nothing(decide_state(world_, request));
    }
    }
}

// A unit instead of another, for a more urgent call, or one that says that it cannot go.
WriteSet StoreModelTest::decided_order() {
    const auto or_nothing = [](Result<WriteSet> writes) {
        return writes ? std::move(*writes) : WriteSet{"li", {}};
    };
    if (random_.below(3) == 0) {
        return or_nothing(
            decide_refusal(world_, {any(world_.assignments), "no crew", kNowUs, "li"}));
    }
    AssignRequest in;
    in.incident = any(world_.incidents);
    in.unit = any(world_.units);
    in.assignment = {run(store_.take_id(IdKind::assignment)).value()};
    EXPECT_EQ(model_.take_assignment_id(), in.assignment.value);
    in.now_us = kNowUs;
    in.actor = "li";
    in.intent = random_.below(2) == 0 ? AssignIntent::demanded : AssignIntent::additional;
    if (random_.below(2) == 0) {
        return or_nothing(decide_swap(world_, {any(world_.assignments), in, "nearer"}));
    }
    return or_nothing(decide_divert(world_, {in, "arrest"}));
}

WriteSet StoreModelTest::random_writes() {
    WriteSet out = random_.below(3) != 0 ? decided() : WriteSet{"li", {}};
    if (random_.below(4) == 0) {
        out.operations.insert(out.operations.begin(),
                              StoreKey{"li", fmt::format("k{}", ++keys_), "hash", "answer"});
    }
    const auto more = random_.below(out.operations.empty() ? 4 : 2);
    for (std::uint64_t i = 0; i < more; ++i) {
        const auto at = static_cast<std::ptrdiff_t>(random_.below(out.operations.size() + 1));
        out.operations.insert(out.operations.begin() + at, random_operation());
    }
    return out;
}

void StoreModelTest::add_event() {
    const std::int64_t seq = random_.between(1, events_ + 1);
    const std::string id = fmt::format("e{}", random_.between(1, events_ + 2));
    // Ids of rows that were not taken are used up by the identity column: they are given here.
    const std::string made =
        postgres_->value(fmt::format("with made as (insert into telemetry.inbox (id, vid, spool, "
                                     "seq, t_us, clk, event_id, body) overriding system value "
                                     "values ({}, 'amb-1', 7, {}, 1, 3, '{}', 'x') on conflict do "
                                     "nothing returning 1) select count(*) from made",
                                     events_ + 1, seq, id));
    const bool modelled =
        model_.add_event({0, "amb-1", 7, static_cast<std::uint64_t>(seq), 1, 3, kNowUs, "x"}, id);
    ASSERT_EQ(made == "1", modelled);
    events_ += modelled ? 1 : 0;
}

void StoreModelTest::one_step() {
    if (random_.below(25) == 0) {
        take_the_lead();
        return;
    }
    if (random_.below(8) == 0) {
        add_event();
        return;
    }
    const WriteSet writes = random_writes();
    const std::uint64_t term = random_.below(20) == 0 ? term_ - 1 : term_;
    auto real = run(store_.apply(term, writes));
    auto modelled = model_.apply(term, writes, kNowUs);
    ASSERT_EQ(real.has_value(), modelled.has_value()) << (real ? "" : real.error().message());
    if (real) {
        ASSERT_EQ(text_of(*real), text_of(*modelled));
        merge(world_, *real);
        if (model_.term() != term_) { // a later one was learned
            ASSERT_EQ(refusal_of(run(store_.apply(term_, {"li", {AddAudit{"act", {}, ""}}})).error()),
                      Refusal::term_stale);
            take_the_lead();
        }
    } else {
        ASSERT_EQ(refusal_of(real.error()), modelled.error()) << real.error().message();
    }
}

TEST_F(StoreModelTest, AnswersAsPostgresqlDoesOnRandomSequences) {
    const char* wished = std::getenv("EMS_STORE_SEQUENCES");
    const std::uint64_t sequences = wished == nullptr ? 40 : std::stoull(wished);
    for (std::uint64_t seed = 1; seed <= sequences; ++seed) {
        SCOPED_TRACE(seed);
        random_ = soak::SplitMix{seed};
        begin();
        for (int step = 0; step < 40 && !HasFatalFailure(); ++step) {
            one_step();
        }
        if (HasFatalFailure()) {
            return;
        }
        compare_states();
        ASSERT_FALSE(HasFailure());
        ASSERT_EQ(postgres_->value("select count(*) from dispatch.unit_history"),
                  std::to_string(model_.unit_history().size()));
        ASSERT_EQ(
            postgres_->value("select count(*) from telemetry.inbox where consumed_at is null"),
            std::to_string(model_.inbox(1'000'000).size()));
    }
}

} // namespace
} // namespace ems::dispatch::sim
