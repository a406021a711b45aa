#include "vehicle/terminal/way_worker.h"

#include "telemetry/base/log.h"

#include <utility>

namespace ems::terminal {

WayWorker::WayWorker(std::string dir, QObject* parent) : QObject(parent), dir_(std::move(dir)) {
    if (dir_.empty()) {
        state_ = MapState::absent;
        return;
    }
    thread_ = std::thread{[this] { run(); }};
}

WayWorker::~WayWorker() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    ready_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void WayWorker::ask(std::optional<WayFix> fix, std::optional<WayTarget> target) {
    if (state_ == MapState::absent) {
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        question_ = Question{std::move(fix), std::move(target)};
    }
    ready_.notify_one();
}

void WayWorker::run() {
    Result<map::RoadGraph> graph = map::RoadGraph::open(dir_ + "/roads.graph");
    Opened opened;
    if (!graph) {
        opened.problem = graph.error().message();
    } else if (auto scene = map::load_scene(dir_ + "/scene.bin")) {
        opened.scene = std::make_unique<const map::Scene>(std::move(*scene));
    } else {
        EMS_LOG(warn, "crew", "the map has no picture of its roads: {}", scene.error().message());
    }
    std::optional<WayFinder> finder;
    if (graph) {
        finder.emplace(std::move(*graph));
    }
    {
        const std::lock_guard lock{mutex_};
        opened_ = std::move(opened);
    }
    QMetaObject::invokeMethod(this, &WayWorker::take, Qt::QueuedConnection);
    while (finder) {
        Question question;
        {
            std::unique_lock lock{mutex_};
            ready_.wait(lock, [this] { return stop_ || question_.has_value(); });
            if (stop_) {
                return;
            }
            question = *std::exchange(question_, std::nullopt);
        }
        Guidance answer = finder->update(question.fix, question.target);
        {
            const std::lock_guard lock{mutex_};
            answer_ = std::move(answer);
        }
        QMetaObject::invokeMethod(this, &WayWorker::take, Qt::QueuedConnection);
    }
}

void WayWorker::take() {
    std::optional<Opened> opened;
    std::optional<Guidance> answer;
    {
        const std::lock_guard lock{mutex_};
        opened = std::exchange(opened_, std::nullopt);
        answer = std::exchange(answer_, std::nullopt);
    }
    if (opened) {
        state_ = opened->problem.empty() ? MapState::open : MapState::absent;
        problem_ = QString::fromStdString(opened->problem);
        scene_ = std::move(opened->scene);
        if (state_ == MapState::absent) {
            EMS_LOG(warn, "crew", "no map: {}", opened->problem);
        }
        emit mapOpened();
    }
    if (answer) {
        guidance_ = std::move(*answer);
        emit changed();
    }
}

} // namespace ems::terminal
