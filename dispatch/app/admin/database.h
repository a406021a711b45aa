// A plain blocking connection for set-up commands: nobody waits for these but the person at the keyboard.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "telemetry/base/result.h"

struct pg_conn;

namespace ems::admin {

using Row = std::vector<std::string>;  // text form; null is ""

class Database {
  public:
    // Errors: db_down.
    static Result<Database> open(const std::string& conninfo);

    // One statement with $1, $2 ... Errors: db_query.
    Result<std::vector<Row>> query(const std::string& sql, const std::vector<std::string>& values = {});
    Result<void> execute(const std::string& sql, const std::vector<std::string>& values = {});
    // Several statements; an error names `file` and the line. Errors: db_query.
    Result<void> run_script(const std::string& file, const std::string& sql);

  private:
    struct Closer {
        void operator()(pg_conn* connection) const;
    };
    explicit Database(pg_conn* connection) : connection_(connection) {}
    std::unique_ptr<pg_conn, Closer> connection_;
};

} // namespace ems::admin
