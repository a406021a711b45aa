// The picture shown is of the vehicle named on it, and as old as it says.
#include "console/widgets/video_tile.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/console/ui/desk_fixture.h"

namespace ems::console {
namespace {

class ScriptedSource final : public VideoSource {
  public:
    void open(const api::VideoGrant& grant) override { opened.push_back(grant.unit_id()); }
    void close() override { next.reset(); }
    std::optional<VideoPicture> take() override { return std::exchange(next, std::nullopt); }
    [[nodiscard]] VideoFigures figures() const override { return {}; }

    std::vector<std::int64_t> opened;
    std::optional<VideoPicture> next;
};

class VideoTiles : public DeskTest {
  protected:
    void SetUp() override {
        video_ = &source_;
        DeskTest::SetUp();
        connectAll();
        desk_->selectIncident(10); // unit 4 is at its patient
        window_->showView(View::physician);
        settle();
        tile_ = window_->findChild<VideoTile*>();
        ASSERT_NE(tile_, nullptr);
    }
    void grant(std::int64_t unit, const std::string& id) {
        api::ServerFrame frame;
        auto* g = frame.mutable_video_grant();
        g->set_unit_id(unit);
        g->set_camera("cabin");
        g->set_grant_id(id);
        g->set_expires_us(clock_.utc_us() + 600'000'000);
        feed_.push(std::move(frame));
        settle();
    }
    void picture(std::int64_t received_us) {
        QImage image{4, 3, QImage::Format_RGB32};
        image.fill(Qt::black);
        source_.next = VideoPicture{image, 1, received_us};
        QTRY_VERIFY(!source_.next.has_value());
    }
    // 0034 gets a vehicle of its own and is looked at.
    void lookAtTheOtherCase() {
        feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
        settle();
        desk_->selectIncident(11);
    }

    ScriptedSource source_;
    VideoTile* tile_{nullptr};
};

TEST_F(VideoTiles, ThePictureGoesWithTheCaseItBelongsTo) {
    grant(4, "a");
    picture(clock_.utc_us());
    ASSERT_TRUE(tile_->hasPicture());
    EXPECT_TRUE(tile_->sourceText().contains(QStringLiteral("冯村01")));
    lookAtTheOtherCase();
    EXPECT_FALSE(tile_->hasPicture()) << "at once, not at the next tick";
    grant(1, "b");
    EXPECT_FALSE(tile_->hasPicture());
    EXPECT_TRUE(tile_->sourceText().contains(QStringLiteral("中心01")));
    EXPECT_EQ(source_.opened, (std::vector<std::int64_t>{4, 1}));
}

TEST_F(VideoTiles, ALateGrantForTheUnitWatchedBeforeIsNotOpened) {
    lookAtTheOtherCase();
    grant(4, "late");
    EXPECT_FALSE(desk_->videoGrant());
    EXPECT_TRUE(source_.opened.empty());
}

TEST_F(VideoTiles, ARenewedGrantKeepsThePicture) {
    grant(4, "a");
    picture(clock_.utc_us());
    grant(4, "b");
    EXPECT_EQ(source_.opened.size(), 2U);
    EXPECT_TRUE(tile_->hasPicture());
}

TEST_F(VideoTiles, APictureIsAsOldAsItsArrival) {
    grant(4, "a");
    picture(clock_.utc_us() - 40'000'000); // it came while the tile was hidden and took none
    EXPECT_NEAR(tile_->pictureAgeS(), 40, 0.1);
}

} // namespace
} // namespace ems::console
