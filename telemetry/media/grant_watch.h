// Which grants of the database this process obeys. Viewers' and consoles' grants have tables of
// their own and one life: read again every two seconds, opened once with a generation that is counted
// up in the row, closed when they are live no longer. One that cannot be used is not tried again:
// each try would use up a generation. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"

namespace ems::media {

class GrantWatch {
  public:
    template <class T> using Async = boost::asio::awaitable<Result<T>>;
    struct Deeds {
        std::function<void(const std::string& id)> close;
        std::function<bool(const std::string& id)> is_open;
    };

    // `table`: "media.viewer_grant" or "media.voice_grant".
    GrantWatch(pg::Connection& db, std::string_view table, Deeds deeds);

    // The ids that are live now: closes what is open and not among them. What lost its place to others
    // is refused from then on, or two grants would take it from each other in turn.
    void live(const std::set<std::string>& ids);
    // Neither open nor refused before; may wait.
    [[nodiscard]] bool is_new(const std::string& id) const;
    // The generation this process sends with; nullopt when the grant is over or has been taken over
    // too often. Errors: of telemetry/pg.
    Async<std::optional<std::uint32_t>> take_over(std::string id);
    // There is no place for a new one yet; told to the log once.
    void wait(const std::string& id, const std::string& vid);
    // What became of a new one; told to the log.
    void settle(const std::string& id, const std::string& vid, const Result<void>& opened);

    static constexpr std::size_t kRefusedMax = 4'096;

  private:
    pg::Connection& db_;
    const std::string table_;
    const Deeds deeds_;
    std::set<std::string> open_;
    std::set<std::string> refused_;
    std::set<std::string> waiting_;

    void refuse(const std::string& id, std::string_view reason);
};

// A statement the database will refuse again is dropped; one that met its absence is kept.
bool worth_repeating(const Error& error);

} // namespace ems::media
