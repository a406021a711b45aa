// A rule against flicker: what two of the newest three answers say holds until two others agree on
// something else. Nothing before two have agreed. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace ems::signal {

template <class T> class TwoOfThree {
  public:
    void add(const T& answer) {
        answers_[next_] = answer;
        next_ = (next_ + 1) % answers_.size();
        for (std::size_t i = 0; i < answers_.size(); ++i) {
            const auto& other = answers_[(i + 1) % answers_.size()];
            if (answers_[i] && other && *answers_[i] == *other) {
                settled_ = answers_[i];
            }
        }
    }
    [[nodiscard]] const std::optional<T>& settled() const { return settled_; }
    // How many of the newest three are so.
    template <class Is> [[nodiscard]] std::size_t count(Is is) const {
        std::size_t out = 0;
        for (const auto& answer : answers_) {
            out += answer && is(*answer) ? 1U : 0U;
        }
        return out;
    }

  private:
    std::array<std::optional<T>, 3> answers_{};
    std::size_t next_{0};
    std::optional<T> settled_{};
};

} // namespace ems::signal
