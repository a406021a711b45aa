#include "telemetry/app/ecg/xz.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <lzma.h>

namespace ems::ecg {
namespace {

constexpr std::uint64_t kMemoryMax = 1ULL << 30U;
constexpr std::size_t kFirstTry = 1U << 20U;

} // namespace

Result<std::vector<std::uint8_t>> read_xz(const std::string& path, std::size_t bytes_max) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        return fail(Code::not_found, fmt::format("{} cannot be read", path));
    }
    const std::vector<char> packed{std::istreambuf_iterator<char>{file}, {}};
    for (std::size_t size = std::min(kFirstTry, bytes_max);; size = std::min(size * 4, bytes_max)) {
        std::vector<std::uint8_t> out(size);
        std::uint64_t memory_limit = kMemoryMax;
        std::size_t in_at = 0;
        std::size_t out_at = 0;
        const lzma_ret result = lzma_stream_buffer_decode(
            &memory_limit, 0, nullptr, reinterpret_cast<const std::uint8_t*>(packed.data()), &in_at,
            packed.size(), out.data(), &out_at, out.size());
        if (result == LZMA_OK) {
            out.resize(out_at);
            return out;
        }
        if (result != LZMA_BUF_ERROR || size == bytes_max) {
            return fail(Code::invalid_argument, fmt::format("{} is damaged", path));
        }
    }
}

} // namespace ems::ecg
