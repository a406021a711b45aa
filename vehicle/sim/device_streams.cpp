#include "vehicle/sim/device_streams.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "vehicle/device/ecg_box.h"
#include "vehicle/device/mllp.h"
#include "vehicle/device/nmea.h"

namespace ems::sim {
namespace {

constexpr double kMetresPerDegree = 111'195; // of latitude, on the sphere of map/geo
constexpr double kKnotsPerMetreSecond = 3600.0 / 1852;
constexpr double kKnotsMax = 1999;
constexpr std::int64_t kMonitorOffsetSeconds = 8 * 3600;

struct Civil {
    int year;
    unsigned month, day;
    std::int64_t second_of_day;
    std::int64_t us;
};

Civil civil_of(std::int64_t utc_us, std::int64_t offset_s) {
    const std::chrono::sys_time<std::chrono::microseconds> at{
        std::chrono::microseconds{utc_us + offset_s * 1'000'000}};
    const auto days = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{days};
    const std::int64_t us = (at - days).count();
    return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()), us / 1'000'000, us % 1'000'000};
}

// ddmm.mmmmm and the hemisphere; 1e-5 minute is 2 cm.
std::string nmea_angle(double degrees, int degree_digits, char positive, char negative) {
    const double size = std::abs(degrees);
    auto units = static_cast<std::int64_t>(std::llround(size * 60 * 1e5));
    const std::int64_t whole = units / 6'000'000;
    units %= 6'000'000;
    return fmt::format("{:0{}d}{:02d}.{:05d},{}", whole, degree_digits, units / 100'000,
                       units % 100'000, degrees < 0 ? negative : positive);
}

std::string monitor_time(std::int64_t utc_us) {
    const Civil c = civil_of(utc_us, kMonitorOffsetSeconds);
    return fmt::format("{:04d}{:02d}{:02d}{:02d}{:02d}{:02d}", c.year, c.month, c.day,
                       c.second_of_day / 3600, c.second_of_day / 60 % 60, c.second_of_day % 60);
}

std::string header(int kind) {
    return fmt::format("MSH|^~\\&|||||||ORU^R01|{}|P|2.3.1|\r", kind);
}

std::string numeric(std::string_view parameter, int module, std::optional<std::int32_t> value) {
    return fmt::format("OBX||NM|{}|{}|{}||||||F\r", parameter, module, value.value_or(-100));
}

std::int16_t to_units(double mv) {
    const double units = std::round(mv * 1e6 / kEcgGainNv);
    return static_cast<std::int16_t>(std::clamp(units, -32767.0, 32767.0));
}

const vehicle::EcgBoxHeader& box_header() {
    static const vehicle::EcgBoxHeader header{.rate_hz = static_cast<std::uint32_t>(kEcgRateHz),
                                              .gain_nv = kEcgGainNv,
                                              .lead_mask = 0xFF,
                                              .pleth_hz = 125,
                                              .simulated = true};
    return header;
}

} // namespace

map::Wgs84 GnssError::apply(map::Wgs84 truth, double dt_s) {
    constexpr double kSigma = 2.0;
    constexpr double kMemorySeconds = 20;
    const double keep = std::exp(-std::max(0.0, dt_s) / kMemorySeconds);
    const double fresh = kSigma * std::sqrt(1 - keep * keep);
    north_m_ = keep * north_m_ + fresh * normal_(random_);
    east_m_ = keep * east_m_ + fresh * normal_(random_);
    const double north = north_m_ + 0.3 * normal_(random_);
    const double east = east_m_ + 0.3 * normal_(random_);
    const double shrink = std::max(0.01, std::cos(truth.lat * std::numbers::pi / 180));
    return {truth.lat + north / kMetresPerDegree, truth.lon + east / (kMetresPerDegree * shrink)};
}

std::string gnss_sentences(map::Wgs84 at, double speed_m_s, double course_deg,
                           std::int64_t utc_us) {
    // A receiver stamps whole hundredths of a second; round once, before the day is taken.
    const Civil c = civil_of(utc_us / 10'000 * 10'000, 0);
    const std::string time =
        fmt::format("{:02d}{:02d}{:02d}.{:02d}", c.second_of_day / 3600, c.second_of_day / 60 % 60,
                    c.second_of_day % 60, c.us / 10'000);
    const std::string place =
        nmea_angle(at.lat, 2, 'N', 'S') + "," + nmea_angle(at.lon, 3, 'E', 'W');
    const double knots = std::clamp(speed_m_s * kKnotsPerMetreSecond, 0.0, kKnotsMax);
    const double course = std::fmod(std::fmod(course_deg, 360) + 360, 360);
    const std::string gga = fmt::format("GPGGA,{},{},1,12,0.8,370.0,M,-28.0,M,,", time, place);
    const std::string rmc =
        fmt::format("GPRMC,{},A,{},{:.2f},{:.1f},{:02d}{:02d}{:02d},,,A", time, place, knots,
                    course >= 359.95 ? 0.0 : course, c.day, c.month, c.year % 100);
    return vehicle::nmea_sentence(gga) + vehicle::nmea_sentence(rmc);
}

std::string pds_numerics(const MonitorNumbers* numbers) {
    const MonitorNumbers shown = numbers == nullptr ? MonitorNumbers{} : *numbers;
    std::string text = header(204);
    text += numeric("101^HR", 2101, shown.hr_bpm);
    text += numeric("151^RR", 2102, shown.rr_bpm);
    text += numeric("160^SpO2", 2103, shown.spo2_pct);
    text += numeric("161^PR", 2103, shown.pr_bpm);
    text += fmt::format("OBX||NM|200^T1|2104|{:.2f}||||||F\r", shown.temp_c.value_or(-100));
    text += numeric("250^EtCO2", 2106, shown.etco2_mmhg);
    return vehicle::mllp_frame(text);
}

std::string pds_cuff(const Patient* patient) {
    const bool measured = patient != nullptr && patient->nibp_sys > 0;
    const auto line = [&](std::string_view parameter, std::int32_t value) {
        return fmt::format("OBX||NM|{}|2105|{}||||||F||APERIODIC|{}\r", parameter,
                           measured ? value : -100,
                           measured ? monitor_time(patient->nibp_utc_us) : "00000000000000");
    };
    const std::int32_t sys = measured ? patient->nibp_sys : 0;
    const std::int32_t dia = measured ? patient->nibp_dia : 0;
    return vehicle::mllp_frame(header(503) + line("170^Sys", sys) + line("171^Dia", dia) +
                               line("172^Mean", (sys + 2 * dia) / 3));
}

std::string pds_physiological_alarms(const MonitorNumbers& numbers, std::int64_t utc_us) {
    std::string text;
    const auto alarm = [&](std::string_view what) {
        text += fmt::format("OBX||CE|2|1|{}||||||F|||{}|\r", what, monitor_time(utc_us));
    };
    if (numbers.hr_bpm && *numbers.hr_bpm > 120) {
        alarm("10001^**HR TOO HIGH");
    }
    if (numbers.hr_bpm && *numbers.hr_bpm < 50) {
        alarm("10002^**HR TOO LOW");
    }
    return vehicle::mllp_frame(header(54) + text);
}

std::string pds_technical_alarms(bool attached) {
    std::string text = header(56);
    if (!attached) {
        text += "OBX||CE|4||205^SpO2 Sensor Off||||||F|\r";
        text += "OBX||CE|4||5^ECG Lead Off||||||F|\r";
    }
    return vehicle::mllp_frame(text);
}

std::string pds_alive() {
    return vehicle::mllp_frame(header(106));
}

std::string ecg_greeting() {
    return vehicle::encode_ecg_header(box_header());
}

std::string ecg_block(EcgModel& heart, std::uint64_t first_sample) {
    EMS_ASSERT(first_sample % kPlethDivider == 0);
    vehicle::EcgBlock block;
    block.first_sample = first_sample;
    block.count = kEcgBlockSamples;
    block.pleth_first = first_sample / kPlethDivider;
    bool probe_off = false;
    for (std::uint16_t i = 0; i < kEcgBlockSamples; ++i) {
        const EcgSample sample = heart.next();
        for (const double mv : sample.mv) {
            block.samples.push_back(to_units(mv));
        }
        block.lead_off_mask =
            static_cast<std::uint16_t>(block.lead_off_mask | sample.lead_off_mask);
        probe_off = probe_off || std::isnan(sample.pleth);
        if (i % kPlethDivider == 0 && !probe_off) {
            block.pleth.push_back(
                static_cast<std::int16_t>(std::lround(std::clamp(sample.pleth, 0.0, 8.0) * 1000)));
        }
    }
    if (probe_off) {
        block.pleth.clear();
    }
    return vehicle::encode_ecg_block(box_header(), block);
}

std::string ecg_block_unattached(std::uint64_t first_sample) {
    vehicle::EcgBlock block;
    block.first_sample = first_sample;
    block.count = kEcgBlockSamples;
    block.lead_off_mask = 0xFF;
    block.samples.assign(kEcgBlockSamples * signal::kAcquiredLeads, 0);
    block.pleth_first = first_sample / kPlethDivider;
    return vehicle::encode_ecg_block(box_header(), block);
}

} // namespace ems::sim
