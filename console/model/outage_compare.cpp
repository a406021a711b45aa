#include "console/model/outage_compare.h"

#include <algorithm>
#include <cstdlib>

#include "console/theme/time_text.h"

namespace ems::console {
namespace {

constexpr std::int64_t kClockReachUs = 20LL * 3600 * 1'000'000; // an older time of day would be read as one of another day

const api::Unit* unit_of(const OutageEntry& entry, const DeskState& state) {
    const api::Unit* unit = entry.unit_id > 0 ? state.unit(entry.unit_id) : nullptr;
    if (unit != nullptr || entry.unit_name.empty()) {
        return unit;
    }
    const auto named = std::find_if(state.units().begin(), state.units().end(), [&](const auto& one) {
        return one.second.name() == entry.unit_name || one.second.vid() == entry.unit_name;
    });
    return named == state.units().end() ? nullptr : &named->second;
}

std::string_view event_of(ems::wire::UnitState state) {
    switch (state) {
    case ems::wire::UNIT_ASSIGNED:
        return stage_event(Stage::unit_assigned);
    case ems::wire::UNIT_ACKNOWLEDGED:
        return stage_event(Stage::crew_ack);
    case ems::wire::UNIT_EN_ROUTE:
        return stage_event(Stage::wheels);
    case ems::wire::UNIT_AT_SCENE:
        return stage_event(Stage::at_scene);
    case ems::wire::UNIT_AT_PATIENT:
        return stage_event(Stage::at_patient);
    case ems::wire::UNIT_TRANSPORTING:
        return stage_event(Stage::left_scene);
    case ems::wire::UNIT_AT_HOSPITAL:
        return stage_event(Stage::at_hospital);
    case ems::wire::UNIT_HANDOVER:
        return stage_event(Stage::handover);
    default:
        return {};
    }
}

// The newest of the unit on the case.
const api::Stamp* stamp_of(const api::Incident* incident, const api::Unit& unit, std::string_view event) {
    const api::Stamp* found = nullptr;
    for (int i = 0; incident != nullptr && i < incident->stamps_size(); ++i) {
        const api::Stamp& stamp = incident->stamps(i);
        const bool fits = !event.empty() && stamp.event() == event && stamp.unit_id() == unit.id();
        found = fits && stamp.not_applicable().empty() ? &stamp : found;
    }
    return found;
}

class Comparison {
  public:
    Comparison(const OutageEntry& entry, const DeskState& state, const OutageSaying& saying, std::int64_t local_us)
        : entry_(entry), state_(state), saying_(saying), at_us_(state.server_us(entry.at_us)),
          is_old_(local_us - entry.at_us > kClockReachUs) {
        row_.unit = unit_of(entry, state);
        // of a case on paper, or of a unit that was sent by voice: the case it is on by now
        const bool by_unit = entry.incident_id == 0 && row_.unit != nullptr;
        row_.incident = state.incident(by_unit ? row_.unit->incident_id() : entry.incident_id);
    }

    OutageRow row() {
        switch (entry_.deed) {
        case OutageDeed::sent:
            compare_sent();
            break;
        case OutageDeed::state:
            compare_state();
            break;
        case OutageDeed::note:
            compare_note();
            break;
        case OutageDeed::new_case:
        case OutageDeed::count:
            break;
        }
        return row_;
    }

  private:
    void compare_sent() {
        if (row_.unit == nullptr) {
            note_instead();
            return;
        }
        if (const api::Stamp* stamp = stamp_of(row_.incident, *row_.unit, stage_event(Stage::unit_assigned))) {
            compare_time(*stamp);
        } else if (is_on_the_case()) {
            row_.standing = Standing::same;
        } else {
            row_.standing = Standing::missing;
            row_.line = std::string{row_of(Verb::send).letters}.append(" ").append(row_.unit->name()).append(" ");
            if (entry_.incident_number.empty()) { // which case the paper has become a person knows and writes
                return;
            }
            row_.line.append(entry_.incident_number).append(" ").append(entry_.text.empty() ? saying_.reason : entry_.text);
        }
    }

    void compare_state() {
        if (row_.unit == nullptr) {
            note_instead();
            return;
        }
        if (const api::Stamp* stamp = stamp_of(row_.incident, *row_.unit, event_of(entry_.state))) {
            compare_time(*stamp);
        } else if (row_.unit->state() == entry_.state && (entry_.incident_id == 0 || is_on_the_case())) {
            row_.standing = Standing::same;
            row_.server_at_us = row_.unit->state_since_us();
        } else if (entry_.incident_id != 0 && !is_on_the_case()) {
            note_instead(); // it is on another case, or on none: its state now is not that one's
        } else {
            row_.standing = Standing::missing;
            row_.line = std::string{row_of(Verb::state).letters}.append(" ").append(row_.unit->name()).append(" ");
            row_.line.append(state_word()).append(" ").append(entry_.text.empty() ? saying_.reason : entry_.text);
        }
    }

    void compare_note() {
        const bool there = row_.incident != nullptr && row_.incident->newest_note().text().find(entry_.text) != std::string::npos;
        if (there) {
            row_.standing = Standing::same;
            row_.server_at_us = row_.incident->newest_note().at_us();
        } else {
            row_.standing = Standing::missing;
            row_.line = note_line(entry_.text);
        }
    }

    void compare_time(const api::Stamp& stamp) {
        row_.server_at_us = stamp.at_us();
        if (std::abs(stamp.at_us() - at_us_) <= kSameTimeUs) {
            row_.standing = Standing::same;
            return;
        }
        row_.standing = Standing::other_time;
        const api::Assignment* task = state_.task_of(row_.unit->id());
        const bool corrects = task != nullptr && task->incident_id() == row_.incident->id() && stamp.assignment_id() == task->id();
        const std::string stage = stage_word(stamp.event());
        if (!corrects || is_old_ || stage.empty()) {
            row_.line = note_line(saying_.what);
            return;
        }
        row_.line = std::string{row_of(Verb::correct).letters}.append(" ").append(row_.unit->name()).append(" ").append(stage);
        row_.line.append(" ").append(clock_text(at_us_)).append(" ").append(saying_.reason);
    }

    // What no order can bring back is written to the case.
    void note_instead() {
        row_.standing = row_.incident == nullptr ? Standing::look : Standing::missing;
        const bool written = row_.incident != nullptr &&
                             row_.incident->newest_note().text().find(saying_.what) != std::string::npos;
        row_.standing = written ? Standing::same : row_.standing;
        row_.line = written ? std::string{} : note_line(saying_.what);
    }

    [[nodiscard]] bool is_on_the_case() const { return row_.incident != nullptr && row_.unit->incident_id() == row_.incident->id(); }

    // Empty without a case of its own: never to the one that happens to be chosen.
    [[nodiscard]] std::string note_line(const std::string& text) const {
        if (entry_.incident_number.empty()) {
            return {};
        }
        std::string line{row_of(Verb::note).letters};
        line.append(" ").append(entry_.incident_number).append(" ");
        line.append(is_old_ ? date_text(at_us_).append(" ") : std::string{}).append(clock_text(at_us_)).append(" ").append(text);
        return line.substr(0, std::min(line.size(), kLineBytesMax));
    }

    [[nodiscard]] std::string stage_word(const std::string& event) const {
        const auto& all = saying_.words.stages;
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.second == event; });
        return found == all.end() ? std::string{} : found->first;
    }

    [[nodiscard]] std::string state_word() const {
        const auto& all = saying_.words.states;
        const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.second == entry_.state; });
        return found == all.end() ? std::string{} : found->first;
    }

    const OutageEntry& entry_;
    const DeskState& state_;
    const OutageSaying& saying_;
    std::int64_t at_us_; // by the server's clock
    bool is_old_;
    OutageRow row_;
};

} // namespace

OutageRow compare_outage(const OutageEntry& entry, const DeskState& state, const OutageSaying& saying, std::int64_t local_us) {
    return Comparison{entry, state, saying, local_us}.row();
}

} // namespace ems::console
