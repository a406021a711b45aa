#include "tests/map/osm_file.h"

#include "map/import/checked_protozero.h"

#include <cmath>
#include <stdexcept>

#include <protozero/pbf_writer.hpp>
#include <zlib.h>

namespace ems::map::test {
namespace {

using protozero::pbf_writer;

class Strings {
  public:
    std::uint32_t number(const std::string& s) {
        const auto [it, is_new] = number_.try_emplace(s, static_cast<std::uint32_t>(list_.size()));
        if (is_new) {
            list_.push_back(s);
        }
        return it->second;
    }
    [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

  private:
    std::vector<std::string> list_{""};
    std::map<std::string, std::uint32_t> number_;
};

void write_tags(pbf_writer& w, const Tags& tags, Strings& strings) {
    std::vector<std::uint32_t> keys;
    std::vector<std::uint32_t> values;
    for (const auto& [k, v] : tags) {
        keys.push_back(strings.number(k));
        values.push_back(strings.number(v));
    }
    w.add_packed_uint32(2, keys.begin(), keys.end());
    w.add_packed_uint32(3, values.begin(), values.end());
}

std::vector<std::int64_t> deltas(const std::vector<std::int64_t>& values) {
    std::vector<std::int64_t> out;
    std::int64_t last = 0;
    for (const std::int64_t v : values) {
        out.push_back(v - last);
        last = v;
    }
    return out;
}

void write_dense(pbf_writer& group, const std::vector<OsmNode>& nodes, Strings& strings) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> lats;
    std::vector<std::int64_t> lons;
    std::vector<std::int32_t> tags;
    for (const OsmNode& n : nodes) {
        ids.push_back(n.id);
        lats.push_back(std::llround(n.lat * 1e7));
        lons.push_back(std::llround(n.lon * 1e7));
        for (const auto& [k, v] : n.tags) {
            tags.push_back(static_cast<std::int32_t>(strings.number(k)));
            tags.push_back(static_cast<std::int32_t>(strings.number(v)));
        }
        tags.push_back(0);
    }
    const auto id = deltas(ids);
    const auto lat = deltas(lats);
    const auto lon = deltas(lons);
    pbf_writer dense{group, 2};
    dense.add_packed_sint64(1, id.begin(), id.end());
    dense.add_packed_sint64(8, lat.begin(), lat.end());
    dense.add_packed_sint64(9, lon.begin(), lon.end());
    dense.add_packed_int32(10, tags.begin(), tags.end());
}

OsmRelation relation_of(const OsmTurn& turn) {
    OsmRelation out{{{1, turn.from, "from"}, {0, turn.via, "via"}, {1, turn.to, "to"}}, turn.more};
    out.tags["type"] = "restriction";
    if (!turn.rule.empty()) {
        out.tags["restriction"] = turn.rule;
    }
    return out;
}

void write_relation(pbf_writer& group, const OsmRelation& relation, std::int64_t id,
                    Strings& strings) {
    pbf_writer w{group, 4};
    w.add_int64(1, id);
    write_tags(w, relation.tags, strings);
    std::vector<std::int32_t> roles;
    std::vector<std::int64_t> ids;
    std::vector<std::int32_t> types;
    for (const OsmRelation::Member& m : relation.members) {
        roles.push_back(static_cast<std::int32_t>(strings.number(m.role)));
        ids.push_back(m.id);
        types.push_back(m.type);
    }
    const auto steps = deltas(ids);
    w.add_packed_int32(8, roles.begin(), roles.end());
    w.add_packed_sint64(9, steps.begin(), steps.end());
    w.add_packed_int32(10, types.begin(), types.end());
}

} // namespace

std::string osm_blob(const std::string& type, const std::string& content, Packing packing) {
    std::string blob;
    pbf_writer w{blob};
    if (packing == Packing::raw) {
        w.add_bytes(1, content);
    } else {
        std::string packed(compressBound(content.size()), '\0');
        uLongf size = packed.size();
        if (compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                     reinterpret_cast<const Bytef*>(content.data()), content.size()) != Z_OK) {
            throw std::runtime_error("compress");
        }
        packed.resize(size);
        w.add_int32(2, static_cast<std::int32_t>(content.size()));
        w.add_bytes(3, packed);
    }
    std::string head;
    pbf_writer h{head};
    h.add_string(1, type);
    h.add_int32(3, static_cast<std::int32_t>(blob.size()));
    const auto size = static_cast<std::uint32_t>(head.size());
    std::string out;
    for (const int shift : {24, 16, 8, 0}) {
        out += static_cast<char>(size >> shift & 0xFF);
    }
    return out + head + blob;
}

std::string OsmFile::bytes(Packing packing, NodeForm form) const {
    return header(packing) + block(packing, form);
}

std::string OsmFile::header(Packing packing) const {
    std::string header;
    pbf_writer h{header};
    h.add_string(4, feature);
    return osm_blob("OSMHeader", header, packing);
}

std::string OsmFile::block(Packing packing, NodeForm form) const {
    Strings strings;
    std::string groups;
    pbf_writer block{groups};
    {
        pbf_writer group{block, 2};
        if (form == NodeForm::dense) {
            write_dense(group, nodes, strings);
        } else {
            for (const OsmNode& n : nodes) {
                pbf_writer w{group, 1};
                w.add_sint64(1, n.id);
                write_tags(w, n.tags, strings);
                w.add_sint64(8, std::llround(n.lat * 1e7));
                w.add_sint64(9, std::llround(n.lon * 1e7));
            }
        }
    }
    {
        pbf_writer group{block, 2};
        for (const OsmWay& way : ways) {
            pbf_writer w{group, 3};
            w.add_int64(1, way.id);
            write_tags(w, way.tags, strings);
            const auto refs = deltas(way.refs);
            w.add_packed_sint64(8, refs.begin(), refs.end());
        }
    }
    {
        pbf_writer group{block, 2};
        std::int64_t id = 0;
        for (const OsmTurn& turn : turns) {
            write_relation(group, relation_of(turn), ++id, strings);
        }
        for (const OsmRelation& relation : relations) {
            write_relation(group, relation, ++id, strings);
        }
    }
    std::string table;
    pbf_writer t{table};
    for (const std::string& s : strings.list()) {
        t.add_bytes(1, s);
    }
    std::string content;
    pbf_writer c{content};
    c.add_message(1, table);
    content += groups;
    return osm_blob("OSMData", content, packing);
}

} // namespace ems::map::test
