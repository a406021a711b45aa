#include "telemetry/media/terminal_sound.h"

#include <deque>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "telemetry/gateway/stream1078.h"
#include "telemetry/video/pipeline.h"

namespace ems::media {
namespace {

constexpr std::uint64_t kSamplesPerSecond = 8000;
constexpr std::uint64_t kUnreadBytesMax = 64 * 1024;
constexpr std::size_t kSpokenMax = 512; // pieces that the encoder has not given back

struct Encoding {
    std::uint8_t payload_type;
    std::uint64_t samples_per_byte;
    const char* caps;
    const char* decoder;
};
constexpr Encoding kEncodings[] = {
    {gateway::payload::kG711A, 1, "audio/x-alaw", "alawdec"},
    {gateway::payload::kG711U, 1, "audio/x-mulaw", "mulawdec"},
    {gateway::payload::kG726, 2, "audio/x-adpcm,layout=g726,bitrate=32000", "avdec_g726"},
};

std::string_view without_chip_header(std::string_view body) {
    constexpr std::size_t kHeader = 4;
    const bool there = body.size() > kHeader && body[0] == 0 && body[1] == 1 && body[3] == 0 &&
                       2U * static_cast<std::uint8_t>(body[2]) == body.size() - kHeader;
    return there ? body.substr(kHeader) : body;
}

class GstSound final : public TerminalSound {
  public:
    GstSound(std::unique_ptr<video::Pipeline> pipeline, std::uint64_t samples_per_byte)
        : samples_per_byte_(samples_per_byte), pipeline_(std::move(pipeline)),
          in_(pipeline_->element("in")) {}

    Result<void> play() {
        pipeline_->on_sample("out", [this](GstSample* sample) { take(sample); });
        return pipeline_->play();
    }

    void push(std::string_view body, std::int64_t spoken_us) override {
        body = without_chip_header(body);
        if (body.empty() || ended_ ||
            gst_app_src_get_current_level_bytes(GST_APP_SRC(in_)) > kUnreadBytesMax) {
            return;
        }
        GstBuffer* buffer = gst_buffer_new_memdup(body.data(), body.size());
        const auto time_at = [](std::uint64_t samples) {
            return gst_util_uint64_scale(samples, GST_SECOND, kSamplesPerSecond);
        };
        GST_BUFFER_PTS(buffer) = time_at(samples_);
        samples_ += body.size() * samples_per_byte_;
        GST_BUFFER_DURATION(buffer) = time_at(samples_) - GST_BUFFER_PTS(buffer);
        {
            const std::lock_guard lock{mutex_};
            spoken_.push_back({GST_BUFFER_PTS(buffer), spoken_us});
            if (spoken_.size() > kSpokenMax) {
                spoken_.pop_front();
            }
        }
        gst_app_src_push_buffer(GST_APP_SRC(in_), buffer);
    }

    std::vector<SoundPacket> poll() override {
        const video::Pipeline::Words words = pipeline_->poll();
        if (words.error) {
            EMS_LOG(warn, "jt1078", "sound is not decoded: {}", *words.error);
            ended_ = true;
        }
        const std::lock_guard lock{mutex_};
        return std::exchange(packets_, {});
    }

  private:
    void take(GstSample* sample) {
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        // The stream's head, which the encoder sends first, is written by the recorder.
        if (buffer == nullptr || GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_HEADER)) {
            return;
        }
        GstMapInfo map;
        if (gst_buffer_map(buffer, &map, GST_MAP_READ) == 0) {
            return;
        }
        const std::lock_guard lock{mutex_};
        const std::int64_t spoken = spoken_us(GST_BUFFER_PTS(buffer));
        if (packets_.size() < kSoundPacketsMax) {
            packets_.push_back({spoken, {map.data, map.data + map.size}});
        }
        gst_buffer_unmap(buffer, &map);
    }

    // With the mutex held. Nothing is encoded before a piece of it was pushed.
    std::int64_t spoken_us(GstClockTime at) {
        while (spoken_.size() > 1 && spoken_[1].at <= at) {
            spoken_.pop_front();
        }
        const Spoken& piece = spoken_.front();
        return GST_CLOCK_TIME_IS_VALID(at) && at > piece.at
                   ? piece.us + static_cast<std::int64_t>((at - piece.at) / GST_USECOND)
                   : piece.us;
    }

    struct Spoken {
        GstClockTime at{0}; // the pipeline's time of its first sample
        std::int64_t us{0};
    };
    const std::uint64_t samples_per_byte_;
    std::uint64_t samples_{0};
    bool ended_{false};
    std::mutex mutex_;
    std::vector<SoundPacket> packets_;
    std::deque<Spoken> spoken_; // the oldest is that of the newest packet
    std::unique_ptr<video::Pipeline> pipeline_; // its threads end before what they use
    GstElement* in_;
};

} // namespace

void TerminalSound::prepare() {
    for (const Encoding& encoding : kEncodings) {
        if (const auto made = make(encoding.payload_type); !made) {
            EMS_LOG(warn, "jt1078", "no sound of encoding {}: {}", encoding.payload_type,
                    made.error().message());
        }
    }
}

Result<std::unique_ptr<TerminalSound>> TerminalSound::make(std::uint8_t payload_type) {
    for (const Encoding& encoding : kEncodings) {
        if (encoding.payload_type != payload_type) {
            continue;
        }
        auto pipeline = video::Pipeline::parse(
            fmt::format("appsrc name=in format=time block=false caps={},rate={},channels=1 ! {} ! "
                        "audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! "
                        "opusenc frame-size=20 bitrate=24000 ! appsink name=out sync=false",
                        encoding.caps, kSamplesPerSecond, encoding.decoder));
        if (!pipeline) {
            return Failure{std::move(pipeline).error()};
        }
        auto sound = std::make_unique<GstSound>(std::move(*pipeline), encoding.samples_per_byte);
        EMS_TRY(sound->play());
        return sound;
    }
    return fail(Code::unsupported_version,
                "sound of type " + std::to_string(payload_type) + " is not known here");
}

} // namespace ems::media
