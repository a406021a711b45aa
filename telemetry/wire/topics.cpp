#include "telemetry/wire/topics.h"

#include <array>
#include <optional>

namespace ems::wire {
namespace {

constexpr std::string_view kRoot = "ems/v1/";
constexpr std::size_t kTopicLengthMax = 64;

constexpr std::array kUpKinds{UpKind::birth, UpKind::state, UpKind::evt, UpKind::gps, UpKind::vit,
                              UpKind::wav,   UpKind::gap,   UpKind::bf,  UpKind::hb};
constexpr std::array kDownKinds{DownKind::ack,  DownKind::cmd,   DownKind::cfg, DownKind::watch,
                                DownKind::time, DownKind::media, DownKind::hb};

template <class Kinds> auto kind_named(const Kinds& kinds, std::string_view name) {
    std::optional<typename Kinds::value_type> out;
    for (const auto kind : kinds) {
        if (name_of(kind) == name) {
            out = kind;
        }
    }
    return out;
}

std::string vehicle_prefix(const RegionCode& region, const VehicleId& vid) {
    return std::string{kRoot} + region.str() + "/" + vid.str();
}

// The part before the next '/', removed from `rest`.
std::string_view next_level(std::string_view& rest) {
    const std::size_t end = rest.find('/');
    const std::string_view level = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return level;
}

} // namespace

std::string_view name_of(UpKind kind) {
    switch (kind) {
    case UpKind::birth:
        return "birth";
    case UpKind::state:
        return "state";
    case UpKind::evt:
        return "evt";
    case UpKind::gps:
        return "gps";
    case UpKind::vit:
        return "vit";
    case UpKind::wav:
        return "wav";
    case UpKind::gap:
        return "gap";
    case UpKind::bf:
        return "bf";
    case UpKind::hb:
        return "hb";
    }
    return "";
}

std::string_view name_of(DownKind kind) {
    switch (kind) {
    case DownKind::ack:
        return "ack";
    case DownKind::cmd:
        return "cmd";
    case DownKind::cfg:
        return "cfg";
    case DownKind::watch:
        return "watch";
    case DownKind::time:
        return "time";
    case DownKind::media:
        return "media";
    case DownKind::hb:
        return "hb";
    }
    return "";
}

Result<Topic> parse_topic(std::string_view text) {
    const auto malformed = [] { return fail(Code::malformed, "not a topic of this system"); };
    if (text.size() > kTopicLengthMax || !text.starts_with(kRoot)) {
        return malformed();
    }
    std::string_view rest = text.substr(kRoot.size());
    const Result<RegionCode> region = RegionCode::parse(next_level(rest));
    if (!region) {
        return malformed();
    }
    if (rest == "srv/state") {
        return Topic{ServerStateTopic{*region}};
    }
    const Result<VehicleId> vid = VehicleId::parse(next_level(rest));
    if (!vid) {
        return malformed();
    }
    const std::string_view direction = next_level(rest);
    if (direction == "u") {
        if (const auto kind = kind_named(kUpKinds, rest)) {
            return Topic{UpTopic{*region, *vid, *kind}};
        }
    }
    if (direction == "d") {
        if (const auto kind = kind_named(kDownKinds, rest)) {
            return Topic{DownTopic{*region, *vid, *kind}};
        }
    }
    return malformed();
}

std::string up_topic(const RegionCode& region, const VehicleId& vid, UpKind kind) {
    return vehicle_prefix(region, vid) + "/u/" + std::string{name_of(kind)};
}

std::string down_topic(const RegionCode& region, const VehicleId& vid, DownKind kind) {
    return vehicle_prefix(region, vid) + "/d/" + std::string{name_of(kind)};
}

std::string server_state_topic(const RegionCode& region) {
    return std::string{kRoot} + region.str() + "/srv/state";
}

std::string up_filter(const RegionCode& region, UpKind kind) {
    return std::string{kRoot} + region.str() + "/+/u/" + std::string{name_of(kind)};
}

std::string up_filter(const RegionCode& region) {
    return std::string{kRoot} + region.str() + "/+/u/#";
}

std::string down_filter(const RegionCode& region, const VehicleId& vid) {
    return vehicle_prefix(region, vid) + "/d/#";
}

} // namespace ems::wire
