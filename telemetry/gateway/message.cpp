#include "telemetry/gateway/message.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/gateway/bcd_time.h"
#include "telemetry/gateway/bytes.h"
#include "telemetry/wire/gbk.h"

namespace ems::gateway {
namespace {

constexpr std::size_t kImeiSize = 15;
constexpr std::size_t kSoftwareSize = 20;
constexpr std::size_t kPlateSizeMax = 32; // a VIN has 17
constexpr std::uint8_t kTextEmergency2013 = 0x01;
constexpr std::uint8_t kTextService2019 = 0x01;
constexpr std::uint8_t kTextEmergency2019 = 0x02;
constexpr std::uint8_t kTextUrgencyMask2019 = 0x03;
constexpr std::uint8_t kTextShown = 0x04;
constexpr std::uint8_t kTextReadAloud = 0x08;
constexpr std::uint8_t kTextKindService = 2;

bool printable_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

// Real terminals fill these with bytes that are no text.
std::string field_text(std::string_view field) {
    const std::string_view text = trim_padding(field);
    if (printable_ascii(text)) {
        return std::string{text};
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "0x";
    for (const char byte : text) {
        out.push_back(kDigits[static_cast<std::uint8_t>(byte) >> 4U]);
        out.push_back(kDigits[static_cast<std::uint8_t>(byte) & 0xfU]);
    }
    return out;
}

template <class T> Result<Message> as_message(Result<T> value) {
    if (!value) {
        return Failure{std::move(value).error()};
    }
    return Message{std::move(*value)};
}

template <class T> Result<T> empty_body(std::string_view body, std::string_view what) {
    EMS_TRY(ByteReader{body}.finish(what));
    return T{};
}

template <class T>
Result<T> decode_reply(std::string_view body, std::string_view what, ReplyResult most) {
    ByteReader in{body};
    T reply;
    reply.serial = in.u16();
    reply.id = in.u16();
    const std::uint8_t result = in.u8();
    EMS_TRY(in.finish(what));
    if (result > static_cast<std::uint8_t>(most)) {
        return fail(Code::out_of_range, std::string{what} + ".result");
    }
    reply.result = static_cast<ReplyResult>(result);
    return reply;
}

Result<Registration> decode_registration(Version version, std::string_view body) {
    const bool v2019 = version == Version::v2019;
    ByteReader in{body};
    Registration out;
    out.province = in.u16();
    out.city = in.u16();
    out.maker = field_text(in.take(v2019 ? 11 : 5));
    out.model = field_text(in.take(v2019 ? 30 : 20));
    out.terminal = field_text(in.take(v2019 ? 30 : 7));
    out.plate_colour = in.u8();
    EMS_TRY(in.whole("register"));
    const std::string_view plate = trim_padding(in.take_rest());
    if (plate.size() > kPlateSizeMax) {
        return fail(Code::out_of_range, "register.plate");
    }
    auto text = wire::gbk_to_utf8(plate);
    if (!text) {
        return fail(Code::malformed, "register.plate: " + text.error().detail);
    }
    out.plate = std::move(*text);
    return out;
}

Result<Authentication> decode_authentication(Version version, std::string_view body) {
    ByteReader in{body};
    Authentication out;
    if (version == Version::v2013) {
        out.code = in.take_rest();
    } else {
        const std::uint8_t size = in.u8();
        out.code = in.take(size);
        out.imei = field_text(in.take(kImeiSize));
        out.software = field_text(in.take(kSoftwareSize));
        EMS_TRY(in.finish("authenticate"));
    }
    if (out.code.empty()) {
        return fail(Code::malformed, "authenticate: no code");
    }
    return out;
}

Result<LocationBatch> decode_batch(std::string_view body) {
    ByteReader in{body};
    LocationBatch out;
    const std::uint16_t count = in.u16();
    const std::uint8_t kind = in.u8();
    EMS_TRY(in.whole("batch"));
    if (kind > static_cast<std::uint8_t>(LocationBatch::Kind::blind_area)) {
        return fail(Code::out_of_range, "batch.kind");
    }
    if (count == 0) {
        return fail(Code::out_of_range, "batch.count");
    }
    out.kind = static_cast<LocationBatch::Kind>(kind);
    for (std::uint16_t i = 0; i < count; ++i) {
        const std::uint16_t size = in.u16();
        const std::string_view item = in.take(size);
        EMS_TRY(in.whole("batch.item"));
        out.items.push_back(decode_location(item));
        const auto rescued = out.items.back() ? std::nullopt : rescue_alarms(item);
        if (rescued) {
            out.rescued.push_back(*rescued);
        }
    }
    EMS_TRY(in.finish("batch"));
    return out;
}

Result<PassThrough> decode_pass_through(std::string_view body) {
    ByteReader in{body};
    PassThrough out;
    out.kind = in.u8();
    EMS_TRY(in.whole("pass_through"));
    out.data = in.take_rest();
    return out;
}

Result<ResendParts> decode_resend(Version version, std::string_view body) {
    ByteReader in{body};
    ResendParts out;
    out.first_serial = in.u16();
    const std::size_t count = version == Version::v2019 ? in.u16() : in.u8();
    EMS_TRY(in.whole("resend"));
    if (count > kResendPartsMax) {
        return fail(Code::out_of_range, "resend.count");
    }
    for (std::size_t i = 0; i < count; ++i) {
        out.parts.push_back(in.u16());
    }
    EMS_TRY(in.finish("resend"));
    return out;
}

Result<RegisterReply> decode_register_reply(std::string_view body) {
    ByteReader in{body};
    RegisterReply out;
    out.serial = in.u16();
    const std::uint8_t result = in.u8();
    EMS_TRY(in.whole("register_reply"));
    if (result > static_cast<std::uint8_t>(RegisterResult::no_such_terminal)) {
        return fail(Code::out_of_range, "register_reply.result");
    }
    out.result = static_cast<RegisterResult>(result);
    if (out.result == RegisterResult::done) {
        auto code = wire::gbk_to_utf8(in.take_rest());
        if (!code) {
            return fail(Code::malformed, "register_reply.code: " + code.error().detail);
        }
        out.code = std::move(*code);
    }
    EMS_TRY(in.finish("register_reply"));
    return out;
}

Result<TimeReply> decode_time_reply(std::string_view body) {
    return decode_utc(body).map([](ServerTime utc) { return TimeReply{utc}; });
}

Result<TextDown> decode_text(Version version, std::string_view body) {
    ByteReader in{body};
    TextDown out;
    const std::uint8_t flags = in.u8();
    if (version == Version::v2019) {
        in.u8();
    }
    EMS_TRY(in.whole("text"));
    const bool emergency = version == Version::v2019
                               ? (flags & kTextUrgencyMask2019) == kTextEmergency2019
                               : (flags & kTextEmergency2013) != 0;
    out.urgency = emergency ? TextDown::Urgency::emergency : TextDown::Urgency::normal;
    auto text = wire::gbk_to_utf8(in.take_rest());
    if (!text) {
        return Failure{std::move(text).error()};
    }
    out.text = std::move(*text);
    return out;
}

template <class Enum> Result<Enum> known(std::uint8_t value, Enum last, const char* what) {
    if (value > static_cast<std::uint8_t>(last)) {
        return fail(Code::out_of_range, what);
    }
    return static_cast<Enum>(value);
}

Result<StreamOpen> decode_stream_open(std::string_view body) {
    ByteReader in{body};
    StreamOpen out;
    const std::uint8_t size = in.u8();
    out.host = in.take(size);
    out.tcp_port = in.u16();
    out.udp_port = in.u16();
    out.channel = in.u8();
    const std::uint8_t data = in.u8();
    const std::uint8_t quality = in.u8();
    EMS_TRY(in.finish("stream_open"));
    if (out.host.empty() || !printable_ascii(out.host)) {
        return fail(Code::malformed, "stream_open.host");
    }
    const auto wanted = known(data, StreamOpen::Data::pictures, "stream_open.data");
    const auto stream = known(quality, StreamOpen::Quality::sub, "stream_open.stream");
    if (!wanted || !stream) {
        return Failure{(wanted ? stream.error() : wanted.error())};
    }
    out.data = *wanted;
    out.quality = *stream;
    return out;
}

Result<StreamControl> decode_stream_control(std::string_view body) {
    ByteReader in{body};
    StreamControl out;
    out.channel = in.u8();
    const std::uint8_t command = in.u8();
    const std::uint8_t close = in.u8();
    const std::uint8_t quality = in.u8();
    EMS_TRY(in.finish("stream_control"));
    const auto what = known(command, StreamControl::Command::close_talk, "stream_control.command");
    const auto end = known(close, StreamControl::Close::pictures, "stream_control.close");
    const auto stream = known(quality, StreamOpen::Quality::sub, "stream_control.stream");
    if (!what || !end || !stream) {
        return Failure{!what ? what.error() : !end ? end.error() : stream.error()};
    }
    out.command = *what;
    out.close = *end;
    out.quality = *stream;
    return out;
}

} // namespace

Result<Message> decode(const Header& header, std::string_view body) {
    if (header.encryption != 0) {
        return fail(Code::unsupported_version, "body is encrypted");
    }
    switch (header.id) {
    case id::kTerminalReply:
        return as_message(decode_reply<TerminalReply>(body, "reply", ReplyResult::unsupported));
    case id::kHeartbeat:
        return as_message(empty_body<Heartbeat>(body, "heartbeat"));
    case id::kUnregister:
        return as_message(empty_body<Unregister>(body, "unregister"));
    case id::kRegister:
        return as_message(decode_registration(header.version, body));
    case id::kAuthenticate:
        return as_message(decode_authentication(header.version, body));
    case id::kTimeRequest:
        return as_message(empty_body<TimeRequest>(body, "time_request"));
    case id::kLocation:
        return as_message(decode_location(body));
    case id::kLocationBatch:
        return as_message(decode_batch(body));
    case id::kPassThrough:
        return as_message(decode_pass_through(body));
    case id::kPlatformReply:
        return as_message(decode_reply<PlatformReply>(body, "reply", ReplyResult::alarm_confirmed));
    case id::kResendParts:
        return as_message(decode_resend(header.version, body));
    case id::kRegisterReply:
        return as_message(decode_register_reply(body));
    case id::kTimeReply:
        return as_message(decode_time_reply(body));
    case id::kTextDown:
        return as_message(decode_text(header.version, body));
    case id::kStreamOpen:
        return as_message(decode_stream_open(body));
    case id::kStreamControl:
        return as_message(decode_stream_control(body));
    default:
        return Message{Unknown{}};
    }
}

std::string encode(const PlatformReply& reply) {
    std::string out;
    put_u16(out, reply.serial);
    put_u16(out, reply.id);
    put_u8(out, static_cast<std::uint8_t>(reply.result));
    return out;
}

std::string encode(const RegisterReply& reply) {
    std::string out;
    put_u16(out, reply.serial);
    put_u8(out, static_cast<std::uint8_t>(reply.result));
    EMS_ASSERT(printable_ascii(reply.code));
    return reply.result == RegisterResult::done ? out + reply.code : out;
}

std::string encode(const TimeReply& reply) {
    return encode_utc(reply.utc);
}

std::string encode(const ResendParts& request, Version version) {
    EMS_ASSERT(request.parts.size() <= kResendPartsMax);
    const auto count = static_cast<std::uint16_t>(request.parts.size());
    std::string out;
    put_u16(out, request.first_serial);
    if (version == Version::v2019) {
        put_u16(out, count);
    } else {
        put_u8(out, static_cast<std::uint8_t>(count));
    }
    for (const std::uint16_t part : request.parts) {
        put_u16(out, part);
    }
    return out;
}

Result<std::string> encode(const TextDown& text, Version version) {
    auto gbk = wire::utf8_to_gbk(text.text);
    if (!gbk) {
        return Failure{std::move(gbk).error()};
    }
    const bool emergency = text.urgency == TextDown::Urgency::emergency;
    std::string out;
    if (version == Version::v2019) {
        put_u8(out, static_cast<std::uint8_t>(kTextShown | kTextReadAloud |
                                              (emergency ? kTextEmergency2019 : kTextService2019)));
        put_u8(out, kTextKindService);
    } else {
        put_u8(out, static_cast<std::uint8_t>(kTextShown | kTextReadAloud |
                                              (emergency ? kTextEmergency2013 : 0)));
    }
    if (gbk->empty() || out.size() + gbk->size() > kBodySizeMax) {
        return fail(Code::invalid_argument, "text is empty or longer than one frame holds");
    }
    return out + *gbk;
}

Result<std::string> encode(const StreamOpen& request) {
    constexpr std::size_t kHostMax = 255;
    if (request.host.empty() || request.host.size() > kHostMax || !printable_ascii(request.host)) {
        return fail(Code::invalid_argument, "the stream's host is no address");
    }
    std::string out;
    put_u8(out, static_cast<std::uint8_t>(request.host.size()));
    out += request.host;
    put_u16(out, request.tcp_port);
    put_u16(out, request.udp_port);
    put_u8(out, request.channel);
    put_u8(out, static_cast<std::uint8_t>(request.data));
    put_u8(out, static_cast<std::uint8_t>(request.quality));
    return out;
}

std::string encode(const StreamControl& request) {
    std::string out;
    put_u8(out, request.channel);
    put_u8(out, static_cast<std::uint8_t>(request.command));
    put_u8(out, static_cast<std::uint8_t>(request.close));
    put_u8(out, static_cast<std::uint8_t>(request.quality));
    return out;
}

} // namespace ems::gateway
