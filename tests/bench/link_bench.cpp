// ems-bench-link: real vehicles behind a bad network, in one run each:
//   live_latency_during_backfill  median age of live records at the broker while 100,000 old ones
//                                 drain, over the same without, on a link as of 4G
//   dead_link_noticed             half-open link: until the crew's terminal and until a desk say
//   so,
//                                 the longest of 30
// Prints "name value unit" and what it is made of.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <poll.h>

#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "tests/bench/bench_centre.h"
#include "tests/bench/statistics.h"
#include "tests/soak/played_devices.h"
#include "tests/soak/pressing_crew.h"
#include "tests/soak/splitmix.h"
#include "tests/support/fault_proxy.h"
#include "vehicle/spool/spool.h"

namespace {

using namespace ems;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using bench::BenchCentre;

[[noreturn]] void end(const char* sentence) {
    std::fprintf(stderr, "ems-bench-link: %s\n", sentence);
    std::exit(1);
}

void pause(std::chrono::milliseconds time) {
    poll(nullptr, 0, static_cast<int>(time.count()));
}

double seconds_since(Steady::time_point then) {
    return std::chrono::duration<double>(Steady::now() - then).count();
}

// Several ems-vehicled, each behind a network of its own.
class Fleet {
  public:
    struct Vehicle {
        std::string vid;
        std::string config;
        std::string spool;
        std::string log;
        std::unique_ptr<test::FaultProxy> network;
        std::unique_ptr<test::ChildProcess> process;
        std::unique_ptr<soak::PressingCrew> crew;
    };

    Fleet(const BenchCentre& centre, std::size_t count, const test::Faults& link)
        : devices_(count, 1, soak::EcgModule::fitted) {
        const auto names = bench::vehicle_names(count);
        for (std::size_t i = 0; i < count; ++i) {
            Vehicle vehicle;
            vehicle.vid = names[i];
            vehicle.spool = centre.path(names[i] + ".db");
            vehicle.config = centre.path(names[i] + ".toml");
            vehicle.log = centre.path(names[i] + ".log");
            vehicle.network =
                test::FaultProxy::start(
                    {.target_port = centre.broker().port(), .up = link, .down = link, .seed = i})
                    .value();
            const std::string socket = centre.path(names[i] + ".crew");
            std::ofstream{vehicle.config}
                << "vid = \"" << names[i] << "\"\nmqtt.port = " << vehicle.network->port()
                << "\npki.dir = \"" << centre.broker().pki_dir() << "\"\nspool.path = \""
                << vehicle.spool << "\"\ncrew.socket = \"" << socket << "\"\n"
                << devices_.config(i);
            vehicle.crew = std::make_unique<soak::PressingCrew>(socket, names[i]);
            vehicles_.push_back(std::move(vehicle));
        }
    }

    std::vector<Vehicle>& vehicles() { return vehicles_; }
    static void start(Vehicle& vehicle) {
        vehicle.process = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-vehicled"), "--config", vehicle.config},
            test::ChildProcess::Options{vehicle.log, {}});
    }
    static void stop(Vehicle& vehicle) {
        vehicle.process->signal(SIGTERM);
        if (!vehicle.process->wait_exit(10s)) {
            end("ems-vehicled does not stop");
        }
    }

  private:
    soak::PlayedDevices devices_;
    std::vector<Vehicle> vehicles_;
};

// ------------------------------------------------------------------------------------------------
// age of live records

// Hears the live topics at the broker.
class Ages {
  public:
    explicit Ages(const BenchCentre& centre) {
        link::MqttConfig config;
        config.port = centre.broker().port();
        config.client_id = BenchCentre::kFleet;
        config.ca_file = centre.broker().ca();
        config.certificate_file = centre.broker().certificate(BenchCentre::kFleet);
        config.key_file = centre.broker().key(BenchCentre::kFleet);
        config.subscriptions = {{"ems/v1/+/+/u/#", link::Qos::at_most_once}};
        link::MqttHandlers handlers;
        handlers.message = [this](link::MqttMessage&& message) { take(message); };
        session_ = std::make_unique<link::MqttSession>(std::move(config), std::move(handlers));
        session_->start();
    }

    // Medians in milliseconds.
    struct Medians {
        double all{0};
        std::map<wire::UpKind, double> by_kind;
    };
    // Of what comes in `time`; somebody watches the waves meanwhile.
    Medians medians(const std::string& vid, std::chrono::seconds time) {
        clear();
        for (auto left = time; left > 0s; left -= 1s) {
            wire::Watch watch;
            watch.set_wave(true);
            static_cast<void>(session_->publish("ems/v1/140802/" + vid + "/d/watch",
                                                watch.SerializeAsString(),
                                                link::Qos::at_most_once));
            pause(1'000ms);
        }
        const std::lock_guard lock{mutex_};
        Medians out;
        std::vector<double> all;
        for (const auto& [kind, ages] : ages_) {
            out.by_kind[kind] = bench::quantile(ages, 0.5);
            all.insert(all.end(), ages.begin(), ages.end());
        }
        if (all.empty()) {
            end("no live records come");
        }
        out.all = bench::quantile(all, 0.5);
        return out;
    }
    std::uint64_t backfilled() {
        const std::lock_guard lock{mutex_};
        return backfilled_;
    }

  private:
    void clear() {
        const std::lock_guard lock{mutex_};
        ages_.clear();
    }
    void take(const link::MqttMessage& message) {
        const std::int64_t now_us = clock_.utc_us();
        const auto topic = wire::parse_topic(message.topic);
        const auto* up = topic ? std::get_if<wire::UpTopic>(&*topic) : nullptr;
        const std::lock_guard lock{mutex_};
        wire::Envelope envelope;
        if (up != nullptr && up->kind == wire::UpKind::bf) {
            wire::Backfill backfill;
            backfill.ParseFromString(message.payload);
            backfilled_ += static_cast<std::uint64_t>(backfill.records_size());
        } else if (up != nullptr &&
                   (up->kind == wire::UpKind::gps || up->kind == wire::UpKind::vit ||
                    up->kind == wire::UpKind::wav) &&
                   envelope.ParseFromString(message.payload)) {
            ages_[up->kind].push_back(static_cast<double>(now_us - envelope.t_us()) / 1e3);
        }
    }

    const SystemClock clock_;
    std::mutex mutex_;
    std::map<wire::UpKind, std::vector<double>> ages_;
    std::uint64_t backfilled_{0};
    std::unique_ptr<link::MqttSession> session_;
};

// An hour out of reach, and more: 50,000 positions, 40,000 vitals, 10,000 waves of 1 KiB.
void fill(const std::string& path) {
    const SystemClock clock;
    const auto spool = vehicle::Spool::open({.path = path}, clock).value();
    const std::int64_t then_us = clock.utc_us() - 7'200'000'000;
    const auto add = [&](wire::Stream stream, std::int64_t i, const std::string& body) {
        if (!spool->append({.stream = stream,
                            .t_us = then_us + i * 50'000,
                            .clk = wire::CLOCK_GNSS,
                            .body = body})) {
            end("the spool takes no more");
        }
        if (i % 1'000 == 999) {
            spool->commit();
        }
    };
    wire::Position position;
    position.set_lat_e7(350'000'000);
    position.set_lon_e7(1'110'000'000);
    position.set_fix_mode(3);
    wire::Vitals vitals;
    vitals.set_hr_bpm(80);
    wire::WaveBatch wave;
    wave.set_rate_mhz(500'000);
    wave.set_lead_mask(1);
    wave.set_count(500);
    wave.set_gain_nv(2440);
    for (int i = 0; i < 500; ++i) {
        wave.add_deltas(i % 2 == 0 ? 100 : -100);
    }
    for (std::int64_t i = 0; i < 50'000; ++i) {
        add(wire::STREAM_G, i, position.SerializeAsString());
    }
    for (std::int64_t i = 0; i < 40'000; ++i) {
        add(wire::STREAM_V, i, vitals.SerializeAsString());
    }
    for (std::int64_t i = 0; i < 10'000; ++i) {
        wave.set_first_sample(static_cast<std::uint64_t>(i) * 500);
        add(wire::STREAM_W, i, wave.SerializeAsString());
    }
    spool->commit();
}

std::uint64_t waiting(const Fleet::Vehicle& vehicle) {
    const auto status = vehicle.crew->status();
    std::uint64_t sum = 0;
    for (int i = 0; status && i < status->streams_size(); ++i) {
        sum += status->streams(i).unacked();
    }
    return sum;
}

void await_link(const Fleet::Vehicle& vehicle) {
    if (!test::eventually(
            [&] {
                const auto status = vehicle.crew->status();
                return status && status->link_up();
            },
            60s)) {
        end("the vehicle does not reach the broker");
    }
}

void live_latency(BenchCentre& centre, std::chrono::seconds time) {
    // 2 Mbit/s up, 40 ms and up to 20 ms of jitter each way.
    test::Faults link;
    link.delay = 40ms;
    link.jitter = 20ms;
    link.rate_bytes_per_s = 250'000;
    link.burst_bytes = 16'000;
    Fleet fleet{centre, 1, link};
    Ages ages{centre};
    Fleet::Vehicle& vehicle = fleet.vehicles().front();
    Fleet::start(vehicle);
    await_link(vehicle);
    pause(3'000ms);
    const auto without = ages.medians(vehicle.vid, time);
    Fleet::stop(vehicle);
    fill(vehicle.spool);
    Fleet::start(vehicle);
    await_link(vehicle);
    if (!test::eventually([&] { return ages.backfilled() > 1'000; }, 60s)) {
        end("nothing of the backlog comes");
    }
    const std::uint64_t before = ages.backfilled();
    const auto with = ages.medians(vehicle.vid, time);
    std::printf("backlog_rate %.0f records/s\n", static_cast<double>(ages.backfilled() - before) /
                                                     static_cast<double>(time.count()));
    const std::uint64_t left = waiting(vehicle);
    std::printf("backlog_left %llu records\n", static_cast<unsigned long long>(left));
    if (left < 1'000) {
        end("the backlog drained before the measurement ended");
    }
    for (const auto& [kind, age] : without.by_kind) {
        if (!with.by_kind.contains(kind)) {
            end("no live records of a kind come during the backfill");
        }
        const std::string name{wire::name_of(kind)};
        std::printf("age_%s_without %.1f ms\nage_%s_with %.1f ms\n", name.c_str(), age,
                    name.c_str(), with.by_kind.at(kind));
    }
    std::printf("age_without %.1f ms\nage_with %.1f ms\n", without.all, with.all);
    std::printf("live_latency_during_backfill %.3f ratio\n", with.all / without.all);
    Fleet::stop(vehicle);
}

// ------------------------------------------------------------------------------------------------
// dead links

// What a dispatcher sees of the links.
class Desk {
  public:
    explicit Desk(const BenchCentre& centre) : client_(centre.desk()) {}
    bool up(std::size_t vehicle) {
        for (const client::Event& event : client_->drain()) {
            if (const auto* state = std::get_if<client::StateArrived>(&event);
                state != nullptr && state->feed(mirror_) == client::Applied::gap) {
                client_->resync();
            }
        }
        const api::Unit* unit = mirror_.find_unit("U" + std::to_string(vehicle + 1));
        return unit != nullptr && unit->link() == "up";
    }

  private:
    std::unique_ptr<client::Client> client_;
    client::Mirror mirror_;
};

struct Darkness {
    Steady::time_point since{};
    std::optional<double> vehicle_s;
    std::optional<double> desk_s;
};

bool crew_sees_link(const Fleet::Vehicle& vehicle) {
    const auto status = vehicle.crew->status();
    return !status || status->link_up();
}

// One round: each link goes dark at a moment of its own.
void round(Fleet& fleet, Desk& desk, soak::SplitMix& random, std::vector<double>& on_board,
           std::vector<double>& at_desk) {
    for (std::size_t i = 0; i < fleet.vehicles().size(); ++i) {
        await_link(fleet.vehicles()[i]);
        if (!test::eventually([&] { return desk.up(i); }, 60s)) {
            end("the desk sees no link");
        }
    }
    pause(2'500ms); // heartbeats have passed both ways
    std::vector<Darkness> dark(fleet.vehicles().size());
    for (std::size_t i = 0; i < dark.size(); ++i) {
        pause(std::chrono::milliseconds{random.between(0, 400)});
        fleet.vehicles()[i].network->black_hole();
        dark[i].since = Steady::now();
    }
    const bool noticed = test::eventually(
        [&] {
            bool all = true;
            for (std::size_t i = 0; i < dark.size(); ++i) {
                Darkness& it = dark[i];
                if (!it.vehicle_s && !crew_sees_link(fleet.vehicles()[i])) {
                    it.vehicle_s = seconds_since(it.since);
                }
                if (!it.desk_s && !desk.up(i)) {
                    it.desk_s = seconds_since(it.since);
                }
                all = all && it.vehicle_s && it.desk_s;
            }
            return all;
        },
        60s);
    if (!noticed) {
        end("a dead link is not noticed within a minute");
    }
    for (std::size_t i = 0; i < dark.size(); ++i) {
        on_board.push_back(*dark[i].vehicle_s);
        at_desk.push_back(*dark[i].desk_s);
        fleet.vehicles()[i].network->heal();
    }
}

void dead_link(BenchCentre& centre, std::size_t vehicles, std::size_t samples) {
    Fleet fleet{centre, vehicles, {}};
    for (Fleet::Vehicle& vehicle : fleet.vehicles()) {
        Fleet::start(vehicle);
    }
    Desk desk{centre};
    soak::SplitMix random{1};
    std::vector<double> on_board;
    std::vector<double> at_desk;
    while (on_board.size() < samples) {
        round(fleet, desk, random, on_board, at_desk);
        std::fprintf(stderr, "ems-bench-link: %zu of %zu links\n", on_board.size(), samples);
    }
    for (const auto& [name, values] : {std::pair{"vehicle", on_board}, {"desk", at_desk}}) {
        std::printf("dead_link_%s_p50 %.2f s\ndead_link_%s_max %.2f s\n", name,
                    bench::quantile(values, 0.5), name, bench::quantile(values, 1));
    }
    std::printf("dead_link_noticed %.2f s\n",
                std::max(bench::quantile(on_board, 1), bench::quantile(at_desk, 1)));
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"live records beside a backlog, and dead links, with real programs"};
    std::string only;
    std::int64_t seconds = 40;
    std::size_t vehicles = 6;
    std::size_t samples = 30;
    app.add_option("--only", only)
        ->check(CLI::IsMember({"live_latency_during_backfill", "dead_link_noticed"}));
    app.add_option("--seconds", seconds, "of each half of the latency run")
        ->check(CLI::Range(5, 600));
    app.add_option("--vehicles", vehicles, "of the dead links")->check(CLI::Range(1, 16));
    app.add_option("--samples", samples, "dead links")->check(CLI::Range(1, 1'000));
    CLI11_PARSE(app, argc, argv);
    log::set_level(log::Level::error);
    BenchCentre centre{vehicles, vehicles};
    if (only != "dead_link_noticed") {
        live_latency(centre, std::chrono::seconds{seconds});
    }
    if (only != "live_latency_during_backfill") {
        dead_link(centre, vehicles, samples);
    }
    if (!centre.healthy()) {
        end("a server ended");
    }
    return 0;
}
