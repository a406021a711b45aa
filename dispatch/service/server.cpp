#include "dispatch/service/server.h"

#include <chrono>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/core/decide_orders.h"
#include "dispatch/core/standby_wait.h"
#include "dispatch/service/alarm_desk.h"
#include "dispatch/service/console_hub.h"
#include "dispatch/service/fences.h"
#include "dispatch/service/fleet_status.h"
#include "dispatch/service/live_relay.h"
#include "dispatch/service/orders.h"
#include "dispatch/service/road_parts.h"
#include "dispatch/service/server_status.h"
#include "dispatch/service/terminal_feed.h"
#include "dispatch/service/whereabouts.h"
#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr int kTicksPerAlarmCheck = 5;
constexpr int kTicksPerFence = 10;
// Whose right ends sees nothing more within a second.
constexpr int kTicksPerGrants = 10;
constexpr int kTicksPerReplication = 10;
constexpr int kTicksPerTrim = 600;
constexpr int kTicksPerForget = 36'000;
constexpr int kTicksPerSessionCheck = 50;

// The whole state is to be there within 3 s, also from a disk that has to be read first.
constexpr std::chrono::milliseconds kLoadLimit{3000};

pg::Options session_options(const ServerConfig& config, const char* part) {
    pg::Options options;
    options.conninfo = config.pg_conninfo;
    options.application = std::string{"ems-dispatchd "} + part;
    return options;
}

pg::Options load_options(const ServerConfig& config) {
    pg::Options options = session_options(config, "load");
    options.statement_limit = kLoadLimit;
    return options;
}

link::MqttConfig mqtt_config(const ServerConfig& config, const RegionCode& region) {
    link::MqttConfig mqtt;
    mqtt.host = config.mqtt_host;
    mqtt.port = config.mqtt_port;
    mqtt.client_id = config.pki_name;
    mqtt.ca_file = config.pki_dir + "/ca.crt";
    mqtt.certificate_file = config.pki_dir + "/" + config.pki_name + ".crt";
    mqtt.key_file = config.pki_dir + "/" + config.pki_name + ".key";
    mqtt.backoff = {std::chrono::milliseconds{200}, std::chrono::milliseconds{2000}};
    mqtt.subscriptions = LiveRelay::subscriptions(region);
    return mqtt;
}

WsServerConfig ws_config(const ServerConfig& config) {
    WsServerConfig ws;
    ws.host = config.listen_host;
    ws.port = config.listen_port;
    ws.ca_file = config.pki_dir + "/ca.crt";
    ws.crl_file = config.pki_dir + "/ca.crl";
    ws.certificate_file = config.pki_dir + "/" + config.pki_name + ".crt";
    ws.key_file = config.pki_dir + "/" + config.pki_name + ".key";
    return ws;
}

struct OpenedRoads {
    std::unique_ptr<Roads> roads;
    std::vector<map::Demand> places;
};

// A damaged map costs the roads, never the centre: lists then go by straight lines and say so.
OpenedRoads open_roads(const ServerConfig& config) {
    OpenedRoads out;
    auto opened = Roads::open(config.map_dir);
    if (!opened) {
        EMS_LOG(error, "roads", "ranking by straight lines: {}", opened.error().message());
        return out;
    }
    out.roads = std::move(*opened);
    auto places = read_demands(config.map_dir, config.population_file, out.roads->index());
    if (places) {
        out.places = std::move(*places);
    } else {
        EMS_LOG(error, "roads", "no coverage without places: {}", places.error().message());
    }
    return out;
}

// As a damaged map: zones that cannot be read cost the zones, never the centre.
std::optional<StationZones> open_zones(const ServerConfig& config) {
    if (config.zones_file.empty()) {
        return std::nullopt;
    }
    auto zones = StationZones::read(config.zones_file);
    if (!zones) {
        EMS_LOG(error, "zones", "no zones but by road time: {}", zones.error().message());
        return std::nullopt;
    }
    return std::move(*zones);
}

// An exception that leaves a coroutine is our own bug.
void must_not_throw(std::exception_ptr error) {
    if (!error) {
        return;
    }
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& what) {
        EMS_LOG(error, "server", "exception in a coroutine: {}", what.what());
    }
    EMS_ASSERT(!"exception in a coroutine");
}

} // namespace

struct Server::Body {
    Body(boost::asio::io_context& loop, const ServerConfig& server_config, RegionCode code, seal::SigningKey signing,
         seal::DataKey data, std::unique_ptr<Roads> road_graph, std::vector<map::Demand> places,
         std::unique_ptr<WsServer> listener)
        : io(loop), config(server_config), region(std::move(code)), signing_key(std::move(signing)),
          data_key(std::move(data)), zones(open_zones(config)), roads(std::move(road_graph)), ws(std::move(listener)),
          pool(io.get_executor(), {.connection = session_options(config, "work"), .connections_max = 6}),
          load_pool(io.get_executor(), {.connection = load_options(config), .connections_max = 2}),
          store(pool, load_pool), centre(io, store, clock, {config.region, config.pki_name, session_options(config, "lead"), config.world_kind}),
          road_parts(roads == nullptr ? nullptr
                                      : std::make_unique<RoadParts>(io, *roads, std::move(places), pool, clock, config.region,
                                                                    [this] { return standing(); },
                                                                    [this] { return centre.term(); },
                                                                    [this] { return waiting(); })),
          alarm_desk(io, pool, config.region), verbs(io.get_executor(), context()), replays(io.get_executor(), session_options(config, "replay"), context()),
          recordings(io.get_executor(), session_options(config, "recordings"), config.record_dir, context()),
          hub(context(), verbs, replays, recordings),
          relay(signing_key, [this](const std::string& vid, std::string payload) { return publish_order(vid, std::move(payload)); },
                config.world_kind),
          live(io, region, fleet_now, hub, clock,
               {[this](const std::string& vid) { born(vid); },
                [this](const std::string& vid, const std::string& command) {
                    relay.held(centre.world(), vid, command);
                    kick_outbox();
                },
                [this](const std::string& topic, std::string payload) {
                    return mqtt.publish(topic, std::move(payload), link::Qos::at_most_once);
                }}),
          terminals(io, session_options(config, "terminals"),
                    [this](const TerminalReport& report) { live.by_terminal(report); }),
          mqtt(mqtt_config(config, region), handlers()),
          status(io, config.status, config.pki_name, config.version,
                 {centre, hub, live, relay, mqtt, *ws, fleet_now, clock, road_parts.get()}),
          fleet_status(io, pool, config.region, fleet_now, clock, [this] { return status.own(); }), ticker(io) {
        centre.set_hooks({[this](const Rows& rows) { changed(rows); }, [this] { reset(); },
                          [this](const InboxEvent& event) { live.noted(event); },
                          [this](const InboxEvent& event, std::optional<Code> refusal) { live.button(event, refusal); },
                          [this](const Error& error) {
                              if (refused) {
                                  refused(error);
                              }
                          }});
        if (road_parts != nullptr) {
            road_parts->desk.set_hooks({[this](const std::vector<RoadConditionRow>& rows) { hub.roads_changed(rows); },
                                        [this] {
                                            road_parts->cover.touch();
                                            hub.roads_changed({});
                                            look_under_way();
                                        },
                                        [this] { centre.outcome_unknown(); }});
            road_parts->cover.on_change([this] {
                hub.coverage_changed();
                if (road_parts->has_places) {
                    road_parts->move_up.touch();
                }
            });
            road_parts->move_up.on_change([this](const MoveUpRow& row) { hub.move_up_changed(row); });
        }
        alarm_desk.set_hooks([this](const std::vector<api::AlarmMark>& marks) { hub.alarm_marks_changed(marks); },
                             [this] { centre.outcome_unknown(); });
        hub.on_watch([this](UnitId unit) { live.watch_changed(unit); });
        hub.on_fleet_status([this] { return fleet_status.answer(); });
    }

    VerbsContext context() {
        return {centre, store, pool, fleet_read, roads.get(), data_key, clock, road_parts.get(),
                zones ? &*zones : nullptr, &alarm_desk, config.world_kind};
    }
    link::MqttHandlers handlers() {
        link::MqttHandlers out;
        out.message = [this](link::MqttMessage&& message) { live.arrived(std::move(message)); };
        out.link = [](const link::LinkChange& change) {
            if (change.up) {
                EMS_LOG(info, "mqtt", "connected attempt={}", change.attempt);
            } else {
                EMS_LOG(warn, "mqtt", "down attempt={} why=\"{}\"", change.attempt, change.reason);
            }
        };
        out.publish_failed = [](const link::PublishFailure& failure) {
            EMS_LOG(warn, "mqtt", "not taken topic={} code={}", failure.topic, failure.reason_code);
        };
        return out;
    }

    Result<void> publish_order(const std::string& vid, std::string payload) {
        const auto vehicle = VehicleId::parse(vid);
        if (!vehicle) {
            return Failure{vehicle.error()};
        }
        return mqtt.publish(wire::down_topic(region, *vehicle, wire::DownKind::cmd), std::move(payload),
                            link::Qos::at_least_once);
    }

    void born(const std::string& vid) {
        relay.hurry(centre.world(), vid);
        kick_outbox();
    }
    // The units that may be sent, where they are; nothing while another server decides.
    std::optional<std::vector<Standing>> standing() {
        const Registry* registry = centre.registry();
        if (!centre.leads() || fleet == nullptr || registry == nullptr) {
            return std::nullopt;
        }
        return standing_units(centre.world(), roads.get(), *fleet, registry->time_scale, clock.utc_us());
    }
    std::optional<MoveUpFleet> waiting() {
        const Registry* registry = centre.registry();
        if (!centre.leads() || fleet == nullptr || registry == nullptr || !road_parts->has_places) {
            return std::nullopt;
        }
        return waiting_units(centre.world(), *fleet, *registry, *roads, clock.utc_us());
    }
    void changed(const Rows& rows) {
        hub.changed(rows);
        if (road_parts != nullptr && (!rows.units.empty() || !rows.postings.empty())) {
            road_parts->cover.touch();
        }
        if (road_parts != nullptr && !rows.postings.empty()) {
            road_parts->move_up.posting_changed();
        }
        if (!rows.commands.empty()) {
            kick_outbox();
        }
    }
    void reset() {
        const Registry* registry = centre.registry();
        if (registry != nullptr && !fleet) {
            fleet = std::make_unique<Fleet>(*registry, roads.get());
            tell_unknown_zones(*registry);
            fleet_now = fleet.get();
            fleet_read = fleet.get();
        }
        if (registry != nullptr && centre.registry_revision() != adopted_registry) {
            // Two units may have changed their vehicles since.
            fleet->adopt(*registry);
            adopted_registry = centre.registry_revision();
            if (centre.leads()) {
                kick_recall();
            }
        }
        if (road_parts != nullptr) {
            reset_roads();
        }
        if (centre.leads() && centre.term() != history_term) {
            history_term = centre.term();
            alarm_desk.begin_term();
            kick_history();
            // What is queued waits for a first commit of this term that is replicated: now, not at the next second.
            kick_replication();
        }
        hub.reset();
        kick_outbox();
    }
    void tell_unknown_zones(const Registry& registry) const {
        for (const std::string& name : zones ? zones->unknown_to(registry) : std::vector<std::string>{}) {
            EMS_LOG(warn, "zones", "{}: no station is named {}", config.zones_file, name);
        }
    }
    void reset_roads() {
        if (!centre.leads()) {
            road_parts->cover.forget();
        } else if (centre.term() != road_term) {
            road_term = centre.term();
            road_parts->desk.begin_term();
            road_parts->move_up.begin_term();
        } else {
            road_parts->move_up.posting_changed();
        }
        road_parts->cover.touch();
    }

    void look_under_way() {
        if (road_parts == nullptr) {
            return;
        }
        const Registry* registry = centre.registry();
        if (!centre.leads() || fleet == nullptr || registry == nullptr) {
            road_parts->under_way.forget();
            return;
        }
        hub.arrivals_changed(road_parts->under_way.look({centre.world(), *fleet, *registry, *roads,
                                                         road_parts->desk.revision(),
                                                         clock.utc_us()}));
    }

    void kick_outbox() {
        if (!outbox_kicked && !stopping) {
            outbox_kicked = true;
            boost::asio::co_spawn(io, turn_outbox(), must_not_throw);
        }
    }
    // Commands that wait for the standby.
    const std::set<std::string>& withheld() {
        const bool given_up_before = standby_wait.gave_up();
        const std::set<std::string>& out = standby_wait.waiting(centre.term(), centre.withheld(), clock.ticks());
        if (standby_wait.gave_up() && !given_up_before) {
            EMS_LOG(error, "outbox", "commands={} are sent though no standby holds them", centre.withheld().size());
        }
        return out;
    }
    // While commands are withheld for the standby, and one at a time.
    void kick_replication() {
        if (centre.leads() && !withheld().empty() && !asking_replication && !stopping) {
            asking_replication = true;
            boost::asio::co_spawn(io, await_replication(), must_not_throw);
        }
    }
    boost::asio::awaitable<void> await_replication() {
        auto done = co_await centre.ask_for_replication();
        if (!done) {
            EMS_LOG(warn, "outbox", "commands={} wait for the standby: {}", centre.withheld().size(), done.error().message());
        }
        asking_replication = false;
        kick_outbox();
    }
    // Beside the tick and the taking of the lead: predictions can wait for it, orders cannot.
    void kick_history() {
        if (!reading_history && !stopping) {
            reading_history = true;
            boost::asio::co_spawn(io, read_history(), must_not_throw);
        }
    }
    // Beside the taking of the lead, as above. Until it is read, units that were not heard live count from where they stand by.
    void kick_recall() {
        if (!recalling && !stopping) {
            recalling = true;
            boost::asio::co_spawn(io, recall_fleet(), must_not_throw);
        }
    }
    boost::asio::awaitable<void> recall_fleet();
    boost::asio::awaitable<void> read_history() {
        co_await centre.refresh_history();
        reading_history = false;
    }
    // What fences suggest: beside the tick, which waits for no database.
    void kick_suggestions() {
        if (!centre.leads() || fleet == nullptr || suggesting || stopping) {
            return;
        }
        std::vector<ProposalRow> seen = fences.look(centre.world(), *fleet, *centre.registry());
        if (!seen.empty()) {
            suggesting = true;
            boost::asio::co_spawn(io, suggest(std::move(seen)), must_not_throw);
        }
    }
    // Who goes instead of silent crews: beside what fences suggest, each of which is a commit. Their patients wait.
    void kick_next_units() {
        if (!centre.leads() || fleet == nullptr || proposing_next || stopping) {
            return;
        }
        std::vector<AssignmentId> silent = hub.silent_crews();
        if (!silent.empty()) {
            proposing_next = true;
            boost::asio::co_spawn(io, propose_next(std::move(silent)), must_not_throw);
        }
    }
    // Who may still be here, and which keys are past: beside the tick too, a slow database holds up no alarm.
    void kick_sessions() {
        if (!checking_sessions && !stopping) {
            checking_sessions = true;
            boost::asio::co_spawn(io, check_sessions(), must_not_throw);
        }
    }
    boost::asio::awaitable<void> check_sessions() {
        co_await hub.check_sessions();
        checking_sessions = false;
    }
    void kick_grants() {
        if (centre.leads() && !ending_grants && !stopping) {
            ending_grants = true;
            boost::asio::co_spawn(io, end_grants(), must_not_throw);
        }
    }
    boost::asio::awaitable<void> end_grants() {
        auto ended = co_await store.end_orphaned_grants();
        if (!ended) {
            EMS_LOG(warn, "console", "grants of those who left are not ended: {}", ended.error().message());
        }
        ending_grants = false;
    }
    void kick_forgetting() {
        if (!forgetting && !stopping) {
            forgetting = true;
            boost::asio::co_spawn(io, forget_keys(), must_not_throw);
        }
    }
    boost::asio::awaitable<void> forget_keys() {
        auto forgotten = co_await store.forget_keys();
        if (!forgotten) {
            EMS_LOG(warn, "keys", "cannot forget old keys: {}", forgotten.error().message());
        }
        forgetting = false;
    }
    boost::asio::awaitable<void> suggest(std::vector<ProposalRow> seen);
    boost::asio::awaitable<void> propose_next(std::vector<AssignmentId> silent);
    boost::asio::awaitable<void> turn_outbox();
    boost::asio::awaitable<void> read_caller(CallerNumbers::Wanted wanted);
    boost::asio::awaitable<void> record_turns();
    boost::asio::awaitable<void> record_sent(std::vector<std::string> ids);
    boost::asio::awaitable<void> record_expired(std::vector<std::string> ids);
    boost::asio::awaitable<void> tick();

    boost::asio::io_context& io;
    ServerConfig config;
    RegionCode region;
    CentreClock clock;
    seal::SigningKey signing_key;
    seal::DataKey data_key;
    std::optional<StationZones> zones;
    std::unique_ptr<Roads> roads;
    std::unique_ptr<Fleet> fleet;
    Fleet* fleet_now{nullptr};
    const Fleet* fleet_read{nullptr};
    std::uint64_t adopted_registry{0};   // Centre::registry_revision of what the fleet holds
    std::uint64_t road_term{0};      // whose conditions of roads are held
    std::unique_ptr<WsServer> ws;
    pg::Pool pool;
    pg::Pool load_pool;
    Store store;
    Centre centre;
    std::unique_ptr<RoadParts> road_parts;
    AlarmDesk alarm_desk;
    Verbs verbs;
    Replays replays;
    Recordings recordings;
    ConsoleHub hub;
    OutboxRelay relay;
    LiveRelay live;
    TerminalFeed terminals;
    link::MqttSession mqtt;
    ServerStatus status;
    FleetStatus fleet_status;
    boost::asio::steady_timer ticker;
    Fences fences;
    std::uint64_t history_term{0};   // with which the durations of tasks were read
    std::function<void(const Error&)> refused;
    bool reading_history{false};
    bool recalling{false};
    bool suggesting{false};
    bool proposing_next{false};
    bool asking_replication{false};
    StandbyWait standby_wait;
    bool checking_sessions{false};
    bool ending_grants{false};
    bool forgetting{false};
    bool outbox_kicked{false};
    struct ToRecord {
        std::set<std::string> sent;
        std::set<std::string> expired;
        [[nodiscard]] bool empty() const { return sent.empty() && expired.empty(); }
    };
    ToRecord to_record;       // what turns of the outbox did while an earlier one's is being recorded
    bool recording{false};
    bool stopping{false};
};

boost::asio::awaitable<void> Server::Body::suggest(std::vector<ProposalRow> seen) {
    for (const ProposalRow& row : seen) {
        Centre::Decider decide = [&row](const World& world) { return decide_proposal(world, {row, {}, "system"}); };
        auto stored = co_await centre.commit(std::move(decide));
        if (!stored) {
            EMS_LOG(warn, "fence", "unit={} not proposed: {}", row.unit.value, stored.error().message());
            fences.tell_again(row);
        }
    }
    suggesting = false;
}

boost::asio::awaitable<void> Server::Body::propose_next(std::vector<AssignmentId> silent) {
    for (const AssignmentId id : silent) {
        auto next = co_await verbs.next_unit(id);
        if (next) {
            hub.propose_next(id, *next);
        } else {
            EMS_LOG(warn, "crew", "assignment={} nobody proposed: {}", id.value, next.error().message());
        }
    }
    proposing_next = false;
}

boost::asio::awaitable<void> Server::Body::recall_fleet() {
    std::vector<LastKnown> known;
    auto lease = co_await pool.acquire();
    if (lease) {
        auto rows = co_await last_known(**lease, config.region);
        if (rows) {
            known = std::move(*rows);
        } else {
            EMS_LOG(warn, "lead", "where the fleet was is not known: {}", rows.error().message());
        }
    }
    std::vector<UnitId> units;
    for (const LastKnown& one : known) {
        fleet->recall(one, clock.utc_us(), clock.ticks());
        if (const Track* track = fleet->by_vid(one.vid)) {
            units.push_back(track->info.id);
        }
    }
    if (centre.leads() && !units.empty()) {
        hub.links_changed(units);
        hub.send_positions(units);
        if (road_parts != nullptr) {
            road_parts->cover.touch();
        }
    }
    recalling = false;
}

boost::asio::awaitable<void> Server::Body::turn_outbox() {
    outbox_kicked = false;
    if (!centre.leads()) {
        relay.callers().clear();
        co_return;
    }
    for (CallerNumbers::Wanted& wanted : relay.callers().follow(centre.world(), clock.ticks())) {
        boost::asio::co_spawn(io, read_caller(std::move(wanted)), must_not_throw);
    }
    OutboxRelay::Turn turn =
        relay.turn(centre.world(), withheld(), centre.term(), clock.ticks(), clock.utc_us());
    to_record.sent.insert(turn.first_sent.begin(), turn.first_sent.end());
    to_record.expired.insert(turn.expired.begin(), turn.expired.end());
    if (!recording && !to_record.empty()) {
        recording = true;
        boost::asio::co_spawn(io, record_turns(), must_not_throw);
    }
}

// Beside the outbox, as the recording is: a database that answers late holds up no other vehicle's orders.
boost::asio::awaitable<void> Server::Body::read_caller(CallerNumbers::Wanted wanted) {
    auto number = co_await verbs.caller_phone(wanted.incident);
    if (number) {
        relay.callers().read(wanted, std::move(*number));
    } else {
        EMS_LOG(warn, "outbox", "command={} has no caller: {}", wanted.command, number.error().message());
        if (number.error().code == Code::not_found || number.error().code == Code::seal) {
            relay.callers().read(wanted, {});
        } else {
            relay.callers().failed(wanted, clock.ticks());
        }
    }
    kick_outbox();
}

boost::asio::awaitable<void> Server::Body::record_turns() {
    while (!stopping && !to_record.empty()) {
        const ToRecord now = std::exchange(to_record, {});
        if (!now.sent.empty()) {
            co_await record_sent({now.sent.begin(), now.sent.end()});
        }
        if (!now.expired.empty()) {
            co_await record_expired({now.expired.begin(), now.expired.end()});
        }
    }
    recording = false;
}

boost::asio::awaitable<void> Server::Body::record_sent(std::vector<std::string> ids) {
    Centre::Decider decide = [&ids](const World& world) -> Result<WriteSet> {
        WriteSet out{"system", {}};
        for (const std::string& id : ids) {
            const auto row = world.commands.find(id);
            if (row != world.commands.end() && row->second.state == "queued") {
                out.operations.emplace_back(SetCommand{id, row->second.assignment, "sent", 1, ""});
            }
        }
        return out;
    };
    auto recorded = co_await centre.commit(std::move(decide));
    if (!recorded) {
        EMS_LOG(warn, "outbox", "cannot record sent: {}", recorded.error().message());
    }
}

boost::asio::awaitable<void> Server::Body::record_expired(std::vector<std::string> ids) {
    for (const std::string& id : ids) {
        Centre::Decider decide = [this, &id](const World& world) -> Result<WriteSet> {
            Result<WriteSet> writes = decide_expiry(world, id, clock.utc_us());
            if (!writes || writes->operations.empty()) {
                return writes;
            }
            // To the vehicle that the order went to, whoever drives it now.
            const CommandRow& order = world.commands.at(id);
            UnitInfo to;
            to.id = order.unit;
            to.vid = order.vid;
            for (const AssignmentId ended : ended_tasks(*writes)) {
                writes->operations.emplace_back(QueueCommand{cancel_order(to, ended, "超时未送达", clock.utc_us())});
            }
            return writes;
        };
        auto recorded = co_await centre.commit(std::move(decide));
        if (!recorded) {
            EMS_LOG(warn, "outbox", "cannot record expired: {}", recorded.error().message());
            co_return;
        }
    }
}

boost::asio::awaitable<void> Server::Body::tick() {
    for (int count = 1; !stopping; ++count) {
        ticker.expires_after(kTick);
        co_await ticker.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        if (stopping) {
            co_return;
        }
        live.tick();
        kick_outbox();
        if (count % kTicksPerAlarmCheck == 0) {
            hub.check_alarms();
        }
        if (count % kTicksPerReplication == 0) {
            kick_replication();
        }
        if (count % kTicksPerFence == 0) {
            kick_next_units();
            kick_suggestions();
            look_under_way();
        }
        if (count % kTicksPerGrants == 0) {
            kick_grants();
        }
        if (count % kTicksPerTrim == 0) {
            centre.trim(clock.utc_us());
        }
        if (count % kTicksPerSessionCheck == 0) {
            kick_sessions();
        }
        if (count % kTicksPerForget == 0 && centre.leads()) {
            kick_history();
            kick_forgetting();
        }
    }
}

Result<std::unique_ptr<Server>> Server::make(boost::asio::io_context& io, const ServerConfig& config) {
    auto region = RegionCode::parse(config.region);
    if (!region) {
        return fail(Code::config, "region is six digits");
    }
    auto signing = seal::SigningKey::load(config.pki_dir + "/command.key");
    if (!signing) {
        return Failure{signing.error()};
    }
    auto data = seal::DataKey::load(config.pki_dir + "/data.key");
    if (!data) {
        return Failure{data.error()};
    }
    EMS_TRY(link::MqttSession::check(mqtt_config(config, *region)));
    std::unique_ptr<Roads> roads;
    std::vector<map::Demand> places;
    if (!config.map_dir.empty()) {
        auto opened = open_roads(config);
        roads = std::move(opened.roads);
        places = std::move(opened.places);
    } else {
        EMS_LOG(warn, "roads", "no road graph: ranking by straight lines");
    }
    auto ws = WsServer::listen(io, ws_config(config));
    if (!ws) {
        return Failure{ws.error()};
    }
    return std::unique_ptr<Server>{new Server{std::make_unique<Body>(
        io, config, std::move(*region), std::move(*signing), std::move(*data), std::move(roads), std::move(places),
        std::move(*ws))}};
}

Server::Server(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Server::~Server() = default;

void Server::on_refused(std::function<void(const Error&)> hook) { body_->refused = std::move(hook); }

void Server::start() {
    Body& b = *body_;
    b.mqtt.start();
    b.ws->serve([&b](std::shared_ptr<WsConnection> connection) { return b.hub.serve(std::move(connection)); });
    boost::asio::co_spawn(b.io, b.centre.run(), must_not_throw);
    boost::asio::co_spawn(b.io, b.tick(), must_not_throw);
    boost::asio::co_spawn(b.io, b.terminals.run(), must_not_throw);
    boost::asio::co_spawn(b.io, b.alarm_desk.run(), must_not_throw);
    if (b.road_parts != nullptr) {
        boost::asio::co_spawn(b.io, b.road_parts->desk.run(), must_not_throw);
        boost::asio::co_spawn(b.io, b.road_parts->cover.run(), must_not_throw);
        boost::asio::co_spawn(b.io, b.road_parts->move_up.run(), must_not_throw);
    }
    b.status.start();
    EMS_LOG(info, "server", "listens on {}:{} region={} world={}", b.config.listen_host, b.ws->port(), b.config.region,
            name(b.config.world_kind));
}

void Server::stop() {
    Body& b = *body_;
    b.stopping = true;
    b.ticker.cancel();
    b.status.stop();
    b.fleet_status.stop();
    b.ws->stop();
    b.centre.stop();
    b.terminals.stop();
    b.alarm_desk.stop();
    if (b.road_parts != nullptr) {
        b.road_parts->stop();
    }
    b.mqtt.stop();
    b.hub.stop();
}

} // namespace ems::dispatch
