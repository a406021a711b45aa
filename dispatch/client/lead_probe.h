// Asks a server whether it leads, on a connection of its own that needs no log-in and ends with the answer. On the thread
// that runs the io_context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "dispatch/client/ws_client.h"

namespace ems::client {

// False also when it cannot be reached or says nothing: the connection and the answer have target.timeout each.
boost::asio::awaitable<bool> leads_now(boost::asio::io_context& io, WsTarget target);

} // namespace ems::client
