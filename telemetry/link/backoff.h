// The back-off of links stands in telemetry/base, where the console's client reaches it too.
#pragma once

#include "telemetry/base/backoff.h"

namespace ems::link {
using ems::Backoff;
using ems::BackoffLimits;
} // namespace ems::link
