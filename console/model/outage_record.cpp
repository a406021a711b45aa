#include "console/model/outage_record.h"

#include <algorithm>

namespace ems::console {
namespace {

void cut(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return;
    }
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) { // in the middle of a character
        --end;
    }
    text.resize(end);
}

std::string trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(' ');
    return from == std::string_view::npos ? std::string{} : std::string{text.substr(from, text.find_last_not_of(' ') - from + 1)};
}

std::string verb_before(Verb verb, std::string_view typed) {
    return std::string{row_of(verb).letters}.append(" ").append(typed);
}

void name_unit(OutageEntry& entry, const DeskState& state, std::int64_t unit_id) {
    const api::Unit* unit = state.unit(unit_id);
    entry.unit_id = unit_id;
    entry.unit_name = unit == nullptr ? std::string{} : unit->name();
}

void name_incident(OutageEntry& entry, const DeskState& state, std::int64_t incident_id) {
    const api::Incident* incident = state.incident(incident_id);
    entry.incident_id = incident == nullptr ? 0 : incident_id;
    entry.incident_number = incident == nullptr ? std::string{} : incident->number();
}

void take_frame(OutageEntry& entry, const DeskState& state, const api::ClientFrame& frame) {
    if (frame.has_assign()) {
        name_unit(entry, state, frame.assign().unit_id());
        name_incident(entry, state, frame.assign().incident_id());
        entry.text = frame.assign().override_reason();
    } else if (frame.has_enter_unit_state()) {
        const auto& said = frame.enter_unit_state();
        const api::Unit* unit = state.unit(said.unit_id());
        name_unit(entry, state, said.unit_id());
        name_incident(entry, state, unit == nullptr ? 0 : unit->incident_id());
        entry.state = said.state();
        entry.text = said.note();
    } else {
        name_incident(entry, state, frame.add_note().incident_id());
        entry.text = frame.add_note().text();
    }
}

// "xz01 + the fire at the mill": to a case that stands on paper alone.
std::optional<OutageReading> read_sent_on_paper(const std::string& typed, const CommandContext& context) {
    const std::string line = trimmed(typed);
    const auto end = line.find(' ');
    const auto plus = end == std::string::npos ? end : line.find_first_not_of(' ', end);
    if (plus == std::string::npos || line[plus] != kOnPaper) {
        return std::nullopt;
    }
    OutageReading out;
    const ParsedLine unit = parse_line(verb_before(Verb::follow, line.substr(0, end)), context);
    out.missing = unit.missing;
    if (unit.deed) {
        out.entry.emplace();
        out.entry->deed = OutageDeed::sent;
        name_unit(*out.entry, context.state, unit.deed->unit_id);
        out.entry->text = trimmed(std::string_view{line}.substr(plus + 1));
    }
    return out;
}

} // namespace

bool OutageRecord::add(OutageEntry entry) {
    if (entries_.size() >= kEntriesMax) {
        return false;
    }
    if (entry.deed == OutageDeed::state) {
        take_case(entry);
    }
    entry.id = ++last_id_;
    cut(entry.text, kOutageTextBytesMax);
    cut(entry.unit_name, kOutageNameBytesMax);
    cut(entry.incident_number, kOutageNameBytesMax);
    entries_.push_back(std::move(entry));
    return true;
}

// A crew that was sent by voice tells of that case, which the server does not know it is on.
void OutageRecord::take_case(OutageEntry& entry) const {
    const auto sent = std::find_if(entries_.rbegin(), entries_.rend(), [&](const OutageEntry& before) {
        return before.deed == OutageDeed::sent && before.unit_id == entry.unit_id && !before.is_dropped;
    });
    if (sent != entries_.rend() && sent->at_us <= entry.at_us) {
        entry.incident_id = sent->incident_id;
        entry.incident_number = sent->incident_number;
    }
}

void OutageRecord::remove(std::int64_t id) {
    std::erase_if(entries_, [&](const OutageEntry& entry) { return entry.id == id; });
}

void OutageRecord::toggleDropped(std::int64_t id) {
    for (OutageEntry& entry : entries_) {
        entry.is_dropped = entry.id == id ? !entry.is_dropped : entry.is_dropped;
    }
}

bool OutageRecord::forgetDropped() {
    return std::erase_if(entries_, [](const OutageEntry& entry) { return entry.is_dropped; }) != 0;
}

const OutageEntry* OutageRecord::find(std::int64_t id) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const OutageEntry& entry) { return entry.id == id; });
    return found == entries_.end() ? nullptr : &*found;
}

OutageReading read_outage(OutageDeed deed, const std::string& typed, const CommandContext& context) {
    OutageReading out;
    if (deed == OutageDeed::new_case) {
        const std::string text = trimmed(typed);
        if (text.empty()) {
            out.missing = Missing{Lack::word, Word::text, {}};
        } else {
            out.entry.emplace();
            out.entry->deed = deed;
            out.entry->text = text;
        }
        return out;
    }
    if (deed == OutageDeed::sent) {
        if (auto on_paper = read_sent_on_paper(typed, context)) {
            return *on_paper;
        }
    }
    const Verb verb = deed == OutageDeed::sent ? Verb::send : deed == OutageDeed::state ? Verb::state : Verb::note;
    ParsedLine line = parse_line(verb_before(verb, typed), context);
    out.missing = std::move(line.missing);
    out.completions = std::move(line.completions);
    if (line.frame) {
        out.entry.emplace();
        out.entry->deed = deed;
        take_frame(*out.entry, context.state, *line.frame);
    }
    return out;
}

} // namespace ems::console
