// The media stream of JT/T 1078: the first byte of an input is the size of the reads.
#include <algorithm>
#include <string_view>

#include "telemetry/base/assert.h"
#include "telemetry/gateway/stream1078.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace ems;
using namespace ems::gateway;

StreamPacket packet_of(StreamData data, Fragment fragment, std::uint16_t seq, std::string body) {
    StreamPacket packet;
    packet.sim = Phone::parse("013511221122").value();
    packet.channel = 1;
    packet.data = data;
    packet.fragment = fragment;
    packet.seq = seq;
    packet.body = std::move(body);
    return packet;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::size_t read = 1 + data[0];
    std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    StreamParser parser;
    FrameAssembler assembler;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(read, bytes.size()))) {
        for (StreamPacket& packet : parser.feed(bytes.substr(0, read))) {
            // What is accepted means the same when it is sent again, with another behind it.
            StreamParser again;
            const std::string sent = encode(packet);
            const auto twice = again.feed(sent + sent);
            EMS_ASSERT(again.sim_size() != parser.sim_size() || twice.front() == packet);
            const auto frame = assembler.add(std::move(packet));
            EMS_ASSERT(!frame || frame->bytes.size() <= kMediaFrameMax);
        }
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const std::string picture = encode(packet_of(StreamData::i_frame, Fragment::first, 1, "abc")) +
                                encode(packet_of(StreamData::i_frame, Fragment::middle, 2, "d")) +
                                encode(packet_of(StreamData::i_frame, Fragment::last, 3, "ef")) +
                                encode(packet_of(StreamData::p_frame, Fragment::whole, 4, "gh"));
    const std::string others =
        encode(packet_of(StreamData::audio, Fragment::whole, 5, std::string(160, '\xD5'))) +
        encode(packet_of(StreamData::transparent, Fragment::whole, 6, "x"));
    StreamPacket ten = packet_of(StreamData::i_frame, Fragment::whole, 1, "abc");
    ten.sim = Phone::parse("00000000013511221122").value();
    return {"\xff" + picture + others, "\x03" + picture, "\x10" + encode(ten) + encode(ten)};
}
