#include "telemetry/video/pipeline.h"

#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video-event.h>

#include "telemetry/base/assert.h"

namespace ems::video {
namespace {

bool start_gstreamer(std::string& why) {
    static std::mutex mutex;
    static bool started = false;
    const std::lock_guard lock{mutex};
    if (!started) {
        GError* error = nullptr;
        started = gst_init_check(nullptr, nullptr, &error) == TRUE;
        if (error != nullptr) {
            why = error->message;
            g_error_free(error);
        }
    }
    return started;
}

} // namespace

struct Pipeline::SampleSink {
    std::function<void(GstSample*)> call;
};
struct Pipeline::RequestSink {
    std::function<void()> call;
};

Pipeline::Pipeline(GstElement* owned) : pipeline_(owned) {}

Pipeline::~Pipeline() {
    stop();
    gst_object_unref(pipeline_);
}

Result<std::unique_ptr<Pipeline>> Pipeline::parse(const std::string& description) {
    std::string why;
    if (!start_gstreamer(why)) {
        return fail(Code::media, "GStreamer does not start: " + why);
    }
    GError* error = nullptr;
    GstElement* element =
        gst_parse_launch_full(description.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
    if (element == nullptr || error != nullptr) {
        std::string text = error != nullptr ? error->message : "no pipeline";
        if (error != nullptr) {
            g_error_free(error);
        }
        if (element != nullptr) {
            gst_object_unref(element);
        }
        return fail(Code::media, std::move(text));
    }
    EMS_ASSERT(GST_IS_PIPELINE(element));
    gst_object_ref_sink(element);
    return std::unique_ptr<Pipeline>{new Pipeline{element}};
}

Result<void> Pipeline::play() {
    if (gst_element_set_state(pipeline_, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
        const Words words = poll();
        return fail(Code::media, words.error.value_or("the pipeline does not start"));
    }
    return {};
}

void Pipeline::stop() {
    gst_element_set_state(pipeline_, GST_STATE_NULL);
}

void Pipeline::finish(std::int64_t limit_ms) {
    gst_element_send_event(pipeline_, gst_event_new_eos());
    GstBus* bus = gst_element_get_bus(pipeline_);
    GstMessage* message = gst_bus_timed_pop_filtered(
        bus, static_cast<GstClockTime>(limit_ms) * GST_MSECOND,
        static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    if (message != nullptr) {
        gst_message_unref(message);
    }
    gst_object_unref(bus);
    stop();
}

GstElement* Pipeline::element(const char* name) const {
    GstElement* found = gst_bin_get_by_name(GST_BIN(pipeline_), name);
    EMS_ASSERT(found != nullptr);
    gst_object_unref(found); // the bin holds it
    return found;
}

void Pipeline::set_text(const char* name, const char* property, const std::string& value) const {
    g_object_set(element(name), property, value.c_str(), nullptr);
}

Pipeline::Words Pipeline::poll(const std::function<void(GstMessage*)>& other) {
    Words words;
    GstBus* bus = gst_element_get_bus(pipeline_);
    while (GstMessage* message = gst_bus_pop(bus)) {
        if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && !words.error) {
            GError* error = nullptr;
            gst_message_parse_error(message, &error, nullptr);
            words.error = fmt::format("{}: {}", GST_OBJECT_NAME(message->src), error->message);
            words.no_space = g_error_matches(error, GST_RESOURCE_ERROR,
                                             GST_RESOURCE_ERROR_NO_SPACE_LEFT) == TRUE;
            g_error_free(error);
        } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
            words.ended = true;
        } else if (other) {
            other(message);
        }
        gst_message_unref(message);
    }
    gst_object_unref(bus);
    return words;
}

void Pipeline::on_sample(const char* name, std::function<void(GstSample*)> sink) {
    sample_sinks_.push_back(std::make_unique<SampleSink>(SampleSink{std::move(sink)}));
    GstAppSinkCallbacks callbacks{};
    callbacks.new_sample = [](GstAppSink* from, gpointer data) {
        if (GstSample* sample = gst_app_sink_pull_sample(from)) {
            static_cast<SampleSink*>(data)->call(sample);
            gst_sample_unref(sample);
        }
        return GST_FLOW_OK;
    };
    gst_app_sink_set_callbacks(GST_APP_SINK(element(name)), &callbacks, sample_sinks_.back().get(),
                               nullptr);
}

void Pipeline::on_key_frame_request(const char* name, const char* pad,
                                    std::function<void()> wanted) {
    request_sinks_.push_back(std::make_unique<RequestSink>(RequestSink{std::move(wanted)}));
    GstPad* found = gst_element_get_static_pad(element(name), pad);
    EMS_ASSERT(found != nullptr);
    gst_pad_add_probe(
        found, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
        [](GstPad*, GstPadProbeInfo* info, gpointer data) {
            if (gst_video_event_is_force_key_unit(GST_PAD_PROBE_INFO_EVENT(info)) == TRUE) {
                static_cast<RequestSink*>(data)->call();
            }
            return GST_PAD_PROBE_OK;
        },
        request_sinks_.back().get(), nullptr);
    gst_object_unref(found);
}

bool push_packet(GstElement* source, std::span<const std::uint8_t> packet) {
    GstBuffer* buffer = gst_buffer_new_memdup(packet.data(), packet.size());
    return gst_app_src_push_buffer(GST_APP_SRC(source), buffer) == GST_FLOW_OK;
}

std::string rtp_caps(std::uint32_t payload_type) {
    return fmt::format(
        "application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload={}",
        payload_type);
}

} // namespace ems::video
