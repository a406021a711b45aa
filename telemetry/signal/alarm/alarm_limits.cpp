// What a limit, or a pulse that is missing, says: the part of AlarmEngine that reads numbers.
#include <algorithm>

#include <fmt/format.h>

#include "telemetry/signal/alarm/alarm_engine.h"

namespace ems::signal {
namespace {

constexpr std::int64_t kMillisecondUs = 1'000;
// A number that is gone ends no alarm before this: a monitor doubts a reading for a moment.
constexpr std::int32_t kMissingReleaseMs = 3'000;
static_assert(kMissingReleaseMs * kMillisecondUs > AlarmEngine::kFlickerUs);

} // namespace

void AlarmEngine::look_for_life(const VitalBoard& board) {
    const auto above_zero = [&](VitalKind kind) {
        return board.read(kind, now_us_).value.value_or(0) > 0;
    };
    breath_seen_ = breath_seen_ || above_zero(VitalKind::rr) || above_zero(VitalKind::etco2);
    pulse_seen_ = pulse_seen_ || above_zero(VitalKind::pr) || above_zero(VitalKind::spo2);
}

bool AlarmEngine::is_void(VitalKind kind, const VitalBoard& board) const {
    if (breath_seen_ || (kind != VitalKind::rr && kind != VitalKind::etco2)) {
        return false;
    }
    const bool leads_are_on = attended_ == Needs::patient && !is_masked(Sensor::ecg) &&
                              board.read(VitalKind::hr, now_us_).value.value_or(0) > 0;
    return kind == VitalKind::etco2 || !leads_are_on;
}

SensorMask AlarmEngine::replaced() const {
    SensorMask mask = 0;
    for (const Entry& one : entries_) {
        if ((one.said || one.limit_holds) && is_visible(one.signal)) {
            mask = static_cast<SensorMask>(mask | one.row->replaces);
        }
    }
    return mask;
}

bool AlarmEngine::time_side(Entry& entry, Side side, std::int32_t missing_release_ms) {
    const bool stale = now_us_ - entry.broken_at > kFlickerUs;
    if (entry.broken_since && !entry.limit_holds && (side == Side::returned || stale)) {
        entry.broken_since.reset();
    }
    if (side == Side::broken) {
        entry.broken_since = entry.broken_since.value_or(now_us_);
        entry.broken_at = now_us_;
    }
    if (side == Side::broken || side == Side::between) {
        entry.returned_since.reset();
    } else {
        entry.returned_since = entry.returned_since.value_or(now_us_);
    }
    if (entry.limit_holds) {
        const std::int64_t release_ms =
            side == Side::missing ? missing_release_ms : entry.row->release_ms;
        if (entry.returned_since &&
            now_us_ - *entry.returned_since >= release_ms * kMillisecondUs) {
            entry.limit_holds = false;
            entry.broken_since.reset();
        }
        return false;
    }
    const std::int32_t delay_ms = entry.row->delay_ms.at(static_cast<std::size_t>(group_));
    entry.limit_holds =
        side == Side::broken && now_us_ - *entry.broken_since >= delay_ms * kMillisecondUs;
    return entry.limit_holds;
}

void AlarmEngine::judge_limit(Entry& entry, const VitalBoard& board) {
    const AlarmLimit& limit = *entry.row->limit;
    const auto threshold = limit.threshold.at(static_cast<std::size_t>(group_));
    const VitalSign sign =
        limit.vital == VitalKind::hr ? board.read_rate(now_us_) : board.read(limit.vital, now_us_);
    const std::int32_t value = sign.value.value_or(0);
    const bool missing = !threshold || !sign.value || is_void(limit.vital, board);
    const Side side = missing                                   ? Side::missing
                      : breaks(limit, *threshold, value)        ? Side::broken
                      : has_returned(limit, *threshold, value)  ? Side::returned
                                                                : Side::between;
    const bool nothing_in_its_place =
        (replaced() & sensor_bit(vital_row(limit.vital).sensor)) == 0 &&
        entry.signal != AlarmSignal::acknowledged;
    const bool high = entry.row->priority == AlarmPriority::high;
    if (high && side == Side::returned && entry.was_missing) {
        entry.returned_since.reset(); // the seconds without a number were no return
    }
    entry.was_missing = side == Side::missing;
    if (high && side == Side::missing && entry.limit_holds && nothing_in_its_place) {
        entry.returned_since = entry.returned_since.value_or(now_us_);
        return;
    }
    if (time_side(entry, side, std::max(entry.row->release_ms, kMissingReleaseMs))) {
        entry.limit_priority = entry.row->priority;
        entry.limit_text = fmt::format("{} {} {}", vital_text(sign.kind, value),
                                       limit.side == LimitSide::low ? "<" : ">",
                                       vital_text(limit.vital, *threshold));
    }
}

void AlarmEngine::judge_pulse(Entry& entry, const VitalBoard& board) {
    const Sensor sensor = *entry.row->pulseless;
    bool has_number = false;
    bool has_none = false;
    for (const VitalRow& vital : vital_rows()) {
        if (vital.sensor == sensor) {
            const VitalSign sign = board.read(vital.kind, now_us_);
            has_number = has_number || sign.value.has_value();
            has_none = has_none || sign.state == VitalState::invalid;
        }
    }
    const bool probe_is_on = attended_ == Needs::patient && !is_masked(sensor) &&
                             (pulse_seen_ || probe_ == Probe::on);
    const Side side = has_number                 ? Side::returned
                      : has_none && probe_is_on  ? Side::broken
                                                 : Side::missing;
    if (time_side(entry, side, entry.row->release_ms)) {
        entry.limit_priority = entry.row->priority;
        entry.limit_text.clear();
    }
    const VitalSign heart = board.read(VitalKind::hr, now_us_);
    const Entry& critical = entries_.at(static_cast<std::size_t>(AlarmId::spo2_critical));
    const bool beats = heart.value.value_or(0) > 0;
    if (entry.limit_holds && (beats || critical.limit_holds) &&
        entry.limit_priority != AlarmPriority::high) {
        entry.limit_priority = AlarmPriority::high;
        entry.limit_text =
            beats ? fmt::format("HR {}", vital_text(VitalKind::hr, *heart.value)) : "";
    }
}

} // namespace ems::signal
