#include "console/widgets/call_drafts.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace ems::console {
namespace {

constexpr qint64 kFileMax = 256 * 1024;
const QString kAside = QStringLiteral("aside");

} // namespace

QJsonObject CallDrafts::load() {
    QFile file{path_};
    if (path_.isEmpty() || !file.open(QIODevice::ReadOnly) || file.size() > kFileMax) {
        return {};
    }
    QJsonObject current = QJsonDocument::fromJson(file.readAll()).object();
    for (const auto& form : current.take(kAside).toArray()) {
        putAside(form.toObject());
    }
    return current;
}

Stored CallDrafts::store(const QJsonObject& current) {
    if (path_.isEmpty()) {
        return Stored::yes;
    }
    if (current.isEmpty() && aside_.empty()) {
        return !QFile::exists(path_) || QFile::remove(path_) ? Stored::yes : Stored::no;
    }
    QJsonObject all = current;
    QJsonArray aside;
    for (const QJsonObject& form : aside_) {
        aside.append(form);
    }
    all[kAside] = aside;
    QSaveFile file{path_};
    const QByteArray bytes = QJsonDocument{all}.toJson(QJsonDocument::Compact);
    const bool stored = file.open(QIODevice::WriteOnly) &&
                        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
                        file.write(bytes) == bytes.size() && file.commit();
    return stored ? Stored::yes : Stored::no;
}

bool CallDrafts::putAside(const QJsonObject& form) {
    if (aside_.size() >= kAsideMax || form.isEmpty()) {
        return false;
    }
    aside_.push_back(form);
    return true;
}

QJsonObject CallDrafts::takeBack() {
    if (aside_.empty()) {
        return {};
    }
    QJsonObject form = aside_.front();
    aside_.pop_front();
    return form;
}

} // namespace ems::console
