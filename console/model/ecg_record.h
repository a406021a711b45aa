// What a physician froze: the last seconds of the watched ECG as they were measured, never changed from then on, with the
// beats found in them. It becomes the page of telemetry/signal. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "console/model/ecg_feed.h"
#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg/beat.h"
#include "telemetry/signal/page/ecg_page.h"

namespace ems::console {

struct EcgRecord {
    std::int64_t unit_id{0};
    std::int64_t incident_id{0};
    std::uint64_t recording{0};
    std::uint64_t first_sample{0}; // of `ecg`, in the recording
    double from_s{0};              // in `ecg`: where the page begins
    std::int64_t page_us{0};       // when its first sample was taken
    bool simulated{false};
    signal::AcquiredEcg ecg; // what is before from_s lets the filters settle
    std::vector<signal::Beat> beats;
};

// Up to now on the screen, at most EcgFeed::kKeptS. Nothing with less than a column of the page, or at a rate that no
// filter is made for.
std::optional<EcgRecord> freeze(const EcgFeed& feed);

// The page that ends at `to_us`, by the vehicle's stamps: of a stretch that a crew sent. Nothing where less than the stretch
// is held, or as above.
std::optional<EcgRecord> freeze_stretch(const EcgFeed& feed, std::int64_t from_us, std::int64_t to_us);

// The same for the same samples wherever they are frozen.
std::string record_id(const EcgRecord& record);

// Seconds of the page that hold a trace.
double page_length_s(const EcgRecord& record);

// What the page says of the patient and the record, beside the signal.
struct EcgPageWords {
    signal::EcgPatient patient;
    std::string patient_id;
    std::string recorded_at; // local time of page_us
    std::string unit;
    std::string remark;
    signal::TextLanguage language{signal::TextLanguage::chinese};
};
// At another scale than the standard the last seconds that fit; recorded_at is of the first of them.
signal::EcgPageInput page_of(const EcgRecord& record, signal::EcgBand band, const EcgPageWords& words,
                             signal::EcgScale scale = {}, signal::EcgLayout layout = signal::EcgLayout::rows3x4);
// Seconds of the record's page that fall away at this scale.
double page_skip_s(const EcgRecord& record, signal::EcgScale scale);

} // namespace ems::console
