// Sound of a vehicle terminal's channel (JT/T 1078: G.711 A-law, mu-law, G.726 of 32 kbit/s; 8 kHz,
// mono) as Opus packets of 20 ms at 24 kbit/s, to be recorded like speech of the intercom.
//
// push() never waits: what the decoder is behind with, and what is not taken by poll(), is dropped.
// One thread calls all functions; GStreamer's work behind.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::media {

inline constexpr std::size_t kSoundPacketsMax = 250; // not yet taken; 5 s

struct SoundPacket {
    std::int64_t spoken_us{0}; // UTC, by what push() was told
    std::vector<std::uint8_t> opus;
};

class TerminalSound {
  public:
    // Loads what is needed, which takes tens of milliseconds the first time; what is missing is
    // written to the log.
    static void prepare();
    // `payload_type`: gateway/stream1078.h. Errors: unsupported_version (another encoding), media.
    static Result<std::unique_ptr<TerminalSound>> make(std::uint8_t payload_type);
    virtual ~TerminalSound() = default;

    // One packet's body, and when it was spoken. The header of four bytes that some terminals' chips put before it is left
    // out: 00 01, half of the size of what follows, 00.
    virtual void push(std::string_view body, std::int64_t spoken_us) = 0;
    // Packets made since the last call.
    virtual std::vector<SoundPacket> poll() = 0;

  protected:
    TerminalSound() = default;
};

} // namespace ems::media
