// One SQLite connection and its statements, as values that close themselves. Errors are returned
// (Code::corrupt where SQLite found damage, Code::full, Code::busy, else Code::spool), never
// thrown. For the spool only; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ems::vehicle {

class SqliteStatement {
  public:
    SqliteStatement() = default;
    explicit SqliteStatement(sqlite3_stmt* raw) : raw_(raw) {}

    // Parameters count from 1, columns from 0. Bound texts are copied.
    SqliteStatement& bind(int index, std::int64_t value);
    SqliteStatement& bind_blob(int index, std::string_view value);
    // True while there is a row. The statement is reset when it ends or fails.
    Result<bool> step();
    // For statements that return nothing.
    Result<void> run();
    void reset();
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] std::string_view blob(int column) const; // until the next step

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* raw) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> raw_;
};

class SqliteFile {
  public:
    static Result<SqliteFile> open(const std::string& path);
    // To look into a damaged file: neither it nor its log is changed, not even when it is closed.
    static Result<SqliteFile> open_untouched(const std::string& path);
    // After a sync that failed, Linux goes on showing what it could not write and counts it as
    // written: a later sync succeeds, and a power cut takes away what was read as stored. Makes the
    // next open() read the file and its log from the disk itself.
    static void forget_cached(const std::string& path);
    // A function of one whole number, for use in statements.
    void add_function(const char* name, std::int64_t (*function)(std::int64_t));
    Result<void> execute(const char* sql);
    Result<SqliteStatement> prepare(const char* sql);

  private:
    struct Close {
        void operator()(sqlite3* raw) const;
    };
    explicit SqliteFile(sqlite3* raw) : raw_(raw) {}
    std::unique_ptr<sqlite3, Close> raw_;
};

} // namespace ems::vehicle
