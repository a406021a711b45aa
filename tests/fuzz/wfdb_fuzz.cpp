// A WFDB record. The first byte says: a header; annotations; a header of the second byte's kind
// with the rest as its signal file; a header up to the first byte 0 with the rest as its signal
// files, taken as the analysis and the replay take it and written again; or a packed file.
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <unistd.h>

#include "telemetry/app/ecg/xz.h"
#include "telemetry/base/assert.h"
#include "telemetry/signal/acquired_ecg.h"
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

// One file's bytes stand for each file that the header names.
void fuzz_record(std::span<const std::uint8_t> bytes) {
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    const std::size_t end = std::min(text.find('\0'), text.size());
    auto header = parse_wfdb_header(text.substr(0, end));
    if (!header) {
        return;
    }
    const auto body = bytes.subspan(std::min(end + 1, bytes.size()));
    WfdbRecord record{std::move(*header), {}};
    record.samples.resize(record.header.signals.size());
    for (const std::string& file : record.header.files()) {
        auto decoded = decode_wfdb_file(record.header, file, body);
        if (!decoded) {
            continue;
        }
        std::size_t next = 0;
        for (std::size_t i = 0; i < record.samples.size(); ++i) {
            if (record.header.signals[i].file == file) {
                record.samples[i] = std::move((*decoded)[next++]);
            }
        }
    }
    const WfdbLeadPlaces places = place_wfdb_leads(record);
    for (const std::size_t place : places.signal) {
        EMS_ASSERT(place == WfdbLeadPlaces::kNone || !record.samples.at(place).empty());
    }
    if (const auto ecg = acquired_from_wfdb(record)) {
        EMS_ASSERT(ecg->lead_mask() != 0 && ecg->samples() <= bytes.size());
    }
    if (const auto files = write_wfdb_record(record)) {
        const auto back = parse_wfdb_header(files->header);
        EMS_ASSERT(back && back->signals.size() == record.samples.size());
        const auto samples = decode_wfdb_file(*back, record.header.name + ".dat", files->data);
        EMS_ASSERT(samples && samples->front().size() == record.samples.front().size());
    }
}

// Of this process alone.
void fuzz_packed(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t kBytesMax = 1 << 16;
    char path[] = "/tmp/ems-wfdb-fuzz-XXXXXX";
    const int file = mkstemp(path);
    EMS_ASSERT(file >= 0);
    EMS_ASSERT(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    close(file);
    const auto unpacked = ems::ecg::read_xz(path, kBytesMax);
    EMS_ASSERT(!unpacked || unpacked->size() <= kBytesMax);
    unlink(path);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::span<const std::uint8_t> rest{data + 1, size - 1};
    if (data[0] % 5 == 3) {
        fuzz_record(rest);
    } else if (data[0] % 5 == 4) {
        fuzz_packed(rest);
    } else if (data[0] % 5 == 0) {
        fuzz_header({reinterpret_cast<const char*>(rest.data()), rest.size()});
    } else if (data[0] % 5 == 1) {
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
    seeds.push_back("\x03r 2 360\nr.dat 212 200 11 1024\nr.dat 212 200/uV 11 0\n" + zero +
                    "\xE3\x33\xF3\x01\x02\x03\x04\x05\x06");
    seeds.push_back("\x03r 3 250 2\nr.dat 16+2 409.8(3)/mV 16 0 5 18 0 II\n"
                    "r.dat 16+2 100/NU 16 0 7 15 0 PLETH\nr.dat 16+2 2/mmHg 16 0 9 19 0 ABP\n" +
                    zero +
                    std::string{"\x01\x02\x05\x00\x07\x00\x09\x00\x0D\x00\x08\x00\x0A\x00", 14});
    // 9 bytes, packed
    seeds.push_back("\x04" +
                    std::string{"\xFD\x37\x7A\x58\x5A\x00\x00\x04\xE6\xD6\xB4\x46\x02\x00\x21\x01"
                                "\x16\x00\x00\x00\x74\x2F\xE5\xA3\x01\x00\x08\x65\x6D\x73\x20\x77"
                                "\x66\x64\x62\x0A\x00\x00\x00\x00\xCA\x6F\x5F\x41\xF5\x54\x66\xD1"
                                "\x00\x01\x21\x09\x6C\x18\xC5\xD5\x1F\xB6\xF3\x7D\x01\x00\x00\x00"
                                "\x00\x04\x59\x5A",
                                68});
    return seeds;
}
