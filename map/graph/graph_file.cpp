#include "map/graph/graph_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "map/geo/checksum.h"
#include "map/geo/large_memory.h"

namespace ems::map::graph_file {
namespace {

constexpr std::array<char, 8> kMagic{'E', 'M', 'S', 'R', 'O', 'A', 'D', 'S'};
constexpr std::uint32_t kSections = 23;

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t sections;
    std::uint64_t size_bytes; // of the whole file
    std::uint64_t checksum;   // of everything behind the header
};
struct Section {
    std::uint64_t offset_bytes;
    std::uint64_t size_bytes;
};
static_assert(sizeof(Header) == 32 && sizeof(Section) == 16);
constexpr std::size_t kDataOffset = sizeof(Header) + kSections * sizeof(Section);

// Calls act(section number, span) for each array, always in this order.
template <class Arrays, class Act> void each_array(Arrays& a, Act&& act) {
    std::uint32_t i = 0;
    act(i++, a.node_point);
    act(i++, a.first_out);
    act(i++, a.first_in);
    act(i++, a.in_arc);
    act(i++, a.arc_tail);
    act(i++, a.arc_head);
    act(i++, a.arc_ms);
    act(i++, a.arc_dm);
    act(i++, a.arc_twin);
    act(i++, a.arc_shape);
    act(i++, a.arc_name);
    act(i++, a.arc_class);
    act(i++, a.arc_flags);
    act(i++, a.shape_first);
    act(i++, a.shape_point);
    act(i++, a.name_first);
    act(i++, a.name_bytes);
    act(i++, a.ban_from);
    act(i++, a.ban_to);
    act(i++, a.copy_arc);
    act(i++, a.copy_of);
    act(i++, a.round_node);
    act(i++, a.round_turn);
}

std::size_t padded(std::size_t bytes) {
    return (bytes + 7) / 8 * 8;
}

// A row index: count + 1 numbers, rising from 0 to `total`.
bool is_row_index(std::span<const std::uint32_t> first, std::size_t total) {
    return !first.empty() && first.front() == 0 && first.back() == total &&
           std::is_sorted(first.begin(), first.end());
}

bool all_below(std::span<const std::uint32_t> values, std::size_t limit) {
    return std::all_of(values.begin(), values.end(), [limit](auto v) { return v < limit; });
}

bool sizes_agree(const GraphArrays& a) {
    const std::size_t nodes = a.node_point.size();
    const std::size_t arcs = a.arc_head.size();
    return a.first_out.size() == nodes + 1 && a.first_in.size() == nodes + 1 &&
           a.in_arc.size() == arcs && a.arc_tail.size() == arcs && a.arc_ms.size() == arcs &&
           a.arc_dm.size() == arcs && a.arc_twin.size() == arcs && a.arc_shape.size() == arcs &&
           a.arc_name.size() == arcs && a.arc_class.size() == arcs && a.arc_flags.size() == arcs &&
           a.shape_first.size() >= 1 && a.name_first.size() >= 2 &&
           a.ban_to.size() == a.ban_from.size() && a.copy_of.size() == a.copy_arc.size() &&
           a.round_turn.size() == a.round_node.size() && nodes < kNoArc && arcs < kNoArc;
}

bool arcs_are_sound(const GraphArrays& a) {
    const std::size_t arcs = a.arc_head.size();
    for (std::size_t i = 0; i < arcs; ++i) {
        const std::uint32_t shape = a.arc_shape[i];
        const std::uint32_t twin = a.arc_twin[i];
        const std::uint32_t tail = a.arc_tail[i];
        const bool ok =
            a.arc_ms[i] >= 1 && a.arc_ms[i] <= kArcMsMax &&
            (a.arc_class[i] & ~kClassBits) < kRoadClassCount && a.first_out[tail] <= i &&
            i < a.first_out[tail + 1] && a.shape_first[shape + 1] - a.shape_first[shape] >= 2 &&
            (twin == kNoArc ||
             (twin < arcs && twin != i && a.arc_head[twin] == tail &&
              a.arc_tail[twin] == a.arc_head[i] && (a.arc_flags[twin] & kArcIsCopy) == 0 &&
              (a.arc_twin[twin] == i || (a.arc_flags[i] & kArcIsCopy) != 0)));
        if (!ok) {
            return false;
        }
    }
    // Each arc once, at the node where it ends.
    std::vector<bool> is_listed(arcs);
    for (std::size_t n = 0; n + 1 < a.first_in.size(); ++n) {
        for (std::uint32_t i = a.first_in[n]; i < a.first_in[n + 1]; ++i) {
            const std::uint32_t arc = a.in_arc[i];
            if (a.arc_head[arc] != n || is_listed[arc]) {
                return false;
            }
            is_listed[arc] = true;
        }
    }
    return true;
}

bool copies_are_sound(const GraphArrays& a) {
    const auto copies = static_cast<std::size_t>(
        std::count_if(a.arc_flags.begin(), a.arc_flags.end(),
                      [](std::uint8_t flags) { return (flags & kArcIsCopy) != 0; }));
    if (copies != a.copy_arc.size() || !std::is_sorted(a.copy_of.begin(), a.copy_of.end())) {
        return false;
    }
    for (std::size_t i = 0; i < copies; ++i) {
        const std::uint32_t copy = a.copy_arc[i];
        const std::uint32_t of = a.copy_of[i];
        const bool ok = (i == 0 || copy > a.copy_arc[i - 1]) &&
                        (a.arc_flags[copy] & kArcIsCopy) != 0 &&
                        (a.arc_flags[of] & kArcIsCopy) == 0 && a.arc_tail[copy] == a.arc_tail[of] &&
                        a.arc_head[copy] == a.arc_head[of] && a.arc_ms[copy] == a.arc_ms[of] &&
                        a.arc_dm[copy] == a.arc_dm[of] && a.arc_twin[copy] == a.arc_twin[of] &&
                        a.arc_shape[copy] == a.arc_shape[of] &&
                        ((a.arc_flags[copy] ^ a.arc_flags[of]) & kArcAgainstShape) == 0;
        if (!ok) {
            return false;
        }
    }
    return true;
}

bool points_are_sound(std::span<const PointE7> points) {
    return std::all_of(points.begin(), points.end(),
                       [](PointE7 p) { return is_valid(from_e7(p)); });
}

bool is_sound(const GraphArrays& a) {
    const std::size_t nodes = a.node_point.size();
    const std::size_t arcs = a.arc_head.size();
    return sizes_agree(a) && is_row_index(a.first_out, arcs) && is_row_index(a.first_in, arcs) &&
           is_row_index(a.shape_first, a.shape_point.size()) &&
           is_row_index(a.name_first, a.name_bytes.size()) && all_below(a.arc_tail, nodes) &&
           all_below(a.arc_head, nodes) && all_below(a.in_arc, arcs) &&
           all_below(a.arc_shape, a.shape_first.size() - 1) &&
           all_below(a.arc_name, a.name_first.size() - 1) && all_below(a.ban_from, arcs) &&
           all_below(a.ban_to, arcs) && std::is_sorted(a.ban_from.begin(), a.ban_from.end()) &&
           all_below(a.copy_arc, arcs) && all_below(a.copy_of, arcs) &&
           all_below(a.round_node, nodes) &&
           std::is_sorted(a.round_node.begin(), a.round_node.end()) &&
           std::all_of(a.round_turn.begin(), a.round_turn.end(),
                       [](std::uint8_t turn) {
                           return turn <= static_cast<std::uint8_t>(MiniRoundabout::clockwise);
                       }) &&
           points_are_sound(a.node_point) && points_are_sound(a.shape_point) && arcs_are_sound(a) &&
           copies_are_sound(a);
}

} // namespace

std::vector<std::uint64_t> pack(const GraphArrays& arrays) {
    std::size_t size = kDataOffset;
    each_array(arrays, [&](std::uint32_t, auto span) { size += padded(span.size_bytes()); });
    std::vector<std::uint64_t> words;
    resize_large(words, padded(size) / 8, std::uint64_t{0});
    const std::span<std::byte> image = std::as_writable_bytes(std::span{words});

    std::size_t at = kDataOffset;
    each_array(arrays, [&](std::uint32_t number, auto span) {
        const Section section{at, span.size_bytes()};
        std::memcpy(&image[sizeof(Header) + number * sizeof(Section)], &section, sizeof section);
        if (!span.empty()) {
            std::memcpy(&image[at], span.data(), span.size_bytes());
        }
        at += padded(span.size_bytes());
    });
    const Header header{kMagic, RoadGraph::kFormatVersion, kSections, image.size(),
                        checksum64(image.subspan(sizeof(Header)))};
    std::memcpy(image.data(), &header, sizeof header);
    return words;
}

Result<GraphArrays> view(std::span<const std::byte> image, const std::string& name) {
    Header header{};
    if (image.size() >= sizeof header) {
        std::memcpy(&header, image.data(), sizeof header);
    }
    if (image.size() < sizeof header || header.magic != kMagic) {
        return fail(Code::graph_file, fmt::format("{} is not a road graph", name));
    }
    if (header.version != RoadGraph::kFormatVersion || header.sections != kSections) {
        return fail(Code::graph_file,
                    fmt::format("{} has format {}, this program reads format {}: import it again",
                                name, header.version, RoadGraph::kFormatVersion));
    }
    if (header.size_bytes != image.size()) {
        return fail(Code::graph_file, fmt::format("{} is cut: {} bytes of {}", name, image.size(),
                                                  header.size_bytes));
    }
    if (image.size() < kDataOffset || checksum64(image.subspan(sizeof header)) != header.checksum) {
        return fail(Code::graph_file, fmt::format("{} is damaged: its checksum differs", name));
    }
    GraphArrays arrays;
    bool in_bounds = true;
    each_array(arrays, [&](std::uint32_t number, auto& span) {
        using T = typename std::remove_reference_t<decltype(span)>::element_type;
        Section section{};
        std::memcpy(&section, &image[sizeof(Header) + number * sizeof(Section)], sizeof section);
        if (section.offset_bytes % 8 != 0 || section.offset_bytes > image.size() ||
            section.size_bytes > image.size() - section.offset_bytes ||
            section.size_bytes % sizeof(T) != 0) {
            in_bounds = false;
            return;
        }
        span = {reinterpret_cast<const T*>(image.data() + section.offset_bytes),
                section.size_bytes / sizeof(T)};
    });
    if (!in_bounds || !is_sound(arrays)) {
        return fail(Code::graph_file, fmt::format("{} is inconsistent: import it again", name));
    }
    return arrays;
}

} // namespace ems::map::graph_file
