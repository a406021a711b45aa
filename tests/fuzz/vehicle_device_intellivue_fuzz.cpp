#include "tests/fuzz/vehicle_device_fuzz.h"
#include "tests/vehicle/device/intellivue_monitor.h"
#include "vehicle/device/intellivue.h"

// An associated monitor gets the bytes as one datagram, and what it then says is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems;
    vehicle::IntellivueMonitor monitor;
    Ticks now{};
    static_cast<void>(monitor.due(now));
    static_cast<void>(monitor.feed(test::iv_mds_created(1), now));
    static_cast<void>(monitor.due(now)); // poll 1
    const auto heard = monitor.feed({reinterpret_cast<const char*>(data), size}, now);
    for (const vehicle::MonitorMessage& message : heard.messages) {
        test::must_hold(message);
    }
    for (const std::string& reply : heard.send) {
        EMS_ASSERT(vehicle::parse_intellivue(reply).has_value());
    }
    for (int i = 0; i < 4; ++i) {
        now += std::chrono::seconds{3};
        EMS_ASSERT(monitor.due(now).size() <= 1);
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const std::string cuff =
        be(0x2222, 2) + iv_list({iv_attribute(0x094b, iv_list({iv_value(18'949, 0, 3'872, 120),
                                                               iv_value(18'950, 0, 3'872, 80)})),
                                 iv_attribute(0x0990, unhex("2026031810415000"))});
    const std::vector<std::string> objects{iv_numeric(iv_value(0x4182, 0, 2'720, 72)),
                                           iv_numeric(iv_value(0x4bb8, 0x8000, 544, 98)),
                                           iv_numeric(iv_value(19'272, 0, 6'048, 0xff00'0174)),
                                           iv_numeric(iv_value(18'458, 0, 2'720, 351)),
                                           iv_numeric(iv_value(20'490, 0, 2'784, 201)),
                                           cuff};
    return {iv_result(1, objects), iv_linked_result(1, 1, 1, objects),
            iv_mds_created(1),     iv_accept(8'000),
            unhex("0c020000"),     unhex("e1000002000300060001000a0000")};
}
