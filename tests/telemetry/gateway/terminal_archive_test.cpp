// A terminal, the whole of ems-telemetryd and a real database: what is answered stands in the
// archive.
#include <array>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>

#include <fmt/format.h>

#include "telemetry/seal/mac_key.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/gateway/terminal.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace ems::gateway {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

// One connection; everything received is kept.
class Terminal {
  public:
    explicit Terminal(std::uint16_t port) {
        const bool connected = test::eventually(
            [&] {
                boost::system::error_code error;
                socket_ = Tcp::socket{context_};
                socket_.connect({asio::ip::address_v4::loopback(), port}, error);
                return !error;
            },
            10s);
        EXPECT_TRUE(connected);
        listen();
    }

    void send(std::uint16_t message, std::uint16_t serial, std::string_view body) {
        boost::system::error_code ignored;
        asio::write(socket_, asio::buffer(encode_frame(test::header(message, serial), body)),
                    ignored);
    }
    // Registers until the server knows its registry, then authenticates.
    bool log_in() {
        for (std::uint16_t serial = 1; serial < 60; ++serial) {
            send(id::kRegister, serial, test::body(test::RawRegistration{}, Version::v2013));
            const Frame* welcome = await(
                [](const Frame& frame) { return frame.header.id == id::kRegisterReply; }, 500ms);
            if (welcome == nullptr) {
                continue;
            }
            const auto reply =
                std::get<RegisterReply>(decode(welcome->header, welcome->body).value());
            received_.clear();
            if (reply.result == RegisterResult::done) {
                send(id::kAuthenticate, 100, reply.code);
                return answered(100, 5s);
            }
        }
        return false;
    }
    bool answered(std::uint16_t serial, std::chrono::milliseconds limit) {
        return await(
                   [serial](const Frame& frame) {
                       if (frame.header.id != id::kPlatformReply) {
                           return false;
                       }
                       const auto reply =
                           std::get<PlatformReply>(decode(frame.header, frame.body).value());
                       return reply.serial == serial && reply.result == ReplyResult::done;
                   },
                   limit) != nullptr;
    }

  private:
    const Frame* await(const std::function<bool(const Frame&)>& wanted,
                       std::chrono::milliseconds limit) {
        const auto end = std::chrono::steady_clock::now() + limit;
        for (;;) {
            for (const Frame& frame : received_) {
                if (wanted(frame)) {
                    return &frame;
                }
            }
            if (std::chrono::steady_clock::now() >= end) {
                return nullptr;
            }
            context_.run_one_for(50ms);
        }
    }
    void listen() {
        socket_.async_read_some(
            asio::buffer(buffer_), [this](boost::system::error_code error, std::size_t size) {
                if (error) {
                    return;
                }
                for (const std::string& escaped : frames_.feed({buffer_.data(), size})) {
                    received_.push_back(decode_frame(escaped).value());
                }
                listen();
            });
    }

    asio::io_context context_{1};
    Tcp::socket socket_{context_};
    std::array<char, 4096> buffer_{};
    FrameStream frames_;
    std::vector<Frame> received_;
};

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
                             << "\"\njt808.address = \"127.0.0.1\"\njt808.port = " << port_
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
    std::string conf_;
    std::unique_ptr<test::ChildProcess> server_;
};

TEST_F(TerminalArchive, AReportStandsInTheArchiveOnceHoweverOftenItComes) {
    const std::string report = test::body(test::RawLocation{});
    {
        Terminal terminal{port_};
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
    Terminal terminal{port_};
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
    Terminal terminal{port_};
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
    Terminal terminal{port_};
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

} // namespace
} // namespace ems::gateway
