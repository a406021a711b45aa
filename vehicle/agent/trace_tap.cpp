#include "vehicle/agent/trace_tap.h"

#include <bit>
#include <utility>

#include "telemetry/signal/ecg_leads.h"

namespace ems::vehicle {

void TraceTap::begin(const WaveBuilder::Session& session) {
    // The rhythm lead of every monitor.
    const std::uint32_t second = signal::lead_bit(signal::Lead::II);
    const std::uint32_t first = session.lead_mask & (~session.lead_mask + 1U);
    lead_bit_ = (session.lead_mask & second) != 0 ? second : first;
    lead_place_ = static_cast<std::size_t>(
        std::popcount(session.lead_mask & (lead_bit_ == 0 ? 0U : lead_bit_ - 1U)));
    WaveBuilder::Session one = session;
    one.lead_mask = lead_bit_;
    waves_.begin(one);
    holds_ = false;
}

std::vector<wire::WaveBatch> TraceTap::add(const WaveBuilder::Chunk& chunk, DeviceTime t,
                                           Drawn drawn) {
    std::vector<wire::WaveBatch> out;
    if (drawn == Drawn::no) {
        if (std::exchange(holds_, false)) {
            waves_.flush();
        }
        return out;
    }
    WaveBuilder::Chunk one{.first_sample = chunk.first_sample,
                           .lead_off_mask = chunk.lead_off_mask & lead_bit_,
                           .leads = {},
                           .pleth_first = chunk.pleth_first,
                           .pleth = chunk.pleth};
    if (lead_bit_ != 0 && lead_place_ < chunk.leads.size()) {
        one.leads.push_back(chunk.leads[lead_place_]);
    }
    holds_ = true;
    for (BuiltBatch& built : waves_.add(one, t, Watched::yes)) {
        out.push_back(std::move(built.batch));
    }
    return out;
}

} // namespace ems::vehicle
