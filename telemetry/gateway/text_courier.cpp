#include "telemetry/gateway/text_courier.h"

#include <algorithm>
#include <exception>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/gateway/courier_loop.h"
#include "telemetry/gateway/text_round.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ems::gateway {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr const char* kChannel = "ems_terminal_text";

constexpr const char* kExpireSql = "update telemetry.terminal_text set result = 'expired' "
                                   "where result is null and expires_at <= clock_timestamp()";
// Of vehicles with a terminal that is logged in: texts for one that is gone take nobody's place. An order's text is an
// emergency and goes before what a desk wrote earlier.
constexpr const char* kOpenSql = "select id, vid, urgency = 'emergency', body, "
                                 "sends = 0 and created_at > clock_timestamp() - interval '5 s' from telemetry.terminal_text "
                                 "where result is null and vid = any($2::text[]) "
                                 "order by urgency = 'emergency' desc, created_at, id limit $1";
// A commit that touches no row, and waits for a synchronous standby like any other: the log is replicated in its order, so that
// when it is there, what was read before it is too.
constexpr const char* kReplicatedSql = "select pg_logical_emit_message(true, 'ems', '')";
constexpr const char* kCountSql = "select count(*) from telemetry.terminal_text where result is null";
constexpr const char* kSentSql =
    "update telemetry.terminal_text set sent_at = coalesce(sent_at, clock_timestamp()), sends = sends + 1 "
    "where id = any($1::text[])";
constexpr const char* kAnsweredSql =
    "update telemetry.terminal_text set result = $2, "
    "answered_at = case when $2 <> 'unsendable' then clock_timestamp() end where id = $1 and result is null";

void must_not_throw(const std::exception_ptr& error) {
    EMS_ASSERT(!error);
}

struct Found {
    std::vector<OpenText> texts;
    std::set<std::string> fresh; // never sent, and young enough to wait for a standby
};

Result<Found> open_texts(const pg::Rows& rows) {
    Found out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto row = rows.read<std::string, std::string, bool, std::string, bool>(i);
        if (!row) {
            return Failure{row.error()};
        }
        auto& [id, vid_text, emergency, body, is_fresh] = *row;
        auto vid = VehicleId::parse(vid_text);
        if (!vid) {
            return Failure{vid.error()};
        }
        const auto urgency = emergency ? TextDown::Urgency::emergency : TextDown::Urgency::normal;
        if (is_fresh) {
            out.fresh.insert(id);
        }
        out.texts.push_back({std::move(id), std::move(*vid), {urgency, std::move(body)}});
    }
    return out;
}

} // namespace

struct TextCourier::Body {
    using Self = std::shared_ptr<Body>;

    Body(asio::any_io_executor own_executor, pg::Options db, const Clock& own_clock, Server& own_server,
         GatewayCounters& own_counters)
        : executor(std::move(own_executor)), options(std::move(db)), clock(own_clock), server(own_server),
          counters(own_counters),
          round({[this](const VehicleId& vid) { return server.sessions_of(vid); },
                 [this](const VehicleId& vid, const TextDown& text,
                           const std::vector<TextSerial>& before) {
                     return server.send_text(vid, text, before);
                 }}),
          timer(executor) {}

    static asio::awaitable<Result<void>> look(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> record(Self self, pg::Connection& db,
                                                std::vector<std::string> sent);
    static asio::awaitable<Result<Found>> read(Self self, pg::Connection& db);
    // Those to be sent: read, and what is fresh among them known to be held by a standby.
    static asio::awaitable<Result<std::vector<OpenText>>> sendable(Self self, pg::Connection& db);

    asio::any_io_executor executor;
    pg::Options options;
    const Clock& clock;
    Server& server;
    GatewayCounters& counters;
    TextRound round;
    asio::steady_timer timer;
    std::set<std::string> replicated; // of the fresh ones
    bool stopping{false};
};

asio::awaitable<Result<Found>> TextCourier::Body::read(Self self, pg::Connection& db) {
    std::vector<std::string> reachable;
    for (const VehicleId& vid : self->server.vehicles()) {
        reachable.push_back(vid.str());
    }
    pg::Params params = pg::Params::of(static_cast<std::int64_t>(kTextsMax), reachable);
    auto rows = co_await db.query(kOpenSql, std::move(params));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    co_return open_texts(*rows);
}

asio::awaitable<Result<std::vector<OpenText>>> TextCourier::Body::sendable(Self self, pg::Connection& db) {
    auto found = co_await read(self, db);
    if (!found) {
        co_return Failure{std::move(found).error()};
    }
    std::erase_if(self->replicated, [&](const std::string& id) { return !found->fresh.contains(id); });
    const std::size_t known = self->replicated.size();
    if (found->fresh.size() > known) {
        auto done = co_await db.execute(kReplicatedSql);
        if (!done && done.error().code != Code::db_not_replicated) {
            co_return Failure{std::move(done).error()};
        }
        if (done) {
            self->replicated.merge(found->fresh);
        } else {
            EMS_LOG(warn, "jt808", "texts={} wait for the standby", found->fresh.size() - known);
        }
        // That may have taken a while, and an order been called back meanwhile.
        found = co_await read(self, db);
        if (!found) {
            co_return Failure{std::move(found).error()};
        }
    }
    std::erase_if(found->texts, [&](const OpenText& text) {
        return found->fresh.contains(text.id) && !self->replicated.contains(text.id);
    });
    co_return std::move(found->texts);
}

asio::awaitable<Result<void>> TextCourier::Body::record(Self self, pg::Connection& db,
                                                        std::vector<std::string> sent) {
    if (!sent.empty()) {
        pg::Params params = pg::Params::of(sent);
        auto noted = co_await db.query(kSentSql, std::move(params));
        if (!noted) {
            co_return Failure{std::move(noted).error()};
        }
    }
    const std::map<std::string, TextResult> outcomes = self->round.outcomes();
    for (const auto& [id, result] : outcomes) {
        pg::Params params = pg::Params::of(id, name_of(result));
        auto noted = co_await db.query(kAnsweredSql, std::move(params));
        if (!noted) {
            co_return Failure{std::move(noted).error()};
        }
        EMS_LOG(info, "jt808", "text={} result={}", id, name_of(result));
        self->round.recorded(id);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> TextCourier::Body::look(Self self, pg::Connection& db) {
    if (!db.is_open()) {
        auto opened = co_await db.open();
        if (opened) {
            opened = co_await db.listen(kChannel);
        }
        if (!opened) {
            co_return opened;
        }
    }
    // Before the rest: an answer that came in time outlives the text's end.
    auto recorded = co_await record(self, db, {});
    if (!recorded) {
        co_return recorded;
    }
    auto expired = co_await db.query(kExpireSql);
    if (!expired) {
        co_return Failure{std::move(expired).error()};
    }
    auto open = co_await sendable(self, db);
    if (!open) {
        co_return Failure{std::move(open).error()};
    }
    auto counted = co_await db.query(kCountSql);
    if (!counted) {
        co_return Failure{std::move(counted).error()};
    }
    auto all = counted->get<std::int64_t>(0, 0);
    if (!all) {
        co_return Failure{std::move(all).error()};
    }
    if (self->stopping) {
        co_return Result<void>{};
    }
    self->counters.texts_left_out =
        static_cast<std::uint64_t>(std::max<std::int64_t>(*all - static_cast<std::int64_t>(open->size()), 0));
    std::vector<std::string> sent = self->round.turn(*open, self->clock.ticks());
    co_return co_await record(self, db, std::move(sent));
}

TextCourier::TextCourier(asio::any_io_executor executor, pg::Options db, const Clock& clock,
                         Server& server, Exchange& exchange)
    : body_(std::make_shared<Body>(std::move(executor), std::move(db), clock, server, exchange.counters)) {
    exchange.text_answered = [weak = std::weak_ptr{body_}](const TextSerial& serial,
                                                           ReplyResult result) {
        if (const Body::Self body = weak.lock()) {
            body->round.answered(serial, result);
        }
    };
}

TextCourier::~TextCourier() {
    stop();
}

void TextCourier::start() {
    asio::co_spawn(body_->executor, run_courier(body_, "texts", kTextsLookAgain), must_not_throw);
}

void TextCourier::stop() {
    body_->stopping = true;
    body_->timer.cancel();
}

} // namespace ems::gateway
