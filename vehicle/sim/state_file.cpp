#include "vehicle/sim/state_file.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace ems::sim {
namespace {

constexpr std::string_view kMagic = "EMSSIM1\n";
constexpr std::size_t kChecksumSize = 8;
constexpr std::uintmax_t kBytesMax = 64U << 20U;

std::string checksum(std::string_view body) {
    std::uint64_t hash = 0xCBF29CE484222325ULL; // FNV-1a: against torn writes, not against malice
    for (const char c : body) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
    std::string out;
    for (std::size_t i = 0; i < kChecksumSize; ++i) {
        out.push_back(static_cast<char>((hash >> (8 * i)) & 0xFFU));
    }
    return out;
}

} // namespace

Result<void> save_state(const std::string& path, const state::World& world) {
    const std::string body = world.SerializeAsString();
    const std::string next = path + ".new";
    {
        std::ofstream file{next, std::ios::binary | std::ios::trunc};
        file << kMagic << checksum(body) << body;
        file.flush();
        if (!file) {
            return fail(Code::io, fmt::format("cannot write {}", next));
        }
    }
    if (std::rename(next.c_str(), path.c_str()) != 0) {
        return fail(Code::io, fmt::format("cannot replace {}", path));
    }
    return {};
}

Result<state::World> load_state(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) {
        return fail(Code::not_found, fmt::format("no state file {}", path));
    }
    if (size > kBytesMax) {
        return fail(Code::corrupt, fmt::format("{} is too large", path));
    }
    std::ifstream file{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    const std::string_view view{bytes};
    const std::size_t head = kMagic.size() + kChecksumSize;
    if (view.size() < head || !view.starts_with(kMagic) ||
        view.substr(kMagic.size(), kChecksumSize) != checksum(view.substr(head))) {
        return fail(Code::corrupt, fmt::format("{} is damaged", path));
    }
    state::World world;
    if (!world.ParseFromArray(bytes.data() + head, static_cast<int>(bytes.size() - head)) ||
        world.version() != kStateVersion) {
        return fail(Code::corrupt, fmt::format("{} is of another version", path));
    }
    return world;
}

} // namespace ems::sim
