#include "map/hierarchy/hierarchy_weights.h"

#include <algorithm>
#include <functional>

namespace ems::map {
namespace {

std::uint32_t edge_ms(const Metric& metric, const Hierarchy::Edge& edge) {
    const std::uint32_t ms = metric.travel_ms(edge.arc());
    return ms == kForbiddenMs ? kNeverMs : ms + edge.turn_ms();
}

} // namespace

// Vertex by vertex, lowest first: for each lower neighbour z of x, every arc of z beyond x makes a
// triangle with an arc of x. What is written are the arcs of x alone, which stay in the cache.
void HierarchyWeights::customize(const Metric& metric) {
    const Hierarchy& h = *hierarchy_;
    std::fill(both_.begin(), both_.end(), Both{});
    std::fill(via_.begin(), via_.end(), Via{});
    for (const Hierarchy::Edge& edge : h.edges()) {
        Both& both = both_[edge.key / 2];
        std::uint32_t& ms = (edge.key & 1U) == 0 ? both.up : both.down;
        ms = std::min(ms, edge_ms(metric, edge));
    }
    place_.resize(h.vertex_count());
    const std::span<Both> both{both_};
    const std::span<Via> via{via_};
    for (Rank x = 0; x < h.vertex_count(); ++x) {
        const auto lower = h.lower(x);
        if (lower.empty()) {
            continue;
        }
        const auto heads = h.up_heads(x);
        const UpArc first = h.up_first(x);
        for (std::size_t i = 0; i < heads.size(); ++i) {
            place_[heads[i]] = first + static_cast<UpArc>(i);
        }
        for (const Hierarchy::Lower& z : lower) {
            const Both zx = both[z.arc];
            const UpArc end = h.up_first(z.vertex + 1);
            for (UpArc a = z.arc + 1; a < end; ++a) {
                const Both zy = both[a];
                const UpArc top = place_[h.up_head(a)];
                Both& xy = both[top];
                if (zx.down + zy.up < xy.up) {
                    xy.up = zx.down + zy.up;
                    via[top].up = z.vertex;
                }
                if (zy.down + zx.up < xy.down) {
                    xy.down = zy.down + zx.up;
                    via[top].down = z.vertex;
                }
            }
        }
    }
}

std::uint32_t HierarchyWeights::update(const Metric& metric, std::span<const ArcId> changed) {
    dirty_.clear();
    for (const ArcId a : changed) {
        const ArcId original = hierarchy_->graph().original(a);
        queue_edges(metric, original);
        for (const ArcId copy : hierarchy_->graph().copies(original)) {
            queue_edges(metric, copy);
        }
    }
    std::uint32_t count = 0;
    while (!dirty_.empty()) {
        const Dirty next = next_dirty();
        ++count;
        const Both before = both_[next.arc];
        work_out(metric, next);
        if (!(both_[next.arc] == before)) {
            queue_upper(next, before);
        }
    }
    return count;
}

void HierarchyWeights::queue_edges(const Metric& metric, ArcId arc) {
    const Hierarchy& h = *hierarchy_;
    const Rank head = h.rank_of(h.turns().vertex_behind(arc));
    h.turns().each_entry(arc, [&](TurnVertex v, std::uint32_t turn_ms) {
        const Rank tail = h.rank_of(v);
        if (tail == head) {
            return;
        }
        const Rank low = std::min(tail, head);
        const UpArc up = h.find_arc(low, std::max(tail, head));
        const std::uint32_t before_ms = tail < head ? both_[up].up : both_[up].down;
        queue({up, low, !metric.is_closed(arc) && metric.travel_ms(arc) + turn_ms < before_ms});
    });
}

void HierarchyWeights::queue(const Dirty& dirty) {
    dirty_.push_back(dirty);
    std::push_heap(dirty_.begin(), dirty_.end(), std::greater<>{});
}

HierarchyWeights::Dirty HierarchyWeights::next_dirty() {
    Dirty next = dirty_.front();
    while (!dirty_.empty() && dirty_.front().arc == next.arc) {
        next.may_fall |= dirty_.front().may_fall;
        std::pop_heap(dirty_.begin(), dirty_.end(), std::greater<>{});
        dirty_.pop_back();
    }
    return next;
}

void HierarchyWeights::work_out(const Metric& metric, const Dirty& dirty) {
    const Hierarchy& h = *hierarchy_;
    const Both before = both_[dirty.arc];
    Both out;
    Via via;
    for (const Hierarchy::Edge& edge : h.edges_of(dirty.arc)) {
        std::uint32_t& ms = (edge.key & 1U) == 0 ? out.up : out.down;
        ms = std::min(ms, edge_ms(metric, edge));
    }
    h.each_lower_triangle(dirty.low, h.up_head(dirty.arc), [&](UpArc zx, UpArc zy, Rank z) {
        if (both_[zx].down + both_[zy].up < out.up) {
            out.up = both_[zx].down + both_[zy].up;
            via.up = z;
        }
        if (both_[zy].down + both_[zx].up < out.down) {
            out.down = both_[zy].down + both_[zx].up;
            via.down = z;
        }
        return !dirty.may_fall && out == before;
    });
    both_[dirty.arc] = out;
    via_[dirty.arc] = via;
}

// An arc over this one must be worked out again when its time came from here, or when this one has
// become short enough to change it. `both_` holds the new time already.
void HierarchyWeights::queue_upper(const Dirty& dirty, Both before) {
    const Hierarchy& h = *hierarchy_;
    const Both now = both_[dirty.arc];
    const Rank x = h.up_head(dirty.arc);
    h.each_upper_triangle(dirty.arc, dirty.low, [&](UpArc other, UpArc top) {
        const Rank y = h.up_head(other);
        const Both whole = both_[top];
        const Both beside = both_[other];
        // x to y over the lower end, and back
        const std::uint32_t x_to_y = x < y ? whole.up : whole.down;
        const std::uint32_t y_to_x = x < y ? whole.down : whole.up;
        const bool falls = now.down + beside.up < x_to_y || beside.down + now.up < y_to_x;
        const bool came_from_here =
            (now.down > before.down && before.down + beside.up == x_to_y && x_to_y < kNeverMs) ||
            (now.up > before.up && beside.down + before.up == y_to_x && y_to_x < kNeverMs);
        if (falls || came_from_here) {
            queue({top, std::min(x, y), falls});
        }
    });
}

} // namespace ems::map
