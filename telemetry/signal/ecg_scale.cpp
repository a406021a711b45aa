#include "telemetry/signal/ecg_scale.h"

#include <fmt/format.h>

namespace ems::signal {

EcgScale next_speed(EcgScale scale) {
    scale.mm_per_s = scale.mm_per_s == 25 ? 50 : scale.mm_per_s == 50 ? 12.5 : 25;
    return scale;
}

EcgScale next_gain(EcgScale scale) {
    scale.mm_per_mv = scale.mm_per_mv == 10 ? 20 : scale.mm_per_mv == 20 ? 5 : 10;
    return scale;
}

std::string speed_text(EcgScale scale) {
    return fmt::format("{:g} mm/s", scale.mm_per_s);
}

std::string gain_text(EcgScale scale) {
    return fmt::format("{:g} mm/mV", scale.mm_per_mv);
}

std::string scale_text(EcgScale scale) {
    return speed_text(scale) + "   " + gain_text(scale);
}

} // namespace ems::signal
