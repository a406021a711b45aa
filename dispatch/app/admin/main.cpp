// ems-admin: set-up of a centre from the command line. Exit code 0 done, 1 refused with one sentence, 2 wrong usage.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>

#include "dispatch/app/admin/commands.h"
#include "telemetry/base/log.h"

int main(int argc, char** argv) {
    ems::log::start("ems-admin");
    CLI::App app{"set-up of a centre: certificates, database, users, registry", "ems-admin"};
    app.set_version_flag("--version", "ems-admin " EMS_VERSION);
    app.require_subcommand(1);
    ems::admin::add_pki(app);
    ems::admin::add_free_ports(app);
    ems::admin::add_migrate(app);
    ems::admin::add_seed(app);
    ems::admin::add_user_verbs(app);
    ems::admin::add_world(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-admin: %s\n", error.what());
        return 1;
    }
    return 0;
}
