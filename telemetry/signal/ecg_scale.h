// How an ECG is drawn in millimetres: paper speed and gain. Those that a recorder offers (IEC 60601-2-25 201.12.4.104,
// 60601-2-27: 25 and 50 mm/s, 5, 10 and 20 mm/mV at least; 12.5 mm/s for rhythm). 25 mm/s and 10 mm/mV are what a reader takes
// for granted: anything else has to be said. Pure.
#pragma once

#include <string>

namespace ems::signal {

struct EcgScale {
    double mm_per_s{25};
    double mm_per_mv{10};
    bool operator==(const EcgScale&) const = default;
    [[nodiscard]] bool is_standard() const { return *this == EcgScale{}; }
};

// Round and round, the finer one first: 25, 50, 12.5 mm/s; 10, 20, 5 mm/mV.
[[nodiscard]] EcgScale next_speed(EcgScale scale);
[[nodiscard]] EcgScale next_gain(EcgScale scale);

[[nodiscard]] std::string speed_text(EcgScale scale); // "12.5 mm/s"
[[nodiscard]] std::string gain_text(EcgScale scale);  // "10 mm/mV"
[[nodiscard]] std::string scale_text(EcgScale scale); // "25 mm/s   10 mm/mV"

} // namespace ems::signal
