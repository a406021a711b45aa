// ems-ctl: the console's verbs on the command line. Exit code 0 done, 1 the centre refused, 2 wrong usage or
// configuration, 3 no connection or no answer.
#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>

#include "dispatch/app/ctl/session.h"
#include "dispatch/app/ctl/verbs.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"

namespace {

using ems::ctl::Options;

ems::ConfigSpec spec_of(Options& options) {
    ems::ConfigSpec spec{"ems-ctl"};
    spec.text("server", options.server, "HOST:PORT of ems-dispatchd", &options.server);
    spec.text("ca", "", "certificate of the authority", &options.ca);
    spec.text("cert", "", "this desk's certificate", &options.cert);
    spec.text("key", "", "its key", &options.key);
    spec.text("user", "", "log-in name", &options.user);
    spec.text("password_file", "", "file whose first line is the password", &options.password_file);
    spec.text("seat", options.seat, "name of the seat", &options.seat);
    return spec;
}

// What the command line says outranks the file.
void overlay(std::string& value, const std::string& given) {
    if (!given.empty()) {
        value = given;
    }
}

Options merge(const std::string& config_file, const Options& given) {
    Options out;
    ems::ConfigSpec spec = spec_of(out);
    const char* const from_environment = std::getenv("EMS_CTL_CONFIG");
    const std::string file =
        !config_file.empty() ? config_file : (from_environment == nullptr ? "" : from_environment);
    if (const ems::Result<void> loaded = spec.load(file); !loaded) {
        throw ems::ctl::Stop{2, loaded.error().detail};
    }
    overlay(out.server, given.server);
    overlay(out.ca, given.ca);
    overlay(out.cert, given.cert);
    overlay(out.key, given.key);
    overlay(out.user, given.user);
    overlay(out.password_file, given.password_file);
    out.timeout_s = given.timeout_s;
    out.json = given.json;
    return out;
}

} // namespace

int main(int argc, char** argv) {
    ems::log::start("ems-ctl");
    // A person at a terminal wants the answer; EMS_LOG_LEVEL brings the rest back.
    if (std::getenv("EMS_LOG_LEVEL") == nullptr) {
        ems::log::set_level(ems::log::Level::error);
    }
    CLI::App app{"the dispatcher's verbs on the command line", "ems-ctl"};
    app.set_version_flag("--version", "ems-ctl " EMS_VERSION);
    Options given;
    given.server.clear();
    std::string config_file;
    app.add_option("--config", config_file, "TOML file with the options below (or EMS_CTL_CONFIG)");
    app.add_option("--server", given.server, "HOST:PORT of ems-dispatchd");
    app.add_option("--ca", given.ca, "certificate of the authority");
    app.add_option("--cert", given.cert, "this desk's certificate");
    app.add_option("--key", given.key, "its key");
    app.add_option("--user", given.user, "log-in name");
    app.add_option("--password-file", given.password_file, "file whose first line is the password");
    app.add_option("--timeout", given.timeout_s, "seconds to wait for the centre")->capture_default_str();
    app.add_flag("--json", given.json, "print JSON, one object a line");
    app.require_subcommand(1);
    app.fallthrough();
    ems::ctl::Deed chosen;
    ems::ctl::add_call(app, chosen);
    ems::ctl::add_update(app, chosen);
    ems::ctl::add_orders(app, chosen);
    ems::ctl::add_tasks(app, chosen);
    ems::ctl::add_views(app, chosen);
    ems::ctl::add_top(app, chosen);
    ems::ctl::add_replay(app, chosen);
    ems::ctl::add_recordings(app, chosen);
    ems::ctl::add_roads(app, chosen);
    try {
        app.parse(argc, argv);
        ems::ctl::Session session{merge(config_file, given)};
        chosen(session);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const ems::ctl::Stop& stop) {
        std::fprintf(stderr, "ems-ctl: %s\n", stop.what());
        return stop.exit_code;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-ctl: %s\n", error.what());
        return 1;
    }
    return 0;
}
