// The fault proxy in words: settings as key=value, control lines, status as JSON. For
// ems-fault-proxy and scripts.
//
//     up delay_ms=200 loss=0.05        settings of one direction; those not named stay
//     down rate_bytes_s=16000
//     both jitter_ms=40 cut_after_bytes=off
//     blackhole | hold | open [up|down]
//     heal                             every setting off, new connections accepted
//     refuse | accept                  new TCP connections
//     close | reset                    present connections
//
// Keys: delay_ms jitter_ms loss duplicate reorder reorder_ms corrupt rate_bytes_s burst_bytes
// queue_bytes cut_after_bytes (a number or "off"). Shares are 0 to 1.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/base/result.h"
#include "tests/support/fault_proxy.h"

namespace ems::test {

// `faults` with the settings of "delay_ms=200 loss=0.05". Errors: invalid_argument, out_of_range;
// nothing is changed then.
Result<Faults> changed(Faults faults, std::string_view settings, Transport transport);

// Obeys one line; an empty one does nothing. Errors: as above; the proxy is then as before.
Result<void> control(FaultProxy& proxy, std::string_view line);

// One line without its end.
std::string status_json(const FaultProxy& proxy);

} // namespace ems::test
