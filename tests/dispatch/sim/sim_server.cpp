#include "tests/dispatch/sim/sim_server.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dispatch/core/inbox.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::dispatch::sim {
namespace {

// Of the service: the seat looks every 300 ms, the outbox every 100 ms and when something changes,
// the desk's alarms every 500 ms, the inbox every second and when it is told.
constexpr std::int64_t kLeadPollUs = 300'000;
constexpr std::int64_t kOutboxPollUs = 250'000;
constexpr std::int64_t kAlarmPollUs = 500'000;
constexpr std::int64_t kInboxRetryUs = 200'000;
constexpr std::int64_t kSessionPollUs = kSecondUs;
// The service does so once a minute; a run here is hardly longer.
constexpr std::int64_t kFencePollUs = kSecondUs;
constexpr std::int64_t kTrimPollUs = kSecondUs / 2;
constexpr std::size_t kInboxBatch = 100;

// Of a planted bug: the decision stays, only what it was compared with is renewed.
void take_new_versions(WriteSet& writes, const World& world) {
    for (Operation& operation : writes.operations) {
        if (auto* unit = std::get_if<SetUnit>(&operation)) {
            const UnitRow* row = world.unit(unit->row.id);
            unit->row.version = row != nullptr ? row->version : 0;
        } else if (auto* incident = std::get_if<SetIncident>(&operation)) {
            const IncidentRow* row = world.incident(incident->row.id);
            incident->row.version = row != nullptr ? row->version : 0;
        } else if (auto* assignment = std::get_if<SetAssignment>(&operation)) {
            const AssignmentRow* row = world.assignment(assignment->row.id);
            assignment->row.version = row != nullptr ? row->version : 0;
        }
    }
}

// Of a planted bug: what a fence suggests is reported, in its crew's name.
EventMeaning taken_for_said(const World& world, UnitId unit, const InboxEvent& event,
                            EventMeaning meaning) {
    for (const Operation& operation : meaning.writes.operations) {
        if (const auto* proposed = std::get_if<NewProposal>(&operation)) {
            StateRequest report;
            report.unit = unit;
            report.state = proposed->row.state;
            report.source = proposed->row.source;
            report.when.received_us = event.received_us;
            report.actor = event.vid;
            auto writes = decide_state(world, report);
            return writes ? EventMeaning{std::move(*writes), "applied"} : std::move(meaning);
        }
    }
    return meaning;
}

// Of a planted bug: what its vehicle has seen is not in it.
InboxEvent without_numbers(InboxEvent event) {
    wire::Event body;
    if (body.ParseFromString(event.body) && body.has_command_ack()) {
        body.mutable_command_ack()->clear_highest_term();
        body.mutable_command_ack()->clear_executed_unit_seq();
        event.body = body.SerializeAsString();
    }
    return event;
}

// Of a planted bug: when it was pressed is not looked at.
InboxEvent without_time(InboxEvent event) {
    event.clock_quality = wire::CLOCK_NEVER_SET;
    return event;
}

} // namespace

SimServer::SimServer(SimWorld& world, SimDatabase& database, Oracle& oracle, Links links,
                     std::uint32_t number)
    : world_(world), database_(database), oracle_(oracle), links_(std::move(links)),
      number_(number) {
    const std::int64_t most = world_.dials.server_skew_us / 2;
    skew_us_ = most == 0 ? 0 : world_.random.between(-most, most);
}

void SimServer::here(std::function<void()> what) {
    if (world_.now_us < paused_until_us_) {
        world_.in(paused_until_us_ - world_.now_us, Kind::tick, number_,
                  [this, generation = generation_, what = std::move(what)] {
                      if (generation == generation_) {
                          here(what);
                      }
                  });
        return;
    }
    what();
}

void SimServer::every(std::int64_t period_us, void (SimServer::*what)()) {
    world_.in(period_us, Kind::tick, number_, [this, period_us, what, generation = generation_] {
        if (generation == generation_) {
            here([this, what] { (this->*what)(); });
            every(period_us, what);
        }
    });
}

void SimServer::start() {
    up_ = true;
    every(kLeadPollUs, &SimServer::lead_tick);
    every(kOutboxPollUs, &SimServer::outbox_tick);
    every(kAlarmPollUs, &SimServer::alarm_tick);
    every(kSessionPollUs, &SimServer::check_session);
    every(kTrimPollUs, &SimServer::trim_tick);
    every(kFencePollUs, &SimServer::look_at_posts);
}

void SimServer::crash() {
    world_.tell("server {} crashes", number_);
    ++generation_;
    up_ = false;
    paused_until_us_ = 0;
    if (session_ != 0) {
        database_.close_session(number_, session_);
    }
    session_ = 0;
    asking_ = false;
    seat_ = Seat{};
    schedule_ = OutboxSchedule{};
    standby_wait_ = StandbyWait{};
    gave_up_once_ = false;
    time_ = DatabaseTime{};
    commits_.clear();
    under_way_ = 0;
    reading_inbox_ = false;
    inbox_hinted_ = false;
    turns_.clear();
    read_before_.reset();
    remembered_keys_.clear();
    sent_before_.clear();
    ever_told_.clear();
    world_.in(world_.random.between(300'000, 3 * kSecondUs), Kind::came_back, number_,
              [this] { start(); });
}

// ----------------------------------------------------------------------------------------------------
// the lead

void SimServer::lead_tick() {
    if (seat_.leads() || asking_ || !database_.reachable(number_)) {
        return;
    }
    session_ = session_ == 0 ? database_.open_session() : session_;
    ask_for_the_lead();
}

void SimServer::ask_for_the_lead() {
    asking_ = true;
    if (world_.has(Bug::stale_read)) {
        read_before_ = read_before_ ? read_before_ : std::optional{database_.store.state()};
    }
    const std::function<std::uint64_t()> work = [this, session = session_]() -> std::uint64_t {
        return database_.knows(session) ? database_.store.become_leader(session) : 0;
    };
    timed_call<std::uint64_t>(work, [this](const std::shared_ptr<std::uint64_t>& term) {
        if (!term) {
            step_down();
            asking_ = false;
        } else if (*term == 0) {
            if (!database_.knows(session_)) {
                step_down();
            }
            asking_ = false;
        } else {
            take_over(*term);
        }
    });
}

void SimServer::take_over(std::uint64_t term) {
    const std::function<tl::expected<World, Refusal>()> work = [this, term] {
        return database_.store.load(term);
    };
    call<tl::expected<World, Refusal>>(
        work, [this, term](const std::shared_ptr<tl::expected<World, Refusal>>& world) {
            asking_ = false;
            if (!world || !*world) {
                step_down();
                return;
            }
            World state = std::move(**world);
            if (world_.has(Bug::stale_read) && read_before_ && !read_before_->units.empty()) {
                state = *read_before_;
            }
            if (world_.has(Bug::outbox_of_this_process)) {
                std::erase_if(state.commands, [](const auto& entry) { return open(entry.second); });
            }
            take(term, std::move(state));
        });
}

void SimServer::take(std::uint64_t term, World world) {
    world_.tell("server {} leads in term {}", number_, term);
    if (world_.has(Bug::refusal_forgotten)) {
        world.refused_postings.clear();
    }
    seat_.take(term, std::move(world));
    if (world_.has(Bug::takeover_is_replication)) {
        static_cast<void>(seat_.applied(term, {}));
    }
    if (!seat_.withheld().empty()) {
        oracle_.withholds();
    }
    leads_since_us_ = world_.now_us;
    ++world_.outcome.terms;
    world_.note(term);
    turn_outbox();
    inbox_hinted_ = true;
    read_inbox();
}

void SimServer::step_down() {
    world_.tell("server {} steps down from term {}", number_, seat_.term());
    seat_.leave();
    read_before_.reset();
    if (session_ != 0 && !world_.has(Bug::lock_kept)) {
        database_.close_session(number_, session_);
        session_ = 0;
    } else if (session_ != 0) {
        session_ = database_.open_session(); // and the old one stays open
    }
}

// A session that the database has forgotten holds no lock: ask, do not assume.
void SimServer::check_session() {
    if (!seat_.leads()) {
        return;
    }
    const std::function<bool()> work = [this, session = session_] {
        return database_.knows(session);
    };
    timed_call<bool>(work, [this, session = session_](const std::shared_ptr<bool>& alive) {
        if (session == session_ && seat_.leads() && (!alive || !*alive)) {
            step_down();
        }
    });
    inbox_hinted_ = true;
    read_inbox();
}

void SimServer::reload(std::uint64_t term, Refusal why, std::function<void(bool)> done) {
    const std::function<tl::expected<World, Refusal>()> work = [this, term] {
        return database_.store.load(term);
    };
    call<tl::expected<World, Refusal>>(
        work, [this, term, why,
               done = std::move(done)](const std::shared_ptr<tl::expected<World, Refusal>>& world) {
            if (!world || !*world) {
                if (term == seat_.term()) {
                    step_down();
                }
                done(false);
                return;
            }
            if (seat_.reloaded(term, std::move(**world), why)) {
                turn_outbox();
            }
            done(true);
        });
}

// ----------------------------------------------------------------------------------------------------
// commits

void SimServer::commit(Decider decide, std::function<void(Result<void>, Refusal)> done,
                       std::uint64_t began_in) {
    commits_.push_back(
        std::make_shared<Commit>(Commit{std::move(decide), std::move(done), began_in, 1, {}}));
    pump();
}

void SimServer::pump() {
    const bool overlap = world_.has(Bug::lost_update) || world_.has(Bug::old_decision_again);
    while (!commits_.empty() && under_way_ < (overlap ? 6U : 1U)) {
        const std::shared_ptr<Commit> next = commits_.front();
        commits_.pop_front();
        ++under_way_;
        attempt(next);
    }
}

void SimServer::finish(const std::shared_ptr<Commit>& commit, Result<void> result,
                       Refusal refusal) {
    --under_way_;
    commit->done(std::move(result), refusal);
    pump();
}

void SimServer::attempt(const std::shared_ptr<Commit>& commit) {
    if (!seat_.leads_since(commit->began_in)) {
        finish(commit, fail(Code::not_leader));
        return;
    }
    Result<WriteSet> writes = commit->decide(seat_.world());
    if (world_.has(Bug::old_decision_again)) {
        if (commit->decided) {
            writes = *commit->decided;
            take_new_versions(*writes, seat_.world());
        } else if (writes) {
            commit->decided = *writes;
        }
    }
    if (!writes) {
        finish(commit, Failure{writes.error()});
        return;
    }
    spoil(*writes, seat_.world());
    if (writes->operations.empty()) {
        finish(commit, {});
        return;
    }
    if (world_.has(Bug::answer_before_durable)) {
        commit->done({}, Refusal::failed);
        commit->done = [](const Result<void>&, Refusal) {};
    }
    send(commit, std::move(*writes));
}

void SimServer::send(const std::shared_ptr<Commit>& commit, WriteSet writes) {
    const std::uint64_t term = seat_.term();
    const bool apart = (world_.has(Bug::key_before_effect) &&
                        std::holds_alternative<StoreKey>(writes.operations.front())) ||
                       (world_.has(Bug::marked_before_acted) &&
                        std::holds_alternative<ConsumeEvent>(writes.operations.front()));
    if (apart && writes.operations.size() > 1) {
        WriteSet first{writes.actor, {writes.operations.front()}};
        writes.operations.erase(writes.operations.begin());
        apply(term, std::move(first),
              [this, commit, term, writes = std::move(writes)](tl::expected<Rows, Refusal> answer) {
                  if (!answer) {
                      answered(commit, term, std::move(answer));
                      return;
                  }
                  apply(term, writes, [this, commit, term](tl::expected<Rows, Refusal> second) {
                      answered(commit, term, std::move(second));
                  });
              });
        return;
    }
    apply(term, std::move(writes), [this, commit, term](tl::expected<Rows, Refusal> answer) {
        answered(commit, term, std::move(answer));
    });
}

void SimServer::apply(std::uint64_t term, WriteSet writes,
                      std::function<void(tl::expected<Rows, Refusal>)> done) {
    using Answer = tl::expected<Rows, Refusal>;
    // A statement that the server itself gives up (a lock, the disk): refused, and nothing was
    // done.
    const bool fails = world_.fault(Fault::unknown_commit, world_.dials.unknown_commit / 2);
    const bool fence_early = world_.has(Bug::fence_before_the_lock);
    const bool unreplicated = world_.fault(Fault::not_replicated, world_.dials.not_replicated);
    const std::function<Answer()> work = [this, term, writes = std::move(writes), fails,
                                          fence_early, unreplicated]() -> Answer {
        if (fails) {
            return tl::unexpected{Refusal::failed};
        }
        if (fence_early) {
            if (term != database_.store.term()) {
                return tl::unexpected{Refusal::term_stale};
            }
            world_.in(world_.random.between(1, 600'000), Kind::to_database, number_,
                      [this, term, writes] {
                          if (database_.store.apply(term, writes, world_.now_us)) {
                              oracle_.committed(term, writes);
                          }
                      });
            return Rows{};
        }
        Answer answer = database_.store.apply(term, writes, world_.now_us);
        const auto* key = std::get_if<StoreKey>(&writes.operations.front());
        world_.tell("store: server {} term {} writes {} of {}: {}", number_, term,
                    key == nullptr ? "" : key->key, writes.actor,
                    answer ? "done" : fmt::format("refused {}", static_cast<int>(answer.error())));
        if (answer || world_.has(Bug::half_a_write_set)) {
            oracle_.committed(term, writes);
        }
        if (answer && (unreplicated || !database_.has_standby())) {
            oracle_.not_replicated(writes);
            return tl::unexpected{Refusal::not_replicated};
        }
        if (answer) {
            oracle_.replicated();
        }
        return answer;
    };
    call<Answer>(work, [done = std::move(done)](const std::shared_ptr<Answer>& answer) {
        done(answer ? std::move(*answer) : Answer{tl::unexpected{Refusal::outcome_unknown}});
    });
}

void SimServer::answered(const std::shared_ptr<Commit>& commit, std::uint64_t term,
                         tl::expected<Rows, Refusal> answer) {
    if (answer) {
        const bool ours = world_.has(Bug::rows_not_merged) || seat_.applied(term, *answer);
        if (ours && !answer->commands.empty()) {
            turn_outbox();
        }
        finish(commit, {});
        return;
    }
    const Refusal refusal = answer.error();
    if (refusal == Refusal::outcome_unknown &&
        (world_.has(Bug::unknown_is_success) || world_.has(Bug::unknown_is_failure))) {
        finish(commit,
               world_.has(Bug::unknown_is_success) ? Result<void>{}
                                                   : fail(Code::db_outcome_unknown),
               refusal);
        return;
    }
    const Code code = refusal == Refusal::term_stale        ? Code::not_leader
                      : refusal == Refusal::repeated        ? Code::repeated
                      : refusal == Refusal::outcome_unknown ? Code::db_outcome_unknown
                      : refusal == Refusal::not_replicated  ? Code::db_not_replicated
                      : refusal == Refusal::conflict        ? Code::db_conflict
                                                            : Code::db_query;
    switch (seat_.refused(term, refusal, commit->attempt)) {
    case AfterRefusal::give_back:
        finish(commit, fail(code), refusal);
        return;
    case AfterRefusal::step_down:
        step_down();
        finish(commit, fail(code), refusal);
        return;
    case AfterRefusal::reload:
    case AfterRefusal::decide_again:
        break;
    }
    reload(term, refusal, [this, commit, term, refusal, code](bool loaded) {
        if (!loaded ||
            seat_.refused(term, refusal, commit->attempt) != AfterRefusal::decide_again) {
            finish(commit, fail(code), refusal);
            return;
        }
        ++commit->attempt;
        attempt(commit);
    });
}

// ----------------------------------------------------------------------------------------------------
// outbox and alarms

void SimServer::outbox_tick() {
    if (seat_.leads() && !waiting().empty()) {
        commit(
            [](const World&) -> Result<WriteSet> {
                return WriteSet{"system", {AddAudit{"replication_awaited", {}, ""}}};
            },
            [this](const Result<void>&, Refusal) { turn_outbox(); });
    }
    turn_outbox();
}

std::set<std::string> SimServer::waiting() {
    std::set<std::string> out = standby_wait_.waiting(seat_.term(), seat_.withheld(), world_.ticks());
    gave_up_once_ = gave_up_once_ || standby_wait_.gave_up();
    if (world_.has(Bug::standby_awaited_for_ever)) {
        return seat_.withheld();
    }
    const bool for_good = world_.has(Bug::standby_given_up_for_good) && gave_up_once_;
    return for_good || world_.has(Bug::unreplicated_sent) ? std::set<std::string>{} : out;
}

void SimServer::turn_outbox() {
    if (!seat_.leads()) {
        return;
    }
    OutboxSchedule::Due due = schedule_.due(seat_.world(), waiting(), world_.ticks(), clock_us());
    if (world_.has(Bug::overtaking)) {
        for (const auto& [id, row] : seat_.world().commands) {
            if (open(row) && clock_us() < row.expires_us && !sent_before_.contains(id)) {
                sent_before_[id] = true;
                due.send.push_back(id);
            }
        }
    }
    std::vector<std::string> first;
    for (const std::string& id : due.send) {
        const CommandRow& row = seat_.world().commands.at(id);
        if (world_.has(Bug::sent_once) && !sent_before_.try_emplace(id, true).second) {
            continue;
        }
        links_.publish({id, static_cast<std::uint32_t>(row.unit.value), row.assignment, row.kind,
                        seat_.term(), row.unit_seq, row.expires_us, row.body});
        schedule_.sent(id, world_.ticks());
        oracle_.sent(seat_.term(), id);
        if (row.state == "queued") {
            first.push_back(id);
        }
    }
    oracle_.outbox_turned(seat_.term(), seat_.world());
    if (!first.empty()) {
        record(first, world_.has(Bug::broker_ack_is_delivery) ? "stored" : "sent");
    }
    if (world_.has(Bug::expired_order_keeps_its_unit)) {
        if (!due.expired.empty()) {
            record(due.expired, "expired");
        }
        return;
    }
    for (const std::string& id : due.expired) {
        record_expired(id);
    }
}

void SimServer::record_expired(const std::string& id) {
    const auto recorded = [](const Result<void>&, Refusal) {};
    commit(
        [this, id](const World& world) -> Result<WriteSet> {
            Result<WriteSet> writes = decide_expiry(world, id, clock_us());
            if (writes) {
                for (const AssignmentId task : ended_tasks(*writes)) {
                    add_cancel(world, task, *writes);
                }
            }
            return writes;
        },
        recorded);
}

void SimServer::record(const std::vector<std::string>& ids, const std::string& state) {
    const auto recorded = [](const Result<void>&, Refusal) {};
    commit(
        [ids, state](const World& world) -> Result<WriteSet> {
            WriteSet out{"system", {}};
            for (const std::string& id : ids) {
                const auto row = world.commands.find(id);
                // Again and again until the store has it: what is recorded already is not written
                // twice.
                if (row != world.commands.end() && open(row->second) &&
                    row->second.state != state) {
                    out.operations.emplace_back(
                        SetCommand{id, row->second.assignment, state, 1, ""});
                }
            }
            return out;
        },
        recorded);
}

void SimServer::born(const std::string& vid) {
    if (!up_) {
        return;
    }
    here([this, vid] {
        schedule_.hurry(seat_.world(), vid);
        turn_outbox();
    });
}

void SimServer::trim_tick() {
    const std::int64_t before_us = clock_us() - world_.dials.shown_for_us;
    if (!seat_.leads()) {
        return;
    }
    seat_.trim(before_us, world_.dials.shown_max);
    if (world_.has(Bug::open_command_forgotten)) {
        World poorer = seat_.world();
        std::erase_if(poorer.commands, [&](const auto& entry) {
            const AssignmentRow* task = poorer.assignment(entry.second.assignment);
            const IncidentRow* incident = task == nullptr ? nullptr : poorer.incident(task->incident);
            return incident != nullptr && ended(incident->state) && incident->ended_us < before_us;
        });
        static_cast<void>(seat_.reloaded(seat_.term(), std::move(poorer), Refusal::failed));
    }
}

void SimServer::alarm_tick() {
    if (!seat_.leads() || seat_.term() != database_.store.term() || !database_.reachable(number_)) {
        return;
    }
    World world = seat_.world();
    if (world_.has(Bug::timer_lost_at_restart)) {
        for (auto& [id, row] : world.assignments) {
            row.created_us = std::max(row.created_us, leads_since_us_);
        }
    }
    std::map<AssignmentId, std::string> alarms = crew_alarms(world, clock_us());
    std::set<AssignmentId> silent;
    for (const auto& [id, row] : world.assignments) {
        if (unanswered(row, clock_us())) {
            silent.insert(id);
        }
    }
    if (world_.has(Bug::voice_never_alarmed)) {
        const auto by_voice = [&](AssignmentId id) {
            return world.assignments.at(id).command_state.empty();
        };
        std::erase_if(alarms, [&](const auto& entry) { return by_voice(entry.first); });
        std::erase_if(silent, by_voice);
    }
    oracle_.alarms(alarms, silent, std::max(leads_since_us_, paused_until_us_));
    std::set<PostingId> refused;
    for (const auto& [id, row] : told_refusals(world, clock_us())) {
        refused.insert(id);
    }
    if (world_.has(Bug::refusal_told_for_ever)) {
        ever_told_.insert(refused.begin(), refused.end());
        refused = ever_told_;
    }
    oracle_.refusals(refused, std::max(leads_since_us_, paused_until_us_));
}

// ----------------------------------------------------------------------------------------------------
// inbox

void SimServer::inbox_hint() {
    if (up_) {
        here([this] {
            inbox_hinted_ = true;
            read_inbox();
        });
    }
}

void SimServer::read_inbox() {
    if (reading_inbox_ || !seat_.leads() || !inbox_hinted_) {
        return;
    }
    reading_inbox_ = true;
    inbox_hinted_ = false;
    const std::function<std::vector<InboxEvent>()> work = [this] {
        return database_.store.inbox(kInboxBatch);
    };
    call<std::vector<InboxEvent>>(
        work, [this](const std::shared_ptr<std::vector<InboxEvent>>& events) {
            if (!events || events->empty()) {
                reading_inbox_ = false;
                return;
            }
            if (world_.has(Bug::inbox_reordered)) {
                std::reverse(events->begin(), events->end());
            }
            consume(std::make_shared<std::deque<InboxEvent>>(events->begin(), events->end()));
        });
}

void SimServer::consume(std::shared_ptr<std::deque<InboxEvent>> events) {
    if (events->empty() || !seat_.leads()) {
        reading_inbox_ = false;
        inbox_hinted_ = true;
        read_inbox();
        return;
    }
    const InboxEvent event = events->front();
    const auto seen_term = std::make_shared<std::uint64_t>(0);
    Decider decide = [this, event, seen_term](const World& world) -> Result<WriteSet> {
        const InboxEvent heard = world_.has(Bug::numbers_not_learned)     ? without_numbers(event)
                                 : world_.has(Bug::held_up_button_counts) ? without_time(event)
                                                                          : event;
        EventMeaning meaning =
            interpret(world, {links_.unit_driving(event.vid), 0, seat_.term()}, heard);
        *seen_term = meaning.seen_term;
        if (world_.has(Bug::proposal_is_a_stamp)) {
            meaning = taken_for_said(world, links_.unit_driving(event.vid), event, std::move(meaning));
        }
        const bool repeated = meaning.outcome == "repeated";
        const std::vector<AssignmentId> unaware = meaning.unaware;
        WriteSet out = consume_writes(event, std::move(meaning));
        for (const AssignmentId task : unaware) {
            add_cancel(world, task, out);
        }
        if (repeated && world_.has(Bug::stamp_rewritten)) {
            const UnitRow& unit = world.units.at(links_.unit_driving(event.vid));
            if (unit.assignment.is_set()) {
                out.operations.emplace_back(AddStamp{unit.incident,
                                                     {*traits(unit.state).stamp,
                                                      world_.now_us,
                                                      0,
                                                      world_.now_us,
                                                      StampSource::crew_button,
                                                      unit.id,
                                                      unit.assignment,
                                                      {}}});
            }
        }
        return out;
    };
    commit(std::move(decide), [this, events, seen_term](const Result<void>& done, Refusal refusal) {
        if (done && seat_.leads() && *seen_term > seat_.term()) {
            step_down();
        }
        consumed(events, done, refusal);
    });
}

void SimServer::consumed(const std::shared_ptr<std::deque<InboxEvent>>& events,
                         const Result<void>& done, Refusal refusal) {
    const bool repeated = !done && done.error().code == Code::repeated;
    if (done || repeated) {
        events->pop_front();
        consume(events);
        return;
    }
    if (refuses_the_event(refusal) && !world_.has(Bug::poison_stops_the_inbox)) {
        const InboxEvent event = events->front();
        commit(
            [event](const World&) -> Result<WriteSet> {
                return set_aside_writes(event, "not taken");
            },
            [this, events](const Result<void>& aside, Refusal why) {
                consumed(events, aside, why);
            });
        return;
    }
    reading_inbox_ = false;
    inbox_hinted_ = true;
    world_.in(kInboxRetryUs, Kind::tick, number_, [this, generation = generation_] {
        if (generation == generation_) {
            here([this] { read_inbox(); });
        }
    });
}

} // namespace ems::dispatch::sim
