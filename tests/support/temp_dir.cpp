#include "tests/support/temp_dir.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "telemetry/base/assert.h"

namespace ems::test {

TempDir::TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ems-test-XXXXXX").string();
    EMS_ASSERT(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    // The database server runs as another user and must be able to enter.
    std::filesystem::permissions(path_, std::filesystem::perms{0711});
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace ems::test
