// When a grant under which the media server is not heard is replaced: the server that obeyed it may be gone, and the centre
// names one that lives. With growing pauses, since a new grant helps nobody where the network is what fails. Local time; pure.
#pragma once

#include <algorithm>
#include <cstdint>

namespace ems::console {

// Of the server that obeys a grant, as who listens under it knows.
enum class MediaServer { heard, silent };

class GrantPatience {
  public:
    static constexpr std::int64_t kLeastUs = 5'000'000; // a way by TLS is sought after 3 s of silence (path_choice.h)
    static constexpr std::int64_t kMostUs = 60'000'000;

    // A grant came, or somebody begins to listen under it.
    void begin(std::int64_t now_us) { since_us_ = now_us; }
    void heard(std::int64_t now_us) {
        since_us_ = now_us;
        pause_us_ = kLeastUs;
    }
    // Told again and again while the server is silent; true when a new grant is to be asked for.
    [[nodiscard]] bool silent(std::int64_t now_us) {
        if (now_us - since_us_ < pause_us_) {
            return false;
        }
        since_us_ = now_us;
        pause_us_ = std::min(2 * pause_us_, kMostUs);
        return true;
    }

  private:
    std::int64_t since_us_{0};
    std::int64_t pause_us_{kLeastUs};
};

} // namespace ems::console
