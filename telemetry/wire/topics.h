// Topics of the wire, built and parsed at this one place:
//   ems/v1/{region}/{vid}/u/{kind}   vehicle to centre
//   ems/v1/{region}/{vid}/d/{kind}   centre to vehicle
//   ems/v1/{region}/srv/state        the servers' own presence, retained
// Pure functions, from any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"

namespace ems::wire {

enum class UpKind { birth, state, evt, gps, vit, wav, gap, bf, hb };
enum class DownKind { ack, cmd, cfg, watch, time, media, hb };

struct UpTopic {
    RegionCode region;
    VehicleId vid;
    UpKind kind{UpKind::hb};
    auto operator<=>(const UpTopic&) const = default;
};
struct DownTopic {
    RegionCode region;
    VehicleId vid;
    DownKind kind{DownKind::hb};
    auto operator<=>(const DownTopic&) const = default;
};
struct ServerStateTopic {
    RegionCode region;
    auto operator<=>(const ServerStateTopic&) const = default;
};
using Topic = std::variant<UpTopic, DownTopic, ServerStateTopic>;

// Errors: malformed, for anything that is not exactly one of the three forms.
Result<Topic> parse_topic(std::string_view text);

std::string up_topic(const RegionCode& region, const VehicleId& vid, UpKind kind);
std::string down_topic(const RegionCode& region, const VehicleId& vid, DownKind kind);
std::string server_state_topic(const RegionCode& region);

// Filters: one kind of every vehicle of a region; everything of them; everything sent to one vehicle.
std::string up_filter(const RegionCode& region, UpKind kind);
std::string up_filter(const RegionCode& region);
std::string down_filter(const RegionCode& region, const VehicleId& vid);

std::string_view name_of(UpKind kind);
std::string_view name_of(DownKind kind);

} // namespace ems::wire
