// Renders the desks from the scripted feed into <build>/console_pictures, to be looked at. With EMS_MAP_DIR naming a
// folder of ems-map, on that map.
#include "console/model/place_search.h"
#include "console/widgets/controls.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/widgets/video_tile.h"
#include "map/gazetteer/gazetteer.h"
#include "tests/console/ui/desk_fixture.h"

#include <cstdlib>

#include <QDir>
#include <QTranslator>

namespace ems::console {
namespace {

class PicturesTest : public DeskTest {
  protected:
    void SetUp() override {
        application();
        if (translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator_);
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
        folder_ = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
        QDir{}.mkpath(folder_);
        DeskTest::SetUp();
        window_->setPlaceSearch(search_ ? &*search_ : nullptr);
    }
    void TearDown() override {
        window_.reset(); // before the names it searches
        QCoreApplication::removeTranslator(&translator_);
    }

    void shoot(const QString& name) {
        if (scene_ != nullptr) {
            QTRY_VERIFY(window_->mapView().hasGround());
        }
        settle();
        EXPECT_TRUE(window_->grab().save(folder_ + name));
    }
    QTranslator translator_;
    map::Scene loaded_;
    std::optional<map::Gazetteer> gazetteer_;
    std::optional<PlaceSearch> search_;
    QString folder_;
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
    settle();
    shoot(QStringLiteral("physician.png"));
}

} // namespace
} // namespace ems::console
