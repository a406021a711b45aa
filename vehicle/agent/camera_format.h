// What a camera device is asked for, of what it offers: raw pictures or MJPEG, in a size and at a
// rate near those wanted. Left to itself GStreamer takes the largest picture, which many devices give
// five times a second.
#pragma once

#include "telemetry/base/result.h"
#include "telemetry/video/pipeline.h"
#include "vehicle/agent/camera_source.h"

typedef struct _GstCaps GstCaps;

namespace ems::vehicle {

// First what reaches the rate, then what reaches the size; of those the smallest, which costs least,
// and raw before MJPEG. Fixed caps that the caller owns; null when the device offers neither raw
// pictures nor MJPEG.
GstCaps* choose_format(const GstCaps* offered, PictureSize size, int fps);

// Opens the device of the elements "source" and "offer" (capture_description) and asks it for that.
// Errors: media (there is no such device, it is no camera, or is in use).
Result<void> ask_for_format(video::Pipeline& pipeline, PictureSize size, int fps);

} // namespace ems::vehicle
