#include "console/window/user_draft.h"

#include <QCryptographicHash>
#include <QFile>

namespace ems::console {

QString draft_of_user(const QString& base, const QString& user) {
    if (base.isEmpty() || user.isEmpty()) {
        return base;
    }
    // A user's name may hold what no file's name may.
    const QByteArray name = QCryptographicHash::hash(user.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    const QString own = base + QLatin1Char('-') + QString::fromLatin1(name);
    if (QFile::exists(base) && !QFile::exists(own)) {
        QFile::rename(base, own);
    }
    return own;
}

} // namespace ems::console
