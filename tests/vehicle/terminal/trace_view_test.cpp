// The live trace on the patient's page, against a peer that sends it as ems-vehicled does.
#include "tests/vehicle/terminal/crew_peer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <QImage>

#include "telemetry/wire/waveform.h"

namespace ems::terminal {
namespace {

constexpr std::uint32_t kSecond = signal::lead_bit(signal::Lead::II);
constexpr double kPi = 3.14159265358979;

class TraceViewTest : public TerminalTest {
  protected:
    void SetUp() override {
        TerminalTest::SetUp();
        give_order();
        peer_->status.set_order_accepted(true);
        peer_->status.set_state(wire::UNIT_TRANSPORTING);
        peer_->status.set_ecg_leads(12);
        reach([&] { return vehicle_->everHeard(); });
    }
    // 72 beats a minute: P, QRS, T as bells.
    static double beat_mv(double s) {
        const double t = std::fmod(s, 60.0 / 72);
        const auto bell = [t](double at, double wide, double mv) {
            return mv * std::exp(-(t - at) * (t - at) / (2 * wide * wide));
        };
        return bell(0.10, 0.020, 0.12) + bell(0.24, 0.006, -0.10) + bell(0.26, 0.008, 1.2) +
               bell(0.285, 0.008, -0.25) + bell(0.48, 0.040, 0.28);
    }
    // The next fifth of a second of the vehicle's clock and of its ECG.
    void live(std::uint32_t off = 0) {
        clock_.advance(std::chrono::milliseconds{200});
        wire::WaveBlock block{.recording = 3,
                              .rate_mhz = 500'000,
                              .lead_mask = kSecond,
                              .first_sample = sample_,
                              .count = 100,
                              .gain_nv = 1'000,
                              .lead_off_mask = off,
                              .samples = {},
                              .pleth = {},
                              .simulated = true};
        block.pleth_rate_mhz = 100'000;
        block.pleth_first_sample = sample_ / 5;
        for (std::uint64_t i = 0; i < 100; ++i) {
            const double s = static_cast<double>(sample_ + i) / 500;
            block.samples.push_back(static_cast<std::int32_t>(beat_mv(s) * 1'000));
        }
        for (std::uint64_t i = 0; i < 20; ++i) {
            const double s = static_cast<double>(sample_ / 5 + i) / 100;
            block.pleth.push_back(static_cast<std::int32_t>(500 * std::sin(2 * kPi * s * 1.2)));
        }
        sample_ += 100;
        int heard = 0;
        const auto connection = QObject::connect(vehicle_.get(), &VehicleSocket::traced, [&] { ++heard; });
        peer_->pushTrace(*wire::encode_waves(block));
        ASSERT_TRUE(QTest::qWaitFor([&] { return heard > 0; }, 15'000));
        QObject::disconnect(connection);
        trace().advance();
    }
    void miss() {
        clock_.advance(std::chrono::milliseconds{200});
        sample_ += 100;
        trace().advance();
    }
    TraceView& trace() { return window_->patientPage().trace(); }
    // Columns of the trace, within the ECG's strip, that have ink.
    std::vector<bool> inked() {
        const QImage image = trace().image();
        const QRgb ground = theme_.color(console::Token::bg_field).rgb();
        std::vector<bool> out;
        for (int x = 40; x < image.width(); ++x) {
            bool ink = false;
            for (int y = 26; y < image.height() * 2 / 3 - 8; ++y) {
                ink = ink || image.pixel(x, y) != ground;
            }
            out.push_back(ink);
        }
        return out;
    }
    std::uint64_t sample_{0};
};

TEST_F(TraceViewTest, IsAskedForOnlyWhileItsPageIsShown) {
    EXPECT_FALSE(peer_->trace_asked);
    window_->showPage(Page::patient);
    reach([&] { return peer_->trace_asked; });
    window_->showPage(Page::task);
    reach([&] { return !peer_->trace_asked; });
}

TEST_F(TraceViewTest, SweepsTheLeadAndSaysWhatItIs) {
    window_->showPage(Page::patient);
    for (int i = 0; i < 40; ++i) {
        live();
    }
    EXPECT_EQ(trace().note(), QString{});
    EXPECT_TRUE(trace().caption().contains(QStringLiteral("25 mm/s"))) << trace().caption().toStdString();
    EXPECT_TRUE(trace().caption().contains(QStringLiteral("不作 ST 诊断")));
    const auto ink = inked();
    EXPECT_GT(std::count(ink.begin(), ink.end(), true), static_cast<long>(ink.size()) * 4 / 5);
    shoot(QStringLiteral("crew-24-trace.png"));
    theme_.setMode(console::ThemeMode::day);
    for (int i = 0; i < 20; ++i) {
        live();
    }
    shoot(QStringLiteral("crew-25-trace-day.png"));
}

TEST_F(TraceViewTest, LeavesAGapWhereNothingCame) {
    window_->showPage(Page::patient);
    for (int i = 0; i < 8; ++i) {
        live();
    }
    miss();
    miss();
    for (int i = 0; i < 8; ++i) {
        live();
    }
    const auto ink = inked();
    const auto last = std::find(ink.rbegin(), ink.rend(), true);
    const auto tail = static_cast<int>(std::distance(ink.rbegin(), last));
    int inner = 0; // between two stretches of trace
    int run = 0;
    bool before = false;
    for (std::size_t i = 0; i + static_cast<std::size_t>(tail) < ink.size(); ++i) {
        before = before || ink[i];
        run = ink[i] || !before ? 0 : run + 1;
        inner = std::max(inner, run);
    }
    // 0.4 s at 25 mm/s and 96 dpi are 38 px.
    EXPECT_NEAR(inner, 38, 8);
    shoot(QStringLiteral("crew-26-trace-gap.png"));
}

TEST_F(TraceViewTest, AnElectrodeThatIsOffIsADashedLineAndSaid) {
    window_->showPage(Page::patient);
    for (int i = 0; i < 20; ++i) {
        live(i < 8 ? 0 : kSecond);
    }
    EXPECT_EQ(trace().note(), QStringLiteral("导联脱落"));
    const auto ink = inked();
    const auto columns = std::count(ink.begin(), ink.end(), true);
    EXPECT_GT(columns, 200) << "1.6 s of trace are 151 columns";
    EXPECT_LT(columns, 330) << "of 3.5 s: dashed";
    shoot(QStringLiteral("crew-27-trace-off.png"));
}

TEST_F(TraceViewTest, StandsStillAndSaysSinceWhenWhereNothingComes) {
    window_->showPage(Page::patient);
    for (int i = 0; i < 20; ++i) {
        live();
    }
    for (int i = 0; i < 10; ++i) {
        miss();
    }
    EXPECT_TRUE(trace().note().contains(QStringLiteral("2 s"))) << trace().note().toStdString();
    const QImage before = trace().image();
    miss();
    EXPECT_EQ(trace().image(), before);
    shoot(QStringLiteral("crew-28-trace-stopped.png"));
}

} // namespace
} // namespace ems::terminal
