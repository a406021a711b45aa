// Opens the vehicle's map and looks for the way on a thread of its own, so that no search holds a
// button up. The newest question alone counts. GUI thread only; needs an event loop.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "map/scene/scene.h"
#include "vehicle/terminal/way_finder.h"

#include <QObject>
#include <QString>

namespace ems::terminal {

class WayWorker : public QObject {
    Q_OBJECT
  public:
    enum class MapState : std::uint8_t { opening, open, absent };

    // `dir` is a folder that ems-map wrote; empty: this terminal has no map.
    explicit WayWorker(std::string dir, QObject* parent = nullptr);
    ~WayWorker() override;

    void ask(std::optional<WayFix> fix, std::optional<WayTarget> target);

    [[nodiscard]] MapState mapState() const { return state_; }
    // Why it is absent, in English of the map's reader; empty when none is configured.
    [[nodiscard]] const QString& problem() const { return problem_; }
    // Null before it is open, and where the folder has no picture of its roads.
    [[nodiscard]] const map::Scene* scene() const { return scene_.get(); }
    // Of the newest question that was answered.
    [[nodiscard]] const Guidance& guidance() const { return guidance_; }

  signals:
    void mapOpened();
    void changed();

  private:
    struct Question {
        std::optional<WayFix> fix;
        std::optional<WayTarget> target;
    };
    struct Opened {
        std::unique_ptr<const map::Scene> scene;
        std::string problem;
    };
    void run();
    void take();

    const std::string dir_;
    MapState state_{MapState::opening};
    QString problem_;
    std::unique_ptr<const map::Scene> scene_;
    Guidance guidance_;

    std::mutex mutex_;
    std::condition_variable ready_;
    std::optional<Question> question_;
    std::optional<Opened> opened_;
    std::optional<Guidance> answer_;
    bool stop_{false};
    std::thread thread_; // last: it uses the rest
};

} // namespace ems::terminal
