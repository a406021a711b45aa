// gpsd's JSON protocol (gpsd_json(5), TCP 2947): after the greeting one object a line. TPV gives
// the fix (mode 0 or 1 none, 2 and 3 dimensions; time, lat, lon, altMSL, speed m/s, track degrees),
// SKY the HDOP and the satellites used, which count for the TPVs that follow it. Other classes are
// skipped. Pure.
//
// The text is input like any other: a line of at most 16 KiB, nesting of at most 8; a value of a
// wrong type or out of range is absent, and a fix without mode, latitude or longitude is refused.
// altHAE is not taken: it differs from the height above sea level by up to 60 m in China. gpsd
// merges the receivers it watches: give it one.
#pragma once

#include "vehicle/device/gnss.h"
#include "vehicle/device/line_splitter.h"

namespace ems::vehicle {

constexpr std::size_t kGpsdLineSizeMax = 16'384; // gpsd's own longest answer is 10,240
constexpr std::size_t kGpsdDepthMax = 8;

class GpsdParser final : public GnssParser {
  public:
    std::vector<GnssReading> feed(std::string_view bytes) override;
    [[nodiscard]] std::string greeting() const override;
    [[nodiscard]] std::uint64_t refused() const override { return lines_.overlong() + malformed_; }

  private:
    struct Sky {
        std::uint32_t hdop_centi{0};
        std::uint32_t satellites{0};
        int fixes_left{0};
    };
    struct Report;
    std::optional<GnssReading> take_line(std::string_view line);
    std::optional<GnssReading> take_fix(const Report& report);
    void take_sky(const Report& report);

    LineSplitter lines_{kGpsdLineSizeMax};
    Sky sky_;
    std::uint64_t malformed_{0};
};

} // namespace ems::vehicle
