#include "telemetry/base/toml_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace ems {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// A closing delimiter of three and two quotation marks that belong to the text before it.
constexpr std::size_t kQuotesMost = 5;

bool beyond_ascii(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}
bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Follows strings and comments as the library does; where the two could come apart, it refuses.
class Scanner {
  public:
    Scanner(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    Result<void> run() {
        EMS_TRY(check_controls());
        at_ = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (beyond_ascii(c)) {
                return refuse("a letter beyond ASCII outside strings and comments");
            }
            if (c == '#') {
                skip_line();
            } else if (c == '"' || c == '\'') {
                EMS_TRY(check_begin());
                EMS_TRY(text_.substr(at_, 3) == std::string(3, c) ? skip_lines_string(c)
                                                                  : skip_line_string(c));
                before_ = c;
                in_word_ = false;
            } else {
                take(c);
            }
        }
        return {};
    }

  private:
    // Nowhere in TOML. Without them there is one end of a line.
    Result<void> check_controls() {
        for (at_ = 0; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            const bool line_end = c == '\r' && text_.substr(at_, 2) == "\r\n";
            const bool control = (c >= 0 && c < ' ') || c == 0x7f;
            if (control && c != '\t' && c != '\n' && !line_end) {
                return refuse("a control character");
            }
        }
        return {};
    }

    // One character outside strings and comments.
    void take(char c) {
        // What ends a value to the library; the others end a word that is no number.
        const bool ends_value = blank(c) || c == ']' || c == '}' || c == ',';
        const bool ends_word = ends_value || c == '=' || c == '[' || c == '{';
        if (!ends_word && !in_word_) {
            number_ = (c >= '0' && c <= '9') || c == '+' || c == '-';
        }
        in_word_ = in_word_ && number_ ? !ends_value : !ends_word;
        before_ = c == '\n' ? '\n' : blank(c) ? before_ : c;
        ++at_;
    }

    // A string stands at a line's begin or behind one of these. Of what begins as a number the library
    // looks up every character to the end of the value: to it "1.'a'" and "1='a'" are one word.
    Result<void> check_begin() const {
        const bool may = std::string_view{"\n=[,{."}.find(before_) != std::string_view::npos;
        if (!may || (in_word_ && number_)) {
            return refuse("a quotation mark where no string begins");
        }
        return {};
    }

    void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

    // To behind its end, or to the end of the line that it must not pass.
    Result<void> skip_line_string(char quote) {
        for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
            if (text_[at_] == quote) {
                ++at_;
                return {};
            }
            if (quote == '"' && text_[at_] == '\\') {
                EMS_TRY(skip_escape());
            }
        }
        return {};
    }

    Result<void> skip_lines_string(char quote) {
        for (at_ += 3; at_ < text_.size();) {
            const std::size_t end = std::min(text_.find_first_not_of(quote, at_), text_.size());
            if (end - at_ > kQuotesMost) {
                return refuse("more quotation marks than end a string");
            }
            if (end - at_ >= 3) {
                at_ = end;
                return {};
            }
            at_ = end;
            if (at_ < text_.size() && quote == '"' && text_[at_] == '\\') {
                EMS_TRY(skip_escape());
            }
            at_ += at_ < text_.size() ? 1U : 0U;
        }
        return {};
    }

    // From the backslash to the last character that belongs to it, so that what follows is read as text.
    // A backslash may join lines: white space behind it is skipped, and the first letter after that is
    // among those that the library looks up.
    Result<void> skip_escape() {
        std::size_t next = at_ + 1;
        if (next < text_.size() && blank(text_[next])) {
            while (next < text_.size() && blank(text_[next])) {
                ++next;
            }
            if (next < text_.size() && beyond_ascii(text_[next])) {
                at_ = next;
                return refuse("a letter beyond ASCII where a backslash joins lines");
            }
            at_ = next - 1;
            return {};
        }
        at_ = next;
        if (at_ < text_.size() && beyond_ascii(text_[at_])) {
            return refuse("a letter beyond ASCII behind a backslash");
        }
        return {};
    }

    Result<void> refuse(std::string_view why) const {
        const std::string_view before = text_.substr(0, at_);
        const auto lines = std::count(before.begin(), before.end(), '\n');
        const std::size_t begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
        const auto column = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(begin),
                                          before.end(), [](char c) {
                                              return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
                                          });
        return fail(Code::config, fmt::format("{}:{}:{}: {}", name_, lines + 1, column + 1, why));
    }

    const std::string_view text_;
    const std::string& name_;
    std::size_t at_{0};
    char before_{'\n'};  // the last that is not blank, outside comments
    bool in_word_{false}; // it is part of a word, directly before at_
    bool number_{false};  // which begins as a number does
};

} // namespace

Result<void> check_toml_text(std::string_view text, const std::string& name) {
    return Scanner{text, name}.run();
}

} // namespace ems
