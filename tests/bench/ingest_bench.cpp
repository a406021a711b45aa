// How fast records go from a socket to committed rows: the real ems-telemetryd between a real
// mosquitto (the product's configuration, TLS) and a real PostgreSQL with the product's schema and
// fsync on. A light publisher speaks for a fleet that keeps the vehicles' window; only what was
// acknowledged counts, which means committed. The baselines are measured in the same run. Prints
// "name value unit", one figure a line; what it saw beside them goes to standard error.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include "telemetry/base/bounded_queue.h"
#include "telemetry/base/clock.h"
#include "telemetry/ingest/record.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "tests/bench/ingest_fleet.h"
#include "tests/bench/raw_mqtt.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"

namespace {

using namespace std::chrono_literals;
using namespace ems;
using Steady = std::chrono::steady_clock;
using bench::kVehicles;
using bench::LightFleet;
using bench::region;

constexpr std::size_t kBaselineRows = 1000;
const std::string kServer = "srv-telemetry-a";

double seconds_since(Steady::time_point began) {
    return std::chrono::duration<double>(Steady::now() - began).count();
}

// An order of bytes is needed by binary COPY: network's.
class BinaryRow {
  public:
    explicit BinaryRow(std::string& out) : out_(out) {}
    void count(std::int16_t fields) { number(static_cast<std::uint64_t>(fields), 2); }
    void value(std::uint64_t bits, std::size_t bytes) {
        number(bytes, 4);
        number(bits, bytes);
    }
    void real(double value_of) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value_of, sizeof bits);
        value(bits, 8);
    }
    void text(std::string_view text_of) {
        number(text_of.size(), 4);
        out_ += text_of;
    }

  private:
    void number(std::uint64_t bits, std::size_t bytes) {
        for (std::size_t i = bytes; i > 0; --i) {
            out_ += static_cast<char>(bits >> (8 * (i - 1)) & 0xFFU);
        }
    }
    std::string& out_;
};

constexpr std::int64_t kPostgresEpochUs = 946'684'800'000'000;

// 1,000 positions as the archive keeps them.
std::string baseline_batch(std::uint64_t first, std::int64_t now_us) {
    std::string out{"PGCOPY\n\xff\r\n\0", 11};
    out += std::string(8, '\0');
    BinaryRow row{out};
    for (std::uint64_t i = first; i < first + kBaselineRows; ++i) {
        const std::int64_t t_us = now_us + static_cast<std::int64_t>(i / kVehicles) * 1000;
        row.count(17);
        row.text(fmt::format("base-{:04}", i % kVehicles));
        row.value(static_cast<std::uint64_t>(t_us - kPostgresEpochUs), 8);
        row.value(1, 8);
        row.value(i + 1, 8);
        row.value(static_cast<std::uint64_t>(t_us), 8);
        row.value(3, 2);
        row.value(0, 1);
        row.value(static_cast<std::uint64_t>(now_us - kPostgresEpochUs), 8);
        row.real(110.99);
        row.real(35.021 + static_cast<double>(i) * 1e-7);
        for (const std::uint64_t number : {1200U, 9000U, 4000U, 90U}) {
            row.value(number, 4);
        }
        row.value(12, 2);
        row.value(3, 2);
        row.value(1, 1);
    }
    out += "\xff\xff";
    return out;
}

constexpr const char* kBaselineStage =
    "create temp table stage (vid text, t timestamptz, spool bigint, seq bigint, t_device_us "
    "bigint, "
    "clk smallint, t_bad boolean, received_at timestamptz, lon double precision, lat double "
    "precision, speed_cm_s integer, course_cdeg integer, altitude_dm integer, hdop_centi integer, "
    "satellites smallint, fix_mode smallint, plausible boolean) on commit delete rows";
constexpr const char* kBaselineInsert =
    "insert into telemetry.position (vid, t, spool, seq, t_device_us, clk, t_bad, received_at, "
    "place, "
    "speed_cm_s, course_cdeg, altitude_dm, hdop_centi, satellites, fix_mode, plausible) select "
    "vid, "
    "t, spool, seq, t_device_us, clk, t_bad, received_at, st_setsrid(st_makepoint(lon, lat), "
    "4326)::geography, speed_cm_s, course_cdeg, altitude_dm, hdop_centi, satellites, fix_mode, "
    "plausible from stage on conflict do nothing";

[[noreturn]] void give_up(const std::string& what) {
    fmt::print(stderr, "ems-bench-ingest: {}\n", what);
    std::exit(1);
}

void must(PGconn* db, const char* sql, ExecStatusType wanted) {
    PGresult* result = PQexec(db, sql);
    if (PQresultStatus(result) != wanted) {
        give_up(PQerrorMessage(db));
    }
    PQclear(result);
}

// Rows a second that one session can stage and insert, doing nothing else.
double measure_copy(const std::string& conninfo, double seconds, std::uint64_t& next) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> db{PQconnectdb(conninfo.c_str()), &PQfinish};
    must(db.get(), kBaselineStage, PGRES_COMMAND_OK);
    const std::int64_t now_us = SystemClock{}.utc_us();
    std::vector<std::string> batches;
    std::uint64_t rows = 0;
    double busy = 0; // making the rows is not counted
    while (busy < seconds) {
        batches.clear();
        for (int i = 0; i < 20; ++i) {
            batches.push_back(baseline_batch(next, now_us));
            next += kBaselineRows;
        }
        const auto began = Steady::now();
        for (const std::string& batch : batches) {
            must(db.get(), "begin", PGRES_COMMAND_OK);
            must(db.get(), "copy stage from stdin (format binary)", PGRES_COPY_IN);
            PQputCopyData(db.get(), batch.data(), static_cast<int>(batch.size()));
            PQputCopyEnd(db.get(), nullptr);
            while (PGresult* result = PQgetResult(db.get())) {
                if (PQresultStatus(result) != PGRES_COMMAND_OK) {
                    give_up(PQerrorMessage(db.get()));
                }
                PQclear(result);
            }
            must(db.get(), kBaselineInsert, PGRES_COMMAND_OK);
            must(db.get(), "commit", PGRES_COMMAND_OK);
            rows += kBaselineRows;
        }
        busy += seconds_since(began);
    }
    return static_cast<double>(rows) / busy;
}

// Of a clock of the process or of the calling thread.
double cpu_now(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Publishes positions of one vehicle as fast as `done` follows, at most `window` ahead.
class Flood {
  public:
    explicit Flood(std::uint16_t port) : mqtt_(port, "bench-flood", nullptr), source_(0, 1) {}
    void run(const std::atomic<bool>& stop, const std::atomic<std::uint64_t>& done,
             std::atomic<double>& cpu) {
        constexpr std::uint64_t kAhead = 900; // below the broker's bound of queued messages
        const std::int64_t now_us = SystemClock{}.utc_us();
        std::uint64_t sent = 0;
        std::string bytes;
        while (!stop) {
            if (sent - done.load() >= kAhead) {
                mqtt_.read(1, [](std::string_view, std::string_view) {}); // waits
                continue;
            }
            cpu = cpu_now(CLOCK_THREAD_CPUTIME_ID);
            for (int i = 0; i < 32; ++i) {
                source_.record(++sent, now_us).SerializeToString(&bytes);
                mqtt_.publish(source_.topic_live(), bytes);
            }
            mqtt_.flush();
        }
    }

  private:
    bench::RawMqtt mqtt_;
    bench::Source source_;
};

struct Rate {
    double messages_per_s{0};
    double cpu_us{0}; // of ours, a message, without the publisher
};

template <class Receive>
Rate messages_a_second(const test::TempBroker& broker, double seconds,
                       std::atomic<std::uint64_t>& done, Receive receive_until) {
    std::atomic<bool> stop{false};
    std::atomic<double> sender_cpu{0};
    Flood flood{broker.plain_port()};
    std::thread sender{[&] { flood.run(stop, done, sender_cpu); }};
    receive_until(Steady::now() + 500ms); // warm
    const std::uint64_t before = done;
    const double cpu_before = cpu_now(CLOCK_PROCESS_CPUTIME_ID) - sender_cpu;
    const auto began = Steady::now();
    receive_until(began + std::chrono::duration_cast<Steady::duration>(
                              std::chrono::duration<double>(seconds)));
    const double count = static_cast<double>(done - before);
    const double cpu = cpu_now(CLOCK_PROCESS_CPUTIME_ID) - sender_cpu - cpu_before;
    const Rate rate{count / seconds_since(began), cpu * 1e6 / count};
    stop = true;
    sender.join();
    return rate;
}

Rate measure_raw_subscriber(const test::TempBroker& broker, double seconds) {
    const bench::TlsFiles files{broker.ca(), broker.certificate(kServer), broker.key(kServer)};
    bench::RawMqtt mqtt{broker.port(), kServer, &files};
    mqtt.subscribe(wire::up_filter(region()));
    std::atomic<std::uint64_t> done{0};
    return messages_a_second(broker, seconds, done, [&](Steady::time_point until) {
        while (Steady::now() < until) {
            mqtt.read(10, [&done](std::string_view, std::string_view) { ++done; });
        }
    });
}

// As ems-telemetryd does it: the library's thread fills a bounded ring, another decodes and checks.
Rate measure_paho(const test::TempBroker& broker, double seconds) {
    BoundedQueue<link::MqttMessage> ring{4096, WhenFull::refuse_newest};
    link::MqttConfig config;
    config.port = broker.port();
    config.client_id = kServer;
    config.ca_file = broker.ca();
    config.certificate_file = broker.certificate(kServer);
    config.key_file = broker.key(kServer);
    config.subscriptions = {{wire::up_filter(region()), link::Qos::at_least_once}};
    link::MqttHandlers handlers;
    handlers.message = [&ring](link::MqttMessage&& message) { ring.push(std::move(message)); };
    link::MqttSession session{config, handlers};
    session.start();
    if (!test::eventually([&] { return session.connected(); }, 10s)) {
        give_up("the broker does not answer");
    }
    std::atomic<std::uint64_t> done{0};
    const SystemClock clock;
    wire::Envelope envelope;
    const Rate rate = messages_a_second(broker, seconds, done, [&](Steady::time_point until) {
        while (Steady::now() < until) {
            auto first = ring.pop_for(10ms);
            if (!first) {
                continue;
            }
            std::vector<link::MqttMessage> batch = ring.drain(255);
            batch.push_back(std::move(*first));
            for (const link::MqttMessage& message : batch) {
                const auto topic = wire::parse_topic(message.topic);
                if (!topic || !envelope.ParseFromString(message.payload)) {
                    give_up("a message came damaged");
                }
                const auto key = ingest::check_key(std::get<wire::UpTopic>(*topic).vid, envelope);
                if (!key || !ingest::check_record(*key, envelope,
                                                  {clock.server_now(), ingest::Lane::live, 1})) {
                    give_up("a record came damaged");
                }
            }
            done += batch.size();
        }
    });
    if (ring.dropped() > 0) {
        give_up("the ring was full"); // the publisher never is so far ahead
    }
    return rate;
}

double cpu_seconds(pid_t pid) {
    std::ifstream in{fmt::format("/proc/{}/stat", pid)};
    std::string word;
    double ticks = 0;
    for (int field = 1; in >> word && field <= 15; ++field) {
        ticks += field >= 14 ? std::atof(word.c_str()) : 0;
    }
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// What the server did not take in or took longer for, by its own counters: a pace that falls has its reason
// there or at the broker.
void print_shed(std::uint16_t status_port) {
    std::istringstream page{test::http_get(status_port, "/metrics").body};
    std::string line;
    std::string shed;
    while (std::getline(page, line)) {
        const bool counts = line.find("deferred_total{") != std::string::npos ||
                            line.find("ring_dropped_total{") != std::string::npos ||
                            line.find("ring_messages{") != std::string::npos ||
                            line.find("waiting_records{") != std::string::npos ||
                            line.find("batches_total ") != std::string::npos ||
                            line.find("repeated_total ") != std::string::npos;
        if (counts && line.front() != '#' && !line.ends_with(" 0")) {
            shed += " " + line.substr(std::string_view{"ems_telemetryd_"}.size());
        }
    }
    fmt::print(stderr, "since start:{}\n", shed);
}

constexpr int kTurns = 5;

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + kTurns / 2, values.end());
    return values[kTurns / 2];
}

void figure(const char* name, double value, const char* unit) {
    fmt::print("{} {:.3f} {}\n", name, value, unit);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Rates of the ingest against their baselines"};
    double seconds = 8;
    bool keep = false;
    std::string only;
    app.add_option("--seconds", seconds, "of each measurement")->check(CLI::Range(1.0, 600.0));
    app.add_option("--only", only, "single, backfill or subscriber");
    app.add_flag("--log", keep, "show the program's log on standard error at the end");
    CLI11_PARSE(app, argc, argv);

    test::TempPostgres postgres;
    {
        const std::unique_ptr<PGconn, decltype(&PQfinish)> admin{
            PQconnectdb(postgres.conninfo("postgres").c_str()), &PQfinish};
        must(admin.get(), "alter system set fsync = on", PGRES_COMMAND_OK);
        must(admin.get(), "select pg_reload_conf()", PGRES_TUPLES_OK);
    }
    postgres.execute(fmt::format("insert into registry.region (code, name) values ('140802', "
                                 "'Bench') on conflict do nothing; "
                                 "insert into registry.vehicle (vid, region) select 'amb-' || "
                                 "lpad(n::text, 4, '0'), '140802' "
                                 "from generate_series(0, {}) n",
                                 kVehicles - 1));
    test::TempBroker broker{{kServer}};
    broker.add_plain_listener();
    const test::TempDir dir;

    if (only.empty() || only == "subscriber") {
        // In turns: what else the machine does meets both.
        std::vector<double> raw;
        std::vector<double> paho;
        std::vector<double> raw_cpu;
        std::vector<double> paho_cpu;
        for (int turn = 0; turn < kTurns; ++turn) {
            const Rate bare = measure_raw_subscriber(broker, seconds / kTurns);
            raw.push_back(bare.messages_per_s);
            raw_cpu.push_back(bare.cpu_us);
            const Rate ours = measure_paho(broker, seconds / kTurns);
            paho.push_back(ours.messages_per_s);
            paho_cpu.push_back(ours.cpu_us);
        }
        fmt::print(stderr,
                   "subscriber raw={:.0f}/s {:.1f} us paho={:.0f}/s {:.1f} us (medians of {})\n",
                   median(raw), median(raw_cpu), median(paho), median(paho_cpu), kTurns);
        figure("subscriber_vs_raw", median(paho) / median(raw), "ratio");
        if (!only.empty()) {
            return 0;
        }
    }

    const std::string conf = (dir.path() / "telemetryd.toml").string();
    const std::uint16_t status_port = test::free_port();
    std::ofstream{conf} << "pg.conninfo = \"" << postgres.conninfo("ems_telemetry")
                        << "\"\nmqtt.port = " << broker.port() << "\nmqtt.ca = \"" << broker.ca()
                        << "\"\nmqtt.certificate = \"" << broker.certificate(kServer)
                        << "\"\nmqtt.key = \""
                        << broker.key(kServer)
                        // A thousand vehicles stand for many more here.
                        << "\"\ningest.vehicle_messages_per_s = 100000\n"
                           "ingest.vehicle_kib_per_s = 100000\n"
                        << "status.port = " << status_port << "\n";
    test::ChildProcess server{{test::program("ems-telemetryd"), "--config", conf},
                              test::ChildProcess::Options{(dir.path() / "log").string(), {}}};
    if (!test::eventually(
            [&] {
                return postgres.value("select count(*) from pg_class where relname ~ "
                                      "'^position_[0-9]{8}$'") != "0";
            },
            20s)) {
        give_up("ems-telemetryd does not start");
    }

    std::uint64_t next = 0;
    const auto measure = [&](const char* name, LightFleet::Shape shape) {
        const double copy_before =
            measure_copy(postgres.conninfo("ems_telemetry"), seconds / 2, next);
        double rate = 0;
        {
            LightFleet fleet{broker.plain_port(), shape};
            fleet.run(std::chrono::duration<double>(std::max(seconds / 2, 5.0))); // finds its pace
            const double cpu_before = cpu_seconds(server.pid());
            const auto began = Steady::now();
            const std::uint64_t acked = fleet.run(std::chrono::duration<double>(seconds));
            rate = static_cast<double>(acked) / seconds_since(began);
            fmt::print(stderr, "{} rows={:.0f}/s resent={} ems-telemetryd {:.1f} us CPU a row\n",
                       name, rate, fleet.resent(),
                       (cpu_seconds(server.pid()) - cpu_before) * 1e6 / static_cast<double>(acked));
            print_shed(status_port);
        }
        const double copy_after =
            measure_copy(postgres.conninfo("ems_telemetry"), seconds / 2, next);
        const double copy = (copy_before + copy_after) / 2;
        fmt::print(stderr, "{} copy={:.0f}/s ({:.0f}, {:.0f})\n", name, copy, copy_before,
                   copy_after);
        figure(name, rate / copy, "ratio");
    };
    if (only.empty() || only == "single") {
        measure("ingest_single_vs_copy", LightFleet::Shape::single);
    }
    if (only.empty() || only == "backfill") {
        measure("ingest_backfill_vs_copy", LightFleet::Shape::backfill);
    }
    server.signal(SIGTERM);
    server.wait_exit(5s);
    if (keep) {
        std::ifstream log{(dir.path() / "log").string()};
        std::string line;
        while (std::getline(log, line)) {
            fmt::print(stderr, "{}\n", line);
        }
    }
    return 0;
}
