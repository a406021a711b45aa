// The desk behind the widgets: takes events of the feed, keeps DeskState, sends requests, gives one tick a second to every
// timer. GUI thread only; the feed may wake it from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "console/model/desk_state.h"
#include "console/model/ecg_feed.h"
#include "console/model/feed.h"
#include "console/model/order_check.h"
#include "console/model/rows.h"
#include "console/model/screen_rulers.h"
#include "console/theme/theme.h"
#include "telemetry/base/clock.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

namespace ems::console {

enum class SymbolLook;

enum class Follow { none, newest };
// under_way: one is sent and not answered; the second would open a second incident.
enum class CallSent { yes, under_way, not_connected };

// An order as the button prints it. This object is what is sent, whatever is selected by then.
struct Order {
    std::int64_t incident_id{0};
    std::int64_t unit_id{0};
    std::int64_t recommendation_id{0};
    std::uint32_t rank{0}; // of the unit in that recommendation; any but 1 needs a reason
};

class Desk : public QObject {
    Q_OBJECT
  public:
    Desk(Feed& feed, const Clock& clock, Theme& theme, QObject* parent = nullptr);
    ~Desk() override;

    void start();
    // Where positions come from while no server answers; null: from nowhere. Must outlive the desk.
    void setBroker(BrokerSource* broker) { broker_ = broker; }
    void setFollow(Follow follow) { follow_ = follow; }
    // Waves and video are asked for only while somebody looks at them.
    void setWatching(bool physician_view_shown); // NOLINT: a state, not a choice of behaviour
    // The user logs off: what is watched and listened to ends at the centre, and last the session itself; left() comes when it has
    // answered that, and at once while it cannot be reached.
    void leave();
    // A person's choice: stops following.
    void selectIncident(std::int64_t id);
    // The next case of the group after the selected one, in the order of the queue, round and round.
    void selectNext(QueueGroup group);
    void selectCandidate(std::uint32_t rank);
    // Of several on one case; selects its case too.
    void selectUnit(std::int64_t unit_id);

    // Requests; false when the server is not connected: nothing is queued to happen later.
    bool recommend();
    // Also false when the case has got a unit or its end since the order was printed.
    bool assign(const Order& order, const QString& override_reason);
    // `key`: of this call. Sent again under it with the same content, it opens no second incident.
    CallSent createCall(api::NewCall call, const std::string& key);
    // One that no case comes of: opened as above and ended with this outcome as soon as the centre shows it. On a link that
    // breaks in between it stays open, for a person.
    CallSent dropCall(api::NewCall call, const std::string& key, const std::string& outcome);
    [[nodiscard]] bool isCallUnderWay() const;
    static std::string newKey();
    bool updateIncident(api::UpdateIncident update);
    // A change that tells this case's number or name has no answer yet.
    [[nodiscard]] bool isTellingIdentity(std::int64_t incident_id) const;
    // The case that a person has open to change here; 0: none. The other desks are told when that becomes another, and anew by
    // whoever connects again.
    void tellEditing(std::int64_t incident_id);
    // Any order of dispatch/contract, sent as it is; why not, when this desk knows that it cannot be given. `echo` is what
    // the answer is reported with.
    std::optional<Refused> order(const api::ClientFrame& frame, const QString& echo);
    // Ways, areas and lists that a person asked for; answered by answered() with this number in
    // reply_to. 0 while not connected.
    std::uint64_t question(const api::ClientFrame& frame);
    // The first unacknowledged one of those whose keys stand on the screen. The other desks are told; while the server is
    // lost it is this desk's own.
    void acknowledgeAlarm(std::span<const std::string> shown);
    // False when it is gone or may not be put away.
    bool shelveAlarm(const std::string& key, std::uint32_t minutes, const QString& reason);
    void takeAlarmBack(const std::string& key);
    // No alarm sounds for two minutes; pressed again, it sounds at once.
    void pauseAudio();
    // Of the pause, whatever becomes of the machine's time of day meanwhile; 0: alarms sound.
    [[nodiscard]] std::int64_t audioPauseLeftUs() const;
    // A person's request that was not sent: shown where the server's refusals are.
    void refuse(const QString& why) { emit requestFailed(why); }

    // The chosen unit for the selected case; nothing where none can be sent: no list, a closed case, a unit on it already.
    [[nodiscard]] std::optional<Order> chosenOrder() const;
    // Rises with each choice of case or unit by a person: what changes without it changed by itself.
    [[nodiscard]] std::uint64_t choices() const { return choices_; }
    [[nodiscard]] const DeskState& state() const { return state_; }
    [[nodiscard]] DeskState& state() { return state_; }
    [[nodiscard]] EcgFeed& ecg() { return ecg_; }
    [[nodiscard]] const EcgFeed& ecg() const { return ecg_; }
    // How long millimetres are on the screens of this user.
    [[nodiscard]] const ScreenRulers& rulers() const { return rulers_; }
    void setRulers(ScreenRulers rulers);
    [[nodiscard]] const Theme& theme() const { return theme_; }
    [[nodiscard]] Theme& theme() { return theme_; }
    [[nodiscard]] std::int64_t localUs() const { return clock_.utc_us(); }
    [[nodiscard]] double monotonicS() const;
    [[nodiscard]] std::int64_t monotonicUs() const;
    // Server time that views show; stands still while the server is lost.
    [[nodiscard]] std::int64_t shownUs() const { return state_.shown_us(localUs()); }
    [[nodiscard]] bool isLive() const { return state_.is_live(); }
    [[nodiscard]] bool takesOrders() const { return state_.takes_orders(localUs()); }
    // What is shown is a replay: alarms of then are outlines, never fills.
    [[nodiscard]] bool isPast() const { return feed_.shows_past(); }
    // Data were once there, or come from the vehicles alone, and no server answers.
    [[nodiscard]] bool isStale() const {
        return (state_.has_data() || state_.direct() != Direct::off) && !state_.is_live();
    }
    // The server is a drill's, or the machine: every window, panel and page that leaves the screen says so.
    [[nodiscard]] bool isDrill() const { return is_drill_ || state_.login().drill(); }
    // Known before any server was heard; the feed takes no other.
    void setDrill() {
        is_drill_ = true;
        emit stateChanged();
    }
    // The position that is shown of a unit is of the past: it came from a server that is lost.
    [[nodiscard]] bool isStale(const api::Unit& unit) const { return isStale() && !state_.heard_directly(unit.id()); }
    // How a unit whose position is so old is drawn, on every view.
    [[nodiscard]] SymbolLook lookOf(const api::Unit& unit, std::int64_t position_age_ms) const;
    [[nodiscard]] const api::Unit* selectedUnit() const { return state_.unit_of(state_.selected_incident()); }
    // Of the clinical views: the unit that has the selected incident's patient.
    [[nodiscard]] const api::Unit* patientUnit() const { return state_.patient_unit_of(state_.selected_incident()); }
    // What the desk asks by itself: answered by answeredBehind(), a refusal too, and shown to nobody. 0 while not connected.
    std::uint64_t askBehind(api::ClientFrame frame);
    // A replay went to another moment: nothing of what was told is known any more, the chosen case stays chosen.
    void startOver();
    // Somebody looks at the patient's view.
    [[nodiscard]] bool isWatching() const { return watching_; }
    // For the line of lineUnit()'s crew.
    [[nodiscard]] std::optional<api::VoiceGrant> voiceGrant() const { return voice_grant_; }
    // A person wants the line of this unit's crew, whoever is watched, until it is left or another is joined. False while not
    // connected.
    bool joinLine(std::int64_t unit_id);
    void leaveLine();
    // As joined by a person; 0: none.
    [[nodiscard]] std::int64_t joinedUnit() const { return joined_unit_; }
    // Whose line this desk wants to be on: the joined one's, else the watched one's while somebody looks; 0: nobody's.
    [[nodiscard]] std::int64_t lineUnit() const;
    // Why the centre gave no grant for it; empty: it did, or has not answered.
    [[nodiscard]] const QString& lineRefusal() const { return line_refusal_; }
    // The unit that a person chose last, if no other case was chosen since; 0: none.
    [[nodiscard]] std::int64_t chosenUnit() const { return chosen_unit_; }
    [[nodiscard]] std::optional<std::int64_t> roundTripUs() const { return feed_.round_trip_us(); }
    [[nodiscard]] std::vector<client::ConnectTrial> trials() const { return feed_.trials(); }

  signals:
    void stateChanged();
    void selectionChanged();
    void ticked();
    void wavesArrived();
    void rulersChanged();
    void left();
    // A crew has just sent its ECG: state() says which.
    void ecgSent(qint64 unit_id);
    void answeredBehind(const ems::api::ServerFrame& frame);
    // Another unit or case is watched, or somebody began or ceased to look.
    void watchChanged();
    // Given, renewed, or taken back because another unit is watched: voiceGrant() says which.
    void voiceGrantChanged();
    void requestFailed(QString text);
    void callCreated(qint64 incident_id, QString number);
    void callDropped(QString number);
    void callRefused();    // for what it says; requestFailed says why
    void callUnanswered(); // whether it was opened is not known
    // A change of a case was refused for what it says, or has no answer: whether it was stored is not known then.
    void updateRefused(qint64 incident_id);
    void updateUnanswered(qint64 incident_id);
    void updateTaken(const ems::api::UpdateIncident& change);
    void assigned(qint64 assignment_id);
    // An order as it was echoed: the centre has stored it, or will not have it.
    void orderDone(QString echo);
    void orderRefused(QString echo, QString why);
    void answered(const ems::api::ServerFrame& frame);

  private:
    enum class Asked { none, recommend, assign, call, dropped_call, end_dropped, update, watch, behind, voice, subscribe, order, question, shelve, log_off };
    void drain();
    void tick();
    void takeFrame(const api::ServerFrame& frame);
    void takeError(const api::ErrorReply& error, Asked asked, const QString& echo);
    void settleUpdate(const api::ServerFrame& answer);
    CallSent sendCall(api::NewCall call, const std::string& key, Asked asked);
    void takeCallOpened(const api::NewCallOk& opened, Asked asked);
    void endDropped();
    [[nodiscard]] bool needsUnit(std::int64_t incident_id) const;
    void applySelection(std::int64_t id);
    void follow();
    void noteChoice();
    void keepWatch();
    void keepBroker();
    void keepVoice();
    void takeVoiceGrant(const api::VoiceGrant& grant);
    void refuseVoice(const QString& why);
    void stopVoice(std::int64_t unit);
    void leaveVoice();
    void sayLeft();
    std::uint64_t ask(api::ClientFrame frame, Asked asked);
    void tellMark(std::optional<api::MarkAlarm> mark, Asked asked, const std::string& key);
    void sendEditing();

    static constexpr std::int64_t kLongAgoUs = -3'600'000'000; // monotonic: the machine may have just started
    static constexpr std::size_t kDrainMax = 512;
    static constexpr std::size_t kAskedMax = 512; // the link holds fewer and answers each

    Feed& feed_;
    const Clock& clock_;
    Theme& theme_;
    DeskState state_;
    EcgFeed ecg_;
    ScreenRulers rulers_;
    QTimer tick_;
    QTimer pulse_;
    QElapsedTimer since_pulse_;
    Follow follow_{Follow::none};
    std::uint64_t choices_{0};
    bool watching_{false};
    std::int64_t watched_unit_{0};
    std::int64_t watched_incident_{0};
    std::int64_t watch_sent_us_{kLongAgoUs};  // monotonic
    std::int64_t voice_asked_us_{kLongAgoUs}; // monotonic
    std::optional<api::VoiceGrant> voice_grant_;
    std::int64_t joined_unit_{0};
    std::int64_t chosen_unit_{0};
    QString line_refusal_;
    std::map<std::uint64_t, Asked> asked_;
    std::map<std::uint64_t, QString> echoes_; // of orders not answered yet
    std::map<std::uint64_t, api::UpdateIncident> updates_; // not answered yet
    std::map<std::uint64_t, std::string> shelved_; // key of the alarm that a request not answered yet puts away
    std::int64_t edited_{0};      // open to change here; 0: none
    std::int64_t edited_told_{0}; // as the server knows it
    std::string drop_outcome_; // of the dropped call under way
    std::map<std::int64_t, std::string> dropped_; // opened and not ended yet: its outcome
    std::int64_t audio_paused_until_us_{0}; // monotonic
    bool drain_queued_{false};
    BrokerSource* broker_{nullptr};
    bool broker_open_{false};
    bool is_drill_{false};
    bool leaving_{false};
    bool logged_off_{false}; // at the centre, as far as it will be
    bool has_left_{false};   // left() was said
    bool chosen_since_call_{false}; // a person chose after the last call was sent
    std::int64_t started_us_{0}; // by this machine's clock
};

} // namespace ems::console
