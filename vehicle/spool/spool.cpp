#include "vehicle/spool/spool.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "vehicle/spool/envelope.h"

namespace ems::vehicle {
namespace {

constexpr std::chrono::seconds kRetryEvery{10};
constexpr std::size_t kAcksPerGroupMax = 256;

} // namespace

Result<std::unique_ptr<Spool>> Spool::open(Options options, const Clock& clock) {
    std::unique_ptr<Spool> spool{new Spool(std::move(options), clock)};
    auto opened = spool->open_disk(CheckFile::yes);
    if (!opened && opened.error().code == Code::busy) {
        return Failure{std::move(opened).error()};
    }
    if (!opened) {
        spool->disk_failed(opened.error());
    }
    return spool;
}

Result<void> Spool::open_disk(CheckFile check) {
    auto disk = DiskStore::open(options_.path, check);
    if (!disk && disk.error().code == Code::corrupt) {
        EMS_LOG(error, "spool", "file is damaged and set aside path={} reason={}", options_.path,
                disk.error().detail);
        set_aside();
        disk = DiskStore::open(options_.path, CheckFile::no);
    }
    if (!disk) {
        return Failure{std::move(disk).error()};
    }
    return adopt(std::move(*disk));
}

// The file's state and commands count at the start; later, what is in memory is newer.
Result<void> Spool::adopt(DiskStore disk) {
    auto state = disk.load_state();
    if (!state) {
        return Failure{std::move(state).error()};
    }
    auto commands = disk.load_commands();
    if (!commands) {
        return Failure{std::move(commands).error()};
    }
    state_.merge(std::move(*state));
    for (StoredCommand& command : *commands) {
        if (find_command(command.id) == nullptr) {
            commands_.push_back(std::move(command));
        }
    }
    std::stable_sort(commands_.begin(), commands_.end(),
                     [](const auto& a, const auto& b) { return a.unit_seq < b.unit_seq; });
    disk_.emplace(std::move(disk));
    EMS_LOG(info, "spool", "open path={} spool={:016x} bytes={}", options_.path, disk_->identity(),
            disk_->bytes());
    return {};
}

void Spool::set_aside() const {
    const std::string target =
        options_.path + ".damaged-" + std::to_string(clock_.utc_us() / 1'000'000);
    std::error_code ignored;
    for (const char* part : {"", "-wal", "-shm"}) {
        std::filesystem::rename(options_.path + part, target + part, ignored);
    }
}

void Spool::disk_failed(const Error& error) {
    EMS_LOG(error, "spool", "disk failed, keeping records in memory: {}", error.message());
    disk_.reset();
    check_next_ = error.code == Code::corrupt ? CheckFile::yes : check_next_;
    retry_at_ = clock_.ticks() + kRetryEvery;
}

void Spool::retry_disk() {
    if (disk_ || clock_.ticks() < retry_at_) {
        return;
    }
    if (auto opened = open_disk(check_next_); !opened) {
        EMS_LOG(warn, "spool", "disk is still failing: {}", opened.error().message());
        retry_at_ = clock_.ticks() + kRetryEvery;
        return;
    }
    check_next_ = CheckFile::no;
    mark_all_dirty();
}

void Spool::mark_all_dirty() {
    for (const auto& [name, value] : state_) {
        dirty_state_.insert(name);
    }
    for (const StoredCommand& command : commands_) {
        dirty_commands_.insert(command.id);
    }
}

Result<void> Spool::append(NewRecord record) {
    EMS_ASSERT(record.stream >= wire::STREAM_A && record.stream <= wire::STREAM_W);
    if (record.body.size() > kRecordBodySizeMax) {
        return fail(Code::invalid_argument, "record is too large for the spool");
    }
    if (group_.records.size() >= kSpoolGroupMax) {
        return fail(Code::full, "open group of the spool is full");
    }
    group_.records.push_back(std::move(record));
    return {};
}

void Spool::acknowledge(const wire::Ack& ack) {
    if (ack.spool() == ring_.identity()) {
        ring_.acknowledge(ack);
    } else if (disk_ && ack.spool() == disk_->identity() && group_.acks.size() < kAcksPerGroupMax) {
        group_.acks.push_back(ack); // beyond the bound: safe to lose, the centre repeats it
    }
}

bool Spool::has_group() const {
    return !group_.records.empty() || !group_.acks.empty() || !dirty_state_.empty() ||
           !dirty_commands_.empty() || !group_.commands_removed.empty();
}

void Spool::add_quota_drops() {
    std::uint64_t incoming = 0;
    for (const NewRecord& record : group_.records) {
        incoming += record.body.size() + 96;
    }
    const std::uint64_t wanted = disk_->bytes() + incoming;
    if (wanted <= options_.quota_bytes) {
        return;
    }
    // A sixteenth more than needed, so that drops (and their gap records) come seldom.
    auto runs = disk_->plan_drops(wanted - options_.quota_bytes + options_.quota_bytes / 16);
    if (!runs) {
        return; // the write that follows fails the same way and is answered there
    }
    for (const Run& run : *runs) {
        EMS_LOG(warn, "spool", "quota drops stream={} from={} to={}", static_cast<int>(run.stream),
                run.from, run.to);
        group_.records.push_back(
            gap_record(run.stream, run.from, run.to, "quota", clock_.utc_us()));
    }
    group_.drops = std::move(*runs);
}

void Spool::fill_dirty() {
    for (const std::string& name : dirty_state_) {
        group_.state.emplace_back(name, state_.at(name));
    }
    for (const StoredCommand& command : commands_) {
        if (dirty_commands_.contains(command.id)) {
            group_.commands.push_back(command);
        }
    }
}

Spool::Committed Spool::commit() {
    retry_disk();
    if (!has_group()) {
        return {{}, durability()};
    }
    if (disk_) {
        add_quota_drops();
        fill_dirty();
        auto stored = disk_->write(group_);
        if (stored) {
            group_ = {};
            dirty_state_.clear();
            dirty_commands_.clear();
            return {std::move(*stored), Durability::on_disk};
        }
        // Nothing of the group was stored, so nothing was dropped either: its gap records would be
        // untrue.
        group_.records.resize(group_.records.size() - group_.drops.size());
        disk_failed(stored.error());
        mark_all_dirty();
    }
    Committed committed{{}, Durability::in_memory};
    for (const NewRecord& record : group_.records) {
        auto stored = ring_.append(record);
        std::move(stored.begin(), stored.end(), std::back_inserter(committed.records));
    }
    group_ = {};
    dirty_state_.clear(); // all of it is written when the disk is back
    dirty_commands_.clear();
    return committed;
}

std::vector<Record> Spool::unacked(wire::Stream stream, std::size_t count_max) {
    std::vector<Record> records;
    if (disk_) {
        std::vector<Run> damaged;
        auto read = disk_->read(stream, count_max, &damaged);
        if (read) {
            records = std::move(*read);
        } else {
            disk_failed(read.error());
            mark_all_dirty();
        }
        for (const Run& run : damaged) {
            if (group_.drops.empty() && group_.records.size() < kSpoolGroupMax) {
                // Dropped as if acknowledged, and told: the hole is named instead of asked for
                // again and again.
                EMS_LOG(error, "spool", "damaged record stream={} seq={}",
                        static_cast<int>(run.stream), run.from);
                group_.records.push_back(
                    gap_record(run.stream, run.from, run.to, "damaged", clock_.utc_us()));
                wire::Ack ack;
                ack.set_spool(disk_->identity());
                auto& closed = *ack.add_streams();
                closed.set_stream(run.stream);
                closed.add_rejected(run.from);
                group_.acks.push_back(std::move(ack));
            }
        }
    }
    if (records.size() < count_max) {
        auto more = ring_.read(stream, count_max - records.size());
        std::move(more.begin(), more.end(), std::back_inserter(records));
    }
    return records;
}

std::optional<Record> Spool::find(wire::Stream stream, std::uint64_t spool, std::uint64_t seq) {
    if (spool == ring_.identity()) {
        const Record* record = ring_.find(stream, seq);
        return record == nullptr ? std::nullopt : std::optional{*record};
    }
    if (!disk_ || spool != disk_->identity()) {
        return std::nullopt;
    }
    auto read = disk_->read_one(stream, seq);
    if (!read) {
        return std::nullopt; // unacked() meets it too, and names the hole or changes to memory
    }
    return std::move(*read);
}

std::optional<Record> Spool::newest(wire::Stream stream) {
    if (disk_) {
        if (auto read = disk_->read_newest(stream); read && !read->empty()) {
            return std::move(read->front());
        }
        return std::nullopt;
    }
    const StreamStatus status = ring_.status(stream);
    auto all = ring_.read(stream, status.unacked);
    return all.empty() ? std::nullopt : std::optional{std::move(all.back())};
}

std::string Spool::state(const std::string& name) const {
    const auto found = state_.find(name);
    return found == state_.end() ? std::string{} : found->second;
}

void Spool::set_state(const std::string& name, std::string value) {
    EMS_ASSERT(state_.contains(name) || state_.size() < kSpoolStatesMax);
    state_[name] = std::move(value);
    dirty_state_.insert(name);
}

std::uint64_t Spool::number(const std::string& name) const {
    const std::string text = state(name);
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

void Spool::set_number(const std::string& name, std::uint64_t value) {
    set_state(name, std::to_string(value));
}

const StoredCommand* Spool::find_command(const std::string& id) const {
    const auto found = std::find_if(commands_.begin(), commands_.end(),
                                    [&id](const auto& command) { return command.id == id; });
    return found == commands_.end() ? nullptr : &*found;
}

void Spool::put_command(StoredCommand command) {
    const std::string id = command.id;
    std::erase_if(commands_, [&id](const auto& known) { return known.id == id; });
    const auto place = std::upper_bound(
        commands_.begin(), commands_.end(), command.unit_seq,
        [](std::uint64_t unit_seq, const auto& known) { return unit_seq < known.unit_seq; });
    commands_.insert(place, std::move(command));
    dirty_commands_.insert(id);
    if (commands_.size() > kSpoolCommandsMax) {
        dirty_commands_.erase(commands_.front().id);
        group_.commands_removed.push_back(commands_.front().id);
        commands_.erase(commands_.begin());
    }
}

std::uint64_t Spool::identity() const {
    return disk_ ? disk_->identity() : ring_.identity();
}

StreamStatus Spool::status(wire::Stream stream) const {
    return disk_ ? disk_->status(stream) : ring_.status(stream);
}

} // namespace ems::vehicle
