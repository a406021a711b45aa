// What a desk has not sent yet, in a file of this machine: the call a person writes, those put aside for another call, and
// changes of open cases that the centre has not taken. It holds what callers said, so only its owner may read it, and it goes when the server has everything.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "dispatch/contract/api.pb.h"

#include <QJsonObject>
#include <QString>

namespace ems::console {

enum class Stored { yes, no };

[[nodiscard]] bool changes_anything(const api::UpdateIncident& change);

// What a person changed of a case, and the fields as he saw them.
struct CaseEdit {
    api::UpdateIncident change;
    api::Incident base; // id, version, level, complaint, address, place, sex, age, the number's mask
};

class CallDrafts {
  public:
    static constexpr std::size_t kAsideMax = 32; // more calls than one person has open at once
    static constexpr std::size_t kEditsMax = 16;

    // `path` empty: nothing is stored, forms are still put aside.
    explicit CallDrafts(QString path) : path_(std::move(path)) {}

    // The form last written in, empty when there is none.
    QJsonObject load();
    Stored store(const QJsonObject& current);
    // False when so many wait that another would be forgotten.
    bool putAside(const QJsonObject& form);
    // The one that waits longest; empty when none does.
    QJsonObject takeBack();
    // The one put aside last; empty when none is.
    QJsonObject takeNewest();
    // The one that was sent under this key; empty when it is not among them.
    QJsonObject takeSent(const std::string& key);
    // It was refused: sent again it is another call.
    void forgetSent(const std::string& key);
    // The call of a form as it was sent, with its key; empty: not sent.
    [[nodiscard]] static api::ClientFrame sentIn(const QJsonObject& form);
    static void setSent(QJsonObject& form, const api::ClientFrame& sent);
    // One that changes nothing is kept no longer. False when so many are kept that another would be forgotten.
    bool keepEdit(const CaseEdit& edit);
    void dropEdit(std::int64_t incident_id) { edits_.erase(incident_id); }
    // By case.
    [[nodiscard]] const std::map<std::int64_t, CaseEdit>& edits() const { return edits_; }
    [[nodiscard]] std::size_t asideCount() const { return aside_.size(); }

  private:
    QString path_;
    std::deque<QJsonObject> aside_;
    std::map<std::int64_t, CaseEdit> edits_;
};

} // namespace ems::console
