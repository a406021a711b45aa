#include "map/reach/siting.h"

#include <algorithm>
#include <numeric>

namespace ems::map {
namespace {

// Beyond this many candidates the search for dominated ones costs more than it saves.
constexpr std::size_t kDominanceMax = 3'000;
constexpr double kEpsilon = 1e-9;

// Candidates that no other one makes superfluous.
std::vector<std::uint32_t> useful(const SitingProblem& problem) {
    std::vector<std::uint32_t> order(problem.covers.size());
    std::iota(order.begin(), order.end(), 0U);
    std::erase_if(order, [&](std::uint32_t c) { return problem.covers[c].empty(); });
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return problem.covers[a].size() > problem.covers[b].size();
    });
    if (order.size() > kDominanceMax) {
        return order;
    }
    std::vector<std::uint32_t> kept;
    for (const std::uint32_t c : order) {
        const auto& mine = problem.covers[c];
        const bool is_dominated = std::any_of(kept.begin(), kept.end(), [&](std::uint32_t k) {
            const auto& other = problem.covers[k];
            return std::includes(other.begin(), other.end(), mine.begin(), mine.end());
        });
        if (!is_dominated) {
            kept.push_back(c);
        }
    }
    return kept;
}

class BranchAndBound {
  public:
    BranchAndBound(const SitingProblem& problem, std::uint32_t count, std::uint64_t branches_max)
        : problem_(problem), count_(count), branches_max_(branches_max),
          times_(problem.weight.size(), 0) {}

    SitingAnswer run() {
        const std::vector<std::uint32_t> all = useful(problem_);
        greedy(all);
        double open_bound = 0;
        branch(all, 0, open_bound);
        SitingAnswer out;
        out.chosen = best_;
        std::sort(out.chosen.begin(), out.chosen.end());
        out.covered = best_covered_;
        out.proof = branches_ < branches_max_ ? Proof::exact : Proof::bounded;
        out.bound = out.proof == Proof::exact ? best_covered_ : std::max(best_covered_, open_bound);
        return out;
    }

  private:
    struct Gain {
        double gain{0};
        std::uint32_t candidate{0};
    };

    [[nodiscard]] double gain_of(std::uint32_t c) const {
        double gain = 0;
        for (const std::uint32_t d : problem_.covers[c]) {
            gain += times_[d] == 0 ? problem_.weight[d] : 0;
        }
        return gain;
    }
    void put(std::uint32_t c) {
        chosen_.push_back(c);
        for (const std::uint32_t d : problem_.covers[c]) {
            ++times_[d];
        }
    }
    void take_back() {
        for (const std::uint32_t d : problem_.covers[chosen_.back()]) {
            --times_[d];
        }
        chosen_.pop_back();
    }

    void greedy(const std::vector<std::uint32_t>& all) {
        double covered = 0;
        while (chosen_.size() < count_) {
            Gain best;
            for (const std::uint32_t c : all) {
                const double gain = gain_of(c);
                if (gain > best.gain) {
                    best = {gain, c};
                }
            }
            if (best.gain <= kEpsilon) {
                break;
            }
            covered += best.gain;
            put(best.candidate);
        }
        best_ = chosen_;
        best_covered_ = covered;
        while (!chosen_.empty()) {
            take_back();
        }
    }

    // What a choice adds only falls as others are chosen, so the sum of the best gains left bounds
    // every way on. `bound` becomes the largest bound of what was not looked at.
    void branch(const std::vector<std::uint32_t>& left, double covered, double& bound) {
        std::vector<Gain> gains;
        for (const std::uint32_t c : left) {
            if (const double gain = gain_of(c); gain > kEpsilon) {
                gains.push_back({gain, c});
            }
        }
        std::stable_sort(gains.begin(), gains.end(),
                         [](const Gain& a, const Gain& b) { return a.gain > b.gain; });
        const std::size_t room = count_ - chosen_.size();
        for (std::size_t i = 0; i < gains.size(); ++i) {
            double most = covered;
            for (std::size_t k = i; k < std::min(i + room, gains.size()); ++k) {
                most += gains[k].gain;
            }
            if (most <= best_covered_ + kEpsilon) {
                return;
            }
            if (++branches_ >= branches_max_) {
                branches_ = branches_max_;
                bound = std::max(bound, most);
                return;
            }
            const double with = covered + gains[i].gain;
            put(gains[i].candidate);
            if (with > best_covered_ + kEpsilon) {
                best_covered_ = with;
                best_ = chosen_;
            }
            if (chosen_.size() < count_) {
                std::vector<std::uint32_t> rest;
                rest.reserve(gains.size() - i - 1);
                for (std::size_t k = i + 1; k < gains.size(); ++k) {
                    rest.push_back(gains[k].candidate);
                }
                branch(rest, with, bound);
            }
            take_back();
        }
    }

    const SitingProblem& problem_;
    std::uint32_t count_;
    std::uint64_t branches_max_;
    std::uint64_t branches_{0};
    std::vector<std::uint32_t> times_; // per demand: how many chosen cover it
    std::vector<std::uint32_t> chosen_;
    std::vector<std::uint32_t> best_;
    double best_covered_{0};
};

} // namespace

SitingAnswer choose_candidates(const SitingProblem& problem, std::uint32_t count,
                               std::uint64_t branches_max) {
    return BranchAndBound{problem, count, branches_max}.run();
}

} // namespace ems::map
