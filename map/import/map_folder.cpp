#include "map/import/map_folder.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "map/geo/file_bytes.h"
#include "map/import/names_builder.h"
#include "map/import/scene_builder.h"

namespace ems::map {
namespace {

Result<void> write_text(const std::string& path, const std::string& text) {
    return write_file(path, std::as_bytes(std::span{text}));
}

std::string info_json(const RoadGraph& graph, std::size_t places, const MapInfo& info) {
    const BoxE7 box = graph.bounds();
    nlohmann::ordered_json j;
    j["name"] = info.name;
    j["source"] = info.source;
    j["demonstration"] = info.demonstration;
    j["note"] = info.note;
    j["seed"] = info.seed;
    j["caller_place"] = info.caller_place;
    j["busy_station"] = info.busy_station;
    j["nodes"] = graph.node_count();
    j["arcs"] = graph.arc_count();
    j["turn_bans"] = graph.ban_count();
    j["places"] = places;
    j["south_west"] = {from_e7(box.low).lat, from_e7(box.low).lon};
    j["north_east"] = {from_e7(box.high).lat, from_e7(box.high).lon};
    j["graph_format"] = RoadGraph::kFormatVersion;
    j["graph_checksum"] = fmt::format("{:016x}", graph.checksum());
    return j.dump(2) + "\n";
}

// Before the roads are replaced: an order is of the graph it was made for.
Result<void> remove_stale_order(const MapPaths& paths, const RoadGraph& graph) {
    const auto before = RoadGraph::open(paths.graph);
    if (before && before->checksum() == graph.checksum()) {
        return {};
    }
    std::error_code error;
    std::filesystem::remove(paths.order, error);
    if (error) {
        return fail(Code::io, fmt::format("cannot remove {}: {}", paths.order, error.message()));
    }
    return {};
}

// An operator's map may have none.
Result<std::vector<Feature>> landmarks_of(const MapPaths& paths) {
    std::error_code error;
    const bool is_there = std::filesystem::exists(paths.landmarks, error);
    if (!error && !is_there) {
        return std::vector<Feature>{};
    }
    return load_landmarks(paths.landmarks);
}

} // namespace

Result<void> write_map(const std::string& dir, const RoadGraph& graph, const MapNames& names,
                       const SceneGround& ground, const MapInfo& info,
                       const AmbulanceProfile& profile) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    if (error) {
        return fail(Code::io, fmt::format("cannot create {}: {}", dir, error.message()));
    }
    // What may fail besides the disk comes before the first file: none of a new map is left then.
    const auto table = build_names(graph, names.places, names.landmarks, names.readings);
    if (!table) {
        return Failure{table.error()};
    }
    const Scene scene = build_scene(graph, names.places, ground, info.note);
    const MapPaths paths{dir};
    EMS_TRY(remove_stale_order(paths, graph));
    EMS_TRY(graph.save(paths.graph));
    EMS_TRY(write_text(paths.places, print_places(names.places)));
    EMS_TRY(write_text(paths.profile, print_profile(profile)));
    EMS_TRY(write_text(paths.landmarks, print_landmarks(names.landmarks)));
    EMS_TRY(save_names(*table, paths.names));
    EMS_TRY(save_scene(scene, paths.scene));
    return write_text(paths.info, info_json(graph, names.places.size(), info));
}

Result<std::size_t> rebuild_names(const std::string& dir, std::vector<LocalReading> readings) {
    const MapPaths paths{dir};
    const auto graph = RoadGraph::open(paths.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const auto places = load_places(paths.places);
    const auto landmarks = landmarks_of(paths);
    if (!places || !landmarks) {
        return Failure{!places ? places.error() : landmarks.error()};
    }
    const auto table = build_names(*graph, *places, *landmarks, std::move(readings));
    if (!table) {
        return Failure{table.error()};
    }
    EMS_TRY(save_names(*table, paths.names));
    return table->features.size();
}

Result<MapInfo> load_info(const std::string& dir) {
    const MapPaths paths{dir};
    const auto file = MappedFile::open(paths.info);
    if (!file) {
        return Failure{file.error()};
    }
    const auto bytes = file->bytes();
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    const auto j = nlohmann::json::parse(text, text + bytes.size(), nullptr, false);
    if (!j.is_object()) {
        return fail(Code::corrupt, fmt::format("{} is not a JSON object", paths.info));
    }
    const auto text_of = [&j](const char* key) {
        const auto it = j.find(key);
        return it != j.end() && it->is_string() ? it->get<std::string>() : std::string{};
    };
    MapInfo info;
    info.name = text_of("name");
    info.source = text_of("source");
    info.note = text_of("note");
    info.caller_place = text_of("caller_place");
    info.busy_station = text_of("busy_station");
    if (const auto it = j.find("demonstration"); it != j.end() && it->is_boolean()) {
        info.demonstration = it->get<bool>();
    }
    if (const auto it = j.find("seed"); it != j.end() && it->is_number_unsigned()) {
        info.seed = it->get<std::uint64_t>();
    }
    return info;
}

} // namespace ems::map
