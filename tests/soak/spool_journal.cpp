#include "tests/soak/spool_journal.h"

#include <optional>

#include <fmt/format.h>

#include "telemetry/wire/ems.pb.h"
#include "vehicle/spool/sqlite_file.h"

namespace ems::soak {
namespace {

using vehicle::SqliteFile;

std::string hex(const std::string& bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.push_back(kDigits[byte >> 4U]);
        out.push_back(kDigits[byte & 15U]);
    }
    return out;
}

std::string content_of(const wire::Position& p) {
    return fmt::format("{},{},{},{},{},{},{},{}", p.lat_e7(), p.lon_e7(), p.speed_cm_s(),
                       p.course_cdeg(), p.altitude_dm(), p.hdop_centi(), p.satellites(),
                       p.fix_mode());
}

// A value that is absent or said to be invalid is stored as null, and stands here as nothing.
std::string content_of(const wire::Vitals& v, std::int64_t t_us) {
    std::string out;
    unsigned bit = 0;
    const auto put = [&](bool present, std::int32_t value) {
        out += present && (v.invalid_mask() >> bit & 1U) == 0 ? std::to_string(value) : "";
        out += ',';
        ++bit;
    };
    put(v.has_hr_bpm(), v.hr_bpm());
    put(v.has_pr_bpm(), v.pr_bpm());
    put(v.has_spo2_pct(), v.spo2_pct());
    put(v.has_rr_bpm(), v.rr_bpm());
    put(v.has_nibp_sys_mmhg(), v.nibp_sys_mmhg());
    put(v.has_nibp_dia_mmhg(), v.nibp_dia_mmhg());
    put(v.has_nibp_mean_mmhg(), v.nibp_mean_mmhg());
    put(v.has_etco2_mmhg(), v.etco2_mmhg());
    put(v.has_temp_cdeg(), v.temp_cdeg());
    const std::int64_t cuff_us =
        v.has_nibp_age_ms() ? (t_us / 1'000 - v.nibp_age_ms()) * 1'000 : v.nibp_t_us();
    out += cuff_us == 0 ? "" : std::to_string(cuff_us);
    return out + "," + std::to_string(v.invalid_mask());
}

Result<wire::Envelope> parse(const std::string& bytes) {
    wire::Envelope envelope;
    if (!envelope.ParseFromString(bytes)) {
        return fail(Code::malformed, "no envelope");
    }
    return envelope;
}

template <class Body> std::optional<Body> body_of(const wire::Envelope& envelope) {
    Body body;
    return body.ParseFromString(envelope.body()) ? std::optional{body} : std::nullopt;
}

std::optional<GivenUp> gap_of(const std::string& vid, const wire::Envelope& envelope) {
    const auto event =
        envelope.stream() == wire::STREAM_A ? body_of<wire::Event>(envelope) : std::nullopt;
    if (!event || !event->has_gap()) {
        return std::nullopt;
    }
    return GivenUp{vid, event->gap().stream(), envelope.spool(), event->gap().from_seq(),
                   event->gap().to_seq()};
}

} // namespace

Result<HistoryRow> row_of(const std::string& vid, const std::string& bytes) {
    const auto envelope = parse(bytes);
    if (!envelope) {
        return Failure{envelope.error()};
    }
    HistoryRow row{{vid, envelope->stream(),
                    std::to_string(envelope->spool()) + ":" + std::to_string(envelope->seq())},
                   fmt::format("{};{};", envelope->t_us(), static_cast<int>(envelope->clk()))};
    switch (envelope->stream()) {
    case wire::STREAM_A:
        // Its key is its id: a repeat under another number is the same event.
        if (const auto event = body_of<wire::Event>(*envelope)) {
            return HistoryRow{{vid, wire::STREAM_A, event->event_id()}, hex(envelope->body())};
        }
        break;
    case wire::STREAM_G:
        if (const auto position = body_of<wire::Position>(*envelope)) {
            row.content += content_of(*position);
            return row;
        }
        break;
    case wire::STREAM_V:
        if (const auto vitals = body_of<wire::Vitals>(*envelope)) {
            row.content += content_of(*vitals, envelope->t_us());
            return row;
        }
        break;
    case wire::STREAM_W:
        row.content += hex(envelope->body());
        return row;
    default:
        break;
    }
    return fail(Code::malformed, "body of stream " + std::to_string(envelope->stream()));
}

Result<void> begin_journal(const std::string& spool_path) {
    auto file = SqliteFile::open(spool_path);
    if (!file) {
        return Failure{std::move(file).error()};
    }
    return file->execute(R"sql(
begin immediate;
create table if not exists journal(stream integer not null, seq integer not null, blob blob not null,
  primary key(stream, seq)) without rowid;
create trigger if not exists journal_insert after insert on rec begin
  insert into journal values (new.stream, new.seq, new.blob);
end;
insert or ignore into journal select stream, seq, blob from rec;
commit;
)sql");
}

Result<Journal> read_journal(const std::string& spool_path, const std::string& vid) {
    auto file = SqliteFile::open(spool_path);
    if (!file) {
        return Failure{std::move(file).error()};
    }
    auto rows =
        file->prepare("select blob, exists (select from_spool.seq from rec from_spool where "
                      "from_spool.stream = journal.stream and from_spool.seq = journal.seq) "
                      "from journal order by stream, seq");
    if (!rows) {
        return Failure{std::move(rows).error()};
    }
    Journal journal;
    for (;;) {
        auto more = rows->step();
        if (!more) {
            return Failure{std::move(more).error()};
        }
        if (!*more) {
            return journal;
        }
        const std::string bytes{rows->blob(0)};
        auto row = row_of(vid, bytes);
        if (!row) {
            return fail(Code::corrupt, "journal of " + vid + ": " + row.error().message());
        }
        if (rows->number(1) != 0) {
            journal.held.push_back(row->name);
        }
        journal.written.push_back(std::move(*row));
        if (auto gap = gap_of(vid, parse(bytes).value())) {
            journal.given_up.push_back(std::move(*gap));
        }
    }
}

} // namespace ems::soak
