// ems-mediad: relays cameras to the consoles entitled to see them and records what they send. Runs
// in the foreground under a supervisor.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "telemetry/app/mediad_status.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"
#include "telemetry/media/service.h"
#include "telemetry/pg/conninfo.h"
#include "telemetry/status/status_keys.h"

namespace {

using namespace ems;

constexpr int kExitFailure = 1;
constexpr int kExitConfig = 2;

struct Settings {
    std::string region;
    std::string conninfo;
    std::int64_t statement_limit_ms{0};
    std::string mqtt_host;
    std::int64_t mqtt_port{0};
    std::string mqtt_client_id;
    std::string mqtt_ca;
    std::string mqtt_certificate;
    std::string mqtt_key;
    std::string data_key;
    std::string address;
    std::string host;
    std::int64_t port{0};
    std::int64_t tls_port{0};
    std::int64_t tls_port_told{0};
    std::string crl;
    std::string camera;
    std::string jt1078_address;
    std::string jt1078_host;
    std::int64_t jt1078_port{0};
    std::int64_t bitrate_kbit{0};
    std::int64_t session_s{0};
    std::string record_dir;
    std::int64_t segment_s{0};
    media::RecordingLimits record_limits;
    status::StatusKeys status;
};

ConfigSpec describe(Settings& s) {
    ConfigSpec spec{"ems-mediad"};
    spec.text("region", "140802", "region served: six digits of GB/T 2260", &s.region);
    spec.text("pg.conninfo", "host=127.0.0.1 dbname=ems user=ems_media",
              "libpq connection string; several hosts are tried in order until one is a primary",
              &s.conninfo);
    spec.integer("pg.statement_limit_ms", 1000, 100, 60'000, "time for one statement",
                 &s.statement_limit_ms);
    spec.text("mqtt.host", "127.0.0.1", "broker's address", &s.mqtt_host);
    spec.integer("mqtt.port", 8883, 1, 65'535, "broker's TLS port", &s.mqtt_port);
    spec.text("mqtt.client_id", "srv-media-a", "common name of our certificate", &s.mqtt_client_id);
    spec.text("mqtt.ca", "ca.crt", "file of the certificate authority", &s.mqtt_ca);
    spec.text("mqtt.certificate", "srv-media-a.crt", "file of our certificate",
              &s.mqtt_certificate);
    spec.text("mqtt.key", "srv-media-a.key", "file of our private key", &s.mqtt_key);
    spec.text("data_key", "data.key", "file of the key that grants are sealed with", &s.data_key);
    spec.text("media.address", "127.0.0.1", "address the UDP socket is bound to", &s.address);
    spec.text("media.host", "127.0.0.1", "address told to vehicles and consoles", &s.host);
    spec.integer("media.port", 5004, 1, 65'535, "UDP port", &s.port);
    spec.integer("media.tls_port", 0, 0, 65'535,
                 "TCP port on media.address for what vehicles kept on board during an outage, and "
                 "for vehicles and consoles that UDP does not reach; 0: none",
                 &s.tls_port);
    spec.integer("media.tls_port_told", 0, 0, 65'535,
                 "port told to them where another machine forwards to it; 0: media.tls_port",
                 &s.tls_port_told);
    spec.text("media.crl", "",
              "file of revoked certificates, read again when it changes; empty: none", &s.crl);
    spec.text("jt1078.address", "",
              "address of the private vehicle network where terminals' JT/T 1078 streams are taken; "
              "empty: no terminal is asked for one",
              &s.jt1078_address);
    spec.integer("jt1078.port", 1078, 1, 65'535, "TCP port of these streams", &s.jt1078_port);
    spec.text("jt1078.host", "127.0.0.1", "address told to terminals", &s.jt1078_host);
    spec.text("camera.name", "cabin",
              "camera of a vehicle whose program is too old to name its cameras", &s.camera);
    spec.integer("camera.bitrate_kbit", 4000, 100, 8000,
                 "most asked of each camera; what it sends by itself is cameras.NAME.kbit of its "
                 "vehicle, 600 at 640x360",
                 &s.bitrate_kbit);
    spec.integer("camera.session_s", 1800, 120, 7200, "lifetime of a camera's keys", &s.session_s);
    spec.text("record.dir", "", "folder of the recordings; empty: nothing is recorded",
              &s.record_dir);
    spec.integer("record.segment_s", 8, 1, 60, "length of a file, cut at the next key frame",
                 &s.segment_s);
    spec.integer("record.days", 90, 0, 36'500,
                 "recordings of no incident older than this go; 0: they stay",
                 &s.record_limits.days);
    spec.integer("record.incident_days", 730, 0, 36'500, "likewise, of an incident",
                 &s.record_limits.incident_days);
    spec.integer("record.mib", 0, 0, 1'000'000'000,
                 "room of all recordings, else the oldest go; 0: no bound", &s.record_limits.mib);
    spec.integer("record.free_mib", 2048, 0, 1'000'000'000,
                 "what their disk keeps free, else the oldest go; 0: nothing",
                 &s.record_limits.free_mib);
    status::describe(spec, status::kMediadPort, s.status);
    return spec;
}

int say(int code, const std::string& sentence) {
    std::fprintf(stderr, "ems-mediad: %s\n", sentence.c_str());
    return code;
}

media::ServiceOptions options_of(const Settings& s, const RegionCode& region) {
    media::ServiceOptions options;
    options.region = region;
    options.server = s.mqtt_client_id;
    options.bind_address = s.address;
    options.host = s.host;
    options.port = static_cast<std::uint16_t>(s.port);
    options.tls_port = static_cast<std::uint16_t>(s.tls_port);
    options.tls_port_told = static_cast<std::uint16_t>(s.tls_port_told);
    options.tls_files = {s.mqtt_ca, s.crl, s.mqtt_certificate, s.mqtt_key};
    options.camera = s.camera;
    options.terminals.address = s.jt1078_address;
    options.terminals.port = static_cast<std::uint16_t>(s.jt1078_port);
    options.terminals_host = s.jt1078_host;
    options.bitrate_kbit = static_cast<std::uint32_t>(s.bitrate_kbit);
    options.plan.lifetime = std::chrono::seconds{s.session_s};
    options.record_dir = s.record_dir;
    options.segment_s = s.segment_s;
    options.record_limits = s.record_limits;
    options.db.conninfo = s.conninfo;
    options.db.application = "ems-mediad";
    options.db.statement_limit = std::chrono::milliseconds{s.statement_limit_ms};
    options.mqtt.host = s.mqtt_host;
    options.mqtt.port = static_cast<std::uint16_t>(s.mqtt_port);
    options.mqtt.client_id = s.mqtt_client_id;
    options.mqtt.ca_file = s.mqtt_ca;
    options.mqtt.certificate_file = s.mqtt_certificate;
    options.mqtt.key_file = s.mqtt_key;
    options.mqtt.backoff = {std::chrono::milliseconds{200}, std::chrono::milliseconds{2000}};
    return options;
}

int serve(const media::ServiceOptions& options, const seal::DataKey& key,
          const status::StatusConfig& status_config) {
    boost::asio::io_context context{1};
    media::Service service{context, options, key};
    MediadStatus status{context.get_executor(), status_config, service};
    if (const auto started = service.start(); !started) {
        return say(kExitFailure, started.error().detail);
    }
    boost::asio::signal_set signals{context, SIGTERM, SIGINT};
    status.start();
    signals.async_wait([&service, &status](const boost::system::error_code& error, int number) {
        if (!error) {
            EMS_LOG(info, "mediad", "stopping signal={}", number);
            status.stop();
            service.stop();
        }
    });
    EMS_LOG(info, "mediad", "started region={} udp={}:{} broker={}:{}", options.region.str(),
            options.bind_address, options.port, options.mqtt.host, options.mqtt.port);
    context.run();
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Relays cameras to the consoles entitled to see them and records what they send."};
    std::string config_path;
    bool check = false;
    bool print = false;
    app.add_option("--config", config_path, "configuration file (TOML)");
    app.add_flag("--check-config", check, "check the configuration and exit");
    app.add_flag("--print-config", print, "print every key with its value and meaning and exit");
    app.set_version_flag("--version", "ems-mediad " EMS_VERSION);
    CLI11_PARSE(app, argc, argv);

    Settings settings;
    ConfigSpec spec = describe(settings);
    if (const auto loaded = spec.load(config_path); !loaded) {
        return say(kExitConfig, loaded.error().detail);
    }
    const auto region = RegionCode::parse(settings.region);
    if (!region) {
        return say(kExitConfig, "region: " + settings.region + " is not six digits");
    }
    if (!VehicleId::parse(settings.camera)) {
        return say(kExitConfig, "camera.name: only a-z, 0-9 and - are allowed");
    }
    if (settings.jt1078_host.empty() || settings.jt1078_host.size() > 255) {
        return say(kExitConfig, "jt1078.host: 1 to 255 characters");
    }
    if (const auto hosts = pg::split_hosts(settings.conninfo, "ems-mediad"); !hosts) {
        return say(kExitConfig, "pg.conninfo: " + hosts.error().detail);
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
    const media::ServiceOptions options = options_of(settings, *region);
    if (const auto usable = link::MqttSession::check(options.mqtt); !usable) {
        return say(kExitFailure, usable.error().detail);
    }
    const auto key = seal::DataKey::load(settings.data_key);
    if (!key) {
        return say(kExitFailure, key.error().detail);
    }
    log::start("ems-mediad");
    return serve(options, *key, status::config_of(settings.status));
}
