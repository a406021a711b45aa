// Fills the trends of the patient shown out of the centre's record: what was measured before this desk listened, and what a
// vehicle kept in a dead zone and sent later. Asked when a patient is shown and after each reconnect, again after 15 s and then
// each minute while something is missing. What cannot be had is said in note(). GUI thread only.
#pragma once

#include <cstdint>

#include "console/widgets/desk.h"

#include <QObject>
#include <QString>

namespace ems::console {

class PastVitals : public QObject {
    Q_OBJECT
  public:
    explicit PastVitals(Desk& desk, QObject* parent = nullptr);
    // Empty: the trends hold what there is.
    [[nodiscard]] const QString& note() const { return note_; }

  signals:
    // The trends, or what there is to say of them.
    void changed();

  private:
    void keep();
    void forget();
    void ask();
    void answer(const api::ServerFrame& frame);
    void say(const QString& note);

    Desk& desk_;
    std::int64_t unit_id_{0};
    std::int64_t incident_id_{0};
    std::uint64_t asked_{0};
    double next_s_{0}; // monotonic
    int answers_{0};
    bool is_refused_{false};
    QString note_;
};

} // namespace ems::console
