#include "telemetry/gateway/reassembly.h"

#include <algorithm>
#include <utility>

namespace ems::gateway {

void Reassembly::drop_overdue(Ticks now) {
    dropped_ += std::erase_if(
        open_, [now](const auto& entry) { return now - entry.second.first >= kAssembleWithin; });
}

Result<std::optional<Assembled>> Reassembly::add(Frame frame, Ticks now) {
    drop_overdue(now);
    if (!frame.header.part) {
        const std::uint16_t serial = frame.header.serial;
        return Assembled{std::move(frame.header), std::move(frame.body), {serial}};
    }
    const Part part = *frame.header.part;
    if (part.total > kPartsMax) {
        return fail(Code::out_of_range,
                    "message of " + std::to_string(part.total) + " parts is too long");
    }
    const auto first_serial = static_cast<std::uint16_t>(frame.header.serial - (part.index - 1));
    const Key key{frame.header.phone, frame.header.id, part.total, first_serial};
    auto found = open_.find(key);
    if (found == open_.end()) {
        if (open_.size() >= kMessagesOpenMax) {
            open_.erase(
                std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) {
                    return a.second.first < b.second.first;
                }));
            ++dropped_;
        }
        found = open_.try_emplace(key).first;
        found->second.header = frame.header;
        found->second.first = now;
    }
    Open& open = found->second;
    open.last = now;
    open.bodies.try_emplace(part.index, std::move(frame.body));
    if (open.bodies.size() < part.total) {
        return std::optional<Assembled>{};
    }
    Assembled whole{std::move(open.header), {}, {}};
    whole.header.serial = first_serial;
    whole.header.part.reset();
    for (const auto& [index, body] : open.bodies) {
        whole.body += body;
        whole.serials.push_back(static_cast<std::uint16_t>(first_serial + index - 1));
    }
    open_.erase(found);
    return whole;
}

std::vector<Reassembly::Missing> Reassembly::missing(Ticks now) {
    drop_overdue(now);
    std::vector<Missing> out;
    for (auto& [key, open] : open_) {
        if (open.asked || now - open.last < kAskAgainAfter) {
            continue;
        }
        open.asked = true;
        Missing missing;
        missing.header = open.header;
        missing.request.first_serial = std::get<3>(key);
        for (std::uint16_t index = 1; index <= std::get<2>(key); ++index) {
            if (!open.bodies.contains(index)) {
                missing.request.parts.push_back(index);
            }
        }
        out.push_back(std::move(missing));
    }
    return out;
}

} // namespace ems::gateway
