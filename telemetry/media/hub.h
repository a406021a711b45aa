// The relay of ems-mediad without its socket: datagrams in, datagrams out. Knows cameras by their
// sessions and viewers by their grants, decrypts once, encrypts for each viewer, and believes an
// address only after a packet from it proved the key and was newer than all before. Packets missing
// on the way from a vehicle are asked for again, what viewers miss is answered from two seconds of
// packets. Nothing waits here: what the outbox cannot take is dropped and counted.
//
// One thread. Time is handed in. Bounded by HubLimits.
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
#include <string_view>
#include <unordered_map>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/media/outbox.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/relay.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"

namespace ems::media {

struct HubLimits {
    std::size_t cameras_max{256};
    std::size_t viewers_per_camera_max{32};
    std::size_t viewers_max{1024};
    std::chrono::milliseconds viewer_silence{5000}; // without a report nothing is sent
};

struct CameraKey {
    std::string vid;
    std::string camera;
    auto operator<=>(const CameraKey&) const = default;
};

// How a camera may send. Keys are new for every session.
struct CameraSession {
    std::string session_id;
    std::uint32_t ssrc{0};     // low byte 0; feedback to the vehicle goes out with ssrc + 1
    video::MediaKey srtp_key;  // vehicle to server
    video::MediaKey srtcp_key; // server to vehicle
    // Server clock. It is believed for kGrace longer: packets are on their way, clocks differ, and
    // the session that follows may have been lost.
    std::int64_t expires_us{kNever};

    static constexpr std::int64_t kNever = INT64_MAX;
    static constexpr std::chrono::seconds kGrace{60};
};

struct ViewerRight {
    CameraKey camera;
    video::ViewerGrant grant;
    std::uint32_t generation{0}; // of this process, counted in the database
    std::int64_t expires_us{0};  // server clock
};

struct CameraCounters {
    std::uint64_t packets{0}; // authenticated
    std::uint64_t packets_lost{0};
    std::uint64_t frames{0}; // marker bits: pictures whose last packet came
    std::uint64_t bytes{0};
    std::uint64_t key_frames_asked{0};
    std::uint64_t packets_asked{0};        // requests for a packet, the first and each again
    std::uint64_t packets_recovered{0};    // came by retransmission
    Ticks last_packet_at{};                // zero: none yet
    Ticks rests_at{};     // the vehicle's newest word that this camera rests; zero: none
    Ticks rest_anew_at{}; // the newest of them behind a while of neither packet nor word
    std::optional<video::LinkReport> link; // the newest
};

struct HubCounters {
    std::uint64_t received{0};
    std::uint64_t refused{0}; // forged, repeated, malformed, or of nobody known
    std::uint64_t relayed{0};
    std::uint64_t dropped{0}; // copies that could not be sent
    std::uint64_t addresses_learned{0};
    std::uint64_t retransmitted{0};        // packets sent again to viewers
    std::uint64_t retransmissions_held{0}; // and not sent: one viewer asked for too many at once
};

class Hub final : public DatagramHandler {
  public:
    // A decrypted packet for the recorder, who is a viewer like others: he begins at a key frame,
    // and numbers and time stamps go on when the camera starts over. `lost` counts numbers given up
    // since the packet before.
    struct MediaPacket {
        const CameraKey& camera;
        std::span<const std::uint8_t> bytes;
        bool last_of_picture;
        std::uint32_t lost;
    };
    using OnMedia = std::function<void(const MediaPacket&)>;

    // A camera that brought nothing for a while asks whether it would be heard or says that it rests,
    // or its last session is closed: what follows comes behind a hole of the recording.
    using OnPause = std::function<void(const CameraKey&)>;

    // What the camera's viewers are told of its recording, with each answer; empty: nothing.
    using Recording = std::function<video::RecordingState(const CameraKey&)>;

    static constexpr std::chrono::seconds kFeedSilence{60}; // longer than a terminal's line may be

    Hub(HubLimits limits, OnMedia on_media, OnPause on_pause = {}, Recording recording = {});
    ~Hub() override;

    // The camera may send with this session from now on; the one before stays good until the first
    // packet of this, or until its own end. Errors: full, invalid_argument (SSRC in use).
    Result<void> open_session(const CameraKey& camera, const CameraSession& session);
    void close_sessions(const CameraKey& camera);
    // Closes those of cameras that vehicles have no more. What this process feeds itself is not
    // asked about.
    void close_sessions_unless(const std::function<bool(const CameraKey&)>& wanted);

    // The camera's packets come from this process, by feed(): no key is believed, no datagram taken
    // for it. Each call begins anew, as a session does. Errors: full.
    Result<void> open_feed(const CameraKey& camera);
    // A packet of such a camera (video/h264_packets.h); its bytes are changed. `lost`: packets that
    // never reached this process since the one before.
    void feed(const CameraKey& camera, std::span<std::uint8_t> packet, std::uint32_t lost,
              Ticks now, Outbox& out);

    // The camera sends this (rtcp.h: refused_encoding), which nobody relays; its viewers are told
    // until pictures come.
    void refuse_encoding(const CameraKey& camera, std::string_view name);

    // Where all places are taken, the viewer that is silent longest (limits.viewer_silence, or it said
    // goodbye) loses its own: a console that closed its tile leaves its grant behind. Errors: full,
    // invalid_argument (SSRC in use, generation beyond the family).
    Result<void> open_viewer(const ViewerRight& right);
    // Whether open_viewer would find a place for one more of this camera.
    [[nodiscard]] bool has_place(const CameraKey& camera) const;
    void close_viewer(const std::string& grant_id);
    [[nodiscard]] bool has_viewer(const std::string& grant_id) const;
    // Closes viewers and sessions that are over, and feeds silent for kFeedSilence; call with tick. A
    // camera without any is forgotten.
    void expire(ServerTime now);

    Proof receive(std::span<std::uint8_t> datagram, const video::Endpoint& from, Ticks now,
                  Outbox& out) override;
    // Requests for packets and key frames that are due, reports to vehicles, viewers gone silent.
    void tick(Ticks now, Outbox& out) override;
    [[nodiscard]] std::optional<Ticks> next_due() const override { return next_due_; }
    void not_sent(const Outgoing& packet) override;
    std::vector<video::Endpoint> take_ended() override;
    void want_key_frame(const CameraKey& camera);

    [[nodiscard]] std::optional<CameraCounters> counters(const CameraKey& camera) const;
    [[nodiscard]] const HubCounters& counters() const { return counters_; }
    // Where the camera's packets come from; unset before the first.
    [[nodiscard]] video::Endpoint address(const CameraKey& camera) const;
    [[nodiscard]] std::size_t viewers() const { return viewers_.size(); }
    // Of packets kept for retransmission with their tables, all cameras, and of viewers. Both are bounded: a camera keeps
    // at most PacketRing::kPacketsMax packets, and a viewer is of a fixed size but for what libsrtp
    // allocates for his three streams (the bench of media prints it).
    [[nodiscard]] std::size_t memory_bytes() const;
    [[nodiscard]] std::size_t viewer_bytes() const; // of these, the viewers'

  private:
    struct Ingest;
    struct Camera;
    struct Viewer;

    void sort(std::span<std::uint8_t> datagram, const video::Endpoint& from, Ticks now,
              Outbox& out);
    Camera* camera_for(const CameraKey& key);
    void close_ingest(std::unique_ptr<Ingest>& ingest);
    void expire_sessions(ServerTime now);
    void close_sessions(Camera& camera, const std::function<bool(const Ingest&)>& over);
    void drop_if_unused(const CameraKey& key);
    void receive_media(Ingest& ingest, std::span<std::uint8_t> datagram,
                       const video::Endpoint& from, Ticks now, Outbox& out);
    void receive_retransmission(Ingest& ingest, std::span<std::uint8_t> datagram, Ticks now,
                                Outbox& out);
    void take_packet(Ingest& ingest, std::span<std::uint8_t> packet, const video::RtpView& view,
                     Ticks now, Outbox& out);
    void receive_vehicle_report(Ingest& ingest, std::span<std::uint8_t> datagram,
                                const video::Endpoint& from, Ticks now, Outbox& out);
    void relay(Camera& camera, std::span<std::uint8_t> packet, std::uint32_t session,
               const video::RtpView& view, Ticks now, Outbox& out);
    void relay_to(Viewer& viewer, std::span<const std::uint8_t> packet,
                  const video::Relay::Copy& copy, Outbox& out);
    void record(Camera& camera, std::span<std::uint8_t> packet, const video::RtpView& view,
                const video::Relay::Copy& copy) const;
    void receive_report(Viewer& viewer, std::span<std::uint8_t> datagram,
                        const video::Endpoint& from, Ticks now, Outbox& out);
    void hear_viewer(Viewer& viewer, std::uint32_t index, const video::RtcpContent& content,
                     const video::Endpoint& from, Ticks now);
    void answer_viewer(Viewer& viewer, const video::RtcpContent& content, Ticks now, Outbox& out);
    void retransmit(Viewer& viewer, std::uint16_t seq, Ticks now, Outbox& out);
    bool send_feedback(Ingest& ingest, const video::Feedback& feedback, const video::Endpoint& to,
                       Outbox& out);
    void ask_packets(Ingest& ingest, Ticks now, Outbox& out);
    void ask_key_frame(Camera& camera, Ticks now, Outbox& out);
    void report_link(Ingest& ingest, Ticks now, Outbox& out);
    void look_after(Ingest* ingest, Ticks now, Outbox& out);
    void erase_viewer(std::uint32_t viewer_ssrc);
    [[nodiscard]] bool is_heard_at(const video::Endpoint& end) const;
    [[nodiscard]] bool is_full(const Camera& camera) const;
    [[nodiscard]] const Viewer* silent_longest(const Camera* of) const; // null: of any; nobody: null

    const HubLimits limits_;
    const OnMedia on_media_;
    const OnPause on_pause_;
    const Recording recording_;
    HubCounters counters_;
    Ticks now_{}; // newest that was handed in
    std::map<CameraKey, std::unique_ptr<Camera>> cameras_;
    std::optional<Ticks> next_due_;
    std::unordered_map<std::uint32_t, Ingest*> ingests_; // by SSRC of media and retransmission
    std::unordered_map<std::uint32_t, std::unique_ptr<Viewer>> viewers_; // by SSRC of their reports
    std::unordered_map<std::string, std::uint32_t> viewers_by_grant_;
    std::vector<video::Endpoint> ended_; // of viewers erased, viewers_max at most
};

} // namespace ems::media
