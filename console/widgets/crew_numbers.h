// The crews' telephone and radio numbers on this machine's disk, so that a desk started while no server answers can call
// them: written from what the server tells, whenever it differs. No patient's data. GUI thread.
#pragma once

#include <vector>

#include "console/widgets/desk.h"

#include <QByteArray>
#include <QObject>
#include <QString>

namespace ems::console {

class CrewNumbers : public QObject {
    Q_OBJECT
  public:
    static constexpr qint64 kFileMax = 4 * 1024 * 1024;

    // `path` empty: nothing is kept. The desk outlives this.
    CrewNumbers(Desk& desk, QString path);
    // What an earlier run kept; empty where there is no file, or one that is none.
    [[nodiscard]] static std::vector<api::Unit> load(const QString& path);

  private:
    void keep();

    static constexpr std::int64_t kLookUs = 60'000'000;
    Desk& desk_;
    QString path_;
    QByteArray kept_;
    std::uint64_t snapshots_{0};
    std::int64_t looked_us_{0};
};

} // namespace ems::console
