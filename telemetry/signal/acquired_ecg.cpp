#include "telemetry/signal/acquired_ecg.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "telemetry/signal/ecg/qrs_detector.h"

namespace ems::signal {
namespace {

constexpr std::size_t kLeadII = static_cast<std::size_t>(Lead::II);

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool is_derived(const std::string& name) {
    return name == "iii" || name == "avr" || name == "avl" || name == "avf";
}

// Channels of a monitor that are no ECG.
bool is_other_channel(const std::string& name) {
    return name == "pleth" || name == "abp" || name == "resp" || name == "art" || name == "co2";
}

std::vector<float> in_mv(const WfdbRecord& record, std::size_t index) {
    const WfdbSignal& one = record.header.signals[index];
    const double mv_per_unit = wfdb_nv_per_unit(one) * 1e-6;
    std::vector<float> out;
    out.reserve(record.samples[index].size());
    for (const std::int32_t sample : record.samples[index]) {
        out.push_back(sample == one.invalid_value()
                          ? std::numeric_limits<float>::quiet_NaN()
                          : static_cast<float>((sample - one.baseline) * mv_per_unit));
    }
    return out;
}

// The signal of a derived lead, to rebuild II from I and III.
std::size_t find_lead(const WfdbRecord& record, std::string_view name) {
    for (std::size_t i = 0; i < record.header.signals.size(); ++i) {
        if (!record.samples.at(i).empty() && lower(record.header.signals[i].description) == name) {
            return i;
        }
    }
    return WfdbLeadPlaces::kNone;
}

} // namespace

std::size_t AcquiredEcg::samples() const {
    std::size_t most = 0;
    for (const auto& lead : mv) {
        most = std::max(most, lead.size());
    }
    return most;
}

std::uint32_t AcquiredEcg::lead_mask() const {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < mv.size(); ++i) {
        mask |= mv[i].empty() ? 0U : 1U << i;
    }
    return mask;
}

std::vector<float> AcquiredEcg::shown(ShownLead lead) const {
    std::vector<float> out;
    if ((leads_needed(lead) & ~lead_mask()) != 0) {
        return out;
    }
    out.reserve(samples());
    std::array<double, kAcquiredLeads> acquired{};
    for (std::size_t t = 0; t < samples(); ++t) {
        for (std::size_t i = 0; i < mv.size(); ++i) {
            acquired[i] = mv[i].empty() ? 0 : static_cast<double>(mv[i][t]);
        }
        out.push_back(static_cast<float>(shown_value(lead, acquired)));
    }
    return out;
}

AcquiredEcg AcquiredEcg::part(std::size_t from, std::size_t count) const {
    AcquiredEcg out;
    out.rate_hz = rate_hz;
    const std::size_t begin = std::min(from, samples());
    const std::size_t end = begin + std::min(count, samples() - begin);
    for (std::size_t i = 0; i < mv.size(); ++i) {
        if (!mv[i].empty()) {
            out.mv[i].assign(mv[i].begin() + static_cast<std::ptrdiff_t>(begin),
                             mv[i].begin() + static_cast<std::ptrdiff_t>(end));
        }
    }
    return out;
}

double wfdb_nv_per_unit(const WfdbSignal& signal) {
    if (signal.gain <= 0) {
        return 0;
    }
    if (signal.units == "uV") {
        return 1e3 / signal.gain;
    }
    if (signal.units == "V") {
        return 1e9 / signal.gain;
    }
    return 1e6 / signal.gain;
}

WfdbLeadPlaces place_wfdb_leads(const WfdbRecord& record) {
    WfdbLeadPlaces places;
    places.signal.fill(WfdbLeadPlaces::kNone);
    places.other = WfdbLeadPlaces::kNone;
    places.pleth = WfdbLeadPlaces::kNone;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < record.header.signals.size(); ++i) {
        const WfdbSignal& one = record.header.signals[i];
        const std::string name = lower(one.description);
        if (record.samples.at(i).empty()) {
            continue;
        }
        if (name == "pleth") {
            places.pleth = places.pleth == WfdbLeadPlaces::kNone ? i : places.pleth;
            continue;
        }
        if (is_derived(name) || is_other_channel(name) || wfdb_nv_per_unit(one) <= 0) {
            continue;
        }
        const auto lead = parse_lead(one.description);
        const std::size_t bit = lead             ? static_cast<std::size_t>(*lead)
                                : name == "mlii" ? kLeadII
                                                 : kAcquiredLeads;
        if (bit < kAcquiredLeads && places.signal[bit] == WfdbLeadPlaces::kNone) {
            places.signal[bit] = i;
        } else if (!lead) {
            unknown.push_back(i);
        }
    }
    const bool none_known =
        std::all_of(places.signal.begin(), places.signal.end(),
                    [](std::size_t index) { return index == WfdbLeadPlaces::kNone; });
    for (const std::size_t i : unknown) {
        std::size_t& place = none_known && places.signal[kLeadII] == WfdbLeadPlaces::kNone
                                 ? places.signal[kLeadII]
                                 : places.other;
        place = place == WfdbLeadPlaces::kNone ? i : place;
    }
    return places;
}

Result<AcquiredEcg> acquired_from_wfdb(const WfdbRecord& record) {
    AcquiredEcg out;
    out.rate_hz = record.header.rate_hz;
    if (!(out.rate_hz >= kEcgRateMinHz && out.rate_hz <= kEcgRateMaxHz)) {
        return fail(Code::out_of_range,
                    fmt::format("{} Hz is not a rate of 125 to 1000 Hz", out.rate_hz));
    }
    const WfdbLeadPlaces places = place_wfdb_leads(record);
    for (std::size_t i = 0; i < kAcquiredLeads; ++i) {
        if (places.signal[i] != WfdbLeadPlaces::kNone) {
            out.mv[i] = in_mv(record, places.signal[i]);
        }
    }
    const std::size_t third = find_lead(record, "iii");
    if (out.has(Lead::I) && !out.has(Lead::II) && third != WfdbLeadPlaces::kNone) {
        out.mv[kLeadII] = in_mv(record, third);
        const std::vector<float>& first = out.mv[static_cast<std::size_t>(Lead::I)];
        for (std::size_t t = 0; t < out.mv[kLeadII].size() && t < first.size(); ++t) {
            out.mv[kLeadII][t] += first[t];
        }
    }
    if (out.lead_mask() == 0) {
        return fail(Code::not_found, "the record has no ECG lead");
    }
    // Signal files of different length cannot come from one acquisition; the shortest counts.
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const auto& lead : out.mv) {
        least = lead.empty() ? least : std::min(least, lead.size());
    }
    for (auto& lead : out.mv) {
        lead.resize(std::min(lead.size(), least));
    }
    return out;
}

} // namespace ems::signal
