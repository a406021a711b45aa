// What the simulated devices of an ambulance say on their lines: NMEA sentences of the receiver,
// PDS messages of the monitor, blocks of the ECG module. Pure: values in, bytes out.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "map/geo/point.h"
#include "vehicle/sim/driver.h"
#include "vehicle/sim/ecg_model.h"
#include "vehicle/sim/patient.h"

namespace ems::sim {

// ----------------------------------------------------------------------------------------------
// receiver

// Position error that wanders as a receiver's does: first-order Gauss-Markov, 20 s, about 2 m in
// each direction (3 m in the plane), plus a little noise of each fix.
class GnssError {
  public:
    explicit GnssError(std::uint64_t seed) : random_(seed) {}
    map::Wgs84 apply(map::Wgs84 truth, double dt_s);

  private:
    std::mt19937_64 random_;
    std::normal_distribution<double> normal_{0, 1};
    double north_m_{0};
    double east_m_{0};
};

// GGA and RMC of one fix, with checksums. Speed as the receiver sees it: road speed times the time
// scale, at most 1999 knots. utc_us is the receiver's time.
std::string gnss_sentences(map::Wgs84 at, double speed_m_s, double course_deg, std::int64_t utc_us);

// ----------------------------------------------------------------------------------------------
// monitor (PDS, framed)

// Kind 204. Without numbers (nobody attached) every value is -100.
std::string pds_numerics(const MonitorNumbers* numbers);
// Kind 503, the last cuff measurement; all -100 and a zero time when there is none. The monitor's
// clock shows +08:00.
std::string pds_cuff(const Patient* patient);
// Kind 54: everything that is active for these numbers, so that a message without a line ends all
// of it.
std::string pds_physiological_alarms(const MonitorNumbers& numbers, std::int64_t utc_us);
// Kind 56: sensors that are off.
std::string pds_technical_alarms(bool attached);
std::string pds_alive();

// ----------------------------------------------------------------------------------------------
// ECG module

inline constexpr std::uint32_t kEcgGainNv = 2440;
inline constexpr std::uint16_t kEcgBlockSamples = 20; // 40 ms

std::string ecg_greeting();
// The next kEcgBlockSamples of the heart. first_sample is a multiple of kPlethDivider.
std::string ecg_block(EcgModel& heart, std::uint64_t first_sample);
// The same stretch with no electrode and no finger: every lead off, no pleth.
std::string ecg_block_unattached(std::uint64_t first_sample);

} // namespace ems::sim
