// A session of JT/T 808 without a socket, as a test sees it from the terminal's side.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/gateway/session.h"
#include "tests/telemetry/gateway/fake_centre.h"

namespace ems::gateway {

class SessionFixture : public testing::Test {
  protected:
    struct Terminal {
        std::shared_ptr<Session> session;
        std::vector<std::string> sent;
        std::string closed; // why
        std::size_t read{0};
    };

    std::unique_ptr<Terminal> connect() {
        auto terminal = std::make_unique<Terminal>();
        Terminal& it = *terminal;
        Session::Line line;
        line.send = [&it](std::string frame) { it.sent.push_back(std::move(frame)); };
        line.close = [&it](std::string_view reason) {
            it.closed = reason;
            it.session->end();
        };
        it.session = std::make_shared<Session>(centre.exchange, std::move(line));
        return terminal;
    }

    // What was answered since the last look.
    static std::vector<Message> answers(Terminal& terminal) {
        std::vector<Message> out;
        for (; terminal.read < terminal.sent.size(); ++terminal.read) {
            const Frame frame = test::decoded_frame(terminal.sent[terminal.read]);
            out.push_back(decode(frame.header, frame.body).value());
        }
        return out;
    }
    static std::vector<Message> say(Terminal& terminal, const Header& header,
                                    std::string_view body) {
        terminal.session->receive(encode_frame(header, body));
        return answers(terminal);
    }
    static PlatformReply one_reply(const std::vector<Message>& messages) {
        EXPECT_EQ(messages.size(), 1U);
        return messages.empty() ? PlatformReply{} : std::get<PlatformReply>(messages[0]);
    }

    void log_in(Terminal& terminal, Version version = Version::v2013) {
        const auto welcome = say(terminal, test::header(id::kRegister, 1, version),
                                 test::body(test::RawRegistration{}, version));
        ASSERT_EQ(welcome.size(), 1U);
        const auto reply = std::get<RegisterReply>(welcome[0]);
        ASSERT_EQ(reply.result, RegisterResult::done);
        ASSERT_EQ(reply.serial, 1);
        ASSERT_EQ(one_reply(say(terminal, test::header(id::kAuthenticate, 2, version),
                                test::authentication_body(reply.code, version))),
                  (PlatformReply{2, id::kAuthenticate, ReplyResult::done}));
        ASSERT_TRUE(terminal.session->vid());
    }
    std::unique_ptr<Terminal> logged_in(Version version = Version::v2013) {
        auto terminal = connect();
        log_in(*terminal, version);
        return terminal;
    }

    [[nodiscard]] const GatewayCounters& counters() const { return centre.exchange->counters; }

    test::FakeCentre centre;
};

} // namespace ems::gateway
