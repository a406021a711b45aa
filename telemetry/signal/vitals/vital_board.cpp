#include "telemetry/signal/vitals/vital_board.h"

#include <algorithm>
#include <cstdlib>

namespace ems::signal {
namespace {

constexpr std::int64_t kMillisecondUs = 1'000;

} // namespace

std::string shown_text(const VitalSign& sign) {
    switch (sign.state) {
    case VitalState::current:
        return vital_text(sign.kind, *sign.value);
    case VitalState::expired:
    case VitalState::invalid:
        return "--";
    case VitalState::absent:
        break;
    }
    return "—";
}

bool rates_agree(std::int32_t hr_bpm, std::int32_t pr_bpm) {
    return 10 * std::abs(hr_bpm - pr_bpm) <= hr_bpm;
}

void VitalBoard::take(VitalKind kind, std::optional<std::int32_t> value, std::int64_t device_us,
                      std::int64_t measured_us) {
    readings_.at(static_cast<std::size_t>(kind)) = Reading{value, device_us, measured_us, false};
}

void VitalBoard::forget(VitalKind kind) {
    readings_.at(static_cast<std::size_t>(kind)).reset();
}

void VitalBoard::withdraw(VitalKind kind) {
    if (auto& reading = readings_.at(static_cast<std::size_t>(kind))) {
        reading->withdrawn = true;
    }
}

VitalSign VitalBoard::judge(VitalKind kind, std::int64_t now_us) const {
    const VitalRow& row = vital_row(kind);
    VitalSign sign{.kind = kind, .source = row.sensor};
    const auto& reading = readings_.at(static_cast<std::size_t>(kind));
    if (!reading) {
        return sign;
    }
    sign.age_us = std::max<std::int64_t>(0, now_us - reading->measured_us);
    // An invalid number that nobody repeats says nothing any more; a valid one is history first.
    const std::int64_t told_ms = reading->value ? kHistoryMs : row.age.limit_ms;
    if (sign.age_us >= told_ms * kMillisecondUs || (!reading->value && reading->withdrawn)) {
        sign.age_us = 0;
        return sign;
    }
    sign.device_us = reading->device_us;
    // Upwards: a thousandth past the limit is past it.
    sign.freshness = freshness((sign.age_us + kMillisecondUs - 1) / kMillisecondUs, row.age);
    if (!reading->value) {
        sign.state = VitalState::invalid;
    } else if (sign.freshness == Freshness::lost || reading->withdrawn) {
        sign.freshness = Freshness::lost;
        sign.state = VitalState::expired;
        sign.last = reading->value;
    } else {
        sign.state = VitalState::current;
        sign.value = reading->value;
    }
    return sign;
}

VitalSign VitalBoard::read(VitalKind kind, std::int64_t now_us) const {
    VitalSign sign = judge(kind, now_us);
    if (kind == VitalKind::hr || kind == VitalKind::pr) {
        const VitalSign other =
            judge(kind == VitalKind::hr ? VitalKind::pr : VitalKind::hr, now_us);
        if (sign.value && other.value &&
            !(kind == VitalKind::hr ? rates_agree(*sign.value, *other.value)
                                    : rates_agree(*other.value, *sign.value))) {
            sign.quality = VitalQuality::doubtful;
        }
    }
    return sign;
}

std::optional<VitalSign> VitalBoard::read_for_score(VitalKind kind, std::int64_t now_us) const {
    const auto& reading = readings_.at(static_cast<std::size_t>(kind));
    if (!reading || !reading->value ||
        now_us - reading->measured_us > vital_row(kind).score_ms * kMillisecondUs) {
        return std::nullopt;
    }
    VitalSign sign = read(kind, now_us);
    sign.value = reading->value;
    sign.device_us = reading->device_us;
    sign.age_us = std::max<std::int64_t>(0, now_us - reading->measured_us);
    return sign;
}

VitalSign VitalBoard::read_rate(std::int64_t now_us) const {
    const VitalSign heart = read(VitalKind::hr, now_us);
    const VitalSign pulse = read(VitalKind::pr, now_us);
    return !heart.value && pulse.value ? pulse : heart;
}

std::optional<VitalSign> VitalBoard::read_rate_for_score(std::int64_t now_us) const {
    auto heart = read_for_score(VitalKind::hr, now_us);
    auto pulse = read_for_score(VitalKind::pr, now_us);
    // A heart rate of half a minute ago does not stand before a pulse of now.
    const bool older = heart && pulse && heart->state != VitalState::current &&
                       pulse->state == VitalState::current;
    return heart && !older ? heart : pulse;
}

} // namespace ems::signal
