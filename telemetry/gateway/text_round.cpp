#include "telemetry/gateway/text_round.h"

#include <algorithm>
#include <set>
#include <utility>

#include "telemetry/wire/gbk.h"

namespace ems::gateway {
namespace {

TextResult result_of(ReplyResult reply) {
    switch (reply) {
    case ReplyResult::done:
        return TextResult::done;
    case ReplyResult::bad_message:
        return TextResult::bad_message;
    case ReplyResult::unsupported:
        return TextResult::unsupported;
    case ReplyResult::failed:
    case ReplyResult::alarm_confirmed: // never decoded of a terminal's reply
        break;
    }
    return TextResult::failed;
}

bool holds(const std::vector<TextSerial>& serials, const TextSerial& one) {
    return std::find(serials.begin(), serials.end(), one) != serials.end();
}

std::chrono::seconds pause_after(std::uint32_t sends) {
    constexpr std::uint32_t kDoublingsMax = 8;
    const std::chrono::seconds doubled = kTextRepeat * (1LL << std::min(sends - 1, kDoublingsMax));
    return std::min(doubled, kTextRepeatMax);
}

} // namespace

std::string_view name_of(TextResult result) {
    switch (result) {
    case TextResult::done:
        return "done";
    case TextResult::failed:
        return "failed";
    case TextResult::bad_message:
        return "bad_message";
    case TextResult::unsupported:
        return "unsupported";
    case TextResult::unsendable:
        return "unsendable";
    }
    return "";
}

bool TextRound::is_due(const OnItsWay& way, const std::vector<std::uint64_t>& sessions,
                       Ticks now) const {
    const bool new_session =
        std::any_of(sessions.begin(), sessions.end(), [&way](std::uint64_t session) {
            return std::none_of(way.serials.begin(), way.serials.end(),
                                [session](const TextSerial& one) { return one.session == session; });
        });
    return !sessions.empty() && (new_session || now - way.sent >= pause_after(way.sends));
}

std::vector<std::string> TextRound::turn(const std::vector<OpenText>& open, Ticks now) {
    std::vector<std::string> sent;
    std::map<std::string, OnItsWay> before = std::exchange(ways_, {});
    for (const OpenText& text : open) {
        if (ways_.size() >= kTextsMax) {
            break;
        }
        OnItsWay& way = ways_[text.id] = std::move(before[text.id]);
        if (outcomes_.contains(text.id) || !is_due(way, line_.sessions(text.vid), now)) {
            continue;
        }
        // Text of a command holds whatever a dispatcher typed: what GBK lacks is marked, the rest is shown.
        const TextDown down{text.text.urgency, wire::as_gbk_can(text.text.text)};
        auto serials = line_.send(text.vid, down, way.serials);
        if (serials) {
            way.serials = std::move(*serials);
            way.sent = now;
            ++way.sends;
            sent.push_back(text.id);
        } else if (serials.error().code == Code::invalid_argument) {
            outcomes_[text.id] = TextResult::unsendable;
        }
    }
    return sent;
}

void TextRound::answered(const TextSerial& serial, ReplyResult result) {
    const auto found = std::find_if(ways_.begin(), ways_.end(), [&serial](const auto& way) {
        return holds(way.second.serials, serial);
    });
    if (found == ways_.end()) {
        return; // settled before, or never ours
    }
    auto& [id, way] = *found;
    if (result != ReplyResult::done && !holds(way.refused, serial)) {
        way.refused.push_back(serial);
    }
    const bool hopeless = std::all_of(
        way.serials.begin(), way.serials.end(),
        [&way = way](const TextSerial& one) { return holds(way.refused, one); });
    if (result == ReplyResult::done || hopeless) {
        outcomes_.try_emplace(id, result_of(result));
    }
}

} // namespace ems::gateway
