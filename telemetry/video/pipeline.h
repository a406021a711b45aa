// The rim of GStreamer: owned pipelines and nothing shared. Elements' threads are GStreamer's own;
// a Pipeline object is used by one thread, which polls its bus, and its destructor returns only
// when those threads have ended.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/base/result.h"

typedef struct _GstElement GstElement;
typedef struct _GstMessage GstMessage;
typedef struct _GstSample GstSample;

namespace ems::video {

class Pipeline {
  public:
    // Builds from a description in the syntax of gst-launch and leaves it stopped. Text that comes
    // from outside is set as a property by element(), never put into the description. Errors: media
    // (unknown element or property).
    static Result<std::unique_ptr<Pipeline>> parse(const std::string& description);
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    // Errors: media.
    Result<void> play();
    void stop();
    // Lets the elements finish (a recorder closes its file): end of stream, then up to `limit_ms`
    // for it to arrive, then stop.
    void finish(std::int64_t limit_ms);

    // The named element of the description; asserts that it is there. Valid as long as the
    // pipeline.
    [[nodiscard]] GstElement* element(const char* name) const;

    // Sets a text property of the named element.
    void set_text(const char* name, const char* property, const std::string& value) const;

    // What the bus said since the last call. The first error or the end of the stream is the
    // pipeline's last word.
    struct Words {
        std::optional<std::string> error;
        bool no_space{false}; // that error: the disk is full
        bool ended{false};
    };
    Words poll(const std::function<void(GstMessage*)>& other = {});

    // Calls `sink` for each sample that the appsink `name` gets, on GStreamer's thread. Before
    // play().
    void on_sample(const char* name, std::function<void(GstSample*)> sink);
    // Calls `wanted` on GStreamer's thread when an element behind the pad `pad` of `name` asks for
    // a key frame.
    void on_key_frame_request(const char* name, const char* pad, std::function<void()> wanted);

  private:
    explicit Pipeline(GstElement* owned);
    struct SampleSink;
    struct RequestSink;
    GstElement* pipeline_;
    std::vector<std::unique_ptr<SampleSink>> sample_sinks_;
    std::vector<std::unique_ptr<RequestSink>> request_sinks_;
};

// Copies a packet into the appsrc `source`. False when it is full or stopped: the packet is
// dropped.
bool push_packet(GstElement* source, std::span<const std::uint8_t> packet);

// RTP caps of H.264 as this product sends it, for an appsrc in a description.
std::string rtp_caps(std::uint32_t payload_type);

} // namespace ems::video
