// The spool's file: SQLite in WAL mode with full sync, so that what write() returned survives a
// power cut. One connection, locked against a second process; one thread. Inside the spool only:
// users of vehicle/spool see spool.h.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
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
    std::uint64_t spool{0}; // 0: the file's own identity
};

enum class CheckFile { no, yes };

class DiskStore {
  public:
    // Everything of one transaction: all of it is durable, or nothing.
    struct Group {
        std::vector<NewRecord> records;
        // Of another identity, kept under it: what memory held while the disk failed.
        std::vector<Record> carried;
        std::vector<wire::Ack> acks;
        std::vector<Run> drops;
        std::vector<std::pair<std::string, std::string>> state;
        std::vector<StoredCommand> commands;
        std::vector<std::string> commands_removed;
    };

    // What a damaged file still tells of state and commands: rows whose sum is right. The file
    // stays as it is.
    struct Remains {
        std::map<std::string, std::string> state;
        std::vector<StoredCommand> commands; // by rising unit_seq
    };
    static Remains look_into_damaged(const std::string& path);

    // Numbers left out at the first opening in another boot of the machine (`boot`, "": it is not
    // told): a disk that reported writes as durable and was not true, or an image that was put
    // back, has forgotten numbers that the centre knows, and under these a new record would pass
    // for a repeat. Half an hour of the fastest stream (5 Hz). The centre closes them by the first
    // number that is not acknowledged.
    static constexpr std::uint64_t kSkippedAtBoot = 10'000;
    // Errors: busy (another process has it), corrupt, full, unsupported_version, spool.
    static Result<DiskStore> open(const std::string& path, CheckFile check,
                                  const std::string& boot = {});

    [[nodiscard]] std::uint64_t identity() const { return identity_; }
    // The stored records, with their numbers, in the order given. Errors: corrupt, full, spool;
    // then nothing has changed in the numbers of this object, but where the disk failed at the
    // very commit the file may hold the group when it is opened again.
    Result<std::vector<Record>> write(const Group& group);
    // The lowest unacknowledged records of a stream. Records that are damaged on disk are left out
    // and named in *damaged.
    Result<std::vector<Record>> read(wire::Stream stream, std::size_t count_max,
                                     std::vector<Run>* damaged);
    // Of waves: those of a case from number `case_from` on, then those of other cases, then the
    // rest; each the lowest first.
    Result<std::vector<Record>> read_waves(std::uint64_t case_from, std::size_t count_max,
                                           std::vector<Run>* damaged);
    // The lowest of those of other identities, by identity.
    Result<std::vector<Record>> read_carried(wire::Stream stream, std::size_t count_max,
                                             std::vector<Run>* damaged);
    // None: not stored, or no longer. Errors: corrupt (this record alone is damaged), spool.
    Result<std::optional<Record>> read_one(wire::Stream stream, std::uint64_t spool,
                                           std::uint64_t seq);
    Result<std::vector<Record>> read_newest(wire::Stream stream);
    // The oldest records of a kind that hold about `bytes` together: at most `count_max` in at most
    // 16 runs.
    struct Oldest {
        std::vector<Run> runs;
        std::uint64_t bytes{0};
    };
    Result<Oldest> oldest(wire::Stream stream, Keep keep, std::uint64_t bytes,
                          std::size_t count_max);

    Result<std::map<std::string, std::string>> load_state();
    Result<std::vector<StoredCommand>> load_commands(); // by rising unit_seq

    // Acknowledgements of numbers that this file has never made: it is older than what the centre
    // knows of it. They were left out from then on.
    [[nodiscard]] std::uint64_t went_back() const { return went_back_; }
    [[nodiscard]] StreamStatus status(wire::Stream stream) const {
        return counts_.at(stream_index(stream)).status;
    }
    [[nodiscard]] std::uint64_t carried(wire::Stream stream) const {
        return counts_.at(stream_index(stream)).carried;
    }
    // Records of that identity lie here.
    [[nodiscard]] bool knows(std::uint64_t spool) const {
        return spool == identity_ || carried_spools_.contains(spool);
    }
    // In pages, of the file without its log.
    struct Size {
        std::uint64_t whole{0};
        std::uint64_t used{0};
    };
    Result<Size> size();
    [[nodiscard]] std::uint64_t bytes() const; // of records, with what their rows weigh
    [[nodiscard]] std::uint64_t bytes(wire::Stream stream) const {
        return counts_.at(stream_index(stream)).bytes;
    }

  private:
    struct Count {
        StreamStatus status;
        std::uint64_t carried{0};
        std::uint64_t bytes{0}; // of both
    };
    using Counts = std::array<Count, kStreams>;

    explicit DiskStore(SqliteFile file) : file_(std::move(file)) {}
    Result<void> collect(SqliteStatement& select, wire::Stream stream, std::vector<Record>* records,
                         std::vector<Run>* damaged);
    Result<void> set_up();
    Result<void> check_whole();
    Result<std::int64_t> read_version();
    Result<void> prepare();
    Result<void> skip_after_boot(const std::string& boot);
    Result<void> load_counts();
    Result<void> raise_last(wire::Stream stream, std::uint64_t acknowledged, Counts* counts);
    Result<std::vector<Record>> write_inside(const Group& group, Counts* counts);
    Result<void> write_tables(const Group& group);
    Result<void> remove(const Run& run, Counts* counts);
    Result<void> remove_acked(const wire::Ack& ack, Counts* counts);
    Result<void> remove_carried(std::uint64_t spool, const Run& run, Counts* counts);
    Result<void> put_carried(const Record& record, Counts* counts);
    Result<void> find_first(Counts* counts);

    SqliteFile file_;
    std::uint64_t identity_{0};
    std::uint64_t went_back_{0};
    Counts counts_{};
    std::set<std::uint64_t> carried_spools_;
    SqliteStatement begin_, commit_, rollback_, insert_, set_last_, sum_, delete_, first_, select_,
        select_one_, newest_, oldest_, put_state_, put_command_, remove_command_, put_carried_,
        sum_carried_, delete_carried_, select_carried_, select_one_carried_, page_count_,
        free_pages_, select_kept_;
};

} // namespace ems::vehicle
