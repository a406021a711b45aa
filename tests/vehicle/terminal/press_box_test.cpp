#include "vehicle/terminal/press_box.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace ems::terminal {
namespace {

vehicle::CrewRequest press(const std::string& id, wire::UnitState state) {
    vehicle::CrewRequest request;
    request.mutable_press()->set_event_id(id);
    request.mutable_press()->set_state(state);
    return request;
}

vehicle::CrewRequest answer(const std::string& id, const std::string& command) {
    vehicle::CrewRequest request;
    request.mutable_answer()->set_event_id(id);
    request.mutable_answer()->set_command_id(command);
    request.mutable_answer()->set_accept(true);
    return request;
}

constexpr std::int64_t kNoonMs = 1'774'000'000'000; // of a day in 2026

// The clock on the wall showed noon when the machine that is now in `boot` was started.
MachineTime at(std::int64_t ticks_ms, const std::string& boot = "boot-1") {
    return {.ticks_ms = ticks_ms, .utc_ms = kNoonMs + ticks_ms, .boot = boot};
}

TEST(PressBox, HoldsAPressForFiveSecondsAndTellsItsAge) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_EN_ROUTE), 1'000));
    vehicle::CrewRequest out;
    EXPECT_FALSE(box.front(5'999, &out));
    ASSERT_TRUE(box.front(6'000, &out));
    EXPECT_EQ(out.press().event_id(), "a");
    EXPECT_EQ(out.press().age_ms(), 5'000U);
}

TEST(PressBox, AnEcgGoesAtOnceTellsItsAgeAndSurvivesARestart) {
    PressBox box;
    vehicle::CrewRequest request;
    request.mutable_send_ecg()->set_event_id("e");
    ASSERT_TRUE(box.add(request, 1'000));
    PressBox again = PressBox::from_bytes(box.bytes(at(2'000)), at(3'000));
    EXPECT_TRUE(again.holds_ecg());
    vehicle::CrewRequest out;
    ASSERT_TRUE(again.front(4'000, &out));
    EXPECT_EQ(out.send_ecg().age_ms(), 3'000U);
    again.settle("e");
    EXPECT_FALSE(again.holds_ecg());
}

TEST(PressBox, FindingsGoAtOnceTellTheirAgeAndAreShownMeanwhile) {
    PressBox box;
    vehicle::CrewRequest request;
    request.mutable_findings()->set_event_id("f");
    request.mutable_findings()->mutable_findings()->set_pain(7);
    ASSERT_TRUE(box.add(request, 1'000));
    wire::PatientChart chart;
    box.add_waiting_findings(chart, 4'000, 100'000'000);
    EXPECT_EQ(chart.findings().pain(), 7U);
    EXPECT_EQ(chart.found_us().at(wire::PatientFindings::kPainFieldNumber), 97'000'000);
    const PressBox again = PressBox::from_bytes(box.bytes(at(2'000)), at(3'000));
    vehicle::CrewRequest out;
    ASSERT_TRUE(again.front(4'000, &out));
    EXPECT_EQ(out.findings().findings().pain(), 7U);
    EXPECT_EQ(out.findings().age_ms(), 3'000U);
}

TEST(PressBox, LetsAPressBeTakenBackUntilItGoes) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_EN_ROUTE), 0));
    EXPECT_EQ(box.undo_left_ms(4'000), 1'000);
    EXPECT_TRUE(box.undo(4'999));
    EXPECT_EQ(box.size(), 0U);
    ASSERT_TRUE(box.add(press("b", wire::UNIT_EN_ROUTE), 0));
    EXPECT_FALSE(box.undo(5'000));
    EXPECT_EQ(box.size(), 1U);
}

TEST(PressBox, SendsAnAnswerAtOnce) {
    PressBox box;
    ASSERT_TRUE(box.add(answer("a", "c"), 10));
    vehicle::CrewRequest out;
    ASSERT_TRUE(box.front(10, &out));
    EXPECT_TRUE(out.answer().accept());
    EXPECT_FALSE(box.undo(10));
}

TEST(PressBox, TakesTheNextPressForAConfirmationOfTheOneBefore) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 0));
    ASSERT_TRUE(box.add(press("b", wire::UNIT_AT_PATIENT), 1'000));
    vehicle::CrewRequest out;
    ASSERT_TRUE(box.front(1'000, &out));
    EXPECT_EQ(out.press().event_id(), "a");
    box.settle("a");
    EXPECT_FALSE(box.front(1'000, &out));
}

TEST(PressBox, KeepsTheOrderOfPressesUntilEachIsStored) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 0));
    ASSERT_TRUE(box.add(press("b", wire::UNIT_AT_PATIENT), 0));
    vehicle::CrewRequest out;
    ASSERT_TRUE(box.front(60'000, &out));
    EXPECT_EQ(out.press().event_id(), "a");
    ASSERT_TRUE(box.front(61'000, &out));
    EXPECT_EQ(out.press().event_id(), "a");
    box.settle("a");
    ASSERT_TRUE(box.front(61'000, &out));
    EXPECT_EQ(out.press().event_id(), "b");
}

TEST(PressBox, SurvivesARestartOfTheTerminal) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 10'000));
    ASSERT_TRUE(box.add(answer("b", "c"), 11'000));
    const PressBox again = PressBox::from_bytes(box.bytes(at(12'000)), at(20'000));
    EXPECT_EQ(again.size(), 2U);
    vehicle::CrewRequest out;
    ASSERT_TRUE(again.front(20'000, &out));
    EXPECT_EQ(out.press().event_id(), "a");
    EXPECT_EQ(out.press().age_ms(), 10'000U);
    ASSERT_NE(again.answer_to("c"), nullptr);
    EXPECT_TRUE(again.answer_to("c")->accept());
}

std::uint32_t age_ms_after(const std::string& file, const MachineTime& now) {
    const PressBox again = PressBox::from_bytes(file, now);
    vehicle::CrewRequest out;
    EXPECT_TRUE(again.front(now.ticks_ms, &out));
    return out.press().age_ms();
}

TEST(PressBox, APressKeepsItsAgeOverARestartOfTheMachine) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 900'000'000));
    const std::string file = box.bytes(at(900'001'000));
    MachineTime now = at(900'121'000, "boot-2"); // two minutes later by the wall,
    now.ticks_ms = 30'000;                       // half a minute after the start
    EXPECT_EQ(age_ms_after(file, now), 121'000U);
}

// The new boot may have run for longer than the one of the press had.
TEST(PressBox, TimesOfTwoBootsAreNotCompared) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 10'000));
    const std::string file = box.bytes(at(11'000));
    MachineTime now = at(71'000, "boot-2");
    now.ticks_ms = 50'000'000;
    EXPECT_EQ(age_ms_after(file, now), 61'000U);
}

TEST(PressBox, WithoutAClockOnTheWallAPressOfBeforeARestartIsJustPressed) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 10'000));
    MachineTime never_set = at(11'000);
    never_set.utc_ms = 11'000; // 1970
    MachineTime now = at(20'000, "boot-2");
    EXPECT_EQ(age_ms_after(box.bytes(never_set), now), 0U);
    now.utc_ms = 1'000;
    EXPECT_EQ(age_ms_after(box.bytes(at(11'000)), now), 0U);
    now.utc_ms = at(11'000).utc_ms - 1; // runs behind
    EXPECT_EQ(age_ms_after(box.bytes(at(11'000)), now), 0U);
}

TEST(PressBox, ReadsAFileOfAnEarlierVersion) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 10'000));
    const MachineTime saved{.ticks_ms = 11'000};
    const std::string head = PressBox{}.bytes(saved);
    const std::string old_file = box.bytes(saved).substr(head.size());
    EXPECT_EQ(age_ms_after(old_file, at(20'000)), 10'000U);
    EXPECT_EQ(age_ms_after(old_file, at(9'000, "boot-2")), 0U) << "it lies ahead";
}

TEST(PressBox, TimesThatCannotBeDoNotOverflow) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 10'000));
    const std::string bytes = box.bytes(at(11'000));
    for (const std::size_t number : {8U, 16U, 24U}) {
        for (const char fill : {'\x7f', '\x80', '\xff'}) {
            std::string lie = bytes;
            std::fill_n(lie.begin() + static_cast<std::ptrdiff_t>(number), 8, fill);
            EXPECT_LE(PressBox::from_bytes(lie, at(20'000, "boot-2")).size(), 1U);
        }
    }
}

TEST(PressBox, ReadsWhatIsWholeOfADamagedFile) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 0));
    ASSERT_TRUE(box.add(press("b", wire::UNIT_AT_PATIENT), 0));
    const std::string bytes = box.bytes(at(0));
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        const PressBox part = PressBox::from_bytes(std::string_view{bytes}.substr(0, cut), at(0));
        EXPECT_LE(part.size(), 1U) << cut;
    }
    std::string lie = bytes;
    lie[0] = '\x7f';
    EXPECT_EQ(PressBox::from_bytes(lie, at(0)).size(), 0U);
}

TEST(PressBox, RefusesWhenFull) {
    PressBox box;
    for (std::size_t i = 0; i < kPressesMax; ++i) {
        ASSERT_TRUE(box.add(press(std::to_string(i), wire::UNIT_AT_SCENE), 0));
    }
    const auto more = box.add(press("more", wire::UNIT_AT_SCENE), 0);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, Code::full);
}

} // namespace
} // namespace ems::terminal
