// Who logs off leaves nothing behind with which his desk could be entered again.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "dispatch/client/ws_client.h"
#include "tests/dispatch/service/dispatchd_fixture.h"
#include "tests/support/run_coroutine.h"

namespace ems::dispatch {
namespace {

class LogOffTest : public DispatchdTest {
  protected:
    client::WsTarget target() const {
        client::WsTarget out;
        out.host = "127.0.0.1";
        out.port = port_;
        out.ca_file = broker_->ca();
        out.certificate_file = broker_->certificate("desk-1");
        out.key_file = broker_->key("desk-1");
        return out;
    }
    // One connection: sends each frame and gives the answer to each, until one does not come.
    static boost::asio::awaitable<std::vector<api::ServerFrame>> talk(boost::asio::io_context& io, client::WsTarget to,
                                                                      std::vector<api::ClientFrame> frames) {
        std::vector<api::ServerFrame> answers;
        auto link = co_await client::WsClient::connect(io, std::move(to));
        if (!link) {
            co_return answers;
        }
        for (api::ClientFrame& frame : frames) {
            frame.set_request(answers.size() + 1);
            const Result<void> sent = (*link)->send(frame.SerializeAsString());
            if (!sent) {
                break;
            }
            auto bytes = co_await (*link)->receive();
            if (!bytes) {
                break;
            }
            answers.emplace_back();
            EXPECT_TRUE(answers.back().ParseFromString(*bytes));
        }
        (*link)->close();
        co_return answers;
    }
    std::vector<api::ServerFrame> said(std::vector<api::ClientFrame> frames) {
        return test::run_coroutine(io_, talk(io_, target(), std::move(frames)));
    }
    static api::ClientFrame log_in(const std::string& user) {
        api::ClientFrame frame;
        frame.mutable_log_in()->set_user(user);
        frame.mutable_log_in()->set_password("correct horse");
        frame.mutable_log_in()->set_seat("desk");
        return frame;
    }
    static api::ClientFrame resume(const std::string& token) {
        api::ClientFrame frame;
        frame.mutable_resume()->set_token(token);
        return frame;
    }
    static api::ClientFrame log_off() {
        api::ClientFrame frame;
        frame.mutable_log_off();
        return frame;
    }
    // The server's log-in answers once it leads; before, that is no matter of the session.
    void await_server() {
        auto li = desk("dispatcher");
        ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    }
    boost::asio::io_context io_;
};

TEST_F(LogOffTest, ATokenIsRefusedAfterItsUserHasLoggedOff) {
    await_server();
    const auto first = said({log_in("physician")});
    ASSERT_EQ(first.size(), 1U);
    const std::string token = first[0].log_in_ok().token();
    ASSERT_FALSE(token.empty());
    const auto again = said({resume(token), log_off()});
    ASSERT_EQ(again.size(), 2U);
    ASSERT_TRUE(again[0].has_log_in_ok()) << "a link that broke is no log-off";
    ASSERT_TRUE(again[1].has_done()) << again[1].ShortDebugString();
    const auto late = said({resume(token)});
    ASSERT_EQ(late.size(), 1U);
    EXPECT_EQ(late[0].error().code(), static_cast<std::uint32_t>(Code::not_logged_in));
    EXPECT_EQ(postgres_->value("select count(*) > 0 from dispatch.audit where actor = 'physician' and action = 'log_off'"), "t");
}

TEST_F(LogOffTest, TheConnectionClosesBehindTheAnswer) {
    await_server();
    api::ClientFrame ping;
    ping.mutable_ping();
    api::ClientFrame queue;
    queue.mutable_get_queue();
    const auto answers = said({log_in("dispatcher"), log_off(), queue, ping});
    ASSERT_GE(answers.size(), 2U);
    EXPECT_TRUE(answers[1].has_done());
    for (std::size_t i = 2; i < answers.size(); ++i) {
        EXPECT_FALSE(answers[i].has_queue()) << "nobody is logged in";
    }
    EXPECT_LT(answers.size(), 4U);
    const auto nobody = said({log_off()});
    ASSERT_EQ(nobody.size(), 1U);
    EXPECT_EQ(nobody[0].error().code(), static_cast<std::uint32_t>(Code::not_logged_in));
}

TEST_F(LogOffTest, WhatTheDeskMaySeeAndHearEndsAndTheSamePersonsOtherDeskGoesOn) {
    auto doctor = desk("physician");
    ASSERT_TRUE(sees(*doctor, [&] { return !mirror_.units().empty(); }));
    postgres_->execute("insert into media.server (name, host, port, seen_at) values ('srv-media-a', '127.0.0.1', 5000, "
                       "clock_timestamp() + interval '1 hour') on conflict do nothing;"
                       "insert into dispatch.session (token_hash, user_id, seat, cert_cn, expires_at) "
                       "select sha256('elsewhere'), id, 'desk', 'desk-9', now() + interval '1 hour' from dispatch.app_user "
                       "where name = 'physician';"
                       "select media.create_viewer_grant('v-desk-9', 'amb-1', 'cabin', 'physician', 1280, 9, '', '', 60, 'desk-9', 0)");
    api::ClientFrame watch;
    watch.mutable_watch_video()->set_unit_id(1);
    watch.mutable_watch_video()->set_camera("cabin");
    ASSERT_TRUE(ask(*doctor, watch));
    api::ClientFrame talk;
    talk.mutable_open_voice()->set_unit_id(1);
    ASSERT_TRUE(ask(*doctor, talk));
    const auto off = ask(*doctor, log_off());
    ASSERT_TRUE(off) << off.error().message();
    EXPECT_EQ(postgres_->value("select string_agg(desk, ',') from media.viewer_grant where revoked_at is null and user_name = 'physician'"),
              "desk-9");
    EXPECT_EQ(postgres_->value("select count(*) from media.voice_grant where revoked_at is null and user_name = 'physician'"), "0");
    EXPECT_EQ(postgres_->value("select dispatch.audit_verify()"), "");
}

TEST_F(LogOffTest, TheClientDoesNotLogInAgainByItself) {
    auto doctor = desk("physician");
    ASSERT_TRUE(sees(*doctor, [&] { return !mirror_.units().empty(); }));
    const std::string before = postgres_->value("select count(*) from dispatch.session");
    ASSERT_TRUE(ask(*doctor, log_off()));
    ASSERT_TRUE(sees(*doctor, [&] { return doctor->status().phase == client::Phase::waiting; }));
    auto li = desk("dispatcher"); // has gone through all that a reconnect goes through, and later
    mirror_ = {};
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    EXPECT_EQ(doctor->status().phase, client::Phase::waiting);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.session"), std::to_string(std::stoi(before) + 1)) << "the dispatcher's";
}

} // namespace
} // namespace ems::dispatch
