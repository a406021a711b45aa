// The intercom's side of ems-mediad without its socket: datagrams in, datagrams out. Each vehicle has
// one line; its parties are the crew (by the session ems-mediad gave the vehicle) and consoles (by
// grants). Speech of whom the line's floor control lets be heard is decrypted once and encrypted for
// each listener, never mixed and never decoded; all other speech ends here. Nothing waits.
//
// An address is believed after a report from it proved the key and was newer than all before. A party
// that is heard by TLS may ask by UDP whether that passes (a reference time alone, no report): the
// answer goes where the question came from and moves no address.
// One thread. Time is handed in. Bounded by VoiceHubLimits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/media/hub.h"
#include "telemetry/video/floor.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/speech_time.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"
#include "telemetry/video/voice_packets.h"

namespace ems::media {

struct VoiceHubLimits {
    std::size_t lines_max{256};
    std::size_t parties_max{1024};
    std::chrono::milliseconds party_silence{5'000}; // without a report it is not there
    video::FloorLimits floor;
};

// Who may take part in a line, and how. Keys are new for every session and direction.
struct VoiceParty {
    std::string id; // of the session or grant
    std::string vid;
    video::FloorRank rank{video::FloorRank::crew};
    std::string name;           // shown to the others and written beside recordings; empty for a crew
    std::uint32_t up_ssrc{0};   // low byte 0
    std::uint32_t down_ssrc{0}; // low byte 0
    std::uint32_t generation{0};
    video::MediaKey up_key;
    video::MediaKey down_key;
    std::int64_t expires_us{0}; // server clock
};

struct VoiceCounters {
    std::uint64_t received{0};
    std::uint64_t refused{0};  // forged, repeated or malformed
    std::uint64_t unheard{0};  // authentic speech of somebody without the floor
    std::uint64_t forwarded{0};
    std::uint64_t dropped{0}; // copies that could not be sent
};

class VoiceHub {
  public:
    // A packet that is forwarded, decrypted. `stretch` changes with each turn of a speaker.
    struct Speech {
        const VoiceParty& from;
        std::span<const std::uint8_t> bytes; // RTP
        video::RtpView view;
        std::uint64_t stretch;
        std::uint32_t lost; // numbers skipped just before it
        video::SpeechTime& time; // of its speaker
    };
    using OnSpeech = std::function<void(const Speech&)>;

    VoiceHub(VoiceHubLimits limits, OnSpeech on_speech);
    ~VoiceHub();

    // Of a crew: the session before stays good until the first packet of this. Errors: full,
    // invalid_argument (SSRC in use, generation beyond the family).
    Result<void> open(const VoiceParty& party);
    void close(const std::string& id);
    // Whether the vehicle's line takes one more party.
    [[nodiscard]] bool has_place(const std::string& vid) const;
    [[nodiscard]] bool has(const std::string& id) const { return parties_.contains(id); }
    // Closes what expired.
    void expire(ServerTime now);

    // Whether the datagram says it is of one of the parties; its key has still to prove that.
    [[nodiscard]] bool takes(std::span<const std::uint8_t> datagram) const;
    // Its bytes are changed.
    Proof receive(std::span<std::uint8_t> datagram, const video::Endpoint& from, Ticks now,
                  Outbox& out);
    // Sound of the vehicle's cabin that no crew speaks (a terminal's, 20 ms of Opus): heard by the
    // consoles while one of them holds the line open and no crew is there. `turn` is another when
    // the sound begins anew.
    void feed_cabin(const std::string& vid, std::uint64_t turn, std::uint32_t timestamp,
                    std::span<const std::uint8_t> opus, Ticks now, Outbox& out);
    // Vehicles whose cabin would be heard now.
    [[nodiscard]] std::vector<std::string> cabins_wanted() const;
    // Every 50 ms or so.
    void tick(Ticks now, Outbox& out);
    void not_sent() { ++counters_.dropped; }

    // Last authentic packet of the vehicle's crew; zero: none yet.
    [[nodiscard]] Ticks crew_heard_at(const std::string& vid) const;
    [[nodiscard]] const VoiceCounters& counters() const { return counters_; }
    [[nodiscard]] std::size_t parties() const { return parties_.size(); }
    [[nodiscard]] std::size_t lines() const { return lines_.size(); }
    // Whether one of the parties is.
    [[nodiscard]] bool is_heard_at(const video::Endpoint& end) const;
    // Null: nobody may speak with this vehicle.
    [[nodiscard]] const video::FloorControl* floor(const std::string& vid) const;

  private:
    struct Line;
    struct Party;

    void sort(std::span<std::uint8_t> datagram, const video::Endpoint& from, Ticks now,
              Outbox& out);
    void drop_unheard_crews(Line& line);
    void erase(Party& party);
    void receive_report(Party& party, std::span<std::uint8_t> datagram,
                        const video::Endpoint& from, Ticks now, Outbox& out);
    void answer_probe(Party& party, video::CompactTime reference, const video::Endpoint& from,
                      Outbox& out);
    void learn(Party& party, const video::Endpoint& from, std::uint32_t index, Ticks now,
               std::uint8_t generation);
    void arrive(Party& party);
    void apply(Party& party, const video::VoiceReport& report, Ticks now);
    void receive_speech(Party& party, std::span<std::uint8_t> datagram, Ticks now, Outbox& out);
    void forward(Party& to, std::span<const std::uint8_t> packet, const video::RtpView& view,
                 std::uint64_t stretch, Ticks now, Outbox& out);
    void absent(Party& party);
    void tell(Line& line, Ticks now, Outbox& out);
    void send_state(Party& party, Ticks now, Outbox& out);

    const VoiceHubLimits limits_;
    const OnSpeech on_speech_;
    VoiceCounters counters_;
    std::map<std::string, std::unique_ptr<Line>> lines_; // by vid
    std::unordered_map<std::string, std::unique_ptr<Party>> parties_;
    std::unordered_map<std::uint32_t, Party*> by_report_ssrc_;
    std::unordered_map<std::uint32_t, Party*> by_speech_ssrc_;
};

} // namespace ems::media
