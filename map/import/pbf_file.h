// Blobs of an OpenStreetMap PBF file, read one after the other and unpacked within fixed bounds.
// Every error names the file offset of the blob it happened in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::map {

enum class BlobType { header, data };

struct Blob {
    std::uint64_t offset{0}; // of the blob in the file
    BlobType type{BlobType::data};
    std::span<const std::byte> bytes; // unpacked; valid until the next read
};

class PbfFile {
  public:
    static constexpr std::size_t kHeaderBytesMax = 64 * 1024;      // limits of the format
    static constexpr std::size_t kBlobBytesMax = 32 * 1024 * 1024; // packed, and unpacked

    static Result<PbfFile> open(const std::string& path);

    // The next blob, nothing at the end. pbf: damaged or foreign.
    [[nodiscard]] Result<std::optional<Blob>> next();
    // To a blob that next() gave before, by its offset; 0 begins anew.
    [[nodiscard]] Result<void> seek(std::uint64_t offset);

    [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }
    [[nodiscard]] std::uint64_t position() const { return position_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    // An error at a blob, in the words used everywhere.
    [[nodiscard]] Failure bad_blob(std::uint64_t offset, const std::string& what) const;

  private:
    struct Close {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    struct BlobHead {
        BlobType type{BlobType::data};
        std::size_t size_bytes{0};
    };
    PbfFile() = default;
    [[nodiscard]] bool read(std::vector<std::byte>& into, std::size_t size);
    [[nodiscard]] Result<BlobHead> read_head(std::uint64_t offset);
    [[nodiscard]] Result<std::span<const std::byte>> unpack(std::uint64_t offset);
    [[nodiscard]] Result<void> inflate_into(std::uint64_t offset, std::span<const std::byte> packed,
                                            std::size_t size);

    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::uint64_t size_bytes_{0};
    std::uint64_t position_{0};
    std::vector<std::byte> packed_;
    std::vector<std::byte> unpacked_;
};

} // namespace ems::map
