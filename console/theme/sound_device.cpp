#include "console/theme/sound_device.h"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <string_view>
#include <utility>
#include <vector>

#include "telemetry/base/log.h"

namespace ems::console {
namespace {

constexpr const char* kDescription =
    "appsrc name=in format=time is-live=false caps=\"audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1\" "
    "! audioconvert ! audioresample ! ";
static_assert(kSoundRateHz == 48'000);
constexpr std::size_t kProbeSamples = kSoundRateHz / 10;
// What autoaudiosink puts in where it finds no device: "fake-audio-sink" (gst-plugins-good, gstautodetect.c).
constexpr std::string_view kFake = "fake";

bool plays_into_nothing(GstElement* pipeline) {
    bool fake = false;
    GstIterator* parts = gst_bin_iterate_recurse(GST_BIN(pipeline));
    GValue part = G_VALUE_INIT;
    while (!fake && gst_iterator_next(parts, &part) == GST_ITERATOR_OK) {
        gchar* name = gst_element_get_name(GST_ELEMENT(g_value_get_object(&part)));
        fake = std::string_view{name}.starts_with(kFake);
        g_free(name);
        g_value_reset(&part);
    }
    g_value_unset(&part);
    gst_iterator_free(parts);
    return fake;
}

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

SoundDevice::SoundDevice(std::string sink) : sink_(std::move(sink)) {
    gst_init(nullptr, nullptr);
}

SoundDevice::~SoundDevice() = default;

// Of the burst that was played last.
bool SoundDevice::hasFailed() const {
    if (pipeline_ == nullptr) {
        return false;
    }
    GstBus* bus = gst_element_get_bus(pipeline_->element);
    GstMessage* error = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
    gst_object_unref(bus);
    if (error == nullptr) {
        return false;
    }
    gst_message_unref(error);
    return true;
}

// A pipeline of its own for each burst: a device that was pulled out and put back is found again.
bool SoundDevice::play(std::span<const std::int16_t> samples) {
    const bool failed = hasFailed();
    pipeline_.reset();
    GError* error = nullptr;
    GstElement* made = gst_parse_launch((std::string{kDescription} + sink_).c_str(), &error);
    if (error != nullptr) {
        EMS_LOG(warn, "sound", "no audio pipeline: {}", error->message);
        g_clear_error(&error);
    }
    if (made == nullptr) {
        return false;
    }
    pipeline_ = std::make_unique<Pipeline>(made);
    if (gst_element_set_state(made, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE || plays_into_nothing(made)) {
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
    return pushed && !failed;
}

bool SoundDevice::probe() {
    static const std::vector<std::int16_t> kSilence(kProbeSamples, 0);
    return play(kSilence);
}

void SoundDevice::stop() {
    pipeline_.reset();
}

} // namespace ems::console
