// The verbs of the console protocol: each checks its request, decides on the present world and commits, with its answer
// stored under the idempotency key in the same transaction, so that a repeat gets the first answer and changes nothing.
// The caller has checked the user's right. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/contract/api.pb.h"
#include "dispatch/core/permission.h"
#include "dispatch/service/centre.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/roads.h"
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
};

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
};

class Verbs {
  public:
    explicit Verbs(VerbsContext context) : c_(context) {}

    // Errors: invalid_argument (also: a key that was used for another request), those of the decisions and the store.
    Task<api::ServerFrame> run(User user, api::ClientFrame frame);

  private:
    struct Call {
        User user;
        api::ClientFrame frame;
        std::string request_hash;
    };
    struct Shown {
        std::int64_t id{0};
        IncidentId incident;
        std::vector<std::pair<UnitId, std::uint32_t>> ranked;   // unit and total seconds, in rank order
    };

    Task<api::ServerFrame> change(Call call);
    Task<api::ServerFrame> perform(const Call& call);
    Task<std::optional<api::ServerFrame>> recall(const Call& call);
    Task<api::ServerFrame> commit(const Call& call, Centre::Decider decide, api::ServerFrame reply);

    Task<api::ServerFrame> new_call(const Call& call);
    Task<api::ServerFrame> update_incident(const Call& call);
    Task<api::ServerFrame> assign(const Call& call);
    Task<api::ServerFrame> cancel_assignment(const Call& call);
    Task<api::ServerFrame> enter_unit_state(const Call& call);
    Task<api::ServerFrame> set_destination(const Call& call);
    Task<api::ServerFrame> close_incident(const Call& call);
    Task<api::ServerFrame> send_terminal_text(const Call& call);

    Task<api::ServerFrame> close_road(const Call& call);
    Task<api::ServerFrame> reopen_road(const Call& call);

    Task<api::ServerFrame> answer_move_up(const Call& call);

    Task<api::ServerFrame> recommend(User user, api::Recommend request);
    Task<api::ServerFrame> timeline(api::GetTimeline request);
    Task<api::ServerFrame> reveal_identity(User user, api::RevealIdentity request);
    Task<api::ServerFrame> watch_video(User user, api::WatchVideo request);
    Task<api::ServerFrame> history(api::GetHistory request);
    Task<api::ServerFrame> terminal_texts(api::GetTerminalTexts request);

    [[nodiscard]] Result<api::ServerFrame> road_list() const;
    [[nodiscard]] Result<api::ServerFrame> coverage() const;
    [[nodiscard]] Result<api::ServerFrame> move_up() const;
    Task<api::ServerFrame> isochrones(api::GetIsochrones request);
    [[nodiscard]] Result<api::ServerFrame> route(const api::GetRoute& request) const;
    [[nodiscard]] Result<std::vector<map::ReachSource>> reach_sources(const api::GetIsochrones& request) const;
    struct WayEnd {
        map::RoadPosition at;
        double off_road_m{0};
    };
    [[nodiscard]] Result<WayEnd> way_start(const api::GetRoute& request) const;
    [[nodiscard]] Result<WayEnd> way_goal(const api::GetRoute& request) const;

    [[nodiscard]] Result<api::Recommendation> advise_for(IncidentId incident, PlaceE7 scene) const;
    void remember(const api::Recommendation& recommendation);
    // The list the dispatcher saw, or a fresh one when it is not known any more.
    [[nodiscard]] Result<Shown> list_for(const api::Assign& request) const;
    [[nodiscard]] const NamedPlace* hospital(std::int64_t id) const;
    [[nodiscard]] std::int64_t now_us() const { return c_.clock.utc_us(); }

    VerbsContext c_;
    std::deque<Shown> shown_;       // newest last, bounded
    static constexpr int kDrawingMax = 4;
    int drawing_{0};                // isochrones under way
};

} // namespace ems::dispatch
