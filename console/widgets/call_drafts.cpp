#include "console/widgets/call_drafts.h"

#include "console/model/patient_change.h"

#include <algorithm>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace ems::console {
namespace {

constexpr qint64 kFileMax = 512 * 1024;
const QString kAside = QStringLiteral("aside");
const QString kEdits = QStringLiteral("edits");
const QString kChange = QStringLiteral("change");
const QString kBase = QStringLiteral("base");
const QString kSent = QStringLiteral("unanswered");

template <class Message> QString to_text(const Message& message) {
    return QString::fromLatin1(QByteArray::fromStdString(message.SerializeAsString()).toBase64());
}

template <class Message> bool from_text(const QJsonValue& text, Message& message) {
    return message.ParseFromString(QByteArray::fromBase64(text.toString().toLatin1()).toStdString());
}

} // namespace

bool changes_anything(const api::UpdateIncident& change) {
    return change.level() != 0 || !change.complaint().empty() || !change.address().empty() || change.has_place() ||
           corrects_anything(change);
}

QJsonObject CallDrafts::load() {
    QFile file{path_};
    if (path_.isEmpty() || !file.open(QIODevice::ReadOnly) || file.size() > kFileMax) {
        return {};
    }
    QJsonObject current = QJsonDocument::fromJson(file.readAll()).object();
    for (const auto& form : current.take(kAside).toArray()) {
        putAside(form.toObject());
    }
    for (const auto& one : current.take(kEdits).toArray()) {
        CaseEdit edit;
        if (from_text(one.toObject()[kChange], edit.change) && from_text(one.toObject()[kBase], edit.base)) {
            keepEdit(edit);
        }
    }
    return current;
}

Stored CallDrafts::store(const QJsonObject& current) {
    if (path_.isEmpty()) {
        return Stored::yes;
    }
    if (current.isEmpty() && aside_.empty() && edits_.empty()) {
        return !QFile::exists(path_) || QFile::remove(path_) ? Stored::yes : Stored::no;
    }
    QJsonObject all = current;
    QJsonArray aside;
    for (const QJsonObject& form : aside_) {
        aside.append(form);
    }
    all[kAside] = aside;
    QJsonArray edits;
    for (const auto& [id, edit] : edits_) {
        edits.append(QJsonObject{{kChange, to_text(edit.change)}, {kBase, to_text(edit.base)}});
    }
    all[kEdits] = edits;
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

bool CallDrafts::keepEdit(const CaseEdit& edit) {
    const std::int64_t id = edit.change.incident_id();
    if (!changes_anything(edit.change)) {
        edits_.erase(id);
        return true;
    }
    if (!edits_.contains(id) && edits_.size() >= kEditsMax) {
        return false;
    }
    edits_[id] = edit;
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

QJsonObject CallDrafts::takeNewest() {
    if (aside_.empty()) {
        return {};
    }
    QJsonObject form = aside_.back();
    aside_.pop_back();
    return form;
}

QJsonObject CallDrafts::takeSent(const std::string& key) {
    const auto found = std::find_if(aside_.begin(), aside_.end(), [&](const QJsonObject& form) {
        return !key.empty() && sentIn(form).idempotency_key() == key;
    });
    if (found == aside_.end()) {
        return {};
    }
    QJsonObject form = *found;
    aside_.erase(found);
    return form;
}

void CallDrafts::forgetSent(const std::string& key) {
    for (QJsonObject& form : aside_) {
        if (!key.empty() && sentIn(form).idempotency_key() == key) {
            form.remove(kSent);
            form.remove(QStringLiteral("drop_reason"));
        }
    }
}

api::ClientFrame CallDrafts::sentIn(const QJsonObject& form) {
    api::ClientFrame sent;
    return from_text(form[kSent], sent) && sent.has_new_call() ? sent : api::ClientFrame{};
}

void CallDrafts::setSent(QJsonObject& form, const api::ClientFrame& sent) {
    form[kSent] = to_text(sent);
}

} // namespace ems::console
