#include "telemetry/gateway/stream_courier.h"

#include <exception>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/gateway/courier_loop.h"
#include "telemetry/gateway/stream_round.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ems::gateway {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr const char* kChannel = "ems_terminal_stream";
// Vehicles that called and are not yet written down.
constexpr std::size_t kCallsMax = 1024;
// How often a session is said again; ems-mediad believes in it for three times as long.
constexpr std::chrono::seconds kSayAgain{5};

constexpr const char* kPresentSql =
    "insert into media.terminal_session as s (number, address, seen_at) "
    "select p.number, p.address, clock_timestamp() "
    "from unnest($1::text[], $2::text[]) p (number, address) "
    "where exists (select from registry.terminal_camera c where c.number = p.number) "
    "on conflict (number) do update set address = excluded.address, seen_at = excluded.seen_at";
constexpr const char* kGoneSql =
    "delete from media.terminal_session where number = any($1::text[])";
constexpr const char* kAlarmSql =
    "insert into media.terminal_alarm as a (vid, until) "
    "select vid, clock_timestamp() + make_interval(secs => $2::bigint::int) "
    "from registry.vehicle where vid = any($1::text[]) "
    "on conflict (vid) do update set until = excluded.until";
// A row whose terminal is nowhere logged in has nobody to tell.
constexpr const char* kForgottenSql = "delete from media.terminal_stream "
                                      "where wanted_until < clock_timestamp() - interval '1 min'";
constexpr const char* kWishesSql =
    "select number, channel, host, port, wanted_until > clock_timestamp(), flowing, "
    "sound "
    "from media.terminal_stream where number = any($1::text[]) order by number, channel limit $2";
constexpr const char* kAskedSql =
    "update media.terminal_stream set asked_at = clock_timestamp(), asks = asks + 1 "
    "where number || '/' || channel = any($1::text[])";
constexpr const char* kEndedSql =
    "delete from media.terminal_stream where number || '/' || channel = any($1::text[]) "
    "and wanted_until <= clock_timestamp()";
constexpr const char* kAnswerSql =
    "update media.terminal_stream set answer = $2 where number || '/' || channel = $1";

void must_not_throw(const std::exception_ptr& error) {
    EMS_ASSERT(!error);
}

std::string name_of(const StreamKey& key) {
    return key.number + "/" + std::to_string(key.channel);
}

std::vector<std::string> names_of(const std::vector<StreamKey>& keys) {
    std::vector<std::string> out;
    for (const StreamKey& key : keys) {
        out.push_back(name_of(key));
    }
    return out;
}

std::string_view name_of(ReplyResult result) {
    switch (result) {
    case ReplyResult::done:
        return "done";
    case ReplyResult::bad_message:
        return "bad_message";
    case ReplyResult::unsupported:
        return "unsupported";
    case ReplyResult::failed:
    case ReplyResult::alarm_confirmed: // never decoded of a terminal's reply
        break;
    }
    return "failed";
}

Result<std::vector<StreamWish>> wishes_of(const pg::Rows& rows) {
    std::vector<StreamWish> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto row =
            rows.read<std::string, std::int32_t, std::string, std::int32_t, bool, bool, bool>(i);
        if (!row) {
            return Failure{row.error()};
        }
        auto& [number, channel, host, port, wanted, flowing, sound] = *row;
        const StreamWish::State state = !wanted   ? StreamWish::State::over
                                        : flowing ? StreamWish::State::flowing
                                                  : StreamWish::State::waited_for;
        out.push_back({{std::move(number), static_cast<std::uint8_t>(channel)},
                       std::move(host),
                       static_cast<std::uint16_t>(port),
                       state,
                       sound ? StreamOpen::Data::sound_and_pictures
                             : StreamOpen::Data::pictures});
    }
    return out;
}

} // namespace

struct StreamCourier::Body {
    using Self = std::shared_ptr<Body>;
    using Present = std::map<std::string, Server::Present>;

    Body(asio::any_io_executor own_executor, pg::Options db, const Clock& own_clock,
         Server& own_server)
        : executor(std::move(own_executor)), options(std::move(db)), clock(own_clock),
          server(own_server),
          round({[this](const std::string& number) -> std::optional<std::uint64_t> {
                     const auto found = present.find(number);
                     return found != present.end() ? std::optional{found->second.session}
                                                   : std::nullopt;
                 },
                 [this](const std::string& number, const StreamOpen& request) {
                     return server.open_stream(number, request);
                 },
                 [this](const std::string& number, const StreamControl& request) {
                     return server.control_stream(number, request);
                 }}),
          timer(executor) {}

    static asio::awaitable<Result<void>> look(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> say_who_is_there(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> say_who_called(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> record_answers(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> note(pg::Connection& db, const char* sql,
                                              std::vector<std::string> keys);

    asio::any_io_executor executor;
    pg::Options options;
    const Clock& clock;
    Server& server;
    Present present; // at the last look
    StreamRound round;
    std::set<std::string> calls; // vehicles
    Present said;                // in the database
    Ticks said_at{};
    asio::steady_timer timer;
    bool stopping{false};
};

asio::awaitable<Result<void>> StreamCourier::Body::note(pg::Connection& db, const char* sql,
                                                        std::vector<std::string> keys) {
    if (keys.empty()) {
        co_return Result<void>{};
    }
    pg::Params params = pg::Params::of(keys);
    auto noted = co_await db.query(sql, std::move(params));
    co_return noted ? Result<void>{} : Result<void>{Failure{std::move(noted).error()}};
}

// Before a terminal is asked: its stream must find its address written down.
asio::awaitable<Result<void>> StreamCourier::Body::say_who_is_there(Self self, pg::Connection& db) {
    const Ticks now = self->clock.ticks();
    const auto same = [](const Present& a, const Present& b) {
        return a.size() == b.size() &&
               std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
                   return x.first == y.first && x.second.address == y.second.address;
               });
    };
    if (same(self->present, self->said) && now - self->said_at < kSayAgain) {
        co_return Result<void>{};
    }
    std::vector<std::string> gone;
    for (const auto& [number, there] : self->said) {
        if (!self->present.contains(number)) {
            gone.push_back(number);
        }
    }
    auto told = co_await note(db, kGoneSql, std::move(gone));
    if (!told) {
        co_return told;
    }
    std::vector<std::string> numbers;
    std::vector<std::string> addresses;
    Present saying = self->present;
    for (const auto& [number, there] : saying) {
        numbers.push_back(number);
        addresses.push_back(there.address);
    }
    pg::Params params = pg::Params::of(numbers, addresses);
    auto rows = co_await db.query(kPresentSql, std::move(params));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    self->said = std::move(saying);
    self->said_at = now;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> StreamCourier::Body::say_who_called(Self self, pg::Connection& db) {
    if (self->calls.empty()) {
        co_return Result<void>{};
    }
    const std::vector<std::string> vids{self->calls.begin(), self->calls.end()};
    pg::Params params = pg::Params::of(
        vids, static_cast<std::int64_t>(std::chrono::seconds{kAlarmViewFor}.count()));
    auto noted = co_await db.query(kAlarmSql, std::move(params));
    if (!noted) {
        co_return Failure{std::move(noted).error()};
    }
    for (const std::string& vid : vids) {
        self->calls.erase(vid);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> StreamCourier::Body::record_answers(Self self, pg::Connection& db) {
    const std::map<StreamKey, ReplyResult> answers = self->round.answers();
    for (const auto& [key, result] : answers) {
        pg::Params params = pg::Params::of(name_of(key), std::string{name_of(result)});
        auto noted = co_await db.query(kAnswerSql, std::move(params));
        if (!noted) {
            co_return Failure{std::move(noted).error()};
        }
        if (result != ReplyResult::done) {
            EMS_LOG(warn, "jt808", "stream refused terminal={} channel={} answer={}", key.number,
                    key.channel, name_of(result));
        }
        self->round.recorded(key);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> StreamCourier::Body::look(Self self, pg::Connection& db) {
    if (!db.is_open()) {
        auto opened = co_await db.open();
        if (opened) {
            opened = co_await db.listen(kChannel);
        }
        if (!opened) {
            co_return opened;
        }
        self->said.clear(); // another database may have been restored meanwhile
    }
    self->present = self->server.terminals();
    auto done = co_await say_who_is_there(self, db);
    if (done) {
        done = co_await say_who_called(self, db);
    }
    if (done) {
        done = co_await record_answers(self, db);
    }
    if (!done) {
        co_return done;
    }
    auto forgotten = co_await db.query(kForgottenSql);
    if (!forgotten) {
        co_return Failure{std::move(forgotten).error()};
    }
    std::vector<std::string> numbers;
    for (const auto& [number, there] : self->said) {
        numbers.push_back(number);
    }
    pg::Params params = pg::Params::of(numbers, static_cast<std::int64_t>(kStreamsMax));
    auto rows = co_await db.query(kWishesSql, std::move(params));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    auto wishes = wishes_of(*rows);
    if (!wishes) {
        co_return Failure{std::move(wishes).error()};
    }
    if (self->stopping) {
        co_return Result<void>{};
    }
    const StreamRound::Done turn = self->round.turn(*wishes, self->clock.ticks());
    for (const StreamKey& key : turn.ended) {
        EMS_LOG(info, "jt808", "stream ended terminal={} channel={}", key.number, key.channel);
    }
    for (const StreamKey& key : turn.asked) {
        EMS_LOG(info, "jt808", "stream asked for terminal={} channel={}", key.number, key.channel);
    }
    std::vector<std::string> asked = names_of(turn.asked);
    done = co_await note(db, kAskedSql, std::move(asked));
    if (done) {
        std::vector<std::string> ended = names_of(turn.ended);
        done = co_await note(db, kEndedSql, std::move(ended));
    }
    co_return done;
}

StreamCourier::StreamCourier(asio::any_io_executor executor, pg::Options db, const Clock& clock,
                             Server& server, Exchange& exchange)
    : body_(std::make_shared<Body>(std::move(executor), std::move(db), clock, server)) {
    exchange.stream_answered = [weak = std::weak_ptr{body_}](const TextSerial& serial,
                                                             ReplyResult result) {
        if (const Body::Self body = weak.lock()) {
            body->round.answered(serial, result);
        }
    };
    exchange.called_for_help = [weak = std::weak_ptr{body_}](const VehicleId& vid) {
        const Body::Self body = weak.lock();
        if (body && body->calls.size() < kCallsMax) {
            body->calls.insert(vid.str());
        }
    };
}

StreamCourier::~StreamCourier() {
    stop();
}

void StreamCourier::start() {
    asio::co_spawn(body_->executor, run_courier(body_, "streams", kStreamsLookAgain), must_not_throw);
}

void StreamCourier::stop() {
    body_->stopping = true;
    body_->timer.cancel();
}

} // namespace ems::gateway
