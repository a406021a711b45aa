// ems-crew: the crew's terminal in an ambulance. Talks to its own ems-vehicled over a local socket,
// and works while the uplink is down. Exit code 0 closed, 1 could not start, 2 wrong usage or key.
#include "console/theme/drill_marks.h"
#include "console/theme/screen_program.h"
#include "console/theme/sound_device.h"
#include "console/theme/theme.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"
#include "telemetry/base/machine_boot.h"
#include "vehicle/terminal/crew_sounder.h"
#include "vehicle/terminal/terminal_window.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <QApplication>
#include <QSocketNotifier>
#include <QTimer>
#include <QTranslator>
#include <unistd.h>

namespace ems::terminal {
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
    std::string socket;
    std::string presses;
    std::string unit;
    std::string theme;
    std::string sound;
    std::string map;
    std::string text_file;
    double text_scale{1};
    bool drill{false};
};

int refuse(int code, const std::string& sentence) {
    std::fprintf(stderr, "ems-crew: %s\n", sentence.c_str());
    return code;
}

void declare(ConfigSpec& spec, Config& c) {
    spec.text("vehicle.socket", "", "socket of this vehicle's ems-vehicled (its crew.socket)",
              &c.socket);
    spec.text(
        "presses.file", "",
        "where a press waits until the vehicle stored it; empty: it is lost with this program",
        &c.presses);
    spec.text("unit", "", "how the crew calls itself; empty: the vehicle's id", &c.unit);
    spec.text("sound", "on", "alarms of the vehicle are heard here: on or off", &c.sound);
    spec.text("map.dir", "",
              "folder of the vehicle's own map, as ems-map writes it (roads.graph, scene.bin); "
              "empty: no way is shown",
              &c.map);
    spec.number("text.scale", 1, 1, console::kTextScaleMost,
                "how large texts stand until the crew chooses, as far as each has room: 1, 1.25 or "
                "1.5; buttons keep their places",
                &c.text_scale);
    spec.text("text.file", "",
              "where the size that the crew chose is kept; empty: it is forgotten with this program",
              &c.text_file);
    spec.flag("drill", false, "the vehicle is one of a drill's world: every window is framed as such",
              &c.drill);
    spec.text("theme", "auto",
              "night, day, or auto (by the sun where the vehicle is; day from 07:00 to 19:00 "
              "without a position)",
              &c.theme);
}

std::optional<console::SkyPlace> place_of(const vehicle::Status& status) {
    const wire::Position& position = status.position();
    return status.has_position() ? std::optional{console::SkyPlace{position.lat_e7() * 1e-7,
                                                                   position.lon_e7() * 1e-7}}
                                 : std::nullopt;
}

int run(QApplication& app, const Options& options, const Config& config, int signal_fd) {
    console::Theme theme{*console::theme_by_name(config.theme)};
    theme.applyTo(app);
    QObject::connect(&theme, &console::Theme::changed, &app,
                     [&] { app.setPalette(theme.palette()); });
    console::DrillMarks drill_marks{theme};
    if (config.drill) {
        drill_marks.begin();
    }
    const SystemClock clock;
    VehicleSocket vehicle{clock, QString::fromStdString(config.socket),
                          QString::fromStdString(config.presses), machine_boot()};
    QTimer by_the_sun;
    QObject::connect(&by_the_sun, &QTimer::timeout, &app, [&] {
        theme.setMode(*console::theme_by_name(config.theme, place_of(vehicle.status())));
    });
    by_the_sun.start(10'000);
    WayWorker way{config.map};
    TextChoice text{QString::fromStdString(config.text_file), config.text_scale};
    TerminalWindow window{theme,
                          vehicle,
                          way,
                          clock,
                          QString::fromStdString(config.unit),
                          [] { QApplication::beep(); },
                          text};
    console::SoundDevice loudspeaker;
    std::optional<CrewSounder> sounder;
    if (config.sound != "off") {
        sounder.emplace(vehicle, clock, loudspeaker);
        QObject::connect(&*sounder, &CrewSounder::deviceChanged, &window,
                         &TerminalWindow::setSoundDevice);
    }
    QSocketNotifier quit{signal_fd, QSocketNotifier::Read};
    QObject::connect(&quit, &QSocketNotifier::activated, &app, &QApplication::quit);
    QTimer picture;
    if (!options.picture.empty()) {
        QObject::connect(&picture, &QTimer::timeout, &window,
                         [&] { console::save_picture(window, QString::fromStdString(options.picture)); });
        picture.start(1'000);
    }
    window.resize(1280, 800);
    if (options.windowed || QGuiApplication::platformName() == QStringLiteral("offscreen")) {
        window.show();
    } else {
        window.showFullScreen();
    }
    vehicle.start();
    EMS_LOG(info, "crew", "started socket={}", config.socket);
    return QApplication::exec();
}

// The board of a sub-station knows the centre, which no program of a vehicle does: it is one of its
// own, beside this one, and takes the other arguments.
int become_station(std::vector<char*> arguments) {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::string board = (self.parent_path() / "ems-station").string();
    std::erase_if(arguments, [](const char* one) { return std::string_view{one} == "--station"; });
    arguments.push_back(nullptr);
    ::execv(board.c_str(), arguments.data());
    return refuse(1, "cannot start " + board);
}

int start(int argc, char** argv) {
    const std::vector<char*> arguments{argv, argv + argc};
    if (std::find(arguments.begin() + 1, arguments.end(), std::string_view{"--station"}) !=
        arguments.end()) {
        return become_station(arguments);
    }
    CLI::App cli{"the crew's terminal in an ambulance", "ems-crew"};
    Options options;
    cli.set_version_flag("--version", "ems-crew " EMS_VERSION);
    cli.add_option("--config", options.config, "configuration file (TOML)");
    cli.add_flag("--check-config", options.check_config, "check the configuration and stop");
    cli.add_flag("--print-config", options.print_config, "print every key with its value and stop");
    cli.add_option("--language", options.language, "language of the screen")
        ->check(CLI::IsMember({"zh_CN", "en"}));
    bool station = false; // taken before the rest is read: here for --help
    cli.add_flag("--station", station, "the board of a sub-station instead: ems-station");
    cli.add_flag("--windowed", options.windowed, "a window in place of the whole screen");
    cli.add_option("--picture", options.picture,
                   "file that gets a picture of the screen each second");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    Config config;
    ConfigSpec spec{"ems-crew"};
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
    if (!console::theme_by_name(config.theme)) {
        return refuse(2, "theme: \"" + config.theme + "\" is none of auto, day, night");
    }
    if (config.sound != "on" && config.sound != "off") {
        return refuse(2, "sound: \"" + config.sound + "\" is neither on nor off");
    }
    if (options.check_config) {
        return 0;
    }
    if (config.socket.empty()) {
        return refuse(2, "vehicle.socket: the socket of ems-vehicled is not named");
    }
    if (!console::has_display()) {
        return refuse(1, "there is no display; QT_QPA_PLATFORM=offscreen runs without one");
    }
    const console::QuitOnSignal quit_signals;
    QApplication app{argc, argv};
    QApplication::setApplicationName(QStringLiteral("ems-crew"));
    QTranslator translator;
    console::set_language(options.language, translator);
    return run(app, options, config, quit_signals.fd());
}

} // namespace
} // namespace ems::terminal

int main(int argc, char** argv) {
    ems::log::start("ems-crew");
    try {
        return ems::terminal::start(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-crew: %s\n", error.what());
        return 1;
    }
}
