#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "dispatch/app/admin/commands.h"
#include "dispatch/app/admin/database.h"
#include "telemetry/base/secret.h"
#include "telemetry/seal/password.h"

namespace ems::admin {
namespace {

struct Arguments {
    std::string conninfo;
    std::string name;
    std::string role;
    std::string display;
    std::string password_file;
    bool password_stdin{false};
};
using Shared = std::shared_ptr<Arguments>;

Database open(const Arguments& arguments) {
    Result<Database> database = Database::open(arguments.conninfo);
    if (!database) {
        throw Refusal{database.error().detail};
    }
    return std::move(*database);
}

// The first line. Never an argument: those can be read by every process of the machine.
Secret<std::string> read_password(const Arguments& arguments) {
    std::string line;
    if (arguments.password_stdin) {
        std::getline(std::cin, line);
    } else {
        std::ifstream in{arguments.password_file};
        if (!in) {
            throw Refusal{"cannot read the password file " + arguments.password_file};
        }
        std::getline(in, line);
    }
    return Secret<std::string>{std::move(line)};
}

std::string hash(const Arguments& arguments) {
    if (arguments.password_file.empty() && !arguments.password_stdin) {
        throw Refusal{"give the password by --password-file or --password-stdin"};
    }
    const Result<std::string> made = seal::hash_password(read_password(arguments).reveal());
    if (!made) {
        throw Refusal{made.error().detail};
    }
    return *made;
}

std::size_t changed(Database& database, const std::string& sql, const std::vector<std::string>& values) {
    const auto rows = database.query(sql, values);
    if (!rows) {
        throw Refusal{rows.error().detail};
    }
    return rows->size();
}

// Whose right ends watches and speaks no longer either: of each row ems-mediad is told when the statement is committed. Two
// more parts of a WITH that has $1, the user's name; of no row where `when` does not hold.
std::string and_grants_end(const std::string& when) {
    std::string out;
    for (const std::string table : {"viewer_grant", "voice_grant"}) {
        out += ", of_" + table + " as (update media." + table +
               " set revoked_at = clock_timestamp() where user_name = $1 and revoked_at is null and " + when + ")";
    }
    return out;
}

// Each change and its row of audit are one statement, so one transaction.
//
// Repeating it with the same name changes role, display name and password: set-up scripts run more than once. A user whose
// role stays goes on watching; the former role is what the statement still sees.
void add_user(const Arguments& arguments) {
    const std::string hashed = hash(arguments);
    Database database = open(arguments);
    changed(database,
            "with u as (insert into dispatch.app_user (name, display_name, role, password_hash) "
            "values ($1, $2, $3, $4) on conflict (name) do update set display_name = excluded.display_name, "
            "role = excluded.role, password_hash = excluded.password_hash returning id)" +
                and_grants_end("exists (select from dispatch.app_user where name = $1 and role <> $3)") +
                " select dispatch.audit_add('ems-admin', 'user_add', null, 'user=' || $1 || ' role=' || $3) from u",
            {arguments.name, arguments.display.empty() ? arguments.name : arguments.display,
             arguments.role, hashed});
}

void change_password(const Arguments& arguments) {
    const std::string hashed = hash(arguments);
    Database database = open(arguments);
    if (changed(database,
                "with u as (update dispatch.app_user set password_hash = $2 where name = $1 returning id), "
                "s as (update dispatch.session set revoked_at = now() "
                "where user_id in (select id from u) and revoked_at is null)" + and_grants_end("true") +
                    " select dispatch.audit_add('ems-admin', 'user_passwd', null, 'user=' || $1) from u",
                {arguments.name, hashed}) == 0) {
        throw Refusal{"no user " + arguments.name};
    }
}

void set_lock(const Arguments& arguments, const std::string& locked) {
    Database database = open(arguments);
    if (changed(database,
                "with u as (update dispatch.app_user set locked = $2::boolean where name = $1 returning id), "
                "s as (update dispatch.session set revoked_at = now() "
                "where user_id in (select id from u) and revoked_at is null and $2::boolean)" +
                    and_grants_end("$2::boolean") +
                    " select dispatch.audit_add('ems-admin', case when $2::boolean then 'user_lock' else 'user_unlock' end, "
                "null, 'user=' || $1) from u",
                {arguments.name, locked}) == 0) {
        throw Refusal{"no user " + arguments.name};
    }
}

void list(const Arguments& arguments) {
    Database database = open(arguments);
    const auto rows = database.query(
        "select name, role, case when locked then 'locked' else 'open' end, display_name "
        "from dispatch.app_user order by name");
    if (!rows) {
        throw Refusal{rows.error().detail};
    }
    for (const Row& row : *rows) {
        std::printf("%-16s %-16s %-7s %s\n", row[0].c_str(), row[1].c_str(), row[2].c_str(),
                    row[3].c_str());
    }
}

CLI::App* add_verb(CLI::App& parent, const Shared& arguments, const char* name, const char* meaning) {
    CLI::App* const verb = parent.add_subcommand(name, meaning);
    verb->add_option("--conninfo", arguments->conninfo, "libpq connection string of ems_owner")
        ->required()->envname("EMS_ADMIN_CONNINFO");
    return verb;
}

void add_password_options(CLI::App& verb, const Shared& arguments) {
    auto* const file =
        verb.add_option("--password-file", arguments->password_file, "file whose first line is the password");
    verb.add_flag("--password-stdin", arguments->password_stdin, "read the password from standard input")
        ->excludes(file);
}

} // namespace

void add_user_verbs(CLI::App& app) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const user = app.add_subcommand("user", "people who may log in");
    user->require_subcommand(1);

    CLI::App* const add = add_verb(*user, arguments, "add", "add a user, or change one of that name");
    add->add_option("--name", arguments->name, "log-in name")->required();
    add->add_option("--role", arguments->role, "role")->required()->check(CLI::IsMember(
        std::vector<std::string>{"dispatcher", "physician", "hospital_viewer", "admin", "auditor"}));
    add->add_option("--display", arguments->display, "name shown on screens");
    add_password_options(*add, arguments);
    add->callback([arguments] { add_user(*arguments); });

    CLI::App* const passwd = add_verb(*user, arguments, "passwd", "set a password; ends the user's sessions");
    passwd->add_option("--name", arguments->name, "log-in name")->required();
    add_password_options(*passwd, arguments);
    passwd->callback([arguments] { change_password(*arguments); });

    CLI::App* const lock = add_verb(*user, arguments, "lock", "forbid log-in and end the user's sessions");
    lock->add_option("--name", arguments->name, "log-in name")->required();
    lock->callback([arguments] { set_lock(*arguments, "true"); });

    CLI::App* const unlock = add_verb(*user, arguments, "unlock", "allow log-in again");
    unlock->add_option("--name", arguments->name, "log-in name")->required();
    unlock->callback([arguments] { set_lock(*arguments, "false"); });

    add_verb(*user, arguments, "list", "list the users")->callback([arguments] { list(*arguments); });
}

} // namespace ems::admin
