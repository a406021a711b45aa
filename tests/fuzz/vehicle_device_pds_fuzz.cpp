#include "tests/fuzz/vehicle_device_monitors.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/pds.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ems::test::fuzz_monitor(ems::vehicle::MonitorForm::pds, data, size);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const std::string header = "MSH|^~\\&|||||||ORU^R01|";
    return {"\xff" + vehicle::mllp_frame(header + "204|P|2.3.1|\r"
                                                  "OBX||NM|101^HR|2101|60||||||F\r"
                                                  "OBX||NM|200^T1|2104|37.25||||||F\r"
                                                  "OBX||NM|250^EtCO2|2106|-100||||||F\r"
                                                  "OBX||NM|161^PR|2103|351||||||F\r"
                                                  "OBX||NM|160^SpO2|2103|101||||||F\r"),
            "\x40" + vehicle::mllp_frame(
                         header + "503|P|2.3.1|\r"
                                  "OBX||NM|170^S|2105|120||||||F||APERIODIC|20260318104216\r"),
            "\xff" +
                vehicle::mllp_frame(header + "54|P|2.3.1|\r"
                                             "OBX||CE|2|1|10002^**HR TOO LOW||||||F|||\r") +
                vehicle::mllp_frame(header + "56|P|2.3.1|\r"
                                             "OBX||CE|4||5^ECG Lead Off||||||F|\r"),
            "\xff" + vehicle::mllp_frame(vehicle::pds_keep_alive())};
}
