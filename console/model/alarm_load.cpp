#include "console/model/alarm_load.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ems::console {

std::uint32_t share_percent(const LoadFigures& figures, Grade grade) {
    const std::uint64_t count = figures.by_grade.at(static_cast<std::size_t>(grade) - 1);
    return figures.total == 0 ? 0 : static_cast<std::uint32_t>((100 * count + figures.total / 2) / figures.total);
}

std::string load_json(const LoadFigures& f) {
    return fmt::format(
        R"({{"since_us":{},"annunciated":{},"last_10_min":{},"mean_per_10_min":{:.2f},"peak_10_min":{},"peak_us":{},)"
        R"("high_percent":{},"medium_percent":{},"low_percent":{},"floods":{},"flood_now":{},"flood_s":{},)"
        R"("standing":{},"unacknowledged":{},"shelved":{},"off":{},"stale":{},"chattering":{},"consequences":{}}})",
        f.since_us, f.total, f.window, f.mean, f.peak, f.peak_us, share_percent(f, Grade::high),
        share_percent(f, Grade::medium), share_percent(f, Grade::low), f.floods, f.flood_since_us != 0,
        f.flood_us / 1'000'000, f.standing, f.unseen, f.shelved, f.off, f.stale, f.chattering, f.consequences);
}

void AlarmLoad::begin(std::int64_t now_us) {
    recent_.clear();
    figures_ = {};
    figures_.since_us = now_us;
}

void AlarmLoad::note(Grade grade, std::int64_t now_us) {
    pass(now_us);
    recent_.push_back(now_us);
    if (recent_.size() > kKeptMax) {
        recent_.pop_front();
    }
    ++figures_.total;
    ++figures_.by_grade.at(static_cast<std::size_t>(grade) - 1);
    const auto window = static_cast<std::uint32_t>(recent_.size());
    if (window > figures_.peak) {
        figures_.peak = window;
        figures_.peak_us = now_us;
    }
    if (window > kFloodAbove && !is_flood()) {
        figures_.flood_since_us = now_us;
        ++figures_.floods;
    }
}

void AlarmLoad::pass(std::int64_t now_us) {
    while (!recent_.empty() && now_us - recent_.front() >= kWindowUs) {
        recent_.pop_front();
    }
    if (is_flood() && recent_.size() < kFloodEndsBelow) {
        figures_.flood_us += std::max<std::int64_t>(0, now_us - figures_.flood_since_us);
        figures_.flood_since_us = 0;
    }
}

LoadFigures AlarmLoad::figures(const AlarmList& alarms, std::int64_t now_us) const {
    LoadFigures out = figures_;
    out.window = static_cast<std::uint32_t>(
        std::count_if(recent_.begin(), recent_.end(), [&](std::int64_t at_us) { return now_us - at_us < kWindowUs; }));
    const std::int64_t shift_us = std::max(kWindowUs, now_us - out.since_us);
    out.mean = static_cast<double>(out.total) * static_cast<double>(kWindowUs) / static_cast<double>(shift_us);
    out.flood_us += is_flood() ? std::max<std::int64_t>(0, now_us - out.flood_since_us) : 0;
    for (const AlarmEntry& e : alarms.entries()) {
        if (e.state == AlarmState::returned || e.settles_us != 0) {
            out.unseen += e.state == AlarmState::returned ? 1U : 0U;
            out.chattering += AlarmList::is_chattering(e) ? 1U : 0U;
            continue;
        }
        ++out.standing;
        out.unseen += e.state == AlarmState::active ? 1U : 0U;
        out.shelved += AlarmList::is_shelved(e, now_us) ? 1U : 0U;
        out.off += AlarmList::is_off(e) ? 1U : 0U;
        out.stale += now_us - e.since_us > AlarmList::kStaleUs ? 1U : 0U;
        out.chattering += AlarmList::is_chattering(e) ? 1U : 0U;
        out.consequences += e.is_consequence ? 1U : 0U;
    }
    return out;
}

} // namespace ems::console
