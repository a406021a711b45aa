// Every alarm that can reach a desk has a row that says why, and no row is without an alarm. The codes are read from the sources
// that raise them; console/README.md holds the table as it is printed here.
#include "console/model/alarm_table.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "telemetry/signal/alarm/alarm_table.h"

namespace ems::console {
namespace {

namespace fs = std::filesystem;

std::string source(const std::string& path) {
    std::ifstream file{std::string{EMS_SOURCE_DIR "/"} + path};
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
    const std::regex expression{pattern};
    std::set<std::string> found;
    for (auto it = std::sregex_iterator{text.begin(), text.end(), expression}; it != std::sregex_iterator{}; ++it) {
        found.insert((*it)[1].str());
    }
    return found;
}

std::set<std::string> of_folder(const std::string& folder, const std::string& pattern) {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator{std::string{EMS_SOURCE_DIR "/"} + folder}) {
        if (entry.path().extension() == ".cpp") {
            found.merge(matches(source(fs::relative(entry.path(), EMS_SOURCE_DIR).string()), pattern));
        }
    }
    return found;
}

// Where alarms are raised, and how their codes stand there.
struct Raiser {
    const char* path; // of a folder, or a file
    const char* pattern;
    std::size_t least; // or the list is not where it was
};
const std::array<Raiser, 13> kRaisers{{
    {"vehicle/agent", R"re(alarm\.set_code\("([a-z_0-9]+)"\))re", 1},
    {"vehicle/agent/agent_body.h", R"re(CalledDesk \w+\{"([a-z_]+)")re", 2},
    {"vehicle/device", R"re(AlarmName\{[0-9']+, "([a-z_0-9]+)"\})re", 3},
    {"telemetry/gateway/records.cpp", R"re(AlarmKind\{alarm::k\w+, "([a-z_0-9]+)")re", 8},
    {"telemetry/ingest", R"re(alarm\.set_code\("([a-z_0-9]+)"\))re", 1},
    {"dispatch/core/outbox.cpp", R"re("((?:crew|tell)_[a-z_]+)")re", 4},
    {"dispatch/core/outbox.h", R"re(kPostingRefused\{"([a-z_]+)"\})re", 1},
    {"dispatch/core/queue.cpp", R"re(ShortGrade::escalated \? "([a-z_]+)")re", 1},
    {"dispatch/core/queue.cpp", R"re(ShortGrade::escalated \? "[a-z_]+" : "([a-z_]+)")re", 1},
    {"dispatch/service", R"re(alarm\.set_code\("([a-z_0-9]+)"\))re", 1},
    {"console/model/desk_alarms.cpp", R"re(entry\.code = "([a-z_0-9]+)")re", 3},
    {"console/model/recording_alarm.cpp", R"re(entry\.code = "([a-z_0-9]+)")re", 1},
    {"console/model/desk_alarms.cpp", R"re(\{Stage::[a-z_]+, "([a-z_0-9]+)", Grade::)re", 4},
}};

std::set<std::string> raised() {
    std::set<std::string> codes{std::string{kMonitorAlarms}};
    for (const signal::AlarmRow& row : signal::alarm_rows()) {
        codes.emplace(row.code);
    }
    for (const Raiser& raiser : kRaisers) {
        const bool is_file = fs::is_regular_file(std::string{EMS_SOURCE_DIR "/"} + raiser.path);
        auto found = is_file ? matches(source(raiser.path), raiser.pattern) : of_folder(raiser.path, raiser.pattern);
        EXPECT_GE(found.size(), raiser.least) << raiser.path << ": the list is not found where it was";
        codes.merge(found);
    }
    return codes;
}

TEST(AlarmTable, EveryAlarmThatIsRaisedHasARowAndEveryRowIsRaised) {
    std::set<std::string> rows;
    for (const AlarmReason* row : alarm_reasons()) {
        EXPECT_TRUE(rows.emplace(row->code).second) << row->code << " stands twice";
    }
    EXPECT_EQ(rows, raised());
}

TEST(AlarmTable, ARowSaysWhyWhatFollowsAndWhatToDo) {
    for (const AlarmReason* row : alarm_reasons()) {
        for (const char* text : {row->cause, row->consequence, row->action}) {
            EXPECT_GT(std::string{text}.size(), 8U) << row->code;
        }
        EXPECT_GT(row->available_s, 0) << row->code << ": without time for an action it is no alarm";
        EXPECT_LE(row->highest, row->grade) << row->code;
        EXPECT_TRUE(row->follows.empty() || find_reason(row->follows) != nullptr) << row->code;
    }
}

TEST(AlarmTable, TheGraverTheLessTimeThereIs) {
    for (const AlarmReason* row : alarm_reasons()) {
        if (row->grade == Grade::high) {
            EXPECT_LE(row->available_s, 60) << row->code;
        }
    }
}

// The grade of the desk's table is that of the vehicle's, which decides.
TEST(AlarmTable, AgreesWithTheVehiclesOwnTable) {
    for (const signal::AlarmRow& row : signal::alarm_rows()) {
        const AlarmReason* desk = find_reason(row.code);
        ASSERT_NE(desk, nullptr) << row.code;
        EXPECT_EQ(static_cast<int>(desk->grade), static_cast<int>(row.priority)) << row.code;
        EXPECT_EQ(desk->about == AlarmClass::clinical, row.kind == signal::AlarmKind::physiological) << row.code;
        const bool rises = row.escalate_ms != 0 || row.pulseless.has_value();
        EXPECT_EQ(desk->highest < desk->grade, rises) << row.code;
    }
}

TEST(AlarmTable, NoPatientsAlarmFollowsFromALostLink) {
    for (const AlarmReason* row : alarm_reasons()) {
        EXPECT_TRUE(row->follows.empty() || row->about == AlarmClass::technical) << row->code;
    }
}

TEST(AlarmTable, AnAlarmThatOnlyTheMonitorHasANumberForHasTheCommonRow) {
    ASSERT_NE(find_reason("monitor_10017"), nullptr);
    EXPECT_EQ(find_reason("monitor_10017")->code, kMonitorAlarms);
    EXPECT_EQ(find_reason("monitor_x"), nullptr);
    EXPECT_EQ(find_reason("monitor_"), nullptr);
    EXPECT_EQ(find_reason("monitor_lost")->code, "monitor_lost");
}

std::string seconds(std::int64_t ms) {
    return ms % 60'000 == 0 ? fmt::format("{} min", ms / 60'000) : fmt::format("{} s", ms / 1'000);
}

// How long it is held back, and by whom: of a vehicle's row as the vehicle's table has it.
std::string damped(const AlarmReason& row) {
    std::string out;
    if (const signal::AlarmRow* own = signal::find_alarm(row.code)) {
        const auto [least, most] = std::minmax_element(own->delay_ms.begin(), own->delay_ms.end());
        if (*most != 0) {
            out += *least == *most ? fmt::format("in {}", seconds(*most))
                                   : fmt::format("in {} to {}", seconds(*least), seconds(*most));
        }
        if (own->release_ms != 0) {
            out += fmt::format("{}out {}", out.empty() ? "" : ", ", seconds(own->release_ms));
        }
        if (own->limit) {
            out += fmt::format("{}band {}", out.empty() ? "" : ", ", own->limit->hysteresis);
        }
    } else if (row.damping.on_ms != 0) {
        out += fmt::format("in {}", seconds(row.damping.on_ms));
    }
    if (!out.empty()) {
        out += fmt::format(" ({})", name(row.damping.by));
    }
    if (row.damping.off_ms != 0) {
        out += fmt::format("{}out {} (desk)", out.empty() ? "" : ", ", seconds(row.damping.off_ms));
    }
    return out.empty() ? "–" : out;
}

std::string grades(const AlarmReason& row) {
    static constexpr std::array<const char*, 3> kNames{"high", "medium", "low"};
    const auto of = [&](Grade grade) { return kNames.at(static_cast<std::size_t>(grade) - 1); };
    return row.grade == row.highest ? of(row.grade) : fmt::format("{}, {}", of(row.grade), of(row.highest));
}

std::string printed() {
    std::string out = "| code | grade, at most | class | raised by | answered by | within | held back | follows from | why it came | "
                      "what follows | what to do |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
    for (const AlarmReason* row : alarm_reasons()) {
        out += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", row->code, grades(*row),
                           name(row->about), name(row->source), name(row->owner), seconds(row->available_s * 1'000),
                           damped(*row), row->follows.empty() ? "–" : fmt::format("`{}`", row->follows), row->cause,
                           row->consequence, row->action);
    }
    return out;
}

// Not every vehicle has an intercom, and each crew can call.
TEST(AlarmTable, ACrewWithoutAnIntercomIsRungWhenItCallsForThePhysician) {
    const std::string_view action = find_reason("physician_call")->action;
    EXPECT_NE(action.find("without an intercom"), std::string_view::npos);
}

TEST(AlarmTable, WhatIsDoneWithoutAServerIsKeptWithTheKeyOfTheOutageList) {
    for (const char* code : {"server_lost", "no_leader"}) {
        const std::string_view action = find_reason(code)->action;
        EXPECT_NE(action.find("Ctrl+R"), std::string_view::npos) << code;
    }
}

TEST(AlarmTable, StandsInTheReadme) {
    EXPECT_NE(source("console/README.md").find(printed()), std::string::npos) << "console/README.md should hold:\n" << printed();
}

} // namespace
} // namespace ems::console
