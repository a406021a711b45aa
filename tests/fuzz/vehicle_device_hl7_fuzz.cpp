#include "tests/fuzz/vehicle_device_monitors.h"
#include "vehicle/device/hl7.h"
#include "vehicle/device/mllp.h"

// Framed as it comes, and as one message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ems::test::fuzz_monitor(ems::vehicle::MonitorForm::hl7, data, size);
    const auto message = ems::vehicle::parse_hl7({reinterpret_cast<const char*>(data), size});
    if (message) {
        EMS_ASSERT(message->acknowledgement.size() <= 600);
        EMS_ASSERT(message->acknowledgement.find('\n') == std::string::npos);
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const std::string message =
        "MSH|^~\\&|M|W|||20260318104216||ORU^R01^ORU_R01|41|P|2.6|||AL|NE\r"
        "PID|||1\r"
        "OBX|1|NM|147842^HR^MDC|1.7.4.1|88|264864^MDC_DIM_BEAT_PER_MIN^MDC||H~ALACT|||R\r"
        "OBX|2|NM|150456^SpO2^MDC|1.3.1.1|77|%^%^UCUM||DEMO|||R\r"
        "OBX|3|NM|150021^S^MDC|1.1.9.1|16.0|kPa||EARLY|||F|||20260318104150|||^APERIODIC\r"
        "OBX|4|NM|8310-5^T^LN^150344^MDC_TEMP^MDC|1|98.6|[degF]^F^UCUM||N|0.9||F\r";
    // Numbers just beyond what a monitor shows.
    const std::string beyond = "MSH|^~\\&|M||||||ORU^R01|42|P|2.6\r"
                               "OBX|1|NM|147842^HR^MDC|1|351|/min|||||R\r"
                               "OBX|2|NM|150456^SpO2^MDC|1|101|%|||||R\r"
                               "OBX|3|NM|150344^T^MDC|1|50.01|Cel|||||R\r"
                               "OBX|4|NM|151708^CO2^MDC|1|-1|mm[Hg]|||||R\r";
    return {message, "\xff" + vehicle::mllp_frame(message), "\xff" + vehicle::mllp_frame(beyond),
            "\x20" + vehicle::mllp_frame(message) +
                vehicle::mllp_frame("MSH|^~\\&|M||||||ADT^A01|1")};
}
