#include "console/model/alarm_marks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace ems::console {
namespace {

struct About {
    char letter;
    std::string_view name;
};
constexpr std::array<About, 4> kAbouts{{{'u', "unit"}, {'a', "assignment"}, {'i', "incident"}, {'p', "posting"}}};

struct Parts {
    std::string_view about;
    std::int64_t id{0};
    std::string_view code;
};

std::optional<Parts> parts_of(std::string_view key) {
    const auto colon = key.find(':');
    const auto about = std::find_if(kAbouts.begin(), kAbouts.end(),
                                    [&](const About& a) { return !key.empty() && a.letter == key.front(); });
    if (about == kAbouts.end() || colon == std::string_view::npos) {
        return std::nullopt;
    }
    Parts out{about->name, 0, key.substr(colon + 1)};
    const char* const end = key.data() + colon;
    const auto read = std::from_chars(key.data() + 1, end, out.id);
    return read.ec == std::errc{} && read.ptr == end && !out.code.empty() ? std::optional{out} : std::nullopt;
}

Grade grade_of(std::uint32_t grade) {
    return grade == 1 ? Grade::high : grade == 2 ? Grade::medium : Grade::low;
}

} // namespace

std::string alarm_key(char about, std::int64_t id, std::string_view code) {
    return fmt::format("{}{}:{}", about, id, code);
}

std::string alarm_key(const api::AlarmMark& mark) {
    const auto about =
        std::find_if(kAbouts.begin(), kAbouts.end(), [&](const About& a) { return a.name == mark.about(); });
    return about == kAbouts.end() ? std::string{} : alarm_key(about->letter, mark.about_id(), mark.code());
}

AlarmMark mark_of(const api::AlarmMark& mark) {
    AlarmMark out;
    out.acknowledged_us = mark.acknowledged_us();
    out.acknowledged_by = mark.acknowledged_by();
    out.acknowledged_grade = grade_of(mark.acknowledged_grade());
    out.shelved_us = mark.shelved_us();
    out.shelved_until_us = mark.shelved_until_us();
    out.shelved_by = mark.shelved_by();
    out.shelved_reason = mark.shelved_reason();
    out.shelved_grade = grade_of(mark.shelved_grade());
    return out;
}

bool is_shared_alarm(std::string_view key) {
    return parts_of(key).has_value();
}

std::optional<api::MarkAlarm> mark_request(MarkDeed deed, std::string_view key, Grade grade) {
    const auto parts = parts_of(key);
    if (!parts) {
        return std::nullopt;
    }
    static constexpr std::array<std::string_view, 3> kKinds{"acknowledged", "shelved", "taken_back"};
    api::MarkAlarm out;
    out.set_about(std::string{parts->about});
    out.set_about_id(parts->id);
    out.set_code(std::string{parts->code});
    out.set_kind(std::string{kKinds.at(static_cast<std::size_t>(deed))});
    out.set_grade(static_cast<std::uint32_t>(grade));
    return out;
}

} // namespace ems::console
