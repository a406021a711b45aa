// ems-ctl top without its terminal: statuses and time in, lines of text or one JSON document out.
// Rates are differences of two statuses. Ages are told by the servers' clocks and go on while no
// new status comes. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/contract/api.pb.h"
#include "telemetry/base/clock.h"

namespace ems::ctl {

enum class SortBy { name, heard, position, rate, unstored, gaps };

inline constexpr std::size_t kNoLimit = SIZE_MAX;

struct TopSize {
    std::size_t columns{kNoLimit};
    std::size_t lines{kNoLimit};
};

// By stream, in the order events, positions, vitals, waves. None: not known (one status only, or
// counts that began anew).
using Rates = std::array<std::optional<double>, 4>;

class TopView {
  public:
    void take(api::FleetStatus status, Ticks now);
    // Why the last one asked for did not come; empty when it did.
    void set_trouble(std::string why) { trouble_ = std::move(why); }
    // n name, h heard, p position, r rate, u unstored, g gaps. False: no such key.
    bool press(char key);

    [[nodiscard]] bool ready() const { return status_.has_value(); }
    // Rates need a second status whose stored half is newer.
    [[nodiscard]] bool has_rates() const { return !rates_.empty(); }

    // Header lines, table; never more than `size`.
    [[nodiscard]] std::vector<std::string> lines(Ticks now, TopSize size) const;
    // {"server_us":...,"servers":[...],"vehicles":[...]}, ages in milliseconds, null where nothing
    // is known.
    [[nodiscard]] std::string json(Ticks now) const;

  private:
    struct Row;
    [[nodiscard]] std::int64_t now_us(Ticks now) const;
    [[nodiscard]] Row row_of(const api::VehicleStatus& vehicle, std::int64_t now_us) const;
    [[nodiscard]] std::vector<Row> rows(std::int64_t now_us) const;
    [[nodiscard]] std::vector<std::string> header(std::int64_t now_us) const;
    [[nodiscard]] std::string telemetry_line(const api::TelemetryStatus& server,
                                             std::int64_t now_us) const;
    void remember_rates(const api::FleetStatus& next);

    std::optional<api::FleetStatus> status_;
    Ticks taken_at_{};
    std::map<std::string, Rates> rates_;         // by vid
    std::map<std::string, double> stored_rates_; // records a second, by server
    std::string trouble_;
    SortBy sort_{SortBy::name};
};

} // namespace ems::ctl
