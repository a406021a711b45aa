// ems-admin seed: the registry of a county from one JSON file, repeated harmlessly. Names are keys: a file that says one
// twice is refused, since the second would silently overwrite the first and a unit would be missing from the board.
//
//   {"region":   {"code": "140802", "name": "盐湖区", "network_note": "", "time_scale": 1},
//    "stations": [{"name": "冯村", "lat": 35.0, "lon": 111.0, "zone": "南部"}],
//    "hospitals":[{"name": "...", "lat": 35.0, "lon": 111.0}],
//    "vehicles": [{"vid": "amb-fc01", "plate": "", "class": "B", "full_range_km": 480}],
//    "terminals":[{"number": "13511221122", "vid": "amb-fc01", "terminal_id": "",
//                  "cameras": {"1": "cabin"}}],
//    "partners": [{"name": "临猗120", "phone": "0359-120", "lat": 35.1, "lon": 110.8}],
//    "units":    [{"name": "冯村01", "station": "冯村", "vid": "amb-fc01", "turnout_s": 75,
//                  "capabilities": "physician,ventilator", "phone": "0359-4022001", "radio": "冯村一号"}]}
//
// zone, partners, capabilities, phone and radio (how the crew is called by voice), full_range_km (with a full tank) and
// cameras (which channels of the terminal are cameras of its vehicle, by name) may be left out.
#include <fstream>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "dispatch/app/admin/commands.h"
#include "dispatch/app/admin/database.h"
#include "dispatch/core/capability.h"
#include "dispatch/core/request_text.h"

namespace ems::admin {
namespace {

using nlohmann::json;

constexpr std::size_t kRadioCallMax = 32; // bytes

void only_keys(const json& object, const char* what, const std::set<std::string>& known) {
    if (!object.is_object()) {
        throw Refusal{std::string{what} + " must be an object"};
    }
    for (const auto& item : object.items()) {
        if (!known.contains(item.key())) {
            throw Refusal{std::string{"unknown key \""} + item.key() + "\" in " + what};
        }
    }
}

std::string text(const json& object, const char* key) { return object.at(key).get<std::string>(); }

// Refused here, with a clear word, rather than stored as a place in the sea.
std::string coordinate(const json& object, const char* key, double limit) {
    const double value = object.at(key).get<double>();
    if (!(value >= -limit && value <= limit)) {
        throw Refusal{std::string{key} + " is out of range"};
    }
    char out[32];
    std::snprintf(out, sizeof out, "%.7f", value);
    return out;
}

const json& items(const json& seed, const char* key) {
    static const json none = json::array();
    const auto found = seed.find(key);
    return found == seed.end() ? none : *found;
}

// Objects without `key` are left to the reading that follows.
void refuse_repeats(const json& seed, const char* list, const char* key) {
    std::set<std::string> seen;
    for (const json& object : items(seed, list)) {
        const std::string value = object.is_object() ? object.value(key, "") : "";
        if (!value.empty() && !seen.insert(value).second) {
            throw Refusal{std::string{list} + " holds the " + key + " \"" + value + "\" more than once"};
        }
    }
}

void seed_region(Database& database, const json& region) {
    only_keys(region, "region", {"code", "name", "network_note", "time_scale"});
    must(database.execute(
        "insert into registry.region (code, name, network_note, time_scale) values ($1, $2, $3, $4) "
        "on conflict (code) do update set name = excluded.name, network_note = excluded.network_note, "
        "time_scale = excluded.time_scale",
        {text(region, "code"), text(region, "name"), region.value("network_note", ""),
         std::to_string(region.value("time_scale", 1.0))}));
}

void seed_places(Database& database, const json& seed, const std::string& region, const char* key,
                 const std::string& table) {
    for (const json& place : items(seed, key)) {
        only_keys(place, key, {"name", "lat", "lon", "zone"});
        if (place.contains("zone") && table != "station") {
            throw Refusal{std::string{"a zone is of a station, not of "} + key};
        }
        must(database.execute(
            "insert into registry." + table +
                " (region, name, place) values ($1, $2, st_setsrid(st_makepoint($3::double precision, "
                "$4::double precision), 4326)::geography) "
                "on conflict (name) do update set region = excluded.region, place = excluded.place",
            {region, text(place, "name"), coordinate(place, "lon", 180), coordinate(place, "lat", 90)}));
        if (place.contains("zone")) {
            must(database.execute("update registry.station set zone = $2 where name = $1",
                                  {text(place, "name"), text(place, "zone")}));
        }
    }
}

void seed_partners(Database& database, const json& seed, const std::string& region) {
    for (const json& partner : items(seed, "partners")) {
        only_keys(partner, "partners", {"name", "phone", "lat", "lon"});
        must(database.execute(
            "insert into registry.partner (region, name, phone, place) values ($1, $2, $3, "
            "st_setsrid(st_makepoint($4::double precision, $5::double precision), 4326)::geography) "
            "on conflict (name) do update set region = excluded.region, phone = excluded.phone, place = excluded.place",
            {region, text(partner, "name"), text(partner, "phone"), coordinate(partner, "lon", 180),
             coordinate(partner, "lat", 90)}));
    }
}

// A word that the ranking does not know would never be found on a unit.
std::string capabilities(const json& unit) {
    std::string out = unit.value("capabilities", "");
    if (!dispatch::capabilities_of(out)) {
        throw Refusal{"unit " + text(unit, "name") + " has an unknown capability: " + out};
    }
    return out;
}

// As a partner's is stored; refused here with the unit's name.
std::string phone(const json& unit) {
    std::string out = unit.value("phone", "");
    if (!out.empty() && !dispatch::is_phone(out)) {
        throw Refusal{"unit " + text(unit, "name") + " has a phone that is none (3 to 32 digits, +, blanks and hyphens): " + out};
    }
    return out;
}

std::string radio_call(const json& unit) {
    std::string out = unit.value("radio", "");
    if (!dispatch::check_text(out, kRadioCallMax, "radio")) {
        throw Refusal{"unit " + text(unit, "name") + " has a radio call of more than 32 bytes or with a control character"};
    }
    return out;
}

// What stays as it was is not touched: a running stream is not disturbed.
void seed_cameras(Database& database, const json& terminal) {
    const json cameras = terminal.value("cameras", json::object());
    std::string kept;
    for (const auto& [channel, camera] : cameras.items()) {
        kept += (kept.empty() ? "" : ",") + channel + "=" + camera.get<std::string>();
    }
    must(database.execute("delete from registry.terminal_camera where number = $1 "
                          "and channel || '=' || camera <> all(string_to_array($2, ','))",
                          {text(terminal, "number"), kept}));
    for (const auto& [channel, camera] : cameras.items()) {
        must(database.execute("insert into registry.terminal_camera (number, channel, camera) values ($1, $2::integer, $3) "
                              "on conflict (number, channel) do nothing",
                              {text(terminal, "number"), channel, camera.get<std::string>()}));
    }
}

void seed_units(Database& database, const json& seed, const std::string& region) {
    for (const json& vehicle : items(seed, "vehicles")) {
        only_keys(vehicle, "vehicles", {"vid", "plate", "class", "full_range_km"});
        must(database.execute(
            "insert into registry.vehicle (vid, region, plate, class, full_range_km) values ($1, $2, $3, $4, $5::integer) "
            "on conflict (vid) do update set region = excluded.region, plate = excluded.plate, "
            "class = excluded.class, full_range_km = excluded.full_range_km",
            {text(vehicle, "vid"), region, vehicle.value("plate", ""), vehicle.value("class", "B"),
             std::to_string(vehicle.value("full_range_km", 0))}));
    }
    for (const json& terminal : items(seed, "terminals")) {
        only_keys(terminal, "terminals", {"number", "vid", "terminal_id", "cameras"});
        must(database.execute(
            "insert into registry.terminal (number, vid, terminal_id) values ($1, $2, $3) "
            "on conflict (number) do update set vid = excluded.vid, terminal_id = excluded.terminal_id",
            {text(terminal, "number"), text(terminal, "vid"), terminal.value("terminal_id", "")}));
        seed_cameras(database, terminal);
    }
    for (const json& unit : items(seed, "units")) {
        only_keys(unit, "units", {"name", "station", "vid", "turnout_s", "capabilities", "phone", "radio"});
        const auto rows = database.query(
            "insert into registry.unit (name, station_id, vid, turnout_s, capabilities, phone, radio_call) "
            "select $1, id, nullif($3, ''), $4::integer, $5, nullif($6, ''), nullif($7, '') from registry.station where name = $2 "
            "on conflict (name) do update set station_id = excluded.station_id, vid = excluded.vid, "
            "turnout_s = excluded.turnout_s, capabilities = excluded.capabilities, phone = excluded.phone, "
            "radio_call = excluded.radio_call returning id",
            {text(unit, "name"), text(unit, "station"), unit.value("vid", ""),
             std::to_string(unit.value("turnout_s", 75)), capabilities(unit), phone(unit), radio_call(unit)});
        if (!rows) {
            throw Refusal{rows.error().detail};
        }
        if (rows->empty()) {
            throw Refusal{"unit " + text(unit, "name") + " names the unknown station " +
                          text(unit, "station")};
        }
    }
}

void seed(const std::string& conninfo, const std::string& file) {
    std::ifstream in{file};
    if (!in) {
        throw Refusal{"cannot read " + file};
    }
    try {
        const json content = json::parse(in);
        only_keys(content, "the file", {"region", "stations", "hospitals", "vehicles", "terminals", "units", "partners"});
        refuse_repeats(content, "stations", "name");
        refuse_repeats(content, "hospitals", "name");
        refuse_repeats(content, "vehicles", "vid");
        refuse_repeats(content, "units", "name");
        refuse_repeats(content, "units", "vid");
        refuse_repeats(content, "terminals", "number");
        refuse_repeats(content, "partners", "name");
        Result<Database> database = Database::open(conninfo);
        if (!database) {
            throw Refusal{database.error().detail};
        }
        must(database->execute("begin"));
        seed_region(*database, content.at("region"));
        const std::string region = text(content.at("region"), "code");
        seed_places(*database, content, region, "stations", "station");
        seed_places(*database, content, region, "hospitals", "hospital");
        seed_partners(*database, content, region);
        seed_units(*database, content, region);
        must(database->execute("select dispatch.audit_add('ems-admin', 'seed', null, $1)",
                               {"region=" + region + " units=" + std::to_string(items(content, "units").size())}));
        must(database->execute("commit"));
    } catch (const json::exception& error) {
        throw Refusal{file + ": " + error.what()};
    } catch (const Refusal& error) {
        throw Refusal{file + ": " + error.what()};
    }
}

} // namespace

void add_seed(CLI::App& app) {
    struct Arguments {
        std::string conninfo;
        std::string file;
    };
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* const verb = app.add_subcommand("seed", "region, stations, hospitals, vehicles, terminals and units");
    verb->add_option("--conninfo", arguments->conninfo, "libpq connection string of ems_owner")
        ->required()->envname("EMS_ADMIN_CONNINFO");
    verb->add_option("--file", arguments->file, "JSON file")->required();
    verb->callback([arguments] { seed(arguments->conninfo, arguments->file); });
}

} // namespace ems::admin
