// A past case in a window that cannot be taken for the present: the frame and bar of the replay's own colour on every side,
// the word, the moment large and today's time small. The views are those of the present on a desk of the past, which sends
// nothing; there is no alarm bar, no command line and no way to order. No key of the live desk acts while this window has the
// focus: every key is taken here.
#pragma once

#include <memory>
#include <vector>

#include "console/widgets/recorded_tile.h"
#include "console/widgets/replay_player.h"

#include <QWidget>

namespace ems::map {
struct Scene;
}

namespace ems::console {

class EcgSweep;
class MapView;
class PanelTitle;
class ReplayBar;
class ReplayEntries;

// Where recorded pictures and speech come from; either may be missing.
struct ReplayMedia {
    RecordedPicturesMaker pictures;
    RecordedSpeech* speech{nullptr}; // outlives the window
};

class ReplayWindow : public QWidget {
    Q_OBJECT
  public:
    // `scene` may be null. `live` is asked for the data, and shown in the bar: calls that wait and alarms go on meanwhile.
    ReplayWindow(Desk& live, const Clock& clock, const map::Scene* scene, ReplayMedia media, const api::Incident& incident,
                 QWidget* parent = nullptr);
    ~ReplayWindow() override;

    // Null until the case is here.
    [[nodiscard]] ReplayPlayer* player() { return player_.get(); }
    [[nodiscard]] std::int64_t incidentId() const { return incident_.id(); }
    [[nodiscard]] const std::vector<RecordedTile*>& tiles() const { return tiles_; }
    [[nodiscard]] EcgSweep* sweep() { return sweep_; }
    [[nodiscard]] ReplayBar* bar() { return bar_; }

  signals:
    void left(); // Esc: back to the present

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

  private:
    [[nodiscard]] QRect backBox() const;
    void build();
    QWidget* makeMiddle();
    QWidget* makeRight();
    bool takeKey(const QKeyEvent& key);
    void watchKeys(QWidget* widget);

    Desk& live_;
    const Clock& clock_;
    const map::Scene* scene_;
    ReplayMedia media_;
    api::Incident incident_;
    ReplayLoader loader_;
    std::unique_ptr<ReplayPlayer> player_;
    std::unique_ptr<SpeechFollower> speech_;
    QString problem_;
    QWidget* body_{nullptr}; // its views go before the player's desk
    MapView* map_{nullptr};
    EcgSweep* sweep_{nullptr};
    ReplayBar* bar_{nullptr};
    ReplayEntries* entries_{nullptr};
    std::vector<RecordedTile*> tiles_;
};

} // namespace ems::console
