// ems-console and ems-station as they are started: one clear sentence and the exit code that tells what was wrong.
#include <algorithm>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace {

using ems::test::program;

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(ConsoleProgram, AMissingConfigurationFileIsOneSentenceAndExitCode1) {
    std::string output;
    EXPECT_EQ(ems::test::run({program("ems-console"), "--config", "/nowhere/console.toml"}, &output), 1);
    EXPECT_NE(output.find("/nowhere/console.toml"), std::string::npos) << output;
    EXPECT_EQ(lines_of(output), 1U) << output;
}

TEST(ConsoleProgram, AnUnknownKeyIsOneSentenceAndExitCode2) {
    const ems::test::TempDir folder;
    const std::string path = (folder.path() / "console.toml").string();
    std::ofstream{path} << "server.addresses = [\"127.0.0.1:1\"]\nserver.colour = 1\n";
    std::string output;
    EXPECT_EQ(ems::test::run({program("ems-console"), "--config", path}, &output), 2);
    EXPECT_NE(output.find("server.colour"), std::string::npos) << output;
    EXPECT_EQ(lines_of(output), 1U) << output;
}

TEST(ConsoleProgram, AGoodFileIsChecked) {
    const ems::test::TempDir folder;
    const std::string path = (folder.path() / "console.toml").string();
    std::ofstream{path} << "server.addresses = [\"127.0.0.1:1\"]\n";
    EXPECT_EQ(ems::test::run({program("ems-console"), "--config", path, "--check-config"}), 0);
}

TEST(StationProgram, WithoutItsStationItIsOneSentenceAndExitCode2) {
    const ems::test::TempDir folder;
    const std::string path = (folder.path() / "station.toml").string();
    std::ofstream{path} << "server.addresses = [\"127.0.0.1:1\"]\n";
    std::string output;
    EXPECT_EQ(ems::test::run({program("ems-station"), "--config", path}, &output), 2);
    EXPECT_NE(output.find("station: "), std::string::npos) << output;
    EXPECT_EQ(lines_of(output), 1U) << output;
}

TEST(StationProgram, TheCrewsTerminalStartsItWithItsArguments) {
    const ems::test::TempDir folder;
    const std::string path = (folder.path() / "station.toml").string();
    std::ofstream{path} << "station = \"S1\"\nprint.colour = 1\n";
    std::string output;
    EXPECT_EQ(ems::test::run({program("ems-crew"), "--station", "--config", path}, &output), 2);
    EXPECT_EQ(output.find("ems-station: "), 0U) << output;
    EXPECT_NE(output.find("print.colour"), std::string::npos) << output;
}

} // namespace
