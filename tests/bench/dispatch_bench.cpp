// ems-bench-dispatch: the figures of ems-dispatchd that need a real server and a real database.
// Each part prints "figure NAME VALUE" at its end.
//   race      64 desks fight for 16 units while servers and database are killed again and again;
//             the database's history is judged
//   latency   ranked lists among 200 units on the roads of a county with 30 cases open, and
//             assignments against a bare INSERT, two years of history behind them
//   restart   kill -9 of the only server: until a desk's request is answered
//   takeover  kill -9 of the leader with a warm standby: until a desk's request is answered
// All but the race write as a centre does: with fsync.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include "dispatch/core/decide.h"
#include "dispatch/core/outbox.h"
#include "dispatch/store/store.h"
#include "map/gazetteer/place.h"
#include "telemetry/base/assert.h"
#include "tests/bench/statistics.h"
#include "tests/soak/splitmix.h"
#include "tests/support/dispatch_pair.h"
#include "tests/support/run_coroutine.h"

namespace {

constexpr int kUnits = 200;
constexpr int kOpenCases = 30; // each with a unit on it
constexpr std::size_t kStations = 25;

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using ems::client::Client;
using ems::client::RequestId;
using ems::test::DispatchPair;

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// Where people call from.
using Villages = std::vector<ems::map::PointE7>;

ems::api::ClientFrame call_frame(ems::soak::SplitMix& random, const Villages& villages) {
    ems::api::ClientFrame frame;
    frame.mutable_new_call()->set_level(static_cast<std::uint32_t>(random.between(1, 4)));
    frame.mutable_new_call()->set_complaint("胸痛");
    const ems::map::PointE7 at = villages[random.below(villages.size())];
    frame.mutable_new_call()->mutable_place()->set_lat_e7(at.lat_e7);
    frame.mutable_new_call()->mutable_place()->set_lon_e7(at.lon_e7);
    return frame;
}
ems::api::ClientFrame assign_frame(std::int64_t incident, std::int64_t unit) {
    ems::api::ClientFrame frame;
    frame.mutable_assign()->set_incident_id(incident);
    frame.mutable_assign()->set_unit_id(unit);
    frame.mutable_assign()->set_override_reason("bench");
    return frame;
}
ems::api::ClientFrame cancel_frame(std::int64_t assignment) {
    ems::api::ClientFrame frame;
    frame.mutable_cancel_assignment()->set_assignment_id(assignment);
    frame.mutable_cancel_assignment()->set_reason("bench");
    return frame;
}
ems::api::ClientFrame explain_frame(std::int64_t incident) {
    ems::api::ClientFrame frame;
    frame.mutable_get_explanation()->set_incident_id(incident);
    return frame;
}
// Of a call that nobody served: why, and the version seen.
ems::api::ClientFrame close_frame(std::int64_t incident, std::uint64_t version) {
    ems::api::ClientFrame frame;
    frame.mutable_close_incident()->set_incident_id(incident);
    frame.mutable_close_incident()->set_outcome("bench");
    frame.mutable_close_incident()->set_version(version);
    return frame;
}

// ----------------------------------------------------------------------------------------------------
// race

// One desk: assigns a unit at random; what it won it holds for a while, cancels, closes, and takes
// the next call. When it does not know whether it won, it looks.
class Racer {
  public:
    enum class Step { call, assign, look, hold, cancel, close };

    Racer(const DispatchPair& pair, std::size_t first, std::uint64_t seed)
        : random_(seed), desk_(pair.desk(first)) {}

    struct Counts {
        std::uint64_t attempts{0};
        std::uint64_t won{0};
        std::uint64_t unknown{0}; // no answer before the deadline
        std::map<std::int64_t, std::int64_t>
            told; // assignments that a desk was told it has, and their units
    };

    // True when something came or went.
    bool turn(Counts& counts) {
        bool moved = false;
        for (ems::client::Event& event : desk_->drain()) {
            if (auto* reply = std::get_if<ems::client::ReplyArrived>(&event);
                reply != nullptr && reply->request == asked_) {
                answered(counts, reply->frame);
                moved = true;
            }
        }
        if (asked_ == 0 && desk_->status().phase == ems::client::Phase::live) {
            next(counts);
            moved = moved || asked_ != 0;
        }
        return moved;
    }
    void wait() { desk_->wait(2ms); }

  private:
    // Of all desks together: nearly every unit is held, and each that comes free is fought for.
    static constexpr std::uint64_t kHoldAttempts = 400;

    void ask(ems::api::ClientFrame frame) { asked_ = desk_->send(std::move(frame), 60s); }

    void next(Counts& counts) {
        switch (step_) {
        case Step::call:
            ask(call_frame(random_, {{351'000'000, 1'109'000'000}}));
            return;
        case Step::assign:
            unit_ = random_.between(1, 16);
            ++counts.attempts;
            ask(assign_frame(incident_, unit_));
            return;
        case Step::look:
            ask(explain_frame(incident_));
            return;
        case Step::hold:
            if (counts.attempts < release_at_) {
                return;
            }
            step_ = Step::cancel;
            [[fallthrough]];
        case Step::cancel:
            ask(cancel_frame(assignment_));
            return;
        case Step::close:
            ask(close_frame(incident_, 3)); // opened, assigned, called back
            return;
        }
    }
    void answered(Counts& counts, const ems::Result<ems::api::ServerFrame>& reply) {
        asked_ = 0;
        const bool unknown = !reply && (reply.error().code == ems::Code::timeout ||
                                        reply.error().code == ems::Code::not_leader);
        counts.unknown += unknown ? 1U : 0U;
        switch (step_) {
        case Step::call:
            if (reply) {
                incident_ = reply->new_call_ok().incident_id();
                step_ = Step::assign;
            }
            return;
        case Step::assign:
            if (reply) {
                ++counts.won;
                assignment_ = reply->assign_ok().assignment_id();
                counts.told[assignment_] = unit_;
                release_at_ = counts.attempts + kHoldAttempts;
                step_ = Step::hold;
            } else if (unknown || reply.error().code == ems::Code::incident_has_its_units) {
                step_ = Step::look;
            }
            return;
        case Step::look:
            if (reply) {
                found(reply->explanation());
            }
            return;
        case Step::hold:
            return;
        case Step::cancel:
            // Refused for good: it was done before, or the unit has it no more.
            step_ = reply || !unknown ? Step::close : Step::cancel;
            return;
        case Step::close:
            step_ = unknown ? Step::close : Step::call;
            return;
        }
    }
    // A live choice for this desk's incident is its own.
    void found(const ems::api::Explanation& explanation) {
        step_ = Step::assign;
        for (const ems::api::ExplainedList& list : explanation.lists()) {
            for (const ems::api::Choice& choice : list.choices()) {
                if (choice.end_reason().empty()) {
                    assignment_ = choice.assignment_id();
                    step_ = Step::cancel;
                }
            }
        }
    }

    ems::soak::SplitMix random_;
    std::unique_ptr<Client> desk_;
    Step step_{Step::call};
    RequestId asked_{0};
    std::int64_t incident_{0};
    std::int64_t assignment_{0};
    std::int64_t unit_{0};
    std::uint64_t release_at_{0};
};

struct RaceOptions {
    std::size_t desks{64};
    std::uint64_t attempts{200'000};
    std::uint64_t seed{1};
    // By attempts, not by time: where the desks are slow to come back nothing new befalls them.
    std::uint64_t kill_every{2'000};
};

int race(const RaceOptions& options) {
    DispatchPair pair{0, 16};
    pair.start(0);
    pair.start(1);
    ems::soak::SplitMix random{options.seed};
    std::vector<std::unique_ptr<Racer>> racers;
    for (std::size_t i = 0; i < options.desks; ++i) {
        racers.push_back(std::make_unique<Racer>(pair, i % 2, random.next()));
    }
    Racer::Counts counts;
    std::uint64_t kills = 0;
    std::uint64_t database_kills = 0;
    std::uint64_t kill_at = options.kill_every;
    auto word_at = Clock::now() + 10s;
    while (counts.attempts < options.attempts) {
        bool moved = false;
        for (const auto& racer : racers) {
            moved = racer->turn(counts) || moved;
        }
        if (!moved) {
            racers[counts.attempts % racers.size()]->wait();
        }
        if (counts.attempts >= kill_at) {
            // One, the other, or both at once; in a third of the cases the database first.
            const std::uint64_t which = 1 + random.below(3);
            const bool database = random.below(3) == 0;
            if (database) {
                pair.database().crash();
                ++database_kills;
            }
            for (std::size_t server = 0; server < 2; ++server) {
                if ((which & (1U << server)) != 0) {
                    pair.kill(server);
                    ++kills;
                }
            }
            if (database) {
                pair.database().start();
            }
            for (std::size_t server = 0; server < 2; ++server) {
                if (!pair.running(server)) {
                    pair.start(server);
                }
            }
            kill_at = counts.attempts + options.kill_every;
        }
        if (Clock::now() >= word_at) {
            word_at += 10s;
            fmt::print("{} of {} attempts, {} won, {} kills of servers, {} of the database\n",
                       counts.attempts, options.attempts, counts.won, kills, database_kills);
            std::fflush(stdout);
        }
    }
    racers.clear();
    pair.kill(0);
    pair.kill(1);
    // Two assignments of one unit that lived at the same time.
    const std::string overlaps =
        pair.database().value("select count(*) from dispatch.assignment a join dispatch.assignment "
                              "b on b.unit_id = a.unit_id and b.id > a.id "
                              "where a.created_at < coalesce(b.ended_at, 'infinity') and "
                              "b.created_at < coalesce(a.ended_at, 'infinity')");
    // A unit that was sent while it was sent.
    const std::string sent_twice = pair.database().value(
        "select count(*) from (select to_state, from_state, lag(to_state) over (partition by "
        "unit_id order by id) as before "
        "from dispatch.unit_history) h where before is not null and before <> from_state");
    // What a desk was told stands in the database as it was told.
    std::string told;
    for (const auto& [assignment, unit] : counts.told) {
        told += fmt::format("{}({},{})", told.empty() ? "" : ",", assignment, unit);
    }
    const std::string missing =
        told.empty() ? "0"
                     : pair.database().value(
                           "select count(*) from (values " + told +
                           ") t (id, unit) left join dispatch.assignment a on a.id = t.id and "
                           "a.unit_id = t.unit where a.id is null");
    const std::string audit = pair.database().value("select coalesce(dispatch.audit_verify(), 0)");
    fmt::print(
        "{} attempts by {} desks, {} won, {} without an answer in time, {} kills of servers, {} of "
        "the database, {} terms\n",
        counts.attempts, options.desks, counts.won, counts.unknown, kills, database_kills,
        pair.term());
    fmt::print("overlapping assignments {}, sent while sent {}, told and not stored {}, first row "
               "that breaks the audit {}\n",
               overlaps, sent_twice, missing, audit);
    fmt::print("figure race_double_assignments {}\n",
               std::stoull(overlaps) + std::stoull(sent_twice) + std::stoull(missing));
    return overlaps == "0" && sent_twice == "0" && missing == "0" ? 0 : 1;
}

// ----------------------------------------------------------------------------------------------------
// history

// Two years of a county: 40 cases a day, each with one task, its stamps, its changes of state and
// its rows of audit.
void write_history(const ems::test::TempPostgres& database, int days, int units) {
    database.execute(
        fmt::format("set client_min_messages = error; update dispatch.leader set term = 1;"
                    "insert into dispatch.incident (id, region, number, day, level, complaint, "
                    "address, lat_e7, lon_e7, state, created_at, ended_at, outcome) "
                    "select n, '140802', lpad((n % 40 + 1)::text, 4, '0'), (now() - interval '1 "
                    "day' * (2 + {0} - n / 40))::date, 1 + n % 4, '胸痛', "
                    "'文化路 ' || n, 350000000 + n, 1110000000 + n, 'closed', now() - interval '1 "
                    "day' * (2 + {0} - n / 40), "
                    "now() - interval '1 day' * (2 + {0} - n / 40) + interval '50 minutes', "
                    "'handed_over' from generate_series(1, {0} * 40 - 1) n;"
                    "insert into dispatch.call (id, incident_id, ring_at, answered_at, taken_by) "
                    "select id, id, created_at, created_at, 'desk' from dispatch.incident;"
                    "insert into dispatch.assignment (id, incident_id, unit_id, state, created_at, "
                    "created_by, ended_at, end_reason, term) "
                    "select id, id, 1 + id % {1}, 'done', created_at, 'desk', ended_at, "
                    "'handed_over', 1 from dispatch.incident;"
                    "insert into dispatch.stamp (incident_id, assignment_id, unit_id, event, at, "
                    "source, actor, received_at) "
                    "select i.id, case when e.n > 3 then i.id end, case when e.n > 3 then 1 + i.id "
                    "% {1} end, e.event, "
                    "i.created_at + interval '3 minutes' * e.n, 'crew_button', 'desk', "
                    "i.created_at from dispatch.incident i, "
                    "unnest(array['ring_start','answered','case_opened','unit_assigned','crew_ack',"
                    "'wheels','at_scene','at_patient','left_scene',"
                    "'at_hospital','handover','left_hospital','available','at_station']) with "
                    "ordinality e (event, n);"
                    "insert into dispatch.unit_history (unit_id, from_state, to_state, "
                    "incident_id, assignment_id, source, actor, version, at) "
                    "select 1 + i.id % {1}, s, s + 1, i.id, i.id, 'crew_button', 'desk', s, "
                    "i.created_at from dispatch.incident i, generate_series(1, 9) s;"
                    "insert into dispatch.outbox (id, unit_id, vid, assignment_id, kind, body, "
                    "unit_seq, issued_at, expires_at, state) "
                    "select 'old-' || id, 1 + id % {1}, 'amb-' || (1 + id % {1}), id, 'dispatch', "
                    "'x', id, created_at, created_at, 'accepted' "
                    "from dispatch.incident;"
                    "insert into telemetry.inbox (vid, spool, seq, t_us, clk, event_id, body, "
                    "consumed_at, outcome) "
                    "select 'amb-1', 1, n, n, 3, 'old-' || n, 'x', now(), 'applied' from "
                    "generate_series(1, {0} * 400) n;"
                    "select setval('dispatch.incident_id', {0} * 40), setval('dispatch.call_id', "
                    "{0} * 40), setval('dispatch.assignment_id', {0} * 40);"
                    "analyze",
                    days, units));
    // In short transactions: within one, each row of the chain finds all former versions of its
    // head in its way.
    for (int batch = 0; batch < days; ++batch) {
        database.execute(fmt::format(
            "do $$ begin for n in 1..80 loop perform dispatch.audit_add('desk', 'unit_state', {}, "
            "'unit=1 at_scene->at_patient'); end loop; end $$",
            batch * 40 + 1));
    }
}

// Milliseconds of bare one-row INSERTs over a connection of its own, in a table like the
// assignments' own.
class BareInsert {
  public:
    explicit BareInsert(const DispatchPair& pair)
        : session_(PQconnectdb(pair.database().conninfo("ems_owner").c_str()), &PQfinish) {
        run("create table if not exists public.bench_row (id bigserial primary key, unit_id "
            "bigint, note text, at timestamptz)");
        run("prepare one as insert into public.bench_row (unit_id, note, at) values ($1, $2, "
            "clock_timestamp())");
    }
    double once(std::int64_t unit) {
        const auto begin = Clock::now();
        run(fmt::format("execute one ({}, 'desk')", unit));
        return ms_since(begin);
    }

  private:
    void run(const std::string& sql) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result{
            PQexec(session_.get(), sql.c_str()), &PQclear};
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
            fmt::print(stderr, "ems-bench-dispatch: {}\n", PQerrorMessage(session_.get()));
            std::exit(1);
        }
    }
    std::unique_ptr<PGconn, decltype(&PQfinish)> session_;
};

std::optional<ems::api::ServerFrame> must(Client& desk, const ems::api::ClientFrame& frame) {
    auto reply = DispatchPair::ask(desk, frame, 30s);
    if (!reply) {
        fmt::print(stderr, "ems-bench-dispatch: {}\n", reply.error().message());
        return {};
    }
    return std::move(*reply);
}

// assign() as the leader commits it: fence, conditional updates, stamps, outbox, key and audit in
// one transaction, decided by the core on the state that the store gave.
class DirectAssign {
  public:
    explicit DirectAssign(const DispatchPair& pair)
        : pool_(io_.get_executor(),
                {.connection = {.conninfo = pair.database().conninfo("ems_dispatch"),
                                .statement_limit = 10s}}),
          store_(pool_),
          lead_(io_.get_executor(), {.conninfo = pair.database().conninfo("ems_dispatch")}) {}

    bool take_the_lead() {
        auto opened = run(lead_.open());
        // The lock goes with the session of the server that was killed.
        return opened &&
               ems::test::eventually(
                   [this] {
                       const auto term = run(ems::dispatch::become_leader(lead_, "bench"));
                       term_ = term && *term ? **term : 0;
                       return term_ != 0;
                   },
                   10s) &&
               load();
    }
    // Milliseconds; nothing when it was refused. A fresh call, whose unit is free again afterwards: a
    // row with the stamps of a hundred tasks is no one's.
    std::optional<double> once(ems::UnitId unit) {
        const auto incident = call();
        const auto took_ms = incident ? assign(*incident, unit) : std::nullopt;
        if (!took_ms) {
            return {};
        }
        auto closed = ems::dispatch::decide_close(world_, {*incident, "bench", now_us(), "desk", world_.incident(*incident)->version});
        if (!closed || !apply(std::move(*closed))) {
            return {};
        }
        ems::dispatch::forget_old(world_, 0, 100);
        return took_ms;
    }

  private:
    std::optional<ems::IncidentId> call() {
        const auto ids = run(store_.take_call_ids("140802", "2027-01-15"));
        if (!ids) {
            return {};
        }
        ems::dispatch::CallRequest request;
        request.actor = "desk";
        request.now_us = now_us();
        request.open.call = ids->call;
        request.open.region = "140802";
        request.open.day = "2027-01-15";
        request.open.answered_us = request.now_us;
        request.open.ring_us = request.now_us;
        request.open.incident.id = ids->incident;
        request.open.incident.number = ids->number;
        request.open.incident.level = 2;
        request.open.incident.complaint = "胸痛";
        request.open.incident.place = {351'000'000, 1'109'000'000};
        auto writes = ems::dispatch::decide_call(request);
        return writes && apply(std::move(*writes)) ? std::optional{ids->incident} : std::nullopt;
    }
    std::optional<double> assign(ems::IncidentId incident, ems::UnitId unit) {
        const auto id = run(store_.take_id(ems::dispatch::IdKind::assignment));
        if (!id) {
            return {};
        }
        ems::dispatch::AssignRequest request{incident, unit, {*id},    0,
                                             "bench",  0,    now_us(), "desk"};
        auto writes = ems::dispatch::decide_assign(world_, request);
        if (!writes) {
            return {};
        }
        ems::dispatch::CommandRow order;
        order.id = fmt::format("bench-{}", *id);
        order.unit = unit;
        order.vid = fmt::format("amb-{}", unit.value);
        order.assignment = {*id};
        order.kind = "dispatch";
        order.body = std::string(300, 'x');
        order.issued_us = now_us();
        order.expires_us = now_us() + ems::dispatch::kOrderLifeUs;
        writes->operations.emplace_back(ems::dispatch::QueueCommand{order});
        writes->operations.insert(
            writes->operations.begin(),
            ems::dispatch::StoreKey{"desk", order.id, std::string(32, 'h'), std::string(40, 'r')});
        const auto begin = Clock::now();
        if (!apply(std::move(*writes))) {
            return {};
        }
        const double took_ms = ms_since(begin);
        auto cancelled = ems::dispatch::decide_cancel(world_, {{*id}, "bench", now_us(), "desk"});
        return cancelled && apply(std::move(*cancelled)) ? std::optional{took_ms} : std::nullopt;
    }
    static std::int64_t now_us() { return ems::SystemClock{}.utc_us(); }
    bool load() {
        auto world = run(store_.load(term_));
        if (world) {
            world_ = std::move(*world);
        }
        return world.has_value();
    }
    bool apply(ems::dispatch::WriteSet writes) {
        auto rows = run(store_.apply(term_, std::move(writes)));
        if (rows) {
            ems::dispatch::merge(world_, *rows);
        } else {
            fmt::print(stderr, "ems-bench-dispatch: {}\n", rows.error().message());
        }
        return rows.has_value();
    }
    template <class T> T run(boost::asio::awaitable<T> work) {
        return ems::test::run_coroutine(io_, std::move(work));
    }

    boost::asio::io_context io_;
    ems::pg::Pool pool_;
    ems::dispatch::Store store_;
    ems::pg::Connection lead_;
    std::uint64_t term_{0};
    ems::dispatch::World world_;
};

int measure_ranked(DispatchPair& pair, const Villages& villages, int runs) {
    auto desk = pair.desk(0);
    ems::soak::SplitMix random{1};
    for (int open = 0; open < kOpenCases; ++open) {
        const auto call = must(*desk, call_frame(random, villages));
        if (!call || !must(*desk, assign_frame(call->new_call_ok().incident_id(), 1 + open * 6))) {
            return 1;
        }
    }
    std::vector<double> ranked;
    for (int run = 0; run < runs + 20; ++run) {
        const auto begin = Clock::now();
        const auto call = must(*desk, call_frame(random, villages));
        const double took_ms = ms_since(begin);
        if (!call || !must(*desk, close_frame(call->new_call_ok().incident_id(), 1))) {
            return 1;
        }
        if (run == 0 && !call->new_call_ok().recommendation().degraded().empty()) {
            fmt::print(stderr, "ems-bench-dispatch: the list is not by road: {}\n",
                       call->new_call_ok().recommendation().degraded());
            return 1;
        }
        if (run >= 20) { // the first ones open sessions and prepare statements
            ranked.push_back(took_ms);
        }
    }
    fmt::print("new call to ranked list p50 {:.2f} ms\n", ems::bench::quantile(ranked, 0.5));
    fmt::print("figure ranked_p99 {:.3f}\n", ems::bench::quantile(ranked, 0.99));
    return 0;
}

int measure_assign(const DispatchPair& pair, int units, int runs) {
    DirectAssign direct{pair};
    if (!direct.take_the_lead()) {
        fmt::print(stderr, "ems-bench-dispatch: the lead is not to be had\n");
        return 1;
    }
    BareInsert bare{pair};
    std::vector<double> assigned;
    std::vector<double> inserted;
    for (int run = 0; run < runs + 20; ++run) {
        // Those between the ones that are on a case.
        const auto took_ms = direct.once({2 + run % (units / 6) * 6});
        const double inserted_ms = bare.once(run % units + 1);
        if (!took_ms) {
            return 1;
        }
        if (run >= 20) {
            assigned.push_back(*took_ms);
            inserted.push_back(inserted_ms);
        }
    }
    const double insert_p99 = ems::bench::quantile(inserted, 0.99);
    const double assign_p99 = ems::bench::quantile(assigned, 0.99);
    fmt::print("assign p50 {:.2f} ms p99 {:.2f} ms; bare INSERT p50 {:.2f} ms p99 {:.2f} ms\n",
               ems::bench::quantile(assigned, 0.5), assign_p99, ems::bench::quantile(inserted, 0.5),
               insert_p99);
    fmt::print("figure assign_commit_p99_vs_insert {:.3f}\n", assign_p99 / insert_p99);
    return 0;
}

// The demonstration county with a station for every eight units, each in a village, and the history
// behind it; from here on it writes as a centre does.
Villages fill(DispatchPair& pair, int days) {
    const auto began = Clock::now();
    std::string output;
    std::filesystem::create_directories(pair.map_dir());
    EMS_ASSERT(ems::test::run({ems::test::program("ems-map"), "synth", "--out", pair.map_dir()},
                              &output) == 0);
    const auto places = ems::map::load_places(pair.map_dir() + "/places.csv");
    EMS_ASSERT(places && places->size() > kStations);
    Villages out;
    std::string stations;
    for (const ems::map::Place& village : *places) {
        if (out.size() % (places->size() / kStations) == 1) {
            stations += fmt::format("{}('140802', 'T{}', st_point({}, {})::geography)",
                                    stations.empty() ? "" : ",", out.size(), village.at.lon,
                                    village.at.lat);
        }
        out.push_back(ems::map::to_e7(village.at));
    }
    pair.database().execute("insert into registry.station (region, name, place) values " + stations +
                            ";update registry.unit set station_id = (select id from "
                            "registry.station where name like 'T%' order by id offset "
                            "unit.id % (select count(*) from registry.station where name like "
                            "'T%') limit 1)");
    write_history(pair.database(), days, kUnits);
    const std::unique_ptr<PGconn, decltype(&PQfinish)> session{
        PQconnectdb(pair.database().conninfo("postgres").c_str()), &PQfinish};
    for (const char* sql : {"alter system set fsync = on", "select pg_reload_conf()", "checkpoint"}) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result{PQexec(session.get(), sql), &PQclear};
        EMS_ASSERT(PQresultStatus(result.get()) == PGRES_COMMAND_OK ||
                   PQresultStatus(result.get()) == PGRES_TUPLES_OK);
    }
    fmt::print("{} cases of history written in {:.0f} s\n", days * 40, ms_since(began) / 1000);
    std::fflush(stdout);
    return out;
}

int latency(int days, int runs) {
    DispatchPair pair{kUnits, 0};
    const Villages villages = fill(pair, days);
    pair.start(0);
    if (measure_ranked(pair, villages, runs) != 0) {
        return 1;
    }
    pair.kill(0);
    return measure_assign(pair, kUnits, runs);
}

// Seconds from the kill to the answer of a request that was sent after it. `both`: with a warm
// standby.
enum class Servers { one, two };

int fail_over(Servers servers, int days, int trials) {
    DispatchPair pair{kUnits, 0};
    const Villages villages = fill(pair, days);
    pair.start(0);
    auto desk = pair.desk(0);
    ems::soak::SplitMix random{1};
    if (!must(*desk, call_frame(random, villages))) {
        return 1;
    }
    if (servers == Servers::two) {
        pair.start(1);
    }
    std::vector<double> seconds;
    for (int trial = 0; trial < trials; ++trial) {
        const std::size_t leader = pair.leader();
        const bool warm = servers == Servers::one ||
                          ems::test::eventually(
                              [&] {
                                  const std::string log = pair.log(1 - leader);
                                  return log.rfind("standing by") != std::string::npos &&
                                         log.rfind("standing by") > log.rfind("leads term") + 1;
                              },
                              20s);
        if (!warm) {
            fmt::print(stderr, "ems-bench-dispatch: the standby never stood by\n");
            return 1;
        }
        const auto begin = Clock::now();
        pair.kill(leader);
        if (servers == Servers::one) {
            pair.start(leader);
        }
        if (!must(*desk, call_frame(random, villages))) {
            return 1;
        }
        seconds.push_back(ms_since(begin) / 1000);
        fmt::print("trial {} {:.3f} s, term {}\n", trial + 1, seconds.back(), pair.term());
        std::fflush(stdout);
        if (servers == Servers::two) {
            pair.start(leader);
        }
    }
    const double most = *std::max_element(seconds.begin(), seconds.end());
    fmt::print("p50 {:.3f} s, most {:.3f} s of {}\n", ems::bench::quantile(seconds, 0.5), most,
               trials);
    fmt::print("figure {} {:.3f}\n",
               servers == Servers::one ? "restart_to_serving_max" : "takeover_max", most);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"figures of ems-dispatchd"};
    app.require_subcommand(1);
    RaceOptions race_options;
    int days = 730;
    int runs = 1'000;
    int trials = 30;
    CLI::App& racing = *app.add_subcommand("race", "desks fight for units under kills");
    racing.add_option("--attempts", race_options.attempts, "assignments tried")
        ->check(CLI::Range(1, 100'000'000));
    racing.add_option("--desks", race_options.desks, "at once")->check(CLI::Range(1, 200));
    racing.add_option("--seed", race_options.seed, "of choices and kills");
    CLI::App& timing = *app.add_subcommand("latency", "ranked lists and assignments");
    timing.add_option("--runs", runs, "calls")->check(CLI::Range(1, 1'000'000));
    CLI::App& restarting = *app.add_subcommand("restart", "kill -9 of the only server");
    CLI::App& taking_over =
        *app.add_subcommand("takeover", "kill -9 of the leader beside a standby");
    for (CLI::App* part : {&timing, &restarting, &taking_over}) {
        part->add_option("--days", days, "of history behind it")->check(CLI::Range(1, 10'000));
    }
    for (CLI::App* part : {&restarting, &taking_over}) {
        part->add_option("--trials", trials, "kills")->check(CLI::Range(1, 10'000));
    }
    CLI11_PARSE(app, argc, argv);
    if (racing) {
        return race(race_options);
    }
    if (timing) {
        return latency(days, runs);
    }
    return fail_over(restarting ? Servers::one : Servers::two, days, trials);
}
