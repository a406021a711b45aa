// Sends what the ring holds (ring_shelf.h) to ems-mediad when the link is back: the oldest file
// first, in ranges, at the pace of upload_pace.h, and only while nothing speaks against it. A file
// that the server has, or that it lacks nothing of, goes from the ring; one that it refuses stays
// until the ring needs its room and is offered again ten minutes later.
//
//     const auto backfill = make_backfill(shelf, options);
//     backfill->server({host, port, name});      // of a camera's session
//     backfill->permit(BackfillPermit::go, ahead);  // each second
//
// One thread of its own; all functions from any thread, none waits for the network.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "vehicle/agent/ring_shelf.h"

namespace ems::vehicle {

struct BackfillOptions {
    std::string vid;
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    double bytes_per_s_max{65'536};
};

struct BackfillServer {
    std::string host;
    std::uint16_t port{0}; // 0: none
    std::string name;      // of its certificate
    bool operator==(const BackfillServer&) const = default;
};

// go: vitals and video have room beside it.
enum class BackfillPermit { wait, go };

class Backfill {
  public:
    // Ends a transfer where it is; the next one goes on there.
    virtual ~Backfill() = default;
    virtual void server(const BackfillServer& server) = 0;
    // `ahead`: the clock by which files are filed, of this machine's.
    virtual void permit(BackfillPermit permit, std::chrono::microseconds ahead) = 0;
    // Files that the server has by now.
    [[nodiscard]] virtual std::uint64_t files_sent() const = 0;
};

// `shelf` outlives it.
std::unique_ptr<Backfill> make_backfill(RingShelf& shelf, BackfillOptions options);

} // namespace ems::vehicle
