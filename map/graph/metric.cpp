#include "map/graph/metric.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "map/graph/parts.h"

namespace ems::map {
namespace {

Result<std::uint32_t> weight_ms(const RoadGraph& graph, const ArcWeight& w) {
    if (w.arc >= graph.arc_count()) {
        return fail(Code::invalid_argument, fmt::format("there is no arc {}", w.arc));
    }
    if (w.kind == ArcWeight::Kind::closed) {
        return kForbiddenMs;
    }
    if (!std::isfinite(w.value) || w.value <= 0) {
        return fail(Code::invalid_argument,
                    fmt::format("the weight {} of arc {} is no time", w.value, w.arc));
    }
    const auto profile_ms = static_cast<double>(graph.travel_ms(w.arc));
    const double ms = w.kind == ArcWeight::Kind::factor ? w.value * profile_ms : w.value;
    const double least_ms = std::max(1.0, std::ceil(profile_ms * Metric::kLeastShare));
    return static_cast<std::uint32_t>(
        std::round(std::clamp(ms, least_ms, static_cast<double>(kArcMsMax))));
}

} // namespace

Metric::Metric(const RoadGraph& graph)
    : graph_(&graph), ms_(graph.arrays().arc_ms), parts_(graph.arrays().arc_flags) {}

bool Metric::can_reach(ArcId from, ArcId to) const {
    return map::can_reach(*graph_, ms_, parts_, from, to);
}

Result<std::shared_ptr<const Metric>> with_weights(const Metric& base,
                                                   std::span<const ArcWeight> weights) {
    const RoadGraph& graph = base.graph();
    struct Change {
        ArcId arc;
        std::uint32_t ms;
    };
    std::vector<Change> changes;
    for (const ArcWeight& w : weights) {
        const auto ms = weight_ms(graph, w);
        if (!ms) {
            return Failure{ms.error()};
        }
        const ArcId original = graph.original(w.arc);
        changes.push_back({original, *ms});
        for (const ArcId copy : graph.copies(original)) {
            changes.push_back({copy, *ms});
        }
    }
    // The heaviest of one arc comes last and so remains.
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
        return std::pair{a.arc, a.ms} < std::pair{b.arc, b.ms};
    });
    auto made = std::make_shared<Metric>(graph);
    made->own_ms_.assign(base.ms_.begin(), base.ms_.end());
    made->closed_ = base.closed_;
    bool closures_differ = false;
    for (const Change& c : changes) {
        closures_differ |= (made->own_ms_[c.arc] == kForbiddenMs) != (c.ms == kForbiddenMs);
        made->own_ms_[c.arc] = c.ms;
        if (c.ms == kForbiddenMs) {
            made->closed_.push_back(c.arc);
        }
    }
    made->ms_ = made->own_ms_;
    std::sort(made->closed_.begin(), made->closed_.end());
    made->closed_.erase(std::unique(made->closed_.begin(), made->closed_.end()),
                        made->closed_.end());
    std::erase_if(made->closed_, [&](ArcId a) { return !made->is_closed(a); });
    if (!closures_differ) {
        made->own_parts_ = base.own_parts_;
    } else if (!closures_leave_parts(graph, made->ms_, made->closed_)) {
        made->own_parts_ = find_main_part(graph, made->ms_);
    }
    if (!made->own_parts_.empty()) {
        made->parts_ = made->own_parts_;
    }
    return std::shared_ptr<const Metric>{std::move(made)};
}

} // namespace ems::map
