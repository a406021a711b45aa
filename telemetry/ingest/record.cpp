#include "telemetry/ingest/record.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "telemetry/base/text.h"
#include "telemetry/ingest/limits.h"
#include "telemetry/ingest/seq_set.h"
#include "telemetry/wire/cuff_time.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/ecg_mark.h"
#include "telemetry/wire/findings.h"
#include "telemetry/wire/waveform.h"

namespace ems::ingest {
namespace {

constexpr std::uint32_t kBodyVersion = 1;
constexpr std::size_t kEventIdMax = 64;
constexpr std::size_t kReasonMax = 200;
// No ambulance drives faster; the receiver's own spikes go beyond. Multiplied by the time scale of
// a simulated world.
constexpr double kSpeedMaxCmPerS = 10'000;
constexpr double kSpeedEverMaxCmPerS = 2e9;

Failure bad(std::string_view field) {
    return fail(Code::out_of_range, std::string{field});
}

bool printable_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

Result<GapSpan> check_gap(const wire::Gap& gap) {
    if (gap.stream() < wire::STREAM_A || gap.stream() > wire::STREAM_W) {
        return bad("gap.stream");
    }
    if (gap.from_seq() < 1 || gap.to_seq() < gap.from_seq() || gap.to_seq() > SeqSet::kSeqMax) {
        return bad("gap.seq");
    }
    return GapSpan{static_cast<Stream>(gap.stream()), gap.from_seq(), gap.to_seq(),
                   one_line(gap.reason(), kReasonMax)};
}

Result<EventRow> check_event(const std::string& body) {
    wire::Event event;
    if (!event.ParseFromString(body)) {
        return fail(Code::malformed, "event");
    }
    if (event.event_id().empty() || event.event_id().size() > kEventIdMax ||
        !printable_ascii(event.event_id())) {
        return bad("event_id");
    }
    if (event.incident_id() < 0 || event.assignment_id() < 0) {
        return bad("event.incident");
    }
    EventRow row{event.event_id(), body, std::nullopt};
    switch (event.what_case()) {
    case wire::Event::kState:
    case wire::Event::kProposal: {
        const auto& report =
            event.what_case() == wire::Event::kState ? event.state() : event.proposal();
        if (!wire::UnitState_IsValid(report.state()) || report.state() == wire::UNIT_UNSPECIFIED) {
            return bad("event.state");
        }
        break;
    }
    case wire::Event::kCommandAck:
        if (event.command_ack().command_id().empty() ||
            event.command_ack().command_id().size() > kEventIdMax) {
            return bad("event.command_id");
        }
        break;
    case wire::Event::kAlarm:
        if (event.alarm().code().empty()) {
            return bad("event.alarm.code");
        }
        break;
    case wire::Event::kGap: {
        auto gap = check_gap(event.gap());
        if (!gap) {
            return Failure{gap.error()};
        }
        row.gap = std::move(*gap);
        break;
    }
    case wire::Event::kInputs:
        if (event.inputs().fuel_pct() > 100 || event.inputs().speed_kmh() > 300) {
            return bad("event.inputs");
        }
        break;
    case wire::Event::kPatientGroup:
        if (!wire::PatientGroup_IsValid(event.patient_group().group())) {
            return bad("event.patient_group");
        }
        break;
    case wire::Event::kFindings:
        if (!wire::check_findings(event.findings())) {
            return bad("event.findings");
        }
        break;
    case wire::Event::kEcgMark:
        if (!wire::check_ecg_mark(event.ecg_mark())) {
            return bad("event.ecg_mark");
        }
        break;
    case wire::Event::WHAT_NOT_SET:
        break; // a kind that a newer vehicle knows: kept, for a newer reader
    }
    return row;
}

Result<PositionRow> check_position(const std::string& body, double time_scale) {
    wire::Position position;
    if (!position.ParseFromString(body)) {
        return fail(Code::malformed, "position");
    }
    PositionRow row;
    row.lat_deg = position.lat_e7() / 1e7;
    row.lon_deg = position.lon_e7() / 1e7;
    if (std::abs(row.lat_deg) > 90 || std::abs(row.lon_deg) > 180) {
        return bad("position.lat_lon");
    }
    // Nobody drives at 0 N 0 E: it is what a receiver without a fix prints.
    if (position.lat_e7() == 0 && position.lon_e7() == 0) {
        return bad("position.null_island");
    }
    if (position.fix_mode() != 2 && position.fix_mode() != 3) {
        return bad("position.fix_mode");
    }
    if (position.course_cdeg() > 36'000 || position.hdop_centi() > 1'000'000 ||
        position.satellites() > 255 || position.altitude_dm() < -10'000 ||
        position.altitude_dm() > 100'000 || position.speed_cm_s() > kSpeedEverMaxCmPerS) {
        return bad("position");
    }
    row.speed_cm_s = static_cast<std::int32_t>(position.speed_cm_s());
    row.course_cdeg = static_cast<std::int32_t>(position.course_cdeg() % 36'000);
    row.altitude_dm = position.altitude_dm();
    row.hdop_centi = static_cast<std::int32_t>(position.hdop_centi());
    row.satellites = static_cast<std::int16_t>(position.satellites());
    row.fix_mode = static_cast<std::int16_t>(position.fix_mode());
    row.plausible = position.speed_cm_s() <= kSpeedMaxCmPerS * time_scale;
    return row;
}

struct VitalRange {
    std::int32_t least;
    std::int32_t most;
};
// What a monitor can measure at all; outside it the value is taken as invalid, never as a number.
constexpr std::array<VitalRange, kVitalsCount> kVitalRanges{{
    {0, 400},  // HR
    {0, 400},  // PR
    {0, 100},  // SpO2
    {0, 200},  // RR
    {0, 350},  // NIBP systolic
    {0, 350},  // NIBP diastolic
    {0, 350},  // NIBP mean
    {0, 200},  // etCO2
    {0, 5000}, // temperature, 0.01 degree
}};

Result<VitalsRow> check_vitals(const std::string& body, std::int64_t t_us) {
    wire::Vitals v;
    if (!v.ParseFromString(body)) {
        return fail(Code::malformed, "vitals");
    }
    if (v.invalid_mask() >= 1U << kVitalsCount) {
        return bad("vitals.invalid_mask");
    }
    const std::array<std::optional<std::int32_t>, kVitalsCount> raw{
        v.has_hr_bpm() ? std::optional{v.hr_bpm()} : std::nullopt,
        v.has_pr_bpm() ? std::optional{v.pr_bpm()} : std::nullopt,
        v.has_spo2_pct() ? std::optional{v.spo2_pct()} : std::nullopt,
        v.has_rr_bpm() ? std::optional{v.rr_bpm()} : std::nullopt,
        v.has_nibp_sys_mmhg() ? std::optional{v.nibp_sys_mmhg()} : std::nullopt,
        v.has_nibp_dia_mmhg() ? std::optional{v.nibp_dia_mmhg()} : std::nullopt,
        v.has_nibp_mean_mmhg() ? std::optional{v.nibp_mean_mmhg()} : std::nullopt,
        v.has_etco2_mmhg() ? std::optional{v.etco2_mmhg()} : std::nullopt,
        v.has_temp_cdeg() ? std::optional{v.temp_cdeg()} : std::nullopt,
    };
    VitalsRow row;
    row.invalid_mask = v.invalid_mask();
    for (std::size_t i = 0; i < kVitalsCount; ++i) {
        if (!raw[i]) {
            continue;
        }
        if (*raw[i] < kVitalRanges[i].least || *raw[i] > kVitalRanges[i].most) {
            row.invalid_mask |= 1U << i;
        }
        if ((row.invalid_mask >> i & 1U) == 0) {
            row.values[i] = static_cast<std::int16_t>(*raw[i]);
        }
    }
    const std::int64_t cuff_us = wire::cuff_t_us(v, t_us);
    if (cuff_us >= kDeviceTimeMinUs && cuff_us < 4 * kDeviceTimeMinUs) {
        row.nibp_t = DeviceTime{cuff_us};
    }
    return row;
}

Result<WaveRow> check_wave(const std::string& body) {
    wire::WaveBatch batch;
    if (!batch.ParseFromString(body)) {
        return fail(Code::malformed, "wave");
    }
    auto block = wire::decode_waves(batch);
    if (!block) {
        return Failure{block.error()};
    }
    WaveRow row;
    row.recording = block->recording;
    row.rate_mhz = static_cast<std::int32_t>(block->rate_mhz);
    row.lead_mask = static_cast<std::int32_t>(block->lead_mask);
    row.first_sample = static_cast<std::int64_t>(block->first_sample);
    row.samples = static_cast<std::int32_t>(block->count);
    row.gain_nv = static_cast<std::int32_t>(block->gain_nv);
    row.lead_off_mask = static_cast<std::int32_t>(block->lead_off_mask);
    row.pleth_samples = static_cast<std::int32_t>(block->pleth.size());
    row.simulated = block->simulated;
    row.body = body;
    return row;
}

template <class Row> Result<Record> with(Record record, Result<Row> row) {
    if (!row) {
        return Failure{std::move(row).error()};
    }
    record.row = std::move(*row);
    return record;
}

} // namespace

std::string one_line(std::string_view text, std::size_t bytes_max) {
    std::string out{cut_text(text, bytes_max)};
    std::replace_if(
        out.begin(), out.end(),
        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, ' ');
    return out;
}

Result<RecordKey> check_key(const VehicleId& vid, const wire::Envelope& envelope) {
    if (envelope.spool() == 0 || envelope.seq() < 1 || envelope.seq() > SeqSet::kSeqMax) {
        return fail(Code::malformed, "envelope.key");
    }
    if (envelope.stream() < wire::STREAM_A || envelope.stream() > wire::STREAM_W) {
        return fail(Code::malformed, "envelope.stream");
    }
    return RecordKey{vid, envelope.spool(), static_cast<Stream>(envelope.stream()), envelope.seq()};
}

Result<Record> check_record(const RecordKey& key, const wire::Envelope& envelope,
                            const Reception& reception) {
    if (envelope.ver() != kBodyVersion) {
        return fail(Code::unsupported_version, fmt::format("body version {}", envelope.ver()));
    }
    Record record;
    record.key = key;
    record.t = DeviceTime{envelope.t_us()};
    record.clk = static_cast<std::int16_t>(
        wire::ClockQuality_IsValid(envelope.clk()) ? envelope.clk() : wire::CLOCK_NEVER_SET);
    record.t_bad = record.clk == wire::CLOCK_NEVER_SET || envelope.t_us() < kDeviceTimeMinUs ||
                   envelope.t_us() > reception.received.us + kFutureMaxUs;
    record.received = reception.received;
    record.lane = reception.lane;
    switch (key.stream) {
    case Stream::events:
        return with(std::move(record), check_event(envelope.body()));
    case Stream::positions:
        return with(std::move(record), check_position(envelope.body(), reception.time_scale));
    case Stream::vitals:
        return with(std::move(record), check_vitals(envelope.body(), envelope.t_us()));
    case Stream::waves:
        return with(std::move(record), check_wave(envelope.body()));
    }
    return fail(Code::malformed, "envelope.stream");
}

} // namespace ems::ingest
