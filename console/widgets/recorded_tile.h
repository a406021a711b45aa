// One camera of a replay: the picture that was recorded for the moment, with its own time, so that nobody has to believe that
// it is in step; without its colours where the next one is missing. Where nothing was recorded it says so. Decoding stands behind RecordedPictures, speech behind RecordedSpeech.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "console/widgets/replay_player.h"

#include <QImage>
#include <QTimer>
#include <QWidget>

namespace ems::console {

// GUI thread; none of it waits.
class RecordedPictures {
  public:
    struct Picture {
        QImage image;
        std::int64_t at_us{0}; // in its file
        std::uint64_t order{0};
        // From the nearest picture of its file: still ones are some seconds apart. Nothing: it is the only one.
        std::optional<std::int64_t> apart_us{};
    };
    virtual ~RecordedPictures() = default;
    // The picture that stands at this time of this file is wanted; gives the wish's number. An older wish that is not
    // fulfilled yet is forgotten.
    virtual std::uint64_t want(std::shared_ptr<const std::string> file, std::int64_t offset_us) = 0;
    // The newest wish that is fulfilled: the picture given last is the one that stands at its time.
    [[nodiscard]] virtual std::uint64_t fulfilled() const = 0;
    // The newest not yet taken.
    virtual std::optional<Picture> take() = 0;
};
using RecordedPicturesMaker = std::function<std::unique_ptr<RecordedPictures>()>;

class RecordedSpeech {
  public:
    virtual ~RecordedSpeech() = default;
    // From this time of the file on, until stop() or its end.
    virtual void play(std::shared_ptr<const std::string> file, std::int64_t offset_us) = 0;
    virtual void stop() = 0;
};

class RecordedTile : public QWidget {
    Q_OBJECT
  public:
    RecordedTile(ReplayPlayer& player, std::int64_t unit_id, std::string camera, std::unique_ptr<RecordedPictures> pictures,
                 QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {420, 236}; }
    [[nodiscard]] std::int64_t unitId() const { return unit_id_; }
    [[nodiscard]] const std::string& camera() const { return camera_; }
    // Recorded time of the picture on the screen; nothing while none stands there.
    [[nodiscard]] std::optional<std::int64_t> shownUs() const { return shown_us_; }
    [[nodiscard]] const QImage& picture() const { return picture_; }
    // Brings the tile to the player's moment; by its signal and a timer.
    void follow();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    enum class Why { shown, coming, not_recorded, unreadable };
    void forget(Why why);
    void fetchAhead(std::int64_t at_us);
    void settle(std::uint64_t order, std::int64_t at_us);
    // How long it had stood at the moment known to be decoded.
    [[nodiscard]] std::int64_t standsUs() const { return shown_us_ ? settled_us_ - *shown_us_ : 0; }
    [[nodiscard]] bool isFrozen() const;
    [[nodiscard]] std::optional<std::int64_t> frozenS() const;
    void paintCaption(QPainter& p) const;

    ReplayPlayer& player_;
    std::int64_t unit_id_;
    std::string camera_;
    std::unique_ptr<RecordedPictures> pictures_;
    QTimer timer_;
    std::string file_id_;
    std::int64_t file_first_us_{0};
    std::uint64_t first_order_{0}; // of the file's wishes: a picture of the file before is not shown for it
    QImage picture_;
    std::optional<std::int64_t> shown_us_;
    std::optional<std::int64_t> apart_us_;
    struct Wish {
        std::uint64_t order{0};
        std::int64_t at_us{0};
    };
    Wish wish_;                  // the oldest not known to be fulfilled
    std::int64_t settled_us_{0}; // a decoder that is behind does not make its picture an old one
    std::optional<std::int64_t> painted_frozen_s_; // since so many seconds, as it is said
    Why why_{Why::coming};
};

// Lets hear what was said, while the replay runs as fast as it was. Of several that speak at once the first that began.
class SpeechFollower : public QObject {
    Q_OBJECT
  public:
    // `speech` may be null; outlives this.
    SpeechFollower(ReplayPlayer& player, RecordedSpeech* speech, QObject* parent = nullptr);
    // Who speaks at the moment; null: nobody.
    [[nodiscard]] const api::Recording* now() const { return now_; }

  private:
    void follow();
    ReplayPlayer& player_;
    RecordedSpeech* speech_;
    const api::Recording* now_{nullptr};
    std::string playing_; // id of what is let hear
    std::uint64_t jumps_{0};
};

} // namespace ems::console
