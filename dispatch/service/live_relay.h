// The broker's messages: newest positions, links, and what is watched, on to the consoles. Hints only: what must not be
// lost comes through the inbox. Messages arrive on the library's thread, are queued, and are dealt with on the loop's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "dispatch/service/console_hub.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/live_load.h"
#include "dispatch/store/terminals.h"
#include "telemetry/base/bounded_queue.h"
#include "telemetry/link/mqtt_session.h"
#include "telemetry/wire/topics.h"

namespace ems::dispatch {

inline constexpr std::size_t kLiveQueueMax = 8192;
inline constexpr std::size_t kUrgentQueueMax = 2048;
inline constexpr std::int64_t kWatchLifeUs = 15'000'000;
inline constexpr std::chrono::seconds kWatchRepeat{5};

class LiveRelay {
  public:
    struct Hooks {
        std::function<void(const std::string& vid)> born;     // a vehicle has just connected
        // It says that it holds this command. The inbox says so too, later or, while nothing archives, not yet.
        std::function<void(const std::string& vid, const std::string& command)> held;
        std::function<Result<void>(const std::string& topic, std::string payload)> publish;
    };
    // `fleet` may be null until the registry was read.
    LiveRelay(boost::asio::io_context& io, RegionCode region, Fleet* const& fleet, ConsoleHub& hub,
              const Clock& clock, Hooks hooks);

    // From any thread.
    void arrived(link::MqttMessage&& message);
    // The same alarm, what a crew found or the ECG that it sent, by the way on which nothing is lost. Whichever comes first
    // is shown, the other changes nothing.
    void noted(const InboxEvent& event);
    // What became of a button, by the same way; of any other event nothing.
    void button(const InboxEvent& event, std::optional<Code> refusal);
    // What the archive knows of a vehicle's terminal, about once a second. Repeats change nothing.
    void by_terminal(const TerminalReport& report);
    // Every 100 ms: positions that had to wait, links that aged, watches to repeat.
    void tick();
    // Tells the vehicle at once.
    void watch_changed(UnitId unit);

    // On the loop's thread.
    [[nodiscard]] LiveCounters counters() const;

    [[nodiscard]] static std::vector<link::Subscription> subscriptions(const RegionCode& region);

  private:
    void drain();
    void ecg_mark(UnitId unit, const wire::Event& event, std::int64_t received_us);
    void findings(UnitId unit, const wire::Event& event, std::int64_t device_us, std::int64_t received_us);
    void handle(const link::MqttMessage& message);
    void handle_kind(const Track& track, wire::UpKind kind, const std::string& payload, std::int64_t received_us);
    void handle_record(const Track& track, wire::UpKind kind, const std::string& payload, std::int64_t received_us);
    void position(const Track& track, const wire::Envelope& envelope, std::int64_t received_us);
    void show_position(UnitId unit);
    void send_watch(UnitId unit, bool wave);
    void bad(const Track& track, wire::UpKind kind);

    boost::asio::io_context& io_;
    RegionCode region_;
    Fleet* const& fleet_;
    ConsoleHub& hub_;
    const Clock& clock_;
    Hooks hooks_;
    BoundedQueue<link::MqttMessage> urgent_{kUrgentQueueMax, WhenFull::drop_oldest};   // births and events
    BoundedQueue<link::MqttMessage> queue_{kLiveQueueMax, WhenFull::drop_oldest};
    std::atomic<bool> draining_{false};
    std::map<UnitId, Ticks> position_sent_;
    std::map<UnitId, bool> position_waits_;
    Ticks watch_sent_{};
    LiveLoad load_;     // of queue_
};

} // namespace ems::dispatch
