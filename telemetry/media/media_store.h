// What ems-mediad reads and writes in PostgreSQL (migrations 0030, 0054, 0069, 0070): its own
// presence, vehicles, grants, sessions, segments. Thin statements on one connection; errors are
// those of telemetry/pg. On the connection's executor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/recorder.h"
#include "telemetry/media/rest_record.h"
#include "telemetry/media/served_incident.h"
#include "telemetry/pg/connection.h"
#include "telemetry/seal/data_key.h"

namespace ems::media {

inline constexpr std::size_t kGrantsMax = 1024;
inline constexpr std::int32_t kSessionsKeptDays = 7;
inline constexpr std::int32_t kGrantsKeptDays = 30;

// Where this server is reached, as told to vehicles and consoles.
struct ServerPlace {
    std::string host;
    std::uint16_t port{0};     // UDP
    std::uint16_t tls_port{0}; // where the same packets come by TLS; 0: nowhere
};

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

enum class RecordedOf { no_incident, incident };

struct RecordedFile {
    std::string path; // below the root
    std::int64_t bytes{0};
};

class MediaStore {
  public:
    template <class T> using Async = boost::asio::awaitable<Result<T>>;

    // `server` is our CN. The connection outlives this object.
    MediaStore(pg::Connection& db, std::string server) : db_(db), server_(std::move(server)) {}

    Async<void> announce(ServerPlace place);
    Async<std::vector<std::string>> vehicles(std::string region);
    // Once per process, before anything is written: what a former process of ours left open ended
    // with it.
    Async<void> close_leftovers();
    // The newest kGrantsMax of this server that are neither revoked nor over.
    Async<std::vector<GrantRow>> live_grants();
    Async<void> save_session(SessionRow row);
    // Deletes the rows of sessions that ended more than kSessionsKeptDays ago, of any server.
    Async<void> prune_sessions();
    // Deletes grants for video and speech that ended more than kGrantsKeptDays ago, of any server; the audit keeps who
    // watched and spoke.
    Async<void> prune_grants();
    // The first time also a row of media.recording_gap, when the camera paused before: since its
    // last picture; where it rested meanwhile, since its newest word of that (0: none known) or
    // since the case began, whichever is later. Gives of a file that is not closed whether its
    // vehicle serves another incident by now.
    Async<Serves> save_segment(CameraKey camera, Segment segment, std::int64_t rested_us = 0);
    // The camera rests, behind a while of neither picture nor word: a row of media.recording_gap for
    // each case of its vehicle that fell into it. Harmless when told again.
    Async<void> save_rest(RestRecord::Word word);
    // Where they go on resting.
    Async<void> save_rests(std::vector<RestRecord::Until> words);

    // Milliseconds of that time that no recording of the camera covers.
    Async<std::int64_t> uncovered_ms(CameraKey camera, std::int64_t first_us, std::int64_t last_us);
    // The row of a back-filled file; the gaps it fills are shortened or gone.
    Async<void> add_backfill(CameraKey camera, std::string path, std::int64_t first_us,
                             std::int64_t last_us, std::uint64_t frames, std::uint64_t bytes);

    // Of these files of this server those that have no row.
    Async<std::vector<std::string>> without_row(std::vector<std::string> paths);
    // The row of a file of a former process; the gaps it fills are shortened or gone. One that has
    // its row keeps it.
    Async<void> add_found(CameraKey camera, Segment segment);

    // Files of pictures and of speech of this server, closed ones only, the oldest first.
    Async<std::vector<RecordedFile>> recorded_before(RecordedOf whose, std::int64_t days,
                                                     std::int64_t most);
    Async<std::vector<RecordedFile>> oldest_recorded(RecordedOf whose, std::int64_t most);
    // Of all of this server.
    Async<std::int64_t> recorded_bytes();
    // Deletes rows of media.recording_gap, of any server, that are older. 0: they stay.
    Async<void> prune_gaps(std::int64_t days, std::int64_t incident_days);
    Async<void> forget(std::string path);

  private:
    Async<std::vector<std::string>> texts(std::string sql, pg::Params params); // of the first column
    Async<std::vector<RecordedFile>> files(std::string sql, pg::Params params);

    pg::Connection& db_;
    const std::string server_;
};

} // namespace ems::media
