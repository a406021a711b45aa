#include "map/geo/checked_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "map/geo/checksum.h"
#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t reserved;
    std::uint64_t size_bytes;
    std::uint64_t checksum; // of everything behind the header
};
static_assert(sizeof(Header) == 32);

} // namespace

void FieldWriter::text(const std::string& s) {
    count(s.size());
    const auto view = std::as_bytes(std::span{s});
    bytes_.insert(bytes_.end(), view.begin(), view.end());
}

void FieldWriter::short_text(const std::string& s) {
    EMS_ASSERT(s.size() <= 255);
    number(static_cast<std::uint8_t>(s.size()));
    const auto view = std::as_bytes(std::span{s});
    bytes_.insert(bytes_.end(), view.begin(), view.end());
}

void FieldWriter::point(PointE7 p) {
    number(p.lat_e7);
    number(p.lon_e7);
}

void FieldWriter::points(std::span<const PointE7> list) {
    count(list.size());
    for (const PointE7 p : list) {
        point(p);
    }
}

std::vector<std::byte> FieldWriter::finish(const CheckedFormat& format) && {
    const Header header{format.magic, format.version, 0, sizeof(Header) + bytes_.size(),
                        checksum64(bytes_)};
    std::vector<std::byte> out(sizeof header + bytes_.size());
    std::memcpy(out.data(), &header, sizeof header);
    std::copy(bytes_.begin(), bytes_.end(), out.begin() + sizeof header);
    return out;
}

Result<FieldReader> FieldReader::open(std::span<const std::byte> file, const CheckedFormat& format,
                                      const std::string& name) {
    Header header{};
    if (file.size() >= sizeof header) {
        std::memcpy(&header, file.data(), sizeof header);
    }
    if (header.magic != format.magic) {
        return fail(Code::corrupt, fmt::format("{} is not {}", name, format.what));
    }
    if (header.version != format.version) {
        return fail(Code::unsupported_version,
                    fmt::format("{} has format {}, this program reads format {}: import it again",
                                name, header.version, format.version));
    }
    if (header.size_bytes != file.size() ||
        checksum64(file.subspan(sizeof header)) != header.checksum) {
        return fail(Code::corrupt, fmt::format("{} is cut or damaged", name));
    }
    return FieldReader{file.subspan(sizeof header)};
}

std::size_t FieldReader::count(std::size_t item_bytes) {
    const auto n = number<std::uint32_t>();
    if (n > left_.size() / item_bytes) {
        ok_ = false;
        return 0;
    }
    return n;
}

std::string FieldReader::text() {
    return text_of(count(1));
}

std::string FieldReader::short_text() {
    return text_of(number<std::uint8_t>());
}

std::string FieldReader::text_of(std::size_t size_bytes) {
    if (size_bytes > left_.size()) {
        ok_ = false;
        return {};
    }
    std::string s(size_bytes, '\0');
    if (size_bytes > 0) {
        std::memcpy(s.data(), left_.data(), size_bytes);
    }
    left_ = left_.subspan(size_bytes);
    return s;
}

PointE7 FieldReader::point() {
    const auto lat = number<std::int32_t>();
    return {lat, number<std::int32_t>()};
}

PointE7 FieldReader::place() {
    const PointE7 p = point();
    require(is_valid(from_e7(p)));
    return p;
}

std::vector<PointE7> FieldReader::places() {
    std::vector<PointE7> list(count(8));
    for (PointE7& p : list) {
        p = place();
    }
    return list;
}

} // namespace ems::map
