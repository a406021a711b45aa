#include "map/geo/file_bytes.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ems::map {
namespace {

Failure io_error(const std::string& path, const char* what) {
    return fail(Code::io, fmt::format("{}: {}: {}", path, what, std::strerror(errno)));
}

bool write_all(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno != EINTR) {
            return false;
        }
        bytes = bytes.subspan(n < 0 ? 0 : static_cast<std::size_t>(n));
    }
    return ::fsync(fd) == 0;
}

} // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return io_error(path, "cannot open");
    }
    struct stat status {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(fd);
        return fail(Code::io, fmt::format("{}: not a regular file", path));
    }
    MappedFile file;
    if (status.st_size > 0) {
        const auto size = static_cast<std::size_t>(status.st_size);
        void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED) {
            const Failure failure = io_error(path, "cannot map");
            ::close(fd);
            return failure;
        }
        file.bytes_ = {static_cast<const std::byte*>(at), size};
    }
    ::close(fd);
    return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) {
        ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
    }
}

Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) {
    const std::string beside = path + ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        return io_error(beside, "cannot create");
    }
    const bool written = write_all(fd, bytes);
    const int error = errno;
    if (::close(fd) != 0 || !written) {
        errno = error;
        const Failure failure = io_error(beside, "cannot write");
        ::unlink(beside.c_str());
        return failure;
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        return io_error(path, "cannot replace");
    }
    return {};
}

} // namespace ems::map
