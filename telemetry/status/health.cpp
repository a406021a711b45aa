#include "telemetry/status/health.h"

#include <algorithm>

namespace ems::status {

bool all_ok(const Health& health) {
    return std::all_of(health.begin(), health.end(), [](const Check& check) { return check.ok; });
}

std::string health_page(const Health& health) {
    std::string out = all_ok(health) ? "ok\n" : "degraded\n";
    for (const Check& check : health) {
        out += check.name + (check.ok ? " ok" : " failed");
        out += check.detail.empty() ? "" : " " + check.detail;
        out += '\n';
    }
    return out;
}

} // namespace ems::status
