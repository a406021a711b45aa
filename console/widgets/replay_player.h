// Plays a past case: one ReplayClock, and a desk of its own on a feed that sends nothing. The views of the present, made on
// desk(), show the moment of the clock; what they ask for is refused by their own desk. While waves of the moment are still on
// their way the clock waits for them. GUI thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "console/model/replay_clock.h"
#include "console/model/replay_feed.h"
#include "console/widgets/desk.h"
#include "console/widgets/replay_loader.h"

#include <QObject>
#include <QTimer>

namespace ems::console {

class ReplayPlayer : public QObject {
    Q_OBJECT
  public:
    // `clock` is the machine's; `loader` is ready and outlives the player.
    ReplayPlayer(ReplayLoader& loader, const Desk& live, const Clock& clock, Theme& theme, QObject* parent = nullptr);
    ~ReplayPlayer() override;

    // The desk of the past.
    [[nodiscard]] Desk& desk() { return *desk_; }
    [[nodiscard]] const ReplayCase& past() const { return past_; }
    [[nodiscard]] ReplayLoader& loader() { return loader_; }
    [[nodiscard]] std::int64_t atUs() const { return clock_.at(machine_.ticks()); }
    [[nodiscard]] bool isPlaying() const { return wanted_; }
    [[nodiscard]] bool isWaiting() const { return wanted_ && !clock_.is_playing() && !clock_.has_ended(machine_.ticks()); }
    [[nodiscard]] ReplaySpeed speed() const { return clock_.speed(); }
    // Rises with each jump to another moment: what a view has shown is void.
    [[nodiscard]] std::uint64_t jumps() const { return clock_.jumps(); }
    void toggle();
    void seek(std::int64_t us);
    void setSpeed(ReplaySpeed speed);
    // The entry before or after this moment; stays where there is none.
    void seekEntry(int direction);
    // Brings every view to the clock's moment; by the player's own timer, and by tests.
    void step();

  signals:
    // The moment, the speed or the state has changed.
    void moved();

  private:
    class Moment; // the clock of the desk

    ReplayLoader& loader_;
    const ReplayCase& past_;
    const Clock& machine_;
    ReplayClock clock_;
    ReplayFeed feed_;
    std::unique_ptr<Moment> moment_;
    std::unique_ptr<Desk> desk_;
    QTimer timer_;
    bool wanted_{false}; // a person wants it to run
    std::optional<std::uint64_t> shown_jumps_;
    bool lacks_waves_{false}; // of the moment last jumped to
};

} // namespace ems::console
