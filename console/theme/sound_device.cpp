#include "console/theme/sound_device.h"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include "telemetry/base/log.h"

namespace ems::console {
namespace {

constexpr const char* kDescription =
    "appsrc name=in format=time is-live=false caps=\"audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1\" "
    "! audioconvert ! audioresample ! autoaudiosink name=out";
static_assert(kSoundRateHz == 48'000);

} // namespace

struct SoundDevice::Pipeline {
    explicit Pipeline(GstElement* made) : element(made) {}
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;
    ~Pipeline() {
        gst_element_set_state(element, GST_STATE_NULL);
        gst_object_unref(element);
    }
    GstElement* element;
};

SoundDevice::SoundDevice() {
    gst_init(nullptr, nullptr);
}

SoundDevice::~SoundDevice() = default;

// A pipeline of its own for each burst: a device that was pulled out and put back is found again.
bool SoundDevice::play(std::span<const std::int16_t> samples) {
    pipeline_.reset();
    GError* error = nullptr;
    GstElement* made = gst_parse_launch(kDescription, &error);
    if (error != nullptr) {
        EMS_LOG(warn, "sound", "no audio pipeline: {}", error->message);
        g_clear_error(&error);
    }
    if (made == nullptr) {
        return false;
    }
    pipeline_ = std::make_unique<Pipeline>(made);
    if (gst_element_set_state(made, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
        pipeline_.reset();
        return false;
    }
    GstElement* in = gst_bin_get_by_name(GST_BIN(made), "in");
    GstBuffer* buffer = gst_buffer_new_memdup(samples.data(), samples.size_bytes());
    GST_BUFFER_PTS(buffer) = 0;
    GST_BUFFER_DURATION(buffer) = gst_util_uint64_scale(samples.size(), GST_SECOND, kSoundRateHz);
    const bool pushed = gst_app_src_push_buffer(GST_APP_SRC(in), buffer) == GST_FLOW_OK; // takes the buffer
    gst_app_src_end_of_stream(GST_APP_SRC(in));
    gst_object_unref(in);
    return pushed;
}

void SoundDevice::stop() {
    pipeline_.reset();
}

} // namespace ems::console
