// One Matroska file of a recording, written picture by picture: what was handed over is on the disk
// as soon as the disk took it, so that the end of the process loses no more than what was on its
// way. Clusters are streamed and never patched, the file is unbuffered.
//
// push() and finish() on one thread, poll() on another; the file is written on GStreamer's own.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "telemetry/base/result.h"
#include "telemetry/video/pipeline.h"

typedef struct _GstBuffer GstBuffer;
typedef struct _GstCaps GstCaps;

namespace ems::video {

class SegmentFile {
  public:
    // Errors: media (the file cannot be made, or an element is missing).
    static Result<std::shared_ptr<SegmentFile>> open(const std::string& root, std::string path,
                                                     GstCaps* caps, std::int64_t first_us);

    // H.264 pictures as `caps` say; the first is the file's time 0. False when the disk is behind
    // by kWaitingMax bytes: the picture is dropped.
    bool push(GstBuffer* picture);
    // No picture follows; poll() tells when the file is complete.
    void finish();

    [[nodiscard]] const std::string& path() const { return path_; } // below the root
    [[nodiscard]] std::int64_t first_us() const { return first_us_; }
    // Nanoseconds between the first picture and this one.
    [[nodiscard]] std::uint64_t age_ns(GstBuffer* picture) const;
    // Other pictures than those the file began with, in size or profile, need a file of their own.
    [[nodiscard]] bool takes(GstCaps* caps) const;
    // Pictures it took.
    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    // Of these those that are in the file for certain.
    [[nodiscard]] std::uint64_t frames() const;
    // Bytes likewise; asks no disk.
    [[nodiscard]] std::uint64_t bytes() const { return complete_ ? handed_ : written_; }
    // Complete, or given up because of an error; its first error or end stays its last word.
    Pipeline::Words poll();
    // Returns when the disk has let the file go; nobody polls it any more. From any thread.
    void close() { pipeline_->stop(); }
    ~SegmentFile();

    static constexpr std::uint64_t kWaitingMax = 4'000'000;

  private:
    SegmentFile(std::string path, GstCaps* caps, std::int64_t first_us);
    void count_bytes(std::uint64_t bytes); // on the writing thread, before they are written

    const std::string path_;
    GstCaps* const caps_;
    const std::int64_t first_us_;
    std::uint64_t first_pts_;
    std::atomic<std::uint64_t> taken_{0};
    std::atomic<std::uint64_t> begun_{0}; // pictures on their way to the disk
    std::atomic<std::uint64_t> handed_{0};  // bytes, with what is being written
    std::atomic<std::uint64_t> written_{0}; // without it
    std::atomic<bool> complete_{false};
    GstElement* input_{nullptr};
    std::unique_ptr<Pipeline> pipeline_; // last: its threads end first
};

} // namespace ems::video
