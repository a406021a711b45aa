// What a frame costs the GUI thread, with its way to the display as far as this thread goes it.
#include "tests/bench/console_bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <vector>

#include "console/widgets/ecg_sweep.h"
#include "console/widgets/map_view.h"
#include "console/widgets/queue_view.h"
#include "console/widgets/video_tile.h"
#include "map/scene/scene.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QKeyEvent>

namespace ems::bench {
namespace {

using namespace console;
using Steady = std::chrono::steady_clock;

constexpr int kScreenWidth = 1920;
constexpr int kScreenHeight = 1080;
constexpr int kFrames = 120;
constexpr int kRoads = 5'000;
constexpr int kRoadPoints = 11;

double thread_cpu_s() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

// What passed, and how much of it this thread ran: they part on a machine that does other things.
struct Took {
    double ms;
    double cpu_ms;
};
Took took(const std::function<void()>& act) {
    const auto before = Steady::now();
    const double cpu_before_s = thread_cpu_s();
    act();
    return {std::chrono::duration<double, std::milli>(Steady::now() - before).count(),
            (thread_cpu_s() - cpu_before_s) * 1'000};
}

// `share` 0.5: the median; 1: the longest.
void print_figure(const char* name, const std::vector<Took>& all, double share) {
    const auto at = [&](auto member) {
        std::vector<double> values;
        for (const Took& one : all) {
            values.push_back(one.*member);
        }
        std::sort(values.begin(), values.end());
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    std::printf("figure %s %.3f (of this thread %.3f)\n", name, at(&Took::ms), at(&Took::cpu_ms));
}

// 50,000 segments of roads of four classes in a county of 60 by 60 km.
map::Scene county_ground() {
    std::mt19937 random{11};
    map::Scene scene;
    map::SceneBand band;
    band.metres_per_pixel_max = 1e9;
    std::uniform_real_distribution<double> place{0, 1};
    for (int road = 0; road < kRoads; ++road) {
        map::SceneLine line;
        line.kind = map::SceneLineKind::road;
        line.road_class = road % 40 == 0   ? map::RoadClass::national
                          : road % 10 == 0 ? map::RoadClass::provincial
                          : road % 3 == 0  ? map::RoadClass::township
                                           : map::RoadClass::village;
        line.point_first = static_cast<std::uint32_t>(band.points.size());
        line.point_count = kRoadPoints;
        double lat = 34.8 + 0.54 * place(random);
        double lon = 110.6 + 0.66 * place(random);
        double course = 6.28 * place(random);
        for (int i = 0; i < kRoadPoints; ++i) {
            const map::PointE7 p{static_cast<std::int32_t>(lat * 1e7), static_cast<std::int32_t>(lon * 1e7)};
            band.points.push_back(p);
            line.box.add(p);
            course += 0.4 * (place(random) - 0.5);
            lat += 0.003 * std::cos(course);
            lon += 0.003 * std::sin(course);
        }
        band.lines.push_back(line);
    }
    scene.bands.push_back(std::move(band));
    scene.bounds = {{348'000'000, 1'106'000'000}, {353'400'000, 1'112'600'000}};
    return scene;
}

struct MapOnScreen {
    MapOnScreen(int units, const map::Scene& scene) : map{world.desk} {
        std::mt19937 random{7};
        map.resize(kScreenWidth, kScreenHeight);
        map.setScene(&scene);
        map.show();
        world.show(county_state(units, 0, world.clock.utc_us(), random));
        while (!map.hasGround()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
    }
    World world;
    MapView map;
};

void measure_map(const char* name, int units, const map::Scene& scene) {
    MapOnScreen on{units, scene};
    std::vector<Took> frames;
    for (int i = 0; i < kFrames; ++i) {
        frames.push_back(took([&] { on.map.repaint(); }));
    }
    print_figure(name, frames, 0.5);
}

// A minute of 30 frames a second as a hand on the keys makes them; counted is what the GUI thread needs for each.
void measure_pan(const map::Scene& scene) {
    constexpr int kMinute = 1'800;
    MapOnScreen on{200, scene};
    std::vector<Took> frames;
    const std::vector<int> keys{Qt::Key_Right, Qt::Key_Right, Qt::Key_Down, Qt::Key_Plus, Qt::Key_Plus,
                                Qt::Key_Left,  Qt::Key_Minus, Qt::Key_Up,   Qt::Key_Minus};
    for (int i = 0; i < kMinute; ++i) {
        frames.push_back(took([&] {
            QKeyEvent key{QEvent::KeyPress, keys[static_cast<std::size_t>(i) % keys.size()], Qt::NoModifier};
            QCoreApplication::sendEvent(&on.map, &key);
            QCoreApplication::processEvents();
            on.map.repaint();
        }));
    }
    print_figure("map_frame_max_pan", frames, 1);
}

void measure_queue() {
    constexpr int kRows = 10'000;
    constexpr int kChanges = 50;
    std::mt19937 random{7};
    World world;
    QueueView queue{world.desk};
    queue.resize(436, 440);
    queue.show();
    world.show(county_state(200, kRows, world.clock.utc_us(), random));
    std::vector<Took> updates;
    for (int i = 0; i < kChanges; ++i) {
        api::ServerFrame frame;
        auto* d = frame.mutable_delta();
        d->set_seq(static_cast<std::uint64_t>(i) + 2);
        auto* incident = d->add_incidents();
        *incident = world.desk.state().incidents().at(1 + i * 191);
        incident->set_version(incident->version() + 1);
        incident->set_level(1 + (incident->level() % 4));
        updates.push_back(took([&] {
            world.feed.push(frame);
            QCoreApplication::processEvents();
            queue.repaint();
        }));
    }
    if (queue.rowCount() < kRows) {
        std::fprintf(stderr, "ems-bench-console: the queue shows %d rows\n", queue.rowCount());
        std::exit(1);
    }
    print_figure("queue_10k_update", updates, 0.5);
}

// Four patients of twelve leads, each frame a sixtieth of a second of signal.
void measure_ecg() {
    constexpr int kPatients = 4;
    constexpr int kEcgFrames = 1'200;
    constexpr int kFramesHz = 60;
    constexpr int kFramesOfBatch = 6; // 100 ms
    constexpr std::uint32_t kBatchSamples = 50;
    std::vector<std::unique_ptr<World>> worlds;
    std::vector<std::unique_ptr<EcgSweep>> sweeps;
    for (int i = 0; i < kPatients; ++i) {
        worlds.push_back(std::make_unique<World>());
        World& w = *worlds.back();
        w.feed.snapshot(w.clock.utc_us());
        QCoreApplication::processEvents();
        w.desk.selectIncident(10);
        w.desk.setWatching(true);
        sweeps.push_back(std::make_unique<EcgSweep>(w.desk));
        sweeps.back()->resize(1012, 412);
        sweeps.back()->show();
    }
    QCoreApplication::processEvents();
    double cpu_s = 0;
    for (int frame = 0; frame < kEcgFrames; ++frame) {
        if (frame % kFramesOfBatch == 0) {
            for (const auto& w : worlds) {
                w->feed.wave(4, static_cast<std::uint64_t>(frame / kFramesOfBatch) * kBatchSamples, kBatchSamples,
                             w->clock.utc_us());
            }
            QCoreApplication::processEvents();
        }
        const double before = thread_cpu_s();
        for (std::size_t i = 0; i < kPatients; ++i) {
            sweeps[i]->advance(worlds[i]->desk.monotonicS());
        }
        QCoreApplication::processEvents(); // what is to be painted is painted
        cpu_s += thread_cpu_s() - before;
        for (const auto& w : worlds) {
            w->clock.advance(std::chrono::microseconds{1'000'000 / kFramesHz});
        }
    }
    if (sweeps.front()->drawnS() < 15) {
        std::fprintf(stderr, "ems-bench-console: the sweep drew %.1f s\n", sweeps.front()->drawnS());
        std::exit(1);
    }
    std::printf("figure ecg_48_traces_core_share %.3f\n", 100 * cpu_s * kFramesHz / kEcgFrames);
}

// Pictures that are there already: what is measured is their painting.
class MadePictures : public VideoSource {
  public:
    explicit MadePictures(const Clock& clock) : clock_(clock) {
        for (int i = 0; i < kRateHz; ++i) {
            QImage picture{640, 360, QImage::Format_RGB32};
            picture.fill(qRgb(i * 9, 120, 255 - i * 9));
            pictures_.push_back(std::move(picture));
        }
        since_.start();
    }
    void open(const api::VideoGrant& /*grant*/) override {}
    void close() override {}
    std::optional<VideoPicture> take() override {
        const auto due = static_cast<std::uint64_t>(since_.elapsed() * kRateHz / 1'000);
        if (due == taken_) {
            return std::nullopt;
        }
        taken_ = due;
        return VideoPicture{pictures_[taken_ % pictures_.size()], taken_, clock_.utc_us()};
    }
    [[nodiscard]] VideoFigures figures() const override { return {990, 10, 250'000, 230'000, false, true, {}}; }

  private:
    static constexpr int kRateHz = 25;
    const Clock& clock_;
    std::vector<QImage> pictures_;
    QElapsedTimer since_;
    std::uint64_t taken_{0};
};

// Four tiles of a case's cameras; percent of a core that the GUI thread takes for `ms`.
struct TilesOnScreen {
    explicit TilesOnScreen(QSize size) {
        constexpr std::size_t kTiles = 4;
        world.feed.snapshot(world.clock.utc_us());
        QCoreApplication::processEvents();
        for (std::size_t i = 0; i < kTiles; ++i) {
            sources.push_back(std::make_unique<MadePictures>(world.clock));
            tiles.push_back(std::make_unique<VideoTile>(world.desk, sources.back().get()));
            tiles.back()->setChannel(CameraChannel{4, 10, "cabin"});
            tiles.back()->resize(size);
            tiles.back()->show();
        }
    }
    double percent(std::int64_t ms) {
        const std::uint64_t painted_before = world.desk.state().stats().video_frames;
        QElapsedTimer passed;
        passed.start();
        const double before = thread_cpu_s();
        while (passed.elapsed() < ms) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        const double cpu_s = thread_cpu_s() - before;
        painted = world.desk.state().stats().video_frames - painted_before;
        return 100 * cpu_s * 1'000 / static_cast<double>(passed.elapsed());
    }
    World world;
    std::vector<std::unique_ptr<MadePictures>> sources;
    std::vector<std::unique_ptr<VideoTile>> tiles;
    std::uint64_t painted{0};
};

void measure_video() {
    constexpr std::int64_t kMs = 10'000;
    constexpr std::int64_t kAsideMs = 4'000;
    TilesOnScreen on{{640, 360}};
    const double live = on.percent(kMs);
    if (on.tiles.front()->pictureAgeS() > 1 || on.world.desk.isStale()) {
        std::fprintf(stderr, "ems-bench-console: the pictures were not painted as live ones\n");
        std::exit(1);
    }
    std::printf("figure video_4_tiles_core_share %.3f\n", live);
    std::printf("painted %llu pictures in %lld s\n", static_cast<unsigned long long>(on.painted),
                static_cast<long long>(kMs / 1'000));
    // Those of a server that was lost go on coming, grey; those of another size are scaled.
    on.world.feed.link(console::LinkChange::State::down);
    QCoreApplication::processEvents();
    std::printf("aside video_4_tiles_server_lost %.3f\n", on.percent(kAsideMs));
    for (const QSize size : {QSize{316, 178}, QSize{956, 538}}) {
        std::printf("aside video_4_tiles_%dx%d %.3f\n", size.width(), size.height(),
                    TilesOnScreen{size}.percent(kAsideMs));
    }
}

} // namespace

void measure_painting() {
    const map::Scene ground = county_ground();
    measure_map("map_frame_10k_units", 10'000, ground);
    measure_map("map_frame_county", 200, ground);
    measure_pan(ground);
    measure_queue();
    measure_ecg();
    measure_video();
}

} // namespace ems::bench
