#include "console/widgets/outage_store.h"

#include "console/widgets/kept_field.h"
#include "telemetry/base/log.h"

#include <utility>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace ems::console {
namespace {

constexpr qint64 kFileMax = 1'024 * 1'024; // as many entries as there may be, each of the longest text
const QString kDeed = QStringLiteral("deed");
const QString kAt = QStringLiteral("at_us");
const QString kUnit = QStringLiteral("unit");
const QString kUnitName = QStringLiteral("unit_name");
const QString kCase = QStringLiteral("case");
const QString kNumber = QStringLiteral("number");
const QString kState = QStringLiteral("state");
const QString kText = QStringLiteral("text");
const QString kDropped = QStringLiteral("dropped");

QString of(std::int64_t number) { // a JSON number is a double
    return QString::number(number);
}

QJsonObject to_json(const OutageEntry& entry) {
    return {{kDeed, static_cast<int>(entry.deed)},
            {kAt, of(entry.at_us)},
            {kUnit, of(entry.unit_id)},
            {kUnitName, QString::fromStdString(entry.unit_name)},
            {kCase, of(entry.incident_id)},
            {kNumber, QString::fromStdString(entry.incident_number)},
            {kState, static_cast<int>(entry.state)},
            {kText, QString::fromStdString(entry.text)},
            {kDropped, entry.is_dropped}};
}

std::optional<OutageEntry> from_json(const QJsonObject& one) {
    const int deed = one[kDeed].toInt(-1);
    const int state = one[kState].toInt(-1);
    if (deed < 0 || deed >= static_cast<int>(OutageDeed::count) || !ems::wire::UnitState_IsValid(state)) {
        return std::nullopt;
    }
    OutageEntry entry;
    entry.deed = static_cast<OutageDeed>(deed);
    entry.state = static_cast<ems::wire::UnitState>(state);
    entry.at_us = one[kAt].toString().toLongLong();
    entry.unit_id = one[kUnit].toString().toLongLong();
    entry.unit_name = one[kUnitName].toString().toStdString();
    entry.incident_id = one[kCase].toString().toLongLong();
    entry.incident_number = one[kNumber].toString().toStdString();
    entry.text = one[kText].toString().toStdString();
    entry.is_dropped = one[kDropped].toBool();
    return entry;
}

} // namespace

OutageStore::OutageStore(QString path, QObject* parent) : QObject(parent), path_(std::move(path)) {
    load();
}

void OutageStore::load() {
    if (path_.isEmpty()) {
        return;
    }
    for (const auto& one : QJsonDocument::fromJson(read_kept(path_, kFileMax)).array()) {
        const auto entry = from_json(one.toObject());
        if (entry && !record_.add(*entry)) {
            break;
        }
    }
}

bool OutageStore::store() const {
    if (path_.isEmpty()) {
        return true;
    }
    if (record_.entries().empty()) {
        return write_kept(path_, {});
    }
    QJsonArray all;
    for (const OutageEntry& entry : record_.entries()) {
        all.append(to_json(entry));
    }
    return write_kept(path_, QJsonDocument{all}.toJson(QJsonDocument::Compact));
}

OutageStore::Added OutageStore::add(OutageEntry entry) {
    if (!record_.add(std::move(entry))) {
        return Added::full;
    }
    const bool stored = store();
    emit changed();
    return stored ? Added::yes : Added::not_stored;
}

void OutageStore::keep() {
    if (!store()) {
        EMS_LOG(error, "desk", "outage record not stored entries={}", record_.entries().size());
    }
    emit changed();
}

void OutageStore::remove(std::int64_t id) {
    record_.remove(id);
    keep();
}

void OutageStore::toggleDropped(std::int64_t id) {
    record_.toggleDropped(id);
    keep();
}

void OutageStore::closeList() {
    if (record_.forgetDropped()) {
        keep();
    }
}

} // namespace ems::console
