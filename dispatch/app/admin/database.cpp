#include "dispatch/app/admin/database.h"

#include <algorithm>
#include <cstdlib>

#include <libpq-fe.h>

namespace ems::admin {
namespace {

struct Clearer {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Rows = std::unique_ptr<PGresult, Clearer>;

bool succeeded(const Rows& rows) {
    const ExecStatusType status = PQresultStatus(rows.get());
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

// libpq ends its messages with a line feed and speaks in several lines.
std::string one_line(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

std::string message_of(const Rows& rows, PGconn* connection) {
    const char* const primary = PQresultErrorField(rows.get(), PG_DIAG_MESSAGE_PRIMARY);
    return one_line(primary != nullptr ? primary : PQerrorMessage(connection));
}

// Characters (not bytes) before the error, counted from 1.
std::ptrdiff_t line_at(const std::string& sql, int position) {
    auto it = sql.begin();
    for (int characters = 1; it != sql.end() && characters < position; ++it) {
        const auto next = static_cast<unsigned char>(it + 1 == sql.end() ? 0 : *(it + 1));
        characters += (next & 0xC0U) == 0x80U ? 0 : 1;
    }
    return 1 + std::count(sql.begin(), it, '\n');
}

} // namespace

void Database::Closer::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<Database> Database::open(const std::string& conninfo) {
    Database out{PQconnectdb(conninfo.c_str())};
    if (PQstatus(out.connection_.get()) != CONNECTION_OK) {
        return fail(Code::db_down,
                    "no connection to the database: " +
                        one_line(PQerrorMessage(out.connection_.get())));
    }
    PQsetNoticeProcessor(out.connection_.get(), [](void*, const char*) {}, nullptr);
    return out;
}

Result<std::vector<Row>> Database::query(const std::string& sql,
                                         const std::vector<std::string>& values) {
    std::vector<const char*> pointers;
    for (const std::string& value : values) {
        pointers.push_back(value.c_str());
    }
    const Rows rows{PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                                 nullptr, pointers.data(), nullptr, nullptr, 0)};
    if (!succeeded(rows)) {
        return fail(Code::db_query, message_of(rows, connection_.get()));
    }
    std::vector<Row> out;
    for (int r = 0; r < PQntuples(rows.get()); ++r) {
        Row& row = out.emplace_back();
        for (int c = 0; c < PQnfields(rows.get()); ++c) {
            row.emplace_back(PQgetvalue(rows.get(), r, c));
        }
    }
    return out;
}

Result<void> Database::execute(const std::string& sql, const std::vector<std::string>& values) {
    const Result<std::vector<Row>> rows = query(sql, values);
    if (!rows) {
        return Failure{rows.error()};
    }
    return {};
}

Result<void> Database::run_script(const std::string& file, const std::string& sql) {
    const Rows rows{PQexec(connection_.get(), sql.c_str())};
    if (succeeded(rows) || PQresultStatus(rows.get()) == PGRES_EMPTY_QUERY) {
        return {};
    }
    std::string place = file;
    if (const char* const position = PQresultErrorField(rows.get(), PG_DIAG_STATEMENT_POSITION)) {
        place += ":" + std::to_string(line_at(sql, std::atoi(position)));
    }
    return fail(Code::db_query, place + ": " + message_of(rows, connection_.get()));
}

} // namespace ems::admin
