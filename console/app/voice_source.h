// The intercom's endpoint behind IntercomLine. Starting GStreamer and opening devices take from milliseconds to seconds:
// the endpoint is made on a thread of this object's, once, and only when a first grant comes.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "console/widgets/intercom.h"
#include "telemetry/video/voice_endpoint.h"

namespace ems::console {

class VoiceSource final : public IntercomLine {
  public:
    // `files`: of the desk's connection to the centre, for a line that goes by TLS where UDP is blocked.
    VoiceSource(video::VoiceDevices devices, video::StreamFiles files);
    ~VoiceSource() override; // waits for the thread
    VoiceSource(const VoiceSource&) = delete;
    VoiceSource& operator=(const VoiceSource&) = delete;

    void open(const api::VoiceGrant& grant) override;
    void close() override;
    void press(video::Talk talk) override;
    void wish(video::LineWish line) override;
    // The centre's time, by which what this desk says is recorded; each second.
    void tell_clock(const video::MarkClock& clock);
    [[nodiscard]] video::VoiceStatus status() const override;

  private:
    void run();
    void follow();

    const video::VoiceDevices devices_;
    const video::StreamFiles files_;
    mutable std::mutex mutex_; // everything below but the thread
    std::condition_variable wanted_;
    bool stopping_{false};
    bool asked_for_{false};
    std::optional<video::VoiceTicket> ticket_;
    std::optional<video::MarkClock> clock_;
    std::string problem_;
    std::unique_ptr<video::VoiceEndpoint> endpoint_;
    std::thread thread_; // last
};

} // namespace ems::console
