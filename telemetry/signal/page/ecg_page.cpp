#include "telemetry/signal/page/ecg_page.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace ems::signal {
namespace {

constexpr double kGridLeftMm = kEcgPageGridLeftMm;
constexpr double kGridTopMm = kEcgPageGridTopMm;
constexpr double kGridWidthMm = kEcgPageGridWidthMm;
constexpr double kGridHeightMm = kEcgPageTracesHeightMm;
constexpr double kTraceLeftMm = kEcgPageTraceLeftMm;
constexpr double kPulseLeftMm = kGridLeftMm + 5;
constexpr double kPulseS = 0.2;
constexpr double kTraceMm = 0.22;
constexpr double kSmallMm = 3.0;
constexpr double kBodyMm = 3.4;
constexpr double kTitleMm = 5.0;
constexpr double kLineMm = 5.0; // from text line to text line
constexpr double kLeadBelowMm = 3.2; // its base line below the top of the row

struct Builder {
    const EcgPageInput& in;
    Page page{};

    [[nodiscard]] std::string say(const char* english, const char* chinese) const {
        return in.language == TextLanguage::chinese ? chinese : english;
    }
    void text(double x_mm, double y_mm, const std::string& utf8, double size_mm = kBodyMm,
              Ink ink = Ink::text, TextAlign align = TextAlign::left,
              TextWeight weight = TextWeight::normal) {
        page.shapes.emplace_back(PageText{{x_mm, y_mm}, size_mm, utf8, ink, align, weight});
    }
};

void draw_grid(Builder& b) {
    PageSegments fine{Ink::grid_fine, 0.1, {}};
    PageSegments bold{Ink::grid_bold, 0.2, {}};
    const double right = kGridLeftMm + kGridWidthMm;
    const double bottom = kGridTopMm + kGridHeightMm;
    for (int mm = 0; mm <= static_cast<int>(kGridWidthMm); ++mm) {
        auto& points = mm % 5 == 0 ? bold.points : fine.points;
        points.push_back({kGridLeftMm + mm, kGridTopMm});
        points.push_back({kGridLeftMm + mm, bottom});
    }
    for (int mm = 0; mm <= static_cast<int>(kGridHeightMm); ++mm) {
        auto& points = mm % 5 == 0 ? bold.points : fine.points;
        points.push_back({kGridLeftMm, kGridTopMm + mm});
        points.push_back({right, kGridTopMm + mm});
    }
    b.page.shapes.emplace_back(std::move(fine));
    b.page.shapes.emplace_back(std::move(bold));
}

void draw_pulse(Builder& b, double base) {
    const double wide = kPulseS * b.in.scale.mm_per_s;
    const double left = std::min(kPulseLeftMm, kTraceLeftMm - 2 - wide);
    const double top = base - b.in.scale.mm_per_mv;
    b.page.shapes.emplace_back(PagePolyline{Ink::trace,
                                            kTraceMm,
                                            {{left - 2, base},
                                             {left, base},
                                             {left, top},
                                             {left + wide, top},
                                             {left + wide, base},
                                             {left + wide + 2, base}}});
}

// The line breaks where a value is missing and is cut at the grid's edge.
void draw_trace(Builder& b, const std::vector<float>& mv, const EcgPageTrace& trace) {
    const double rate_hz = b.in.ecg.rate_hz;
    const auto first = static_cast<std::size_t>(std::ceil(trace.from_s * rate_hz - 1e-9));
    const auto last = std::min(mv.size(), static_cast<std::size_t>(std::floor(trace.to_s * rate_hz)) + 1);
    const double zero_mm = trace.left_mm - trace.from_s * b.in.scale.mm_per_s; // where second 0 would lie
    PagePolyline line{Ink::trace, kTraceMm, {}};
    const auto finish = [&] {
        if (line.points.size() > 1) {
            b.page.shapes.emplace_back(line);
        }
        line.points.clear();
    };
    for (std::size_t i = first; i < last; ++i) {
        if (std::isnan(mv[i])) {
            finish();
            continue;
        }
        const double x = zero_mm + static_cast<double>(i) / rate_hz * b.in.scale.mm_per_s;
        const double y = trace.base_mm - static_cast<double>(mv[i]) * b.in.scale.mm_per_mv;
        line.points.push_back({x, std::clamp(y, kGridTopMm, kGridTopMm + kGridHeightMm)});
    }
    finish();
}

void draw_lead(Builder& b, const EcgPageTrace& trace) {
    const double x = trace.left_mm;
    b.text(x + 1, trace.top_mm + kLeadBelowMm, std::string{lead_name(trace.lead)}, kBodyMm, Ink::text,
           TextAlign::left, TextWeight::bold);
    const std::vector<float> mv = b.in.ecg.shown(trace.lead);
    if (mv.empty() || std::all_of(mv.begin(), mv.end(), [](float v) { return std::isnan(v); })) {
        b.text(x + 12, trace.base_mm, b.say("lead missing", "导联缺失"), kSmallMm, Ink::warning);
        return;
    }
    draw_trace(b, mv, trace);
}

void draw_traces(Builder& b) {
    PageSegments ticks{Ink::trace, kTraceMm, {}};
    for (const EcgPageTrace& trace : ecg_page_traces(b.in.scale, b.in.layout)) {
        const bool first_column = trace.left_mm == kTraceLeftMm;
        if (first_column) {
            draw_pulse(b, trace.base_mm);
        }
        draw_lead(b, trace);
        if (!first_column) {
            for (const double y : {-7, -4, 4, 7}) {
                ticks.points.push_back({trace.left_mm, trace.base_mm + y});
            }
        }
    }
    if (!ticks.points.empty()) {
        b.page.shapes.emplace_back(std::move(ticks));
    }
}

std::string or_dashes(const std::optional<double>& value, double scale) {
    return value ? fmt::format("{:.0f}", *value * scale) : "--";
}

std::string patient_text(const Builder& b) {
    std::string out;
    const auto append = [&](const std::string& part) { out += (out.empty() ? "" : "   ") + part; };
    if (!b.in.patient_id.empty()) {
        append("ID " + b.in.patient_id);
    }
    append(b.say("Sex ", "性别 ") + (!b.in.patient.sex                  ? b.say("unknown", "未知")
                                     : *b.in.patient.sex == Sex::female ? b.say("female", "女")
                                                                        : b.say("male", "男")));
    append(b.say("Age ", "年龄 ") +
           (b.in.patient.age_years == 0       ? b.say("under 1", "不足 1 岁")
            : b.in.patient.age_years          ? std::to_string(*b.in.patient.age_years) + b.say("", " 岁")
            : b.in.patient.is_child           ? b.say("child", "儿童")
                                              : b.say("unknown", "未知")));
    append(b.say("Recorded ", "记录时间 ") +
           (b.in.recorded_at.empty() ? b.say("unknown", "未知") : b.in.recorded_at));
    return out;
}

void draw_measurements(Builder& b, double top) {
    const Ecg12Intervals& m = b.in.analysis.intervals;
    const std::array<std::array<std::string, 3>, 5> rows{{
        {b.say("Rate", "心率"), or_dashes(m.rate_bpm, 1), b.say("/min", "次/分")},
        {b.say("PR", "PR 间期"), or_dashes(m.pr_s, 1000), "ms"},
        {b.say("QRS", "QRS 时限"), or_dashes(m.qrs_s, 1000), "ms"},
        {"QT/QTcB", or_dashes(m.qt_s, 1000) + "/" + or_dashes(m.qtc_s, 1000), "ms"},
        {b.say("QRS axis", "QRS 电轴"), m.qrs_axis_deg ? std::to_string(*m.qrs_axis_deg) : "--",
         "°"},
    }};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double y = top + static_cast<double>(i) * kLineMm;
        b.text(kGridLeftMm, y, rows[i][0]);
        b.text(kGridLeftMm + 37, y, rows[i][1], kBodyMm, Ink::text, TextAlign::right,
               TextWeight::bold);
        b.text(kGridLeftMm + 38.5, y, rows[i][2]);
    }
}

std::string st_text(double mv) {
    if (std::isnan(mv)) {
        return "--";
    }
    // No "-0.00".
    return fmt::format("{:+.2f}", std::round(mv * 100) / 100 + 0.0);
}

// ST at J in mV, limb leads left and chest leads right.
void draw_st_table(Builder& b, double left, double top) {
    b.text(left, top, b.say("ST at J (J+60 ms), mV", "ST (J点 / J+60 ms)，mV"), kSmallMm,
           Ink::faint_text);
    for (std::size_t i = 0; i < kShownLeads; ++i) {
        const double x = left + (i < 6 ? 0 : 36);
        const double y = top + 4.3 * static_cast<double>(i % 6 + 1);
        const auto lead = static_cast<ShownLead>(i);
        const bool flagged = (b.in.analysis.st.elevated & shown_bit(lead)) != 0;
        const double j = b.in.analysis.st_j_mv[i];
        const double j60 = b.in.analysis.st_j60_mv[i];
        b.text(x, y, std::string{lead_name(lead)}, kSmallMm);
        b.text(x + 19, y, st_text(j), kSmallMm, flagged ? Ink::warning : Ink::text,
               TextAlign::right, flagged ? TextWeight::bold : TextWeight::normal);
        b.text(x + 31, y, st_text(j60), kSmallMm, Ink::faint_text, TextAlign::right);
    }
}

std::string af_text(const Builder& b) {
    if (!b.in.af) {
        return {};
    }
    switch (b.in.af->finding) {
    case AfFinding::suspected:
        return b.say("Irregular rhythm: atrial fibrillation suspected.",
                     "心律绝对不齐，疑似心房颤动。");
    case AfFinding::noise:
        return b.say("Rhythm not judged: noise.", "节律不可判读：干扰。");
    case AfFinding::frequent_ectopy:
        return b.say("Rhythm not judged: frequent ectopic beats.", "节律不可判读：频发异位搏动。");
    case AfFinding::not_suspected:
    case AfFinding::too_few_beats:
        return {}; // nothing to say is not a finding
    }
    return {};
}

void draw_advisory(Builder& b, double left, double top, double width) {
    b.text(left, top, b.say("Advisory, not a diagnosis", "自动分析提示（非诊断）"), kSmallMm,
           Ink::faint_text);
    double y = top + kLineMm;
    const auto paragraph = [&](const std::string& text, Ink ink) {
        for (const std::string& line : wrap_text(text, kBodyMm, width)) {
            b.text(left, y, line, kBodyMm, ink);
            y += kLineMm - 0.3;
        }
    };
    const bool met = b.in.analysis.st.verdict == StVerdict::criteria_met;
    paragraph(st_advisory_text(b.in.analysis.st, b.in.language), met ? Ink::warning : Ink::text);
    paragraph(af_text(b), Ink::text);
}

std::string number(double value) {
    return fmt::format("{:g}", value);
}

void draw_foot(Builder& b) {
    const EcgFilter& filter = b.in.filter;
    std::string text = b.in.scale.is_standard() ? scale_text(b.in.scale) + "   " : std::string{};
    text += number(filter.lower_hz()) + "-" + number(filter.upper_hz()) + " Hz";
    text += filter.mains() == Mains::notch_50_hz ? b.say("   50 Hz notch", "   50 Hz 陷波")
                                                 : b.say("   no notch", "   无陷波");
    text += "   " + number(filter.rate_hz()) + b.say(" samples/s", " 点/秒");
    if (!filter.is_diagnostic()) {
        text += b.say("   NOT OF DIAGNOSTIC QUALITY", "   非诊断质量");
    }
    const double y = kGridTopMm + kGridHeightMm + 5.5;
    double left = kGridLeftMm;
    if (!b.in.scale.is_standard()) { // in a frame: who reads by the standard reads it wrong
        constexpr double kFrameMm = 66;
        b.text(left + 1.5, y, scale_text(b.in.scale) + b.say("   NOT STANDARD", "   非标准"), kBodyMm, Ink::text,
               TextAlign::left, TextWeight::bold);
        b.page.shapes.emplace_back(PagePolyline{
            Ink::text,
            0.4,
            {{left, y - 4.2}, {left + kFrameMm, y - 4.2}, {left + kFrameMm, y + 1.4}, {left, y + 1.4}, {left, y - 4.2}}});
        left += kFrameMm + 3;
        if (const double shown_s = ecg_page_seconds(b.in.scale); shown_s < kPageSeconds) {
            text += b.say("   last ", "   末 ") + number(shown_s) + b.say(" s of ", " 秒，测量取自 ") + number(kPageSeconds) +
                    b.say(" s measured", " 秒");
        }
    }
    b.text(left, y, text, kSmallMm);
    b.text(kGridLeftMm + kGridWidthMm, y, b.in.record + "   " + b.in.program, kSmallMm,
           Ink::faint_text, TextAlign::right);
}

} // namespace

double fit_to_scale(EcgPageInput& input) {
    const auto room = static_cast<std::size_t>(std::llround(ecg_page_seconds(input.scale) * input.ecg.rate_hz)) + 1;
    if (input.ecg.samples() <= room) {
        return 0;
    }
    const std::size_t fallen = input.ecg.samples() - room;
    input.ecg = input.ecg.part(fallen, room);
    return static_cast<double>(fallen) / input.ecg.rate_hz;
}

Page ecg_page(const EcgPageInput& input) {
    Builder b{input};
    b.page.title = b.say("12-lead ECG", "12导联心电图");
    b.text(kGridLeftMm, 13, b.page.title, kTitleMm, Ink::text, TextAlign::left, TextWeight::bold);
    if (!input.remark.empty()) {
        b.text(kGridLeftMm + 48, 13, input.remark, kBodyMm, Ink::warning, TextAlign::left,
               TextWeight::bold);
    }
    b.text(kGridLeftMm + kGridWidthMm, 13, patient_text(b), kBodyMm, Ink::text, TextAlign::right);
    draw_measurements(b, 22);
    draw_st_table(b, kGridLeftMm + 58, 20);
    draw_advisory(b, kGridLeftMm + 135, 20, 134);
    b.text(kTraceLeftMm + 1, kGridTopMm - 2.5, layout_text(input.layout, input.language), kSmallMm, Ink::text, TextAlign::left, TextWeight::bold);
    draw_grid(b);
    draw_traces(b);
    draw_foot(b);
    return std::move(b.page);
}

} // namespace ems::signal
