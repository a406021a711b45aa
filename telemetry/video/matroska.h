// What a Matroska file of one camera holds, read without a demuxer: how far it is whole, how many
// pictures and how long. It reads what SegmentFile writes (RFC 9559: one H.264 track in its AVC
// form, streamed clusters, no lacing) and takes everything else for malformed, so that it serves
// on board for a file that a crash cut off, and at the centre for one that came over the network.
// Pure; from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "telemetry/base/result.h"

namespace ems::video {

struct MatroskaContent {
    std::size_t bytes{0};      // up to the end of the last whole picture
    std::uint64_t frames{0};   // whole pictures
    std::int64_t length_ms{0}; // from the first picture to the last
};

// A file of a camera is a few seconds; one that says it is longer was not made by ours.
inline constexpr std::int64_t kMatroskaLengthMaxMs = 600'000;

// What is behind the last whole picture is left out and no error: a crash cuts anywhere.
// Errors: malformed (no such file, no picture, a first picture that is no key frame, times that
// fall).
Result<MatroskaContent> read_matroska(std::span<const std::uint8_t> file);

} // namespace ems::video
