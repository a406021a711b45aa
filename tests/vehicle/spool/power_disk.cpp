#include "tests/vehicle/spool/power_disk.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <sqlite3.h>

#include "telemetry/base/assert.h"

namespace ems::test {
namespace {

using Verdict = PowerDisk::Verdict;

// SQLite gives the memory and makes no constructor run.
struct File {
    sqlite3_file base;
    PowerDisk* disk;
    PowerDisk::Inode* inode;
    bool names_wait; // for the folder's sync
};

File& file_of(sqlite3_file* base) {
    return *reinterpret_cast<File*>(base);
}
PowerDisk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<PowerDisk*>(vfs->pAppData);
}

int code_of(Verdict verdict, int io_error) {
    return verdict == Verdict::full ? SQLITE_FULL : io_error;
}

int close_file(sqlite3_file* base) {
    PowerDisk::forget_cached(*file_of(base).inode);
    return SQLITE_OK;
}

int read_file(sqlite3_file* base, void* into, int size, sqlite3_int64 offset) {
    File& file = file_of(base);
    if (file.disk->judge(true) != Verdict::proceed) {
        return SQLITE_IOERR_READ;
    }
    const std::string& seen = file.inode->seen;
    const auto at = static_cast<std::size_t>(offset);
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t there = at >= seen.size() ? 0 : std::min(wanted, seen.size() - at);
    std::memcpy(into, seen.data() + std::min(at, seen.size()), there);
    std::memset(static_cast<char*>(into) + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* base, const void* from, int size, sqlite3_int64 offset) {
    File& file = file_of(base);
    const std::string_view data{static_cast<const char*>(from), static_cast<std::size_t>(size)};
    const auto at = static_cast<std::uint64_t>(offset);
    const Verdict verdict = file.disk->judge(false);
    if (verdict == Verdict::proceed && file.disk->has_room(*file.inode, at + data.size())) {
        file.disk->write(*file.inode, at, data);
        return SQLITE_OK;
    }
    if (verdict != Verdict::off) { // what fails may have been written in part
        file.disk->write(*file.inode, at, data.substr(0, file.disk->random(data.size() + 1)));
    }
    return code_of(verdict == Verdict::proceed ? Verdict::full : verdict, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* base, sqlite3_int64 size) {
    File& file = file_of(base);
    const Verdict verdict = file.disk->judge(false);
    if (verdict == Verdict::proceed || verdict == Verdict::cut) {
        file.disk->truncate(*file.inode, static_cast<std::uint64_t>(size));
    }
    return verdict == Verdict::proceed ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int sync_file(sqlite3_file* base, int /*flags*/) {
    File& file = file_of(base);
    const Verdict verdict = file.disk->judge(false);
    if (verdict != Verdict::proceed) {
        if (verdict == Verdict::io_error || verdict == Verdict::full) {
            file.disk->fail_sync(*file.inode);
        }
        return SQLITE_IOERR_FSYNC;
    }
    PowerDisk::sync(*file.inode);
    if (file.names_wait) {
        file.disk->sync_names();
        file.names_wait = false;
    }
    return SQLITE_OK;
}

int size_of(sqlite3_file* base, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(file_of(base).inode->seen.size());
    return SQLITE_OK;
}

int lock(sqlite3_file* /*base*/, int /*kind*/) {
    return SQLITE_OK;
}
int check_lock(sqlite3_file* /*base*/, int* held) {
    *held = 0;
    return SQLITE_OK;
}
int control(sqlite3_file* /*base*/, int /*what*/, void* /*with*/) {
    return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file* /*base*/) {
    return 4'096;
}
int characteristics(sqlite3_file* /*base*/) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE; // as SQLite takes it on Linux
}

// Version 1: no shared memory, which a log under an exclusive lock does without.
const sqlite3_io_methods kMethods{
    1,       close_file, read_file,  write_file, truncate_file, sync_file,       size_of,
    lock,    lock,       check_lock, control,    sector_size,   characteristics, nullptr,
    nullptr, nullptr,    nullptr,    nullptr,    nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* base, int flags, int* out_flags) {
    PowerDisk& disk = disk_of(vfs);
    File& file = file_of(base);
    file = File{{nullptr}, &disk, nullptr, false};
    if (name == nullptr) {
        return SQLITE_CANTOPEN; // nothing temporary is meant to touch the disk
    }
    file.inode = disk.find(name);
    if (file.inode == nullptr) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) {
            return SQLITE_CANTOPEN;
        }
        const Verdict verdict = disk.judge(false);
        if (verdict == Verdict::proceed || verdict == Verdict::cut) {
            file.inode = disk.create(name);
        }
        if (verdict != Verdict::proceed) {
            return SQLITE_CANTOPEN;
        }
    }
    file.names_wait =
        (flags & SQLITE_OPEN_CREATE) != 0 &&
        (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
    file.base.pMethods = &kMethods;
    if (out_flags != nullptr) {
        *out_flags = flags;
    }
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    PowerDisk& disk = disk_of(vfs);
    if (disk.find(name) == nullptr) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    const Verdict verdict = disk.judge(false);
    if (verdict == Verdict::proceed || verdict == Verdict::cut) {
        disk.remove(name);
    }
    if (verdict != Verdict::proceed) {
        return SQLITE_IOERR_DELETE;
    }
    if ((sync_folder & 1) != 0) {
        disk.sync_names();
    }
    return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, const char* name, int /*flags*/, int* result) {
    *result = disk_of(vfs).find(name) != nullptr ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
    return sqlite3_snprintf(size, out, "%s", name) != nullptr ? SQLITE_OK : SQLITE_CANTOPEN;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
    for (int i = 0; i < size; ++i) {
        out[i] = static_cast<char>(disk_of(vfs).random(256));
    }
    return size;
}

int sleep(sqlite3_vfs* /*vfs*/, int microseconds) {
    return microseconds;
}
int current_time(sqlite3_vfs* /*vfs*/, double* julian_day) {
    *julian_day = 2'461'000.0;
    return SQLITE_OK;
}
int last_error(sqlite3_vfs* /*vfs*/, int /*size*/, char* /*out*/) {
    return 0;
}

} // namespace

PowerDisk::PowerDisk(std::uint64_t seed, std::size_t sector_bytes)
    : random_(seed), sector_bytes_(sector_bytes), vfs_(std::make_unique<sqlite3_vfs>()),
      before_(sqlite3_vfs_find(nullptr)), name_("power-disk") {
    *vfs_ = {};
    vfs_->iVersion = 1;
    vfs_->szOsFile = sizeof(File);
    vfs_->mxPathname = 512;
    vfs_->zName = name_.c_str();
    vfs_->pAppData = this;
    vfs_->xOpen = open_file;
    vfs_->xDelete = delete_file;
    vfs_->xAccess = access;
    vfs_->xFullPathname = full_path;
    vfs_->xRandomness = randomness;
    vfs_->xSleep = sleep;
    vfs_->xCurrentTime = current_time;
    vfs_->xGetLastError = last_error;
    EMS_ASSERT(sqlite3_vfs_register(vfs_.get(), 1) == SQLITE_OK);
}

PowerDisk::~PowerDisk() {
    sqlite3_vfs_unregister(vfs_.get());
    sqlite3_vfs_register(before_, 1);
}

void PowerDisk::begin_plan(const DiskPlan& plan) {
    plan_ = plan;
    operations_ = 0;
    failed_ = false;
}

Verdict PowerDisk::judge(bool is_read) {
    if (off_) {
        return Verdict::off;
    }
    if (is_read && !plan_.with_reads) {
        return Verdict::proceed;
    }
    ++operations_;
    if (plan_.fault == DiskFault::none || operations_ < plan_.at) {
        return Verdict::proceed;
    }
    if (plan_.fault == DiskFault::power_cut) {
        off_ = true;
        return Verdict::cut;
    }
    if (operations_ >= plan_.at + plan_.count) {
        return Verdict::proceed;
    }
    failed_ = true;
    return plan_.fault == DiskFault::full ? Verdict::full : Verdict::io_error;
}

PowerDisk::Inode* PowerDisk::find(const std::string& name) {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second;
}

PowerDisk::Inode* PowerDisk::create(const std::string& name) {
    inodes_.emplace_back();
    return names_[name] = &inodes_.back();
}

void PowerDisk::apply(std::string& content, const Change& change) {
    if (change.truncation) {
        content.resize(change.offset, '\0');
        return;
    }
    if (content.size() < change.offset + change.data.size()) {
        content.resize(change.offset + change.data.size(), '\0');
    }
    content.replace(change.offset, change.data.size(), change.data);
}

void PowerDisk::write(Inode& inode, std::uint64_t offset, std::string_view data) {
    if (data.empty()) {
        return;
    }
    inode.pending.push_back({offset, std::string{data}, false});
    apply(inode.seen, inode.pending.back());
}

void PowerDisk::truncate(Inode& inode, std::uint64_t size) {
    inode.pending.push_back({size, {}, true});
    apply(inode.seen, inode.pending.back());
}

void PowerDisk::sync(Inode& inode) {
    for (const Change& change : inode.pending) {
        apply(inode.durable, change);
    }
    inode.pending.clear();
}

void PowerDisk::fail_sync(Inode& inode) {
    constexpr std::array kHow{Survival::nothing_unsynced, Survival::everything, Survival::random};
    inode.durable = surviving(inode, kHow.at(random(kHow.size())));
    inode.pending.clear();
}

void PowerDisk::forget_cached(Inode& inode) {
    inode.seen = inode.durable;
    for (const Change& change : inode.pending) {
        apply(inode.seen, change);
    }
}

bool PowerDisk::has_room(const Inode& inode, std::uint64_t end) const {
    const std::uint64_t grows = end > inode.seen.size() ? end - inode.seen.size() : 0;
    return capacity_ == 0 || grows == 0 || bytes() + grows <= capacity_;
}

std::uint64_t PowerDisk::bytes() const {
    std::uint64_t total = 0;
    for (const auto& [name, inode] : names_) {
        total += inode->seen.size();
    }
    return total;
}

std::string PowerDisk::surviving(const Inode& inode, Survival survival) {
    std::string content = inode.durable;
    if (survival == Survival::nothing_unsynced) {
        return content;
    }
    for (const Change& change : inode.pending) {
        if (survival == Survival::everything) {
            apply(content, change);
        } else if (change.truncation) {
            if (random(2) == 0) {
                apply(content, change);
            }
        } else {
            // Sector by sector, each on its own.
            std::uint64_t at = change.offset;
            const std::uint64_t end = change.offset + change.data.size();
            while (at < end) {
                const std::uint64_t next =
                    std::min<std::uint64_t>(end, (at / sector_bytes_ + 1) * sector_bytes_);
                if (random(2) == 0) {
                    apply(content, {at, change.data.substr(at - change.offset, next - at), false});
                }
                at = next;
            }
        }
    }
    return content;
}

void PowerDisk::restore_power(Survival survival) {
    std::map<std::string, Inode*> names = durable_names_;
    if (survival == Survival::everything) {
        names = names_;
    } else if (survival == Survival::random) {
        for (const auto& [name, inode] : names_) {
            const auto known = durable_names_.find(name);
            if ((known == durable_names_.end() || known->second != inode) && random(2) == 0) {
                names[name] = inode;
            }
        }
        for (const auto& [name, inode] : durable_names_) {
            if (!names_.contains(name) && random(2) == 0) {
                names.erase(name);
            }
        }
    }
    for (auto& [name, inode] : names) {
        inode->durable = surviving(*inode, survival);
        inode->seen = inode->durable;
        inode->pending.clear();
    }
    names_ = names;
    durable_names_ = names;
    off_ = false;
    plan_ = {};
}

} // namespace ems::test
