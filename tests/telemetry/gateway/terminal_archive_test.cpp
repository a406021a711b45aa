// A terminal, the whole of ems-telemetryd and a real database: what is answered stands in the
// archive.
#include <fstream>
#include <gtest/gtest.h>
#include <memory>

#include <fmt/format.h>

#include "telemetry/seal/mac_key.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/prometheus_text.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/gateway/terminal_line.h"

namespace ems::gateway {
namespace {

using namespace std::chrono_literals;
using test::TerminalLine;

class TerminalArchive : public testing::Test {
  protected:
    TerminalArchive() : broker_({"srv-telemetry-a"}), port_(test::free_port()) {
        postgres_.execute("insert into registry.region (code, name) values ('140802', 'Test'); "
                          "insert into registry.vehicle (vid, region, plate) values "
                          "('amb-1', '140802', '苏B·A6860'); "
                          "insert into registry.terminal (number, vid, terminal_id) values "
                          "('13511221122', 'amb-1', '2366104')");
        const std::string key = (dir_.path() / "jt808.key").string();
        EXPECT_TRUE(seal::MacKey::make_file(key));
        conf_ = (dir_.path() / "telemetryd.toml").string();
        std::ofstream{conf_} << "pg.conninfo = \"" << postgres_.conninfo("ems_telemetry")
                             << "\"\nmqtt.port = " << broker_.port() << "\nmqtt.ca = \""
                             << broker_.ca() << "\"\nmqtt.certificate = \""
                             << broker_.certificate("srv-telemetry-a") << "\"\nmqtt.key = \""
                             << broker_.key("srv-telemetry-a")
                             << "\"\nstatus.port = " << status_port_
                             << "\njt808.address = \"127.0.0.1\"\njt808.port = " << port_
                             << "\njt808.key = \"" << key << "\"\n";
        start();
    }
    void start() {
        server_ = std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program("ems-telemetryd"), "--config", conf_},
            test::ChildProcess::Options{(dir_.path() / "log").string(), {}});
    }
    [[nodiscard]] std::string value(const std::string& sql) { return postgres_.value(sql); }

    test::TempPostgres postgres_;
    test::TempBroker broker_;
    test::TempDir dir_;
    std::uint16_t port_;
    std::uint16_t status_port_{test::free_port()};
    std::string conf_;
    std::unique_ptr<test::ChildProcess> server_;
};

TEST_F(TerminalArchive, AReportStandsInTheArchiveOnceHoweverOftenItComes) {
    const std::string report = test::body(test::RawLocation{});
    {
        TerminalLine terminal{port_};
        ASSERT_TRUE(terminal.log_in());
        terminal.send(id::kLocation, 7, report);
        ASSERT_TRUE(terminal.answered(7, 10s));
        EXPECT_EQ(value("select count(*) from telemetry.position"), "1");
        terminal.send(id::kLocation, 8, report);
        ASSERT_TRUE(terminal.answered(8, 10s));
        terminal.send(id::kLocationBatch, 9, test::batch_body({report, report}));
        ASSERT_TRUE(terminal.answered(9, 10s));
    }
    // A new process knows nothing of the old one but the archive.
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    start();
    TerminalLine terminal{port_};
    ASSERT_TRUE(terminal.log_in());
    terminal.send(id::kLocation, 7, report);
    ASSERT_TRUE(terminal.answered(7, 10s));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "1");
    EXPECT_EQ(value("select vid || ' ' || speed_cm_s || ' ' || t_bad from telemetry.position"),
              "amb-1 1731 false");
    EXPECT_EQ(value("select count(*) from telemetry.ingest_mark"), "0")
        << "its seqs are not dense: no marks";
}

TEST_F(TerminalArchive, AnOutageOfTheDatabaseHoldsTheAnswerAndKeepsTheLine) {
    TerminalLine terminal{port_};
    ASSERT_TRUE(terminal.log_in());
    postgres_.crash();
    terminal.send(id::kLocation, 7, test::body(test::RawLocation{}));
    terminal.send(id::kHeartbeat, 8, "");
    ASSERT_TRUE(terminal.answered(8, 5s));
    EXPECT_FALSE(terminal.answered(7, 1s));
    terminal.send(id::kLocation, 9, test::body(test::RawLocation{})); // sent again meanwhile
    postgres_.start();
    EXPECT_TRUE(terminal.answered(7, 20s));
    EXPECT_TRUE(terminal.answered(9, 20s));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "1");
}

TEST_F(TerminalArchive, AnSosWithoutAFixReachesTheInbox) {
    TerminalLine terminal{port_};
    ASSERT_TRUE(terminal.log_in());
    test::RawLocation raw;
    raw.alarms = alarm::kSos;
    raw.status = 0;
    raw.time = std::string(6, '\0');
    terminal.send(id::kLocation, 7, test::body(raw));
    ASSERT_TRUE(terminal.answered(7, 10s));
    EXPECT_EQ(value("select count(*) from telemetry.inbox where vid = 'amb-1' and "
                    "event_id like 'jt808-%'"),
              "1");
    EXPECT_EQ(value("select count(*) from telemetry.position"), "0");
}

// ------------------------------------------------------------------------------------------------ text down

constexpr const char* kLeaveText =
    "insert into telemetry.terminal_text (id, vid, urgency, body, expires_at, created_by) "
    "values ('t1', 'amb-1', 'emergency', '速到复旦路', clock_timestamp() + interval '5 min', 'li')";

TEST_F(TerminalArchive, ATextReachesTheScreenAndItsAnswerTheTable) {
    TerminalLine terminal{port_};
    ASSERT_TRUE(terminal.log_in());
    postgres_.execute(kLeaveText);
    const auto shown = terminal.text(10s);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->text, (TextDown{TextDown::Urgency::emergency, "速到复旦路"}));
    EXPECT_TRUE(test::eventually([&] { return value("select sends from telemetry.terminal_text") == "1"; }, 5s));
    EXPECT_EQ(value("select result from telemetry.terminal_text"), "");
    terminal.answer(*shown, ReplyResult::done);
    EXPECT_TRUE(test::eventually(
        [&] { return value("select result from telemetry.terminal_text") == "done"; }, 10s));
    EXPECT_EQ(value("select (answered_at >= sent_at and sent_at >= created_at)::text "
                    "from telemetry.terminal_text"),
              "true");
}

TEST_F(TerminalArchive, ATextWaitsForItsTerminalAndOutlivesACrashBeforeTheAnswer) {
    postgres_.execute(kLeaveText);
    {
        TerminalLine terminal{port_};
        ASSERT_TRUE(terminal.log_in());
        ASSERT_TRUE(terminal.text(10s));
    }
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    start();
    TerminalLine terminal{port_};
    ASSERT_TRUE(terminal.log_in());
    const auto again = terminal.text(10s);
    ASSERT_TRUE(again) << "not answered before";
    terminal.answer(*again, ReplyResult::unsupported);
    EXPECT_TRUE(test::eventually(
        [&] { return value("select result from telemetry.terminal_text") == "unsupported"; }, 10s));
}

TEST_F(TerminalArchive, ATextThatNobodyTookInItsTimeExpires) {
    postgres_.execute("insert into telemetry.terminal_text (id, vid, urgency, body, expires_at, created_by) values "
                      "('t2', 'amb-1', 'normal', '过期', clock_timestamp() + interval '1 ms', 'li')");
    EXPECT_TRUE(test::eventually(
        [&] { return value("select result from telemetry.terminal_text") == "expired"; }, 10s));
    EXPECT_EQ(value("select (answered_at is null and sent_at is null)::text from telemetry.terminal_text"), "true");
}

TEST_F(TerminalArchive, AnOrdersTextWaitsBehindNeitherTerminalsThatAreGoneNorLesserTexts) {
    postgres_.execute(
        "insert into registry.vehicle (vid, region) values ('amb-2', '140802'); "
        "insert into telemetry.terminal_text (id, vid, urgency, body, created_at, expires_at, created_by) "
        "select v || n, v, u, 'x', clock_timestamp() - interval '1 min', clock_timestamp() + interval '5 min', 'li' "
        "from generate_series(1, 300) n, (values ('amb-1', 'normal'), ('amb-2', 'emergency')) t (v, u)");
    postgres_.execute(kLeaveText);
    TerminalLine terminal{port_};
    ASSERT_TRUE(terminal.log_in());
    const auto shown = terminal.text(10s);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->text, (TextDown{TextDown::Urgency::emergency, "速到复旦路"}));
    EXPECT_TRUE(test::eventually(
        [&] {
            const auto page = test::MetricsPage::parse(test::http_get(status_port_, "/metrics").body);
            return page && page->value("ems_telemetryd_terminal_texts_left_out") == 601 - 256;
        },
        10s));
}

} // namespace
} // namespace ems::gateway
