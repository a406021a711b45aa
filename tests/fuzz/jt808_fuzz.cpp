// Parsers of JT/T 808. The first byte of an input says which one gets the rest.
#include <algorithm>
#include <string_view>

#include "telemetry/base/assert.h"
#include "telemetry/gateway/line_decoder.h"
#include "telemetry/gateway/message.h"
#include "telemetry/gateway/reassembly.h"
#include "telemetry/wire/gbk.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/telemetry/gateway/golden.h"

namespace {

using namespace ems;
using namespace ems::gateway;

enum Parser : std::uint8_t { kStream, kFrame, kBody, kParts, kText, kLine, kParserCount };

// A stream in reads of a size that the first byte says; whole frames go all the way.
void fuzz_stream(std::string_view bytes) {
    if (bytes.empty()) {
        return;
    }
    const std::size_t read = 1 + static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    FrameStream frames;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(read, bytes.size()))) {
        for (const std::string& escaped : frames.feed(bytes.substr(0, read))) {
            if (const auto frame = decode_frame(escaped)) {
                static_cast<void>(decode(frame->header, frame->body));
            }
        }
    }
}

// What is accepted means the same when it is sent again.
void fuzz_frame(std::string_view bytes) {
    const auto frame = decode_frame(bytes);
    if (!frame) {
        return;
    }
    const std::string again = encode_frame(frame->header, frame->body);
    const auto twice = decode_frame(std::string_view{again}.substr(1, again.size() - 2));
    EMS_ASSERT(twice.has_value());
    EMS_ASSERT(*twice == *frame);
}

// Two bytes of message id, one of version, then the body.
void fuzz_body(std::string_view bytes) {
    if (bytes.size() < 3) {
        return;
    }
    Header header;
    header.id = static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[0]) << 8U |
                                           static_cast<std::uint8_t>(bytes[1]));
    header.version = (bytes[2] & 1) == 0 ? Version::v2013 : Version::v2019;
    const auto message = decode(header, bytes.substr(3));
    if (message && std::holds_alternative<Location>(*message)) {
        const Location& location = std::get<Location>(*message);
        EMS_ASSERT(!location.fix || map::is_valid(location.fix->at));
    }
}

// Frames whose parts and times the bytes say, four a frame.
void fuzz_parts(std::string_view bytes) {
    Reassembly reassembly;
    Ticks now{};
    for (; bytes.size() >= 4; bytes.remove_prefix(4)) {
        const auto at = [bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
        Frame frame;
        frame.header.id = id::kLocationBatch;
        frame.header.serial = at(0);
        const auto total = static_cast<std::uint16_t>(1 + at(1) % 40);
        frame.header.part = Part{total, static_cast<std::uint16_t>(1 + at(2) % total)};
        frame.body.assign(at(3), 'x');
        now += std::chrono::milliseconds{at(3) * 100};
        static_cast<void>(reassembly.add(std::move(frame), now));
        static_cast<void>(reassembly.missing(now));
        EMS_ASSERT(reassembly.open_count() <= kMessagesOpenMax);
    }
}

void fuzz_text(std::string_view bytes) {
    if (const auto utf8 = wire::gbk_to_utf8(bytes)) {
        EMS_ASSERT(wire::utf8_to_gbk(*utf8).has_value());
    }
    static_cast<void>(wire::utf8_to_gbk(bytes));
}

void fuzz_line(std::string_view bytes) {
    LineDecoder decoder;
    EMS_ASSERT(decoder.decode(bytes).find('\n') == std::string::npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    switch (data[0] % kParserCount) {
    case kStream:
        fuzz_stream(bytes);
        break;
    case kFrame:
        fuzz_frame(bytes);
        break;
    case kBody:
        fuzz_body(bytes);
        break;
    case kParts:
        fuzz_parts(bytes);
        break;
    case kText:
        fuzz_text(bytes);
        break;
    default:
        fuzz_line(bytes);
        break;
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    std::vector<std::string> seeds;
    const auto seed = [&seeds](std::uint8_t parser, const std::string& bytes) {
        seeds.push_back(static_cast<char>(parser) + bytes);
    };
    std::string stream = "\x10";
    for (const Golden& golden : kGolden) {
        const std::string bytes = from_hex(golden.hex);
        const std::string escaped = bytes.substr(1, bytes.size() - 2);
        stream += bytes;
        seed(kFrame, escaped);
        seed(kLine, std::string{golden.hex});
        const Frame frame = decode_frame(escaped).value();
        seed(kBody, escaped.substr(0, 2) +
                        static_cast<char>(frame.header.version == Version::v2019) + frame.body);
    }
    seed(kStream, stream);
    seed(kParts, std::string{"\x01\x03\x00\x10\x02\x03\x01\x10\x03\x03\x02\x10", 12});
    seed(kText, "\xCB\xD5"
                "BA6860");
    seed(kText, "苏BA6860");
    return seeds;
}
