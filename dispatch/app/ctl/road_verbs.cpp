// Verbs about roads today, who is reached and the way there.
#include <cmath>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "dispatch/app/ctl/print.h"
#include "dispatch/app/ctl/verbs.h"
#include "telemetry/base/clock.h"

namespace ems::ctl {
namespace {

using nlohmann::ordered_json;

struct Closing {
    std::vector<std::string> at; // LAT,LON
    std::vector<std::string> classes;
    std::string road;
    std::string reason;
    bool area{false};
    bool along{false};
    bool flood{false};
    bool rain{false};
    bool snow{false};
    double slow{0};
    double speed{0};
    std::uint32_t begins_in_minutes{0};
    std::uint32_t minutes{0};
};

std::optional<api::Place> place_of(const std::string& text) {
    double lat = 0;
    double lon = 0;
    int read = 0;
    if (std::sscanf(text.c_str(), "%lf,%lf%n", &lat, &lon, &read) != 2 ||
        static_cast<std::size_t>(read) != text.size() || !(std::abs(lat) <= 90) ||
        !(std::abs(lon) <= 180)) {
        return std::nullopt;
    }
    api::Place out;
    out.set_lat_e7(static_cast<std::int32_t>(std::lround(lat * 1e7)));
    out.set_lon_e7(static_cast<std::int32_t>(std::lround(lon * 1e7)));
    return out;
}

api::Place need_place(const std::string& text) {
    const auto place = place_of(text);
    if (!place) {
        throw Stop{2, "\"" + text + "\" is no LAT,LON"};
    }
    return *place;
}

std::string unit_name(const Session& session, std::int64_t id) {
    const auto found = session.state().units().find(id);
    return found == session.state().units().end() ? "-" : found->second.name();
}

void close_road(Session& session, const Closing& closing) {
    api::ClientFrame frame;
    api::RoadCondition& condition = *frame.mutable_close_road()->mutable_condition();
    condition.set_kind(closing.slow > 0    ? "slow"
                       : closing.speed > 0 ? "speed"
                       : closing.flood     ? "flood"
                       : closing.rain      ? "rain"
                       : closing.snow      ? "snow"
                                           : "closure");
    condition.set_value(closing.slow > 0 ? closing.slow : closing.speed);
    condition.set_place(closing.at.empty() ? "everywhere" : closing.area ? "area" : "stretch");
    for (const std::string& point : closing.at) {
        *condition.add_points() = need_place(point);
    }
    condition.set_along(closing.along);
    for (const std::string& road_class : closing.classes) {
        condition.add_classes(road_class);
    }
    condition.set_road(closing.road);
    condition.set_reason(closing.reason);
    const std::int64_t now_us = SystemClock{}.utc_us();
    const std::int64_t begins_us = std::int64_t{closing.begins_in_minutes} * 60'000'000;
    condition.set_from_us(begins_us == 0 ? 0 : now_us + begins_us);
    condition.set_until_us(
        closing.minutes == 0 ? 0 : now_us + begins_us + std::int64_t{closing.minutes} * 60'000'000);
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.road_closed()).c_str());
    } else {
        std::printf("condition #%lld holds on %u pieces of road\n",
                    static_cast<long long>(reply.road_closed().id()), reply.road_closed().pieces());
    }
}

api::RoadList ask_roads(Session& session) {
    api::ClientFrame frame;
    frame.mutable_get_roads();
    return session.ask(frame).road_list();
}

void roads(Session& session) {
    const api::RoadList list = ask_roads(session);
    if (session.options().json) {
        for (const api::RoadCondition& road : list.conditions()) {
            std::puts(json_text(road).c_str());
        }
        return;
    }
    if (!list.loaded()) {
        std::puts("the conditions were not read yet");
    }
    for (const api::RoadCondition& road : list.conditions()) {
        std::printf("#%lld  %s", static_cast<long long>(road.id()), road.kind().c_str());
        if (road.value() > 0) {
            std::printf(" %g", road.value());
        }
        std::printf("  %s", road.place().c_str());
        if (road.points_size() > 0) {
            std::printf(" %.5f,%.5f (%d points)", road.points(0).lat_e7() / 1e7,
                        road.points(0).lon_e7() / 1e7, road.points_size());
        }
        std::printf("  %s  from %s until %s  by %s  %s%s\n", road.road().c_str(),
                    clock_text(road.from_us()).c_str(), clock_text(road.until_us()).c_str(),
                    road.created_by().c_str(), road.reason().c_str(),
                    road.without_effect() ? "  HAS NO EFFECT: no road lies there on this map" : "");
    }
}

struct Reopening {
    std::int64_t id{0};
    std::string reason;
};

void reopen_road(Session& session, const Reopening& reopening) {
    const api::RoadList list = ask_roads(session);
    api::ClientFrame frame;
    frame.mutable_reopen_road()->set_id(reopening.id);
    frame.mutable_reopen_road()->set_reason(reopening.reason);
    for (const api::RoadCondition& road : list.conditions()) {
        if (road.id() == reopening.id) {
            frame.mutable_reopen_road()->set_version(road.version());
        }
    }
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(json_text(reply.done()).c_str());
    } else {
        std::puts(session.language() == Language::chinese ? "完成" : "done");
    }
}

double percent(double part, double all) {
    return all > 0 ? 100 * part / all : 0;
}

void print_share(const char* name, const api::CoverageShare& share) {
    std::printf("%-20s %4u of %4u villages  %9.0f of %9.0f people  %5.1f %%%s\n", name,
                share.villages_covered(), share.villages(), share.population_covered(),
                share.population(), percent(share.population_covered(), share.population()),
                share.population_assumed() > 0 ? "  (assumed)" : "");
}

void coverage(Session& session) {
    api::ClientFrame frame;
    frame.mutable_get_coverage();
    const api::ServerFrame reply = session.ask(frame);
    const api::Coverage& c = reply.coverage();
    if (session.options().json) {
        std::puts(json_text(c).c_str());
        return;
    }
    if (!c.degraded().empty()) {
        std::printf("no coverage: %s\n", c.degraded().c_str());
        return;
    }
    print_share("within 15 min", c.whole());
    for (const api::CoverageShare& township : c.townships()) {
        print_share(("  " + township.name()).c_str(), township);
    }
    for (const api::UnitCover& unit : c.units()) {
        std::printf("%s  first in %u villages, %.0f people; alone in %u, %.0f people; next %s",
                    unit_name(session, unit.unit_id()).c_str(), unit.villages(), unit.population(),
                    unit.alone_villages(), unit.alone_population(),
                    unit_name(session, unit.next_unit_id()).c_str());
        if (unit.next_unit_id() != 0) {
            std::printf(" in %u s", unit.next_s());
        }
        std::printf("\n");
    }
    for (const api::CoverageGap& gap : c.gaps()) {
        std::printf("gap  %s %s  %.0f people  %s", gap.within().c_str(), gap.name().c_str(),
                    gap.population(), unit_name(session, gap.first_unit_id()).c_str());
        if (gap.first_s() > 0) {
            std::printf(" in %u s", gap.first_s());
        }
        std::printf("\n");
    }
}

ordered_json ring_json(const api::Ring& ring) {
    ordered_json out = ordered_json::array();
    for (const api::Place& point : ring.points()) {
        out.push_back({point.lon_e7() / 1e7, point.lat_e7() / 1e7});
    }
    if (!out.empty()) {
        out.push_back(out.front());
    }
    return out;
}

// RFC 7946.
ordered_json geojson(const api::Isochrones& isochrones) {
    ordered_json features = ordered_json::array();
    for (const api::Isochrone& area : isochrones.areas()) {
        ordered_json polygons = ordered_json::array();
        for (const api::Polygon& polygon : area.polygons()) {
            ordered_json rings = ordered_json::array({ring_json(polygon.outer())});
            for (const api::Ring& hole : polygon.holes()) {
                rings.push_back(ring_json(hole));
            }
            polygons.push_back(std::move(rings));
        }
        features.push_back(
            {{"type", "Feature"},
             {"properties", {{"minutes", area.minutes()}, {"area_km2", area.area_km2()}}},
             {"geometry", {{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}}}});
    }
    return {{"type", "FeatureCollection"}, {"features", std::move(features)}};
}

struct Reach {
    std::string from{"fleet"};
    std::vector<std::uint32_t> minutes;
};

void isochrone(Session& session, const Reach& reach) {
    api::ClientFrame frame;
    api::GetIsochrones& request = *frame.mutable_get_isochrones();
    if (reach.from == "fleet" || reach.from == "stations") {
        request.set_from(reach.from);
    } else if (const auto place = place_of(reach.from)) {
        request.set_from("place");
        *request.mutable_place() = *place;
    } else {
        request.set_from("unit");
        request.set_unit_id(session.unit(reach.from).id());
    }
    for (const std::uint32_t minutes : reach.minutes) {
        request.add_minutes(minutes);
    }
    const api::ServerFrame reply = session.ask(frame);
    if (session.options().json) {
        std::puts(geojson(reply.isochrones()).dump().c_str());
        return;
    }
    std::printf("%u s counted before the wheels turn\n", reply.isochrones().lead_s());
    for (const api::Isochrone& area : reply.isochrones().areas()) {
        std::printf("%2u min  %8.2f km2 in %d parts\n", area.minutes(), area.area_km2(),
                    area.polygons_size());
    }
}

struct Way {
    std::string from;
    std::string to;
    std::uint32_t alternatives{0};
    bool without_siren{false};
};

void route(Session& session, const Way& way) {
    api::ClientFrame frame;
    api::GetRoute& request = *frame.mutable_get_route();
    if (const auto place = place_of(way.from)) {
        *request.mutable_from() = *place;
    } else {
        request.set_from_unit_id(session.unit(way.from).id());
    }
    if (const auto place = place_of(way.to)) {
        *request.mutable_to() = *place;
    } else if (session.state().find_hospital(way.to) != nullptr) {
        request.set_to_hospital_id(session.hospital(way.to).id());
    } else {
        request.set_to_incident_id(session.incident(way.to).id());
    }
    request.set_alternatives(way.alternatives);
    request.set_without_siren(way.without_siren);
    const api::ServerFrame reply = session.ask(frame);
    const api::RouteAnswer& found = reply.route();
    if (session.options().json) {
        std::puts(json_text(found).c_str());
        return;
    }
    std::printf("%u s  %.1f km%s\n", found.seconds(), found.distance_m() / 1000.0,
                found.ends_on_closed_road() ? "  the last stretch is closed" : "");
    for (const api::RouteStep& step : found.steps()) {
        std::printf("%5u s %6.1f km  %s\n", step.at_s(), step.at_m() / 1000.0,
                    session.language() == Language::chinese ? step.text_zh().c_str()
                                                            : step.text_en().c_str());
    }
    for (const api::RouteAnswer& other : found.others()) {
        std::printf("or %u s  %.1f km\n", other.seconds(), other.distance_m() / 1000.0);
    }
}

std::string station_name(const Session& session, std::int64_t id) {
    const auto found = session.state().stations().find(id);
    return found == session.state().stations().end() ? "#" + std::to_string(id)
                                                     : found->second.name();
}

api::MoveUp ask_move_up(Session& session) {
    api::ClientFrame frame;
    frame.mutable_get_move_up();
    return session.ask(frame).move_up();
}

void move_up(Session& session) {
    const api::MoveUp state = ask_move_up(session);
    if (session.options().json) {
        std::puts(json_text(state).c_str());
        return;
    }
    if (!state.degraded().empty()) {
        std::printf("no advice: %s\n", state.degraded().c_str());
        return;
    }
    std::printf("a call finds a free unit within 15 min with %.1f %% (a unit is busy %.0f %% of "
                "its time)\n",
                state.expected_share() * 100, state.busy_share() * 100);
    if (!state.has_advice()) {
        std::puts("nothing is advised");
        return;
    }
    const api::MoveUpAdvice& advice = state.advice();
    std::printf("advice #%lld: %s to wait at %s, %u s of driving: %.1f %% -> %.1f %%; moved %u of "
                "%u times today\n",
                static_cast<long long>(advice.id()), unit_name(session, advice.unit_id()).c_str(),
                station_name(session, advice.station_id()).c_str(), advice.drive_s(),
                advice.expected_before() * 100, advice.expected_after() * 100, advice.moves_today(),
                advice.moves_max());
}

struct Answer {
    std::int64_t id{0};
    bool accept{false};
    bool decline{false};
    std::string reason;
};

void tell_posting(const Session& session, const api::PostingOk& posting) {
    if (session.options().json) {
        std::puts(json_text(posting).c_str());
        return;
    }
    const bool chinese = session.language() == Language::chinese;
    const char* by_order = chinese ? "已发令" : "ordered";
    const char* by_voice = chinese ? "请用话音通知车组" : "tell the crew by voice";
    std::printf("posting %lld: %s\n", static_cast<long long>(posting.posting_id()),
                posting.command_id().empty() ? by_voice : by_order);
}

void answer_move_up(Session& session, const Answer& answer) {
    if (answer.accept == answer.decline) {
        throw Stop{2, "--accept or --decline"};
    }
    const api::MoveUp state = ask_move_up(session);
    api::ClientFrame frame;
    frame.mutable_answer_move_up()->set_id(answer.id);
    frame.mutable_answer_move_up()->set_version(state.advice().version());
    frame.mutable_answer_move_up()->set_accept(answer.accept);
    frame.mutable_answer_move_up()->set_reason(answer.reason);
    const api::ServerFrame reply = session.ask(frame);
    if (answer.accept) {
        tell_posting(session, reply.posting_ok());
    } else if (session.options().json) {
        std::puts(json_text(reply.done()).c_str());
    } else {
        std::puts(session.language() == Language::chinese ? "完成" : "done");
    }
}

void add_closing(CLI::App& app, Deed& chosen) {
    const auto closing = std::make_shared<Closing>();
    CLI::App* verb = app.add_subcommand(
        "close-road", "a road is closed, flooded or slow; the ranking follows at once");
    verb->add_option("--at", closing->at,
                     "LAT,LON on the road, or several along it; with --area the corners; none: by "
                     "--class or --road everywhere");
    verb->add_flag("--area", closing->area, "every road that touches the area");
    verb->add_flag("--along", closing->along, "only in the direction of the points");
    verb->add_option("--class", closing->classes,
                     "only these: expressway, national, provincial, county, township, village ...");
    verb->add_option("--road", closing->road, "only this name or number");
    verb->add_flag("--flood", closing->flood, "closed by water");
    verb->add_flag("--rain", closing->rain, "everywhere, by the map's factor");
    verb->add_flag("--snow", closing->snow, "everywhere, by the map's factor");
    verb->add_option("--slow", closing->slow, "times the usual time, instead of closed")
        ->check(CLI::Range(1.0, 20.0));
    verb->add_option("--speed", closing->speed, "km/h, instead of closed")
        ->check(CLI::Range(1.0, 120.0));
    verb->add_option("--in-minutes", closing->begins_in_minutes, "begins then; else now");
    verb->add_option("--minutes", closing->minutes, "how long; else until reopen-road");
    verb->add_option("--reason", closing->reason, "why, for the others and the audit")->required();
    verb->callback(
        [&chosen, closing] { chosen = [closing](Session& s) { close_road(s, *closing); }; });
    verb = app.add_subcommand("roads", "roads that are closed or slow, now or later");
    verb->callback([&chosen] { chosen = [](Session& s) { roads(s); }; });
    const auto reopening = std::make_shared<Reopening>();
    verb = app.add_subcommand("reopen-road", "ends a condition of a road");
    verb->add_option("id", reopening->id, "as `roads` prints it")->required();
    verb->add_option("--reason", reopening->reason, "why")->required();
    verb->callback(
        [&chosen, reopening] { chosen = [reopening](Session& s) { reopen_road(s, *reopening); }; });
}

} // namespace

void add_roads(CLI::App& app, Deed& chosen) {
    add_closing(app, chosen);
    CLI::App* verb = app.add_subcommand(
        "coverage", "who is reached within 15 minutes by the units as they stand");
    verb->callback([&chosen] { chosen = [](Session& s) { coverage(s); }; });
    const auto reach = std::make_shared<Reach>();
    verb = app.add_subcommand("isochrone", "how far help comes; --json prints GeoJSON");
    verb->add_option("--from", reach->from, "fleet, stations, a unit or LAT,LON")
        ->capture_default_str();
    verb->add_option("--minutes", reach->minutes, "such as 5,10,15")
        ->delimiter(',')
        ->check(CLI::Range(1, 60));
    verb->callback([&chosen, reach] { chosen = [reach](Session& s) { isochrone(s, *reach); }; });
    verb = app.add_subcommand("move-up", "which free unit should wait elsewhere");
    verb->callback([&chosen] { chosen = [](Session& s) { move_up(s); }; });
    const auto answer = std::make_shared<Answer>();
    verb = app.add_subcommand("answer-move-up", "the dispatcher's word on the advice");
    verb->add_option("id", answer->id, "as `move-up` prints it")->required();
    verb->add_flag("--accept", answer->accept,
                   "the unit is ordered there, as `post UNIT relocation` does");
    verb->add_flag("--decline", answer->decline, "it stays");
    verb->add_option("--reason", answer->reason, "why; needed to decline");
    verb->callback(
        [&chosen, answer] { chosen = [answer](Session& s) { answer_move_up(s, *answer); }; });
    const auto way = std::make_shared<Way>();
    verb = app.add_subcommand("route", "the way there on the roads as they stand");
    verb->add_option("--from", way->from, "a unit or LAT,LON")->required();
    verb->add_option("--to", way->to, "an incident, a hospital or LAT,LON")->required();
    verb->add_option("--alternatives", way->alternatives, "other ways beside it, at most 3");
    verb->add_flag("--without-siren", way->without_siren, "as transfers drive");
    verb->callback([&chosen, way] { chosen = [way](Session& s) { route(s, *way); }; });
}

} // namespace ems::ctl
