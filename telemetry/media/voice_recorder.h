// Speech of the intercom on disk: one Ogg Opus file for each turn of a speaker, cut after a minute.
//     <root>/<date>/<vid>/voice/<HHMMSS.mmm>-<n>-<direction>.opus
// push() never waits: what the disk does not take in time is dropped and counted. Files grow page
// by page, so a killed process loses at most the last second. A file that cannot be written on ends
// with its last whole page, and the talk goes on in another as soon as the disk takes one, tried each
// second: each file begins with its head and holds what its row says.
//
// One thread calls all functions; a thread of its own writes.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "telemetry/base/bounded_queue.h"
#include "telemetry/base/clock.h"
#include "telemetry/media/ogg_opus.h"
#include "telemetry/media/voice_hub.h"

namespace ems::media {

// from_cabin: what a terminal's camera hears.
enum class VoiceDirection { from_crew, to_crew, from_cabin };
std::string_view name_of(VoiceDirection direction);

struct SpokenPacket {
    std::string vid;
    VoiceDirection direction{VoiceDirection::from_crew};
    std::string speaker;       // as in its row
    std::uint64_t turn{0};     // differs between turns of one line
    std::uint32_t timestamp{0}; // 48 kHz, of one turn
    Ticks arrived_at{};
    std::int64_t arrived_us{0}; // the same by UTC of this server, which may be set anew meanwhile
    // When it was spoken, by the speaker's clock as vitals bear it; of one who does not say it the
    // time of arrival (speech_time.h).
    std::int64_t spoken_us{0};
    std::vector<std::uint8_t> opus;
};

// Of what the intercom lets be heard.
SpokenPacket spoken_packet(const VoiceHub::Speech& speech, Ticks arrived_at, std::int64_t arrived_us);

// One file as it stands. Rows of media.voice_recording have the same fields.
struct VoiceFile {
    std::string path; // below the root
    std::string vid;
    VoiceDirection direction{VoiceDirection::from_crew};
    std::string speaker;
    std::int64_t first_us{0}; // when it was spoken, as above
    std::int64_t last_us{0};
    std::uint64_t packets_received{0};
    std::uint64_t packets_lost{0};
    std::uint64_t bytes{0};
    bool closed{false};
};

class VoiceRecorder {
  public:
    explicit VoiceRecorder(std::string root);
    ~VoiceRecorder(); // closes what is open
    VoiceRecorder(const VoiceRecorder&) = delete;
    VoiceRecorder& operator=(const VoiceRecorder&) = delete;

    void push(SpokenPacket packet) { queue_.push(std::move(packet)); }
    // The file of this path ends with what was spoken until now: what follows is of another incident.
    void cut(const std::string& path);
    // Files that changed since the last call, each as it stands now.
    std::vector<VoiceFile> poll();
    // By the queue, or because the disk did not take them.
    [[nodiscard]] std::uint64_t packets_dropped() const {
        return queue_.dropped() + packets_unwritten_;
    }
    // Writes what is queued and closes every file; push() takes nothing more.
    void end();

  private:
    struct Open;
    using Key = std::pair<std::string, VoiceDirection>;
    void run();
    void write(const SpokenPacket& packet);
    // False: the disk takes no file.
    bool open(const SpokenPacket& packet);
    void close(Open& open);
    // False: the file is given up.
    bool save(Open& open);
    void give_up(Open& open);
    void publish(const VoiceFile& file);
    [[nodiscard]] bool take_cut(const std::string& path);
    void look_after_files(Ticks now);

    static constexpr std::size_t kQueueMax = 4'096;   // 80 s of one speaker
    static constexpr std::size_t kChangedMax = 4'096; // files
    const std::string root_;
    BoundedQueue<SpokenPacket> queue_;
    std::atomic<bool> ending_{false};
    std::atomic<std::uint64_t> packets_unwritten_{0};
    std::map<Key, std::unique_ptr<Open>> open_; // of the writing thread
    std::uint64_t files_{0};
    std::optional<Ticks> retry_at_; // the disk failed
    std::mutex mutex_;
    std::map<std::string, VoiceFile> changed_; // by path
    std::set<std::string> cuts_;               // paths of files that are to end
    std::thread thread_;
};

} // namespace ems::media
