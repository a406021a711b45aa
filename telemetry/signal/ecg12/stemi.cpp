#include "telemetry/signal/ecg12/stemi.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace ems::signal {
namespace {

constexpr double kElevationMv = 0.1;
constexpr double kDepressionMv = 0.05;
constexpr int kManYoungerThan = 40;
constexpr int kDiffuseLeads = 6;
constexpr double kConcordantMv = 0.1;
constexpr double kDiscordantMv = 0.5;

constexpr std::size_t index(ShownLead lead) {
    return static_cast<std::size_t>(lead);
}

constexpr std::array<ShownLead, 6> kChest{ShownLead::V1, ShownLead::V2, ShownLead::V3,
                                          ShownLead::V4, ShownLead::V5, ShownLead::V6};
constexpr std::array<ShownLead, 6> kCabrera{ShownLead::aVL, ShownLead::I,   ShownLead::aVR,
                                            ShownLead::II,  ShownLead::aVF, ShownLead::III};

struct Judged {
    const StInput& in;
    std::uint32_t mask{0}; // leads that can be judged

    [[nodiscard]] bool has(ShownLead lead) const { return (mask & shown_bit(lead)) != 0; }
    // -aVR takes aVR's place in the row of the limb leads.
    [[nodiscard]] double st(ShownLead lead, bool negative = false) const {
        const double mv = in.st_mv[index(lead)];
        return negative ? -mv : mv;
    }
    [[nodiscard]] bool depressed(ShownLead lead) const {
        return has(lead) && st(lead) <= -(kDepressionMv - kStEpsilonMv);
    }
    [[nodiscard]] bool elevated(ShownLead lead) const {
        const bool cabrera_avr = lead == ShownLead::aVR;
        return has(lead) &&
               st(lead, cabrera_avr) >= st_threshold_mv(lead, in.patient) - kStEpsilonMv;
    }
};

std::uint32_t elevated_in_row(const Judged& judged, const std::array<ShownLead, 6>& row) {
    std::uint32_t out = 0;
    for (std::size_t i = 1; i < row.size(); ++i) {
        if (judged.elevated(row[i - 1]) && judged.elevated(row[i])) {
            out |= shown_bit(row[i - 1]) | shown_bit(row[i]);
        }
    }
    return out;
}

bool has_hypertrophy_voltage(const StInput& in) {
    const auto sum = [&](ShownLead r, ShownLead s) {
        return in.r_mv[index(r)] + in.s_mv[index(s)];
    };
    const double cornell_min =
        in.patient.sex == Sex::male ? kCornellMinMaleMv : kCornellMinFemaleMv;
    // A missing lead is NaN and every comparison with it false.
    return sum(ShownLead::V5, ShownLead::V1) >= kSokolowMinMv ||
           sum(ShownLead::V6, ShownLead::V1) >= kSokolowMinMv ||
           sum(ShownLead::aVL, ShownLead::V3) >= cornell_min;
}

bool looks_reversed(const StInput& in) {
    const auto net = [&](ShownLead lead) { return in.r_mv[index(lead)] - in.s_mv[index(lead)]; };
    return net(ShownLead::I) < 0 && net(ShownLead::aVR) > 0;
}

// Sgarbossa 1996; the QRS's main direction is that of its larger half.
int sgarbossa_points(const Judged& judged) {
    bool concordant_up = false;
    bool concordant_down = false;
    bool discordant_up = false;
    for (std::size_t i = 0; i < kShownLeads; ++i) {
        const auto lead = static_cast<ShownLead>(i);
        if (!judged.has(lead)) {
            continue;
        }
        const bool upright = judged.in.r_mv[i] >= judged.in.s_mv[i];
        const double st = judged.st(lead);
        const bool right = lead == ShownLead::V1 || lead == ShownLead::V2 || lead == ShownLead::V3;
        concordant_up = concordant_up || (upright && st >= kConcordantMv - kStEpsilonMv);
        concordant_down =
            concordant_down || (right && !upright && st <= -(kConcordantMv - kStEpsilonMv));
        discordant_up = discordant_up || (!upright && st >= kDiscordantMv - kStEpsilonMv);
    }
    return (concordant_up ? 5 : 0) + (concordant_down ? 3 : 0) + (discordant_up ? 2 : 0);
}

void refuse(StAdvisory& out, StRefusal refusal) {
    out.refusals.set(static_cast<std::size_t>(refusal));
}

// Those that forbid any statement, whatever single leads show.
StRefusals whole_refusals(const StInput& in) {
    StAdvisory out;
    const auto when = [&](bool condition, StRefusal refusal) {
        if (condition) {
            refuse(out, refusal);
        }
    };
    when(!in.diagnostic_band, StRefusal::band_not_diagnostic);
    when(in.beats < 5, StRefusal::too_few_beats);
    when(in.rate_bpm > kStRateMaxBpm, StRefusal::rate_fast);
    when(in.qrs_s > kStQrsMaxS, StRefusal::qrs_wide);
    when(in.paced, StRefusal::paced);
    when(has_hypertrophy_voltage(in), StRefusal::hypertrophy_voltage);
    when(looks_reversed(in), StRefusal::limb_leads_reversed);
    when(in.patient.is_child || (in.patient.age_years && *in.patient.age_years < kStAgeMinYears), StRefusal::under_age);
    return out.refusals;
}

struct Texts {
    std::string_view english;
    std::string_view chinese;
};
constexpr std::array<Texts, kStRefusals> kRefusalTexts{{
    {"not recorded in the diagnostic band (0.05-150 Hz, 500 Hz or more)",
     "非诊断带宽记录（需0.05–150 Hz、采样率≥500 Hz）"},
    {"leads missing", "导联缺失"},
    {"leads too noisy", "导联干扰过大"},
    {"fewer than five beats of one shape", "形态一致的心搏不足5个"},
    {"heart rate over 150/min", "心率＞150次/分"},
    {"QRS wider than 120 ms", "QRS＞120 ms（束支阻滞/起搏/预激/室性）"},
    {"paced", "起搏心律"},
    {"voltage of left ventricular hypertrophy", "左室高电压"},
    {"limb leads look reversed", "疑似肢体导联反接"},
    {"patient under 16 years", "患者不足16岁"},
}};

// In the row of the limb leads it is -aVR that is elevated.
std::string elevated_list(std::uint32_t shown_mask) {
    const std::string rest = lead_list(shown_mask & ~shown_bit(ShownLead::aVR));
    return (shown_mask & shown_bit(ShownLead::aVR)) != 0 ? rest + ", -aVR" : rest;
}

std::string_view pick(const Texts& texts, TextLanguage language) {
    return language == TextLanguage::chinese ? texts.chinese : texts.english;
}

} // namespace

double st_threshold_mv(ShownLead lead, const EcgPatient& patient) {
    if (lead != ShownLead::V2 && lead != ShownLead::V3) {
        return kElevationMv;
    }
    if (patient.sex != Sex::male) {
        return 0.15; // also the lowest that an unknown sex could have
    }
    return patient.age_years && *patient.age_years < kManYoungerThan ? 0.25 : 0.20;
}

StAdvisory st_advisory(const StInput& in) {
    StAdvisory out;
    out.sex_assumed = !in.patient.sex.has_value();
    out.age_assumed = !in.patient.age_years.has_value() && in.patient.sex != Sex::female;
    Judged judged{in};
    // Without beats nothing was measured in any lead; that alone is the reason then.
    for (std::size_t i = 0; i < kShownLeads && in.beats > 0; ++i) {
        const std::uint32_t bit = 1U << i;
        if (std::isnan(in.st_mv[i])) {
            out.not_judged |= bit;
            refuse(out, StRefusal::leads_missing);
        } else if (in.error_mv[i] > kStErrorMaxMv) {
            out.not_judged |= bit;
            refuse(out, StRefusal::leads_noisy);
        } else {
            judged.mask |= bit;
        }
    }
    const StRefusals whole = whole_refusals(in);
    if (whole.test(static_cast<std::size_t>(StRefusal::qrs_wide)) && judged.mask != 0 &&
        in.diagnostic_band && in.beats >= 5) {
        out.sgarbossa = sgarbossa_points(judged);
    }
    if (whole.any()) {
        out.refusals |= whole;
        return out;
    }
    out.elevated = elevated_in_row(judged, kChest) | elevated_in_row(judged, kCabrera);
    const auto depressed = std::count_if(kChest.begin(), kChest.begin() + 3,
                                         [&](ShownLead lead) { return judged.depressed(lead); });
    out.ask_posterior = depressed >= 2;
    constexpr std::uint32_t kInferior =
        shown_bit(ShownLead::II) | shown_bit(ShownLead::III) | shown_bit(ShownLead::aVF);
    out.ask_right_chest = (out.elevated & (kInferior & ~shown_bit(ShownLead::II))) != 0;
    int all_depressed = 0;
    for (std::size_t i = 0; i < kShownLeads; ++i) {
        all_depressed += judged.depressed(static_cast<ShownLead>(i)) ? 1 : 0;
    }
    out.diffuse_with_avr = judged.has(ShownLead::aVR) &&
                           judged.st(ShownLead::aVR) >= kElevationMv - kStEpsilonMv &&
                           all_depressed >= kDiffuseLeads;
    if (out.elevated != 0) {
        out.verdict = StVerdict::criteria_met;
    } else {
        // Nothing is "not seen" in a lead that was not looked at.
        out.verdict =
            out.not_judged == 0 ? StVerdict::criteria_not_seen : StVerdict::not_interpretable;
    }
    return out;
}

std::string lead_list(std::uint32_t shown_mask) {
    std::string out;
    const auto append = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
    for (std::size_t i = 0; i < kChest.size(); ++i) {
        std::size_t end = i;
        while (end < kChest.size() && (shown_mask & shown_bit(kChest[end])) != 0) {
            ++end;
        }
        if (end > i) {
            std::string text{lead_name(kChest[i])};
            if (end - i > 1) {
                text += "-" + std::string{lead_name(kChest[end - 1])};
            }
            append(text);
            i = end;
        }
    }
    for (const ShownLead lead : {ShownLead::I, ShownLead::II, ShownLead::III, ShownLead::aVR,
                                 ShownLead::aVL, ShownLead::aVF}) {
        if ((shown_mask & shown_bit(lead)) != 0) {
            append(std::string{lead_name(lead)});
        }
    }
    return out;
}

std::string st_refusal_text(StRefusal refusal, TextLanguage language) {
    return std::string{pick(kRefusalTexts.at(static_cast<std::size_t>(refusal)), language)};
}

std::string st_advisory_text(const StAdvisory& advisory, TextLanguage language) {
    const bool zh = language == TextLanguage::chinese;
    const auto say = [&](const char* english, const char* chinese) {
        return std::string{zh ? chinese : english};
    };
    std::string out;
    std::string reasons;
    for (std::size_t i = 0; i < kStRefusals; ++i) {
        if (advisory.refusals.test(i)) {
            reasons += (reasons.empty() ? ""
                        : zh            ? "；"
                                        : "; ") +
                       st_refusal_text(static_cast<StRefusal>(i), language);
        }
    }
    switch (advisory.verdict) {
    case StVerdict::criteria_met:
        out = say("Meets ST elevation criteria: ", "符合ST段抬高标准，提示：") +
              elevated_list(advisory.elevated) + say(".", "。");
        break;
    case StVerdict::criteria_not_seen:
        out = say("ST elevation criteria not seen; occlusion is not excluded.",
                  "未见符合标准的ST段抬高，不排除急性冠脉闭塞。");
        break;
    case StVerdict::not_interpretable:
        out = say("ST not interpretable: ", "ST段不可判读：") + reasons + say(".", "。");
        break;
    }
    if (advisory.not_judged != 0) {
        out +=
            say(" Not judged: ", "未判读导联：") + lead_list(advisory.not_judged) + say(".", "。");
    }
    if (advisory.sgarbossa) {
        out += say(" Sgarbossa points: ", "Sgarbossa评分：") + std::to_string(*advisory.sgarbossa) +
               (*advisory.sgarbossa >= 3 ? say(" (positive).", "（阳性）。") : say(".", "。"));
    }
    if (advisory.diffuse_with_avr) {
        out += say(" aVR elevated with widespread depression: consider left main or diffuse "
                   "ischaemia.",
                   "aVR抬高伴广泛导联压低，注意左主干或弥漫性缺血。");
    }
    if (advisory.ask_right_chest) {
        out += say(" Record V3R and V4R.", "请加做V3R、V4R。");
    }
    if (advisory.ask_posterior) {
        out += say(" V1-V3 depressed: record V7-V9.", "V1–V3压低，请加做V7–V9。");
    }
    if (advisory.verdict != StVerdict::not_interpretable &&
        (advisory.sex_assumed || advisory.age_assumed)) {
        out += say(" Sex or age unknown: lowest thresholds taken.", "性别或年龄未知，按最低阈值。");
    }
    out += say(" Advisory only; a physician must confirm.", "仅为提示，须由医师确认。");
    return out;
}

} // namespace ems::signal
