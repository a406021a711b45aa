#include "vehicle/app/vehicled_config.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "vehicle/agent/video_ladder.h"

namespace ems::vehicle {
namespace {

constexpr std::array<std::pair<std::string_view, GnssForm>, 2> kGnssForms{{
    {"nmea", GnssForm::nmea},
    {"gpsd", GnssForm::gpsd},
}};
constexpr std::array<std::pair<std::string_view, MonitorForm>, 3> kMonitorForms{{
    {"pds", MonitorForm::pds},
    {"hl7", MonitorForm::hl7},
    {"intellivue", MonitorForm::intellivue},
}};

constexpr std::array<std::pair<std::string_view, CameraWhen>, 2> kCameraWhen{{
    {"case", CameraWhen::on_case},
    {"always", CameraWhen::always},
}};

template <class Form, std::size_t N>
std::optional<Form> find(const std::array<std::pair<std::string_view, Form>, N>& forms,
                         std::string_view name) {
    for (const auto& [known, form] : forms) {
        if (known == name) {
            return form;
        }
    }
    return std::nullopt;
}

} // namespace

void VehicledConfig::declare(ConfigSpec& spec, const std::vector<std::string>& camera_names) {
    spec.text("vid", "", "vehicle's name: CN of its certificate, [a-z0-9-]", &vid);
    spec.text("region", "140802", "county code of GB/T 2260, six digits", &region);
    spec.text("mqtt.host", "127.0.0.1", "broker's host", &mqtt_host);
    spec.integer("mqtt.port", 8883, 1, 65'535, "broker's port (TLS)", &mqtt_port);
    spec.text("pki.dir", "/etc/ems/pki", "folder of ca.crt, <vid>.crt, <vid>.key and command.pub",
              &pki_dir);
    spec.text("spool.path", "/var/lib/ems/spool.db",
              "file that keeps records until the centre has them", &spool_path);
    spec.integer("spool.quota_mib", 4'096, 1, 1'048'576,
                 "beyond it the oldest waves are dropped first", &spool_quota_mib);
    spec.integer(
        "uplink.backlog_kib_s", 384, 8, 65'536,
        "most that records sent after an outage take, behind the live ones; they take 30 % "
        "of what the link is measured to carry",
        &backlog_kib_s);
    spec.text("gnss.address", "none", "satellite receiver: tcp:HOST:PORT, pty:/path[@BAUD] or none",
              &gnss_address);
    spec.text("gnss.form", "nmea", "what it speaks: nmea (NMEA 0183), gpsd (JSON, tcp: only)",
              &gnss_form);
    spec.text(
        "monitor.address", "none",
        "patient monitor: tcp:HOST:PORT (we connect), listen:ADDRESS:PORT (it connects to us), "
        "udp:HOST:PORT, pty:/path[@BAUD] or none",
        &monitor_address);
    spec.text("monitor.form", "pds",
              "what it speaks: pds (Mindray, MLLP), hl7 (HL7 v2 ORU^R01 with MDC codes, MLLP), "
              "intellivue (Philips data export, udp: only; not tried against a monitor)",
              &monitor_form);
    spec.integer("monitor.silence_s", 10, 10, 600,
                 "after so long without a word the monitor is lost and called anew: twice its "
                 "interval; its numbers are shown for 10 s at most",
                 &monitor_silence_s);
    spec.text("ecg.address", "none", "ECG module (ecgbox): tcp:HOST:PORT, pty:/path[@BAUD] or none",
              &ecg_address);
    spec.text("inputs.address", "none",
              "door, siren, beacon, ignition, fuel, speed as lines KEY=VALUE: tcp:HOST:PORT, "
              "pty:/path[@BAUD] or none",
              &inputs_address);
    spec.text("ecg.record", "",
              "WFDB record replayed in place of the ECG module, path without extension",
              &ecg_record);
    spec.number("ecg.record_speed", 1, 0.1, 1'000, "times real time of that replay",
                &ecg_record_speed);
    spec.text("crew.socket", "", "Unix socket of the crew's terminal; empty: none", &crew_socket);
    spec.text("voice.source", "none",
              "microphone of the intercom: alsa:DEVICE, pulse:DEVICE, file:PATH (WAV), test:tone, "
              "test:ticks, test:silence or none",
              &voice_source);
    spec.text("voice.sink", "none",
              "its loudspeaker: alsa:DEVICE, pulse:DEVICE, file:PATH (WAV) or none", &voice_sink);
    cameras.clear();
    for (const std::string& name :
         camera_names.empty() ? std::vector<std::string>{"cabin"} : camera_names) {
        cameras.emplace_back().name = name;
    }
    for (CameraKeys& camera : cameras) {
        const std::string at = "cameras." + camera.name + ".";
        spec.text(at + "source", "none",
                  "test:ball, test:smpte, file:PATH, v4l2:DEVICE, rtsp://HOST[:PORT]/PATH or none",
                  &camera.source);
        spec.text(at + "login_file", "", "of an RTSP camera: a line user:password; empty: none",
                  &camera.login_file);
        spec.integer(at + "width", 640, 160, 1'920, "picture width, even", &camera.width);
        spec.integer(at + "height", 360, 120, 1'080, "picture height, even", &camera.height);
        spec.integer(at + "fps", 15, 1, 30, "pictures a second", &camera.fps);
        spec.integer(at + "kbit", 0, 0, kCameraKbitMost,
                     "most that it sends, where ems-mediad's camera.bitrate_kbit allows it; 0: by "
                     "size and pictures a second (640x360 at 15: 600, 1280x720 at 15: 1697, "
                     "1920x1080 at 15: 3118, 4000 at most)",
                     &camera.kbit);
        spec.text(at + "preset", "ultrafast", "x264 preset: ultrafast, superfast, veryfast",
                  &camera.preset);
    }
    spec.text("camera.when", "case",
              "when cameras send and their pictures are kept: case (from an order until the unit is "
              "free again, and while somebody watches) or always",
              &camera_when);
    spec.integer("camera.after_s", kCameraAfterUsual.count(), 0, kCameraAfterMost.count(),
                 "how long they go on behind a case", &camera_after_s);
    spec.text(
        "ring.dir", "",
        "folder of what the cameras see while ems-mediad does not hear them; empty: it is not "
        "kept",
        &ring_dir);
    spec.integer("ring.mib", 2'048, 16, 1'048'576, "beyond it the oldest goes", &ring_mib);
    spec.integer("ring.free_mib", 1'024, 0, 1'048'576,
                 "what its disk keeps free for the spool, else the oldest goes", &ring_free_mib);
    spec.integer("ring.hours", 168, 1, 8'760, "what is older goes", &ring_hours);
    spec.integer("ring.segment_s", 8, 1, 60, "length of a file, cut at the next key frame",
                 &ring_segment_s);
    spec.integer("ring.kbit", 600, 100, 8'000, "bit rate of a camera meanwhile", &ring_kbit);
    spec.integer("ring.upload_kib_s", 64, 1, 65'536,
                 "most that sending them takes, behind records and live pictures; it takes 30 % of "
                 "what the link carries",
                 &ring_upload_kib_s);
    spec.number("time_scale", 1, 0.1, 1'000,
                "of a simulated world: limits of plausibility follow it", &time_scale);
}

Result<AgentConfig> VehicledConfig::agent(const std::string& software) const {
    AgentConfig config;
    auto id = VehicleId::parse(vid);
    if (!id) {
        return fail(Code::config,
                    fmt::format("vid: \"{}\" is not a vehicle's name ([a-z0-9-], 1 to 32)", vid));
    }
    auto code = RegionCode::parse(region);
    if (!code) {
        return fail(Code::config, fmt::format("region: \"{}\" is not six digits", region));
    }
    config.vid = std::move(*id);
    config.region = std::move(*code);
    auto device_config = devices();
    if (!device_config) {
        return Failure{std::move(device_config).error()};
    }
    config.devices = std::move(*device_config);
    const auto when = find(kCameraWhen, camera_when);
    if (!when) {
        return fail(Code::config,
                    fmt::format("camera.when: \"{}\" is not case or always", camera_when));
    }
    config.camera_when = *when;
    config.camera_after = std::chrono::seconds{camera_after_s};
    config.mqtt.host = mqtt_host;
    config.mqtt.port = static_cast<std::uint16_t>(mqtt_port);
    config.mqtt.client_id = vid;
    config.mqtt.ca_file = pki_dir + "/ca.crt";
    config.mqtt.certificate_file = pki_dir + "/" + vid + ".crt";
    config.mqtt.key_file = pki_dir + "/" + vid + ".key";
    config.command_key_file = pki_dir + "/command.pub";
    config.crew_socket = crew_socket;
    config.backlog_bytes_per_s_max = static_cast<std::uint64_t>(backlog_kib_s) * 1'024;
    config.software = software;
    return config;
}

Result<DevicesConfig> VehicledConfig::devices() const {
    using Kind = DeviceAddress::Kind;
    DevicesConfig config;
    config.ecg_record = ecg_record;
    config.ecg_record_speed = ecg_record_speed;
    config.time_scale = time_scale;
    const auto gnss_as = find(kGnssForms, gnss_form);
    if (!gnss_as) {
        return fail(Code::config, fmt::format("gnss.form: \"{}\" is not nmea or gpsd", gnss_form));
    }
    const auto monitor_as = find(kMonitorForms, monitor_form);
    if (!monitor_as) {
        return fail(Code::config, fmt::format("monitor.form: \"{}\" is not pds, hl7 or intellivue",
                                              monitor_form));
    }
    config.gnss_form = *gnss_as;
    config.monitor_form = *monitor_as;
    config.monitor_silence = std::chrono::seconds{monitor_silence_s};
    const std::vector<Kind> stream{Kind::none, Kind::tcp, Kind::pty};
    const std::vector<Kind> message_stream{Kind::none, Kind::tcp, Kind::listen, Kind::pty};
    const struct {
        const char* key;
        const std::string& text;
        DeviceAddress& into;
        std::vector<Kind> kinds;
    } addresses[] = {
        {"gnss.address", gnss_address, config.gnss,
         config.gnss_form == GnssForm::gpsd ? std::vector{Kind::none, Kind::tcp} : stream},
        {"monitor.address", monitor_address, config.monitor,
         config.monitor_form == MonitorForm::intellivue ? std::vector{Kind::none, Kind::udp}
                                                        : message_stream},
        {"ecg.address", ecg_address, config.ecg, stream},
        {"inputs.address", inputs_address, config.inputs, stream},
    };
    for (const auto& [key, text, into, kinds] : addresses) {
        auto address = parse_device_address(text);
        if (!address) {
            return fail(Code::config, fmt::format("{}: {}", key, address.error().detail));
        }
        if (std::find(kinds.begin(), kinds.end(), address->kind) == kinds.end()) {
            return fail(
                Code::config,
                fmt::format("{}: \"{}\" does not carry what this device speaks", key, text));
        }
        into = std::move(*address);
    }
    return config;
}

std::optional<RingLimits> VehicledConfig::ring() const {
    constexpr std::uint64_t kMib = std::uint64_t{1} << 20U;
    if (ring_dir.empty()) {
        return std::nullopt;
    }
    return RingLimits{ring_dir, static_cast<std::uint64_t>(ring_mib) * kMib,
                      static_cast<std::uint64_t>(ring_free_mib) * kMib,
                      std::chrono::hours{ring_hours}};
}

video::StreamFiles VehicledConfig::certificates() const {
    return {pki_dir + "/ca.crt", pki_dir + "/" + vid + ".crt", pki_dir + "/" + vid + ".key"};
}

BackfillOptions VehicledConfig::backfill() const {
    const auto [ca, certificate, key] = certificates();
    return {vid, ca, certificate, key, 1024.0 * static_cast<double>(ring_upload_kib_s)};
}

Result<std::vector<CameraOptions>> VehicledConfig::camera_options() const {
    std::vector<CameraOptions> out;
    for (const CameraKeys& camera : cameras) {
        if (camera.source == "none") {
            continue;
        }
        if (!VehicleId::parse(camera.name)) {
            return fail(Code::config,
                        fmt::format("cameras.{}: a camera's name is of [a-z0-9-]", camera.name));
        }
        if (camera.kbit != 0 && camera.kbit < kCameraKbitLeast) {
            return fail(Code::config, fmt::format("cameras.{}.kbit: {} is below {}", camera.name,
                                                  camera.kbit, kCameraKbitLeast));
        }
        CameraOptions options;
        options.source = camera.source;
        options.login_file = camera.login_file;
        options.camera = camera.name;
        options.label = vid;
        options.certificates = certificates();
        options.ring_segment = std::chrono::seconds{ring_segment_s};
        options.ring_kbit = static_cast<std::uint32_t>(ring_kbit);
        options.width = static_cast<int>(camera.width);
        options.height = static_cast<int>(camera.height);
        options.fps = static_cast<int>(camera.fps);
        options.kbit = camera.kbit != 0 ? static_cast<std::uint32_t>(camera.kbit)
                                        : usual_kbit({options.width, options.height, options.fps});
        options.preset = camera.preset;
        out.push_back(std::move(options));
    }
    const auto segment_bytes = static_cast<std::uint64_t>(ring_segment_s * ring_kbit) * 125U;
    if (!ring_dir.empty() && segment_bytes > RingShelf::kFileBytesMax) {
        return fail(Code::config,
                    fmt::format("ring.segment_s: {} s of ring.kbit {} are {} bytes, a file is sent up to {}",
                                ring_segment_s, ring_kbit, segment_bytes, RingShelf::kFileBytesMax));
    }
    if (out.size() > kCamerasMax) {
        return fail(Code::config,
                    fmt::format("cameras: {} of them, at most {}", out.size(), kCamerasMax));
    }
    return out;
}

} // namespace ems::vehicle
