// A replay shows the moment of its one clock in every view, cannot be taken for the present, and gives no order.
#include "console/window/replay_window.h"

#include <QTranslator>

#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/widgets/numerics_view.h"
#include "console/widgets/patient_views.h"
#include "console/widgets/replay_bar.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/past_centre.h"
#include "tests/console/ui/picture_file.h"

namespace ems::console {
namespace {

// Of every file.
struct Film {
    std::int64_t period_us{40'000};
    std::optional<std::int64_t> last_us{}; // no picture behind it
};

class MadePictures final : public RecordedPictures {
  public:
    explicit MadePictures(const Film& film) : film_(film) {}
    std::uint64_t want(std::shared_ptr<const std::string> /*file*/, std::int64_t offset_us) override {
        QImage image{320, 180, QImage::Format_RGB32};
        image.fill(QColor{40, 60, 80}.rgb());
        const std::int64_t stands_us = offset_us / film_.period_us * film_.period_us;
        const std::int64_t at_us = std::min(stands_us, film_.last_us.value_or(stands_us));
        ++order_;
        if (!film_.last_us || std::exchange(given_us_, at_us) != at_us) { // else it stands already
            newest_ = Picture{image, at_us, order_, film_.period_us};
        }
        return order_;
    }
    [[nodiscard]] std::uint64_t fulfilled() const override { return order_; }
    std::optional<Picture> take() override { return std::exchange(newest_, std::nullopt); }

  private:
    const Film& film_;
    std::uint64_t order_{0};
    std::optional<std::int64_t> given_us_;
    std::optional<Picture> newest_;
};

class HeardSpeech final : public RecordedSpeech {
  public:
    void play(std::shared_ptr<const std::string> /*file*/, std::int64_t offset_us) override {
        playing = true;
        from_us = offset_us;
    }
    void stop() override { playing = false; }
    bool playing{false};
    std::int64_t from_us{0};
};

class Replays : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(10);
        settle();
        centre_ = std::make_unique<PastCentre>(feed_, clock_.utc_us());
        open();
    }
    void TearDown() override { replay_.reset(); }
    void open() {
        api::Incident incident = *desk_->state().incident(10);
        incident.set_created_us(centre_->startUs());
        incident.set_state("closed");
        replay_ = std::make_unique<ReplayWindow>(
            *desk_, clock_, scene_, ReplayMedia{[this] { return std::make_unique<MadePictures>(film_); }, &speech_}, incident);
        replay_->show();
        answerAll();
        ASSERT_NE(replay_->player(), nullptr);
        answerAll();
    }
    void answerAll() {
        do {
            settle();
        } while (centre_->answer());
        settle();
    }
    // To a moment of the case, everything that it needs fetched.
    void seek(double s) {
        player().seek(centre_->startUs() + static_cast<std::int64_t>(s * 1e6));
        answerAll();
        player().step();
        answerAll();
        follow();
    }
    // Runs for so long, in the steps of the screen.
    void run(int ms) {
        for (int passed = 0; passed < ms; passed += 33) {
            clock_.advance(std::chrono::milliseconds{33});
            player().step();
            follow();
            answerAll();
            replay_->sweep()->advance(player().desk().monotonicS());
        }
    }
    [[nodiscard]] bool isColoured() {
        const QImage shot = replay_->tiles().front()->grab().toImage();
        const QColor seen = shot.pixelColor(shot.rect().center());
        return seen.blue() > seen.red() + 30;
    }
    void follow() {
        settle();
        for (RecordedTile* tile : replay_->tiles()) {
            tile->follow();
        }
    }
    ReplayPlayer& player() { return *replay_->player(); }
    [[nodiscard]] double atS() { return static_cast<double>(player().atUs() - centre_->startUs()) / 1e6; }
    std::size_t changesAsked() {
        return static_cast<std::size_t>(std::count_if(feed_.sent.begin(), feed_.sent.end(), [](const api::ClientFrame& f) {
            return f.has_assign() || f.has_new_call() || f.has_cancel_assignment() || f.has_enter_unit_state() ||
                   f.has_close_incident() || f.has_correct_stamp() || f.has_watch_vehicle();
        }));
    }

    Film film_;
    HeardSpeech speech_;
    std::unique_ptr<PastCentre> centre_;
    std::unique_ptr<ReplayWindow> replay_;
};

TEST_F(Replays, EveryViewShowsTheMomentOfTheOneClock) {
    seek(700);
    const Desk& past = player().desk();
    EXPECT_EQ(past.state().unit(4)->state(), ems::wire::UNIT_AT_PATIENT);
    EXPECT_EQ(past.shownUs(), centre_->startUs() + 700'000'000);
    EXPECT_EQ(past.state().vitals(4)->newest.device_us(), centre_->startUs() + 700'000'000);
    EXPECT_EQ(past.state().position(4)->device_us(), centre_->startUs() + 700'000'000);
    ASSERT_EQ(replay_->tiles().size(), 1U);
    ASSERT_TRUE(replay_->tiles().front()->shownUs());
    EXPECT_NEAR(static_cast<double>(*replay_->tiles().front()->shownUs() - player().atUs()), 0, 40'000);
    EXPECT_NEAR(player().desk().ecg().position(0), 100 * 500, 1);
}

TEST_F(Replays, TheSweepShowsWhatLedToAMomentThatWasJumpedTo) {
    for (const double s : {700.0, 1'300.0, 1'202.0}) { // the last begins a stretch of the archive: what is before is another
        seek(s);
        replay_->sweep()->advance(player().desk().monotonicS());
        EXPECT_GT(replay_->sweep()->drawnS(), 2.5) << "at " << s << " s, nothing runs";
    }
    const QImage& image = replay_->sweep()->image();
    const int ground = qGreen(theme_.color(Token::bg_field).rgb());
    int inked = 0; // columns of the left half in which the trace stands
    for (int x = 64; x < image.width() / 2 - 12; ++x) {
        bool any = false;
        for (int y = 0; y < image.height() && !any; ++y) {
            any = qGreen(image.pixel(x, y)) > ground + 40;
        }
        inked += any ? 1 : 0;
    }
    EXPECT_GT(inked, (image.width() / 2 - 76) * 3 / 4) << "all but the bar";
}

TEST_F(Replays, AnAlarmOfThenIsAnOutline) {
    seek(1'120); // SpO2 below its limit since 1105
    auto* numerics = replay_->findChild<NumericsView*>();
    ASSERT_NE(numerics, nullptr);
    const QImage shot = numerics->grab().toImage();
    const QRgb hue = theme_.color(Token::al_med).rgb();
    int filled = 0;
    for (int y = 0; y < shot.height(); ++y) {
        for (int x = 0; x < shot.width(); ++x) {
            filled += shot.pixel(x, y) == hue ? 1 : 0;
        }
    }
    EXPECT_GT(filled, 300) << "it is seen";
    EXPECT_LT(filled, 1'200) << "and is no fill";
}

TEST_F(Replays, UnitsBesidesThoseOfTheCaseAreWhereTheyWereInAnUnknownState) {
    seek(700);
    const DeskState& past = player().desk().state();
    for (const std::int64_t other : {1, 2, 3}) {
        ASSERT_NE(past.position(other), nullptr) << other;
        EXPECT_EQ(past.position(other)->place().lat_e7(), 350'000'000 + static_cast<int>(other) * 100'000);
        EXPECT_EQ(past.position(other)->device_us(), centre_->startUs() + 700'000'000);
        EXPECT_EQ(past.unit(other)->state(), ems::wire::UNIT_UNSPECIFIED);
        EXPECT_EQ(past.unit(other)->incident_id(), 0);
    }
    EXPECT_EQ(past.position(4)->place().lon_e7(), 1'109'500'000 + 700 * 250) << "the case's own";
}

TEST_F(Replays, WavesOfAMomentDoNotWaitForTheOtherUnits) {
    replay_.reset();
    const std::size_t before = feed_.sent.size();
    open();
    std::vector<bool> of_others; // of each question for records: is it one for another unit's positions
    for (std::size_t i = before; i < feed_.sent.size(); ++i) {
        const api::ClientFrame& frame = feed_.sent[i];
        if (frame.has_replay() && frame.replay().stream() != ems::wire::STREAM_UNSPECIFIED) {
            of_others.push_back(frame.replay().unit_id() != 0);
        }
    }
    ASSERT_EQ(std::count(of_others.begin(), of_others.end(), true), 3);
    EXPECT_TRUE(std::is_sorted(of_others.begin(), of_others.end())) << "theirs come last";
}

TEST_F(Replays, ViewsStayInStepWithin40MsAtEverySpeed) {
    for (const auto speed : {ReplaySpeed::x1, ReplaySpeed::x4, ReplaySpeed::x16}) {
        seek(650);
        player().setSpeed(speed);
        player().toggle();
        const double from = atS();
        for (int i = 0; i < 60; ++i) {
            run(33);
            const double at_us = static_cast<double>(player().atUs());
            ASSERT_TRUE(replay_->tiles().front()->shownUs());
            EXPECT_NEAR(static_cast<double>(*replay_->tiles().front()->shownUs()) - at_us, -20'000, 20'001)
                << "picture, ×" << static_cast<int>(speed);
            const double trace_us = static_cast<double>(centre_->startUs()) + 600e6 + player().desk().ecg().position(0) * 2'000;
            EXPECT_NEAR(trace_us - at_us, 0, 40'000) << "trace, ×" << static_cast<int>(speed);
            EXPECT_EQ(player().desk().shownUs(), player().atUs()) << "numbers, map and stages";
        }
        EXPECT_NEAR(atS() - from, 60 * 0.033 * static_cast<int>(speed), 0.05 * static_cast<int>(speed));
        player().toggle();
    }
}

TEST_F(Replays, KeysPauseSeekAndChangeTheSpeed) {
    seek(700);
    auto* list = replay_->findChild<ReplayEntries*>();
    ASSERT_NE(list, nullptr);
    QTest::keyClick(list, Qt::Key_Space);
    EXPECT_TRUE(player().isPlaying());
    QTest::keyClick(list, Qt::Key_Space);
    EXPECT_FALSE(player().isPlaying());
    QTest::keyClick(list, Qt::Key_Right);
    EXPECT_NEAR(atS(), 710, 0.01);
    QTest::keyClick(list, Qt::Key_Left, Qt::ShiftModifier);
    EXPECT_NEAR(atS(), 709, 0.01);
    QTest::keyClick(list, Qt::Key_Plus);
    EXPECT_EQ(player().speed(), ReplaySpeed::x2);
    QTest::keyClick(list, Qt::Key_PageDown); // left scene
    EXPECT_NEAR(atS(), 900, 0.01) << "the gap is the next entry";
    QTest::keyClick(list, Qt::Key_PageUp);
    EXPECT_NEAR(atS(), 705, 0.01) << "the crew's words";
    QTest::keyClick(list, Qt::Key_Home, Qt::ControlModifier);
    EXPECT_NEAR(atS(), 0, 0.01);
    QTest::keyClick(list, Qt::Key_End);
    EXPECT_NEAR(atS(), 1'800, 0.01);
}

TEST_F(Replays, AClickOnTheLineAndAnEntryOfTheListGoToTheirMoment) {
    ReplayBar* bar = replay_->bar();
    const std::int64_t wanted = centre_->startUs() + 1'080'000'000;
    QTest::mouseClick(bar, Qt::LeftButton, Qt::NoModifier, QPoint{qRound(bar->xOf(wanted)), 52});
    EXPECT_NEAR(static_cast<double>(player().atUs() - wanted), 0, 2e6) << "a pixel is that wide";
    auto* list = replay_->findChild<ReplayEntries*>();
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Return);
    const auto& entry = player().past().entries().at(static_cast<std::size_t>(list->chosen()));
    EXPECT_EQ(player().atUs(), entry.at_us);
}

TEST_F(Replays, NothingCanBeOrderedFromThePast) {
    window_->showView(View::dispatcher);
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    ASSERT_TRUE(window_->canDispatch()) << "the desk itself could";
    replay_->activateWindow();
    QTRY_VERIFY(replay_->isActiveWindow());
    seek(700);
    const std::size_t before = changesAsked();
    auto* list = replay_->findChild<ReplayEntries*>();
    list->setFocus();
    for (QWidget* target : {static_cast<QWidget*>(replay_.get()), static_cast<QWidget*>(list),
                            static_cast<QWidget*>(replay_->findChild<MapView*>())}) {
        for (const int key : {Qt::Key_F2, Qt::Key_F4, Qt::Key_F5, Qt::Key_F8, Qt::Key_F10, Qt::Key_Return}) {
            QTest::keyClick(target, static_cast<Qt::Key>(key));
        }
        QTest::keyClick(target, Qt::Key_F4, Qt::ShiftModifier);
        QTest::keyClick(target, Qt::Key_Return, Qt::ControlModifier);
    }
    settle();
    EXPECT_EQ(changesAsked(), before);
    EXPECT_EQ(window_->view(), View::dispatcher);
    EXPECT_FALSE(player().desk().assign(Order{10, 4, 1, 1}, {}));
    api::ClientFrame order;
    order.mutable_assign()->set_incident_id(10);
    EXPECT_TRUE(player().desk().order(order, {}).has_value()) << "refused by the desk of the past";
    EXPECT_EQ(player().desk().createCall({}, "k"), CallSent::not_connected);
    EXPECT_EQ(changesAsked(), before);
}

TEST_F(Replays, TheFrameOfThePastIsOnEverySide) {
    const QImage shot = replay_->grab().toImage();
    const QColor frame = theme_.color(Token::rp);
    for (const QPoint at : {QPoint{5, 500}, QPoint{shot.width() - 6, 500}, QPoint{700, shot.height() - 6}, QPoint{5, 5}}) {
        EXPECT_EQ(shot.pixelColor(at), frame) << at.x() << ' ' << at.y();
    }
    EXPECT_TRUE(replay_->findChildren<QWidget*>(QStringLiteral("alarmBar")).isEmpty());
    EXPECT_TRUE(replay_->findChildren<QWidget*>(QStringLiteral("commandBar")).isEmpty());
}

TEST_F(Replays, SpeechIsHeardAtItsMomentAndOnlyAsFastAsItWas) {
    seek(708);
    EXPECT_FALSE(speech_.playing) << "it stands";
    player().toggle();
    run(66);
    EXPECT_TRUE(speech_.playing);
    EXPECT_NEAR(static_cast<double>(speech_.from_us), 3e6, 1e5);
    player().setSpeed(ReplaySpeed::x4);
    run(33);
    EXPECT_FALSE(speech_.playing);
    player().setSpeed(ReplaySpeed::x1);
    run(66);
    EXPECT_TRUE(speech_.playing);
    player().toggle();
    settle();
    EXPECT_FALSE(speech_.playing);
}

TEST_F(Replays, WhereNothingWasRecordedNoPictureStands) {
    seek(700);
    ASSERT_TRUE(replay_->tiles().front()->shownUs());
    seek(300);
    EXPECT_FALSE(replay_->tiles().front()->shownUs());
    EXPECT_TRUE(replay_->tiles().front()->picture().isNull());
}

TEST_F(Replays, APictureWithAHoleBehindItTurnsGreyInsideItsFileToo) {
    film_.last_us = 1'000'000; // files begin every 8 s, one of them at 560 s
    seek(562);
    ASSERT_TRUE(replay_->tiles().front()->shownUs());
    EXPECT_TRUE(isColoured());
    seek(562.5);
    ASSERT_TRUE(replay_->tiles().front()->shownUs()) << "it stays, with its own time";
    EXPECT_FALSE(isColoured());
    save_picture(replay_->tiles().front()->grab().toImage(), QStringLiteral("replay-hole.png"));
    seek(568.5); // the next file's
    EXPECT_TRUE(isColoured());
}

TEST_F(Replays, AGreyPictureGrowsOlderWhileTheReplayRuns) {
    struct Paints final : QObject {
        bool eventFilter(QObject* /*watched*/, QEvent* event) override {
            count += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
        int count{0};
    } paints;
    film_.last_us = 1'000'000;
    seek(562.5);
    ASSERT_FALSE(isColoured());
    settle();
    replay_->tiles().front()->installEventFilter(&paints);
    player().toggle();
    run(2'200);
    EXPECT_GE(paints.count, 2) << "once a second, for its age";
}

TEST_F(Replays, ARecordedStillPictureIsNotGreyBeforeTheNextIsOverdue) {
    film_ = {3'000'000, 0};
    seek(563.9);
    EXPECT_TRUE(isColoured());
    seek(564.2);
    EXPECT_FALSE(isColoured());
}

TEST_F(Replays, TheClockWaitsForWavesThatAreOnTheirWay) {
    player().seek(centre_->startUs() + 1'300'000'000); // another stretch: asked for, not answered yet
    player().toggle();
    clock_.advance(std::chrono::seconds{2});
    player().step();
    EXPECT_NEAR(atS(), 1'300, 0.01);
    EXPECT_TRUE(player().isWaiting());
    answerAll();
    player().step();
    clock_.advance(std::chrono::seconds{2});
    player().step();
    EXPECT_NEAR(atS(), 1'302, 0.01);
}

TEST_F(Replays, TheDeskOpensItByKeyAndEscEndsIt) {
    replay_.reset();
    window_->activateWindow();
    QTRY_VERIFY(window_->isActiveWindow());
    QTest::keyClick(window_.get(), Qt::Key_H, Qt::ControlModifier);
    ASSERT_NE(window_->replay(), nullptr);
    EXPECT_EQ(window_->replay()->incidentId(), 10);
    QTest::keyClick(window_->replay(), Qt::Key_Escape);
    settle();
    EXPECT_EQ(window_->replay(), nullptr);
}

class ReplayPictures : public Replays {
  protected:
    void SetUp() override {
        if (translator_.load(QStringLiteral(":/i18n/ems_console_zh_CN.qm"))) {
            QCoreApplication::installTranslator(&translator_);
        }
        if (const char* dir = std::getenv("EMS_MAP_DIR"); dir != nullptr) {
            auto loaded = map::load_scene(std::string{dir} + "/scene.bin");
            ASSERT_TRUE(loaded) << loaded.error().message();
            loaded_ = std::move(*loaded);
            scene_ = &loaded_;
        }
        Replays::SetUp();
    }
    void TearDown() override {
        Replays::TearDown();
        QCoreApplication::removeTranslator(&translator_);
    }
    void shoot(const QString& name) {
        if (scene_ != nullptr) {
            QTRY_VERIFY(replay_->findChild<MapView*>()->hasGround());
        }
        settle();
        save_picture(replay_->grab().toImage(), name);
    }
    QTranslator translator_;
    map::Scene loaded_;
};

TEST_F(ReplayPictures, TheReplayInBothThemes) {
    seek(1'180);
    player().toggle();
    run(9'000);
    player().toggle();
    shoot(QStringLiteral("replay.png"));
    theme_.setMode(ThemeMode::day);
    application().setPalette(theme_.palette());
    settle();
    run(9'000);
    shoot(QStringLiteral("replay-day.png"));
}

} // namespace
} // namespace ems::console
