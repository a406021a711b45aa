#include "vehicle/terminal/press_box.h"

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

TEST(PressBox, HoldsAPressForFiveSecondsAndTellsItsAge) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_EN_ROUTE), 1'000));
    vehicle::CrewRequest out;
    EXPECT_FALSE(box.front(5'999, &out));
    ASSERT_TRUE(box.front(6'000, &out));
    EXPECT_EQ(out.press().event_id(), "a");
    EXPECT_EQ(out.press().age_ms(), 5'000U);
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
    const PressBox again = PressBox::from_bytes(box.bytes(), 20'000);
    EXPECT_EQ(again.size(), 2U);
    vehicle::CrewRequest out;
    ASSERT_TRUE(again.front(20'000, &out));
    EXPECT_EQ(out.press().event_id(), "a");
    EXPECT_EQ(out.press().age_ms(), 10'000U);
    EXPECT_TRUE(again.answers("c"));
}

TEST(PressBox, TakesAPressOfBeforeARestartOfTheMachineForJustPressed) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 900'000'000));
    const PressBox again = PressBox::from_bytes(box.bytes(), 30'000);
    vehicle::CrewRequest out;
    ASSERT_TRUE(again.front(30'000, &out));
    EXPECT_EQ(out.press().age_ms(), 0U);
}

TEST(PressBox, ReadsWhatIsWholeOfADamagedFile) {
    PressBox box;
    ASSERT_TRUE(box.add(press("a", wire::UNIT_AT_SCENE), 0));
    ASSERT_TRUE(box.add(press("b", wire::UNIT_AT_PATIENT), 0));
    const std::string bytes = box.bytes();
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        const PressBox part = PressBox::from_bytes(std::string_view{bytes}.substr(0, cut), 0);
        EXPECT_LE(part.size(), 1U) << cut;
    }
    std::string lie = bytes;
    lie[0] = '\x7f';
    EXPECT_EQ(PressBox::from_bytes(lie, 0).size(), 0U);
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
