// What the crew enters of its patient, by taps.
#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

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

TEST_F(FormPageTest, WhatWasEnteredIsShownBeforeTheVehicleHasStoredIt) {
    peer_->close();
    touch(form().field(Findings::kPainFieldNumber));
    touch(form().choice(6));
    EXPECT_EQ(vehicle_->pressedStatus().chart().findings().pain(), 6U);
    EXPECT_EQ(vehicle_->waiting(), 1U);
    theme_.setMode(console::ThemeMode::day);
    shoot(QStringLiteral("crew-21-form-day.png"));
}

} // namespace
} // namespace ems::terminal
