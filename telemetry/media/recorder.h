// Writes one camera's stream into Matroska segments without decoding. Matroska, because a file that
// was cut off by a crash stays readable. A segment begins with a key frame, which is its time 0 and
// was taken at `first_us`; another begins at the first key frame after `segment_s`, and when the size
// of the picture changes. A closed segment is never touched again.
//
// push() never waits: what the writer cannot take (a slow disk) is dropped and counted, live video
// goes on; pictures that are in no file are counted, whatever the reason. One thread calls all
// functions; GStreamer's threads work behind, and the disk's closes files. After an error (a full
// disk) it goes on with a new file at the first key frame 5 s later.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/video/recording_state.h"
#include "telemetry/video/segment_file.h"

namespace ems::media {

// What a recorder may take of memory: its input, and each of the files that the disk is behind with.
inline constexpr std::size_t kRecorderInputBytesMax = 4'000'000;
inline constexpr std::size_t kRecorderFilesMax = 4;
inline constexpr std::size_t kRecorderBytesMax =
    kRecorderInputBytesMax + kRecorderFilesMax * video::SegmentFile::kWaitingMax;

struct RecorderOptions {
    std::string root; // record.dir
    std::string vid;
    std::string camera;
    std::int64_t segment_s{8}; // 1 to 60; cut at the next key frame
    // Does it on the disk's thread, in the order of the calls; false: too much waits there, and it
    // is asked again. Files are closed by it. Empty: poll() closes them and waits for the disk.
    std::function<bool(std::function<void()>)> on_disk{};
};

// One file as it stands. Rows of media.recording have the same fields.
struct Segment {
    std::string path;         // below the root
    // When its first and last picture were taken, by the vehicle's clock as its vitals bear it; of a
    // camera that does not say it (capture_mark.h) arrival by this server's.
    std::int64_t first_us{0};
    std::int64_t last_us{0};
    std::uint64_t frames{0};          // pictures in the file
    std::uint64_t frames_received{0}; // pictures whose last packet arrived meanwhile
    std::uint64_t packets_received{0};
    std::uint64_t packets_lost{0};
    std::uint64_t bytes{0};
    bool closed{false};
};

class Recorder {
  public:
    virtual ~Recorder() = default;
    // A decrypted RTP packet, numbers and time stamps going on over all sessions of the camera.
    // `lost`: numbers skipped before it. The first one opens a file. False when it was dropped.
    virtual bool push(std::span<const std::uint8_t> packet, std::uint32_t lost,
                      bool last_of_picture) = 0;
    // Every 200 ms or so. Segments that changed since the last call, each at most once a second
    // while it grows. A camera silent for 4 s has its file closed.
    virtual std::vector<Segment> poll() = 0;
    // Begins to close the file; poll() tells when it is closed. The next packet opens another.
    virtual void end() = 0;
    // The file of this path, if it is the one being written, ends at the next key frame, which is asked for, and begins another
    // file: what follows is of another incident. Nothing is lost between the two.
    virtual void cut(const std::string& path) = 0;
    [[nodiscard]] virtual bool ended() const = 0;
    // True once after the writer asked for a key frame to begin or cut at.
    virtual bool take_key_frame_request() = 0;
    [[nodiscard]] virtual std::uint64_t packets_dropped() const = 0;
    // Pictures that came and are in no file.
    [[nodiscard]] virtual std::uint64_t pictures_lost() const = 0;
    // Files that could not be opened or were given up.
    [[nodiscard]] virtual std::uint64_t failures() const = 0;
    // The camera sends and its pictures go into no file. Over when a file has been written for 5 s
    // longer than the pause behind the last failure, so that one that fails again and again fails
    // all the time.
    [[nodiscard]] virtual bool failing() const = 0;
    // The same for those who watch, with its reason; off is not the recorder's to say.
    [[nodiscard]] virtual video::RecordingState state() const = 0;

  protected:
    Recorder() = default;
};

// A folder that cannot be written shows in failing() and heals by itself.
std::unique_ptr<Recorder> make_recorder(RecorderOptions options);

} // namespace ems::media
