#include "dispatch/client/lead_probe.h"

#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "dispatch/contract/api.pb.h"

namespace ems::client {

boost::asio::awaitable<bool> leads_now(boost::asio::io_context& io, WsTarget target) {
    const std::chrono::milliseconds limit = target.timeout;
    Result<std::shared_ptr<WsClient>> connected = co_await WsClient::connect(io, std::move(target));
    if (!connected) {
        co_return false;
    }
    const std::shared_ptr<WsClient> link = std::move(*connected);
    boost::asio::steady_timer deadline{io, limit};
    deadline.async_wait([link](boost::system::error_code error) {
        if (!error) {
            link->close();
        }
    });
    api::ClientFrame ping;
    ping.set_request(1);
    ping.mutable_ping();
    const Result<void> sent = link->send(ping.SerializeAsString());
    api::ServerFrame answer;
    if (sent) {
        Result<std::string> bytes = co_await link->receive();
        if (bytes && !answer.ParseFromString(*bytes)) {
            answer.Clear();
        }
    }
    deadline.cancel();
    link->close();
    co_return answer.pong().leads();
}

} // namespace ems::client
