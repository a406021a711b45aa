// Who has seen which alarm and who has put it away, and of which patient the alarms of a parameter
// are off, as every desk is told it: read anew with every
// term, each mark stored before it counts. A mark is about screens and their sound: nothing of it
// goes to a vehicle, whose own alarm only its crew can silence. One thread, the loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "dispatch/contract/api.pb.h"
#include "dispatch/service/async_lock.h"
#include "dispatch/store/alarm_marks.h"
#include "telemetry/pg/pool.h"

namespace ems::dispatch {

inline constexpr std::size_t kAlarmMarksMax = 4096;

// What a desk may ask for, read and checked. Errors: choice_unknown, also for a high alarm of a
// patient that is to be put away or switched off; reason_needed, text_too_long.
Result<AlarmMarkRow> alarm_mark_of(const api::MarkAlarm& in);

class AlarmDesk {
  public:
    AlarmDesk(boost::asio::io_context& io, pg::Pool& pool, std::string region);
    // With the alarms whose marks are new.
    using Changed = std::function<void(const std::vector<api::AlarmMark>&)>;
    // The second: a mark is stored or not. Whoever leads next reads behind it.
    void set_hooks(Changed changed, std::function<void()> outcome_unknown);

    // Runs until stop().
    boost::asio::awaitable<void> run();
    void stop();
    // The lead was taken: what is held here may be past.
    void begin_term();

    [[nodiscard]] std::vector<api::AlarmMark> marks() const;

    // Stores it with the request's key and audit; when this returns, the desks are told. Errors:
    // those of add_alarm_mark, not_leader for term_stale.
    Task<void> add(std::uint64_t term, WriteSet request, AlarmMarkRow row);

  private:
    using Key = std::tuple<AlarmAbout, std::int64_t, std::string>;
    boost::asio::awaitable<Result<void>> load();
    const api::AlarmMark& take(const AlarmMarkRow& row);
    void tell(const std::vector<api::AlarmMark>& marks) const;

    pg::Pool& pool_;
    std::string region_;
    Changed changed_;
    std::function<void()> outcome_unknown_;
    AsyncLock lock_; // one mark, or one reading, at a time
    boost::asio::steady_timer timer_;
    std::map<Key, api::AlarmMark> marks_;
    bool wanted_{false}; // to be read anew
    bool stopping_{false};
};

} // namespace ems::dispatch
