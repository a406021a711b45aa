// What parties of the intercom and the server tell each other, and whole datagrams at a line.
#include <span>

#include "telemetry/base/assert.h"
#include "telemetry/media/voice_hub.h"
#include "telemetry/video/voice_packets.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ems::video;
    const std::span<const std::uint8_t> packet{data, size};
    if (const auto report = parse_voice_report(packet)) {
        const auto again = parse_voice_report(make_voice_report(2, std::nullopt, *report));
        EMS_ASSERT(again.has_value());
        EMS_ASSERT(again->press == report->press);
    }
    if (const auto state = parse_line_state(packet)) {
        EMS_ASSERT(state->name.size() <= kSpeakerNameMax);
        EMS_ASSERT(parse_line_state(make_line_state(2, *state)).has_value());
    }
    static ems::media::VoiceHub hub{{}, {}};
    static ems::media::Outbox out{64};
    static const bool opened = [] {
        ems::media::VoiceParty party;
        party.id = "crew";
        party.vid = "amb-zx01";
        party.up_ssrc = 256;
        party.down_ssrc = 512;
        party.expires_us = INT64_MAX;
        return hub.open(party).has_value();
    }();
    EMS_ASSERT(opened);
    std::vector<std::uint8_t> copy{packet.begin(), packet.end()};
    static_cast<void>(hub.takes(copy));
    hub.receive(copy, {1, 1}, ems::Ticks{std::chrono::hours{1}}, out);
    EMS_ASSERT(out.packets().empty());
    EMS_ASSERT(hub.floor("amb-zx01")->parties() == 0);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    const auto text = [](const std::vector<std::uint8_t>& bytes) {
        return std::string{bytes.begin(), bytes.end()};
    };
    video::VoiceReport report;
    report.talk = video::Talk::emergency;
    report.press = 3;
    video::LineState state;
    state.speaker = video::Speaker::console;
    state.name = "Dr Li";
    return {text(video::make_voice_report(256, video::ReceptionReport{512, 3, 9, 70'000, 5}, report)),
            text(video::make_line_state(512, state)), text(video::make_voice_goodbye(256))};
}
