// Which camera stands in which tile. A camera keeps its tile as long as it is wanted: nothing jumps under the eye when a
// case comes or goes. Pure.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "console/model/desk_state.h"

namespace ems::console {

// A camera of the vehicle that has this incident's patient; with another patient it is another channel.
struct CameraChannel {
    std::int64_t unit_id{0};
    std::int64_t incident_id{0};
    std::string camera;
    auto operator<=>(const CameraChannel&) const = default;
};

enum class TileLayout : std::uint8_t { one = 1, four = 4, nine = 9 };
inline constexpr std::size_t kTilesMax = 9;
constexpr std::size_t tile_count(TileLayout layout) {
    return static_cast<std::size_t>(layout);
}

// The cabin is the first to be looked at, and what is asked for where nobody told which cameras send.
inline constexpr const char* kCabinCamera = "cabin";

// Cameras that may be looked at, most wanted first, at most kTilesMax: those of the selected case, then those of the other
// running cases in the order of the queue. `sending` is what the centre told last; one that hands over its patient is gone.
std::vector<CameraChannel> wanted_channels(const DeskState& state, const api::Cameras& sending, std::int64_t now_us);

class VideoSlots {
  public:
    [[nodiscard]] TileLayout layout() const { return layout_; }
    void set_layout(TileLayout layout) { layout_ = layout; }
    // Those that fit the layout; true when a tile got another channel or lost its own.
    bool update(std::span<const CameraChannel> wanted);
    // Of tile 0 to kTilesMax - 1.
    [[nodiscard]] const std::optional<CameraChannel>& at(std::size_t tile) const { return tiles_.at(tile); }

  private:
    TileLayout layout_{TileLayout::one};
    std::array<std::optional<CameraChannel>, kTilesMax> tiles_;
};

} // namespace ems::console
