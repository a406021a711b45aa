// Follows one emergency without a person and writes pictures at its moments, for demonstrations and reports:
// 01-queue-recommendation (before a unit is sent), 02-on-the-way, 03-monitoring, 04-handover, then of the same emergency
// 05-wall and 06-replay, which no screen shows. An incident of more urgency, or a newer one of the same, starts it again and
// takes away the pictures of the one before.
#pragma once

#include <functional>
#include <memory>

#include <QString>
#include <QThreadPool>
#include <QTimer>

#include "console/window/main_window.h"
#include "console/window/replay_window.h"
#include "console/window/wall_window.h"

namespace ems::console {

class DemoScript : public QObject {
    Q_OBJECT
  public:
    // Windows of their own for the last two pictures.
    struct Others {
        std::function<std::unique_ptr<WallWindow>()> wall;
        std::function<std::unique_ptr<ReplayWindow>(const api::Incident&)> replay;
    };
    DemoScript(Desk& desk, MainWindow& window, QString folder, Others others, QObject* parent = nullptr);

  signals:
    // The last picture of an emergency was taken.
    void finished();

  private:
    enum class Moment { recommendation, on_the_way, monitoring, handover, wall, replay, done };
    void step();
    void begin(std::int64_t incident);
    void passOver();
    void shoot(const QString& name, QWidget& of);
    void shootMoment();
    [[nodiscard]] bool isReady();
    [[nodiscard]] bool startsAgain(const api::Incident& incident) const;
    [[nodiscard]] bool isRecommended() const;
    [[nodiscard]] bool isOnTheWay() const;
    [[nodiscard]] bool isMonitored() const;
    bool isWallReady();
    bool isReplayReady();
    [[nodiscard]] double patientMinutes() const;

    Desk& desk_;
    MainWindow& window_;
    QString folder_;
    QThreadPool writer_; // waits for its last picture when this goes
    QTimer timer_;
    Moment moment_{Moment::recommendation};
    std::int64_t incident_id_{0};
    double ready_since_s_{0};
    Others others_;
    std::unique_ptr<WallWindow> wall_;
    std::unique_ptr<ReplayWindow> replay_;
    double replay_until_s_{0};
};

} // namespace ems::console
