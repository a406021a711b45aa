#include "console/widgets/kept_field.h"

#include <utility>

#include <QFile>
#include <QLineEdit>
#include <QSaveFile>

namespace ems::console {
namespace {

constexpr int kKeepMs = 500;

} // namespace

QByteArray read_kept(const QString& path, qint64 bytes_max) {
    QFile file{path};
    return file.size() <= bytes_max && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray{};
}

bool write_kept(const QString& path, const QByteArray& bytes) {
    if (bytes.isEmpty()) {
        return !QFile::exists(path) || QFile::remove(path);
    }
    QSaveFile file{path};
    return file.open(QIODevice::WriteOnly) && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
           file.write(bytes) == bytes.size() && file.commit();
}

KeptField::KeptField(QLineEdit& field, Store store) : QObject(&field), field_(field), store_(std::move(store)) {
    typed_.setSingleShot(true);
    typed_.setInterval(kKeepMs);
    connect(&typed_, &QTimer::timeout, this, &KeptField::store);
    connect(&field_, &QLineEdit::textChanged, this, &KeptField::touch);
}

void KeptField::touch() {
    if (!typed_.isActive()) {
        typed_.start();
    }
}

void KeptField::storeNow() {
    if (typed_.isActive()) {
        typed_.stop();
        store();
    }
}

void KeptField::store() {
    if (!store_(field_.text())) {
        emit notStored();
    }
}

} // namespace ems::console
