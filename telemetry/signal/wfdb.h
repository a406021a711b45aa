// WFDB recordings (PhysioNet) from memory: header text, signal files of format 212 and 16 (with any
// byte offset, so "16+24" too), and MIT annotations. Byte layout:
// https://github.com/wfdb/wfdb-spec. Not read: multi-segment records, several samples per frame,
// skew; each is refused by name. A signal's 16-bit checksum and first sample are verified where the
// header states them. Pure
// functions on caller's memory; bad bytes give Code::corrupt or Code::unsupported_version, never a
// crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::signal {

inline constexpr std::size_t kWfdbHeaderBytesMax = 64 * 1024;
inline constexpr std::size_t kWfdbSignalsMax = 64;
inline constexpr std::int64_t kWfdbSamplesMax = 200'000'000; // per signal: 55 h at 1 kHz
inline constexpr std::size_t kWfdbAnnotationsMax = 5'000'000;

enum class WfdbFormat : std::uint8_t { f212, f16 };

struct WfdbSignal {
    std::string file; // name of the signal file, no folder
    WfdbFormat format{WfdbFormat::f16};
    std::size_t byte_offset{0}; // bytes before the first sample
    double gain{200};           // ADC units per physical unit
    std::int32_t baseline{0};   // ADC value of physical zero
    std::string units{"mV"};
    std::int32_t adc_bits{0}; // 0: not stated
    std::int32_t adc_zero{0};
    std::optional<std::int32_t> initial;  // first sample; absent in short headers
    std::optional<std::int16_t> checksum; // absent in short headers
    std::string description;              // e.g. "MLII", "v1", "PLETH"

    // What the format writes where there was no sample.
    [[nodiscard]] std::int32_t invalid_value() const;
    // Physical value; nothing where the sample is invalid.
    [[nodiscard]] std::optional<double> physical(std::int32_t sample) const;
};

struct WfdbHeader {
    std::string name;
    double rate_hz{250};
    std::int64_t sample_count{0}; // per signal; 0: not stated, as many as the file holds
    std::vector<WfdbSignal> signals;
    std::vector<std::string> comments; // without the '#'

    // Distinct signal files, in the header's order.
    [[nodiscard]] std::vector<std::string> files() const;
};

Result<WfdbHeader> parse_wfdb_header(std::string_view text);

// Samples of one signal file, one vector per signal of that file, in the header's order (raw ADC
// values). Fails when bytes are too few for the stated length, or when a checksum or a first sample
// differs.
Result<std::vector<std::vector<std::int32_t>>>
decode_wfdb_file(const WfdbHeader& header, std::string_view file,
                 std::span<const std::uint8_t> bytes);

// Low 16 bits of the sum of all samples, as the header states it.
std::int16_t wfdb_checksum(std::span<const std::int32_t> samples);

struct WfdbRecord {
    WfdbHeader header;
    // By index of header.signals; empty where the signal's file was not given.
    std::vector<std::vector<std::int32_t>> samples;
};

struct WfdbAnnotation {
    std::int64_t sample{0};
    std::uint8_t code{
        0}; // 1 to 41, e.g. 1 normal beat, 5 ventricular premature beat, 28 rhythm change
    std::int8_t sub{0};
    std::uint8_t channel{0};
    std::int8_t number{0};
    std::string aux; // e.g. "(AFIB", "(VT"
};

// As the WFDB library reads them: a text or field before the first annotation changes none, and a
// stream that ends between two words needs no end mark.
Result<std::vector<WfdbAnnotation>> parse_wfdb_annotations(std::span<const std::uint8_t> bytes);

// The codes that mark a heart beat (1-13, 25, 30, 34, 35, 38, 41).
bool wfdb_is_beat(std::uint8_t code);

} // namespace ems::signal
