// How a user has arranged the desk, in one file for each user on this machine: docks of both views, whether the parts are
// spread over the monitors, and what a ruler said of each screen. A damaged or foreign file counts as none.
#pragma once

#include <cstdint>
#include <optional>

#include "console/model/screen_rulers.h"

#include <QByteArray>
#include <QString>

namespace ems::console {

enum class Spread : std::uint8_t { one_window, monitors };

struct Layout {
    QByteArray dispatcher; // QMainWindow::saveState
    QByteArray physician;
    Spread spread{Spread::one_window};
    ScreenRulers rulers{};
    bool operator==(const Layout&) const = default;
};

class LayoutStore {
  public:
    // `folder` empty: nothing is kept.
    explicit LayoutStore(QString folder) : folder_(std::move(folder)) {}
    [[nodiscard]] std::optional<Layout> load(const QString& user) const;
    // False when it could not be written.
    bool store(const QString& user, const Layout& layout) const;

  private:
    [[nodiscard]] QString fileOf(const QString& user) const;
    QString folder_;
};

} // namespace ems::console
