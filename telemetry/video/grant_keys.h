// One key of a grant as its table keeps it: sealed with the centre's data key for one column of one
// row, so that it opens nowhere else. Pure.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/base/result.h"
#include "telemetry/seal/data_key.h"
#include "telemetry/video/srtp.h"

namespace ems::video {

struct GrantColumn {
    std::string_view table;  // with its schema
    std::string_view column; // without "_key_sealed"
    std::string_view grant_id;
};

// Errors: the data key's.
Result<std::string> seal_grant_key(const MediaKey& key, const GrantColumn& at,
                                   const seal::DataKey& with);
// Errors: seal (another data key, another row), corrupt (a wrong size).
Result<MediaKey> open_grant_key(std::string_view sealed, const GrantColumn& at,
                                const seal::DataKey& with);

} // namespace ems::video
