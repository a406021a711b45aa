#include "map/import/pbf_file.h"

#include "map/import/checked_protozero.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

namespace ems::map {
namespace {

protozero::pbf_reader reader(std::span<const std::byte> bytes) {
    return protozero::pbf_reader{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> span_of(protozero::data_view view) {
    return std::as_bytes(std::span{view.data(), view.size()});
}

} // namespace

Result<PbfFile> PbfFile::open(const std::string& path) {
    PbfFile file;
    file.path_ = path;
    file.file_.reset(std::fopen(path.c_str(), "rb"));
    struct stat status {};
    if (!file.file_ || ::fstat(::fileno(file.file_.get()), &status) != 0) {
        return fail(Code::io, fmt::format("{}: cannot open: {}", path, std::strerror(errno)));
    }
    if (!S_ISREG(status.st_mode)) {
        return fail(Code::io, fmt::format("{}: not a regular file", path));
    }
    file.size_bytes_ = static_cast<std::uint64_t>(status.st_size);
    return file;
}

Failure PbfFile::bad_blob(std::uint64_t offset, const std::string& what) const {
    return fail(Code::pbf, fmt::format("{}: blob at offset {}: {}", path_, offset, what));
}

Result<void> PbfFile::seek(std::uint64_t offset) {
    if (offset == position_) {
        return {};
    }
    if (::fseeko(file_.get(), static_cast<off_t>(offset), SEEK_SET) != 0) {
        return fail(Code::io, fmt::format("{}: {}", path_, std::strerror(errno)));
    }
    position_ = offset;
    return {};
}

bool PbfFile::read(std::vector<std::byte>& into, std::size_t size) {
    if (size_bytes_ - position_ < size) {
        return false; // before anything is allocated for it
    }
    into.resize(size);
    if (std::fread(into.data(), 1, size, file_.get()) != size) {
        return false;
    }
    position_ += size;
    return true;
}

Result<std::optional<Blob>> PbfFile::next() {
    const std::uint64_t offset = position_;
    if (offset == size_bytes_) {
        if (offset == 0) {
            return bad_blob(0, "the file is empty");
        }
        return std::optional<Blob>{};
    }
    try {
        const auto head = read_head(offset);
        if (!head) {
            return Failure{head.error()};
        }
        if ((head->type == BlobType::header) != (offset == 0)) {
            return bad_blob(offset, offset == 0 ? "not an OpenStreetMap PBF file (no header)"
                                                : "a second header");
        }
        if (!read(packed_, head->size_bytes)) {
            return bad_blob(offset, "the file is cut");
        }
        const auto bytes = unpack(offset);
        if (!bytes) {
            return Failure{bytes.error()};
        }
        return Blob{offset, head->type, *bytes};
    } catch (const protozero::exception&) {
        return bad_blob(offset, "damaged");
    }
}

Result<PbfFile::BlobHead> PbfFile::read_head(std::uint64_t offset) {
    if (!read(packed_, 4)) {
        return bad_blob(offset, "the file is cut");
    }
    std::size_t size = 0;
    for (const std::byte b : packed_) {
        size = size << 8 | std::to_integer<std::size_t>(b);
    }
    if (size == 0 || size > kHeaderBytesMax) {
        return bad_blob(offset, offset == 0 ? "not an OpenStreetMap PBF file"
                                            : "the length of its header is impossible");
    }
    if (!read(packed_, size)) {
        return bad_blob(offset, "the file is cut");
    }
    BlobHead head;
    bool has_type = false;
    std::int64_t size_bytes = -1;
    for (auto r = reader(packed_); r.next();) {
        switch (r.tag_and_type()) {
        case protozero::tag_and_type(1, protozero::pbf_wire_type::length_delimited): {
            const std::string type = r.get_string();
            if (type != "OSMHeader" && type != "OSMData") {
                return bad_blob(offset, "of a kind that is not known");
            }
            head.type = type == "OSMHeader" ? BlobType::header : BlobType::data;
            has_type = true;
            break;
        }
        case protozero::tag_and_type(3, protozero::pbf_wire_type::varint):
            size_bytes = r.get_int32();
            break;
        default:
            r.skip();
        }
    }
    if (!has_type || size_bytes < 0 || static_cast<std::size_t>(size_bytes) > kBlobBytesMax) {
        return bad_blob(offset, "its header is damaged");
    }
    head.size_bytes = static_cast<std::size_t>(size_bytes);
    return head;
}

Result<std::span<const std::byte>> PbfFile::unpack(std::uint64_t offset) {
    std::int64_t raw_size = -1;
    std::optional<protozero::data_view> raw;
    std::optional<protozero::data_view> zlib;
    for (auto r = reader(packed_); r.next();) {
        switch (r.tag()) {
        case 1:
            raw = r.get_view();
            break;
        case 2:
            raw_size = r.get_int32();
            break;
        case 3:
            zlib = r.get_view();
            break;
        case 4:
        case 5:
        case 6:
        case 7:
            return bad_blob(offset,
                            "packed with a method that is not supported (only raw and zlib)");
        default:
            r.skip();
        }
    }
    if (raw && !zlib) {
        return span_of(*raw);
    }
    if (!zlib || raw || raw_size < 0 || static_cast<std::size_t>(raw_size) > kBlobBytesMax) {
        return bad_blob(offset, "it holds no data, or too much");
    }
    EMS_TRY(inflate_into(offset, span_of(*zlib), static_cast<std::size_t>(raw_size)));
    return std::span<const std::byte>{unpacked_};
}

Result<void> PbfFile::inflate_into(std::uint64_t offset, std::span<const std::byte> packed,
                                   std::size_t size) {
    // One byte more than promised, so that a blob that unpacks to more is noticed, and never more
    // than that.
    unpacked_.resize(size + 1);
    uLongf unpacked_size = unpacked_.size();
    const int status = uncompress(reinterpret_cast<Bytef*>(unpacked_.data()), &unpacked_size,
                                  reinterpret_cast<const Bytef*>(packed.data()), packed.size());
    if (status != Z_OK || unpacked_size != size) {
        return bad_blob(offset, "its zlib data is damaged");
    }
    unpacked_.resize(size);
    return {};
}

} // namespace ems::map
