// The service's life with its database: grants obeyed, rows written, presence said.
#include "telemetry/media/service.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "telemetry/base/log.h"
#include "telemetry/link/backoff.h"

namespace ems::media {
namespace {

using boost::asio::awaitable;
using boost::asio::use_awaitable;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr link::BackoffLimits kReconnect{milliseconds{200}, milliseconds{2000}};
constexpr milliseconds kNotificationWait{200};
constexpr milliseconds kRowsPause{200};
constexpr seconds kAnnounceInterval{5};
constexpr seconds kGrantsInterval{
    2}; // a notification lost with its connection costs no more than this
constexpr seconds kRegistryInterval{30};
constexpr seconds kPruneInterval{3600};
constexpr seconds kKeepInterval{5};
constexpr std::size_t kRowsPerTurn = 32;
constexpr seconds kRestsInterval{60};

} // namespace

// On a connection of their own: who may see nothing more loses it within a second, however long the
// rows and the keeper of a busy centre take.
awaitable<void> Service::grants_loop() {
    for (link::Backoff backoff{kReconnect, std::random_device{}()};;) {
        const auto opened = co_await grants_db_.open();
        if (opened) {
            EMS_LOG(info, "mediad", "database reached host={}", grants_db_.host());
            backoff.reset();
            const auto ended = co_await serve_grants();
            EMS_LOG(warn, "mediad", "database away reason=\"{}\"", ended.error().message());
        }
        grants_db_.close();
        grants_pause_.expires_after(backoff.next());
        boost::system::error_code ignored;
        co_await grants_pause_.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
    }
}

awaitable<void> Service::rows_loop() {
    for (link::Backoff backoff{kReconnect, std::random_device{}()};;) {
        const auto opened = co_await rows_db_.open();
        if (opened) {
            backoff.reset();
            const auto ended = co_await serve_rows();
            EMS_LOG(warn, "mediad", "rows are not written reason=\"{}\"", ended.error().message());
        }
        rows_db_.close();
        rows_pause_.expires_after(backoff.next());
        boost::system::error_code ignored;
        co_await rows_pause_.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
    }
}

// Returns only with an error: the connection is then made anew.
awaitable<Result<void>> Service::serve_grants() {
    auto done = co_await grants_db_.listen("ems_media");
    announced_at_ = grants_at_ = registry_at_ = terminals_at_ = Ticks{};
    while (done) {
        const Ticks now = clock_.ticks();
        if (now - announced_at_ >= kAnnounceInterval) {
            announced_at_ = now;
            const ServerPlace at = place();
            done = co_await grants_store_.announce(at);
        }
        if (done && now - grants_at_ >= kGrantsInterval) {
            grants_at_ = now;
            done = co_await load_grants();
            if (done) {
                done = co_await voice_.load_grants();
            }
        }
        if (done && now - registry_at_ >= kRegistryInterval) {
            registry_at_ = now;
            auto vids = co_await grants_store_.vehicles(options_.region.str());
            if (vids) {
                registered_ = {vids->begin(), vids->end()};
                plan_.keep_only(registered_);
            } else {
                done = Failure{vids.error()};
            }
        }
        if (done) {
            done = co_await look_after_terminals();
        }
        if (!done) {
            break;
        }
        grants_answered_ = clock_.ticks();
        const auto heard = co_await grants_db_.notification(kNotificationWait);
        if (heard) {
            grants_at_ = terminals_at_ = Ticks{};
        } else if (heard.error().code != Code::timeout) {
            done = Failure{heard.error()};
        }
    }
    co_return done;
}

awaitable<Result<void>> Service::close_leftovers() {
    const ServerPlace at = place(); // rows name the server, which may be new
    auto done = co_await store_.announce(at);
    if (done) {
        done = co_await store_.close_leftovers();
    }
    if (done) {
        done = co_await voice_.close_leftovers();
    }
    leftovers_closed_ = done.has_value();
    co_return done;
}

awaitable<Result<void>> Service::prune() {
    if (backfill_) {
        co_await backfill_->forget_stale();
    }
    auto done = co_await store_.prune_sessions();
    if (done) {
        done = co_await store_.prune_grants();
    }
    if (done) {
        done = co_await store_.prune_gaps(options_.record_limits.days,
                                          options_.record_limits.incident_days);
    }
    co_return done;
}

// Likewise.
awaitable<Result<void>> Service::serve_rows() {
    Result<void> done{};
    if (!leftovers_closed_) {
        done = co_await close_leftovers();
    }
    while (done) {
        const Ticks now = clock_.ticks();
        if (!pruned_at_ || now - *pruned_at_ >= kPruneInterval) {
            pruned_at_ = now;
            done = co_await prune();
        }
        if (done && !options_.record_dir.empty() &&
            (!kept_at_ || now - *kept_at_ >= kKeepInterval)) {
            kept_at_ = now;
            done = co_await keeper_.run();
        }
        if (done) {
            done = co_await save_pending();
        }
        if (done) {
            done = co_await save_rests();
        }
        if (done) {
            done = co_await lost_.step();
        }
        if (done) {
            done = co_await voice_.save_pending();
        }
        if (!done) {
            break;
        }
        rows_answered_ = clock_.ticks();
        rows_pause_.expires_after(kRowsPause);
        boost::system::error_code ignored;
        co_await rows_pause_.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
    }
    co_return done;
}

awaitable<Result<void>> Service::load_grants() {
    auto rows = co_await grants_store_.live_grants();
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    std::set<std::string> live;
    for (const GrantRow& row : *rows) {
        live.insert(row.right.grant.grant_id);
    }
    grants_.live(live);
    for (GrantRow& row : *rows) {
        if (grants_.is_new(row.right.grant.grant_id)) {
            const auto opened = co_await open_grant(std::move(row));
            if (!opened) {
                co_return opened;
            }
        }
    }
    co_return Result<void>{};
}

awaitable<Result<void>> Service::open_grant(GrantRow row) {
    const std::string id = row.right.grant.grant_id;
    // Looked at again with every turn, and before a generation is used up.
    if (!hub_.has_place(row.right.camera)) {
        grants_.wait(id, row.right.camera.vid);
        co_return Result<void>{};
    }
    Result<void> usable = video::open_grant(row.right.grant, row.sealed, key_);
    if (usable) {
        const auto generation = co_await grants_.take_over(id);
        if (!generation) {
            co_return Failure{generation.error()};
        }
        row.right.generation = generation->value_or(0);
        usable = *generation ? hub_.open_viewer(row.right)
                             : fail(Code::refused, "over, or taken over too often");
    }
    grants_.settle(id, row.right.camera.vid, usable);
    co_return Result<void>{};
}

awaitable<Result<void>> Service::look_after_terminals() {
    const Ticks now = clock_.ticks();
    const bool changed = terminals_.take_changed();
    if (!terminals_.enabled() || (!changed && now - terminals_at_ < kGrantsInterval)) {
        co_return Result<void>{};
    }
    terminals_at_ = now;
    const auto incidents = options_.record_dir.empty() ? TerminalStore::Incidents::do_not_count
                                                       : TerminalStore::Incidents::count;
    std::vector<std::string> heard = voice_.hub().cabins_wanted();
    auto channels =
        co_await terminal_store_.channels(options_.region.str(), incidents, std::move(heard));
    if (!channels) {
        co_return Failure{std::move(channels).error()};
    }
    terminals_.apply(*channels);
    auto done = co_await terminal_store_.offer(terminals_.present());
    if (done) {
        done = co_await terminal_store_.want(terminals_.wants(), options_.terminals_host,
                                             terminals_.port());
    }
    co_return done;
}

awaitable<Result<void>> Service::save_pending() {
    std::size_t count = 0;
    while (!pending_sessions_.empty()) {
        const SessionRow row = pending_sessions_.front();
        const auto saved = co_await store_.save_session(row);
        if (!saved && worth_repeating(saved.error())) {
            co_return saved;
        }
        if (!saved) {
            ++rows_dropped_;
            EMS_LOG(warn, "mediad", "session row refused: {}", saved.error().message());
        }
        pending_sessions_.erase(pending_sessions_.begin());
    }
    while (!pending_segments_.empty() && count++ < kRowsPerTurn) {
        const auto [path, entry] = *pending_segments_.begin();
        const auto saved = co_await store_.save_segment(entry.camera, entry.segment, entry.rested_us);
        if (!saved && worth_repeating(saved.error())) {
            co_return Failure{saved.error()};
        }
        if (!saved) {
            ++rows_dropped_;
            EMS_LOG(warn, "mediad", "segment row refused: {}", saved.error().message());
        } else if (*saved == Serves::another) {
            recorders_.cut(entry.camera, path);
        }
        // Newer figures may have come while the statement ran.
        const auto present = pending_segments_.find(path);
        if (present != pending_segments_.end() &&
            present->second.segment.last_us == entry.segment.last_us &&
            present->second.segment.closed == entry.segment.closed) {
            pending_segments_.erase(present);
        }
    }
    co_return Result<void>{};
}

awaitable<Result<void>> Service::save_rests() {
    const auto waits = [this](const CameraKey& camera) {
        return std::any_of(pending_segments_.begin(), pending_segments_.end(),
                           [&](const auto& row) { return row.second.camera == camera; });
    };
    for (std::size_t count = 0; count < kRowsPerTurn; ++count) {
        const RestRecord::Word* const next = rests_.next(waits);
        if (next == nullptr) {
            break;
        }
        const RestRecord::Word word = *next;
        const auto saved = co_await store_.save_rest(word);
        if (!saved && worth_repeating(saved.error())) {
            co_return saved;
        }
        if (!saved) {
            ++rows_dropped_;
            EMS_LOG(warn, "mediad", "rest refused: {}", saved.error().message());
        }
        rests_.written(word);
    }
    const Ticks now = clock_.ticks();
    if (rests_saved_at_ && now - *rests_saved_at_ < kRestsInterval) {
        co_return Result<void>{};
    }
    rests_saved_at_ = now;
    const std::vector<RestRecord::Until> moved = rests_.take_moved();
    if (moved.empty()) {
        co_return Result<void>{};
    }
    auto saved = co_await store_.save_rests(moved);
    if (!saved) {
        rests_.put_back(moved);
    }
    co_return saved;
}

} // namespace ems::media
