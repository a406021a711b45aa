#include <algorithm>
#include <cmath>
#include <concepts>
#include <functional>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "map/geo/checksum.h"
#include "map/geo/gcj02.h"
#include "map/geo/grid_index.h"
#include "map/geo/point.h"
#include "map/geo/polyline.h"
#include "map/geo/spread_sort.h"

namespace ems::map {
namespace {

template <class A, class B> constexpr bool kConverts = std::is_convertible_v<A, B>;
template <class A, class B>
constexpr bool kMixes = kConverts<A, B> || std::is_constructible_v<A, B> ||
                        std::is_assignable_v<A&, B> || std::equality_comparable_with<A, B>;
static_assert(!kMixes<Wgs84, Gcj02> && !kMixes<Gcj02, Wgs84> && !kMixes<Gcj02, Bd09> &&
              !kMixes<Bd09, Gcj02> && !kMixes<Wgs84, Bd09> && !kMixes<Bd09, Wgs84>);
template <class P> constexpr bool kMeasures = requires(P p, Wgs84 w) {
    distance_m(w, p);
}
|| requires(P p) {
    to_e7(p);
};
static_assert(kMeasures<Wgs84> && !kMeasures<Gcj02> && !kMeasures<Bd09>);

struct DatumCase {
    Wgs84 wgs;
    Gcj02 gcj;
    Bd09 bd;
    double offset_m;
};
const DatumCase kDatumCases[] = {
    {{35.0264, 111.0075}, {35.0256634, 111.0133146}, {35.0319146, 111.0197211}, 535.8},
    {{39.908823, 116.397470}, {39.9102265, 116.4037136}, {39.9165658, 116.4100865}, 554.9},
};

TEST(Datum, ConvertsThePublishedVectors) {
    for (const DatumCase& c : kDatumCases) {
        const Gcj02 gcj = to_gcj02(c.wgs);
        EXPECT_NEAR(gcj.lat, c.gcj.lat, 6e-8);
        EXPECT_NEAR(gcj.lon, c.gcj.lon, 6e-8);
        const Bd09 bd = to_bd09(gcj);
        EXPECT_NEAR(bd.lat, c.bd.lat, 6e-8);
        EXPECT_NEAR(bd.lon, c.bd.lon, 6e-8);
        EXPECT_NEAR(distance_m(c.wgs, {gcj.lat, gcj.lon}), c.offset_m, 0.1);
    }
}

TEST(Datum, ReturnsWithinAMillimetreAllOverChina) {
    std::mt19937_64 random{7};
    std::uniform_real_distribution<double> lat{18, 53};
    std::uniform_real_distribution<double> lon{75, 134};
    for (int i = 0; i < 2000; ++i) {
        const Wgs84 p{lat(random), lon(random)};
        EXPECT_LT(distance_m(p, to_wgs84(to_gcj02(p))), 0.001);
        EXPECT_LT(distance_m(p, to_wgs84(to_gcj02(to_bd09(to_gcj02(p))))), 0.01);
    }
}

TEST(Datum, ReturnsWithinAMillimetreUpToTheVeryBorder) {
    std::mt19937_64 random{8};
    std::uniform_real_distribution<double> lat{0.8293, 55.8271};
    std::uniform_real_distribution<double> lon{72.004, 137.8347};
    for (int i = 0; i < 2000; ++i) {
        Wgs84 p{lat(random), lon(random)};
        (i % 2 == 0 ? p.lon : p.lat) = i % 4 == 0   ? 137.8347
                                       : i % 4 == 2 ? 72.004
                                       : i % 4 == 1 ? 55.8271
                                                    : 0.8293;
        EXPECT_LT(distance_m(p, to_wgs84(to_gcj02(p))), 0.001) << format_lat_lon(p);
    }
}

TEST(Datum, LeavesPlacesOutsideChinaAlone) {
    const Gcj02 p = to_gcj02(Wgs84{47.14, 9.52});
    EXPECT_EQ(p, (Gcj02{47.14, 9.52}));
    EXPECT_EQ(to_wgs84(p), (Wgs84{47.14, 9.52}));
}

TEST(Datum, AcceptsPointsOfEverySystemAndRefusesWhatIsNone) {
    const DatumCase& c = kDatumCases[0];
    EXPECT_EQ(accept(c.wgs).value(), c.wgs);
    EXPECT_LT(distance_m(accept(c.gcj).value(), c.wgs), 0.02);
    EXPECT_LT(distance_m(accept(c.bd).value(), c.wgs), 0.02);
    const double nan = std::nan("");
    const double infinite = std::numeric_limits<double>::infinity();
    for (const auto& [lat, lon] :
         {std::pair{nan, 111.0}, std::pair{35.0, nan}, std::pair{infinite, 111.0},
          std::pair{35.0, -infinite}, std::pair{111.0, 35.0}, std::pair{35.0, 181.0}}) {
        EXPECT_FALSE(accept(Wgs84{lat, lon}));
        EXPECT_FALSE(accept(Gcj02{lat, lon}));
        EXPECT_FALSE(accept(Bd09{lat, lon}));
    }
}

TEST(Point, MeasuresDistanceAndCourse) {
    EXPECT_NEAR(distance_m({35, 111}, {36, 111}), 111195, 1);
    EXPECT_NEAR(distance_m({35, 111}, {35, 112}), 91085, 5);
    EXPECT_NEAR(course_deg({35, 111}, {35.1, 111}), 0, 1e-9);
    EXPECT_NEAR(course_deg({35, 111}, {34.9, 111}), 180, 1e-9);
    EXPECT_NEAR(course_deg({35, 111}, {35, 110.9}), 270, 0.1);
}

TEST(Point, ParsesLatitudeFirstAndNamesASwap) {
    EXPECT_EQ(parse_lat_lon(" 35.5, 111.25 ").value(), (Wgs84{35.5, 111.25}));
    EXPECT_NE(parse_lat_lon("111.25,35.5").error().detail.find("swapped"), std::string::npos);
    for (const char* bad :
         {"", "35.5", "35.5,", "nan,111", "35,inf", "95,200", "35,111,3", "x,y"}) {
        EXPECT_FALSE(parse_lat_lon(bad)) << bad;
    }
}

TEST(Polyline, SimplifyKeepsEndsAndCorners) {
    const std::vector<Wgs84> line{{35, 111}, {35, 111.001}, {35.000001, 111.002}, {35.01, 111.002}};
    const auto simple = simplify(line, 5);
    ASSERT_EQ(simple.size(), 3U);
    EXPECT_EQ(simple.front(), line.front());
    EXPECT_EQ(simple[1], line[2]);
    EXPECT_EQ(simple.back(), line.back());
}

TEST(Polyline, HullHoldsEveryPoint) {
    std::mt19937_64 random{3};
    std::uniform_real_distribution<double> d{0, 1};
    std::vector<Wgs84> points;
    for (int i = 0; i < 200; ++i) {
        points.push_back({35 + d(random), 111 + d(random)});
    }
    const auto hull = convex_hull(points);
    int outside = 0;
    for (const Wgs84 p : points) {
        const bool is_corner = std::find(hull.begin(), hull.end(), p) != hull.end();
        outside += !is_corner && !inside_ring(p, hull) ? 1 : 0;
    }
    EXPECT_EQ(outside, 0);
}

TEST(GridIndex, FindsWhatALinearScanFinds) {
    std::mt19937_64 random{11};
    std::uniform_real_distribution<double> lat{34.8, 35.3};
    std::uniform_real_distribution<double> lon{110.7, 111.2};
    std::vector<BoxE7> boxes(500);
    for (BoxE7& box : boxes) {
        const Wgs84 p{lat(random), lon(random)};
        box.add(to_e7(p));
        box.add(to_e7({p.lat + 0.01, p.lon + 0.002}));
    }
    const GridIndex grid{boxes, 400};
    for (int i = 0; i < 200; ++i) {
        const BoxE7 query = box_about({lat(random), lon(random)}, 700);
        std::vector<bool> seen(boxes.size());
        grid.visit(query, [&](std::uint32_t item) { seen[item] = true; });
        for (std::size_t b = 0; b < boxes.size(); ++b) {
            if (boxes[b].overlaps(query)) {
                EXPECT_TRUE(seen[b]);
            }
        }
    }
}

// As a crafted map makes them: long lines from rim to rim beside one that makes the cells small.
TEST(GridIndex, BoxesOverTheWholeGridCostABoundedNumberOfEntriesAndAreFound) {
    std::vector<BoxE7> boxes(20'000);
    for (BoxE7& box : boxes) {
        box.add(to_e7({34.0, 110.0}));
        box.add(to_e7({36.0, 112.0}));
    }
    const GridIndex grid{boxes, 100};
    EXPECT_LE(grid.entry_count(), 16'000'000U);
    std::vector<bool> seen(boxes.size());
    grid.visit(box_about({35.0, 111.0}, 10), [&](std::uint32_t item) { seen[item] = true; });
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), 20'000);
    grid.visit(box_about({39.0, 111.0}, 10), [](std::uint32_t) { FAIL() << "far away"; });

    // Each covers a thousand cells: too many by their number alone.
    std::vector<BoxE7> many(200'000);
    for (std::size_t i = 0; i < many.size(); ++i) {
        const double lat = 34 + 1.9 * static_cast<double>(i) / 200'000;
        many[i].add(to_e7({lat, 110.0 + lat - 34}));
        many[i].add(to_e7({lat + 0.03, 110.03 + lat - 34}));
    }
    EXPECT_LE((GridIndex{many, 100}.entry_count()), 16'000'000U);
}

TEST(Checksum, EqualsThePublishedXxh64Values) {
    const auto sum = [](std::string_view text) {
        return checksum64(std::as_bytes(std::span{text.data(), text.size()}));
    };
    EXPECT_EQ(sum(""), 0xEF46DB3751D8E999ULL);
    EXPECT_EQ(sum("a"), 0xD24EC4F1A98C6E5BULL);
    EXPECT_EQ(sum("abc"), 0x44BC2CF5AD770999ULL);
    EXPECT_EQ(sum("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1ULL);
}

// Keys however they lie: spread, in clusters far apart, few of them, all equal.
TEST(SpreadSort, SortsAsTheUsualWayDoes) {
    std::mt19937_64 random{7};
    const auto check = [](std::vector<std::uint64_t> values) {
        std::vector<std::uint64_t> wanted = values;
        std::sort(wanted.begin(), wanted.end());
        spread_sort(
            std::span{values}, [](std::uint64_t v) { return v; }, std::less<>{});
        EXPECT_EQ(values, wanted);
    };
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{1}, std::size_t{9'000}, std::size_t{100'000}}) {
        std::vector<std::uint64_t> spread(count);
        std::vector<std::uint64_t> clusters(count);
        std::vector<std::uint64_t> few(count);
        for (std::size_t i = 0; i < count; ++i) {
            spread[i] = random();
            clusters[i] = (random() % 3 == 0 ? ~0ULL : 1ULL << random() % 40) - random() % 5'000;
            few[i] = random() % 2 == 0 ? 0 : ~0ULL;
        }
        check(spread);
        check(clusters);
        check(few);
        check(std::vector<std::uint64_t>(count, 42));
    }
}

} // namespace
} // namespace ems::map
