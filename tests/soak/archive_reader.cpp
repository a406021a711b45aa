#include "tests/soak/archive_reader.h"

#include <string_view>

#include "telemetry/wire/ems.pb.h"
#include "tests/soak/spool_journal.h"

namespace ems::soak {
namespace {

// "vid|stream|spool:seq|t;clk;" of a table's row. The archive keeps the pattern of a fixed64 in a
// bigint; here it is the unsigned number.
std::string head(char stream) {
    return std::string{"select vid || '|"} + stream +
           "|' || (case when spool < 0 then spool::numeric + 18446744073709551616 "
           "else spool::numeric end) || ':' || seq || '|' || t_device_us || ';' || clk || ';' || ";
}

// Columns with commas between, a null as nothing.
std::string joined(const std::vector<std::string>& columns) {
    std::string out;
    for (const std::string& column : columns) {
        out += (out.empty() ? "coalesce((" : " || ',' || coalesce((") + column + ")::text, '')";
    }
    return out;
}

std::vector<std::string> queries() {
    return {
        "select vid || '|1|' || event_id || '|' || encode(body, 'hex') from telemetry.inbox",
        head('2') +
            joined({"round((st_y(place::geometry) * 1e7)::numeric)::bigint",
                    "round((st_x(place::geometry) * 1e7)::numeric)::bigint", "speed_cm_s",
                    "course_cdeg", "altitude_dm", "hdop_centi", "satellites", "fix_mode"}) +
            " from telemetry.position",
        head('3') +
            joined({"hr_bpm", "pr_bpm", "spo2_pct", "rr_bpm", "nibp_sys_mmhg", "nibp_dia_mmhg",
                    "nibp_mean_mmhg", "etco2_mmhg", "temp_cdeg",
                    "round(extract(epoch from nibp_t) * 1000000)::bigint", "invalid_mask"}) +
            " from telemetry.vitals",
        head('4') + "encode(body, 'hex') from telemetry.wave",
    };
}

// Kept whole, so that nothing of it is lost: an event somebody has to look at.
constexpr const char* kQuarantined =
    "select split_part(topic, '/', 4) || '|' || encode(head, 'hex') from telemetry.bad_message "
    "where size_bytes = octet_length(head)";

std::string unhex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16)));
    }
    return out;
}

} // namespace

Result<HistoryRow> archived_row(const std::string& line) {
    const std::size_t stream = line.find('|');
    const std::size_t id = line.find('|', stream + 1);
    const std::size_t content = line.find('|', id + 1);
    if (content == std::string::npos || id != stream + 2) {
        return fail(Code::malformed, line.substr(0, 100));
    }
    return HistoryRow{
        {line.substr(0, stream), line[stream + 1] - '0', line.substr(id + 1, content - id - 1)},
        line.substr(content + 1)};
}

Result<std::vector<HistoryRow>> read_archive(const test::TempPostgres& database) {
    std::vector<HistoryRow> rows;
    for (const std::string& sql : queries()) {
        for (const std::string& line : database.column(sql)) {
            auto row = archived_row(line);
            if (!row) {
                return Failure{std::move(row).error()};
            }
            rows.push_back(std::move(*row));
        }
    }
    for (const std::string& line : database.column(kQuarantined)) {
        const std::size_t bar = line.find('|');
        auto row = row_of(line.substr(0, bar), unhex(std::string_view{line}.substr(bar + 1)));
        if (row) {
            rows.push_back(std::move(*row));
        }
    }
    return rows;
}

} // namespace ems::soak
