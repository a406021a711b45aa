#include "map/import/osm_block.h"

#include "map/import/checked_protozero.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace ems::map {
namespace {

using Packed64 = protozero::iterator_range<protozero::pbf_reader::const_sint64_iterator>;
using PackedKeys = protozero::iterator_range<protozero::pbf_reader::const_uint32_iterator>;
using PackedInts = protozero::iterator_range<protozero::pbf_reader::const_int32_iterator>;

// Thrown and caught inside this file only, beside protozero's own.
struct BadBlock {
    const char* what;
};

std::int64_t add_wrapping(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

protozero::pbf_reader reader(std::span<const std::byte> bytes) {
    return protozero::pbf_reader{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class BlockReader {
  public:
    BlockReader(std::span<const std::byte> block, OsmKinds wanted, OsmVisitor& visitor)
        : block_(block), wanted_(wanted), visitor_(visitor) {}

    OsmKinds run() {
        read_frame();
        for (auto r = reader(block_); r.next(2);) {
            read_group(r.get_message());
        }
        return held_;
    }

  private:
    // Strings and scales stand anywhere in the block, so they are read before any group.
    void read_frame() {
        for (auto r = reader(block_); r.next();) {
            switch (r.tag()) {
            case 1:
                for (auto table = r.get_message(); table.next(1);) {
                    const auto view = table.get_view();
                    strings_.emplace_back(view.data(), view.size());
                }
                break;
            case 17:
                granularity_ = r.get_int32();
                break;
            case 19:
                lat_offset_ = r.get_int64();
                break;
            case 20:
                lon_offset_ = r.get_int64();
                break;
            default:
                r.skip();
            }
        }
        if (granularity_ <= 0) {
            throw BadBlock{"its granularity is impossible"};
        }
    }

    void read_group(protozero::pbf_reader group) {
        while (group.next()) {
            switch (group.tag()) {
            case 1:
                held_.nodes = true;
                wanted_.nodes ? read_node(group.get_message()) : group.skip();
                break;
            case 2:
                held_.nodes = true;
                wanted_.nodes ? read_dense(group.get_message()) : group.skip();
                break;
            case 3:
                held_.ways = true;
                wanted_.ways ? read_way(group.get_message()) : group.skip();
                break;
            case 4:
                held_.relations = true;
                wanted_.relations ? read_relation(group.get_message()) : group.skip();
                break;
            default:
                group.skip();
            }
        }
    }

    [[nodiscard]] std::string_view string(std::int64_t index) const {
        if (index < 0 || static_cast<std::size_t>(index) >= strings_.size()) {
            throw BadBlock{"it refers to a text that is not there"};
        }
        return strings_[static_cast<std::size_t>(index)];
    }

    // Positions are stored in units of the granularity, in nanodegrees.
    [[nodiscard]] PointE7 point(std::int64_t lat, std::int64_t lon) const {
        if (granularity_ == 100 && lat_offset_ == 0 && lon_offset_ == 0) { // nearly every file
            if (lat < -900'000'000 || lat > 900'000'000 || lon < -1'800'000'000 ||
                lon > 1'800'000'000) {
                throw BadBlock{"a node lies outside of the earth"};
            }
            return {static_cast<std::int32_t>(lat), static_cast<std::int32_t>(lon)};
        }
        const double scale = granularity_;
        const Wgs84 p{(static_cast<double>(lat_offset_) + scale * static_cast<double>(lat)) * 1e-9,
                      (static_cast<double>(lon_offset_) + scale * static_cast<double>(lon)) * 1e-9};
        if (!is_valid(p)) {
            throw BadBlock{"a node lies outside of the earth"};
        }
        return to_e7(p);
    }

    void set_tags(PackedKeys keys, PackedKeys values) {
        tags_.clear();
        auto value = values.begin();
        for (const std::uint32_t key : keys) {
            if (value == values.end()) {
                throw BadBlock{"a tag has no value"};
            }
            tags_.add(string(key), string(*value++));
        }
    }

    void read_node(protozero::pbf_reader r) {
        std::int64_t id = 0;
        std::int64_t lat = 0;
        std::int64_t lon = 0;
        PackedKeys keys;
        PackedKeys values;
        while (r.next()) {
            switch (r.tag()) {
            case 1:
                id = r.get_sint64();
                break;
            case 2:
                keys = r.get_packed_uint32();
                break;
            case 3:
                values = r.get_packed_uint32();
                break;
            case 8:
                lat = r.get_sint64();
                break;
            case 9:
                lon = r.get_sint64();
                break;
            default:
                r.skip();
            }
        }
        set_tags(keys, values);
        visitor_.on_node(id, point(lat, lon), tags_);
    }

    void read_dense(protozero::pbf_reader r) {
        Packed64 ids;
        Packed64 lats;
        Packed64 lons;
        PackedInts tags;
        while (r.next()) {
            switch (r.tag()) {
            case 1:
                ids = r.get_packed_sint64();
                break;
            case 8:
                lats = r.get_packed_sint64();
                break;
            case 9:
                lons = r.get_packed_sint64();
                break;
            case 10:
                tags = r.get_packed_int32();
                break;
            default:
                r.skip();
            }
        }
        std::int64_t id = 0;
        std::int64_t lat = 0;
        std::int64_t lon = 0;
        auto lat_step = lats.begin();
        auto lon_step = lons.begin();
        auto tag = tags.begin();
        for (const std::int64_t id_step : ids) {
            if (lat_step == lats.end() || lon_step == lons.end()) {
                throw BadBlock{"a node has no position"};
            }
            id = add_wrapping(id, id_step);
            lat = add_wrapping(lat, *lat_step++);
            lon = add_wrapping(lon, *lon_step++);
            tag = set_dense_tags(tag, tags.end());
            visitor_.on_node(id, point(lat, lon), tags_);
        }
    }

    // Keys and values by turns up to a zero; nothing at all when no node of the block has a tag.
    protozero::pbf_reader::const_int32_iterator
    set_dense_tags(protozero::pbf_reader::const_int32_iterator tag,
                   const protozero::pbf_reader::const_int32_iterator& end) {
        tags_.clear();
        while (tag != end) {
            const std::int32_t key = *tag++;
            if (key == 0) {
                break;
            }
            if (tag == end) {
                throw BadBlock{"a tag has no value"};
            }
            tags_.add(string(key), string(*tag++));
        }
        return tag;
    }

    void read_way(protozero::pbf_reader r) {
        std::int64_t id = 0;
        PackedKeys keys;
        PackedKeys values;
        refs_.clear();
        while (r.next()) {
            switch (r.tag()) {
            case 1:
                id = r.get_int64();
                break;
            case 2:
                keys = r.get_packed_uint32();
                break;
            case 3:
                values = r.get_packed_uint32();
                break;
            case 8: {
                std::int64_t ref = 0;
                for (const std::int64_t step : r.get_packed_sint64()) {
                    ref = add_wrapping(ref, step);
                    refs_.push_back(ref);
                }
                break;
            }
            default:
                r.skip();
            }
        }
        set_tags(keys, values);
        visitor_.on_way(id, refs_, tags_);
    }

    void read_relation(protozero::pbf_reader r) {
        std::int64_t id = 0;
        PackedKeys keys;
        PackedKeys values;
        PackedInts roles;
        Packed64 ids;
        PackedInts types;
        while (r.next()) {
            switch (r.tag()) {
            case 1:
                id = r.get_int64();
                break;
            case 2:
                keys = r.get_packed_uint32();
                break;
            case 3:
                values = r.get_packed_uint32();
                break;
            case 8:
                roles = r.get_packed_int32();
                break;
            case 9:
                ids = r.get_packed_sint64();
                break;
            case 10:
                types = r.get_packed_int32();
                break;
            default:
                r.skip();
            }
        }
        members_.clear();
        std::int64_t member = 0;
        auto role = roles.begin();
        auto type = types.begin();
        for (const std::int64_t step : ids) {
            if (role == roles.end() || type == types.end() || *type < 0 || *type > 2) {
                throw BadBlock{"a relation's member has no role or no kind"};
            }
            member = add_wrapping(member, step);
            members_.push_back({static_cast<OsmMemberType>(*type++), member, string(*role++)});
        }
        set_tags(keys, values);
        visitor_.on_relation(id, members_, tags_);
    }

    std::span<const std::byte> block_;
    OsmKinds wanted_;
    OsmKinds held_;
    OsmVisitor& visitor_;
    std::vector<std::string_view> strings_;
    std::int32_t granularity_{100};
    std::int64_t lat_offset_{0};
    std::int64_t lon_offset_{0};
    OsmTags tags_;
    std::vector<std::int64_t> refs_;
    std::vector<OsmMember> members_;
};

} // namespace

std::string_view OsmTags::get(std::string_view key) const {
    for (const auto& [k, v] : tags_) {
        if (k == key) {
            return v;
        }
    }
    return {};
}

bool OsmTags::has_key_with(std::string_view prefix) const {
    return std::any_of(tags_.begin(), tags_.end(),
                       [prefix](const auto& tag) { return tag.first.starts_with(prefix); });
}

Result<OsmKinds> visit_block(std::span<const std::byte> block, OsmKinds wanted,
                             OsmVisitor& visitor) {
    try {
        return BlockReader{block, wanted, visitor}.run();
    } catch (const BadBlock& bad) {
        return fail(Code::pbf, bad.what);
    } catch (const protozero::exception&) {
        return fail(Code::pbf, "its content is damaged");
    }
}

Result<void> check_header(std::span<const std::byte> header) {
    try {
        for (auto r = reader(header); r.next();) {
            if (r.tag() != 4) {
                r.skip();
                continue;
            }
            const std::string feature = r.get_string();
            if (feature != "OsmSchema-V0.6" && feature != "DenseNodes") {
                return fail(Code::pbf,
                            fmt::format("it needs '{}', which is not supported", feature));
            }
        }
        return {};
    } catch (const protozero::exception&) {
        return fail(Code::pbf, "the file's header is damaged");
    }
}

} // namespace ems::map
