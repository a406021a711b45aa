#include "telemetry/video/grant_keys.h"

#include <fmt/format.h>

namespace ems::video {
namespace {

std::string context(const GrantColumn& at) {
    return fmt::format("{}.{}.{}", at.table, at.column, at.grant_id);
}

} // namespace

Result<std::string> seal_grant_key(const MediaKey& key, const GrantColumn& at,
                                   const seal::DataKey& with) {
    return with.seal(key.reveal(), context(at));
}

Result<MediaKey> open_grant_key(std::string_view sealed, const GrantColumn& at,
                                const seal::DataKey& with) {
    const auto bytes = with.open(sealed, context(at));
    if (!bytes) {
        return Failure{bytes.error()};
    }
    const auto key = MediaKey::from_bytes(*bytes);
    return key ? Result<MediaKey>{*key}
               : fail(Code::corrupt, fmt::format("the {} key of grant {} has a wrong size",
                                                 at.column, at.grant_id));
}

} // namespace ems::video
