#include "tests/fuzz/vehicle_device_fuzz.h"
#include "vehicle/device/mllp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ems::vehicle::MllpFramer framer;
    std::size_t given = 0;
    ems::test::in_reads(data, size, [&](std::string_view bytes) {
        for (const std::string& message : framer.feed(bytes)) {
            given += message.size();
            EMS_ASSERT(!message.empty() && message.size() <= ems::vehicle::kMllpMessageSizeMax);
            EMS_ASSERT(message.find('\x1c') == std::string::npos);
        }
    });
    EMS_ASSERT(given <= size);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    return {"\x05" + vehicle::mllp_frame("MSH|^~\\&|a\rOBX|1\r") + vehicle::mllp_frame("b"),
            "\xffMSH|^~\\&|a\r\x1c\rgarbage\x1c\r"};
}
