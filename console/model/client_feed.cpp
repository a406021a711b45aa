#include "console/model/client_feed.h"

#include <limits>
#include <utility>

namespace ems::console {
namespace {

template <class... Cases> struct Match : Cases... {
    using Cases::operator()...;
};

api::ServerFrame error_frame(std::uint64_t request, const Error& error) {
    api::ServerFrame frame;
    frame.set_reply_to(request);
    frame.mutable_error()->set_code(static_cast<std::uint32_t>(error.code));
    frame.mutable_error()->set_name(std::string{code_name(error.code)});
    frame.mutable_error()->set_text_zh(std::string{code_text_zh(error.code)});
    frame.mutable_error()->set_text_en(std::string{code_text_en(error.code)});
    frame.mutable_error()->set_detail(error.detail);
    return frame;
}

} // namespace

ClientFeed::ClientFeed(client::ClientConfig config, std::string user, Secret<std::string> password)
    : user_(std::move(user)), password_(std::move(password)), seat_(config.seat),
      client_(std::make_unique<client::Client>(std::move(config), [this] { call_wake(); })) {}

void ClientFeed::call_wake() {
    const std::lock_guard lock{wake_mutex_};
    if (wake_) {
        wake_();
    }
}

void ClientFeed::set_wake(std::function<void()> wake) {
    const std::lock_guard lock{wake_mutex_};
    wake_ = std::move(wake);
}

void ClientFeed::start() {
    if (!started_) {
        started_ = true;
        client_->log_in(user_, password_);
    }
}

void ClientFeed::add_phase(const client::PhaseChanged& change, std::vector<FeedEvent>& out) {
    LinkChange link;
    link.detail = change.error.detail.empty() && change.phase == client::Phase::live
                      ? std::string{}
                      : std::string{language_ == FeedLanguage::chinese ? code_text_zh(change.error.code)
                                                                       : code_text_en(change.error.code)};
    switch (change.phase) {
    case client::Phase::waiting:
        link.state = LinkChange::State::down;
        break;
    case client::Phase::connecting:
        ++attempt_;
        link.state = LinkChange::State::connecting;
        link.detail.clear();
        break;
    case client::Phase::logging_in:
        link.state = LinkChange::State::connecting;
        link.detail.clear();
        break;
    case client::Phase::refused:
        link.state = LinkChange::State::refused;
        break;
    case client::Phase::live:
        link.state = LinkChange::State::up;
        attempt_ = 0;
        break;
    }
    live_ = change.phase == client::Phase::live;
    link.attempt = attempt_;
    out.emplace_back(std::move(link));
    if (live_) {
        api::ServerFrame frame;
        *frame.mutable_log_in_ok() = change.session;
        out.emplace_back(std::move(frame));
    }
}

std::vector<FeedEvent> ClientFeed::drain(std::size_t count_max) {
    std::vector<FeedEvent> out;
    for (client::Event& event : client_->drain(count_max)) {
        std::visit(Match{[&](client::PhaseChanged& change) { add_phase(change, out); },
                         [&](client::ReplyArrived& reply) {
                             if (reply.frame) {
                                 reply.frame->set_reply_to(reply.request);
                                 out.emplace_back(std::move(*reply.frame));
                             } else {
                                 out.emplace_back(error_frame(reply.request, reply.frame.error()));
                             }
                         },
                         [&](client::StateArrived& arrived) {
                             api::ServerFrame frame;
                             if (auto* snapshot = std::get_if<api::Snapshot>(&arrived.state)) {
                                 *frame.mutable_snapshot() = std::move(*snapshot);
                             } else {
                                 *frame.mutable_delta() = std::move(std::get<api::Delta>(arrived.state));
                             }
                             out.emplace_back(std::move(frame));
                         },
                         [&](client::LiveArrived& arrived) {
                             api::ServerFrame frame;
                             *frame.mutable_live() = std::move(arrived.live);
                             out.emplace_back(std::move(frame));
                         }},
                   event);
    }
    return out;
}

std::uint64_t ClientFeed::send(api::ClientFrame frame) {
    if (!live_) {
        return 0;
    }
    if (frame.has_watch_vehicle()) { // the client remembers it over reconnects
        const auto& watch = frame.watch_vehicle();
        client_->watch_vehicle(watch.unit_id(), watch.vitals(), watch.wave());
        return std::numeric_limits<std::uint64_t>::max();
    }
    if (frame.has_subscribe()) {
        client_->resync();
        return std::numeric_limits<std::uint64_t>::max();
    }
    return client_->send(std::move(frame));
}

std::vector<client::ConnectTrial> ClientFeed::trials() const {
    return client_->trials();
}

bool ClientFeed::server_leads() const {
    const client::ClientStatus status = client_->status();
    return status.phase != client::Phase::live || status.leads;
}

std::optional<std::int64_t> ClientFeed::round_trip_us() const {
    const client::ClientStatus status = client_->status();
    if (status.phase != client::Phase::live || status.round_trip_us <= 0) {
        return std::nullopt;
    }
    return status.round_trip_us;
}

} // namespace ems::console
