// Files of cameras as vehicles send them, and streams of framed packets.
#include <span>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/video/framing.h"
#include "telemetry/video/matroska.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/small_matroska.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems::video;
    const std::span<const std::uint8_t> bytes{data, size};
    if (const auto content = read_matroska(bytes)) {
        EMS_ASSERT(content->bytes <= size);
        EMS_ASSERT(content->frames > 0);
        EMS_ASSERT(content->length_ms >= 0 && content->length_ms <= kMatroskaLengthMaxMs);
        // What is whole stays what it is without its tail.
        const auto again = read_matroska(bytes.first(content->bytes));
        EMS_ASSERT(again && again->frames == content->frames && again->bytes == content->bytes);
    }
    FrameReader frames;
    std::size_t framed = 0;
    frames.feed(bytes, [&](std::span<std::uint8_t> packet) {
        EMS_ASSERT(!packet.empty() && packet.size() <= kFramedPacketMax);
        framed += packet.size() + kFrameHeaderSize;
    });
    EMS_ASSERT(framed <= size);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    std::string framed;
    video::append_frame(framed, std::vector<std::uint8_t>{0x80, 0x60, 1, 2, 3});
    video::append_frame(framed, std::vector<std::uint8_t>{0x80, 0xC9, 1});
    return {SmallMatroska::of(30).bytes(), SmallMatroska{}.cluster(0).picture(0).bytes(), framed};
}
