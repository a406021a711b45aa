// From an OpenStreetMap PBF extract to a stored road graph, on one core:
//   import_rate VALUE Mnode/s    OSM nodes of the file per second
//   import_growth VALUE ratio    time with --growth times as many routing nodes, over that of the
//                                first; not printed with --growth 1
// The extract is made here: a grid of roads of 200 m with bends, half of its nodes belonging to
// buildings, which no road uses. Ten OSM nodes come to one routing node. Times are those of the
// processor; how they are made up, and the peak of memory, goes to standard error.
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <stdexcept>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "map/import/osm_import.h"
#include "tests/map/osm_file.h"
#include "tests/support/temp_dir.h"

namespace {

using namespace ems;
using namespace ems::map;
using map::test::NodeForm;
using map::test::OsmFile;
using map::test::Packing;

constexpr std::int64_t kNodesPerJunction = 10;
constexpr std::int64_t kEdgesPerWay = 8;
constexpr std::size_t kPerBlock = 8'000; // as the usual programs write it

// Numbers of nodes about junction (row, column): itself, two bends on the way east, two on the way
// north, five corners of a building.
class Grid {
  public:
    explicit Grid(std::int64_t junctions)
        : side_(
              std::max<std::int64_t>(2, std::llround(std::sqrt(static_cast<double>(junctions))))) {}
    [[nodiscard]] std::int64_t junctions() const { return side_ * side_; }

    void write(const std::string& path) {
        out_.open(path, std::ios::binary);
        out_ << block_.header(Packing::zlib);
        for (std::int64_t row = 0; row < side_; ++row) {
            for (std::int64_t column = 0; column < side_; ++column) {
                add_nodes(row, column);
            }
        }
        flush();
        for (std::int64_t line = 0; line < side_; ++line) {
            for (std::int64_t first = 0; first + 1 < side_; first += kEdgesPerWay) {
                add_road(
                    line, first, [this](std::int64_t l, std::int64_t i) { return id(l, i); }, 1);
                add_road(
                    line, first, [this](std::int64_t l, std::int64_t i) { return id(i, l); }, 3);
            }
            for (std::int64_t i = 0; i < side_; ++i) {
                const std::int64_t corner = id(line, i) + 5;
                add_way({corner, corner + 1, corner + 2, corner + 3, corner + 4, corner},
                        {{"building", "yes"}});
            }
        }
        flush();
        out_.close();
        if (!out_) {
            throw std::runtime_error("cannot write " + path);
        }
    }

  private:
    [[nodiscard]] std::int64_t id(std::int64_t row, std::int64_t column) const {
        return 1 + (row * side_ + column) * kNodesPerJunction;
    }

    void add_nodes(std::int64_t row, std::int64_t column) {
        constexpr double kStep = 0.0018;
        const double lat = 30 + kStep * static_cast<double>(row);
        const double lon = 105 + kStep * static_cast<double>(column);
        const std::int64_t first = id(row, column);
        const auto bend = [first](std::int64_t i) { // digits as those of surveyed nodes
            return 1e-7 * static_cast<double>((first + i) * 2'654'435'761U % 3'000U);
        };
        add_node({first, lat + bend(0), lon + bend(1), {}});
        for (const std::int64_t i : {1, 2}) {
            const double part = kStep * static_cast<double>(i) / 3;
            add_node({first + i, lat + bend(i), lon + part, {}});
        }
        for (const std::int64_t i : {1, 2}) {
            const double part = kStep * static_cast<double>(i) / 3;
            add_node({first + 2 + i, lat + part, lon + bend(i), {}});
        }
        for (std::int64_t i = 5; i < kNodesPerJunction; ++i) {
            add_node({first + i, lat + kStep / 2 + bend(i), lon + kStep / 2 + bend(i + 7), {}});
        }
    }

    void add_node(map::test::OsmNode node) {
        block_.nodes.push_back(std::move(node));
        if (block_.nodes.size() == kPerBlock) {
            flush();
        }
    }

    template <class Id>
    void add_road(std::int64_t line, std::int64_t first, const Id& id_of, std::int64_t bends) {
        std::vector<std::int64_t> refs;
        const std::int64_t last = std::min(first + kEdgesPerWay, side_ - 1);
        for (std::int64_t i = first; i < last; ++i) {
            const std::int64_t junction = id_of(line, i);
            refs.insert(refs.end(), {junction, junction + bends, junction + bends + 1});
        }
        refs.push_back(id_of(line, last));
        map::test::Tags tags{{"highway", line % 16 == 0 ? "secondary" : "residential"}};
        tags[line % 16 == 0 ? "ref" : "name"] = fmt::format("{}{}", bends, line);
        if (line % 7 == 3) {
            tags["oneway"] = "yes";
        }
        add_way(std::move(refs), std::move(tags));
    }

    void add_way(std::vector<std::int64_t> refs, map::test::Tags tags) {
        block_.ways.push_back({++ways_, std::move(refs), std::move(tags)});
        if (block_.ways.size() == kPerBlock) {
            flush();
        }
    }

    void flush() {
        if (!block_.nodes.empty() || !block_.ways.empty()) {
            out_ << block_.block(Packing::zlib, NodeForm::dense);
            block_.nodes.clear();
            block_.ways.clear();
        }
    }

    std::int64_t side_;
    std::int64_t ways_{0};
    OsmFile block_;
    std::ofstream out_;
};

double cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

long peak_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

struct Imported {
    double seconds{0};
    double mnodes{0};
};

Imported import(const std::string& dir, std::int64_t junctions) {
    const std::string extract = dir + "/bench.osm.pbf";
    Grid{junctions}.write(extract);
    const long before_mb = peak_mb();
    const double began = cpu_s();
    double read_s = 0;
    double assembled_s = 0;
    std::uint64_t osm_nodes = 0;
    const auto graph = [&] {
        const auto roads = read_osm(extract, {}, {});
        if (!roads) {
            throw std::runtime_error(roads.error().message());
        }
        read_s = cpu_s() - began;
        osm_nodes = roads->counts.nodes;
        auto made = assemble(roads->network);
        if (!made) {
            throw std::runtime_error(made.error().message());
        }
        assembled_s = cpu_s() - began - read_s;
        return std::move(*made);
    }();
    if (const auto saved = graph.save(dir + "/roads.graph"); !saved) {
        throw std::runtime_error(saved.error().message());
    }
    const double whole_s = cpu_s() - began;
    const double mnodes = static_cast<double>(osm_nodes) / 1e6;
    fmt::print(stderr,
               "{:.1f} M OSM nodes, {:.2f} M routing nodes, {:.2f} M arcs: read {:.2f} s, assemble "
               "{:.2f} s, store {:.2f} s; peak {} MB ({} MB while the extract was made)\n",
               mnodes, static_cast<double>(graph.node_count()) / 1e6,
               static_cast<double>(graph.arc_count()) / 1e6, read_s, assembled_s,
               whole_s - read_s - assembled_s, peak_mb(), before_mb);
    return {whole_s, mnodes};
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Time from an OpenStreetMap extract to a road graph"};
    double routing_mnodes = 1;
    double growth = 5;
    app.add_option("--routing-mnodes", routing_mnodes, "routing nodes, millions")
        ->check(CLI::Range(0.001, 20.0));
    app.add_option("--growth", growth, "how many times as many for the second import")
        ->check(CLI::Range(1.0, 20.0));
    CLI11_PARSE(app, argc, argv);
    try {
        const ems::test::TempDir dir;
        const auto junctions = static_cast<std::int64_t>(routing_mnodes * 1e6);
        const Imported one = import(dir.path(), junctions);
        fmt::print("import_rate {:.3f} Mnode/s\n", one.mnodes / one.seconds);
        std::fflush(stdout);
        if (growth > 1) {
            const auto more = static_cast<std::int64_t>(static_cast<double>(junctions) * growth);
            fmt::print("import_growth {:.2f} ratio\n",
                       import(dir.path(), more).seconds / one.seconds);
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
