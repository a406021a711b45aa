// What the crew enters of its patient, by taps.
#include "console/theme/finding_words.h"
#include "console/theme/time_text.h"
#include "telemetry/wire/findings.h"
#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace ems::terminal {
namespace {

using Findings = wire::PatientFindings;

class FormPageTest : public TerminalTest {
  protected:
    void SetUp() override {
        TerminalTest::SetUp();
        give_order();
        peer_->status.set_order_accepted(true);
        peer_->status.set_state(wire::UNIT_AT_PATIENT);
        reach([&] { return window_->mainButton().isVisible(); });
        window_->showPage(Page::form);
    }
    FormPage& form() { return window_->formPage(); }
    const Findings& said(std::size_t index) {
        return peer_->taken.at(index).findings().findings();
    }
};

TEST_F(FormPageTest, OneTapOpensAFieldAndASecondSaysIt) {
    shoot(QStringLiteral("crew-17-form.png"));
    touch(form().field(Findings::kConsciousnessFieldNumber));
    shoot(QStringLiteral("crew-18-consciousness.png"));
    touch(form().choice(2));
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_EQ(said(0).consciousness(), Findings::VOICE);
    EXPECT_EQ(peer_->taken[0].findings().incident_id(), 34);
    EXPECT_TRUE(form().field(Findings::kPainFieldNumber).isVisible()) << "the fields again";
}

TEST_F(FormPageTest, ATemperatureIsTypedAndTakenOnlyInItsRange) {
    touch(form().field(Findings::kTempCdegFieldNumber));
    for (const char16_t key : {u'3', u'8'}) {
        form().pad().tap(key);
    }
    EXPECT_TRUE(form().pad().unitButton(0).isEnabled());
    form().pad().tap(u'5');
    EXPECT_FALSE(form().pad().unitButton(0).isEnabled()) << "385 degrees";
    for (const char16_t key : {u'<', u'.', u'5'}) {
        form().pad().tap(key);
    }
    shoot(QStringLiteral("crew-19-temperature.png"));
    touch(form().pad().unitButton(0));
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_EQ(said(0).temp_cdeg(), 3'850);
}

TEST_F(FormPageTest, AListIsSaidWhenItIsEnteredAndNotBefore) {
    touch(form().field(Findings::kComplaintsFieldNumber));
    touch(form().choice(0));
    touch(form().choice(1));
    shoot(QStringLiteral("crew-20-complaint.png"));
    EXPECT_TRUE(peer_->taken.empty());
    touch(form().doneButton());
    reach([&] { return peer_->taken.size() == 1; });
    ASSERT_EQ(said(0).complaints().code_size(), 2);
    EXPECT_EQ(said(0).complaints().code(0), "chest_pain");
}

TEST_F(FormPageTest, AListThatWasBegunStaysWhenTheScreenTurnsToTheTask) {
    touch(form().field(Findings::kComplaintsFieldNumber));
    touch(form().choice(0));
    touch(form().choice(3));
    vehicle::CentreChange& change = *peer_->status.mutable_after_outage()->add_changes();
    change.set_what(vehicle::CentreChange::DESTINATION_CHANGED);
    change.set_counts("市中心医院");
    reach([&] { return window_->page() == Page::task; });
    touch(window_->pageButton(Page::form));
    ASSERT_TRUE(form().doneButton().isVisible());
    touch(form().doneButton());
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_EQ(said(0).complaints().code_size(), 2);
}

TEST_F(FormPageTest, DigitsThatWereTypedStayWhenAnOrderComes) {
    touch(form().field(Findings::kTempCdegFieldNumber));
    for (const char16_t key : {u'3', u'8', u'.', u'5'}) {
        form().pad().tap(key);
    }
    peer_->status.mutable_patient()->set_attended(true);
    peer_->status.mutable_order()->set_incident_id(35);
    peer_->status.set_order_command_id("command-2");
    peer_->status.set_order_accepted(false);
    reach([&] { return window_->page() == Page::task; });
    touch(window_->pageButton(Page::form));
    ASSERT_TRUE(form().pad().isVisible());
    touch(form().pad().unitButton(0));
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_EQ(said(0).temp_cdeg(), 3'850);
    EXPECT_EQ(peer_->taken[0].findings().incident_id(), 0) << "of the patient aboard, and not of the order that waits";
}

TEST_F(FormPageTest, ItsTabPressedWhileItIsShownLeadsBackToTheFields) {
    touch(form().field(Findings::kComplaintsFieldNumber));
    touch(form().choice(0));
    touch(window_->pageButton(Page::form));
    EXPECT_TRUE(form().field(Findings::kPainFieldNumber).isVisible());
}

TEST_F(FormPageTest, WhatWasBegunBesideOnePatientIsNotEnteredForTheNext) {
    touch(form().field(Findings::kComplaintsFieldNumber));
    touch(form().choice(0));
    window_->showPage(Page::task);
    peer_->status.mutable_patient()->set_number(peer_->status.patient().number() + 1);
    reach([&] { return vehicle_->status().patient().number() == peer_->status.patient().number(); });
    window_->showPage(Page::form);
    EXPECT_TRUE(form().field(Findings::kPainFieldNumber).isVisible());
}

TEST_F(FormPageTest, AnEntryEndsWithAnAvailableThatCanNoLongerBeTakenBack) {
    touch(form().field(Findings::kComplaintsFieldNumber));
    touch(form().choice(0));
    peer_->close();
    vehicle_->press(Step::available, 0, {});
    EXPECT_TRUE(form().doneButton().isVisible()) << "it may have been a mistake";
    reach([&] { return vehicle_->undoLeftMs() <= 0; });
    reach([&] { return !form().doneButton().isVisible(); });
}

TEST_F(FormPageTest, WhatWasEnteredIsShownBeforeTheVehicleHasStoredIt) {
    peer_->close();
    touch(form().field(Findings::kPainFieldNumber));
    touch(form().choice(6));
    EXPECT_EQ(vehicle_->pressedStatus().chart().findings().pain(), 6U);
    EXPECT_EQ(vehicle_->waiting(), 1U);
    theme_.setMode(console::ThemeMode::day);
    shoot(QStringLiteral("crew-21-form-day.png"));
}

TEST_F(FormPageTest, LastSeenWellIsSaidByOneOfTheUsualTimes) {
    touch(form().field(Findings::kOnsetMinBeforeFieldNumber));
    shoot(QStringLiteral("crew-40-last-seen-well.png"));
    touch(form().choice(2));
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_TRUE(said(0).has_onset_min_before());
    EXPECT_EQ(said(0).onset_min_before(), 30U);
}

TEST_F(FormPageTest, AnotherTimeIsTypedAsTheClockShowedItAndIsOfTheDayBeforeWhenItIsLater) {
    const auto minutes_after = [&](std::int64_t ahead_min) { // of now, as four digits
        const std::string clock = console::clock_text(clock_.utc_us() + ahead_min * 60'000'000);
        return clock.substr(0, 2) + clock.substr(3, 2);
    };
    const auto click_until = [&](BigButton& button, const std::function<bool()>& done) {
        reach([&] { // within 0.4 s it is a bump of the road
            if (button.isVisible()) {
                QTest::mouseClick(&button, Qt::LeftButton);
            }
            return done();
        });
    };
    const auto type = [&](const std::string& digits) {
        click_until(form().field(Findings::kOnsetMinBeforeFieldNumber),
                    [&] { return form().choice(5).isVisible(); });
        click_until(form().choice(5), [&] { return form().pad().isVisible(); });
        for (const char digit : digits) {
            form().pad().tap(QLatin1Char{digit});
        }
        shoot(QStringLiteral("crew-41-another-time.png"));
        const std::size_t before = peer_->taken.size();
        click_until(form().pad().unitButton(0), [&] { return peer_->taken.size() > before; });
    };
    type(minutes_after(-45));
    ASSERT_EQ(peer_->taken.size(), 1U);
    EXPECT_NEAR(said(0).onset_min_before(), 45U, 1);
    type(minutes_after(90));
    ASSERT_EQ(peer_->taken.size(), 2U);
    EXPECT_NEAR(said(1).onset_min_before(), 24U * 60 - 90, 1);
}

TEST_F(FormPageTest, NoClockShowsTwentyFiveOrSixtyMinutes) {
    touch(form().field(Findings::kOnsetMinBeforeFieldNumber));
    touch(form().choice(5));
    for (const char16_t key : {u'1', u'2', u'6', u'0'}) {
        form().pad().tap(key);
    }
    EXPECT_FALSE(form().pad().unitButton(0).isEnabled());
    form().pad().tap(u'<');
    form().pad().tap(u'<');
    EXPECT_TRUE(form().pad().unitButton(0).isEnabled()) << "twelve past midnight";
    for (const char16_t key : {u'<', u'<', u'2', u'5', u'0', u'0'}) {
        form().pad().tap(key);
    }
    EXPECT_FALSE(form().pad().unitButton(0).isEnabled());
}

TEST_F(FormPageTest, TheWeightIsEnteredInWholeKilograms) {
    touch(form().field(Findings::kWeightKgFieldNumber));
    for (const char16_t key : {u'6', u'2', u'.', u'5'}) {
        form().pad().tap(key);
    }
    EXPECT_FALSE(form().pad().unitButton(0).isEnabled()) << "nobody estimates half a kilogram";
    form().pad().tap(u'<');
    touch(form().pad().unitButton(0));
    reach([&] { return peer_->taken.size() == 1; });
    EXPECT_EQ(said(0).weight_kg(), 62U);
}

TEST_F(FormPageTest, AnEntryIsWithdrawnAwayFromTheVehicleAndStaysToBeReadStruckThrough) {
    constexpr int kPain = Findings::kPainFieldNumber;
    touch(form().field(kPain));
    EXPECT_FALSE(form().withdrawButton().isVisible()) << "nothing was entered";
    touch(form().choice(9));
    reach([&] { return peer_->taken.size() == 1 && vehicle_->waiting() == 0; });
    wire::add_findings(*peer_->status.mutable_chart(), said(0), clock_.utc_us());
    reach([&] { return vehicle_->status().chart().findings().pain() == 9; });
    peer_->close();
    clock_.advance(std::chrono::seconds{60});
    reach([&] { // within 0.4 s it is a bump of the road
        QTest::mouseClick(&form().field(kPain), Qt::LeftButton);
        return form().withdrawButton().isVisible();
    });
    shoot(QStringLiteral("crew-42-withdraw.png"));
    touch(form().withdrawButton());
    EXPECT_FALSE(vehicle_->pressedStatus().chart().findings().has_pain());
    EXPECT_EQ(form().field(kPain).struck(), QStringLiteral("9/10"));
    shoot(QStringLiteral("crew-43-withdrawn.png"));
    peer_->open();
    reach([&] { return peer_->taken.size() == 2; });
    ASSERT_EQ(said(1).withdrawn_size(), 1);
    EXPECT_EQ(said(1).withdrawn(0), static_cast<std::uint32_t>(kPain));
}

TEST_F(FormPageTest, AListThatHasNoRoomSaysItsFirstAndHowManyMore) {
    Findings said;
    for (const std::string_view note : console::FindingWords::notes()) {
        said.mutable_notes()->add_code(std::string{note});
    }
    wire::add_findings(*peer_->status.mutable_chart(), said, clock_.utc_us());
    BigButton& notes = form().field(Findings::kNotesFieldNumber);
    reach([&] { return notes.note().contains(QStringLiteral("+11")); });
    EXPECT_TRUE(notes.noteFits(notes.note()));
}

} // namespace
} // namespace ems::terminal
