// Files that are read once, field by field (`scene.bin`, `names.bin`): a header with format,
// length and checksum, then numbers, texts and points, little-endian. What a file says is never
// believed: each count is bounded by what can still follow.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "map/geo/point.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct CheckedFormat {
    std::array<char, 8> magic;
    std::uint32_t version;
    const char* what; // "a map scene", for messages
};

class FieldWriter {
  public:
    template <class T> void number(T v) {
        static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
        const auto* const at = reinterpret_cast<const std::byte*>(&v);
        bytes_.insert(bytes_.end(), at, at + sizeof v);
    }
    void count(std::size_t n) { number(static_cast<std::uint32_t>(n)); }
    void text(const std::string& s);
    void short_text(const std::string& s); // at most 255 bytes
    void point(PointE7 p);
    void points(std::span<const PointE7> list);

    // The file: header and all that was written.
    [[nodiscard]] std::vector<std::byte> finish(const CheckedFormat& format) &&;

  private:
    std::vector<std::byte> bytes_;
};

// After the first shortfall everything is zero and ok() is false.
class FieldReader {
  public:
    // corrupt for another kind of file, a cut or a damaged one; unsupported_version for another
    // format. `name` stands in messages. `file` must outlive the reader.
    static Result<FieldReader> open(std::span<const std::byte> file, const CheckedFormat& format,
                                    const std::string& name);

    template <class T> T number() {
        T v{};
        if (left_.size() < sizeof v) {
            ok_ = false;
            return v;
        }
        std::memcpy(&v, left_.data(), sizeof v);
        left_ = left_.subspan(sizeof v);
        return v;
    }
    // Of items of at least item_bytes each.
    std::size_t count(std::size_t item_bytes);
    std::string text();
    std::string short_text();
    PointE7 point(); // any; box corners of nothing are none
    PointE7 place(); // one on the earth
    std::vector<PointE7> places();
    // Below `limit`.
    template <class E> E enumerator(std::uint8_t limit) {
        const auto v = number<std::uint8_t>();
        ok_ = ok_ && v < limit;
        return static_cast<E>(v < limit ? v : 0);
    }
    void require(bool condition) { ok_ = ok_ && condition; }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool is_at_end() const { return left_.empty(); }

  private:
    explicit FieldReader(std::span<const std::byte> bytes) : left_(bytes) {}
    std::string text_of(std::size_t size_bytes);

    std::span<const std::byte> left_;
    bool ok_{true};
};

} // namespace ems::map
