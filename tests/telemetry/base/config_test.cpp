#include "telemetry/base/config.h"

#include <gtest/gtest.h>

namespace ems {
namespace {

struct Settings {
    std::string host;
    std::int64_t port{0};
    bool verbose{false};
};

ConfigSpec make_spec(Settings& settings) {
    ConfigSpec spec{"ems-test"};
    spec.text("mqtt.host", "127.0.0.1", "broker's host", &settings.host);
    spec.integer("mqtt.port", 8883, 1, 65535, "broker's port", &settings.port);
    spec.flag("verbose", false, "more words", &settings.verbose);
    return spec;
}

TEST(Config, DefaultsHoldWithoutAFile) {
    Settings settings;
    ConfigSpec spec = make_spec(settings);
    ASSERT_TRUE(spec.load(""));
    EXPECT_EQ(settings.port, 8883);
}

TEST(Config, ValuesOfTheFileReplaceDefaults) {
    Settings settings;
    ConfigSpec spec = make_spec(settings);
    ASSERT_TRUE(spec.load_text("verbose = true\n[mqtt]\nport = 1234\n", "a.toml"));
    EXPECT_EQ(settings.port, 1234);
    EXPECT_TRUE(settings.verbose);
    EXPECT_EQ(settings.host, "127.0.0.1");
}

TEST(Config, UnknownKeyIsNamedWithFileAndLine) {
    Settings settings;
    ConfigSpec spec = make_spec(settings);
    const Result<void> result = spec.load_text("[mqtt]\nprot = 1234\n", "a.toml");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail, "a.toml:2: unknown key 'mqtt.prot' for ems-test");
}

TEST(Config, ValueOutOfRangeIsRefused) {
    Settings settings;
    ConfigSpec spec = make_spec(settings);
    const Result<void> result = spec.load_text("[mqtt]\nport = 70000\n", "a.toml");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().detail, "a.toml:2: 'mqtt.port' must be from 1 to 65535");
}

TEST(Config, WrongTypeIsRefused) {
    Settings settings;
    ConfigSpec spec = make_spec(settings);
    EXPECT_FALSE(spec.load_text("[mqtt]\nport = \"x\"\n", "a.toml"));
}

TEST(Config, WhatIsPrintedIsReadBack) {
    Settings settings;
    ConfigSpec spec = make_spec(settings);
    ASSERT_TRUE(spec.load_text(R"(mqtt.host = "a \"b\" \\ c\n\u0001 席张")", "a.toml"));
    Settings again;
    ConfigSpec twice = make_spec(again);
    const auto read = twice.load_text(spec.print(), "print");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(again.host, settings.host);
}

// The library's own assertion would have ended the program.
TEST(Config, AKeyOrValueThatIsNoneIsAnErrorInAnInlineTableToo) {
    for (const char* text : {"mqtt = { = 1 }", "mqtt = { port = 1, = 2 }", "mqtt = {,}",
                             "mqtt = { port = 1, , }", "mqtt = { \x01 = 1 }", "= 1", "mqtt = { port = }",
                             "mqtt = { port = , }"}) {
        Settings settings;
        ConfigSpec spec = make_spec(settings);
        EXPECT_FALSE(spec.load_text(text, "a.toml")) << text;
    }
}

TEST(Config, MissingFileIsAnError) {
    Settings settings;
    ConfigSpec spec = make_spec(settings);
    EXPECT_FALSE(spec.load("/nonexistent/ems.toml"));
}

} // namespace
} // namespace ems
