// What was recorded of cases, as rows: files of ems-mediad, pictures taken out of live video, silent times of cameras. Files
// themselves lie below record.dir. Coroutines of one thread on the given connection; errors are those of telemetry/pg and
// those named.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch/core/write_set.h"
#include "dispatch/store/store.h"
#include "telemetry/pg/connection.h"

namespace ems::dispatch {

inline constexpr std::size_t kJpegBytesMax = 192 * 1024;

struct SnapshotRow {
    std::string id;
    IncidentId incident;
    UnitId unit;
    std::string camera;
    std::int64_t taken_us{0};
    std::int32_t width{0};
    std::int32_t height{0};
    std::string jpeg;
};
// The picture, its audit and the answer to the request, in one transaction under the leader's term. Errors: term_stale,
// repeated (the key was used before), not_found (that unit never had an order of this incident), too_many_requests (500
// pictures of it).
Task<void> add_snapshot(pg::Connection& db, std::uint64_t term, StoreKey key, SnapshotRow row);

struct CameraRow {
    UnitId unit;
    std::string camera;
};
// Of units that have a camera's session now.
Task<std::vector<CameraRow>> live_cameras(pg::Connection& db, std::size_t count_max);

enum class RecordingKind : std::uint8_t { video = 1, voice = 2, snapshot = 3, gap = 4 }; // as api::Recording::Kind
struct RecordingRow {
    RecordingKind kind{RecordingKind::video};
    std::string id;
    UnitId unit; // not set: nobody drives that vehicle now
    std::string vid;
    std::string camera;
    std::int64_t first_us{0};
    std::int64_t last_us{0};
    std::int64_t bytes{0};
    bool closed{false};
    std::string by;
};
// By their beginning.
Task<std::vector<RecordingRow>> recordings_of(pg::Connection& db, IncidentId incident, std::size_t count_max);

struct RecordedFile {
    std::string path; // below record.dir; empty: `data` is a part of it
    std::string vid;
    std::string data;
    std::int64_t total{0};
    IncidentId incident; // not set: of none
};
// Of video and voice the file's path; of a snapshot at most `count_max` of its bytes from `offset`. not_found.
Task<RecordedFile> recorded_file(pg::Connection& db, RecordingKind kind, std::string id, std::int64_t offset,
                                 std::size_t count_max);

// Opened in that time, newest first.
Task<std::vector<IncidentRow>> cases_between(pg::Connection& db, std::int64_t from_us, std::int64_t to_us,
                                             std::size_t count_max);

} // namespace ems::dispatch
