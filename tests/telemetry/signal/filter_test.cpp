#include "telemetry/signal/filter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kRates[]{125, 128, 250, 360, 500, 1000};

EcgFilter design(double rate_hz, EcgBand band, Mains mains = Mains::as_recorded) {
    Result<EcgFilter> filter = EcgFilter::design(rate_hz, band, mains);
    EXPECT_TRUE(filter);
    return *filter;
}

std::vector<double> run(const EcgFilter& filter, const std::vector<double>& in) {
    EcgFilter::State state;
    std::vector<double> out;
    for (const double x : in) {
        out.push_back(filter.step(state, x));
    }
    return out;
}

// Gaussians of R and S as the simulator draws them; `at_s` is the R peak.
double qrs(double t_s, double at_s) {
    const auto wave = [&](double centre_s, double mv) {
        const double x = (t_s - at_s - centre_s) / 0.010;
        return mv * std::exp(-x * x / 2);
    };
    return wave(-0.030, -0.10) + wave(0, 1.6) + wave(0.030, -0.30);
}

std::vector<double> one_qrs(double rate_hz, double seconds, double at_s) {
    std::vector<double> out;
    for (double i = 0; i < seconds * rate_hz; ++i) {
        out.push_back(qrs(i / rate_hz, at_s));
    }
    return out;
}

double largest(const std::vector<double>& values, double rate_hz, double from_s, double to_s) {
    double most = 0;
    const auto end = static_cast<std::size_t>(to_s * rate_hz);
    for (auto i = static_cast<std::size_t>(from_s * rate_hz); i < end; ++i) {
        most = std::max(most, std::abs(values.at(i)));
    }
    return most;
}

TEST(EcgFilter, MonitorBandHasItsCornersAtEveryRate) {
    for (const double rate_hz : kRates) {
        const EcgFilter filter = design(rate_hz, EcgBand::monitor);
        EXPECT_NEAR(filter.gain(0.5), std::sqrt(0.5), 0.005) << rate_hz;
        EXPECT_NEAR(filter.gain(40), std::sqrt(0.5), 0.005) << rate_hz;
        EXPECT_GT(filter.gain(5), 0.98) << rate_hz;
    }
}

TEST(EcgFilter, DiagnosticBandHasItsCornersWhereTheRateCarriesThem) {
    for (const double rate_hz : {500.0, 1000.0}) {
        const EcgFilter filter = design(rate_hz, EcgBand::diagnostic);
        EXPECT_NEAR(filter.gain(0.05), std::sqrt(0.5), 0.005) << rate_hz;
        EXPECT_NEAR(filter.gain(150), std::sqrt(0.5), 0.005) << rate_hz;
        EXPECT_EQ(filter.upper_hz(), 150);
        EXPECT_TRUE(filter.is_diagnostic());
    }
}

TEST(EcgFilter, ARateBelow500HzIsNeverCalledDiagnostic) {
    const EcgFilter filter = design(360, EcgBand::diagnostic);
    EXPECT_FALSE(filter.is_diagnostic());
    EXPECT_EQ(filter.upper_hz(), 144); // the recorder's own edge, not 150
}

TEST(EcgFilter, NotchTakesTheMainsAndItsDriftAndLeavesTheRest) {
    for (const double rate_hz : kRates) {
        const EcgFilter filter = design(rate_hz, EcgBand::diagnostic, Mains::notch_50_hz);
        EXPECT_LT(filter.gain(50), 1e-6) << rate_hz;
        EXPECT_LT(filter.gain(49.5), 0.26) << rate_hz;
        EXPECT_LT(filter.gain(50.5), 0.26) << rate_hz;
        EXPECT_GT(filter.gain(20), 0.97) << rate_hz;
        EXPECT_GT(filter.gain(30), 0.97) << rate_hz;
    }
}

// IEC 60601-2-25, 201.12.4.107: behind 3 mV for 100 ms at most 0.1 mV, sloping at most 0.3 mV/s.
TEST(EcgFilter, DiagnosticBandPassesTheImpulseTestOfTheElectrocardiographStandard) {
    const EcgFilter filter = design(500, EcgBand::diagnostic);
    std::vector<double> in(1000, 0.0);
    std::fill(in.begin() + 500, in.begin() + 550, 3.0);
    const std::vector<double> out = run(filter, in);
    EXPECT_LE(largest(out, 500, 1.12, 1.99), 0.1);
    EXPECT_LE(std::abs(out[600] - out[650]) / 0.1, 0.3);
}

// Why ST is refused in the monitor band, as a number.
TEST(EcgFilter, MonitorBandShiftsTheLevelBehindAQrsAndTheDiagnosticBandHardly) {
    const std::vector<double> in = one_qrs(500, 2, 1);
    const std::vector<double> diagnostic = run(design(500, EcgBand::diagnostic), in);
    const std::vector<double> monitor = run(design(500, EcgBand::monitor), in);
    EXPECT_LT(largest(diagnostic, 500, 1.08, 1.2), 0.011);
    EXPECT_GT(largest(monitor, 500, 1.08, 1.2), 0.05);
}

TEST(EcgFilter, GroupDelayIsTheMeasuredDelayOfABurst) {
    for (const EcgBand band : {EcgBand::diagnostic, EcgBand::monitor}) {
        const EcgFilter filter = design(500, band);
        for (const double hz : {8.0, 15.0, 25.0}) {
            std::vector<double> in;
            for (double i = 0; i < 2000; ++i) {
                const double t_s = i / 500 - 2;
                in.push_back(std::sin(2 * kPi * hz * t_s) * std::exp(-t_s * t_s / (2 * 0.16)));
            }
            const std::vector<double> out = run(filter, in);
            // The envelope of a narrow burst is delayed by the group delay: centroid of its energy.
            double energy = 0;
            double moment = 0;
            for (std::size_t i = 0; i < out.size(); ++i) {
                energy += out[i] * out[i];
                moment += out[i] * out[i] * (static_cast<double>(i) / 500 - 2);
            }
            EXPECT_NEAR(moment / energy, filter.group_delay_s(hz), 0.0005) << hz;
        }
    }
}

TEST(EcgFilter, GroupDelayIsEvenOverTheBandOfAQrs) {
    for (const double rate_hz : {250.0, 500.0, 1000.0}) {
        const EcgFilter monitor = design(rate_hz, EcgBand::monitor);
        const EcgFilter diagnostic = design(rate_hz, EcgBand::diagnostic);
        for (double hz = 8; hz <= 40; hz += 1) {
            EXPECT_NEAR(monitor.group_delay_s(hz), 0.0085, 0.0015) << rate_hz << " " << hz;
            EXPECT_LT(std::abs(diagnostic.group_delay_s(hz)), 0.0015) << rate_hz << " " << hz;
        }
    }
}

// The step's overshoot is that of the low-pass alone, 1.3 %; a Butterworth pair has 4.3 %.
TEST(EcgFilter, LowPassesDoNotRing) {
    for (const EcgBand band : {EcgBand::diagnostic, EcgBand::monitor}) {
        const EcgFilter filter = design(1000, band);
        std::vector<double> in(1000, 0.0);
        std::fill(in.begin() + 500, in.end(), 1.0);
        const std::vector<double> out = run(filter, in);
        EXPECT_LT(*std::max_element(out.begin(), out.end()), 1.02);
        EXPECT_GT(*std::min_element(out.begin(), out.begin() + 560), -1e-9);
    }
}

TEST(EcgFilter, NotchRingsLittleBehindAQrsAndNotForLong) {
    const std::vector<double> in = one_qrs(500, 2, 1);
    const std::vector<double> plain = run(design(500, EcgBand::diagnostic), in);
    std::vector<double> ring = run(design(500, EcgBand::diagnostic, Mains::notch_50_hz), in);
    for (std::size_t i = 0; i < ring.size(); ++i) {
        ring[i] -= plain[i];
    }
    EXPECT_LT(largest(ring, 500, 1.08, 1.99), 0.02); // 0.2 mm on paper, under a QRS of 1.6 mV
    EXPECT_LT(largest(ring, 500, 1.25, 1.99), 0.003);
}

TEST(EcgFilter, StartsAtRestWhateverTheElectrodesOffset) {
    for (const double rate_hz : kRates) {
        const EcgFilter filter = design(rate_hz, EcgBand::monitor, Mains::notch_50_hz);
        EXPECT_LT(largest(run(filter, std::vector<double>(2000, 300.0)), rate_hz, 0, 2), 1e-6);
    }
}

TEST(EcgFilter, RefusesARateItIsNotMadeFor) {
    for (const double rate_hz :
         {0.0, -1.0, 124.9, 1000.1, std::numeric_limits<double>::quiet_NaN()}) {
        const auto filter = EcgFilter::design(rate_hz, EcgBand::monitor, Mains::as_recorded);
        ASSERT_FALSE(filter) << rate_hz;
        EXPECT_EQ(filter.error().code, Code::out_of_range);
    }
}

} // namespace
} // namespace ems::signal
