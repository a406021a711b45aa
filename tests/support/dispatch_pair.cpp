#include "tests/support/dispatch_pair.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <variant>

#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "tests/support/free_port.h"

namespace ems::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPassword = "correct horse";
constexpr std::array<const char*, 2> kNames{"srv-dispatch-a", "srv-dispatch-b"};

std::vector<std::string> certificates(int vehicles) {
    std::vector<std::string> names{kNames[0], kNames[1], "desk-1"};
    for (int i = 1; i <= vehicles; ++i) {
        names.push_back(fmt::format("amb-{}", i));
    }
    return names;
}

} // namespace

DispatchPair::DispatchPair(int vehicles, int voice_units)
    : broker_(certificates(std::min(vehicles, 4))) {
    database_.execute(
        fmt::format("insert into registry.region (code, name) values ('140802', 'Yanhu');"
                    "insert into registry.station (region, name, place) values ('140802', 'S1', "
                    "st_point(110.90, 35.10)::geography);"
                    "insert into registry.hospital (region, name, place) values ('140802', 'H', "
                    "st_point(110.99, 35.03)::geography);"
                    "insert into registry.vehicle (vid, region) select 'amb-' || n, '140802' from "
                    "generate_series(1, {0}) n;"
                    "insert into registry.unit (name, station_id, vid) select 'U' || n, 1, 'amb-' "
                    "|| n from generate_series(1, {0}) n;"
                    "insert into registry.unit (name, station_id) select 'V' || n, 1 from "
                    "generate_series(1, {1}) n",
                    vehicles, voice_units));
    std::ofstream{path("password")} << kPassword;
    std::filesystem::permissions(path("password"), std::filesystem::perms::owner_read |
                                                       std::filesystem::perms::owner_write);
    std::string output;
    EMS_ASSERT(run({program("ems-admin"), "user", "add", "--conninfo",
                    database_.conninfo("ems_owner"), "--name", "desk", "--role", "dispatcher",
                    "--display", "desk", "--password-file", path("password")},
                   &output) == 0);
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        ports_[i] = free_port();
        std::ofstream{path(fmt::format("{}.toml", i))}
            << "region = \"140802\"\n[listen]\nport = " << ports_[i] << "\n[pki]\ndir = \""
            << broker_.pki_dir() << "\"\nname = \"" << kNames[i] << "\"\n[pg]\nconninfo = \""
            << database_.conninfo("ems_dispatch") << "\"\n[mqtt]\nport = " << broker_.port()
            << "\n[status]\nport = " << free_port() << "\n";
    }
}

void DispatchPair::start(std::size_t server) {
    const std::string config = path(fmt::format("{}.toml", server));
    if (!mapped_.at(server) && std::filesystem::exists(path("map") + "/roads.graph")) {
        std::ofstream{config, std::ios::app} << "[map]\ndir = \"" << path("map") << "\"\n";
        mapped_.at(server) = true;
    }
    processes_.at(server) = std::make_unique<ChildProcess>(
        std::vector<std::string>{program("ems-dispatchd"), "--config", config},
        ChildProcess::Options{path(fmt::format("{}.log", server)), {}});
}

void DispatchPair::kill(std::size_t server) {
    processes_.at(server)->signal(SIGKILL);
    EMS_ASSERT(processes_.at(server)->wait_exit(10s));
}

std::size_t DispatchPair::leader() const {
    return database_.value("select holder from dispatch.leader") == kNames[1] ? 1 : 0;
}

std::uint64_t DispatchPair::term() const {
    return std::stoull(database_.value("select term from dispatch.leader"));
}

bool DispatchPair::locked() const {
    return database_.value("select count(*) from pg_locks where locktype = 'advisory' and classid "
                           "= 120 and granted") != "0";
}

std::unique_ptr<client::Client> DispatchPair::desk(std::size_t first) const {
    client::ClientConfig config;
    config.servers = {fmt::format("127.0.0.1:{}", ports_.at(first)),
                      fmt::format("127.0.0.1:{}", ports_.at(1 - first))};
    config.ca_file = broker_.ca();
    config.certificate_file = broker_.certificate("desk-1");
    config.key_file = broker_.key("desk-1");
    auto out = std::make_unique<client::Client>(config, [] {});
    out->log_in("desk", Secret<std::string>{kPassword});
    return out;
}

Result<api::ServerFrame> DispatchPair::ask(client::Client& desk, const api::ClientFrame& frame,
                                           std::chrono::milliseconds limit) {
    const client::RequestId request = desk.send(frame, limit);
    const auto end = std::chrono::steady_clock::now() + limit + 1s;
    while (std::chrono::steady_clock::now() < end) {
        desk.wait(50ms);
        for (client::Event& event : desk.drain()) {
            if (auto* reply = std::get_if<client::ReplyArrived>(&event);
                reply != nullptr && reply->request == request) {
                return std::move(reply->frame);
            }
        }
    }
    return fail(Code::timeout, "no reply");
}

std::string DispatchPair::log(std::size_t server) const {
    std::ifstream in{path(fmt::format("{}.log", server))};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

} // namespace ems::test
