// Map files as bytes: mapped for reading, written beside their place and renamed, so a reader sees
// the old file or the new one and never a half.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "telemetry/base/result.h"

namespace ems::map {

class MappedFile {
  public:
    static Result<MappedFile> open(const std::string& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    // Aligned to a page.
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  private:
    MappedFile() = default;
    std::span<const std::byte> bytes_;
};

[[nodiscard]] Result<void> write_file(const std::string& path, std::span<const std::byte> bytes);

} // namespace ems::map
