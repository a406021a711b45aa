// ems-dispatchd: calls, units, orders and console sessions of one region. Exit code 0 stopped, 1 refused to start with
// one sentence, 2 wrong usage or configuration.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "dispatch/service/server.h"
#include "dispatch/service/station_zones.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"
#include "telemetry/status/status_keys.h"

namespace {

struct Settings {
    ems::dispatch::ServerConfig server;
    bool drill{false};
    std::int64_t listen_port{0};
    std::int64_t mqtt_port{0};
    ems::status::StatusKeys status;
};

ems::ConfigSpec spec_of(Settings& s) {
    ems::ConfigSpec spec{"ems-dispatchd"};
    spec.text("region", "140802", "six-digit county code", &s.server.region);
    spec.flag("drill", false, "a world for training: every desk is framed as one and every order says so; its database, broker "
              "and keys are no other world's", &s.drill);
    spec.text("listen.host", "127.0.0.1", "address for consoles", &s.server.listen_host);
    spec.integer("listen.port", 8443, 1, 65535, "port for consoles", &s.listen_port);
    spec.text("pki.dir", "pki", "folder of ca.crt, ca.crl, <name>.crt, <name>.key, command.key, data.key",
              &s.server.pki_dir);
    spec.text("pki.name", "srv-dispatch-a", "CN of this server; client id at the broker", &s.server.pki_name);
    spec.text("pg.conninfo", "host=127.0.0.1 dbname=ems user=ems_dispatch", "PostgreSQL; several hosts allowed",
              &s.server.pg_conninfo);
    spec.text("mqtt.host", "127.0.0.1", "broker's host", &s.server.mqtt_host);
    spec.integer("mqtt.port", 8883, 1, 65535, "broker's port", &s.mqtt_port);
    spec.text("map.dir", "", "folder of roads.graph; empty: rank by straight lines", &s.server.map_dir);
    spec.text("map.population", "", "census for the coverage, CSV name,within,population; empty: what the map says",
              &s.server.population_file);
    spec.text("map.zones", "", "zones of the stations, GeoJSON as of ems-map zones --json; empty: by road time",
              &s.server.zones_file);
    spec.text("record.dir", "", "folder of ems-mediad's recordings; empty: consoles cannot read them", &s.server.record_dir);
    ems::status::describe(spec, ems::status::kDispatchdPort, s.status);
    return spec;
}

int refuse(const ems::Error& error, int code) {
    std::fprintf(stderr, "ems-dispatchd: %s\n", (error.detail.empty() ? error.message() : error.detail).c_str());
    return code;
}

// Longer than a console's farewell may take, shorter than what a supervisor waits.
constexpr std::chrono::milliseconds kStopPatience{1500};

int serve(const ems::dispatch::ServerConfig& config) {
    boost::asio::io_context io;
    auto server = ems::dispatch::Server::make(io, config);
    if (!server) {
        return refuse(server.error(), 1);
    }
    boost::asio::signal_set signals{io, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code error, int) {
        if (!error) {
            io.stop();
        }
    });
    std::optional<ems::Error> refused;
    (*server)->on_refused([&](const ems::Error& error) {
        refused = error;
        io.stop();
    });
    (*server)->start();
    io.run();
    EMS_LOG(info, "server", "stops");
    (*server)->stop();
    io.restart();
    io.run_for(kStopPatience);
    if (!io.stopped()) {
        // A frozen desk or a hung database still holds coroutines that refer to the server. They are left to their peers'
        // time-outs: taking the server down around them is not safe, and nothing of it needs saving.
        EMS_LOG(warn, "server", "leaves what does not end by itself");
        const int code = refused ? refuse(*refused, 1) : 0;
        std::fflush(nullptr);
        std::quick_exit(code);
    }
    return refused ? refuse(*refused, 1) : 0;
}

} // namespace

int main(int argc, char** argv) {
    ems::log::start("ems-dispatchd");
    CLI::App app{"calls, units, orders and console sessions of one region", "ems-dispatchd"};
    app.set_version_flag("--version", "ems-dispatchd " EMS_VERSION);
    std::string file;
    bool check = false;
    bool print = false;
    app.add_option("--config", file, "TOML file");
    app.add_flag("--check-config", check, "read the configuration and leave");
    app.add_flag("--print-config", print, "print all keys with their values and meanings");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        Settings settings;
        ems::ConfigSpec spec = spec_of(settings);
        if (auto loaded = spec.load(file); !loaded) {
            return refuse(loaded.error(), 2);
        }
        settings.server.status = ems::status::config_of(settings.status);
        settings.server.version = EMS_VERSION;
        settings.server.world_kind = settings.drill ? ems::dispatch::WorldKind::drill : ems::dispatch::WorldKind::real;
        if (auto usable = ems::status::check(settings.server.status); !usable) {
            return refuse(usable.error(), 2);
        }
        if (print) {
            std::fputs(spec.print().c_str(), stdout);
        }
        // The server itself goes on without them: here is where a bad file is refused.
        if (const std::string& zones = settings.server.zones_file; check && !zones.empty()) {
            if (auto read = ems::dispatch::StationZones::read(zones); !read) {
                return refuse(read.error(), 2);
            }
        }
        if (check || print) {
            return 0;
        }
        settings.server.listen_port = static_cast<std::uint16_t>(settings.listen_port);
        settings.server.mqtt_port = static_cast<std::uint16_t>(settings.mqtt_port);
        return serve(settings.server);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-dispatchd: %s\n", error.what());
        return 1;
    }
}
