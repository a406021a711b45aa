#include "tests/fuzz/vehicle_device_fuzz.h"
#include "vehicle/device/inputs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems::vehicle;
    InputParser parser;
    VehicleInputs inputs;
    ems::test::in_reads(data, size, [&](std::string_view bytes) {
        for (const InputReading& reading : parser.feed(bytes)) {
            inputs.take(reading, ems::Ticks{});
            const std::uint32_t most = reading.input == Input::fuel_pct    ? 100
                                       : reading.input == Input::speed_kmh ? 300
                                                                           : 1;
            EMS_ASSERT(reading.value.value_or(0) <= most);
            EMS_ASSERT(inputs.get(reading.input, ems::Ticks{}).has_value() ==
                       reading.value.has_value());
        }
    });
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    return {"\x07ignition=on\r\ndoor=open\nsiren=off\nbeacon=on\nfuel_pct=63\nspeed_kmh=41\n",
            "\xff"
            "door=unknown\ntail_lift=down\nfuel_pct=101\n"};
}
