// Segments, fields and components of HL7 v2 text. Views into the message; pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ems::vehicle {

constexpr std::size_t kHl7SegmentsMax = 512;
constexpr std::size_t kHl7FieldsMax = 24; // of a segment; what follows is not read

using Hl7Fields = std::vector<std::string_view>; // the first is the segment's name

// At most `most` parts; the rest is left out.
Hl7Fields hl7_split(std::string_view text, char separator, std::size_t most);

// "" where there is none.
std::string_view hl7_field(const Hl7Fields& fields, std::size_t index);

// Counted from 1; "" where there is none.
std::string_view hl7_component(std::string_view field, std::size_t number);

// At most `most` characters, '?' for everything that is not printable ASCII.
std::string hl7_printable(std::string_view text, std::size_t most);

// At most `most` bytes of UTF-8, '?' for control characters; what is no UTF-8 as hl7_printable().
std::string hl7_readable(std::string_view text, std::size_t most);

// The message in UTF-8. MSH-18 names its code ("UNICODE UTF-8", "GBK", "GB 18030-2000"); where it
// names none or another, a segment that is valid UTF-8 is taken for it, any other for GBK. To be
// done before fields are split: the second byte of a GBK character may look like a separator.
// A segment that is neither stays as it came.
std::string hl7_to_utf8(std::string_view message);

// A time as the sender wrote it; "" when it is no time, or all zeros, or longer than 24 characters.
std::string hl7_time(std::string_view text);

// Calls `take` with the fields of each segment, ended by CR or LF, until it says false. False when
// it did, or when there are more than kHl7SegmentsMax.
template <class F> bool each_hl7_segment(std::string_view message, F take) {
    std::size_t segments = 0;
    while (!message.empty()) {
        const std::size_t end = std::min(message.find_first_of("\r\n"), message.size());
        const std::string_view segment = message.substr(0, end);
        message.remove_prefix(std::min(message.size(), end + 1));
        if (segment.empty()) {
            continue;
        }
        if (++segments > kHl7SegmentsMax || !take(hl7_split(segment, '|', kHl7FieldsMax))) {
            return false;
        }
    }
    return true;
}

} // namespace ems::vehicle
