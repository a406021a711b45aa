// PostgreSQL as the truth of dispatch. Every change is one call of dispatch.apply: all of a write set or nothing, under
// the leader's term. Coroutines of one thread over a pool of connections.
//
// Errors of apply: term_stale (another leads; step down), illegal_transition and unit_already_assigned (the database
// refused what no program may do), db_conflict (a row changed since it was read: load again and decide anew), repeated
// (the idempotency key or the event was dealt with before), db_outcome_unknown (ask by key whether it happened), and those
// of telemetry/pg.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "dispatch/core/inbox.h"
#include "dispatch/core/release.h"
#include "dispatch/core/seat.h"
#include "dispatch/core/write_set.h"
#include "telemetry/base/result.h"
#include "telemetry/pg/pool.h"

namespace ems::dispatch {

template <class T> using Task = boost::asio::awaitable<Result<T>>;

struct NamedPlace {
    std::int64_t id{0};
    std::string name;
    PlaceE7 place;
    std::string zone{};            // of a station
    bool operator==(const NamedPlace&) const = default;
};
// A centre of a neighbour region, asked by telephone.
struct Partner {
    std::string name;
    std::string phone;
    PlaceE7 place;
    bool operator==(const Partner&) const = default;
};
struct UnitInfo {
    UnitId id;
    std::string name;
    std::string vid;               // empty: known only by voice
    StationId station;
    std::uint32_t turnout_s{0};
    std::optional<VehicleClass> vehicle_class{};   // nothing: no vehicle is registered
    Capabilities capabilities{0};
    std::uint32_t full_range_km{0};                // of its vehicle, with a full tank; 0: not known
    std::string phone{};                           // of its crew; empty: not known
    std::string radio_call{};                      // its number or name on the radio; empty: not known
    bool operator==(const UnitInfo&) const = default;
};
// What the registry says of one region.
struct Registry {
    std::string region;
    std::string network_note;
    double time_scale{1};
    std::vector<NamedPlace> stations;
    std::vector<NamedPlace> hospitals;
    std::vector<UnitInfo> units;
    std::vector<Partner> partners;
    bool operator==(const Registry&) const = default;
};

struct CallIds {
    CallId call;
    IncidentId incident;
    std::string number;
    std::int64_t recommendation{0};
};
struct StoredAnswer {
    std::string request_hash;
    std::string response;
};
struct AuditEntry {
    std::int64_t at_us{0};
    std::string actor;
    std::string action;
    std::string detail;
};
// A list as it was shown, and what was chosen from it.
struct StoredChoice {
    AssignmentId assignment;
    UnitId unit;
    std::string override_reason;
    std::string chosen_by;
    std::int64_t at_us{0};
    std::string end_reason;
    std::string end_note;
};
struct StoredList {
    std::int64_t id{0};
    std::int64_t shown_us{0};
    std::string shown_to;
    std::string shown;             // serialized ems.api.Recommendation, without routes
    std::vector<StoredChoice> choices;
};
struct SealedIdentity {
    std::string name_sealed;
    std::string phone_sealed;
};
struct UserRow {
    std::int64_t id{0};
    std::string name;
    std::string display_name;
    std::string role;
    std::string password_hash;
    bool locked{false};
    std::int64_t session_expires_us{0};   // only from find_session
    std::string seat;                     // of the session; only from find_session
};
struct SessionRow {
    std::string token_hash;
    std::int64_t user_id{0};
    std::string seat;
    std::string cert_cn;
    std::int64_t expires_us{0};
};
struct HistoryPosition {
    PlaceE7 place;
    std::uint32_t speed_cm_s{0};
    std::uint32_t course_cdeg{0};
    std::int64_t device_us{0};
    std::int64_t received_us{0};
    std::uint64_t seq{0};
};

enum class IdKind { assignment, recommendation, posting };

class Store {
  public:
    explicit Store(pg::Pool& pool) : Store(pool, pool) {}
    // `patient`: connections with a limit of their own for what is read as a whole, registry() and load(): with cold caches
    // it takes longer than any single request may.
    Store(pg::Pool& pool, pg::Pool& patient) : pool_(pool), patient_(patient) {}

    // not_found when the region is not registered.
    Task<Registry> registry(std::string region);
    // Everything a leader needs to go on; makes rows for units that have none.
    Task<World> load(std::uint64_t term);
    Task<Rows> apply(std::uint64_t term, WriteSet writes);
    // Events not yet consumed, in order.
    Task<std::vector<InboxEvent>> inbox(std::size_t count_max);
    // Events consumed with this outcome within `hours`, oldest first, at most the newest `count_max`: which alarms still
    // stand and what is known of a patient follows from them.
    Task<std::vector<InboxEvent>> recent_noted(std::string_view outcome, int hours, std::size_t count_max);
    // Events refused within `hours`, and those of the same vehicles that were taken since the first of them, oldest first, at most the
    // newest `count_max` of each: whose button was refused and whose later one taken follows from them (standing_refusals).
    Task<std::vector<ConsumedEvent>> recent_refused(int hours, std::size_t count_max);
    Task<CallIds> take_call_ids(std::string region, std::string day);
    Task<std::int64_t> take_id(IdKind kind);
    Task<std::optional<StoredAnswer>> answer(std::string user, std::string key);
    Task<void> forget_keys();

    Task<std::vector<AuditEntry>> audit_of(IncidentId incident);
    // Of any age, with its stamps as they are corrected. Errors: not_found, those of the pool.
    Task<IncidentRow> incident(IncidentId id);
    // Lists shown for the incident, oldest first, at most the newest `count_max`, each with its choices.
    Task<std::vector<StoredList>> lists_of(IncidentId incident, std::size_t count_max);
    // One list that was shown for this incident; nothing when there is none of this number.
    Task<std::optional<std::string>> shown_list(IncidentId incident, std::int64_t recommendation);
    // How long tasks took from each of their states on; seconds of the real clock.
    Task<ReleaseHistory> release_history();
    Task<SealedIdentity> identity(IncidentId incident);

    // not_found when there is none.
    Task<UserRow> find_user(std::string name);
    // With its row of audit.
    Task<void> add_session(SessionRow session, std::string user);
    // The session is over, and so are the grants for video and speech of this user at this desk. With its row of audit.
    Task<void> end_session(std::string token_hash, std::string user, std::string cert_cn);
    // Ends grants for video and speech whose right is over: no session, locked, another role, or the vehicle no longer serves
    // the case of the grant (one older than 2 s: an order may be known before it is stored). Tells ems-mediad and the audit.
    Task<void> end_orphaned_grants();
    // What belongs to no decision of the leader.
    Task<void> audit(std::string actor, AddAudit row);
    // The user of a session that is neither expired nor revoked and belongs to this certificate. not_found otherwise.
    Task<UserRow> find_session(std::string token_hash, std::string cert_cn);

  private:
    pg::Pool& pool_;
    pg::Pool& patient_;
};

// null: another session leads. The lead lasts as long as this connection.
Task<std::optional<std::uint64_t>> become_leader(pg::Connection& connection, std::string holder);

// The database's refusals in the words of dispatch: what dispatch's own functions raise, by SQLSTATE.
Error translate(Error error);
// What an error of apply means for the leader's seat.
Refusal refusal_of(const Error& error);

} // namespace ems::dispatch
