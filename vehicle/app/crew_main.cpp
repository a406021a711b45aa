// ems-crew: the crew's terminal in an ambulance. Talks to its own ems-vehicled over a local socket,
// and works while the uplink is down. Exit code 0 closed, 1 could not start, 2 wrong usage or key.
#include "console/theme/theme.h"
#include "console/theme/time_text.h"
#include "telemetry/base/config.h"
#include "telemetry/base/log.h"
#include "vehicle/terminal/terminal_window.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include <QApplication>
#include <QLocale>
#include <QSocketNotifier>
#include <QTimer>
#include <QTranslator>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ems::terminal {
namespace {

struct Options {
    std::string config;
    bool check_config{false};
    bool print_config{false};
    std::string language{"zh_CN"};
    std::string picture;
};

struct Config {
    std::string socket;
    std::string presses;
    std::string unit;
    std::string theme;
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
    spec.text("theme", "auto", "night, day, or auto (day from 07:00 to 19:00)", &c.theme);
}

console::ThemeMode theme_mode(const std::string& name) {
    if (name == "day" || name == "night") {
        return name == "day" ? console::ThemeMode::day : console::ThemeMode::night;
    }
    const int hour = console::local_hour(SystemClock{}.utc_us());
    return hour >= 7 && hour < 19 ? console::ThemeMode::day : console::ThemeMode::night;
}

// SIGTERM and SIGINT as an event of the loop.
int signals_of_the_end() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int run(QApplication& app, const Options& options, const Config& config, int signal_fd) {
    console::Theme theme{theme_mode(config.theme)};
    theme.applyTo(app);
    QObject::connect(&theme, &console::Theme::changed, &app,
                     [&] { app.setPalette(theme.palette()); });
    QTimer by_hour;
    QObject::connect(&by_hour, &QTimer::timeout, &app,
                     [&] { theme.setMode(theme_mode(config.theme)); });
    by_hour.start(60'000);
    const SystemClock clock;
    VehicleSocket vehicle{clock, QString::fromStdString(config.socket),
                          QString::fromStdString(config.presses)};
    TerminalWindow window{theme, vehicle, clock, QString::fromStdString(config.unit),
                          [] { QApplication::beep(); }};
    QSocketNotifier quit{signal_fd, QSocketNotifier::Read};
    QObject::connect(&quit, &QSocketNotifier::activated, &app, &QApplication::quit);
    QTimer picture;
    if (!options.picture.empty()) {
        QObject::connect(&picture, &QTimer::timeout, &window,
                         [&] { window.grab().save(QString::fromStdString(options.picture)); });
        picture.start(1'000);
    }
    window.resize(1280, 800);
    if (QGuiApplication::platformName() == QStringLiteral("offscreen")) {
        window.show();
    } else {
        window.showFullScreen();
    }
    vehicle.start();
    EMS_LOG(info, "crew", "started socket={}", config.socket);
    const int code = QApplication::exec();
    ::close(signal_fd);
    return code;
}

int start(int argc, char** argv) {
    CLI::App cli{"the crew's terminal in an ambulance", "ems-crew"};
    Options options;
    cli.set_version_flag("--version", "ems-crew " EMS_VERSION);
    cli.add_option("--config", options.config, "configuration file (TOML)");
    cli.add_flag("--check-config", options.check_config, "check the configuration and stop");
    cli.add_flag("--print-config", options.print_config, "print every key with its value and stop");
    cli.add_option("--language", options.language, "language of the screen")
        ->check(CLI::IsMember({"zh_CN", "en"}));
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
    if (config.theme != "auto" && config.theme != "day" && config.theme != "night") {
        return refuse(2, "theme: \"" + config.theme + "\" is none of auto, day, night");
    }
    if (options.check_config) {
        return 0;
    }
    if (config.socket.empty()) {
        return refuse(2, "vehicle.socket: the socket of ems-vehicled is not named");
    }
    if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr &&
        std::getenv("QT_QPA_PLATFORM") == nullptr) {
        return refuse(1, "there is no display; QT_QPA_PLATFORM=offscreen runs without one");
    }
    const int signal_fd = signals_of_the_end(); // before any thread starts
    QApplication app{argc, argv};
    QApplication::setApplicationName(QStringLiteral("ems-crew"));
    QTranslator translator;
    if (options.language == "zh_CN") {
        QLocale::setDefault(QLocale{QLocale::Chinese, QLocale::China});
        if (translator.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator);
        } else {
            EMS_LOG(warn, "crew", "translation zh_CN is missing");
        }
    } else {
        QLocale::setDefault(QLocale{QLocale::English});
    }
    return run(app, options, config, signal_fd);
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
