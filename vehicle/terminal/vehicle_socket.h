// The terminal's line to its `ems-vehicled`: connects by itself and again after a loss, keeps what
// the crew pressed until the vehicle has stored it, and knows how old the vehicle's word is. GUI
// thread only; needs an event loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/base/clock.h"
#include "vehicle/contract/crew.pb.h"
#include "vehicle/terminal/next_step.h"
#include "vehicle/terminal/press_box.h"

#include <QByteArray>
#include <QLocalSocket>
#include <QObject>
#include <QString>
#include <QTimer>

namespace ems::terminal {

// Silence after which the screen says that the vehicle's computer is away: three polls.
inline constexpr std::int64_t kSilentMs = 3'000;

class VehicleSocket : public QObject {
    Q_OBJECT
  public:
    // `path` is the Unix socket of ems-vehicled. `box_path` is where presses wait ("": nowhere,
    // they are lost with this program), `boot` machine_boot(). `clock` outlives this.
    VehicleSocket(const Clock& clock, QString path, QString box_path, std::string boot,
                  QObject* parent = nullptr);

    void start();

    [[nodiscard]] const vehicle::Status& status() const { return status_; }
    // As the crew pressed it, stored or not: an order that was refused here is none any more.
    [[nodiscard]] vehicle::Status pressedStatus() const;
    [[nodiscard]] bool everHeard() const { return heard_ms_ >= 0; }
    [[nodiscard]] std::int64_t silentMs() const;
    // By the clock on the wall.
    [[nodiscard]] std::int64_t utcUs() const { return clock_.utc_us(); }
    [[nodiscard]] bool isSilent() const { return !everHeard() || silentMs() > kSilentMs; }

    // `fence_us`: the time that the button showed with the step, by the vehicle's clock; 0: none.
    // `reason` goes to the centre with it; may be empty.
    void press(Step step, std::int64_t fence_us, const QString& reason);
    // Of the open order since the centre issued it, as it grows; nothing where nobody said.
    [[nodiscard]] std::optional<std::int64_t> orderAgeMs() const;
    // Of the order that waits, else of the posting that does.
    void answerOrder(bool accept, const QString& reason);
    // What was found of the patient; kept like a press.
    void report(const wire::PatientFindings& findings);
    // The physician is to look at the last seconds of the ECG; kept like a press.
    void sendEcg();
    // One was sent that the vehicle has not stored yet.
    [[nodiscard]] bool ecgWaits() const { return box_.holds_ecg(); }
    // As of a call for the physician, or its end.
    [[nodiscard]] bool callWaits() const { return box_.physician_call() != nullptr; }
    // When the crew pressed the one of Status.ecg_sent, by the clock on the wall.
    [[nodiscard]] std::int64_t ecgSentUs() const;
    void answerAlarm(const std::string& code, vehicle::AnswerAlarm::Action action);
    void setPatientGroup(vehicle::PatientGroup group);
    // The crew has read what the centre changed while the link was away.
    void seenChanges();
    void undo();
    // Calls the physician, or ends the call that stands; kept like a press.
    void callPhysician();
    // Not kept while the vehicle's computer is away: an old call or word is worth nothing.
    void callDispatcher(bool cancel);
    void talk(vehicle::TalkKey::Key key);
    void endOpenLine();
    // Whether the vehicle is to send the trace of its ECG: traced(). Asked for with each poll.
    enum class Trace { none, wanted };
    void wantTrace(Trace trace);

    [[nodiscard]] std::int64_t undoLeftMs() const { return box_.undo_left_ms(nowMs()); }
    [[nodiscard]] std::size_t waiting() const { return box_.size(); }
    // What waits outlives this program; false: it could not be written, which is tried again each second.
    [[nodiscard]] bool keepsPresses() const { return keeps_; }

  signals:
    void changed();
    // The intercom's levels alone, some times a second.
    void levelsChanged();
    // The vehicle will not take it: a sentence in English of its own, and which step it was about.
    void refused(const QString& reason);
    // What was just pressed waits in memory alone.
    void unkept();
    // A piece of the trace that was asked for, as it came.
    void traced(const ems::wire::WaveBatch& batch);

  private:
    [[nodiscard]] std::int64_t nowMs() const;
    [[nodiscard]] MachineTime machineTime() const;
    void connectNow();
    void lost();
    void readAll();
    void take(const vehicle::CrewUpdate& update);
    void keepRequest(vehicle::CrewRequest request);
    void put(vehicle::CrewRequest request);
    void poll(std::int64_t now);
    void send(const vehicle::CrewRequest& request);
    void tick();
    void show(std::int64_t now);
    void keep();
    [[nodiscard]] bool write() const;

    const Clock& clock_;
    const QString path_;
    const QString box_path_;
    const std::string boot_;
    QLocalSocket socket_;
    QTimer timer_;
    QByteArray in_;
    vehicle::Status status_;
    wire::UnitState state_before_order_{wire::UNIT_AVAILABLE}; // as far as this program has seen it
    PressBox box_;
    std::uint64_t request_{0};
    std::uint64_t offered_request_{0};
    std::string offered_event_;
    std::int64_t offered_ms_{0};
    std::int64_t heard_ms_{-1};
    std::int64_t connect_ms_{0};
    std::int64_t polled_ms_{0};
    std::int64_t shown_ms_{0};
    std::int64_t written_ms_{0}; // or tried to
    bool keeps_{true};
    bool undo_shown_{false};
    Trace trace_{Trace::none};
};

} // namespace ems::terminal
