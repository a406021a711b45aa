// Lines of a byte stream, ended by LF, CR or both; an over-long one is counted and skipped to its
// end. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ems::vehicle {

class LineSplitter {
  public:
    explicit LineSplitter(std::size_t size_max) : size_max_(size_max) {}

    // Calls `take` with each line completed by these bytes, without its end; never with an empty
    // one.
    template <class F> void feed(std::string_view bytes, F take) {
        for (const char c : bytes) {
            if (c == '\n' || c == '\r') {
                if (!skipping_ && !line_.empty()) {
                    take(std::string_view{line_});
                }
                line_.clear();
                skipping_ = false;
            } else if (!skipping_) {
                line_.push_back(c);
                if (line_.size() > size_max_) {
                    ++overlong_;
                    skipping_ = true;
                    line_.clear();
                }
            }
        }
    }
    [[nodiscard]] std::uint64_t overlong() const { return overlong_; }

  private:
    std::size_t size_max_;
    std::string line_;
    bool skipping_{false};
    std::uint64_t overlong_{0};
};

} // namespace ems::vehicle
