#include "vehicle/agent/wave_builder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "vehicle/spool/record.h"

namespace ems::vehicle {
namespace {

// Of one batch, so that it fits a record whatever the values are: a difference of two values of 24
// bits takes at most 4 bytes. More than a second of 8 leads at 1,500 Hz.
constexpr std::size_t kWaveValuesMax = 14'000;
constexpr std::size_t kWavePlethMax = 2'000;
constexpr std::size_t kWaveHeadSizeMax = 200;
static_assert(kWaveValuesMax * 4 + kWaveHeadSizeMax <= kRecordBodySizeMax);
static_assert(kWavePlethMax <= wire::kWavePlethCountMax);
static_assert(kWavePlethMax < kWaveValuesMax);

} // namespace

std::size_t WaveBuilder::Chunk::count() const {
    return leads.empty() ? 0 : leads.front().size();
}

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

std::size_t WaveBuilder::values() const {
    return leads_.size() * open_.count + open_.pleth.size();
}

bool WaveBuilder::due(Watched watched) const {
    const auto wanted = [watched](std::uint32_t rate_mhz) {
        const std::uint32_t per_second = rate_mhz / 1'000;
        return watched == Watched::yes ? per_second / 5 : per_second;
    };
    // Where both come, the leads set the pace.
    return open_.count > 0
               ? open_.count >= wanted(session_.rate_mhz)
               : !open_.pleth.empty() && open_.pleth.size() >= wanted(session_.pleth_rate_mhz);
}

// Appends what still fits, from these places on, and moves them.
void WaveBuilder::append(const Chunk& chunk, Place* place) {
    const auto part = [](const std::vector<std::int32_t>& all, std::size_t from,
                         std::size_t count) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
        return std::pair{begin, begin + static_cast<std::ptrdiff_t>(count)};
    };
    const std::size_t pulses =
        std::min({chunk.pleth.size() - place->pleth, kWavePlethMax - open_.pleth.size(),
                  kWaveValuesMax - values()});
    if (open_.pleth.empty()) {
        open_.pleth_first_sample = chunk.pleth_first + place->pleth;
    }
    const auto [pleth_from, pleth_to] = part(chunk.pleth, place->pleth, pulses);
    open_.pleth.insert(open_.pleth.end(), pleth_from, pleth_to);
    place->pleth += pulses;
    if (leads_.empty()) {
        return;
    }
    const std::size_t samples =
        std::min(chunk.count() - place->sample, (kWaveValuesMax - values()) / leads_.size());
    for (std::size_t lead = 0; lead < leads_.size(); ++lead) {
        const auto [from, to] = part(chunk.leads[lead], place->sample, samples);
        leads_[lead].insert(leads_[lead].end(), from, to);
    }
    open_.count += static_cast<std::uint32_t>(samples);
    place->sample += samples;
}

std::vector<BuiltBatch> WaveBuilder::add(const Chunk& chunk, DeviceTime t, Watched watched) {
    std::vector<BuiltBatch> out;
    const auto close = [this, &out] {
        auto full = flush();
        std::move(full.begin(), full.end(), std::back_inserter(out));
    };
    if (is_open_ && !follows(chunk)) {
        close();
    }
    Place place;
    while (place.sample < chunk.count() || place.pleth < chunk.pleth.size()) {
        if (!is_open_) {
            is_open_ = true;
            leads_.resize(chunk.leads.size());
            open_.first_sample = chunk.first_sample + place.sample;
            open_.lead_off_mask = chunk.lead_off_mask;
            t_us_ = t.us;
        }
        EMS_ASSERT(leads_.size() == chunk.leads.size());
        const Place before = place;
        append(chunk, &place);
        if (place == before || due(watched)) { // nothing more fits, or its time has come
            close();
        }
    }
    return out;
}

std::vector<BuiltBatch> WaveBuilder::flush() {
    std::vector<BuiltBatch> out;
    if (is_open_) {
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
    is_open_ = false;
    return out;
}

} // namespace ems::vehicle
