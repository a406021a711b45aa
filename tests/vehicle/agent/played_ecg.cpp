#include "tests/vehicle/agent/played_ecg.h"

#include <cmath>
#include <numbers>

namespace ems::test {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

// Phase is the integral of 5 + sin(2 pi 0.13 t) Hz; the size swells once in three seconds.
double wave_mv(double t_s, std::size_t lead) {
    const double phase = kTurn * 5 * t_s - std::cos(kTurn * 0.13 * t_s) / 0.13;
    const double size = 0.5 + 0.2 * std::sin(kTurn * 0.31 * t_s);
    return size * (1 - 0.06 * static_cast<double>(lead)) * std::sin(phase);
}

} // namespace

PlayedEcg::PlayedEcg(std::uint64_t seed, Oximeter oximeter) : heart_{seed} {
    header_.rate_hz = static_cast<std::uint32_t>(sim::kEcgRateHz);
    header_.pleth_hz = oximeter == Oximeter::fitted ? header_.rate_hz / sim::kPlethDivider : 0;
    header_.simulated = true;
}

void PlayedEcg::set(sim::Rhythm rhythm, double rate_bpm) {
    state_.rhythm = rhythm;
    state_.rate_bpm = rate_bpm;
    heart_.set(state_);
    fibrillates_s_.reset();
}

void PlayedEcg::set_st(const sim::LeadValues& st_mv) {
    state_.st_mv = st_mv;
    heart_.set(state_);
}

void PlayedEcg::fibrillate() {
    set(sim::Rhythm::asystole);
    fibrillates_s_ = 0;
}

vehicle::EcgBlock PlayedEcg::block() {
    vehicle::EcgBlock block;
    block.first_sample = sample_;
    block.count = kBlockSamples;
    block.pleth_first = sample_ / sim::kPlethDivider;
    for (int i = 0; i < kBlockSamples; ++i) {
        const sim::EcgSample sample = heart_.next();
        for (std::size_t lead = 0; lead < sample.mv.size(); ++lead) {
            const double mv =
                sample.mv[lead] + (fibrillates_s_ ? wave_mv(*fibrillates_s_, lead) : 0);
            block.samples.push_back(
                static_cast<std::int16_t>(std::lround(mv * 1e6 / header_.gain_nv)));
        }
        if (fibrillates_s_) {
            *fibrillates_s_ += 1 / sim::kEcgRateHz;
        }
        block.lead_off_mask =
            static_cast<std::uint16_t>(block.lead_off_mask | sample.lead_off_mask);
        if (header_.pleth_hz > 0 && i % sim::kPlethDivider == 0 && !std::isnan(sample.pleth)) {
            block.pleth.push_back(static_cast<std::int16_t>(std::lround(sample.pleth * 1'000)));
        }
    }
    sample_ += kBlockSamples;
    return block;
}

vehicle::WaveBuilder::Chunk PlayedEcg::chunk() {
    return vehicle::WaveBuilder::chunk_of(header_, block());
}

std::string PlayedEcg::bytes(double seconds) {
    std::string out;
    for (long left = std::lround(seconds / kBlockS); left > 0; --left) {
        out += vehicle::encode_ecg_block(header_, block());
    }
    return out;
}

} // namespace ems::test
