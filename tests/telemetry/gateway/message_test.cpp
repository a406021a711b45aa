#include "telemetry/gateway/message.h"

#include <gtest/gtest.h>
#include <random>

#include "map/geo/gcj02.h"
#include "tests/telemetry/gateway/terminal.h"
#include "tests/vehicle/device/mutate.h"

namespace ems::gateway {
namespace {

using test::decoded;
using test::from_hex;

Result<Message> decode_as(std::uint16_t message, std::string_view body,
                          Version version = Version::v2013) {
    return decode(test::header(message, 1, version), body);
}

Code code_of(const Result<Message>& result) {
    return result ? Code::internal : result.error().code;
}

// ------------------------------------------------------------------------------------------------
// captured frames

TEST(Jt808Message, ReadsCapturedRegistrations) {
    const auto old = decoded<Registration>(test::kRegister2013Hex);
    EXPECT_EQ(old.maker, "70107");
    EXPECT_EQ(old.model, "HB-R03GBD");
    EXPECT_EQ(old.terminal, "2366104");
    EXPECT_EQ(old.plate_colour, 2);
    EXPECT_EQ(old.plate, "苏BA6860");

    const auto none = decoded<Registration>(test::kRegisterNoPlateHex);
    EXPECT_EQ(none.terminal, "1249917");
    EXPECT_EQ(none.plate_colour, 0);
    EXPECT_EQ(none.plate, "");

    const auto fresh = decoded<Registration>(test::kRegister2019Hex);
    EXPECT_EQ(fresh.province, 11);
    EXPECT_EQ(fresh.city, 101);
    EXPECT_EQ(fresh.terminal, "0x0123456789abcdef");
    EXPECT_EQ(fresh.plate_colour, 1);
    EXPECT_EQ(fresh.plate, "京D12345");
}

TEST(Jt808Message, ReadsCapturedAuthenticationsAndReplies) {
    EXPECT_EQ(decoded<Authentication>(test::kAuthenticateHex).code, "authentication");
    EXPECT_EQ(decoded<Authentication>(test::kAuthenticateLockHex).code, "8300200260432");
    EXPECT_EQ(decoded<Heartbeat>(test::kHeartbeatHex), Heartbeat{});
    EXPECT_EQ(decoded<PlatformReply>(test::kReplyHex),
              (PlatformReply{7, id::kLocation, ReplyResult::done}));
    EXPECT_EQ(decoded<PlatformReply>(test::kReplyLockHex),
              (PlatformReply{0x00ee, id::kLocation, ReplyResult::done}));
    EXPECT_EQ(decoded<RegisterReply>(test::kRegisterReplyHex),
              (RegisterReply{5, RegisterResult::done, "AUTH1234"}));
    EXPECT_EQ(decoded<RegisterReply>(test::kRegisterReply2019Hex).code, "nugmQRV4axlLGjjonA==");
}

TEST(Jt808Message, ReadsACapturedPositionWithAllItsItems) {
    const auto location = decoded<Location>(test::kLocationLockHex);
    EXPECT_EQ(location.alarms, 0x00020000U);
    EXPECT_EQ(location.status, 0x000C0002U);
    EXPECT_EQ(location.time, DeviceTime{1'632'299'878'000'000}); // 2021-09-22 16:37:58 at +8
    ASSERT_TRUE(location.fix);
    EXPECT_DOUBLE_EQ(location.fix->at.lat, 22.591771);
    EXPECT_DOUBLE_EQ(location.fix->at.lon, 113.995873);
    EXPECT_EQ(location.fix->sent_as, Datum::wgs84);
    EXPECT_EQ(location.fix->altitude_m, 70);
    EXPECT_EQ(location.fix->speed_hm_per_h, 0);
    EXPECT_EQ(location.fix->course_deg, 89);
    EXPECT_EQ(location.mileage_hm, 1U);
    EXPECT_EQ(location.recorder_speed_hm_per_h, 0);
    EXPECT_EQ(location.vehicle_signals, 1U);
    EXPECT_EQ(location.signal_strength, 0x11);
    EXPECT_EQ(location.satellites, 0x10);
    EXPECT_FALSE(location.fuel_dl);
    ASSERT_EQ(location.extras.size(), 2U);
    EXPECT_EQ(location.extras[0], (ExtraItem{0xe3, std::string(1, '\0')}));
    EXPECT_EQ(location.extras[1].id, 0xd5);
    EXPECT_EQ(location.extras[1].value.size(), 27U);
}

TEST(Jt808Message, ReadsCapturedPositionsOfEveryHemisphere) {
    const auto south_west = decoded<Location>(test::kLocationSouthWestHex);
    ASSERT_TRUE(south_west.fix);
    EXPECT_DOUBLE_EQ(south_west.fix->at.lat, -19.591535);
    EXPECT_DOUBLE_EQ(south_west.fix->at.lon, -46.912186);
    EXPECT_EQ(south_west.mileage_hm, 0x77U);
    EXPECT_EQ(south_west.time, DeviceTime{1'420'112'577'000'000}); // 2015-01-01 19:42:57 at +8

    const auto vendor = decoded<Location>(test::kLocationVendorItemHex);
    ASSERT_TRUE(vendor.fix);
    EXPECT_DOUBLE_EQ(vendor.fix->at.lat, 22.639284);
    EXPECT_DOUBLE_EQ(vendor.fix->at.lon, 114.030264);
    EXPECT_EQ(vendor.fix->altitude_m, 547);
    EXPECT_EQ(vendor.fix->course_deg, 1);
    ASSERT_EQ(vendor.extras.size(), 1U);
    EXPECT_EQ(vendor.extras[0], (ExtraItem{0xeb, from_hex("00050001016708")}));
}

TEST(Jt808Message, ReadsCapturedBatches) {
    const auto five = decoded<LocationBatch>(test::kBatchOfFiveHex);
    EXPECT_EQ(five.kind, LocationBatch::Kind::blind_area);
    ASSERT_EQ(five.items.size(), 5U);
    for (std::size_t i = 0; i < five.items.size(); ++i) {
        ASSERT_TRUE(five.items[i]);
        const Location& location = *five.items[i];
        ASSERT_TRUE(location.fix);
        EXPECT_DOUBLE_EQ(location.fix->at.lat, 23.0331);
        EXPECT_DOUBLE_EQ(location.fix->at.lon, 72.511664);
        EXPECT_EQ(location.fix->course_deg, 281);
        // 2017-08-03 21:05:09 at +8, then every five seconds
        EXPECT_EQ(location.time,
                  DeviceTime{1'501'765'509'000'000 + static_cast<std::int64_t>(i) * 5'000'000});
    }
    const auto four = decoded<LocationBatch>(test::kBatchOfFourHex);
    ASSERT_EQ(four.items.size(), 4U);
    EXPECT_DOUBLE_EQ(four.items[0]->fix->at.lat, 23.169734);
    EXPECT_TRUE(four.items[3]->fix);
    EXPECT_EQ(four.items[3]->status, 0x803U);
    EXPECT_TRUE(four.items[3]->has_alarm(alarm::kPowerCut));
}

// ------------------------------------------------------------------------------------------------
// position

TEST(Jt808Location, WithoutAFixThereIsNoPositionWhateverStandsThere) {
    test::RawLocation raw;
    raw.status = status::kAccOn;
    const auto located = std::get<Location>(decode_as(id::kLocation, test::body(raw)).value());
    EXPECT_FALSE(located.fix);
    raw.lat = raw.lon = raw.speed = 0xffff;
    raw.lat = 0xffffffff;
    raw.course = 0xffff;
    const auto garbage = std::get<Location>(decode_as(id::kLocation, test::body(raw)).value());
    EXPECT_FALSE(garbage.fix);
    EXPECT_EQ(garbage.time, DeviceTime{test::kDeviceThenUs});
}

TEST(Jt808Location, AnAlarmBeforeTheFirstFixIsReadWithoutATime) {
    test::RawLocation raw;
    raw.alarms = alarm::kSos;
    raw.status = 0;
    raw.lat = raw.lon = 0;
    raw.time = std::string(6, '\0');
    const auto location = std::get<Location>(decode_as(id::kLocation, test::body(raw)).value());
    EXPECT_TRUE(location.has_alarm(alarm::kSos));
    EXPECT_FALSE(location.time);
    EXPECT_FALSE(location.fix);
}

TEST(Jt808Location, RefusesNumbersOutOfTheirRange) {
    const auto with = [](auto change) {
        test::RawLocation raw;
        change(raw);
        return code_of(decode_as(id::kLocation, test::body(raw)));
    };
    using Raw = test::RawLocation;
    EXPECT_EQ(with([](Raw& r) { r.lat = 90'000'000; }), Code::internal) << "the pole is a place";
    EXPECT_EQ(with([](Raw& r) { r.lat = 90'000'001; }), Code::out_of_range);
    EXPECT_EQ(with([](Raw& r) { r.lon = 180'000'001; }), Code::out_of_range);
    EXPECT_EQ(with([](Raw& r) { r.lat = r.lon = 0; }), Code::out_of_range);
    EXPECT_EQ(with([](Raw& r) { r.speed = 3600; }), Code::internal);
    EXPECT_EQ(with([](Raw& r) { r.speed = 3601; }), Code::out_of_range);
    EXPECT_EQ(with([](Raw& r) { r.course = 361; }), Code::out_of_range);
    EXPECT_EQ(with([](Raw& r) { r.altitude_m = 10'001; }), Code::out_of_range);
    EXPECT_EQ(with([](Raw& r) { r.altitude_m = -1001; }), Code::out_of_range);
    EXPECT_EQ(with([](Raw& r) { r.time = std::string(6, '\0'); }), Code::out_of_range)
        << "a fix without a time";
}

TEST(Jt808Location, RefusesADayOrTimeThatDoesNotExist) {
    for (const char* time :
         {"250229120000", "260431120000", "261301120000", "260001120000", "260100120000",
          "260132120000", "260101240000", "260101126000", "260101120060", "2601011200AA"}) {
        test::RawLocation raw;
        raw.time = from_hex(time);
        EXPECT_EQ(code_of(decode_as(id::kLocation, test::body(raw))), Code::malformed) << time;
        raw.status = 0; // without a fix as well
        EXPECT_EQ(code_of(decode_as(id::kLocation, test::body(raw))), Code::malformed) << time;
    }
    test::RawLocation leap;
    leap.time = from_hex("240229075959");
    const auto location = std::get<Location>(decode_as(id::kLocation, test::body(leap)).value());
    EXPECT_EQ(location.time, DeviceTime{1'709'164'799'000'000}); // 2024-02-28T23:59:59Z
}

TEST(Jt808Location, EncryptedCoordinatesAreConvertedFromGcj02AndMarked) {
    test::RawLocation raw;
    raw.status |= status::kEncrypted;
    raw.lat = 35'025'663; // the published vector of Yuncheng
    raw.lon = 111'013'315;
    const auto location = std::get<Location>(decode_as(id::kLocation, test::body(raw)).value());
    ASSERT_TRUE(location.fix);
    EXPECT_EQ(location.fix->sent_as, Datum::gcj02);
    EXPECT_NEAR(location.fix->at.lat, 35.0264, 2e-6);
    EXPECT_NEAR(location.fix->at.lon, 111.0075, 2e-6);
    EXPECT_LT(map::distance_m(location.fix->at, {35.0264, 111.0075}), 0.2);
}

TEST(Jt808Location, AKnownItemOfAnotherSizeIsNotTakenForItsValue) {
    test::RawLocation raw;
    raw.items = test::item(0x01, "\x01\x02") + test::item(0x31, "\x09") + test::item(0xe1, "");
    const auto location = std::get<Location>(decode_as(id::kLocation, test::body(raw)).value());
    EXPECT_FALSE(location.mileage_hm);
    EXPECT_EQ(location.satellites, 9);
    EXPECT_EQ(location.extras.size(), 2U);
}

TEST(Jt808Location, RefusesAnItemThatReachesBeyondTheBody) {
    test::RawLocation raw;
    raw.items = "\x31";
    EXPECT_EQ(code_of(decode_as(id::kLocation, test::body(raw))), Code::malformed);
    raw.items = std::string{"\x31\x02\x09", 3};
    EXPECT_EQ(code_of(decode_as(id::kLocation, test::body(raw))), Code::malformed);
    EXPECT_EQ(code_of(decode_as(id::kLocation, test::body({}).substr(0, 27))), Code::malformed);
}

TEST(Jt808Location, FingerprintIsOfTheFixedPartAlone) {
    test::RawLocation raw;
    const auto print = [](const test::RawLocation& r) {
        return decode_location(test::body(r)).value().fingerprint;
    };
    const std::uint64_t first = print(raw);
    raw.items = test::item(0x30, "\x1f");
    EXPECT_EQ(print(raw), first);
    raw.lat += 1;
    EXPECT_NE(print(raw), first);
}

TEST(Jt808Batch, OneBadReportDoesNotCostItsNeighbours) {
    test::RawLocation bad;
    bad.lat = 91'000'000;
    const auto batch = std::get<LocationBatch>(
        decode_as(id::kLocationBatch,
                  test::batch_body({test::body(test::RawLocation{}), test::body(bad),
                                    test::body(test::RawLocation{})}))
            .value());
    ASSERT_EQ(batch.items.size(), 3U);
    EXPECT_TRUE(batch.items[0]);
    EXPECT_FALSE(batch.items[1]);
    EXPECT_TRUE(batch.items[2]);
}

TEST(Jt808Batch, RefusesACountOrALengthThatDoesNotFit) {
    const std::string one = test::body(test::RawLocation{});
    std::string fewer = test::batch_body({one, one});
    fewer[1] = 1;
    std::string more = test::batch_body({one, one});
    more[1] = 3;
    EXPECT_EQ(code_of(decode_as(id::kLocationBatch, fewer)), Code::malformed);
    EXPECT_EQ(code_of(decode_as(id::kLocationBatch, more)), Code::malformed);
    EXPECT_EQ(code_of(decode_as(id::kLocationBatch, test::batch_body({}))), Code::out_of_range);
    EXPECT_EQ(code_of(decode_as(id::kLocationBatch, test::batch_body({one}, 2))),
              Code::out_of_range);
}

// ------------------------------------------------------------------------------------------------
// the rest

TEST(Jt808Message, ReadsA2019Authentication) {
    const auto message = decode_as(
        id::kAuthenticate, test::authentication_body("secret", Version::v2019), Version::v2019);
    const auto authentication = std::get<Authentication>(message.value());
    EXPECT_EQ(authentication, (Authentication{"secret", "860123456789012", "v1.2"}));
    std::string shorter = test::authentication_body("secret", Version::v2019);
    shorter.pop_back();
    EXPECT_FALSE(decode_as(id::kAuthenticate, shorter, Version::v2019));
    EXPECT_FALSE(decode_as(id::kAuthenticate, ""));
}

TEST(Jt808Message, RefusesAPlateThatIsNotGbk) {
    test::RawRegistration raw;
    raw.plate_gbk = "\xff\xff";
    EXPECT_FALSE(decode_as(id::kRegister, test::body(raw, Version::v2013)));
    raw.plate_gbk = "\xCB"; // half a character
    EXPECT_FALSE(decode_as(id::kRegister, test::body(raw, Version::v2013)));
    raw.plate_gbk = std::string(33, 'A');
    EXPECT_FALSE(decode_as(id::kRegister, test::body(raw, Version::v2013)));
}

TEST(Jt808Message, RefusesABodyThatIsTooLongOrTooShort) {
    EXPECT_FALSE(decode_as(id::kHeartbeat, "x"));
    EXPECT_FALSE(decode_as(id::kTimeRequest, "x"));
    EXPECT_FALSE(decode_as(id::kUnregister, "x"));
    EXPECT_FALSE(decode_as(id::kTerminalReply, std::string(4, '\0')));
    EXPECT_FALSE(decode_as(id::kTerminalReply, std::string(6, '\0')));
    EXPECT_FALSE(decode_as(id::kTerminalReply, from_hex("0001000204"))) << "a result of 4";
    EXPECT_TRUE(decode_as(id::kPlatformReply, from_hex("0001000204")));
    EXPECT_FALSE(decode_as(id::kPassThrough, ""));
    EXPECT_FALSE(decode_as(id::kRegister, std::string(36, '\0')));
}

TEST(Jt808Message, AnEncryptedBodyIsNotGuessedAt) {
    Header header = test::header(id::kHeartbeat, 1);
    header.encryption = 1;
    EXPECT_EQ(code_of(decode(header, "")), Code::unsupported_version);
}

TEST(Jt808Message, WhatThePlatformSendsReadsBackTheSame) {
    for (const Version version : {Version::v2013, Version::v2019}) {
        const PlatformReply reply{0xfffe, id::kLocationBatch, ReplyResult::alarm_confirmed};
        EXPECT_EQ(
            std::get<PlatformReply>(decode_as(id::kPlatformReply, encode(reply), version).value()),
            reply);
        const RegisterReply welcome{7, RegisterResult::done, "0123abcd"};
        EXPECT_EQ(std::get<RegisterReply>(
                      decode_as(id::kRegisterReply, encode(welcome), version).value()),
                  welcome);
        const RegisterReply refusal{7, RegisterResult::no_such_terminal, ""};
        EXPECT_EQ(std::get<RegisterReply>(
                      decode_as(id::kRegisterReply, encode(refusal), version).value()),
                  refusal);
        const TimeReply time{{1'773'830'536'000'000}};
        EXPECT_EQ(std::get<TimeReply>(decode_as(id::kTimeReply, encode(time), version).value()),
                  time);
        const ResendParts resend{65'535, {2, 5, 32}};
        EXPECT_EQ(std::get<ResendParts>(
                      decode_as(id::kResendParts, encode(resend, version), version).value()),
                  resend);
        for (const auto urgency : {TextDown::Urgency::normal, TextDown::Urgency::emergency}) {
            const TextDown text{urgency, "请到盐湖区人民医院急诊科"};
            const auto body = encode(text, version);
            ASSERT_TRUE(body);
            EXPECT_EQ(std::get<TextDown>(decode_as(id::kTextDown, *body, version).value()), text);
        }
    }
}

TEST(Jt808Message, TimeIsToldInUtc) {
    // 2026-03-18 10:42:16 UTC, 18:42:16 in China
    EXPECT_EQ(encode(TimeReply{{1'773'830'536'000'000}}), from_hex("260318104216"));
    EXPECT_EQ(encode_device_time({1'773'830'536'000'000}), from_hex("260318184216"));
}

TEST(Jt808Message, TextDownIsGbkAndNeverCut) {
    const auto body = encode(TextDown{TextDown::Urgency::emergency, "京"}, Version::v2013);
    EXPECT_EQ(*body, from_hex("0DBEA9"));
    const auto fresh = encode(TextDown{TextDown::Urgency::normal, "京"}, Version::v2019);
    EXPECT_EQ(*fresh, from_hex("0D02BEA9"));
    EXPECT_TRUE(encode(TextDown{{}, std::string(1022, 'a')}, Version::v2013));
    EXPECT_FALSE(encode(TextDown{{}, std::string(1023, 'a')}, Version::v2013));
    EXPECT_FALSE(encode(TextDown{{}, ""}, Version::v2013));
    EXPECT_FALSE(encode(TextDown{{}, "\xf0\x9f\x9a\x91"}, Version::v2013)) << "GBK has no emoji";
    EXPECT_FALSE(encode(TextDown{{}, "\xff"}, Version::v2013)) << "not UTF-8";
}

// 0x9101 and 0x9102 by tables 17 and 18 of JT/T 1078-2016, byte for byte.
TEST(Jt808Message, StreamsAreAskedForAndEndedAsTheStandardSays) {
    StreamOpen open;
    open.host = "10.1.2.3";
    open.tcp_port = 1078;
    open.channel = 2;
    open.data = StreamOpen::Data::pictures;
    const auto body = encode(open);
    ASSERT_TRUE(body);
    EXPECT_EQ(*body, from_hex("08 31302E312E322E33 0436 0000 02 01 00"));
    EXPECT_EQ(std::get<StreamOpen>(decode_as(id::kStreamOpen, *body, Version::v2013).value()), open);
    StreamControl control;
    control.channel = 2;
    EXPECT_EQ(encode(control), from_hex("02 00 00 00"));
    control.command = StreamControl::Command::change_quality;
    control.quality = StreamOpen::Quality::sub;
    EXPECT_EQ(encode(control), from_hex("02 01 00 01"));
    EXPECT_EQ(std::get<StreamControl>(
                  decode_as(id::kStreamControl, encode(control), Version::v2019).value()),
              control);
}

TEST(Jt808Message, StreamsWithoutAnAddressOrWithValuesThatMeanNothingAreRefused) {
    StreamOpen open;
    EXPECT_EQ(encode(open).error().code, Code::invalid_argument);
    open.host = std::string(256, '1');
    EXPECT_EQ(encode(open).error().code, Code::invalid_argument);
    for (const char* wrong : {"01 31 0436 0000 02 02 00", "01 31 0436 0000 02 01 02",
                              "02 31 0436 0000 02 01 00", "00 0436 0000 02 01 00",
                              "01 07 0436 0000 02 01 00"}) {
        EXPECT_FALSE(decode_as(id::kStreamOpen, from_hex(wrong), Version::v2013)) << wrong;
    }
    for (const char* wrong : {"02 05 00 00", "02 00 03 00", "02 00 00 02", "02 00 00"}) {
        EXPECT_FALSE(decode_as(id::kStreamControl, from_hex(wrong), Version::v2013)) << wrong;
    }
}

// ------------------------------------------------------------------------------------------------
// damage

void expect_in_range(const Location& location) {
    ASSERT_EQ(location.fix.has_value(), location.has_status(status::kFixValid));
    if (location.time) {
        ASSERT_GE(location.time->us, 946'656'000'000'000); // 2000-01-01 at +8
        ASSERT_LT(location.time->us, 4'102'416'000'000'000);
    }
    if (location.fix) {
        ASSERT_TRUE(location.time);
        ASSERT_TRUE(map::is_valid(location.fix->at));
        ASSERT_FALSE(location.fix->at.lat == 0 && location.fix->at.lon == 0);
        ASSERT_LE(location.fix->speed_hm_per_h, kSpeedMaxHmPerH);
        ASSERT_LT(location.fix->course_deg, 360);
    }
}

// Bodies are damaged behind a frame made right again, so that the damage reaches the body's parser.
TEST(Jt808Message, DamagedBodiesAreNeverAcceptedOutOfRange) {
    std::mt19937_64 random{5};
    std::size_t locations = 0;
    std::size_t refused = 0;
    for (int i = 0; i < 60'000; ++i) {
        const test::Golden& golden = test::kGolden[random() % test::kGolden.size()];
        const Frame frame = test::decoded_frame(from_hex(golden.hex));
        const auto message = decode(frame.header, test::mutate(frame.body, random));
        if (!message) {
            ++refused;
            continue;
        }
        if (const auto* location = std::get_if<Location>(&*message)) {
            ++locations;
            expect_in_range(*location);
        }
        if (const auto* batch = std::get_if<LocationBatch>(&*message)) {
            for (const auto& item : batch->items) {
                if (item) {
                    ++locations;
                    expect_in_range(*item);
                }
            }
        }
        if (const auto* reply = std::get_if<PlatformReply>(&*message)) {
            ASSERT_LE(static_cast<int>(reply->result), 4);
        }
    }
    EXPECT_GT(locations, 1'000U) << "the damage must reach the numbers";
    EXPECT_GT(refused, 10'000U);
}

} // namespace
} // namespace ems::gateway
