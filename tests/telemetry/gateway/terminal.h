// A terminal's side of JT/T 808, for tests: bodies and frames as terminals send them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/gateway/bcd_time.h"
#include "telemetry/gateway/bytes.h"
#include "telemetry/gateway/frame.h"
#include "telemetry/gateway/message.h"
#include "tests/telemetry/gateway/golden.h"

namespace ems::test {

inline gateway::Phone phone(std::string_view digits) {
    return gateway::Phone::parse(digits).value();
}

inline gateway::Header header(std::uint16_t id, std::uint16_t serial,
                              gateway::Version version = gateway::Version::v2013) {
    gateway::Header out;
    out.id = id;
    out.version = version;
    out.phone = phone(version == gateway::Version::v2013 ? "013511221122" : "00000000013511221122");
    out.serial = serial;
    return out;
}

// 2026-03-18 10:42:16 UTC.
inline constexpr std::int64_t kDeviceThenUs = 1'773'830'536'000'000;

struct RawLocation {
    std::uint32_t alarms{0};
    std::uint32_t status{gateway::status::kAccOn | gateway::status::kFixValid};
    std::uint32_t lat{35'026'400};
    std::uint32_t lon{111'007'500};
    std::int16_t altitude_m{371};
    std::uint16_t speed{623};
    std::uint16_t course{95};
    std::string time{gateway::encode_device_time({kDeviceThenUs})};
    std::string items;

    [[nodiscard]] RawLocation at(std::int64_t t_us) const {
        RawLocation out = *this;
        out.time = gateway::encode_device_time({t_us});
        return out;
    }
};

inline std::string body(const RawLocation& raw) {
    std::string out;
    gateway::put_u32(out, raw.alarms);
    gateway::put_u32(out, raw.status);
    gateway::put_u32(out, raw.lat);
    gateway::put_u32(out, raw.lon);
    gateway::put_u16(out, static_cast<std::uint16_t>(raw.altitude_m));
    gateway::put_u16(out, raw.speed);
    gateway::put_u16(out, raw.course);
    return out + raw.time + raw.items;
}

inline std::string item(std::uint8_t id, std::string_view value) {
    std::string out;
    gateway::put_u8(out, id);
    gateway::put_u8(out, static_cast<std::uint8_t>(value.size()));
    return out + std::string{value};
}

inline std::string batch_body(const std::vector<std::string>& items, std::uint8_t kind = 1) {
    std::string out;
    gateway::put_u16(out, static_cast<std::uint16_t>(items.size()));
    gateway::put_u8(out, kind);
    for (const std::string& one : items) {
        gateway::put_u16(out, static_cast<std::uint16_t>(one.size()));
        out += one;
    }
    return out;
}

inline std::string padded(std::string_view text, std::size_t size) {
    std::string out{text};
    out.resize(size, '\0');
    return out;
}

struct RawRegistration {
    std::string terminal{"2366104"};
    std::string plate_gbk{"\xCB\xD5"
                          "BA6860"};
    std::uint8_t colour{2};
};

inline std::string body(const RawRegistration& raw, gateway::Version version) {
    const bool v2019 = version == gateway::Version::v2019;
    std::string out;
    gateway::put_u16(out, 14);
    gateway::put_u16(out, 802);
    out += padded("70107", v2019 ? 11 : 5) + padded("HB-R03GBD", v2019 ? 30 : 20) +
           padded(raw.terminal, v2019 ? 30 : 7);
    gateway::put_u8(out, raw.colour);
    return out + raw.plate_gbk;
}

inline std::string authentication_body(std::string_view code, gateway::Version version) {
    if (version == gateway::Version::v2013) {
        return std::string{code};
    }
    std::string out;
    gateway::put_u8(out, static_cast<std::uint8_t>(code.size()));
    return out + std::string{code} + "860123456789012" + padded("v1.2", 20);
}

// What stands between the flags of one frame.
inline std::string inside(std::string_view frame) {
    return std::string{frame.substr(1, frame.size() - 2)};
}

inline gateway::Frame decoded_frame(std::string_view bytes) {
    return gateway::decode_frame(inside(bytes)).value();
}

template <class T> T decoded(std::string_view hex) {
    const gateway::Frame frame = decoded_frame(from_hex(hex));
    return std::get<T>(gateway::decode(frame.header, frame.body).value());
}

} // namespace ems::test
