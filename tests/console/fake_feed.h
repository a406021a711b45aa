// A feed that plays the story of one emergency for tests: builds the server's messages, remembers what the desk sends.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "console/model/feed.h"

namespace ems::console {

class FakeFeed : public Feed {
  public:
    void start() override { started = true; }
    void set_wake(std::function<void()> wake) override { wake_ = std::move(wake); }
    std::vector<FeedEvent> drain(std::size_t count_max) override;
    std::uint64_t send(api::ClientFrame frame) override;
    [[nodiscard]] std::optional<std::int64_t> round_trip_us() const override { return round_trip; }
    [[nodiscard]] bool server_leads() const override { return leads; }
    [[nodiscard]] std::string seat() const override { return "受理1"; }
    [[nodiscard]] std::vector<client::ConnectTrial> trials() const override { return tried; }

    void push(api::ServerFrame frame);
    void link(LinkChange::State state, std::uint32_t attempt = 0);
    void log_in(const std::string& role = "dispatcher");
    // Four units, three stations, one hospital, an earlier incident with a unit at the patient, one new call.
    void snapshot(std::int64_t now_us);
    void recommendation(std::int64_t now_us);
    void unit_state(std::int64_t unit, ems::wire::UnitState state, std::int64_t now_us);
    void positions(std::int64_t now_us);
    void vitals(std::int64_t unit, std::int64_t now_us);
    // One batch of sine-like beats of `count` samples at 500 Hz.
    void wave(std::int64_t unit, std::uint64_t first_sample, std::uint32_t count, std::int64_t now_us,
              std::uint32_t lead_off_mask = 0);
    void alarm(std::int64_t unit, const std::string& code, ems::wire::Alarm::Priority priority, std::int64_t now_us);
    void findings(std::int64_t unit, std::int64_t incident, const ems::wire::PatientChart& chart, std::int64_t now_us);
    void ecg_mark(std::int64_t unit, std::int64_t incident, const std::string& event, std::int64_t to_us,
                  std::uint32_t duration_ms = 10'000);
    // All who have a case open: its id, their user, name and seat.
    void editors(const std::vector<api::Editor>& all, std::int64_t now_us);
    static api::Editor editor(std::int64_t incident, const std::string& user, const std::string& name, const std::string& seat);
    void stamp(api::Incident* incident, const std::string& event, std::int64_t at_us, std::int64_t unit = 0);

    bool started{false};
    bool up{false};
    std::optional<std::int64_t> round_trip;
    bool leads{true};
    bool drill{false}; // of the next log-in
    std::vector<client::ConnectTrial> tried;
    std::vector<api::ClientFrame> sent;
    std::uint64_t seq{1};
    api::Snapshot world;

  private:
    std::function<void()> wake_;
    std::vector<FeedEvent> events_;
};

} // namespace ems::console
