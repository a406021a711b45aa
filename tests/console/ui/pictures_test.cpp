// Renders the desks from the scripted feed into <build>/console_pictures, to be looked at. With EMS_MAP_DIR naming a
// folder of ems-map, on that map.
#include "console/model/place_search.h"
#include "console/widgets/controls.h"
#include "console/widgets/ecg_page_view.h"
#include "console/widgets/ecg_strip.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/widgets/numerics_view.h"
#include "console/widgets/video_tile.h"
#include "console/window/wall_window.h"
#include "map/gazetteer/gazetteer.h"
#include "telemetry/wire/findings.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/map_quarters.h"
#include "tests/console/ui/picture_file.h"

#include <cmath>
#include <cstdlib>

#include <QDialog>
#include <QLocale>
#include <QTranslator>

namespace ems::console {
namespace {

class PicturesTest : public DeskTest {
  protected:
    void SetUp() override {
        application();
        if (translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator_);
            QLocale::setDefault(QLocale{QLocale::Chinese, QLocale::China}); // the page of the ECG too
        }
        if (const char* dir = std::getenv("EMS_MAP_DIR"); dir != nullptr) {
            auto loaded = map::load_scene(std::string{dir} + "/scene.bin");
            ASSERT_TRUE(loaded) << loaded.error().message();
            loaded_ = std::move(*loaded);
            scene_ = &loaded_;
            auto names = map::Gazetteer::open(std::string{dir} + "/names.bin");
            ASSERT_TRUE(names) << names.error().message();
            gazetteer_.emplace(std::move(*names));
            search_.emplace(*gazetteer_);
        }
        DeskTest::SetUp();
        window_->setPlaceSearch(search_ ? &*search_ : nullptr);
    }
    void TearDown() override {
        window_.reset(); // before the names it searches
        QCoreApplication::removeTranslator(&translator_);
        QLocale::setDefault(usual_);
    }

    void shoot(const QString& name) {
        if (scene_ != nullptr) {
            QTRY_VERIFY(window_->mapView().hasGround());
        }
        settle();
        save_picture(window_->grab().toImage(), name);
        if (scene_ != nullptr && window_->mapView().isVisible()) { // the roads do not end in a rectangle of another view
            EXPECT_EQ(cells_without_road(window_->mapView().grab().toImage(), theme_, 2, 2), 0) << name.toStdString();
        }
    }
    static void place(api::Place* p, double lat, double lon) {
        p->set_lat_e7(static_cast<std::int32_t>(lat * 1e7));
        p->set_lon_e7(static_cast<std::int32_t>(lon * 1e7));
    }
    // Coverage, an advice, a closed road, a fence's suggestion, a posting.
    void knowMore() {
        api::ServerFrame frame;
        auto* d = frame.mutable_delta();
        d->set_seq(++feed_.seq);
        auto* c = d->mutable_coverage();
        c->set_within_s(900);
        c->set_computed_us(clock_.utc_us());
        c->mutable_whole()->set_population(900'000);
        c->mutable_whole()->set_population_covered(851'000);
        c->set_gap_count(31);
        int n = 0;
        for (const char* name : {"泓芝驿镇", "上王乡", "陶村镇", "王范乡", "冯村乡", "东郭镇", "三路里镇", "北相镇", "金井乡", "解州镇", "龙居镇"}) {
            auto* t = c->add_townships();
            t->set_name(name);
            t->set_villages(20);
            t->set_villages_covered(n < 2 ? 8 : 20);
            t->set_population(30'000);
            t->set_population_covered(n < 2 ? 9'000 * (n + 1) : n < 5 ? 27'000 + 500 * n : 30'000);
            ++n;
        }
        auto* m = d->mutable_move_up();
        m->set_id(3);
        m->set_state("open");
        m->set_unit_id(2);
        m->set_station_id(3);
        m->set_drive_s(1'260);
        m->set_expected_before(0.861);
        m->set_expected_after(0.893);
        auto* road = d->add_roads();
        road->set_id(4);
        road->set_kind("closure");
        road->set_place("stretch");
        road->set_reason("塌方");
        place(road->add_points(), 35.10, 110.95);
        place(road->add_points(), 35.105, 110.965);
        place(road->add_points(), 35.12, 110.97);
        auto* p = d->add_proposals();
        p->set_id(5);
        p->set_unit_id(4);
        p->set_state(ems::wire::UNIT_TRANSPORTING);
        p->set_at_us(clock_.utc_us() - 20'000'000);
        p->set_outcome("open");
        auto* posting = d->add_postings();
        posting->set_id(6);
        posting->set_unit_id(3);
        posting->set_kind("standby");
        posting->set_state("delivered");
        posting->set_name("三路里镇");
        feed_.push(frame);
        settle();
        api::ServerFrame reach;
        reach.set_reply_to(feed_.sent.size());
        reach.mutable_isochrones()->set_computed_us(clock_.utc_us());
        auto* ring = reach.mutable_isochrones()->add_areas()->add_polygons()->mutable_outer();
        for (int i = 0; i < 60; ++i) {
            const double a = i * 6.2832 / 60;
            const double r = 0.075 + 0.012 * std::sin(5 * a) + 0.005 * std::sin(17 * a);
            place(ring->add_points(), 35.06 + r * std::sin(a), 110.97 + 1.2 * r * std::cos(a));
        }
        feed_.push(reach);
        settle();
    }
    [[nodiscard]] bool bears(const QImage& picture, Token token) const {
        const QRgb wanted = theme_.color(token).rgb();
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x) {
                if (picture.pixel(x, y) == wanted) {
                    return true;
                }
            }
        }
        return false;
    }
    const QLocale usual_;
    QTranslator translator_;
    map::Scene loaded_;
    std::optional<map::Gazetteer> gazetteer_;
    std::optional<PlaceSearch> search_;
};

TEST_F(PicturesTest, QueueAndRecommendation) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    clock_.advance(std::chrono::seconds{2});
    shoot(QStringLiteral("queue.png"));
    theme_.setMode(ThemeMode::day);
    application().setPalette(theme_.palette());
    settle();
    shoot(QStringLiteral("queue-day.png"));
}

TEST_F(PicturesTest, PlacesWhileTyping) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F2);
    for (auto* field : window_->findChildren<TextField*>()) {
        if (field->accessibleName() == QCoreApplication::translate("ems::console::CallForm", "Address")) {
            field->setFocus();
            QTest::keyClicks(field, QStringLiteral("fengcun"));
        }
    }
    shoot(QStringLiteral("places.png"));
    theme_.setMode(ThemeMode::day);
    application().setPalette(theme_.palette());
    settle();
    shoot(QStringLiteral("places-day.png"));
}

TEST_F(PicturesTest, EarlierCallsAndReasons) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    QTest::keyClick(window_.get(), Qt::Key_2);
    in_dialog([](QDialog& dialog) {
        QTest::keyClick(dialog.focusWidget(), Qt::Key_3);
        save_picture(dialog.grab().toImage(), QStringLiteral("override_reason.png"));
    });
    QTest::keyClick(window_.get(), Qt::Key_F4);
    window_->activateWindow(); // no window manager gives the desk its keys back after the dialog
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get()));
    QTest::keyClick(window_.get(), Qt::Key_F2);
    QTest::keyClicks(window_->focusWidget(), QStringLiteral("13900003462"));
    QTest::keyClick(window_->focusWidget(), Qt::Key_Tab);
    api::ServerFrame answer;
    answer.set_reply_to(feed_.sent.size());
    answer.mutable_caller_history()->set_earlier(7);
    for (int i = 0; i < 3; ++i) {
        api::Incident& one = *answer.mutable_caller_history()->add_incidents();
        one = feed_.world.incidents(i == 2 ? 0 : 1);
        one.set_state(i == 0 ? "cancelled" : i == 1 ? "closed" : "assigned");
        one.set_created_us(clock_.utc_us() - (i == 2 ? 1 : 40 + i) * 86'400'000'000LL / 2);
    }
    feed_.push(answer);
    settle();
    shoot(QStringLiteral("new_call_with_earlier.png"));
    QTest::keyClick(window_.get(), Qt::Key_J, Qt::ControlModifier);
    shoot(QStringLiteral("earlier_calls.png"));
    in_dialog([](QDialog& dialog) { save_picture(dialog.grab().toImage(), QStringLiteral("drop_reason.png")); });
    QTest::keyClick(window_.get(), Qt::Key_N, Qt::ControlModifier);
}

TEST_F(PicturesTest, OnTheWayThenServerLost) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    for (const auto state : {ems::wire::UNIT_ASSIGNED, ems::wire::UNIT_ACKNOWLEDGED, ems::wire::UNIT_EN_ROUTE}) {
        clock_.advance(std::chrono::seconds{20});
        feed_.unit_state(1, state, clock_.utc_us());
    }
    feed_.world.mutable_positions(0)->mutable_place()->set_lat_e7(350700000);
    feed_.world.mutable_positions(0)->mutable_place()->set_lon_e7(1109900000);
    feed_.world.mutable_positions(0)->set_speed_cm_s(1'600);
    feed_.positions(clock_.utc_us());
    settle();
    clock_.advance(std::chrono::seconds{3});
    shoot(QStringLiteral("way.png"));
    feed_.link(LinkChange::State::down, 6);
    settle();
    clock_.advance(std::chrono::seconds{47});
    settle();
    const QSignalSpy ticks{desk_.get(), &Desk::ticked};
    QTRY_VERIFY(!ticks.isEmpty());
    shoot(QStringLiteral("stale.png"));
}

TEST_F(PicturesTest, Physician) {
    connectAll();
    desk_->selectIncident(11);
    for (const auto state : {ems::wire::UNIT_ASSIGNED, ems::wire::UNIT_ACKNOWLEDGED, ems::wire::UNIT_EN_ROUTE,
                             ems::wire::UNIT_AT_SCENE, ems::wire::UNIT_AT_PATIENT, ems::wire::UNIT_TRANSPORTING}) {
        clock_.advance(std::chrono::seconds{60});
        feed_.unit_state(1, state, clock_.utc_us());
    }
    settle();
    window_->showView(View::physician);
    settle();
    auto* sweep = window_->findChild<EcgSweep*>();
    for (int i = 0; i < 90; ++i) {
        clock_.advance(std::chrono::milliseconds{100});
        feed_.wave(1, static_cast<std::uint64_t>(i) * 50, 50, clock_.utc_us());
        if (i % 10 == 0) {
            feed_.vitals(1, clock_.utc_us());
        }
        settle();
        sweep->advance(desk_->monotonicS());
    }
    feed_.alarm(1, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    ems::wire::PatientFindings said;
    said.set_consciousness(ems::wire::PatientFindings::VOICE);
    said.set_oxygen_dl_min(30);
    said.set_pain(6);
    said.mutable_complaints()->add_code("chest_pain");
    said.mutable_notes()->add_code("iv_access");
    ems::wire::PatientChart chart;
    ems::wire::add_findings(chart, said, clock_.utc_us() - 90'000'000);
    feed_.findings(1, 11, chart, clock_.utc_us());
    settle();
    settle(); // the panels below make room
    sweep->advance(desk_->monotonicS());
    shoot(QStringLiteral("physician.png"));
    QTest::keyClick(window_.get(), Qt::Key_F, Qt::ControlModifier);
    QTest::keyClick(&window_->ecgPage(), Qt::Key_C);
    settle();
    window_->findChild<EcgStrip*>()->advance(desk_->monotonicS());
    shoot(QStringLiteral("frozen.png"));
}

TEST_F(PicturesTest, AlarmsOff) {
    connectAll("physician");
    desk_->selectIncident(10);
    window_->showView(View::physician);
    feed_.vitals(4, clock_.utc_us());
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    for (const char* parameter : {"spo2", "rr", "nibp"}) {
        auto* mark = frame.mutable_delta()->add_alarm_marks();
        mark->set_about("assignment");
        mark->set_about_id(100);
        mark->set_code(parameter);
        mark->set_off_us(clock_.utc_us());
        mark->set_off_by("赵敏");
        mark->set_off_reason("COPD，已知");
    }
    feed_.push(std::move(frame));
    settle();
    feed_.alarm(4, "spo2_low", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    feed_.alarm(4, "hr_high", ems::wire::Alarm::MEDIUM, clock_.utc_us());
    settle();
    shoot(QStringLiteral("alarms-off.png"));
    window_->findChild<NumericsView*>()->setFocus(Qt::TabFocusReason);
    window_->resize(1280, 720);
    settle();
    shoot(QStringLiteral("alarms-off-low.png"));
    window_->resize(1920, 1080);
    QTest::keyClick(window_.get(), Qt::Key_V, Qt::ControlModifier);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    shoot(QStringLiteral("alarms-off-video.png"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    shoot(QStringLiteral("alarms-off-list.png"));
}

TEST_F(PicturesTest, AllAlarms) {
    connectAll();
    feed_.alarm(4, "vf", ems::wire::Alarm::HIGH, clock_.utc_us());
    settle();
    desk_->acknowledgeAlarm(std::array{std::string{"u4:vf"}});
    for (const char* code : {"spo2_low", "hr_high", "nibp_low", "ecg_lead_off", "gnss_lost", "rr_high", "temp_high"}) {
        clock_.advance(std::chrono::seconds{7});
        feed_.alarm(4, code, ems::wire::Alarm::MEDIUM, clock_.utc_us());
        settle();
    }
    ASSERT_TRUE(desk_->shelveAlarm("u4:gnss_lost", 20, QStringLiteral("隧道")));
    QTest::keyClick(window_.get(), Qt::Key_F8, Qt::ShiftModifier);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    shoot(QStringLiteral("alarms.png"));
}

TEST_F(PicturesTest, ReachAndOrders) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    knowMore();
    api::ServerFrame list;
    *list.mutable_recommendation() = *desk_->state().recommendation(11);
    auto* r = list.mutable_recommendation();
    r->add_shortfalls("no_class_B");
    for (auto& c : *r->mutable_candidates()) {
        if (c.rank() != 0) {
            c.mutable_loss()->set_villages(c.rank() == 1 ? 14 : 0);
            c.mutable_loss()->set_population(46'000);
            c.mutable_loss()->set_share(0.05);
            c.mutable_loss()->add_names("席张");
            c.mutable_loss()->add_names("金井");
            c.mutable_loss()->set_next_unit_id(3);
            c.mutable_loss()->set_next_s(1'330);
        } else {
            c.set_free_in_s(1'500);
            c.set_free_early_s(900);
            c.set_free_late_s(2'400);
            c.set_total_s(2'100);
        }
    }
    auto* partner = r->add_partners();
    partner->set_name("临猗县 120");
    partner->set_phone("0359-4022120");
    partner->set_estimate_s(1'800);
    feed_.push(list);
    settle();
    QTest::keyClick(window_.get(), Qt::Key_F10);
    auto* line = window_->findChild<QLineEdit*>(QStringLiteral("commandLine"));
    QTest::keyClicks(line, QStringLiteral("P zx01 34"));
    shoot(QStringLiteral("reach.png"));
    line->clear();
    QTest::keyClicks(line, QStringLiteral("H"));
    QTest::keyClick(window_.get(), Qt::Key_2);
    theme_.setMode(ThemeMode::day);
    application().setPalette(theme_.palette());
    line->setFocus();
    QTest::keyClicks(line, QStringLiteral("P"));
    shoot(QStringLiteral("reach-day.png"));
}

TEST_F(PicturesTest, Zones) {
    connectAll();
    auto& map = window_->mapView();
    map.setFocus();
    QTest::keyClick(&map, Qt::Key_Z);
    QTest::keyClick(&map, Qt::Key_Home);
    QTRY_VERIFY(bears(map.grab().toImage(), Token::m_zone_1)); // the map's thread has drawn it
    shoot(QStringLiteral("zones.png"));
    theme_.setMode(ThemeMode::day);
    application().setPalette(theme_.palette());
    QTRY_VERIFY(bears(map.grab().toImage(), Token::m_zone_1));
    shoot(QStringLiteral("zones-day.png"));
}

TEST_F(PicturesTest, WhatDoesNotWork) {
    connectAll();
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    *frame.mutable_delta()->add_units() = feed_.world.units(1);
    frame.mutable_delta()->mutable_units(0)->set_link("offline");
    feed_.push(frame);
    settle();
    desk_->ticked();
    api::ServerFrame answer;
    answer.set_reply_to(feed_.sent.size());
    auto* fleet = answer.mutable_fleet_status();
    fleet->set_server_us(clock_.utc_us());
    fleet->mutable_dispatch()->set_broker_up(true);
    fleet->add_telemetry()->set_updated_us(clock_.utc_us());
    fleet->mutable_telemetry(0)->set_broker_up(true);
    fleet->add_media()->set_seen_us(clock_.utc_us() - 190'000'000);
    feed_.push(answer);
    settle();
    window_->setSoundDevice(false);
    clock_.advance(std::chrono::seconds{3});
    QTest::keyClick(window_.get(), Qt::Key_F1, Qt::ShiftModifier);
    shoot(QStringLiteral("parts.png"));
    feed_.link(LinkChange::State::down, 2);
    settle();
    clock_.advance(std::chrono::seconds{75});
    const QSignalSpy ticks{desk_.get(), &Desk::ticked};
    QTRY_VERIFY(!ticks.isEmpty());
    theme_.setMode(ThemeMode::day);
    application().setPalette(theme_.palette());
    shoot(QStringLiteral("parts-lost-day.png"));
}

TEST_F(PicturesTest, Help) {
    connectAll();
    QTest::keyClick(window_.get(), Qt::Key_F1);
    auto* help = window_->findChild<QDialog*>(QStringLiteral("helpView"));
    ASSERT_NE(help, nullptr);
    save_picture(help->grab().toImage(), QStringLiteral("help.png"));
}

TEST_F(PicturesTest, Drill) {
    feed_.drill = true;
    connectAll();
    clock_.advance(std::chrono::seconds{40});
    knowMore();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    feed_.positions(clock_.utc_us());
    desk_->state().watch_targets(clock_.utc_us());
    for (const auto& [mode, name] : {std::pair{ThemeMode::night, "night"}, std::pair{ThemeMode::day, "day"}}) {
        theme_.setMode(mode);
        application().setPalette(theme_.palette());
        window_->showView(View::dispatcher);
        shoot(QStringLiteral("drill-%1.png").arg(QLatin1String(name)));
        window_->showView(View::physician);
        desk_->selectIncident(10);
        feed_.vitals(4, clock_.utc_us());
        shoot(QStringLiteral("drill-physician-%1.png").arg(QLatin1String(name)));
        desk_->selectIncident(11);
    }
    WallWindow wall{*desk_, scene_};
    wall.show();
    settle();
    if (scene_ != nullptr) {
        QTRY_VERIFY(wall.findChild<MapView*>()->hasGround());
    }
    save_picture(wall.grab().toImage(), QStringLiteral("drill-wall-day.png"));
}

TEST_F(PicturesTest, TwoAtOneCase) {
    connectAll();
    clock_.advance(std::chrono::seconds{40});
    knowMore();
    feed_.recommendation(clock_.utc_us());
    feed_.editors({FakeFeed::editor(10, "li", "李敏", "受理2"), FakeFeed::editor(11, "li", "李敏", "受理2"),
                   FakeFeed::editor(11, "zhao", "赵建国", "受理3")},
                  clock_.utc_us());
    for (const auto& [mode, name] : {std::pair{ThemeMode::night, "night"}, std::pair{ThemeMode::day, "day"}}) {
        theme_.setMode(mode);
        application().setPalette(theme_.palette());
        window_->showView(View::dispatcher);
        desk_->selectIncident(11);
        shoot(QStringLiteral("two-at-one-%1.png").arg(QLatin1String(name)));
        window_->showView(View::physician);
        desk_->selectIncident(10);
        feed_.vitals(4, clock_.utc_us());
        shoot(QStringLiteral("two-at-one-physician-%1.png").arg(QLatin1String(name)));
    }
}

TEST_F(PicturesTest, Wall) {
    connectAll();
    clock_.advance(std::chrono::seconds{40});
    WallWindow wall{*desk_, scene_};
    wall.show();
    knowMore();
    desk_->state().watch_targets(clock_.utc_us());
    if (scene_ != nullptr) {
        QTRY_VERIFY(wall.findChild<MapView*>()->hasGround());
    }
    settle();
    save_picture(wall.grab().toImage(), QStringLiteral("wall.png"));
    feed_.link(LinkChange::State::down);
    settle();
    clock_.advance(std::chrono::seconds{47});
    desk_->ticked();
    settle();
    save_picture(wall.grab().toImage(), QStringLiteral("wall-stale.png"));
}

} // namespace
} // namespace ems::console
