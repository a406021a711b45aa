// House rules that a reader would otherwise have to watch for.

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>
#include <string>

#include "tests/support/child_process.h"

namespace {

namespace fs = std::filesystem;

template <class Visit> void each_source(Visit visit) {
    const fs::path root = ems::test::source_path("");
    for (const char* top : {"telemetry", "map", "dispatch", "vehicle", "console", "tests"}) {
        for (const auto& entry : fs::recursive_directory_iterator{root / top}) {
            const std::string extension = entry.path().extension().string();
            if (extension == ".h" || extension == ".cpp") {
                std::ifstream in{entry.path()};
                std::ostringstream text;
                text << in.rdbuf();
                visit(fs::relative(entry.path(), root).string(), text.str());
            }
        }
    }
}

TEST(Repository, EveryHeaderIsGuardedByPragmaOnce) {
    each_source([](const std::string& file, const std::string& text) {
        if (file.ends_with(".h")) {
            EXPECT_NE(text.find("#pragma once"), std::string::npos) << file;
        }
    });
}

TEST(Repository, NoFolderOrFileIsNamedAfterNothing) {
    static const std::regex vague{R"((^|/)(utils?|helpers?|misc|manager)(\.|/|$))"};
    each_source([](const std::string& file, const std::string&) {
        EXPECT_FALSE(std::regex_search(file, vague)) << file;
    });
}

TEST(Repository, NoDetachedThreadOrCoroutine) {
    static const std::regex detached{R"(\.detach\(\)|asio::detached)"};
    each_source([](const std::string& file, const std::string& text) {
        if (file != "tests/architecture/repository_test.cpp") {
            EXPECT_FALSE(std::regex_search(text, detached)) << file;
        }
    });
}

} // namespace
