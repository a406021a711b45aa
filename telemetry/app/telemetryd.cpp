// ems-telemetryd: archives what vehicles send and acknowledges it after COMMIT. Runs in the
// foreground under a supervisor.
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <google/protobuf/stubs/logging.h>

#include "telemetry/app/telemetryd_status.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"
#include "telemetry/gateway/line_decoder.h"
#include "telemetry/gateway/server.h"
#include "telemetry/gateway/stream_courier.h"
#include "telemetry/gateway/text_courier.h"
#include "telemetry/ingest/ingest.h"
#include "telemetry/ingest/server_presence.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/pg/conninfo.h"
#include "telemetry/retention/keeper.h"
#include "telemetry/status/status_keys.h"
#include "telemetry/wire/topics.h"

namespace {

using namespace ems;

constexpr int kExitFailure = 1;
constexpr int kExitConfig = 2;
// Cancelled database work ends at its own deadline; a stop does not wait for it.
constexpr std::chrono::milliseconds kStopGrace{500};

struct Settings {
    std::string region;
    std::string conninfo;
    std::int64_t connect_limit_ms{0};
    std::int64_t statement_limit_ms{0};
    std::string mqtt_host;
    std::int64_t mqtt_port{0};
    std::string mqtt_client_id;
    std::string mqtt_ca;
    std::string mqtt_certificate;
    std::string mqtt_key;
    std::string jt808_address;
    std::int64_t jt808_port{0};
    std::int64_t jt808_connections{0};
    std::string jt808_key;
    retention::RetentionDays days;
    std::int64_t grace_hours{0};
    status::StatusKeys status;
    std::int64_t vehicle_messages_per_s{0};
    std::int64_t shards{0};
    std::int64_t vehicle_kib_per_s{0};
};

// 0, or long enough that a case has waited for its vehicle before the day goes.
bool may_be_kept(std::int64_t days) {
    return days == 0 || days >= retention::kDaysLeast;
}

ConfigSpec describe(Settings& s) {
    ConfigSpec spec{"ems-telemetryd"};
    spec.text("region", "140802", "region served: six digits of GB/T 2260", &s.region);
    spec.text("pg.conninfo", "host=127.0.0.1 dbname=ems user=ems_telemetry",
              "libpq connection string; several hosts are tried in order until one is a primary",
              &s.conninfo);
    spec.integer("pg.connect_limit_ms", 1000, 100, 60'000, "time for a connection, for each host",
                 &s.connect_limit_ms);
    spec.integer("pg.statement_limit_ms", 3000, 100, 60'000, "time for one statement",
                 &s.statement_limit_ms);
    spec.text("mqtt.host", "127.0.0.1", "broker's address", &s.mqtt_host);
    spec.integer("mqtt.port", 8883, 1, 65'535, "broker's TLS port", &s.mqtt_port);
    spec.text("mqtt.client_id", "srv-telemetry-a", "common name of our certificate",
              &s.mqtt_client_id);
    spec.text("mqtt.ca", "ca.crt", "file of the certificate authority", &s.mqtt_ca);
    spec.text("mqtt.certificate", "srv-telemetry-a.crt", "file of our certificate",
              &s.mqtt_certificate);
    spec.text("mqtt.key", "srv-telemetry-a.key", "file of our private key", &s.mqtt_key);
    spec.text("jt808.address", "",
              "address of the private vehicle network on which JT/T 808 terminals are awaited; "
              "empty: none are",
              &s.jt808_address);
    spec.integer("jt808.port", 6808, 1, 65'535, "TCP port of the terminals", &s.jt808_port);
    spec.integer("jt808.connections", 256, 1, 10'000, "terminals connected at once",
                 &s.jt808_connections);
    spec.text("jt808.key", "jt808.key", "file of the key behind the terminals' codes",
              &s.jt808_key);
    constexpr std::int64_t kDaysMost = 36'500;
    spec.integer("retention.position_days", 730, 0, kDaysMost,
                 "days that positions are kept beside the case archive; 0: for ever",
                 &s.days.position);
    spec.integer("retention.vitals_days", 180, 0, kDaysMost,
                 "days that vitals are kept beside the case archive; 0: for ever", &s.days.vitals);
    spec.integer("retention.wave_days", 30, 0, kDaysMost,
                 "days that waves are kept beside the case archive; 0: for ever", &s.days.wave);
    spec.integer("retention.grace_hours", 24, 1, 8760,
                 "hours between detaching a day and dropping it", &s.grace_hours);
    status::describe(spec, status::kTelemetrydPort, s.status);
    spec.integer("ingest.vehicle_messages_per_s", 60, 5, 1'000'000,
                 "messages taken of one vehicle; what is beyond comes again later",
                 &s.vehicle_messages_per_s);
    spec.integer("ingest.vehicle_kib_per_s", 512, 16, 1'000'000,
                 "the same in KiB: the vehicles' uplink.backlog_kib_s and a third more",
                 &s.vehicle_kib_per_s);
    spec.integer("ingest.shards", ingest::kShards, 1, ingest::kShardsMax,
                 "threads that decode what vehicles send; each vehicle has its own", &s.shards);
    return spec;
}

int say(int code, const std::string& sentence) {
    std::fprintf(stderr, "ems-telemetryd: %s\n", sentence.c_str());
    return code;
}

link::MqttConfig mqtt_config(const Settings& s, const RegionCode& region) {
    link::MqttConfig mqtt;
    mqtt.host = s.mqtt_host;
    mqtt.port = static_cast<std::uint16_t>(s.mqtt_port);
    mqtt.client_id = s.mqtt_client_id;
    mqtt.ca_file = s.mqtt_ca;
    mqtt.certificate_file = s.mqtt_certificate;
    mqtt.key_file = s.mqtt_key;
    mqtt.backoff = {std::chrono::milliseconds{200}, std::chrono::milliseconds{2000}};
    mqtt.subscriptions = {{wire::up_filter(region), link::Qos::at_least_once},
                          {wire::server_state_topic(region), link::Qos::at_least_once}};
    // Acknowledgements and heartbeats of a whole fleet leave in one moment.
    mqtt.pending_max = 16'384;
    return mqtt;
}

pg::Options database(const Settings& settings, const char* application) {
    return {.conninfo = settings.conninfo,
            .application = application,
            .connect_limit = std::chrono::milliseconds{settings.connect_limit_ms},
            .statement_limit = std::chrono::milliseconds{settings.statement_limit_ms}};
}

std::shared_ptr<gateway::Exchange> make_exchange(const Clock& clock, ingest::Ingest& engine,
                                                 seal::MacKey key) {
    auto exchange = std::make_shared<gateway::Exchange>(
        clock,
        [&engine](const std::string& number) {
            return engine.find_terminal(number).map([](const ingest::TerminalEntry& entry) {
                return gateway::Terminal{entry.vid, entry.plate, entry.terminal_id};
            });
        },
        std::move(key),
        [&engine](ingest::Delivery delivery, ingest::DeliveryDone done) {
            engine.deliver(std::move(delivery), std::move(done));
        });
    exchange->heard = [&engine](const VehicleId& vid) { engine.heard_by_terminal(vid); };
    return exchange;
}

gateway::ServerConfig gateway_config(const Settings& settings) {
    gateway::ServerConfig config;
    config.address = settings.jt808_address;
    config.port = static_cast<std::uint16_t>(settings.jt808_port);
    config.connections_max = static_cast<std::size_t>(settings.jt808_connections);
    return config;
}

// `terminals_key` when terminals are awaited.
int serve(const Settings& settings, const RegionCode& region, const link::MqttConfig& mqtt,
          const std::optional<seal::MacKey>& terminals_key) {
    const SystemClock clock;
    boost::asio::io_context context{1};
    TelemetrydStatus status{context.get_executor(), status::config_of(settings.status)};
    link::MqttSession* out = nullptr;
    ingest::Ingest engine{
        context.get_executor(),
        {.region = region,
         .server = settings.mqtt_client_id,
         .db = database(settings, "ems-telemetryd"),
         .limits = {.messages_per_s = static_cast<std::uint32_t>(settings.vehicle_messages_per_s),
                    .bytes_per_s = static_cast<std::uint32_t>(settings.vehicle_kib_per_s) * 1024},
         .shards = static_cast<std::size_t>(settings.shards),
         .own_signs =
             [&out, &status] {
                 return ingest::OwnSigns{out->connected(), status.lag().recent_max()};
             }},
        clock,
        [&out](const std::string& topic, std::string payload, link::Qos qos) {
            return out->publish(topic, std::move(payload), qos);
        }};
    ingest::ServerPresence presence{
        region, settings.mqtt_client_id, [&out](const std::string& topic, std::string payload) {
            static_cast<void>(out->publish(topic, std::move(payload), link::Qos::at_least_once,
                                           link::Retain::yes));
        }};
    link::MqttHandlers handlers;
    handlers.will = [&presence](std::uint64_t) { return presence.will(); };
    handlers.message = [&](link::MqttMessage&& message) {
        if (message.topic == presence.topic()) { // not answered on the library's thread
            boost::asio::post(context, [&presence, payload = std::move(message.payload)] {
                presence.heard(payload);
            });
        } else {
            engine.push(std::move(message));
        }
    };
    handlers.link = [&presence](const link::LinkChange& change) {
        if (change.up) {
            EMS_LOG(info, "telemetryd", "broker reached attempt={}", change.attempt);
            presence.link_up();
        } else {
            presence.link_down();
            EMS_LOG(warn, "telemetryd", "broker away code={} reason=\"{}\"", code_name(change.code),
                    change.reason);
        }
    };
    handlers.publish_failed = [](const link::PublishFailure& failure) {
        EMS_LOG(warn, "telemetryd", "publish failed topic={} reason_code={}", failure.topic,
                failure.reason_code);
    };
    link::MqttSession session{mqtt, handlers};
    out = &session;
    retention::Keeper keeper{
        context.get_executor(),
        {.db = {.conninfo = settings.conninfo,
                .application = "ems-telemetryd keeper",
                .connect_limit = std::chrono::milliseconds{settings.connect_limit_ms}},
         .days = settings.days,
         .grace = std::chrono::hours{settings.grace_hours}},
        clock};
    std::optional<gateway::Server> terminals;
    std::shared_ptr<gateway::Exchange> exchange;
    std::optional<gateway::TextCourier> texts;
    std::optional<gateway::StreamCourier> streams;
    if (terminals_key) {
        exchange = make_exchange(clock, engine, *terminals_key);
        terminals.emplace(context.get_executor(), gateway_config(settings), exchange);
        if (const auto started = terminals->start(); !started) {
            return say(kExitFailure, started.error().detail);
        }
        texts.emplace(context.get_executor(), database(settings, "ems-telemetryd texts"), clock,
                      *terminals, *exchange);
        texts->start();
        streams.emplace(context.get_executor(), database(settings, "ems-telemetryd streams"), clock,
                        *terminals, *exchange);
        streams->start();
        EMS_LOG(info, "telemetryd", "terminals awaited address={}:{}", settings.jt808_address,
                settings.jt808_port);
    }

    boost::asio::steady_timer grace{context};
    boost::asio::signal_set signals{context, SIGTERM, SIGINT};
    signals.async_wait([&](const boost::system::error_code& error, int number) {
        if (error) {
            return;
        }
        EMS_LOG(info, "telemetryd", "stopping signal={}", number);
        presence.leave();
        status.stop();
        if (terminals) {
            texts->stop();
            streams->stop();
            terminals->stop();
        }
        engine.stop();
        keeper.stop();
        grace.expires_after(kStopGrace);
        grace.async_wait([&context](const boost::system::error_code&) { context.stop(); });
    });
    engine.start();
    keeper.start();
    session.start();
    status.start({&engine, &session, &keeper, terminals ? &*terminals : nullptr, exchange.get()});
    EMS_LOG(info, "telemetryd", "started region={} broker={}:{}", region.str(), mqtt.host,
            mqtt.port);
    context.run();
    session.stop();
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Archives what vehicles send and acknowledges it after commit."};
    std::string config_path;
    bool check = false;
    bool print = false;
    app.add_option("--config", config_path, "configuration file (TOML)");
    app.add_flag("--check-config", check, "check the configuration and exit");
    app.add_flag("--print-config", print, "print every key with its value and meaning and exit");
    app.set_version_flag("--version", "ems-telemetryd " EMS_VERSION);
    const CLI::App* decode_jt808 = app.add_subcommand(
        "decode-jt808", "read JT/T 808 frames in hex, a line each, and print each as JSON");
    CLI11_PARSE(app, argc, argv);
    if (decode_jt808->parsed()) {
        std::ios::sync_with_stdio(false);
        return gateway::decode_lines(std::cin, std::cout);
    }

    Settings settings;
    ConfigSpec spec = describe(settings);
    if (const auto loaded = spec.load(config_path); !loaded) {
        return say(kExitConfig, loaded.error().detail);
    }
    const auto region = RegionCode::parse(settings.region);
    if (!region) {
        return say(kExitConfig, "region: " + settings.region + " is not six digits");
    }
    if (const auto hosts = pg::split_hosts(settings.conninfo, "ems-telemetryd"); !hosts) {
        return say(kExitConfig, "pg.conninfo: " + hosts.error().detail);
    }
    if (!may_be_kept(settings.days.position) || !may_be_kept(settings.days.vitals) ||
        !may_be_kept(settings.days.wave)) {
        return say(kExitConfig, "retention: days are 0 (for ever) or at least " +
                                    std::to_string(retention::kDaysLeast));
    }
    if (const auto usable = status::check(status::config_of(settings.status)); !usable) {
        return say(kExitConfig, usable.error().detail);
    }
    if (print) {
        std::fputs(spec.print().c_str(), stdout);
        return 0;
    }
    if (check) {
        return 0;
    }
    const link::MqttConfig mqtt = mqtt_config(settings, *region);
    if (const auto usable = link::MqttSession::check(mqtt); !usable) {
        return say(kExitFailure, usable.error().detail);
    }
    std::optional<seal::MacKey> terminals_key;
    if (!settings.jt808_address.empty()) {
        auto key = seal::MacKey::load(settings.jt808_key);
        if (!key) {
            return say(kExitFailure, key.error().detail);
        }
        terminals_key = std::move(*key);
    }
    log::start("ems-telemetryd");
    // Bad input is counted and sampled by us; the library would write a line for every bad byte
    // that arrives.
    google::protobuf::SetLogHandler(nullptr);
    return serve(settings, *region, mqtt, terminals_key);
}
