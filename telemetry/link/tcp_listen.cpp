#include "telemetry/link/tcp_listen.h"

#include <boost/asio/ip/address.hpp>

namespace ems::link {

Result<void> listen_tcp(boost::asio::ip::tcp::acceptor& acceptor, const std::string& address, std::uint16_t port,
                        int backlog) {
    using Tcp = boost::asio::ip::tcp;
    boost::system::error_code error;
    const auto numeric = boost::asio::ip::make_address(address, error);
    if (error) {
        return fail(Code::invalid_argument, address + " is not a numeric address");
    }
    const Tcp::endpoint endpoint{numeric, port};
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(backlog, error);
    }
    if (error) {
        return fail(error == boost::asio::error::address_in_use ? Code::busy : Code::io,
                    "TCP port " + address + ":" + std::to_string(port) + ": " + error.message());
    }
    return {};
}

} // namespace ems::link
