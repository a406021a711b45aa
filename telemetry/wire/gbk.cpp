#include "telemetry/wire/gbk.h"

#include <algorithm>
#include <iconv.h>

#include "telemetry/base/assert.h"

namespace ems::wire {
namespace {

// GBK text of n bytes takes at most 1.5 n bytes of UTF-8; the other way it only shrinks.
constexpr std::size_t kGrowth = 2;
constexpr std::string_view kGeta = "〓";

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

class Converter {
  public:
    Converter(const char* to, const char* from) : handle_(iconv_open(to, from)) {
        // Part of the C library's own package: its absence is a broken installation.
        EMS_ASSERT(handle_ != iconv_t(-1));
    }
    ~Converter() { iconv_close(handle_); }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    // Empty when something does not convert.
    bool run(std::string_view from, std::string& into) {
        std::string in{from};
        into.assign(from.size() * kGrowth, '\0');
        char* source = in.data();
        std::size_t source_left = in.size();
        char* target = into.data();
        std::size_t target_left = into.size();
        // The number of characters converted in a way that cannot be undone must be none.
        const bool whole =
            iconv(handle_, &source, &source_left, &target, &target_left) == 0 && source_left == 0;
        into.resize(into.size() - target_left);
        return whole;
    }

  private:
    iconv_t handle_;
};

} // namespace

Result<std::string> gbk_to_utf8(std::string_view gbk) {
    std::string out;
    if (has_control(gbk) || !Converter{"UTF-8", "GBK"}.run(gbk, out)) {
        return fail(Code::malformed, "text is not GBK");
    }
    return out;
}

Result<std::string> utf8_to_gbk(std::string_view utf8) {
    std::string out;
    if (has_control(utf8) || !Converter{"GBK", "UTF-8"}.run(utf8, out)) {
        return fail(Code::invalid_argument, "text has characters that GBK lacks");
    }
    return out;
}

std::string as_gbk_can(std::string_view utf8) {
    if (utf8_to_gbk(utf8)) {
        return std::string{utf8};
    }
    std::string out;
    while (!utf8.empty()) {
        std::size_t size = 1;
        while (size < utf8.size() && (static_cast<unsigned char>(utf8[size]) & 0xC0U) == 0x80U) {
            ++size;
        }
        const std::string_view one = utf8.substr(0, size);
        out += utf8_to_gbk(one) ? one : has_control(one) ? std::string_view{" "} : kGeta;
        utf8.remove_prefix(size);
    }
    return out;
}

} // namespace ems::wire
