// A value that does not print: patient identity, passwords, keys. There is no stream operator and no formatter, so a
// leak into a log line does not compile; reveal() marks each place that really needs the content.
#pragma once

#include <utility>

namespace ems {

template <class T> class Secret {
  public:
    Secret() = default;
    explicit Secret(T value) : value_(std::move(value)) {}
    [[nodiscard]] const T& reveal() const { return value_; }

  private:
    T value_{};
};

} // namespace ems
