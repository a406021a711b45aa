// The leader's seat: takes the lead, loads the state, applies every change through one door (commit), and consumes the
// inbox in order. Loses the lead with its database session or when the term has passed, and then tries again for ever.
// Everything runs on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dispatch/core/seat.h"
#include "dispatch/core/write_set.h"
#include "dispatch/service/async_lock.h"
#include "dispatch/service/centre_clock.h"
#include "dispatch/service/world_kind.h"
#include "dispatch/store/store.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/metrics.h"

namespace ems::dispatch {

struct CentreConfig {
    std::string region;
    std::string holder;           // CN of this server
    pg::Options lead_session;
    WorldKind world_kind{WorldKind::real};
};

struct CentreHooks {
    std::function<void(const Rows&)> changed;     // after each commit, in order
    std::function<void()> reset;                  // the world was read anew, or the lead came or went
    // A vehicle's alarm, begun or ended, what its crew found or the ECG that it sent came through the inbox; also those of
    // the past hours when the lead was taken.
    std::function<void(const InboxEvent&)> noted;
    // An event was consumed, and refused for this reason or taken; also the buttons whose refusal stands (standing_refusals) when the
    // lead was taken.
    std::function<void(const InboxEvent&, std::optional<Code> refusal)> consumed;
    // The database is of the other world, in one sentence: nothing is read of it and nothing written, and run() has ended.
    std::function<void(const Error&)> other_world;
};

struct CentreFigures {
    std::optional<Ticks> database_answered;   // to whom leads or stands by; none: never
    std::optional<Ticks> inbox_consumed;      // to its end, last
    std::int64_t oldest_event_us{0};          // receipt of the oldest event not yet consumed; 0: none is known
    std::uint64_t events_consumed{0};
    std::uint64_t terms{0};                   // leads taken
    metrics::Histogram commit_seconds{metrics::make_latency_histogram()};   // with the wait for the one before
};

class Centre {
  public:
    using Decider = std::function<Result<WriteSet>(const World&)>;
    // Writes a decision: Store::apply, or what does that and more in one transaction; the errors are those of
    // Store::apply. Called anew with each attempt.
    using Writer = std::function<Task<Rows>(std::uint64_t term, WriteSet)>;

    // `clock` is told what the database's is, once a second, also while another server leads.
    Centre(boost::asio::io_context& io, Store& store, CentreClock& clock, CentreConfig config);

    void set_hooks(CentreHooks hooks) { hooks_ = std::move(hooks); }
    // Runs until stop().
    boost::asio::awaitable<void> run();
    void stop();
    // A write that did not go through commit() may have been done or not: the lead is let go, so that the state is read
    // behind it.
    void outcome_unknown() { step_down("the outcome of a write is unknown"); }

    [[nodiscard]] bool leads() const { return seat_.leads(); }
    [[nodiscard]] std::uint64_t term() const { return seat_.term(); }
    [[nodiscard]] const World& world() const { return seat_.world(); }
    // Commands that are not to be sent yet (Seat::withheld).
    [[nodiscard]] const std::set<std::string>& withheld() const { return seat_.withheld(); }
    // A write that says so and nothing else: when it is taken, what was withheld is replicated. Errors: those of Store::apply.
    Task<void> ask_for_replication();
    [[nodiscard]] const CentreFigures& figures() const { return figures_; }
    // Set once a database was reached; null before.
    [[nodiscard]] const Registry* registry() const { return registry_ ? &*registry_ : nullptr; }
    // Another number with each registry that was read and may say otherwise; 0: none was. It is read when the lead is
    // taken, when the database says that it changed, and when a vehicle is heard that nobody drives by it.
    [[nodiscard]] std::uint64_t registry_revision() const { return registry_revision_; }

    // Durations of tasks on the road's clock, as they were when the lead was taken or last read again.
    [[nodiscard]] const ReleaseHistory& release_history() const { return release_history_; }
    boost::asio::awaitable<void> refresh_history();   // the owner asks for it; nothing waits for it

    // Decides on the present world and applies it; one commit at a time. A conflict with the store loads the world anew
    // and decides again, at most three times. An unknown outcome gives up the lead, so that the state is read behind the
    // write. Errors: not_leader, those of the decision, those of Store::apply.
    Task<void> commit(Decider decide) { return commit(std::move(decide), term()); }
    // For what began earlier, in `term`: not_leader when that has passed, though this server may lead again.
    Task<void> commit(Decider decide, std::uint64_t began_in);
    Task<void> commit(Decider decide, std::uint64_t began_in, Writer write);
    // Drops what ended long ago from memory; the database keeps it.
    void trim(std::int64_t now_us);

  private:
    boost::asio::awaitable<void> try_to_lead(pg::Connection& session);
    // Errors: config when the database is of the other world, those of the query.
    boost::asio::awaitable<Result<void>> check_world(pg::Connection& session);
    // So that a server that stands by hears the fleet: whose vehicles drive for whom. Without it, it hears them when it leads.
    boost::asio::awaitable<void> read_registry();
    // Reads it again; consoles and fleet are told when it says otherwise. Units that are new have a row in the world then.
    // One that cannot be used leaves the former in force. Errors: not_leader, those of the pool.
    boost::asio::awaitable<Result<void>> follow_registry();
    // Takes what the session was told by now.
    boost::asio::awaitable<void> hear_out(pg::Connection& session);
    void heard(const pg::Notification& told);
    void adopt(Registry registry);
    boost::asio::awaitable<Result<void>> take_over(std::uint64_t term);
    struct Taken {
        Registry registry;
        World world;
        std::vector<InboxEvent> noted;
        std::vector<ConsumedEvent> refused;
    };
    boost::asio::awaitable<Result<void>> read_all(std::uint64_t term, Taken& out);
    boost::asio::awaitable<void> lead(pg::Connection& session);
    boost::asio::awaitable<Result<void>> consume_inbox();
    // The inbox to its end, or the reading of the state, and, beside it, a proof of the session each second: what is consumed
    // waits behind the commits of the desks, and a database that is merely slow must not end the session for it. The lead's
    // session is idle meanwhile. Errors: those of the work, db_down when the session was lost.
    boost::asio::awaitable<Result<void>> beside_proofs(boost::asio::awaitable<Result<void>> work);
    boost::asio::awaitable<Result<void>> work_and_wake(boost::asio::awaitable<Result<void>> work);
    boost::asio::awaitable<Result<void>> prove_while_working();
    boost::asio::awaitable<Result<void>> consume(const InboxEvent& event);
    boost::asio::awaitable<Result<void>> reload(std::uint64_t term, Refusal why);
    // Asks the database over the lead's session, at most once a second: a session that it has forgotten holds no lock, and
    // one that says nothing for long it ends (kSessionSilenceMax).
    boost::asio::awaitable<Result<void>> prove_session();
    boost::asio::awaitable<Result<void>> ask_the_time();
    boost::asio::awaitable<void> pause(std::chrono::milliseconds length);
    void step_down(std::string_view why);
    [[nodiscard]] Driven driven(const std::string& vid) const;

    boost::asio::io_context& io_;
    Store& store_;
    CentreClock& clock_;
    CentreConfig config_;
    CentreHooks hooks_;
    AsyncLock lock_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer proof_timer_;
    bool working_{false};
    pg::Connection* session_{nullptr};
    Ticks session_proved_{};
    Seat seat_;
    std::optional<Registry> registry_;
    std::uint64_t registry_revision_{0};
    bool registry_told_{false};     // that it changed
    ReleaseHistory release_history_;
    CentreFigures figures_;
    bool stopping_{false};
};

} // namespace ems::dispatch
