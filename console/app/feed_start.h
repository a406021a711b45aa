// What every program that logs in at the centre does before its feed starts.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "console/model/client_feed.h"

namespace ems::console {

// The first line of a file, without its end. Nothing: it cannot be read, or is empty.
[[nodiscard]] std::optional<std::string> read_password(const std::string& path);

// Not started; speaks of its link in the language of the screen (set_language).
[[nodiscard]] std::unique_ptr<ClientFeed> make_feed(client::ClientConfig link, const std::string& user, std::string password);

} // namespace ems::console
