#include "console/widgets/video_wall.h"

#include "console/theme/metrics.h"
#include "console/widgets/controls.h"
#include "console/widgets/video_numbers.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <QKeyEvent>

namespace ems::console {
namespace {

constexpr int kBarHeight = 26;
constexpr std::array<TileLayout, 3> kLayouts{TileLayout::one, TileLayout::four, TileLayout::nine};

int side(TileLayout layout) {
    return layout == TileLayout::nine ? 3 : layout == TileLayout::four ? 2 : 1;
}

} // namespace

VideoWall::VideoWall(Desk& desk, VideoSources sources, QWidget* parent)
    : QWidget(parent), desk_(desk), sources_(std::move(sources)), grants_(desk) {
    setObjectName(QStringLiteral("videoWall"));
    setAccessibleName(tr("Cameras"));
    for (std::size_t i = 0; i < kLayouts.size(); ++i) {
        const QString count = QString::number(static_cast<int>(kLayouts.at(i)));
        auto* button = new KeyButton(desk_.theme(), count, {}, ButtonKind::toggle, this);
        button->setAccessibleName(tr("%1 tiles").arg(count));
        connect(button, &KeyButton::clicked, this, [this, i] { showTiles(kLayouts.at(i)); });
        layouts_.at(i) = button;
    }
    connect(&grants_, &VideoGrants::changed, this, &VideoWall::giveGrants);
    connect(&grants_, &VideoGrants::camerasChanged, this, &VideoWall::refresh);
    connect(&desk_, &Desk::watchChanged, this, [this] {
        refresh();
        grants_.setWatching(desk_.isWatching());
    });
    connect(&desk_, &Desk::stateChanged, this, &VideoWall::checkShown);
    connect(&desk_, &Desk::ticked, this, &VideoWall::refresh);
    showTiles(TileLayout::one);
}

VideoWall::~VideoWall() {
    makeSmall(); // the area it lies over may outlive this
}

VideoTile* VideoWall::makeTile(std::size_t index) {
    auto* tile = new VideoTile(desk_, sources_ ? sources_(index) : nullptr, this);
    connect(tile, &VideoTile::largeWanted, this, [this, tile] { makeLarge(tile); });
    connect(tile, &VideoTile::smallWanted, this, &VideoWall::makeSmall);
    return tile;
}

void VideoWall::showTiles(TileLayout layout) {
    makeSmall();
    slots_.set_layout(layout);
    for (std::size_t i = 0; i < tile_count(layout); ++i) {
        if (tiles_.at(i) == nullptr) {
            tiles_.at(i) = makeTile(i);
        }
    }
    for (std::size_t i = 0; i < kLayouts.size(); ++i) {
        layouts_.at(i)->setChecked(kLayouts.at(i) == layout);
    }
    refresh();
    place();
}

void VideoWall::place() {
    const int n = side(slots_.layout());
    const int height_px = height() - kBarHeight;
    for (std::size_t i = 0; i < kTilesMax; ++i) {
        VideoTile* tile = tiles_.at(i);
        if (tile == nullptr) {
            continue;
        }
        const bool shown = i < tile_count(slots_.layout());
        if (tile != large_) {
            const int column = static_cast<int>(i) % n;
            const int row = static_cast<int>(i) / n;
            const int left = width() * column / n;
            const int top = height_px * row / n;
            tile->setGeometry(left, top, width() * (column + 1) / n - left - (column + 1 < n ? 2 : 0),
                              height_px * (row + 1) / n - top - (row + 1 < n ? 2 : 0));
            tile->setVisible(shown);
        }
    }
    int x = metrics::kGap;
    for (KeyButton* button : layouts_) {
        button->setGeometry(x, height() - kBarHeight + 1, 36, kBarHeight - 2);
        x += 36 + metrics::kGap;
    }
}

void VideoWall::refresh() {
    const auto wanted = wanted_channels(desk_.state(), grants_.sending(), desk_.shownUs());
    slots_.update(wanted);
    std::vector<CameraChannel> shown;
    for (std::size_t i = 0; i < tile_count(slots_.layout()); ++i) {
        if (slots_.at(i)) {
            shown.push_back(*slots_.at(i));
        }
    }
    for (std::size_t i = 0; i < kTilesMax; ++i) {
        if (tiles_.at(i) != nullptr) {
            tiles_.at(i)->setChannel(slots_.at(i));
        }
    }
    if (large_ != nullptr && numbers_ != nullptr) {
        numbers_->setChannel(large_->channel()); // a number stays no longer than the picture of its patient
    }
    for (const VideoTile* tile : tiles_) {
        const auto server = tile == nullptr || !tile->channel() ? std::nullopt : tile->server();
        if (server) {
            grants_.tell(*tile->channel(), *server);
        }
    }
    grants_.want(shown);
    giveGrants();
    watchRecordings();
    emit countChanged(static_cast<int>(wanted.size()));
}

// A picture does not stay a moment longer than its patient: not until the next tick.
void VideoWall::checkShown() {
    for (std::size_t i = 0; i < tile_count(slots_.layout()); ++i) {
        const auto& channel = slots_.at(i);
        const api::Unit* unit = channel ? desk_.state().unit(channel->unit_id) : nullptr;
        if (channel && (unit == nullptr || unit->incident_id() != channel->incident_id)) {
            refresh();
            return;
        }
    }
}

void VideoWall::giveGrants() {
    for (VideoTile* tile : tiles_) {
        if (tile != nullptr && tile->channel()) {
            tile->setGrant(grants_.grant(*tile->channel()), grants_.refusal(*tile->channel()));
        }
    }
}

void VideoWall::watchRecordings() {
    if (!desk_.isLive()) {
        return; // one alarm stands for all that follow from it
    }
    std::vector<WatchedRecording> watched;
    for (const VideoTile* tile : tiles_) {
        if (tile != nullptr && tile->channel() && desk_.isWatching()) {
            watched.push_back({tile->channel()->unit_id, tile->recording()});
        }
    }
    recording_alarm_.watch(desk_.state(), watched, desk_.localUs());
}

void VideoWall::makeLarge(VideoTile* tile) {
    QWidget* area = large_area_ ? large_area_() : nullptr;
    if (area == nullptr || large_ != nullptr || !tile->channel()) {
        return;
    }
    large_ = tile;
    covered_ = area;
    area->installEventFilter(this);
    tile->setParent(area);
    numbers_ = new VideoNumbers{desk_, tile->channel(), area};
    placeLarge();
    tile->setLarge(true);
    for (QWidget* over : std::initializer_list<QWidget*>{numbers_.data(), tile}) {
        over->show();
        over->raise();
    }
    tile->setFocus(Qt::OtherFocusReason);
}

void VideoWall::placeLarge() {
    const QRect area = covered_->rect();
    large_->setGeometry(area.adjusted(0, 0, 0, -VideoNumbers::kHigh));
    numbers_->setGeometry(area.left(), area.bottom() + 1 - VideoNumbers::kHigh, area.width(), VideoNumbers::kHigh);
}

void VideoWall::makeSmall() {
    if (large_ == nullptr) {
        return;
    }
    if (covered_ != nullptr) {
        covered_->removeEventFilter(this);
    }
    delete numbers_.data();
    VideoTile* tile = large_;
    large_ = nullptr;
    tile->setLarge(false);
    tile->setParent(this);
    tile->show();
    place();
    tile->setFocus(Qt::OtherFocusReason);
}

bool VideoWall::eventFilter(QObject* watched, QEvent* event) {
    if (watched == covered_ && event->type() == QEvent::Resize && large_ != nullptr) {
        placeLarge();
    }
    return QWidget::eventFilter(watched, event);
}

void VideoWall::focusTile() {
    VideoTile* tile = large_ != nullptr ? large_ : tiles_.front();
    tile->setFocus(Qt::ShortcutFocusReason);
}

void VideoWall::moveFocus(int columns, int rows) {
    const int n = side(slots_.layout());
    const auto at = std::find_if(tiles_.begin(), tiles_.end(), [](const VideoTile* t) { return t && t->hasFocus(); });
    const int index = at == tiles_.end() ? 0 : static_cast<int>(at - tiles_.begin());
    const int column = std::clamp(index % n + columns, 0, n - 1);
    const int row = std::clamp(index / n + rows, 0, n - 1);
    tiles_.at(static_cast<std::size_t>(row * n + column))->setFocus(Qt::OtherFocusReason);
}

void VideoWall::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_1:
        showTiles(TileLayout::one);
        break;
    case Qt::Key_4:
        showTiles(TileLayout::four);
        break;
    case Qt::Key_9:
        showTiles(TileLayout::nine);
        break;
    case Qt::Key_Left:
        moveFocus(-1, 0);
        return;
    case Qt::Key_Right:
        moveFocus(1, 0);
        return;
    case Qt::Key_Up:
        moveFocus(0, -1);
        return;
    case Qt::Key_Down:
        moveFocus(0, 1);
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    focusTile();
}

void VideoWall::resizeEvent(QResizeEvent* event) {
    place();
    QWidget::resizeEvent(event);
}

} // namespace ems::console
