#include "vehicle/device/ecg_box.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::vehicle {
namespace {

constexpr std::array<std::string_view, 9> kLeadNames{"I",  "II", "V1", "V2", "V3",
                                                     "V4", "V5", "V6", "X"};
constexpr std::size_t kBlockFixedSize = 8 + 2 + 2 + 8 + 2;

template <class T> void put_be(std::string& out, T value) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
        out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
}

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    template <class T> T be() {
        EMS_ASSERT(bytes_.size() >= sizeof(T));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            value = value << 8U | static_cast<unsigned char>(bytes_[i]);
        }
        bytes_.remove_prefix(sizeof(T));
        return static_cast<T>(value);
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size(); }

  private:
    std::string_view bytes_;
};

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t least,
                                    std::uint32_t most) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
        return std::nullopt;
    }
    return value;
}

// The names must stand in the order of the bits: samples are interleaved in that order.
std::optional<std::uint32_t> parse_leads(std::string_view text) {
    std::uint32_t mask = 0;
    while (!text.empty()) {
        const std::string_view name = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), name.size() + 1));
        std::size_t bit = 0;
        while (bit < kLeadNames.size() && kLeadNames[bit] != name) {
            ++bit;
        }
        if (bit == kLeadNames.size() || mask >= 1U << bit) {
            return std::nullopt;
        }
        mask |= 1U << bit;
    }
    return mask == 0 ? std::nullopt : std::optional{mask};
}

} // namespace

std::size_t EcgBoxHeader::lead_count() const {
    return static_cast<std::size_t>(std::popcount(lead_mask));
}

std::string lead_names(std::uint32_t lead_mask) {
    std::string out;
    for (std::size_t bit = 0; bit < kLeadNames.size(); ++bit) {
        if ((lead_mask >> bit & 1U) != 0) {
            out += out.empty() ? "" : ",";
            out += kLeadNames[bit];
        }
    }
    return out;
}

std::string encode_ecg_header(const EcgBoxHeader& header) {
    return fmt::format("ECGBOX 1 rate_hz={} gain_nv={} leads={} pleth_hz={} simulated={}\n",
                       header.rate_hz, header.gain_nv, lead_names(header.lead_mask),
                       header.pleth_hz, header.simulated ? 1 : 0);
}

std::string encode_ecg_block(const EcgBoxHeader& header, const EcgBlock& block) {
    EMS_ASSERT(block.samples.size() == block.count * header.lead_count());
    EMS_ASSERT(block.count <= kEcgBoxCountMax);
    EMS_ASSERT(block.pleth.size() <= kEcgBoxCountMax);
    std::string body;
    body.reserve(kBlockFixedSize + 2 * (block.samples.size() + block.pleth.size()));
    put_be(body, block.first_sample);
    put_be(body, block.count);
    put_be(body, block.lead_off_mask);
    for (const std::int16_t sample : block.samples) {
        put_be(body, static_cast<std::uint16_t>(sample));
    }
    put_be(body, block.pleth_first);
    put_be(body, static_cast<std::uint16_t>(block.pleth.size()));
    for (const std::int16_t sample : block.pleth) {
        put_be(body, static_cast<std::uint16_t>(sample));
    }
    std::string out;
    put_be(out, static_cast<std::uint32_t>(body.size()));
    return out + body;
}

Result<void> EcgBoxParser::take_header(std::string_view line) {
    constexpr std::string_view kMagic = "ECGBOX 1 ";
    if (!line.starts_with(kMagic)) {
        return fail(Code::malformed, "ECG stream does not begin with ECGBOX 1");
    }
    line.remove_prefix(kMagic.size());
    EcgBoxHeader header{.lead_mask = 0};
    header.rate_hz = 0;
    while (!line.empty()) {
        const std::string_view word = line.substr(0, line.find(' '));
        line.remove_prefix(std::min(line.size(), word.size() + 1));
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos) {
            return fail(Code::malformed, "ECG header holds a word without '='");
        }
        const std::string_view name = word.substr(0, equals);
        const std::string_view value = word.substr(equals + 1);
        std::optional<std::uint32_t> parsed = 0U;
        if (name == "rate_hz") {
            parsed = number(value, 100, 2000);
            header.rate_hz = parsed.value_or(0);
        } else if (name == "gain_nv") {
            parsed = number(value, 1, 1'000'000);
            header.gain_nv = parsed.value_or(0);
        } else if (name == "leads") {
            parsed = parse_leads(value);
            header.lead_mask = parsed.value_or(0);
        } else if (name == "pleth_hz") {
            parsed = number(value, 0, 500);
            header.pleth_hz = parsed.value_or(0);
        } else if (name == "simulated") {
            parsed = number(value, 0, 1);
            header.simulated = parsed.value_or(0) == 1;
        } // a word of a later version is skipped
        if (!parsed) {
            return fail(Code::malformed, "ECG header has a bad value of a known word");
        }
    }
    if (header.rate_hz == 0 || header.lead_mask == 0) {
        return fail(Code::malformed, "ECG header lacks rate_hz or leads");
    }
    header_ = header;
    has_header_ = true;
    return {};
}

Result<EcgBlock> EcgBoxParser::take_block(std::string_view body) const {
    Reader reader{body};
    EcgBlock block;
    if (reader.left() < kBlockFixedSize) {
        return fail(Code::malformed, "ECG block is too short");
    }
    block.first_sample = reader.be<std::uint64_t>();
    block.count = reader.be<std::uint16_t>();
    block.lead_off_mask = reader.be<std::uint16_t>();
    const std::size_t sample_count = block.count * header_.lead_count();
    if (block.count > kEcgBoxCountMax || reader.left() < 2 * sample_count + 10 ||
        block.first_sample > UINT64_MAX / 2) {
        return fail(Code::malformed, "ECG block disagrees with its length");
    }
    block.samples.reserve(sample_count);
    for (std::size_t i = 0; i < sample_count; ++i) {
        block.samples.push_back(static_cast<std::int16_t>(reader.be<std::uint16_t>()));
    }
    block.pleth_first = reader.be<std::uint64_t>();
    const std::size_t pleth_count = reader.be<std::uint16_t>();
    if (pleth_count > kEcgBoxCountMax || (header_.pleth_hz == 0 && pleth_count > 0) ||
        reader.left() != 2 * pleth_count || block.pleth_first > UINT64_MAX / 2) {
        return fail(Code::malformed, "pleth of an ECG block disagrees with its length");
    }
    block.pleth.reserve(pleth_count);
    for (std::size_t i = 0; i < pleth_count; ++i) {
        block.pleth.push_back(static_cast<std::int16_t>(reader.be<std::uint16_t>()));
    }
    return block;
}

Result<std::vector<EcgBlock>> EcgBoxParser::feed(std::string_view bytes) {
    if (failed_) {
        return fail(Code::malformed, "ECG stream failed earlier");
    }
    std::vector<EcgBlock> blocks;
    const auto give_up = [this](Error error) -> Result<std::vector<EcgBlock>> {
        failed_ = true;
        buffer_.clear();
        return Failure{std::move(error)};
    };
    buffer_.append(bytes);
    std::size_t used = 0;
    if (!has_header_) {
        const std::size_t end = buffer_.find('\n');
        if (end == std::string::npos ? buffer_.size() > kEcgBoxHeaderSizeMax
                                     : end > kEcgBoxHeaderSizeMax) {
            return give_up({Code::malformed, "ECG header line is too long"});
        }
        if (end == std::string::npos) {
            return blocks;
        }
        if (auto ok = take_header(std::string_view{buffer_}.substr(0, end)); !ok) {
            return give_up(std::move(ok).error());
        }
        used = end + 1;
    }
    while (buffer_.size() - used >= 4) {
        const std::string_view rest = std::string_view{buffer_}.substr(used);
        const std::size_t length = Reader{rest}.be<std::uint32_t>();
        if (length > kEcgBoxBlockSizeMax) {
            return give_up({Code::malformed, fmt::format("ECG block of {} bytes", length)});
        }
        if (rest.size() < 4 + length) {
            break;
        }
        auto block = take_block(rest.substr(4, length));
        if (!block) {
            return give_up(std::move(block).error());
        }
        blocks.push_back(std::move(*block));
        used += 4 + length;
    }
    buffer_.erase(0, used);
    return blocks;
}

} // namespace ems::vehicle
