// Replay through the real ems-dispatchd: pages, rights, audit, and that no order waits for the past.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "dispatch/client/client.h"
#include "telemetry/base/clock.h"
#include "telemetry/wire/waveform.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/prometheus_text.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

// 2025-03-10T10:00:00Z, when the order of incident 901 was given.
constexpr std::int64_t kStartUs = 1'741'600'800'000'000;

class ReplayServiceTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        broker_ = std::make_unique<test::TempBroker>(std::vector<std::string>{"srv-dispatch-a", "desk-1"});
        postgres_->execute(
            "insert into registry.region (code, name) values ('140802', 'Yanhu');"
            "insert into registry.station (region, name, place) values ('140802', 'S1', st_point(110.90, 35.10)::geography);"
            "insert into registry.hospital (region, name, place) values ('140802', 'H', st_point(110.99, 35.03)::geography);"
            "insert into registry.vehicle (vid, region) values ('amb-1', '140802');"
            "insert into registry.unit (name, station_id, vid) values ('U1', 1, 'amb-1'), ('V2', 1, null);"
            "insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, state, "
            "created_at, ended_at) values (901, '140802', '0001', '2025-03-10', 1, 'x', 'y', 1, 1, 'closed', "
            "'2025-03-10 10:00+00', '2025-03-10 11:00+00');"
            "insert into dispatch.assignment (id, incident_id, unit_id, state, created_at, created_by, ended_at, term) "
            "values (901, 901, 1, 'done', '2025-03-10 10:00+00', 'li', '2025-03-10 10:50+00', 0), "
            "(902, 901, 2, 'done', '2025-03-10 10:01+00', 'li', '2025-03-10 10:50+00', 0);"
            "insert into telemetry.position select 'amb-1', timestamptz '2025-03-10 10:00+00' + n * interval '1 second', 7, n, "
            "0, 3, false, now(), st_point(110.9, 35.1)::geography, 1200, 0, 0, 0, 9, 3, true from generate_series(1, 2400) n;"
            "insert into telemetry.ingest_mark (vid, spool, stream, upto, done, stored) select 'amb-1', 7, s, 2400, "
            "'{[1,2401)}', 2400 from unnest(array[2, 4]) s");
        add_waves(2400);
        for (const char* role : {"dispatcher", "auditor", "physician", "hospital_viewer"}) {
            std::string output;
            ASSERT_EQ(test::run({test::program("ems-admin"), "user", "add", "--conninfo", postgres_->conninfo("ems_owner"),
                                 "--name", role, "--role", role, "--display", role, "--password-file", password()},
                                &output),
                      0)
                << output;
        }
    }
    // Exit code and output of ems-ctl as the dispatcher.
    std::string ctl(std::vector<std::string> arguments) const {
        std::vector<std::string> argv{test::program("ems-ctl"),
                                      "--server", "127.0.0.1:" + std::to_string(port_),
                                      "--ca", broker_->ca(),
                                      "--cert", broker_->certificate("desk-1"),
                                      "--key", broker_->key("desk-1"),
                                      "--user", "dispatcher",
                                      "--password-file", password()};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        std::string output;
        const int code = test::run(std::move(argv), &output, {"LANG=C.UTF-8", "LC_ALL=", "TZ=Asia/Shanghai"});
        return std::to_string(code) + "\n" + output;
    }
    static void TearDownTestSuite() {
        broker_.reset();
        postgres_.reset();
    }
    ReplayServiceTest() : port_(test::free_port()), status_port_(test::free_port()) {
        const std::string config = (dir_.path() / "dispatchd.toml").string();
        std::ofstream{config} << "region = \"140802\"\n[listen]\nport = " << port_ << "\n[pki]\ndir = \""
                              << broker_->pki_dir() << "\"\n[pg]\nconninfo = \"" << postgres_->conninfo("ems_dispatch")
                              << "\"\n[mqtt]\nport = " << broker_->port() << "\n[status]\nport = " << status_port_ << "\n";
        server_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-dispatchd"), "--config", config},
            test::ChildProcess::Options{(dir_.path() / "dispatchd.log").string(), {}});
    }
    ~ReplayServiceTest() override {
        if (HasFailure()) {
            std::ifstream log{dir_.path() / "dispatchd.log"};
            std::cerr << log.rdbuf();
        }
    }
    static std::string password() {
        const std::string file = (dir_.path() / "password").string();
        if (!std::filesystem::exists(file)) {
            std::ofstream{file} << "correct horse";
            std::filesystem::permissions(file,
                                         std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        }
        return file;
    }
    // A second a batch, one lead; sample 100,000 is the highest.
    static void add_waves(int seconds) {
        std::string sql = "insert into telemetry.wave values ";
        for (int n = 0; n < seconds; ++n) {
            wire::WaveBlock block;
            block.recording = 9;
            block.rate_mhz = 500'000;
            block.lead_mask = 0b10;
            block.first_sample = static_cast<std::uint64_t>(n) * 500;
            block.count = 500;
            block.gain_nv = 2440;
            block.simulated = true;
            for (std::uint64_t i = 0; i < 500; ++i) {
                block.samples.push_back(block.first_sample + i == 100'000 ? 4321 : static_cast<std::int32_t>(i % 90));
            }
            std::string hex;
            for (const char c : wire::encode_waves(block).value().SerializeAsString()) {
                hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
            }
            sql += fmt::format("{}('amb-1', '{}', 7, {}, 0, 3, false, now(), 9, 500000, 2, {}, 500, 2440, 0, 0, true, "
                               "'\\x{}')",
                               n > 0 ? ", " : "", utc_iso(kStartUs + n * 1'000'000LL), n + 1, block.first_sample, hex);
        }
        postgres_->execute(sql);
    }
    std::unique_ptr<client::Client> desk(const std::string& user) const {
        client::ClientConfig config;
        config.servers = {"127.0.0.1:" + std::to_string(port_)};
        config.ca_file = broker_->ca();
        config.certificate_file = broker_->certificate("desk-1");
        config.key_file = broker_->key("desk-1");
        auto out = std::make_unique<client::Client>(config, [] {});
        out->log_in(user, Secret<std::string>{"correct horse"});
        return out;
    }
    struct Answers {
        std::vector<client::RequestId> order;
        std::map<client::RequestId, Result<api::ServerFrame>> frames;
    };
    // Drains until `count` replies are there.
    static Answers wait_for(client::Client& desk, std::size_t count) {
        Answers out;
        test::eventually(
            [&] {
                for (client::Event& event : desk.drain()) {
                    if (auto* reply = std::get_if<client::ReplyArrived>(&event)) {
                        out.order.push_back(reply->request);
                        out.frames.emplace(reply->request, std::move(reply->frame));
                    }
                }
                return out.order.size() >= count;
            },
            30s);
        return out;
    }
    static Result<api::ServerFrame> ask(client::Client& desk, const api::Replay& request) {
        api::ClientFrame frame;
        *frame.mutable_replay() = request;
        const client::RequestId id = desk.send(frame, 20s);
        Answers answers = wait_for(desk, 1);
        const auto found = answers.frames.find(id);
        return found == answers.frames.end() ? fail(Code::timeout, "no reply") : std::move(found->second);
    }
    static api::Replay of_assignment(wire::Stream stream, std::uint32_t buckets = 0) {
        api::Replay out;
        out.set_assignment_id(901);
        out.set_stream(stream);
        out.set_buckets(buckets);
        return out;
    }
    static std::string audits() {
        return postgres_->value("select count(*) from dispatch.audit where action = 'replay'");
    }

    static std::unique_ptr<test::TempPostgres> postgres_;
    static std::unique_ptr<test::TempBroker> broker_;
    static test::TempDir dir_;
    std::uint16_t port_;
    std::uint16_t status_port_;
    std::unique_ptr<test::ChildProcess> server_;
};
std::unique_ptr<test::TempPostgres> ReplayServiceTest::postgres_;
std::unique_ptr<test::TempBroker> ReplayServiceTest::broker_;
test::TempDir ReplayServiceTest::dir_;

TEST_F(ReplayServiceTest, ACaseIsReadPartByPartAndEachReadingIsAuditedOnce) {
    auto doctor = desk("physician");
    api::Replay whole;
    whole.set_incident_id(901);
    const auto parts = ask(*doctor, whole);
    ASSERT_TRUE(parts) << parts.error().message();
    ASSERT_EQ(parts->replay_page().parts_size(), 2);
    EXPECT_EQ(parts->replay_page().parts(0).vid(), "amb-1");
    EXPECT_EQ(parts->replay_page().parts(0).from_us(), kStartUs - 300'000'000);
    EXPECT_EQ(parts->replay_page().parts(0).to_us(), kStartUs + 55 * 60'000'000LL);
    EXPECT_EQ(parts->replay_page().parts(1).vid(), "") << "known only by voice";

    const std::string before = audits();
    api::Replay request = of_assignment(wire::STREAM_W, 600); // of an hour: 6 s each
    int pages = 0;
    std::int32_t highest = 0;
    std::uint32_t bucket_of_highest = 0;
    for (;; ++pages) {
        const auto got = ask(*doctor, request);
        ASSERT_TRUE(got) << got.error().message();
        const api::ReplayPage& page = got->replay_page();
        for (const api::ReplayTrace& trace : page.traces()) {
            EXPECT_TRUE(trace.simulated());
            for (int i = 0; i < trace.most_size(); ++i) {
                if (trace.most(i) > highest) {
                    highest = trace.most(i);
                    bucket_of_highest = trace.first_bucket() + static_cast<std::uint32_t>(i);
                }
            }
        }
        if (!page.has_next()) {
            break;
        }
        request.set_from_us(page.from_us());
        request.set_to_us(page.to_us());
        *request.mutable_after() = page.next();
    }
    EXPECT_GE(pages, 1);
    EXPECT_EQ(highest, 4321);
    EXPECT_EQ(bucket_of_highest, 83U) << "300 s before the order, then 200 s of samples";
    EXPECT_EQ(postgres_->value("select actor || ' ' || incident_id || ' ' || detail from dispatch.audit "
                               "where action = 'replay' order by n desc limit 1"),
              "physician 901 vid=amb-1 stream=STREAM_W from=2025-03-10T09:55:00.000000Z to=2025-03-10T10:55:00.000000Z");
    EXPECT_EQ(std::stoi(audits()), std::stoi(before) + 1);
    EXPECT_EQ(postgres_->value("select dispatch.audit_verify() is null"), "t");
}

TEST_F(ReplayServiceTest, ACursorDoesNotPassTheAudit) {
    auto viewer = desk("hospital_viewer");
    api::Replay request = of_assignment(wire::STREAM_G);
    request.set_from_us(kStartUs);
    request.set_to_us(kStartUs + 60'000'000);
    request.mutable_after()->set_t_us(kStartUs); // made up: nobody gave it
    const std::string before = audits();
    const auto got = ask(*viewer, request);
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_GT(got->replay_page().positions_size(), 0);
    EXPECT_EQ(std::stoi(audits()), std::stoi(before) + 1);
}

TEST_F(ReplayServiceTest, WhoMayNotSeeACaseMayNotReplayIt) {
    auto auditor = desk("auditor");
    const std::string before = audits();
    EXPECT_EQ(ask(*auditor, of_assignment(wire::STREAM_G)).error().code, Code::forbidden);
    EXPECT_EQ(audits(), before);
}

TEST_F(ReplayServiceTest, WhatDoesNotExistIsSaidByName) {
    auto li = desk("dispatcher");
    api::Replay request;
    EXPECT_EQ(ask(*li, request).error().code, Code::interval_needed);
    request.set_assignment_id(77);
    request.set_stream(wire::STREAM_G);
    EXPECT_EQ(ask(*li, request).error().code, Code::no_such_assignment);
    request.set_assignment_id(902); // by voice
    EXPECT_EQ(ask(*li, request).error().code, Code::no_vehicle);
    request.Clear();
    request.set_unit_id(1);
    request.set_stream(wire::STREAM_G);
    EXPECT_EQ(ask(*li, request).error().code, Code::interval_needed) << "no interval";
}

TEST_F(ReplayServiceTest, AnArchiveThatHangsIsRefusedAndNoOrderWaitsForIt) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(ask(*li, of_assignment(wire::STREAM_G)));
    std::unique_ptr<PGconn, decltype(&PQfinish)> lock{PQconnectdb(postgres_->conninfo("ems_owner").c_str()), &PQfinish};
    PQclear(PQexec(lock.get(), "begin"));
    PQclear(PQexec(lock.get(), "set local idle_in_transaction_session_timeout = 0"));
    PQclear(PQexec(lock.get(), "lock table telemetry.ingest_mark in access exclusive mode"));
    std::vector<client::RequestId> replays;
    for (int n = 0; n < 4; ++n) {
        api::ClientFrame frame;
        *frame.mutable_replay() = of_assignment(wire::STREAM_G);
        replays.push_back(li->send(frame, 25s));
    }
    api::ClientFrame call;
    call.mutable_new_call()->set_level(2);
    call.mutable_new_call()->mutable_place()->set_lat_e7(351'100'000);
    call.mutable_new_call()->mutable_place()->set_lon_e7(1'109'100'000);
    const client::RequestId order = li->send(call, 25s);
    Answers answers = wait_for(*li, 5);
    PQclear(PQexec(lock.get(), "rollback"));
    ASSERT_EQ(answers.order.size(), 5U);
    EXPECT_TRUE(answers.frames.at(order));
    EXPECT_NE(answers.order.back(), order) << "the call was answered while replays waited for their archive";
    EXPECT_EQ(answers.frames.at(replays[0]).error().code, Code::replay_away);
    EXPECT_EQ(answers.frames.at(replays[1]).error().code, Code::replay_away);
    EXPECT_EQ(answers.frames.at(replays[3]).error().code, Code::too_many_requests) << "one under way, two waiting";
    EXPECT_TRUE(ask(*li, of_assignment(wire::STREAM_G))) << "and it recovers";
    const auto counted = [this](const char* request, const char* outcome) {
        const auto page = test::MetricsPage::parse(test::http_get(status_port_, "/metrics").body);
        return page ? page->value("ems_dispatchd_requests_total", {{"request", request}, {"outcome", outcome}})
                    : std::nullopt;
    };
    EXPECT_EQ(counted("new_call", "ok"), 1);
    EXPECT_EQ(counted("replay", "ok"), 2);
    EXPECT_EQ(counted("replay", "too_many_requests"), 1);
}

TEST_F(ReplayServiceTest, TheCommandLinePrintsWhereAUnitWas) {
    const std::vector<std::string> verb{"history", "U1", "--from", "2025-03-10T10:00:00Z", "--to", "2025-03-10T10:40:00Z", "--points", "20"};
    const std::string lines = ctl(verb);
    EXPECT_TRUE(lines.starts_with("0\n")) << lines;
    EXPECT_NE(lines.find(" position 35.10000 110.90000 43 km/h\n"), std::string::npos) << lines;
    EXPECT_LE(std::count(lines.begin(), lines.end(), '\n'), 41) << lines;
    std::vector<std::string> json = verb;
    json.insert(json.begin(), "--json");
    const std::string object = ctl(json);
    EXPECT_NE(object.find("\"positions\""), std::string::npos) << object;
    EXPECT_TRUE(ctl({"history", "V2"}).starts_with("1\n")) << "it has no vehicle";
    EXPECT_TRUE(ctl({"history", "U1", "--from", "2025-03-10T10:40:00Z", "--to", "2025-03-10T10:00:00Z"}).starts_with("1\n"));
    EXPECT_TRUE(ctl({"history", "U1", "--points", "0"}).starts_with("2\n"));
}

TEST_F(ReplayServiceTest, TheCommandLinePrintsACase) {
    const std::string lines = ctl({"replay", "#901", "--stream", "g"});
    EXPECT_TRUE(lines.starts_with("0\n# amb-1  17:55:00 - 18:55:00  ")) << lines.substr(0, 300);
    EXPECT_NE(lines.find("18:00:01 position 35.10000 110.90000 43 km/h\n"), std::string::npos);
    EXPECT_NE(lines.find("18:40:00 gap to 18:55:00 unknown\n"), std::string::npos);
    const std::string json = ctl({"--json", "replay", "U1", "--from", "2025-03-10T10:03:00Z", "--to",
                                  "2025-03-10T18:04:00", "--stream", "w", "--buckets", "60"});
    EXPECT_TRUE(json.starts_with("0\n{")) << json.substr(0, 300);
    EXPECT_NE(json.find("\"most\":[89,"), std::string::npos) << json.substr(0, 300);
    EXPECT_NE(json.find("4321"), std::string::npos);
    EXPECT_TRUE(ctl({"replay", "U1"}).starts_with("2\n"));
    EXPECT_TRUE(ctl({"replay", "U1", "--from", "yesterday", "--to", "2025-03-10T18:04:00"}).starts_with("2\n"));
    EXPECT_TRUE(ctl({"replay", "U1", "--stream", "x"}).starts_with("2\n"));
}

} // namespace
} // namespace ems::dispatch
