// Configuration of ems-vehicled: every key with its default and meaning.
#pragma once

#include <string>

#include "telemetry/base/config.h"
#include "vehicle/agent/agent.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/voice.h"

namespace ems::vehicle {

struct VehicledConfig {
    std::string vid;
    std::string region;
    std::string mqtt_host;
    std::int64_t mqtt_port{8883};
    std::string pki_dir;
    std::string spool_path;
    std::int64_t spool_quota_mib{4096};
    std::int64_t backlog_kib_s{384};
    std::string gnss_address;
    std::string gnss_form;
    std::string monitor_address;
    std::string monitor_form;
    std::int64_t monitor_silence_s{10};
    std::string ecg_address;
    std::string inputs_address;
    std::string ecg_record;
    double ecg_record_speed{1};
    std::string crew_socket;
    std::string camera_source;
    std::string camera_name;
    std::int64_t camera_width{640};
    std::int64_t camera_height{360};
    std::int64_t camera_fps{15};
    std::string camera_preset;
    std::string voice_source;
    std::string voice_sink;
    double time_scale{1};

    // Binds every key to its field; `spec` is used while this object lives.
    void declare(ConfigSpec& spec);
    // Errors: config, with the key at fault.
    [[nodiscard]] Result<AgentConfig> agent(const std::string& software) const;
    [[nodiscard]] CameraOptions camera() const;
    [[nodiscard]] VoiceConfig voice() const { return {voice_source, voice_sink}; }
    [[nodiscard]] bool has_camera() const { return camera_source != "none"; }

  private:
    [[nodiscard]] Result<DevicesConfig> devices() const;
};

} // namespace ems::vehicle
