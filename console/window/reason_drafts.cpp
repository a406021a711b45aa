#include "console/window/reason_drafts.h"

#include "console/widgets/kept_field.h"
#include "telemetry/base/log.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ems::console {
namespace {

constexpr qint64 kFileMax = 16 * 1'024; // as many as there may be, each of the longest text
const QString kSubject = QStringLiteral("subject");
const QString kText = QStringLiteral("text");
const QString kAt = QStringLiteral("at_us");

} // namespace

ReasonDrafts::ReasonDrafts(const Desk& desk, QString path) : desk_(desk), path_(std::move(path)) {
    if (!path_.isEmpty()) {
        load();
    }
}

// What is too old is gone from the disk too.
void ReasonDrafts::load() {
    const QJsonArray all = QJsonDocument::fromJson(read_kept(path_, kFileMax)).array();
    for (const auto& one : all) {
        const QJsonObject object = one.toObject();
        Draft draft{object[kSubject].toString(), object[kText].toString(), object[kAt].toString().toLongLong()};
        if (drafts_.size() < kMost && !draft.text.isEmpty() && isYoung(draft)) {
            drafts_.push_back(std::move(draft));
        }
    }
    if (drafts_.size() != static_cast<std::size_t>(all.size()) && !store()) {
        EMS_LOG(warn, "desk", "old reasons not taken from the disk");
    }
}

bool ReasonDrafts::store() const {
    if (path_.isEmpty()) {
        return true;
    }
    QJsonArray all;
    for (const Draft& draft : drafts_) {
        all.append(QJsonObject{{kSubject, draft.subject}, {kText, draft.text}, {kAt, QString::number(draft.at_us)}});
    }
    return write_kept(path_, all.isEmpty() ? QByteArray{} : QJsonDocument{all}.toJson(QJsonDocument::Compact));
}

// A clock that was put right meanwhile may be behind.
bool ReasonDrafts::isYoung(const Draft& draft) const {
    return std::abs(desk_.localUs() - draft.at_us) <= kAgeMostUs;
}

QString ReasonDrafts::textFor(const QString& subject) const {
    const auto found = std::find_if(drafts_.begin(), drafts_.end(), [&](const Draft& one) { return one.subject == subject; });
    return found == drafts_.end() || !isYoung(*found) ? QString{} : found->text;
}

bool ReasonDrafts::keep(const QString& subject, const QString& text) {
    std::erase_if(drafts_, [&](const Draft& one) { return one.subject == subject || !isYoung(one); });
    if (!text.isEmpty()) {
        if (drafts_.size() >= kMost) {
            drafts_.pop_front();
        }
        drafts_.push_back({subject, text, desk_.localUs()});
    }
    return store();
}

void ReasonDrafts::forget(const QString& subject) {
    if (!keep(subject, {})) {
        EMS_LOG(warn, "desk", "a reason that was answered is not taken from the disk");
    }
}

} // namespace ems::console
