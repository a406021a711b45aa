// Memory of arrays that are read and written all over: in pages of 2 MiB where the system has them,
// so that finding a page does not cost more than the access itself.
#pragma once

#include <cstddef>
#include <vector>

namespace ems::map {

// A hint for memory that was not touched yet; nothing below some megabytes.
void prefer_large_pages(void* memory, std::size_t bytes);

// Makes room for `count` values before the first is written.
template <class T> void reserve_large(std::vector<T>& array, std::size_t count) {
    array.reserve(count);
    prefer_large_pages(static_cast<void*>(array.data()), array.capacity() * sizeof(T));
}

template <class T> void resize_large(std::vector<T>& array, std::size_t count, const T& value) {
    array.clear();
    reserve_large(array, count);
    array.resize(count, value);
}

} // namespace ems::map
