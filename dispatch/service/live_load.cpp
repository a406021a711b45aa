#include "dispatch/service/live_load.h"

#include "telemetry/base/log.h"

namespace ems::dispatch {

void LiveLoad::update(std::size_t size, std::size_t capacity) {
    const Level before = level_;
    if (size * 4 > capacity * 3) {
        level_ = Level::crowded;
    } else if (size * 2 > capacity) {
        level_ = level_ == Level::crowded ? Level::crowded : Level::busy;
    } else if (size * 4 >= capacity) {
        level_ = level_ == Level::calm ? Level::calm : Level::busy;
    } else {
        level_ = Level::calm;
        wave_skipped_.clear();
        vitals_at_.clear();
    }
    if (level_ != before) {
        EMS_LOG(warn, "live", "load level={} waiting={}", static_cast<int>(level_), size);
    }
}

bool LiveLoad::take_wave(UnitId unit) {
    if (level_ == Level::calm) {
        return true;
    }
    bool& skipped = wave_skipped_[unit];
    skipped = !skipped;
    counters.waves_halved += skipped ? 1U : 0U;
    return !skipped;
}

bool LiveLoad::take_vitals(UnitId unit, Ticks now) {
    if (level_ != Level::crowded) {
        return true;
    }
    const auto [last, first] = vitals_at_.try_emplace(unit, now);
    if (!first && now - last->second < kVitalsIntervalCrowded) {
        ++counters.vitals_thinned;
        return false;
    }
    last->second = now;
    return true;
}

} // namespace ems::dispatch
