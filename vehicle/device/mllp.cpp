#include "vehicle/device/mllp.h"

namespace ems::vehicle {
namespace {
constexpr char kStart = '\x0b';
constexpr char kEnd = '\x1c';
} // namespace

std::vector<std::string> MllpFramer::feed(std::string_view bytes) {
    std::vector<std::string> messages;
    for (const char c : bytes) {
        if (c == kStart) {
            unframed_ += buffer_.empty() ? 0U : 1U;
            buffer_.clear();
            framed_ = true;
            skipping_ = false;
        } else if (c == kEnd) {
            if (!skipping_ && !buffer_.empty()) {
                if (framed_ || buffer_.starts_with("MSH|")) {
                    messages.push_back(std::move(buffer_));
                } else {
                    ++unframed_;
                }
            }
            buffer_.clear();
            framed_ = false;
            skipping_ = false;
        } else if (!skipping_ && (framed_ || !buffer_.empty() || (c != '\r' && c != '\n'))) {
            buffer_.push_back(c);
            if (buffer_.size() > kMllpMessageSizeMax) {
                ++oversize_;
                buffer_.clear();
                buffer_.shrink_to_fit();
                skipping_ = true;
            }
        }
    }
    return messages;
}

std::string mllp_frame(std::string_view message) {
    std::string out{kStart};
    out += message;
    out += kEnd;
    out += '\r';
    return out;
}

} // namespace ems::vehicle
