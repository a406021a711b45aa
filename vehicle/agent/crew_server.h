// The local socket of crew terminals (vehicle/contract/crew.proto): frames of a big-endian 32-bit
// length and one message. At most kCrewSessionsMax terminals; one that sends nonsense or does not
// read is cut off. Callbacks run on the io_context's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "telemetry/base/result.h"
#include "vehicle/contract/crew.pb.h"

namespace boost::asio {
class io_context;
}

namespace ems::vehicle {

class CrewServer {
  public:
    // Also given the release of a talk key whose terminal went away while it was held.
    using Handle = std::function<CrewUpdate(const CrewRequest&)>;

    CrewServer(boost::asio::io_context& io, std::string path, Handle handle);
    ~CrewServer();
    CrewServer(const CrewServer&) = delete;
    CrewServer& operator=(const CrewServer&) = delete;

    // Replaces a socket file that nobody listens on. Errors: busy (another process listens), io.
    Result<void> start();
    // Removes the socket file it made, and no other.
    void stop();
    // To every terminal that has said hello.
    void broadcast(const CrewUpdate& update);
    // The same for what is worth nothing later: not to one that has kCrewTraceBacklogMax frames to read.
    void broadcast_live(const CrewUpdate& update);

  private:
    class Body;
    std::shared_ptr<Body> body_;
};

} // namespace ems::vehicle
