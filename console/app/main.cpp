// ems-console: the desk of dispatchers and physicians. Exit code 0 closed, 1 could not start, 2 wrong usage or key.
#include "console/app/camera_source.h"
#include "console/app/mqtt_broker.h"
#include "console/app/recorded_media.h"
#include "console/app/voice_source.h"
#include "console/app/demo_script.h"
#include "console/theme/drill_marks.h"
#include "console/theme/sound_device.h"
#include "console/app/feed_start.h"
#include "console/model/place_search.h"
#include "console/theme/screen_program.h"
#include "console/widgets/alarm_sounder.h"
#include "console/widgets/crew_numbers.h"
#include "console/widgets/leave_centre.h"
#include "console/widgets/map_view.h"
#include "console/window/login_dialog.h"
#include "console/window/main_window.h"
#include "console/window/user_draft.h"
#include "console/window/wall_window.h"
#include "map/gazetteer/gazetteer.h"
#include "map/scene/scene.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"

#include <CLI/CLI.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <QApplication>
#include <QElapsedTimer>
#include <QSaveFile>
#include <QSocketNotifier>
#include <QTimer>
#include <QTranslator>
#include <unistd.h>

namespace ems::console {
namespace {

constexpr int kThemeLookMs = 60'000;

struct Options {
    std::string config;
    bool check_config{false};
    bool print_config{false};
    std::string user;
    std::string password_file;
    std::string screenshots;
    std::string script{"demo"};
    std::string first_picture;
    std::string stats;
    std::string follow{"none"};
    std::string view{"dispatcher"};
    std::string language{"zh_CN"};
    bool tour{false};
};

struct Config {
    std::vector<std::string> servers;
    std::string ca;
    std::string certificate;
    std::string key;
    std::string seat;
    std::string user;
    std::string password_file;
    std::string map_dir;
    std::string draft_file;
    std::string crews_file;
    std::string theme;
    double text_scale{1};
    std::string sound;
    std::string layout_dir;
    std::string voice_source;
    std::string voice_sink;
    bool voice_echo_cancel{true};
    bool drill{false};
    std::string broker_host;
    std::int64_t broker_port{8883};
    std::string region;
};

int refuse(int code, const std::string& sentence) {
    std::fprintf(stderr, "ems-console: %s\n", sentence.c_str());
    return code;
}

void declare(ConfigSpec& spec, Config& c) {
    spec.list("server.addresses", "dispatch servers as HOST:PORT, tried in turn", &c.servers);
    spec.text("pki.ca", "", "certificate of the centre's authority", &c.ca);
    spec.text("pki.certificate", "", "this desk's certificate", &c.certificate);
    spec.text("pki.key", "", "this desk's private key", &c.key);
    spec.text("seat", "desk-1", "name of this seat", &c.seat);
    spec.text("user.name", "", "user for a kiosk; empty: asked at start", &c.user);
    spec.text("user.password_file", "", "file with the password of a kiosk; empty: asked at start", &c.password_file);
    spec.text("map.dir", "", "folder made by ems-map; empty: no ground under the map", &c.map_dir);
    spec.text("draft.file", "", "where an unfinished call form is kept; empty: not kept", &c.draft_file);
    spec.text("crews.file", "", "where the crews' telephone and radio numbers are kept for a start without a server; empty: not kept",
              &c.crews_file);
    spec.text("voice.source", "none",
              "microphone of the intercom: alsa:DEVICE, pulse:DEVICE (empty: the default one), file:PATH or none",
              &c.voice_source);
    spec.text("voice.sink", "none", "its loudspeaker: alsa:DEVICE, pulse:DEVICE, file:PATH or none", &c.voice_sink);
    spec.flag("voice.echo_cancel", true, "keep the loudspeaker out of the microphone; false with a headset",
                 &c.voice_echo_cancel);
    spec.flag("drill", false, "this machine is a drill's: framed from the start, and no server of the real world is taken",
              &c.drill);
    spec.text("broker.host", "", "MQTT broker that is listened to while no server answers, with this desk's certificate: positions "
              "of vehicles, read only; empty: the desk then shows where they were last", &c.broker_host);
    spec.integer("broker.port", 8883, 1, 65535, "its port", &c.broker_port);
    spec.text("broker.region", "140802", "six-digit county code whose vehicles are listened to", &c.region);
    spec.text("theme", "auto", "night, day, or auto (day from 07:00 to 19:00)", &c.theme);
    spec.number("text.scale", 1, 1, kTextScaleMost, "how large text and all that goes with it stand, on screens of 1920x1080 too",
                &c.text_scale);
    spec.text("layout.dir", "", "folder where each user's arrangement is kept; empty: not kept", &c.layout_dir);
    spec.text("alarm.sound", "on", "on, or off where another machine of the seat sounds", &c.sound);
}

void write_atomically(const std::string& path, const std::string& text) {
    QSaveFile file{QString::fromStdString(path)};
    const auto bytes = static_cast<qint64>(text.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), bytes) != bytes || !file.commit()) {
        EMS_LOG(warn, "console", "not written file={}", path);
    }
}

const char* link_word(LinkChange::State state) {
    switch (state) {
    case LinkChange::State::up:
        return "up";
    case LinkChange::State::down:
        return "down";
    case LinkChange::State::refused:
        return "refused";
    case LinkChange::State::connecting:
        break;
    }
    return "connecting";
}

client::ClientConfig link_of(const Config& config) {
    client::ClientConfig out;
    out.servers = config.servers;
    out.ca_file = config.ca;
    out.certificate_file = config.certificate;
    out.key_file = config.key;
    out.seat = config.seat;
    if (config.drill) {
        out.drill = true;
    }
    return out;
}

BrokerConfig broker_of(const Config& config, const RegionCode& region) {
    return {config.broker_host, static_cast<std::uint16_t>(config.broker_port), region, config.seat, config.ca,
            config.certificate, config.key};
}

// A kiosk's user is in its configuration; else somebody logs in, and the window stays until the centre has let him in.
Result<std::unique_ptr<Feed>> log_in(const Theme& theme, Config& config) {
    if (!config.password_file.empty()) {
        auto read = read_password(config.password_file);
        if (!read) {
            return fail(Code::config, "cannot read the password file " + config.password_file);
        }
        return make_feed(link_of(config), config.user, std::move(*read));
    }
    const std::string first = config.servers.front();
    const auto connect = [&config, &first](const std::string& server, const std::string& user, std::string password) {
        client::ClientConfig link = link_of(config);
        if (server != first) {
            link.servers = {server};
        }
        return make_feed(std::move(link), user, std::move(password));
    };
    LoginDialog dialog{theme, QString::fromStdString(first), QString::fromStdString(config.user), connect};
    if (!config.broker_host.empty()) {
        dialog.offerPositions();
    }
    if (dialog.exec() != QDialog::Accepted) {
        return fail(Code::cancelled, "no user logged in");
    }
    config.user = dialog.user().toStdString();
    return dialog.takeFeed();
}

// What every user of this desk has in common.
struct Ground {
    Theme& theme;
    std::optional<map::Scene> scene;
    std::optional<map::Gazetteer> gazetteer;
    std::optional<PlaceSearch> places;
    QElapsedTimer uptime;
};

Result<void> load_ground(const Config& config, Ground& ground) {
    if (config.map_dir.empty()) {
        return {};
    }
    auto loaded = map::load_scene(config.map_dir + "/scene.bin");
    if (!loaded) {
        return fail(loaded.error().code, "cannot read the map in " + config.map_dir + ": " + loaded.error().message());
    }
    ground.scene = std::move(*loaded);
    auto names = map::Gazetteer::open(config.map_dir + "/names.bin");
    if (names) {
        ground.gazetteer = std::move(*names);
        ground.places.emplace(*ground.gazetteer);
    } else { // a desk without its search is still a desk
        EMS_LOG(warn, "console", "no search for places, make the names anew with ems-map names: {}", names.error().message());
    }
    return {};
}

enum class Ended : std::uint8_t { closed, user_off };
struct Sitting {
    Ended ended;
    int exit_code;
};

// One user at the desk, from the log-in to its end. Everything that was shown of it goes with it.
Sitting sit(QApplication& app, const Options& options, Config& config, Ground& ground, int signal_fd) {
    Theme& theme = ground.theme;
    std::optional<DrillMarks> log_in_marks; // the window's, later, are the desk's own
    if (config.drill) {
        log_in_marks.emplace(theme).begin();
    }
    Result<std::unique_ptr<Feed>> feed = log_in(theme, config);
    log_in_marks.reset();
    if (!feed) {
        return {Ended::closed, refuse(1, feed.error().detail)};
    }
    const map::Scene* scene = ground.scene ? &*ground.scene : nullptr;
    const SystemClock clock;
    std::array<std::unique_ptr<CameraSource>, kTilesMax> cameras; // a thread each, made with the tile that shows it
    const video::StreamFiles files{config.ca, config.certificate, config.key};
    const VideoSources camera_of = [&cameras, &files](std::size_t tile) {
        if (!cameras.at(tile)) {
            cameras.at(tile) = std::make_unique<CameraSource>(files);
        }
        return cameras.at(tile).get();
    };
    VoiceSource voice{{config.voice_source, config.voice_sink,
                       config.voice_echo_cancel ? video::EchoCancel::on : video::EchoCancel::off},
                      files};
    std::optional<MqttBroker> broker;
    if (!config.broker_host.empty()) {
        broker.emplace(broker_of(config, RegionCode::parse(config.region).value()), clock);
    }
    Desk desk{**feed, clock, theme};
    desk.setBroker(broker ? &*broker : nullptr);
    const CrewNumbers crew_numbers{desk, QString::fromStdString(config.crews_file)};
    if (config.drill) {
        desk.setDrill();
    }
    QObject::connect(&desk, &Desk::ticked, &desk, [&] {
        const std::int64_t now_us = clock.utc_us();
        const std::int64_t centre_us = desk.state().server_us(now_us);
        if (centre_us != now_us) { // else it is not known yet
            const auto ticks = std::chrono::duration_cast<std::chrono::microseconds>(clock.ticks().time_since_epoch());
            voice.tell_clock({centre_us - ticks.count(), video::CaptureClock::disciplined});
        }
    });
    SoundDevice speech_out; // apart from the alarms': they are never cut short by it
    RecordedVoice speech{speech_out};
    const QString draft = draft_of_user(QString::fromStdString(config.draft_file), QString::fromStdString(config.user));
    MainWindow window{desk, scene, camera_of, draft, &voice};
    window.setReplayMedia({[] { return std::make_unique<RecordedVideo>(); }, &speech});
    window.keepLayouts(QString::fromStdString(config.layout_dir));
    window.setPlaceSearch(ground.places ? &*ground.places : nullptr);
    Ended ended = Ended::closed;
    if (config.password_file.empty() && options.view != "wall") { // a kiosk has one user
        window.offerUserChange();
        QObject::connect(&window, &MainWindow::userChangeWanted, &app, [&ended] {
            ended = Ended::user_off;
            QApplication::exit(0);
        });
    }
    window.showView(options.view == "physician" ? View::physician : View::dispatcher);
    desk.setFollow(options.follow == "newest" ? Follow::newest : Follow::none);
    QObject::connect(&window.mapView(), &MapView::unitPainted, &desk, [&] {
        if (desk.state().stats().first_picture_us == 0) {
            desk.state().stats().first_picture_us = clock.utc_us();
            EMS_LOG(info, "console", "first picture with a unit uptime_ms={}", ground.uptime.elapsed());
            if (!options.first_picture.empty()) {
                write_atomically(options.first_picture, std::to_string(clock.utc_us()) + "\n");
            }
        }
    });
    if (!options.stats.empty()) {
        QObject::connect(&desk, &Desk::ticked, &desk, [&] {
            const LoadFigures load = desk.state().load().figures(desk.state().alarms(), desk.shownUs());
            write_atomically(options.stats, stats_json(desk.state().stats(), ground.uptime.elapsed(),
                                                       link_word(desk.state().link().state), load_json(load)) + "\n");
        });
    }
    SoundDevice loudspeaker;
    std::optional<AlarmSounder> sounder;
    std::optional<WallWindow> wall;
    if (options.view == "wall") { // nobody sits there who could act on a sound
        wall.emplace(desk, scene);
    } else if (config.sound != "off") {
        sounder.emplace(desk, loudspeaker);
        QObject::connect(&*sounder, &AlarmSounder::deviceChanged, &window, &MainWindow::setSoundDevice);
    }
    std::optional<DemoScript> script;
    if (!options.screenshots.empty()) {
        desk.setFollow(Follow::newest);
        DemoScript::Others others;
        others.wall = [&desk, scene] { return std::make_unique<WallWindow>(desk, scene); };
        others.replay = [&desk, &clock, scene](const api::Incident& incident) {
            return std::make_unique<ReplayWindow>(desk, clock, scene,
                                                  ReplayMedia{[] { return std::make_unique<RecordedVideo>(); }, nullptr},
                                                  incident);
        };
        script.emplace(desk, window, QString::fromStdString(options.screenshots), std::move(others));
    }
    if (options.tour && script) { // pictures first
        QObject::connect(&*script, &DemoScript::finished, &window, &MainWindow::startTour);
    } else if (options.tour) {
        QTimer::singleShot(0, &window, &MainWindow::startTour);
    }
    QSocketNotifier quit{signal_fd, QSocketNotifier::Read};
    QObject::connect(&quit, &QSocketNotifier::activated, &app, &QApplication::quit);
    const bool headless = QGuiApplication::platformName() == QStringLiteral("offscreen");
    if (wall) {
        headless ? wall->show() : wall->showFullScreen();
    } else if (headless) {
        window.show();
    } else {
        window.showMaximized();
    }
    desk.start();
    EMS_LOG(info, "console", "started server={} user={}", config.servers.empty() ? "-" : config.servers.front(),
            config.user);
    const int exit_code = QApplication::exec();
    if (ended == Ended::closed) { // by its user or by a signal; one who logged off is off already
        quit.setEnabled(false); // a signal stays to be read, and would end this wait too
        window.hide();
        leave_centre(desk);
    }
    return {ended, exit_code};
}

int run_desk(QApplication& app, const Options& options, Config config, int signal_fd) {
    Theme theme{*theme_by_name(config.theme)};
    theme.applyTo(app);
    QObject::connect(&theme, &Theme::changed, &app, [&] { app.setPalette(theme.palette()); });
    QTimer each_minute;
    QObject::connect(&each_minute, &QTimer::timeout, &app, [&] { theme.followHours(*theme_by_name(config.theme)); });
    each_minute.start(kThemeLookMs);
    Ground ground{theme, {}, {}, {}, {}};
    ground.uptime.start();
    if (const auto loaded = load_ground(config, ground); !loaded) {
        return refuse(1, loaded.error().detail);
    }
    for (;;) {
        const Sitting sitting = sit(app, options, config, ground, signal_fd);
        if (sitting.ended == Ended::closed) {
            return sitting.exit_code;
        }
        config.user.clear(); // the next one says who it is
    }
}

void add_options(CLI::App& app, Options& o) {
    app.set_version_flag("--version", "ems-console " EMS_VERSION);
    app.add_option("--config", o.config, "configuration file (TOML)");
    app.add_flag("--check-config", o.check_config, "check the configuration and stop");
    app.add_flag("--print-config", o.print_config, "print every key with its value and stop");
    app.add_option("--user", o.user, "user, instead of the log-in window");
    app.add_option("--password-file", o.password_file, "file with the user's password");
    app.add_option("--screenshots", o.screenshots, "folder for pictures of the followed emergency");
    app.add_option("--script", o.script, "which moments are pictured")->check(CLI::IsMember({"demo"}));
    app.add_option("--first-picture", o.first_picture, "file that gets the time of the first picture with a unit (UTC us)");
    app.add_option("--stats", o.stats, "file that gets figures as JSON every second");
    app.add_option("--follow", o.follow, "select incidents by itself")->check(CLI::IsMember({"none", "newest"}));
    app.add_option("--view", o.view, "view at start")->check(CLI::IsMember({"dispatcher", "physician", "wall"}));
    app.add_flag("--tour", o.tour, "a walk around the desk at start, with --screenshots after the last picture");
    app.add_option("--language", o.language, "language of the screen")->check(CLI::IsMember({"zh_CN", "en"}));
}

int start(int argc, char** argv) {
    CLI::App cli{"the desk of dispatchers and physicians", "ems-console"};
    Options options;
    add_options(cli, options);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    Config config;
    ConfigSpec spec{"ems-console"};
    declare(spec, config);
    if (!options.config.empty() && !std::ifstream{options.config}) {
        return refuse(1, "cannot read the configuration file " + options.config);
    }
    if (auto loaded = spec.load(options.config); !loaded) {
        return refuse(2, loaded.error().detail);
    }
    config.user = options.user.empty() ? config.user : options.user;
    config.password_file = options.password_file.empty() ? config.password_file : options.password_file;
    if (options.print_config) {
        std::cout << spec.print();
        return 0;
    }
    if (!theme_by_name(config.theme)) {
        return refuse(2, "theme: \"" + config.theme + "\" is none of auto, day, night");
    }
    if (!RegionCode::parse(config.region)) {
        return refuse(2, "broker.region: \"" + config.region + "\" is not a code of six digits");
    }
    if (options.check_config) {
        return 0;
    }
    if (config.servers.empty()) {
        return refuse(2, "server.addresses: no dispatch server is named");
    }
    if (!has_display()) {
        return refuse(1, "there is no display; QT_QPA_PLATFORM=offscreen runs without one");
    }
    if (!config.broker_host.empty()) {
        if (const auto usable = MqttBroker::check(broker_of(config, RegionCode::parse(config.region).value())); !usable) {
            return refuse(2, usable.error().detail);
        }
    }
    const QuitOnSignal quit_signals; // before any thread starts, so that all of them block these
    scale_text(config.text_scale);
    QApplication app{argc, argv};
    QApplication::setApplicationName(QStringLiteral("ems-console"));
    QTranslator translator;
    set_language(options.language, translator);
    return run_desk(app, options, std::move(config), quit_signals.fd());
}

} // namespace
} // namespace ems::console

int main(int argc, char** argv) {
    ems::log::start("ems-console");
    try {
        return ems::console::start(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-console: %s\n", error.what());
        return 1;
    }
}
