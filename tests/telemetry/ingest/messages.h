// Messages as a vehicle sends them, for tests of the ingest.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"
#include "telemetry/wire/waveform.h"

namespace ems::test {

inline constexpr std::int64_t kThen = 1'773'830'536'000'000;

inline VehicleId vid(const std::string& text) {
    return VehicleId::parse(text).value();
}
inline RegionCode region() {
    return RegionCode::parse("140802").value();
}

inline wire::Envelope envelope(wire::Stream stream, std::uint64_t seq, const std::string& body,
                               std::int64_t t_us = kThen,
                               std::uint64_t spool = 0xF000000000000001U) {
    wire::Envelope out;
    out.set_spool(spool);
    out.set_seq(seq);
    out.set_t_us(t_us + static_cast<std::int64_t>(seq) * 1000);
    out.set_clk(wire::CLOCK_GNSS);
    out.set_ver(1);
    out.set_stream(stream);
    out.set_body(body);
    return out;
}

inline wire::Envelope event(std::uint64_t seq, std::int64_t t_us = kThen) {
    wire::Event body;
    body.set_event_id("event-" + std::to_string(seq));
    body.set_source(wire::SOURCE_CREW_BUTTON);
    body.mutable_state()->set_state(wire::UNIT_EN_ROUTE);
    return envelope(wire::STREAM_A, seq, body.SerializeAsString(), t_us);
}

inline wire::Envelope position(std::uint64_t seq, std::int64_t t_us = kThen) {
    wire::Position body;
    body.set_lat_e7(350'210'000 + static_cast<std::int32_t>(seq));
    body.set_lon_e7(1'109'900'000);
    body.set_speed_cm_s(1200);
    body.set_fix_mode(3);
    return envelope(wire::STREAM_G, seq, body.SerializeAsString(), t_us);
}

inline wire::Envelope vitals(std::uint64_t seq, std::int64_t t_us = kThen) {
    wire::Vitals body;
    body.set_hr_bpm(80);
    body.set_spo2_pct(0);
    body.set_invalid_mask(1U << 2U);
    return envelope(wire::STREAM_V, seq, body.SerializeAsString(), t_us);
}

inline wire::Envelope wave(std::uint64_t seq, std::int64_t t_us = kThen) {
    wire::WaveBlock block;
    block.recording = 7;
    block.rate_mhz = 500'000;
    block.lead_mask = 0b11;
    block.first_sample = (seq - 1) * 100;
    block.count = 100;
    block.gain_nv = 2440;
    for (std::int32_t i = 0; i < 200; ++i) {
        block.samples.push_back((i * 7919) % 4001 - 2000 + static_cast<std::int32_t>(seq));
    }
    block.simulated = true;
    return envelope(wire::STREAM_W, seq, wire::encode_waves(block).value().SerializeAsString(),
                    t_us);
}

inline link::MqttMessage message(const std::string& vehicle, wire::UpKind kind,
                                 std::string payload) {
    return {wire::up_topic(region(), vid(vehicle), kind), std::move(payload), {}, false};
}

inline link::MqttMessage live(const std::string& vehicle, const wire::Envelope& record) {
    const wire::UpKind kind = record.stream() == wire::STREAM_A   ? wire::UpKind::evt
                              : record.stream() == wire::STREAM_G ? wire::UpKind::gps
                              : record.stream() == wire::STREAM_V ? wire::UpKind::vit
                                                                  : wire::UpKind::wav;
    return message(vehicle, kind, record.SerializeAsString());
}

inline link::MqttMessage backlog(const std::string& vehicle,
                                 const std::vector<wire::Envelope>& records) {
    wire::Backfill out;
    for (const wire::Envelope& record : records) {
        *out.add_records() = record;
    }
    return message(vehicle, wire::UpKind::bf, out.SerializeAsString());
}

} // namespace ems::test
