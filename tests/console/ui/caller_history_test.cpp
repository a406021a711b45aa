// Earlier calls of a number, asked once and told quietly, from which a place is taken by keys.
#include "console/widgets/caller_list.h"
#include "tests/console/ui/call_form_keys.h"

namespace ems::console {
namespace {

class CallerHistory : public CallFormKeys {
  protected:
    void writeNumber(const char* number = "13900003462") {
        QTest::keyClick(window_.get(), Qt::Key_F2);
        type("Caller's telephone", number);
        QTest::keyClick(field("Caller's telephone"), Qt::Key_Tab);
    }
    auto asked() const { return sent(api::ClientFrame::kGetCallerHistory); }
    static api::Incident earlier(std::int64_t id, const char* state, const char* address, std::int32_t lat_e7) {
        api::Incident i;
        i.set_id(id);
        i.set_number("00" + std::to_string(id));
        i.set_state(state);
        i.set_level(3);
        i.set_complaint("fall");
        i.set_address(address);
        i.mutable_place()->set_lat_e7(lat_e7);
        i.mutable_place()->set_lon_e7(1'109'000'000);
        i.set_place_source("village");
        i.set_created_us(1'773'000'000'000'000);
        return i;
    }
    void answer(const std::vector<api::Incident>& incidents) {
        api::ServerFrame frame;
        frame.set_reply_to(asked().back().first);
        frame.mutable_caller_history()->set_earlier(static_cast<std::uint32_t>(incidents.size()));
        for (const auto& one : incidents) {
            *frame.mutable_caller_history()->add_incidents() = one;
        }
        feed_.push(frame);
        settle();
    }
    CallerList* list() { return window_->findChild<CallerList*>(); }
    void openList() { QTest::keyClick(window_.get(), Qt::Key_J, Qt::ControlModifier); }
};

TEST_F(CallerHistory, IsAskedOnceForANumberAsItsFieldIsLeft) {
    QTest::keyClick(window_.get(), Qt::Key_F2);
    type("Caller's telephone", "13900003462");
    EXPECT_TRUE(asked().empty()) << "not with each key: the reading is in the audit";
    QTest::keyClick(field("Caller's telephone"), Qt::Key_Tab);
    field("Caller's telephone")->setFocus();
    QTest::keyClick(field("Caller's telephone"), Qt::Key_Tab);
    ASSERT_EQ(asked().size(), 1U);
    EXPECT_EQ(asked()[0].second.get_caller_history().caller_phone(), "13900003462");
}

TEST_F(CallerHistory, IsQuietWhereThereIsNone) {
    writeNumber();
    answer({});
    openList();
    EXPECT_FALSE(list()->isVisible());
    EXPECT_TRUE(field("Address")->hasFocus());
}

TEST_F(CallerHistory, EnterTakesThePlaceOfAnEarlierCallOver) {
    writeNumber();
    answer({earlier(21, "closed", "冯村乡 西张耿村", 351'000'000), earlier(20, "closed", "解州镇 郊斜村", 349'000'000)});
    openList();
    ASSERT_TRUE(list()->hasFocus());
    QTest::keyClick(list(), Qt::Key_Down);
    QTest::keyClick(list(), Qt::Key_Return);
    EXPECT_FALSE(list()->isVisible());
    EXPECT_TRUE(field("Address")->hasFocus());
    EXPECT_EQ(field("Address")->text(), QStringLiteral("解州镇 郊斜村"));
    EXPECT_EQ(field("Complaint")->text(), QString{}) << "what it was about then is not what it is about now";
    type("Complaint", "chest pain");
    choose("Level", Qt::Key_1);
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 1U);
    EXPECT_EQ(calls()[0].second.new_call().place().lat_e7(), 349'000'000);
}

TEST_F(CallerHistory, TheOpenCaseStandsFirstAndItsMergingIsOffered) {
    writeNumber();
    answer({earlier(21, "closed", "冯村乡 西张耿村", 351'000'000), earlier(20, "assigned", "解州镇 郊斜村", 349'000'000)});
    ASSERT_EQ(list()->calls().size(), 2U);
    EXPECT_EQ(list()->calls().front().id(), 20);
    openList();
    QTest::keyClick(list(), Qt::Key_Return);
    EXPECT_EQ(field("Complaint")->text(), QStringLiteral("fall"));
    window_->callForm().submit();
    ASSERT_EQ(calls().size(), 1U);
    open(calls()[0].first, 35);
    EXPECT_TRUE(window_->callForm().message().contains(QStringLiteral("HB")));
    EXPECT_TRUE(window_->callForm().message().contains(QStringLiteral("0020")));
}

TEST_F(CallerHistory, AnotherNumberForgetsTheOneBefore) {
    writeNumber();
    answer({earlier(21, "closed", "冯村乡 西张耿村", 351'000'000)});
    type("Caller's telephone", "13900003463");
    EXPECT_TRUE(list()->calls().empty());
    openList();
    EXPECT_FALSE(list()->isVisible());
    EXPECT_EQ(asked().size(), 2U) << "a person asks for it";
}

TEST_F(CallerHistory, EscClosesTheListAndTakesNothing) {
    writeNumber();
    answer({earlier(21, "closed", "冯村乡 西张耿村", 351'000'000)});
    openList();
    QTest::keyClick(list(), Qt::Key_Escape);
    EXPECT_FALSE(list()->isVisible());
    EXPECT_EQ(field("Address")->text(), QString{});
    EXPECT_EQ(field("Caller's telephone")->text(), QStringLiteral("13900003462"));
}

} // namespace
} // namespace ems::console
