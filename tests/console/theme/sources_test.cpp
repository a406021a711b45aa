// Rules over the console's own text: no colour outside the token table, no unfinished translation.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file{path};
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
}

TEST(ConsoleSources, NoColourIsWrittenOutsideTheTokenTable) {
    const std::regex literal{R"(#[0-9a-fA-F]{6}\b|0x[0-9a-fA-F]{6}\b|QColor\s*[({]\s*[0-9"]|Qt::(red|green|blue|white|black|gray|yellow|cyan|magenta)\b|setNamedColor)"};
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{EMS_SOURCE_DIR "/console"}) {
        const auto ext = entry.path().extension();
        if (entry.path().filename() == "tokens.inc" || (ext != ".h" && ext != ".cpp")) {
            continue;
        }
        ++files;
        const std::string text = text_of(entry.path());
        std::smatch found;
        EXPECT_FALSE(std::regex_search(text, found, literal)) << entry.path() << ": " << found.str();
    }
    EXPECT_GT(files, 20U);
}

TEST(ConsoleSources, ChineseIsComplete) {
    const std::string ts = text_of(EMS_SOURCE_DIR "/console/i18n/ems_console_zh_CN.ts");
    EXPECT_NE(ts.find("<translation>"), std::string::npos);
    EXPECT_EQ(ts.find("type=\"unfinished\""), std::string::npos);
    EXPECT_EQ(ts.find("<translation></translation>"), std::string::npos);
}

} // namespace
