// Dependencies point one way. Every #include of the tree is held against the table below; a new folder needs a row.

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/child_process.h"

namespace {

namespace fs = std::filesystem;

struct Rule {
    std::vector<std::string> may_include;  // our folders, beside the folder itself
    bool pure{false};                      // no clock, socket, thread, SQL, media or Qt
};

std::vector<std::string> join(std::vector<std::string> folders, const std::vector<std::string>& more) {
    folders.insert(folders.end(), more.begin(), more.end());
    return folders;
}

const std::vector<std::string> kTelemetry{
    "telemetry/base", "telemetry/wire", "telemetry/link", "telemetry/signal", "telemetry/seal", "telemetry/pg",
    "telemetry/video", "telemetry/media", "telemetry/ingest", "telemetry/gateway", "telemetry/status",
    "telemetry/print",
    "telemetry/retention", "telemetry/replay", "map/geo"};
const std::vector<std::string> kMap{
    "map/geo", "map/graph", "map/route", "map/hierarchy", "map/match", "map/gazetteer", "map/scene",
    "map/reach", "map/guide", "map/track", "map/live"};
const std::vector<std::string> kVehicle{
    "telemetry/base", "telemetry/wire", "telemetry/link", "telemetry/signal", "telemetry/video",
    "telemetry/seal", "map/geo", "map/graph", "map/route", "map/match", "map/scene", "map/gazetteer",
    "vehicle/contract", "vehicle/device", "vehicle/spool", "vehicle/agent", "vehicle/sim"};
const std::vector<std::string> kConsole{
    "telemetry/base", "telemetry/wire", "telemetry/link", "telemetry/signal", "telemetry/video", "telemetry/print",
    "map/geo", "map/scene", "map/gazetteer", "dispatch/client", "dispatch/contract",
    "console/map_paint", "console/model", "console/station", "console/theme",
    "console/widgets", "console/window"};

const std::map<std::string, Rule>& table() {
    static const std::map<std::string, Rule> rules{
        {"telemetry/base", {{}, false}},
        {"telemetry/wire", {{"telemetry/base"}, true}},
        {"telemetry/signal", {{"telemetry/base", "telemetry/wire"}, true}},
        {"telemetry/print", {{"telemetry/base", "telemetry/signal"}}},
        {"telemetry/seal", {{"telemetry/base"}}},
        {"telemetry/link", {{"telemetry/base", "telemetry/wire"}}},
        {"telemetry/pg", {{"telemetry/base", "telemetry/wire"}}},
        {"telemetry/status", {{"telemetry/base"}}},
        {"telemetry/video", {{"telemetry/base", "telemetry/wire", "telemetry/seal", "telemetry/pg", "telemetry/link"}}},
        {"telemetry/media", {{"telemetry/base", "telemetry/wire", "telemetry/seal", "telemetry/video", "telemetry/pg", "telemetry/link", "telemetry/status", "telemetry/gateway"}}},
        {"telemetry/ingest", {{"telemetry/base", "telemetry/wire", "telemetry/link", "telemetry/pg", "telemetry/signal", "map/geo"}}},
        {"telemetry/retention", {{"telemetry/base", "telemetry/pg"}}},
        {"telemetry/replay", {{"telemetry/base", "telemetry/wire", "telemetry/pg", "telemetry/signal"}}},
        {"telemetry/gateway", {{"telemetry/base", "telemetry/wire", "telemetry/link", "telemetry/pg", "telemetry/signal", "telemetry/seal", "map/geo", "telemetry/ingest"}}},
        {"map/geo", {{"telemetry/base"}, true}},
        {"map/graph", {{"telemetry/base", "map/geo"}, true}},
        {"map/match", {{"telemetry/base", "map/geo", "map/graph"}, true}},
        {"map/route", {{"telemetry/base", "map/geo", "map/graph", "map/match"}, true}},
        {"map/hierarchy", {{"telemetry/base", "map/geo", "map/graph", "map/route"}, true}},
        {"map/gazetteer", {{"telemetry/base", "map/geo"}, true}},
        {"map/guide", {{"telemetry/base", "map/geo", "map/graph", "map/route"}, true}},
        {"map/track", {{"telemetry/base", "map/geo", "map/graph", "map/match", "map/route", "map/gazetteer"}, true}},
        {"map/live", {{"telemetry/base", "map/geo", "map/graph", "map/match", "map/route"}, true}},
        {"map/reach", {{"telemetry/base", "map/geo", "map/graph", "map/route", "map/match", "map/gazetteer"}, true}},
        {"map/scene", {{"telemetry/base", "map/geo"}, true}},
        {"map/synth", {{"telemetry/base", "map/geo", "map/graph", "map/route", "map/match", "map/scene", "map/gazetteer", "map/import"}}},
        {"map/import", {{"telemetry/base", "telemetry/pg", "map/geo", "map/graph", "map/route", "map/match", "map/scene", "map/gazetteer"}}},
        {"map/sites", {{"telemetry/base", "map/geo", "map/graph", "map/route", "map/match", "map/scene", "map/gazetteer", "map/import"}}},
        {"map/store", {{"telemetry/base", "telemetry/pg", "map/geo", "map/graph"}}},
        {"dispatch/core", {{"telemetry/base", "telemetry/wire", "telemetry/signal", "map/geo", "map/graph", "map/route", "map/gazetteer"}, true}},
        {"dispatch/contract", {{"telemetry/base", "telemetry/wire"}, true}},
        {"dispatch/store", {{"telemetry/base", "telemetry/wire", "telemetry/pg", "telemetry/seal", "map/geo", "dispatch/core", "dispatch/contract"}}},
        {"dispatch/service", {{"telemetry/base", "telemetry/wire", "telemetry/signal", "telemetry/pg", "telemetry/seal", "telemetry/link", "telemetry/video",
                               "telemetry/status", "telemetry/replay", "map/geo", "map/graph", "map/route", "map/match", "map/gazetteer", "map/hierarchy", "map/live", "map/reach", "map/guide", "map/track", "dispatch/core", "dispatch/store", "dispatch/contract"}}},
        {"dispatch/client", {{"telemetry/base", "telemetry/wire", "telemetry/seal", "dispatch/contract"}}},
        {"vehicle/contract", {{"telemetry/wire"}, true}},
        {"vehicle/device", {kVehicle}},
        {"vehicle/spool", {kVehicle}},
        {"vehicle/agent", {kVehicle}},
        {"vehicle/sim", {kVehicle}},
        // one theme, one set of symbols and words of alarms for every screen of the product
        {"vehicle/terminal", {{"telemetry/base", "telemetry/wire", "telemetry/signal", "map/geo", "map/graph",
                               "map/match", "map/route", "map/guide", "map/scene", "vehicle/contract", "console/theme",
                               "console/map_paint"}}},
        {"console/theme", {kConsole}},
        // the ground of a map as every screen draws it: knows no desk
        {"console/map_paint", {{"telemetry/base", "map/geo", "map/scene", "console/theme"}}},
        {"console/model", {kConsole}},
        {"console/widgets", {kConsole}},
        {"console/station", {kConsole}},
        {"console/window", {kConsole}},
        // programs: everything beside and below them
        {"telemetry/app", {kTelemetry}},
        {"map/app", {join(kMap, {"telemetry/base", "telemetry/pg", "map/synth", "map/import", "map/sites", "map/store"})}},
        {"dispatch/app", {join(join(kTelemetry, kMap), {"dispatch/core", "dispatch/contract", "dispatch/store", "dispatch/service", "dispatch/client"})}},
        {"vehicle/app", {join(kVehicle, {"vehicle/terminal", "console/theme"})}},
        {"console/app", {kConsole}},
    };
    return rules;
}

struct Include {
    std::string file;
    std::string folder;
    std::string target;
    bool quoted{false};
};

std::string top_two(const fs::path& relative) {
    auto part = relative.begin();
    const std::string first = part->string();
    ++part;
    return part == relative.end() ? first : first + "/" + part->string();
}

std::vector<Include> all_includes() {
    static const std::regex line_pattern{R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])"};
    std::vector<Include> out;
    const fs::path root = ems::test::source_path("");
    for (const char* top : {"telemetry", "map", "dispatch", "vehicle", "console"}) {
        for (const auto& entry : fs::recursive_directory_iterator{root / top}) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".h" && extension != ".cpp") {
                continue;
            }
            const fs::path relative = fs::relative(entry.path(), root);
            std::ifstream in{entry.path()};
            std::string line;
            std::smatch match;
            while (std::getline(in, line)) {
                if (std::regex_search(line, match, line_pattern)) {
                    out.push_back({relative.string(), top_two(relative), match[2], match[1] == "\""});
                }
            }
        }
    }
    return out;
}

TEST(IncludeRules, EveryIncludePointsAlongTheTable) {
    int checked = 0;
    for (const Include& include : all_includes()) {
        if (!include.quoted) {
            continue;
        }
        const std::string target = top_two(fs::path{include.target});
        if (target.find('/') == std::string::npos || target == include.folder) {
            continue;
        }
        if (!table().contains(target)) {
            continue;  // a third-party header in quotes
        }
        const auto rule = table().find(include.folder);
        ASSERT_NE(rule, table().end()) << include.folder << " has no row in the table";
        const auto& allowed = rule->second.may_include;
        EXPECT_TRUE(std::find(allowed.begin(), allowed.end(), target) != allowed.end())
            << include.file << " includes " << include.target;
        ++checked;
    }
    EXPECT_GT(checked, 0);
}

TEST(IncludeRules, EveryFolderWithCodeHasARow) {
    for (const Include& include : all_includes()) {
        EXPECT_TRUE(table().contains(include.folder) || include.folder.find('.') != std::string::npos)
            << include.file;
    }
}

TEST(IncludeRules, NoRowLetsAVehicleOrTheWireSeeDispatch) {
    for (const auto& [folder, rule] : table()) {
        if (folder.starts_with("vehicle/") || folder.starts_with("telemetry/") || folder.starts_with("map/")) {
            for (const std::string& other : rule.may_include) {
                EXPECT_FALSE(other.starts_with("dispatch/")) << folder << " may include " << other;
            }
        }
    }
}

TEST(IncludeRules, PureFoldersKnowNoClockSocketThreadSqlMediaOrQt) {
    static const std::regex impure{
        R"(^(boost/asio|boost/beast|mqtt/|MQTT|libpq|gst/|Q[A-Z]|Qt|thread$|mutex$|condition_variable$|future$|sys/socket|netinet/|poll\.h|sqlite3|sodium|openssl/|srtp2))"};
    for (const Include& include : all_includes()) {
        const auto rule = table().find(include.folder);
        if (rule != table().end() && rule->second.pure) {
            EXPECT_FALSE(std::regex_search(include.target, impure))
                << include.file << " includes " << include.target;
        }
    }
}

TEST(IncludeRules, IcuStaysInTheFileThatReadsHanCharacters) {
    for (const Include& include : all_includes()) {
        if (include.target.starts_with("unicode/")) {
            EXPECT_EQ(include.file, "map/import/han_readings.cpp");
        }
    }
}

// One door, where what the library cannot read is refused before it does.
TEST(IncludeRules, TomlStaysInTheFileThatReadsConfigurations) {
    for (const Include& include : all_includes()) {
        if (include.target.starts_with("toml")) {
            EXPECT_EQ(include.file, "telemetry/base/config.cpp");
        }
    }
}

TEST(IncludeRules, OnlyScreensAndThePrinterIncludeQt) {
    static const std::regex qt{R"(^(Q[A-Z][A-Za-z]+$|Qt[A-Z]))"};
    for (const Include& include : all_includes()) {
        const bool screen = include.folder.starts_with("console/") || include.folder == "vehicle/terminal" ||
                            include.file == "vehicle/app/crew_main.cpp" || include.folder == "telemetry/print";
        EXPECT_TRUE(screen || !std::regex_search(include.target, qt))
            << include.file << " includes " << include.target;
    }
}

TEST(IncludeRules, ServersThatDispatchNeverSeeTheMediaPipeline) {
    for (const Include& include : all_includes()) {
        if (include.folder.starts_with("dispatch/")) {
            EXPECT_FALSE(include.target.starts_with("gst/")) << include.file;
        }
    }
}

TEST(IncludeRules, BeastStaysInTheTransportFiles) {
    const std::set<std::string> allowed{"dispatch/service/ws_server.cpp", "dispatch/client/ws_client.cpp",
                                        "telemetry/media/backfill_http.cpp", "vehicle/agent/https_put.cpp"};
    for (const Include& include : all_includes()) {
        if (include.target.starts_with("boost/beast")) {
            EXPECT_TRUE(allowed.contains(include.file)) << include.file;
        }
    }
}

} // namespace
