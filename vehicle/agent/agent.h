// The vehicle's agent: devices in, spool and uplink out, commands and the crew between. Everything
// runs on the io_context's one thread; the MQTT session's threads only post to it (bounded).
// Policies stand in the classes it owns.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/ids.h"
#include "telemetry/base/result.h"
#include "telemetry/link/mqtt_session.h"
#include "vehicle/agent/backfill.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/devices.h"
#include "vehicle/agent/video_uplink.h"
#include "vehicle/agent/voice.h"
#include "vehicle/spool/spool.h"

namespace ems::vehicle {

struct AgentConfig {
    VehicleId vid;
    RegionCode region;
    link::MqttConfig mqtt;        // host, port, files; the agent adds subscriptions
    std::string command_key_file; // command.pub
    DevicesConfig devices;
    std::string crew_socket;                          // "": none
    std::uint64_t backlog_bytes_per_s_max{1'048'576}; // whatever the link carries
    std::string software;
    CameraWhen camera_when{CameraWhen::always};
    std::chrono::seconds camera_after{kCameraAfterUsual}; // a case
    std::string power_supplies{"/sys/class/power_supply"}; // where the computer's battery is read
};

// Pictures and speech of a vehicle. They send by themselves; the agent hands them their sessions.
struct AgentMedia {
    std::vector<Camera*> cameras{}; // each with a name of its own
    VideoUplink* uplink{nullptr};   // the cameras'; told when records wait for the link. Null: none
    Voice* voice{nullptr};          // null: none
    Backfill* backfill{nullptr};    // null: nothing is kept on board
};

class Agent {
  public:
    // `io`, `spool`, `clock` and what `media` points to outlive the agent.
    Agent(boost::asio::io_context& io, AgentConfig config, Spool& spool, const Clock& clock,
          const AgentMedia& media);
    ~Agent();
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    // Errors: what makes a start senseless (no command key, crew socket taken, recording
    // unreadable); then the agent can only be destroyed.
    Result<void> start();
    // Ends the cameras' sessions. Everything in the open group is committed; no callback runs
    // afterwards.
    void stop();

  private:
    class Body;
    std::unique_ptr<Body> body_;
};

} // namespace ems::vehicle
