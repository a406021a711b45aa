// A past case as the feed of a desk: the same widgets that show the present then show that moment. It sends nothing, whatever
// it is asked to: nobody can order anything from the past. What came later is not told before its time. Pure but for the
// wake-up; one thread.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "console/model/feed.h"
#include "console/model/replay_case.h"

namespace ems::console {

// What does not change with time: names and places, of the present registry.
struct ReplayScenery {
    api::LogInOk login;
    std::vector<api::Unit> units; // those of the case; their state is not read
    std::vector<api::Unit> others; // of which nothing but positions is told
    std::vector<api::Station> stations;
    std::vector<api::Hospital> hospitals;
};

class ReplayFeed final : public Feed {
  public:
    // Waves are given so much ahead of their moment: the filter needs what follows, the sweep shows by EcgFeed::show_moment.
    static constexpr std::int64_t kWavesAheadUs = 1'500'000;
    // And from so long before: a sweep over the widest screen, and the filter's settling before that.
    static constexpr std::int64_t kWavesBackUs = 12'000'000;

    // `past` must outlive it.
    ReplayFeed(const ReplayCase& past, ReplayScenery scenery);

    // Everything that was known at this moment, anew: behind it the desk must have forgotten what it was told before.
    void restart(std::int64_t us);
    // What happened from the last moment to this one.
    void advance(std::int64_t us);

    void start() override {}
    void set_wake(std::function<void()> wake) override { wake_ = std::move(wake); }
    std::vector<FeedEvent> drain(std::size_t count_max) override;
    std::uint64_t send(api::ClientFrame /*frame*/) override { return 0; }
    [[nodiscard]] std::optional<std::int64_t> round_trip_us() const override { return std::nullopt; }
    [[nodiscard]] bool server_leads() const override { return false; }
    [[nodiscard]] bool shows_past() const override { return true; }
    // It has no server.
    [[nodiscard]] std::vector<client::ConnectTrial> trials() const override { return {}; }

  private:
    void push(api::ServerFrame frame);
    [[nodiscard]] std::vector<api::Unit> units_at(std::int64_t us) const;
    void add_records(std::int64_t after_us, std::int64_t upto_us);
    void add_positions(std::int64_t unit_id, std::int64_t upto_us, api::Live& live);
    void add_waves(std::int64_t upto_us);
    void add_standing_alarms(std::int64_t us);

    const ReplayCase& past_;
    ReplayScenery scenery_;
    std::function<void()> wake_;
    std::vector<FeedEvent> events_;
    std::int64_t at_us_{0};
    std::map<std::int64_t, std::int64_t> waves_upto_us_; // by unit
    std::map<std::int64_t, std::int64_t> positions_upto_us_; // the newest told, by unit; some come late
    std::uint64_t seq_{0};
};

} // namespace ems::console
