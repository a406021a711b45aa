// The desk behind the widgets: takes events of the feed, keeps DeskState, sends requests, gives one tick a second to every
// timer. GUI thread only; the feed may wake it from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "console/model/desk_state.h"
#include "console/model/ecg_feed.h"
#include "console/model/feed.h"
#include "console/theme/theme.h"
#include "telemetry/base/clock.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

namespace ems::console {

enum class Follow { none, newest };

class Desk : public QObject {
    Q_OBJECT
  public:
    Desk(Feed& feed, const Clock& clock, Theme& theme, QObject* parent = nullptr);
    ~Desk() override;

    void start();
    void setFollow(Follow follow) { follow_ = follow; }
    // Waves and video are asked for only while somebody looks at them.
    void setWatching(bool physician_view_shown); // NOLINT: a state, not a choice of behaviour
    // A person's choice: stops following.
    void selectIncident(std::int64_t id);
    void selectNextWaiting();
    void selectCandidate(std::uint32_t rank);

    // Requests; false when the server is not connected: nothing is queued to happen later.
    bool recommend();
    bool assign(const QString& override_reason);
    bool createCall(api::NewCall call);
    bool updateIncident(api::UpdateIncident update);
    void acknowledgeAlarm();

    [[nodiscard]] const DeskState& state() const { return state_; }
    [[nodiscard]] DeskState& state() { return state_; }
    [[nodiscard]] EcgFeed& ecg() { return ecg_; }
    [[nodiscard]] const EcgFeed& ecg() const { return ecg_; }
    [[nodiscard]] const Theme& theme() const { return theme_; }
    [[nodiscard]] Theme& theme() { return theme_; }
    [[nodiscard]] std::int64_t localUs() const { return clock_.utc_us(); }
    [[nodiscard]] double monotonicS() const;
    // Server time that views show; stands still while the server is lost.
    [[nodiscard]] std::int64_t shownUs() const { return state_.shown_us(localUs()); }
    [[nodiscard]] bool isLive() const { return state_.is_live(); }
    [[nodiscard]] bool takesOrders() const { return state_.takes_orders(localUs()); }
    // Data were once there and the link is lost now.
    [[nodiscard]] bool isStale() const { return state_.has_data() && !state_.is_live(); }
    [[nodiscard]] const api::Unit* selectedUnit() const { return state_.unit_of(state_.selected_incident()); }
    [[nodiscard]] std::optional<api::VideoGrant> videoGrant() const { return grant_; }
    [[nodiscard]] std::optional<std::int64_t> roundTripUs() const { return feed_.round_trip_us(); }

  signals:
    void stateChanged();
    void selectionChanged();
    void ticked();
    void wavesArrived();
    void videoGranted();
    void requestFailed(QString text);
    void callCreated(qint64 incident_id, QString number);
    void assigned(qint64 assignment_id);

  private:
    enum class Asked { none, recommend, assign, call, update, watch, video, subscribe };
    void drain();
    void tick();
    void takeFrame(const api::ServerFrame& frame);
    void takeError(const api::ErrorReply& error, Asked asked);
    void applySelection(std::int64_t id);
    void follow();
    void keepWatch();
    std::uint64_t ask(api::ClientFrame frame, Asked asked);

    static constexpr std::size_t kDrainMax = 512;
    static constexpr std::size_t kAskedMax = 256;

    Feed& feed_;
    const Clock& clock_;
    Theme& theme_;
    DeskState state_;
    EcgFeed ecg_;
    QTimer tick_;
    QTimer pulse_;
    QElapsedTimer since_pulse_;
    Follow follow_{Follow::none};
    bool watching_{false};
    std::int64_t watched_unit_{0};
    std::int64_t watch_sent_us_{0};
    std::int64_t video_asked_us_{0};
    std::optional<api::VideoGrant> grant_;
    std::map<std::uint64_t, Asked> asked_;
    bool drain_queued_{false};
};

} // namespace ems::console
