// The record of what was done by voice, in a file of this machine beside the call drafts: written at once with each entry, so
// that neither a crash nor a restart loses one. It may hold what callers said: only its owner may read it, and it goes when
// the last entry is done.
#pragma once

#include "console/model/outage_record.h"

#include <QObject>
#include <QString>

namespace ems::console {

class OutageStore : public QObject {
    Q_OBJECT
  public:
    // Takes what an earlier run left. `path` empty: nothing is kept beyond this run.
    explicit OutageStore(QString path, QObject* parent = nullptr);
    enum class Added { yes, full, not_stored }; // not_stored: it is in the list, and a crash would lose it
    Added add(OutageEntry entry);
    void remove(std::int64_t id);
    void toggleDropped(std::int64_t id);
    // Those that were dropped go.
    void closeList();
    [[nodiscard]] const OutageRecord& record() const { return record_; }

  signals:
    void changed();

  private:
    void load();
    [[nodiscard]] bool store() const;
    void keep();

    QString path_;
    OutageRecord record_;
};

} // namespace ems::console
