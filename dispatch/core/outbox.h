// When what is sent to which vehicle, and when a desk is told that it does not arrive. The broker may lose anything; a
// command stays open until the vehicle's acknowledgement came through the inbox, or it expired. Pure: everything is
// derived from rows, so that a server that takes over goes on where another stopped.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/core/world.h"
#include "telemetry/base/clock.h"

namespace ems::dispatch {

inline constexpr std::int64_t kOrderLifeUs = 600LL * 1'000'000;   // an order is not worth executing later
// A crew that drives to a cancelled task must be told however late.
inline constexpr std::int64_t kCancelLifeUs = 24LL * 3600 * 1'000'000;
inline constexpr std::chrono::seconds kResendAfter{1};
inline constexpr std::int64_t kNotReachedUs = 5'000'000;
inline constexpr std::int64_t kUnansweredUs = 5'000'000;
inline constexpr std::int64_t kTellByVoiceUs = 10'000'000;   // a telephone call takes longer than a command
inline constexpr std::int64_t kSilentUs = 30'000'000;

// Not yet on its vehicle, and not given up.
bool open(const CommandRow& row);

// To each vehicle only its first open command by unit_seq, until the vehicle holds it or it has expired: commands are
// executed in order or not at all.
class OutboxSchedule {
  public:
    struct Due {
        std::vector<std::string> send;      // ids, by vehicle
        std::vector<std::string> expired;   // to be recorded as expired
    };
    // `withheld` are not sent (Seat::withheld), nor what waits behind them.
    Due due(const World& world, const std::set<std::string>& withheld, Ticks now, std::int64_t now_us);
    // It went out; due again after kResendAfter.
    void sent(const std::string& id, Ticks now) { last_sent_[id] = now; }
    // The vehicle said live that it holds the command: the next one may follow before the inbox, which alone moves states and
    // stamps, has it. Of no command that is open, or of another vehicle's: nothing.
    void held(const World& world, const std::string& vid, const std::string& id);
    // The vehicle has just connected: its commands are due whatever their time, and whatever it said before.
    void hurry(const World& world, const std::string& vid);

  private:
    std::map<std::string, Ticks> last_sent_;   // by command id; forgets what heads no queue
    std::set<std::string> held_;               // ids of open commands
};

// "crew_not_reached": a command of any kind is not on the vehicle after 5 s, or expired before it was. Of an assignment
// that has ended only its cancellation counts. "tell_by_voice": of a unit without a vehicle nobody has entered after 10 s that
// its crew was told. "crew_unanswered": the vehicle holds the order and nobody pressed after 5 s, which says no more than that
// nobody has yet. "crew_silent": no answer to the order after 30 s, be it by a button or entered by a dispatcher.
std::map<AssignmentId, std::string> crew_alarms(const World& world, std::int64_t now_us);

// "crew_not_reached" of a posting that has been ordered for 5 s and is not on its vehicle. It stands until it is, or the
// posting ends; a unit told by voice has none.
std::map<PostingId, std::string> posting_alarms(const World& world, std::int64_t now_us);
// Of one whose crew will not go: it has ended, and nobody covers the place. The desks are told until its unit has something else
// to do, at most so long: to be read beside a call; the hole in the coverage itself is on the map.
inline constexpr std::string_view kPostingRefused{"posting_refused"};
inline constexpr std::int64_t kRefusedPostingUs = 10LL * 60 * 1'000'000;
std::map<PostingId, PostingRow> told_refusals(const World& world, std::int64_t now_us);

// The crew has not accepted 30 s after it was ordered, be it that it does not answer or that its vehicle is not reached:
// another should go, whatever the alarm's name. A unit that is told by voice has accepted when somebody enters so: of all units
// it is the one that nothing but a person reminds of.
bool unanswered(const AssignmentRow& assignment, std::int64_t now_us);

} // namespace ems::dispatch
