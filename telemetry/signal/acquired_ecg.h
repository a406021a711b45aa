// A stretch of ECG as it was acquired: the eight independent leads in mV, sample by sample, of
// which any may be missing (a NaN, or the whole lead). The derived leads follow from them, and are
// missing where one of theirs is. Pure values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "telemetry/base/result.h"
#include "telemetry/signal/ecg_leads.h"

namespace ems::signal {

// Only named here: a file that draws a page includes this one, and Qt's word "signals" beside it.
struct WfdbRecord;
struct WfdbSignal;

struct AcquiredEcg {
    double rate_hz{500};
    // Order of signal::Lead. All of one length, or empty: that lead was not connected.
    std::array<std::vector<float>, kAcquiredLeads> mv;

    [[nodiscard]] std::size_t samples() const;
    [[nodiscard]] bool has(Lead lead) const { return !mv[static_cast<std::size_t>(lead)].empty(); }
    // Leads that are there, as a mask.
    [[nodiscard]] std::uint32_t lead_mask() const;
    // A shown lead; NaN where it has no value, empty when one of its leads was not connected.
    [[nodiscard]] std::vector<float> shown(ShownLead lead) const;
    // Samples [from, from + count), clipped to what is there.
    [[nodiscard]] AcquiredEcg part(std::size_t from, std::size_t count) const;
};

// What a channel is, by its description and unit. `ecg`: named as a lead ("MLII", "ECG lead V5",
// "V1-V2", or not at all); `unnamed`: a voltage of another name, which may be one; `other`: known
// to be no ECG (ABP, RESP, EEG), or in no unit of voltage.
enum class WfdbChannel : std::uint8_t { ecg, pleth, unnamed, other };
WfdbChannel wfdb_channel(const WfdbSignal& signal);
// The description without its words "ECG", "lead" and "modified", in small letters: "ii", "v1-v2".
std::string wfdb_lead_name(const WfdbSignal& signal);

// Which signal of a WFDB record is which acquired lead, by its description. MLII, and a lone
// channel of any other name, counts as II, so that a rhythm can be read off it (a 12-lead advisory
// is refused anyway: seven leads are missing). Derived leads are left out, as is the pleth.
struct WfdbLeadPlaces {
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
    std::array<std::size_t, kAcquiredLeads> signal; // index into header.signals, or kNone
    std::size_t other;                              // one further ECG channel, or kNone
    std::size_t pleth;
};
WfdbLeadPlaces place_wfdb_leads(const WfdbRecord& record);

// nV a unit of a signal; uV and V recordings come with gains of their own units. 0: not a voltage.
double wfdb_nv_per_unit(const WfdbSignal& signal);
// A voltage in mV; NaN where there is no sample.
std::vector<float> wfdb_mv(const WfdbRecord& record, std::size_t index);

// The record's ECG in mV. Where II is absent but I and III are there it is their sum. Code
// not_found when no channel is an ECG lead; Code::out_of_range for a rate that no part of the
// analysis is made for.
Result<AcquiredEcg> acquired_from_wfdb(const WfdbRecord& record);

} // namespace ems::signal
