#include "vehicle/spool/spool.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "vehicle/spool/damaged_file.h"
#include "vehicle/spool/disk_rows.h"
#include "vehicle/spool/envelope.h"

namespace ems::vehicle {
namespace {

constexpr std::chrono::seconds kRetryEvery{10};
constexpr std::uintmax_t kCheckedAliveMax = 256ULL << 20; // a few seconds of reading
constexpr std::size_t kAcksPerGroupMax = 256;
constexpr std::size_t kDamagedPerGroupMax = 256;
constexpr std::size_t kCarryBytesMax = 262'144; // of one group
constexpr std::uint64_t kEnvelopeBytes = 32;    // about, beside the body
constexpr std::uint64_t kKeptAnywhere = 4ULL << 20;
constexpr std::int64_t kClockWasSetUs = 1'767'225'600'000'000; // 2026

std::uint64_t number_of(const std::string& text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

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
    // A file that was found whole and meets damage again is not believed: the check does not look
    // at everything. Nor is a large one looked through while the vehicle lives: it would be silent
    // for as long.
    std::error_code unknown;
    const bool large =
        suspicions_ > 0 && std::filesystem::file_size(options_.path, unknown) > kCheckedAliveMax;
    if (suspicions_ > 1 || (large && !unknown)) {
        EMS_TRY(begin_anew());
    }
    auto disk = DiskStore::open(options_.path, check, options_.boot);
    if (!disk && disk.error().code == Code::corrupt) {
        EMS_LOG(error, "spool", "file is damaged path={} reason={}", options_.path,
                disk.error().detail);
        EMS_TRY(begin_anew());
        disk = DiskStore::open(options_.path, CheckFile::no, options_.boot);
    }
    if (!disk) {
        return Failure{std::move(disk).error()};
    }
    return adopt(std::move(*disk));
}

// Without its commands the vehicle would act on one a second time.
Result<void> Spool::begin_anew() {
    DiskStore::Remains remains = DiskStore::look_into_damaged(options_.path);
    EMS_TRY(set_damaged_aside(options_.path));
    EMS_LOG(error, "spool", "damaged file is set aside path={} states={} commands={}",
            options_.path, remains.state.size(), remains.commands.size());
    suspicions_ = 0;
    take_over(std::move(remains.state), std::move(remains.commands));
    mark_all_dirty();
    return {};
}

// The file's state and commands count at the start; later, what is in memory is newer.
void Spool::take_over(std::map<std::string, std::string> state,
                      std::vector<StoredCommand> commands) {
    for (auto& [name, value] : state) {
        const auto known = state_.find(name);
        if (known == state_.end()) {
            if (state_.size() < kSpoolStatesMax) {
                state_.emplace(name, std::move(value));
            }
        } else if (numbers_.contains(name) && number_of(known->second) < number_of(value)) {
            known->second = std::move(value);
        }
    }
    for (StoredCommand& command : commands) {
        if (find_command(command.id) == nullptr) {
            commands_.push_back(std::move(command));
        }
    }
    std::stable_sort(commands_.begin(), commands_.end(),
                     [](const auto& a, const auto& b) { return a.unit_seq < b.unit_seq; });
}

Result<void> Spool::adopt(DiskStore disk) {
    auto state = disk.load_state();
    if (!state) {
        return Failure{std::move(state).error()};
    }
    auto commands = disk.load_commands();
    if (!commands) {
        return Failure{std::move(commands).error()};
    }
    take_over(std::move(*state), std::move(*commands));
    disk_.emplace(std::move(disk));
    resolve_doubt();
    EMS_LOG(info, "spool", "open path={} spool={:016x} bytes={}", options_.path, disk_->identity(),
            disk_->bytes());
    return {};
}

void Spool::resolve_doubt() {
    if (doubted_spool_ != disk_->identity()) {
        misplaced_.clear();
    } else if (!doubted_.empty() &&
               disk_->status(doubted_.front().stream).last_seq >= doubted_.front().to) {
        // What that group removed, among it what was misplaced before, is gone with it.
        misplaced_ = doubted_;
    }
    doubted_spool_ = disk_->identity();
    doubted_.clear();
}

void Spool::disk_failed(const Error& error) {
    EMS_LOG(error, "spool", "disk failed, keeping records in memory: {}", error.message());
    if (error.code == Code::corrupt) {
        suspicions_ += disk_ ? 1 : 0;
        check_next_ = CheckFile::yes;
    }
    disk_.reset();
    damaged_.clear(); // what is left of them is met again
    retry_at_ = clock_.ticks() + kRetryEvery;
}

void Spool::retry_disk() {
    if (disk_ || clock_.ticks() < retry_at_) {
        return;
    }
    SqliteFile::forget_cached(options_.path);
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

std::optional<std::uint64_t> Spool::disk_free_bytes(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path{path}.parent_path();
    std::error_code error;
    const auto space = std::filesystem::space(folder.empty() ? "." : folder, error);
    return error ? std::nullopt : std::optional{std::uint64_t{space.available}};
}

// The file never shrinks: what it has, and what it may still take of the disk. Its pages hold less
// than they weigh, by the share seen now.
Quota Spool::quota() {
    const auto free = options_.free_bytes(options_.path);
    const auto size = disk_->size();
    if (!free || !size || size->used == 0) {
        return {options_.quota_bytes};
    }
    const std::uint64_t all = size->whole + *free;
    const std::uint64_t room = all - std::min(all, options_.margin_bytes);
    const double share = static_cast<double>(disk_->bytes()) / static_cast<double>(size->used);
    const auto held = static_cast<std::uint64_t>(static_cast<double>(room) * std::min(share, 1.0));
    // Where less than the margin is free, a little is kept all the same, for as long as it can be.
    return {std::min(options_.quota_bytes, std::max(held, kKeptAnywhere))};
}

Stamp Spool::stamp() const {
    const std::int64_t utc_us = clock_.utc_us();
    return last_stamp_.value_or(
        Stamp{utc_us, utc_us < kClockWasSetUs ? wire::CLOCK_NEVER_SET : wire::CLOCK_FREE_RUNNING});
}

Result<void> Spool::append(NewRecord record) {
    EMS_ASSERT(record.stream >= wire::STREAM_A && record.stream <= wire::STREAM_W);
    if (record.body.size() > kRecordBodySizeMax) {
        return fail(Code::invalid_argument, "record is too large for the spool");
    }
    const std::size_t more = record.stream == wire::STREAM_A ? kSpoolEventsMore : 0;
    if (group_.records.size() >= kSpoolGroupMax + more) {
        return fail(Code::full, "open group of the spool is full");
    }
    last_stamp_ = Stamp{record.t_us, record.clk};
    if (record.stream == wire::STREAM_W) {
        if (record.keep == Keep::of_case && last_wave_ != Keep::of_case && disk_) {
            case_from_ = disk_->status(wire::STREAM_W).last_seq + 1;
        }
        last_wave_ = record.keep;
    }
    group_.records.push_back(std::move(record));
    return {};
}

void Spool::acknowledge(const wire::Ack& ack) {
    if (ack.spool() == ring_.identity()) {
        ring_.acknowledge(ack);
    }
    if (disk_ && disk_->knows(ack.spool()) && group_.acks.size() < kAcksPerGroupMax) {
        group_.acks.push_back(ack); // beyond the bound: safe to lose, the centre repeats it
    }
}

bool Spool::has_group() const {
    return !group_.records.empty() || !group_.acks.empty() || !dirty_state_.empty() ||
           !dirty_commands_.empty() || !group_.commands_removed.empty() || !misplaced_.empty() ||
           !damaged_.empty() || (disk_ && !ring_.empty());
}

// What of the file has to go, and the records that say so. All of it is added behind the records
// that were appended.
void Spool::add_drops() {
    for (const Run& run : misplaced_) {
        group_.records.push_back(gap_record(run.stream, run.from, run.to, "in_memory", stamp()));
        group_.drops.push_back(run);
    }
    for (const Run& run : damaged_) {
        group_.records.push_back(gap_record(run.stream, run.from, run.to, "damaged", stamp()));
        group_.drops.push_back(run);
    }
    if (!misplaced_.empty() || !damaged_.empty()) {
        return; // the quota would name some of them a second time; its turn is the next group
    }
    std::uint64_t waves = 0;
    std::uint64_t others = 0;
    for (const NewRecord& record : group_.records) {
        (record.stream == wire::STREAM_W ? waves : others) +=
            row_bytes(record.body.size() + kEnvelopeBytes);
    }
    for (const Record& record : group_.carried) {
        (record.stream == wire::STREAM_W ? waves : others) += row_bytes(record.envelope.size());
    }
    auto drops = drops_for(*disk_, quota(), waves, others, stamp());
    if (!drops) {
        return; // the write that follows fails the same way and is answered there
    }
    std::move(drops->records.begin(), drops->records.end(), std::back_inserter(group_.records));
    group_.drops.insert(group_.drops.end(), drops->runs.begin(), drops->runs.end());
}

// The numbers that the first `appended` records of the group would have.
void Spool::doubt_group(std::size_t appended) {
    std::array<std::uint64_t, kStreams> counts{};
    for (std::size_t i = 0; i < appended; ++i) {
        ++counts.at(stream_index(group_.records[i].stream));
    }
    doubted_spool_ = disk_->identity();
    doubted_.clear();
    for (std::size_t i = 0; i < kStreams; ++i) {
        const std::uint64_t last = disk_->status(stream_at(i)).last_seq;
        if (counts.at(i) > 0) {
            doubted_.push_back({stream_at(i), last + 1, last + counts.at(i)});
        }
    }
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

// Worn flash stops for seconds, and everything waits for it.
Result<std::vector<Record>> Spool::write_group() {
    const std::uint64_t before = disk_->went_back();
    const Ticks begun = clock_.ticks();
    auto stored = disk_->write(group_);
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.ticks() - begun);
    troubles_.slowest_commit = std::max(troubles_.slowest_commit, took);
    if (took > kSlowCommit) {
        ++troubles_.slow_commits;
        EMS_LOG(warn, "spool", "disk is slow commit_ms={}", took.count());
    }
    if (disk_->went_back() > before) {
        troubles_.went_back += disk_->went_back() - before;
        EMS_LOG(error, "spool", "file is older than what the centre has of it spool={:016x}",
                disk_->identity());
    }
    return stored;
}

Spool::Troubles Spool::troubles() const {
    return troubles_;
}

Spool::Committed Spool::commit() {
    retry_disk();
    if (!has_group()) {
        return {{}, durability()};
    }
    if (disk_) {
        const std::size_t appended = group_.records.size();
        group_.carried = ring_.lowest(kCarryBytesMax);
        add_drops();
        fill_dirty();
        auto stored = write_group();
        if (stored) {
            // Thinned waves are old: nothing to show as live.
            const auto thinned = std::remove_if(
                stored->begin() + static_cast<std::ptrdiff_t>(appended), stored->end(),
                [](const Record& record) { return record.stream != wire::STREAM_A; });
            stored->erase(thinned, stored->end());
            ring_.forget(group_.carried);
            group_ = {};
            misplaced_.clear();
            damaged_.clear();
            dirty_state_.clear();
            dirty_commands_.clear();
            return {std::move(*stored), Durability::on_disk};
        }
        doubt_group(appended);
        // Nothing of the group counts as stored, so nothing was dropped either: its gap records
        // would be untrue.
        group_.records.resize(appended);
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
        auto read = stream == wire::STREAM_W ? disk_->read_waves(case_from_, count_max, &damaged)
                                             : disk_->read(stream, count_max, &damaged);
        if (read && read->size() < count_max) {
            auto carried = disk_->read_carried(stream, count_max - read->size(), &damaged);
            if (carried) {
                std::move(carried->begin(), carried->end(), std::back_inserter(*read));
            } else {
                read = Failure{std::move(carried).error()};
            }
        }
        if (read) {
            records = std::move(*read);
            name_damaged(damaged);
        } else {
            disk_failed(read.error());
            mark_all_dirty();
        }
    }
    if (records.size() < count_max) {
        auto more = ring_.read(stream, count_max - records.size());
        std::move(more.begin(), more.end(), std::back_inserter(records));
    }
    return records;
}

// Told and dropped by the next write of this file: the hole is named instead of asked for again and
// again. One of another identity goes as if acknowledged: its hole cannot be told in this one.
void Spool::name_damaged(const std::vector<Run>& damaged) {
    for (const Run& run : damaged) {
        if (run.spool != 0) {
            drop_carried(run);
            continue;
        }
        const bool named = std::any_of(damaged_.begin(), damaged_.end(), [&run](const Run& known) {
            return known.stream == run.stream && known.from == run.from;
        });
        if (!named && damaged_.size() < kDamagedPerGroupMax) { // beyond: met again
            EMS_LOG(error, "spool", "damaged record stream={} seq={}", static_cast<int>(run.stream),
                    run.from);
            damaged_.push_back(run);
        }
    }
}

void Spool::drop_carried(const Run& run) {
    const bool named =
        std::any_of(group_.acks.begin(), group_.acks.end(), [&run](const wire::Ack& ack) {
            return ack.spool() == run.spool && ack.streams_size() == 1 &&
                   ack.streams(0).stream() == run.stream && ack.streams(0).rejected_size() == 1 &&
                   ack.streams(0).rejected(0) == run.from;
        });
    if (named || group_.acks.size() >= kAcksPerGroupMax) {
        return; // asked for twice since the last commit, or met again
    }
    EMS_LOG(error, "spool", "damaged record spool={:016x} stream={} seq={}", run.spool,
            static_cast<int>(run.stream), run.from);
    wire::Ack ack;
    ack.set_spool(run.spool);
    auto& closed = *ack.add_streams();
    closed.set_stream(run.stream);
    closed.add_rejected(run.from);
    group_.acks.push_back(std::move(ack));
}

std::optional<Record> Spool::find(wire::Stream stream, std::uint64_t spool, std::uint64_t seq) {
    if (spool == ring_.identity()) {
        if (const Record* record = ring_.find(stream, seq)) {
            return *record;
        }
    }
    if (!disk_ || !disk_->knows(spool)) {
        return std::nullopt;
    }
    auto read = disk_->read_one(stream, spool, seq);
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
    return number_of(state(name));
}

void Spool::set_number(const std::string& name, std::uint64_t value) {
    numbers_.insert(name);
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
