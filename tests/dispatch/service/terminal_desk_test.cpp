// A vehicle that has a JT/T 808 terminal, from its line through ems-telemetryd, PostgreSQL and ems-dispatchd to a desk, and
// a desk's words back to the driver's screen.
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <iostream>
#include <memory>
#include <thread>

#include "dispatch/client/client.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/seal/mac_key.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/free_port.h"
#include "tests/support/press_again.h"
#include "tests/support/temp_broker.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/gateway/terminal_line.h"

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;
using gateway::ReplyResult;

std::int64_t now_us() { return SystemClock{}.utc_us(); }

test::RawLocation report(std::int64_t t_us, std::uint32_t lat_e6 = 35'100'000) {
    test::RawLocation raw;
    raw.lat = lat_e6;
    raw.lon = 110'900'000;
    return raw.at(t_us);
}

class TerminalDesk : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        const test::TempDir folder;
        postgres_ = std::make_unique<test::TempPostgres>();
        broker_ = std::make_unique<test::TempBroker>(
            std::vector<std::string>{"srv-dispatch-a", "srv-telemetry-a", "desk-1", "amb-1"});
        postgres_->execute(
            "insert into registry.region (code, name) values ('140802', 'Yanhu');"
            "insert into registry.station (region, name, place) values ('140802', 'S1', st_point(110.99, 35.10)::geography);"
            "insert into registry.hospital (region, name, place) values ('140802', 'H', st_point(110.99, 35.03)::geography);"
            "insert into registry.vehicle (vid, region, plate) values ('amb-1', '140802', '苏B·A6860');"
            "insert into registry.unit (name, station_id, vid) values ('U1', 1, 'amb-1'), ('V2', 1, null)");
        for (const char* role : {"dispatcher", "physician"}) {
            const std::string file = (folder.path() / "password").string();
            std::ofstream{file} << "correct horse";
            std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
            std::string output;
            ASSERT_EQ(test::run({test::program("ems-admin"), "user", "add", "--conninfo", postgres_->conninfo("ems_owner"),
                                 "--name", role, "--role", role, "--display", role, "--password-file", file},
                                &output),
                      0)
                << output;
        }
    }
    static void TearDownTestSuite() {
        broker_.reset();
        postgres_.reset();
    }

    TerminalDesk() : desk_port_(test::free_port()), line_port_(test::free_port()) {
        postgres_->execute("truncate telemetry.position, telemetry.vehicle_latest, telemetry.vehicle_link, "
                           "telemetry.terminal_text; "
                           "insert into registry.terminal (number, vid, terminal_id) values "
                           "('13511221122', 'amb-1', '2366104') on conflict do nothing");
        const std::string key = (dir_.path() / "terminals.key").string();
        EXPECT_TRUE(seal::MacKey::make_file(key));
        const std::string pki = broker_->pki_dir();
        const auto name = [&](const char* cn) { return pki + "/" + cn; };
        std::ofstream{file("telemetryd.toml")}
            << "pg.conninfo = \"" << postgres_->conninfo("ems_telemetry") << "\"\nmqtt.port = " << broker_->port()
            << "\nmqtt.ca = \"" << broker_->ca() << "\"\nmqtt.certificate = \"" << name("srv-telemetry-a.crt")
            << "\"\nmqtt.key = \"" << name("srv-telemetry-a.key") << "\"\njt808.address = \"127.0.0.1\"\njt808.port = "
            << line_port_ << "\njt808.key = \"" << key << "\"\n";
        std::ofstream{file("dispatchd.toml")} << "region = \"140802\"\n[listen]\nport = " << desk_port_
                                              << "\n[pki]\ndir = \"" << pki << "\"\n[pg]\nconninfo = \""
                                              << postgres_->conninfo("ems_dispatch")
                                              << "\"\n[mqtt]\nport = " << broker_->port() << "\n";
        telemetryd_ = start("ems-telemetryd", "telemetryd");
        dispatchd_ = start("ems-dispatchd", "dispatchd");
    }
    ~TerminalDesk() override {
        for (const char* log : {"telemetryd.log", "dispatchd.log"}) {
            if (HasFailure()) {
                std::ifstream in{file(log)};
                std::cerr << in.rdbuf();
            }
        }
    }

    [[nodiscard]] std::string file(const std::string& name) const { return (dir_.path() / name).string(); }
    [[nodiscard]] std::unique_ptr<test::ChildProcess> start(const std::string& program, const std::string& name) const {
        return std::make_unique<test::ChildProcess>(
            std::vector<std::string>{test::program(program), "--config", file(name + ".toml")},
            test::ChildProcess::Options{file(name + ".log"), {}});
    }
    std::unique_ptr<client::Client> desk(const std::string& user) const {
        client::ClientConfig config;
        config.servers = {"127.0.0.1:" + std::to_string(desk_port_)};
        config.ca_file = broker_->ca();
        config.certificate_file = broker_->certificate("desk-1");
        config.key_file = broker_->key("desk-1");
        auto out = std::make_unique<client::Client>(config, [] {});
        out->log_in(user, Secret<std::string>{"correct horse"});
        return out;
    }
    // Exit code of ems-ctl as the dispatcher.
    int ctl(std::vector<std::string> verb, std::string& output) const {
        std::ofstream{file("ctl.password")} << "correct horse";
        std::vector<std::string> line{test::program("ems-ctl"), "--server", "127.0.0.1:" + std::to_string(desk_port_), "--ca",
                                      broker_->ca(), "--cert", broker_->certificate("desk-1"), "--key", broker_->key("desk-1"),
                                      "--user", "dispatcher", "--password-file", file("ctl.password")};
        line.insert(line.end(), verb.begin(), verb.end());
        output.clear();
        return test::run(std::move(line), &output, {"LANG=zh_CN.UTF-8", "LC_ALL="});
    }
    Result<api::ServerFrame> ask(client::Client& desk, const api::ClientFrame& frame) {
        return test::press_again([&] { return ask_once(desk, frame); });
    }
    Result<api::ServerFrame> ask_once(client::Client& desk, const api::ClientFrame& frame) {
        const client::RequestId request = desk.send(frame, 20s);
        std::optional<Result<api::ServerFrame>> answer;
        static_cast<void>(sees(desk, [&answer] { return answer.has_value(); },
                               [&](client::Event& event) {
                                   if (auto* reply = std::get_if<client::ReplyArrived>(&event);
                                       reply && reply->request == request) {
                                       answer = std::move(reply->frame);
                                   }
                               }));
        return answer ? std::move(*answer) : fail(Code::timeout, "no reply");
    }
    bool sees(client::Client& desk, const std::function<bool()>& condition,
              const std::function<void(client::Event&)>& look = {}) {
        return test::eventually(
            [&] {
                for (client::Event& event : desk.drain()) {
                    if (const auto* state = std::get_if<client::StateArrived>(&event)) {
                        static_cast<void>(state->feed(mirror_));
                    }
                    if (const auto* live = std::get_if<client::LiveArrived>(&event)) {
                        for (const api::UnitPosition& one : live->live.positions()) {
                            shown_.push_back(one);
                        }
                        mirror_.apply(live->live);
                    }
                    if (look) {
                        look(event);
                    }
                }
                return condition();
            },
            30s);
    }
    // Of unit 1, as the client's mirror holds it.
    [[nodiscard]] const api::UnitPosition* position() const {
        const auto found = mirror_.positions().find(1);
        return found == mirror_.positions().end() ? nullptr : &found->second;
    }
    [[nodiscard]] bool position_is(std::int32_t lat_e7) const {
        return position() != nullptr && position()->place().lat_e7() == lat_e7;
    }
    [[nodiscard]] std::string link() const {
        const auto found = mirror_.units().find(1);
        return found == mirror_.units().end() ? "" : found->second.link();
    }
    api::ClientFrame text_frame(std::int64_t unit, const std::string& text, const std::string& key) {
        api::ClientFrame frame;
        frame.mutable_send_terminal_text()->set_unit_id(unit);
        frame.mutable_send_terminal_text()->set_text(text);
        frame.set_idempotency_key(key);
        return frame;
    }

    static std::unique_ptr<test::TempPostgres> postgres_;
    static std::unique_ptr<test::TempBroker> broker_;
    test::TempDir dir_;
    std::uint16_t desk_port_;
    std::uint16_t line_port_;
    std::unique_ptr<test::ChildProcess> telemetryd_;
    std::unique_ptr<test::ChildProcess> dispatchd_;
    client::Mirror mirror_;
    std::vector<api::UnitPosition> shown_;
};
std::unique_ptr<test::TempPostgres> TerminalDesk::postgres_;
std::unique_ptr<test::TempBroker> TerminalDesk::broker_;

TEST_F(TerminalDesk, AVehicleKnownByItsTerminalAloneStandsOnTheDeskAtItsPlaceAndAge) {
    auto li = desk("dispatcher");
    test::TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    line.send(gateway::id::kLocation, 300, test::body(report(now_us() - 120'000'000)));
    ASSERT_TRUE(line.answered(300, 20s));
    ASSERT_TRUE(sees(*li, [&] { return position_is(351'000'000) && link() == "up"; }));
    EXPECT_EQ(position()->source(), "terminal");
    EXPECT_EQ(position()->age_at_receipt_ms(), (position()->received_us() - position()->device_us()) / 1'000)
        << "it was two minutes on its way, and no fresher one is known";
    EXPECT_GE(position()->age_at_receipt_ms(), 120'000U);

    api::ClientFrame call;
    call.mutable_new_call()->set_level(2);
    call.mutable_new_call()->mutable_place()->set_lat_e7(351'000'000);
    call.mutable_new_call()->mutable_place()->set_lon_e7(1'109'000'000);
    call.set_idempotency_key("call");
    const auto opened = ask(*li, call);
    ASSERT_TRUE(opened) << opened.error().message();
    const api::Recommendation& advice = opened->new_call_ok().recommendation();
    ASSERT_GE(advice.candidates_size(), 1);
    EXPECT_EQ(advice.candidates(0).unit_id(), 1);
    EXPECT_LT(advice.candidates(0).straight_m(), 10U) << "from where the terminal is, not from the station";
    EXPECT_GE(advice.candidates(0).fix_age_s(), 120U);

    // What comes out of the blind area later is older: it moves nothing.
    line.send(gateway::id::kLocation, 301, test::body(report(now_us(), 35'110'000)));
    ASSERT_TRUE(sees(*li, [&] { return position_is(351'100'000); }));
    line.send(gateway::id::kLocationBatch, 302, test::batch_body({test::body(report(now_us() - 60'000'000, 35'105'000))}));
    ASSERT_TRUE(line.answered(302, 20s));
    line.send(gateway::id::kLocation, 303, test::body(report(now_us() + 2'000'000, 35'111'000)));
    ASSERT_TRUE(sees(*li, [&] { return position_is(351'110'000); }));
    for (const api::UnitPosition& one : shown_) {
        EXPECT_NE(one.place().lat_e7(), 351'050'000);
    }
}

TEST_F(TerminalDesk, OfAVehicleWithBothItsOwnPlaceGoesFirstAndTheTerminalStandsIn) {
    auto li = desk("dispatcher");
    link::MqttConfig config;
    config.port = broker_->port();
    config.client_id = "amb-1";
    config.ca_file = broker_->ca();
    config.certificate_file = broker_->certificate("amb-1");
    config.key_file = broker_->key("amb-1");
    config.backoff = {100ms, 500ms};
    link::MqttSession vehicle{config, {}};
    vehicle.start();
    wire::Envelope envelope;
    envelope.set_spool(77);
    envelope.set_ver(1);
    envelope.set_clk(wire::CLOCK_GNSS);
    envelope.set_stream(wire::STREAM_G);
    const auto own = [&](std::int32_t lat_e7) {
        wire::Position place;
        place.set_lat_e7(lat_e7);
        place.set_lon_e7(1'109'000'000);
        place.set_fix_mode(3);
        envelope.set_seq(envelope.seq() + 1);
        envelope.set_t_us(now_us());
        envelope.set_body(place.SerializeAsString());
        static_cast<void>(
            vehicle.publish("ems/v1/140802/amb-1/u/gps", envelope.SerializeAsString(), link::Qos::at_least_once));
    };
    ASSERT_TRUE(sees(*li, [&] {
        own(350'100'000);
        return position_is(350'100'000);
    }));
    EXPECT_TRUE(position()->source().empty());

    test::TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    std::uint16_t serial = 300;
    const auto in_archive = [&] {
        own(350'100'000);
        line.send(gateway::id::kLocation, ++serial, test::body(report(now_us(), 35'200'000)));
        return postgres_->value("select count(*) from telemetry.position where place::geometry && "
                               "st_makeenvelope(110, 35.199, 112, 35.201, 4326)") != "0";
    };
    ASSERT_TRUE(sees(*li, in_archive));
    own(350'200'000);
    ASSERT_TRUE(sees(*li, [&] { return position_is(350'200'000); }));
    for (const api::UnitPosition& one : shown_) {
        EXPECT_TRUE(one.source().empty()) << "while the vehicle speaks its terminal is not shown";
    }
    ASSERT_TRUE(sees(*li, [&] {
        line.send(gateway::id::kLocation, ++serial, test::body(report(now_us(), 35'200'000)));
        return position_is(352'000'000);
    })) << "the vehicle is silent, its terminal is not";
    EXPECT_EQ(position()->source(), "terminal");
    EXPECT_EQ(link(), "lost") << "orders do not reach it by its terminal";
    ASSERT_TRUE(sees(*li, [&] {
        own(350'300'000);
        return position_is(350'300'000);
    }));
    EXPECT_TRUE(position()->source().empty());
    vehicle.stop();
}

TEST_F(TerminalDesk, ADesksTextReachesTheDriverOnceAndItsAnswerTheDesk) {
    auto li = desk("dispatcher");
    test::TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    ASSERT_TRUE(sees(*li, [&] { return mirror_.units().size() == 2; }));
    const auto taken = ask(*li, text_frame(1, "请到东门等候", "text-1"));
    ASSERT_TRUE(taken) << taken.error().message();
    const auto again = ask(*li, text_frame(1, "请到东门等候", "text-1"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->terminal_text_taken().text_id(), taken->terminal_text_taken().text_id()) << "a repeat adds nothing";
    EXPECT_EQ(postgres_->value("select count(*) from telemetry.terminal_text"), "1");
    const auto shown = line.text(20s);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->text, (gateway::TextDown{gateway::TextDown::Urgency::normal, "请到东门等候"}));
    line.answer(*shown, ReplyResult::done);
    api::TerminalTexts texts;
    ASSERT_TRUE(sees(*li, [&] {
        api::ClientFrame frame;
        frame.mutable_get_terminal_texts()->set_unit_id(1);
        const auto reply = ask(*li, frame);
        texts = reply ? reply->terminal_texts() : api::TerminalTexts{};
        return texts.texts_size() == 1 && texts.texts(0).result() == "done";
    }));
    std::string listed;
    EXPECT_EQ(ctl({"terminal-texts", "U1"}, listed), 0) << listed;
    EXPECT_NE(listed.find("result=done 请到东门等候"), std::string::npos) << listed;
    EXPECT_EQ(texts.texts(0).created_by(), "dispatcher");
    EXPECT_GE(texts.texts(0).answered_us(), texts.texts(0).sent_us());
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'terminal_text' "
                              "and actor = 'dispatcher' and detail like '%东门%'"),
              "1");
}

TEST_F(TerminalDesk, ATextThatCannotBeShownOrMayNotBeSentIsRefusedByNumber) {
    auto li = desk("dispatcher");
    ASSERT_TRUE(sees(*li, [&] { return mirror_.units().size() == 2; }));
    EXPECT_EQ(ask(*li, text_frame(1, "", "a")).error().code, Code::terminal_text_invalid);
    EXPECT_EQ(ask(*li, text_frame(1, "急\xF0\x9F\x9A\x91", "b")).error().code, Code::terminal_text_invalid) << "GBK has no such sign";
    EXPECT_EQ(ask(*li, text_frame(1, "一\n二", "c")).error().code, Code::terminal_text_invalid);
    EXPECT_EQ(ask(*li, text_frame(1, std::string(501, 'x'), "d")).error().code, Code::terminal_text_invalid);
    EXPECT_EQ(ask(*li, text_frame(2, "无车", "e")).error().code, Code::no_vehicle);
    std::string output;
    EXPECT_EQ(ctl({"terminal-text", "U1", "\xF0\x9F\x9A\x91"}, output), 1);
    EXPECT_NE(output.find("终端无法显示该文字"), std::string::npos) << output;
    EXPECT_EQ(ctl({"terminal-text", "--emergency", "U1", "请靠边"}, output), 0) << output;
    EXPECT_EQ(postgres_->value("select urgency from telemetry.terminal_text where body = '请靠边'"), "emergency");
    postgres_->execute("truncate telemetry.terminal_text");
    for (int i = 0; i < 16; ++i) {
        ASSERT_TRUE(ask(*li, text_frame(1, std::string(500, 'x'), "f" + std::to_string(i))));
    }
    EXPECT_EQ(ask(*li, text_frame(1, "更多", "g")).error().code, Code::too_many_requests);
    postgres_->execute("delete from registry.terminal");
    EXPECT_EQ(ask(*li, text_frame(1, "终端已拆", "h")).error().code, Code::no_terminal);
    auto physician = desk("physician");
    EXPECT_EQ(ask(*physician, text_frame(1, "请减速", "i")).error().code, Code::forbidden);
}

TEST_F(TerminalDesk, AnOrderIsReadToTheDriverWhoseVehicleHasNothingButATerminal) {
    auto li = desk("dispatcher");
    test::TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    line.send(gateway::id::kLocation, 300, test::body(report(now_us())));
    ASSERT_TRUE(sees(*li, [&] { return link() == "up"; }));
    api::ClientFrame call;
    api::NewCall& in = *call.mutable_new_call();
    in.set_level(1);
    in.set_patient_name("张三");
    in.set_caller_phone("13912343462");
    in.set_complaint("胸痛");
    in.set_address("复旦路1号");
    in.mutable_place()->set_lat_e7(351'000'000);
    in.mutable_place()->set_lon_e7(1'109'000'000);
    const auto opened = ask(*li, call);
    ASSERT_TRUE(opened) << opened.error().message();
    const std::string number = opened->new_call_ok().number();
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(opened->new_call_ok().incident_id());
    assign.mutable_assign()->set_unit_id(1);
    assign.mutable_assign()->set_override_reason("最近");
    const auto assigned = ask(*li, assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    const auto order = line.text(20s);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->text, (gateway::TextDown{gateway::TextDown::Urgency::emergency,
                                              "【出车】" + number + " Ⅰ级 复旦路1号 胸痛"}))
        << "and nobody's name";
    // Not answered, and called back: the order is not shown any more.
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("已自行就医");
    ASSERT_TRUE(ask(*li, cancel));
    const auto back = line.text(20s);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->text.text, "【取消】" + number);
    line.answer(*back, ReplyResult::done);
    EXPECT_TRUE(sees(*li, [&] {
        return postgres_->value("select string_agg(result, ' ' order by created_at) from telemetry.terminal_text") ==
               "superseded done";
    }));
}

TEST_F(TerminalDesk, WordsThatNoStandbyHoldsWaitForItAsOrdersDoAndGoOutInTheEnd) {
    auto li = desk("dispatcher");
    test::TerminalLine line{line_port_};
    ASSERT_TRUE(line.log_in());
    ASSERT_TRUE(sees(*li, [&] { return mirror_.units().size() == 2; }));
    // An operator who breaks off each wait for the standby.
    std::jthread impatient{[](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            postgres_->execute("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'", "postgres");
        }
    }};
    postgres_->execute("alter system set synchronous_standby_names = 'away'", "postgres");
    postgres_->execute("select pg_reload_conf()", "postgres");
    int texts = 0;
    // Until the whole of PostgreSQL has heard of it.
    ASSERT_TRUE(sees(*li, [&] {
        postgres_->execute("delete from telemetry.terminal_text");
        const auto taken = ask(*li, text_frame(1, "请到东门等候", "away-" + std::to_string(++texts)));
        return !taken && taken.error().code == Code::db_not_replicated;
    }));
    ASSERT_TRUE(test::eventually(
        [&] { return postgres_->value("select count(*) from telemetry.terminal_text where sends > 0") == "1"; }, 40s));
    EXPECT_EQ(postgres_->value("select sent_at - created_at >= interval '5 seconds' from telemetry.terminal_text"), "t");
    EXPECT_TRUE(line.text(20s));
    postgres_->execute("alter system reset synchronous_standby_names", "postgres");
    postgres_->execute("select pg_reload_conf()", "postgres");
}

} // namespace
} // namespace ems::dispatch
