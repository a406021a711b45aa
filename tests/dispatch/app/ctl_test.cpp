// ems-ctl at its rim: exit codes and single sentences without a centre.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace ems {
namespace {

struct Outcome {
    int code{-1};
    std::string output;
    [[nodiscard]] bool one_line() const { return std::count(output.begin(), output.end(), '\n') == 1; }
};

Outcome ctl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), test::program("ems-ctl"));
    Outcome out;
    out.code = test::run(std::move(arguments), &out.output, {"LANG=C.UTF-8", "LC_ALL="});
    return out;
}

TEST(CtlTest, WrongUseAndConfigurationAreExitCode2InOneSentence) {
    EXPECT_EQ(ctl({"nonsense"}).code, 2);
    EXPECT_EQ(ctl({"assign"}).code, 2);
    EXPECT_EQ(ctl({"call", "new", "--complaint", "x", "--address", "y", "--lat", "91", "--lon", "1"}).code, 2);
    EXPECT_EQ(ctl({"call", "new", "--complaint", "x", "--address", "y", "--lat", "nan", "--lon", "1"}).code, 2);
    const Outcome unset = ctl({"status"});
    EXPECT_EQ(unset.code, 2);
    EXPECT_TRUE(unset.one_line()) << unset.output;
    const test::TempDir dir;
    const std::string file = (dir.path() / "ctl.toml").string();
    std::ofstream{file} << "sever = \"127.0.0.1:1\"\n";
    const Outcome unknown = ctl({"--config", file, "status"});
    EXPECT_EQ(unknown.code, 2);
    EXPECT_NE(unknown.output.find("sever"), std::string::npos) << unknown.output;
}

TEST(CtlTest, NoCentreIsExitCode3AndNamesTheServer) {
    const test::TempDir dir;
    const std::string pki = (dir.path() / "pki").string();
    std::string output;
    ASSERT_EQ(test::run({test::program("ems-admin"), "pki", "init", "--dir", pki}, &output), 0) << output;
    ASSERT_EQ(test::run({test::program("ems-admin"), "pki", "issue", "--dir", pki, "--cn", "ctl"}, &output), 0);
    std::ofstream{dir.path() / "password"} << "a password\n";
    const Outcome outcome = ctl({"--server", "127.0.0.1:1", "--ca", pki + "/ca.crt", "--cert", pki + "/ctl.crt",
                                 "--key", pki + "/ctl.key", "--user", "x", "--password-file",
                                 (dir.path() / "password").string(), "--timeout", "0.5", "units"});
    EXPECT_EQ(outcome.code, 3);
    EXPECT_TRUE(outcome.one_line()) << outcome.output;
    EXPECT_NE(outcome.output.find("127.0.0.1:1"), std::string::npos) << outcome.output;
}

} // namespace
} // namespace ems
