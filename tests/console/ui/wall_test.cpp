// The wall: what it says when the server is lost, and that nothing of a desk's controls is on it.
#include <algorithm>
#include <chrono>

#include "console/theme/time_text.h"
#include "console/widgets/controls.h"
#include "console/widgets/map_view.h"
#include "console/widgets/part_marks.h"
#include "console/widgets/parts_view.h"
#include "console/window/wall_window.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/text_probe.h"

#include <QPainter>

namespace ems::console {
namespace {

using namespace std::chrono_literals;

class WallTest : public DeskTest {
  protected:
    // How many of the pixels of a line of the wall have this colour.
    int coloured(const QImage& image, int y, int from_x, int to_x, Token token) {
        int count = 0;
        for (int x = from_x; x < to_x; ++x) {
            count += QColor{image.pixel(x, y)}.rgb() == theme_.color(token).rgb() ? 1 : 0;
        }
        return count;
    }
};

TEST_F(WallTest, ALostServerIsSaidInEachOfItsPanels) {
    connectAll();
    WallWindow wall{*desk_, scene_};
    wall.show();
    settle();
    const QPoint captions[] = {{0, 72}, {784, 72}, {784, 324}, {784, 596}, {1488, 72}}; // left edge and a line of each
    QImage image = wall.grab().toImage();
    for (const QPoint& at : captions) {
        EXPECT_EQ(coloured(image, at.y(), at.x(), at.x() + 300, Token::st_bg), 0);
    }
    feed_.link(LinkChange::State::down);
    settle();
    clock_.advance(3s);
    desk_->ticked();
    settle();
    image = wall.grab().toImage();
    for (const QPoint& at : captions) {
        EXPECT_GE(coloured(image, at.y(), at.x(), at.x() + 300, Token::st_bg), 290) << at.x() << ' ' << at.y();
    }
    EXPECT_GE(coloured(image, 2, 0, 1920, Token::st_bg), 1900) << "head";
    EXPECT_GE(coloured(image, 1078, 0, 1920, Token::st_bg), 1900) << "foot";
    EXPECT_EQ(coloured(image, 180, 800, 1100, Token::al_med), 0) << "a timer that stands alarms nobody";
}

TEST_F(WallTest, OneCaseWaitsAndTwoWait) {
    connectAll();
    WallWindow wall{*desk_, scene_};
    wall.resize(1920, 1080);
    EXPECT_TRUE(painted_texts(wall).contains(QStringLiteral("1 case waits for a unit")));
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    api::Incident& second = *frame.mutable_delta()->add_incidents();
    second = feed_.world.incidents(1);
    second.set_id(12);
    second.set_number("0035");
    feed_.push(std::move(frame));
    settle();
    EXPECT_TRUE(painted_texts(wall).contains(QStringLiteral("2 cases wait for a unit")));
}

TEST_F(WallTest, NoButtonOfTheMapIsOnItAtAnySize) {
    connectAll();
    WallWindow wall{*desk_, scene_};
    wall.show();
    wall.resize(1366, 768);
    settle();
    wall.resize(2560, 1440);
    settle();
    for (const KeyButton* button : wall.findChildren<KeyButton*>()) {
        EXPECT_FALSE(button->isVisible()) << button->text().toStdString();
    }
}

TEST_F(WallTest, ThePartsOfTheCentreStandInTheStripAndThoseThatAreGoneComeBeforeWhatHasRoom) {
    connectAll();
    desk_->ticked();
    api::ServerFrame answer;
    answer.set_reply_to(feed_.sent.size());
    answer.mutable_fleet_status()->set_server_us(clock_.utc_us());
    answer.mutable_fleet_status()->mutable_dispatch()->set_broker_up(true);
    feed_.push(answer);
    settle();
    const auto marks = part_marks(*desk_, window_->findChild<PartsView*>()->parts());
    const auto state_of = [&](const QString& name) {
        const auto it = std::find_if(marks.begin(), marks.end(), [&](const PartMark& m) { return m.name == name; });
        return it == marks.end() ? PartState::unknown : it->state;
    };
    EXPECT_EQ(state_of(QStringLiteral("dispatch service")), PartState::works);
    EXPECT_EQ(state_of(QStringLiteral("broker")), PartState::works);
    EXPECT_EQ(state_of(QStringLiteral("video and voice")), PartState::lost);

    QImage image{400, 24, QImage::Format_RGB32};
    const PartMarkLook look{13, Qt::white, Qt::gray};
    const auto used = [&](const std::vector<PartMark>& of, double room) {
        QPainter p{&image};
        return paint_part_marks(p, {0, 0, room, 24}, of, look);
    };
    const PartMark works{QStringLiteral("works"), {}, PartState::works};
    const PartMark lost{QStringLiteral("lost"), {}, PartState::lost};
    const double one = used({lost}, 400);
    EXPECT_GT(used({works, lost}, 400), one);
    EXPECT_EQ(used({works, lost}, one + 10), one);
}

} // namespace
} // namespace ems::console
