#include "console/model/ecg_record.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "telemetry/signal/ecg/ecg_monitor.h"
#include "telemetry/signal/page/ecg_report.h"

namespace ems::console {
namespace {

using signal::Lead;

// As ems-ecg takes them: II leads.
constexpr std::array kTrusted{Lead::II, Lead::I, Lead::V2, Lead::V5, Lead::V1, Lead::V3, Lead::V4, Lead::V6};

std::vector<signal::Beat> beats_of(const signal::AcquiredEcg& ecg) {
    std::vector<const std::vector<float>*> leads;
    for (const Lead lead : kTrusted) {
        if (ecg.has(lead)) {
            leads.push_back(&ecg.mv.at(static_cast<std::size_t>(lead)));
        }
    }
    std::vector<signal::Beat> beats;
    if (leads.empty()) {
        return beats;
    }
    signal::EcgMonitor monitor{{.rate_hz = ecg.rate_hz, .leads = leads.size()}};
    std::array<float, signal::kMonitorLeadsMax> frame{};
    const auto take = [&] { beats.insert(beats.end(), monitor.beats().begin(), monitor.beats().end()); };
    for (std::size_t sample = 0; sample < ecg.samples(); ++sample) {
        for (std::size_t i = 0; i < leads.size(); ++i) {
            frame.at(i) = leads[i]->at(sample);
        }
        monitor.push(std::span{frame}.first(leads.size()));
        take();
    }
    monitor.finish();
    take();
    return beats;
}

std::optional<EcgRecord> freeze_until(const EcgFeed& feed, std::uint64_t end) {
    if (feed.empty() || !feed.filter()) {
        return std::nullopt;
    }
    const auto kept = static_cast<std::uint64_t>(EcgFeed::kKeptS * feed.rate_hz());
    std::uint64_t begin = std::max(feed.ring(Lead::II).begin(), end > kept ? end - kept : 0);
    const auto any_at = [&](std::uint64_t sample) {
        return std::any_of(kTrusted.begin(), kTrusted.end(),
                           [&](Lead lead) { return feed.ring(lead).at(sample).has_value(); });
    };
    while (begin < end && !any_at(begin)) { // before the recording began
        ++begin;
    }
    if (begin >= end || static_cast<double>(end - begin) < signal::kPageColumnSeconds * feed.rate_hz()) {
        return std::nullopt;
    }
    EcgRecord record;
    record.unit_id = feed.unit_id();
    record.incident_id = feed.incident_id();
    record.recording = feed.recording();
    record.first_sample = begin;
    record.simulated = feed.simulated();
    record.ecg.rate_hz = feed.rate_hz();
    for (std::size_t i = 0; i < signal::kAcquiredLeads; ++i) {
        const signal::SampleRing& ring = feed.ring(static_cast<Lead>(i));
        std::vector<float>& mv = record.ecg.mv.at(i);
        mv.reserve(end - begin);
        bool any = false;
        for (std::uint64_t sample = begin; sample < end; ++sample) {
            const auto value = ring.at(sample);
            any = any || value.has_value();
            mv.push_back(value ? static_cast<float>(*value * feed.mv_per_unit()) : std::numeric_limits<float>::quiet_NaN());
        }
        if (!any) {
            mv.clear();
        }
    }
    const auto page = static_cast<std::uint64_t>(std::llround(signal::kPageSeconds * feed.rate_hz()));
    const std::uint64_t page_begin = end - begin > page ? end - page : begin;
    record.from_s = static_cast<double>(page_begin - begin) / feed.rate_hz();
    record.page_us = feed.taken_us(page_begin);
    record.beats = beats_of(record.ecg);
    return record;
}

} // namespace

std::optional<EcgRecord> freeze(const EcgFeed& feed) {
    return freeze_until(feed, std::min(feed.shown_end(), feed.end()));
}

std::optional<EcgRecord> freeze_stretch(const EcgFeed& feed, std::int64_t from_us, std::int64_t to_us) {
    // The stamp of a batch wavers by what its first sample waited for.
    constexpr double kSlackS = 0.5;
    if (feed.empty()) {
        return std::nullopt;
    }
    const double slack = kSlackS * feed.rate_hz();
    const double from = feed.sample_at(from_us);
    const double to = feed.sample_at(to_us);
    const auto begin = static_cast<double>(feed.ring(Lead::II).begin());
    const auto end = static_cast<double>(feed.end());
    if (to <= 0 || from < begin - slack || to > end + slack) {
        return std::nullopt;
    }
    return freeze_until(feed, static_cast<std::uint64_t>(std::llround(std::min(to, end))));
}

std::string record_id(const EcgRecord& record) {
    const auto begin = static_cast<std::uint64_t>(std::llround(record.from_s * record.ecg.rate_hz));
    return fmt::format("{:08X}-{}", record.recording & 0xFFFF'FFFFU, record.first_sample + begin);
}

double page_length_s(const EcgRecord& record) {
    return static_cast<double>(record.ecg.samples()) / record.ecg.rate_hz - record.from_s;
}

double page_skip_s(const EcgRecord& record, signal::EcgScale scale) {
    const double shown_s = signal::ecg_page_seconds(scale);
    return std::max(0.0, std::min(page_length_s(record), signal::kPageSeconds) - shown_s);
}

signal::EcgPageInput page_of(const EcgRecord& record, signal::EcgBand band, const EcgPageWords& words, signal::EcgScale scale,
                             signal::EcgLayout layout) {
    signal::EcgReportOptions options;
    options.from_s = record.from_s;
    options.band = band;
    options.mains = signal::Mains::notch_50_hz;
    options.patient = words.patient;
    options.patient_id = words.patient_id;
    options.recorded_at = words.recorded_at;
    options.record = record_id(record) + (words.unit.empty() ? "" : "   " + words.unit);
    options.program = "ems-console";
    options.language = words.language;
    auto input = signal::ecg_report(record.ecg, record.beats, options);
    EMS_ASSERT(input.has_value()); // freeze() takes nothing that it refuses
    input->remark = words.remark;
    input->scale = scale;
    input->layout = layout;
    static_cast<void>(signal::fit_to_scale(*input));
    return std::move(*input);
}

} // namespace ems::console
