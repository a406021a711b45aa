// The agent's inside, private to the files agent*.cpp: agent.cpp begins, ends and paces it; the
// others act, one subject each.
#pragma once

#include "vehicle/agent/agent.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "vehicle/agent/camera_watch.h"
#include "vehicle/agent/centre_changes.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/agent/crew_fence.h"
#include "vehicle/agent/crew_server.h"
#include "vehicle/agent/frame_count.h"
#include "vehicle/agent/limits.h"
#include "vehicle/agent/link_port.h"
#include "vehicle/agent/power_supply.h"
#include "vehicle/agent/uplink.h"
#include "vehicle/agent/vehicle_clock.h"

namespace ems::vehicle {

// Names in the spool and of alarms that more than one subject uses.
inline constexpr const char* kAlarmsTold = "alarms_told";
inline constexpr const char* kOthersTold = "other_alarms_told";
inline constexpr const char* kUnacknowledged = "unacknowledged_alarms";
inline constexpr const char* kCentreLost = "centre_lost";
inline constexpr const char* kCentreChanges = "centre_changes";

class Agent::Body final : private DeviceSink {
  public:
    Body(boost::asio::io_context& io, AgentConfig config, Spool& spool, const Clock& clock,
         const AgentMedia& media);
    Result<void> start();
    void stop();

  private:
    using Timer = boost::asio::steady_timer;
    template <class F> void every(Timer& timer, std::chrono::milliseconds period, F act);

    // Link.
    void link_up(std::uint64_t birth_counter);
    void link_down(const std::string& reason);
    void message(wire::DownKind kind, const std::string& payload);
    void received(wire::UpKind kind, Ticks at);
    void take_command(const std::string& payload, const Moment& now);
    bool send(wire::UpKind kind, std::string payload);
    void take_media(const std::string& payload);
    void permit_backfill(const Moment& now);
    void take_voice(const wire::MediaSession& session);
    [[nodiscard]] std::uint64_t frames_sent() const;
    enum class Online { no, yes };
    void send_state(Online online);
    void send_birth();
    void send_heartbeat(const Moment& now);
    void check_heartbeat(const Moment& now);

    // Devices.
    void position(const wire::Position& position, std::int64_t t_us) override;
    void vitals(const wire::Vitals& vitals, std::int64_t t_us) override;
    void inputs(const wire::VehicleInputs& inputs) override;
    void waves(const std::vector<BuiltBatch>& batches) override;
    void trace(const std::vector<wire::WaveBatch>& batches) override;
    void alarms(const std::vector<wire::Alarm>& alarms) override;

    // Crew.
    enum class Call { stands, ended };

    // Spool.
    template <class M> void append(wire::Stream stream, const M& body, std::int64_t t_us);
    void append_event(wire::Event event, wire::EventSource source = wire::SOURCE_DEVICE);
    void append_alarm(const wire::Alarm& alarm);
    void commit();
    void note_durability();
    void note_troubles();
    void note_overflow(const std::vector<Record>& committed);
    void note_battery(Ticks now);
    void note_own_state(const Moment& now);
    void note_cameras(Ticks now);
    void tell_cameras(const Moment& now);
    void resume_duty(const Moment& now);
    void follow_case(const Moment& now);
    void tell_own(const char* code, bool active);
    void keep_unacknowledged();

    void second();
    CrewUpdate crew_request(const CrewRequest& request);
    Result<void> choose_group(PatientGroup group);
    Result<void> act_on(const CrewRequest& request, const Moment& now);
    CrewUpdate status_update();
    void push_status();
    struct CalledDesk {
        const char* alarm;
        const char* told; // number in the spool: 1 while it stands
        bool calling{false};
    };
    void call(CalledDesk& desk, Call call);
    Result<void> call_physician(const CallPhysician& asked);
    void follow_voice();
    Result<void> press_talk(const TalkKey& key);

    const AgentConfig config_;
    Spool& spool_;
    VehicleClock clock_;
    const std::vector<Camera*> cameras_;
    Backfill* const backfill_;
    VideoUplink* const video_uplink_;
    Voice* const voice_;
    CalledDesk physician_{"physician_call", "physician_call_told"};
    std::string call_event_; // of the newest call for the physician that was taken
    CalledDesk dispatcher_{"dispatcher_call", "dispatcher_call_told"};
    VoiceLine line_;      // as pushed last
    Ticks levels_told_{};
    FrameCount frames_;
    boost::asio::io_context& io_;
    Timer tick_timer_, commit_timer_, second_timer_, device_timer_;
    bool started_{false};
    bool stopped_{false};

    LinkPort link_;
    Uplink uplink_;
    std::optional<CrewDesk> desk_;
    std::optional<CrewFence> fence_;
    CentreChanges changes_;
    std::optional<CrewServer> crew_;

    std::vector<wire::Ack> acks_; // taken since the last commit
    bool link_up_{false};
    Ticks link_seen_{}; // up
    bool centre_lost_{false};
    bool clock_unset_{false};
    std::uint64_t birth_counter_{0};
    Ticks server_heard_{};
    bool heard_this_link_{false};
    std::chrono::milliseconds patience_{kLinkDeadAfter};
    std::uint64_t born_spool_{0};
    Durability durability_{Durability::on_disk};
    Spool::Troubles troubles_; // told
    std::optional<Ticks> slow_at_;
    std::optional<Ticks> overflow_at_; // a record had to go, told
    std::optional<Ticks> battery_read_;
    BatteryWatch battery_;
    bool battery_low_{false}; // told
    std::vector<CameraWatch> camera_watches_; // of cameras_, in their order
    CaseDuty duty_;                           // of the cameras
    std::string cameras_lost_;                // told
    std::string unacknowledged_; // as stored

    Devices devices_;
};

} // namespace ems::vehicle
