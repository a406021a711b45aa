// ems-station: the board of a sub-station, on a wide screen. A client of the dispatch server, as
// the desks are; a role that may see the state is enough, and nothing can be ordered. Exit code 0
// closed, 1 could not start, 2 wrong usage or key.
#include "console/app/feed_start.h"
#include "console/station/order_paper.h"
#include "console/station/station_window.h"
#include "console/theme/screen_program.h"
#include "console/theme/sound_device.h"
#include "console/widgets/leave_centre.h"
#include "map/scene/scene.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>

#include <QApplication>
#include <QSocketNotifier>
#include <QTimer>
#include <QTranslator>

namespace ems::console {
namespace {

struct Options {
    std::string config;
    bool check_config{false};
    bool print_config{false};
    std::string language{"zh_CN"};
    std::string picture;
    bool windowed{false};
};

struct Config {
    std::vector<std::string> servers;
    std::string ca;
    std::string certificate;
    std::string key;
    std::string user;
    std::string password_file;
    std::string station;
    std::string map_dir;
    std::string print_folder;
    std::string printer;
    std::string theme;
    std::string sound;
    double text_scale{1};
};

int refuse(int code, const std::string& sentence) {
    std::fprintf(stderr, "ems-station: %s\n", sentence.c_str());
    return code;
}

void declare(ConfigSpec& spec, Config& c) {
    spec.list("server.addresses", "dispatch servers as HOST:PORT, tried in turn", &c.servers);
    spec.text("pki.ca", "", "certificate of the centre's authority", &c.ca);
    spec.text("pki.certificate", "", "this board's certificate", &c.certificate);
    spec.text("pki.key", "", "this board's private key", &c.key);
    spec.text("user.name", "", "user of this board; any role that may see the state", &c.user);
    spec.text("user.password_file", "", "file with the user's password", &c.password_file);
    spec.text("station", "", "name of the sub-station, as the centre knows it", &c.station);
    spec.text("map.dir", "", "folder made by ems-map; empty: no ground under the map", &c.map_dir);
    spec.text("print.folder", "", "where each new order is put as a PDF; empty: none is written",
              &c.print_folder);
    spec.text("print.printer", "", "CUPS printer that prints each new order; empty: none",
              &c.printer);
    spec.text("theme", "auto",
              "night, day, or auto (by the sun where the station stands; day from 07:00 to 19:00 "
              "before it is known)",
              &c.theme);
    spec.text("sound", "on", "on or off", &c.sound);
    spec.number("text.scale", 1, 1, kTextScaleMost, "how large text and all that goes with it stand, on screens of 1920x1080 too",
                &c.text_scale);
}

std::optional<SkyPlace> place_of(const DeskState& state, const std::string& name) {
    const api::Station* station = station_named(state, name);
    return station == nullptr ? std::nullopt
                              : std::optional{SkyPlace{station->place().lat_e7() * 1e-7,
                                                       station->place().lon_e7() * 1e-7}};
}

int run(QApplication& app, const Options& options, const Config& config, std::string password,
        int signal_fd) {
    Theme theme{*theme_by_name(config.theme)};
    theme.applyTo(app);
    QObject::connect(&theme, &Theme::changed, &app, [&] { app.setPalette(theme.palette()); });
    std::optional<map::Scene> scene;
    if (!config.map_dir.empty()) {
        auto loaded = map::load_scene(config.map_dir + "/scene.bin");
        if (!loaded) {
            return refuse(1, "cannot read the map in " + config.map_dir + ": " +
                                 loaded.error().message());
        }
        scene = std::move(*loaded);
    }
    client::ClientConfig link;
    link.servers = config.servers;
    link.ca_file = config.ca;
    link.certificate_file = config.certificate;
    link.key_file = config.key;
    link.seat = "station " + config.station;
    const SystemClock clock;
    const auto feed = make_feed(std::move(link), config.user, std::move(password));
    Desk desk{*feed, clock, theme};
    SoundDevice loudspeaker;
    const PaperWays ways{QString::fromStdString(config.print_folder),
                         QString::fromStdString(config.printer)};
    OrderPaper paper{ways};
    StationWindow::Print print;
    if (ways.any()) {
        print = [&paper](const OrderSheet& sheet) { paper.put(sheet); };
    }
    StationWindow window{desk, QString::fromStdString(config.station), scene ? &*scene : nullptr,
                         config.sound == "off" ? nullptr : &loudspeaker, std::move(print)};
    QObject::connect(&paper, &OrderPaper::told, &window, &StationWindow::setPaperTrouble);
    QTimer by_the_sun;
    QObject::connect(&by_the_sun, &QTimer::timeout, &app, [&] {
        theme.setMode(*theme_by_name(config.theme, place_of(desk.state(), config.station)));
    });
    by_the_sun.start(10'000);
    QSocketNotifier quit{signal_fd, QSocketNotifier::Read};
    QObject::connect(&quit, &QSocketNotifier::activated, &app, &QApplication::quit);
    QTimer picture;
    if (!options.picture.empty()) {
        QObject::connect(&picture, &QTimer::timeout, &window,
                         [&] { save_picture(window, QString::fromStdString(options.picture)); });
        picture.start(1'000);
    }
    if (options.windowed || QGuiApplication::platformName() == QStringLiteral("offscreen")) {
        window.show();
    } else {
        window.showFullScreen();
    }
    desk.start();
    EMS_LOG(info, "station", "started station={}", config.station);
    const int exit_code = QApplication::exec();
    quit.setEnabled(false); // a signal stays to be read, and would end this wait too
    leave_centre(desk);
    return exit_code;
}

int start(int argc, char** argv) {
    CLI::App cli{"the board of a sub-station", "ems-station"};
    Options options;
    cli.set_version_flag("--version", "ems-station " EMS_VERSION);
    cli.add_option("--config", options.config, "configuration file (TOML)");
    cli.add_flag("--check-config", options.check_config, "check the configuration and stop");
    cli.add_flag("--print-config", options.print_config, "print every key with its value and stop");
    cli.add_option("--language", options.language, "language of the screen")
        ->check(CLI::IsMember({"zh_CN", "en"}));
    cli.add_flag("--windowed", options.windowed, "a window in place of the whole screen");
    cli.add_option("--picture", options.picture,
                   "file that gets a picture of the screen each second");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    Config config;
    ConfigSpec spec{"ems-station"};
    declare(spec, config);
    if (!options.config.empty() && !std::ifstream{options.config}) {
        return refuse(1, "cannot read the configuration file " + options.config);
    }
    if (auto loaded = spec.load(options.config); !loaded) {
        return refuse(2, loaded.error().detail);
    }
    if (options.print_config) {
        std::cout << spec.print();
        return 0;
    }
    if (!theme_by_name(config.theme)) {
        return refuse(2, "theme: \"" + config.theme + "\" is none of auto, day, night");
    }
    if (config.sound != "on" && config.sound != "off") {
        return refuse(2, "sound: \"" + config.sound + "\" is neither on nor off");
    }
    if (options.check_config) {
        return 0;
    }
    if (config.servers.empty()) {
        return refuse(2, "server.addresses: no dispatch server is named");
    }
    if (config.station.empty()) {
        return refuse(2, "station: the sub-station is not named");
    }
    if (!has_display()) {
        return refuse(1, "there is no display; QT_QPA_PLATFORM=offscreen runs without one");
    }
    auto password = read_password(config.password_file);
    if (!password) {
        return refuse(1, "cannot read the password file " + config.password_file);
    }
    const QuitOnSignal quit_signals;
    scale_text(config.text_scale);
    QApplication app{argc, argv};
    QApplication::setApplicationName(QStringLiteral("ems-station"));
    QTranslator translator;
    set_language(options.language, translator);
    return run(app, options, config, std::move(*password), quit_signals.fd());
}

} // namespace
} // namespace ems::console

int main(int argc, char** argv) {
    ems::log::start("ems-station");
    try {
        return ems::console::start(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-station: %s\n", error.what());
        return 1;
    }
}
