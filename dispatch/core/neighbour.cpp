#include "dispatch/core/neighbour.h"

#include <algorithm>

#include <fmt/format.h>

#include "dispatch/core/request_text.h"
#include "dispatch/core/task_writes.h"

namespace ems::dispatch {
namespace {

// One line, as it is shown in.
bool is_line(std::string_view text) {
    return text.size() <= kNeighbourTextMax && !holds_control(text);
}

bool is_whole(const NeighbourWord& word) {
    const bool told_more = !word.unit.empty() || !word.eta.empty();
    return !is_blank(word.name) && is_line(word.name) && is_line(word.unit) && is_line(word.eta) &&
           (!told_more || word.said == NeighbourSaid::agreed);
}

} // namespace

Result<WriteSet> decide_neighbour(const World& world, const NeighbourRequest& request) {
    const IncidentRow* incident = world.incident(request.incident);
    if (incident == nullptr) {
        return fail(Code::no_such_incident);
    }
    if (ended(incident->state)) {
        return fail(Code::incident_closed);
    }
    if (request.version != incident->version) {
        return fail(Code::version_stale);
    }
    const NeighbourWord& word = request.word;
    if (!is_whole(word)) {
        return fail(Code::neighbour_invalid);
    }
    if (incident->neighbours.size() >= kNeighbourWordsMax) {
        return fail(Code::too_many_neighbour_words);
    }
    const auto& words = incident->neighbours;
    const auto last = std::find_if(words.rbegin(), words.rend(), [&](const NeighbourWord& w) { return w.name == word.name; });
    if (word.said == NeighbourSaid::asked && last != words.rend() && last->said == NeighbourSaid::asked) {
        return fail(Code::neighbour_asked);
    }
    WriteSet out{request.actor, {}};
    change_of(out, *incident);   // the row stays and its version rises: who saw less of the incident looks again
    audit(out, "neighbour", incident->id,
          fmt::format("name={} said={} unit={} eta={}", word.name, name(word.said), word.unit, word.eta));
    return out;
}

} // namespace ems::dispatch
