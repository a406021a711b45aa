#include "tests/telemetry/gateway/session_fixture.h"

namespace ems::gateway {
namespace {

class Jt808Login : public SessionFixture {};

TEST_F(Jt808Login, BothVersionsRegisterAuthenticateAndReport) {
    for (const Version version : {Version::v2013, Version::v2019}) {
        const auto terminal = logged_in(version);
        EXPECT_EQ(terminal->session->vid()->str(), "amb-1");
        EXPECT_TRUE(
            say(*terminal, test::header(id::kLocation, 3, version), test::body(test::RawLocation{}))
                .empty());
        centre.commit_all();
        EXPECT_EQ(one_reply(answers(*terminal)),
                  (PlatformReply{3, id::kLocation, ReplyResult::done}));
    }
}

TEST_F(Jt808Login, AnswersBearTheTerminalsPhoneAndVersionAndOwnSerials) {
    const auto terminal = logged_in(Version::v2019);
    for (std::size_t i = 0; i < terminal->sent.size(); ++i) {
        const Header header = test::decoded_frame(terminal->sent[i]).header;
        EXPECT_EQ(header.version, Version::v2019);
        EXPECT_EQ(header.phone.str(), "00000000013511221122");
        EXPECT_EQ(header.serial, i);
    }
}

TEST_F(Jt808Login, AnUnknownTerminalIsRefused) {
    const auto terminal = connect();
    Header stranger = test::header(id::kRegister, 1);
    stranger.phone = test::phone("013999999999");
    const auto answer =
        say(*terminal, stranger, test::body(test::RawRegistration{}, Version::v2013));
    EXPECT_EQ(std::get<RegisterReply>(answer.at(0)).result, RegisterResult::no_such_terminal);
    stranger.id = id::kAuthenticate;
    EXPECT_EQ(one_reply(say(*terminal, stranger, centre.exchange->code_of("13999999999"))).result,
              ReplyResult::failed)
        << "even with a code that is right";
    EXPECT_EQ(counters().strangers, 2U);
}

TEST_F(Jt808Login, APlateOrTerminalThatIsNotTheRegistrysIsRefused) {
    const auto terminal = connect();
    test::RawRegistration raw;
    raw.plate_gbk = "\xCB\xD5"
                    "BA6861";
    auto answer = say(*terminal, test::header(id::kRegister, 1), test::body(raw, Version::v2013));
    EXPECT_EQ(std::get<RegisterReply>(answer.at(0)).result, RegisterResult::no_such_vehicle);
    raw = {};
    raw.terminal = "2366105";
    answer = say(*terminal, test::header(id::kRegister, 1), test::body(raw, Version::v2013));
    EXPECT_EQ(std::get<RegisterReply>(answer.at(0)).result, RegisterResult::no_such_terminal);
    EXPECT_EQ(std::get<RegisterReply>(answer.at(0)).code, "");
}

TEST_F(Jt808Login, APlateIsTheSameWithItsDotOrWithout) {
    for (const char* filler : {"\xA1\xA4", " ", "-"}) {
        const auto terminal = connect();
        test::RawRegistration raw;
        raw.plate_gbk = "\xCB\xD5"
                        "B" +
                        std::string{filler} + "A6860";
        const auto answer =
            say(*terminal, test::header(id::kRegister, 1), test::body(raw, Version::v2013));
        EXPECT_EQ(std::get<RegisterReply>(answer.at(0)).result, RegisterResult::done) << filler;
    }
}

TEST_F(Jt808Login, OfAVehicleThatIsNotLicensedTheVinIsNotComparedWithAPlate) {
    const auto terminal = connect();
    test::RawRegistration raw;
    raw.plate_gbk = "LSVAU2180N2183294";
    raw.colour = 0;
    auto answer = say(*terminal, test::header(id::kRegister, 1), test::body(raw, Version::v2013));
    EXPECT_EQ(std::get<RegisterReply>(answer.at(0)).result, RegisterResult::done);
    raw.terminal = "2366105";
    answer = say(*terminal, test::header(id::kRegister, 1), test::body(raw, Version::v2013));
    EXPECT_EQ(std::get<RegisterReply>(answer.at(0)).result, RegisterResult::no_such_terminal);
}

TEST_F(Jt808Login, AWrongCodeIsRefusedAndTheLineClosedWhenItGoesOn) {
    const auto terminal = connect();
    const std::string right = centre.exchange->code_of("13511221122");
    EXPECT_EQ(right.size(), 20U);
    const std::string other = centre.exchange->code_of("13511220000");
    for (const std::string& wrong :
         {other, right.substr(1), right + "0", std::string{"authentication"}}) {
        EXPECT_EQ(one_reply(say(*terminal, test::header(id::kAuthenticate, 2), wrong)).result,
                  ReplyResult::failed);
        EXPECT_FALSE(terminal->session->vid());
    }
    EXPECT_TRUE(terminal->closed.empty());
    for (std::size_t i = 4; i < kRefusalsMax; ++i) {
        say(*terminal, test::header(id::kAuthenticate, 2), "wrong");
    }
    EXPECT_EQ(terminal->closed, "refused too often");
    EXPECT_EQ(counters().wrong_codes, kRefusalsMax);
}

TEST_F(Jt808Login, AKnownCodeLogsInWithoutRegisteringAgain) {
    const auto terminal = connect();
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kAuthenticate, 9),
                            centre.exchange->code_of("13511221122") + std::string(3, '\0')))
                  .result,
              ReplyResult::done);
}

TEST_F(Jt808Login, NothingIsTakenBeforeAuthentication) {
    const auto terminal = connect();
    EXPECT_EQ(
        one_reply(say(*terminal, test::header(id::kLocation, 3), test::body(test::RawLocation{}))),
        (PlatformReply{3, id::kLocation, ReplyResult::failed}));
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kHeartbeat, 4), "")).result,
              ReplyResult::failed);
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kTimeRequest, 5), "")).result,
              ReplyResult::failed);
    EXPECT_TRUE(centre.waiting.empty());
    EXPECT_EQ(counters().not_logged_in, 3U);
}

TEST_F(Jt808Login, WhileTheRegistryIsAwayNothingIsAnsweredAndLaterItWorks) {
    centre.registry = test::FakeCentre::Registry::away;
    const auto terminal = connect();
    EXPECT_TRUE(say(*terminal, test::header(id::kRegister, 1),
                    test::body(test::RawRegistration{}, Version::v2013))
                    .empty());
    EXPECT_TRUE(
        say(*terminal, test::header(id::kAuthenticate, 1), centre.exchange->code_of("13511221122"))
            .empty());
    EXPECT_TRUE(terminal->closed.empty());
    centre.registry = test::FakeCentre::Registry::read;
    log_in(*terminal);
}

TEST_F(Jt808Login, ANewerConnectionReplacesTheOlder) {
    const auto older = logged_in();
    const auto newer = logged_in(Version::v2019);
    EXPECT_EQ(older->closed, "replaced by a newer connection");
    EXPECT_TRUE(newer->closed.empty());
    ASSERT_EQ(centre.exchange->online.size(), 1U);
    EXPECT_EQ(centre.exchange->online.begin()->second.lock(), newer->session);
    newer->session->end();
    EXPECT_TRUE(centre.exchange->online.empty());
}

TEST_F(Jt808Login, OneLineSpeaksForOneTerminal) {
    const auto terminal = logged_in();
    Header other = test::header(id::kLocation, 3);
    other.phone = test::phone("013511220000");
    EXPECT_EQ(one_reply(say(*terminal, other, test::body(test::RawLocation{}))).result,
              ReplyResult::failed);
    EXPECT_TRUE(centre.waiting.empty());
}

TEST_F(Jt808Login, AnUnregisteredTerminalMustLogInAgain) {
    const auto terminal = logged_in();
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kUnregister, 3), "")).result,
              ReplyResult::done);
    EXPECT_FALSE(terminal->session->vid());
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kHeartbeat, 4), "")).result,
              ReplyResult::failed);
    log_in(*terminal);
}

} // namespace
} // namespace ems::gateway
