// The verbs of the console protocol: each checks its request, decides on the present world and commits, with its answer
// stored under the idempotency key in the same transaction, so that a repeat gets the first answer and changes nothing.
// The caller has checked the user's right. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/contract/api.pb.h"
#include "dispatch/core/decide.h"
#include "dispatch/core/decide_orders.h"
#include "dispatch/core/keyed_request.h"
#include "dispatch/core/permission.h"
#include "dispatch/service/centre.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/roads.h"
#include "dispatch/service/station_zones.h"
#include "dispatch/service/world_kind.h"
#include "dispatch/store/alarm_marks.h"
#include "dispatch/store/neighbours.h"
#include "dispatch/store/notes.h"
#include "dispatch/store/spo2_scale.h"
#include "map/reach/reach_search.h"
#include "telemetry/base/clock.h"
#include "telemetry/pg/pool.h"
#include "telemetry/seal/data_key.h"

namespace ems::dispatch {

struct User {
    std::int64_t id{0};
    std::string name;
    std::string display_name;
    Role role{Role::hospital_viewer};
    std::string desk{}; // CN of the certificate of the desk in use
};

class AlarmDesk;
struct RoadParts;

struct VerbsContext {
    Centre& centre;
    Store& store;
    pg::Pool& pool;
    const Fleet* const& fleet;      // null until the registry was read
    Roads* roads;                   // null without a road graph
    const seal::DataKey& data_key;
    const Clock& clock;
    RoadParts* road_parts{nullptr}; // null without a road graph
    const StationZones* zones{nullptr};   // null when none were drawn
    AlarmDesk* alarms{nullptr};     // null: no marks are kept
    WorldKind world_kind{WorldKind::real};
};

class Verbs {
  public:
    Verbs(boost::asio::any_io_executor executor, VerbsContext context)
        : c_(context), executor_(std::move(executor)), past_lock_(executor_) {}

    // Errors: key_reused, those of the decisions and the store, and of the request itself (error_codes.inc, 650 to 699).
    Task<api::ServerFrame> run(User user, api::ClientFrame frame);

    // Who would go instead of a crew that does not answer, from a list that is stored as shown to "system".
    struct NextUnit {
        UnitId unit;                 // not set: nobody can; then nothing is stored
        std::uint32_t total_s{0};
        std::int64_t recommendation{0};
    };
    // assignment_ended.
    Task<NextUnit> next_unit(AssignmentId assignment);
    // To be dialled, for the order of a crew: who ordered the unit stands in the audit. Empty: none that can be. Errors: not_found,
    // seal, those of the store.
    Task<std::string> caller_phone(IncidentId incident);

  private:
    struct Call {
        User user;
        api::ClientFrame frame;
        std::string request_hash;
        std::uint64_t term{0};      // in which its key was looked up
    };
    struct Shown {
        std::int64_t id{0};
        IncidentId incident;
        std::int64_t made_us{0};
        std::vector<std::pair<UnitId, std::uint32_t>> ranked;   // unit and total seconds, in rank order
        std::vector<std::pair<UnitId, std::uint32_t>> others;   // those that would have to be diverted
        std::optional<StoreRecommendation> fresh{};             // to be stored with the choice
    };
    // What a choice of a unit for an incident comes with. `incident` is what the list is of.
    struct Chosen {
        IncidentId incident;
        UnitId unit;
        std::int64_t recommendation{0};
        std::string override_reason;
    };
    enum class From : std::uint8_t { free_units, task };
    struct Sending {
        AssignRequest request;
        UnitInfo unit;
        std::optional<NamedPlace> hospital;         // proposed
        std::optional<PlaceE7> station;             // where the unit stands by
        std::string command;         // id of the order; empty: told by voice
        std::optional<StoreRecommendation> fresh;
    };

    Task<api::ServerFrame> change(Call call);
    Task<api::ServerFrame> perform(const Call& call);
    struct Recalled {
        KeyFound found{KeyFound::nothing};
        api::ServerFrame frame;     // of same_request
    };
    Task<Recalled> recall(const Call& call);
    // Requests under one key wait for each other.
    std::shared_ptr<AsyncLock> turn_of(const Call& call);
    Task<api::ServerFrame> commit(const Call& call, Centre::Decider decide, api::ServerFrame reply);
    // With the answer under its key, stored before all else.
    static Centre::Decider keyed(const Call& call, const api::ServerFrame& reply, Centre::Decider decide);

    Task<api::ServerFrame> new_call(const Call& call);
    Task<api::ServerFrame> update_incident(const Call& call);
    Task<api::ServerFrame> assign(const Call& call);
    Task<api::ServerFrame> cancel_assignment(const Call& call);
    Task<api::ServerFrame> enter_unit_state(const Call& call);
    Task<api::ServerFrame> set_destination(const Call& call);
    Task<api::ServerFrame> close_incident(const Call& call);
    Task<api::ServerFrame> merge_incident(const Call& call);
    Task<api::ServerFrame> add_note(const Call& call);
    Task<api::ServerFrame> commit_done(const Call& call, Centre::Decider decide, Centre::Writer write);
    Task<Rows> write_note(std::uint64_t term, WriteSet request, NewNote note);
    Task<api::ServerFrame> record_neighbour(const Call& call);
    Task<Rows> write_neighbour(std::uint64_t term, WriteSet request, NewNeighbourWord fresh);
    Task<api::ServerFrame> set_spo2_scale(const Call& call);
    Task<Rows> write_spo2_scale(std::uint64_t term, WriteSet request, NewSpo2Scale scale);
    Task<api::ServerFrame> send_terminal_text(const Call& call);
    Task<api::ServerFrame> store_snapshot(const Call& call);
    Task<api::ServerFrame> swap_unit(const Call& call);
    Task<api::ServerFrame> divert_unit(const Call& call);
    Task<api::ServerFrame> refuse_assignment(const Call& call);
    Task<api::ServerFrame> order_posting(const Call& call);
    Task<api::ServerFrame> end_posting(const Call& call);
    Task<api::ServerFrame> answer_proposal(const Call& call);
    Task<api::ServerFrame> set_unit_facts(const Call& call);
    Task<api::ServerFrame> correct_stamp(const Call& call);

    Task<Sending> prepare(const Call& call, Chosen chosen, From from);
    struct Posting {
        PostingRequest request;
        CommandRow order;            // empty id: told by voice
    };
    // Its number is taken. Errors: those of decide_posting.
    Task<Posting> prepare_posting(const api::OrderPosting& in, const std::string& actor);
    static Result<WriteSet> posting_writes(const World& world, const Posting& posting);
    static api::ServerFrame posted(const Posting& posting);
    [[nodiscard]] Result<PostingRow> posting_row(const api::OrderPosting& in, const Track& track) const;
    // The order tells the incident as it is in this world: what was updated while the sending was prepared is in it.
    static void add_sending(const World& world, const Sending& sending, WriteSet& writes);
    void add_cancel(const World& world, AssignmentId assignment, const std::string& reason, WriteSet& writes) const;
    // To each vehicle on the incident, when what its order said has changed by this write set.
    void tell_changed(const World& world, IncidentId incident, std::int64_t now_us, WriteSet& writes) const;
    // What a dispatcher enters may end a task that its vehicle still shows: the crew would drive on.
    void tell_ended(const World& world, const std::string& reason, WriteSet& writes) const;

    Task<api::ServerFrame> close_road(const Call& call);
    Task<api::ServerFrame> reopen_road(const Call& call);

    Task<api::ServerFrame> answer_move_up(const Call& call);

    Task<api::ServerFrame> mark_alarm(const Call& call);
    // Of the incident that it is about, or of no incident. not_found: of nothing that is known.
    [[nodiscard]] Result<IncidentId> incident_of(const AlarmMarkRow& row) const;

    Task<api::ServerFrame> recommend(User user, api::Recommend request);
    Task<api::ServerFrame> timeline(api::GetTimeline request);
    Task<api::ServerFrame> caller_history(User user, api::GetCallerHistory request);
    Task<api::ServerFrame> reveal_identity(User user, api::RevealIdentity request);
    Task<api::ServerFrame> watch_video(User user, api::WatchVideo request);
    Task<api::ServerFrame> open_voice(User user, api::OpenVoice request);
    Task<api::ServerFrame> history(api::GetHistory request);
    Task<api::ServerFrame> terminal_texts(api::GetTerminalTexts request);
    Task<api::ServerFrame> explanation(api::GetExplanation request);
    [[nodiscard]] api::ServerFrame queue() const;

    [[nodiscard]] Result<api::ServerFrame> road_list() const;
    [[nodiscard]] Result<api::ServerFrame> coverage() const;
    [[nodiscard]] Result<api::ServerFrame> move_up() const;
    [[nodiscard]] std::uint32_t turnout_s(StationId station) const;
    Task<api::ServerFrame> isochrones(api::GetIsochrones request);
    Task<api::ServerFrame> route(api::GetRoute request);
    [[nodiscard]] Result<std::vector<map::ReachSource>> reach_sources(const api::GetIsochrones& request) const;
    struct WayEnd {
        map::RoadPosition at;
        double off_road_m{0};
    };
    [[nodiscard]] Result<WayEnd> way_start(const api::GetRoute& request) const;
    [[nodiscard]] Result<WayEnd> way_goal(const api::GetRoute& request) const;

    [[nodiscard]] Result<api::Recommendation> advise_for(const IncidentRow& incident) const;
    static Shown shown_of(const api::Recommendation& recommendation);
    void remember(const api::Recommendation& recommendation);
    // The list the dispatcher saw: of this server's memory, else of the store, else a fresh one, which is stored with the
    // choice.
    Task<Shown> list_for(IncidentId incident, std::int64_t recommendation);
    // First of the list that can still be sent: another desk may have taken the first since it was shown. Not set: nobody can.
    [[nodiscard]] UnitId first_that_can_go(const Shown& list) const;
    // A list of the past excuses no choice: it is judged by what is so now, and recorded with what was seen.
    [[nodiscard]] Result<void> judge_by_now(const IncidentRow& incident, Shown& list) const;
    [[nodiscard]] const NamedPlace* hospital(std::int64_t id) const;
    // Where the unit is by the state that is entered of it; nothing: its vehicle says so, or nobody can.
    [[nodiscard]] std::optional<PlaceE7> told_place(const World& world, const StateRequest& request) const;
    // Digits that were mistyped lie in another province or the sea. Errors: place_not_on_map, place_too_far.
    [[nodiscard]] Result<void> check_near(PlaceE7 place) const;
    [[nodiscard]] std::int64_t now_us() const { return c_.clock.utc_us(); }

    VerbsContext c_;
    boost::asio::any_io_executor executor_;
    std::map<std::pair<std::string, std::string>, std::weak_ptr<AsyncLock>> turns_;   // of the requests under way
    AsyncLock past_lock_;           // of corrections to what is not held in memory any more
    std::deque<Shown> shown_;       // newest last, bounded
    static constexpr int kDrawingMax = 4;
    int drawing_{0};                // isochrones under way
};

inline constexpr std::size_t kPhoneMax = 32;   // bytes

// Keyed hash under which the calls of a number are found without opening one.
std::string phone_index(const std::string& phone, const seal::DataKey& key);

// Routes are not stored: they follow from the graph, and would make a row of some hundred kilobytes.
std::string without_routes(api::Recommendation recommendation);

} // namespace ems::dispatch
