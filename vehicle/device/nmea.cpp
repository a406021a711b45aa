#include "vehicle/device/nmea.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "vehicle/device/numbers.h"

namespace ems::vehicle {
namespace {

std::uint8_t checksum(std::string_view body) {
    std::uint8_t sum = 0;
    for (const char c : body) {
        sum = static_cast<std::uint8_t>(sum ^ static_cast<std::uint8_t>(c));
    }
    return sum;
}

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return std::nullopt;
}

// ddmm.mmmm or dddmm.mmmm with its hemisphere, as degrees x 1e7.
std::optional<std::int32_t> angle(std::string_view text, std::size_t degree_digits,
                                  std::string_view hemisphere, char negative, char positive,
                                  int degrees_max) {
    if (text.size() < degree_digits + 2 || hemisphere.size() != 1 ||
        (hemisphere[0] != negative && hemisphere[0] != positive)) {
        return std::nullopt;
    }
    const auto degrees = digits(text.substr(0, degree_digits), 0, degrees_max);
    const auto minutes = decimal(text.substr(degree_digits), 0, 59.999'999'99);
    if (!degrees || !minutes) {
        return std::nullopt;
    }
    const double value = *degrees * 1e7 + *minutes / 60 * 1e7;
    if (value > degrees_max * 1e7) {
        return std::nullopt;
    }
    const auto rounded = static_cast<std::int32_t>(std::lround(value));
    return hemisphere[0] == negative ? -rounded : rounded;
}

// hhmmss[.sss] and ddmmyy; nothing when either is absent or senseless. 0 for a date out of this
// product's life.
std::optional<std::int64_t> utc(std::string_view time, std::string_view date) {
    if (time.size() < 6 || date.size() != 6) {
        return std::nullopt;
    }
    const auto hour = digits(time.substr(0, 2), 0, 23);
    const auto minute = digits(time.substr(2, 2), 0, 59);
    const auto second = decimal(time.substr(4), 0, 60.999);
    const auto day = digits(date.substr(0, 2), 1, 31);
    const auto month = digits(date.substr(2, 2), 1, 12);
    const auto year = digits(date.substr(4, 2), 0, 99);
    if (!hour || !minute || !second || !day || !month || !year) {
        return std::nullopt;
    }
    return gnss_utc_us({2000 + *year, *month, *day, *hour, *minute, *second});
}

} // namespace

std::vector<GnssReading> NmeaParser::feed(std::string_view bytes) {
    std::vector<GnssReading> readings;
    for (const char c : bytes) {
        if (c == '\n' || c == '\r') {
            if (!skipping_ && !line_.empty()) {
                take_line(line_, readings);
            }
            line_.clear();
            skipping_ = false;
        } else if (c == '$') { // a new sentence begins even where the end of the last was lost
            counters_.bad_checksum += line_.empty() ? 0U : 1U;
            line_.assign(1, c);
            skipping_ = false;
        } else if (!skipping_) {
            line_.push_back(c);
            if (line_.size() > kNmeaSentenceSizeMax) {
                ++counters_.bad_checksum;
                skipping_ = true;
                line_.clear();
            }
        }
    }
    return readings;
}

void NmeaParser::take_line(std::string_view line, Readings& readings) {
    const std::size_t star = line.rfind('*');
    if (line.front() != '$' || star == std::string_view::npos || line.size() != star + 3) {
        ++counters_.bad_checksum;
        return;
    }
    const auto high = hex_digit(line[star + 1]);
    const auto low = hex_digit(line[star + 2]);
    const std::string_view body = line.substr(1, star - 1);
    if (!high || !low || *high * 16 + *low != checksum(body)) {
        ++counters_.bad_checksum;
        return;
    }
    ++counters_.sentences;
    std::vector<std::string_view> fields;
    for (std::size_t at = 0; at <= body.size();) {
        const std::size_t comma = std::min(body.find(',', at), body.size());
        fields.push_back(body.substr(at, comma - at));
        at = comma + 1;
    }
    const std::string_view address = fields.front();
    if (address.size() != 5) {
        return;
    }
    constexpr std::array<std::string_view, 4> kTalkers{"GP", "GN", "BD", "GB"};
    if (std::find(kTalkers.begin(), kTalkers.end(), address.substr(0, 2)) == kTalkers.end()) {
        return;
    }
    const std::string_view kind = address.substr(2);
    if (kind == "RMC") {
        take_rmc(fields, readings);
    } else if (kind == "GGA") {
        take_gga(fields, readings);
    } else if (kind == "GSA" && fields.size() > 2) {
        if (const auto mode = digits(fields[2], 1, 3)) {
            cycle_mode_ = std::max(cycle_mode_.value_or(0), static_cast<std::uint32_t>(*mode));
        }
    }
}

void NmeaParser::begin_cycle(std::string_view time) {
    if (time != cycle_time_) {
        cycle_time_ = time;
        previous_mode_ = cycle_mode_;
        cycle_mode_.reset();
    }
}

void NmeaParser::close_without_gga(Readings& readings) {
    if (waiting_) {
        readings.push_back(reading_of(*waiting_, nullptr));
        alone_ = std::move(waiting_->time);
        waiting_.reset();
        gga_follows_ = false;
    }
}

void NmeaParser::take_gga(const std::vector<std::string_view>& fields, Readings& readings) {
    gga_.reset();
    if (fields.size() < 10) {
        ++counters_.malformed;
        return;
    }
    const auto quality = digits(fields[6], 0, 8);
    if (!quality) {
        ++counters_.malformed;
        return;
    }
    Altitude gga;
    gga.time = fields[1];
    gga.quality = static_cast<std::uint32_t>(*quality);
    gga.satellites = static_cast<std::uint32_t>(digits(fields[7], 0, 99).value_or(0));
    if (const auto hdop = decimal(fields[8], 0, 99.99)) {
        gga.hdop_centi = static_cast<std::uint32_t>(std::lround(*hdop * 100));
    }
    if (const auto altitude = decimal(fields[9], -500, 20'000)) {
        gga.altitude_dm = static_cast<std::int32_t>(std::lround(*altitude * 10));
    }
    begin_cycle(gga.time);
    gga_ = std::move(gga);
    if (waiting_ && waiting_->time == gga_->time) {
        readings.push_back(reading_of(*waiting_, &*gga_));
        waiting_.reset();
        return;
    }
    close_without_gga(readings);
    if (alone_ && *alone_ == gga_->time) {
        gga_follows_ = true;
    }
}

void NmeaParser::take_rmc(const std::vector<std::string_view>& fields, Readings& readings) {
    auto rmc = parse_rmc(fields);
    if (!rmc) {
        return;
    }
    close_without_gga(readings);
    begin_cycle(rmc->time);
    alone_.reset();
    if (gga_ && gga_->time == rmc->time) {
        readings.push_back(reading_of(*rmc, &*gga_));
    } else if (gga_follows_) {
        waiting_ = std::move(rmc);
    } else {
        readings.push_back(reading_of(*rmc, nullptr));
        alone_ = std::move(rmc->time);
    }
}

GnssReading NmeaParser::reading_of(const Minimum& rmc, const Altitude* gga) const {
    const bool without_sky = gga == nullptr ? gsa_mode() == 1U : gga->quality == 0;
    if (!rmc.has_fix || without_sky) {
        return {.utc_us = rmc.reading.utc_us};
    }
    GnssReading reading = rmc.reading;
    if (gga != nullptr) {
        reading.satellites = gga->satellites;
        reading.hdop_centi = gga->hdop_centi;
        if (gga->altitude_dm) {
            reading.altitude_dm = *gga->altitude_dm;
            const auto mode = gsa_mode();
            reading.fix_mode = mode && *mode > 1 ? *mode : gga->satellites >= 4 ? 3U : 2U;
        }
    }
    return reading;
}

std::optional<NmeaParser::Minimum>
NmeaParser::parse_rmc(const std::vector<std::string_view>& fields) {
    if (fields.size() < 10 || (fields[2] != "A" && fields[2] != "V")) {
        ++counters_.malformed;
        return std::nullopt;
    }
    Minimum rmc;
    rmc.time = fields[1];
    rmc.has_fix = fields[2] == "A";
    GnssReading& reading = rmc.reading;
    reading.utc_us = utc(fields[1], fields[9]).value_or(0);
    if (!rmc.has_fix) {
        return rmc;
    }
    const auto lat = angle(fields[3], 2, fields[4], 'S', 'N', 90);
    const auto lon = angle(fields[5], 3, fields[6], 'W', 'E', 180);
    if (!lat || !lon) {
        ++counters_.malformed;
        return std::nullopt;
    }
    reading.lat_e7 = *lat;
    reading.lon_e7 = *lon;
    reading.fix_mode = 2;
    // Speed and course may be empty on a standing vehicle.
    if (const auto knots = decimal(fields[7], 0, 2'000)) {
        reading.speed_cm_s = static_cast<std::uint32_t>(std::lround(*knots * 185'200 / 3'600));
    }
    if (const auto course = decimal(fields[8], 0, 360)) {
        reading.course_cdeg = static_cast<std::uint32_t>(std::lround(*course * 100)) % 36'000;
    }
    return rmc;
}

std::string nmea_sentence(std::string_view body) {
    return fmt::format("${}*{:02X}\r\n", body, checksum(body));
}

} // namespace ems::vehicle
