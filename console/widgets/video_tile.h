// One picture of a camera with its delay, loss and age. Where pictures come from stands behind VideoSource: the receiver of
// telemetry/video, or a test's. A picture that is not followed by another is greyed and says since when.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "console/widgets/desk.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

namespace ems::console {

struct VideoPicture {
    QImage image;
    std::uint64_t number{0};
    std::int64_t received_us{0}; // UTC of this machine when it came, not when it is taken
};

struct VideoFigures {
    std::uint64_t packets{0};
    std::uint64_t lost{0};
    bool ended{false};
    QString problem; // why there can be no picture; empty: none known
};

// Threads: all of it on the GUI thread only, and none of it waits; the source has its own inside.
class VideoSource {
  public:
    virtual ~VideoSource() = default;
    // Receives under a new grant from now on, ending the one before: its pictures are not given out any more.
    virtual void open(const api::VideoGrant& grant) = 0;
    virtual void close() = 0;
    // The newest picture not yet taken.
    virtual std::optional<VideoPicture> take() = 0;
    [[nodiscard]] virtual VideoFigures figures() const = 0;
};

class VideoTile : public QWidget {
    Q_OBJECT
  public:
    VideoTile(Desk& desk, VideoSource* source, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {316, 178}; }
    [[nodiscard]] bool hasPicture() const { return !picture_.isNull(); }
    [[nodiscard]] double pictureAgeS() const { return desk_.monotonicS() - picture_at_s_; }
    // The camera and the vehicle it is in, by the grant its pictures come under.
    [[nodiscard]] QString sourceText() const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void poll();
    void regrant();
    void forgetPicture();
    void paintCaptions(QPainter& p, const QRectF& box, bool frozen) const;
    Desk& desk_;
    VideoSource* source_;
    QTimer poll_;
    QImage picture_;
    double picture_at_s_{0};
    double rate_fps_{0};
    double rate_from_s_{0};
    int rate_count_{0};
    bool unpainted_{false};
    std::string grant_id_;
    std::int64_t unit_id_{0}; // of the grant
    std::string camera_;
};

} // namespace ems::console
