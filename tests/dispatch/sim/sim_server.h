// Inside of the simulation: ems-dispatchd around the core, with its waits as events: the lead and
// its session, one commit at a time, the inbox in order, the outbox, requests of desks under their
// keys.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dispatch/core/database_time.h"
#include "dispatch/core/decide_orders.h"
#include "dispatch/core/keyed_request.h"
#include "dispatch/core/merge.h"
#include "dispatch/core/outbox.h"
#include "dispatch/core/seat.h"
#include "dispatch/core/standby_wait.h"
#include "tests/dispatch/sim/oracle.h"
#include "tests/dispatch/sim/sim_database.h"
#include "tests/dispatch/sim/sim_world.h"

namespace ems::dispatch::sim {

enum class Act : std::uint8_t {
    new_call,
    assign,
    cancel,
    enter_state,
    update,
    close,
    swap,
    divert,
    refuse,
    post,
    end_posting,
    answer_proposal,
    correct,
    merge,
};

struct Request {
    std::string user;
    std::string key;
    Act act{Act::new_call};
    IncidentId incident;
    IncidentId into; // of a merge; not set: what is suggested
    AssignmentId assignment;
    UnitId unit;
    UnitState state{UnitState::available};
    std::uint64_t version{0};
    std::uint32_t level{1};
    std::uint32_t units_wanted{0}; // of an update; 0: unchanged
    IncidentKind kind{IncidentKind::emergency};
    AssignIntent intent{AssignIntent::demanded};
    PostingId posting;
    PostingState posting_state{PostingState::cancelled};
    ProposalId proposal;
    Answer answer{Answer::confirm};
    StampEvent event{StampEvent::ring_start};
    std::int64_t at_us{0};

    [[nodiscard]] std::string hash() const;
};
struct Reply {
    std::optional<Code> error;
    std::string response;
};

class SimServer {
  public:
    struct Links {
        std::function<void(const SentCommand&)> publish;
        std::function<UnitId(const std::string& vid)> unit_driving;
        std::function<std::string(UnitId)> vid_of; // empty: by voice
    };
    SimServer(SimWorld& world, SimDatabase& database, Oracle& oracle, Links links,
              std::uint32_t number);

    void start();
    // `connected`: whether the connection that it came over still stands when this process gets to
    // read it.
    void ask(Request request, std::function<bool()> connected,
             std::function<void(const Reply&)> reply);
    void born(const std::string& vid);
    void inbox_hint();
    void crash();
    void pause(std::int64_t length_us) {
        paused_until_us_ = std::max(paused_until_us_, world_.now_us + length_us);
    }

    [[nodiscard]] bool up() const { return up_; }
    [[nodiscard]] const Seat& seat() const { return seat_; }
    [[nodiscard]] bool idle() const { return commits_.empty() && under_way_ == 0; }

  private:
    using Decider = std::function<Result<WriteSet>(const World&)>;
    struct Commit {
        Decider decide;
        std::function<void(Result<void>, Refusal)> done;
        std::uint64_t began_in{0};
        int attempt{1};
        std::optional<WriteSet> decided; // only with a planted bug
    };
    struct Asked {
        Request request;
        std::function<void(const Reply&)> reply;
        std::string response;
        std::uint64_t term{0};
    };

    // Runs `what` when this process still lives and is not stopped.
    void here(std::function<void()> what);
    template <class T>
    void call(std::function<T()> work, std::function<void(std::shared_ptr<T>)> done) {
        database_.call<T>(
            number_, std::move(work),
            [this, generation = generation_, done = std::move(done)](std::shared_ptr<T> a) {
                if (generation == generation_) {
                    here([done, a = std::move(a)] { done(a); });
                }
            });
    }
    void every(std::int64_t period_us, void (SimServer::*what)());

    void lead_tick();
    void outbox_tick();
    void alarm_tick();
    void look_at_posts();
    void trim_tick();
    void ask_for_the_lead();
    void take_over(std::uint64_t term);
    void take(std::uint64_t term, World world);
    void check_session();
    void step_down();
    void reload(std::uint64_t term, Refusal why, std::function<void(bool)> done);

    void commit(Decider decide, std::function<void(Result<void>, Refusal)> done) {
        commit(std::move(decide), std::move(done), seat_.term());
    }
    void commit(Decider decide, std::function<void(Result<void>, Refusal)> done,
                std::uint64_t began_in);
    void pump();
    void attempt(const std::shared_ptr<Commit>& commit);
    void send(const std::shared_ptr<Commit>& commit, WriteSet writes);
    void apply(std::uint64_t term, WriteSet writes,
               std::function<void(tl::expected<Rows, Refusal>)> done);
    void answered(const std::shared_ptr<Commit>& commit, std::uint64_t term,
                  tl::expected<Rows, Refusal> answer);
    void finish(const std::shared_ptr<Commit>& commit, Result<void> result,
                Refusal refusal = Refusal::failed);

    // Commands that are not to be sent yet.
    [[nodiscard]] std::set<std::string> waiting();
    void turn_outbox();
    void record(const std::vector<std::string>& ids, const std::string& state);
    void record_expired(const std::string& id);
    void read_inbox();
    void consume(std::shared_ptr<std::deque<InboxEvent>> events);
    void consumed(const std::shared_ptr<std::deque<InboxEvent>>& events, const Result<void>& done,
                  Refusal refusal);

    void look_up(const std::shared_ptr<Asked>& asked,
                 std::function<void(std::optional<KeyFound>, std::string)> done);
    void begin(const std::shared_ptr<Asked>& asked);
    void perform(const std::shared_ptr<Asked>& asked);
    void decided(const std::shared_ptr<Asked>& asked, Decider decide);
    void performed(const std::shared_ptr<Asked>& asked, const Result<void>& done);
    void reply(const std::shared_ptr<Asked>& asked, Reply reply);
    void new_call(const std::shared_ptr<Asked>& asked);
    void merge(const std::shared_ptr<Asked>& asked);
    void assign(const std::shared_ptr<Asked>& asked);
    void cancel(const std::shared_ptr<Asked>& asked);
    void perform_desk(const std::shared_ptr<Asked>& asked);
    void refuse(const std::shared_ptr<Asked>& asked);
    void post(const std::shared_ptr<Asked>& asked);
    void end_posting(const std::shared_ptr<Asked>& asked);
    // What a desk orders of a unit for an incident: assign, swap or divert.
    [[nodiscard]] Result<WriteSet> decide_sending(const World& world, const Request& asked,
                                                  const AssignRequest& request,
                                                  const CommandRow& order);
    void add_command(const CommandRow& order, WriteSet& writes) const;
    void add_cancel(const World& world, AssignmentId assignment, WriteSet& writes);
    Result<WriteSet> tell_ended(const World& world, Result<WriteSet> writes);
    [[nodiscard]] CommandRow command(UnitId unit, AssignmentId assignment, const std::string& kind);
    // To the vehicle of a unit that was posted: where, and that it has ended.
    [[nodiscard]] CommandRow posting_words(UnitId unit, const std::string& body);

    // What a planted bug makes of a write set.
    void spoil(WriteSet& writes, const World& world);
    void spoil_answer(WriteSet& writes);

    // By the database's clock, once that was heard.
    [[nodiscard]] std::int64_t clock_us() const {
        const bool heard = time_.is_known() && !world_.has(Bug::wall_clock_timers);
        return heard ? time_.us(world_.ticks()) : world_.now_us + skew_us_;
    }
    // As `call`, and the database's clock is read with it.
    template <class T>
    void timed_call(std::function<T()> work, std::function<void(std::shared_ptr<T>)> done) {
        const auto read_us = std::make_shared<std::int64_t>(0);
        const std::function<T()> both = [this, read_us, work = std::move(work)] {
            *read_us = world_.now_us;
            return work();
        };
        call<T>(both, [this, read_us, asked = world_.ticks(), done = std::move(done)](std::shared_ptr<T> answer) {
            if (answer) {
                time_.told(*read_us, asked, world_.ticks());
            }
            done(std::move(answer));
        });
    }

    SimWorld& world_;
    SimDatabase& database_;
    Oracle& oracle_;
    const Links links_;
    const std::uint32_t number_;
    std::int64_t skew_us_{0};

    bool up_{true};
    std::uint64_t generation_{0};
    std::int64_t paused_until_us_{0};
    // Of the process.
    std::uint64_t session_{0};
    bool asking_{false};
    std::int64_t leads_since_us_{0};
    Seat seat_;
    OutboxSchedule schedule_;
    StandbyWait standby_wait_;
    DatabaseTime time_;
    std::deque<std::shared_ptr<Commit>> commits_;
    std::size_t under_way_{0};
    bool reading_inbox_{false};
    bool inbox_hinted_{false};
    std::map<std::pair<std::string, std::string>, std::deque<std::shared_ptr<Asked>>> turns_;
    // Only with planted bugs.
    bool gave_up_once_{false};
    std::optional<World> read_before_;
    std::map<std::pair<std::string, std::string>, StoreKey> remembered_keys_;
    std::map<std::string, bool> sent_before_;
    std::set<PostingId> ever_told_;
};

} // namespace ems::dispatch::sim
