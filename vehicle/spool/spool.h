// Store and forward on board. What commit() returned as on_disk survives kill -9 and a power cut;
// it stays until the centre acknowledges it after its own COMMIT, or until the quota forces it out
// with a gap record that says so.
//
// Use: append() joins the open group, commit() makes the group durable and returns its records with
// their numbers; only then may they be published. Call commit() every 250 ms, and at once after an
// A record: the window lost by a power cut is 250 ms of positions, vitals and waves and no event.
// State and commands change in the same transaction as the events that report them. When the disk
// is full or fails, records go to a bounded memory ring with an identity of its own (durability
// in_memory), the vehicle goes on publishing live, and the file is tried again every 10 s; when it
// is back, what the ring still holds moves into it, under the same names. A disk that holds less
// than the quota is the quota: old waves make room before it is full. A damaged file is renamed to
// "<path>.damaged-<n>" (the newest two are kept) and a new one, with a new identity, takes its
// place; state and commands are carried over where they can be read.
// One thread. No failure of the disk is an error of this interface; open() fails only when another
// process has the file.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "vehicle/spool/disk_store.h"
#include "vehicle/spool/memory_ring.h"
#include "vehicle/spool/quota.h"
#include "vehicle/spool/record.h"
#include "vehicle/spool/unacked_records.h"

namespace ems::vehicle {

enum class Durability { on_disk, in_memory };

constexpr std::size_t kSpoolGroupMax = 4'096;  // records of one group; more are refused
constexpr std::size_t kSpoolEventsMore = 1'024; // events beyond: no flood of others refuses one
constexpr std::size_t kSpoolCommandsMax = 200; // the oldest beyond are forgotten
constexpr std::size_t kSpoolStatesMax = 64;

class Spool final : public UnackedRecords {
  public:
    struct Options {
        std::string path;
        std::uint64_t quota_bytes{4ULL << 30};
        // Left free on the disk: the log, and what the file grows by when the log moves into it.
        std::uint64_t margin_bytes{32ULL << 20};
        // Of the disk that holds `path`; none: it cannot be told.
        std::function<std::optional<std::uint64_t>(const std::string& path)> free_bytes{
            disk_free_bytes};
        // machine_boot(); "": none is told (DiskStore::kSkippedAtBoot).
        std::string boot{};
    };
    static std::optional<std::uint64_t> disk_free_bytes(const std::string& path);
    struct Committed {
        std::vector<Record> records; // and the gap records of what had to go
        Durability durability{Durability::on_disk};
    };

    // Errors: busy (another process has the file). `clock` outlives the spool.
    static Result<std::unique_ptr<Spool>> open(Options options, const Clock& clock);

    // Errors: full (the open group holds kSpoolGroupMax, of events kSpoolEventsMore beyond; the next
    // commit makes room), invalid_argument (a body too large).
    Result<void> append(NewRecord record);
    void acknowledge(const wire::Ack& ack);
    [[nodiscard]] bool has_group() const;
    Committed commit();

    // Of waves first those of the present case, then those of other cases.
    std::vector<Record> unacked(wire::Stream stream, std::size_t count_max) override;
    std::optional<Record> find(wire::Stream stream, std::uint64_t spool,
                               std::uint64_t seq) override;
    std::optional<Record> newest(wire::Stream stream) override;

    // Small named values that survive a restart, written by the next commit. Numbers only rise:
    // where memory and a file that comes back differ, the higher one counts.
    [[nodiscard]] std::string state(const std::string& name) const;
    void set_state(const std::string& name, std::string value);
    [[nodiscard]] std::uint64_t number(const std::string& name) const;
    void set_number(const std::string& name, std::uint64_t value);

    [[nodiscard]] const StoredCommand* find_command(const std::string& id) const;
    // Added or replaced by the next commit.
    void put_command(StoredCommand command);
    // By rising unit_seq.
    [[nodiscard]] const std::vector<StoredCommand>& commands() const { return commands_; }

    // Identity under which the next record is stored: changes when the disk fails and when it comes
    // back.
    [[nodiscard]] std::uint64_t identity() const;
    [[nodiscard]] Durability durability() const {
        return disk_ ? Durability::on_disk : Durability::in_memory;
    }
    [[nodiscard]] StreamStatus status(wire::Stream stream) const;
    // Of the file and of memory, under any identity.
    [[nodiscard]] std::uint64_t unacked_count(wire::Stream stream) const override {
        return (disk_ ? disk_->status(stream).unacked + disk_->carried(stream) : 0) +
               ring_.status(stream).unacked;
    }
    [[nodiscard]] std::uint64_t bytes() const { return disk_ ? disk_->bytes() : 0; }
    // Of this run: how often the centre acknowledged numbers that the file does not know, and
    // commits that took longer than kSlowCommit.
    struct Troubles {
        std::uint64_t went_back{0};
        std::uint64_t slow_commits{0};
        std::chrono::milliseconds slowest_commit{0};
    };
    static constexpr std::chrono::milliseconds kSlowCommit{1'000};
    [[nodiscard]] Troubles troubles() const;

  private:
    Spool(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}
    Result<void> open_disk(CheckFile check);
    Result<void> begin_anew();
    Result<void> adopt(DiskStore disk);
    void take_over(std::map<std::string, std::string> state, std::vector<StoredCommand> commands);
    void resolve_doubt();
    void disk_failed(const Error& error);
    void retry_disk();
    void add_drops();
    void doubt_group(std::size_t appended);
    void name_damaged(const std::vector<Run>& damaged);
    void drop_carried(const Run& run);
    Result<std::vector<Record>> write_group();
    void mark_all_dirty();
    void fill_dirty();
    Quota quota();
    [[nodiscard]] Stamp stamp() const;

    const Options options_;
    const Clock& clock_;
    std::optional<DiskStore> disk_;
    MemoryRing ring_;
    DiskStore::Group group_;
    std::map<std::string, std::string> state_;
    std::set<std::string> numbers_; // names of state_ that were set as numbers
    std::set<std::string> dirty_state_;
    std::vector<StoredCommand> commands_;
    std::set<std::string> dirty_commands_;
    Ticks retry_at_{};
    Troubles troubles_;
    CheckFile check_next_{CheckFile::no};
    int suspicions_{0}; // times SQLite met damage in a file that was open

    // The disk failed at the commit of a group, which went to the ring: these numbers of the file
    // name its records if the file holds them all the same when it is opened again.
    std::uint64_t doubted_spool_{0};
    std::vector<Run> doubted_;
    std::vector<Run> misplaced_; // found so: to be removed
    // Of the file that is open, to be removed. Their gap records are made for the write that does
    // so: under another identity they would close numbers of records that are whole.
    std::vector<Run> damaged_;

    std::optional<Stamp> last_stamp_;
    Keep last_wave_{Keep::ordinary};
    std::uint64_t case_from_{0}; // first wave of the present or latest case, in the file
};

} // namespace ems::vehicle
