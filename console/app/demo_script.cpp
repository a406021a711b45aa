#include "console/app/demo_script.h"

#include "console/model/stages.h"
#include "console/widgets/ecg_sweep.h"
#include "telemetry/base/log.h"

#include <utility>

#include <QDir>
#include <QFile>
#include <QImage>
#include <QPixmap>

namespace ems::console {
namespace {

constexpr int kStepMs = 100;
constexpr double kSettleS = 0.6;     // the map's worker has drawn and a timer has ticked
constexpr double kEcgLeastS = 8.0;
constexpr double kPatientLeastMin = 5; // of the patient's own time: an infarction that was to come is there by then
constexpr const char* kNames[] = {"01-queue-recommendation.png", "02-on-the-way.png", "03-monitoring.png",
                                  "04-handover.png"};

} // namespace

DemoScript::DemoScript(Desk& desk, MainWindow& window, QString folder, QObject* parent)
    : QObject(parent), desk_(desk), window_(window), folder_(std::move(folder)) {
    QDir{}.mkpath(folder_);
    writer_.setMaxThreadCount(1); // in order
    timer_.setInterval(kStepMs);
    connect(&timer_, &QTimer::timeout, this, &DemoScript::step);
    timer_.start();
    connect(&desk_, &Desk::selectionChanged, this, &DemoScript::step);
}

void DemoScript::shoot(const QString& name) {
    const QString path = QDir{folder_}.filePath(name);
    EMS_LOG(info, "demo", "picture file={} incident={}", path.toStdString(), incident_id_);
    // compressing takes a good part of a second: not on this thread
    writer_.start([path, image = window_.grab().toImage()] {
        const QString part = path + QStringLiteral(".part");
        QFile::remove(path);
        if (!image.save(part, "PNG") || !QFile::rename(part, path)) {
            EMS_LOG(error, "demo", "picture not written file={}", path.toStdString());
        }
    });
}

bool DemoScript::startsAgain(const api::Incident& incident) const {
    const auto* present = desk_.state().incident(incident_id_);
    return present == nullptr || incident.level() < present->level() ||
           (incident.level() == present->level() && incident.created_us() > present->created_us());
}

void DemoScript::begin(std::int64_t incident) {
    incident_id_ = incident;
    moment_ = Moment::recommendation;
    ready_since_s_ = 0;
    writer_.start([folder = folder_] {
        for (const char* name : kNames) {
            QFile::remove(QDir{folder}.filePath(QString::fromLatin1(name)));
        }
    });
    window_.showView(View::dispatcher);
}

bool DemoScript::isRecommended() const {
    const auto* r = desk_.state().recommendation(incident_id_);
    return r != nullptr && desk_.state().selected_candidate() != nullptr && desk_.selectedUnit() == nullptr &&
           window_.canDispatch();
}

bool DemoScript::isOnTheWay() const {
    const auto* unit = desk_.selectedUnit();
    const auto* position = unit == nullptr ? nullptr : desk_.state().position(unit->id());
    return unit != nullptr && unit->state() == ems::wire::UNIT_EN_ROUTE && position != nullptr &&
           position->speed_cm_s() > 200 &&
           desk_.shownUs() - unit->state_since_us() > 2'000'000;
}

double DemoScript::patientMinutes() const {
    const auto* incident = desk_.state().incident(incident_id_);
    const std::int64_t since = incident == nullptr ? 0 : stage_time(*incident, Stage::at_patient);
    return since == 0 ? 0 : static_cast<double>(desk_.shownUs() - since) / 60e6 * desk_.state().time_scale();
}

// The patient is in the vehicle and everything is on the screen, or is about to be taken out of it.
bool DemoScript::isMonitored() const {
    const auto* unit = desk_.selectedUnit();
    if (unit == nullptr || unit->state() < ems::wire::UNIT_TRANSPORTING) {
        return false;
    }
    const bool whole = desk_.state().stats().video_frames > 0 && window_.sweep().drawnS() >= kEcgLeastS &&
                       desk_.state().vitals(unit->id()) != nullptr && patientMinutes() >= kPatientLeastMin;
    return whole || unit->state() >= ems::wire::UNIT_AT_HOSPITAL;
}

// Moments that went by unseen: a desk that joined late, a way too short to be pictured.
void DemoScript::passOver() {
    const auto* unit = desk_.selectedUnit();
    if (unit == nullptr) {
        return;
    }
    Moment least = Moment::recommendation;
    if (unit->state() >= ems::wire::UNIT_EN_ROUTE && unit->state() <= ems::wire::UNIT_HANDOVER) {
        least = unit->state() >= ems::wire::UNIT_AT_SCENE ? Moment::monitoring : Moment::on_the_way;
    }
    if (moment_ < least) {
        moment_ = least;
        ready_since_s_ = 0;
    }
    // the physician looks on as soon as the crew is there
    if (moment_ == Moment::monitoring && window_.view() != View::physician) {
        window_.showView(View::physician);
    }
}

bool DemoScript::isReady() {
    const auto* unit = desk_.selectedUnit();
    switch (moment_) {
    case Moment::recommendation:
        return isRecommended();
    case Moment::on_the_way:
        return isOnTheWay();
    case Moment::monitoring:
        return isMonitored();
    case Moment::handover:
        return unit != nullptr && unit->state() >= ems::wire::UNIT_HANDOVER;
    case Moment::done:
        break;
    }
    return false;
}

void DemoScript::shootMoment() {
    shoot(QString::fromLatin1(kNames[static_cast<std::size_t>(moment_)]));
    moment_ = static_cast<Moment>(static_cast<int>(moment_) + 1);
    if (moment_ == Moment::handover) {
        window_.showView(View::dispatcher);
    }
    if (moment_ == Moment::done) {
        emit finished();
    }
}

void DemoScript::step() {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    if (incident == nullptr || !desk_.isLive()) {
        return;
    }
    if (incident->id() != incident_id_) {
        if (!startsAgain(*incident)) {
            return;
        }
        begin(incident->id());
    }
    passOver();
    const bool ready = moment_ != Moment::done && isReady();
    const double now = desk_.monotonicS();
    ready_since_s_ = ready ? (ready_since_s_ == 0 ? now : ready_since_s_) : 0;
    // what is complete once stays: a patient about to be taken out of the vehicle does not wait for the settling
    const double settle_s = moment_ == Moment::monitoring ? 0 : kSettleS;
    if (ready && now - ready_since_s_ >= settle_s) {
        ready_since_s_ = 0;
        shootMoment();
    }
}

} // namespace ems::console
