// The reading half of DiskStore.
#include <algorithm>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "vehicle/spool/disk_rows.h"
#include "vehicle/spool/disk_store.h"

namespace ems::vehicle {
namespace {

constexpr std::size_t kDropRunsMax = 16;
constexpr std::uint64_t kPageBytes = 4'096; // SQLite's own choice for a new file
constexpr const char* kAllState = "select name, value, crc from state";
constexpr const char* kAllCommands =
    "select id, unit_seq, result, ack, body, crc from command order by unit_seq";

StoredCommand command_of(const SqliteStatement& row) {
    StoredCommand command;
    command.id = row.blob(0);
    command.unit_seq = static_cast<std::uint64_t>(row.number(1));
    command.result = wire::CommandAck::Result_IsValid(static_cast<int>(row.number(2)))
                         ? static_cast<wire::CommandAck::Result>(row.number(2))
                         : wire::CommandAck::RESULT_UNSPECIFIED;
    command.ack = row.blob(3);
    command.body = row.blob(4);
    return command;
}

} // namespace

Result<void> DiskStore::collect(SqliteStatement& select, wire::Stream stream,
                                std::vector<Record>* records, std::vector<Run>* damaged) {
    for (;;) {
        auto row = select.step();
        if (!row) {
            return Failure{std::move(row).error()};
        }
        if (!*row) {
            return {};
        }
        const auto seq = static_cast<std::uint64_t>(select.number(0));
        const std::string_view blob = select.blob(2);
        if (crc_of(blob) == select.number(1)) {
            records->push_back({identity_, stream, seq, std::string{blob}});
        } else {
            damaged->push_back({stream, seq, seq});
        }
    }
}

Result<std::vector<Record>> DiskStore::read(wire::Stream stream, std::size_t count_max,
                                            std::vector<Run>* damaged) {
    std::vector<Record> records;
    select_.bind(1, stream).bind(2, static_cast<std::int64_t>(count_max));
    EMS_TRY(collect(select_, stream, &records, damaged));
    return records;
}

Result<std::vector<Record>> DiskStore::read_waves(std::uint64_t case_from, std::size_t count_max,
                                                  std::vector<Run>* damaged) {
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
    const auto present = std::max(std::bit_cast<std::int64_t>(case_from), std::int64_t{1});
    const struct {
        Keep keep;
        std::int64_t from;
        std::int64_t to;
    } order[] = {{Keep::of_case, present, kLast},
                 {Keep::thinned, present, kLast},
                 {Keep::of_case, 1, present - 1},
                 {Keep::thinned, 1, present - 1},
                 {Keep::ordinary, 1, kLast}};
    std::vector<Record> records;
    for (const auto& [keep, from, to] : order) {
        if (records.size() < count_max) {
            select_kept_.bind(1, wire::STREAM_W)
                .bind(2, static_cast<std::int64_t>(keep))
                .bind(3, from)
                .bind(4, to)
                .bind(5, static_cast<std::int64_t>(count_max - records.size()));
            EMS_TRY(collect(select_kept_, wire::STREAM_W, &records, damaged));
        }
    }
    return records;
}

Result<std::vector<Record>> DiskStore::read_carried(wire::Stream stream, std::size_t count_max,
                                                    std::vector<Run>* damaged) {
    std::vector<Record> records;
    if (carried(stream) == 0) {
        return records;
    }
    select_carried_.bind(1, stream).bind(2, static_cast<std::int64_t>(count_max));
    for (;;) {
        auto row = select_carried_.step();
        if (!row) {
            return Failure{std::move(row).error()};
        }
        if (!*row) {
            return records;
        }
        const auto spool = std::bit_cast<std::uint64_t>(select_carried_.number(0));
        const auto seq = static_cast<std::uint64_t>(select_carried_.number(1));
        const std::string_view blob = select_carried_.blob(3);
        if (crc_of(blob) == select_carried_.number(2)) {
            records.push_back({spool, stream, seq, std::string{blob}});
        } else {
            damaged->push_back({stream, seq, seq, spool});
        }
    }
}

Result<std::optional<Record>> DiskStore::read_one(wire::Stream stream, std::uint64_t spool,
                                                  std::uint64_t seq) {
    std::optional<Record> record;
    SqliteStatement& select = spool == identity_ ? select_one_ : select_one_carried_;
    select.bind(1, stream).bind(2, std::bit_cast<std::int64_t>(seq));
    if (spool != identity_) {
        select.bind(3, std::bit_cast<std::int64_t>(spool));
    }
    auto row = select.step();
    if (!row) {
        return Failure{std::move(row).error()};
    }
    const bool damaged = *row && crc_of(select.blob(1)) != select.number(0);
    if (*row && !damaged) {
        record = Record{spool, stream, seq, std::string{select.blob(1)}};
    }
    select.reset();
    if (damaged) {
        return fail(Code::corrupt,
                    fmt::format("record {} of stream {}", seq, static_cast<int>(stream)));
    }
    return record;
}

Result<std::vector<Record>> DiskStore::read_newest(wire::Stream stream) {
    std::vector<Record> records;
    auto row = newest_.bind(1, stream).step();
    if (!row) {
        return Failure{std::move(row).error()};
    }
    if (*row && crc_of(newest_.blob(2)) == newest_.number(1)) {
        records.push_back({identity_, stream, static_cast<std::uint64_t>(newest_.number(0)),
                           std::string{newest_.blob(2)}});
    }
    newest_.reset();
    return records;
}

Result<DiskStore::Oldest> DiskStore::oldest(wire::Stream stream, Keep keep, std::uint64_t bytes,
                                            std::size_t count_max) {
    Oldest found;
    oldest_.bind(1, stream)
        .bind(2, static_cast<std::int64_t>(keep))
        .bind(3, static_cast<std::int64_t>(count_max));
    while (found.bytes < bytes) {
        auto row = oldest_.step();
        if (!row) {
            return Failure{std::move(row).error()};
        }
        if (!*row) {
            break;
        }
        const auto seq = static_cast<std::uint64_t>(oldest_.number(0));
        if (!found.runs.empty() && found.runs.back().to + 1 == seq) {
            found.runs.back().to = seq;
        } else if (found.runs.size() == kDropRunsMax) {
            break;
        } else {
            found.runs.push_back({stream, seq, seq});
        }
        found.bytes += static_cast<std::uint64_t>(oldest_.number(1));
    }
    oldest_.reset();
    return found;
}

Result<DiskStore::Size> DiskStore::size() {
    std::uint64_t pages[2] = {0, 0};
    for (auto* statement : {&page_count_, &free_pages_}) {
        auto row = statement->step();
        if (!row) {
            return Failure{std::move(row).error()};
        }
        pages[statement == &free_pages_ ? 1 : 0] = static_cast<std::uint64_t>(statement->number(0));
        statement->reset();
    }
    return Size{pages[0] * kPageBytes, (pages[0] - std::min(pages[0], pages[1])) * kPageBytes};
}

Result<std::map<std::string, std::string>> DiskStore::load_state() {
    std::map<std::string, std::string> state;
    auto all = file_.prepare(kAllState);
    if (!all) {
        return Failure{std::move(all).error()};
    }
    for (;;) {
        auto row = all->step();
        if (!row) {
            return Failure{std::move(row).error()};
        }
        if (!*row) {
            return state;
        }
        state.emplace(all->blob(0), all->blob(1));
    }
}

Result<std::vector<StoredCommand>> DiskStore::load_commands() {
    std::vector<StoredCommand> commands;
    auto all = file_.prepare(kAllCommands);
    if (!all) {
        return Failure{std::move(all).error()};
    }
    for (;;) {
        auto row = all->step();
        if (!row) {
            return Failure{std::move(row).error()};
        }
        if (!*row) {
            return commands;
        }
        commands.push_back(command_of(*all));
    }
}

DiskStore::Remains DiskStore::look_into_damaged(const std::string& path) {
    Remains remains;
    auto file = SqliteFile::open_untouched(path);
    if (!file) {
        return remains;
    }
    // Each table up to where it cannot be read: the damage mostly lies in the records.
    if (auto all = file->prepare(kAllState)) {
        for (auto row = all->step(); row && *row; row = all->step()) {
            const std::string name{all->blob(0)};
            const std::string value{all->blob(1)};
            if (crc_of(name + value) == all->number(2)) {
                remains.state.emplace(name, value);
            }
        }
    }
    if (auto all = file->prepare(kAllCommands)) {
        for (auto row = all->step(); row && *row; row = all->step()) {
            StoredCommand command = command_of(*all);
            if (crc_of(command) == all->number(5)) {
                remains.commands.push_back(std::move(command));
            }
        }
    }
    return remains;
}

} // namespace ems::vehicle
