// A sub-station's board on the scripted feed: which orders sound, until when, and what is printed.
#include "console/station/order_paper.h"
#include "console/station/station_window.h"
#include "console/theme/symbols.h"
#include "console/widgets/map_view.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/text_probe.h"
#include "tests/support/temp_dir.h"

#include <memory>

#include <QDir>
#include <QFile>
#include <QTranslator>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;

class Ear : public SoundOut {
  public:
    bool play(std::span<const std::int16_t> samples) override {
        lengths.push_back(samples.size());
        return true;
    }
    void stop() override { ++stops; }
    std::vector<std::size_t> lengths;
    int stops{0};
};

class StationTest : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        window_.reset(); // its keys are those of the whole program
        ASSERT_TRUE(translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm")));
        QCoreApplication::installTranslator(&translator_);
        open(QStringLiteral("上郭卫生院"));
    }
    void TearDown() override {
        board_.reset();
        QCoreApplication::removeTranslator(&translator_);
    }
    void open(const QString& station) {
        board_ = std::make_unique<StationWindow>(
            *desk_, station, nullptr, &ear_,
            [this](const OrderSheet& sheet) { printed_.push_back(sheet); });
        board_->show();
    }
    // Long enough for a person to have seen what came up.
    void seen() { clock_.advance(std::chrono::seconds{2}); }
    // The centre sends the unit to incident 11.
    void order(std::int64_t unit, std::int64_t assignment, const std::string& state = "ordered") {
        api::ServerFrame frame;
        auto& delta = *frame.mutable_delta();
        delta.set_seq(++feed_.seq);
        delta.set_server_us(clock_.utc_us());
        auto* a = delta.add_assignments();
        a->set_id(assignment);
        a->set_incident_id(11);
        a->set_unit_id(unit);
        a->set_state(state);
        a->set_created_us(clock_.utc_us() - 20 * kS);
        a->set_predicted_scene_us(clock_.utc_us() + 700 * kS);
        a->set_version(++version_);
        auto* u = delta.add_units();
        *u = *desk_->state().unit(unit);
        const bool ended = state == "cancelled";
        u->set_state(ended ? ems::wire::UNIT_AVAILABLE : ems::wire::UNIT_ASSIGNED);
        u->set_assignment_id(ended ? 0 : assignment);
        u->set_incident_id(ended ? 0 : 11);
        u->set_state_since_us(clock_.utc_us() - 20 * kS);
        u->set_version(100 + version_);
        feed_.push(std::move(frame));
        settle();
    }
    // The unit is of this station from now on; a new one when there is none of that number.
    void makeMine(std::int64_t unit) {
        const api::Unit* known = desk_->state().unit(unit);
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        auto* moved = frame.mutable_delta()->add_units();
        *moved = known != nullptr ? *known : *desk_->state().unit(3);
        if (known == nullptr) {
            moved->set_id(unit);
            moved->set_name(QStringLiteral("上郭%1").arg(unit, 2, 10, QChar{u'0'}).toStdString());
        }
        moved->set_station_id(desk_->state().unit(3)->station_id());
        moved->set_version(50); // below those of order()
        feed_.push(std::move(frame));
        settle();
    }
    // Of so many units of this station at once.
    void orders(std::int64_t count) {
        for (std::int64_t i = 1; i < count; ++i) {
            makeMine(30 + i);
        }
        order(3, 200);
        for (std::int64_t i = 1; i < count; ++i) {
            order(30 + i, 200 + i);
        }
    }
    // The link is tried once more, in vain.
    void tryInVain() {
        feed_.link(LinkChange::State::connecting, 2);
        settle();
    }
    void shoot(const QString& name) {
        const QString folder = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
        QDir{}.mkpath(folder);
        QTRY_VERIFY(board_->findChild<MapView*>()->hasGround());
        EXPECT_TRUE(board_->grab().save(folder + name));
    }

    Ear ear_;
    QTranslator translator_;
    std::vector<OrderSheet> printed_;
    std::unique_ptr<StationWindow> board_;
    std::uint64_t version_{10};
};

TEST_F(StationTest, ANewOrderSoundsUntilSomebodySaysThatItWasHeard) {
    connectAll();
    EXPECT_TRUE(ear_.lengths.empty());
    order(3, 200);
    EXPECT_TRUE(board_->isLoud());
    ASSERT_FALSE(ear_.lengths.empty());
    EXPECT_EQ(ear_.lengths.front(), synthesise(sound_of(Grade::high)).size());
    shoot(QStringLiteral("station-1-order.png"));
    board_->resize(1280, 800);
    shoot(QStringLiteral("station-1-order-1280.png"));
    theme_.setMode(ThemeMode::day);
    shoot(QStringLiteral("station-1-order-1280-day.png"));
    theme_.setMode(ThemeMode::night);
    board_->resize(1920, 1080);
    seen();
    QTest::mouseClick(&board_->acknowledgeButton(), Qt::LeftButton);
    EXPECT_FALSE(board_->isLoud());
    EXPECT_GE(ear_.stops, 1);
    theme_.setMode(ThemeMode::day);
    shoot(QStringLiteral("station-2-running-day.png"));
    theme_.setMode(ThemeMode::night);
    shoot(QStringLiteral("station-2-running.png"));
}

TEST_F(StationTest, TheMapShowsTheZoneAndTheCaseOfItsUnit) {
    connectAll();
    order(3, 200);
    const auto* map = board_->findChild<MapView*>();
    const auto expect_shown = [map](const api::Place& place) {
        const ScreenPoint at = map->camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        EXPECT_TRUE(map->rect().contains(QPointF{at.x, at.y}.toPoint())) << at.x << ", " << at.y;
    };
    expect_shown(desk_->state().incident(11)->place());
    for (const auto& zone : desk_->state().centre().zones()) {
        if (zone.station_id() == desk_->state().unit(3)->station_id()) {
            for (const auto& point : zone.polygons(0).outer().points()) {
                expect_shown(point);
            }
        }
    }
}

TEST_F(StationTest, FewCasesLeaveTheMapTheWidthOfTheScreenAndManyTheHeightOfTheirList) {
    connectAll();
    const auto* map = board_->findChild<MapView*>();
    order(3, 200);
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_EQ(map->width(), board_->width());
    EXPECT_GT(map->height(), board_->height() / 2);
    for (std::int64_t unit = 1; unit <= 2; ++unit) { // all of them of this station now
        makeMine(unit);
        order(unit, 200 + unit);
    }
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_LT(map->width(), board_->width() / 2);
    EXPECT_GT(map->height(), board_->height() / 2);
    shoot(QStringLiteral("station-8-three.png"));
}

// The sign of the station, the unit before it and the station's name are all to be read: none of them twice or over another.
TEST_F(StationTest, AUnitThatWasOrderedStandsBesideTheSignOfItsStation) {
    connectAll();
    order(3, 200);
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    auto* map = board_->findChild<MapView*>();
    const auto& station = desk_->state().stations().at(desk_->state().unit(3)->station_id()).place();
    const ScreenPoint at = map->camera().to_screen(geo_point(station.lat_e7(), station.lon_e7()));
    const QImage picture = map->grab().toImage();
    const auto pixels = [&](double dy, Token token) {
        const QRect box = QRectF{(at.x - 8) * map->enlarged(), (at.y + dy - 8) * map->enlarged(), 16 * map->enlarged(), 16 * map->enlarged()}.toRect();
        int count = 0;
        for (int y = box.top(); y <= box.bottom(); ++y) {
            for (int x = box.left(); x <= box.right(); ++x) {
                count += picture.pixel(x, y) == theme_.color(token).rgb() ? 1 : 0;
            }
        }
        return count;
    };
    const Token ordered = unit_token(ems::wire::UNIT_ASSIGNED);
    EXPECT_EQ(pixels(0, ordered), 0) << "the sign alone";
    EXPECT_GT(pixels(-22, ordered), 10) << "the unit above it";
}

TEST_F(StationTest, AFingerOnTheScreenSaysItToo) {
    connectAll();
    order(3, 200);
    seen();
    static QPointingDevice* const touch = QTest::createTouchDevice();
    QWidget& button = board_->acknowledgeButton();
    QTest::touchEvent(board_.get(), touch).press(0, button.geometry().center(), board_.get());
    QTest::touchEvent(board_.get(), touch).release(0, button.geometry().center(), board_.get());
    settle();
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, AnOrderThatComesUpUnderTheHandWasNotHeard) {
    connectAll();
    order(3, 200);
    seen();
    order(3, 200, "cancelled");
    order(3, 201);
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_TRUE(board_->isLoud()) << "it was there for less than a second";
    seen();
    QTest::keyClick(board_.get(), Qt::Key_Space);
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, OfTwoOrdersAtOnceBothStandInTheBandWithWhatAndWhere) {
    connectAll();
    orders(2);
    const QStringList rows = board_->alarmText().split(u'\n');
    ASSERT_EQ(rows.size(), 2);
    EXPECT_TRUE(rows[0].contains(QStringLiteral("上郭31")) || rows[1].contains(QStringLiteral("上郭31")));
    EXPECT_TRUE(rows[0].contains(QStringLiteral("上郭01")) || rows[1].contains(QStringLiteral("上郭01")));
    for (const QString& row : rows) {
        EXPECT_TRUE(row.contains(QStringLiteral("杨家卓村"))) << row.toStdString();
    }
    EXPECT_EQ(cut_texts(*board_), QStringList{});
    shoot(QStringLiteral("station-9-two.png"));
    theme_.setMode(ThemeMode::day);
    shoot(QStringLiteral("station-9-two-day.png"));
    theme_.setMode(ThemeMode::night);
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, OfFiveOrdersAtOnceEachHasItsLine) {
    connectAll();
    orders(5);
    EXPECT_EQ(board_->alarmText().split(u'\n').size(), 5);
    EXPECT_EQ(board_->alarmText().count(QStringLiteral("杨家卓村")), 5);
    EXPECT_EQ(cut_texts(*board_), QStringList{});
    shoot(QStringLiteral("station-10-five.png"));
    theme_.setMode(ThemeMode::day);
    shoot(QStringLiteral("station-10-five-day.png"));
    theme_.setMode(ThemeMode::night);
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, OrdersThatTheBandHasNoRoomForAreCountedAndSoundUntilTheyWereInIt) {
    connectAll();
    orders(15);
    const QStringList rows = board_->alarmText().split(u'\n');
    EXPECT_LT(rows.size(), 15);
    const qsizetype left = 15 - (rows.size() - 1);
    EXPECT_TRUE(rows.back().contains(QString::number(left))) << rows.back().toStdString();
    shoot(QStringLiteral("station-11-fifteen.png"));
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_EQ(board_->alarmText().split(u'\n').size(), left);
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_TRUE(board_->isLoud()) << "they came up under the hand";
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, AnAddressThatIsTooLongEndsInAnEllipsisAndNotInHalfALine) {
    connectAll();
    order(3, 200);
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    auto* incident = frame.mutable_delta()->add_incidents();
    *incident = *desk_->state().incident(11);
    incident->set_address(QStringLiteral("冯村乡杨家卓村小学西三百米路北").repeated(8).toStdString());
    incident->set_version(incident->version() + 1);
    feed_.push(std::move(frame));
    settle();
    const QStringList cut = cut_texts(*board_);
    ASSERT_EQ(cut.size(), 2) << cut.join(u'\n').toStdString(); // in the band and in the case
    EXPECT_TRUE(cut[0].endsWith(QChar{0x2026}));
    EXPECT_TRUE(cut[1].endsWith(QChar{0x2026}));
    shoot(QStringLiteral("station-12-long.png"));
}

TEST_F(StationTest, WhatIsPaintedIsSaidToAScreenReader) {
    connectAll();
    EXPECT_FALSE(board_->acknowledgeButton().accessibleName().isEmpty());
    EXPECT_FALSE(board_->printButton().accessibleName().isEmpty());
    order(3, 200);
    const QString text = board_->accessibleDescription();
    EXPECT_TRUE(text.contains(QStringLiteral("上郭01"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("杨家卓村"))) << text.toStdString();
}

TEST_F(StationTest, TheCrewsAcceptanceDoesNotSilenceTheStationAndAKeyDoes) {
    connectAll();
    order(3, 200);
    order(3, 200, "accepted");
    EXPECT_TRUE(board_->isLoud());
    seen();
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_FALSE(board_->isLoud());
    order(3, 200, "accepted");
    EXPECT_FALSE(board_->isLoud()) << "known by now";
}

TEST_F(StationTest, AnOrderThatIsCancelledSoundsNoMore) {
    connectAll();
    order(3, 200);
    order(3, 200, "cancelled");
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, OrdersOfOtherStationsAreNotItsOwn) {
    connectAll();
    order(2, 200);
    EXPECT_FALSE(board_->isLoud());
    EXPECT_TRUE(printed_.empty());
}

TEST_F(StationTest, AtTheStartOnlyWhatNoCrewAcceptedSounds) {
    board_.reset();
    open(QStringLiteral("冯村卫生院")); // its unit is with a patient
    connectAll();
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, EachNewOrderIsPrintedOnceWithWhatTheCrewHasToKnow) {
    connectAll();
    order(3, 200);
    order(3, 200, "accepted");
    ASSERT_EQ(printed_.size(), 1U);
    const QString text = printed_[0].lines().join(u'\n');
    for (const char* part : {"0034", "上郭01", "上郭卫生院", "杨家卓村", "胸痛", "139****3462"}) {
        EXPECT_TRUE(text.contains(QString::fromUtf8(part))) << part << "\n" << text.toStdString();
    }
    QTest::mouseClick(&board_->printButton(), Qt::LeftButton);
    EXPECT_EQ(printed_.size(), 2U);
}

TEST_F(StationTest, TheSheetSaysTheNewestNoteHowFarItIsAndLeavesLinesForTheHand) {
    connectAll();
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    auto* incident = frame.mutable_delta()->add_incidents();
    *incident = *desk_->state().incident(11);
    incident->set_version(incident->version() + 1);
    incident->set_notes(1);
    incident->mutable_newest_note()->set_text("门锁着，到后打电话");
    incident->mutable_newest_note()->set_who("王敏");
    incident->mutable_newest_note()->set_at_us(clock_.utc_us());
    feed_.push(std::move(frame));
    settle();
    order(3, 200);
    ASSERT_EQ(printed_.size(), 1U);
    const QStringList lines = printed_[0].lines();
    const QString text = lines.join(u'\n');
    for (const char* part : {"门锁着，到后打电话　王敏", "直线距离", " km"}) {
        EXPECT_TRUE(text.contains(QString::fromUtf8(part))) << part << "\n" << text.toStdString();
    }
    EXPECT_EQ(lines.mid(lines.size() - 2), QStringList({QStringLiteral("车组"), QStringLiteral("领取时间与姓名")}));
    theme_.setMode(ThemeMode::day);
    QImage sheet{874, 1240, QImage::Format_RGB32};
    sheet.fill(theme_.color(Token::bg_field));
    QPainter p{&sheet};
    printed_[0].paint(p, sheet.rect(), 150 / 25.4);
    p.end();
    EXPECT_TRUE(sheet.save(QStringLiteral(EMS_BINARY_DIR "/console_pictures/station-7-sheet-note.png")));
    theme_.setMode(ThemeMode::night);
}

TEST_F(StationTest, TheSheetIsAPdfNamedByDayCaseAndUnit) {
    connectAll();
    order(3, 200);
    const test::TempDir folder;
    const QString path = QString::fromStdString(folder.path().string());
    ASSERT_TRUE(write_order_pdf(printed_.at(0), path));
    EXPECT_TRUE(printed_[0].fileName().endsWith(QStringLiteral("-0034-200-上郭01.pdf")));
    QFile file{path + QStringLiteral("/") + printed_[0].fileName()};
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.read(5).startsWith("%PDF-"));
    EXPECT_FALSE(write_order_pdf(printed_[0], path + QStringLiteral("/nowhere")));
    EXPECT_EQ(print_order(printed_[0], QStringLiteral("no such printer")).error().code,
              Code::not_found);
    QImage sheet{874, 1240, QImage::Format_RGB32};
    sheet.fill(theme_.color(Token::bg_field));
    theme_.setMode(ThemeMode::day);
    sheet.fill(theme_.color(Token::bg_field));
    QPainter p{&sheet};
    printed_[0].paint(p, sheet.rect(), 150 / 25.4);
    p.end();
    EXPECT_TRUE(sheet.save(QStringLiteral(EMS_BINARY_DIR "/console_pictures/station-3-sheet.png")));
    theme_.setMode(ThemeMode::night);
}

TEST_F(StationTest, WithoutItsPrinterTheOrderIsAPdfAndTheBoardSaysWhy) {
    connectAll();
    order(3, 200);
    const test::TempDir folder;
    const QString path = QString::fromStdString(folder.path().string());
    OrderPaper paper{{path, QStringLiteral("hp-1")}};
    QObject::connect(&paper, &OrderPaper::told, board_.get(), &StationWindow::setPaperTrouble);
    QSignalSpy told{&paper, &OrderPaper::told};
    paper.put(printed_.at(0));
    ASSERT_TRUE(told.count() == 1 || told.wait(20'000));
    EXPECT_TRUE(QFile::exists(path + QStringLiteral("/") + printed_[0].fileName()));
    EXPECT_TRUE(board_->footText().contains(QStringLiteral("hp-1"))) << board_->footText().toStdString();
    EXPECT_TRUE(board_->footText().contains(path));
    shoot(QStringLiteral("station-6-no-printer.png"));
    OrderPaper again{{path, {}}};
    QObject::connect(&again, &OrderPaper::told, board_.get(), &StationWindow::setPaperTrouble);
    QSignalSpy well{&again, &OrderPaper::told};
    again.put(printed_[0]);
    ASSERT_TRUE(well.count() == 1 || well.wait(20'000));
    EXPECT_FALSE(board_->footText().contains(path)) << "what is mended is said no more";
}

TEST_F(StationTest, APrinterThatDoesNotKeepUpIsSaid) {
    connectAll();
    order(3, 200);
    OrderPaper paper{{{}, QStringLiteral("hp-1")}};
    QSignalSpy told{&paper, &OrderPaper::told};
    for (std::size_t i = 0; i <= kSheetsWaitingMax; ++i) {
        paper.put(printed_.at(0));
    }
    EXPECT_EQ(told.count(), 1) << "the last one was refused at once";
}

TEST_F(StationTest, ADrillIsSaidOnTheScreenAndOnThePaper) {
    feed_.link(LinkChange::State::up);
    api::ServerFrame frame;
    frame.mutable_log_in_ok()->set_role("hospital_viewer");
    frame.mutable_log_in_ok()->set_drill(true);
    feed_.push(std::move(frame));
    feed_.snapshot(clock_.utc_us());
    settle();
    order(3, 200);
    EXPECT_TRUE(printed_.at(0).lines().join(u'\n').contains(QStringLiteral("演练")));
    shoot(QStringLiteral("station-7-drill.png"));
}

TEST_F(StationTest, ALostLinkIsSaidAndAnUnknownStationToo) {
    connectAll();
    board_.reset();
    open(QStringLiteral("无此分站"));
    EXPECT_TRUE(station_units(desk_->state(), 0).empty());
    shoot(QStringLiteral("station-4-unknown.png"));
    feed_.link(LinkChange::State::down, 1);
    settle();
    EXPECT_TRUE(desk_->isStale());
    shoot(QStringLiteral("station-5-stale.png"));
    EXPECT_FALSE(board_->isLoud());
}

TEST_F(StationTest, ALinkThatStaysAwaySoundsAsAMediumAlarmUntilItWasHeard) {
    connectAll();
    feed_.link(LinkChange::State::down, 1);
    settle();
    clock_.advance(std::chrono::seconds{9});
    tryInVain();
    EXPECT_FALSE(board_->isLoud()) << "most come back within seconds";
    clock_.advance(std::chrono::seconds{1});
    tryInVain();
    EXPECT_TRUE(board_->isLoud());
    ASSERT_EQ(ear_.lengths.size(), 1U);
    EXPECT_EQ(ear_.lengths.back(), synthesise(sound_of(Grade::medium)).size());
    EXPECT_TRUE(board_->alarmText().contains(QStringLiteral("与中心失去连接")));
    EXPECT_TRUE(board_->acknowledgeButton().isVisible());
    EXPECT_EQ(cut_texts(*board_), QStringList{});
    shoot(QStringLiteral("station-13-link.png"));
    theme_.setMode(ThemeMode::day);
    shoot(QStringLiteral("station-13-link-day.png"));
    theme_.setMode(ThemeMode::night);
    clock_.advance(std::chrono::seconds{12});
    tryInVain();
    EXPECT_EQ(ear_.lengths.size(), 2U) << "again and again";
    QTest::keyClick(board_.get(), Qt::Key_F8);
    EXPECT_FALSE(board_->isLoud());
    clock_.advance(std::chrono::minutes{5});
    tryInVain();
    EXPECT_FALSE(board_->isLoud()) << "heard once";
}

TEST_F(StationTest, ALinkThatIsBackSoundsNoMoreAndSoundsAgainWhenItIsLostAgain) {
    connectAll();
    for (int time = 1; time <= 2; ++time) {
        feed_.link(LinkChange::State::down, 1);
        settle();
        clock_.advance(std::chrono::seconds{10});
        tryInVain();
        EXPECT_TRUE(board_->isLoud()) << time;
        connectAll();
        EXPECT_FALSE(board_->isLoud()) << time;
    }
}

TEST_F(StationTest, AnOrderOutranksTheLostLinkAndBothStandInTheBand) {
    connectAll();
    order(3, 200);
    feed_.link(LinkChange::State::down, 1);
    settle();
    clock_.advance(std::chrono::seconds{10});
    tryInVain();
    EXPECT_EQ(ear_.lengths.back(), synthesise(sound_of(Grade::high)).size());
    const QStringList rows = board_->alarmText().split(u'\n');
    ASSERT_EQ(rows.size(), 2);
    EXPECT_TRUE(rows[0].contains(QStringLiteral("上郭01")));
    EXPECT_TRUE(rows[1].contains(QStringLiteral("与中心失去连接")));
    shoot(QStringLiteral("station-14-order-and-link.png"));
}

TEST_F(StationTest, WithoutTheCentreTheClockRunsOnAndSaysWhoseItIsAndSinceWhenTheScreenStands) {
    connectAll();
    EXPECT_EQ(board_->clockText(), QStringLiteral("18:42:16"));
    EXPECT_TRUE(board_->clockNotes().isEmpty());
    feed_.link(LinkChange::State::down, 1);
    settle();
    clock_.advance(std::chrono::minutes{90});
    EXPECT_EQ(board_->clockText(), QStringLiteral("20:12:16"));
    const QString notes = board_->clockNotes().join(u'\n');
    EXPECT_TRUE(notes.contains(QStringLiteral("本机钟 · 未校"))) << notes.toStdString();
    EXPECT_TRUE(notes.contains(QStringLiteral("画面停在 18:42:16 · 已 1:30:00"))) << notes.toStdString();
    EXPECT_EQ(board_->accessibleDescription(), QStringLiteral("失去连接时没有任务")) << "of now nobody knows";
    shoot(QStringLiteral("station-15-clock.png"));
}

} // namespace
} // namespace ems::console
