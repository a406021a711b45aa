// What stays of a case's waves when the disk is short: lead II, the rhythm lead.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ems::vehicle {

// `body`: a serialized wire::WaveBatch; so is what comes back, with lead II as its only lead. None:
// it holds no lead II beside others, so there is nothing to thin.
std::optional<std::string> lead_two_only(std::string_view body);

} // namespace ems::vehicle
