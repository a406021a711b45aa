// What ems-mediad reads and writes of terminals' cameras (migration 0074). The connection is the
// service's; everything on its thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/media/hub.h"
#include "telemetry/pg/connection.h"

namespace ems::media {

inline constexpr std::size_t kTerminalChannelsMax = 256;

// A channel of a terminal that is a camera of a vehicle of ours.
struct TerminalChannel {
    enum class Wanted { no, yes };
    // The latter while the vehicle serves an incident, or somebody wants to hear its cabin.
    enum class Sound { not_taken, taken };
    std::string number; // of the terminal, without leading zeros
    std::uint8_t channel{0};
    CameraKey camera;
    std::string address; // numeric, of its 808 session; empty: not logged in
    Wanted wanted{Wanted::no};
    Sound sound{Sound::not_taken};
};

// How a wanted stream is.
struct TerminalWant {
    enum class Flow { waited_for, flows };
    std::string number;
    std::uint8_t channel{0};
    Flow flow{Flow::waited_for};
    std::string problem; // why what came is not taken
};

class TerminalStore {
  public:
    template <class T> using Async = boost::asio::awaitable<Result<T>>;
    // Recorded: a reason to want pictures and sound.
    enum class Incidents { count, do_not_count };

    TerminalStore(pg::Connection& db, std::string server) : db_(db), server_(std::move(server)) {}

    // A channel is wanted while a grant of ours for its camera is live, while its vehicle serves an
    // incident, and some minutes after it called for help; a terminal's first channel also while
    // its vehicle is one of `heard`.
    Async<std::vector<TerminalChannel>> channels(std::string region, Incidents incidents,
                                                 std::vector<std::string> heard);
    // Keeps these wanted, to be sent to host:port, and ends all others of ours. Sound is asked for
    // with each: a terminal that sends is not asked again when somebody begins to listen.
    Async<void> want(std::vector<TerminalWant> wants, std::string host, std::uint16_t port);
    // Says that these cameras can be watched here; desks list them.
    Async<void> offer(std::vector<TerminalChannel> channels);

  private:
    pg::Connection& db_;
    std::string server_;
};

} // namespace ems::media
