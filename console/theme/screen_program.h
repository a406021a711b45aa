// What every program with a screen does at its start and end: the theme by its name, the language,
// whether there is a display, and an orderly end at SIGTERM. GUI thread only.
#pragma once

#include <optional>
#include <string>

#include "console/theme/sun.h"
#include "console/theme/theme.h"
#include "console/theme/tokens.h"

#include <QCoreApplication>
#include <QString>
#include <QTranslator>
#include <QWidget>

namespace ems::console {

// "night", "day", or "auto": by the sun where the place is known (console/theme/sun.h), else day from
// 07:00 to 19:00 of the county. Nothing for another word.
[[nodiscard]] std::optional<ThemeMode> theme_by_name(const std::string& name,
                                                     std::optional<SkyPlace> place = std::nullopt);

// A display, or a platform that the environment names.
[[nodiscard]] bool has_display();

// How large everything stands on every screen, 1 to kTextScaleMost; takes effect in an application that is made afterwards.
// ECG millimetres stay those of the screen.
inline constexpr double kTextScaleMost = 1.5; // to which each desk fits 1920 x 1080
void scale_text(double scale);

// Installs zh_CN or leaves the sources' English; `translator` outlives the application's loop.
void set_language(const std::string& language, QTranslator& translator);

// SIGTERM and SIGINT as an event of the loop: the program ends as if its window had been closed.
// Made before any thread starts, so that all of them block these.
class QuitOnSignal {
  public:
    QuitOnSignal();
    ~QuitOnSignal();
    QuitOnSignal(const QuitOnSignal&) = delete;
    QuitOnSignal& operator=(const QuitOnSignal&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_{-1};
};

// A picture of the window as a PNG, whole or not at all: whoever reads the file meanwhile never sees half of one. False when
// it could not be written.
bool save_picture(QWidget& window, const QString& path);

} // namespace ems::console
