#include "dispatch/service/move_up_desk.h"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr std::chrono::milliseconds kRest{1000};
constexpr std::chrono::seconds kPatience{60};
constexpr std::int64_t kDayUs = 24LL * 3600 * 1'000'000;

std::int64_t us(std::chrono::minutes length) {
    return std::chrono::microseconds{length}.count();
}

bool waits(const MoveUpFleet& fleet, StationId station, UnitId unit) {
    return std::any_of(fleet.units.begin(), fleet.units.end(), [&](const MoveUpUnit& u) {
        return u.unit == unit && u.waits_at == station;
    });
}

// Of another fleet than the one it was found in: its unit may still go there, and nobody who was not
// counted there is there or on its way.
bool fits(const MoveUpFleet& before, const MoveUpFleet& now, const Move& move) {
    const auto unit = std::find_if(now.units.begin(), now.units.end(),
                                   [&](const MoveUpUnit& u) { return u.unit == move.unit; });
    if (unit == now.units.end() || unit->waits_at == move.station ||
        unit->moves_today >= now.limits.moves_max ||
        std::find(unit->not_to.begin(), unit->not_to.end(), move.station) != unit->not_to.end()) {
        return false;
    }
    return std::none_of(now.units.begin(), now.units.end(), [&](const MoveUpUnit& u) {
        return u.waits_at == move.station && !waits(before, move.station, u.unit);
    });
}

bool is_silenced(std::int64_t since_us, std::int64_t now_us) {
    return now_us - since_us < us(kDeclineHolds);
}

} // namespace

MoveUpDesk::MoveUpDesk(boost::asio::io_context& io, Context context, Fleet fleet)
    : c_(std::move(context)), fleet_(std::move(fleet)), lock_(io.get_executor()), timer_(io) {}

void MoveUpDesk::stop() {
    stopping_ = true;
    timer_.cancel();
}

void MoveUpDesk::begin_term() {
    loaded_ = false;
    ++changes_;
    posting_changed();
}

void MoveUpDesk::posting_changed() {
    moves_known_ = false;
    ++postings_;
    touch();
}

void MoveUpDesk::touch() {
    touched_ = true;
    if (waits_) {
        timer_.cancel();
    }
}

const MoveUpRow* MoveUpDesk::open() const {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [](const MoveUpRow& row) { return row.state == "open"; });
    return found == rows_.end() ? nullptr : &*found;
}

boost::asio::awaitable<void> MoveUpDesk::run() {
    bool said = false;
    while (!stopping_) {
        if (!touched_) {
            waits_ = true;
            timer_.expires_after(kPatience);
            co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            waits_ = false;
        }
        if (stopping_) {
            break;
        }
        touched_ = false;
        auto done = co_await advise();
        if (!done && !said) {
            EMS_LOG(warn, "moveup", "no advice: {}", done.error().message());
        }
        said = !done;
        if (!stopping_) {
            timer_.expires_after(kRest);
            co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
    }
}

boost::asio::awaitable<Result<void>> MoveUpDesk::load() {
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    if (!loaded_) {
        auto rows = co_await move_ups(**lease, c_.region);
        if (!rows) {
            co_return Failure{rows.error()};
        }
        rows_ = std::move(*rows);
        loaded_ = true;
        if (const MoveUpRow* row = open(); row != nullptr && changed_) {
            changed_(*row);
        }
    }
    if (!moves_known_) {
        // Before the question: what changes while it is read has to be read again.
        moves_known_ = true;
        auto moves = co_await relocations(**lease, c_.region);
        if (!moves) {
            moves_known_ = false;
            co_return Failure{moves.error()};
        }
        moves_ = std::move(*moves);
    }
    if (history_us_ == 0 || c_.clock.utc_us() - history_us_ >= us(kHistoryEvery)) {
        auto busy = co_await busy_history(**lease, c_.region);
        if (!busy) {
            co_return Failure{busy.error()};
        }
        auto calls = co_await call_history(**lease, c_.region);
        if (!calls) {
            co_return Failure{calls.error()};
        }
        busy_ = *busy;
        history_us_ = c_.clock.utc_us();
        co_await c_.learn(std::move(*calls));
    }
    co_return Result<void>{};
}

void MoveUpDesk::put_history(MoveUpFleet& fleet) const {
    const std::int64_t now_us = c_.clock.utc_us();
    for (MoveUpUnit& unit : fleet.units) {
        for (const MoveUpRow& row : rows_) {
            if (row.unit == unit.unit && row.state == "declined" &&
                is_silenced(row.answered_us, now_us)) {
                unit.not_to.push_back(row.station);
            }
        }
        for (const RelocationRow& move : moves_) {
            if (move.unit != unit.unit || now_us - move.ordered_us >= kDayUs) {
                continue;
            }
            const bool refused = move.state == PostingState::refused;
            const bool off = refused || move.state == PostingState::cancelled;
            unit.moves_today += refused ? 0 : 1;
            if (off && is_silenced(move.ended_us, now_us)) {
                unit.not_to.push_back(move.station);
            }
        }
    }
}

// Whoever reads it has to have the time to; but not of a unit that is gone.
bool MoveUpDesk::stands(const MoveUpFleet& fleet) const {
    const MoveUpRow* row = open();
    return row != nullptr && c_.clock.utc_us() - row->created_us < us(kAdviceStands) &&
           std::any_of(fleet.units.begin(), fleet.units.end(),
                       [row](const MoveUpUnit& unit) { return unit.unit == row->unit; });
}

void MoveUpDesk::take(const MoveUpRow& row) {
    const std::int64_t now_us = c_.clock.utc_us();
    std::erase_if(rows_, [&](const MoveUpRow& known) {
        return known.id == row.id ||
               (known.state != "open" && now_us - known.answered_us >= kDayUs);
    });
    if (row.state != "superseded") {
        rows_.push_back(row);
    }
    if (changed_) {
        changed_(row);
    }
}

boost::asio::awaitable<Result<void>> MoveUpDesk::store(std::optional<MoveUpRow> row) {
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto stored = co_await advise_move_up(**lease, c_.term(), c_.region, std::move(row));
    if (!stored) {
        loaded_ = false;
        co_return Failure{stored.error()};
    }
    std::erase_if(rows_, [](const MoveUpRow& known) { return known.state == "open"; });
    if (*stored) {
        take(**stored);
    }
    co_return Result<void>{};
}

boost::asio::awaitable<Result<std::optional<MoveUpDesk::Question>>> MoveUpDesk::ask() {
    const AsyncLock::Held held = co_await lock_.acquire();
    auto fleet = fleet_();
    if (!fleet) {
        co_return std::optional<Question>{};
    }
    auto read = co_await load();
    if (!read) {
        co_return Failure{read.error()};
    }
    put_history(*fleet);
    fleet->busy = busy_share(busy_);
    co_return std::optional<Question>{Question{std::move(*fleet), changes_, postings_}};
}

// Without the lock while the thread searches: a dispatcher's answer does not wait for that.
boost::asio::awaitable<Result<void>> MoveUpDesk::advise() {
    auto question = co_await ask();
    if (!question) {
        co_return Failure{question.error()};
    }
    if (!*question) {
        co_return Result<void>{};
    }
    MoveUpFleet fleet = (*question)->fleet;
    MoveUpAnswer answer = co_await c_.search(std::move(fleet));
    auto done = co_await conclude(std::move(**question), std::move(answer));
    co_return done;
}

boost::asio::awaitable<Result<std::optional<MoveUpFleet>>>
MoveUpDesk::fitting(const MoveUpFleet& before, const MoveUpAnswer& answer) {
    auto fleet = fleet_();
    if (!fleet) {
        co_return std::optional<MoveUpFleet>{};
    }
    auto read = co_await load();
    if (!read) {
        co_return Failure{read.error()};
    }
    put_history(*fleet);
    fleet->busy = before.busy;
    if (answer.move && !fits(before, *fleet, *answer.move)) {
        co_return std::optional<MoveUpFleet>{};
    }
    co_return fleet;
}

boost::asio::awaitable<Result<void>> MoveUpDesk::conclude(Question question, MoveUpAnswer answer) {
    const AsyncLock::Held held = co_await lock_.acquire();
    const bool other_postings = question.postings != postings_;
    lost_ = other_postings ? lost_ + 1 : 0;
    if (question.changes != changes_ || (other_postings && lost_ < kSearchesLost)) {
        touch(); // answered, moved or led by another meanwhile: ask again
        co_return Result<void>{};
    }
    if (other_postings) {
        lost_ = 0;
        const std::uint64_t changes = changes_;
        auto now = co_await fitting(question.fleet, answer);
        if (!now) {
            co_return Failure{now.error()};
        }
        if (!*now || changes != changes_) {
            touch();
            co_return Result<void>{};
        }
        question.fleet = std::move(**now);
    }
    const MoveUpFleet& fleet = question.fleet;
    figures_ = {fleet.busy, answer.expected, c_.clock.utc_us()};
    const MoveUpRow* now = open();
    const bool same = now != nullptr && answer.move && now->unit == answer.move->unit &&
                      now->station == answer.move->station;
    if (stands(fleet) || same || (now == nullptr && !answer.move)) {
        co_return Result<void>{};
    }
    std::optional<MoveUpRow> row;
    if (answer.move) {
        row.emplace();
        row->unit = answer.move->unit;
        row->station = answer.move->station;
        row->drive_s = answer.move->drive_s;
        row->expected_before = answer.expected;
        row->expected_after = answer.move->expected_after;
        row->busy_share = fleet.busy;
        row->moves_max = fleet.limits.moves_max;
        const auto unit = std::find_if(fleet.units.begin(), fleet.units.end(),
                                       [&](const MoveUpUnit& u) { return u.unit == row->unit; });
        row->moves_today = unit == fleet.units.end() ? 0 : unit->moves_today;
    }
    auto stored = co_await store(std::move(row));
    co_return stored;
}

Task<Rows> MoveUpDesk::write(std::uint64_t term, WriteSet writes, MoveUpReply reply,
                             std::optional<MoveUpRow>& answered) {
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto stored = co_await answer_move_up(**lease, term, std::move(writes), std::move(reply));
    if (!stored) {
        // What is held here may not be what is stored.
        loaded_ = loaded_ && stored.error().code == Code::repeated;
        co_return Failure{stored.error()};
    }
    answered = std::move(stored->advice);
    co_return std::move(stored->rows);
}

Task<void> MoveUpDesk::answer(MoveUpReply reply, Commit commit) {
    const AsyncLock::Held held = co_await lock_.acquire();
    const MoveUpRow* row = open();
    if (row == nullptr || row->id != reply.id) {
        co_return fail(Code::advice_over);
    }
    if (row->version != reply.version) {
        co_return fail(Code::version_stale);
    }
    std::optional<MoveUpRow> answered;
    Centre::Writer writer = [this, &reply, &answered](std::uint64_t term, WriteSet writes) {
        return write(term, std::move(writes), reply, answered);
    };
    auto done = co_await commit(std::move(writer));
    if (!done) {
        co_return done;
    }
    take(*answered);
    ++changes_;
    touch();
    co_return Result<void>{};
}

} // namespace ems::dispatch
