#include "telemetry/signal/acquired_ecg.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "telemetry/signal/ecg/qrs_detector.h"
#include "telemetry/signal/wfdb.h"

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

// Words of channels of monitors and sleep recorders that are no ECG.
constexpr std::array<std::string_view, 27> kOthers{
    "abp",  "art", "bp",    "nibp",    "pap",  "cvp",   "icp",  "lap",         "pressure",
    "resp", "co2", "etco2", "airflow", "flow", "spo2",  "sao2", "respiration", "ppg",
    "eeg",  "emg", "eog",   "temp",    "hr",   "pulse", "gsr",  "scg",         "pcg"};
constexpr std::array<std::string_view, 45> kLeads{
    "i",    "ii",    "iii", "avr", "avl", "avf", "v",    "v1",   "v2",   "v3",   "v4",  "v5",
    "v6",   "v7",    "v8",  "v9",  "v3r", "v4r", "v5r",  "ml",   "ml1",  "ml2",  "ml5", "mli",
    "mlii", "mliii", "mv1", "mv2", "mv5", "mcl", "mcl1", "mcl2", "mcl5", "mcl6", "cm2", "cm5",
    "cc5",  "cb5",   "cs5", "d1",  "d2",  "d3",  "d4",   "vx",   "vz"};
constexpr std::array<std::string_view, 4> kNoNames{"ecg", "ekg", "lead", "modified"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& known, std::string_view word) {
    return std::find(known.begin(), known.end(), word) != known.end();
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    bool inside = false;
    for (const char c : lower(text)) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter && !inside) {
            words.emplace_back();
        }
        if (letter) {
            words.back().push_back(c);
        }
        inside = letter;
    }
    return words;
}

// The signal of a derived lead, to rebuild II from I and III.
std::size_t find_lead(const WfdbRecord& record, std::string_view name) {
    for (std::size_t i = 0; i < record.header.signals.size(); ++i) {
        if (!record.samples.at(i).empty() && wfdb_lead_name(record.header.signals[i]) == name) {
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
    struct Unit {
        std::string_view name;
        double nv;
    };
    static constexpr std::array<Unit, 6> kUnits{
        {{"mv", 1e6}, {"uv", 1e3}, {"\xc2\xb5v", 1e3}, {"\xce\xbcv", 1e3}, {"v", 1e9}, {"nv", 1}}};
    const std::string name = lower(signal.units);
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const Unit& one) { return one.name == name; });
    return unit == kUnits.end() || !(signal.gain > 0) ? 0 : unit->nv / signal.gain;
}

std::vector<float> wfdb_mv(const WfdbRecord& record, std::size_t index) {
    const WfdbSignal& one = record.header.signals[index];
    const double mv_per_unit = wfdb_nv_per_unit(one) * 1e-6;
    std::vector<float> out;
    out.reserve(record.samples[index].size());
    for (const std::int32_t sample : record.samples[index]) {
        out.push_back(
            sample == one.invalid_value()
                ? std::numeric_limits<float>::quiet_NaN()
                : static_cast<float>((static_cast<double>(sample) - one.baseline) * mv_per_unit));
    }
    return out;
}

std::string wfdb_lead_name(const WfdbSignal& signal) {
    std::string name;
    for (const std::string& word : words_of(signal.description)) {
        if (!is_one_of(kNoNames, word)) {
            name += (name.empty() ? "" : "-") + word;
        }
    }
    return name;
}

WfdbChannel wfdb_channel(const WfdbSignal& signal) {
    const std::vector<std::string> words = words_of(signal.description);
    if (!words.empty() && words.front().starts_with("pleth")) {
        return WfdbChannel::pleth;
    }
    const bool other = std::any_of(words.begin(), words.end(), [](const std::string& word) {
        return is_one_of(kOthers, word);
    });
    if (other || wfdb_nv_per_unit(signal) <= 0) {
        return WfdbChannel::other;
    }
    const bool called_ecg = !words.empty() && words.front().starts_with("ecg");
    const bool all_leads = std::all_of(words.begin(), words.end(), [](const std::string& word) {
        return is_one_of(kLeads, word) || is_one_of(kNoNames, word);
    });
    return called_ecg || all_leads ? WfdbChannel::ecg : WfdbChannel::unnamed;
}

WfdbLeadPlaces place_wfdb_leads(const WfdbRecord& record) {
    WfdbLeadPlaces places;
    places.signal.fill(WfdbLeadPlaces::kNone);
    places.other = WfdbLeadPlaces::kNone;
    places.pleth = WfdbLeadPlaces::kNone;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < record.header.signals.size(); ++i) {
        const WfdbSignal& one = record.header.signals[i];
        if (record.samples.at(i).empty()) {
            continue;
        }
        const WfdbChannel channel = wfdb_channel(one);
        if (channel == WfdbChannel::pleth) {
            places.pleth = places.pleth == WfdbLeadPlaces::kNone ? i : places.pleth;
            continue;
        }
        const std::string name = wfdb_lead_name(one);
        if (channel == WfdbChannel::other || is_derived(name)) {
            continue;
        }
        const auto lead = parse_lead(name);
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
            out.mv[i] = wfdb_mv(record, places.signal[i]);
        }
    }
    const std::size_t third = find_lead(record, "iii");
    if (out.has(Lead::I) && !out.has(Lead::II) && third != WfdbLeadPlaces::kNone) {
        out.mv[kLeadII] = wfdb_mv(record, third);
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
