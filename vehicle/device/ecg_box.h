// The byte form of the ECG acquisition module ("ecgbox"): one header line, then blocks, over TCP
// from module to vehicle.
//
//   ECGBOX 1 rate_hz=500 gain_nv=2440 leads=I,II,V1,V2,V3,V4,V5,V6 pleth_hz=125 simulated=1\n
//   block: u32be length of what follows | u64be first_sample | u16be count | u16be lead_off_mask |
//          count x leads int16be (sample by sample) | u64be pleth_first | u16be pleth_count |
//          pleth_count x int16be
//
// rate_hz 100..2000; gain_nv 1..1'000'000 nanovolt a unit; leads 1..9 of I II V1..V6 X (X: a single
// lead of another kind), in the order of the bits of ems.wire.WaveBatch.lead_mask; lead_off_mask
// has the same bits. pleth_hz 0..500, 0: no pleth. first_sample counts samples since the module was
// switched on: a hole in it is a hole in the recording. Pure: bytes in, values out; the parser
// survives any bytes and says why it gave up. One parser per connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::vehicle {

struct EcgBoxHeader {
    std::uint32_t rate_hz{500};
    std::uint32_t gain_nv{2440};
    std::uint32_t lead_mask{0xff}; // bits of WaveBatch.lead_mask
    std::uint32_t pleth_hz{0};
    bool simulated{false};
    [[nodiscard]] std::size_t lead_count() const;
    bool operator==(const EcgBoxHeader&) const = default;
};

struct EcgBlock {
    std::uint64_t first_sample{0};
    std::uint16_t count{0}; // samples per lead
    std::uint16_t lead_off_mask{0};
    std::vector<std::int16_t> samples{}; // sample by sample, leads in mask order: count x leads
    std::uint64_t pleth_first{0};
    std::vector<std::int16_t> pleth{};
    bool operator==(const EcgBlock&) const = default;
};

constexpr std::size_t kEcgBoxHeaderSizeMax = 256;
constexpr std::size_t kEcgBoxBlockSizeMax = 65'536;
constexpr std::uint16_t kEcgBoxCountMax = 2'000;

// "I,II,V1": names of the bits of a mask; "" for none.
std::string lead_names(std::uint32_t lead_mask);

std::string encode_ecg_header(const EcgBoxHeader& header);
// samples.size() must be count x leads of the header.
std::string encode_ecg_block(const EcgBoxHeader& header, const EcgBlock& block);

class EcgBoxParser {
  public:
    // Blocks completed by these bytes, at most what the bytes hold. Errors: malformed; the stream
    // cannot be followed any further and the connection must be made anew.
    Result<std::vector<EcgBlock>> feed(std::string_view bytes);
    [[nodiscard]] bool has_header() const { return has_header_; }
    [[nodiscard]] const EcgBoxHeader& header() const { return header_; }

  private:
    Result<void> take_header(std::string_view line);
    [[nodiscard]] Result<EcgBlock> take_block(std::string_view body) const;

    std::string buffer_;
    EcgBoxHeader header_{};
    bool has_header_{false};
    bool failed_{false};
};

} // namespace ems::vehicle
