// ems-admin world: marks a new database as that of the real world or of a drill, for good. Repeated harmlessly; a server of the other
// world does not start on it (migration 0081).
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "dispatch/app/admin/commands.h"
#include "dispatch/app/admin/database.h"

namespace ems::admin {
namespace {

Result<void> mark(const std::string& conninfo, const std::string& kind) {
    Result<Database> database = Database::open(conninfo);
    if (!database) {
        return Failure{database.error()};
    }
    const auto marked = database->query("select dispatch.world_mark($1)", {kind});
    if (!marked) {
        return Failure{marked.error()};
    }
    const std::string& is = marked->front().front();
    if (is != kind) {
        return fail(Code::db_conflict, "the database is marked as " + is + ", and stays so; another world needs another database");
    }
    std::printf("the database is marked as %s\n", is.c_str());
    return {};
}

} // namespace

void add_world(CLI::App& app) {
    struct Arguments {
        std::string conninfo;
        std::string kind;
    };
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const verb = app.add_subcommand("world", "mark a new database as that of the real world or of a drill");
    verb->add_option("kind", arguments->kind, "real or drill")
        ->required()->check(CLI::IsMember(std::vector<std::string>{"real", "drill"}));
    verb->add_option("--conninfo", arguments->conninfo, "libpq connection string of ems_owner")
        ->required()->envname("EMS_ADMIN_CONNINFO");
    verb->callback([arguments] { must(mark(arguments->conninfo, arguments->kind)); });
}

} // namespace ems::admin
