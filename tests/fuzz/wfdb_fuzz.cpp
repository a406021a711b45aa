// A WFDB record: the first byte says header, annotations, or a header of the second byte's kind
// with the rest as its signal file.
#include <span>
#include <string_view>

#include "telemetry/base/assert.h"
#include "telemetry/signal/wfdb.h"
#include "telemetry/signal/wfdb_write.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace ems::signal;

constexpr std::string_view kHeaders[] = {"r 2 360 4\nr.dat 212\nr.dat 212\n",
                                         "r 2 250\nr.dat 16+3 100\nr.dat 16+3 100\n",
                                         "r 1 250 2\nr.dat 16 200 12 0 5 11\n"};

void fuzz_header(std::string_view text) {
    const auto header = parse_wfdb_header(text);
    if (!header) {
        return;
    }
    EMS_ASSERT(header->signals.size() <= kWfdbSignalsMax && header->rate_hz > 0);
    EMS_ASSERT(header->sample_count >= 0 && header->sample_count <= kWfdbSamplesMax);
    for (const WfdbSignal& signal : header->signals) {
        // Files lie beside the header and nowhere else.
        EMS_ASSERT(signal.file.find('/') == std::string::npos && signal.file != ".." &&
                   signal.file != ".");
        static_cast<void>(signal.physical(0));
    }
}

void fuzz_signals(std::string_view text, std::span<const std::uint8_t> bytes) {
    const auto header = parse_wfdb_header(text);
    const auto samples = decode_wfdb_file(*header, "r.dat", bytes);
    if (samples) {
        EMS_ASSERT(samples->size() == header->signals.size());
        for (const auto& one : *samples) {
            EMS_ASSERT(one.size() <= bytes.size());
            EMS_ASSERT(header->sample_count == 0 ||
                       one.size() == static_cast<std::size_t>(header->sample_count));
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::span<const std::uint8_t> rest{data + 1, size - 1};
    if (data[0] % 3 == 0) {
        fuzz_header({reinterpret_cast<const char*>(rest.data()), rest.size()});
    } else if (data[0] % 3 == 1) {
        if (const auto annotations = parse_wfdb_annotations(rest)) {
            EMS_ASSERT(annotations->size() <= rest.size());
            // What can be written reads back.
            if (const auto bytes = write_wfdb_annotations(*annotations)) {
                const auto back = parse_wfdb_annotations(*bytes);
                EMS_ASSERT(back && back->size() == annotations->size());
            }
        }
    } else {
        fuzz_signals(kHeaders[data[1] % std::size(kHeaders)], rest.subspan(1));
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const std::string zero(1, '\0');
    std::vector<std::string> seeds{
        zero + "100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n"
               "100.dat 212 200 11 1024 1011 20052 0 V5\n# 69 M 1085 1629 x1\n",
        zero + "s0010_re 2 1000 38400\ns.dat 16 2000 16 0 -489 -8337 0 i\n"
               "s.dat 16+24 2000/mV 16 0 -458 -8281 0 ii\n",
        "\x01" + std::string{"\x12\x70\x03\xFC\x28\x4E\x00\x00\x3B\x04\x00\x00", 12}};
    seeds.push_back("\x02" + zero + "\xE3\x33\xF3\x01\x02\x03\x04\x05\x06\x07\x08\x09");
    seeds.push_back("\x02\x01" + std::string{"\x09\x09\x09\x34\x12\xFF\xFF\x00\x80\x01\x00", 11});
    seeds.push_back("\x02\x02" + std::string{"\x05\x00\x06\x00", 4});
    return seeds;
}
