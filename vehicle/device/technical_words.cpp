#include "vehicle/device/technical_words.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace ems::vehicle {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 4> kCuff{"nibp", "cuff", "血压", "袖带"};
constexpr std::array<std::string_view, 4> kLeak{"leak", "loose", "漏", "松"};
constexpr std::array<std::string_view, 15> kFailed{
    "fail",     "err",  "timeout", "time out", "overtime", "weak", "motion", "overpressure",
    "失败",     "错",   "超时",    "过压",     "信号弱",   "运动", "无法测量"};
constexpr std::array<std::string_view, 2> kBattery{"battery", "电池"};
constexpr std::array<std::string_view, 12> kPower{"low",  "deplet", "err",  "fail", "old", "power",
                                                  "低",   "耗尽",   "错",   "故障", "不足", "老化"};
constexpr std::array<std::string_view, 9> kModule{"module", "comm",   "self test", "selftest", "init",
                                                  "模块",   "通讯",   "自检",      "初始化"};
constexpr std::array<std::string_view, 10> kBroken{"err",  "fail", "stop", "fault", "abnormal",
                                                   "错",   "失败", "故障", "异常",  "停止"};

struct Meaning {
    Words about;
    Words what;
    std::string_view code;
};
// The first that fits: a leak is also a failure, and "NIBP module error" is the module's.
constexpr std::array<Meaning, 4> kMeanings{{
    {kBattery, kPower, "monitor_battery_low"},
    {kModule, kBroken, "monitor_fault"},
    {kCuff, kLeak, "nibp_cuff_leak"},
    {kCuff, kFailed, "nibp_failed"},
}};

bool has_one_of(std::string_view text, Words words) {
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

} // namespace

std::string_view technical_code(std::string_view text) {
    std::string small{text};
    for (char& c : small) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; // bytes of UTF-8 stay
    }
    for (const Meaning& meaning : kMeanings) {
        if (has_one_of(small, meaning.about) && has_one_of(small, meaning.what)) {
            return meaning.code;
        }
    }
    return "";
}

} // namespace ems::vehicle
