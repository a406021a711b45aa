#include "console/app/feed_start.h"

#include <fstream>
#include <utility>

#include <QLocale>

namespace ems::console {

std::optional<std::string> read_password(const std::string& path) {
    std::ifstream file{path};
    std::string line;
    if (!file || !std::getline(file, line)) {
        return std::nullopt;
    }
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
        line.pop_back();
    }
    return line;
}

std::unique_ptr<ClientFeed> make_feed(client::ClientConfig link, const std::string& user, std::string password) {
    auto feed = std::make_unique<ClientFeed>(std::move(link), user, Secret<std::string>{std::move(password)});
    feed->say_in(QLocale().language() == QLocale::Chinese ? FeedLanguage::chinese : FeedLanguage::english);
    return feed;
}

} // namespace ems::console
