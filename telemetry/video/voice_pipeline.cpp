#include "telemetry/video/voice_pipeline.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include "telemetry/video/voice_packets.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;
using namespace std::string_view_literals;

constexpr const char* kSamples =
    "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1";
constexpr milliseconds kMeterHold{200};
constexpr GstClockTimeDiff kEncodedWithin = GST_SECOND; // else its time stamp is no time of capture
// Of a sound card: what its interrupt brings, and what it holds at most.
constexpr int kPeriodUs = 10'000;
constexpr int kBufferUs = 40'000;

bool names_device(std::string_view text) {
    return text.starts_with("alsa:") || text.starts_with("pulse:");
}

std::string device_part(std::string_view text, std::string_view element_end, const char* name) {
    const std::size_t colon = text.find(':');
    const bool named = colon + 1 < text.size();
    return fmt::format("{}{} name={} {} buffer-time={} latency-time={}", text.substr(0, colon),
                       element_end, name, named ? fmt::format("device=\"{}\"", text.substr(colon + 1)) : "",
                       kBufferUs, kPeriodUs);
}

std::string source_part(const std::string& source) {
    if (names_device(source)) {
        return device_part(source, "src", "microphone");
    }
    if (source.starts_with("file:")) {
        return "filesrc name=microphone ! wavparse ! audioconvert ! audioresample ! "
               "audiobuffersplit output-buffer-duration=1/100 ! identity sync=true";
    }
    if (source == "feed") {
        return fmt::format("appsrc name=microphone is-live=true format=time "
                           "max-bytes=96000 leaky-type=downstream caps=\"{}\"",
                           kSamples);
    }
    const std::string_view wave = source == "test:tone"    ? "sine"sv
                                  : source == "test:ticks" ? "ticks"sv
                                                           : "silence"sv;
    return fmt::format("audiotestsrc name=microphone is-live=true samplesperbuffer=480 wave={}", wave);
}

std::string sink_part(const std::string& sink) {
    if (names_device(sink)) {
        return device_part(sink, "sink", "loudspeaker") + " async=false";
    }
    if (sink.starts_with("file:")) {
        return "wavenc ! filesink name=loudspeaker async=false";
    }
    return "appsink name=loudspeaker sync=true async=false max-buffers=64 drop=true "
           "processing-deadline=0";
}

// The canceller of webrtcdsp alone: levelling is ours, and its noise suppression eats quiet speech.
// It is told when each sample was played (reference_part): what it finds out by itself
// (`delay-agnostic`) is wrong so often that it takes 5 to 13 dB of an echo.
std::string canceller_part(const std::string& probe) {
    return fmt::format(" ! webrtcdsp probe={} echo-cancel=true echo-suppression-level=high "
                       "delay-agnostic=false extended-filter=true gain-control=false "
                       "noise-suppression=false high-pass-filter=true",
                       probe);
}

// What is played, on its way to the canceller: a branch of its own (echo_reference.h).
std::string reference_part(const std::string& probe) {
    return fmt::format(" ! tee name=played played. ! identity name=reference ! webrtcechoprobe "
                       "name={} ! fakesink sync=false async=false played.",
                       probe);
}

std::string description(const VoiceDevices& devices, const std::string& probe) {
    const bool cancels = devices.echo == EchoCancel::on && devices.source != "none";
    std::string text = fmt::format(
        "appsrc name=in is-live=true format=time do-timestamp=true max-bytes=200000 "
        "leaky-type=downstream caps=\"application/x-rtp,media=audio,clock-rate=48000,"
        "encoding-name=OPUS,payload={}\" ! rtpjitterbuffer name=jitter latency=60 do-lost=true "
        "drop-on-latency=true ! rtpopusdepay ! opusdec plc=true ! audioconvert ! audioresample ! "
        "{} ! identity name=heard{} ! {}",
        kPayloadTypeOpus, kSamples,
        cancels ? reference_part(probe) : std::string{}, sink_part(devices.sink));
    if (devices.source != "none") {
        text += fmt::format(
            " {} ! audioconvert ! audioresample ! {} ! identity name=captured{} ! identity "
            "name=spoken ! valve name=gate drop=true ! opusenc audio-type=voice bitrate={} "
            "frame-size=20 bitrate-type=vbr complexity=5 ! rtpopuspay pt={} ! appsink name=out "
            "sync=false async=false max-buffers=64 drop=true",
            source_part(devices.source), kSamples,
            cancels ? canceller_part(probe) : std::string{}, kVoiceBitrate, kPayloadTypeOpus);
    }
    return text;
}

std::span<std::int16_t> as_samples(const GstMapInfo& map) {
    return {reinterpret_cast<std::int16_t*>(map.data), map.size / sizeof(std::int16_t)};
}

// Of a device whose plug-in is not installed; begins with the element, as its other failures do.
std::optional<std::string> missing_device(std::string_view text, std::string_view element_end,
                                          std::string_view name) {
    if (!names_device(text) || gst_is_initialized() == FALSE) {
        return std::nullopt;
    }
    const std::string element = fmt::format("{}{}", text.substr(0, text.find(':')), element_end);
    if (GstElementFactory* factory = gst_element_factory_find(element.c_str())) {
        gst_object_unref(factory);
        return std::nullopt;
    }
    return fmt::format("{}: no element {}, its plug-in is not installed", name, element);
}

void set_path(const Pipeline& pipeline, const char* element, const std::string& text) {
    if (text.starts_with("file:")) {
        pipeline.set_text(element, "location", text.substr(5));
    }
}

} // namespace

Result<void> check(const VoiceDevices& devices) {
    constexpr std::array kSources{"none"sv, "feed"sv, "test:tone"sv, "test:ticks"sv, "test:silence"sv};
    const auto usable = [](const std::string& text) {
        const bool file = text.starts_with("file:") && text.size() > 5;
        return (file || names_device(text)) && text.find_first_of("\"\\\n") == std::string::npos;
    };
    const bool known =
        std::find(kSources.begin(), kSources.end(), devices.source) != kSources.end();
    if (!known && !usable(devices.source)) {
        return fail(Code::invalid_argument,
                    "a microphone is none, alsa:DEVICE, pulse:DEVICE, file:PATH, test:tone, "
                    "test:ticks, test:silence or feed");
    }
    if (devices.sink != "none" && !usable(devices.sink)) {
        return fail(Code::invalid_argument,
                    "a loudspeaker is none, alsa:DEVICE, pulse:DEVICE or file:PATH");
    }
    return {};
}

VoicePipeline::VoicePipeline(VoiceCallbacks callbacks, std::optional<milliseconds> echo_delay)
    : callbacks_(std::move(callbacks)), leveller_(kVoiceRateHz), echo_(echo_delay) {}

VoicePipeline::~VoicePipeline() {
    pipeline_.reset();
}

Result<std::unique_ptr<VoicePipeline>>
VoicePipeline::make(const VoiceDevices& devices, VoiceCallbacks callbacks,
                    std::optional<milliseconds> echo_delay) {
    EMS_TRY(check(devices));
    static std::atomic<unsigned> made_before{0}; // webrtcdsp finds its probe by a name of the process
    auto parsed = Pipeline::parse(description(devices, fmt::format("echo{}", ++made_before)));
    if (!parsed) {
        auto missing = missing_device(devices.source, "src", "microphone");
        if (!missing) {
            missing = missing_device(devices.sink, "sink", "loudspeaker");
        }
        return missing ? fail(Code::media, *missing) : Failure{std::move(parsed).error()};
    }
    std::unique_ptr<VoicePipeline> voice{new VoicePipeline{std::move(callbacks), echo_delay}};
    voice->pipeline_ = std::move(*parsed);
    Pipeline& pipeline = *voice->pipeline_;
    set_path(pipeline, "loudspeaker", devices.sink);
    voice->tap("heard", voice->heard_end_);
    if (devices.echo == EchoCancel::on && devices.source != "none") {
        voice->echo_.attach(pipeline);
    }
    if (devices.sink == "none") {
        pipeline.on_sample("loudspeaker", [it = voice.get()](GstSample* sample) {
            GstMapInfo map;
            GstBuffer* buffer = gst_sample_get_buffer(sample);
            if (it->callbacks_.played && gst_buffer_map(buffer, &map, GST_MAP_READ) == TRUE) {
                it->callbacks_.played(as_samples(map), SystemClock{}.ticks());
                gst_buffer_unmap(buffer, &map);
            }
        });
    }
    if (devices.source != "none") {
        voice->microphone_ = pipeline.element("microphone");
        set_path(pipeline, "microphone", devices.source);
        voice->tap("captured", voice->captured_end_);
        voice->tap("spoken", voice->spoken_end_);
        pipeline.on_sample("out", [it = voice.get()](GstSample* sample) {
            GstMapInfo map;
            GstBuffer* buffer = gst_sample_get_buffer(sample);
            if (it->callbacks_.encoded && gst_buffer_map(buffer, &map, GST_MAP_READ) == TRUE) {
                it->callbacks_.encoded({map.data, map.size}, it->captured_at(sample));
                gst_buffer_unmap(buffer, &map);
            }
        });
    }
    if (auto playing = pipeline.play(); !playing) {
        return Failure{std::move(playing).error()};
    }
    return voice;
}

void VoicePipeline::tap(const char* element, TapEnd& end) {
    GstPad* pad = gst_element_get_static_pad(pipeline_->element(element), "src");
    gst_pad_add_probe(
        pad, GST_PAD_PROBE_TYPE_BUFFER,
        [](GstPad*, GstPadProbeInfo* info, gpointer data) {
            auto* to = static_cast<TapEnd*>(data);
            GstBuffer* buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
            GST_PAD_PROBE_INFO_DATA(info) = buffer;
            GstMapInfo map;
            if (gst_buffer_map(buffer, &map, GST_MAP_READWRITE) == TRUE) {
                to->owner->samples(to->tap, as_samples(map));
                gst_buffer_unmap(buffer, &map);
            }
            return GST_PAD_PROBE_OK;
        },
        &end, nullptr);
    gst_object_unref(pad);
}

void VoicePipeline::samples(Tap tap, std::span<std::int16_t> samples) {
    const Ticks now = SystemClock{}.ticks();
    if (tap == Tap::captured) {
        if (callbacks_.captured) {
            callbacks_.captured(samples, now);
        }
        return;
    }
    if (tap == Tap::spoken) {
        if (callbacks_.spoken) {
            callbacks_.spoken(samples, now);
        }
        leveller_.apply(samples);
    }
    const Loudness loudness = loudness_of(samples);
    const std::lock_guard lock{mutex_};
    (tap == Tap::spoken ? spoken_ : heard_) = {loudness, now};
}

// Its time stamp is the pipeline's time when the microphone gave it; what passed since is the
// encoder's doing.
Ticks VoicePipeline::captured_at(GstSample* sample) const {
    const GstClockTime at = gst_segment_to_running_time(gst_sample_get_segment(sample), GST_FORMAT_TIME,
                                                        GST_BUFFER_PTS(gst_sample_get_buffer(sample)));
    const GstClockTime now = gst_element_get_current_running_time(microphone_);
    const bool valid = GST_CLOCK_TIME_IS_VALID(at) && GST_CLOCK_TIME_IS_VALID(now);
    const GstClockTimeDiff passed = valid ? GST_CLOCK_DIFF(at, now) : 0;
    const std::chrono::nanoseconds ago{std::abs(passed) < kEncodedWithin ? passed : 0};
    return SystemClock{}.ticks() - std::chrono::duration_cast<Ticks::duration>(ago);
}

Loudness VoicePipeline::read(const Meter& meter, Ticks now) const {
    const std::lock_guard lock{mutex_};
    return now - meter.at < kMeterHold ? meter.loudness : Loudness{};
}

Loudness VoicePipeline::spoken(Ticks now) const {
    return read(spoken_, now);
}

Loudness VoicePipeline::heard(Ticks now) const {
    return read(heard_, now);
}

void VoicePipeline::set_gate(Gate gate) {
    if (microphone_ != nullptr) {
        g_object_set(pipeline_->element("gate"), "drop", gate == Gate::closed ? TRUE : FALSE,
                     nullptr);
    }
}

void VoicePipeline::set_jitter(milliseconds latency) {
    GstElement* jitter = pipeline_->element("jitter");
    g_object_set(jitter, "latency", static_cast<guint>(latency.count()), nullptr);
    GstObject* bin = gst_element_get_parent(jitter);
    gst_bin_recalculate_latency(GST_BIN(bin));
    gst_object_unref(bin);
}

void VoicePipeline::push(std::span<const std::uint8_t> rtp) {
    push_packet(pipeline_->element("in"), rtp);
}

void VoicePipeline::feed(std::span<const std::int16_t> samples) {
    GstClock* clock = gst_element_get_clock(microphone_);
    if (clock == nullptr) {
        return; // not playing yet
    }
    const GstClockTime now = gst_clock_get_time(clock) - gst_element_get_base_time(microphone_);
    gst_object_unref(clock);
    // Samples follow each other as a card's do, however late the thread that brings them.
    const GstClockTime length = gst_util_uint64_scale(samples.size(), GST_SECOND, kVoiceRateHz);
    const GstClockTime apart = now > fed_until_ ? now - fed_until_ : fed_until_ - now;
    const GstClockTime begin = apart < 40 * GST_MSECOND ? fed_until_ : now;
    fed_until_ = begin + length;
    GstBuffer* buffer = gst_buffer_new_memdup(samples.data(), samples.size_bytes());
    GST_BUFFER_PTS(buffer) = begin;
    GST_BUFFER_DURATION(buffer) = length;
    gst_app_src_push_buffer(GST_APP_SRC(microphone_), buffer);
}

} // namespace ems::video
