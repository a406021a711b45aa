#include "console/model/stats.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ems::console {
namespace {

std::string ages_json(const AgeHistogram& ages) {
    return fmt::format(R"({{"count":{},"p50_ms":{},"p99_ms":{},"max_ms":{}}})", ages.count(),
                       ages.percentile_ms(0.5), ages.percentile_ms(0.99), ages.max_ms());
}

} // namespace

void AgeHistogram::add(std::int64_t age_us) {
    const std::int64_t ms = std::max<std::int64_t>(0, age_us) / 1'000;
    const auto step = static_cast<std::size_t>(std::min<std::int64_t>(ms, static_cast<std::int64_t>(kSteps) - 1));
    ++steps_.at(step);
    ++count_;
    max_ms_ = std::max(max_ms_, ms);
}

std::int64_t AgeHistogram::percentile_ms(double share) const {
    if (count_ == 0) {
        return 0;
    }
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kSteps; ++i) {
        seen += steps_.at(i);
        if (seen >= std::max<std::uint64_t>(1, wanted)) {
            return i + 1 == kSteps ? max_ms_ : static_cast<std::int64_t>(i);
        }
    }
    return max_ms_;
}

std::string stats_json(const DeskStats& s, std::int64_t uptime_ms, const std::string& link,
                       const std::string& alarm_load) {
    return fmt::format(
        R"({{"uptime_ms":{},"link":"{}","position_age":{{"received_to_model":{},"device_to_model":{},)"
        R"("shown_max_ms":{},"shown_now_ms":{}}},"positions_received":{},"vitals_received":{},)"
        R"("waves_received":{},"wave_samples_received":{},"alarms_received":{},"snapshots":{},"deltas":{},)"
        R"("delta_gaps":{},"rejected":{},"video_frames_rendered":{},"longest_stall_ms":{},"first_picture_us":{},"alarm_load":{}}})",
        uptime_ms, link, ages_json(s.received_to_model), ages_json(s.device_to_model), s.shown_age_max_ms,
        s.shown_age_now_ms, s.positions, s.vitals, s.waves, s.wave_samples, s.alarms, s.snapshots, s.deltas,
        s.delta_gaps, s.rejected, s.video_frames,
        s.longest_stall_ms, s.first_picture_us, alarm_load);
}

} // namespace ems::console
