#include "tests/bench/qrs_regression.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ems::bench {
namespace {

using signal::kQrsTerms;
using signal::kQrsWeights;
using signal::QrsSays;
using signal::QrsTerms;

constexpr std::size_t kAlways = kQrsTerms - 1; // the constant is held by no ridge
constexpr int kSteps = 50;
constexpr double kStepMost = 4;
constexpr double kStepLeast = 1e-5;

using Column = std::array<double, kQrsTerms>;
using Square = std::array<Column, kQrsTerms>;
using Held = std::array<bool, kQrsTerms>; // terms that weigh 0

struct Slope {
    Column gradient{};
    Square curvature{}; // lower half
};

Slope slope_at(const std::vector<QrsExample>& examples, std::size_t left_out,
               const Column& weights) {
    Slope out;
    for (const QrsExample& example : examples) {
        if (example.record == left_out || example.worth <= 0) {
            continue;
        }
        Column x{};
        double sum = 0;
        for (std::size_t i = 0; i < kQrsTerms; ++i) {
            x[i] = static_cast<double>(example.terms[i]);
            sum += weights[i] * x[i];
        }
        const double worth = static_cast<double>(example.worth);
        const double chance = 1 / (1 + std::exp(-sum));
        const double missing = (static_cast<double>(example.beat) - chance) * worth;
        const double bend = std::max(chance * (1 - chance), 1e-9) * worth;
        for (std::size_t i = 0; i < kQrsTerms; ++i) {
            out.gradient[i] += missing * x[i];
            for (std::size_t j = 0; j <= i; ++j) {
                out.curvature[i][j] += bend * x[i] * x[j];
            }
        }
    }
    return out;
}

// Cholesky; `a` is positive definite, its lower half given.
Column solve(Square a, Column b) {
    for (std::size_t j = 0; j < kQrsTerms; ++j) {
        for (std::size_t i = j; i < kQrsTerms; ++i) {
            double sum = a[i][j];
            for (std::size_t k = 0; k < j; ++k) {
                sum -= a[i][k] * a[j][k];
            }
            a[i][j] = i == j ? std::sqrt(sum) : sum / a[j][j];
        }
    }
    for (std::size_t i = 0; i < kQrsTerms; ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    for (std::size_t i = kQrsTerms; i-- > 0;) {
        for (std::size_t k = i + 1; k < kQrsTerms; ++k) {
            b[i] -= a[k][i] * b[k];
        }
        b[i] /= a[i][i];
    }
    return b;
}

Column fit(const std::vector<QrsExample>& examples, std::size_t left_out, double ridge,
           Column weights, const Held& held) {
    for (std::size_t i = 0; i < kQrsTerms; ++i) {
        weights[i] = held[i] ? 0 : weights[i];
    }
    for (int step = 0; step < kSteps; ++step) {
        Slope slope = slope_at(examples, left_out, weights);
        for (std::size_t i = 0; i < kQrsTerms; ++i) {
            const double own = i == kAlways ? 0 : ridge;
            slope.gradient[i] = held[i] ? 0 : slope.gradient[i] - own * weights[i];
            slope.curvature[i][i] += held[i] ? 1e12 : own + 1e-6;
        }
        const Column move = solve(slope.curvature, slope.gradient);
        double most = 0;
        for (const double one : move) {
            most = std::max(most, std::fabs(one));
        }
        const double share = most > kStepMost ? kStepMost / most : 1;
        for (std::size_t i = 0; i < kQrsTerms; ++i) {
            weights[i] += held[i] ? 0 : share * move[i];
        }
        if (most < kStepLeast) {
            break;
        }
    }
    return weights;
}

bool contradicts(QrsSays says, double weight) {
    return (says == QrsSays::beat && weight < 0) || (says == QrsSays::no_beat && weight > 0);
}

} // namespace

QrsTerms fit_qrs_weights(const std::vector<QrsExample>& examples, std::size_t left_out,
                         double ridge, const QrsTerms& start) {
    Column weights{};
    std::copy(start.begin(), start.end(), weights.begin());
    Held held{};
    for (bool again = true; again;) {
        weights = fit(examples, left_out, ridge, weights, held);
        again = false;
        for (std::size_t i = 0; i < kQrsTerms; ++i) {
            if (!held[i] && contradicts(kQrsWeights[i].says, weights[i])) {
                held[i] = again = true;
            }
        }
    }
    QrsTerms out{};
    std::transform(weights.begin(), weights.end(), out.begin(),
                   [](double weight) { return static_cast<float>(weight); });
    return out;
}

} // namespace ems::bench
