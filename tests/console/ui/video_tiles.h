// A physician's desk whose cameras are played by the test.
#pragma once

#include "console/widgets/video_wall.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/console/ui/desk_fixture.h"

namespace ems::console {

class ScriptedSource final : public VideoSource {
  public:
    void open(const api::VideoGrant& grant) override { opened.push_back(grant.unit_id()); }
    void close() override {
        next.reset();
        ++closed;
    }
    std::optional<VideoPicture> take() override { return std::exchange(next, std::nullopt); }
    [[nodiscard]] VideoFigures figures() const override { return now; }

    std::vector<std::int64_t> opened;
    int closed{0};
    std::optional<VideoPicture> next;
    VideoFigures now;
};

class VideoTiles : public DeskTest {
  protected:
    void SetUp() override {
        video_ = &sources_.front();
        DeskTest::SetUp();
        window_ = std::make_unique<MainWindow>(
            *desk_, scene_, [this](std::size_t tile) { return &sources_.at(tile); }, draft_);
        window_->resize(1920, 1080);
        window_->show();
        connectAll();
        desk_->selectIncident(10); // unit 4 is at its patient
        window_->showView(View::physician);
        settle();
        tile_ = window_->videoWall().tile(0);
    }
    void grant(std::int64_t unit, const std::string& id, const std::string& camera = "cabin") {
        api::ServerFrame frame;
        auto* g = frame.mutable_video_grant();
        g->set_unit_id(unit);
        g->set_camera(camera);
        g->set_grant_id(id);
        g->set_expires_us(clock_.utc_us() + 600'000'000);
        feed_.push(std::move(frame));
        settle();
    }
    void picture(std::int64_t received_us, Qt::GlobalColor color = Qt::darkRed,
                 std::optional<video::CaptureMark> mark = std::nullopt) {
        QImage image{64, 36, QImage::Format_RGB32};
        image.fill(color);
        sources_.front().next = VideoPicture{image, 1, received_us, mark};
        QTRY_VERIFY(!sources_.front().next.has_value());
    }
    // 0034 gets a vehicle of its own and is looked at.
    void lookAtTheOtherCase() {
        feed_.unit_state(1, ems::wire::UNIT_ASSIGNED, clock_.utc_us());
        settle();
        desk_->selectIncident(11);
    }
    // The centre tells which cameras send.
    void cameras(const std::vector<std::pair<std::int64_t, std::string>>& sending) {
        std::uint64_t asked = 0;
        for (std::size_t i = 0; i < feed_.sent.size(); ++i) {
            asked = feed_.sent[i].has_get_cameras() ? i + 1 : asked;
        }
        ASSERT_NE(asked, 0U) << "the desk asked which cameras send";
        api::ServerFrame frame;
        frame.set_reply_to(asked);
        frame.mutable_cameras();
        for (const auto& [unit, name] : sending) {
            auto* c = frame.mutable_cameras()->add_cameras();
            c->set_unit_id(unit);
            c->set_camera(name);
        }
        feed_.push(std::move(frame));
        settle();
    }
    enum class Wish { grant, end };
    [[nodiscard]] long asked(std::int64_t unit, Wish wish) const {
        return std::count_if(feed_.sent.begin(), feed_.sent.end(), [&](const api::ClientFrame& frame) {
            return frame.has_watch_video() && frame.watch_video().unit_id() == unit &&
                   frame.watch_video().stop() == (wish == Wish::end);
        });
    }
    void second() {
        emit desk_->ticked();
        settle();
    }
    const api::StoreSnapshot* stored() const {
        for (const auto& frame : feed_.sent) {
            if (frame.has_store_snapshot()) {
                return &frame.store_snapshot();
            }
        }
        return nullptr;
    }
    static QColor middle(QWidget* widget) {
        const QImage shot = widget->grab().toImage();
        return shot.pixelColor(shot.width() / 2, shot.height() / 2);
    }

    std::array<ScriptedSource, kTilesMax> sources_;
    VideoTile* tile_{nullptr};
};

} // namespace ems::console
