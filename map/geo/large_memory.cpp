#include "map/geo/large_memory.h"

#include <cstdint>

#include <sys/mman.h>

namespace ems::map {

void prefer_large_pages(void* memory, std::size_t bytes) {
    constexpr std::size_t kPage = 2U << 20U;
    const auto first = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t begin = (first + kPage - 1) / kPage * kPage;
    const std::uintptr_t end = (first + bytes) / kPage * kPage;
    if (end > begin && end - begin >= 2 * kPage) {
        // It works as well without: whether the system took the hint is of no interest.
        static_cast<void>(
            ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE)); // NOLINT
    }
}

} // namespace ems::map
