// What a party of the intercom and the server tell each other beside the speech: application packets
// of RTCP (RFC 3550 section 6.7, name "EMSV"), before encryption and after decryption. Both are
// states, not events: a repeat changes nothing, a loss is made good by the next one. Pure; from any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/video/floor.h"
#include "telemetry/video/rtcp.h"

namespace ems::video {

inline constexpr std::uint8_t kPayloadTypeOpus = 111;
inline constexpr std::uint32_t kVoiceClockHz = 48'000;
inline constexpr std::size_t kSpeakerNameMax = 48; // bytes of UTF-8

enum class Talk : std::uint8_t { none, normal, emergency };
enum class LineWish : std::uint8_t { unchanged, open, closed };

// Party to server, each second and whenever something in it changed until the server answers it.
struct VoiceReport {
    // Of the stream that is received (grants.h): what was recorded before the server started over
    // asks for nothing.
    std::uint8_t generation{0};
    Talk talk{Talk::none};
    std::uint16_t press{0}; // rises with each press of the key and each change of its urgency
    LineWish line{LineWish::unchanged};
    std::uint16_t line_number{0}; // rises with each wish
    std::uint32_t sent_ms{0};     // the party's own monotonic time, echoed
};

enum class Speaker : std::uint8_t { nobody, crew, console };
// Of a console. A server from before roles were told says nothing, and a role of a later version is
// unknown, too.
enum class SpeakerRole : std::uint8_t { unknown, dispatcher, physician };

// Server to party, in answer to a report and whenever something in it changed.
struct LineState {
    FloorMode mode{FloorMode::push_to_talk};
    Speaker speaker{Speaker::nobody}; // the floor's holder; on an open line the console of it
    SpeakerRole speaker_role{SpeakerRole::unknown};
    bool speaker_is_you{false};
    Urgency urgency{Urgency::normal};
    FloorStanding yours;
    std::uint16_t line_number{0}; // the newest wish that was judged
    std::uint8_t consoles{0};     // present
    bool crew_present{false};
    std::uint32_t left_ms{0}; // of the holder's time
    std::uint32_t echo_ms{0};
    std::string name; // of the speaker, as the grant says; empty for the crew
};

// Compound packets: a receiver report first. Room for SRTCP's trailer is the caller's.
std::vector<std::uint8_t> make_voice_report(std::uint32_t sender_ssrc,
                                            const std::optional<ReceptionReport>& reception,
                                            const VoiceReport& report);
// The party leaves the line.
std::vector<std::uint8_t> make_voice_goodbye(std::uint32_t sender_ssrc);
std::vector<std::uint8_t> make_line_state(std::uint32_t sender_ssrc, const LineState& state);

// nullopt when the compound is malformed, lacks the packet, or says what no version of ours says.
std::optional<VoiceReport> parse_voice_report(std::span<const std::uint8_t> compound);
std::optional<LineState> parse_line_state(std::span<const std::uint8_t> compound);

} // namespace ems::video
