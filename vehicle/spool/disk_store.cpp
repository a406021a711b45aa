#include "vehicle/spool/disk_store.h"

#include <algorithm>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "vehicle/spool/disk_rows.h"
#include "vehicle/spool/envelope.h"

namespace ems::vehicle {
namespace {

// 2: command.ack is the whole event; before, it was the event's id. 3: sums of state and command,
// records of other identities.
constexpr std::int64_t kVersion = 3; // also below, in SQL

constexpr const char* kSchema = R"sql(
create table if not exists meta(name text primary key, value blob not null) without rowid;
create table if not exists stream(stream integer primary key, last_seq integer not null);
create table if not exists rec(stream integer not null, seq integer not null, t integer not null,
  prio integer not null, crc integer not null, blob blob not null, primary key(stream, seq)) without rowid;
create index if not exists rec_drop on rec(stream, prio, seq);
create table if not exists state(name text primary key, value blob not null, crc integer) without rowid;
create table if not exists command(id text primary key, unit_seq integer not null, result integer not null,
  ack blob not null, body blob not null, crc integer) without rowid;
create table if not exists carried(spool integer not null, stream integer not null, seq integer not null,
  crc integer not null, blob blob not null, primary key(spool, stream, seq)) without rowid;
insert or ignore into stream values (1, 0), (2, 0), (3, 0), (4, 0);
)sql";

std::int64_t signed_of(std::uint64_t value) {
    return std::bit_cast<std::int64_t>(value);
}

// Numbers of another identity come from outside: SQLite's integers are signed.
std::int64_t clipped(std::uint64_t seq) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(seq, kMost));
}

} // namespace

Result<DiskStore> DiskStore::open(const std::string& path, CheckFile check,
                                  const std::string& boot) {
    auto file = SqliteFile::open(path);
    if (!file) {
        return Failure{std::move(file).error()};
    }
    DiskStore store{std::move(*file)};
    store.file_.add_function("row_bytes", [](std::int64_t size) {
        return static_cast<std::int64_t>(row_bytes(static_cast<std::size_t>(size)));
    });
    EMS_TRY(store.set_up());
    if (check == CheckFile::yes) {
        EMS_TRY(store.check_whole());
    }
    const auto version = store.read_version();
    if (!version) {
        return Failure{version.error()};
    }
    if (*version > kVersion) {
        return fail(Code::unsupported_version, fmt::format("spool file has version {}", *version));
    }
    EMS_TRY(store.file_.execute("begin immediate"));
    if (*version == 1) {
        EMS_TRY(store.file_.execute("alter table command rename column ack_event_id to ack"));
    }
    if (*version == 1 || *version == 2) {
        EMS_TRY(store.file_.execute("alter table state add column crc integer;"
                                    "alter table command add column crc integer"));
    }
    EMS_TRY(store.file_.execute(kSchema));
    EMS_TRY(store.skip_after_boot(boot));
    EMS_TRY(store.file_.execute("pragma user_version=3; commit"));
    EMS_TRY(store.prepare());
    EMS_TRY(store.load_counts());
    return store;
}

Result<void> DiskStore::set_up() {
    // Exclusive: no second process, and no shared-memory file whose loss could matter.
    EMS_TRY(file_.execute("pragma locking_mode=exclusive; pragma journal_mode=wal;"
                          "pragma synchronous=full; pragma wal_autocheckpoint=1000;"
                          "pragma journal_size_limit=8388608; pragma temp_store=memory;"
                          "pragma cache_size=-2048; begin immediate; rollback"));
    // SQLite answers a mode it cannot have with the one it has, and no error.
    auto mode = file_.prepare("pragma journal_mode");
    if (!mode) {
        return Failure{std::move(mode).error()};
    }
    EMS_TRY(mode->step());
    if (mode->blob(0) != "wal") {
        return fail(Code::spool, "this file system takes no write-ahead log");
    }
    return {};
}

Result<void> DiskStore::check_whole() {
    auto verdict = file_.prepare("pragma quick_check(1)");
    if (!verdict) {
        return Failure{std::move(verdict).error()};
    }
    auto row = verdict->step();
    if (!row) {
        return Failure{std::move(row).error()};
    }
    if (!*row || verdict->blob(0) != "ok") {
        return fail(Code::corrupt, std::string{verdict->blob(0)});
    }
    return {};
}

Result<std::int64_t> DiskStore::read_version() {
    auto version = file_.prepare("pragma user_version");
    if (!version) {
        return Failure{std::move(version).error()};
    }
    EMS_TRY(version->step());
    return version->number(0);
}

Result<void> DiskStore::prepare() {
    const std::array<std::pair<SqliteStatement*, const char*>, 23> all{{
        {&begin_, "begin immediate"},
        {&commit_, "commit"},
        {&rollback_, "rollback"},
        {&insert_, "insert into rec(stream, seq, t, prio, crc, blob) values (?, ?, ?, ?, ?, ?)"},
        {&set_last_, "update stream set last_seq = ? where stream = ?"},
        {&sum_, "select count(*), coalesce(sum(row_bytes(length(blob))), 0) from rec where stream "
                "= ? and seq "
                "between ? and ?"},
        {&delete_, "delete from rec where stream = ? and seq between ? and ?"},
        {&first_, "select seq from rec where stream = ? order by seq limit 1"},
        {&select_, "select seq, crc, blob from rec where stream = ? order by seq limit ?"},
        {&select_one_, "select crc, blob from rec where stream = ? and seq = ?"},
        {&newest_, "select seq, crc, blob from rec where stream = ? order by seq desc limit 1"},
        {&oldest_,
         "select seq, row_bytes(length(blob)) from rec where stream = ? and prio = ? order by seq "
         "limit ?"},
        {&put_state_, "insert or replace into state(name, value, crc) values (?, ?, ?)"},
        {&put_command_, "insert or replace into command(id, unit_seq, result, ack, body, crc) "
                        "values (?, ?, ?, ?, ?, ?)"},
        {&remove_command_, "delete from command where id = ?"},
        {&put_carried_, "insert or ignore into carried(spool, stream, seq, crc, blob) "
                        "values (?, ?, ?, ?, ?) returning seq"},
        {&sum_carried_, "select count(*), coalesce(sum(row_bytes(length(blob))), 0) from carried "
                        "where spool = ? and stream = ? and seq between ? and ?"},
        {&delete_carried_,
         "delete from carried where spool = ? and stream = ? and seq between ? and ?"},
        {&select_carried_, "select spool, seq, crc, blob from carried where stream = ? "
                           "order by spool, seq limit ?"},
        {&select_kept_, "select seq, crc, blob from rec where stream = ? and prio = ? and "
                        "seq between ? and ? order by seq limit ?"},
        {&page_count_, "pragma page_count"},
        {&free_pages_, "pragma freelist_count"},
        {&select_one_carried_,
         "select crc, blob from carried where stream = ? and seq = ? and spool = ?"},
    }};
    for (const auto& [statement, sql] : all) {
        auto made = file_.prepare(sql);
        if (!made) {
            return Failure{std::move(made).error()};
        }
        *statement = std::move(*made);
    }
    auto identity = file_.prepare("select cast(value as integer) from meta where name = 'spool'");
    if (!identity) {
        return Failure{std::move(identity).error()};
    }
    auto row = identity->step();
    if (!row) {
        return Failure{std::move(row).error()};
    }
    if (*row) {
        identity_ = std::bit_cast<std::uint64_t>(identity->number(0));
        return {};
    }
    identity_ = random_identity();
    auto put = file_.prepare("insert into meta values ('spool', ?)");
    if (!put) {
        return Failure{std::move(put).error()};
    }
    return put->bind(1, signed_of(identity_)).run();
}

Result<void> DiskStore::skip_after_boot(const std::string& boot) {
    if (boot.empty()) {
        return {};
    }
    auto known = file_.prepare("select 1 from meta where name = 'boot' and value = ?");
    if (!known) {
        return Failure{std::move(known).error()};
    }
    auto same = known->bind_blob(1, boot).step();
    if (!same || *same) {
        return same.map([](bool) {});
    }
    auto skip = file_.prepare("update stream set last_seq = last_seq + ? where last_seq > 0");
    auto put = file_.prepare("insert or replace into meta values ('boot', ?)");
    if (!skip || !put) {
        return Failure{(!skip ? skip : put).error()};
    }
    EMS_TRY(skip->bind(1, signed_of(kSkippedAtBoot)).run());
    return put->bind_blob(1, boot).run();
}

Result<void> DiskStore::load_counts() {
    auto last = file_.prepare("select stream, last_seq from stream");
    auto sums = file_.prepare(
        "select stream, count(*), sum(row_bytes(length(blob))) from rec group by stream");
    auto carried = file_.prepare("select stream, count(*), sum(row_bytes(length(blob))), spool "
                                 "from carried group by stream, spool");
    if (!last || !sums || !carried) {
        return Failure{(!last ? last : !sums ? sums : carried).error()};
    }
    for (auto* statement : {&*last, &*sums, &*carried}) {
        for (;;) {
            auto row = statement->step();
            if (!row) {
                return Failure{std::move(row).error()};
            }
            if (!*row) {
                break;
            }
            const std::int64_t stream = statement->number(0);
            if (stream < 1 || stream > static_cast<std::int64_t>(kStreams)) {
                return fail(Code::corrupt, "spool names an unknown stream");
            }
            Count& count = counts_.at(static_cast<std::size_t>(stream - 1));
            const auto number = static_cast<std::uint64_t>(statement->number(1));
            if (statement == &*last) {
                count.status.last_seq = number;
                continue;
            }
            if (statement == &*sums) {
                count.status.unacked = number;
            } else {
                count.carried += number;
                carried_spools_.insert(std::bit_cast<std::uint64_t>(statement->number(3)));
            }
            count.bytes += static_cast<std::uint64_t>(statement->number(2));
        }
    }
    return find_first(&counts_);
}

Result<void> DiskStore::find_first(Counts* counts) {
    for (std::size_t i = 0; i < kStreams; ++i) {
        auto row = first_.bind(1, static_cast<std::int64_t>(i + 1)).step();
        if (!row) {
            return Failure{std::move(row).error()};
        }
        counts->at(i).status.first_unacked =
            *row ? static_cast<std::uint64_t>(first_.number(0)) : 0;
        first_.reset();
    }
    return {};
}

Result<void> DiskStore::remove(const Run& run, Counts* counts) {
    if (run.to < run.from) {
        return {};
    }
    const std::int64_t stream = run.stream;
    auto row = sum_.bind(1, stream).bind(2, signed_of(run.from)).bind(3, signed_of(run.to)).step();
    if (!row) {
        return Failure{std::move(row).error()};
    }
    const auto count = static_cast<std::uint64_t>(sum_.number(0));
    const auto bytes = static_cast<std::uint64_t>(sum_.number(1));
    sum_.reset();
    if (count == 0) {
        return {};
    }
    EMS_TRY(delete_.bind(1, stream).bind(2, signed_of(run.from)).bind(3, signed_of(run.to)).run());
    Count& total = counts->at(stream_index(run.stream));
    total.status.unacked -= count;
    total.bytes -= bytes;
    return {};
}

Result<void> DiskStore::remove_carried(std::uint64_t spool, const Run& run, Counts* counts) {
    Count& total = counts->at(stream_index(run.stream));
    if (run.to < run.from || total.carried == 0) {
        return {};
    }
    for (auto* statement : {&sum_carried_, &delete_carried_}) {
        statement->bind(1, signed_of(spool))
            .bind(2, run.stream)
            .bind(3, clipped(run.from))
            .bind(4, clipped(run.to));
    }
    EMS_TRY(sum_carried_.step());
    const auto count = static_cast<std::uint64_t>(sum_carried_.number(0));
    const auto bytes = static_cast<std::uint64_t>(sum_carried_.number(1));
    sum_carried_.reset();
    EMS_TRY(delete_carried_.run());
    total.carried -= count;
    total.bytes -= bytes;
    return {};
}

// A record that lies here already (its transaction was durable although the disk reported an error)
// stays as it is.
Result<void> DiskStore::put_carried(const Record& record, Counts* counts) {
    auto added = put_carried_.bind(1, signed_of(record.spool))
                     .bind(2, record.stream)
                     .bind(3, clipped(record.seq))
                     .bind(4, crc_of(record.envelope))
                     .bind_blob(5, record.envelope)
                     .step();
    if (!added) {
        return Failure{std::move(added).error()};
    }
    put_carried_.reset();
    if (*added) {
        Count& count = counts->at(stream_index(record.stream));
        ++count.carried;
        count.bytes += row_bytes(record.envelope.size());
    }
    return {};
}

Result<void> DiskStore::raise_last(wire::Stream stream, std::uint64_t acknowledged,
                                   Counts* counts) {
    std::uint64_t& last = counts->at(stream_index(stream)).status.last_seq;
    // Beyond every number that years make it is a peer's error, and is clipped.
    if (acknowledged <= last || acknowledged > (1ULL << 48U)) {
        return {};
    }
    ++went_back_;
    last = acknowledged;
    return set_last_.bind(1, signed_of(last)).bind(2, stream).run();
}

Result<void> DiskStore::remove_acked(const wire::Ack& ack, Counts* counts) {
    for (const wire::StreamAck& stream : ack.streams()) {
        if (stream.stream() < wire::STREAM_A || stream.stream() > wire::STREAM_W) {
            continue; // of a later version, or damaged
        }
        if (ack.spool() != identity_) {
            EMS_TRY(remove_carried(ack.spool(), {stream.stream(), 1, stream.upto()}, counts));
            for (const wire::SeqRange& range : stream.ranges()) {
                EMS_TRY(remove_carried(ack.spool(), {stream.stream(), range.from(), range.to()},
                                       counts));
            }
            for (const std::uint64_t seq : stream.rejected()) {
                EMS_TRY(remove_carried(ack.spool(), {stream.stream(), seq, seq}, counts));
            }
            continue;
        }
        // What is beyond the numbers made has been made before the file went back in time; the
        // numbers up to there are not given again.
        const std::uint64_t last = counts->at(stream_index(stream.stream())).status.last_seq;
        EMS_TRY(raise_last(stream.stream(), stream.upto(), counts));
        for (const wire::SeqRange& range : stream.ranges()) {
            EMS_TRY(raise_last(stream.stream(), range.to(), counts));
        }
        EMS_TRY(remove({stream.stream(), 1, std::min(stream.upto(), last)}, counts));
        for (const wire::SeqRange& range : stream.ranges()) {
            EMS_TRY(remove({stream.stream(), range.from(), std::min(range.to(), last)}, counts));
        }
        for (const std::uint64_t seq : stream.rejected()) {
            EMS_TRY(remove({stream.stream(), seq, std::min(seq, last)}, counts));
        }
    }
    return {};
}

Result<void> DiskStore::write_tables(const Group& group) {
    for (const auto& [name, value] : group.state) {
        EMS_TRY(
            put_state_.bind_blob(1, name).bind_blob(2, value).bind(3, crc_of(name + value)).run());
    }
    for (const StoredCommand& command : group.commands) {
        EMS_TRY(put_command_.bind_blob(1, command.id)
                    .bind(2, signed_of(command.unit_seq))
                    .bind(3, command.result)
                    .bind_blob(4, command.ack)
                    .bind_blob(5, command.body)
                    .bind(6, crc_of(command))
                    .run());
    }
    for (const std::string& id : group.commands_removed) {
        EMS_TRY(remove_command_.bind_blob(1, id).run());
    }
    return {};
}

Result<std::vector<Record>> DiskStore::write_inside(const Group& group, Counts* counts) {
    std::vector<Record> stored;
    stored.reserve(group.records.size());
    for (const wire::Ack& ack : group.acks) {
        EMS_TRY(remove_acked(ack, counts));
    }
    for (const Run& run : group.drops) {
        EMS_TRY(remove(run, counts));
    }
    for (const Record& record : group.carried) {
        EMS_TRY(put_carried(record, counts));
    }
    std::array<bool, kStreams> touched{};
    for (const NewRecord& record : group.records) {
        const std::size_t index = stream_index(record.stream);
        Count& count = counts->at(index);
        Record sealed = seal_record(record, identity_, ++count.status.last_seq);
        EMS_TRY(insert_.bind(1, record.stream)
                    .bind(2, signed_of(sealed.seq))
                    .bind(3, record.t_us)
                    .bind(4, static_cast<std::int64_t>(record.keep))
                    .bind(5, crc_of(sealed.envelope))
                    .bind_blob(6, sealed.envelope)
                    .run());
        ++count.status.unacked;
        count.bytes += row_bytes(sealed.envelope.size());
        touched.at(index) = true;
        stored.push_back(std::move(sealed));
    }
    for (std::size_t i = 0; i < kStreams; ++i) {
        if (touched.at(i)) {
            EMS_TRY(set_last_.bind(1, signed_of(counts->at(i).status.last_seq))
                        .bind(2, static_cast<std::int64_t>(i + 1))
                        .run());
        }
    }
    EMS_TRY(write_tables(group));
    EMS_TRY(find_first(counts));
    return stored;
}

Result<std::vector<Record>> DiskStore::write(const Group& group) {
    EMS_TRY(begin_.run());
    Counts counts = counts_;
    auto stored = write_inside(group, &counts);
    if (stored) {
        if (auto done = commit_.run(); !done) {
            stored = Failure{std::move(done).error()};
        }
    }
    if (!stored) {
        (void)rollback_.run(); // fails where SQLite has rolled back by itself
        return stored;
    }
    counts_ = counts;
    for (const Record& record : group.carried) {
        carried_spools_.insert(record.spool);
    }
    return stored;
}

std::uint64_t DiskStore::bytes() const {
    std::uint64_t total = 0;
    for (const Count& count : counts_) {
        total += count.bytes;
    }
    return total;
}

} // namespace ems::vehicle
