// Tables of names and what is typed into them. The first byte of an input says what the rest is.
#include <cstring>
#include <string_view>

#include "map/gazetteer/gazetteer.h"
#include "map/geo/checksum.h"
#include "telemetry/base/assert.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using namespace ems::map;

enum Input : std::uint8_t { kTable, kQuery, kReadings, kLandmarks, kPlaces, kInputCount };

NameTable small_table() {
    NameTable table;
    table.han.add_reading(U'冯', "feng");
    table.han.add_reading(U'封', "feng");
    table.han.add_reading(U'村', "cun");
    table.han.add_reading(U'解', "jie");
    table.han.add_reading(U'解', "hai");
    table.han.set_simplified(U'馮', U'冯');
    table.readings = {{"解村", "hai cun", ""}};
    Feature village;
    village.name = "冯村";
    village.aliases = {"Fengcun"};
    village.at = {351650000, 1109800000};
    Feature road;
    road.kind = NameKind::road;
    road.name = "X818 解村";
    road.within = "冯村";
    table.features = {village, road};
    table.points = {{351650000, 1109800000}, {351660000, 1109810000}};
    table.lines = {{1, 0, 2}};
    return table;
}

// With a checksum that fits, so that what lies behind it is read.
void fuzz_table(std::string_view body) {
    auto bytes = print_names(NameTable{});
    constexpr std::size_t kHeaderBytes = 32;
    bytes.resize(kHeaderBytes + body.size());
    std::memcpy(bytes.data() + kHeaderBytes, body.data(), body.size());
    const std::uint64_t size = bytes.size();
    const std::uint64_t sum = checksum64(std::span{bytes}.subspan(kHeaderBytes));
    std::memcpy(bytes.data() + 16, &size, sizeof size);
    std::memcpy(bytes.data() + 24, &sum, sizeof sum);
    auto table = parse_names(bytes, "fuzz");
    if (!table) {
        return;
    }
    EMS_ASSERT(print_names(*table) == bytes);
    const Gazetteer gazetteer{std::move(*table)};
    static_cast<void>(gazetteer.search({"冯cun", Wgs84{35, 111}, 10}));
    static_cast<void>(gazetteer.named_in("冯村乡冯村三组", std::nullopt));
    const auto where = gazetteer.where({35.166, 110.98});
    EMS_ASSERT(where.has_value());
    static_cast<void>(gazetteer.describe(*where, Language::zh));
}

void fuzz_query(std::string_view text) {
    static const Gazetteer gazetteer{small_table()};
    const auto found = gazetteer.search({text, std::nullopt, 10});
    EMS_ASSERT(found.size() <= 2);
    static_cast<void>(gazetteer.named_in(text, Wgs84{35, 111}));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    switch (data[0] % kInputCount) {
    case kTable:
        fuzz_table(bytes);
        break;
    case kQuery:
        fuzz_query(bytes);
        break;
    case kReadings:
        static_cast<void>(parse_readings(bytes, "fuzz"));
        break;
    case kLandmarks:
        static_cast<void>(parse_landmarks(bytes, "fuzz"));
        break;
    default:
        static_cast<void>(parse_places(bytes, "fuzz"));
        break;
    }
    return 0;
}

std::vector<std::string> ems::test::fuzz_seeds() {
    // without the readings of 20,992 characters, which would drown the rest
    NameTable table = small_table();
    table.han = HanTable{};
    const auto bytes = print_names(table);
    std::string body{reinterpret_cast<const char*>(bytes.data()) + 32, bytes.size() - 32};
    return {std::string(1, '\0') + body,
            "\x01"
            "冯村乡 x818",
            "\x01"
            "fengcnu",
            "\x02"
            "text,reading,within\n解州,hai zhou,\n",
            "\x03"
            "school,\"冯村,小学\",35.1,110.9,3,冯村乡,a;b\n",
            "\x04"
            "village,冯村,35.1,110.9,300,冯村乡,a;b\n"};
}
