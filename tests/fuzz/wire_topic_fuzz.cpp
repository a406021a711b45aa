// Topics and the other short texts that name things: what is accepted is built again letter for
// letter, or means the same.
#include <string_view>

#include "map/geo/point.h"
#include "telemetry/base/assert.h"
#include "telemetry/ingest/seq_set.h"
#include "telemetry/wire/topics.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace ems;

std::string built(const wire::UpTopic& topic) {
    return wire::up_topic(topic.region, topic.vid, topic.kind);
}
std::string built(const wire::DownTopic& topic) {
    return wire::down_topic(topic.region, topic.vid, topic.kind);
}
std::string built(const wire::ServerStateTopic& topic) {
    return wire::server_state_topic(topic.region);
}

void fuzz_seq_set(std::string_view text) {
    const auto set = ingest::SeqSet::from_multirange(text);
    if (!set) {
        return;
    }
    const auto again = ingest::SeqSet::from_multirange(set->to_multirange());
    EMS_ASSERT(again.has_value() && *again == *set);
    EMS_ASSERT(!set->contains(set->upto() + 1) && !set->contains(set->first_missing(1)));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto topic = wire::parse_topic(text)) {
        EMS_ASSERT(std::visit([](const auto& it) { return built(it); }, *topic) == text);
    }
    if (const auto vid = VehicleId::parse(text)) {
        EMS_ASSERT(vid->str() == text && text.size() <= VehicleId::kLengthMax);
    }
    if (const auto region = RegionCode::parse(text)) {
        EMS_ASSERT(region->str() == text && text.size() == 6);
    }
    if (const auto at = map::parse_lat_lon(text)) {
        EMS_ASSERT(map::is_valid(*at));
    }
    fuzz_seq_set(text);
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    return {"ems/v1/140802/amb-xz01/u/gps",
            "ems/v1/140802/amb-xz01/d/cmd",
            "ems/v1/140802/srv/state",
            "amb-xz01",
            "140802",
            "35.0264,111.0075",
            "{[1,8),[10,12)}",
            "{[1,9223372036854775807)}",
            "{}"};
}
