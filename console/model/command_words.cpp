// What one word of a line may be: the names it fits, best first, and the one it means.
#include "console/model/command_words.h"

#include <algorithm>
#include <charconv>

#include "console/theme/time_text.h"

namespace ems::console {
namespace {

constexpr std::int64_t kDayUs = 24LL * 3600 * 1'000'000;
constexpr std::int64_t kShanghaiUs = 8LL * 3600 * 1'000'000;

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void sort_and_cut(std::vector<Choice>& all) {
    std::stable_sort(all.begin(), all.end(), [](const Choice& a, const Choice& b) { return a.cost < b.cost; });
}

} // namespace

std::vector<Choice> incident_choices(std::string_view typed, const CommandContext& c) {
    std::vector<Choice> all;
    for (const auto& [id, i] : c.state.incidents()) {
        const bool open = i.state() == "open" || i.state() == "assigned";
        const std::string& number = i.number();
        const bool selected = id == c.state.selected_incident();
        double cost = open ? 0 : 20;
        if (typed == "." && selected) {
            cost = 0;
        } else if (typed == number) {
            cost += 0;
        } else if (all_digits(typed) && number.size() > typed.size() && number.ends_with(typed)) {
            cost += 1; // "34" for 0034
        } else if (typed.empty() && open) {
            cost += selected ? 0 : 1;
        } else {
            continue;
        }
        all.push_back({number, i.complaint() + " " + i.address(), id, cost, {}});
    }
    sort_and_cut(all);
    return all;
}

std::vector<Choice> unit_choices(std::string_view typed, const CommandContext& c, UnitsFirst first) {
    std::vector<Choice> all;
    for (const auto& [id, u] : c.state.units()) {
        if (const auto cost = c.names.cost(typed, u.name(), u.vid())) {
            const bool wanted = first == UnitsFirst::any || (first == UnitsFirst::sendable) == is_sendable(u);
            all.push_back({u.name(), {}, id, *cost + (wanted ? 0 : 0.5), {}});
        }
    }
    sort_and_cut(all);
    return all;
}

std::vector<Choice> hospital_choices(std::string_view typed, const CommandContext& c) {
    std::vector<Choice> all;
    for (const auto& [id, h] : c.state.hospitals()) {
        if (const auto cost = c.names.cost(typed, h.name())) {
            all.push_back({h.name(), {}, id, *cost, geo_point(h.place().lat_e7(), h.place().lon_e7())});
        }
    }
    sort_and_cut(all);
    return all;
}

std::vector<Choice> station_choices(std::string_view typed, const CommandContext& c) {
    std::vector<Choice> all;
    for (const auto& [id, s] : c.state.stations()) {
        if (const auto cost = c.names.cost(typed, s.name())) {
            all.push_back({s.name(), {}, id, *cost, geo_point(s.place().lat_e7(), s.place().lon_e7())});
        }
    }
    sort_and_cut(all);
    return all;
}

std::vector<Choice> road_choices(std::string_view typed, const CommandContext& c) {
    std::vector<Choice> all;
    for (const auto& [id, r] : c.state.centre().roads()) {
        const std::string number = std::to_string(id);
        if (typed.empty() || typed == number) {
            all.push_back({number, r.road() + " " + r.reason(), id, 0, {}});
        } else if (const auto cost = c.names.cost(typed, r.reason(), r.road())) {
            all.push_back({number, r.road() + " " + r.reason(), id, 1 + *cost, {}});
        }
    }
    sort_and_cut(all);
    return all;
}

std::vector<Choice> neighbour_choices(std::string_view typed, const CommandContext& c, std::int64_t incident_id) {
    struct Region {
        const api::Partner* partner;
        double away_m;
    };
    const api::Incident* incident = c.state.incident(incident_id);
    std::vector<Region> regions;
    for (const api::Partner& one : c.state.centre().partners()) {
        const bool is_placed = incident != nullptr && one.has_place();
        regions.push_back({&one, is_placed ? distance_m(geo_point(one.place().lat_e7(), one.place().lon_e7()),
                                                        geo_point(incident->place().lat_e7(), incident->place().lon_e7()))
                                           : 0});
    }
    std::stable_sort(regions.begin(), regions.end(), [](const Region& a, const Region& b) { return a.away_m < b.away_m; });
    std::vector<Choice> all;
    for (const auto& [one, away_m] : regions) {
        if (const auto cost = c.names.cost(typed, one->name())) {
            const auto km = std::to_string(static_cast<int>(away_m / 1'000 + 0.5)) + " km";
            all.push_back({one->name(), one->phone() + (away_m > 0 ? " · " + km : std::string{}), 0, *cost, {}});
        }
    }
    for (int i = 0; incident != nullptr && i < incident->neighbours_size(); ++i) {
        const std::string& name = incident->neighbours(i).name();
        const bool is_there = std::any_of(all.begin(), all.end(), [&](const Choice& one) { return one.text == name; });
        const auto cost = is_there ? std::nullopt : c.names.cost(typed, name);
        if (cost) {
            all.push_back({name, {}, 0, *cost, {}});
        }
    }
    sort_and_cut(all);
    return all;
}

std::vector<Choice> place_choices(std::string_view typed, const CommandContext& c) {
    std::vector<Choice> all;
    if (c.here && (typed.empty() || typed == c.words.here)) {
        all.push_back({c.words.here, {}, 0, 0, *c.here});
    }
    for (auto& s : station_choices(typed, c)) {
        all.push_back(std::move(s));
    }
    for (auto& h : hospital_choices(typed, c)) {
        all.push_back(std::move(h));
    }
    if (c.places != nullptr && !typed.empty()) {
        double cost = 3;
        for (const PlaceCandidate& found : c.places->candidates(typed, c.centre)) {
            const bool same = found.name == typed;
            all.push_back({address_of(found), {}, 0, same ? 0.5 : cost, found.point});
            cost += 0.1; // the gazetteer's own order
        }
    }
    sort_and_cut(all);
    return all;
}

std::vector<Choice> anything_choices(std::string_view typed, const CommandContext& c) {
    std::vector<Choice> all = incident_choices(typed, c);
    for (Choice& one : all) {
        one.kind = Choice::Kind::incident;
    }
    for (Choice& one : unit_choices(typed, c, UnitsFirst::any)) {
        one.kind = Choice::Kind::unit;
        one.cost += 0.1;
        all.push_back(std::move(one));
    }
    for (Choice& one : place_choices(typed, c)) {
        one.kind = Choice::Kind::place;
        one.cost += 0.2;
        all.push_back(std::move(one));
    }
    sort_and_cut(all);
    return all;
}

std::optional<Choice> the_one(const std::vector<Choice>& choices, Choosing how) {
    if (choices.empty()) {
        return std::nullopt;
    }
    // the name itself means itself, whatever else begins with it; of places the best is meant, as the map shows it
    const bool alone = choices.size() == 1 || choices[1].cost - choices[0].cost >= 0.9 || how == Choosing::best;
    return alone ? std::optional{choices.front()} : std::nullopt;
}

std::optional<std::int64_t> clock_on_day(std::string_view typed, std::int64_t near_us, Nearness nearness) {
    std::array<int, 3> part{0, 0, 0};
    std::size_t count = 0;
    std::size_t from = 0;
    while (from <= typed.size() && count < part.size()) {
        const std::size_t end = std::min(typed.find(':', from), typed.size());
        const std::string_view digits = typed.substr(from, end - from);
        if (!all_digits(digits) || digits.size() > 2 ||
            std::from_chars(digits.data(), digits.data() + digits.size(), part.at(count)).ec != std::errc{}) {
            return std::nullopt;
        }
        ++count;
        from = end + 1;
    }
    if (count < 2 || from <= typed.size() || part[0] > 23 || part[1] > 59 || part[2] > 59) {
        return std::nullopt;
    }
    const std::int64_t day = (near_us + kShanghaiUs) / kDayUs * kDayUs - kShanghaiUs;
    const std::int64_t at = day + (part[0] * 3'600LL + part[1] * 60LL + part[2]) * 1'000'000;
    // about midnight the clock alone does not say the day
    if (nearness == Nearness::past) {
        return at > near_us + kDayUs / 24 ? at - kDayUs : at;
    }
    return at < near_us ? at + kDayUs : at;
}

std::optional<std::uint32_t> whole_number(std::string_view typed) {
    std::uint32_t out = 0;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), out);
    return error == std::errc{} && end == typed.data() + typed.size() ? std::optional{out} : std::nullopt;
}

} // namespace ems::console
