// Bodies of JT/T 808 messages as checked types. decode() is the one place where a body becomes one;
// after it every number is in its range, text is UTF-8, time is UTC. What the terminals send and
// what the platform sends is both decoded (captures hold both); encode() makes the platform's.
// Source: JT/T 808-2013 and 808-2019, section 8; JT/T 1078-2016, section 5.5. Pure.
//
//   0x0001 terminal's general reply   serial u16, id u16, result u8
//   0x0002 heartbeat                  empty
//   0x0003 unregister                 empty
//   0x0100 register      2013         province u16, city u16, maker[5], model[20], terminal[7],
//                                     plate colour u8, plate
//                        2019         the same with maker[11], model[30], terminal[30]
//   0x0102 authenticate  2013         code
//                        2019         size u8, code, IMEI[15], software[20]
//   0x0109 time request               empty
//   0x0200 position                   telemetry/gateway/location.h
//   0x0704 batch of positions         count u16, kind u8, { size u16, position } ...
//   0x0900 pass-through               kind u8, data
//   0x8001 platform's general reply   serial u16, id u16, result u8
//   0x8003 send parts again           first serial u16, count (2013 u8, 2019 u16), part u16 ...
//   0x8100 reply to register          serial u16, result u8, code when the result is 0
//   0x8109 reply to time request      UTC, BCD[6]
//   0x8300 text                       flags u8, (2019: kind u8), text
//   0x9101 open a stream (JT/T 1078)  size u8, address, TCP port u16, UDP port u16, channel u8,
//                                     data u8, stream u8
//   0x9102 control a stream           channel u8, command u8, what to close u8, stream u8
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/gateway/frame.h"
#include "telemetry/gateway/location.h"

namespace ems::gateway {

namespace id {
inline constexpr std::uint16_t kTerminalReply = 0x0001;
inline constexpr std::uint16_t kHeartbeat = 0x0002;
inline constexpr std::uint16_t kUnregister = 0x0003;
inline constexpr std::uint16_t kRegister = 0x0100;
inline constexpr std::uint16_t kAuthenticate = 0x0102;
inline constexpr std::uint16_t kTimeRequest = 0x0109;
inline constexpr std::uint16_t kLocation = 0x0200;
inline constexpr std::uint16_t kLocationBatch = 0x0704;
inline constexpr std::uint16_t kPassThrough = 0x0900;
inline constexpr std::uint16_t kPlatformReply = 0x8001;
inline constexpr std::uint16_t kResendParts = 0x8003;
inline constexpr std::uint16_t kRegisterReply = 0x8100;
inline constexpr std::uint16_t kTimeReply = 0x8109;
inline constexpr std::uint16_t kTextDown = 0x8300;
inline constexpr std::uint16_t kStreamOpen = 0x9101;
inline constexpr std::uint16_t kStreamControl = 0x9102;
} // namespace id

// 0x0001 knows the first four.
enum class ReplyResult : std::uint8_t {
    done = 0,
    failed = 1,
    bad_message = 2,
    unsupported = 3,
    alarm_confirmed = 4,
};
enum class RegisterResult : std::uint8_t {
    done = 0,
    vehicle_registered = 1,
    no_such_vehicle = 2,
    terminal_registered = 3,
    no_such_terminal = 4,
};

struct TerminalReply {
    std::uint16_t serial{0}; // of the message answered
    std::uint16_t id{0};
    ReplyResult result{ReplyResult::done};
    bool operator==(const TerminalReply&) const = default;
};
struct PlatformReply {
    std::uint16_t serial{0};
    std::uint16_t id{0};
    ReplyResult result{ReplyResult::done};
    bool operator==(const PlatformReply&) const = default;
};
struct Heartbeat {
    bool operator==(const Heartbeat&) const = default;
};
struct Unregister {
    bool operator==(const Unregister&) const = default;
};
struct TimeRequest {
    bool operator==(const TimeRequest&) const = default;
};

// Fixed fields without their padding; one that is not printable ASCII is given as "0x" and its
// bytes in hex.
struct Registration {
    std::uint16_t province{0}; // first two digits of GB/T 2260
    std::uint16_t city{0};     // its other four
    std::string maker;
    std::string model;
    std::string terminal;
    std::uint8_t plate_colour{0}; // JT/T 415; 0: not licensed, then `plate` is the VIN
    std::string plate;            // UTF-8
    bool operator==(const Registration&) const = default;
};
struct Authentication {
    std::string code;     // as sent
    std::string imei;     // 2019 only
    std::string software; // 2019 only
    bool operator==(const Authentication&) const = default;
};

struct LocationBatch {
    enum class Kind : std::uint8_t { normal = 0, blind_area = 1 };
    Kind kind{Kind::normal};
    // One bad report does not cost its neighbours: it stands here as what is wrong with it.
    std::vector<Result<Location>> items;
    // Alarm words of items that cannot be read, with nothing else: help that was called for is not lost with them.
    std::vector<Location> rescued{};
};
struct PassThrough {
    std::uint8_t kind{0};
    std::string data;
    bool operator==(const PassThrough&) const = default;
};

struct RegisterReply {
    std::uint16_t serial{0};
    RegisterResult result{RegisterResult::done};
    std::string code; // only when done
    bool operator==(const RegisterReply&) const = default;
};
struct TimeReply {
    ServerTime utc; // to the second
    bool operator==(const TimeReply&) const = default;
};
struct ResendParts {
    std::uint16_t first_serial{0}; // of the message's first part
    std::vector<std::uint16_t> parts;
    bool operator==(const ResendParts&) const = default;
};
struct TextDown {
    enum class Urgency { normal, emergency };
    Urgency urgency{Urgency::normal};
    std::string text; // UTF-8
    bool operator==(const TextDown&) const = default;
};

// Asks for a channel's live stream over TCP, to an address of ours. Answered by 0x0001.
struct StreamOpen {
    enum class Data : std::uint8_t { sound_and_pictures = 0, pictures = 1 };
    enum class Quality : std::uint8_t { main = 0, sub = 1 };
    std::string host; // printable ASCII, at most 255 characters
    std::uint16_t tcp_port{0};
    std::uint16_t udp_port{0}; // 0: not by UDP
    std::uint8_t channel{0};
    Data data{Data::sound_and_pictures};
    Quality quality{Quality::main};
    bool operator==(const StreamOpen&) const = default;
};
// Ends, stops and resumes what StreamOpen asked for. Answered by 0x0001.
struct StreamControl {
    enum class Command : std::uint8_t {
        close = 0,
        change_quality = 1,
        pause = 2,
        resume = 3,
        close_talk = 4
    };
    enum class Close : std::uint8_t { all = 0, sound = 1, pictures = 2 };
    std::uint8_t channel{0};
    Command command{Command::close};
    Close close{Close::all}; // of `close`
    StreamOpen::Quality quality{StreamOpen::Quality::main}; // of `change_quality`
    bool operator==(const StreamControl&) const = default;
};

// A message that is not in the table above.
struct Unknown {
    bool operator==(const Unknown&) const = default;
};

using Message = std::variant<TerminalReply, Heartbeat, Unregister, Registration, Authentication,
                             TimeRequest, Location, LocationBatch, PassThrough, PlatformReply,
                             ResendParts, RegisterReply, TimeReply, TextDown, StreamOpen,
                             StreamControl, Unknown>;

// Errors: malformed, out_of_range, unsupported_version (encrypted).
Result<Message> decode(const Header& header, std::string_view body);

std::string encode(const PlatformReply& reply);
std::string encode(const RegisterReply& reply);
std::string encode(const TimeReply& reply);
// At most kResendPartsMax parts.
inline constexpr std::size_t kResendPartsMax = 64;
std::string encode(const ResendParts& request, Version version);
// Shown and read aloud. Errors: invalid_argument (empty, characters that GBK lacks, longer than one
// frame holds).
Result<std::string> encode(const TextDown& text, Version version);
// Errors: invalid_argument (no host, or one that is not printable ASCII or too long).
Result<std::string> encode(const StreamOpen& request);
std::string encode(const StreamControl& request);

} // namespace ems::gateway
