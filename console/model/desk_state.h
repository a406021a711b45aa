// What a desk knows: the newest state of the server, live values with their ages, alarms, the selected incident and the
// answers to its questions. Values only: no clock, no socket; times are handed in. `local_us` is this machine's UTC; the
// server's clock is estimated from its messages, and every age and timer counts by that.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "console/model/alarm_list.h"
#include "console/model/alarm_load.h"
#include "console/model/broker_source.h"
#include "console/model/centre_state.h"
#include "console/model/change_mark.h"
#include "console/model/feed.h"
#include "console/model/server_clock.h"
#include "console/model/stages.h"
#include "console/model/stats.h"
#include "console/model/trails.h"
#include "console/model/vitals_track.h"
#include "dispatch/contract/api.pb.h"
#include "telemetry/signal/alarm/alarm_table.h"

namespace ems::console {

// How a desk without a server stands with the vehicles: off (a server is there, or this desk has no account at the broker),
// no answer of the broker, hears them.
enum class Direct : std::uint8_t { off, silent, heard };

// Whether the server that is there takes orders.
enum class Leader { present, absent };

// When the crew pressed: by the vehicle's clock where that can be true, else when the centre heard of it.
[[nodiscard]] std::int64_t ecg_sent_us(const api::LiveEcgMark& mark);

class DeskState {
  public:
    void apply_link(const LinkChange& change, std::int64_t local_us);
    void apply_login(const api::LogInOk& ok);
    // Name of this seat: what is told of it and its user is told by this desk.
    void set_seat(std::string seat) { seat_ = std::move(seat); }
    [[nodiscard]] const std::string& seat() const { return seat_; }
    void apply_leader(Leader leader, std::int64_t local_us);
    void apply_snapshot(const api::Snapshot& snapshot, std::int64_t local_us);
    // False when the sequence has a gap: the feed has to subscribe again.
    bool apply_delta(const api::Delta& delta, std::int64_t local_us);
    void apply_live(const api::Live& live, std::int64_t local_us);
    // The record's answer for a unit on its incident; of one that is on another by now it means nothing. False: not taken.
    bool apply_history(const api::History& history, std::int64_t incident_id);
    void apply_recommendation(const api::Recommendation& recommendation);
    // What came from the vehicles themselves since the last call, while no server answers; the next snapshot ends it. Before
    // any snapshot the units are those of remember(), and a vehicle of none of them one of its identifier's name; their ids
    // are negative.
    void apply_broker(const BrokerNews& news, std::int64_t local_us);
    // What an earlier run knew of the units: names, vehicles and how their crews are called by voice.
    void remember(std::vector<api::Unit> units) { remembered_ = std::move(units); }
    // Raises and clears the alarms this desk makes itself: overdue stages of a call, orders that find no crew (the server says
    // which), lost units, lost server, vital signs out of their limits that the vehicle raises no alarm for. Counts what asked
    // for whoever sits here.
    void watch_targets(std::int64_t local_us);
    // As AlarmList::acknowledge_first, by who is logged in.
    std::optional<AlarmEntry> acknowledge_alarm(std::span<const std::string> shown, std::int64_t local_us);

    // ---- time
    [[nodiscard]] std::int64_t server_us(std::int64_t local_us) const { return local_us + server_clock_.offset_us(); }
    // Server time of this moment, held still while the server link is lost.
    [[nodiscard]] std::int64_t shown_us(std::int64_t local_us) const;
    [[nodiscard]] bool is_live() const { return link_.state == LinkChange::State::up; }
    // Live, and the server takes orders; a short change of the lead does not count, the request waits for its end.
    [[nodiscard]] bool takes_orders(std::int64_t local_us) const;
    [[nodiscard]] bool has_data() const { return has_snapshot_; }
    [[nodiscard]] Direct direct() const { return direct_; }
    // Its position is from the vehicle itself, since the server was lost.
    [[nodiscard]] bool heard_directly(std::int64_t unit_id) const { return direct_units_.contains(unit_id); }
    [[nodiscard]] std::size_t heard_directly_count() const { return direct_units_.size(); }
    // When the link was lost, local time; 0 while it is up or never was.
    [[nodiscard]] std::int64_t lost_since_us() const { return lost_since_us_; }
    [[nodiscard]] std::int64_t last_frame_us() const { return last_frame_us_; }
    [[nodiscard]] const LinkChange& link() const { return link_; }
    [[nodiscard]] const api::LogInOk& login() const { return login_; }
    [[nodiscard]] double time_scale() const { return login_.time_scale() > 0 ? login_.time_scale() : 1.0; }
    // Clock time of an arrival `road_s` from `from_us`: a simulated world runs time_scale times faster.
    [[nodiscard]] std::int64_t arrival_us(std::int64_t from_us, double road_s) const;

    // ---- what is known
    [[nodiscard]] const std::map<std::int64_t, api::Unit>& units() const { return units_; }
    [[nodiscard]] const std::map<std::int64_t, api::Incident>& incidents() const { return incidents_; }
    [[nodiscard]] const std::map<std::int64_t, api::Station>& stations() const { return stations_; }
    [[nodiscard]] const std::map<std::int64_t, api::Hospital>& hospitals() const { return hospitals_; }
    // Of every incident, by its id: what its line of the queue counts.
    [[nodiscard]] const std::map<std::int64_t, QueueTimer>& timers() const { return timers_; }
    // Renewed whenever the order of the queue can be another one by more than what queue_changes() names.
    [[nodiscard]] const ChangeMark& queue_mark() const { return queue_mark_; }
    // Incidents that changed, or their orders, since the mark was renewed; one may stand there several times.
    [[nodiscard]] std::span<const std::int64_t> queue_changes() const { return queue_changes_; }
    // Renewed whenever an entry of units() or positions() comes or goes: until then pointers to them hold.
    [[nodiscard]] const ChangeMark& places_mark() const { return places_mark_; }
    // By unit; also of units that are not known any more.
    [[nodiscard]] const std::map<std::int64_t, api::UnitPosition>& positions() const { return positions_; }
    [[nodiscard]] const api::Unit* unit(std::int64_t id) const;
    [[nodiscard]] const api::UnitPosition* position(std::int64_t unit_id) const;
    [[nodiscard]] const api::Incident* incident(std::int64_t id) const;
    // The live assignment of an incident, else its newest, else nothing.
    [[nodiscard]] const api::Assignment* assignment_of(std::int64_t incident_id) const;
    // Those on an incident that have not ended, oldest first.
    [[nodiscard]] std::vector<const api::Assignment*> live_assignments(std::int64_t incident_id) const;
    // A unit has done its task of it; what nobody served is dropped with its close.
    [[nodiscard]] bool is_served(std::int64_t incident_id) const;
    // The live one of a unit; null when it is on no task.
    [[nodiscard]] const api::Assignment* task_of(std::int64_t unit_id) const;
    [[nodiscard]] const api::Assignment* assignment(std::int64_t id) const;
    // The open one of which `incident` may be a second call; null when nothing is suggested any more.
    [[nodiscard]] const api::Incident* maybe_same(const api::Incident& incident) const;
    // How many units an open incident still wants; 0 for one that has its units or has ended.
    [[nodiscard]] std::uint32_t units_short(const api::Incident& incident) const;
    // The unit on an incident that a person chose, else the one sent last; one that has handed over stays until it gets
    // another.
    [[nodiscard]] const api::Unit* unit_of(std::int64_t incident_id) const;
    // The unit whose vital signs, waves and pictures are this incident's patient's; nothing once it has handed over.
    [[nodiscard]] const api::Unit* patient_unit_of(std::int64_t incident_id) const;
    [[nodiscard]] const api::Recommendation* recommendation(std::int64_t incident_id) const;
    [[nodiscard]] const VitalsTrack* vitals(std::int64_t unit_id) const;
    // Since when what the unit measures is the patient's of the incident it is on: its order. 0: not known, or on none.
    [[nodiscard]] std::int64_t vitals_begin_us(std::int64_t unit_id) const;
    // What the unit's crew found of the patient of this incident; null: nothing.
    [[nodiscard]] const ems::wire::PatientChart* chart(std::int64_t unit_id, std::int64_t incident_id) const;
    // The newest ECG that the unit's crew sent of the patient of this incident; null: none.
    [[nodiscard]] const api::LiveEcgMark* ecg_mark(std::int64_t unit_id, std::int64_t incident_id) const;
    [[nodiscard]] const AlarmList& alarms() const { return alarms_; }
    [[nodiscard]] AlarmList& alarms() { return alarms_; }
    [[nodiscard]] const AlarmLoad& load() const { return load_; }
    // The alarm that the timer of a call has raised, which it wears; null while it has raised none, or that one has ended.
    [[nodiscard]] const AlarmEntry* timer_alarm(const api::Incident& incident, const QueueTimer& timer) const;
    [[nodiscard]] const CentreState& centre() const { return centre_; }
    [[nodiscard]] const Trails& trails() const { return trails_; }
    [[nodiscard]] const DeskStats& stats() const { return stats_; }
    [[nodiscard]] DeskStats& stats() { return stats_; }
    // Age of a unit's position by server time; nothing when it has none.
    [[nodiscard]] std::optional<std::int64_t> position_age_ms(std::int64_t unit_id, std::int64_t local_us) const;
    [[nodiscard]] std::int64_t age_ms(const api::UnitPosition& position, std::int64_t local_us) const;

    // ---- selection
    void select_incident(std::int64_t id);
    [[nodiscard]] std::int64_t selected_incident() const { return selected_incident_; }
    // Which of the units on the selected incident is meant; one that is on another means nothing.
    void select_unit(std::int64_t id);
    void select_candidate(std::uint32_t rank) { selected_rank_ = rank; }
    [[nodiscard]] std::uint32_t selected_rank() const { return selected_rank_; }
    [[nodiscard]] const api::Candidate* selected_candidate() const;

  private:
    static constexpr std::size_t kIncidentsMax = 2'000;
    static constexpr std::size_t kUnitsMax = 20'000;
    static constexpr std::size_t kRecommendationsMax = 64;
    static constexpr std::size_t kVehicleAlarmsMax = 4'096;
    static constexpr std::size_t kQueueChangesMax = 1'024;

    void note_server_time(std::int64_t server_us, std::int64_t local_us);
    void apply_unit(const api::Unit& unit);
    void apply_incident(const api::Incident& incident);
    void apply_assignment(const api::Assignment& assignment);
    [[nodiscard]] const std::vector<std::int64_t>& orders_of(std::int64_t incident_id) const;
    void apply_vitals(const api::LiveVitals& vitals);
    void apply_alarm(const api::LiveAlarm& alarm);
    void clear_ended_alarms(const api::Snapshot& snapshot);
    void apply_mark(const api::AlarmMark& mark);
    // False: it is about an alarm, not about a parameter of a task.
    bool note_switch(const api::AlarmMark& mark);
    void hold_switched_off();
    // Raises a standing alarm, or takes it off the screen while it means nothing.
    void show_alarm(const std::string& key, const api::LiveAlarm& live);
    void apply_position(const api::UnitPosition& position);
    // By its identifier; a stranger is made when nothing else is known. Null: not a unit of the last snapshot.
    api::Unit* direct_unit(const std::string& vid);
    api::Unit* add_stranger(api::Unit stranger);
    void end_direct();
    void watch_unit(const api::Unit& unit, std::int64_t now_us);
    void watch_limits(std::int64_t now_us);
    [[nodiscard]] bool vehicle_tells_its_cause(std::int64_t unit_id, signal::AlarmId consequence) const;
    void watch_orders(std::int64_t now_us);
    void watch_demands(std::int64_t now_us);
    [[nodiscard]] AlarmEntry demand(const api::Incident& incident, std::string_view code, Grade grade) const;
    void count_load(std::int64_t now_us);
    [[nodiscard]] std::string group_of_unit(std::int64_t unit_id) const;
    [[nodiscard]] std::string group_of_incident(std::int64_t incident_id) const;
    void note_posting(const api::Posting& posting);
    void drop_old_incidents();
    void note_queue_change(std::int64_t incident_id);
    void renew_queue();

    LinkChange link_;
    api::LogInOk login_;
    std::string seat_;
    bool has_snapshot_{false};
    std::uint64_t seq_{0};
    ServerClock server_clock_;
    std::int64_t lost_since_us_{0};
    std::int64_t leaderless_since_us_{0};   // local time; 0: the server leads, or is not there
    std::int64_t last_frame_us_{0};
    std::map<std::int64_t, api::Unit> units_;
    std::map<std::int64_t, api::UnitPosition> positions_;
    std::map<std::int64_t, api::Incident> incidents_;
    std::map<std::int64_t, api::Assignment> assignments_;
    // Found by incident, so that a row of the queue costs no walk over all orders and units; ids in order.
    std::map<std::int64_t, std::vector<std::int64_t>> orders_of_;
    std::map<std::int64_t, std::vector<std::int64_t>> units_on_; // by what the units say
    std::map<std::int64_t, QueueTimer> timers_;
    ChangeMark queue_mark_;
    std::vector<std::int64_t> queue_changes_;
    ChangeMark places_mark_;
    std::size_t incidents_kept_{0}; // when old ones were last dropped
    std::map<std::int64_t, api::Posting> lost_postings_; // that are not on their vehicles
    std::map<std::int64_t, api::Station> stations_;
    std::map<std::int64_t, api::Hospital> hospitals_;
    std::map<std::int64_t, api::Recommendation> recommendations_;
    std::map<std::int64_t, VitalsTrack> vitals_;
    std::map<std::int64_t, api::LiveFindings> findings_; // by unit
    std::map<std::int64_t, api::LiveEcgMark> ecg_marks_; // by unit
    CentreState centre_;
    Trails trails_;
    Direct direct_{Direct::off};
    std::map<std::string, std::int64_t> ids_by_vid_; // of units_, made when the first vehicle is heard
    std::set<std::int64_t> direct_units_;
    std::vector<api::Unit> remembered_;
    AlarmList alarms_;
    std::set<std::string> limit_alarms_; // keys raised by watch_limits(), not by a vehicle
    std::set<std::string> order_alarms_; // keys raised by watch_orders()
    std::set<std::string> demand_alarms_; // keys raised by watch_demands()
    std::map<std::pair<std::int64_t, std::string>, AlarmOff> off_of_task_; // by task and parameter
    AlarmLoad load_;
    std::map<std::string, api::LiveAlarm> vehicle_alarms_; // that vehicles raised and have not ended, by key
    DeskStats stats_;
    std::int64_t selected_incident_{0};
    std::int64_t selected_unit_{0};
    std::uint32_t selected_rank_{1};
};

} // namespace ems::console
