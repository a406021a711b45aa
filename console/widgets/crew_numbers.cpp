#include "console/widgets/crew_numbers.h"

#include <utility>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include "console/widgets/words.h"
#include "telemetry/base/log.h"

namespace ems::console {
namespace {

const QString kName = QStringLiteral("name");
const QString kVehicle = QStringLiteral("vid");
const QString kPhone = QStringLiteral("phone");
const QString kRadio = QStringLiteral("radio");

QByteArray written(const DeskState& state) {
    QJsonArray all;
    for (const auto& [id, unit] : state.units()) {
        all.append(QJsonObject{{kName, qs(unit.name())},
                               {kVehicle, qs(unit.vid())},
                               {kPhone, qs(unit.phone())},
                               {kRadio, qs(unit.radio_call())}});
    }
    return QJsonDocument{all}.toJson(QJsonDocument::Compact);
}

} // namespace

CrewNumbers::CrewNumbers(Desk& desk, QString path) : desk_(desk), path_(std::move(path)) {
    if (path_.isEmpty()) {
        return;
    }
    desk_.state().remember(load(path_));
    connect(&desk_, &Desk::ticked, this, &CrewNumbers::keep);
}

std::vector<api::Unit> CrewNumbers::load(const QString& path) {
    QFile file{path};
    if (!file.open(QIODevice::ReadOnly) || file.size() > kFileMax) {
        return {};
    }
    std::vector<api::Unit> out;
    for (const auto& one : QJsonDocument::fromJson(file.readAll()).array()) {
        const QJsonObject object = one.toObject();
        api::Unit unit;
        unit.set_name(object[kName].toString().toStdString());
        unit.set_vid(object[kVehicle].toString().toStdString());
        unit.set_phone(object[kPhone].toString().toStdString());
        unit.set_radio_call(object[kRadio].toString().toStdString());
        if (!unit.name().empty()) {
            out.push_back(std::move(unit));
        }
    }
    return out;
}

void CrewNumbers::keep() {
    const DeskState& state = desk_.state();
    const std::int64_t now_us = desk_.localUs();
    if (!state.is_live() || !state.has_data() ||
        (snapshots_ == state.stats().snapshots && now_us - looked_us_ < kLookUs)) {
        return;
    }
    snapshots_ = state.stats().snapshots;
    looked_us_ = now_us;
    const QByteArray bytes = written(state);
    if (bytes == kept_ || bytes.size() > kFileMax) {
        return;
    }
    QSaveFile file{path_};
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
        file.write(bytes) == bytes.size() && file.commit()) {
        kept_ = bytes;
    } else {
        EMS_LOG(warn, "console", "the crews' numbers are not written file={}", path_.toStdString());
    }
}

} // namespace ems::console
