#include "tests/support/xz.h"

#include <fstream>
#include <iterator>

#include <lzma.h>

namespace ems::test {

std::vector<std::uint8_t> read_xz(const std::string& path) {
    constexpr std::size_t kUnpackedMax = 256U << 20U;
    std::ifstream file{path, std::ios::binary};
    const std::vector<char> packed{std::istreambuf_iterator<char>{file}, {}};
    std::vector<std::uint8_t> out(1U << 16U);
    while (out.size() <= kUnpackedMax) {
        std::uint64_t memory_limit = 1ULL << 30U;
        std::size_t in_at = 0;
        std::size_t out_at = 0;
        const lzma_ret result = lzma_stream_buffer_decode(
            &memory_limit, 0, nullptr, reinterpret_cast<const std::uint8_t*>(packed.data()), &in_at,
            packed.size(), out.data(), &out_at, out.size());
        if (result == LZMA_OK) {
            out.resize(out_at);
            return out;
        }
        if (result != LZMA_BUF_ERROR) {
            break;
        }
        out.resize(out.size() * 4);
    }
    return {};
}

} // namespace ems::test
