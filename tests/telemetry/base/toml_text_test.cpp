#include "telemetry/base/toml_text.h"

#include <gtest/gtest.h>

#include "telemetry/base/config.h"

namespace ems {
namespace {

std::string why(std::string_view text) {
    const auto checked = check_toml_text(text, "a.toml");
    return checked ? "" : checked.error().detail;
}

TEST(TomlText, TakesLettersOfAnyLanguageInStringsAndComments) {
    for (const char* text :
         {"a = \"\u5e2d\u00e9\"\n", "a = '\u00e9'\n", "# \u00e9 \"\n'\u00e9' = 1\n",
          "a = \"\"\"\n\u00e9 \"\" \u00e9\"\"\"\"\"\nb = 1\n", "a = '''\u00e9' ''\n\u00e9'''\n",
          "a = \"\\\"\u00e9\" # \u00e9\r\nb = 2\r\n", "\xEF\xBB\xBF# \u00e9\na = 1\n",
          "a = \"\"\"x\\\n  y \u00e9\"\"\"\n", "a = ['\u00e9', \"\u00e9\"] # '\u00e9\nb = '\u00e9'\n",
          "a = \"\"\n"}) {
        EXPECT_EQ(why(text), "") << text;
    }
}

TEST(TomlText, RefusesThemAnywhereElseAndSaysWhere) {
    const std::string outside = "a letter beyond ASCII outside strings and comments";
    EXPECT_EQ(why("\u00e9 = 1\n"), "a.toml:1:1: " + outside);
    EXPECT_EQ(why("a = \"\u5e2d\" \u00e9\n"), "a.toml:1:9: " + outside);
    EXPECT_EQ(why("# \u5e2d\n[mqtt]\nport\u3000= 1\n"), "a.toml:3:5: " + outside);
    EXPECT_EQ(why("a = \"\"\u00e9\n"), "a.toml:1:7: " + outside);
    EXPECT_EQ(why("a = 'b\\'\u00e9'\n"), "a.toml:1:9: " + outside) << "no escape in such a string";
    EXPECT_EQ(why("a = \"\"\"b\"\"\"\u00e9\"\"\"\n"), "a.toml:1:12: " + outside);
    EXPECT_EQ(why("a = \"b\n\u00e9\"\n"), "a.toml:2:1: " + outside) << "a string ends with its line";
}

// The library looks the letter up there, too.
TEST(TomlText, RefusesThemWhereABackslashWaitsForWhiteSpace) {
    EXPECT_EQ(why("a = \"\"\"b\\\n  \u00e9\"\"\"\n"),
              "a.toml:2:3: a letter beyond ASCII where a backslash joins lines");
    EXPECT_EQ(why("a = \"\"\"\\ \u00e9\"\"\"\n"),
              "a.toml:1:10: a letter beyond ASCII where a backslash joins lines");
    EXPECT_EQ(why("a = \"\\\u00e9\"\n"), "a.toml:1:7: a letter beyond ASCII behind a backslash");
    EXPECT_EQ(why("a = \"\"\"b\\\\ \u00e9\"\"\"\n"), "") << "that backslash is escaped";
}

// To the library a number goes on through quotation marks.
TEST(TomlText, RefusesStringsWhereNoneBegins) {
    for (const char* text : {"a = 1'\u00e9'\n", "a = 1.\"\u00e9\"\n", "a = +\"\u00e9\"\n",
                             "a = 2026-01-01 '\u00e9'\n", "a = 'b''\u00e9'\n",
                             "a = x\"\u00e9\"\n", "a = 1='\u00e9'\n", "a = [1]'\u00e9'\n",
                             "a = 0['\u00e9']\n", "a = -{'\u00e9'\n", "a = [1] '\u00e9'\n",
                             "a = 1.\"\"\"\u00e9\"\"\"\n"}) {
        EXPECT_TRUE(why(text).ends_with(": a quotation mark where no string begins")) << text;
    }
    for (const char* text : {"a.'\u00e9' = 1\n", "[a . \"\u00e9\"]\n", "a = [1,\n '\u00e9']\n",
                             "a = { b = 1, '\u00e9' = 2 }\n", "a = 1 # '\n'\u00e9' = 1\n"}) {
        EXPECT_EQ(why(text), "") << text;
    }
}

// Whoever ends a line, or a string, elsewhere than the library does would look in the wrong place.
TEST(TomlText, RefusesWhatCouldBeReadInTwoWays) {
    EXPECT_EQ(why("# a\vb\n"), "a.toml:1:4: a control character");
    EXPECT_EQ(why("a = 1\r# \u00e9\n"), "a.toml:1:6: a control character");
    EXPECT_EQ(why(std::string_view{"a = '\0'\n", 9}), "a.toml:1:6: a control character");
    EXPECT_EQ(why("a = \"\"\"b\"\"\"\"\"\"\n"),
              "a.toml:1:9: more quotation marks than end a string");
    EXPECT_EQ(why("a = ''''''''' '\n"), "a.toml:1:8: more quotation marks than end a string");
}

TEST(TomlText, EndsWhereTheTextEnds) {
    for (const char* text : {"", "\"", "'", "\"\"\"", "'''", "\"\\", "\"\"\"\\", "\"\"\"\\ ", "#",
                             "\"\"\"\"",
                             "a = '''\u00e9''"}) {
        EXPECT_EQ(why(text), "") << text;
    }
}

// What crashed the library is an error like any other of a configuration's.
TEST(TomlText, StandsBeforeEveryConfiguration) {
    std::int64_t port = 0;
    ConfigSpec spec{"ems-test"};
    spec.integer("port", 1, 0, 9, "of a test", &port);
    const auto loaded = spec.load_text("port = 1\n\u00e9 = 1\n", "a.toml");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::config);
    EXPECT_EQ(loaded.error().detail,
              "a.toml:2:1: a letter beyond ASCII outside strings and comments");
}

} // namespace
} // namespace ems
