#include "telemetry/seal/key_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

namespace ems::seal {
namespace {

constexpr std::size_t kFileSizeMax = 4096;

Failure io_error(const std::string& what, const std::string& path) {
    return fail(Code::io, what + " " + path + ": " + std::strerror(errno));
}

bool write_all(int fd, const std::string& content) {
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t n = ::write(fd, content.data() + done, content.size() - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        done += static_cast<std::size_t>(n);
    }
    return fsync(fd) == 0;
}

Result<std::string> read_hex(const std::string& path, std::size_t size) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        return io_error("cannot read", path);
    }
    std::string text(kFileSizeMax, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
        text.pop_back();
    }
    Result<std::string> bytes = from_hex(text, size);
    if (!bytes) {
        return fail(Code::corrupt, path + " does not hold " + std::to_string(size) + " bytes as hex");
    }
    return bytes;
}

} // namespace

Result<void> write_private_file(const std::string& path, const std::string& content) {
    const std::string fresh = path + ".new";
    const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return io_error("cannot write", fresh);
    }
    const bool written = fchmod(fd, 0600) == 0 && write_all(fd, content);
    const int error = errno;
    close(fd);
    errno = error;
    if (!written || rename(fresh.c_str(), path.c_str()) != 0) {
        const Failure failure = io_error("cannot write", path);
        unlink(fresh.c_str());
        return failure;
    }
    return {};
}

Result<std::string> read_private_hex(const std::string& path, std::size_t size) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) {
        return io_error("cannot read", path);
    }
    if ((info.st_mode & 077U) != 0) {
        return fail(Code::io, path + " may be read by others; it must have mode 0600");
    }
    return read_hex(path, size);
}

Result<std::string> read_public_hex(const std::string& path, std::size_t size) {
    return read_hex(path, size);
}

std::string to_hex(const std::string& bytes) {
    std::string out(bytes.size() * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(),
                   reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    out.pop_back();
    return out;
}

Result<std::string> from_hex(const std::string& text, std::size_t size) {
    std::string out(size, '\0');
    std::size_t length = 0;
    if (text.size() != size * 2 ||
        sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                       text.size(), nullptr, &length, nullptr) != 0 ||
        length != size) {
        return fail(Code::corrupt, "not " + std::to_string(size) + " bytes as hex");
    }
    return out;
}

} // namespace ems::seal
