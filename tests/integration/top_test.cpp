// ems-telemetryd, ems-dispatchd and ems-ctl between a real broker and a real database: what an
// operator sees of a vehicle, and of the broker or the database when it is gone.
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/prometheus_text.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"

namespace ems {
namespace {

using namespace std::chrono_literals;
using test::eventually;

std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

class TopTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        broker_ = std::make_unique<test::TempBroker>(
            std::vector<std::string>{"srv-dispatch-a", "srv-telemetry-a", "ctl", "amb-1", "amb-2"});
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Yanhu');"
                           "insert into registry.station (region, name, place) values ('140802', "
                           "'S1', st_point(110.9, 35.1)::geography);"
                           "insert into registry.vehicle (vid, region) values ('amb-1', '140802'), "
                           "('amb-2', '140802');"
                           "insert into registry.unit (name, station_id, vid) values ('席张01', 1, "
                           "'amb-1'), ('U2', 1, 'amb-2')");
        std::ofstream{password_file()} << "correct horse";
        std::filesystem::permissions(password_file(), std::filesystem::perms::owner_read |
                                                          std::filesystem::perms::owner_write);
        for (const char* role : {"dispatcher", "physician", "admin"}) {
            std::string output;
            ASSERT_EQ(test::run({test::program("ems-admin"), "user", "add", "--conninfo",
                                 postgres_->conninfo("ems_owner"), "--name", role, "--role", role,
                                 "--display", role, "--password-file", password_file()},
                                &output),
                      0)
                << output;
        }
        start_servers();
    }
    static void TearDownTestSuite() {
        telemetryd_.reset();
        dispatchd_.reset();
        broker_.reset();
        postgres_.reset();
    }
    static void start_servers() {
        std::ofstream{dir_.path() / "telemetryd.toml"}
            << "pg.conninfo = \"" << postgres_->conninfo("ems_telemetry")
            << "\"\nmqtt.port = " << broker_->port() << "\nmqtt.ca = \"" << broker_->ca()
            << "\"\nmqtt.certificate = \"" << broker_->certificate("srv-telemetry-a")
            << "\"\nmqtt.key = \"" << broker_->key("srv-telemetry-a") << "\"\nstatus.port = 0\n";
        std::ofstream{dir_.path() / "dispatchd.toml"}
            << "listen.port = " << desk_port_ << "\npki.dir = \"" << broker_->pki_dir()
            << "\"\npg.conninfo = \"" << postgres_->conninfo("ems_dispatch")
            << "\"\nmqtt.port = " << broker_->port() << "\nstatus.port = " << status_port_ << "\n";
        telemetryd_ = start("ems-telemetryd", "telemetryd.toml");
        dispatchd_ = start("ems-dispatchd", "dispatchd.toml");
    }
    static std::unique_ptr<test::ChildProcess> start(const char* name, const char* conf) {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program(name), "--config",
                                     (dir_.path() / conf).string()},
            test::ChildProcess::Options{(dir_.path() / (std::string{name} + ".log")).string(), {}});
    }
    static std::string password_file() { return (dir_.path() / "password").string(); }
    static std::vector<std::string> ctl(const std::string& user,
                                        const std::vector<std::string>& verb) {
        std::vector<std::string> out{test::program("ems-ctl"),
                                     "--server",
                                     "127.0.0.1:" + std::to_string(desk_port_),
                                     "--ca",
                                     broker_->ca(),
                                     "--cert",
                                     broker_->certificate("ctl"),
                                     "--key",
                                     broker_->key("ctl"),
                                     "--user",
                                     user,
                                     "--password-file",
                                     password_file()};
        out.insert(out.end(), verb.begin(), verb.end());
        return out;
    }
    // The answer of `ems-ctl top --json`, or null.
    static nlohmann::json top() {
        std::string output;
        const int code =
            test::run(ctl("dispatcher", {"top", "--json"}), &output, {"LANG=C.UTF-8", "LC_ALL="});
        return code == 0 ? nlohmann::json::parse(output, nullptr, false) : nlohmann::json{};
    }
    static nlohmann::json of(const nlohmann::json& list, const char* key,
                             const std::string& value) {
        for (const auto& one : list.is_array() ? list : nlohmann::json::array()) {
            if (one[key] == value) {
                return one;
            }
        }
        return {};
    }
    static bool health(int status, const std::string& line) {
        return eventually(
            [&] {
                const test::HttpReply reply = test::http_get(status_port_, "/healthz");
                return reply.status == status && reply.body.find(line) != std::string::npos;
            },
            30s);
    }

    static test::TempDir dir_;
    static std::unique_ptr<test::TempPostgres> postgres_;
    static std::unique_ptr<test::TempBroker> broker_;
    static std::unique_ptr<test::ChildProcess> telemetryd_;
    static std::unique_ptr<test::ChildProcess> dispatchd_;
    static const std::uint16_t desk_port_;
    static const std::uint16_t status_port_;
};
test::TempDir TopTest::dir_;
std::unique_ptr<test::TempPostgres> TopTest::postgres_;
std::unique_ptr<test::TempBroker> TopTest::broker_;
std::unique_ptr<test::ChildProcess> TopTest::telemetryd_;
std::unique_ptr<test::ChildProcess> TopTest::dispatchd_;
const std::uint16_t TopTest::desk_port_{test::free_port()};
const std::uint16_t TopTest::status_port_{test::free_port()};

// A vehicle that says something whenever the test waits.
class Vehicle {
  public:
    Vehicle(const test::TempBroker& broker, std::string vid) : vid_(std::move(vid)) {
        link::MqttConfig config;
        config.port = broker.port();
        config.client_id = vid_;
        config.ca_file = broker.ca();
        config.certificate_file = broker.certificate(vid_);
        config.key_file = broker.key(vid_);
        config.backoff = {100ms, 500ms};
        session_ = std::make_unique<link::MqttSession>(config, link::MqttHandlers{});
        session_->start();
    }
    // Heartbeat and position, at most five times a second.
    void live() {
        const auto now = std::chrono::steady_clock::now();
        if (now - said_ < 200ms || !session_->connected()) {
            return;
        }
        said_ = now;
        wire::Position position;
        position.set_lat_e7(350'210'000);
        position.set_lon_e7(1'109'900'000);
        position.set_fix_mode(3);
        wire::Envelope record;
        record.set_spool(7);
        record.set_seq(++seq_);
        record.set_t_us(now_us());
        record.set_clk(wire::CLOCK_GNSS);
        record.set_ver(1);
        record.set_stream(wire::STREAM_G);
        record.set_body(position.SerializeAsString());
        publish("gps", record.SerializeAsString());
        wire::Heartbeat beat;
        beat.set_t_us(now_us());
        beat.set_birth_counter(1);
        beat.set_spool(7);
        wire::StreamCount& count = *beat.add_streams();
        count.set_stream(wire::STREAM_G);
        count.set_last_seq(seq_ + kNeverSent);
        (*beat.mutable_device_health())["gnss"] = "ok";
        publish("hb", beat.SerializeAsString());
    }
    bool until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
        return eventually(
            [&] {
                live();
                return condition();
            },
            limit);
    }
    static constexpr std::uint64_t kNeverSent = 3;

  private:
    void publish(const std::string& kind, std::string payload) {
        static_cast<void>(session_->publish("ems/v1/140802/" + vid_ + "/u/" + kind,
                                            std::move(payload), link::Qos::at_most_once));
    }
    std::string vid_;
    std::uint64_t seq_{0};
    std::chrono::steady_clock::time_point said_{};
    std::unique_ptr<link::MqttSession> session_;
};

// ems-ctl on a terminal of its own.
class OnTerminal {
  public:
    explicit OnTerminal(std::vector<std::string> argv) {
        std::vector<char*> raw;
        for (std::string& argument : argv) {
            raw.push_back(argument.data());
        }
        raw.push_back(nullptr);
        winsize size{24, 100, 0, 0};
        pid_ = forkpty(&fd_, nullptr, nullptr, &size);
        if (pid_ == 0) {
            execv(raw[0], raw.data());
            _exit(127);
        }
    }
    ~OnTerminal() {
        if (pid_ > 0 && !ended_) {
            kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        close(fd_);
    }
    void press(char key) const { static_cast<void>(!write(fd_, &key, 1)); }
    void resize(unsigned short columns) const {
        const winsize size{24, columns, 0, 0};
        ioctl(fd_, TIOCSWINSZ, &size);
    }
    // What has come so far.
    const std::string& screen() {
        pollfd wait{fd_, POLLIN, 0};
        char buffer[4096];
        while (poll(&wait, 1, 0) == 1) {
            const ssize_t got = read(fd_, buffer, sizeof buffer);
            if (got <= 0) {
                break;
            }
            text_.append(buffer, static_cast<std::size_t>(got));
        }
        return text_;
    }
    void forget() { text_.clear(); }
    // Its exit code once it has ended by itself.
    std::optional<int> code() {
        int status = 0;
        screen();
        if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
            ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
        return ended_;
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    int fd_{-1};
    pid_t pid_{-1};
    std::string text_;
    std::optional<int> ended_;
};

TEST_F(TopTest, OneVehicleStandsInTheDocumentAndInTheTableWithItsAges) {
    Vehicle vehicle{*broker_, "amb-1"};
    nlohmann::json all;
    nlohmann::json one;
    ASSERT_TRUE(vehicle.until(
        [&] {
            all = top();
            one = of(all["vehicles"], "vid", "amb-1");
            return one.is_object() && one["wave_age_ms"].is_null() &&
                   one["rates"]["positions"].is_number();
        },
        40s))
        << all.dump(1);
    EXPECT_EQ(one["link"], "up") << one.dump();
    EXPECT_EQ(one["unit"], "席张01");
    EXPECT_LT(one["position_age_ms"], 60'000);
    EXPECT_TRUE(one["vitals_age_ms"].is_null()) << "none was ever sent";
    EXPECT_EQ(one["unstored"]["positions"], Vehicle::kNeverSent);
    EXPECT_EQ(one["device_health"], "gnss=ok");
    EXPECT_EQ(one["flooding"], false);
    EXPECT_EQ(of(all["vehicles"], "vid", "amb-2")["link"], "never");
    EXPECT_EQ(of(all["servers"], "kind", "dispatchd")["leads"], true);
    EXPECT_EQ(of(all["servers"], "kind", "telemetryd")["broker_up"], true);
    EXPECT_GE(of(all["servers"], "kind", "telemetryd")["stored"], 1);
    std::string table;
    ASSERT_EQ(test::run(ctl("dispatcher", {"top", "--once"}), &table), 0) << table;
    EXPECT_NE(table.find("VEHICLE"), std::string::npos) << table;
    EXPECT_NE(table.find("amb-1        席张01"), std::string::npos) << table;
    EXPECT_NE(table.find("telemetryd  srv-telemetry-a"), std::string::npos) << table;
    EXPECT_EQ(table.find('\x1b'), std::string::npos) << "a script gets plain lines";
}

TEST_F(TopTest, AGapAndARowOfAnotherSpoolAreToldApart) {
    Vehicle vehicle{*broker_, "amb-2"};
    ASSERT_TRUE(vehicle.until(
        [&] {
            return postgres_->value(
                       "select count(*) from telemetry.vehicle_link where vid = 'amb-2'") == "1";
        },
        20s));
    postgres_->execute(
        "insert into telemetry.gap (vid, spool, stream, from_seq, to_seq, reason) values "
        "('amb-2', 7, 4, 1, 10, 'full'), ('amb-2', 8, 4, 1, 1000, 'full')");
    EXPECT_TRUE(
        vehicle.until([&] { return of(top()["vehicles"], "vid", "amb-2")["gaps"] == 10; }, 20s));
}

TEST_F(TopTest, WhoMayNotAskIsRefused) {
    std::string output;
    EXPECT_EQ(test::run(ctl("physician", {"top", "--once"}), &output, {"LANG=C.UTF-8", "LC_ALL="}),
              1);
    EXPECT_NE(output.find("Your role may not do this"), std::string::npos) << output;
}

// Administrators see no incident and no patient, but whether the system works.
TEST_F(TopTest, WhoMayNotSeeTheStateIsAnsweredWhatHeMayAsk) {
    ASSERT_TRUE(health(200, "lead ok leads"));
    const std::vector<std::string> english{"LANG=C.UTF-8", "LC_ALL="};
    std::string table;
    EXPECT_EQ(test::run(ctl("admin", {"top", "--once"}), &table, english), 0) << table;
    EXPECT_NE(table.find("VEHICLE"), std::string::npos) << table;
    for (const std::vector<std::string>& verb :
         {std::vector<std::string>{"units"}, {"status", "--json"}, {"terminal-texts", "U2"}, {"watch"}}) {
        std::string output;
        EXPECT_EQ(test::run(ctl("admin", verb), &output, english), 1) << verb.front();
        EXPECT_NE(output.find("Your role may not do this"), std::string::npos) << output;
    }
}

TEST_F(TopTest, OnATerminalItRedrawsFollowsTheWindowAndGivesTheScreenBack) {
    ASSERT_TRUE(health(200, "lead ok leads"));
    OnTerminal on{ctl("dispatcher", {"top"})};
    const auto shows = [&on](const std::string& text) {
        return eventually([&] { return on.screen().find(text) != std::string::npos; }, 20s);
    };
    ASSERT_TRUE(shows("\x1b[?1049h")) << on.screen();
    ASSERT_TRUE(shows("UNSTORED")) << on.screen();
    on.forget();
    EXPECT_TRUE(shows("UNSTORED")) << "it draws again";
    on.resize(20);
    EXPECT_TRUE(eventually(
        [&] {
            on.forget();
            return eventually(
                [&] { return on.screen().find("VEHICLE      UNIT   \x1b[K") != std::string::npos; },
                2s);
        },
        20s))
        << on.screen();
    on.press('q');
    EXPECT_TRUE(eventually([&] { return on.code().has_value(); }, 10s));
    EXPECT_EQ(on.code(), 0);
    EXPECT_TRUE(on.screen().ends_with("\x1b[?25h\x1b[?1049l")) << on.screen();
}

TEST_F(TopTest, ASignalGivesTheScreenBackToo) {
    ASSERT_TRUE(health(200, "lead ok leads"));
    OnTerminal on{ctl("dispatcher", {"top"})};
    ASSERT_TRUE(eventually([&] { return on.screen().find("UNSTORED") != std::string::npos; }, 20s));
    kill(on.pid(), SIGINT);
    EXPECT_TRUE(eventually([&] { return on.code().has_value(); }, 10s));
    EXPECT_EQ(on.code(), 0);
    EXPECT_TRUE(on.screen().ends_with("\x1b[?25h\x1b[?1049l")) << on.screen();
}

TEST_F(TopTest, WithoutTheDatabaseItSaysSoAndLinksStayLive) {
    Vehicle vehicle{*broker_, "amb-1"};
    ASSERT_TRUE(health(200, "lead ok leads"));
    OnTerminal on{ctl("dispatcher", {"top"})};
    on.resize(200);
    // The archive must know the vehicle before it goes: a row that never was has no age.
    ASSERT_TRUE(vehicle.until(
        [&] {
            const nlohmann::json one = of(top()["vehicles"], "vid", "amb-1");
            return one.is_object() && !one["row_age_ms"].is_null();
        },
        30s));
    ASSERT_TRUE(vehicle.until(
        [&] { return on.screen().find("amb-1        席张01     up") != std::string::npos; }, 20s));
    postgres_->crash();
    EXPECT_TRUE(
        vehicle.until([&] { return on.screen().find("DATABASE AWAY") != std::string::npos; }, 20s))
        << on.screen();
    EXPECT_TRUE(vehicle.until(
        [&] {
            on.forget();
            return vehicle.until(
                [&] {
                    return on.screen().find("DATABASE AWAY") != std::string::npos &&
                           on.screen().find("amb-1        席张01     up ") != std::string::npos &&
                           on.screen().find("row ") != std::string::npos;
                },
                2s);
        },
        30s))
        << on.screen();
    postgres_->start();
    EXPECT_TRUE(vehicle.until(
        [&] {
            on.forget();
            return vehicle.until(
                [&] {
                    return on.screen().find("DATABASE AWAY") == std::string::npos &&
                           on.screen().find("amb-1 ") != std::string::npos;
                },
                2s);
        },
        30s))
        << on.screen();
}

TEST_F(TopTest, DispatchdsPagesTellItsLeadItsRequestsAndWhatIsMissing) {
    ASSERT_TRUE(health(200, "lead ok leads term"));
    std::string output;
    ASSERT_EQ(test::run(ctl("dispatcher", {"units"}), &output), 0) << output;
    const auto page = test::MetricsPage::parse(test::http_get(status_port_, "/metrics").body);
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_EQ(page->value("ems_dispatchd_leads"), 1);
    EXPECT_GE(
        page->value("ems_dispatchd_requests_total", {{"request", "subscribe"}, {"outcome", "ok"}}),
        1);
    EXPECT_GE(page->value("ems_dispatchd_request_seconds_count", {{"request", "log_in"}}), 1);
    EXPECT_EQ(page->value("ems_dispatchd_outbox_waiting"), 0);
    broker_->kill();
    EXPECT_TRUE(health(503, "broker failed"));
    broker_->start();
    EXPECT_TRUE(health(200, "broker ok"));
    postgres_->crash();
    EXPECT_TRUE(health(503, "database failed no answer for"));
    EXPECT_TRUE(health(503, "lead failed"));
    postgres_->start();
    EXPECT_TRUE(health(200, "lead ok leads term"));
}

} // namespace
} // namespace ems
