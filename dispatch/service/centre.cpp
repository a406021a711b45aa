#include "dispatch/service/centre.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "dispatch/service/orders.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kInboxBatch = 100;
constexpr std::int64_t kShownForUs = 24LL * 3600 * 1'000'000;
constexpr std::size_t kShownMax = 500;
// An alarm that began earlier belongs to another patient.
constexpr int kNotedHours = 12;
constexpr std::size_t kNotedMax = 5000;
constexpr std::chrono::milliseconds kLeadPoll{300};
constexpr std::chrono::milliseconds kInboxPoll{1000};
constexpr std::chrono::milliseconds kSessionProof{1000};
// A leader that is stopped (SIGSTOP, a frozen machine) keeps its session, and with it the lock, for ever: the database ends
// a session that has said nothing for so long, and the standby leads. Above the longest pause between two proofs: they go on beside whatever is
// read or consumed.
constexpr const char* kSessionSilenceMax = "set idle_session_timeout = '4s'";
constexpr const char* kInboxChannel = "ems_inbox";
constexpr const char* kRegistryChannel = "ems_registry";
constexpr const char* kWorldSql = "select dispatch.world_for($1)";
constexpr const char* kAskTheTime = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";

} // namespace

Centre::Centre(boost::asio::io_context& io, Store& store, CentreClock& clock, CentreConfig config)
    : io_(io), store_(store), clock_(clock), config_(std::move(config)), lock_(io.get_executor()), timer_(io), proof_timer_(io) {}

boost::asio::awaitable<void> Centre::pause(std::chrono::milliseconds length) {
    timer_.expires_after(length);
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

void Centre::stop() {
    stopping_ = true;
    timer_.cancel();
    proof_timer_.cancel();
    if (session_ != nullptr) {
        session_->close();
    }
}

boost::asio::awaitable<void> Centre::run() {
    bool said = false;
    while (!stopping_) {
        pg::Connection session{io_.get_executor(), config_.lead_session};
        session_ = &session;
        auto opened = co_await session.open();
        if (opened) {
            said = false;
            auto ready = co_await session.script(kSessionSilenceMax);
            session_proved_ = std::chrono::steady_clock::now();
            if (ready) {
                ready = co_await check_world(session);
                if (!ready && ready.error().code == Code::config) {
                    stopping_ = true;
                    hooks_.other_world(ready.error());
                } else if (!ready) {
                    EMS_LOG(warn, "lead", "of which world the database is cannot be read: {}", ready.error().message());
                }
            }
            // Before anything is read, so that nothing that changes behind the reading goes by unheard.
            if (ready) {
                ready = co_await session.listen(kRegistryChannel);
            }
            if (ready) {
                ready = co_await session.listen(kInboxChannel);
            }
            if (ready) {
                co_await try_to_lead(session);
            }
        } else if (!said) {
            EMS_LOG(warn, "lead", "database not reached: {}", opened.error().message());
            said = true;
        }
        step_down("session ended");
        session_ = nullptr;
        if (!stopping_) {
            co_await pause(kLeadPoll);
        }
    }
}

boost::asio::awaitable<Result<void>> Centre::check_world(pg::Connection& session) {
    pg::Params params = pg::Params::of(name(config_.world_kind));
    auto answer = co_await session.query(kWorldSql, std::move(params));
    if (!answer) {
        co_return Failure{answer.error()};
    }
    auto kind = answer->get<std::string>(0, 0);
    if (!kind) {
        co_return Failure{kind.error()};
    }
    if (*kind == name(config_.world_kind)) {
        co_return Result<void>{};
    }
    if (kind->empty()) {
        co_return fail(Code::config, "drill = true, and the database is not marked as a drill's ('ems-admin world drill' marks a new one)");
    }
    co_return fail(Code::config, config_.world_kind == WorldKind::drill
                                     ? "drill = true, and the database is that of the real world"
                                     : "the database is a drill's, and drill = true is not set");
}

// Returns when the session is of no more use.
boost::asio::awaitable<void> Centre::try_to_lead(pg::Connection& session) {
    bool said = false;
    while (!stopping_) {
        auto term = co_await become_leader(session, config_.holder);
        if (!term) {
            EMS_LOG(warn, "lead", "cannot ask for the lead: {}", term.error().message());
            co_return;
        }
        figures_.database_answered = std::chrono::steady_clock::now();
        if (*term) {
            auto taken = co_await take_over(**term);
            if (!taken) {
                EMS_LOG(error, "lead", "cannot load the state: {}", taken.error().message());
                co_return;
            }
            co_await lead(session);
            co_return;
        }
        if (!said) {
            EMS_LOG(info, "lead", "another server leads; standing by");
            said = true;
            registry_told_ = true;
        }
        co_await hear_out(session);
        if (registry_told_) {
            registry_told_ = false;
            co_await read_registry();
        }
        if (auto proved = co_await prove_session(); !proved) {
            co_return;
        }
        co_await pause(kLeadPoll);
    }
}

boost::asio::awaitable<void> Centre::read_registry() {
    auto registry = co_await store_.registry(config_.region);
    if (!registry) {
        EMS_LOG(warn, "lead", "the registry is not read: {}", registry.error().message());
        co_return;
    }
    adopt(std::move(*registry));
    hooks_.reset();
}

void Centre::adopt(Registry registry) {
    registry_ = std::move(registry);
    ++registry_revision_;
}

void Centre::heard(const pg::Notification& told) {
    registry_told_ = registry_told_ || told.channel == kRegistryChannel;
}

boost::asio::awaitable<void> Centre::hear_out(pg::Connection& session) {
    for (;;) {
        auto told = co_await session.notification(std::chrono::milliseconds{0});
        if (!told) {
            co_return;
        }
        heard(*told);
    }
}

boost::asio::awaitable<Result<void>> Centre::follow_registry() {
    const std::uint64_t under = term();
    registry_told_ = false;
    auto registry = co_await store_.registry(config_.region);
    if (!registry && (registry.error().code == Code::corrupt || registry.error().code == Code::not_found)) {
        EMS_LOG(error, "lead", "the registry as it is now is of no use: {}", registry.error().message());
        co_return Result<void>{};
    }
    if (!registry) {
        registry_told_ = true;
        co_return Failure{registry.error()};
    }
    const bool knows_all = std::all_of(registry->units.begin(), registry->units.end(),
                                       [this](const UnitInfo& unit) { return world().unit(unit.id) != nullptr; });
    if (!knows_all) {
        // No commit meanwhile: what is read must not be older than what is held.
        const AsyncLock::Held held = co_await lock_.acquire();
        auto world = co_await store_.load(under);
        if (!world) {
            registry_told_ = true;
            co_return Failure{world.error()};
        }
        static_cast<void>(seat_.reloaded(under, std::move(*world), Refusal::failed));
    }
    if (under != term()) {
        co_return fail(Code::not_leader);
    }
    if (!knows_all || *registry != *registry_) {
        EMS_LOG(info, "lead", "the registry has changed units={}", registry->units.size());
        adopt(std::move(*registry));
        hooks_.reset();
    }
    co_return Result<void>{};
}

boost::asio::awaitable<Result<void>> Centre::prove_session() {
    if (session_ == nullptr) {
        co_return fail(Code::db_down, "no session");
    }
    if (std::chrono::steady_clock::now() - session_proved_ < kSessionProof) {
        co_return Result<void>{};
    }
    co_return co_await ask_the_time();
}

boost::asio::awaitable<Result<void>> Centre::ask_the_time() {
    const Ticks asked = clock_.ticks();
    auto answer = co_await session_->query(kAskTheTime);
    if (!answer) {
        co_return Failure{answer.error()};
    }
    if (const auto database_us = answer->get<std::int64_t>(0, 0)) {
        clock_.told(*database_us, asked);
    }
    session_proved_ = std::chrono::steady_clock::now();
    figures_.database_answered = session_proved_;
    co_return Result<void>{};
}

boost::asio::awaitable<Result<void>> Centre::take_over(std::uint64_t term) {
    const auto start = std::chrono::steady_clock::now();
    // Before anything is sent or expires: this machine's own clock may be wrong by hours.
    if (auto told = co_await ask_the_time(); !told) {
        co_return told;
    }
    Taken taken;
    auto reading = read_all(term, taken);
    auto read = co_await beside_proofs(std::move(reading));
    if (!read) {
        co_return read;
    }
    adopt(std::move(taken.registry));
    seat_.take(term, std::move(taken.world));
    ++figures_.terms;
    const auto took = std::chrono::steady_clock::now() - start;
    EMS_LOG(info, "lead", "leads term={} units={} incidents={} commands={} load_ms={}", term,
            this->world().units.size(), this->world().incidents.size(), this->world().commands.size(),
            std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
    hooks_.reset();
    for (const InboxEvent& event : taken.noted) {
        hooks_.noted(event);
    }
    for (const ConsumedEvent& button : taken.refused) {
        hooks_.consumed(button.event, refusal_in(button.outcome));
    }
    co_return Result<void>{};
}

boost::asio::awaitable<Result<void>> Centre::read_all(std::uint64_t term, Taken& out) {
    auto registry = co_await store_.registry(config_.region);
    if (!registry) {
        co_return Failure{registry.error()};
    }
    auto world = co_await store_.load(term);
    if (!world) {
        co_return Failure{world.error()};
    }
    // What of the past hours the desks still show; after what decides.
    for (const std::string_view outcome : {kAlarmOutcome, kFindingsOutcome, kEcgMarkOutcome}) {
        auto noted = co_await store_.recent_noted(outcome, kNotedHours, kNotedMax);
        if (!noted) {
            co_return Failure{noted.error()};
        }
        out.noted.insert(out.noted.end(), std::make_move_iterator(noted->begin()), std::make_move_iterator(noted->end()));
    }
    auto refused = co_await store_.recent_refused(kNotedHours, kNotedMax);
    if (!refused) {
        co_return Failure{refused.error()};
    }
    out.refused = standing_refusals(std::move(*refused));
    out.registry = std::move(*registry);
    out.world = std::move(*world);
    co_return Result<void>{};
}

boost::asio::awaitable<void> Centre::refresh_history() {
    auto history = co_await store_.release_history();
    if (!history) {
        // Predictions then rest on the assumption; nothing waits for them.
        EMS_LOG(warn, "advice", "durations of tasks not read: {}", history.error().message());
        co_return;
    }
    for (auto& [state, samples] : *history) {
        for (std::uint32_t& seconds : samples) {
            seconds = static_cast<std::uint32_t>(seconds * registry_->time_scale);
        }
    }
    release_history_ = std::move(*history);
}

void Centre::step_down(std::string_view why) {
    if (!leads()) {
        return;
    }
    EMS_LOG(warn, "lead", "steps down term={} why=\"{}\"", term(), why);
    seat_.leave();
    // The lock goes with the session, so that a server which can lead does.
    if (session_ != nullptr) {
        session_->close();
    }
    hooks_.reset();
}

boost::asio::awaitable<void> Centre::lead(pg::Connection& session) {
    while (leads() && !stopping_) {
        auto consuming = consume_inbox();
        auto consumed = co_await beside_proofs(std::move(consuming));
        if (!consumed) {
            EMS_LOG(warn, "inbox", "waits: {}", consumed.error().message());
            co_await pause(std::chrono::milliseconds{200});
        }
        if (!leads() || stopping_) {
            break;
        }
        auto hint = co_await session.notification(kInboxPoll);
        if (!hint && hint.error().code != Code::timeout) {
            EMS_LOG(warn, "lead", "session lost: {}", hint.error().message());
            break;
        }
        if (hint) {
            heard(*hint);
            co_await hear_out(session);
        }
        auto alive = co_await prove_session();
        if (!alive) {
            EMS_LOG(warn, "lead", "session lost: {}", alive.error().message());
            break;
        }
    }
}

Task<void> Centre::ask_for_replication() {
    const auto turn = co_await lock_.acquire();
    if (!leads() || withheld().empty()) {
        co_return Result<void>{};
    }
    const std::uint64_t under = term();
    WriteSet writes{"system", {}};
    writes.operations.emplace_back(AddAudit{"replication_awaited", {}, fmt::format("commands={}", withheld().size())});
    auto rows = co_await store_.apply(under, std::move(writes));
    if (rows) {
        static_cast<void>(seat_.applied(under, *rows));
        co_return Result<void>{};
    }
    if (seat_.refused(under, refusal_of(rows.error()), 1) == AfterRefusal::step_down) {
        step_down("the database does not say whether the standby holds what was written");
    }
    co_return Failure{rows.error()};
}

boost::asio::awaitable<Result<void>> Centre::reload(std::uint64_t term, Refusal why) {
    auto world = co_await store_.load(term);
    if (!world) {
        co_return Failure{world.error()};
    }
    if (seat_.reloaded(term, std::move(*world), why)) {
        hooks_.reset();
    }
    co_return Result<void>{};
}

Task<void> Centre::commit(Decider decide, std::uint64_t began_in) {
    Writer write = [this](std::uint64_t term, WriteSet writes) { return store_.apply(term, std::move(writes)); };
    return commit(std::move(decide), began_in, std::move(write));
}

Task<void> Centre::commit(Decider decide, std::uint64_t began_in, Writer write) {
    const auto began = std::chrono::steady_clock::now();
    const AsyncLock::Held held = co_await lock_.acquire();
    for (int attempt = 1;; ++attempt) {
        if (!seat_.leads_since(began_in)) {
            co_return fail(Code::not_leader);
        }
        auto writes = decide(world());
        if (!writes) {
            co_return Failure{writes.error()};
        }
        if (writes->operations.empty()) {
            co_return Result<void>{};
        }
        const std::uint64_t under = term();
        auto rows = co_await write(under, std::move(*writes));
        if (rows) {
            const auto now = std::chrono::steady_clock::now();
            figures_.commit_seconds.observe(std::chrono::duration<double>(now - began).count());
            figures_.database_answered = now;
            if (seat_.applied(under, *rows)) {
                hooks_.changed(*rows);
            }
            co_return Result<void>{};
        }
        const Error error = rows.error();
        const Refusal refusal = refusal_of(error);
        switch (seat_.refused(under, refusal, attempt)) {
        case AfterRefusal::give_back:
            co_return refusal == Refusal::term_stale ? fail(Code::not_leader) : Failure{error};
        case AfterRefusal::step_down:
            if (refusal == Refusal::term_stale) {
                step_down("another leads");
                co_return fail(Code::not_leader);
            }
            step_down("the outcome of a write is unknown");
            co_return Failure{error};
        case AfterRefusal::reload:
        case AfterRefusal::decide_again: break;
        }
        // Whatever else happened, what we hold may no longer be what is stored.
        auto loaded = co_await reload(under, refusal);
        if (!loaded && under == term()) {
            step_down(loaded.error().code == Code::term_stale ? "another leads" : "the state cannot be read anew");
        }
        if (!loaded || seat_.refused(under, refusal, attempt) != AfterRefusal::decide_again) {
            co_return Failure{error};
        }
    }
}

void Centre::trim(std::int64_t now_us) { seat_.trim(now_us - kShownForUs, kShownMax); }

boost::asio::awaitable<Result<void>> Centre::beside_proofs(boost::asio::awaitable<Result<void>> work) {
    using boost::asio::experimental::awaitable_operators::operator&&;
    working_ = true;
    auto both = work_and_wake(std::move(work)) && prove_while_working();
    auto [done, proved] = co_await std::move(both);
    co_return done ? proved : done;
}

boost::asio::awaitable<Result<void>> Centre::work_and_wake(boost::asio::awaitable<Result<void>> work) {
    auto done = co_await std::move(work);
    working_ = false;
    proof_timer_.cancel();
    co_return done;
}

// Ends by itself once the work is done, so that no statement is broken off on the session.
boost::asio::awaitable<Result<void>> Centre::prove_while_working() {
    while (working_ && !stopping_) {
        auto alive = co_await prove_session();
        if (!alive) {
            step_down("session lost");
            co_return alive;
        }
        if (working_) {
            proof_timer_.expires_at(session_proved_ + kSessionProof);
            co_await proof_timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
    }
    co_return Result<void>{};
}

boost::asio::awaitable<Result<void>> Centre::consume_inbox() {
    while (leads() && !stopping_) {
        auto events = co_await store_.inbox(kInboxBatch);
        if (!events) {
            co_return Failure{events.error()};
        }
        figures_.database_answered = std::chrono::steady_clock::now();
        figures_.oldest_event_us = events->empty() ? 0 : events->front().received_us;
        const bool has_stranger = std::any_of(events->begin(), events->end(), [this](const InboxEvent& event) {
            return !driven(event.vid).unit.is_set();
        });
        if (has_stranger || registry_told_) {
            if (auto followed = co_await follow_registry(); !followed) {
                co_return followed;
            }
        }
        if (events->empty()) {
            figures_.inbox_consumed = figures_.database_answered;
            break;
        }
        for (const InboxEvent& event : *events) {
            if (!leads() || stopping_) {
                co_return fail(Code::not_leader);
            }
            auto consumed = co_await consume(event);
            if (!consumed) {
                co_return consumed;
            }
            ++figures_.events_consumed;
        }
    }
    co_return Result<void>{};
}

Driven Centre::driven(const std::string& vid) const {
    const auto found = std::find_if(registry_->units.begin(), registry_->units.end(),
                                    [&](const UnitInfo& unit) { return unit.vid == vid; });
    return found == registry_->units.end() ? Driven{} : Driven{found->id, found->full_range_km, term()};
}

boost::asio::awaitable<Result<void>> Centre::consume(const InboxEvent& event) {
    std::string outcome;
    std::optional<Code> refusal;
    std::uint64_t seen_term = 0;
    Decider decide = [this, &event, &outcome, &refusal, &seen_term](const World& world) -> Result<WriteSet> {
        EventMeaning meaning = interpret(world, driven(event.vid), event);
        outcome = meaning.outcome;
        refusal = outcome.starts_with("refused") ? meaning.refusal.value_or(Code::malformed) : std::optional<Code>{};
        seen_term = meaning.seen_term;
        const std::vector<AssignmentId> unaware = std::move(meaning.unaware);
        WriteSet writes = consume_writes(event, std::move(meaning));
        UnitInfo to;
        to.id = driven(event.vid).unit;
        to.vid = event.vid;
        for (const AssignmentId ended : unaware) {
            writes.operations.emplace_back(QueueCommand{cancel_order(to, ended, "任务已按车组上报结束", clock_.utc_us())});
        }
        return writes;
    };
    auto done = co_await commit(std::move(decide));
    if (!done && refuses_the_event(refusal_of(done.error()))) {
        const std::string reason = done.error().message();
        refusal = done.error().code;
        EMS_LOG(error, "inbox", "refused by the store event={} vid={} why=\"{}\"", event.id, event.vid, reason);
        Decider aside = [&event, &reason](const World&) -> Result<WriteSet> { return set_aside_writes(event, reason); };
        done = co_await commit(std::move(aside));
        seen_term = 0;
    }
    // Consumed here, though the standby may not hold it: nobody would read it again, and its alarm sounds.
    const bool stored = done || done.error().code == Code::db_not_replicated;
    if (!stored && done.error().code != Code::repeated) {
        co_return done;
    }
    EMS_LOG(info, "inbox", "event={} vid={} outcome=\"{}\"", event.id, event.vid, outcome);
    const bool for_desks = outcome == kAlarmOutcome || outcome == kFindingsOutcome || outcome == kEcgMarkOutcome;
    if (stored && for_desks) {
        hooks_.noted(event);
    }
    if (stored) {
        hooks_.consumed(event, refusal);
    }
    if (stored && seen_term > term() && leads()) {
        EMS_LOG(error, "lead", "vid={} has seen term={}: this database was restored from before it", event.vid, seen_term);
        step_down("a vehicle has seen a later term");
    }
    co_return Result<void>{};
}

} // namespace ems::dispatch
