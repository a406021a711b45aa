// One picture of a camera with its delay, loss, rate and age. Where pictures come from stands behind VideoSource: the receiver
// of telemetry/video, or a test's. A picture that is not followed by another is greyed and says since when. Keys while it has
// the focus: F holds the picture, S stores it in the record of the case, Enter and double click make it large, Esc small.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "console/model/grant_patience.h"
#include "console/model/video_slots.h"
#include "console/widgets/desk.h"
#include "console/widgets/spoken.h"
#include "telemetry/video/capture_mark.h"
#include "telemetry/video/recording_state.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

namespace ems::console {

struct VideoPicture {
    QImage image;
    std::uint64_t number{0};
    std::int64_t received_us{0}; // UTC of this machine when it came, not when it is taken
    std::optional<video::CaptureMark> mark{}; // nothing: the camera does not say when it was taken
};

struct VideoFigures {
    std::uint64_t packets{0};
    std::uint64_t lost{0};
    std::uint64_t bytes{0};
    // From the camera's packet to the screen as far as it is measured: half of both round trips, the vehicle's queue, the
    // jitter buffer; without the camera's own time. Nothing: not known yet.
    std::optional<std::int64_t> delay_us;
    bool ended{false};
    bool server_heard{false}; // within 3 s; it answers though no camera sends
    QString problem;    // why there can be no picture; empty: none known
    QString refused_encoding{}; // what the camera sends, not H.264 and so not shown; empty: nothing such
    bool by_tls{false}; // UDP does not pass here: packets wait for each other, and the delay may grow
    video::RecordingState recording{video::RecordingState::unknown}; // of this camera at the server
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

// Gives the source of tile 0 to kTilesMax - 1, made when it is first asked for and owned by the giver; null: there is none.
using VideoSources = std::function<VideoSource*(std::size_t tile)>;

class VideoTile : public QWidget, public Spoken {
    Q_OBJECT
  public:
    VideoTile(Desk& desk, VideoSource* source, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {316, 178}; }
    // Another channel forgets the picture at once. Nothing: an empty place.
    void setChannel(const std::optional<CameraChannel>& channel);
    [[nodiscard]] const std::optional<CameraChannel>& channel() const { return channel_; }
    // Of its channel; null: there is none any more. A renewal keeps the picture and its age.
    void setGrant(const api::VideoGrant* grant, const QString& refusal);
    // Of the grant it listens under; nothing: nobody listens, or there is no grant.
    [[nodiscard]] std::optional<MediaServer> server() const;
    // Whether the server records what is shown; unknown while nothing of it is heard.
    [[nodiscard]] video::RecordingState recording() const;
    [[nodiscard]] QString recordingText() const; // empty: not known
    [[nodiscard]] bool hasPicture() const { return !picture_.isNull(); }
    // Since it came.
    [[nodiscard]] double pictureAgeS() const { return desk_.monotonicS() - picture_at_s_; }
    // Since it was taken, as far as that is known: by the delay of the way, or by the camera's word when its clock is held.
    [[nodiscard]] double takenAgeS() const;
    // The camera and the vehicle it is in.
    [[nodiscard]] QString sourceText() const;
    // The picture on the screen stays while the live one goes on behind it; again: live.
    void toggleHold();
    [[nodiscard]] bool isHeld() const { return !held_.isNull(); }
    // What is on the screen, into the record of the case. False when there is no picture, or no link.
    bool store();
    // What the overlay says now, for tests and those who listen to it.
    [[nodiscard]] QString statusText() const { return statusText(wording()); }
    [[nodiscard]] QString figuresText() const { return figuresText(wording()); }
    [[nodiscard]] QString emptyText() const; // while there is no picture
    [[nodiscard]] QAccessible::Role spokenRole() const override { return QAccessible::Graphic; }
    [[nodiscard]] QString spokenText() override;
    void setLarge(bool large); // NOLINT: a state, not a choice of behaviour

  signals:
    void largeWanted(); // Enter, double click
    void smallWanted(); // Esc while it is large

  protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

  private:
    enum class Look { live, late, stale, held };
    void poll();
    void measure(double now_s);
    void forgetPicture();
    [[nodiscard]] Look look() const;
    enum class Wording { whole, brief };
    [[nodiscard]] video::SentForm sentForm() const { return mark_ ? mark_->form : video::SentForm::moving; }
    [[nodiscard]] bool isStill() const { return sentForm() == video::SentForm::still; }
    [[nodiscard]] bool isNarrow() const { return width() < 220; }
    [[nodiscard]] Wording wording() const { return isNarrow() ? Wording::brief : Wording::whole; }
    [[nodiscard]] QString statusText(Wording wording) const;
    [[nodiscard]] QString figuresText(Wording wording) const;
    void renewCaptions(Look look);
    void paintEmpty(QPainter& p) const;
    [[nodiscard]] std::string shownCamera() const { return channel_ ? channel_->camera : std::string{}; }

    Desk& desk_;
    VideoSource* source_;
    QTimer poll_;
    QImage picture_; // the newest
    double picture_at_s_{0};
    std::optional<video::CaptureMark> mark_; // of it
    QImage held_;
    std::int64_t held_us_{0}; // when it was taken, by the server's clock
    QImage grey_;             // of picture_ once it is stale, for the place below
    QRect grey_box_;
    double rate_fps_{0};
    double rate_kbit_{0};
    double loss_percent_{0};
    double rate_from_s_{0};
    int rate_count_{0};
    VideoFigures rate_figures_; // when the measured stretch began
    bool unpainted_{false};
    Look painted_{Look::live};
    bool large_{false};
    std::optional<CameraChannel> channel_;
    std::string grant_id_;
    QString refusal_;
    QString note_; // of the last snapshot
    double note_until_s_{0};
    QString stored_echo_; // not answered yet
    // The captions, painted again only when they say something else; copied as they are.
    struct Caption {
        QPoint at;
        QImage image;
    };
    std::vector<Caption> captions_;
    QString captions_key_;
};

} // namespace ems::console
