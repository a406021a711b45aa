// A picture that is not followed by another is never taken for a live one: how soon it is marked, and that the smallest tile
// has room for the mark, in both languages.
#include "console/widgets/video_tile.h"

#include <array>
#include <string>
#include <utility>

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/picture_file.h"

#include <QTranslator>

namespace ems::console {
namespace {

class NextPicture final : public VideoSource {
  public:
    void open(const api::VideoGrant& /*grant*/) override {}
    void close() override {}
    std::optional<VideoPicture> take() override { return std::exchange(next, std::nullopt); }
    [[nodiscard]] VideoFigures figures() const override { return now; }

    std::optional<VideoPicture> next;
    VideoFigures now;
};

QImage red_picture() {
    QImage image{640, 360, QImage::Format_RGB32};
    image.fill(Qt::darkRed);
    return image;
}

// A tile with its camera granted.
std::unique_ptr<VideoTile> granted_tile(Desk& desk, NextPicture& source, const CameraChannel& channel, QWidget* parent) {
    auto tile = std::make_unique<VideoTile>(desk, &source, parent);
    tile->setChannel(channel);
    api::VideoGrant grant;
    grant.set_grant_id("a");
    tile->setGrant(&grant, {});
    return tile;
}

class FrozenPictures : public DeskTest {
  protected:
    void SetUp() override {
        DeskTest::SetUp();
        connectAll();
        tile_ = granted_tile(*desk_, source_, {4, 10, "cabin"}, nullptr);
        tile_->resize(460, 259);
        tile_->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(tile_.get()));
    }
    void TearDown() override { tile_.reset(); }
    void picture(video::SentForm form) {
        source_.next = VideoPicture{red_picture(), 1, clock_.utc_us(), video::CaptureMark{clock_.utc_us(), form}};
        QTRY_VERIFY(!source_.next.has_value());
        settle();
    }
    void pass(int ms) { clock_.advance(std::chrono::milliseconds{ms}); }
    [[nodiscard]] bool isColoured() {
        const QImage shot = tile_->grab().toImage();
        const QColor seen = shot.pixelColor(shot.rect().center());
        return seen.red() > seen.green() + 60;
    }
    [[nodiscard]] bool isFramed() {
        return tile_->grab().toImage().pixelColor(1, 106) == theme_.color(Token::v_ink); // a dash begins every 21 px
    }

    NextPicture source_;
    std::unique_ptr<VideoTile> tile_;
};

TEST_F(FrozenPictures, AMovingOneIsGreyAndFramedAfterASecondAndAHalf) {
    picture(video::SentForm::moving);
    pass(1'100);
    EXPECT_TRUE(isColoured()) << "late is not yet stopped";
    EXPECT_FALSE(isFramed());
    pass(400);
    EXPECT_FALSE(isColoured());
    EXPECT_TRUE(isFramed());
    EXPECT_TRUE(tile_->statusText().contains(QStringLiteral("stopped for 0:01"))) << tile_->statusText().toStdString();
}

TEST_F(FrozenPictures, AStillOneKeepsItsColourUntilTheNextIsOverdue) {
    picture(video::SentForm::still);
    pass(3'900);
    EXPECT_TRUE(isColoured());
    EXPECT_FALSE(isFramed());
    pass(200);
    EXPECT_FALSE(isColoured());
    EXPECT_TRUE(isFramed());
}

TEST_F(FrozenPictures, TheTileTurnsGreyByItselfAndDoesNotWaitForTheNextSecond) {
    struct Paints final : QObject {
        bool eventFilter(QObject* /*watched*/, QEvent* event) override {
            count += event->type() == QEvent::Paint ? 1 : 0;
            return false;
        }
        int count{0};
    } paints;
    QObject::disconnect(desk_.get(), &Desk::ticked, tile_.get(), nullptr);
    picture(video::SentForm::moving);
    tile_->grab();
    settle();
    tile_->installEventFilter(&paints);
    pass(1'500);
    EXPECT_TRUE(QTest::qWaitFor([&] { return paints.count > 0; }, 5'000));
}

// Nine tiles as wide as the physician's dock leaves them, each in another state.
class SmallTiles : public DeskTest, public testing::WithParamInterface<const char*> {
  protected:
    static constexpr int kWidth = 153;
    static constexpr int kHeight = 86;
    static constexpr std::size_t kCount = 9;
    static constexpr std::size_t kLate = 1;
    static constexpr std::size_t kStopped = 2;
    static constexpr std::size_t kStill = 3;
    static constexpr std::size_t kHeld = 5;

    void SetUp() override {
        if (translator_.load(QStringLiteral(":/i18n/ems_console_%1.qm").arg(QLatin1String(GetParam())))) {
            QCoreApplication::installTranslator(&translator_);
        }
        DeskTest::SetUp();
        connectAll();
        board_ = std::make_unique<QWidget>();
        board_->resize(3 * (kWidth + 2), 3 * (kHeight + 2));
        constexpr std::array kCameras{"cabin", "front", "rear", "stretcher", "helmet", "handheld", "cabin", "front", "driver-left"};
        for (std::size_t i = 0; i < kCount; ++i) {
            tiles_.at(i) =
                granted_tile(*desk_, sources_.at(i), {i < 6 ? 4 : 1, i < 6 ? 10 : 11, kCameras.at(i)}, board_.get()).release();
            const int column = static_cast<int>(i) % 3;
            const int row = static_cast<int>(i) / 3;
            tiles_.at(i)->setGeometry(column * (kWidth + 2), row * (kHeight + 2), kWidth, kHeight);
            sources_.at(i).now = {990, 10, 250'000, i == kLate ? 5'000'000 : 230'000, false, true, {}, {}, i == 6};
            sources_.at(i).now.recording =
                i == 4 || i == 7 ? video::RecordingState::disk_full : video::RecordingState::recording;
        }
        board_->show();
        bring();
    }
    void TearDown() override {
        board_.reset();
        QCoreApplication::removeTranslator(&translator_);
    }
    void give(std::size_t tile, video::SentForm form) {
        sources_.at(tile).next = VideoPicture{red_picture(), 1, clock_.utc_us(), video::CaptureMark{clock_.utc_us(), form}};
    }
    void takeAll() {
        for (NextPicture& source : sources_) {
            QTRY_VERIFY(!source.next.has_value());
        }
        settle();
    }
    void bring() {
        for (std::size_t i = 0; i < kCount; ++i) {
            give(i, video::SentForm::moving);
        }
        takeAll();
        tiles_.at(kHeld)->toggleHold();
        clock_.advance(std::chrono::milliseconds{38'800});
        give(kStill, video::SentForm::still);
        takeAll();
        clock_.advance(std::chrono::milliseconds{2'500}); // another stretch is measured
        for (std::size_t i = 0; i < kCount; ++i) {
            sources_.at(i).now.packets += 990;
            sources_.at(i).now.lost += 10;
            if (i != kStopped && i != kStill && i != kHeld && i != 7) {
                give(i, video::SentForm::moving);
            }
        }
        takeAll();
    }
    // The widest that stands before the vehicle's name, in the weight in which it is painted.
    void expectFirst(std::size_t tile, const QString& age) {
        const QString status = tiles_.at(tile)->statusText();
        const qsizetype at = status.indexOf(age);
        const qsizetype name = status.indexOf(tiles_.at(tile)->sourceText());
        ASSERT_GE(at, 0) << status.toStdString();
        ASSERT_GE(name, 0) << status.toStdString();
        EXPECT_LT(at, name) << status.toStdString();
        EXPECT_LE(text_width(status.left(at + age.size()), metrics::kCaptionPx, Weight::bold), kWidth / 2) << status.toStdString();
    }

    QTranslator translator_;
    std::array<NextPicture, kCount> sources_;
    std::unique_ptr<QWidget> board_;
    std::array<VideoTile*, kCount> tiles_{};
};

TEST_P(SmallTiles, ThePicturesAgeStandsBeforeTheNameThatMayBeCut) {
    save_picture(board_->grab().toImage(), QStringLiteral("video-small-%1.png").arg(QLatin1String(GetParam())));
    expectFirst(kStopped, QStringLiteral("0:41"));
    expectFirst(kStill, QStringLiteral("3 s"));
    expectFirst(kLate, QStringLiteral("5 s"));
    const QString held = tiles_.at(kHeld)->statusText();
    EXPECT_TRUE(held.startsWith(QStringLiteral("‖"))) << held.toStdString();
    expectFirst(kHeld, held.mid(held.indexOf(QLatin1Char(':')) - 2, 8));
}

TEST_P(SmallTiles, DelayAndLossAreToldInShort) {
    const auto comes = [&](std::size_t tile, const QString& figures) {
        return QTest::qWaitFor([&] { return tiles_.at(tile)->figuresText() == figures; }, 5'000);
    };
    EXPECT_TRUE(comes(0, QStringLiteral("0.2 s　1.0 %"))) << tiles_.at(0)->figuresText().toStdString();
    EXPECT_TRUE(comes(6, QStringLiteral("0.2 s　TLS　1.0 %"))) << tiles_.at(6)->figuresText().toStdString();
    const QImage shot = tiles_.at(0)->grab().toImage();
    EXPECT_EQ(shot.pixelColor(kWidth - 4, kHeight - 4), theme_.color(Token::v_bg)) << "the ground of the caption at the foot";
    const QColor centre = shot.pixelColor(shot.rect().center());
    EXPECT_GT(centre.red(), centre.green() + 60) << "the picture's centre is free";
}

TEST_P(SmallTiles, WhetherItIsRecordedIsToldInShort) {
    EXPECT_EQ(tiles_.at(0)->recordingText(), QStringLiteral("●"));
    const QString lost = tiles_.at(4)->recordingText();
    EXPECT_TRUE(lost.startsWith(QStringLiteral("○ "))) << lost.toStdString();
    EXPECT_LE(text_width(lost, metrics::kCaptionPx, Weight::bold) + 16, kWidth) << lost.toStdString();
    const auto right_edge = [&](std::size_t tile, int y) { return tiles_.at(tile)->grab().toImage().pixelColor(kWidth - 5, y); }; // within the frame
    const QColor inverse = theme_.color(Token::st_bg);
    EXPECT_TRUE(right_edge(4, 2) == inverse || right_edge(4, 22) == inverse) << "beside the picture's age, or under it";
}

TEST_P(SmallTiles, WhoCannotSeeTheTileHearsItWhole) {
    const QString said = tiles_.at(kStopped)->spokenText();
    const QString seen = tiles_.at(kStopped)->statusText();
    EXPECT_TRUE(said.contains(QStringLiteral("0:41"))) << said.toStdString();
    EXPECT_TRUE(said.contains(QStringLiteral("kbit/s"))) << said.toStdString();
    EXPECT_FALSE(said.contains(seen)) << said.toStdString();
}

INSTANTIATE_TEST_SUITE_P(Languages, SmallTiles, testing::Values("en", "zh_CN"),
                         [](const auto& language) { return std::string{language.param}; });

} // namespace
} // namespace ems::console
