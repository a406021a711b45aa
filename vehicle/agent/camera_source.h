// Where a camera's pictures come from, and the part of the pipeline that brings them, whatever the
// source, to one form: I420 of the camera's size at its rate. Pure: text in, text out; what comes
// from the configuration is set as a property of the element "source", never put into the text.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::vehicle {

struct CameraSource {
    enum class Kind {
        test, // a picture of GStreamer, drawn on
        file, // played in a loop, in real time
        v4l2, // a device of this machine, found again when it is plugged in
        rtsp  // a camera of the vehicle's network
    };
    Kind kind{Kind::test};
    std::string where; // pattern, path, device or URL
};

// "test:ball", "test:smpte", "file:/path", "v4l2:/dev/video0", "rtsp://host[:port]/path". A URL has
// no user or password: they stand in a file of their own. Errors: invalid_argument.
Result<CameraSource> parse_camera_source(std::string_view text);

struct PictureSize {
    int width{640};
    int height{360};
};

// For Pipeline::parse; ends with caps of raw pictures. The element "source" has the property that
// source_property() names, to be set to `where` (a test picture has none).
std::string capture_description(const CameraSource& source, PictureSize size, int fps);
// "location" or "device"; "" for a test picture.
std::string_view source_property(CameraSource::Kind kind);

// User and password of an RTSP camera from a file of one line "user:password". Errors: io,
// invalid_argument.
struct CameraLogin {
    std::string user;
    std::string password;
};
Result<CameraLogin> load_camera_login(const std::string& path);

} // namespace ems::vehicle
