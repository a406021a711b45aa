#include "vehicle/agent/camera_source.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>

namespace ems::vehicle {
namespace {

using namespace std::string_view_literals;
using Kind = CameraSource::Kind;

constexpr std::size_t kWhereMax = 512;
constexpr std::size_t kLoginMax = 256;

Failure unknown() {
    return fail(Code::invalid_argument,
                "camera source must be test:ball, test:smpte, file:PATH, v4l2:DEVICE or "
                "rtsp://HOST[:PORT]/PATH");
}

// What converts costs nothing where the source already gives what is asked for.
constexpr std::string_view kConvert = "videoconvert n-threads=1 ! videoscale ! videorate ! ";
// A picture that comes while the one before is still being encoded replaces it.
constexpr std::string_view kNewest =
    "queue leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 ! ";

} // namespace

Result<CameraSource> parse_camera_source(std::string_view text) {
    if (text.starts_with("rtsp://")) {
        const std::string_view host = text.substr(7, text.find('/', 7) - 7);
        if (host.empty() || text.size() > kWhereMax) {
            return unknown();
        }
        if (host.find('@') != std::string_view::npos) {
            return fail(Code::invalid_argument,
                        "user and password of an RTSP camera belong into its login file");
        }
        return CameraSource{Kind::rtsp, std::string{text}};
    }
    constexpr std::array kKinds{std::pair{"test:"sv, Kind::test}, std::pair{"file:"sv, Kind::file},
                                std::pair{"v4l2:"sv, Kind::v4l2}};
    for (const auto& [prefix, kind] : kKinds) {
        if (!text.starts_with(prefix)) {
            continue;
        }
        const std::string_view where = text.substr(prefix.size());
        const bool known = kind != Kind::test || where == "ball" || where == "smpte";
        if (where.empty() || where.size() > kWhereMax || !known) {
            return unknown();
        }
        return CameraSource{kind, std::string{where}};
    }
    return unknown();
}

std::string capture_description(const CameraSource& source, PictureSize size, int fps) {
    const std::string caps = fmt::format(
        "video/x-raw,format=I420,width={},height={},framerate={}/1", size.width, size.height, fps);
    switch (source.kind) {
    case Kind::test:
        return fmt::format("videotestsrc is-live=true pattern={} ! {}", source.where, caps);
    case Kind::file:
        return fmt::format("filesrc name=source ! decodebin ! {}{} ! identity sync=true", kConvert,
                           caps);
    case Kind::v4l2:
        return fmt::format("v4l2src name=source ! capsfilter name=offer ! decodebin ! {}{}{}", kNewest, kConvert, caps);
    case Kind::rtsp:
        // Over TCP: the vehicle's own wire, and no port is opened for it.
        return fmt::format("rtspsrc name=source protocols=tcp latency=100 tcp-timeout=5000000 ! "
                           "application/x-rtp,media=video ! decodebin ! {}{}{}",
                           kNewest, kConvert, caps);
    }
    return {};
}

std::string_view source_property(Kind kind) {
    switch (kind) {
    case Kind::test:
        return {};
    case Kind::v4l2:
        return "device";
    case Kind::file:
    case Kind::rtsp:
        return "location";
    }
    return {};
}

Result<CameraLogin> load_camera_login(const std::string& path) {
    std::ifstream file{path};
    std::string line;
    if (!file || !std::getline(file, line)) {
        return fail(Code::io, "the camera's login file " + path + " cannot be read");
    }
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string::npos || line.size() > kLoginMax) {
        return fail(Code::invalid_argument,
                    "the camera's login file " + path + " does not hold user:password");
    }
    return CameraLogin{line.substr(0, colon), line.substr(colon + 1)};
}

} // namespace ems::vehicle
