// What a crew found, under the physician's patient.
#include "console/theme/finding_words.h"
#include "console/widgets/found_view.h"
#include "console/widgets/patient_views.h"
#include "telemetry/wire/findings.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/picture_file.h"

namespace ems::console {
namespace {

using Findings = ems::wire::PatientFindings;

constexpr std::int64_t kOneOClockUs = 1'767'243'600'000'000; // 2026-01-01 13:00 +08:00

class FoundViewTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        window_->showView(View::physician);
        desk_->selectIncident(10);
        settle();
        view_ = window_->findChild<FoundView*>();
        ASSERT_NE(view_, nullptr);
    }
    void found(const Findings& said, std::int64_t incident = 10) {
        ems::wire::PatientChart chart;
        ems::wire::add_findings(chart, said, kOneOClockUs);
        feed_.findings(4, incident, chart, clock_.utc_us());
        settle();
        settle(); // the panels below make room
    }
    FoundView* view_{nullptr};
};

TEST_F(FoundViewTest, TakesNoRoomBeforeAnythingWasFound) {
    EXPECT_EQ(view_->sizeHint().height(), 0);
    EXPECT_FALSE(view_->isVisible());
}

TEST_F(FoundViewTest, SaysConsciousnessThenGcsInOneEachWithItsTime) {
    Findings said;
    said.set_gcs_eyes(3);
    said.set_gcs_motor(5);
    said.set_consciousness(Findings::VOICE);
    found(said);
    EXPECT_GT(view_->height(), 20);
    EXPECT_EQ(window_->findChild<PatientBar*>()->height(), 64) << "it takes nothing from the patient's";
    EXPECT_GE(view_->parentWidget()->height(), view_->height()) << "and is seen whole";
    const QString text = view_->accessibleDescription();
    EXPECT_TRUE(text.contains(QStringLiteral("GCS E3 M5 13:00"))) << text.toStdString();
    EXPECT_LT(text.indexOf(FindingWords::consciousness(Findings::VOICE)),
              text.indexOf(QStringLiteral("GCS")));
}

TEST_F(FoundViewTest, WhatTheCrewWithdrewStandsBelowWithWhatStoodThereAndWhen) {
    Findings pain;
    pain.set_pain(6);
    Findings weight;
    weight.set_weight_kg(62);
    Findings back;
    back.add_withdrawn(Findings::kPainFieldNumber);
    ems::wire::PatientChart chart;
    ems::wire::add_findings(chart, pain, kOneOClockUs);
    ems::wire::add_findings(chart, weight, kOneOClockUs);
    ems::wire::add_findings(chart, back, kOneOClockUs + 180'000'000);
    feed_.findings(4, 10, chart, clock_.utc_us());
    settle();
    settle();
    EXPECT_EQ(found_entries(chart).size(), 1) << "it is no finding any more";
    const auto gone = withdrawn_entries(chart);
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_TRUE(gone[0].stood.endsWith(QStringLiteral("6/10 13:00"))) << gone[0].stood.toStdString();
    EXPECT_TRUE(gone[0].since.endsWith(QStringLiteral("13:03"))) << gone[0].since.toStdString();
    EXPECT_TRUE(view_->accessibleDescription().contains(gone[0].stood));
    EXPECT_GT(view_->height(), 45) << "a line of its own";
    save_picture(window_->grab().toImage(), QStringLiteral("physician-withdrawn.png"));
}

TEST_F(FoundViewTest, SaysByTheClockWhenThePatientWasLastSeenWell) {
    Findings said;
    said.set_onset_min_before(90);
    found(said);
    const QString text = view_->accessibleDescription();
    EXPECT_TRUE(text.contains(QStringLiteral("11:30"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("13:00"))) << "and when that was said";
    said.set_onset_min_before(14 * 60);
    found(said);
    EXPECT_TRUE(view_->accessibleDescription().contains(QStringLiteral("12-31 23:00"))) << "the day before";
}

TEST_F(FoundViewTest, ShowsNothingOfAnotherPatient) {
    Findings said;
    said.set_pain(6);
    found(said, 11);
    EXPECT_FALSE(view_->isVisible());
}

TEST_F(FoundViewTest, WhatDoesNotFitGoesOnInTheNextLine) {
    Findings said;
    said.set_pain(6);
    found(said);
    const int one_line = view_->sizeHint().height();
    for (const std::string_view note : FindingWords::notes()) {
        said.mutable_notes()->add_code(std::string{note});
    }
    for (const std::string_view group : FindingWords::complaints()) {
        said.mutable_complaints()->add_code(std::string{group});
    }
    found(said);
    EXPECT_GT(view_->sizeHint().height(), one_line);
}

} // namespace
} // namespace ems::console
