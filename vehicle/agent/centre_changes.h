// What the centre changed of what the crew acts on. A crew out of reach acts on what its screen
// shows; when the link is back it has to be told plainly where that was no longer so, and what
// counts: commands that were issued before the link came back and arrive behind it are compared
// with what was on the screen. Over a link that stands the same is said of an order that the crew
// has accepted, since nobody watches the screen of a moving ambulance; one that still waits for its
// answer is read anyway. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/wire/ems.pb.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::vehicle {

inline constexpr std::size_t kCentreChangesMax = 8; // the oldest goes

class CentreChanges {
  public:
    CentreChanges() = default;
    // As kept over a restart; what cannot be read is none.
    explicit CentreChanges(std::string_view kept);

    // `server_us`: now, by the centre's clock.
    void link_back(std::int64_t server_us, std::chrono::seconds lasted);
    // A command was taken and may have changed what is on the screen. True when there is more to say.
    bool applied(const wire::CommandBody& body, const Status& shown, const Status& now);
    // A command whose time was over when it came: nobody was asked. True as above.
    bool came_too_late(const wire::CommandBody& body);
    // The crew has read it.
    void seen() { news_.Clear(); }

    // Without changes: nothing to say.
    [[nodiscard]] const AfterOutage& news() const { return news_; }
    [[nodiscard]] std::string bytes() const { return news_.SerializeAsString(); }

  private:
    [[nodiscard]] bool was_issued_meanwhile(const wire::CommandBody& body) const;
    // `lasted_s` of the outage that hid it; 0: the link stood.
    void add(CentreChange change, std::uint32_t lasted_s);
    void compare_order(const wire::CommandBody& body, const Status& shown, const Status& now,
                       std::uint32_t lasted_s);
    void compare_posting(const Status& shown, const Status& now);
    void forget_states();

    AfterOutage news_;
    std::int64_t back_us_{0};
    std::uint32_t lasted_s_{0};
};

} // namespace ems::vehicle
