// The size that a crew chose for its texts: the configuration's until then, and what a bad file is worth.
#include "vehicle/terminal/text_choice.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace ems::terminal {
namespace {

class TextChoiceTest : public testing::Test {
  protected:
    [[nodiscard]] std::string path() const { return (dir_.path() / "text").string(); }
    [[nodiscard]] TextChoice choice(double first) const { return {QString::fromStdString(path()), first}; }
    test::TempDir dir_;
};

TEST_F(TextChoiceTest, UntilTheCrewChoosesTheConfigurationsSizeHolds) {
    EXPECT_EQ(choice(1.25).scale(), 1.25);
    EXPECT_EQ(choice(1.1).scale(), 1.1);
}

TEST_F(TextChoiceTest, EachPressTakesTheNextLargerAndAfterTheLargestTheFirst) {
    TextChoice text = choice(1);
    for (const double wanted : {1.25, 1.5, 1.0}) {
        EXPECT_EQ(text.next(), wanted);
        EXPECT_TRUE(text.takeNext().has_value());
        EXPECT_EQ(text.scale(), wanted);
    }
}

TEST_F(TextChoiceTest, ASizeBetweenTwoIsFollowedByTheLarger) {
    EXPECT_EQ(choice(1.3).next(), 1.5);
}

TEST_F(TextChoiceTest, WhatWasChosenStandsAboveTheConfigurationAfterARestart) {
    EXPECT_TRUE(choice(1).takeNext().has_value());
    EXPECT_EQ(choice(1).scale(), 1.25);
    EXPECT_EQ(choice(1.5).scale(), 1.25);
}

TEST_F(TextChoiceTest, AFileThatNamesNoSizeLeavesTheConfigurations) {
    for (const std::string& said : {std::string{}, std::string{"40"}, std::string{"125x"}, std::string{"nan"},
                                    std::string(10'000, '1')}) {
        std::ofstream{path()} << said;
        EXPECT_EQ(choice(1.5).scale(), 1.5) << said.substr(0, 20);
    }
}

TEST_F(TextChoiceTest, WithoutAFileAChoiceHoldsForTheProgram) {
    TextChoice text{QString{}, 1};
    EXPECT_TRUE(text.takeNext().has_value());
    EXPECT_EQ(text.scale(), 1.25);
}

TEST_F(TextChoiceTest, AChoiceThatCannotBeKeptHoldsAllTheSame) {
    TextChoice text{QString::fromStdString((dir_.path() / "none" / "text").string()), 1};
    const auto kept = text.takeNext();
    ASSERT_FALSE(kept.has_value());
    EXPECT_EQ(kept.error().code, Code::io);
    EXPECT_EQ(text.scale(), 1.25);
}

} // namespace
} // namespace ems::terminal
