// The calls a desk has not sent yet, in a file of this machine: the form a person writes in, and those put aside for
// another call. It holds what callers said, so only its owner may read it, and it goes when the server has everything.
#pragma once

#include <deque>

#include <QJsonObject>
#include <QString>

namespace ems::console {

enum class Stored { yes, no };

class CallDrafts {
  public:
    static constexpr std::size_t kAsideMax = 8;

    // `path` empty: nothing is stored, forms are still put aside.
    explicit CallDrafts(QString path) : path_(std::move(path)) {}

    // The form last written in, empty when there is none.
    QJsonObject load();
    Stored store(const QJsonObject& current);
    // False when so many wait that another would be forgotten.
    bool putAside(const QJsonObject& form);
    // The one that waits longest; empty when none does.
    QJsonObject takeBack();
    [[nodiscard]] std::size_t asideCount() const { return aside_.size(); }

  private:
    QString path_;
    std::deque<QJsonObject> aside_;
};

} // namespace ems::console
