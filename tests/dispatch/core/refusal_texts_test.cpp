// Whatever the core or the service refuses has a number that a dispatcher can act on, told in both languages: the sources are
// walked for every code they name.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "telemetry/base/error.h"

namespace ems::dispatch {
namespace {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// Every code that a source fails with, by name.
std::set<std::string> refusals_of(const char* folder) {
    // "fail(Code::x", "fail(y ? Code::x : Code::z" and "Error{Code::x": what is compared with stands behind == and is none.
    const std::regex refusal{R"((?:fail\(|return \{|Error\{|error\.code = )[^;=]*?Code::([a-z_]+)(?:[^;=]*? : Code::([a-z_]+))?)"};
    std::set<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator{std::string{EMS_SOURCE_DIR "/dispatch/"} + folder}) {
        if (file.path().extension() != ".cpp") {
            continue;
        }
        const std::string text = text_of(file.path());
        for (auto it = std::sregex_iterator{text.begin(), text.end(), refusal}; it != std::sregex_iterator{}; ++it) {
            out.insert((*it)[1]);
            if ((*it)[2].matched) {
                out.insert((*it)[2]);
            }
        }
    }
    return out;
}

std::map<std::string, Code, std::less<>> codes() {
    std::map<std::string, Code, std::less<>> out;
    for (int number = 1; number < 1000; ++number) {
        const Code code = static_cast<Code>(number);
        out[std::string{code_name(code)}] = code;
    }
    return out;
}

bool is_latin(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
}

// A number shared by many refusals tells nobody what to do. Where one stands all the same no desk can bring it about.
const std::map<std::string, std::string, std::less<>> kNotADesks{
    {"invalid_argument", "a request without key or body: no client of ours sends one"},
    {"not_found", "a command of a vehicle; rows that the database has lost"},
    {"internal", "our own mistake"},
};

TEST(RefusalTexts, OfTheCoreAndTheServiceHaveANumberThatSaysWhatToDo) {
    const auto known = codes();
    std::set<std::string> all;
    for (const char* folder : {"core", "service"}) {
        all.merge(refusals_of(folder));
    }
    ASSERT_GE(all.size(), 55U) << "the walk finds less than it did";
    for (const std::string& name : all) {
        ASSERT_TRUE(known.contains(name)) << name;
        const Code code = known.at(name);
        EXPECT_FALSE(code_text_en(code).empty()) << name;
        EXPECT_FALSE(code_text_zh(code).empty()) << name;
        EXPECT_FALSE(is_latin(code_text_zh(code)) && static_cast<int>(code) >= 600) << name << ": English in its Chinese";
        EXPECT_NE(name, "db_conflict") << name << " says nothing that a dispatcher can act on";
    }
    for (const auto& [name, why] : kNotADesks) {
        EXPECT_TRUE(all.contains(name)) << name << " has gone: take it from the list";
    }
}

// Of dispatch's range; a number is never used for another refusal, so one that nothing says any more stays in the table.
const std::map<std::string, std::string, std::less<>> kNeverSaid{
    {"no_unit", "a list tells it of itself (shortfall), and refuses nothing"},
};

// Whether a source fails with the code, or hands it on: what is compared with or switched over is asked for, not said.
bool is_said(const std::string& name, const std::string& text) {
    const std::string code = "Code::" + name;
    for (auto at = text.find(code); at != std::string::npos; at = text.find(code, at + 1)) {
        const char after = at + code.size() < text.size() ? text[at + code.size()] : ' ';
        const std::string_view before{text.data(), at};
        const bool is_longer = after == '_' || std::isalnum(static_cast<unsigned char>(after)) != 0;
        if (!is_longer && !before.ends_with("== ") && !before.ends_with("!= ") && !before.ends_with("case ")) {
            return true;
        }
    }
    return false;
}

TEST(RefusalTexts, EachNumberOfDispatchIsSaidSomewhere) {
    std::vector<std::string> sources;
    for (const char* folder : {"dispatch", "telemetry"}) {
        for (const auto& file : std::filesystem::recursive_directory_iterator{std::string{EMS_SOURCE_DIR "/"} + folder}) {
            if (file.path().extension() == ".cpp") {
                sources.push_back(text_of(file.path()));
            }
        }
    }
    ASSERT_GE(sources.size(), 100U);
    int looked_at = 0;
    for (const auto& [name, code] : codes()) {
        const int number = static_cast<int>(code);
        if (number >= 600 && number < 700 && name != "unknown") {
            ++looked_at;
            const bool said = std::any_of(sources.begin(), sources.end(), [&](const std::string& text) { return is_said(name, text); });
            EXPECT_NE(said, kNeverSaid.contains(name)) << number << " " << name;
        }
    }
    EXPECT_GE(looked_at, 70);
}

// Shared numbers may be used as often as now, and for what the list above says.
TEST(RefusalTexts, ShareANumberOnlyWhereNoDeskBringsThemAbout) {
    const std::regex shared{R"(fail\(Code::(invalid_argument|not_found)[,)])"};
    std::map<std::string, int> times;
    for (const char* folder : {"core", "service"}) {
        for (const auto& file : std::filesystem::directory_iterator{std::string{EMS_SOURCE_DIR "/dispatch/"} + folder}) {
            const std::string text = text_of(file.path());
            const auto count = std::distance(std::sregex_iterator{text.begin(), text.end(), shared}, std::sregex_iterator{});
            if (count > 0) {
                times[file.path().filename().string()] = static_cast<int>(count);
            }
        }
    }
    const std::map<std::string, int> expected{
        {"decide.cpp", 1},       // an acknowledgement of no command
        {"live_relay.cpp", 1},   // a packet of no vehicle
        {"verbs.cpp", 2},        // no key; no such request
    };
    EXPECT_EQ(times, expected);
}

} // namespace
} // namespace ems::dispatch
