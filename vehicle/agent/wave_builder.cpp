#include "vehicle/agent/wave_builder.h"

#include <iterator>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"

namespace ems::vehicle {

WaveBuilder::Session WaveBuilder::session_of(const EcgBoxHeader& header, std::uint64_t recording) {
    return {.recording = recording,
            .rate_mhz = header.rate_hz * 1'000,
            .gain_nv = header.gain_nv,
            .lead_mask = header.lead_mask,
            .pleth_rate_mhz = header.pleth_hz * 1'000,
            .simulated = header.simulated};
}

WaveBuilder::Chunk WaveBuilder::chunk_of(const EcgBoxHeader& header, const EcgBlock& block) {
    const std::size_t lead_count = header.lead_count();
    Chunk chunk{.first_sample = block.first_sample,
                .lead_off_mask = block.lead_off_mask & header.lead_mask,
                .leads = std::vector<std::vector<std::int32_t>>(lead_count),
                .pleth_first = block.pleth_first,
                .pleth = {block.pleth.begin(), block.pleth.end()}};
    for (std::size_t lead = 0; lead < lead_count; ++lead) {
        chunk.leads[lead].reserve(block.count);
        for (std::size_t i = 0; i < block.count; ++i) {
            chunk.leads[lead].push_back(block.samples[i * lead_count + lead]);
        }
    }
    return chunk;
}

std::vector<BuiltBatch> WaveBuilder::begin(const Session& session) {
    auto rest = flush();
    session_ = session;
    return rest;
}

bool WaveBuilder::follows(const Chunk& chunk) const {
    const bool leads_follow = open_.first_sample + open_.count == chunk.first_sample &&
                              open_.lead_off_mask == chunk.lead_off_mask;
    const bool pleth_follows = chunk.pleth.empty() || open_.pleth.empty() ||
                               open_.pleth_first_sample + open_.pleth.size() == chunk.pleth_first;
    return leads_follow && pleth_follows;
}

std::vector<BuiltBatch> WaveBuilder::add(const Chunk& chunk, DeviceTime t, Watched watched) {
    std::vector<BuiltBatch> out;
    if (!leads_.empty() && !follows(chunk)) {
        out = flush();
    }
    if (leads_.empty()) {
        leads_.resize(chunk.leads.size());
        open_ = {};
        open_.first_sample = chunk.first_sample;
        open_.lead_off_mask = chunk.lead_off_mask;
        t_us_ = t.us;
    }
    EMS_ASSERT(leads_.size() == chunk.leads.size());
    for (std::size_t lead = 0; lead < leads_.size(); ++lead) {
        leads_[lead].insert(leads_[lead].end(), chunk.leads[lead].begin(), chunk.leads[lead].end());
    }
    open_.count = leads_.empty() ? 0 : static_cast<std::uint32_t>(leads_.front().size());
    if (open_.pleth.empty()) {
        open_.pleth_first_sample = chunk.pleth_first;
    }
    open_.pleth.insert(open_.pleth.end(), chunk.pleth.begin(), chunk.pleth.end());
    const std::uint32_t per_second = session_.rate_mhz / 1'000;
    if (open_.count >= (watched == Watched::yes ? per_second / 5 : per_second)) {
        auto full = flush();
        std::move(full.begin(), full.end(), std::back_inserter(out));
    }
    return out;
}

std::vector<BuiltBatch> WaveBuilder::flush() {
    std::vector<BuiltBatch> out;
    if (open_.count > 0 || !open_.pleth.empty()) {
        open_.recording = session_.recording;
        open_.rate_mhz = session_.rate_mhz;
        open_.lead_mask = session_.lead_mask;
        open_.gain_nv = session_.gain_nv;
        open_.pleth_rate_mhz = open_.pleth.empty() ? 0 : session_.pleth_rate_mhz;
        open_.pleth_first_sample = open_.pleth.empty() ? 0 : open_.pleth_first_sample;
        open_.simulated = session_.simulated;
        for (const auto& lead : leads_) {
            open_.samples.insert(open_.samples.end(), lead.begin(), lead.end());
        }
        auto batch = wire::encode_waves(open_);
        if (batch) {
            out.push_back({std::move(*batch), t_us_});
        } else {
            EMS_LOG(warn, "ecg", "batch dropped: {}", batch.error().message());
        }
    }
    leads_.clear();
    open_ = {};
    return out;
}

} // namespace ems::vehicle
