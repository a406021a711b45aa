#include "telemetry/signal/wfdb_file.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace ems::signal {
namespace {

constexpr std::uintmax_t kFileBytesMax = 1ULL << 30U;

Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) {
        return fail(Code::not_found, fmt::format("cannot read {}", path.string()));
    }
    if (size > kFileBytesMax) {
        return fail(Code::full, fmt::format("{} is larger than 1 GiB", path.string()));
    }
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    std::ifstream file{path, std::ios::binary};
    if (!bytes.empty()) {
        file.read(reinterpret_cast<char*>(bytes.data()),
                  static_cast<std::streamsize>(bytes.size()));
    }
    if (!file) {
        return fail(Code::io, fmt::format("cannot read {}", path.string()));
    }
    return bytes;
}

std::filesystem::path header_path(const std::string& path) {
    std::filesystem::path header{path};
    if (header.extension() != ".hea") {
        header += ".hea";
    }
    return header;
}

} // namespace

Result<WfdbRecord> load_wfdb_record(const std::string& path) {
    const std::filesystem::path header_file = header_path(path);
    const Result<std::vector<std::uint8_t>> text = read_file(header_file);
    if (!text) {
        return Failure{text.error()};
    }
    Result<WfdbHeader> header =
        parse_wfdb_header({reinterpret_cast<const char*>(text->data()), text->size()});
    if (!header) {
        return Failure{header.error()};
    }
    WfdbRecord record{std::move(*header), {}};
    record.samples.resize(record.header.signals.size());
    bool any = false;
    for (const std::string& file : record.header.files()) {
        const Result<std::vector<std::uint8_t>> bytes = read_file(header_file.parent_path() / file);
        if (!bytes) {
            if (bytes.error().code == Code::not_found) {
                continue;
            }
            return Failure{bytes.error()};
        }
        auto decoded = decode_wfdb_file(record.header, file, *bytes);
        if (!decoded) {
            return Failure{decoded.error()};
        }
        std::size_t next = 0;
        for (std::size_t s = 0; s < record.header.signals.size(); ++s) {
            if (record.header.signals[s].file == file) {
                record.samples[s] = std::move((*decoded)[next]);
                ++next;
            }
        }
        any = true;
    }
    if (!any) {
        return fail(Code::not_found,
                    fmt::format("no signal file stands beside {}", header_file.string()));
    }
    return record;
}

Result<std::vector<WfdbAnnotation>> load_wfdb_annotations(const std::string& path,
                                                          const std::string& extension) {
    std::filesystem::path file = header_path(path);
    file.replace_extension(extension);
    const Result<std::vector<std::uint8_t>> bytes = read_file(file);
    if (!bytes) {
        return Failure{bytes.error()};
    }
    return parse_wfdb_annotations(*bytes);
}

} // namespace ems::signal
