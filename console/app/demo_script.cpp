#include "console/app/demo_script.h"

#include "console/model/rows.h"
#include "console/model/stages.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
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
                                  "04-handover.png",             "05-wall.png",       "06-replay.png"};
constexpr double kReplayLeastS = 2.0;  // of the sweep
constexpr double kReplayPatienceS = 8; // then it is pictured as it is

} // namespace

DemoScript::DemoScript(Desk& desk, MainWindow& window, QString folder, Others others, QObject* parent)
    : QObject(parent), desk_(desk), window_(window), folder_(std::move(folder)), others_(std::move(others)) {
    QDir{}.mkpath(folder_);
    writer_.setMaxThreadCount(1); // in order
    timer_.setInterval(kStepMs);
    connect(&timer_, &QTimer::timeout, this, &DemoScript::step);
    timer_.start();
    connect(&desk_, &Desk::selectionChanged, this, &DemoScript::step);
}

void DemoScript::shoot(const QString& name, QWidget& of) {
    const QString path = QDir{folder_}.filePath(name);
    EMS_LOG(info, "demo", "picture file={} incident={}", path.toStdString(), incident_id_);
    // compressing takes a good part of a second: not on this thread
    writer_.start([path, image = of.grab().toImage()] {
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
    wall_.reset();
    replay_.reset();
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

// The patient is in the vehicle, when he is at the hospital is known and everything is on the screen, or he is about to be taken
// out of it.
bool DemoScript::isMonitored() const {
    const auto* unit = desk_.selectedUnit();
    if (unit == nullptr || unit->state() < ems::wire::UNIT_TRANSPORTING) {
        return false;
    }
    const bool whole = desk_.state().stats().video_frames > 0 && window_.sweep().drawnS() >= kEcgLeastS &&
                       desk_.state().vitals(unit->id()) != nullptr && patientMinutes() >= kPatientLeastMin &&
                       expected_us(desk_.state(), *unit) != 0;
    return whole || unit->state() >= ems::wire::UNIT_AT_HOSPITAL;
}

bool DemoScript::isWallReady() {
    if (wall_ == nullptr) {
        wall_ = others_.wall();
        wall_->setAttribute(Qt::WA_DontShowOnScreen);
        wall_->show();
    }
    return wall_->findChild<MapView*>()->hasGround();
}

// The middle of the way to the hospital.
bool DemoScript::isReplayReady() {
    const auto* incident = desk_.state().incident(incident_id_);
    if (replay_ == nullptr && incident != nullptr) {
        replay_ = others_.replay(*incident);
        replay_->setAttribute(Qt::WA_DontShowOnScreen);
        replay_->show();
        replay_until_s_ = 0;
    }
    ReplayPlayer* player = replay_ == nullptr ? nullptr : replay_->player();
    if (player == nullptr || incident == nullptr) {
        return false;
    }
    if (replay_until_s_ == 0) {
        const std::int64_t left_us = stage_time(*incident, Stage::left_scene);
        const std::int64_t there_us = stage_time(*incident, Stage::at_hospital);
        player->seek(left_us != 0 && there_us > left_us ? (left_us + there_us) / 2
                                                        : (player->past().from_us() + player->past().to_us()) / 2);
        replay_until_s_ = desk_.monotonicS() + kReplayPatienceS;
    }
    return desk_.monotonicS() >= replay_until_s_ ||
           (!player->loader().isBusy() && replay_->sweep()->drawnS() >= kReplayLeastS);
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
    case Moment::wall:
        return isWallReady();
    case Moment::replay:
        return isReplayReady();
    case Moment::done:
        break;
    }
    return false;
}

void DemoScript::shootMoment() {
    QWidget* of = moment_ == Moment::wall     ? static_cast<QWidget*>(wall_.get())
                  : moment_ == Moment::replay ? static_cast<QWidget*>(replay_.get())
                                              : &window_;
    shoot(QString::fromLatin1(kNames[static_cast<std::size_t>(moment_)]), *of);
    moment_ = static_cast<Moment>(static_cast<int>(moment_) + 1);
    if (moment_ == Moment::handover) {
        window_.showView(View::dispatcher);
    }
    if (moment_ == Moment::done) {
        wall_.reset();
        replay_.reset();
        emit finished();
    }
}

void DemoScript::step() {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const bool by_desk = moment_ < Moment::wall; // the last pictures do not need the case to be the chosen one still
    if ((by_desk && incident == nullptr) || !desk_.isLive()) {
        return;
    }
    if (incident != nullptr && incident->id() != incident_id_) {
        if (startsAgain(*incident)) {
            begin(incident->id());
        } else if (by_desk) {
            return;
        }
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
