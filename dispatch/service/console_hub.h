// The consoles' side of the server: log-in, the right of every request, one snapshot and numbered deltas for each that
// subscribes, live positions to all and vitals and waves to those who watch. One thread, but for password hashes, which
// run two at a time elsewhere.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/thread_pool.hpp>

#include "dispatch/core/queue.h"
#include "dispatch/service/recordings.h"
#include "dispatch/service/replays.h"
#include "dispatch/service/request_figures.h"
#include "dispatch/store/move_ups.h"
#include "dispatch/store/road_conditions.h"
#include "dispatch/service/verbs.h"
#include "dispatch/service/ws_server.h"

namespace ems::dispatch {

inline constexpr std::size_t kHashThreads = 2;
inline constexpr std::size_t kHashWaitersMax = 32;
inline constexpr std::int64_t kSessionLifeUs = 12LL * 3600 * 1'000'000;
inline constexpr int kLogInFailuresMax = 10;    // of one connection; then it is closed
inline constexpr std::size_t kRequestsWaitingMax = 64;   // of one connection; then it is closed
inline constexpr std::size_t kReplaysWaitingMax = 2;     // of one connection; a further one is refused
inline constexpr std::size_t kStandingAlarmsMax = 4096;

class ConsoleHub {
  public:
    ConsoleHub(VerbsContext context, Verbs& verbs, Replays& replays, Recordings& recordings);
    ~ConsoleHub();

    // One console, until it goes. Its requests are answered in order, one at a time; pings at once, so that a slow
    // database never looks like a dead link; replays in an order of their own, so that no order waits for the past.
    boost::asio::awaitable<void> serve(std::shared_ptr<WsConnection> connection);

    // The world changed by one commit; `units` changed their link only.
    void changed(const Rows& rows);
    void links_changed(const std::vector<UnitId>& units);
    // The world was read anew: everyone starts again from a snapshot.
    void reset();
    // Conditions of roads were entered, ended or came to their end; the coverage was worked out anew. Each is a delta.
    void roads_changed(const std::vector<RoadConditionRow>& rows);
    void coverage_changed();
    // Units under way are expected at another time.
    void arrivals_changed(const std::vector<AssignmentId>& tasks);
    void move_up_changed(const MoveUpRow& row);
    void alarm_marks_changed(const std::vector<api::AlarmMark>& marks);
    // Looks for crews that do not answer, postings that reach no vehicle and incidents that are short of units; says so in
    // a delta.
    void check_alarms();
    // Crews that were found silent and for which nobody was proposed yet; and who was: said in a delta, kept while the alarm
    // stands.
    [[nodiscard]] std::vector<AssignmentId> silent_crews() const;
    void propose_next(AssignmentId assignment, const Verbs::NextUnit& next);

    void send_positions(const std::vector<UnitId>& units);
    void send_vitals(UnitId unit, const api::LiveVitals& vitals);
    void send_wave(UnitId unit, const api::LiveWave& wave);
    // An alarm of a vehicle, begun or ended. It comes by two ways and in two orders: only what is newer than what is known
    // of this unit and code counts. Goes to everybody, and stands in every snapshot until it has ended.
    struct AlarmSerial {
        std::uint64_t spool{0};
        std::uint64_t seq{0};
    };
    void vehicle_alarm(const api::LiveAlarm& alarm, AlarmSerial serial);
    // A crew pressed a button, which was taken or refused for this reason. No crew is told of a refusal, so the desks are:
    // button_refused, a technical alarm of its unit with "STATE NUMBER" (names of UnitState, numbers of Code), which stands
    // until a later button is taken or the unit is in the state that was pressed. `press`: its unit and times.
    void button(api::LiveAlarm press, wire::UnitState pressed, std::optional<Code> refusal);
    // What a crew found of its patient, in any order: laid over the chart of its unit, which goes to everybody and stands in
    // every snapshot. Another incident begins a new chart; what comes late of the one before changes nothing.
    void found(UnitId unit, IncidentId incident, const wire::PatientFindings& said, std::int64_t found_us);

    // A crew sent its ECG: the newest of each unit goes to everybody and stands in every snapshot. A repeat, or an older one
    // behind a newer, changes nothing.
    void ecg_sent(const api::LiveEcgMark& mark);

    // Ends the connections whose session has expired or was revoked, and those of locked users; takes over changed roles.
    boost::asio::awaitable<void> check_sessions();

    struct Watched {
        bool vitals{false};
        bool wave{false};
    };
    // What is watched by anybody.
    [[nodiscard]] std::map<UnitId, Watched> watched() const;
    [[nodiscard]] Watched watched(UnitId unit) const;
    void on_watch(std::function<void(UnitId)> hook) { watch_hook_ = std::move(hook); }
    // Answers GetFleetStatus, also while nobody leads.
    using FleetStatusHook = std::function<boost::asio::awaitable<api::ServerFrame>()>;
    void on_fleet_status(FleetStatusHook hook) { fleet_status_hook_ = std::move(hook); }

    [[nodiscard]] const RequestFigures& requests() const { return requests_; }
    // Live messages that were dropped because a console took them too slowly, since the start.
    [[nodiscard]] std::uint64_t live_dropped() const;
    [[nodiscard]] std::size_t crew_alarm_count() const { return alarms_.size() + posting_alarms_.size(); }
    [[nodiscard]] std::size_t short_incident_count() const { return short_.size(); }
    [[nodiscard]] std::size_t session_count() const;   // logged in
    void stop() { hashers_.stop(); }

  private:
    // The case that a desk has open to change.
    struct Editing {
        IncidentId incident;
        std::int64_t since_us{0};
    };
    struct Session {
        std::shared_ptr<WsConnection> connection;
        std::optional<User> user;
        std::string token_hash;         // of the session's token, once logged in
        bool subscribed{false};
        int failures{0};
        bool logged_off{false};         // its connection closes behind the answer
        std::map<UnitId, Watched> watches;
        std::string seat;
        std::optional<Editing> editing;
    };
    struct StandingAlarm {
        api::LiveAlarm alarm;           // active or not: an ended one is kept so that its late beginning is known as old
        AlarmSerial serial;
    };
    using Requests = boost::asio::experimental::channel<void(boost::system::error_code, api::ClientFrame)>;

    boost::asio::awaitable<void> read(Session& session, Requests& requests);
    boost::asio::awaitable<void> work(Session& session, Requests& requests, Requests& replays);
    boost::asio::awaitable<void> replay(Session& session, Requests& replays);
    void reply(Session& session, std::uint64_t request, Result<api::ServerFrame> answer) const;
    [[nodiscard]] api::ServerFrame pong(const api::Ping& ping) const;
    void take_role(Session& session, Role role);
    void admit(Session& session, const UserRow& found, Role role, std::string token_hash) const;
    boost::asio::awaitable<Result<api::ServerFrame>> answer(Session& session, api::ClientFrame frame);
    boost::asio::awaitable<Result<api::ServerFrame>> log_in(Session& session, api::LogIn request);
    boost::asio::awaitable<Result<api::ServerFrame>> refuse_log_in(Session& session, std::string user);
    boost::asio::awaitable<Result<api::ServerFrame>> resume(Session& session, api::ResumeSession request);
    boost::asio::awaitable<Result<api::ServerFrame>> log_off(Session& session);
    void end(Session& session);
    boost::asio::awaitable<Result<bool>> password_fits(std::string hash, std::string password);
    api::ServerFrame welcome(const User& user, std::string token, std::int64_t expires_us) const;
    Result<api::ServerFrame> watch(Session& session, const api::WatchVehicle& request);
    Result<api::ServerFrame> tell_editing(Session& session, const api::TellEditing& request);
    void forget_editing(Session& session);
    // A desk that resumed its session on another connection has nothing open on the one it lost.
    void forget_lost_editing(const Session& resumed);
    [[nodiscard]] api::Editors editors() const;
    void tell_editors();
    // What the vehicle itself calls high of its patient is not put away, whatever the desk makes of it.
    [[nodiscard]] Result<void> check_shelving(const api::MarkAlarm& request) const;
    void put_zones(const Registry& registry, api::Snapshot& out) const;
    [[nodiscard]] api::Snapshot snapshot() const;
    [[nodiscard]] api::Unit unit_message(const UnitRow& row) const;
    [[nodiscard]] api::Assignment assignment_message(const AssignmentRow& row) const;
    [[nodiscard]] api::Incident incident_message(const IncidentRow& row) const;
    [[nodiscard]] api::Posting posting_message(const PostingRow& row) const;
    void check_buttons();
    void end_button(UnitId unit);
    void tell_alarm(const api::LiveAlarm& alarm);
    void check_crews(std::int64_t now_us, api::Delta& delta);
    void check_postings(std::int64_t now_us, api::Delta& delta);
    void end_refused_postings(std::int64_t now_us, api::Delta& delta);
    void check_demands(std::int64_t now_us, api::Delta& delta);
    static WsBuffer encode(const api::ServerFrame& frame);
    void send(Session& session, const api::ServerFrame& frame, WsClass kind) const;
    void to_subscribers(const api::ServerFrame& frame, WsClass kind);
    void send_delta(api::Delta delta);

    VerbsContext c_;
    Verbs& verbs_;
    Replays& replays_;
    Recordings& recordings_;
    std::list<Session> sessions_;
    std::map<AssignmentId, std::string> alarms_;
    std::map<PostingId, std::string> posting_alarms_;
    std::map<PostingId, PostingRow> told_refusals_;          // as they were looked at last
    std::map<IncidentId, Shortage> short_;   // of units, and told as an alarm
    std::map<AssignmentId, Verbs::NextUnit> next_;
    struct RefusedButton {
        api::LiveAlarm alarm;
        wire::UnitState pressed{};
    };
    std::map<UnitId, RefusedButton> refused_buttons_;   // while this server leads
    std::map<std::pair<UnitId, std::string>, StandingAlarm> standing_;
    struct Chart {
        api::LiveFindings told;
        std::int64_t begun_us{0};       // the first finding heard of its incident
        std::int64_t newest_us{0};
    };
    std::map<UnitId, Chart> charts_;
    std::map<UnitId, api::LiveEcgMark> ecg_marks_;
    std::uint64_t seq_{0};
    boost::asio::thread_pool hashers_{kHashThreads};
    std::size_t hashing_{0};
    std::function<void(UnitId)> watch_hook_;
    FleetStatusHook fleet_status_hook_;
    RequestFigures requests_;
    std::uint64_t live_dropped_by_ended_{0};
    std::string coverage_sent_;     // without its time
};

// The right that a request needs; nullopt for those before log-in (ping, log-in, resume), for log-off and for empty frames.
std::optional<Request> needed_right(const api::ClientFrame& frame);

} // namespace ems::dispatch
