// What a role may ask for can be asked for from the command line.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "dispatch/core/permission.h"

namespace ems::dispatch {
namespace {

TEST(CtlVerbs, EveryRequestHasOne) {
    std::ostringstream sources;
    for (const auto& file : std::filesystem::directory_iterator{EMS_SOURCE_DIR "/dispatch/app/ctl"}) {
        sources << std::ifstream{file.path()}.rdbuf();
    }
    const std::map<std::string, std::string, std::less<>> elsewhere{
        {"subscribe", "the client library asks"},   {"watch_vehicle", "the client library asks"},
        {"watch_video", "pictures need a screen"},  {"open_voice", "speech needs a microphone"},
        {"store_snapshot", "pictures need a screen"},
        {"tell_editing", "only a screen holds a case open"}};
    for (const PermissionRow& row : permissions()) {
        const bool there = sources.str().find("mutable_" + std::string{row.name} + "()") != std::string::npos;
        EXPECT_NE(there, elsewhere.contains(row.name)) << row.name;
    }
}

} // namespace
} // namespace ems::dispatch
