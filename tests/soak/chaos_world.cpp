#include "tests/soak/chaos_world.h"

#include <csignal>
#include <fstream>

#include "telemetry/base/assert.h"
#include "telemetry/base/clock.h"
#include "tests/soak/archive_reader.h"
#include "tests/soak/spool_journal.h"
#include "vehicle/spool/spool.h"

namespace ems::soak {
namespace {

using namespace std::chrono_literals;
using test::Faults;
using test::Passage;

std::vector<std::string> names_of(std::size_t vehicles) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < vehicles; ++i) {
        names.push_back("amb-" + std::to_string(i + 1));
    }
    return names;
}

std::vector<std::string> with_servers(std::vector<std::string> names) {
    names.insert(names.end(), {"srv-telemetry-a", Replayer::kName});
    return names;
}

// The spool as it is before its vehicle starts, with the journal laid beside it.
void make_spool(const std::string& path, const Backlog& backlog) {
    const SystemClock clock;
    {
        const auto spool = vehicle::Spool::open({.path = path}, clock).value();
        const std::int64_t then_us = clock.utc_us() - 3'600'000'000;
        const auto add = [&](wire::Stream stream, std::uint64_t i, const std::string& body) {
            EMS_ASSERT(spool
                           ->append({.stream = stream,
                                     .t_us = then_us + static_cast<std::int64_t>(i) * 1'000,
                                     .clk = wire::CLOCK_GNSS,
                                     .body = body})
                           .has_value());
            if (i % 1'000 == 999) {
                spool->commit();
            }
        };
        wire::Position position;
        position.set_lon_e7(1'109'900'000);
        position.set_fix_mode(3);
        for (std::uint64_t i = 0; i < backlog.positions; ++i) {
            position.set_lat_e7(350'000'000 + static_cast<std::int32_t>(i % 1'000));
            add(wire::STREAM_G, i, position.SerializeAsString());
        }
        wire::Vitals vitals;
        for (std::uint64_t i = 0; i < backlog.vitals; ++i) {
            vitals.set_hr_bpm(60 + static_cast<std::int32_t>(i % 100));
            add(wire::STREAM_V, i, vitals.SerializeAsString());
        }
        spool->commit();
    }
    const auto laid = begin_journal(path);
    EMS_ASSERT(laid.has_value());
}

Faults faults_of(const Step& step) {
    Faults faults;
    switch (step.deed) {
    case Deed::black_hole:
        faults.passage = Passage::black_hole;
        break;
    case Deed::hold:
        faults.passage = Passage::hold;
        break;
    case Deed::corrupt:
        faults.corrupt = static_cast<double>(step.value) / 1'000;
        break;
    case Deed::slow:
        faults.rate_bytes_per_s = step.value;
        faults.delay = 80ms;
        faults.jitter = 120ms;
        break;
    case Deed::cut:
        faults.cut_after_bytes = step.value;
        break;
    default:
        break;
    }
    return faults;
}

} // namespace

struct ChaosWorld::Vehicle {
    std::string vid;
    std::string spool;
    std::string config;
    std::string log;
    std::unique_ptr<test::FaultProxy> network;
    Process process;
    std::unique_ptr<PressingCrew> crew;
};

ChaosWorld::ChaosWorld(const WorldOptions& options)
    : options_(options), vids_(names_of(options.vehicles)), broker_(with_servers(vids_)),
      devices_(options.vehicles, options.seed, EcgModule::fitted) {
    std::string sql = "insert into registry.region (code, name) values ('140802', 'Test');";
    for (const std::string& vid : vids_) {
        sql += "insert into registry.vehicle (vid, region) values ('" + vid + "', '140802');";
    }
    database_.execute(sql);
    std::ofstream{broker_.pki_dir() + "/../broker/acl", std::ios::app} << Replayer::access();
    broker_.kill();
    broker_.start();
    start_ingest();
    replayer_ = std::make_unique<Replayer>(broker_, options.seed);
    for (std::size_t i = 0; i < vids_.size(); ++i) {
        auto& vehicle = vehicles_.emplace_back(std::make_unique<Vehicle>());
        vehicle->vid = vids_[i];
        vehicle->spool = file(vids_[i] + ".db").string();
        vehicle->config = file(vids_[i] + ".toml").string();
        vehicle->log = file(vids_[i] + ".log").string();
        vehicle->network =
            test::FaultProxy::start({.target_port = broker_.port(), .seed = options.seed + i})
                .value();
        const std::string socket = file(vids_[i] + ".crew").string();
        std::ofstream{vehicle->config}
            << "vid = \"" << vids_[i] << "\"\nmqtt.port = " << vehicle->network->port()
            << "\npki.dir = \"" << broker_.pki_dir() << "\"\nspool.path = \"" << vehicle->spool
            << "\"\ncrew.socket = \"" << socket << "\"\n"
            << devices_.config(i);
        make_spool(vehicle->spool, i == 0 ? options.backlog : Backlog{});
        vehicle->crew = std::make_unique<PressingCrew>(socket, vids_[i]);
        start_vehicle(*vehicle);
    }
}

ChaosWorld::~ChaosWorld() = default;

void ChaosWorld::start_ingest() {
    const std::string config = file("telemetryd.toml").string();
    std::ofstream{config} << "pg.conninfo = \"" << database_.conninfo("ems_telemetry")
                          << "\"\nmqtt.port = " << broker_.port() << "\nmqtt.ca = \""
                          << broker_.ca() << "\"\nmqtt.certificate = \""
                          << broker_.certificate("srv-telemetry-a") << "\"\nmqtt.key = \""
                          << broker_.key("srv-telemetry-a") << "\"\n";
    ingest_ = std::make_unique<test::ChildProcess>(
        std::vector<std::string>{test::program("ems-telemetryd"), "--config", config},
        test::ChildProcess::Options{file("telemetryd.log").string(), {}});
}

void ChaosWorld::start_vehicle(Vehicle& vehicle) {
    vehicle.process = std::make_unique<test::ChildProcess>(
        std::vector<std::string>{test::program("ems-vehicled"), "--config", vehicle.config},
        test::ChildProcess::Options{vehicle.log, {}});
}

void ChaosWorld::begin(const Step& step) {
    Vehicle& vehicle = *vehicles_.at(step.vehicle);
    switch (step.deed) {
    case Deed::kill_broker:
        broker_.kill();
        ++kills_;
        return;
    case Deed::kill_ingest:
        ingest_.reset();
        ++kills_;
        return;
    case Deed::kill_database:
        database_.crash();
        ++kills_;
        return;
    case Deed::kill_vehicle:
        vehicle.process.reset();
        ++kills_;
        return;
    case Deed::replay:
        return;
    case Deed::refuse:
        vehicle.network->refuse();
        vehicle.network->end_connections(test::Ending::reset);
        ++links_broken_;
        return;
    default:
        vehicle.network->set(faults_of(step));
        ++links_broken_;
        return;
    }
}

void ChaosWorld::end(const Step& step) {
    Vehicle& vehicle = *vehicles_.at(step.vehicle);
    switch (step.deed) {
    case Deed::kill_broker:
        broker_.start();
        return;
    case Deed::kill_ingest:
        start_ingest();
        return;
    case Deed::kill_database:
        database_.start();
        return;
    case Deed::kill_vehicle:
        start_vehicle(vehicle);
        return;
    case Deed::replay:
        replayer_->replay(400);
        return;
    default:
        vehicle.network->heal();
        return;
    }
}

void ChaosWorld::press() {
    for (const auto& vehicle : vehicles_) {
        if (vehicle->process) {
            vehicle->crew->press();
        }
    }
}

void ChaosWorld::heal() {
    for (const auto& vehicle : vehicles_) {
        vehicle->network->heal();
    }
    devices_.silence();
}

std::optional<ChaosWorld::Holding> ChaosWorld::holding() {
    Holding holding;
    for (const auto& vehicle : vehicles_) {
        const auto status = vehicle->crew->status();
        if (!status) {
            return std::nullopt;
        }
        for (const wire::StreamCount& stream : status->streams()) {
            holding.waiting += stream.unacked();
            holding.first_unacked.push_back(stream.first_unacked());
            holding.last_seq.push_back(stream.last_seq());
        }
    }
    return holding;
}

Result<History> ChaosWorld::history() {
    History history;
    for (const auto& vehicle : vehicles_) {
        vehicle->process->signal(SIGTERM);
        vehicle->process->wait_exit(10s);
    }
    for (const auto& vehicle : vehicles_) {
        vehicle->process.reset();
        auto journal = read_journal(vehicle->spool, vehicle->vid);
        if (!journal) {
            return Failure{std::move(journal).error()};
        }
        history.written.insert(history.written.end(), journal->written.begin(),
                               journal->written.end());
        history.given_up.insert(history.given_up.end(), journal->given_up.begin(),
                                journal->given_up.end());
        history.held.insert(history.held.end(), journal->held.begin(), journal->held.end());
        for (const std::string& id : vehicle->crew->stored()) {
            history.promised.push_back({vehicle->vid, wire::STREAM_A, id});
        }
    }
    auto archived = read_archive(database_);
    if (!archived) {
        return Failure{std::move(archived).error()};
    }
    history.archived = std::move(*archived);
    return history;
}

std::uint64_t ChaosWorld::bits_flipped() const {
    std::uint64_t sum = 0;
    for (const auto& vehicle : vehicles_) {
        const test::FaultStatus status = vehicle->network->status();
        sum += status.up.corrupted + status.down.corrupted;
    }
    return sum;
}

std::uint64_t ChaosWorld::presses() const {
    std::uint64_t sum = 0;
    for (const auto& vehicle : vehicles_) {
        sum += vehicle->crew->stored().size();
    }
    return sum;
}

} // namespace ems::soak
