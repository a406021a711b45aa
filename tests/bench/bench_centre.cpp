#include "tests/bench/bench_centre.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "tests/support/free_port.h"

namespace ems::bench {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPassword = "correct horse";

std::vector<std::string> certificates(std::size_t vehicles) {
    std::vector<std::string> names = vehicle_names(vehicles);
    names.insert(names.end(), {"srv-telemetry-a", "srv-dispatch-a", "desk-1", BenchCentre::kFleet});
    return names;
}

} // namespace

std::vector<std::string> vehicle_names(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i) {
        names.push_back(fmt::format("amb-{:04}", i));
    }
    return names;
}

BenchCentre::BenchCentre(std::size_t vehicles, std::size_t with_certificate)
    : broker_(certificates(with_certificate)), desk_port_(test::free_port()) {
    database_.execute(
        fmt::format("insert into registry.region (code, name) values ('140802', 'Bench');"
                    "insert into registry.station (region, name, place) values "
                    "('140802', 'S', st_point(111.0, 35.0)::geography);"
                    "insert into registry.vehicle (vid, region) select 'amb-' || to_char(i, "
                    "'FM0000'), '140802' "
                    "from generate_series(1, {0}) i;"
                    "insert into registry.unit (name, station_id, vid) select 'U' || i, 1, "
                    "'amb-' || to_char(i, 'FM0000') from generate_series(1, {0}) i",
                    vehicles));
    std::ofstream{broker_.pki_dir() + "/../broker/acl", std::ios::app}
        << "user " << kFleet << "\ntopic readwrite ems/v1/#\n";
    broker_.kill();
    broker_.start();
    std::ofstream{path("password")} << kPassword;
    std::filesystem::permissions(path("password"), std::filesystem::perms::owner_read |
                                                       std::filesystem::perms::owner_write);
    std::string output;
    EMS_ASSERT(test::run({test::program("ems-admin"), "user", "add", "--conninfo",
                          database_.conninfo("ems_owner"), "--name", "desk", "--role", "dispatcher",
                          "--display", "desk", "--password-file", path("password")},
                         &output) == 0);
    const std::string pki = broker_.pki_dir();
    std::ofstream{path("telemetryd.toml")}
        << "pg.conninfo = \"" << database_.conninfo("ems_telemetry")
        << "\"\nmqtt.port = " << broker_.port() << "\nmqtt.ca = \"" << broker_.ca()
        << "\"\nmqtt.certificate = \"" << broker_.certificate("srv-telemetry-a")
        << "\"\nmqtt.key = \"" << broker_.key("srv-telemetry-a") << "\"\n";
    std::ofstream{path("dispatchd.toml")}
        << "listen.port = " << desk_port_ << "\npki.dir = \"" << pki << "\"\npg.conninfo = \""
        << database_.conninfo("ems_dispatch") << "\"\nmqtt.port = " << broker_.port() << "\n";
    const auto start = [this](const std::string& name) {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-" + name), "--config",
                                     path(name + ".toml")},
            test::ChildProcess::Options{path(name + ".log"), {}});
    };
    telemetryd_ = start("telemetryd");
    dispatchd_ = start("dispatchd");
}

std::unique_ptr<client::Client> BenchCentre::desk() const {
    client::ClientConfig config;
    config.servers = {"127.0.0.1:" + std::to_string(desk_port_)};
    config.ca_file = broker_.ca();
    config.certificate_file = broker_.certificate("desk-1");
    config.key_file = broker_.key("desk-1");
    auto desk = std::make_unique<client::Client>(config, [] {});
    desk->log_in("desk", Secret<std::string>{kPassword});
    return desk;
}

bool BenchCentre::healthy() {
    return telemetryd_->running() && dispatchd_->running();
}

} // namespace ems::bench
