#include "vehicle/spool/sqlite_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "telemetry/base/assert.h"

namespace ems::vehicle {
namespace {

Error error_of(sqlite3* db, int code) {
    const int primary = code & 0xff;
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
        return {Code::busy, "file is in use by another process"};
    }
    const bool damaged = primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
    return {damaged                  ? Code::corrupt
            : primary == SQLITE_FULL ? Code::full
                                     : Code::spool,
            fmt::format("{} ({})", db != nullptr ? sqlite3_errmsg(db) : "out of memory", code)};
}

} // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* raw) const {
    sqlite3_finalize(raw);
}
void SqliteFile::Close::operator()(sqlite3* raw) const {
    sqlite3_close_v2(raw);
}

SqliteStatement& SqliteStatement::bind(int index, std::int64_t value) {
    EMS_ASSERT(sqlite3_bind_int64(raw_.get(), index, value) == SQLITE_OK);
    return *this;
}

SqliteStatement& SqliteStatement::bind_blob(int index, std::string_view value) {
    // SQLITE_TRANSIENT is a cast of -1 in C; spelled here without the old-style cast.
    const auto transient =
        reinterpret_cast<sqlite3_destructor_type>(static_cast<std::intptr_t>(-1));
    const int code = sqlite3_bind_blob64(raw_.get(), index, value.empty() ? "" : value.data(),
                                         value.size(), transient);
    EMS_ASSERT(code == SQLITE_OK);
    return *this;
}

Result<bool> SqliteStatement::step() {
    const int code = sqlite3_step(raw_.get());
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        reset();
        return false;
    }
    Error error = error_of(sqlite3_db_handle(raw_.get()), code);
    reset();
    return Failure{std::move(error)};
}

Result<void> SqliteStatement::run() {
    auto row = step();
    if (!row) {
        return Failure{std::move(row).error()};
    }
    reset();
    return {};
}

void SqliteStatement::reset() {
    sqlite3_reset(raw_.get());
}

std::int64_t SqliteStatement::number(int column) const {
    return sqlite3_column_int64(raw_.get(), column);
}

std::string_view SqliteStatement::blob(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(raw_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column));
    return data == nullptr ? std::string_view{} : std::string_view{data, size};
}

Result<SqliteFile> SqliteFile::open(const std::string& path) {
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    SqliteFile file{raw};
    if (code != SQLITE_OK) {
        return Failure{error_of(raw, code)};
    }
    sqlite3_extended_result_codes(raw, 1);
    return file;
}

Result<SqliteFile> SqliteFile::open_untouched(const std::string& path) {
    sqlite3* raw = nullptr;
    // Read-write, because a log cannot be read back without; nothing is ever written through it.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    SqliteFile file{raw};
    if (code != SQLITE_OK) {
        return Failure{error_of(raw, code)};
    }
    sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    EMS_TRY(file.execute("pragma locking_mode=exclusive"));
    return file;
}

void SqliteFile::forget_cached(const std::string& path) {
    for (const char* part : {"", "-wal"}) {
        const int descriptor = ::open((path + part).c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor >= 0) {
            ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
            ::close(descriptor);
        }
    }
}

void SqliteFile::add_function(const char* name, std::int64_t (*function)(std::int64_t)) {
    const auto call = [](sqlite3_context* context, int /*count*/, sqlite3_value** values) {
        const auto kept =
            reinterpret_cast<std::int64_t (*)(std::int64_t)>(sqlite3_user_data(context));
        sqlite3_result_int64(context, kept(sqlite3_value_int64(values[0])));
    };
    EMS_ASSERT(sqlite3_create_function(raw_.get(), name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                       reinterpret_cast<void*>(function), call, nullptr,
                                       nullptr) == SQLITE_OK);
}

Result<void> SqliteFile::execute(const char* sql) {
    const int code = sqlite3_exec(raw_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return Failure{error_of(raw_.get(), code)};
    }
    return {};
}

Result<SqliteStatement> SqliteFile::prepare(const char* sql) {
    sqlite3_stmt* raw = nullptr;
    const int code =
        sqlite3_prepare_v3(raw_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) {
        return Failure{error_of(raw_.get(), code)};
    }
    return SqliteStatement{raw};
}

} // namespace ems::vehicle
