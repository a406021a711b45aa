// Comma-separated values with quotes (RFC 4180), UTF-8, an optional byte order mark, \n or \r\n.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ems::map {

// Rows of fields; empty lines and lines that begin with # are left out.
[[nodiscard]] std::vector<std::vector<std::string>> parse_csv(std::string_view text);
// Quotes a field where it needs quotes.
[[nodiscard]] std::string csv_field(std::string_view text);

} // namespace ems::map
