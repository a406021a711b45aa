// Tells a view whether what it keeps from a state is still of it. A copy of a state has a mark of its own; a moved one takes it along.
#pragma once

#include <memory>

namespace ems::console {

class ChangeMark {
  public:
    using Seen = std::shared_ptr<const char>; // held by the view, so that no later mark can be taken for it

    ChangeMark() : mark_(std::make_shared<char>()) {}
    ChangeMark(const ChangeMark& /*other*/) : ChangeMark() {}
    ChangeMark(ChangeMark&& other) noexcept = default;
    ChangeMark& operator=(const ChangeMark& other) {
        if (this != &other) {
            renew();
        }
        return *this;
    }
    ChangeMark& operator=(ChangeMark&& other) noexcept = default;
    ~ChangeMark() = default;

    void renew() { mark_ = std::make_shared<char>(); }
    [[nodiscard]] bool is(const Seen& seen) const { return seen != nullptr && seen == mark_; }
    [[nodiscard]] Seen seen() const { return mark_; }

  private:
    Seen mark_;
};

} // namespace ems::console
