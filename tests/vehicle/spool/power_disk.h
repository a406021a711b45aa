// A disk in memory below SQLite whose power can be cut, and which can fail, at every single
// operation that changes it. While it lives it is SQLite's default file system.
//
// What a cut leaves: of the writes and truncations since a file's last sync any subset, each write
// torn at sectors; of the names made or removed since the folder's last sync any subset. The folder
// is synced as SQLite's unix file system does it: with the first sync of a journal or log that was
// opened for creation, and with a deletion that asks for it. A sync that fails leaves the pages
// readable and forgets that they were never written, as Linux does, until the file is closed: the
// spool then asks the kernel to forget them (forget_cached()). One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace ems::test {

enum class DiskFault { none, power_cut, io_error, full };

struct DiskPlan {
    DiskFault fault{DiskFault::none};
    std::uint64_t at{0};    // operation, from 1, of those since begin_plan()
    std::uint64_t count{1}; // operations in a row that fail; of no meaning for a power cut
    bool with_reads{false}; // reads count as operations, too
};

enum class Survival { nothing_unsynced, everything, random };

class PowerDisk {
  public:
    explicit PowerDisk(std::uint64_t seed, std::size_t sector_bytes = 512);
    ~PowerDisk();
    PowerDisk(const PowerDisk&) = delete;
    PowerDisk& operator=(const PowerDisk&) = delete;

    void begin_plan(const DiskPlan& plan);
    // Writes, truncations, syncs, deletions and creations (and reads) since begin_plan().
    [[nodiscard]] std::uint64_t operations() const { return operations_; }
    [[nodiscard]] bool is_off() const { return off_; }
    [[nodiscard]] bool has_failed() const { return failed_; }
    // 0: without bound. Writes that would take the sum of all files beyond it fail as full.
    void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
    // After everything was closed. Also without a planned cut: the plug is pulled now.
    void restore_power(Survival survival);
    [[nodiscard]] std::uint64_t bytes() const;

    struct Change {
        std::uint64_t offset{0};
        std::string data;
        bool truncation{false};
    };
    struct Inode {
        std::string seen;    // as a reader finds it
        std::string durable; // as of the last sync
        std::vector<Change> pending;
    };
    // cut: the power goes at this operation, which may still be done in part. off: it is gone.
    enum class Verdict { proceed, cut, off, io_error, full };
    Verdict judge(bool is_read);
    Inode* find(const std::string& name);
    Inode* create(const std::string& name);
    void remove(const std::string& name) { names_.erase(name); }
    void sync_names() { durable_names_ = names_; }
    void write(Inode& inode, std::uint64_t offset, std::string_view data);
    void truncate(Inode& inode, std::uint64_t size);
    static void sync(Inode& inode);
    static void forget_cached(Inode& inode);
    void fail_sync(Inode& inode);
    [[nodiscard]] bool has_room(const Inode& inode, std::uint64_t end) const;
    std::uint64_t random(std::uint64_t below) { return random_() % below; }

  private:
    static void apply(std::string& content, const Change& change);
    std::string surviving(const Inode& inode, Survival survival);

    std::mt19937_64 random_;
    const std::size_t sector_bytes_;
    std::unique_ptr<sqlite3_vfs> vfs_;
    sqlite3_vfs* before_{nullptr};
    std::string name_;
    std::deque<Inode> inodes_; // addresses stay
    std::map<std::string, Inode*> names_;
    std::map<std::string, Inode*> durable_names_;
    DiskPlan plan_;
    std::uint64_t operations_{0};
    std::uint64_t capacity_{0};
    bool off_{false};
    bool failed_{false};
};

} // namespace ems::test
