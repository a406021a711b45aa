#include "map/hierarchy/minimum_cut.h"

#include <algorithm>

namespace ems::map {
namespace {

constexpr std::uint32_t kUnseen = 0xFFFFFFFF;

} // namespace

void MinimumCut::load(const PartGraph& part) {
    part_ = &part;
    reverse_.resize(part.head.size());
    next_.assign(part.first.begin(), part.first.end() - 1);
    // Rows are rising and visited in order, so the entries of w's row are met in their order.
    for (std::uint32_t v = 0; v < part.size(); ++v) {
        for (std::uint32_t e = part.first[v]; e < part.first[v + 1]; ++e) {
            reverse_[e] = next_[part.head[e]]++;
        }
    }
}

bool MinimumCut::find(const std::vector<End>& ends, std::uint32_t width_max) {
    ends_ = &ends;
    width_ = 0;
    flow_.assign(part_->head.size(), 0);
    level_.resize(part_->size());
    rim_.clear();
    for (std::uint32_t v = 0; v < part_->size(); ++v) {
        for (std::uint32_t e = part_->first[v]; ends[v] == End::source && e < part_->first[v + 1];
             ++e) {
            if (ends[part_->head[e]] != End::source) {
                rim_.push_back(v);
                break;
            }
        }
    }
    while (raise_levels()) {
        for (const std::uint32_t v : rim_) {
            width_ += push_from(v);
            if (width_ > width_max) {
                return false;
            }
        }
    }
    take_source_side();
    if (side_size_ < part_->size() * 2 / 5) {
        take_sink_side();
    }
    return true;
}

// Breadth first over edges that can take more; false when no sink is reached any longer.
bool MinimumCut::raise_levels() {
    std::fill(level_.begin(), level_.end(), kUnseen);
    queue_.assign(rim_.begin(), rim_.end());
    for (const std::uint32_t v : rim_) {
        level_[v] = 0;
        next_[v] = part_->first[v];
    }
    std::uint32_t sink_level = kUnseen;
    for (std::size_t i = 0; i < queue_.size(); ++i) {
        const std::uint32_t v = queue_[i];
        if (level_[v] + 1 > sink_level) {
            break;
        }
        for (std::uint32_t e = part_->first[v]; e < part_->first[v + 1]; ++e) {
            const std::uint32_t w = part_->head[e];
            if (level_[w] != kUnseen || flow_[e] == 1 || (*ends_)[w] == End::source) {
                continue;
            }
            level_[w] = level_[v] + 1;
            next_[w] = part_->first[w];
            if ((*ends_)[w] == End::sink) {
                sink_level = level_[w];
            } else {
                queue_.push_back(w);
            }
        }
    }
    return sink_level != kUnseen;
}

// Sends units from one source vertex along rising levels until none gets through.
std::uint32_t MinimumCut::push_from(std::uint32_t vertex) {
    std::uint32_t units = 0;
    path_.clear();
    std::uint32_t v = vertex;
    while (true) {
        if ((*ends_)[v] == End::sink) {
            for (const std::uint32_t e : path_) {
                ++flow_[e];
                --flow_[reverse_[e]];
            }
            ++units;
            path_.clear();
            v = vertex;
            continue;
        }
        bool is_advanced = false;
        for (std::uint32_t& e = next_[v]; e < part_->first[v + 1]; ++e) {
            const std::uint32_t w = part_->head[e];
            if (flow_[e] < 1 && level_[w] == level_[v] + 1) {
                path_.push_back(e);
                v = w;
                is_advanced = true;
                break;
            }
        }
        if (is_advanced) {
            continue;
        }
        if (path_.empty()) {
            return units;
        }
        v = part_->head[reverse_[path_.back()]];
        path_.pop_back();
        ++next_[v];
    }
}

// What the last search reached, with the sources behind the rim.
void MinimumCut::take_source_side() {
    side_.assign(part_->size(), 0);
    side_size_ = 0;
    for (std::uint32_t v = 0; v < part_->size(); ++v) {
        side_[v] = level_[v] != kUnseen || (*ends_)[v] == End::source ? 1 : 0;
        side_size_ += side_[v];
    }
}

// Everything that cannot reach a sink any longer.
void MinimumCut::take_sink_side() {
    side_.assign(part_->size(), 1);
    queue_.clear();
    for (std::uint32_t v = 0; v < part_->size(); ++v) {
        if ((*ends_)[v] == End::sink) {
            side_[v] = 0;
            queue_.push_back(v);
        }
    }
    for (std::size_t i = 0; i < queue_.size(); ++i) {
        const std::uint32_t v = queue_[i];
        for (std::uint32_t e = part_->first[v]; e < part_->first[v + 1]; ++e) {
            const std::uint32_t w = part_->head[e];
            if (side_[w] == 1 && flow_[reverse_[e]] < 1) {
                side_[w] = 0;
                queue_.push_back(w);
            }
        }
    }
    side_size_ = part_->size() - static_cast<std::uint32_t>(queue_.size());
}

} // namespace ems::map
