// The state tables of dispatch/README.md are printed here; a change of the tables shows in the README or turns this red. So
// does a table of the database that it does not name.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "dispatch/core/permission.h"
#include "dispatch/core/states.h"
#include "telemetry/base/error.h"

namespace ems::dispatch {
namespace {

std::string unit_table() {
    std::string out = "| state | 中文 | may be sent | on task | may be diverted | stamp on entering | goes to |\n|---|---|---|---|---|---|---|\n";
    for (const UnitStateRow& row : unit_states()) {
        std::string next;
        for (const UnitTransition& t : unit_transitions()) {
            if (t.from == row.state) {
                const char* mark[] = {" (order)", "", " (release)", " (or release)", " (diversion)"};
                next += fmt::format("{}{}{}", next.empty() ? "" : ", ", name(t.to),
                                    mark[static_cast<std::size_t>(t.cause)]);
            }
        }
        out += fmt::format("| {} {} | {} | {} | {} | {} | {} | {} |\n", static_cast<int>(row.state), row.name, row.chinese,
                           row.dispatchable ? "yes" : "-", row.on_task ? "yes" : "-", row.divertible ? "yes" : "-",
                           row.stamp ? name(*row.stamp) : "-", next);
    }
    return out;
}

template <class Transitions> std::string pairs(const char* title, const Transitions& transitions) {
    std::string out = fmt::format("{}: ", title);
    std::string separator;
    for (const auto& t : transitions) {
        out += fmt::format("{}{} → {}", separator, name(t.from), name(t.to));
        separator = ", ";
    }
    return out + ".\n";
}

std::string right_table() {
    std::string out = "| request | dispatcher | physician | hospital viewer | admin | auditor |\n|---|---|---|---|---|---|\n";
    for (const PermissionRow& row : permissions()) {
        const auto mark = [](bool granted) { return granted ? "✔" : "–"; };
        out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", row.name, mark(row.dispatcher), mark(row.physician),
                           mark(row.hospital_viewer), mark(row.admin), mark(row.auditor));
    }
    return out;
}

std::string error_table() {
    constexpr int kFirst = 600;
    constexpr int kEnd = 700;
    std::string out = "| number | name | English | 中文 |\n|---|---|---|---|\n";
    for (int number = kFirst; number < kEnd; ++number) {
        const Code code = static_cast<Code>(number);
        if (code_name(code) != "unknown") {
            out += fmt::format("| {} | {} | {} | {} |\n", number, code_name(code), code_text_en(code), code_text_zh(code));
        }
    }
    return out;
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

// "posting", of the schemas that this folder answers for.
std::set<std::string> tables() {
    const std::regex create{R"(create table (?:dispatch|registry|media)\.([a-z0-9_]+))"};
    std::set<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator{EMS_SOURCE_DIR "/deploy/postgresql/migrations"}) {
        const std::string text = text_of(file.path());
        for (auto it = std::sregex_iterator{text.begin(), text.end(), create}; it != std::sregex_iterator{}; ++it) {
            out.insert((*it)[1]);
        }
    }
    return out;
}

TEST(Readme, NamesEveryTableOfTheDatabaseWithItsPromise) {
    const std::string readme = text_of(EMS_SOURCE_DIR "/dispatch/README.md");
    const std::size_t from = readme.find("\n## What each table of the database promises");
    ASSERT_NE(from, std::string::npos);
    const std::string promises = readme.substr(from, readme.find("\n## ", from + 1) - from);
    ASSERT_GE(tables().size(), 20U);
    for (const std::string& table : tables()) {
        EXPECT_NE(promises.find("`" + table + "`"), std::string::npos) << table;
    }
}

TEST(Readme, HoldsTheTablesOfTheCore) {
    const std::string text = text_of(EMS_SOURCE_DIR "/dispatch/README.md");
    for (const std::string& table : {unit_table(), pairs("Assignment", assignment_transitions()),
                                     pairs("Incident", incident_transitions()),
                                     pairs("Posting", posting_transitions()), right_table(), error_table()}) {
        EXPECT_NE(text.find(table), std::string::npos) << "dispatch/README.md should hold:\n" << table;
    }
}

} // namespace
} // namespace ems::dispatch
