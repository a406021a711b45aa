// The place of a call: candidates, the place that the address names, the way from it.
#include "tests/console/ui/call_form_keys.h"

#include "console/model/place_search.h"
#include "console/widgets/place_list.h"
#include "map/gazetteer/gazetteer.h"
#include "telemetry/base/error.h"

#include <algorithm>

#include <QFile>
#include <QInputMethodEvent>
#include <QTemporaryDir>

namespace ems::console {
namespace {

// A county of three names under the window.
class CallFormPlaces : public CallFormKeys {
  protected:
    void SetUp() override {
        CallFormKeys::SetUp();
        map::NameTable table;
        for (const auto& [c, syllable] : {std::pair{U'冯', "feng"}, std::pair{U'封', "feng"}, std::pair{U'村', "cun"},
                                          std::pair{U'乡', "xiang"}, std::pair{U'张', "zhang"}, std::pair{U'庄', "zhuang"}}) {
            table.han.add_reading(c, syllable);
        }
        add(table, map::NameKind::town, "冯村乡", "盐湖区", 351650000);
        add(table, map::NameKind::village, "张庄", "冯村乡", 351700000);
        add(table, map::NameKind::village, "张庄", "解州镇", 349000000);
        gazetteer_ = std::make_unique<map::Gazetteer>(std::move(table));
        search_ = std::make_unique<PlaceSearch>(*gazetteer_);
        window_->setPlaceSearch(search_.get());
        QTest::keyClick(window_.get(), Qt::Key_F2);
    }
    void TearDown() override { window_.reset(); }
    static void add(map::NameTable& table, map::NameKind kind, const char* name, const char* within, std::int32_t lat_e7) {
        map::Feature f;
        f.kind = kind;
        f.name = name;
        f.within = within;
        f.at = {lat_e7, 1109800000};
        table.features.push_back(std::move(f));
    }
    // As an input method commits it.
    void compose(const char* text) {
        field("Address")->setFocus();
        QInputMethodEvent event;
        event.setCommitString(QString::fromUtf8(text));
        QCoreApplication::sendEvent(field("Address"), &event);
    }
    void chooseZhangzhuangOfXiezhou() {
        type("Address", "zhangzhuang");
        if (list()->chosen()->within != "解州镇") {
            QTest::keyClick(field("Address"), Qt::Key_Down);
        }
        QTest::keyClick(field("Address"), Qt::Key_Enter);
    }
    PlaceList* list() { return window_->findChild<PlaceList*>(); }
    // What the form would send as the call's place.
    std::int32_t latOfCall() {
        type("Complaint", "chest pain");
        choose("Level", Qt::Key_1);
        window_->callForm().submit();
        return calls().empty() ? 0 : calls().back().second.new_call().place().lat_e7();
    }
    std::unique_ptr<map::Gazetteer> gazetteer_;
    std::unique_ptr<PlaceSearch> search_;
};

TEST_F(CallFormPlaces, TypingShowsCandidatesAndEnterTakesTheChosenOne) {
    type("Address", "zz");
    ASSERT_TRUE(list()->isVisible());
    ASSERT_EQ(list()->candidates().size(), 2U);
    QTest::keyClick(field("Address"), Qt::Key_Down);
    const std::string chosen = address_of(*list()->chosen());
    QTest::keyClick(field("Address"), Qt::Key_Return);
    EXPECT_FALSE(list()->isVisible());
    EXPECT_EQ(field("Address")->text().toStdString(), chosen);
    EXPECT_TRUE(field("Address")->hasFocus());
    EXPECT_EQ(latOfCall(), chosen == "冯村乡张庄" ? 351700000 : 349000000);
}

TEST_F(CallFormPlaces, AChosenPlaceStaysWhateverFollowsItsName) {
    type("Address", "zhangzhuang");
    if (list()->chosen()->within != "解州镇") {
        QTest::keyClick(field("Address"), Qt::Key_Down);
    }
    ASSERT_EQ(list()->chosen()->within, "解州镇");
    QTest::keyClick(field("Address"), Qt::Key_Enter);
    compose("三组，冯村乡人");
    EXPECT_EQ(latOfCall(), 349000000);
}

TEST_F(CallFormPlaces, AVillageBehindAChosenTownshipIsTheCallsPlace) {
    compose("冯村乡");
    ASSERT_EQ(list()->chosen()->name, "冯村乡");
    QTest::keyClick(field("Address"), Qt::Key_Return);
    compose("张庄三组");
    EXPECT_EQ(field("Address")->text(), QStringLiteral("冯村乡张庄三组"));
    EXPECT_EQ(latOfCall(), 351700000);
}

TEST_F(CallFormPlaces, TakingAPlaceKeepsWhatWasTypedBehindItsName) {
    compose("张庄小学东门");
    ASSERT_TRUE(list()->isVisible());
    const std::string chosen = address_of(*list()->chosen());
    QTest::keyClick(field("Address"), Qt::Key_Return);
    EXPECT_EQ(field("Address")->text().toStdString(), chosen + "小学东门");
}

TEST_F(CallFormPlaces, EscapeClosesTheListAndKeepsTextAndFocus) {
    type("Address", "fengcun");
    ASSERT_TRUE(list()->isVisible());
    QTest::keyClick(field("Address"), Qt::Key_Escape);
    EXPECT_FALSE(list()->isVisible());
    EXPECT_TRUE(field("Address")->hasFocus());
    EXPECT_EQ(field("Address")->text(), QStringLiteral("fengcun"));
}

TEST_F(CallFormPlaces, TheListGoesWithTheFocusAndNeverHasIt) {
    compose("封村");
    ASSERT_TRUE(list()->isVisible());
    EXPECT_FALSE(list()->hasFocus());
    EXPECT_NE(PlaceList::rowText(*list()->chosen()).indexOf(QStringLiteral("sounds alike")), -1);
    field("Complaint")->setFocus();
    EXPECT_FALSE(list()->isVisible());
}

TEST_F(CallFormPlaces, AVillageWrittenBehindItsTownshipIsFoundAndNotTheSeat) {
    compose("冯村乡张庄三组");
    EXPECT_EQ(latOfCall(), 351700000);
}

TEST_F(CallFormPlaces, AnAddressWrittenOutIsFoundAsItsFieldIsLeft) {
    compose("解州镇张庄三组");
    EXPECT_EQ(latOfCall(), 349000000);
}

TEST_F(CallFormPlaces, TheWayBehindAVillageMovesThePlace) {
    compose("解州镇张庄北 1 公里");
    EXPECT_NEAR(latOfCall(), 349'089'900, 1'000);
}

TEST_F(CallFormPlaces, AnAddressPutRightInASentCallThatIsPutAsideTakesItsPlaceAlong) {
    compose("冯村乡");
    ASSERT_EQ(latOfCall(), 351650000);
    field("Address")->clear();
    compose("解州镇张庄");
    QTest::keyClick(window_.get(), Qt::Key_F2);
    open(calls().at(0).first, 35);
    appears();
    emit desk_->ticked();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_EQ(updates()[0].address(), "解州镇张庄");
    EXPECT_EQ(updates()[0].place().lat_e7(), 349000000);
}

TEST_F(CallFormPlaces, ASentCallThatIsPutAsideUnchangedChangesNoPlace) {
    compose("冯村乡");
    ASSERT_EQ(latOfCall(), 351650000);
    type("Complaint", "cold sweat");
    QTest::keyClick(window_.get(), Qt::Key_F2);
    open(calls().at(0).first, 35);
    appears();
    emit desk_->ticked();
    ASSERT_EQ(updates().size(), 1U);
    EXPECT_FALSE(updates()[0].has_place());
}

TEST_F(CallFormPlaces, TheWayBehindAChosenPlaceMovesItWhenTheCallIsTakenBack) {
    chooseZhangzhuangOfXiezhou();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    QTest::keyClick(window_.get(), Qt::Key_F2, Qt::ShiftModifier);
    compose("北 1 公里");
    EXPECT_NEAR(latOfCall(), 349'089'900, 1'000);
}

TEST_F(CallFormPlaces, TheWayBehindAChosenPlaceMovesItAfterACrash) {
    chooseZhangzhuangOfXiezhou();
    window_ = std::make_unique<MainWindow>(*desk_, nullptr, nullptr, draft_);
    window_->setPlaceSearch(search_.get());
    window_->show();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    compose("北 1 公里");
    EXPECT_NEAR(latOfCall(), 349'089'900, 1'000);
}

TEST_F(CallFormPlaces, TheWayBehindAChosenPlaceMovesItAndTakenOutMovesItBack) {
    chooseZhangzhuangOfXiezhou();
    compose("北 1 公里");
    field("Complaint")->setFocus();
    EXPECT_TRUE(field("Position")->text().startsWith(QStringLiteral("34.9090"))) << field("Position")->text().toStdString();
    field("Address")->setFocus();
    for (int i = 0; i < 6; ++i) {
        QTest::keyClick(field("Address"), Qt::Key_Backspace);
    }
    EXPECT_EQ(latOfCall(), 349000000);
}

} // namespace
} // namespace ems::console
