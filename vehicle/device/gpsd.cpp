#include "vehicle/device/gpsd.h"

#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "vehicle/device/numbers.h"

namespace ems::vehicle {

// What of one object matters. NaN: absent or of another type.
struct GpsdParser::Report {
    std::string kind;
    std::string time;
    double mode{std::nan("")};
    double lat{std::nan("")};
    double lon{std::nan("")};
    double altitude_msl{std::nan("")};
    double altitude_old{std::nan("")}; // "alt" of gpsd before 3.20: above sea level as well
    double speed{std::nan("")};
    double track{std::nan("")};
    double hdop{std::nan("")};
    double satellites_used{std::nan("")};
    std::uint32_t used_marks{0}; // "used":true in the list of satellites
};

namespace {

constexpr int kSkyCountsFor = 20; // TPVs: 4 s at 5 Hz; SKY comes about once a second
constexpr double kSpeedMaxMS = 2'000 * 1.852 / 3.6;

using Json = nlohmann::json;

// The members of the outermost object, and the marks of its satellites, as they stream by: no tree
// is built of a stranger's text.
template <class Report> class Reader final : public nlohmann::json_sax<Json> {
  public:
    explicit Reader(Report& report) : report_(report) {}

    bool null() override { return true; }
    bool boolean(bool value) override {
        if (value && in_satellites_ && depth_ == 3 && key_ == "used") {
            ++report_.used_marks;
        }
        return depth_ > 0;
    }
    bool number_integer(number_integer_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return number(value); }
    bool string(string_t& value) override {
        if (depth_ == 1 && key_ == "class") {
            report_.kind = value;
        } else if (depth_ == 1 && key_ == "time") {
            report_.time = value;
        }
        return depth_ > 0;
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return deeper(); }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override {
        in_satellites_ = in_satellites_ || (depth_ == 1 && key_ == "satellites");
        return depth_ > 0 && deeper();
    }
    bool end_array() override {
        --depth_;
        in_satellites_ = in_satellites_ && depth_ > 1;
        return true;
    }
    bool key(string_t& value) override {
        key_ = value;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
        return false;
    }

  private:
    bool deeper() { return ++depth_ <= kGpsdDepthMax; }
    bool number(double value) {
        if (depth_ == 1) {
            for (const auto& [name, into] : numbers_) {
                if (key_ == name) {
                    *into = value;
                }
            }
        }
        return depth_ > 0;
    }

    Report& report_;
    const std::array<std::pair<std::string_view, double*>, 9> numbers_{{
        {"mode", &report_.mode},
        {"lat", &report_.lat},
        {"lon", &report_.lon},
        {"altMSL", &report_.altitude_msl},
        {"alt", &report_.altitude_old},
        {"speed", &report_.speed},
        {"track", &report_.track},
        {"hdop", &report_.hdop},
        {"uSat", &report_.satellites_used},
    }};
    std::string key_;
    std::size_t depth_{0};
    bool in_satellites_{false};
};

// Written so that a NaN is outside.
bool within(double value, double least, double most) {
    return value >= least && value <= most;
}

// "2026-03-18T02:42:16.200Z"; 0 when it is anything else or out of this product's life.
std::int64_t utc(std::string_view text) {
    if (text.size() < 20 || text.size() > 30 || text[4] != '-' || text[7] != '-' ||
        text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z') {
        return 0;
    }
    const auto year = digits(text.substr(0, 4), 1'970, 2'200);
    const auto month = digits(text.substr(5, 2), 1, 12);
    const auto day = digits(text.substr(8, 2), 1, 31);
    const auto hour = digits(text.substr(11, 2), 0, 23);
    const auto minute = digits(text.substr(14, 2), 0, 59);
    const auto second = decimal(text.substr(17, text.size() - 18), 0, 60.999);
    if (!year || !month || !day || !hour || !minute || !second) {
        return 0;
    }
    return gnss_utc_us({*year, *month, *day, *hour, *minute, *second}).value_or(0);
}

} // namespace

std::string GpsdParser::greeting() const {
    return "?WATCH={\"enable\":true,\"json\":true};\n";
}

std::vector<GnssReading> GpsdParser::feed(std::string_view bytes) {
    std::vector<GnssReading> readings;
    lines_.feed(bytes, [&](std::string_view line) {
        if (auto reading = take_line(line)) {
            readings.push_back(*reading);
        }
    });
    return readings;
}

std::optional<GnssReading> GpsdParser::take_line(std::string_view line) {
    Report report;
    Reader<Report> reader{report};
    if (!Json::sax_parse(line, &reader) || report.kind.empty()) {
        ++malformed_;
        return std::nullopt;
    }
    if (report.kind == "TPV") {
        return take_fix(report);
    }
    if (report.kind == "SKY") {
        take_sky(report);
    }
    return std::nullopt;
}

std::optional<GnssReading> GpsdParser::take_fix(const Report& report) {
    if (!within(report.mode, 0, 3) || report.mode != std::floor(report.mode)) {
        ++malformed_;
        return std::nullopt;
    }
    GnssReading reading;
    reading.utc_us = utc(report.time);
    if (report.mode < 2) {
        return reading;
    }
    if (!within(report.lat, -90, 90) || !within(report.lon, -180, 180)) {
        ++malformed_;
        return std::nullopt;
    }
    reading.fix_mode = 2;
    reading.lat_e7 = static_cast<std::int32_t>(std::lround(report.lat * 1e7));
    reading.lon_e7 = static_cast<std::int32_t>(std::lround(report.lon * 1e7));
    if (within(report.speed, 0, kSpeedMaxMS)) {
        reading.speed_cm_s = static_cast<std::uint32_t>(std::lround(report.speed * 100));
    }
    if (within(report.track, 0, 360)) {
        reading.course_cdeg = static_cast<std::uint32_t>(std::lround(report.track * 100)) % 36'000;
    }
    const double altitude =
        std::isnan(report.altitude_msl) ? report.altitude_old : report.altitude_msl;
    if (report.mode >= 3 && within(altitude, -500, 20'000)) {
        reading.altitude_dm = static_cast<std::int32_t>(std::lround(altitude * 10));
        reading.fix_mode = 3;
    }
    if (sky_.fixes_left > 0) {
        --sky_.fixes_left;
        reading.hdop_centi = sky_.hdop_centi;
        reading.satellites = sky_.satellites;
    }
    return reading;
}

void GpsdParser::take_sky(const Report& report) {
    // Some drivers give the DOPs and the list of satellites in objects of their own.
    Sky sky = sky_.fixes_left > 0 ? sky_ : Sky{};
    if (within(report.hdop, 0, 99.99)) {
        sky.hdop_centi = static_cast<std::uint32_t>(std::lround(report.hdop * 100));
    }
    if (within(report.satellites_used, 0, 99)) {
        sky.satellites = static_cast<std::uint32_t>(report.satellites_used);
    } else if (report.used_marks > 0 && report.used_marks <= 99) {
        sky.satellites = report.used_marks;
    }
    sky.fixes_left = kSkyCountsFor;
    sky_ = sky;
}

} // namespace ems::vehicle
