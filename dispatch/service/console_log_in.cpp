// Who sits at a console: log-in and log-off, sessions that are resumed, and those that end.
#include "dispatch/service/console_hub.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/core/request_text.h"
#include "telemetry/base/log.h"
#include "telemetry/seal/password.h"
#include "telemetry/seal/random.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kSeatMax = 64;
constexpr std::size_t kUserNameMax = 32;

boost::asio::awaitable<bool> verify(std::string hash, std::string password) {
    co_return seal::verify_password(hash, password);
}

} // namespace

boost::asio::awaitable<Result<bool>> ConsoleHub::password_fits(std::string hash, std::string password) {
    if (hashing_ >= kHashThreads + kHashWaitersMax) {
        co_return fail(Code::too_many_requests);
    }
    ++hashing_;
    const bool fits = co_await boost::asio::co_spawn(hashers_, verify(std::move(hash), std::move(password)),
                                                     boost::asio::use_awaitable);
    --hashing_;
    co_return fits;
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::refuse_log_in(Session& session, std::string user) {
    ++session.failures;
    const std::string detail = "cn=" + session.connection->peer_cn();
    EMS_LOG(warn, "console", "log-in refused {}", detail);
    AddAudit row{"log_in_refused", {}, detail};
    auto audited = co_await c_.store.audit(std::move(user), std::move(row));
    if (!audited) {
        EMS_LOG(warn, "console", "refused log-in not in the audit: {}", audited.error().message());
    }
    co_return fail(Code::bad_credentials);
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::log_in(Session& session, api::LogIn request) {
    if (request.user().size() > kUserNameMax || request.seat().size() > kSeatMax ||
        request.password().size() > seal::kPasswordSizeMax || holds_control(request.user()) || holds_control(request.seat())) {
        std::string nobody{"unknown"};
        co_return co_await refuse_log_in(session, std::move(nobody));
    }
    auto found = co_await c_.store.find_user(request.user());
    if (!found && found.error().code != Code::not_found) {
        co_return Failure{found.error()};
    }
    const std::string hash = found ? found->password_hash : seal::decoy_hash();
    auto fits = co_await password_fits(hash, request.password());
    if (!fits) {
        co_return Failure{fits.error()};
    }
    const auto role = found ? role_of(found->role) : std::nullopt;
    if (!*fits || !role || found->locked) {
        // A name that nobody has may be a password typed in the wrong field.
        std::string named = found ? found->name : "unknown";
        co_return co_await refuse_log_in(session, std::move(named));
    }
    const std::string token = seal::random_token();
    const std::int64_t expires_us = c_.clock.utc_us() + kSessionLifeUs;
    const SessionRow row{seal::token_hash(token), found->id, request.seat(), session.connection->peer_cn(), expires_us};
    auto kept = co_await c_.store.add_session(row, found->name);
    if (!kept) {
        co_return Failure{kept.error()};
    }
    forget_editing(session);
    found->seat = row.seat;
    admit(session, *found, *role, row.token_hash);
    EMS_LOG(info, "console", "logged in user={} role={} cn={} seat={}", found->name, found->role,
            session.connection->peer_cn(), request.seat());
    co_return welcome(*session.user, token, expires_us);
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::resume(Session& session, api::ResumeSession request) {
    std::string hash = seal::token_hash(request.token());
    auto found = co_await c_.store.find_session(hash, session.connection->peer_cn());
    const auto role = found ? role_of(found->role) : std::nullopt;
    if (!found && found.error().code != Code::not_found) {
        co_return Failure{found.error()};
    }
    if (!role) {
        co_return fail(Code::not_logged_in, "the session has ended");
    }
    forget_editing(session);
    admit(session, *found, *role, std::move(hash));
    forget_lost_editing(session);
    co_return welcome(*session.user, request.token(), found->session_expires_us);
}

void ConsoleHub::admit(Session& session, const UserRow& found, Role role, std::string token_hash) const {
    session.user = User{found.id, found.name, found.display_name, role, session.connection->peer_cn()};
    session.token_hash = std::move(token_hash);
    session.seat = found.seat;
    session.failures = 0;
    // What another user of this connection was shown is not this one's to see.
    session.subscribed = false;
    session.watches.clear();
}

// A screen that looks alive and is told nothing is worse than none: without its subscription the connection ends.
void ConsoleHub::take_role(Session& session, Role role) {
    if (session.user->role == role) {
        return;
    }
    EMS_LOG(info, "console", "role changed user={} role={}", session.user->name, name(role));
    session.user->role = role;
    if (!permitted(role, Request::watch_vehicle)) {
        session.watches.clear();
    }
    if (!permitted(role, Request::tell_editing)) {
        forget_editing(session);
    }
    if (session.subscribed && !permitted(role, Request::subscribe)) {
        session.subscribed = false;
        session.connection->close("the role has changed");
    }
}

void ConsoleHub::end(Session& session) {
    session.user.reset();
    session.token_hash.clear();
    session.subscribed = false;
    session.watches.clear();
    forget_editing(session);
}

boost::asio::awaitable<Result<api::ServerFrame>> ConsoleHub::log_off(Session& session) {
    if (!session.user) {
        co_return fail(Code::not_logged_in);
    }
    const std::string hash = session.token_hash;
    std::string user = session.user->name;
    std::string cn = session.connection->peer_cn();
    auto ended = co_await c_.store.end_session(hash, std::move(user), std::move(cn));
    if (!ended) {
        co_return Failure{ended.error()};
    }
    EMS_LOG(info, "console", "logged off cn={}", session.connection->peer_cn());
    // A connection that the desk has lost, and that is not known as lost yet, is of the same session.
    for (Session& other : sessions_) {
        if (&other != &session && other.token_hash == hash) {
            end(other);
            other.connection->close("the session has ended");
        }
    }
    end(session);
    session.logged_off = true;
    api::ServerFrame reply;
    reply.mutable_done();
    co_return reply;
}

boost::asio::awaitable<void> ConsoleHub::check_sessions() {
    std::vector<std::pair<std::string, std::string>> held;
    for (const Session& session : sessions_) {
        if (session.user) {
            held.emplace_back(session.token_hash, session.connection->peer_cn());
        }
    }
    for (const auto& [hash, cn] : held) {
        auto found = co_await c_.store.find_session(hash, cn);
        const bool gone = !found && found.error().code == Code::not_found;
        if (!found && !gone) {
            co_return;   // the database is away: nobody is thrown out for that
        }
        const auto role = found ? role_of(found->role) : std::nullopt;
        for (Session& session : sessions_) {
            if (!session.user || session.token_hash != hash) {
                continue;
            }
            if (role) {
                take_role(session, *role);
                continue;
            }
            EMS_LOG(info, "console", "session ended user={} cn={}", session.user->name, cn);
            end(session);
            session.connection->close("the session has ended");
        }
    }
}

api::ServerFrame ConsoleHub::welcome(const User& user, std::string token, std::int64_t expires_us) const {
    api::ServerFrame reply;
    api::LogInOk& ok = *reply.mutable_log_in_ok();
    ok.set_token(std::move(token));
    ok.set_user(user.name);
    ok.set_display_name(user.display_name);
    ok.set_role(std::string{name(user.role)});
    ok.set_expires_us(expires_us);
    ok.set_time_scale(1);
    ok.set_drill(c_.world_kind == WorldKind::drill);
    if (const Registry* registry = c_.centre.registry()) {
        ok.set_region(registry->region);
        ok.set_network_note(registry->network_note);
        ok.set_time_scale(registry->time_scale);
    }
    return reply;
}

} // namespace ems::dispatch
