// The figures `signal` of figures.tsv: "NAME VALUE" a line on standard output, the noise table on
// standard error. `--data DIR` is the folder of recordings (ecg/mitdb, ecg/cudb, ecg/other).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "telemetry/app/ecg/recording.h"
#include "telemetry/signal/ec57/ec57.h"
#include "telemetry/signal/ecg12/ecg_advisor.h"
#include "telemetry/signal/wfdb_file.h"
#include "tests/bench/ecg_artefact.h"
#include "vehicle/sim/ecg_model.h"

namespace {

using namespace ems;
using signal::EcgMonitor;
using signal::RhythmAlarm;

constexpr double kRateWindowS = 10;
constexpr double kRateStepS = 5;

double cpu_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Reference {
    std::string name;
    ecg::Recording recording;
    std::vector<signal::WfdbAnnotation> annotations;
    std::vector<std::int64_t> beats;
    std::vector<signal::SampleSpan> spans;
};

std::vector<std::string> record_paths(const std::string& folder) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".hea") {
            out.push_back((entry.path().parent_path() / entry.path().stem()).string());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

// What one pass over a recording gives.
struct Pass {
    std::vector<std::int64_t> beats;
    std::int64_t delay_max{0};
    std::vector<signal::RhythmEvent> alarms;
    std::int64_t fibrillating_last{-1}; // newest sample at which that alarm stood
    std::int64_t windows{0};
    std::int64_t shown{0};
    std::int64_t wrong{0};
};

// Mean rate of the reference beats after `from` up to `to`; 0: fewer than two.
double reference_rate(const std::vector<std::int64_t>& beats, std::int64_t from, std::int64_t to,
                      double rate_hz) {
    const auto first = std::lower_bound(beats.begin(), beats.end(), from);
    const auto last = std::upper_bound(first, beats.end(), to);
    const auto count = last - first;
    if (count < 1 || first == beats.begin()) {
        return 0;
    }
    return 60 * static_cast<double>(count) * rate_hz / static_cast<double>(*(last - 1) - *(first - 1));
}

Pass pass_over(const ecg::Recording& recording, const Reference* reference) {
    Pass pass;
    EcgMonitor monitor = ecg::monitor_for(recording);
    const double rate = recording.header.rate_hz;
    const auto window = static_cast<std::int64_t>(kRateWindowS * rate);
    const auto step = static_cast<std::int64_t>(kRateStepS * rate);
    std::int64_t seen = 0;
    ecg::run(recording, monitor, [&] {
        ++seen;
        for (const signal::Beat& beat : monitor.beats()) {
            pass.beats.push_back(beat.r_sample);
            pass.delay_max = std::max(pass.delay_max, beat.decided_sample - beat.r_sample);
        }
        for (const signal::RhythmEvent& event : monitor.events()) {
            if (event.ended_sample < 0) {
                pass.alarms.push_back(event);
            }
        }
        if (monitor.active(RhythmAlarm::ventricular_fibrillation)) {
            pass.fibrillating_last = seen;
        }
        if (reference == nullptr || seen % step != 0 ||
            static_cast<double>(seen) < signal::kEc57LearningS * rate) {
            return;
        }
        const auto touches = [&](const signal::SampleSpan& span) {
            return seen > span.from && seen - window < span.to;
        };
        if (std::any_of(reference->spans.begin(), reference->spans.end(), touches)) {
            return;
        }
        ++pass.windows;
        if (const auto shown = monitor.heart_rate()) {
            ++pass.shown;
            const double truth =
                reference_rate(reference->beats, seen - window,
                               shown->at_sample + static_cast<std::int64_t>(0.15 * rate), rate);
            pass.wrong += truth > 0 && std::fabs(shown->bpm - truth) > 0.1 * truth ? 1 : 0;
        }
    });
    return pass;
}

std::vector<Reference> load_references(const std::string& data) {
    std::vector<Reference> out;
    for (const std::string& path : record_paths(data + "/ecg/mitdb")) {
        Reference it;
        it.name = std::filesystem::path{path}.filename().string();
        it.recording = ecg::open_recording(path, 0);
        auto annotations = signal::load_wfdb_annotations(path, "atr");
        if (!annotations) {
            throw std::runtime_error{annotations.error().message()};
        }
        it.annotations = std::move(*annotations);
        it.beats = signal::reference_beats(it.annotations);
        it.spans = signal::fibrillation_spans(it.annotations);
        out.push_back(std::move(it));
    }
    return out;
}

double percent(std::int64_t part, std::int64_t all) {
    return all == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

void clean_figures(const std::vector<Reference>& references, const std::string& data) {
    signal::BeatScore gross;
    double worst = 100;
    double delay_ms = 0;
    double hours = 0;
    std::int64_t false_fibrillation = 0;
    std::int64_t asystole = 0;
    std::int64_t windows = 0;
    std::int64_t shown = 0;
    for (const Reference& it : references) {
        const double rate = it.recording.header.rate_hz;
        const Pass pass = pass_over(it.recording, &it);
        const signal::BeatScore score = signal::score_beats(it.annotations, pass.beats, rate);
        std::fprintf(stderr, "%s Se %.3f +P %.3f FN %lld FP %lld\n", it.name.c_str(),
                     score.sensitivity(), score.positive_predictivity(),
                     static_cast<long long>(score.false_negatives),
                     static_cast<long long>(score.false_positives));
        gross += score;
        worst = std::min({worst, score.sensitivity(), score.positive_predictivity()});
        delay_ms = std::max(delay_ms, 1000 * static_cast<double>(pass.delay_max) / rate);
        hours += static_cast<double>(it.recording.samples()) / rate / 3600;
        windows += pass.windows;
        shown += pass.shown;
        const auto grace = static_cast<std::int64_t>(10 * rate);
        std::int64_t episodes = 0;
        for (const signal::SampleSpan& span : it.spans) {
            episodes += std::any_of(pass.alarms.begin(), pass.alarms.end(), [&](const auto& alarm) {
                return alarm.alarm == RhythmAlarm::ventricular_fibrillation &&
                       alarm.raised_sample >= span.from && alarm.raised_sample <= span.from + grace;
            });
        }
        if (it.name == "207") {
            std::printf("vfl_207_alarmed %lld\n", static_cast<long long>(episodes));
        }
        for (const signal::RhythmEvent& alarm : pass.alarms) {
            asystole += alarm.alarm == RhythmAlarm::asystole ? 1 : 0;
            const bool real = std::any_of(it.spans.begin(), it.spans.end(), [&](const auto& span) {
                return alarm.raised_sample >= span.from && alarm.onset_sample <= span.to;
            });
            false_fibrillation +=
                alarm.alarm == RhythmAlarm::ventricular_fibrillation && !real ? 1 : 0;
        }
    }
    for (const char* name : {"a103l", "s0010_re"}) {
        const Pass pass = pass_over(ecg::open_recording(data + "/ecg/other/" + name, {}), nullptr);
        for (const signal::RhythmEvent& alarm : pass.alarms) {
            asystole += alarm.alarm == RhythmAlarm::asystole ? 1 : 0;
        }
    }
    std::int64_t fibrillation_records = 0;
    for (const std::string& path : record_paths(data + "/ecg/cudb")) {
        const ecg::Recording recording = ecg::open_recording(path, 0);
        const double rate = recording.header.rate_hz;
        const Pass pass = pass_over(recording, nullptr);
        const auto end = static_cast<std::int64_t>(recording.samples());
        // They have no annotations here: whether an alarm is right is for a reader to see.
        std::fprintf(stderr, "%s fibrillation alarmed at", path.c_str());
        for (const signal::RhythmEvent& alarm : pass.alarms) {
            if (alarm.alarm == RhythmAlarm::ventricular_fibrillation) {
                std::fprintf(stderr, " %.0f", static_cast<double>(alarm.raised_sample) / rate);
            }
        }
        std::fprintf(stderr, " and last %.0f s of %.0f\n",
                     static_cast<double>(pass.fibrillating_last) / rate,
                     static_cast<double>(end) / rate);
        fibrillation_records += pass.fibrillating_last >= 0 ? 1 : 0;
    }
    std::printf("qrs_se %.4f\nqrs_ppv %.4f\nqrs_worst_record %.3f\nqrs_decision_delay_max %.1f\n",
                gross.sensitivity(), gross.positive_predictivity(), worst, delay_ms);
    std::printf("vf_records_alarmed %lld\nvf_false_per_hour %.4f\nasystole_false %lld\n",
                static_cast<long long>(fibrillation_records),
                static_cast<double>(false_fibrillation) / hours, static_cast<long long>(asystole));
    std::printf("hr_shown_clean %.3f\n", percent(shown, windows));
}

struct NoiseRow {
    const char* name;
    std::vector<bench::Artefact> kinds;
};

void noise_figures(const std::vector<Reference>& references) {
    using bench::Artefact;
    const std::vector<NoiseRow> rows{{"emg", {Artefact::emg}},
                                     {"motion", {Artefact::motion}},
                                     {"mains", {Artefact::mains}},
                                     {"cpr", {Artefact::cpr}},
                                     {"emg+motion", {Artefact::emg, Artefact::motion}}};
    std::int64_t bad_shown = 0;
    std::int64_t bad_wrong = 0;
    std::fprintf(stderr, "noise       dB      Se      +P  shown  wrong when shown (percent)\n");
    for (const NoiseRow& row : rows) {
        for (const double snr_db : {24.0, 18.0, 12.0, 6.0}) {
            signal::BeatScore score;
            std::int64_t windows = 0;
            std::int64_t shown = 0;
            std::int64_t wrong = 0;
            for (std::size_t r = 0; r < references.size(); ++r) {
                const Reference& it = references[r];
                const double rate = it.recording.header.rate_hz;
                ecg::Recording noisy = it.recording;
                const double gain =
                    bench::noise_gain(bench::qrs_peak_to_peak_mv(noisy.mv[0], it.beats, rate), snr_db) /
                    std::sqrt(static_cast<double>(row.kinds.size()));
                for (const Artefact kind : row.kinds) {
                    const std::vector<float> noise = bench::artefact(
                        kind, noisy.samples(), rate, 1000 * r + static_cast<std::size_t>(kind));
                    for (std::size_t i = 0; i < noise.size(); ++i) {
                        noisy.mv[0][i] += static_cast<float>(gain) * noise[i];
                    }
                }
                const Pass pass = pass_over(noisy, &it);
                score += signal::score_beats(it.annotations, pass.beats, rate);
                windows += pass.windows;
                shown += pass.shown;
                wrong += pass.wrong;
            }
            std::fprintf(stderr, "%-10s %3.0f %7.2f %7.2f %6.1f %6.2f\n", row.name, snr_db,
                         score.sensitivity(), score.positive_predictivity(), percent(shown, windows),
                         percent(wrong, shown));
            if (row.kinds.size() == 2 && snr_db == 12) {
                std::printf("hr_shown_12db %.2f\n", percent(shown, windows));
            }
            if (snr_db <= 12) {
                bad_shown += shown;
                bad_wrong += wrong;
            }
        }
    }
    std::printf("hr_wrong_when_shown %.3f\n", percent(bad_wrong, bad_shown));
}

// Seconds from the change of rhythm to an alarm that names it.
double seconds_to_alarm(sim::Rhythm rhythm, std::vector<RhythmAlarm> accepted, std::uint64_t seed) {
    constexpr double kGiveUpS = 60;
    sim::EcgModel model{seed, {.pleth = 0.01}};
    sim::HeartState state;
    state.rate_bpm = 60 + static_cast<double>(seed % 50);
    model.set(state);
    EcgMonitor monitor{{.rate_hz = sim::kEcgRateHz,
                        .leads = signal::kAcquiredLeads,
                        .pleth_rate_hz = sim::kEcgRateHz / sim::kPlethDivider}};
    const auto onset = static_cast<std::uint64_t>((30 + 0.037 * static_cast<double>(seed)) * sim::kEcgRateHz);
    for (std::uint64_t at = 0;; ++at) {
        if (at == onset) {
            state.rhythm = rhythm;
            state.rate_bpm = rhythm == sim::Rhythm::ventricular_tachycardia
                                 ? 150 + static_cast<double>(seed % 50)
                                 : state.rate_bpm;
            model.set(state);
        }
        const sim::EcgSample sample = model.next();
        std::array<float, signal::kAcquiredLeads> frame{};
        frame[0] = static_cast<float>(sample.mv[1]); // lead II leads
        frame[1] = static_cast<float>(sample.mv[0]);
        for (std::size_t i = 2; i < frame.size(); ++i) {
            frame[i] = static_cast<float>(sample.mv[i]);
        }
        monitor.push(frame);
        if (at % sim::kPlethDivider == 0) {
            monitor.push_pleth(static_cast<float>(sample.pleth));
        }
        const double since = (static_cast<double>(at) - static_cast<double>(onset)) / sim::kEcgRateHz;
        for (const signal::RhythmEvent& event : monitor.events()) {
            if (at > onset && event.ended_sample < 0 &&
                std::find(accepted.begin(), accepted.end(), event.alarm) != accepted.end()) {
                return since;
            }
        }
        if (since > kGiveUpS) {
            return kGiveUpS;
        }
    }
}

void lethal_figure() {
    struct Case {
        const char* name;
        sim::Rhythm rhythm;
        std::vector<RhythmAlarm> accepted;
    };
    const std::vector<Case> cases{
        {"vf", sim::Rhythm::ventricular_fibrillation, {RhythmAlarm::ventricular_fibrillation}},
        {"vt",
         sim::Rhythm::ventricular_tachycardia,
         {RhythmAlarm::ventricular_tachycardia}},
        {"asystole", sim::Rhythm::asystole, {RhythmAlarm::asystole}}};
    double most = 0;
    for (const Case& it : cases) {
        double worst = 0;
        for (std::uint64_t seed = 1; seed <= 100; ++seed) {
            worst = std::max(worst, seconds_to_alarm(it.rhythm, it.accepted, seed));
        }
        std::fprintf(stderr, "onset to alarm, %s: at most %.2f s of 100\n", it.name, worst);
        most = std::max(most, worst);
    }
    std::printf("lethal_onset_to_alarm_max %.2f\n", most);
}

void cost_figures(const std::vector<Reference>& references) {
    const ecg::Recording& recording = references.front().recording;
    constexpr std::size_t kDay = 24U * 3600U * 360U;
    const std::vector<float>& mv = recording.mv[0];
    EcgMonitor monitor{{.rate_hz = 360, .leads = 1}};
    std::size_t beats = 0;
    double from = cpu_s();
    for (std::size_t i = 0; i < kDay; ++i) {
        monitor.push(std::span{&mv[i % mv.size()], 1});
        beats += monitor.beats().size();
    }
    std::printf("day_of_lead %.3f\n", cpu_s() - from);
    std::fprintf(stderr, "a day of one lead: %zu beats\n", beats);

    constexpr std::size_t kSeconds = 60;
    sim::EcgModel model{1};
    std::vector<std::array<float, signal::kAcquiredLeads>> frames(kSeconds * 500);
    for (auto& frame : frames) {
        const sim::EcgSample sample = model.next();
        std::transform(sample.mv.begin(), sample.mv.end(), frame.begin(),
                       [](double value) { return static_cast<float>(value); });
    }
    EcgMonitor eight{{.rate_hz = sim::kEcgRateHz, .leads = signal::kAcquiredLeads}};
    using enum signal::Lead;
    constexpr std::array kLeads{I, II, V1, V2, V3, V4, V5, V6};
    signal::EcgAdvisor advisor{sim::kEcgRateHz, kLeads};
    constexpr std::size_t kRounds = 10;
    double measured_s = 0;
    std::size_t measurements = 0;
    from = cpu_s();
    for (std::size_t round = 0; round < kRounds; ++round) {
        for (const auto& frame : frames) {
            eight.push(frame);
            advisor.push(frame);
            for (const signal::Beat& beat : eight.beats()) {
                advisor.add(beat);
            }
            if (advisor.due()) {
                const double before = cpu_s();
                advisor.measure({signal::Sex::male, 60});
                measured_s += cpu_s() - before;
                ++measurements;
            }
        }
    }
    const double share = (cpu_s() - from) / static_cast<double>(kRounds * kSeconds);
    std::printf("fleet_200_core_share %.2f\n", 100 * 200 * share);
    std::fprintf(stderr, "a measurement of twelve leads: %.2f ms (%zu)\n",
                 1e3 * measured_s / static_cast<double>(measurements), measurements);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3 || std::string{argv[1]} != "--data") {
        std::fprintf(stderr, "usage: ems-bench-signal --data DIR\n");
        return 2;
    }
    try {
        const std::vector<Reference> references = load_references(argv[2]);
        clean_figures(references, argv[2]);
        lethal_figure();
        cost_figures(references);
        noise_figures(references);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-bench-signal: %s\n", error.what());
        return 1;
    }
    return 0;
}
