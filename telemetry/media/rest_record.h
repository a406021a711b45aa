// What cameras say of their rest, on its way into the database: a camera that rests owes the record
// its vehicle's cases (media.note_rest, media.note_gap), and nothing between them.
//
// Pure: time is handed in. One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/media/hub.h"

namespace ems::media {

class RestRecord {
  public:
    // It rests, behind a while of neither picture nor word. Server clock; 0: no word before is known.
    struct Word {
        CameraKey camera;
        std::int64_t said_us{0};
        std::int64_t before_us{0};
    };
    // The newest word of a camera; server clock.
    struct Until {
        CameraKey camera;
        std::int64_t us{0};
    };

    // Often. `anew`, `newest`: as in CameraCounters; zero: none. `now` is `now_us` on the server clock.
    void hear(const CameraKey& camera, Ticks anew, Ticks newest, Ticks now, std::int64_t now_us);
    // Cameras that vehicles have no more.
    void forget_unless(const std::function<bool(const CameraKey&)>& wanted);

    // The next word that can be written: none is while pictures of its camera from before it wait.
    [[nodiscard]] const Word* next(const std::function<bool(const CameraKey&)>& waits) const;
    void written(const Word& word);
    // Words that came since the last call, of cameras that next() owes nothing: a minute apart.
    [[nodiscard]] std::vector<Until> take_moved();
    // They were not written.
    void put_back(const std::vector<Until>& words);

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

    static constexpr std::size_t kWaitingMax = 1024;

  private:
    struct Camera {
        Ticks anew{};
        std::int64_t newest_us{0};
        std::int64_t written_us{0};
        Ticks newest{};
    };
    std::map<CameraKey, Camera> cameras_; // as many as vehicles have
    std::deque<Word> waiting_;
    std::uint64_t dropped_{0};
};

} // namespace ems::media
