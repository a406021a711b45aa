#include "vehicle/agent/upload_pace.h"

#include <algorithm>

namespace ems::vehicle {

using std::chrono::milliseconds;

milliseconds UploadPace::sent(std::size_t bytes, milliseconds took) {
    const double took_ms = std::max(static_cast<double>(took.count()), 1.0);
    const double fitting =
        static_cast<double>(bytes) * static_cast<double>(kRangeFor.count()) / took_ms;
    const double grown = std::min(fitting, 2.0 * static_cast<double>(range_bytes_));
    range_bytes_ = static_cast<std::size_t>(
        std::clamp(grown, static_cast<double>(kRangeLeast), static_cast<double>(kRangeMost)));
    const double for_share = took_ms * (1 / limits_.share - 1);
    const double for_most = 1000 * static_cast<double>(bytes) / limits_.most - took_ms;
    const double rest =
        std::clamp(std::max(for_share, for_most), 0.0, static_cast<double>(kRestMost.count()));
    return milliseconds{static_cast<std::int64_t>(rest)};
}

} // namespace ems::vehicle
