#include "telemetry/ingest/seq_set.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::ingest {

bool SeqSet::add(SeqSpan span) {
    EMS_ASSERT(span.from >= 1);
    EMS_ASSERT(span.from <= span.to);
    EMS_ASSERT(span.to <= kSeqMax);
    auto next = spans_.upper_bound(span.from);
    if (next != spans_.begin()) {
        const auto before = std::prev(next);
        if (before->second + 1 >= span.from) {
            span.from = before->first;
            span.to = std::max(span.to, before->second);
            next = before;
        }
    }
    auto last = next;
    while (last != spans_.end() && last->first <= span.to + 1) {
        span.to = std::max(span.to, last->second);
        ++last;
    }
    // One place more than the bound is kept for the range that starts at 1.
    if (next == last && span.from != 1 && spans_.size() >= kRangesMax) {
        return false;
    }
    spans_.erase(next, last);
    spans_.emplace(span.from, span.to);
    return true;
}

void SeqSet::merge(const SeqSet& other) {
    for (const auto& [from, to] : other.spans_) {
        add(SeqSpan{from, to});
    }
}

bool SeqSet::contains(std::uint64_t seq) const {
    const auto next = spans_.upper_bound(seq);
    return next != spans_.begin() && std::prev(next)->second >= seq;
}

std::uint64_t SeqSet::first_missing(std::uint64_t from) const {
    const auto next = spans_.upper_bound(from);
    return next != spans_.begin() && std::prev(next)->second >= from ? std::prev(next)->second + 1
                                                                      : from;
}

std::uint64_t SeqSet::upto() const {
    return spans_.empty() || spans_.begin()->first != 1 ? 0 : spans_.begin()->second;
}

std::vector<SeqSpan> SeqSet::beyond(std::size_t count_max) const {
    std::vector<SeqSpan> out;
    for (const auto& [from, to] : spans_) {
        if (from != 1 && out.size() < count_max) {
            out.push_back({from, to});
        }
    }
    return out;
}

std::string SeqSet::to_multirange() const {
    std::string out = "{";
    for (const auto& [from, to] : spans_) {
        out += fmt::format("{}[{},{})", out.size() == 1 ? "" : ",", from, to + 1);
    }
    return out + "}";
}

namespace {

std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

} // namespace

Result<SeqSet> SeqSet::from_multirange(std::string_view text) {
    SeqSet set;
    bool ok = take(text, '{');
    while (ok && !text.starts_with('}')) {
        ok = take(text, '[');
        const auto from = take_number(text);
        ok = ok && take(text, ',');
        const auto end = take_number(text);
        ok = ok && take(text, ')') && from && end && *from >= 1 && *from < *end &&
             *end - 1 <= kSeqMax;
        if (ok) {
            set.add(SeqSpan{*from, *end - 1});
            take(text, ',');
        }
    }
    if (!ok || text != "}") {
        return fail(Code::corrupt, "not a multirange of sequence numbers");
    }
    return set;
}

} // namespace ems::ingest
