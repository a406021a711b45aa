#include "telemetry/video/echo_reference.h"

#include <algorithm>
#include <span>

#include <gst/gst.h>

#include "telemetry/video/pipeline.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// The canceller's filter may begin before the echo, never behind it.
constexpr milliseconds kLead{10};
// What it has learned stands in its way after a shift, for up to half a minute; a delay shorter than
// this it learns a part of by itself.
constexpr milliseconds kWorthIt{80};
// Less it learns by itself, and a machine out of breath strays by it.
constexpr milliseconds kElsewhere{30};

milliseconds shift_for(std::optional<milliseconds> delay) {
    return delay ? std::max(*delay - kLead, milliseconds{0}) : milliseconds{0};
}

// Calls `look` with its samples and their time.
template <class Look> void look_at(GstBuffer* buffer, Look look) {
    GstMapInfo map;
    if (GST_BUFFER_PTS_IS_VALID(buffer) && gst_buffer_map(buffer, &map, GST_MAP_READ) == TRUE) {
        look(std::span{reinterpret_cast<const std::int16_t*>(map.data),
                       map.size / sizeof(std::int16_t)},
             nanoseconds{static_cast<std::int64_t>(GST_BUFFER_PTS(buffer))});
        gst_buffer_unmap(buffer, &map);
    }
}

void add_probe(GstElement* element, GstPadProbeType type, GstPadProbeCallback call, void* data) {
    GstPad* pad = gst_element_get_static_pad(element, "src");
    gst_pad_add_probe(pad, type, call, data, nullptr);
    gst_object_unref(pad);
}

// The canceller's probe reckons that it sees a sample earlier than it is played by the latency
// before it, which is not so: the jitter buffer holds the sample for that long.
GstPadProbeReturn no_latency_before(GstPad*, GstPadProbeInfo* info, gpointer) {
    GstQuery* query = GST_PAD_PROBE_INFO_QUERY(info);
    if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY) {
        return GST_PAD_PROBE_OK;
    }
    gst_query_set_latency(query, TRUE, 0, GST_CLOCK_TIME_NONE);
    return GST_PAD_PROBE_HANDLED;
}

} // namespace

EchoReference::EchoReference(std::optional<milliseconds> known)
    : known_(known), shift_(shift_for(known)) {}

void EchoReference::attach(const Pipeline& pipeline) {
    GstElement* reference = pipeline.element("reference");
    add_probe(reference, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM, no_latency_before, nullptr);
    add_probe(
        reference, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
        [](GstPad*, GstPadProbeInfo* info, gpointer self) {
            static_cast<EchoReference*>(self)->note_latency(GST_PAD_PROBE_INFO_EVENT(info));
            return GST_PAD_PROBE_OK;
        },
        this);
    add_probe(
        reference, GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo* info, gpointer self) {
            GST_PAD_PROBE_INFO_DATA(info) =
                static_cast<EchoReference*>(self)->shift_played(GST_PAD_PROBE_INFO_BUFFER(info));
            return GST_PAD_PROBE_OK;
        },
        this);
    add_probe(
        pipeline.element("captured"), GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo* info, gpointer self) {
            static_cast<EchoReference*>(self)->note_captured(GST_PAD_PROBE_INFO_BUFFER(info));
            return GST_PAD_PROBE_OK;
        },
        this);
}

void EchoReference::note_latency(GstEvent* event) {
    if (GST_EVENT_TYPE(event) == GST_EVENT_LATENCY) {
        GstClockTime latency = 0;
        gst_event_parse_latency(event, &latency);
        latency_ns_ = GST_CLOCK_TIME_IS_VALID(latency) ? static_cast<std::int64_t>(latency) : 0;
    }
}

void EchoReference::note_captured(GstBuffer* buffer) {
    look_at(buffer, [this](std::span<const std::int16_t> samples, nanoseconds at) {
        const std::lock_guard lock{mutex_};
        delay_.captured(samples, at);
    });
}

milliseconds EchoReference::shift() {
    const auto delay = delay_.found();
    const milliseconds wanted = delay ? shift_for(delay) : shift_;
    if (std::chrono::abs(wanted - shift_) >= kWorthIt) {
        shift_ = wanted;
    }
    return shift_;
}

GstBuffer* EchoReference::shift_played(GstBuffer* buffer) {
    milliseconds by{0};
    look_at(buffer, [&](std::span<const std::int16_t> samples, nanoseconds at) {
        const std::lock_guard lock{mutex_};
        delay_.played(samples, at + nanoseconds{latency_ns_});
        by = shift();
    });
    if (by > milliseconds{0}) {
        buffer = gst_buffer_make_writable(buffer);
        GST_BUFFER_PTS(buffer) += static_cast<GstClockTime>(nanoseconds{by}.count());
    }
    return buffer;
}

std::optional<milliseconds> EchoReference::found() const {
    const std::lock_guard lock{mutex_};
    const auto delay = delay_.found();
    return delay ? delay : known_;
}

bool EchoReference::began_elsewhere() const {
    const auto delay = found();
    return delay && std::chrono::abs(shift_for(delay) - shift_for(known_)) >= kElsewhere;
}

} // namespace ems::video
