// What an echo canceller is given to know what is played, and when: the branch of a VoicePipeline
// with the elements "reference" and, in front of the canceller, "captured". The canceller takes
// a sample for played at its time stamp and the pipeline's latency; what the sound card holds beyond
// that, found by EchoDelay, is added to the time stamps here.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "telemetry/video/echo_delay.h"

typedef struct _GstBuffer GstBuffer;
typedef struct _GstEvent GstEvent;

namespace ems::video {

class Pipeline;

class EchoReference {
  public:
    // `known`: found before with these devices; the canceller begins at it.
    explicit EchoReference(std::optional<std::chrono::milliseconds> known);
    // Before play(). The pipeline ends before this object.
    void attach(const Pipeline& pipeline);
    // From any thread; nothing: no echo was found yet.
    [[nodiscard]] std::optional<std::chrono::milliseconds> found() const;
    // What was found is so far from where the canceller began that it learned at the wrong place: one
    // that begins with it, in a pipeline of its own, learns better.
    [[nodiscard]] bool began_elsewhere() const;

  private:
    // On the pipeline's threads.
    void note_latency(GstEvent* event);
    void note_captured(GstBuffer* buffer);
    // Takes the buffer and gives it back, later by what was found.
    GstBuffer* shift_played(GstBuffer* buffer);
    [[nodiscard]] std::chrono::milliseconds shift();

    std::atomic<std::int64_t> latency_ns_{0};
    const std::optional<std::chrono::milliseconds> known_;
    mutable std::mutex mutex_; // guards those below
    EchoDelay delay_;
    std::chrono::milliseconds shift_;
};

} // namespace ems::video
