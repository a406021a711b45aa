#include "console/window/layout_store.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace ems::console {
namespace {

constexpr qint64 kFileMax = 256 * 1024;
constexpr int kVersion = 1;

} // namespace

// A user's name may hold what no file's name may.
QString LayoutStore::fileOf(const QString& user) const {
    const QByteArray name = QCryptographicHash::hash(user.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    return folder_ + QStringLiteral("/layout-") + QString::fromLatin1(name) + QStringLiteral(".json");
}

std::optional<Layout> LayoutStore::load(const QString& user) const {
    QFile file{fileOf(user)};
    if (folder_.isEmpty() || user.isEmpty() || !file.open(QIODevice::ReadOnly) || file.size() > kFileMax) {
        return std::nullopt;
    }
    const QJsonObject all = QJsonDocument::fromJson(file.readAll()).object();
    if (all[QStringLiteral("version")].toInt() != kVersion || all[QStringLiteral("user")].toString() != user) {
        return std::nullopt;
    }
    const auto bytes = [&](const QString& key) { return QByteArray::fromBase64(all[key].toString().toLatin1()); };
    ScreenRulers rulers;
    const QJsonObject by_screen = all[QStringLiteral("px_per_mm")].toObject();
    for (auto one = by_screen.begin(); one != by_screen.end(); ++one) {
        rulers.set(one.key().toStdString(), one.value().toDouble()); // one that no ruler can have said is left out
    }
    return Layout{bytes(QStringLiteral("dispatcher")), bytes(QStringLiteral("physician")),
                  all[QStringLiteral("monitors")].toBool() ? Spread::monitors : Spread::one_window, std::move(rulers)};
}

bool LayoutStore::store(const QString& user, const Layout& layout) const {
    if (folder_.isEmpty() || user.isEmpty()) {
        return true;
    }
    QDir{}.mkpath(folder_);
    QJsonObject by_screen;
    for (const auto& [screen, px_per_mm] : layout.rulers.all()) {
        by_screen[QString::fromStdString(screen)] = px_per_mm;
    }
    const QJsonObject all{{QStringLiteral("version"), kVersion},
                          {QStringLiteral("user"), user},
                          {QStringLiteral("dispatcher"), QString::fromLatin1(layout.dispatcher.toBase64())},
                          {QStringLiteral("physician"), QString::fromLatin1(layout.physician.toBase64())},
                          {QStringLiteral("monitors"), layout.spread == Spread::monitors},
                          {QStringLiteral("px_per_mm"), by_screen}};
    const QByteArray text = QJsonDocument{all}.toJson(QJsonDocument::Compact);
    QSaveFile file{fileOf(user)};
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
}

} // namespace ems::console
