#include "console/theme/screen_program.h"

#include "console/theme/time_text.h"
#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"

#include <csignal>
#include <cstdlib>

#include <QLibraryInfo>
#include <QLocale>
#include <QPixmap>
#include <QSaveFile>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ems::console {

std::optional<ThemeMode> theme_by_name(const std::string& name, std::optional<SkyPlace> place) {
    if (name == "day" || name == "night") {
        return name == "day" ? ThemeMode::day : ThemeMode::night;
    }
    if (name != "auto") {
        return std::nullopt;
    }
    const std::int64_t now_us = SystemClock{}.utc_us();
    if (place) {
        return is_daylight(*place, now_us) ? ThemeMode::day : ThemeMode::night;
    }
    const int hour = local_hour(now_us);
    return hour >= 7 && hour < 19 ? ThemeMode::day : ThemeMode::night;
}

bool has_display() {
    return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr ||
           std::getenv("QT_QPA_PLATFORM") != nullptr;
}

void scale_text(double scale) {
    if (scale != 1.0) { // else what the session says of its screens holds
        qputenv("QT_SCALE_FACTOR", QByteArray::number(scale, 'f', 2));
    }
}

void set_language(const std::string& language, QTranslator& translator) {
    if (language != "zh_CN") {
        QLocale::setDefault(QLocale{QLocale::English});
        return;
    }
    QLocale::setDefault(QLocale{QLocale::Chinese, QLocale::China});
    if (translator.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
        QCoreApplication::installTranslator(&translator);
    } else {
        EMS_LOG(warn, "screen", "translation zh_CN is missing");
    }
    // Qt's own words, of a dialog that saves a file: English where the package is not installed.
    auto* own = new QTranslator{QCoreApplication::instance()};
    if (own->load(QStringLiteral("qtbase_zh_CN"), QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(own);
    }
}

QuitOnSignal::QuitOnSignal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

QuitOnSignal::~QuitOnSignal() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

bool save_picture(QWidget& window, const QString& path) {
    QSaveFile file{path};
    const bool written = file.open(QIODevice::WriteOnly) && window.grab().save(&file, "PNG") && file.commit();
    if (!written) {
        EMS_LOG(warn, "screen", "picture not written file={}", path.toStdString());
    }
    return written;
}

} // namespace ems::console
