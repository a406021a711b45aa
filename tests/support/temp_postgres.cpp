#include "tests/support/temp_postgres.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "telemetry/base/assert.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"

namespace ems::test {
namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Rows = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection connect(const std::string& conninfo) {
    Connection connection{PQconnectdb(conninfo.c_str()), &PQfinish};
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        std::fprintf(stderr, "%s\n", PQerrorMessage(connection.get()));
        EMS_ASSERT(!"test database does not answer");
    }
    return connection;
}

Rows query(PGconn* connection, const std::string& sql) {
    Rows rows{PQexec(connection, sql.c_str()), &PQclear};
    const ExecStatusType status = PQresultStatus(rows.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        std::fprintf(stderr, "%s\nin: %.300s\n", PQerrorMessage(connection), sql.c_str());
        EMS_ASSERT(!"statement failed in the test database");
    }
    return rows;
}

void cluster(const std::vector<std::string>& arguments) {
    std::vector<std::string> argv{source_path("deploy/postgresql/cluster")};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    std::string output;
    if (run(argv, &output) != 0) {
        std::fprintf(stderr, "%s\n", output.c_str());
        EMS_ASSERT(!"deploy/postgresql/cluster failed");
    }
}

std::string read(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<std::filesystem::path> migrations() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator{source_path("deploy/postgresql/migrations")}) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

void copy_tree(const std::filesystem::path& from, const std::filesystem::path& to) {
    // Owners stay (the data folder is the server's). Looking for holes would cost more than writing
    // them.
    std::string output;
    if (run({"cp", "-a", "--sparse=never", from.string(), to.string()}, &output) != 0) {
        std::fprintf(stderr, "%s\n", output.c_str());
        EMS_ASSERT(!"the test database could not be copied");
    }
}

// Making a cluster and applying every migration takes seconds, copying one a moment: the first test
// of a build makes it, the others copy. Its name tells what it was made of.
std::filesystem::path template_cluster() {
    std::string made_of = read(source_path("deploy/postgresql/cluster"));
    for (const auto& file : migrations()) {
        made_of += file.filename().string() + read(file);
    }
    std::ostringstream name;
    name << std::hex << std::hash<std::string>{}(made_of);
    const std::filesystem::path all = build_path("test-postgres");
    std::filesystem::create_directories(all);
    const std::filesystem::path made = all / name.str();

    const std::string lock_file = (all / "lock").string();
    const int lock = open(lock_file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    EMS_ASSERT(lock >= 0 && flock(lock, LOCK_EX) == 0);
    if (!std::filesystem::exists(made)) {
        const std::filesystem::path making = all / "making";
        for (const auto& entry : std::filesystem::directory_iterator{all}) {
            if (entry.path() != lock_file) {
                std::filesystem::remove_all(entry.path());
            }
        }
        const std::uint16_t port = free_port();
        cluster({"init", making.string(), std::to_string(port)});
        std::ofstream{making / "data/postgresql.conf", std::ios::app} << "fsync = off\n";
        cluster({"start", making.string()});
        const Connection connection =
            connect("host=127.0.0.1 port=" + std::to_string(port) +
                    " dbname=ems user=ems_owner passfile=" + (making / "pgpass").string());
        for (const auto& file : migrations()) {
            query(connection.get(), "begin;" + read(file) + ";commit;");
        }
        cluster({"stop", making.string()});
        std::filesystem::rename(making, made);
    }
    close(lock);
    return made;
}

} // namespace

TempPostgres::TempPostgres() : port_(free_port()) {
    const std::filesystem::path dir = dir_.path() / "pg";
    copy_tree(template_cluster(), dir);
    std::ofstream{dir / "data/postgresql.conf", std::ios::app} << "port = " << port_ << "\n";
    std::ofstream{dir / "port"} << port_ << "\n";
    cluster({"start", dir.string()});
}

TempPostgres::~TempPostgres() {
    std::string output;
    run({source_path("deploy/postgresql/cluster"), "stop", (dir_.path() / "pg").string()}, &output);
}

std::string TempPostgres::conninfo(const std::string& role) const {
    return "host=127.0.0.1 port=" + std::to_string(port_) + " dbname=ems user=" + role +
           " passfile=" + (dir_.path() / "pg/pgpass").string();
}

void TempPostgres::execute(const std::string& sql, const std::string& role) const {
    const Connection connection = connect(conninfo(role));
    query(connection.get(), sql);
}

std::vector<std::string> TempPostgres::column(const std::string& sql) const {
    const Connection connection = connect(conninfo("ems_owner"));
    const Rows rows = query(connection.get(), sql);
    std::vector<std::string> out;
    for (int row = 0; row < PQntuples(rows.get()); ++row) {
        out.emplace_back(PQgetvalue(rows.get(), row, 0));
    }
    return out;
}

std::string TempPostgres::value(const std::string& sql) const {
    const std::vector<std::string> values = column(sql);
    EMS_ASSERT(!values.empty());
    return values.front();
}

void TempPostgres::crash() const {
    std::ifstream in{(dir_.path() / "pg/data/postmaster.pid").string()};
    pid_t pid = 0;
    in >> pid;
    EMS_ASSERT(pid > 1);
    std::vector<pid_t> processes{pid};
    const std::string id = std::to_string(pid);
    std::ifstream listed{"/proc/" + id + "/task/" + id + "/children"};
    for (pid_t child = 0; listed >> child;) {
        processes.push_back(child);
    }
    for (const pid_t process : processes) {
        kill(process, SIGKILL);
    }
    const auto gone = [](pid_t process) { return kill(process, 0) != 0; };
    eventually([&] { return std::all_of(processes.begin(), processes.end(), gone); },
               std::chrono::seconds{10});
}

void TempPostgres::start() const {
    cluster({"start", (dir_.path() / "pg").string()});
}

} // namespace ems::test
