// The head of one HTTP/1.x request (RFC 9112), bytes in, method and path out. Strict: what a
// scraper or curl would not send is malformed, also where the RFC lets a server be lenient (bare
// LF, folded lines, absolute targets), and so is a request with a body. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ems::status {

inline constexpr std::size_t kRequestHeadMax = 8 * 1024;

struct Request {
    std::string method; // as it came: "GET"
    std::string path;   // begins with '/', without the query; not decoded
};

enum class Progress { more, done, malformed, too_long };

class RequestReader {
  public:
    // The next bytes. After anything but `more` nothing further is taken; what follows the head is
    // ignored.
    Progress feed(std::string_view bytes);
    [[nodiscard]] const Request& request() const { return request_; } // once done

  private:
    std::string head_;
    Request request_;
    Progress progress_{Progress::more};
};

} // namespace ems::status
