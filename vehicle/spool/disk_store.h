// The spool's file: SQLite in WAL mode with full sync, so that what write() returned survives a
// power cut. One connection, locked against a second process; one thread. Inside the spool only:
// users of vehicle/spool see spool.h.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vehicle/spool/record.h"
#include "vehicle/spool/sqlite_file.h"

namespace ems::vehicle {

// A run of records without a hole.
struct Run {
    wire::Stream stream{wire::STREAM_UNSPECIFIED};
    std::uint64_t from{0};
    std::uint64_t to{0};
};

enum class CheckFile { no, yes };

class DiskStore {
  public:
    // Everything of one transaction: all of it is durable, or nothing.
    struct Group {
        std::vector<NewRecord> records;
        std::vector<wire::Ack> acks;
        std::vector<Run> drops;
        std::vector<std::pair<std::string, std::string>> state;
        std::vector<StoredCommand> commands;
        std::vector<std::string> commands_removed;
    };

    // Errors: busy (another process has it), corrupt, unsupported_version, spool.
    static Result<DiskStore> open(const std::string& path, CheckFile check);

    [[nodiscard]] std::uint64_t identity() const { return identity_; }
    // The stored records, with their numbers, in the order given. Errors: corrupt, spool; then
    // nothing has changed.
    Result<std::vector<Record>> write(const Group& group);
    // The lowest unacknowledged records of a stream. Records that are damaged on disk are left out
    // and named in *damaged.
    Result<std::vector<Record>> read(wire::Stream stream, std::size_t count_max,
                                     std::vector<Run>* damaged);
    // None: not stored, or no longer. Errors: corrupt (this record alone is damaged), spool.
    Result<std::optional<Record>> read_one(wire::Stream stream, std::uint64_t seq);
    Result<std::vector<Record>> read_newest(wire::Stream stream);
    // What to drop to free about `bytes`: ordinary waves, waves of a case, vitals, positions, the
    // oldest of each first; never events. At most 16 runs.
    Result<std::vector<Run>> plan_drops(std::uint64_t bytes);

    Result<std::map<std::string, std::string>> load_state();
    Result<std::vector<StoredCommand>> load_commands(); // by rising unit_seq

    [[nodiscard]] StreamStatus status(wire::Stream stream) const {
        return counts_.at(stream_index(stream)).status;
    }
    [[nodiscard]] std::uint64_t bytes() const;

  private:
    struct Count {
        StreamStatus status;
        std::uint64_t bytes{0};
    };
    using Counts = std::array<Count, kStreams>;

    explicit DiskStore(SqliteFile file) : file_(std::move(file)) {}
    Result<std::int64_t> read_version();
    Result<void> prepare();
    Result<void> load_counts();
    Result<std::vector<Record>> write_inside(const Group& group, Counts* counts);
    Result<void> write_tables(const Group& group);
    Result<void> remove(const Run& run, Counts* counts);
    Result<void> remove_acked(const wire::Ack& ack, Counts* counts);
    Result<void> find_first(Counts* counts);

    SqliteFile file_;
    std::uint64_t identity_{0};
    Counts counts_{};
    SqliteStatement begin_, commit_, rollback_, insert_, set_last_, sum_, delete_, first_, select_,
        select_one_, newest_, droppable_, put_state_, put_command_, remove_command_;
};

} // namespace ems::vehicle
