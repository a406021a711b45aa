// ems-admin migrate: each file of the folder once, in the order of its name, one transaction each. What was applied
// stands in registry.schema_history with its SHA-256; a file that was changed afterwards is an error, not a surprise.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

#include "dispatch/app/admin/commands.h"
#include "dispatch/app/admin/database.h"
#include "telemetry/seal/random.h"

namespace ems::admin {
namespace {

namespace fs = std::filesystem;

// Of two that start together the second waits and then finds nothing to do.
constexpr const char* kLock = "select pg_advisory_lock(1163023169)";

struct Migration {
    int version{0};
    std::string name;
    std::string sql;
    std::string sha256;
};

Result<Migration> read_migration(const fs::path& path) {
    Migration out;
    out.name = path.filename().string();
    const bool named = out.name.size() > 5 && out.name[4] == '_' &&
                       std::all_of(out.name.begin(), out.name.begin() + 4,
                                   [](unsigned char c) { return std::isdigit(c) != 0; });
    std::ifstream in{path, std::ios::binary};
    if (!named || !in) {
        return fail(Code::io, path.string() + (named ? " cannot be read" : " is not named NNNN_name.sql"));
    }
    std::ostringstream text;
    text << in.rdbuf();
    out.version = std::stoi(out.name.substr(0, 4));
    out.sql = text.str();
    out.sha256 = seal::sha256_hex(out.sql);
    return out;
}

Result<std::vector<Migration>> read_folder(const std::string& dir) {
    std::error_code error;
    std::vector<Migration> out;
    for (const auto& entry : fs::directory_iterator{dir, error}) {
        if (entry.path().extension() == ".sql") {
            Result<Migration> migration = read_migration(entry.path());
            if (!migration) {
                return Failure{migration.error()};
            }
            out.push_back(std::move(*migration));
        }
    }
    if (error || out.empty()) {
        return fail(Code::not_found, "no migrations in " + dir);
    }
    std::sort(out.begin(), out.end(),
              [](const Migration& a, const Migration& b) { return a.name < b.name; });
    const auto twin = std::adjacent_find(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return a.version == b.version;
    });
    if (twin != out.end()) {
        return fail(Code::corrupt, twin->name + " shares its number with another migration");
    }
    return out;
}

Result<std::map<int, std::string>> applied(Database& database) {
    std::map<int, std::string> out;
    const auto exists = database.query("select to_regclass('registry.schema_history') is not null");
    if (!exists) {
        return Failure{exists.error()};
    }
    if (exists->front().front() != "t") {
        return out;
    }
    const auto rows = database.query("select version, sha256 from registry.schema_history");
    if (!rows) {
        return Failure{rows.error()};
    }
    for (const Row& row : *rows) {
        out[std::stoi(row[0])] = row[1];
    }
    return out;
}

Result<void> apply(Database& database, const Migration& migration) {
    EMS_TRY(database.execute("begin"));
    EMS_TRY(database.run_script(migration.name, migration.sql));
    EMS_TRY(database.execute(
        "insert into registry.schema_history (version, name, sha256) values ($1, $2, $3)",
        {std::to_string(migration.version), migration.name, migration.sha256}));
    return database.execute("commit");
}

Result<void> migrate(const std::string& conninfo, const std::string& dir) {
    const Result<std::vector<Migration>> migrations = read_folder(dir);
    if (!migrations) {
        return Failure{migrations.error()};
    }
    Result<Database> database = Database::open(conninfo);
    if (!database) {
        return Failure{database.error()};
    }
    EMS_TRY(database->execute(kLock));
    const Result<std::map<int, std::string>> done = applied(*database);
    if (!done) {
        return Failure{done.error()};
    }
    int count = 0;
    for (const Migration& migration : *migrations) {
        const auto known = done->find(migration.version);
        if (known == done->end()) {
            EMS_TRY(apply(*database, migration));
            std::printf("applied %s\n", migration.name.c_str());
            ++count;
        } else if (known->second != migration.sha256) {
            return fail(Code::db_conflict,
                        migration.name + " was changed after it had been applied; a change is a new file");
        }
    }
    std::printf("%d applied, %zu in all\n", count, migrations->size());
    return {};
}

} // namespace

void add_migrate(CLI::App& app) {
    struct Arguments {
        std::string conninfo;
        std::string dir{"deploy/postgresql/migrations"};
    };
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const verb = app.add_subcommand("migrate", "bring the database's schema up to date");
    verb->add_option("--conninfo", arguments->conninfo, "libpq connection string of ems_owner")
        ->required()->envname("EMS_ADMIN_CONNINFO");
    verb->add_option("--dir", arguments->dir, "folder of NNNN_name.sql files")->capture_default_str();
    verb->callback([arguments] { must(migrate(arguments->conninfo, arguments->dir)); });
}

} // namespace ems::admin
