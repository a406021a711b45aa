// Our own presence for whoever connects to the broker: ServerState, retained on srv/state. Online
// after each connect, offline by the will or by leave(). Of two servers of a region one may go
// while the other serves: whoever hears "offline" while it is connected says "online" again, so the
// topic says offline only when the last one has gone. From any thread; `publish` must not block.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "telemetry/base/ids.h"
#include "telemetry/link/mqtt_session.h"

namespace ems::ingest {

class ServerPresence {
  public:
    // Publishes on `topic`, retained, at least once; it may fail: the next connect says it again.
    using Publish = std::function<void(const std::string& topic, std::string payload)>;

    // `server`: our CN.
    ServerPresence(const RegionCode& region, std::string server, Publish publish);

    [[nodiscard]] const std::string& topic() const { return topic_; }
    [[nodiscard]] link::Will will() const;
    void link_up();
    void link_down();
    // A message of topic().
    void heard(const std::string& payload);
    // Before the farewell of the connection, which withholds the will.
    void leave();

  private:
    enum class Online { no, yes };
    [[nodiscard]] std::string state(Online online) const;

    const std::string topic_;
    const std::string server_;
    const Publish publish_;
    std::mutex mutex_;
    bool up_{false};
    bool left_{false};
};

} // namespace ems::ingest
