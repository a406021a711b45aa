// What a server says of itself: one check for each thing it needs. A server that answers at all is
// alive; a failed check says what it is missing while it goes on with the rest, and a restart would
// not bring it back. Values only.
#pragma once

#include <string>
#include <vector>

namespace ems::status {

struct Check {
    std::string name; // one word, stable: monitoring looks for it
    bool ok{false};
    std::string detail; // English, one line, no patient data
};

using Health = std::vector<Check>;

bool all_ok(const Health& health);
// "ok" or "degraded" in the first line, then "name ok detail" or "name failed detail" for each.
std::string health_page(const Health& health);

} // namespace ems::status
