#include "map/gazetteer/gazetteer_index.h"

namespace ems::map {

Gazetteer::Gazetteer(NameTable table)
    : index_(std::make_unique<GazetteerIndex>(std::move(table))) {}

Gazetteer::Gazetteer(Gazetteer&&) noexcept = default;
Gazetteer& Gazetteer::operator=(Gazetteer&&) noexcept = default;
Gazetteer::~Gazetteer() = default;

Result<Gazetteer> Gazetteer::open(const std::string& path) {
    auto table = load_names(path);
    if (!table) {
        return Failure{std::move(table).error()};
    }
    return Gazetteer{std::move(*table)};
}

const std::vector<Feature>& Gazetteer::features() const {
    return index_->table.features;
}

const HanTable& Gazetteer::han() const {
    return index_->table.han;
}

const std::vector<LocalReading>& Gazetteer::readings() const {
    return index_->table.readings;
}

std::size_t Gazetteer::memory_bytes() const {
    const GazetteerIndex& i = *index_;
    std::size_t bytes = i.signatures.capacity() * sizeof i.signatures[0] +
                        i.entries.capacity() * sizeof i.entries[0] + i.letters.capacity() +
                        i.units.capacity() * sizeof i.units[0] +
                        i.segments.capacity() * sizeof i.segments[0] +
                        i.table.points.capacity() * sizeof i.table.points[0] +
                        i.table.han.rows().capacity() * sizeof(HanTable::Row);
    for (const Feature& f : i.table.features) {
        bytes += sizeof f + f.name.capacity() + f.within.capacity();
        for (const std::string& alias : f.aliases) {
            bytes += sizeof alias + alias.capacity();
        }
    }
    return bytes;
}

} // namespace ems::map
