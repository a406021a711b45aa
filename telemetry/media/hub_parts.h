// What the hub keeps of each camera, session and viewer. Only for hub*.cpp.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/media/hub.h"
#include "telemetry/video/link_report.h"
#include "telemetry/video/nack.h"
#include "telemetry/video/packet_ring.h"
#include "telemetry/video/retransmit.h"

namespace ems::media {

// A vehicle's packets are asked for as long as the most patient viewer waits (jitter_buffer.h).
inline constexpr std::chrono::milliseconds kUplinkDeadline{500};

struct Hub::Ingest {
    Ingest(Camera& of, std::uint32_t count, const CameraSession& session)
        : camera(&of), number(count), expires_us(session.expires_us), media(session.srtp_key, session.ssrc),
          retransmission(session.srtp_key, video::vehicle_rtx_ssrc(session.ssrc)),
          feedback(session.srtcp_key, session.ssrc + 1), meter(session.ssrc) {}
    enum class Origin { datagrams, this_process }; // the latter has no address: it is told nothing
    Camera* camera;
    std::uint32_t number; // of the session, within the camera
    std::int64_t expires_us;
    Origin origin{Origin::datagrams};
    video::SrtpStream media;
    video::SrtpStream retransmission;
    video::SrtpStream feedback;
    bool heard{false};
    std::uint16_t newest_seq{0};
    std::uint8_t payload_type{0};
    video::Endpoint address;
    video::PacketRing ring;
    video::NackGenerator nack{kUplinkDeadline};
    video::RoundTrip trip;
    video::LinkMeter meter;
    Ticks report_at{};
    Ticks fed_at{}; // or opened, by this process
};

struct Hub::Camera {
    Camera(CameraKey of, std::size_t viewers_max)
        : key(std::move(of)), relay(viewers_max + 1), by_slot(viewers_max + 1, nullptr),
          recorder(relay.add(0).value()) {}
    CameraKey key;
    video::Relay relay;
    std::vector<Viewer*> by_slot; // null: free, or the recorder
    video::Relay::Slot recorder;
    std::unique_ptr<Ingest> present;
    std::unique_ptr<Ingest> former; // until the first packet of the present one
    std::uint32_t sessions{0};
    std::uint32_t lost_untold{0}; // numbers given up, not yet told to the recorder
    video::ReceptionCounter reception;
    CameraCounters counters;
    std::string refused_encoding; // empty: what it sends is relayed

    // The one that sends; null: none was heard yet.
    [[nodiscard]] Ingest* heard() const {
        Ingest* newest = present && present->heard ? present.get() : former.get();
        return newest != nullptr && newest->heard ? newest : nullptr;
    }
};

struct Hub::Viewer {
    Viewer(Camera& of, const ViewerRight& right, video::Relay::Slot in, std::uint32_t ssrc)
        : camera(&of), grant_id(right.grant.grant_id), viewer_ssrc(right.grant.viewer_ssrc),
          expires_us(right.expires_us), slot(in), media(right.grant.srtp_key, ssrc),
          retransmission(right.grant.srtp_key, video::viewer_rtx_ssrc(ssrc)),
          reports(right.grant.srtcp_key, right.grant.viewer_ssrc) {}
    Camera* camera;
    std::string grant_id;
    std::uint32_t viewer_ssrc;
    std::int64_t expires_us;
    video::Relay::Slot slot;
    video::SrtpStream media;
    video::SrtpStream retransmission;
    video::SrtpStream reports;
    video::RequestLog requests;
    video::RetransmitBudget budget;
    std::uint16_t rtx_seq{0};
    bool heard{false};
    std::uint32_t newest_index{0}; // of the reports
    video::Endpoint address;
    Ticks heard_at{};
    bool live{false};
};

} // namespace ems::media
