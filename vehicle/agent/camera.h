// One camera of the vehicle: picture source, H.264 encoder and SRTP sender, on threads of its own.
//
//     auto camera = make_camera(options);
//     camera->start(session);      // on d/media; a session with stop set, or stop(), ends it
//
// A repeated start with the session that runs is no event (a message may come twice); another
// session takes over keys, SSRC, address and bit rate without a pause of the picture. A session is
// never resumed after stop or a restart of the process: the server makes a new one on the next
// birth, since a key must not count packets twice. When the source or the encoder fails, or gives
// no picture for 10 s, the camera tries again after 1, 2, 4 ... 30 s by itself, a device or file
// that is not there as soon as it is, and says so in health().
//
// With a ring the same encoder's pictures go to the disk of the vehicle while the server is away,
// whole and at `ring_kbit`, and to the network goes a probe alone.
//
// A camera whose duty rests keeps its source open, so that health() stays true and the first
// picture of a case is the next one of the source, but encodes, sends and keeps nothing unless
// somebody watches (camera_rest.h).
//
// Bit rate, pictures a second and size follow what the uplink carries (video_budget.h), never above
// what the session and these options say. All functions from any thread; none waits for the
// network.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "telemetry/base/result.h"
#include "telemetry/video/capture_mark.h"
#include "telemetry/video/stream_line.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/agent/camera_rest.h"

namespace ems::vehicle {

inline constexpr std::size_t kCamerasMax = 3; // of one vehicle
inline constexpr std::uint32_t kCameraKbitLeast = 100;
inline constexpr std::uint32_t kCameraKbitMost = 8'000;

// A row of blocks at the top left that carries the frame's number, for tests that count pictures
// (barcode.h).
enum class FrameMark { none, barcode };

class RingShelf;

struct CameraOptions {
    std::string source{"test:ball"}; // camera_source.h
    std::string login_file;          // of an RTSP camera; empty: it asks for none
    std::string camera{"cabin"};     // its name; sessions for another are refused
    std::string label; // drawn with time and frame number on test pictures, e.g. the vid
    int width{640};    // even, 160 to 1920
    int height{360};   // even, 120 to 1080
    int fps{15};       // 1 to 30
    // Most that it sends, whatever its session allows; usual_kbit() (video_ladder.h) suits a size.
    std::uint32_t kbit{600};
    std::string preset{"ultrafast"}; // x264 speed-preset: ultrafast, superfast, veryfast
    FrameMark mark{FrameMark::none};
    // Where pictures are kept while the server does not hear the camera (outage_watch.h); null:
    // they are not. Outlives the camera.
    RingShelf* ring{nullptr};
    std::chrono::seconds ring_segment{8};
    std::uint32_t ring_kbit{600}; // of the encoder meanwhile
    // For the way by TLS where UDP does not pass (path_choice.h); empty: there is none.
    video::StreamFiles certificates;
};

// The vehicle's time, as its vitals bear it.
using CameraClock = video::MarkClock;

class Camera {
  public:
    virtual ~Camera() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;
    // From now on pictures say when they were taken (capture_mark.h); nothing: the vehicle's clock
    // was never set, and they say nothing. To be told again each second: it may step.
    virtual void tell_clock(const std::optional<CameraClock>& clock) = 0;
    // Errors: invalid_argument (other camera, address, SSRC, key sizes).
    virtual Result<void> start(const wire::MediaSession& session) = 0;
    virtual void stop() = 0;
    // It works until it is told otherwise. Again: no event.
    virtual void duty(CameraDuty duty) = 0;
    // Pictures handed to the network since construction (their last packet was sent).
    [[nodiscard]] virtual std::uint64_t frames_sent() const = 0;
    // "off", "ok", or what is wrong, for Heartbeat.device_health.
    [[nodiscard]] virtual std::string health() const = 0;
};

// What the cameras of one vehicle have in common (video_uplink.h).
class VideoUplink;
struct UplinkPlace {
    std::shared_ptr<VideoUplink> uplink; // none: the camera is the only one
    std::size_t camera{0};               // which of the cameras of that uplink
};

// Errors: invalid_argument (options), io (login file), media (GStreamer cannot start).
Result<std::unique_ptr<Camera>> make_camera(const CameraOptions& options, UplinkPlace place = {});

} // namespace ems::vehicle
