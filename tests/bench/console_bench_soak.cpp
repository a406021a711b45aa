// Whether a desk grows under ten-fold traffic.
#include "tests/bench/console_bench.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <malloc.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "console/window/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

namespace ems::bench {
namespace {

constexpr int kUnits = 200;
constexpr int kCases = 40;
constexpr int kStepMs = 100;               // of the ten-fold traffic: what else comes once a second
// Longer than any trail (15 min) or trend (30 min) is kept, and at the same pace: what is kept of a way depends on it.
constexpr int kWarmUpSteps = 20'000;
constexpr std::uint32_t kSamples = 50;     // of 100 ms

double rss_mib() {
    std::ifstream statm{"/proc/self/statm"};
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// What malloc has given out and not got back, large pieces included.
double held_mib() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) / (1 << 20);
}

// Least squares; x in hours.
double slope(const std::vector<std::pair<double, double>>& points) {
    double x = 0, y = 0, xx = 0, xy = 0;
    const auto n = static_cast<double>(points.size());
    for (const auto& [h, mib] : points) {
        x += h;
        y += mib;
        xx += h * h;
        xy += h * mib;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

class Traffic {
  public:
    explicit Traffic(World& world) : world_(world), random_(3) {
        world_.show(county_state(kUnits, kCases, world_.clock.utc_us(), random_));
        world_.desk.selectIncident(1);
        world_.desk.setWatching(true);
        QCoreApplication::processEvents();
    }
    // What a second brings of every kind of message.
    void step(std::chrono::milliseconds passed) {
        world_.clock.advance(passed);
        const std::int64_t now = world_.clock.utc_us();
        ++steps_;
        api::ServerFrame live;
        live.mutable_live()->set_server_us(now);
        for (int i = 1; i <= kUnits; ++i) {
            auto* p = live.mutable_live()->add_positions();
            p->set_unit_id(i);
            p->mutable_place()->set_lat_e7(350'000'000 + static_cast<std::int32_t>((steps_ * 37 + i * 9'001) % 2'000'000));
            p->mutable_place()->set_lon_e7(1'110'000'000 + static_cast<std::int32_t>((steps_ * 53 + i * 7'001) % 2'000'000));
            p->set_received_us(now);
            p->set_device_us(now - 40'000);
            p->set_course_cdeg(static_cast<std::uint32_t>((steps_ * 100) % 36'000));
            p->set_speed_cm_s(1'200);
        }
        world_.feed.push(std::move(live));
        const std::int64_t unit = world_.desk.ecg().unit_id();
        world_.feed.vitals(unit, now);
        world_.feed.wave(unit, static_cast<std::uint64_t>(steps_) * kSamples, kSamples, now);
        api::ServerFrame delta;
        delta.mutable_delta()->set_seq(++seq_);
        delta.mutable_delta()->set_server_us(now);
        auto* incident = delta.mutable_delta()->add_incidents();
        *incident = world_.desk.state().incidents().at(1 + steps_ % kCases);
        incident->set_version(incident->version() + 1);
        incident->set_level(static_cast<std::uint32_t>(1 + steps_ % 4));
        world_.feed.push(std::move(delta));
        alarm(now);
        world_.feed.sent.clear();
        QCoreApplication::processEvents();
    }

  private:
    void alarm(std::int64_t now) {
        api::ServerFrame frame;
        auto* a = frame.mutable_live()->add_alarms();
        a->set_unit_id(1 + steps_ % kUnits);
        a->set_received_us(now);
        a->mutable_alarm()->set_code("hr_low");
        a->mutable_alarm()->set_priority(ems::wire::Alarm::MEDIUM);
        a->mutable_alarm()->set_active(steps_ % 2 == 0);
        world_.feed.push(std::move(frame));
    }
    World& world_;
    std::mt19937 random_;
    std::int64_t steps_{0};
    std::uint64_t seq_{1};
};

} // namespace

void measure_soak(int seconds) {
    World world;
    console::MainWindow window{world.desk, nullptr, nullptr, {}};
    window.show();
    Traffic traffic{world};
    for (int i = 0; i < kWarmUpSteps; ++i) {
        traffic.step(std::chrono::milliseconds{kStepMs});
    }
    std::vector<std::pair<double, double>> rss;
    QElapsedTimer passed;
    passed.start();
    QTimer step;
    step.setTimerType(Qt::PreciseTimer);
    int steps = 0;
    QObject::connect(&step, &QTimer::timeout, &step, [&] {
        traffic.step(std::chrono::milliseconds{kStepMs});
        if (++steps % (5'000 / kStepMs) == 0) {
            rss.emplace_back(static_cast<double>(passed.elapsed()) / 3.6e6, rss_mib());
        }
        if (steps % (60'000 / kStepMs) == 0) { // resident, and of it what the program holds
            std::printf("minute %lld rss %.2f MiB held %.2f MiB\n", static_cast<long long>(passed.elapsed() / 60'000),
                        rss.back().second, held_mib());
        }
    });
    step.start(kStepMs);
    while (passed.elapsed() < seconds * 1'000LL) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    std::printf("steps %d rss %.2f to %.2f MiB\n", steps, rss.front().second, rss.back().second);
    std::printf("figure soak_rss_slope %.3f\n", slope(rss));
}

} // namespace ems::bench
