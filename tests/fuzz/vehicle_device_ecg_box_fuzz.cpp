#include "tests/fuzz/vehicle_device_fuzz.h"
#include "vehicle/device/ecg_box.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems::vehicle;
    EcgBoxParser parser;
    ems::test::in_reads(data, size, [&](std::string_view bytes) {
        const auto blocks = parser.feed(bytes);
        if (!blocks) {
            return;
        }
        for (const EcgBlock& block : *blocks) {
            EMS_ASSERT(block.count <= kEcgBoxCountMax);
            EMS_ASSERT(block.samples.size() == block.count * parser.header().lead_count());
        }
    });
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const vehicle::EcgBoxHeader header{.lead_mask = 0x03, .pleth_hz = 125};
    vehicle::EcgBlock block{.first_sample = 500, .count = 4, .lead_off_mask = 1};
    block.samples = {1, 2, 3, 4, 5, 6, 7, 8};
    block.pleth_first = 125;
    block.pleth = {-1};
    return {"\x10" + vehicle::encode_ecg_header(header) + vehicle::encode_ecg_block(header, block) +
            vehicle::encode_ecg_block(header, block)};
}
