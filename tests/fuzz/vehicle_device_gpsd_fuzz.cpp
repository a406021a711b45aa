#include "tests/fuzz/vehicle_device_fuzz.h"
#include "vehicle/device/gpsd.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ems::vehicle::GpsdParser parser;
    ems::test::in_reads(data, size, [&](std::string_view bytes) {
        for (const auto& reading : parser.feed(bytes)) {
            ems::test::must_hold(reading);
        }
    });
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    return {
        R"(@{"class":"TPV","mode":3,"time":"2026-03-18T02:42:16.200Z","lat":35.03909333,)"
        R"("lon":110.98539,"altMSL":371.4,"track":95.5,"speed":11.112})"
        "\n",
        R"(@{"class":"SKY","hdop":0.8,"uSat":2,"satellites":[{"PRN":1,"used":true},{"used":false}]})"
        "\n"
        R"({"class":"TPV","mode":2,"lat":-35.0,"lon":-110.0})"
        "\n",
        R"(@{"class":"ERROR","message":"\u00e9","x":[[[[1e5]]]],"y":null})"
        "\n"};
}
