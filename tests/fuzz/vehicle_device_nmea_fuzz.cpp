#include "tests/fuzz/vehicle_device_fuzz.h"
#include "vehicle/device/nmea.h"

// The bytes as they are, and each line of them behind a right checksum, so that damage reaches the
// fields.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ems::vehicle::NmeaParser raw;
    ems::vehicle::NmeaParser checked;
    ems::test::in_reads(data, size, [&](std::string_view bytes) {
        for (const auto& reading : raw.feed(bytes)) {
            ems::test::must_hold(reading);
        }
        for (const auto& reading : checked.feed(ems::vehicle::nmea_sentence(bytes))) {
            ems::test::must_hold(reading);
        }
    });
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const std::string rmc = "GNRMC,024216.20,A,3502.3456,N,11059.1234,E,21.60,095.50,180326,,,A";
    const std::string gga = "GNGGA,024216.20,3502.3456,N,11059.1234,E,1,12,0.80,371.4,M,-18.0,M,,";
    return {"\xff" + rmc, "\xff" + gga,
            "\x30" + vehicle::nmea_sentence(gga) + vehicle::nmea_sentence(rmc),
            "\xff" + vehicle::nmea_sentence("GNGSA,A,1,,,,,,,,,,,,,99,99,99")};
}
