#include "telemetry/gateway/line_decoder.h"

#include <cmath>
#include <istream>
#include <optional>
#include <ostream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "telemetry/gateway/message.h"
#include "telemetry/wire/gbk.h"

namespace ems::gateway {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kTenth = 10;
constexpr double kPositionUnit = 1e7; // a converted coordinate is not better than about 1 cm
constexpr char kFlag = 0x7e;

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        out += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
    }
    return out;
}

std::string text_or_hex(std::string_view bytes) {
    auto text = wire::gbk_to_utf8(bytes);
    return text ? std::move(*text) : "0x" + hex(bytes);
}

std::string id_text(std::uint16_t id) {
    return fmt::format("0x{:04x}", id);
}

std::string_view name_of(ReplyResult result) {
    switch (result) {
    case ReplyResult::done:
        return "done";
    case ReplyResult::failed:
        return "failed";
    case ReplyResult::bad_message:
        return "bad_message";
    case ReplyResult::unsupported:
        return "unsupported";
    case ReplyResult::alarm_confirmed:
        return "alarm_confirmed";
    }
    return "";
}

std::string_view name_of(RegisterResult result) {
    switch (result) {
    case RegisterResult::done:
        return "done";
    case RegisterResult::vehicle_registered:
        return "vehicle_registered";
    case RegisterResult::no_such_vehicle:
        return "no_such_vehicle";
    case RegisterResult::terminal_registered:
        return "terminal_registered";
    case RegisterResult::no_such_terminal:
        return "no_such_terminal";
    }
    return "";
}

template <class T> void put_if(Json& out, const char* key, const std::optional<T>& value) {
    if (value) {
        out[key] = *value;
    }
}
template <class T> void put_tenths(Json& out, const char* key, const std::optional<T>& value) {
    if (value) {
        out[key] = *value / kTenth;
    }
}

// Each describe() names the message and adds what its body says.

template <class Reply> void describe_reply(Json& out, const Reply& reply) {
    out["reply_serial"] = reply.serial;
    out["reply_id"] = id_text(reply.id);
    out["result"] = name_of(reply.result);
}
void describe(Json& out, const TerminalReply& reply) {
    out["message"] = "terminal_reply";
    describe_reply(out, reply);
}
void describe(Json& out, const PlatformReply& reply) {
    out["message"] = "platform_reply";
    describe_reply(out, reply);
}
void describe(Json& out, const Heartbeat&) {
    out["message"] = "heartbeat";
}
void describe(Json& out, const Unregister&) {
    out["message"] = "unregister";
}
void describe(Json& out, const TimeRequest&) {
    out["message"] = "time_request";
}

void describe(Json& out, const Registration& registration) {
    out["message"] = "register";
    out["province"] = registration.province;
    out["city"] = registration.city;
    out["maker"] = registration.maker;
    out["model"] = registration.model;
    out["terminal"] = registration.terminal;
    out["plate_colour"] = registration.plate_colour;
    out["plate"] = registration.plate;
}

void describe(Json& out, const Authentication& authentication) {
    out["message"] = "authenticate";
    out["code"] = text_or_hex(authentication.code);
    if (!authentication.imei.empty()) {
        out["imei"] = authentication.imei;
    }
    if (!authentication.software.empty()) {
        out["software"] = authentication.software;
    }
}

Json fields_of(const Location& location) {
    Json out;
    out["alarm_bits"] = location.alarms;
    out["alarms"] = Json::array();
    for (unsigned bit = 0; bit < 32; ++bit) {
        if (location.has_alarm(1U << bit)) {
            const std::string_view name = alarm_name(bit);
            out["alarms"].push_back(name.empty() ? fmt::format("bit_{}", bit) : std::string{name});
        }
    }
    out["status_bits"] = location.status;
    out["acc_on"] = location.has_status(status::kAccOn);
    out["fix_valid"] = location.fix.has_value();
    if (location.time) {
        out["time_utc"] = utc_iso(location.time->us);
    }
    if (location.fix) {
        const Fix& fix = *location.fix;
        out["lat_deg"] = std::round(fix.at.lat * kPositionUnit) / kPositionUnit;
        out["lon_deg"] = std::round(fix.at.lon * kPositionUnit) / kPositionUnit;
        out["datum"] = "wgs84";
        out["sent_as"] = fix.sent_as == Datum::gcj02 ? "gcj02" : "wgs84";
        out["altitude_m"] = fix.altitude_m;
        out["speed_km_h"] = fix.speed_hm_per_h / kTenth;
        out["course_deg"] = fix.course_deg;
    }
    put_tenths(out, "mileage_km", location.mileage_hm);
    put_tenths(out, "fuel_l", location.fuel_dl);
    put_tenths(out, "recorder_speed_km_h", location.recorder_speed_hm_per_h);
    put_if(out, "alarm_event", location.alarm_event);
    put_if(out, "vehicle_signal_bits", location.vehicle_signals);
    put_if(out, "io_status_bits", location.io_status);
    put_if(out, "analog", location.analog);
    put_if(out, "signal_strength", location.signal_strength);
    put_if(out, "satellites", location.satellites);
    for (const ExtraItem& item : location.extras) {
        out["extra_items"].push_back(
            {{"id", fmt::format("0x{:02x}", item.id)}, {"hex", hex(item.value)}});
    }
    return out;
}

void describe(Json& out, const Location& location) {
    out["message"] = "location";
    out.update(fields_of(location));
}

void describe(Json& out, const LocationBatch& batch) {
    out["message"] = "location_batch";
    out["kind"] = batch.kind == LocationBatch::Kind::blind_area ? "blind_area" : "normal";
    out["locations"] = Json::array();
    for (const auto& item : batch.items) {
        out["locations"].push_back(item ? fields_of(*item)
                                        : Json{{"error", item.error().message()}});
    }
}

void describe(Json& out, const PassThrough& pass) {
    out["message"] = "pass_through";
    out["kind"] = pass.kind;
    out["data_hex"] = hex(pass.data);
}

void describe(Json& out, const ResendParts& request) {
    out["message"] = "resend_parts";
    out["first_serial"] = request.first_serial;
    out["parts"] = request.parts;
}

void describe(Json& out, const RegisterReply& reply) {
    out["message"] = "register_reply";
    out["reply_serial"] = reply.serial;
    out["result"] = name_of(reply.result);
    if (reply.result == RegisterResult::done) {
        out["code"] = reply.code;
    }
}

void describe(Json& out, const TimeReply& reply) {
    out["message"] = "time_reply";
    out["time_utc"] = utc_iso(reply.utc.us);
}

void describe(Json& out, const TextDown& text) {
    out["message"] = "text";
    out["urgency"] = text.urgency == TextDown::Urgency::emergency ? "emergency" : "normal";
    out["text"] = text.text;
}

void describe(Json& out, const StreamOpen& request) {
    out["message"] = "stream_open";
    out["host"] = request.host;
    out["tcp_port"] = request.tcp_port;
    out["udp_port"] = request.udp_port;
    out["channel"] = request.channel;
    out["data"] =
        request.data == StreamOpen::Data::pictures ? "pictures" : "sound_and_pictures";
    out["stream"] = request.quality == StreamOpen::Quality::sub ? "sub" : "main";
}

void describe(Json& out, const StreamControl& request) {
    out["message"] = "stream_control";
    out["channel"] = request.channel;
    out["command"] = static_cast<int>(request.command);
    out["close"] = static_cast<int>(request.close);
    out["stream"] = request.quality == StreamOpen::Quality::sub ? "sub" : "main";
}

void describe(Json& out, const Unknown&) {
    out["error"] = "message is not known";
}

Json error_json(const Error& error) {
    return Json{{"error", error.message()}};
}

Result<std::string> bytes_of(std::string_view line) {
    std::string out;
    int high = -1;
    for (const char c : line) {
        if (c == ' ' || c == '\t' || c == '\r') {
            continue;
        }
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) {
            return fail(Code::malformed, "line is not hex");
        }
        if (high < 0) {
            high = digit;
        } else {
            out.push_back(static_cast<char>(high << 4 | digit));
            high = -1;
        }
    }
    if (high >= 0) {
        return fail(Code::malformed, "line has an odd number of hex digits");
    }
    if (out.size() < 2 || out.front() != kFlag || out.back() != kFlag) {
        return fail(Code::malformed, "frame does not begin and end with 7e");
    }
    return out;
}

void describe_body(Json& out, const Header& header, std::string_view body) {
    const auto message = decode(header, body);
    if (message) {
        std::visit([&out](const auto& one) { describe(out, one); }, *message);
    } else {
        out["error"] = message.error().message();
    }
}

Json describe_line(Reassembly& reassembly, std::string_view line) {
    const auto bytes = bytes_of(line);
    if (!bytes) {
        return error_json(bytes.error());
    }
    auto frame = decode_frame(std::string_view{*bytes}.substr(1, bytes->size() - 2));
    if (!frame) {
        return error_json(frame.error());
    }
    const Header header = frame->header;
    Json out;
    out["id"] = id_text(header.id);
    out["message"] = nullptr; // its place; named or taken out below
    out["version"] = header.version == Version::v2019 ? 2019 : 2013;
    out["phone"] = header.phone.str();
    out["serial"] = header.serial;
    if (header.part) {
        out["part"] = {{"index", header.part->index}, {"total", header.part->total}};
    }
    const auto whole = reassembly.add(std::move(*frame), Ticks{});
    if (!whole) {
        out["error"] = whole.error().message();
    } else if (*whole) {
        describe_body(out, (*whole)->header, (*whole)->body);
    }
    if (out["message"].is_null()) {
        out.erase("message");
    }
    return out;
}

enum class Line { whole, too_long, none };

Line read_line(std::istream& in, std::string& line) {
    line.clear();
    bool too_long = false;
    std::streambuf& source = *in.rdbuf();
    for (;;) {
        const int c = source.sbumpc();
        if (c == std::char_traits<char>::eof()) {
            return line.empty() ? Line::none : too_long ? Line::too_long : Line::whole;
        }
        if (c == '\n') {
            return too_long ? Line::too_long : Line::whole;
        }
        if (line.size() == kLineSizeMax) {
            too_long = true;
        } else {
            line.push_back(static_cast<char>(c));
        }
    }
}

} // namespace

std::string LineDecoder::decode(std::string_view line) {
    return describe_line(reassembly_, line)
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

int decode_lines(std::istream& in, std::ostream& out) {
    LineDecoder decoder;
    std::string line;
    for (;;) {
        const Line read = read_line(in, line);
        if (read == Line::none) {
            return 0;
        }
        out << (read == Line::whole
                    ? decoder.decode(line)
                    : error_json({Code::out_of_range,
                                  fmt::format("line is longer than {} characters", kLineSizeMax)})
                          .dump())
            << std::endl; // a reader at the other end of a pipe waits for it
        if (!out) {
            return 1;
        }
    }
}

} // namespace ems::gateway
