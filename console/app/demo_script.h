// Follows one emergency without a person and writes pictures at its moments, for demonstrations and reports:
// 01-queue-recommendation (before a unit is sent), 02-on-the-way, 03-monitoring, 04-handover. An incident of more urgency,
// or a newer one of the same, starts it again and takes away the pictures of the one before.
#pragma once

#include <QString>
#include <QThreadPool>
#include <QTimer>

#include "console/window/main_window.h"

namespace ems::console {

class DemoScript : public QObject {
    Q_OBJECT
  public:
    DemoScript(Desk& desk, MainWindow& window, QString folder, QObject* parent = nullptr);

  signals:
    // The last picture of an emergency was taken.
    void finished();

  private:
    enum class Moment { recommendation, on_the_way, monitoring, handover, done };
    void step();
    void begin(std::int64_t incident);
    void passOver();
    void shoot(const QString& name);
    void shootMoment();
    [[nodiscard]] bool isReady();
    [[nodiscard]] bool startsAgain(const api::Incident& incident) const;
    [[nodiscard]] bool isRecommended() const;
    [[nodiscard]] bool isOnTheWay() const;
    [[nodiscard]] bool isMonitored() const;
    [[nodiscard]] double patientMinutes() const;

    Desk& desk_;
    MainWindow& window_;
    QString folder_;
    QThreadPool writer_; // waits for its last picture when this goes
    QTimer timer_;
    Moment moment_{Moment::recommendation};
    std::int64_t incident_id_{0};
    double ready_since_s_{0};
};

} // namespace ems::console
