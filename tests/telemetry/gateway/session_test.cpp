#include "telemetry/gateway/session.h"

#include <random>

#include "tests/telemetry/gateway/session_fixture.h"
#include "tests/vehicle/device/mutate.h"

namespace ems::gateway {
namespace {

using namespace std::chrono_literals;
using ingest::DeliveryOutcome;

constexpr auto kIdle = 180s;

class Jt808Session : public SessionFixture {};

TEST_F(Jt808Session, AReportIsAnsweredOnlyWhenItIsCommitted) {
    const auto terminal = logged_in();
    EXPECT_TRUE(
        say(*terminal, test::header(id::kLocation, 7), test::body(test::RawLocation{})).empty());
    ASSERT_EQ(centre.waiting.size(), 1U);
    EXPECT_EQ(centre.waiting[0].first.vid.str(), "amb-1");
    EXPECT_EQ(centre.waiting[0].first.lane, ingest::Lane::live);
    ASSERT_EQ(centre.waiting[0].first.records.size(), 1U);
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kHeartbeat, 8), "")).serial, 8)
        << "a heartbeat does not wait for the storage";
    centre.settle(DeliveryOutcome::committed);
    EXPECT_EQ(one_reply(answers(*terminal)), (PlatformReply{7, id::kLocation, ReplyResult::done}));
}

TEST_F(Jt808Session, WhatTheSinkRefusesIsNotAnswered) {
    const auto terminal = logged_in();
    say(*terminal, test::header(id::kLocation, 7), test::body(test::RawLocation{}));
    centre.settle(DeliveryOutcome::refused);
    EXPECT_TRUE(answers(*terminal).empty());
    EXPECT_EQ(counters().refused_by_sink, 1U);
    say(*terminal, test::header(id::kLocation, 7), test::body(test::RawLocation{}));
    centre.settle(DeliveryOutcome::committed);
    EXPECT_EQ(one_reply(answers(*terminal)).serial, 7);
}

TEST_F(Jt808Session, ARepeatUnderAnySerialIsHarmlessAndAnswered) {
    const auto first = logged_in();
    say(*first, test::header(id::kLocation, 7), test::body(test::RawLocation{}));
    say(*first, test::header(id::kLocation, 7), test::body(test::RawLocation{}));
    const auto second = logged_in(Version::v2019); // reconnected, serials begin anew
    say(*second, test::header(id::kLocation, 3, Version::v2019), test::body(test::RawLocation{}));
    say(*second, test::header(id::kLocationBatch, 4, Version::v2019),
        test::batch_body({test::body(test::RawLocation{})}));
    centre.commit_all();
    EXPECT_EQ(centre.stored.size(), 1U);
    EXPECT_EQ(answers(*second).size(), 2U);
    EXPECT_TRUE(answers(*first).empty()) << "its line is gone";
}

TEST_F(Jt808Session, ABatchIsStoredAsBacklogAndAnsweredAsAWhole) {
    const auto terminal = logged_in();
    std::vector<std::string> items;
    for (int i = 0; i < 5; ++i) {
        items.push_back(test::body(test::RawLocation{}.at(test::kDeviceThenUs - i * 1'000'000)));
    }
    say(*terminal, test::header(id::kLocationBatch, 9), test::batch_body(items));
    ASSERT_EQ(centre.waiting.size(), 1U);
    EXPECT_EQ(centre.waiting[0].first.lane, ingest::Lane::backlog);
    EXPECT_EQ(centre.waiting[0].first.records.size(), 5U);
    EXPECT_TRUE(answers(*terminal).empty());
    centre.commit_all();
    EXPECT_EQ(one_reply(answers(*terminal)),
              (PlatformReply{9, id::kLocationBatch, ReplyResult::done}));
}

TEST_F(Jt808Session, EveryPartIsAnsweredWhenTheWholeIsCommitted) {
    const auto terminal = logged_in();
    std::vector<std::string> items;
    for (int i = 0; i < 40; ++i) {
        items.push_back(test::body(test::RawLocation{}.at(test::kDeviceThenUs - i * 1'000'000)));
    }
    const std::string body = test::batch_body(items);
    ASSERT_GT(body.size(), kBodySizeMax);
    for (const std::uint16_t index : {std::uint16_t{2}, std::uint16_t{1}}) {
        Header header = test::header(id::kLocationBatch, static_cast<std::uint16_t>(19 + index));
        header.part = Part{2, index};
        const std::size_t half = body.size() / 2;
        say(*terminal, header, index == 1 ? body.substr(0, half) : body.substr(half));
    }
    ASSERT_EQ(centre.waiting.size(), 1U);
    EXPECT_TRUE(answers(*terminal).empty());
    centre.commit_all();
    const auto replies = answers(*terminal);
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_EQ(std::get<PlatformReply>(replies[0]).serial, 20);
    EXPECT_EQ(std::get<PlatformReply>(replies[1]).serial, 21);
}

TEST_F(Jt808Session, MissingPartsAreAskedForAndGivenUp) {
    const auto terminal = logged_in();
    Header header = test::header(id::kLocationBatch, 20);
    header.part = Part{3, 1};
    say(*terminal, header, "first");
    centre.clock.advance(kAskAgainAfter);
    terminal->session->tick(kIdle);
    const auto asked = answers(*terminal);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(std::get<ResendParts>(asked[0]), (ResendParts{20, {2, 3}}));
    centre.clock.advance(kAssembleWithin);
    terminal->session->tick(kIdle);
    EXPECT_EQ(counters().parts_dropped, 1U);
}

TEST_F(Jt808Session, WithoutAFixThereIsNothingToStoreAndTheAnswerComesAtOnce) {
    const auto terminal = logged_in();
    test::RawLocation raw;
    raw.status = status::kAccOn;
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kLocation, 7), test::body(raw))).result,
              ReplyResult::done);
    EXPECT_TRUE(centre.waiting.empty());
    EXPECT_EQ(counters().without_fix, 1U);
}

TEST_F(Jt808Session, AnAlarmIsStoredBeforeItIsAnswered) {
    const auto terminal = logged_in();
    test::RawLocation raw;
    raw.alarms = alarm::kSos;
    raw.status = 0;
    raw.time = std::string(6, '\0');
    EXPECT_TRUE(say(*terminal, test::header(id::kLocation, 7), test::body(raw)).empty());
    ASSERT_EQ(centre.waiting.size(), 1U);
    ASSERT_EQ(centre.waiting[0].first.records.size(), 1U);
    EXPECT_EQ(centre.waiting[0].first.records[0].stream(), wire::STREAM_A);
    centre.settle(DeliveryOutcome::refused);
    EXPECT_TRUE(answers(*terminal).empty());
    say(*terminal, test::header(id::kLocation, 8), test::body(raw));
    ASSERT_EQ(centre.waiting.size(), 1U) << "what was not stored is told again";
    centre.commit_all();
    EXPECT_EQ(one_reply(answers(*terminal)).serial, 8);
    EXPECT_EQ(centre.stored_of(wire::STREAM_A), 1U);
}

TEST_F(Jt808Session, AnAlarmOutlivesTheLineItCameBy) {
    const auto first = logged_in();
    test::RawLocation raw;
    raw.alarms = alarm::kSos;
    say(*first, test::header(id::kLocation, 7), test::body(raw));
    centre.commit_all();
    const auto second = logged_in();
    raw = raw.at(test::kDeviceThenUs + 1'000'000);
    say(*second, test::header(id::kLocation, 3), test::body(raw));
    raw = raw.at(test::kDeviceThenUs + 2'000'000);
    raw.alarms = 0;
    say(*second, test::header(id::kLocation, 4), test::body(raw));
    centre.commit_all();
    EXPECT_EQ(centre.stored_of(wire::STREAM_A), 2U) << "it came once and went once";
}

TEST_F(Jt808Session, ABadReportIsAnsweredAsBadButItsAlarmIsStoredFirst) {
    const auto terminal = logged_in();
    test::RawLocation raw;
    raw.lat = 91'000'000;
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kLocation, 7), test::body(raw))).result,
              ReplyResult::bad_message);
    EXPECT_TRUE(centre.waiting.empty());
    raw.alarms = alarm::kRollover;
    EXPECT_TRUE(say(*terminal, test::header(id::kLocation, 8), test::body(raw)).empty());
    ASSERT_EQ(centre.waiting.size(), 1U);
    EXPECT_EQ(centre.waiting[0].first.records.size(), 1U);
    centre.commit_all();
    EXPECT_EQ(one_reply(answers(*terminal)),
              (PlatformReply{8, id::kLocation, ReplyResult::bad_message}));
    EXPECT_EQ(counters().bad_messages, 2U);
}

TEST_F(Jt808Session, TheCallForHelpOfAReportThatCannotBeReadOutlivesItsBatch) {
    const auto terminal = logged_in();
    test::RawLocation unreadable;
    unreadable.alarms = alarm::kRollover;
    unreadable.speed = 0xFFFF;
    say(*terminal, test::header(id::kLocationBatch, 9),
        test::batch_body({test::body(test::RawLocation{}), test::body(unreadable)}));
    centre.commit_all();
    EXPECT_EQ(centre.stored_of(wire::STREAM_A), 1U);
    EXPECT_EQ(centre.stored_of(wire::STREAM_G), 1U);
    EXPECT_EQ(one_reply(answers(*terminal)).result, ReplyResult::done);
}

TEST_F(Jt808Session, ARepeatedCallForHelpIsNotAnsweredBeforeTheFirstIsCommitted) {
    const auto terminal = logged_in();
    test::RawLocation sos;
    sos.alarms = alarm::kSos;
    sos.status = status::kAccOn; // no fix: nothing but the alarm is to be stored
    for (std::uint16_t serial = 7; serial < 11; ++serial) {
        EXPECT_TRUE(say(*terminal, test::header(id::kLocation, serial), test::body(sos)).empty());
    }
    centre.commit_all();
    EXPECT_EQ(centre.stored_of(wire::STREAM_A), 1U);
    EXPECT_FALSE(answers(*terminal).empty());
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kLocation, 12), test::body(sos))).serial, 12);
}

TEST_F(Jt808Session, ACallForHelpDoesNotWaitBehindPositions) {
    const auto terminal = logged_in();
    for (std::size_t i = 0; i < kInFlightRecordsMax; ++i) {
        say(*terminal, test::header(id::kLocation, static_cast<std::uint16_t>(i)),
            test::body(test::RawLocation{}.at(test::kDeviceThenUs -
                                              static_cast<std::int64_t>(i) * 1'000'000)));
    }
    const std::size_t waiting = centre.waiting.size();
    test::RawLocation sos = test::RawLocation{}.at(test::kDeviceThenUs + 1'000'000);
    sos.alarms = alarm::kSos;
    say(*terminal, test::header(id::kLocation, 9'000), test::body(sos));
    ASSERT_EQ(centre.waiting.size(), waiting + 2) << "alarm and position, each on its own";
    EXPECT_EQ(centre.waiting[waiting].first.records.at(0).stream(), wire::STREAM_A);
}

TEST_F(Jt808Session, ATerminalThatBelongsToAnotherVehicleNowIsPutOut) {
    const auto terminal = logged_in();
    centre.vehicle_of_first = "amb-2";
    EXPECT_TRUE(
        say(*terminal, test::header(id::kLocation, 7), test::body(test::RawLocation{})).empty());
    EXPECT_TRUE(centre.waiting.empty());
    EXPECT_FALSE(terminal->session->vid().has_value());
}

TEST_F(Jt808Session, WhatWaitsForStorageIsBounded) {
    const auto terminal = logged_in();
    for (std::uint16_t i = 0; i < kInFlightRecordsMax + 500; ++i) {
        say(*terminal, test::header(id::kLocation, i),
            test::body(test::RawLocation{}.at(test::kDeviceThenUs + std::int64_t{i} * 1'000'000)));
    }
    EXPECT_EQ(centre.waiting.size(), kInFlightRecordsMax);
    EXPECT_EQ(counters().deferred, 500U);
    EXPECT_TRUE(terminal->closed.empty()) << "an outage of the storage closes no line";
    centre.commit_all();
    EXPECT_EQ(answers(*terminal).size(), kInFlightRecordsMax);
    say(*terminal, test::header(id::kLocation, 1), test::body(test::RawLocation{}));
    EXPECT_EQ(centre.waiting.size(), 1U) << "there is room again";
}

TEST_F(Jt808Session, AnAnswerOfTheSinkAfterTheEndHarmsNobody) {
    auto terminal = logged_in();
    say(*terminal, test::header(id::kLocation, 7), test::body(test::RawLocation{}));
    terminal->session->end();
    terminal.reset();
    centre.commit_all();
    EXPECT_EQ(centre.stored.size(), 1U);
}

// ------------------------------------------------------------------------------------------------
// the rest

TEST_F(Jt808Session, TellsTheTimeInUtc) {
    const auto terminal = logged_in();
    const auto answer = say(*terminal, test::header(id::kTimeRequest, 5), "");
    ASSERT_EQ(answer.size(), 1U);
    EXPECT_EQ(std::get<TimeReply>(answer[0]).utc, ServerTime{1'773'830'536'000'000});
}

TEST_F(Jt808Session, WhatIsNotStoredIsNotSaidToBeTaken) {
    const auto terminal = logged_in();
    EXPECT_EQ(one_reply(say(*terminal, test::header(id::kPassThrough, 5), "\xf0vitals")).result,
              ReplyResult::unsupported);
    EXPECT_EQ(one_reply(say(*terminal, test::header(0x0801, 6), "photo")).result,
              ReplyResult::unsupported);
    Header secret = test::header(id::kLocation, 7);
    secret.encryption = 1;
    EXPECT_EQ(one_reply(say(*terminal, secret, "???")).result, ReplyResult::unsupported);
    EXPECT_EQ(counters().unsupported, 3U);
}

TEST_F(Jt808Session, TextGoesDownAndItsAnswerComesBack) {
    const auto terminal = connect();
    EXPECT_EQ(terminal->session->send_text({{}, "速到"}).error().code, Code::link_down);
    log_in(*terminal);
    std::vector<std::pair<TextSerial, ReplyResult>> replies;
    centre.exchange->text_answered = [&](const TextSerial& serial, ReplyResult result) {
        replies.emplace_back(serial, result);
    };
    const auto serial = terminal->session->send_text({TextDown::Urgency::emergency, "速到"});
    ASSERT_TRUE(serial);
    const auto sent = answers(*terminal);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(std::get<TextDown>(sent[0]).text, "速到");
    std::string body;
    put_u16(body, serial->serial);
    put_u16(body, id::kTextDown);
    put_u8(body, 0);
    EXPECT_TRUE(say(*terminal, test::header(id::kTerminalReply, 6), body).empty())
        << "an answer is not answered";
    ASSERT_EQ(replies.size(), 1U);
    EXPECT_EQ(replies[0], std::pair(*serial, ReplyResult::done));
}

TEST_F(Jt808Session, ATextSentAgainBearsTheSerialThatTheTerminalKnows) {
    const auto terminal = logged_in();
    const TextDown text{TextDown::Urgency::normal, "速到"};
    const TextSerial elsewhere{terminal->session->number() + 1, 77};
    const auto first = terminal->session->send_text(text, {elsewhere});
    ASSERT_TRUE(first);
    ASSERT_TRUE(terminal->session->send_text({{}, "另一条"}));
    EXPECT_EQ(terminal->session->send_text(text, {elsewhere, *first}), *first);
    ASSERT_GE(terminal->sent.size(), 3U);
    const auto serial_of = [&](std::size_t back) {
        return test::decoded_frame(terminal->sent[terminal->sent.size() - back]).header.serial;
    };
    EXPECT_EQ(serial_of(3), first->serial);
    EXPECT_EQ(serial_of(2), first->serial + 1);
    EXPECT_EQ(serial_of(1), first->serial);
    EXPECT_NE(logged_in()->session->number(), first->session);
}

TEST_F(Jt808Session, EveryMessageIsASignOfLife) {
    std::vector<std::string> heard;
    centre.exchange->heard = [&](const VehicleId& vid) { heard.push_back(vid.str()); };
    const auto terminal = logged_in();
    EXPECT_TRUE(heard.empty()) << "before authentication nobody is known";
    say(*terminal, test::header(id::kHeartbeat, 5), "");
    say(*terminal, test::header(id::kLocation, 6), test::body(test::RawLocation{}));
    EXPECT_EQ(heard, (std::vector<std::string>{"amb-1", "amb-1"}));
}

TEST_F(Jt808Session, ASilentLineIsClosedAndSoIsOneThatDoesNotLogIn) {
    const auto terminal = logged_in();
    const auto idler = connect();
    centre.clock.advance(kLoginWithin - 1s);
    idler->session->tick(kIdle);
    EXPECT_TRUE(idler->closed.empty());
    centre.clock.advance(1s);
    idler->session->tick(kIdle);
    terminal->session->tick(kIdle);
    EXPECT_EQ(idler->closed, "no login in time");
    EXPECT_TRUE(terminal->closed.empty());
    say(*terminal, test::header(id::kHeartbeat, 5), "");
    centre.clock.advance(kIdle - 1s);
    terminal->session->tick(kIdle);
    EXPECT_TRUE(terminal->closed.empty());
    centre.clock.advance(1s);
    terminal->session->tick(kIdle);
    EXPECT_EQ(terminal->closed, "silent for too long");
}

TEST_F(Jt808Session, AStreamIsAskedForAndTheAnswerTold) {
    std::vector<std::pair<TextSerial, ReplyResult>> answers_told;
    centre.exchange->stream_answered = [&](const TextSerial& serial, ReplyResult result) {
        answers_told.emplace_back(serial, result);
    };
    StreamOpen request;
    request.host = "10.1.2.3";
    request.tcp_port = 1078;
    request.channel = 1;
    const auto stranger = connect();
    EXPECT_EQ(stranger->session->open_stream(request).error().code, Code::link_down);
    EXPECT_EQ(stranger->session->control_stream({}).error().code, Code::link_down);

    const auto terminal = logged_in();
    const auto opened = terminal->session->open_stream(request);
    ASSERT_TRUE(opened);
    const auto sent = answers(*terminal);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(std::get<StreamOpen>(sent[0]), request);
    std::string reply;
    put_u16(reply, opened->serial);
    put_u16(reply, id::kStreamOpen);
    put_u8(reply, 3);
    EXPECT_TRUE(say(*terminal, test::header(id::kTerminalReply, 9), reply).empty());
    ASSERT_EQ(answers_told.size(), 1U);
    EXPECT_EQ(answers_told[0].first, *opened);
    EXPECT_EQ(answers_told[0].second, ReplyResult::unsupported);
    const auto ended = terminal->session->control_stream({});
    ASSERT_TRUE(ended);
    EXPECT_NE(ended->serial, opened->serial);
    EXPECT_EQ(std::get<StreamControl>(answers(*terminal).at(0)), StreamControl{});
}

TEST_F(Jt808Session, ALiveCallForHelpIsToldEvenOfAReportThatCannotBeRead) {
    int calls = 0;
    centre.exchange->called_for_help = [&](const VehicleId& vid) {
        EXPECT_EQ(vid.str(), "amb-1");
        ++calls;
    };
    const auto terminal = logged_in();
    test::RawLocation raw;
    say(*terminal, test::header(id::kLocation, 3), test::body(raw));
    EXPECT_EQ(calls, 0);
    raw.alarms = alarm::kSos;
    say(*terminal, test::header(id::kLocation, 4), test::body(raw));
    EXPECT_EQ(calls, 1);
    raw.time = std::string(6, '\xff');
    say(*terminal, test::header(id::kLocation, 5), test::body(raw));
    EXPECT_EQ(calls, 2);
    say(*terminal, test::header(id::kLocationBatch, 6), test::batch_body({test::body(raw)}));
    EXPECT_EQ(calls, 2) << "out of the blind-area store";
}

TEST_F(Jt808Session, NothingButGarbageClosesTheLine) {
    const auto terminal = connect();
    for (std::size_t i = 0; i + 1 < kBadFramesMax; ++i) {
        terminal->session->receive("\x7egarbage\x7e");
    }
    say(*terminal, test::header(id::kHeartbeat, 5), "");
    EXPECT_TRUE(terminal->closed.empty()) << "one good frame and the count begins anew";
    for (std::size_t i = 0; i < kBadFramesMax; ++i) {
        terminal->session->receive("\x7egarbage\x7e");
    }
    EXPECT_EQ(terminal->closed, "nothing but bad frames");
}

TEST_F(Jt808Session, DamageNeverReachesTheSinkOutOfRange) {
    std::mt19937_64 random{17};
    centre.commits = test::FakeCentre::Commits::when_told;
    std::size_t delivered = 0;
    auto terminal = logged_in();
    for (int i = 0; i < 15'000; ++i) {
        if (!terminal->closed.empty()) {
            terminal = logged_in();
        }
        const std::string good = i % 3 == 0 ? test::batch_body({test::body(test::RawLocation{}),
                                                                test::body(test::RawLocation{})})
                                            : test::body(test::RawLocation{});
        const std::uint16_t message = i % 3 == 0 ? id::kLocationBatch : id::kLocation;
        const auto serial = static_cast<std::uint16_t>(i);
        // Half is damaged on the line, half behind a frame made right again.
        const std::string frame =
            i % 2 == 0 ? test::mutate(encode_frame(test::header(message, serial), good), random)
                       : encode_frame(test::header(message, serial), test::mutate(good, random));
        terminal->session->receive(frame + "\x7e");
        for (; !centre.waiting.empty(); centre.settle(DeliveryOutcome::committed)) {
            for (const wire::Envelope& record : centre.waiting[0].first.records) {
                ++delivered;
                ASSERT_GE(record.seq(), 1U);
                if (record.stream() == wire::STREAM_G) {
                    wire::Position position;
                    ASSERT_TRUE(position.ParseFromString(record.body()));
                    ASSERT_LE(std::abs(position.lat_e7()), 900'000'000);
                    ASSERT_LE(std::abs(static_cast<std::int64_t>(position.lon_e7())),
                              1'800'000'000);
                    ASSERT_FALSE(position.lat_e7() == 0 && position.lon_e7() == 0);
                    ASSERT_LE(position.speed_cm_s(), 10'000U);
                    ASSERT_LT(position.course_cdeg(), 36'000U);
                }
            }
        }
    }
    EXPECT_GT(delivered, 500U);
}

} // namespace
} // namespace ems::gateway
