#include "telemetry/signal/page/ecg_report.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace ems::signal {
namespace {

constexpr double kSettleS = 10; // three time constants of the diagnostic high-pass
constexpr int kAgeMaxYears = 130;

// Filters a lead in place; behind a gap the filter starts at rest again.
void filter_lead(const EcgFilter& filter, std::vector<float>& lead) {
    EcgFilter::State state;
    for (float& value : lead) {
        if (std::isnan(value)) {
            state = {};
            continue;
        }
        value = static_cast<float>(filter.step(state, static_cast<double>(value)));
    }
}

std::string_view after(std::string_view comment, std::string_view key) {
    const std::size_t begin = comment.find_first_not_of(' ');
    if (begin == std::string_view::npos || comment.substr(begin, key.size()) != key) {
        return {};
    }
    comment.remove_prefix(begin + key.size());
    const std::size_t value = comment.find_first_not_of(' ');
    return value == std::string_view::npos ? std::string_view{} : comment.substr(value);
}

} // namespace

Result<EcgPageInput> ecg_report(const AcquiredEcg& ecg, std::span<const Beat> beats,
                                const EcgReportOptions& options) {
    auto filter = EcgFilter::design(ecg.rate_hz, options.band, options.mains);
    if (!filter) {
        return Failure{std::move(filter).error()};
    }
    const double from = options.from_s * ecg.rate_hz;
    if (!(from >= 0 && from < static_cast<double>(ecg.samples()))) {
        return fail(Code::out_of_range,
                    fmt::format("the recording has {:.1f} s, none at {} s",
                                static_cast<double>(ecg.samples()) / ecg.rate_hz, options.from_s));
    }
    const auto first = static_cast<std::size_t>(std::llround(from));
    const auto count = static_cast<std::size_t>(std::llround(kPageSeconds * ecg.rate_hz)) + 1;
    const std::size_t lead_in =
        std::min(first, static_cast<std::size_t>(std::llround(kSettleS * ecg.rate_hz)));

    EcgPageInput page{.ecg = ecg.part(first - lead_in, lead_in + count), .filter = *filter};
    for (auto& lead : page.ecg.mv) {
        filter_lead(*filter, lead);
    }
    page.ecg = page.ecg.part(lead_in, count);

    std::vector<std::int64_t> r_samples;
    std::size_t beats_so_far = 0;
    for (const Beat& beat : beats) {
        if (beat.r_sample >= static_cast<std::int64_t>(first + count)) {
            break;
        }
        ++beats_so_far;
        if (beat.r_sample >= static_cast<std::int64_t>(first)) {
            r_samples.push_back(beat.r_sample - static_cast<std::int64_t>(first));
        }
    }
    // Measured on the samples as they were acquired: the printed ones lag by the filter's delay.
    page.analysis = analyse_ecg12(ecg.part(first, count), r_samples, options.patient, options.band);
    page.af = af_suspicion(beats.first(beats_so_far));
    page.patient = options.patient;
    page.patient_id = options.patient_id;
    page.recorded_at = options.recorded_at;
    page.record = options.record;
    page.program = options.program;
    page.language = options.language;
    return page;
}

EcgPatient patient_of(const WfdbHeader& header) {
    EcgPatient patient;
    for (const std::string& comment : header.comments) {
        const std::string_view age = after(comment, "age:");
        int years = -1;
        if (!age.empty() &&
            std::from_chars(age.data(), age.data() + age.size(), years).ec == std::errc{} &&
            years >= 0 && years <= kAgeMaxYears) {
            patient.age_years = years;
        }
        const std::string_view sex = after(comment, "sex:");
        if (sex.starts_with("female")) {
            patient.sex = Sex::female;
        } else if (sex.starts_with("male")) {
            patient.sex = Sex::male;
        }
    }
    return patient;
}

} // namespace ems::signal
