#include "map/graph/arc_copies.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace ems::map {
namespace {

class ArcCopier {
  public:
    ArcCopier(std::span<const std::uint32_t> first_out, std::span<const std::uint32_t> arc_head,
              TurnRules rules)
        : first_out_(first_out), arc_head_(arc_head), pairs_(std::move(rules.pairs)),
          wanted_(rules.sequences.begin(), rules.sequences.end()) {
        std::sort(pairs_.begin(), pairs_.end());
        pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
        // By their last arc, so that copies of one arc stand together.
        for (const ArcSequence& sequence : wanted_) {
            if (!has_room(sequence)) {
                ++out_.sequences_dropped;
                continue;
            }
            for (std::size_t length = 2; length < sequence.size(); ++length) {
                ArcSequence driven = beginning(sequence, length);
                copies_of_[driven.back()].emplace(std::move(driven), kNoArc);
            }
            forbidden_.insert(sequence);
        }
    }

    CopiedArcs run() {
        number_arcs();
        if (copies_of_.empty()) {
            out_.bans = std::move(pairs_);
            return std::move(out_);
        }
        for (ArcId a = 0; a < arc_head_.size(); ++a) {
            if (has_copies_leaving(arc_head_[a])) {
                ban_behind(out_.number[a], {a});
                continue;
            }
            for (auto ban = std::lower_bound(pairs_.begin(), pairs_.end(), ArcPair{a, 0});
                 ban != pairs_.end() && ban->first == a; ++ban) {
                out_.bans.emplace_back(out_.number[a], out_.number[ban->second]);
            }
        }
        for (const auto& [arc, copies] : copies_of_) {
            for (const auto& [driven, copy] : copies) {
                ban_behind(copy, driven);
            }
        }
        std::sort(out_.bans.begin(), out_.bans.end());
        return std::move(out_);
    }

  private:
    using Copies = std::map<ArcSequence, ArcId>; // by the way they are driven

    static ArcSequence beginning(const ArcSequence& sequence, std::size_t length) {
        return {sequence.begin(), sequence.begin() + static_cast<std::ptrdiff_t>(length)};
    }

    // Whoever enters an arc is banned from all its copies but one, so their number must be bounded.
    [[nodiscard]] bool has_room(const ArcSequence& sequence) const {
        for (std::size_t length = 2; length < sequence.size(); ++length) {
            const auto copies = copies_of_.find(sequence[length - 1]);
            if (copies != copies_of_.end() && copies->second.size() >= kArcCopiesMax &&
                !copies->second.contains(beginning(sequence, length))) {
                return false;
            }
        }
        return true;
    }

    void number_arcs() {
        out_.number.resize(arc_head_.size());
        for (std::size_t node = 0; node + 1 < first_out_.size(); ++node) {
            for (ArcId a = first_out_[node]; a < first_out_[node + 1]; ++a) {
                out_.number[a] = static_cast<ArcId>(out_.source.size());
                out_.source.push_back(a);
            }
            for (auto at = copies_of_.lower_bound(first_out_[node]);
                 at != copies_of_.end() && at->first < first_out_[node + 1]; ++at) {
                for (auto& [driven, copy] : at->second) {
                    copy = static_cast<ArcId>(out_.source.size());
                    out_.copy_arc.push_back(copy);
                    out_.copy_of.push_back(out_.number[at->first]);
                    out_.source.push_back(at->first);
                }
            }
        }
    }

    [[nodiscard]] bool has_copies_leaving(std::uint32_t node) const {
        const auto at = copies_of_.lower_bound(first_out_[node]);
        return at != copies_of_.end() && at->first < first_out_[node + 1];
    }

    // From each arc only one of the next arc and its copies may be entered, or none.
    void ban_behind(ArcId arc, const ArcSequence& driven) {
        const std::uint32_t node = arc_head_[driven.back()];
        for (ArcId next = first_out_[node]; next < first_out_[node + 1]; ++next) {
            const ArcId entered = enter(driven, next);
            if (out_.number[next] != entered) {
                out_.bans.emplace_back(arc, out_.number[next]);
            }
            if (const auto copies = copies_of_.find(next); copies != copies_of_.end()) {
                for (const auto& [way, copy] : copies->second) {
                    if (copy != entered) {
                        out_.bans.emplace_back(arc, copy);
                    }
                }
            }
        }
    }

    // What is entered who came by `driven`; kNoArc when nothing may be.
    [[nodiscard]] ArcId enter(ArcSequence driven, ArcId next) const {
        if (std::binary_search(pairs_.begin(), pairs_.end(), ArcPair{driven.back(), next})) {
            return kNoArc;
        }
        const auto copies = copies_of_.find(next);
        ArcId entered = out_.number[next];
        bool is_found = false;
        driven.push_back(next);
        for (; driven.size() > 1; driven.erase(driven.begin())) {
            if (forbidden_.contains(driven)) {
                return kNoArc;
            }
            if (!is_found && copies != copies_of_.end()) {
                if (const auto copy = copies->second.find(driven); copy != copies->second.end()) {
                    entered = copy->second;
                    is_found = true;
                }
            }
        }
        return entered;
    }

    std::span<const std::uint32_t> first_out_;
    std::span<const std::uint32_t> arc_head_;
    std::vector<ArcPair> pairs_;
    std::set<ArcSequence> wanted_;
    std::set<ArcSequence> forbidden_; // those that are kept
    std::map<ArcId, Copies> copies_of_;
    CopiedArcs out_;
};

} // namespace

CopiedArcs copy_arcs(std::span<const std::uint32_t> first_out,
                     std::span<const std::uint32_t> arc_head, TurnRules rules) {
    return ArcCopier{first_out, arc_head, std::move(rules)}.run();
}

} // namespace ems::map
