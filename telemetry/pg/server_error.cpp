#include "telemetry/pg/server_error.h"

#include <algorithm>
#include <string_view>

#include "telemetry/pg/connection.h"

namespace ems::pg {

std::string trimmed(const char* message) {
    std::string text = message == nullptr ? "" : message;
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    return text;
}

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
}

namespace {

Code code_of(std::string_view state) {
    const std::string_view group = state.substr(0, 2);
    if (state == "57014") {
        return Code::timeout;
    }
    // 57P0x: shutdown, crash, starting up; 25006: the primary has become a replica; 53300: too many
    // connections.
    if (state.empty() || group == "08" || state.starts_with("57P") || state == "25006" ||
        state == "53300" || state == "25P03") {
        return Code::db_down;
    }
    if (state == "23505" || state == "23P01" || group == "40") {
        return Code::db_conflict;
    }
    return Code::db_query;
}

} // namespace

Error to_error(const PGresult* result) {
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    std::string text = field(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    if (!constraint.empty()) {
        text += " (" + constraint + ")";
    }
    // A check without a name is that of a partition: the row was on its way into one while its day
    // was made. The same again finds the new one.
    const bool has_moved = state == "23514" && constraint.empty();
    return Error{has_moved ? Code::db_conflict : code_of(state), state.empty() ? text : "[" + state + "] " + text};
}

std::string_view sqlstate(const Error& error) {
    const std::string_view text = error.detail;
    return text.size() > 7 && text[0] == '[' && text[6] == ']' ? text.substr(1, 5)
                                                               : std::string_view{};
}

bool refuses_values(const Error& error) {
    const std::string_view state = sqlstate(error);
    const bool has_moved = state == "23514" && error.code == Code::db_conflict;
    return !has_moved && (state.starts_with("22") || state.starts_with("23"));
}

} // namespace ems::pg
