// ems-vehicled: the program on board. Exit codes: 0 stopped by a signal, 1 cannot start, 2 wrong
// usage or configuration.
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "telemetry/base/log.h"
#include "telemetry/base/machine_boot.h"
#include "vehicle/agent/agent.h"
#include "vehicle/agent/backfill.h"
#include "vehicle/agent/video_uplink.h"
#include "vehicle/app/vehicled_config.h"

namespace {

using namespace ems;

constexpr const char* kSoftware = "ems-vehicled " EMS_VERSION;

int refuse(const std::string& sentence, int code) {
    std::fprintf(stderr, "ems-vehicled: %s\n", sentence.c_str());
    return code;
}

struct Usage {
    std::string config_path;
    std::string ecg_record;
    std::optional<double> ecg_record_speed;
    bool check{false};
    bool print{false};
};

int serve(const vehicle::VehicledConfig& config, vehicle::AgentConfig agent_config,
          const std::vector<vehicle::CameraOptions>& camera_options) {
    log::start("ems-vehicled");
    const SystemClock clock;
    auto spool = vehicle::Spool::open(
        {.path = config.spool_path,
         .quota_bytes = static_cast<std::uint64_t>(config.spool_quota_mib) << 20U,
         .boot = machine_boot()},
        clock);
    if (!spool) {
        return refuse("the spool " + config.spool_path + " is in use by another process", 1);
    }
    std::unique_ptr<vehicle::RingShelf> ring; // outlives the cameras
    if (const auto limits = config.ring(); limits && !camera_options.empty()) {
        auto opened = vehicle::RingShelf::open(*limits);
        if (opened) {
            ring = std::move(*opened);
        } else {
            // Vitals and orders do not depend on it.
            EMS_LOG(error, "ring", "no pictures are kept on board: {}", opened.error().message());
        }
    }
    std::vector<std::unique_ptr<vehicle::Camera>> cameras;
    std::vector<vehicle::Camera*> lent;
    const auto uplink = std::make_shared<vehicle::VideoUplink>(camera_options.size());
    for (vehicle::CameraOptions options : camera_options) {
        options.ring = ring.get();
        auto made = vehicle::make_camera(options, {uplink, cameras.size()});
        if (!made) {
            return refuse("camera " + options.camera + ": " + made.error().detail, 1);
        }
        cameras.push_back(std::move(*made));
        lent.push_back(cameras.back().get());
    }
    std::unique_ptr<vehicle::Voice> voice;
    if (config.voice().is_there()) {
        auto made = vehicle::make_voice(config.voice());
        if (!made) {
            return refuse("voice: " + made.error().detail, 1);
        }
        voice = std::move(*made);
    }
    boost::asio::io_context io{1};
    std::unique_ptr<vehicle::Backfill> backfill;
    if (ring) {
        backfill = vehicle::make_backfill(*ring, config.backfill());
    }
    const vehicle::AgentMedia media{lent, uplink.get(), voice.get(), backfill.get()};
    vehicle::Agent agent{io, std::move(agent_config), **spool, clock, media};
    if (auto started = agent.start(); !started) {
        return refuse(started.error().detail, 1);
    }
    EMS_LOG(info, "main", "started vid={} region={}", config.vid, config.region);
    boost::asio::signal_set signals{io, SIGTERM, SIGINT};
    signals.async_wait([&](const boost::system::error_code&, int number) {
        EMS_LOG(info, "main", "stopping on signal {}", number);
        agent.stop();
        io.stop();
    });
    io.run();
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"On-board agent of an ambulance: devices, spool, uplink, orders, camera"};
    Usage usage;
    app.add_option("--config", usage.config_path, "TOML file");
    app.add_option("--ecg-record", usage.ecg_record,
                   "WFDB record replayed as the ECG (path without extension)");
    app.add_option("--ecg-record-speed", usage.ecg_record_speed, "times real time of the replay");
    app.add_flag("--check-config", usage.check, "read the configuration and stop");
    app.add_flag("--print-config", usage.print,
                 "print every key with its value and meaning and stop");
    app.set_version_flag("--version", std::string{kSoftware});
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }

    ConfigSpec spec{"ems-vehicled"};
    vehicle::VehicledConfig config;
    std::vector<std::string> camera_names;
    if (!usage.config_path.empty()) {
        auto names = config_subtables(usage.config_path, "cameras");
        if (!names) {
            return refuse(names.error().detail, 2);
        }
        camera_names = std::move(*names);
    }
    config.declare(spec, camera_names);
    if (auto loaded = spec.load(usage.config_path); !loaded) {
        return refuse(loaded.error().detail, 2);
    }
    if (!usage.ecg_record.empty()) {
        config.ecg_record = usage.ecg_record;
    }
    config.ecg_record_speed = usage.ecg_record_speed.value_or(config.ecg_record_speed);
    if (usage.print) {
        std::fputs(spec.print().c_str(), stdout);
        return 0;
    }
    auto agent = config.agent(kSoftware);
    if (!agent) {
        return refuse(agent.error().detail, 2);
    }
    auto cameras = config.camera_options();
    if (!cameras) {
        return refuse(cameras.error().detail, 2);
    }
    if (auto files = link::MqttSession::check(agent->mqtt); !files) {
        return refuse(files.error().detail, usage.check ? 2 : 1);
    }
    if (usage.check) {
        return 0;
    }
    std::signal(SIGPIPE, SIG_IGN);
    return serve(config, std::move(*agent), *cameras);
}
