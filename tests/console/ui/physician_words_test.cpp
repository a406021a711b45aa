// What the physician's desk says in words: scores in the language of the screen and by the right age; and the page of keys, which
// leaves none out.
#include "console/model/limits.h"
#include "console/widgets/help_view.h"
#include "console/widgets/score_words.h"
#include "console/widgets/scores_view.h"
#include "tests/console/ui/desk_fixture.h"

#include <algorithm>
#include <string_view>

#include <QTranslator>

namespace ems::console {
namespace {

class InChinese : public testing::Test {
  protected:
    void SetUp() override {
        application();
        ASSERT_TRUE(translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
        QCoreApplication::installTranslator(&translator_);
    }
    void TearDown() override { QCoreApplication::removeTranslator(&translator_); }

  private:
    QTranslator translator_;
};

bool holds_latin(const QString& text) {
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 128 && c.isLetter(); });
}

TEST_F(InChinese, EachItemOfAScoreAndWhatItWasReadFromIsChinese) {
    for (const char* item : {"temperature", "consciousness", "mentation", "RR", "HR", "pulse", "SBP", "oxygen",
                             "capillary refill", "effort", "HR and SBP within 2 min"}) {
        EXPECT_NE(score_item_word(item), QString::fromLatin1(item));
        const bool two_minutes = std::string_view{item}.starts_with("HR and");
        EXPECT_TRUE(two_minutes || !holds_latin(score_item_word(item))) << item;
    }
    for (const char* taken : {"air", "oxygen", "level 2", "altered"}) {
        EXPECT_FALSE(holds_latin(score_taken_word(taken))) << taken;
    }
    EXPECT_EQ(score_taken_word("24"), QStringLiteral("24"));
    EXPECT_EQ(score_taken_word("A"), QStringLiteral("A"));
}

TEST(HelpPage, HoldsEveryKeyAndVerbWithinItself) {
    application();
    const Theme theme{ThemeMode::night};
    const HelpView help{theme, nullptr};
    EXPECT_TRUE(QRectF{help.rect()}.contains(help.extent()));
    EXPECT_LE(help.height(), 1'000) << "on one screen";
}

TEST(ScoreAge, TheAgeThatTheCrewEnteredChoosesTheScore) {
    ems::wire::PatientChart chart;
    chart.mutable_findings()->set_age_months(8 * 12);
    const api::Incident call; // without an age
    const PatientAge child = score_age(&call, nullptr, &chart);
    EXPECT_EQ(child.group, signal::AgeGroup::child);
    EXPECT_EQ(child.years, 8);
    EXPECT_EQ(child.months, 96);
    ems::wire::Vitals newest;
    newest.set_limits_of(ems::wire::PATIENT_ADULT);
    EXPECT_EQ(score_age(&call, &newest, &chart).years, 8) << "whatever limits are in force";
    chart.mutable_findings()->clear_age_months();
    EXPECT_EQ(score_age(&call, &newest, &chart).group, signal::AgeGroup::adult);
    EXPECT_FALSE(score_age(&call, nullptr, nullptr).years);
}

TEST(ScoreAge, AChildGetsNoScoreOfAdults) {
    application();
    ems::wire::PatientChart chart;
    chart.mutable_findings()->set_age_months(96);
    VitalsTrack track;
    track.received = 1;
    for (const ScoreLine& line : read_scores(&track, score_age(nullptr, nullptr, &chart), 0, &chart)) {
        EXPECT_NE(line.name, QStringLiteral("MEWS"));
        EXPECT_NE(line.name, QStringLiteral("qSOFA"));
    }
}

} // namespace
} // namespace ems::console
