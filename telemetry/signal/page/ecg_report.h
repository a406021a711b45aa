// The page of a recording: takes the printed stretch out of it, filters it, measures it and lays it
// out. What is measured is what is printed; only the rhythm is asked of the beats before it too.
// Pure.
#pragma once

#include <span>
#include <string>

#include "telemetry/base/result.h"
#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg/beat.h"
#include "telemetry/signal/page/ecg_page.h"
#include "telemetry/signal/wfdb.h"

namespace ems::signal {

struct EcgReportOptions {
    double from_s{0}; // start of the printed stretch
    EcgBand band{EcgBand::diagnostic};
    Mains mains{Mains::as_recorded};
    EcgPatient patient;
    std::string patient_id;
    std::string recorded_at;
    std::string record;
    std::string program;
    TextLanguage language{TextLanguage::chinese};
};

// `beats` are those of the whole recording, in order. Code::out_of_range when the recording ends
// before from_s or has a rate no filter is made for.
Result<EcgPageInput> ecg_report(const AcquiredEcg& ecg, std::span<const Beat> beats,
                                const EcgReportOptions& options);

// Age and sex as PTB records state them in their header's comments ("age: 81", "sex: female").
EcgPatient patient_of(const WfdbHeader& header);

} // namespace ems::signal
