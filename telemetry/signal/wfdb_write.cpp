#include "telemetry/signal/wfdb_write.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace ems::signal {
namespace {

constexpr std::uint32_t kSkip = 59;
constexpr std::uint32_t kNum = 60;
constexpr std::uint32_t kSub = 61;
constexpr std::uint32_t kChn = 62;
constexpr std::uint32_t kAux = 63;
constexpr std::uint32_t kStepMax = 1023; // of a time difference in one word

bool plain_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

// What was no sample in the format it was read from is none in format 16.
std::vector<std::int32_t> as_format_16(const WfdbSignal& signal,
                                       const std::vector<std::int32_t>& samples) {
    const std::int32_t from = signal.invalid_value();
    const std::int32_t to = std::numeric_limits<std::int16_t>::min();
    std::vector<std::int32_t> out = samples;
    std::replace(out.begin(), out.end(), from, to);
    return out;
}

bool one_line(const std::string& text) { return text.find_first_of("\r\n") == std::string::npos; }

void put(std::vector<std::uint8_t>& out, std::uint32_t word) {
    out.push_back(static_cast<std::uint8_t>(word & 0xFFU));
    out.push_back(static_cast<std::uint8_t>((word >> 8U) & 0xFFU));
}

void put(std::vector<std::uint8_t>& out, std::uint32_t code, std::uint32_t value) {
    put(out, (code << 10U) | value);
}

} // namespace

Result<WfdbFiles> write_wfdb_record(const WfdbRecord& record) {
    const WfdbHeader& header = record.header;
    const std::size_t signals = header.signals.size();
    if (!plain_name(header.name) || signals == 0 || signals > kWfdbSignalsMax ||
        record.samples.size() != signals || !(header.rate_hz > 0)) {
        return fail(Code::invalid_argument, "a record needs a plain name, a rate and signals");
    }
    const std::size_t count = record.samples.front().size();
    WfdbFiles out;
    std::vector<std::vector<std::int32_t>> written;
    out.header = fmt::format("{} {} {} {}\n", header.name, signals, header.rate_hz, count);
    for (std::size_t i = 0; i < signals; ++i) {
        const WfdbSignal& signal = header.signals[i];
        const std::vector<std::int32_t>& samples =
            written.emplace_back(as_format_16(signal, record.samples[i]));
        if (samples.size() != count || count == 0 || !(signal.gain > 0) ||
            !std::isfinite(signal.gain) || !one_line(signal.description) ||
            signal.units.find_first_of(" \t\r\n") != std::string::npos || signal.units.empty()) {
            return fail(Code::invalid_argument, fmt::format("signal {} cannot be written", i));
        }
        const auto beyond = std::find_if(samples.begin(), samples.end(), [](std::int32_t x) {
            return x < std::numeric_limits<std::int16_t>::min() ||
                   x > std::numeric_limits<std::int16_t>::max();
        });
        if (beyond != samples.end()) {
            return fail(Code::invalid_argument, fmt::format("signal {} exceeds 16 bits", i));
        }
        out.header += fmt::format("{}.dat 16 {}({})/{} {} {} {} {} 0 {}\n", header.name,
                                  signal.gain, signal.baseline, signal.units,
                                  signal.adc_bits > 0 ? signal.adc_bits : 16, signal.adc_zero,
                                  samples.front(), wfdb_checksum(samples), signal.description);
    }
    for (const std::string& comment : header.comments) {
        if (!one_line(comment)) {
            return fail(Code::invalid_argument, "a comment is one line");
        }
        out.header += fmt::format("#{}\n", comment);
    }
    out.data.reserve(count * signals * 2);
    for (std::size_t at = 0; at < count; ++at) {
        for (const std::vector<std::int32_t>& samples : written) {
            put(out.data, static_cast<std::uint32_t>(samples[at]) & 0xFFFFU);
        }
    }
    return out;
}

Result<std::vector<std::uint8_t>>
write_wfdb_annotations(std::span<const WfdbAnnotation> annotations) {
    std::vector<std::uint8_t> out;
    std::int64_t time = 0;
    std::uint8_t channel = 0;
    std::int8_t number = 0;
    for (const WfdbAnnotation& it : annotations) {
        const std::int64_t step = it.sample - time;
        if (it.code < 1 || it.code > 49 || step < 0 ||
            step > std::numeric_limits<std::int32_t>::max() || it.aux.size() > kStepMax ||
            it.aux.find('\0') != std::string::npos) {
            return fail(Code::invalid_argument,
                        fmt::format("the annotation at sample {} cannot be written", it.sample));
        }
        auto rest = static_cast<std::uint32_t>(step);
        if (rest > kStepMax) {
            put(out, kSkip, 0);
            put(out, rest >> 16U); // the high word first
            put(out, rest & 0xFFFFU);
            rest = 0;
        }
        put(out, it.code, rest);
        time = it.sample;
        if (it.sub != 0) {
            put(out, kSub, static_cast<std::uint8_t>(it.sub));
        }
        if (it.channel != channel) {
            put(out, kChn, channel = it.channel);
        }
        if (it.number != number) {
            number = it.number;
            put(out, kNum, static_cast<std::uint8_t>(number));
        }
        if (!it.aux.empty()) {
            put(out, kAux, static_cast<std::uint32_t>(it.aux.size()));
            out.insert(out.end(), it.aux.begin(), it.aux.end());
            if (it.aux.size() % 2 == 1) {
                out.push_back(0);
            }
        }
    }
    put(out, 0);
    return out;
}

} // namespace ems::signal
