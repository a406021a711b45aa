#include "telemetry/signal/wfdb.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace ems::signal {
namespace {

std::string_view next_token(std::string_view& rest) {
    const std::size_t from = rest.find_first_not_of(" \t");
    if (from == std::string_view::npos) {
        rest = {};
        return {};
    }
    rest.remove_prefix(from);
    const std::size_t size = std::min(rest.find_first_of(" \t"), rest.size());
    const std::string_view token = rest.substr(0, size);
    rest.remove_prefix(size);
    return token;
}

std::string_view next_line(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

// Reads a number at the front of `text` and removes it; nothing when there is none.
template <class T> std::optional<T> take_number(std::string_view& text) {
    T value{};
    const char* const begin = text.data();
    const auto [end, error] = std::from_chars(begin, begin + text.size(), value);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - begin));
    return value;
}

template <class T> std::optional<T> whole_number(std::string_view text) {
    const std::optional<T> value = take_number<T>(text);
    return text.empty() ? value : std::nullopt;
}

Failure bad_line(std::size_t line, std::string_view what) {
    return fail(Code::corrupt, fmt::format("record header line {}: {}", line, what));
}

// name nsig fs nsamples ...; gives the number of signals.
Result<std::size_t> parse_record_line(std::string_view line, std::size_t line_number,
                                      WfdbHeader& header) {
    const std::string_view name = next_token(line);
    if (name.find('/') != std::string_view::npos) {
        return fail(Code::unsupported_version, "multi-segment records are not read");
    }
    const auto count = whole_number<std::uint32_t>(next_token(line));
    if (name.empty() || !count || *count == 0 || *count > kWfdbSignalsMax) {
        return bad_line(line_number, "name and number of signals (1 to 64) are needed");
    }
    header.name = std::string{name};
    if (std::string_view rate = next_token(line); !rate.empty()) {
        // "360/360(0)": the counter frequency after the slash does not matter here.
        const auto hz = take_number<double>(rate);
        if (!hz || !(*hz > 0) || !(*hz <= 100'000) || (!rate.empty() && rate.front() != '/')) {
            return bad_line(line_number, "bad sampling frequency");
        }
        header.rate_hz = *hz;
    }
    if (const std::string_view token = next_token(line); !token.empty()) {
        const auto samples = whole_number<std::int64_t>(token);
        if (!samples || *samples < 0 || *samples > kWfdbSamplesMax) {
            return bad_line(line_number, "bad number of samples");
        }
        header.sample_count = *samples;
    }
    return static_cast<std::size_t>(*count);
}

// fmt[xSPF][:skew][+byteoffset]
Result<void> parse_format(std::string_view token, std::size_t line, WfdbSignal& signal) {
    const auto number = take_number<std::uint32_t>(token);
    if (!number) {
        return bad_line(line, "the signal's format is missing");
    }
    if (*number == 212) {
        signal.format = WfdbFormat::f212;
    } else if (*number == 16) {
        signal.format = WfdbFormat::f16;
    } else {
        return fail(Code::unsupported_version,
                    fmt::format("signal format {} is not read (212 and 16 are)", *number));
    }
    while (!token.empty()) {
        const char kind = token.front();
        token.remove_prefix(1);
        const auto value = take_number<std::uint32_t>(token);
        if (!value) {
            return bad_line(line, "bad signal format");
        }
        if (kind == '+') {
            signal.byte_offset = *value;
        } else if ((kind == 'x' && *value == 1) || (kind == ':' && *value == 0)) {
            continue;
        } else {
            return fail(Code::unsupported_version,
                        "several samples per frame and skewed signals are not read");
        }
    }
    return {};
}

// gain[(baseline)][/units]; gives whether the baseline stands there.
Result<bool> parse_gain(std::string_view token, std::size_t line, WfdbSignal& signal) {
    bool has_baseline = false;
    const auto gain = take_number<double>(token);
    if (!gain || !std::isfinite(*gain) || *gain < 0) {
        return bad_line(line, "bad gain");
    }
    if (*gain > 0) {
        signal.gain = *gain;
    }
    if (!token.empty() && token.front() == '(') {
        token.remove_prefix(1);
        const auto baseline = take_number<std::int32_t>(token);
        if (!baseline || token.empty() || token.front() != ')') {
            return bad_line(line, "bad baseline");
        }
        token.remove_prefix(1);
        signal.baseline = *baseline;
        has_baseline = true;
    }
    if (!token.empty()) {
        if (token.front() != '/' || token.size() == 1) {
            return bad_line(line, "bad units");
        }
        signal.units = std::string{token.substr(1)};
    }
    return has_baseline;
}

Result<WfdbSignal> parse_signal_line(std::string_view rest, std::size_t line) {
    WfdbSignal signal;
    signal.file = std::string{next_token(rest)};
    if (signal.file.empty() || signal.file.find('/') != std::string::npos ||
        signal.file == "." || signal.file == "..") {
        return bad_line(line, "the signal's file must be a plain name");
    }
    EMS_TRY(parse_format(next_token(rest), line, signal));
    bool has_baseline = false;
    if (const std::string_view gain = next_token(rest); !gain.empty()) {
        const Result<bool> parsed = parse_gain(gain, line, signal);
        if (!parsed) {
            return Failure{parsed.error()};
        }
        has_baseline = *parsed;
    }
    std::int32_t initial = 0;
    std::int32_t checksum = 0;
    std::int32_t block_size = 0;
    bool has_initial = false;
    bool has_checksum = false;
    const auto field = [&](std::int32_t& into, bool* present) -> bool {
        const std::string_view token = next_token(rest);
        if (token.empty()) {
            return true;
        }
        const auto value = whole_number<std::int32_t>(token);
        if (!value) {
            return false;
        }
        into = *value;
        if (present != nullptr) {
            *present = true;
        }
        return true;
    };
    if (!field(signal.adc_bits, nullptr) || !field(signal.adc_zero, nullptr) ||
        !field(initial, &has_initial) || !field(checksum, &has_checksum) ||
        !field(block_size, nullptr)) {
        return bad_line(line, "a whole number is needed");
    }
    if (has_checksum) {
        if (checksum < -32768 || checksum > 65535) {
            return bad_line(line, "bad checksum");
        }
        signal.checksum = static_cast<std::int16_t>(static_cast<std::uint16_t>(checksum));
    }
    if (!has_baseline) {
        signal.baseline = signal.adc_zero;
    }
    if (has_initial) {
        signal.initial = initial;
    }
    const std::size_t text = rest.find_first_not_of(" \t");
    signal.description = text == std::string_view::npos ? "" : std::string{rest.substr(text)};
    return signal;
}

std::int32_t sign_extend_12(std::uint32_t value) {
    return static_cast<std::int32_t>(value ^ 0x800U) - 0x800;
}

// Number of interleaved samples the bytes hold.
std::size_t capacity_of(WfdbFormat format, std::size_t bytes) {
    if (format == WfdbFormat::f16) {
        return bytes / 2;
    }
    return bytes / 3 * 2 + (bytes % 3 == 2 ? 1 : 0);
}

std::int32_t sample_at(WfdbFormat format, std::span<const std::uint8_t> bytes, std::size_t index) {
    if (format == WfdbFormat::f16) {
        const auto low = static_cast<std::uint16_t>(bytes[index * 2]);
        const auto high = static_cast<std::uint16_t>(bytes[index * 2 + 1]);
        return static_cast<std::int16_t>(static_cast<std::uint16_t>(low | (high << 8U)));
    }
    const std::size_t base = index / 2 * 3;
    const std::uint32_t middle = bytes[base + 1];
    if (index % 2 == 0) {
        return sign_extend_12(bytes[base] | ((middle & 0x0FU) << 8U));
    }
    return sign_extend_12(bytes[base + 2] | ((middle & 0xF0U) << 4U));
}

} // namespace

std::int32_t WfdbSignal::invalid_value() const {
    return format == WfdbFormat::f212 ? -2048 : -32768;
}

std::optional<double> WfdbSignal::physical(std::int32_t sample) const {
    if (sample == invalid_value()) {
        return std::nullopt;
    }
    return (static_cast<double>(sample) - static_cast<double>(baseline)) / gain;
}

std::vector<std::string> WfdbHeader::files() const {
    std::vector<std::string> out;
    for (const WfdbSignal& signal : signals) {
        if (std::find(out.begin(), out.end(), signal.file) == out.end()) {
            out.push_back(signal.file);
        }
    }
    return out;
}

Result<WfdbHeader> parse_wfdb_header(std::string_view text) {
    if (text.size() > kWfdbHeaderBytesMax) {
        return fail(Code::corrupt, "record header is larger than 64 KiB");
    }
    WfdbHeader header;
    std::size_t wanted = 0;
    std::size_t line_number = 0;
    bool has_record_line = false;
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        ++line_number;
        if (line.find_first_not_of(" \t") == std::string_view::npos) {
            continue;
        }
        if (line.front() == '#') {
            header.comments.emplace_back(line.substr(1));
            continue;
        }
        if (!has_record_line) {
            const Result<std::size_t> count = parse_record_line(line, line_number, header);
            if (!count) {
                return Failure{count.error()};
            }
            wanted = *count;
            has_record_line = true;
        } else if (header.signals.size() < wanted) {
            Result<WfdbSignal> signal = parse_signal_line(line, line_number);
            if (!signal) {
                return Failure{signal.error()};
            }
            header.signals.push_back(std::move(*signal));
        }
    }
    if (!has_record_line || header.signals.size() != wanted) {
        return fail(Code::corrupt, fmt::format("record header states {} signals and describes {}",
                                               wanted, header.signals.size()));
    }
    return header;
}

std::int16_t wfdb_checksum(std::span<const std::int32_t> samples) {
    std::uint32_t sum = 0;
    for (const std::int32_t sample : samples) {
        sum += static_cast<std::uint32_t>(sample);
    }
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(sum & 0xFFFFU));
}

Result<std::vector<std::vector<std::int32_t>>>
decode_wfdb_file(const WfdbHeader& header, std::string_view file,
                 std::span<const std::uint8_t> bytes) {
    std::vector<const WfdbSignal*> signals;
    for (const WfdbSignal& signal : header.signals) {
        if (signal.file == file) {
            signals.push_back(&signal);
        }
    }
    if (signals.empty()) {
        return fail(Code::not_found, fmt::format("the header names no file {}", file));
    }
    const WfdbFormat format = signals.front()->format;
    const std::size_t offset = signals.front()->byte_offset;
    for (const WfdbSignal* signal : signals) {
        if (signal->format != format || signal->byte_offset != offset) {
            return fail(Code::corrupt, fmt::format("{} is described in two formats", file));
        }
    }
    if (bytes.size() < offset) {
        return fail(Code::corrupt, fmt::format("{} is shorter than its offset", file));
    }
    const std::span<const std::uint8_t> body = bytes.subspan(offset);
    const std::size_t held = capacity_of(format, body.size()) / signals.size();
    const std::size_t count =
        header.sample_count > 0 ? static_cast<std::size_t>(header.sample_count) : held;
    if (held < count || held > static_cast<std::size_t>(kWfdbSamplesMax)) {
        return fail(Code::corrupt, fmt::format("{} holds {} samples a signal, the header states {}",
                                               file, held, count));
    }
    std::vector<std::vector<std::int32_t>> out(signals.size());
    for (std::size_t s = 0; s < signals.size(); ++s) {
        out[s].resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            out[s][i] = sample_at(format, body, i * signals.size() + s);
        }
        if (signals[s]->initial && count > 0 && *signals[s]->initial != out[s].front()) {
            return fail(Code::corrupt, fmt::format("{} signal {}: begins with {} instead of {}",
                                                   file, s, out[s].front(), *signals[s]->initial));
        }
        const std::int16_t sum = wfdb_checksum(out[s]);
        if (signals[s]->checksum && *signals[s]->checksum != sum) {
            return fail(Code::corrupt, fmt::format("{} signal {}: checksum {} instead of {}", file,
                                                   s, sum, *signals[s]->checksum));
        }
    }
    return out;
}

Result<std::vector<WfdbAnnotation>> parse_wfdb_annotations(std::span<const std::uint8_t> bytes) {
    constexpr std::uint32_t kSkip = 59;
    constexpr std::uint32_t kNum = 60;
    constexpr std::uint32_t kSub = 61;
    constexpr std::uint32_t kChn = 62;
    constexpr std::uint32_t kAux = 63;
    std::vector<WfdbAnnotation> out;
    std::int64_t time = 0;
    std::int8_t number = 0;
    std::uint8_t channel = 0;
    std::size_t at = 0;
    const auto word = [&](std::size_t offset) {
        return static_cast<std::uint32_t>(bytes[offset]) |
               (static_cast<std::uint32_t>(bytes[offset + 1]) << 8U);
    };
    const auto damaged = [&](std::string_view what) {
        return fail(Code::corrupt, fmt::format("annotation at byte {}: {}", at, what));
    };
    while (at + 2 <= bytes.size()) {
        const std::uint32_t value = word(at);
        const std::uint32_t code = value >> 10U;
        const std::uint32_t d = value & 0x3FFU;
        if (value == 0) {
            return out; // end of the file
        }
        at += 2;
        if (code == kSkip) {
            if (at + 4 > bytes.size()) {
                return damaged("cut short");
            }
            // The high word stands first.
            time += static_cast<std::int32_t>((word(at) << 16U) | word(at + 2));
            at += 4;
        } else if (code == kAux) {
            const std::size_t padded = d + (d & 1U);
            if (at + padded > bytes.size()) {
                return damaged("text cut short");
            }
            for (std::size_t i = 0; !out.empty() && i < d && bytes[at + i] != 0; ++i) {
                out.back().aux.push_back(static_cast<char>(bytes[at + i]));
            }
            at += padded;
        } else if (code == kNum || code == kSub || code == kChn) {
            WfdbAnnotation none; // before the first one there is nothing to change
            WfdbAnnotation& last = out.empty() ? none : out.back();
            if (code == kNum) {
                number = last.number = static_cast<std::int8_t>(d & 0xFFU);
            } else if (code == kSub) {
                last.sub = static_cast<std::int8_t>(d & 0xFFU);
            } else {
                channel = last.channel = static_cast<std::uint8_t>(d & 0xFFU);
            }
        } else {
            time += d;
            if (out.size() >= kWfdbAnnotationsMax || time < 0) {
                return damaged("too many annotations, or a time before the record");
            }
            if (code != 0) {
                out.push_back({time, static_cast<std::uint8_t>(code), 0, channel, number, {}});
            }
        }
    }
    if (bytes.empty() || at != bytes.size()) {
        return damaged("cut short");
    }
    return out; // without an end mark, as the WFDB library reads it
}

bool wfdb_is_beat(std::uint8_t code) {
    return (code >= 1 && code <= 13) || code == 25 || code == 30 || code == 34 || code == 35 ||
           code == 38 || code == 41;
}

} // namespace ems::signal
