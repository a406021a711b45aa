// NMEA 0183 from a satellite receiver: RMC (time, date, validity, position, speed, course), GGA
// (quality, satellites, HDOP, altitude) and GSA (2D or 3D) of the talkers GP, GN, BD and GB. Pure:
// bytes in, fixes out; any bytes are survived.
//
// A sentence without a right checksum is counted and dropped. An epoch is one RMC and the GGA of
// the same time of day, in either order. It closes when both came; where the receiver has been seen
// to send GGA behind RMC, an RMC waits for it until the next RMC or a GGA of another time, else it
// closes at once. Status V, quality 0 or GSA mode 1 give a reading
// without a fix, so that loss of sky is told from loss of the receiver. A date before
// kEarliestUtcUs is a week roll-over of an old receiver: the position stands, utc_us is 0.
#pragma once

#include "vehicle/device/gnss.h"

namespace ems::vehicle {

constexpr std::size_t kNmeaSentenceSizeMax = 128; // 82 by the standard; real receivers exceed it

class NmeaParser final : public GnssParser {
  public:
    std::vector<GnssReading> feed(std::string_view bytes) override;
    [[nodiscard]] std::uint64_t refused() const override {
        return counters_.bad_checksum + counters_.malformed;
    }

    struct Counters {
        std::uint64_t sentences{0};    // with a right checksum
        std::uint64_t bad_checksum{0}; // wrong, absent, or an over-long line
        std::uint64_t malformed{0};    // right checksum, senseless content
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

  private:
    void begin_cycle(std::string_view time);
    [[nodiscard]] std::optional<std::uint32_t> gsa_mode() const {
        return cycle_mode_ ? cycle_mode_ : previous_mode_;
    }
    struct Altitude {
        std::string time;
        std::uint32_t quality{0};
        std::uint32_t satellites{0};
        std::uint32_t hdop_centi{0};
        std::optional<std::int32_t> altitude_dm;
    };
    struct Minimum {
        std::string time;
        bool has_fix{false};
        GnssReading reading{}; // without what GGA says
    };
    using Readings = std::vector<GnssReading>;
    void take_line(std::string_view line, Readings& readings);
    void take_rmc(const std::vector<std::string_view>& fields, Readings& readings);
    void take_gga(const std::vector<std::string_view>& fields, Readings& readings);
    std::optional<Minimum> parse_rmc(const std::vector<std::string_view>& fields);
    // `gga`: of the same epoch; null: none.
    [[nodiscard]] GnssReading reading_of(const Minimum& rmc, const Altitude* gga) const;
    void close_without_gga(Readings& readings);

    std::string line_;
    bool skipping_{false};
    std::optional<Altitude> gga_;      // the last one
    std::optional<Minimum> waiting_;   // for its GGA
    std::optional<std::string> alone_; // time of an RMC that was closed without GGA
    bool gga_follows_{false};
    // A receiver of several constellations prints a GSA for each: the greatest mode of a cycle
    // counts, one without satellites takes no fix away.
    std::string cycle_time_;
    std::optional<std::uint32_t> cycle_mode_;    // of the cycle that is being read
    std::optional<std::uint32_t> previous_mode_; // of the one before
    Counters counters_;
};

// "$<body>*HH\r\n" with its checksum; body without '$' and '*'.
std::string nmea_sentence(std::string_view body);

} // namespace ems::vehicle
