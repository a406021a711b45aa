// What a person is typing into a field, on this machine half a second after it was typed at the latest: a crash loses next to
// nothing, and a fast typist is not waited for. It may hold what a caller said: only its owner may read it, and it goes with
// the text.
#pragma once

#include <functional>

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QTimer>

class QLineEdit;

namespace ems::console {

// What an earlier run left in this file; empty where there is none, or one that is larger than it can have written.
[[nodiscard]] QByteArray read_kept(const QString& path, qint64 bytes_max);
// False: it could not be. No bytes take the file away.
[[nodiscard]] bool write_kept(const QString& path, const QByteArray& bytes);

class KeptField : public QObject {
    Q_OBJECT
  public:
    // False: it is not stored.
    using Store = std::function<bool(const QString& text)>;
    // Belongs to the field; what stands in it already is stored.
    KeptField(QLineEdit& field, Store store);
    // What is stored with the text has become another.
    void touch();
    // What was typed a moment ago, without waiting.
    void storeNow();

  signals:
    void notStored();

  private:
    void store();

    QLineEdit& field_;
    Store store_;
    QTimer typed_; // runs from the first key that is not stored
};

} // namespace ems::console
