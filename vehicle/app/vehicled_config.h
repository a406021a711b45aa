// Configuration of ems-vehicled: every key with its default and meaning.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/config.h"
#include "vehicle/agent/agent.h"
#include "vehicle/agent/backfill.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/ring_shelf.h"
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
    std::string voice_source;
    std::string voice_sink;
    struct CameraKeys {
        std::string name;
        std::string source;
        std::string login_file;
        std::int64_t width{640};
        std::int64_t height{360};
        std::int64_t fps{15};
        std::int64_t kbit{0}; // 0: by size and pictures a second
        std::string preset;
    };
    std::vector<CameraKeys> cameras;
    std::string camera_when;
    std::int64_t camera_after_s{kCameraAfterUsual.count()};
    std::string ring_dir;
    std::int64_t ring_mib{2048};
    std::int64_t ring_free_mib{1024};
    std::int64_t ring_hours{168};
    std::int64_t ring_segment_s{8};
    std::int64_t ring_kbit{600};
    std::int64_t ring_upload_kib_s{64};
    double time_scale{1};

    // Binds every key to its field; `spec` is used while this object lives. `camera_names`: the
    // tables below [cameras]; without any there is one of source "none", so that its keys show.
    void declare(ConfigSpec& spec, const std::vector<std::string>& camera_names);
    // Errors: config, with the key at fault.
    [[nodiscard]] Result<AgentConfig> agent(const std::string& software) const;
    [[nodiscard]] VoiceConfig voice() const { return {voice_source, voice_sink, certificates()}; }
    // nullopt: pictures are not kept on board.
    [[nodiscard]] std::optional<RingLimits> ring() const;
    [[nodiscard]] BackfillOptions backfill() const;
    // Those whose source is not "none". Errors: config (more than kCamerasMax, a name that is
    // none, a rate below kCameraKbitLeast, a ring whose files are more than may be sent).
    [[nodiscard]] Result<std::vector<CameraOptions>> camera_options() const;

  private:
    [[nodiscard]] Result<DevicesConfig> devices() const;
    [[nodiscard]] video::StreamFiles certificates() const;
};

} // namespace ems::vehicle
