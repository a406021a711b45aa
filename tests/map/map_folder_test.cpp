#include "map/import/map_folder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/map/ascii_map.h"
#include "tests/support/temp_dir.h"

namespace ems::map {
namespace {

namespace fs = std::filesystem;

TEST(MapFolder, AnOrderOfOtherRoadsGoesWithThem) {
    const ems::test::TempDir dir;
    const MapPaths paths{dir.path().string()};
    const RoadGraph graph = test::AsciiMap{{"a--b--c"}}.graph();
    const auto write = [&](const RoadGraph& roads) {
        return write_map(dir.path().string(), roads, {}, {}, {}, {}).has_value();
    };
    ASSERT_TRUE(write(graph));
    std::ofstream{paths.order} << "order";
    ASSERT_TRUE(write(graph));
    EXPECT_TRUE(fs::exists(paths.order)) << "of the same roads";
    ASSERT_TRUE(write(test::AsciiMap{{"a--b--c--d"}}.graph()));
    EXPECT_FALSE(fs::exists(paths.order));
}

TEST(MapFolder, WithoutLandmarksItsNamesAreMadeOfTheRest) {
    const ems::test::TempDir dir;
    const MapPaths paths{dir.path().string()};
    ASSERT_TRUE(
        write_map(dir.path().string(), test::AsciiMap{{"a--b--c"}}.graph(), {}, {}, {}, {}));
    fs::remove(paths.landmarks);
    const auto count = rebuild_names(dir.path().string(), {});
    EXPECT_TRUE(count) << count.error().message();
    std::ofstream{paths.landmarks} << "not a table of landmarks";
    EXPECT_FALSE(rebuild_names(dir.path().string(), {})) << "one that is damaged is no absent one";
}

} // namespace
} // namespace ems::map
