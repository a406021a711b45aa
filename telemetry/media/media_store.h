// What ems-mediad reads and writes in PostgreSQL (migration 0030): its own presence, vehicles,
// grants, sessions, segments. Thin statements on one connection; errors are those of telemetry/pg.
// On the connection's executor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/recorder.h"
#include "telemetry/pg/connection.h"
#include "telemetry/seal/data_key.h"

namespace ems::media {

inline constexpr std::size_t kGrantsMax = 1024;
inline constexpr std::int32_t kSessionsKeptDays = 7;

struct GrantRow {
    ViewerRight right; // generation not yet taken
    video::SealedGrantKeys sealed;
};

struct SessionRow {
    CameraKey camera;
    std::string session_id;
    std::uint32_t ssrc{0};
    std::int64_t expires_us{0};
};

class MediaStore {
  public:
    template <class T> using Async = boost::asio::awaitable<Result<T>>;

    // `server` is our CN. The connection outlives this object.
    MediaStore(pg::Connection& db, std::string server) : db_(db), server_(std::move(server)) {}

    Async<void> announce(std::string host, std::uint16_t port);
    Async<std::vector<std::string>> vehicles(std::string region);
    // Once per process, before anything is written: what a former process of ours left open ended
    // with it.
    Async<void> close_leftovers();
    // The newest kGrantsMax of this server that are neither revoked nor over.
    Async<std::vector<GrantRow>> live_grants();
    // The generation this process sends with; nullopt when the grant is over or has been taken over
    // too often.
    Async<std::optional<std::uint32_t>> take_over(std::string grant_id);
    Async<void> save_session(SessionRow row);
    // Deletes the rows of sessions that ended more than kSessionsKeptDays ago, of any server.
    Async<void> prune_sessions();
    Async<void> save_segment(CameraKey camera, Segment segment);

  private:
    pg::Connection& db_;
    const std::string server_;
};

} // namespace ems::media
